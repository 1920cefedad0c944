"""Dates as they are written in Danish, Norwegian and English, read into one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Date:
    """A date that may say only a part: None is what it leaves open. `start` and `end` are offsets into the text."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int

    def is_said_by(self, other: Date) -> bool:
        """Return whether another date says at least all that this one says, and nothing else."""
        return all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


MONTHS: dict[str, int] = {
    **{"januar": 1, "february": 2, "marts": 3, "april": 4, "maj": 5, "juni": 6, "juli": 7, "august": 8},
    **{"september": 9, "oktober": 10, "november": 11, "december": 12, "februar": 2, "mars": 3, "mai": 5},
    **{"desember": 12, "january": 1, "march": 3, "may": 5, "june": 6, "july": 7, "october": 10},
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10},
    **{"oct": 10, "nov": 11, "dec": 12, "des": 12},
}
_SHORT = frozenset({"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "oct", "nov", "dec", "des"})
_I = re.IGNORECASE
_ALL = "|".join(sorted(MONTHS, key=lambda month: -len(month)))
_LONG = "|".join(sorted((month for month in MONTHS if month not in _SHORT | {"may", "march"}), key=lambda m: -len(m)))
_MONTH = rf"(?P<month>{_ALL})(?![^\W\d_])\.?"
_GAP = r"[^\S\n]{0,2}\n?[^\S\n]{0,2}"
_JOIN = r"(?:[-–—]|til|to|og|and)"

_DAY_FIRST = re.compile(
    rf"(?<![\d.,/])(?:(?P<from>\d{{1,2}})\.?{_GAP}{_JOIN}{_GAP})?(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?{_GAP}(?:of{_GAP})?"
    rf"{_MONTH}(?:,?{_GAP}(?P<year>\d{{4}})(?!\d))?",
    _I,
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W_]){_MONTH}{_GAP}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.]\d|\d|[^\W\d_])"
    rf"(?:{_GAP}[-–]{_GAP}(?P<from>\d{{1,2}})(?!\d))?(?:,?{_GAP}(?P<year>\d{{4}})(?!\d))?",
    _I,
)
_MONTH_YEAR = re.compile(rf"(?<![^\W_]){_MONTH},?{_GAP}(?P<year>\d{{4}})(?!\d)", _I)
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])")
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<day>\d{1,2})(?P<mark>[./-])[ ]?(?P<month>\d{1,2})(?:(?P=mark)|(?<=/\d)[ -]|(?<=/\d\d)[ -])[ ]?"
    r"(?P<year>(?:19|20)\d\d|\d\d)(?![\d/]|[.,-]\d)"
)
_DAY_AND_MONTH = re.compile(r"(?:\bden|\bd\.)[ ](?P<day>\d{1,2})[./][ ]?(?P<month>\d{1,2})(?![\d/]|[.,]\d)", _I)
_MONTH_ALONE = re.compile(rf"(?<![^\W_])(?P<month>{_LONG})(?![^\W\d_])", _I)
_MONTH_IN_ENGLISH = re.compile(r"(?<![^\W_])(?:(?P<month>March)|(?<=[a-z,:;(–-] )(?P<may>May))(?![^\W_])")
"""With a capital, "March" is a month anywhere, and "May" but at the beginning of a sentence."""
_YEARS = re.compile(
    r"(?<![\d.,/\w-])(?P<year>(?:19|20)\d\d)(?:[ ]?[-–/][ ]?(?P<to>(?:19|20)\d\d|\d\d))(?![\d.,/-]\d|\d)"
)
_YEAR = re.compile(r"(?<![\d.,/\w])(?P<year>(?:19|20)\d\d)(?:['’]?(?:s|erne|ene|åra))?(?![\w%]|[.,/]\d|[ ]?%)")
_YEAR_RANGE = re.compile(
    r"(?<![\d.,/\w-])(?P<year>(?:19|20)\d\d)(?:[ ]?[-–—/][ ]?(?P<short>\d\d(?!\d))?"
    r"|[ ](?:til|to|until|through|til og med|t\.o\.m\.)[ ])(?(short)|(?P<to>(?:19|20)\d\d))(?![\d.,/-]\d|\d)",
    re.IGNORECASE,
)
_RUNS_ON = re.compile(r"\s*(?:[-–—]|til|to|og|and|until|through|t\.o\.m\.|frem til|fram til)\s*(?:den\s|the\s)?\s*", _I)

_WORD = re.compile(r"[^\W\d_]+")
_IN_FIGURES = (_ISO, _NUMERIC, _DAY_AND_MONTH)
_IN_WORDS = (_DAY_FIRST, _MONTH_FIRST, _MONTH_YEAR, _MONTH_ALONE, _MONTH_IN_ENGLISH)


def find_dates(text: str) -> tuple[list[Date], str]:
    """Return the dates of a text, and the text with blanks in their place; years alone are left to `find_years`.

    A range gives both its ends; the first takes the year of the last where it has none of its own.

    >>> [(d.year, d.month, d.day) for d in find_dates("fra 1. til 3. maj 2025")[0]]
    [(2025, 5, 1), (2025, 5, 3)]
    """
    found: list[Date] = []
    names_a_month = any(word in MONTHS for word in _WORD.findall(text.lower()))
    for pattern in (*_IN_FIGURES, *(_IN_WORDS if names_a_month else ())):
        text = _take(text, pattern, _read, found)
    found.sort(key=lambda date: date.start)
    following = [*found[1:], None]
    return [_with_year_of_next(text, date, after) for date, after in zip(found, following, strict=False)], text


def find_years(text: str) -> tuple[list[Date], str]:
    """Return the years that stand alone or in a range, and the text with blanks in their place."""
    found: list[Date] = []
    text = _take(text, _YEARS, _read_years, found)
    text = _take(text, _YEAR, _read_year, found)
    return sorted(found, key=lambda date: date.start), text


def find_year_ranges(text: str) -> frozenset[tuple[int, int]]:
    """Return the first and the last year of every period of a text: "2024–27", "fra 2016 til 2020"."""
    found = set()
    for match in _YEAR_RANGE.finditer(text):
        found.add((int(match["year"]), int(match["to"] or match["year"][:2] + match["short"])))
    return frozenset(years for years in found if years[0] < years[1])


def blank(text: str, start: int, end: int) -> str:
    """Return a text of the same length with a stretch of it blanked out."""
    return text[:start] + " " * (end - start) + text[end:]


def _take(
    text: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[Date]], found: list[Date]
) -> str:
    """Read every match of a pattern into `found` and return the text without those that were dates."""
    spans = []
    for match in pattern.finditer(text):
        dates = list(read(match))
        found.extend(dates)
        if dates:
            spans.append(match.span())
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _read(match: re.Match[str]) -> list[Date]:
    parts = match.groupdict()
    if parts["month"] in ("may", "march"):  # the verbs, in an English text
        return []
    named = (parts["month"] or parts["may"]).lower()
    month = MONTHS.get(named) or int(named)
    day = int(parts["day"]) if parts.get("day") else None
    if day is not None and month > 12 >= day and "mark" in parts:
        day, month = month, day
    if not 1 <= month <= 12 or not (day is None or 1 <= day <= 31):
        return []
    digits = parts.get("year")
    year = int(digits) + (2000 if len(digits) == 2 else 0) if digits else None
    dates = [Date(year, month, day, *match.span())]
    other = parts.get("from")
    if other and 1 <= int(other) <= 31:
        dates.append(Date(year, month, int(other), *match.span()))
    return sorted(dates, key=lambda date: date.day or 0)


def _read_years(match: re.Match[str]) -> list[Date]:
    first, last = match["year"], match["to"]
    last = last if len(last) == 4 else first[:2] + last
    if int(last) <= int(first):
        return []
    return [Date(int(first), None, None, *match.span("year")), Date(int(last), None, None, *match.span("to"))]


def _read_year(match: re.Match[str]) -> list[Date]:
    return [Date(int(match["year"]), None, None, *match.span("year"))]


def _with_year_of_next(text: str, date: Date, after: Date | None) -> Date:
    if date.year is not None or date.day is None or after is None or after.year is None or after.day is None:
        return date
    between = text[date.end : after.start]
    return replace(date, year=after.year) if len(between) <= 30 and _RUNS_ON.fullmatch(between) else date
