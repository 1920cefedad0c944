"""Numbers with what they count or measure: amounts of money, shares, durations, plain numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import gcd

from assistant.numerals import number_word, ordinal_number
from corpus.documents import Language


@dataclass(frozen=True, slots=True)
class Amount:
    """A number. `values` holds every way to read it ("1.500" in a text of unknown language is 1500 or 1.5).

    `unit` is "" for a plain number. `scaled` says whether a word such as "mio." is counted in. `start` and `end` are
    offsets into the text. `crown` is the country's currency that "kr." stands for in a text of its language, "" where
    nothing tells it. `ordinal` is True for "3." and "tredje", and None for "hver tredje", which says how often.
    """

    values: frozenset[Fraction]
    unit: str
    scaled: bool
    text: str
    start: int
    end: int
    crown: str = ""
    ordinal: bool | None = False

    def is_said_by(self, other: Amount) -> bool:
        """Return whether another amount is the same: the same number, and no other unit.

        A plain number is said by one with a unit, and two weeks are said by fourteen days; one with a unit is not
        said by a plain number. A third of its kind is not three of them.
        """
        if self.ordinal is not None and other.ordinal is not None and self.ordinal != other.ordinal:
            return False
        if not self.unit or self.unit == other.unit:
            return bool(self.values & other.values)
        if {self.unit, other.unit} in _CROWNS:
            named = self.unit if other.unit == "kr" else other.unit
            return bool(self.values & other.values) and (self.crown or other.crown) in ("", named)
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
    ("point", r"(?:pro[cs]ent|pct\.?)[ -]?po(?:int|eng)\w{0,3}|percentage[ ]points?"),
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
_NATIONAL = re.compile(r"(?P<da>danske|danish)|(?P<no>norske|norwegian)", _I)
_CROWN_OF: dict[str, str] = {"da": "DKK", "no": "NOK"}
_ORDINAL_MARK = re.compile(r"\.\s[a-zæøå]|(?:st|nd|rd|th)(?![^\W_])")
_EACH = re.compile(r"(?<![^\W_])(?:hver|hvert|kvar|kvart|every|each)[ ]$", _I)
_SHARES_THE_UNIT = re.compile(
    r"[ ]?(?:[-–—]|til|to|og|and|eller|or|af|av|of|ud af)[ ]?"
    r"(?:(?:i alt|ca\.?|cirka|omkring|omtrent|samlet|tilsammen|op|mindst|højst|de|den|the|a|total|of|up|about)[ ])"
    r"{0,4}",
    _I,
)
"""What stands between two numbers of which the first is in the unit of the second: "fra 27 til samlet 50 mio. kr."."""
_FILLER = r"(?:hele|fulde|fulle|full|løbende|samlede|danske|norske|danish|norwegian)[ ]"
_BEFORE = re.compile(r"(?:^|[^\w\s]\s{0,2}|[^\W\d_]\s{1,2})(?P<unit>dkk|nok|sek|eur|usd|gbp|kr\.?|€|\$|£)\s{0,2}$", _I)
_TAIL = re.compile(
    rf"(?P<ordinal>\.(?=\s)|(?:st|nd|rd|th){_END})?"
    rf"(?:{_LINK}(?P<scale>{_SCALE}){_END})?(?:{_LINK}(?:{_FILLER})?(?P<unit>{_UNIT}){_END})?",
    _I,
)
_LONGEST_JOINT = 30
_YEAR_LIKE = re.compile(r"(?:19|20)\d\d")
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


def find_amounts(text: str, language: Language | None, nation: Language | None = None) -> list[Amount]:
    """Return the numbers of a text, in digits and in words, in order.

    References, dates and times of day must have been blanked out before. `nation` is the language whose country's
    money "kr." is.

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
    ordered = sorted(_without_parts(found), key=lambda amount: amount.start)
    crowned = [replace(one, crown=_crown_of(one.text, nation)) if one.unit == "kr" else one for one in ordered]
    return _with_unit_of_next(text, crowned, language)


def _with_unit_of_next(text: str, amounts: Sequence[Amount], language: Language | None) -> list[Amount]:
    """Return amounts of which the first of a pair has the unit, and in one reading the factor, that the second has."""
    found = list(amounts)
    for place in range(len(found) - 2, -1, -1):
        amount, after = found[place], found[place + 1]
        is_apart = not after.unit or after.start - amount.end > _LONGEST_JOINT
        if is_apart or amount.unit or amount.ordinal or _YEAR_LIKE.fullmatch(amount.text):
            continue
        if _SHARES_THE_UNIT.fullmatch(text, amount.end, after.start):
            factor = _factor_in(after.text, language) if after.scaled and not amount.scaled else 1
            values = amount.values | {value * factor for value in amount.values}
            found[place] = replace(
                amount, values=values, unit=after.unit, scaled=amount.scaled or after.scaled, crown=after.crown
            )
    return found


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
    unit = unit_of(unit) if unit else ""
    return Amount(scaled, unit, factor != 1, text[start:end].strip(), start, end, ordinal=_is_ordinal(text, span))


def _crown_of(said: str, language: Language | None) -> str:
    nation = _NATIONAL.search(said)
    return _CROWN_OF.get((nation.lastgroup if nation else language) or "", "")


def _is_ordinal(text: str, span: tuple[int, int]) -> bool | None:
    """Return whether the number at a place tells which one rather than how many; None for "hver tredje"."""
    start, end = span
    if text[start].isdigit():
        ordinal = bool(_ORDINAL_MARK.match(text, end))
    else:
        ordinal = ordinal_number(text[start:end]) is not None
    return None if _EACH.search(text, max(0, start - 8), start) else ordinal


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


def are_one_unit(unit: str, other: str) -> bool:
    """Return whether two units may be the same: "kr." and "DKK" may."""
    return unit == other or {unit, other} in _CROWNS


def _factor_in(said: str, language: Language | None) -> int:
    """Return the factor that a written amount was multiplied by, 1 for none."""
    return next((factor for word in _WORD.findall(said) if (factor := scale_of(word, language)) > 1), 1)


@lru_cache(maxsize=32768)
def scale_of(said: str, language: Language | None) -> int:
    """Return the factor that a word names ("mio." is a million), 1 for none.

    A billion is a thousand times more in Danish and Norwegian than in English.
    """
    if _BILLION.fullmatch(said):
        return 10**9 if language == "en" else 10**12
    return next((factor for factor, pattern in _SCALE_PATTERNS if pattern.fullmatch(said)), 1)
