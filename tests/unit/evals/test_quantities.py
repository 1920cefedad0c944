"""Numbers and dates are the same whatever their form, and different when they differ."""

from __future__ import annotations

import time

import pytest

from corpus.documents import Language
from evals.quantities import Date, find_quantities, find_unheld


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("25.500 kr.", "25 500 kr."),
        ("25,500 euros", "25.500 euro"),
        ("25\u202f500 kr.", "25500 kr."),
        ("25,5 mio. kr.", "25.500.000 kr."),
        ("2,50 procent", "2.5 percent"),
        ("1.234,56 kr.", "NOK 1 234,56"),
        ("fire møder", "4 møder"),
        ("4 møder", "four meetings"),
        ("1 plads", "der er én plads"),
        ("2 pladser", "to pladser"),
        ("1. maj 2025", "2025-05-01"),
        ("den 1.5.2025", "May 1st, 2025"),
        ("1 May 2025", "1. mai 2025"),
        ("den 1. maj", "den 1. maj 2025"),
        ("maj 2025", "den 1. maj 2025"),
        ("den 1. maj 2025", "1. maj. Det var i 2025"),
        ("i 2025", "den 1. maj 2025"),
        ("Det står der [1][2].", "uden tal"),
        ("99/2025", "99/2025"),
    ],
)
def test_the_same_number_or_date_in_another_form_is_held(said: str, source: str) -> None:
    assert find_unheld(said, [source], "da") == []


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("25,6 mio. kr.", "25,5 mio. kr."),
        ("fem møder", "4 møder"),
        ("to møder", "tre møder"),
        ("den 2. maj 2025", "den 1. maj 2025"),
        ("den 1. juni 2025", "den 1. maj 2025"),
        ("den 1. maj 2026", "den 1. maj 2025"),
        ("den 1. maj", "i maj 2025"),
        ("255", "25,5"),
        ("12", "112"),
    ],
)
def test_another_number_or_date_is_not_held(said: str, source: str) -> None:
    assert len(find_unheld(said, [source], "da")) == 1


@pytest.mark.parametrize(("language", "unheld"), [("en", 0), ("da", 1), ("no", 1)])
def test_the_english_to_is_no_number(language: Language, unheld: int) -> None:
    assert len(find_unheld("to the board", ["the board"], language)) == unheld


def test_what_is_no_day_of_the_calendar_is_numbers() -> None:
    assert find_quantities("punkt 40.13.2025", "da").dates == ()
    assert find_quantities("den 31.12.2025", "da").dates == (Date(31, 12, 2025),)


def test_a_question_can_hold_what_the_quote_does_not() -> None:
    assert find_unheld("I 2025 får de 3 mio.", ["hvad får de i 2025", "3 mio. kr."], "da") == []


@pytest.mark.parametrize("text", ["1 234 " * 20_000, "1." * 50_000, "9" * 100_000, "1 maj " * 20_000, "٣" * 1_000])
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    began = time.perf_counter()
    find_unheld(text, [text], "da")
    assert time.perf_counter() - began < 5
