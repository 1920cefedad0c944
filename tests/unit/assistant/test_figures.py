"""Numbers, amounts, dates and references, read into one form out of three languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.amounts import find_amounts, read_digits
from assistant.dates import find_dates, find_years
from assistant.figures import read_figures, unsaid_figures
from assistant.numerals import number_word
from assistant.references import find_references
from corpus.documents import Language


def unsaid(claim: str, source: str, language: Language = "da") -> list[tuple[str, str]]:
    return list(unsaid_figures(claim, read_figures(claim, language), [read_figures(source, language)]))


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("25.500.000", "da", 25_500_000),
        ("25 500 000", "da", 25_500_000),
        ("25\u00a0500", "no", 25_500),
        ("25,500,000", "en", 25_500_000),
        ("25,5", "da", Fraction(51, 2)),
        ("25.5", "en", Fraction(51, 2)),
        ("0,125", "da", Fraction(1, 8)),
        ("1.234,5", "da", Fraction(2469, 2)),
        ("1,234.5", "en", Fraction(2469, 2)),
    ],
)
def test_separators_are_read_as_the_language_writes_them(text: str, language: Language, value: Fraction) -> None:
    assert value in read_digits(text, language)


def test_a_number_of_unknown_language_can_be_read_both_ways_and_a_danish_one_only_one_way() -> None:
    assert read_digits("1.500", None) == {Fraction(1500), Fraction(3, 2)}
    assert read_digits("1.500", "da") == {Fraction(1500)}


@pytest.mark.parametrize(
    ("word", "language", "value"),
    [
        ("fire", "da", 4),
        ("femogtyve", "da", 25),
        ("halvtreds", "da", 50),
        ("tjuefem", "no", 25),
        ("sju", "no", 7),
        ("twenty-five", "en", 25),
        ("to", "en", None),
        ("fire", "en", None),
        ("en", "da", None),
        ("ét", "da", 1),
        ("two", None, 2),
        ("tredje", "no", 3),
    ],
)
def test_a_word_is_a_number_only_in_its_own_language(word: str, language: Language | None, value: int | None) -> None:
    assert number_word(word, language) == value


@pytest.mark.parametrize(
    "text",
    ["30. september 2025", "30.9.2025", "30/9-2025", "2025-09-30", "30 September 2025", "September 30, 2025"],
)
def test_a_day_is_the_same_however_it_is_written(text: str) -> None:
    dates, rest = find_dates(f"Det sker {text}.")
    assert [(date.year, date.month, date.day) for date in dates] == [(2025, 9, 30)]
    assert not any(character.isdigit() for character in rest)


def test_a_range_gives_both_its_ends_and_the_first_takes_the_year_of_the_last() -> None:
    dates, _ = find_dates("fra 1. januar til 31. marts 2025 og 3.–5. maj 2026")
    found = [(date.year, date.month, date.day) for date in dates]
    assert found == [(2025, 1, 1), (2025, 3, 31), (2026, 5, 3), (2026, 5, 5)]


def test_years_are_read_alone_and_in_ranges_but_not_out_of_amounts() -> None:
    years, _ = find_years("2025-27, 1990'erne, 2030, 2025 kr")
    assert [year.year for year in years][:3] == [2025, 2027, 1990]
    assert read_figures("det koster 2025 kr.", "da").dates == ()


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("§ 11 a, stk. 2, nr. 3", [("§", "11a"), ("stk", "2"), ("nr", "3")]),
        ("§ 3 i loven", [("§", "3")]),
        ("§§ 4 og 5", [("§", "4"), ("§", "5")]),
        ("Article 4(1)(b)", [("article", "4"), ("stk", "1"), ("nr", "b")]),
        ("§ 4-3 andre ledd", [("§", "4-3")]),
        ("kapittel 2", [("chapter", "2")]),
    ],
)
def test_a_reference_is_read_step_by_step(text: str, steps: list[tuple[str, str]]) -> None:
    assert [(step.kind, step.number) for step in find_references(text)[0]] == steps


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("25,5 mio. kr.", "25.500.000 kr."),
        ("25.500.000 kr.", "25,5 mio. kr."),
        ("2 %", "to procent"),
        ("2 pct.", "2 procent"),
        ("to uger", "14 dage"),
        ("et tilskud på 5 mio. kr.", "| i mio. kr. | 2026 |\n| Hjælp | 5,0 |"),
        ("50 procent", "halvdelen"),
        ("én gang om året", "årligt"),
        ("i september 2025", "den 30. september 2025"),
        ("i 2025", "30.9.2025"),
        ("kl. 14.30", "kl. 14:30"),
        ("40-årige", "40 år"),
        ("1394/2007", "forordning nr. 1394/2007"),
        ("§ 4", "§§ 4-6"),
        ("fire gange", "4 gange"),
    ],
)
def test_the_same_figure_in_another_form_is_said(claim: str, source: str) -> None:
    assert unsaid(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("5 mio. kr.", "5 kr.", "number"),
        ("5 kr.", "5 mio. kr.", "number"),
        ("5 mio. kr.", "5 mia. kr.", "number"),
        ("5 euro", "5 kr.", "number"),
        ("5 procent", "5 kr.", "number"),
        ("14 uger", "14 dage", "number"),
        ("5 dage", "§ 5 gælder i 3 dage", "number"),
        ("30. september 2025", "september 2025", "date"),
        ("29. september 2025", "30. september 2025", "date"),
        ("2026", "2025", "date"),
        ("§ 11 a", "§ 11", "section"),
        ("§ 11, stk. 3", "§ 11, stk. 2", "section"),
        ("artikel 4", "§ 4", "section"),
        ("kl. 15", "kl. 14", "number"),
        ("fem møder og fem kurser", "fem møder og tre kurser", "number"),
    ],
)
def test_another_figure_is_not_said(claim: str, source: str, kind: str) -> None:
    assert {found for found, _ in unsaid(claim, source)} == {kind}


def test_a_number_that_runs_into_letters_is_a_name_and_a_long_row_of_digits_is_no_crash() -> None:
    assert find_amounts("5G og H1 og COVID", "da") == []
    assert find_amounts("9" * 10_000, "da")
