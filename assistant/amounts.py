"""Numbers with what they count or measure: amounts of money, shares, durations, plain numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd

from assistant.numerals import number_word
from corpus.documents import Language


@dataclass(frozen=True, slots=True)
class Amount:
    """A number. `values` holds every way to read it ("1.500" in a text of unknown language is 1500 or 1.5).

    `unit` is "" for a plain number. `scaled` says whether a word such as "mio." is counted in. `start` and `end` are
    offsets into the text.
    """

    values: frozenset[Fraction]
    unit: str
    scaled: bool
    text: str
    start: int
    end: int

    def is_said_by(self, other: Amount) -> bool:
        """Return whether another amount is the same: the same number, and no other unit.

        A plain number is said by one with a unit, and two weeks are said by fourteen days; one with a unit is not
        said by a plain number.
        """
        if not self.unit:
            return bool(self.values & other.values)
        if self.unit == other.unit or {self.unit, other.unit} in _CROWNS:
            return bool(self.values & other.values)
        if self.unit == "share" and not other.unit:
            return any(value in self.values for value in other.values if value.denominator > 1)
        mine, theirs = _BASES.get(self.unit), _BASES.get(other.unit)
        if mine is None or theirs is None or mine[0] != theirs[0]:
            return False
        return bool({v * mine[1] for v in self.values} & {v * theirs[1] for v in other.values})


_CROWNS = ({"kr", "DKK"}, {"kr", "NOK"}, {"kr", "SEK"})
_BASES: dict[str, tuple[str, Fraction]] = {
    "minute": ("hour", Fraction(1, 60)),
    "hour": ("hour", Fraction(1)),
    "day": ("day", Fraction(1)),
    "week": ("day", Fraction(7)),
    "month": ("month", Fraction(1)),
    "quarter": ("month", Fraction(3)),
    "year": ("month", Fraction(12)),
    "%": ("share", Fraction(1, 100)),
    "share": ("share", Fraction(1)),
}

_UNITS: tuple[tuple[str, str], ...] = (
    ("kr", r"kr\.?|kroner?s?"),
    ("DKK", r"dkk"),
    ("NOK", r"nok(?=[\W\d]|$)"),
    ("SEK", r"sek(?=[\s,;)\d]|$)"),
    ("EUR", r"eur|euros?|€"),
    ("USD", r"usd|\$|dollars?"),
    ("GBP", r"gbp|£|pund"),
    ("%", r"%|pct\.?|pro[cs]ent\w{0,8}|per[ ]?cent\w{0,6}"),
    ("‰", r"‰|promille"),
    ("workday", r"(?:arbejds|arbeids|hver|virke)dag\w{0,4}|(?:working|business)[ ]days?"),
    ("day", r"(?:kalender)?dag(?:e|es|er|ar|ers)?|d[øo]gn|(?:calendar[ ])?days?"),
    ("week", r"uger?s?|uker?s?|veker?|weeks?"),
    ("month", r"m[åa]n(?:ed|ad)(?:er|ers|s|ar)?|mdr\.?|months?"),
    ("quarter", r"kvartal(?:er)?|quarters?"),
    ("year", r"[åa]r(?:s|ige?|ene)?|years?"),
    ("hour", r"timers?|timar|hours?"),
    ("minute", r"minut(?:ter|er|t)?|minutes?"),
    ("kg", r"kg|kilo(?:gram)?"),
    ("mg", r"mg|milligram"),
    ("µg", r"[µμ]g|mcg|mi[kc]rogram"),
    ("ng", r"ng|nanogram"),
    ("g", r"(?-i:g)|grams?"),
    ("ml", r"ml|millilit(?:er|re)s?"),
    ("µl", r"[µμ]l|mi[kc]rolit(?:er|re)s?"),
    ("dl", r"dl|decilit(?:er|re)s?"),
    ("cl", r"cl|centilit(?:er|re)s?"),
    ("litre", r"l|lit(?:er|re)s?"),
    ("m2", r"m\^?2|kvm|kvadratmeter"),
    ("m3", r"m\^?3|kubikmeter"),
    ("km", r"km|kilomet(?:er|re)s?"),
    ("cm", r"cm|centimet(?:er|re)s?"),
    ("mm", r"mm|millimet(?:er|re)s?"),
    ("nm", r"nm|nanomet(?:er|re)s?"),
    ("metre", r"(?-i:m)(?![.\d])|met(?:er|re)s?"),
    ("°F", r"°[ ]?f"),
    ("degree", r"°(?:[ ]?c)?|grader?|degrees?"),
)
_UNIT = "|".join(f"(?:{pattern})" for _, pattern in _UNITS)
_SCALES: tuple[tuple[int, str], ...] = (
    (100, r"hundrede?|hundred"),
    (1_000, r"tusinde?r?|tusen|thousand|t(?=\.?kr)"),
    (1_000_000, r"mio\.?|mill\.?|million(?:er|ar|s)?"),
    (1_000_000_000, r"mia\.?|mrd\.?|milliard(?:er|ar|s)?|bn"),
)
_SCALE = "|".join(pattern for _, pattern in _SCALES) + r"|billion(?:er|ar|s)?"
_I = re.IGNORECASE
_DIGITS = re.compile(r"(?<![^\W_])(?:\d{1,3}(?:[   ]\d{3}){1,6}(?!\d)(?:,\d{1,9})?|\d{1,30}(?:[.,]\d{1,30}){0,6})")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)?")
_END = r"(?![^\W\d_])"
_LINK = r"[\s-]{0,3}"
_FILLER = r"(?:hele|fulde|fulle|full|løbende|samlede|danske|norske|danish|norwegian)[ ]"
_BEFORE = re.compile(r"(?:^|[^\w\s]\s{0,2}|[^\W\d_]\s{1,2})(?P<unit>dkk|nok|sek|eur|usd|gbp|kr\.?|€|\$|£)\s{0,2}$", _I)
_TAIL = re.compile(
    rf"(?P<ordinal>\.(?=\s)|(?:st|nd|rd|th){_END})?"
    rf"(?:{_LINK}(?P<scale>{_SCALE}){_END})?(?:{_LINK}(?:{_FILLER})?(?P<unit>{_UNIT}){_END})?",
    _I,
)
_UNIT_PATTERNS = tuple((name, re.compile(pattern, _I)) for name, pattern in _UNITS)
_SCALE_PATTERNS = tuple((factor, re.compile(pattern, _I)) for factor, pattern in _SCALES)
_BILLION = re.compile(r"billion(?:er|ar|s)?", _I)
_SYMBOLS = {"%": "%", "€": "EUR", "$": "USD", "£": "GBP", "‰": "‰"}
_SHARES: dict[str, Fraction] = {
    **dict.fromkeys(("halvdel", "halvdelen", "halvdelene", "halvparten", "halvpart", "half"), Fraction(1, 2)),
    **dict.fromkeys(("tredjedel", "tredjedele", "tredjedeler", "tredjedelen", "thirds"), Fraction(1, 3)),
    **dict.fromkeys(("fjerdedel", "fjerdedele", "fjerdedeler", "fjerdedelen", "quarters"), Fraction(1, 4)),
    **dict.fromkeys(("femtedel", "femtedele", "femtedeler", "femtedelen", "fifths"), Fraction(1, 5)),
    **dict.fromkeys(("tiendedel", "tiendedele", "tiendedeler", "tenths"), Fraction(1, 10)),
}
_POWER = re.compile(
    r"(?<![^\W_])(?<![.,]\d)(?:(?P<times>\d{1,15}(?:[.,]\d{1,15})?)[ ]?(?:[x×·*⋅][ ]?10\^|e(?=[+-]?\d))|10\^)"
    r"(?P<power>[+-]?\d{1,2})(?![^\W_])",
    _I,
)
_FRACTION = re.compile(r"(?<![\w.,/])(?:(?P<whole>\d{1,4})[ ])?(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\w/]|[.,]\d)")
_MINUS = re.compile(r"(?<![^\W_])minus[ ]$", _I)
_LAST_WORD = re.compile(r"(?<![^\W_])(?P<word>[^\W_]{1,12})[ -]$")
_RUNS_ON = re.compile(r"(?!x(?![^\W_])|(?:s|er|ere|eren|erne|tal|tallet)(?![^\W_])|[^\W\d_]{4})[^\W\d_]", _I)
"""Letters that make a label of a number: not those of "10x", "1990erne" or "12mandsråd"."""
_CLOCK = re.compile(
    r"(?:(?<![^\W_])(?:kl\.?|at)[ ]?(\d{1,2})(?:[.:](\d{2}))?(?![\d%]|[.,]\d))|(?<!\d)(\d{1,2}):(\d{2})(?![\d:])", _I
)


def find_amounts(text: str, language: Language | None) -> list[Amount]:
    """Return the numbers of a text, in digits and in words, in order.

    References, dates and times of day must have been blanked out before.

    >>> [(sorted(a.values), a.unit) for a in find_amounts("25,5 mio. kr. eller to procent", "da")]
    [([Fraction(25500000, 1)], 'kr'), ([Fraction(2, 1)], '%')]
    """
    found, text = _find_powers(text, language)
    for match in _DIGITS.finditer(text):
        values = read_digits(match.group(), language)
        tail = _TAIL.match(text, match.end())
        runs_on = _RUNS_ON.match(text, match.end()) and not (tail and tail.group())
        if values and not runs_on:
            found.append(_measured(text, match.span(), values, language))
    for match in _WORD.finditer(text):
        found.extend(_read_word(text, match, language))
    return sorted(_without_parts(found), key=lambda amount: amount.start)


def find_fractions(text: str, language: Language | None) -> tuple[list[Amount], str]:
    """Return the fractions below one that are written with a slash, and the text with blanks in their place.

    Those that can be reduced are none ("6/8" is a day or a name), so that two of one value are written alike.
    """
    found = []
    for match in _FRACTION.finditer(text):
        over, under = int(match["over"]), int(match["under"])
        if 0 < over < under <= 16 and gcd(over, under) == 1:
            value = Fraction(over, under) + int(match["whole"] or 0)
            found.append(_measured(text, match.span(), {value}, language))
            text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return found, text


def _find_powers(text: str, language: Language | None) -> tuple[list[Amount], str]:
    """Return the numbers with an exponent ("10e6", "2 x 10^6"), and the text with blanks in their place."""
    found = []
    for match in _POWER.finditer(text):
        factor = Fraction(10) ** int(match["power"])
        values = {value * factor for value in read_digits(match["times"] or "1", language)}
        found.append(_measured(text, match.span(), values, language))
    return found, _POWER.sub(lambda match: " " * len(match.group()), text)


def _without_parts(amounts: Sequence[Amount]) -> list[Amount]:
    """Return the amounts of which no part is counted in another ("hundrede" in "fem hundrede")."""
    ends = sorted((amount.start, amount.end) for amount in amounts)
    starts = [start for start, _ in ends]

    def is_part(amount: Amount) -> bool:
        before = bisect_left(starts, amount.start) - 1
        return before >= 0 and ends[before][1] >= amount.end

    return [amount for amount in amounts if not is_part(amount)]


def _read_word(text: str, match: re.Match[str], language: Language | None) -> list[Amount]:
    """Return the number that a word says, if it says one: a numeral, a share, or the first part of "to-årig"."""
    word = match.group().lower()
    if word in _SHARES:
        return [_share(text, match, _SHARES[word], language)]
    first, _, _ = word.partition("-")
    for said in dict.fromkeys((word, first)):
        value = number_word(said, language)
        if value is not None:
            return [_measured(text, (match.start(), match.start() + len(said)), {value}, language)]
    return []


def _share(text: str, match: re.Match[str], share: Fraction, language: Language | None) -> Amount:
    """Return a share, multiplied by the numeral right before it ("to tredjedele")."""
    before = _LAST_WORD.search(text, max(0, match.start() - 14), match.start())
    times = number_word(before["word"], language) if before else None
    if times is None and before and before["word"].isdigit():
        times = Fraction(int(before["word"]))
    start = before.start() if before and times is not None else match.start()
    value = share * (times or 1)
    return Amount(frozenset({value}), "share", False, text[start : match.end()], start, match.end())


def _measured(text: str, span: tuple[int, int], values: Collection[Fraction], language: Language | None) -> Amount:
    """Return a number with the factor and the unit that stand around it."""
    start, end = span
    tail = _TAIL.match(text, end)
    before = _BEFORE.search(text, max(0, start - 12), start)
    scale, unit = (tail["scale"], tail["unit"]) if tail else (None, None)
    factor = scale_of(scale, language) if scale else 1
    unit = unit or (before["unit"] if before else "")
    if tail and (scale or unit):
        end = max(end, tail.end())
    minus = _MINUS.search(text, max(0, start - 8), start)
    sign = -1 if minus else 1
    scaled = frozenset(value * factor * sign for value in values)
    start = minus.start() if minus else start
    return Amount(scaled, unit_of(unit) if unit else "", factor != 1, text[start:end].strip(), start, end)


def find_clock_times(text: str) -> tuple[list[str], str]:
    """Return the times of day as "14:30", and the text with blanks in their place."""
    times, pieces, at = [], [], 0
    for match in _CLOCK.finditer(text):
        hours, minutes = (match[1], match[2] or "00") if match[1] else (match[3], match[4])
        if int(hours) > 24 or int(minutes) > 59 or (match.group()[:2].lower() == "at" and not match[2]):
            continue
        times.append(f"{int(hours)}:{minutes}")
        pieces += [text[at : match.start()], " " * (match.end() - match.start())]
        at = match.end()
    return times, "".join([*pieces, text[at:]])


def loose_units(text: str) -> frozenset[str]:
    """Return the units that a text names anywhere: those of a table's heading hold for all its cells."""
    words = {unit for word in _WORD.findall(text) if (unit := unit_of(word))}
    return frozenset(words | {unit for symbol, unit in _SYMBOLS.items() if symbol in text})


def loose_scales(text: str, amounts: Collection[Amount], language: Language | None) -> frozenset[int]:
    """Return the factors that stand outside the amounts of a text, as in the heading "i mio. kr."."""
    inside = sorted((amount.start, amount.end) for amount in amounts)
    starts = [start for start, _ in inside]
    found = set()
    for match in _WORD.finditer(text):
        factor = scale_of(match.group(), language)
        at = bisect_right(starts, match.start()) - 1
        if factor > 1 and (at < 0 or inside[at][1] <= match.start()):
            found.add(factor)
    return frozenset(found)


def read_digits(digits: str, language: Language | None) -> set[Fraction]:
    """Return the values that digits with separators can have; none for a number of more than one point ("2.1.4").

    >>> sorted(read_digits("25.500", "da")), sorted(read_digits("25.5", "da")), read_digits("2.1.4", "da")
    ([Fraction(25500, 1)], [Fraction(51, 2)], set())
    """
    plain = re.sub(r"\s", "", digits)
    groups = re.split(r"[.,]", plain)
    marks = [character for character in plain if character in ".,"]
    if not marks:
        return {Fraction(int(plain))}
    in_threes = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3 and groups[0] != "0"
    if len(marks) == 1:
        return _read_one_mark(groups, marks[0], language, in_threes=in_threes)
    if len(set(marks)) == 1:
        return {Fraction(int("".join(groups)))} if in_threes else set()
    whole_marks, last = set(marks[:-1]), marks[-1]
    if last in whole_marks or len(whole_marks) != 1:
        return set()
    return {_decimal("".join(groups[:-1]), groups[-1])}


def _read_one_mark(groups: list[str], mark: str, language: Language | None, *, in_threes: bool) -> set[Fraction]:
    as_decimal = _decimal(groups[0], groups[1])
    if not in_threes:
        return {as_decimal}
    as_whole = Fraction(int("".join(groups)))
    if language is None:
        return {as_whole, as_decimal}
    thousands = "," if language == "en" else "."
    return {as_whole} if mark == thousands else {as_whole, as_decimal}


def _decimal(whole: str, part: str) -> Fraction:
    return Fraction(int(whole + part), 10 ** len(part))


@lru_cache(maxsize=32768)
def unit_of(said: str) -> str:
    """Return the unit that a word or sign names, "" for none."""
    return next((name for name, pattern in _UNIT_PATTERNS if pattern.fullmatch(said)), "")


@lru_cache(maxsize=32768)
def scale_of(said: str, language: Language | None) -> int:
    """Return the factor that a word names ("mio." is a million), 1 for none.

    A billion is a thousand times more in Danish and Norwegian than in English.
    """
    if _BILLION.fullmatch(said):
        return 10**9 if language == "en" else 10**12
    return next((factor for factor, pattern in _SCALE_PATTERNS if pattern.fullmatch(said)), 1)
