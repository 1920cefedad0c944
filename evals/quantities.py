"""Numbers and dates in a text, however they are written: 25.500 and 25 500, fire and 4, 1. maj 2025 and 2025-05-01.

Read apart from how the assistant's verifier reads them, so that a hole in the one does not blind the scorer too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from corpus.documents import Language

MONTHS: tuple[tuple[str, ...], ...] = (
    ("januar", "january", "jan"),
    ("februar", "february", "feb"),
    ("marts", "mars", "march"),
    ("april", "apr"),
    ("maj", "mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("december", "desember", "dec", "des"),
)
"""The names of the months in Danish, Norwegian and English, the first is Danish."""

_MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
_NUMBER_WORDS = {
    "to": 2, "two": 2, "tre": 3, "three": 3, "fire": 4, "four": 4, "fem": 5, "five": 5, "seks": 6, "six": 6,
    "syv": 7, "sju": 7, "seven": 7, "otte": 8, "åtte": 8, "eight": 8, "ni": 9, "nine": 9, "ti": 10, "ten": 10,
    "elleve": 11, "eleven": 11, "tolv": 12, "twelve": 12, "tretten": 13, "thirteen": 13, "fjorten": 14,
    "fourteen": 14, "femten": 15, "fifteen": 15, "seksten": 16, "sixteen": 16, "sytten": 17, "seventeen": 17,
    "atten": 18, "eighteen": 18, "nitten": 19, "nineteen": 19, "tyve": 20, "tjue": 20, "twenty": 20,
    "tredive": 30, "tretti": 30, "thirty": 30,
}  # fmt: skip
_ARTICLES = frozenset({"en", "én", "et", "ét", "ett", "ein", "ei", "eit", "one"})
_ENGLISH_WORDS = frozenset({"to", "fire"})
"""Numbers in Danish and Norwegian; in what is English they may bear a number out, but do not state one."""
_SCALES = {
    "tusind": 3, "tusinde": 3, "tusen": 3, "thousand": 3, "mio": 6, "mill": 6, "million": 6, "millioner": 6,
    "millions": 6, "mia": 9, "mrd": 9, "bn": 9, "billion": 9, "milliard": 9, "milliarder": 9,
}  # fmt: skip

_NAMES = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_DAY = r"(?<![\d.,])(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d)",
        rf"{_DAY}(?:\. ?|/)(?P<month>\d{{1,2}})(?:\. ?|/|-){_YEAR}",
        rf"{_DAY}(?:\.|st|nd|rd|th)?(?: of)? ?(?P<name>{_NAMES})\b(?:\.?,? {_YEAR})?",
        rf"\b(?P<name>{_NAMES})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]\d|\d)(?:,? {_YEAR})?",
        rf"\b(?P<name>{_NAMES})\.?,? {_YEAR}",
    )
)
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)*")
_SCALE = re.compile(rf"[ .-]?({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MARKER = re.compile(r"\[\d{1,4}\]")
_LONGEST = 40
"""Digits and marks; a longer run is no number that anybody states."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day or a month; the day or the year is None where the text does not state it."""

    day: int | None
    month: int
    year: int | None


Readings = frozenset[Decimal]
"""The values that one written number may have: "1.500" is 1500 or, in English, 1.5."""


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text states, each once; `loosely` is what else it may be taken to mention.

    That is the parts of numbers and dates, "en" for 1, and "to" for 2 whatever the language.
    """

    numbers: tuple[Readings, ...]
    dates: tuple[Date, ...]
    loosely: Readings


def find_quantities(text: str, language: Language) -> Quantities:
    """Return the numbers and dates of a text in a language; markers of citations such as "[1]" are none."""
    rest = re.sub(r"\s", " ", _MARKER.sub(" ", text))
    dates: list[Date] = []
    for pattern in _DATES:
        rest = pattern.sub(lambda found: _take_date(found, dates), rest)
    numbers = [_readings(found, rest) for found in _NUMBER.finditer(rest) if len(found[0]) <= _LONGEST]
    parts = [Decimal(part) for found in _NUMBER.finditer(rest) for part in re.findall(r"\d{1,40}", found[0])]
    words = [word.lower() for word in _WORD.findall(rest)]
    spelt = [word for word in words if word in _NUMBER_WORDS]
    stated = [word for word in spelt if language != "en" or word not in _ENGLISH_WORDS]
    loosely = {Decimal(_NUMBER_WORDS[word]) for word in spelt}.union(parts, *(_numbers_of(date) for date in dates))
    if _ARTICLES.intersection(words):
        loosely.add(Decimal(1))
    return Quantities(
        numbers=tuple(dict.fromkeys((*numbers, *(frozenset({Decimal(_NUMBER_WORDS[word])}) for word in stated)))),
        dates=tuple(dict.fromkeys(dates)),
        loosely=frozenset(loosely),
    )


def find_unheld(text: str, sources: Iterable[str], language: Language) -> list[Readings | Date]:
    """Return the numbers and dates of a text in a language that no source has, whatever the form and its language.

    >>> find_unheld("I alt 25.500 kr. den 1. maj", ["25 500 kr.", "2025-05-01"], "da")
    []
    >>> find_unheld("den 2. maj 2025", ["2025-05-01"], "da")
    [Date(day=2, month=5, year=2025)]
    """
    said = find_quantities(text, language)
    held = [find_quantities(source, language) for source in sources]
    values: Readings = frozenset(value for one in held for value in (*chain(*one.numbers), *one.loosely))
    dates = [date for one in held for date in one.dates]
    unheld: list[Readings | Date] = [readings for readings in said.numbers if not readings & values]
    return unheld + [date for date in said.dates if not any(_agree(date, other, values) for other in dates)]


def _take_date(found: re.Match[str], dates: list[Date]) -> str:
    """Note a date and return what is left in its place; what is no date of the calendar stays as it is."""
    groups = found.groupdict()
    month = _MONTH_NUMBERS[groups["name"].lower()] if groups.get("name") else int(groups["month"])
    day, year = (int(groups[part]) if groups.get(part) else None for part in ("day", "year"))
    if not 1 <= month <= 12 or not (day is None or 1 <= day <= 31):
        return found[0]
    dates.append(Date(day, month, year))
    return " ; "


def _numbers_of(date: Date) -> set[Decimal]:
    return {Decimal(part) for part in (date.day, date.year) if part is not None}


def _agree(date: Date, other: Date, values: Readings) -> bool:
    return (
        date.month == other.month
        and date.day in (None, other.day)
        and (date.year in (None, other.year) or (other.year is None and Decimal(date.year or 0) in values))
    )


def _readings(found: re.Match[str], text: str) -> Readings:
    values = _values(found[0])
    scale = _SCALE.match(text, found.end())
    if not scale:
        return values
    return values | {value.scaleb(_SCALES[scale[1].lower()]) for value in values}


def _values(written: str) -> Readings:
    """Return what a number may mean; several marks are thousands with, maybe, a decimal mark last."""
    bare = written.replace(" ", "")
    parts = re.split(r"[.,]", bare)
    if len(parts) == 1:
        return frozenset({Decimal(bare)})
    whole, last = "".join(parts[:-1]), parts[-1]
    grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    decimal = Decimal(f"{whole}.{last}")
    if grouped:
        return frozenset({Decimal(whole + last)} | ({decimal} if len(parts) == 2 else set()))
    if len(parts) > 2 and not all(len(part) == 3 for part in parts[1:-1]):
        return frozenset({Decimal(part) for part in parts})
    return frozenset({decimal})
