"""What is stated about a document wins; the rest is guessed from what stands plainly in its text."""

import pytest

from corpus.documents import DocumentMeta, Kind
from corpus.metadata import find_date, guess_meta

FILLER = "Udvalget skal følge arbejdet og hvert år give en redegørelse til ministeren."


def guess(text: str = FILLER, title: str = "", headings: tuple[str, ...] = (), **stated: str) -> DocumentMeta:
    return guess_meta("fil_1.txt", stated, title=title, headings=headings, text=text)[0]


def test_stated_values_win_over_guesses() -> None:
    meta = guess(title="Kommissorium for rådet", kind="guide", date="2024-05", publisher="Rådet", language="nb")
    assert (meta.kind, meta.authority, meta.date, meta.publisher, meta.language) == (
        "guide",
        "guidance",
        "2024-05",
        "Rådet",
        "no",
    )


def test_a_stated_digest_is_a_brief_and_an_address_is_the_source() -> None:
    meta = guess(kind="digest", url="https://eksempel.dk/side")
    assert meta.kind == "brief"
    assert meta.source_url == "https://eksempel.dk/side"


def test_stated_values_that_mean_nothing_are_ignored_with_a_warning() -> None:
    meta, warnings = guess_meta(
        "a.md", {"date": "ukendt", "kind": "roman", "language": "fr"}, title="Titel", headings=(), text=FILLER
    )
    assert (meta.date, meta.kind, meta.language) == ("", "other", "da")
    assert [next(key for key in ("date", "kind", "language") if key in warning) for warning in warnings] == [
        "kind",
        "language",
        "date",
    ]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Kommissorium for arbejdsgruppen", "mandate"),
        ("Referat af møde i rådet", "minutes"),
        ("Lov om apoteker", "law"),
        ("Bekendtgørelse om gebyrer", "law"),
        ("Lov om helseforetak (helseforetaksloven)", "law"),
        ("Regulation (EU) 2020/1 on tests", "law"),
        ("National strategi for data", "strategy"),
        ("Midlet - indlægsseddel", "leaflet"),
        ("Midlet - package leaflet", "leaflet"),
        ("Notat: lov om apoteker", "brief"),
        ("Vejledning om samtykke", "guide"),
        ("Om havens fugle", "other"),
    ],
)
def test_the_title_tells_the_kind(title: str, kind: Kind) -> None:
    assert guess(title=title).kind == kind


@pytest.mark.parametrize(
    ("title", "authority"),
    [
        ("Lov om apoteker", "binding"),
        ("Vejledning om samtykke", "guidance"),
        ("Kommissorium for rådet", "decision record"),
        ("Om havens fugle", "information"),
    ],
)
def test_the_kind_tells_the_authority(title: str, authority: str) -> None:
    assert guess(title=title).authority == authority


def test_minutes_without_a_title_are_known_by_their_words_and_named_after_the_meeting() -> None:
    text = "Formanden bød velkommen.\n\nRådet tog sagen til efterretning."
    meta = guess(text, headings=("1. Velkommen til 4. møde i rådet", "2. Eventuelt"))
    assert meta.kind == "minutes"
    assert meta.title == "4. møde i rådet"


def test_the_file_name_is_the_last_resort_for_a_title() -> None:
    assert guess("x" * 500).title == "fil_1"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("den 21. november 2024", "2024-11-21"),
        ("Februar 2026", "2026-02"),
        ("af 26/02/2020", "2020-02-26"),
        ("07.05.2026", "2026-05-07"),
        ("11 February 2025", "2025-02-11"),
        ("forordning nr. 1394/2007", ""),
        ("31. februar 2024", ""),
        ("i perioden 2024-2027", ""),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, date: str) -> None:
    assert find_date(text) == date


def test_a_date_deep_in_a_sentence_is_not_the_date_of_the_document() -> None:
    assert guess(f"Titel\n\nAftalen af den 21. november 2024 gælder stadig for alle parter.\n\n{FILLER}").date == ""
    assert guess(f"Titel\n\nMarts 2024\n\n{FILLER}").date == "2024-03"


def test_entry_into_force_is_taken_when_only_one_date_is_stated() -> None:
    assert guess(f"{FILLER} Bekendtgørelsen træder i kraft den 1. januar 2026.").valid_from == "2026-01-01"
    two = "Loven træder i kraft den 1. januar 2026. Loven træder i kraft den 1. juli 2026."
    assert guess(two).valid_from == ""


def test_the_address_that_spells_the_title_is_the_page_itself() -> None:
    text = f"{FILLER}\n\nhttps://a.dk/andet\n\nhttps://b.no/nytt/2023/store-planer-for-okonomien/"
    meta = guess(text, title="Store planer for økonomien")
    assert meta.source_url == "https://b.no/nytt/2023/store-planer-for-okonomien/"
    assert meta.date == "2023"


def test_licence_and_publisher_are_read_from_the_imprint() -> None:
    text = f"{FILLER}\n\nAarhus: Forlaget Eksempel, 2025\n\nCreative Commons Attribution 4.0"
    meta = guess(text)
    assert (meta.licence, meta.publisher) == ("CC BY 4.0", "Forlaget Eksempel")


@pytest.mark.parametrize("following", ["Dato: 3. maj 2031", "Version: 2", "Licens: CC0"])
def test_a_publisher_ends_where_the_next_entry_begins(following: str) -> None:
    assert guess(f"Vejledning\n\nUdgiver: Havnens Venner {following}\n\n{FILLER}").publisher == "Havnens Venner"
