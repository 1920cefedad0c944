"""The figures of a text (numbers, amounts, dates, references) and whether other texts say the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from assistant.amounts import (
    Amount,
    are_one_unit,
    find_amounts,
    find_clock_times,
    find_fractions,
    loose_scales,
    loose_units,
)
from assistant.dates import Date, find_dates, find_year_ranges, find_years
from assistant.labels import Label, find_comparisons, find_labels, find_romans, names_offered
from assistant.numerals import implied_number, multiple_of, ordinal_number
from assistant.references import Reference, find_references
from corpus.documents import Language
from indexing.words import words_of

FigureKind = Literal["number", "date", "section"]

_CODE = re.compile(r"(?<![\w.,/])\d{1,9}(?:[./]\d{1,9}){1,6}(?![\w/]|[.,]\d)")
_ORDINALS = {
    **dict.fromkeys(("første", "fyrste", "first"), 1),
    **dict.fromkeys(("anden", "andet", "annen", "annet", "second"), 2),
}
_ORDINAL = re.compile(r"(?<![\w.,/])\d{1,4}(?:\.(?=\s[a-zæøå])|(?:st|nd|rd|th)(?![^\W_]))", re.IGNORECASE)
_EDGES = " .,;:()[]–-"
MOST_RATIOS = 20
"""Amounts of a source that are tried against each other."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a text. `codes` are numbers that are not counted with: "1394/2007", "2.1.4", times of day.

    `units` and `scales` are the unit words and factors named anywhere in the text; `implied` are numbers that words
    which are no numerals may stand for ("årligt" is once). `labels` have letters and figures ("2b"), and `label_names`
    are all names under which they may be met; `romans` are Roman numerals; `ordinals` are words for first and second,
    which can mean something else; `comparisons` are numbers with the sign before them ("≥"). `multiples` are words
    such as "fordoblet" with what they multiply by, and `ranges` the first and the last year of a period.
    """

    amounts: tuple[Amount, ...]
    dates: tuple[Date, ...]
    references: tuple[Reference, ...]
    codes: frozenset[str]
    units: frozenset[str]
    scales: frozenset[int]
    implied: frozenset[int]
    labels: tuple[Label, ...] = ()
    label_names: frozenset[str] = frozenset()
    romans: tuple[tuple[str, int], ...] = ()
    ordinals: tuple[tuple[str, int], ...] = ()
    comparisons: frozenset[tuple[str, str]] = frozenset()
    multiples: tuple[tuple[str, Fraction], ...] = ()
    ranges: frozenset[tuple[int, int]] = frozenset()

    def __len__(self) -> int:
        return len(self.amounts) + len(self.dates) + len(self.references) + len(self.codes) + len(self.labels)


@lru_cache(maxsize=1024)
def read_figures(text: str, language: Language | None, nation: Language | None = None) -> Figures:
    """Return the figures of a text; without a language, numbers are read in every way they can be.

    `nation` is the language whose country's money "kr." is, None where that is not sure.

    >>> [date.year for date in read_figures("§ 3 gælder fra 2026", "da").dates]
    [2026]
    """
    units = loose_units(text)
    references, rest = find_references(text)
    dates, rest = find_dates(rest)
    times, rest = find_clock_times(rest)
    fractions, rest = find_fractions(rest, language)
    codes = {match.group() for match in _CODE.finditer(rest) if _is_code(match.group())}
    rest = _CODE.sub(lambda match: " " * len(match.group()) if _is_code(match.group()) else match.group(), rest)
    amounts = sorted([*fractions, *find_amounts(rest, language, nation)], key=lambda amount: amount.start)
    counted = {place for amount in amounts for place in range(amount.start, amount.end)}
    labels = [label for label in find_labels(rest) if not {label.start, label.end - 1} <= counted]
    scales = loose_scales(rest, amounts, language)
    years, _ = find_years(rest)
    years = [year for year in years if not any(a.unit and a.start <= year.start < a.end for a in amounts)]
    amounts = [a for a in amounts if a.unit or not any(y.start <= a.start < y.end for y in years)]
    romans = find_romans(rest)
    multiples = [(word, value) for word in words_of(rest) if (value := multiple_of(word)) is not None]
    implied = {number for word in words_of(rest) if (number := implied_number(word)) is not None}
    implied |= {value for _, value in multiples if value.denominator == 1}
    if language is None:
        implied |= {Fraction(2) for word in words_of(rest) if word == "to"}
    return Figures(
        amounts=tuple(amounts),
        dates=(*dates, *years),
        references=tuple(references),
        codes=frozenset({*times, *codes}),
        units=units,
        scales=scales,
        implied=frozenset(int(number) for number in implied) | {value for _, value in romans},
        labels=tuple(labels),
        label_names=names_offered(text),
        romans=tuple(romans),
        ordinals=tuple(_find_ordinals(rest)),
        comparisons=frozenset((number, sign) for number, signs in find_comparisons(text).items() for sign in signs),
        multiples=tuple(multiples),
        ranges=find_year_ranges(text),
    )


def _find_ordinals(text: str) -> Iterator[tuple[str, int]]:
    """Yield "andet", "tredje" and "3." with the numbers they stand for."""
    for word in words_of(text):
        value = _ORDINALS.get(word.lower()) or ordinal_number(word)
        if value:
            yield word, value
    for match in _ORDINAL.finditer(text):
        yield match.group(), int(re.sub(r"\D", "", match.group()))


def merged(figures: Sequence[Figures]) -> Figures:
    """Return the figures of several texts as those of one: a table's heading and its row can be two quotes."""
    return Figures(
        amounts=tuple(amount for one in figures for amount in one.amounts),
        dates=tuple(date for one in figures for date in one.dates),
        references=tuple(reference for one in figures for reference in one.references),
        codes=frozenset(code for one in figures for code in one.codes),
        units=frozenset(unit for one in figures for unit in one.units),
        scales=frozenset(scale for one in figures for scale in one.scales),
        implied=frozenset(number for one in figures for number in one.implied),
        labels=tuple(label for one in figures for label in one.labels),
        label_names=frozenset(name for one in figures for name in one.label_names),
        romans=tuple(roman for one in figures for roman in one.romans),
        ordinals=tuple(ordinal for one in figures for ordinal in one.ordinals),
        comparisons=frozenset(comparison for one in figures for comparison in one.comparisons),
        multiples=tuple(multiple for one in figures for multiple in one.multiples),
        ranges=frozenset(years for one in figures for years in one.ranges),
    )


def _is_code(text: str) -> bool:
    """Return whether digits with marks are a name rather than a number or a range: "1394/2007", "2.1.4"."""
    return "/" in text or (len(re.findall(r"[.]", text)) > 1 and not re.fullmatch(r"\d{1,3}(?:\.\d{3}){1,6}", text))


def unsaid_figures(said: str, claim: Figures, sources: Sequence[Figures]) -> Iterator[tuple[FigureKind, str]]:
    """Yield the kind and the wording of every figure of a claim that no source says.

    Args:
        said: the text of the claim, in which the offsets of its figures count.
        claim: what it says.
        sources: what its quotes say, and the question.
    """
    for reference in claim.references:
        if not any(reference.is_said_by(other) for source in sources for other in source.references):
            yield "section", reference.text.strip(_EDGES)
    for date in claim.dates:
        if not any(_says_date(source, date) for source in sources):
            yield "date", said[date.start : date.end].strip(_EDGES)
    for code in sorted(claim.codes):
        if not any(_says_code(source, code) for source in sources):
            yield "number", code
    yield from _unsaid_labels(claim, sources)
    yield from _unsaid_multiples(claim, sources)
    yield from _other_ranges(claim, sources)
    labelled = {place for label in claim.labels for place in range(label.start, label.end)}
    for place, amount in enumerate(claim.amounts):
        if amount.start in labelled or _is_an_ordinal_said(said, amount, sources):
            continue
        if not any(_says_amount(source, amount) for source in sources) or _is_said_too_often(claim, place, sources):
            yield "number", amount.text.strip(_EDGES)


def _unsaid_labels(claim: Figures, sources: Sequence[Figures]) -> Iterator[tuple[FigureKind, str]]:
    """Yield the labels, Roman numerals, words for first and second, and signs of comparison that no source has."""
    names = {name for source in sources for name in source.label_names}
    numbers = {reference.number for source in sources for reference in source.references}
    for label in claim.labels:
        if not {label.name, label.name.removesuffix("s")} & (names | numbers):
            yield "number", label.text
    plain = {value for source in sources for amount in source.amounts if not amount.unit for value in amount.values}
    numerals = {value for source in sources for _, value in source.romans}
    for numeral, value in claim.romans:
        if value not in numerals | plain and str(value) not in numbers:
            yield "number", numeral
    ordinals = {value for source in sources for _, value in source.ordinals}
    for word, value in claim.ordinals:
        if value not in ordinals | plain and ordinals:
            yield "number", word
    compared = {comparison for source in sources for comparison in source.comparisons}
    for number, sign in sorted(claim.comparisons - compared):
        if any(number == other for other, _ in compared):
            yield "number", f"{sign} {number}"


def _unsaid_multiples(claim: Figures, sources: Sequence[Figures]) -> Iterator[tuple[FigureKind, str]]:
    """Yield the multiples that no source names, counts ("to gange", "100 %") or gives both figures of."""
    for word, times in claim.multiples:
        named = any(times == other for source in sources for _, other in source.multiples)
        amounts = [amount for source in sources for amount in source.amounts[:MOST_RATIOS]]
        counted = any(
            times in a.values if not a.unit else a.unit == "%" and times * 100 - 100 in a.values for a in amounts
        )
        if (
            not named
            and not counted
            and not any(_are_in_ratio(one, other, times) for one in amounts for other in amounts)
        ):
            yield "number", word


def _are_in_ratio(one: Amount, other: Amount, times: Fraction) -> bool:
    return one.unit == other.unit and any(value and value * times in other.values for value in one.values)


def _other_ranges(claim: Figures, sources: Sequence[Figures]) -> Iterator[tuple[FigureKind, str]]:
    """Yield the periods of a claim of which the sources have one year in another period, and not this one."""
    known = {years for source in sources for years in source.ranges}
    for first, last in sorted(claim.ranges - known):
        if any((first == begin) != (last == end) for begin, end in known):
            yield "date", f"{first}-{last}"


def _is_an_ordinal_said(said: str, amount: Amount, sources: Sequence[Figures]) -> bool:
    """Return whether an amount is "1." or "2nd", and a source has the word for it."""
    if amount.unit or not _ORDINAL.match(said, amount.start):
        return False
    return any(value in amount.values for source in sources for _, value in source.ordinals)


def _is_said_too_often(claim: Figures, place: int, sources: Sequence[Figures]) -> bool:
    """Return whether an amount stands in more places of a claim than of all its sources: one is in another's place."""
    amount = claim.amounts[place]
    times = sum(amount.values == other.values for other in claim.amounts[: place + 1])
    if times == 1:
        return False
    said = sum(bool(amount.values & other.values) for source in sources for other in source.amounts)
    return 0 < said < times


def count_said(claim: Figures, source: Figures) -> int:
    """Return how many amounts and days of a claim a source says; years and implied numbers are not counted."""
    amounts = sum(
        any(amount.is_said_by(other) for other in source.amounts) or _is_in_a_column(source, amount)
        for amount in claim.amounts
    )
    return amounts + sum(date.day is not None and _says_date(source, date) for date in claim.dates)


def _says_date(source: Figures, date: Date) -> bool:
    if any(date.is_said_by(other) for other in source.dates):
        return True
    is_year = date.month is None
    return is_year and any(date.year in amount.values for amount in source.amounts if not amount.unit)


def _says_code(source: Figures, code: str) -> bool:
    return code in source.codes or any(code == reference.number for reference in source.references)


def _says_amount(source: Figures, amount: Amount) -> bool:
    if any(amount.is_said_by(other) for other in source.amounts):
        return True
    if not amount.unit or _names_unit(source, amount.unit):
        if any(value in amount.values for value in source.implied):
            return True
        if not amount.unit and any(date.year in amount.values for date in source.dates if date.year):
            return True
    return _is_in_a_column(source, amount)


def _is_in_a_column(source: Figures, amount: Amount) -> bool:
    """Return whether a bare number of the source is the amount in the unit or factor that its heading names."""
    if amount.unit and not _names_unit(source, amount.unit):
        return False
    bare = [other for other in source.amounts if not other.unit and other.ordinal == amount.ordinal]
    factors = {1, *source.scales} if amount.unit or amount.scaled else {1}
    return any(
        value * factor in amount.values
        for other in bare
        for value in other.values
        for factor in factors
        if factor == 1 or not other.scaled
    )


def _names_unit(source: Figures, unit: str) -> bool:
    return any(are_one_unit(unit, named) for named in source.units)
