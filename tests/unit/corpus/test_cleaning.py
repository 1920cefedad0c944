"""Lines come out clean, and nothing that belongs to the text goes with the dirt."""

from __future__ import annotations

import time

import pytest

from corpus.cleaning import (
    clean_characters,
    clean_document,
    fold_spaces,
    join_line_end_hyphens,
    strip_page_edges,
)
from corpus.documents import RawDocument, RawPage


def pages_with(head: str, foot: str, count: int) -> list[str]:
    """Return pages with a head, three lines of their own and a foot; `{n}` stands for the page's number."""
    topics = ("bikuber", "havnen", "skolen", "vejene", "broen", "parken", "torvet", "møllen")
    bodies = [f"Om {topic}\nByrådet drøftede {topic}.\nDer var enighed om {topic}." for topic in topics[:count]]
    return [f"{head}\n{body}\n{foot}".replace("{n}", str(n)) for n, body in enumerate(bodies, start=1)]


def test_nuls_zero_width_and_control_characters_are_gone() -> None:
    assert clean_characters("a\x00b\u200bc\ufeffd\x07e\ud800f") == "abcdef"


def test_letters_are_composed_and_ligatures_spelt_out() -> None:
    assert clean_characters("A\u030alborg har en o\ufb03ciel å") == "Ålborg har en officiel å"


def test_every_line_sign_is_a_newline_and_every_blank_a_space() -> None:
    assert clean_characters("a\r\nb\u2028c\td\u00a0e\u202ff") == "a\nb\nc d e f"


@pytest.mark.parametrize("hyphen", ["-", "\u00ad"])
def test_a_word_cut_by_the_end_of_a_page_stands_whole_on_the_first(hyphen: str) -> None:
    pages = (
        RawPage(1, f"Om havnen.\nVi bygger havne{hyphen}\n"),
        RawPage(2, "\nmøbler af træ.\n"),
        RawPage(3, "Slut-\n"),
    )
    texts = [page.text for page in clean_document(RawDocument(pages)).pages]
    assert texts == ["Om havnen.\nVi bygger havnemøbler\n", "af træ.\n", "Slut-\n"]


def test_bullets_of_symbol_fonts_become_bullets() -> None:
    assert clean_characters("\uf0b7 et punkt") == "• et punkt"


def test_soft_hyphens_inside_a_line_are_gone() -> None:
    assert clean_characters("sund\u00adheds\u00advæsen") == "sundhedsvæsen"


def test_double_spaces_are_folded_and_lines_kept() -> None:
    assert fold_spaces("  at   bo  \n\n her ") == "at bo\n\nher"


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u00ad", "\ufffe", "\u2011", "- "])
def test_every_line_end_hyphen_is_joined(hyphen: str) -> None:
    raw = RawDocument((RawPage(1, f"vi bygger have{hyphen}\nmøbler af træ\n"),))
    assert clean_document(raw).pages[0].text == "vi bygger havemøbler\naf træ\n"


def test_a_word_cut_twice_is_made_whole() -> None:
    assert join_line_end_hyphens("en over-\nskue-\nlig plan") == "en overskuelig\nplan"


def test_a_word_cut_over_a_blank_line_is_made_whole() -> None:
    assert join_line_end_hyphens("en lang land-\n\nmandsdag") == "en lang landmandsdag"


def test_a_word_that_the_document_writes_whole_elsewhere_is_joined() -> None:
    text = "TV-avisen. Nu: avisen og Tvavisen. Se tv-\navisen"
    assert join_line_end_hyphens(text.replace("TV-avisen", "Radioen")).endswith("tvavisen")


def test_a_word_that_the_document_writes_with_a_hyphen_elsewhere_keeps_it() -> None:
    assert join_line_end_hyphens("vores e-bog koster. En ny e-\nbog kommer") == (
        "vores e-bog koster. En ny e-bog\nkommer"
    )


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("den danske life science-\nindustri", "den danske life science-industri"),
        ("nye ad hoc-\ngrupper", "nye ad hoc-grupper"),
        ("i EU-\nlandene", "i EU-landene"),
        ("i 2024-\n2027", "i 2024-2027"),
        ("under COVID-\n19", "under COVID-19"),
        ("nye T-\nceller", "nye T-celler"),
        ("mod Epstein-\nBarr", "mod Epstein-Barr"),
    ],
)
def test_a_hyphen_of_the_words_own_is_kept(cut: str, whole: str) -> None:
    assert join_line_end_hyphens(cut) == whole


@pytest.mark.parametrize("conjunction", ["og", "eller", "samt", "and", "or"])
def test_a_suspended_compound_is_left_as_it_is(conjunction: str) -> None:
    text = f"både have-\n{conjunction} hegnpleje"
    assert join_line_end_hyphens(text) == text


@pytest.mark.parametrize(
    "text", ["grøn-\nKilde: bogen", "| a-\nb |", "to -\ntre", "have-\n• et punkt", "bil-\n2. Punkt"]
)
def test_what_is_no_cut_word_is_left_as_it_is(text: str) -> None:
    assert join_line_end_hyphens(text) == text


def test_running_heads_feet_and_page_numbers_are_stripped() -> None:
    stripped = strip_page_edges(pages_with("Byens årbog 2031", "Udgave af 3. maj\nSide {n} af 4", 4))
    assert not any("årbog" in page or "Udgave" in page or "Side" in page for page in stripped)
    assert all("Om " in page and "enighed" in page for page in stripped)


def test_heads_that_alternate_between_left_and_right_pages_are_stripped() -> None:
    pages = [
        page.replace("HEAD", "Årbogen" if index % 2 else "Byens råd")
        for index, page in enumerate(pages_with("HEAD", "", 8))
    ]
    stripped = strip_page_edges(pages)
    assert not any("Årbogen" in page or "Byens råd" in page for page in stripped[1:])


def test_the_first_page_keeps_the_title_that_later_pages_repeat() -> None:
    stripped = strip_page_edges(pages_with("Strategi for byens træer", "{n}", 4))
    assert stripped[0].startswith("Strategi for byens træer\n")
    assert not any("Strategi" in page for page in stripped[1:])


def test_a_numbered_foot_drawn_before_the_footnotes_is_stripped_too() -> None:
    pages = pages_with("", "Byens Tidende nr. 5, {n}/8", 6)
    pages[3] += "\n(1) Noten.\n(2) Endnu en.\n(3) Og en til.\n(4) Den sidste."
    assert "Tidende" not in strip_page_edges(pages)[3]


def test_a_bare_number_goes_only_where_it_counts_along_with_the_pages() -> None:
    pages = pages_with("", "{n}", 4)
    pages[2] = pages[2].removesuffix("3") + "815\n3"
    stripped = strip_page_edges(pages)
    assert stripped[2].endswith("815\n")
    assert stripped[0].endswith("bikuber.\n")


def test_roman_page_numbers_are_stripped() -> None:
    numerals = ("i", "ii", "iii", "iv", "v")
    pages = [page.replace("#", numeral) for page, numeral in zip(pages_with("", "#", 5), numerals, strict=True)]
    assert all(page.endswith(".\n") for page in strip_page_edges(pages))


def test_a_line_inside_pages_that_recurs_is_kept() -> None:
    pages = [f"Et\nTo\nTre\nDet er vedtaget\nFire {n}a\nFem {n}b\nSeks {n}c" for n in "xyz"]
    assert all("Det er vedtaget" in page for page in strip_page_edges(pages))


def test_two_pages_keep_their_first_head_and_lose_the_second() -> None:
    stripped = strip_page_edges(["Avisen\nFørste\nSide 1 af 2", "Avisen\nAnden\nSide 2 af 2"])
    assert stripped == ["Avisen\nFørste\n", "Anden\n"]


def test_a_marked_up_document_of_one_page_keeps_its_last_number() -> None:
    raw = RawDocument((RawPage(1, "# Svaret\n\n42\n"),), marked_up=True)
    assert "42" in clean_document(raw).pages[0].text


@pytest.mark.parametrize("hostile", ["a-\n" * 100_000, "-" * 300_000, "\n" * 300_000, "a-b" * 100_000 + "-\nc"])
def test_hostile_text_is_cleaned_in_linear_time(hostile: str) -> None:
    started = time.perf_counter()
    clean_document(RawDocument((RawPage(1, hostile),)))
    assert time.perf_counter() - started < 5
