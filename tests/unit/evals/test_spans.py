"""Anchors are found whatever the layout, and their places are offsets into the text as it is."""

from __future__ import annotations

import time

import pytest

from corpus.documents import Span
from evals.spans import AnchoredText, covers, loose

TEXT = "Beløbet er 25,5 mio. kr.\n\nFristen er den 1. maj. Beløbet er\nfast; FRISTEN  er fast."


def test_only_letters_and_digits_are_compared() -> None:
    assert loose(" 25,5 mio. kr. –\n I ALT ") == "255miokrialt"
    assert loose("a\u030a") == "å"
    assert loose("…!") == ""


@pytest.mark.parametrize(
    ("anchor", "places"),
    [
        ("25,5 mio. kr.", ["25,5 mio. kr"]),
        ("fristen er", ["Fristen er", "FRISTEN  er"]),
        ("beløbet er fast", ["Beløbet er\nfast"]),
        ("kr. fristen", ["kr.\n\nFristen"]),
        ("gebyret", []),
        ("", []),
        ("...", []),
    ],
)
def test_an_anchor_is_found_at_every_place(anchor: str, places: list[str]) -> None:
    assert [TEXT[span.start : span.end] for span in AnchoredText(TEXT).find(anchor)] == places


def test_places_that_overlap_are_all_found() -> None:
    assert AnchoredText("nana na").find("nana") == [Span(0, 4), Span(2, 7)]


def test_a_letter_that_is_two_in_lower_case_does_not_move_what_follows() -> None:
    text = "İİİ Fristen er i maj"
    (span,) = AnchoredText(text).find("fristen er")
    assert text[span.start : span.end] == "Fristen er"


def test_a_quote_that_stands_in_the_text_is_held_and_an_empty_one_is_not() -> None:
    text = AnchoredText(TEXT)
    assert text.holds("Fristen er den 1. maj.")
    assert text.holds("FRISTEN ER — DEN 1 MAJ")
    assert not text.holds("Fristen er den 2. maj.")
    assert not text.holds("")
    assert not text.holds(" – ")


@pytest.mark.parametrize(
    ("start", "end", "is_covered"),
    [(10, 20, True), (0, 30, True), (15, 30, True), (16, 30, False), (0, 14, False), (20, 30, False), (0, 10, False)],
)
def test_a_chunk_covers_a_span_from_half_of_it_on(start: int, end: int, is_covered: bool) -> None:
    assert covers(start, end, Span(10, 20)) is is_covered


def test_nothing_covers_an_empty_span() -> None:
    assert not covers(0, 10, Span(5, 5))


def test_a_text_made_to_be_slow_is_searched_quickly() -> None:
    started = time.process_time()
    text = AnchoredText("a" * 200_000)
    assert not text.find("a" * 1_000 + "b")
    assert not text.holds("b" + "a" * 1_000)
    assert time.process_time() - started < 5
