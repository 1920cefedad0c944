"""What a reader is told of sources: their language, their age, and where they do not agree."""

from __future__ import annotations

import pytest

from assistant.cautions import is_old, newer_of, source_warnings
from assistant.disagreeing import Said
from assistant.phrases import spoken_date
from corpus.documents import DocumentMeta, Language

TODAY = "2026-11-22"
FOUR = "Styregruppen mødes fire gange om året."
TWO = "Styregruppen mødes to gange om året."


def said(text: str, meta: DocumentMeta, document_id: str = "one") -> Said:
    return Said(text, meta.language, document_id, meta)


def test_a_source_in_force_in_the_language_of_the_answer_needs_no_warning() -> None:
    meta = DocumentMeta(title="Mandat", date="2025-01-01", kind="mandate")
    assert source_warnings("da", [said(FOUR, meta), said(TWO, meta)], TODAY) == ()
    assert source_warnings("da", [], TODAY) == ()


def test_a_foreign_language_is_told_of_once() -> None:
    meta = DocumentMeta(title="Mandat", language="no")
    assert source_warnings("da", [said(FOUR, meta), said(TWO, meta)], TODAY) == (
        "Citatet er fra et dokument på norsk.",
    )


@pytest.mark.parametrize(
    ("language", "foreign", "line"),
    [
        ("da", "en", "Der citeres også fra et dokument på engelsk."),
        ("no", "da", "Det siteres også fra et dokument på dansk."),
        ("en", "no", "A document in Norwegian is quoted as well."),
    ],
)
def test_a_foreign_quote_beside_one_that_is_not_is_told_of_as_that(
    language: Language, foreign: Language, line: str
) -> None:
    quotes = [said(FOUR, DocumentMeta(title="Mandat", language=spoken), spoken) for spoken in (language, foreign)]
    assert source_warnings(language, quotes, TODAY) == (line,)


def test_replaced_and_no_longer_in_force_are_told_of() -> None:
    replaced = DocumentMeta(title="Plan 1", replaced_by="Plan 2", valid_to="2020")
    ended = DocumentMeta(title="Plan 3", valid_to="2025-06-30", kind="brief", date="2015")
    lasting = DocumentMeta(title="Plan 4", valid_to="2026")
    found = source_warnings("da", [said("A.", replaced, "1"), said("B.", ended, "2"), said("C.", lasting, "3")], TODAY)
    assert found == ("»Plan 1« er erstattet af Plan 2.", "»Plan 3« gjaldt til og med 2025-06-30.")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "da",
            f"Kilderne er ikke enige: »{TWO}« (Havnerådets årsplan, juni 2026) og »{FOUR}« "
            "(Mandat for Havnerådet, 4. marts 2025). Den nyeste af de to er fra juni 2026.",
        ),
        (
            "no",
            f"Kildene er ikke enige: «{TWO}» (Havnerådets årsplan, juni 2026) og «{FOUR}» "
            "(Mandat for Havnerådet, 4. mars 2025). Den nyeste av de to er fra juni 2026.",
        ),
        (
            "en",
            f"The sources disagree: “{TWO}” (Havnerådets årsplan, June 2026) and “{FOUR}” "
            "(Mandat for Havnerådet, 4 March 2025). The newer of the two is from June 2026.",
        ),
    ],
)
def test_both_sides_of_a_disagreement_are_given_with_their_dates(language: Language, line: str) -> None:
    first = said(FOUR, DocumentMeta(title="Mandat for Havnerådet", date="2025-03-04"))
    second = said(TWO, DocumentMeta(title="Havnerådets årsplan", date="2026-06"), "two")
    assert source_warnings(language, [first, second], TODAY)[-1] == line


def test_a_side_without_a_date_is_said_to_have_none_and_neither_is_newer() -> None:
    first = said(FOUR, DocumentMeta(title="Havnerådet", date="2025"))
    second = said(TWO, DocumentMeta(title="Havnerådet"), "two")
    assert source_warnings("da", [first, second], TODAY) == (
        f"Kilderne er ikke enige: »{FOUR}« (Havnerådet, 2025) og »{TWO}« (Havnerådet, uden dato).",
    )


def test_of_a_long_sentence_the_words_around_the_value_are_shown() -> None:
    tail = " og drøfter " + " ".join(f"{word}havnen" for word in ("bade", "fiske", "lyst", "fragt") * 8)
    first = said(FOUR.removesuffix(".") + tail + ".", DocumentMeta(title="Havnerådet", date="2025"))
    second = said(TWO.removesuffix(".") + tail + ".", DocumentMeta(title="Havnerådet", date="2026"), "two")
    (line,) = source_warnings("da", [first, second], TODAY)
    assert "Styregruppen mødes fire gange om året og drøfter badehavnen" in line
    assert "…«" in line
    assert len(line) < 400


@pytest.mark.parametrize(
    ("meta", "old"),
    [
        (DocumentMeta(title="Referat", kind="minutes", date="2018-05-03"), True),
        (DocumentMeta(title="Nyt", kind="article", date="2021-11-21"), True),
        (DocumentMeta(title="Nyt", kind="article", date="2021-11-22"), False),
        (DocumentMeta(title="Nyt", kind="article", date="2021-10"), True),
        (DocumentMeta(title="Nyt", kind="article", date="2021-11"), False),
        (DocumentMeta(title="Notat", kind="brief", date="2020"), True),
        (DocumentMeta(title="Notat", kind="brief", date="2021"), False),
        (DocumentMeta(title="Notat", kind="brief"), False),
        (DocumentMeta(title="Notat", kind="brief", date="2010", valid_to="2030"), False),
        (DocumentMeta(title="Notat", kind="brief", date="2010", valid_from="2030"), False),
        (DocumentMeta(title="Notat", kind="brief", date="2010", replaced_by="Andet"), False),
        (DocumentMeta(title="Notat", kind="brief", date="2010", authority="binding"), False),
        (DocumentMeta(title="Lov", kind="law", date="1994", authority="binding"), False),
        (DocumentMeta(title="Mandat", kind="mandate", date="2010"), False),
        (DocumentMeta(title="Seddel", kind="leaflet", date="2010"), False),
        (DocumentMeta(title="Andet", kind="other", date="2010"), False),
    ],
)
def test_what_tells_how_things_stood_is_old_after_five_years(meta: DocumentMeta, old: bool) -> None:
    assert is_old(meta, TODAY) == old


def test_the_age_of_the_only_source_is_told_without_its_title() -> None:
    old = DocumentMeta(title="Referat", kind="minutes", date="2018-05-03")
    assert source_warnings("da", [said(FOUR, old)], TODAY) == ("Kilden er fra 2018.",)
    assert source_warnings("en", [said(FOUR, old)], TODAY)[-1] == "The source is from 2018."


def test_the_age_of_one_of_several_sources_is_told_with_its_title() -> None:
    old = DocumentMeta(title="Referat", kind="minutes", date="2018-05-03")
    new = DocumentMeta(title="Plan", date="2026")
    found = source_warnings("no", [said("Havnen er stor.", old), said("Fyret er lite.", new, "two")], TODAY)
    assert found[-1] == "«Referat» er fra 2018."


def test_a_date_that_a_disagreement_tells_is_not_told_again() -> None:
    old = DocumentMeta(title="Referat fra Havnerådet", kind="minutes", date="2018-05-03")
    new = DocumentMeta(title="Mandat for Havnerådet", kind="mandate", date="2026")
    (line,) = source_warnings("da", [said(FOUR, old), said(TWO, new, "two")], TODAY)
    assert line.startswith("Kilderne er ikke enige")
    assert line.endswith("Den nyeste af de to er fra 2026.")


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        ("2025-03-04", "da", "4. marts 2025"),
        ("2025-05-17", "no", "17. mai 2025"),
        ("2025-12-01", "en", "1 December 2025"),
        ("2025-12", "no", "desember 2025"),
        ("2025", "en", "2025"),
        ("", "da", ""),
        ("2025-13-01", "da", "2025-13-01"),
        ("i går", "da", "i går"),
    ],
)
def test_dates_are_written_as_people_write_them(date: str, language: Language, written: str) -> None:
    assert spoken_date(date, language) == written


def test_the_newer_date_is_told_only_where_it_is_sure() -> None:
    assert newer_of("2025-03-04", "2025-03-05") == "2025-03-05"
    assert newer_of("2026", "2025-12-31") == "2026"
    assert newer_of("2025", "2025-12-31") == ""
    assert newer_of("", "2025") == ""
