"""The one value in which two sentences differ: an amount, number, frequency or date, or a yes against a no."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from assistant.amounts import Amount, are_one_unit, scale_of
from assistant.assertions import TIMES_A_YEAR, Assertion, noun_after
from assistant.bounds import bound_of
from assistant.cues import MODALS
from assistant.dates import Date
from assistant.topics import are_one_word

DifferenceKind = Literal["amount", "number", "rate", "date", "yes or no"]
Value = tuple[DifferenceKind, str, str]
"""What sort of value two sentences differ in, and how each of them words it."""

_CLOSE = Fraction(1, 4)
"""Share of the larger by which two numbers may differ when one of them is only about so many."""


def one_difference(mine: Assertion, theirs: Assertion) -> Value | None:
    """Return the one value in which two sentences differ; None where they differ in none, in more, or in other ways."""
    rate = _compare_rates(mine, theirs)
    found = [rate, _compare_amounts(mine, theirs), _compare_dates(mine, theirs)]
    if mine.is_denied != theirs.is_denied:
        found.append(_deny(mine, theirs))
    values = [value for value in found if value != _SAME]
    return values[0] if len(values) == 1 and values[0] != _OTHER else None


_SAME: Value = ("yes or no", "", "")
_OTHER: Value = ("yes or no", "", "?")
"""What comparing gives where the values are the same, and where they cannot be compared."""


def _compare_rates(mine: Assertion, theirs: Assertion) -> Value:
    periods, others = {period for period, _ in mine.periods}, {period for period, _ in theirs.periods}
    rates, other_rates = mine.rates, theirs.rates
    if not (rates or other_rates) and periods == others:
        return _SAME
    rates = rates or _as_rates(mine)
    other_rates = other_rates or _as_rates(theirs)
    if len(rates) != 1 or len(other_rates) != 1:
        return _SAME if sorted(rates) == sorted(other_rates) and periods == others else _OTHER
    if rates[0][0] == other_rates[0][0]:
        return _SAME
    if (mine.rates and theirs.rates) and periods != others:
        return _OTHER
    return "rate", rates[0][1], other_rates[0][1]


_AS_A_FREQUENCY = re.compile(
    r"\w{2,20}ligt|kvartalsvist?|quarterly|monthly|weekly|daily|yearly|annually"
    r"|(?:hver|hvert|kvar|kvart|each|every) .+",
    re.IGNORECASE,
)
"""Wordings of a period that tell how often; "månedlige" and "om året" may only tell which ones, or how much."""


def _as_rates(reading: Assertion) -> tuple[tuple[Fraction, str], ...]:
    """Return the frequency that a sentence tells by a word alone: "månedligt" is twelve times a year."""
    if len(reading.periods) != 1 or reading.amounts:
        return ()
    period, text = reading.periods[0]
    return ((Fraction(TIMES_A_YEAR[period]), text),) if _AS_A_FREQUENCY.fullmatch(text) else ()


_MONEY = frozenset({"kr", "DKK", "NOK", "SEK", "EUR", "USD", "GBP"})
_GROUPS = (_MONEY, {"minute", "hour"}, {"day", "week"}, {"month", "quarter", "year"}, {"%", "share"})


def _compare_amounts(mine: Assertion, theirs: Assertion) -> Value:
    left = [a for a in mine.amounts if not any(_are_same(mine, a, theirs, b) for b in theirs.amounts)]
    left_there = [b for b in theirs.amounts if not any(_are_same(mine, a, theirs, b) for a in mine.amounts)]
    if not left and not left_there:
        return _SAME if len(mine.amounts) == len(theirs.amounts) else _OTHER
    if len(left) != 1 or len(left_there) != 1 or len(mine.amounts) != len(theirs.amounts):
        return _OTHER
    one, other = left[0], left_there[0]
    if mine.amounts.index(one) != theirs.amounts.index(other):
        return _OTHER
    if not _are_one_kind(mine, one, theirs, other) or _are_compatible(mine, one, theirs, other):
        return _OTHER
    return "amount" if one.unit in _MONEY else "number", one.text.strip(" ,;"), other.text.strip(" ,;")


def _are_same(mine: Assertion, one: Amount, theirs: Assertion, other: Amount) -> bool:
    """Return whether two numbers are the same, the smaller bounded as the other; a rounded number is the same too."""
    if not (one.is_said_by(other) and other.is_said_by(one)) and not _is_rounded(one, other):
        return False
    return _bound(mine, one) == _bound(theirs, other) or "loose" in (_bound(mine, one), _bound(theirs, other))


def _bound(reading: Assertion, amount: Amount) -> str:
    return bound_of(reading.statement.text, amount.start, amount.end)[0]


_DEADLINES = frozenset({"senest", "seinast", "tidligst", "inden", "inden for", "innen", "innenfor", "within", "by"})


def _is_about(reading: Assertion, amount: Amount) -> bool:
    """Return whether a number is only about so many: "cirka", and no deadline."""
    kind, word = bound_of(reading.statement.text, amount.start, amount.end)
    return kind == "loose" and word.lower() not in _DEADLINES


def _are_one_kind(mine: Assertion, one: Amount, theirs: Assertion, other: Amount) -> bool:
    """Return whether two numbers measure or count the same sort of thing, in units that can be compared."""
    if one.unit in _MONEY and other.unit in _MONEY:
        return are_one_unit(one.unit, other.unit) and (one.crown or other.crown) == (other.crown or one.crown)
    if one.unit or other.unit:
        return one.unit == other.unit or any({one.unit, other.unit} <= group for group in _GROUPS[1:])
    noun, other_noun = noun_after(mine.statement, one), noun_after(theirs.statement, other)
    return not noun or not other_noun or are_one_word(noun, other_noun)


def _are_compatible(mine: Assertion, one: Amount, theirs: Assertion, other: Amount) -> bool:
    """Return whether two different numbers can both be true: "mindst fem" and syv, "cirka 100" and 97."""
    bound, other_bound = _bound(mine, one), _bound(theirs, other)
    if len(one.values) != 1 or len(other.values) != 1 or one.unit != other.unit:
        return bool({bound, other_bound} & {"up", "down"})
    value, other_value = next(iter(one.values)), next(iter(other.values))
    if _is_about(mine, one) or _is_about(theirs, other):
        return abs(value - other_value) <= _CLOSE * max(abs(value), abs(other_value))
    if "up" in (bound, other_bound) or "down" in (bound, other_bound):
        return _bounds_meet(value, bound, other_value, other_bound)
    return False


def _bounds_meet(value: Fraction, bound: str, other: Fraction, other_bound: str) -> bool:
    """Return whether a least or a most leaves room for another number; two of the same side never do."""
    if bound == other_bound:
        return False
    if bound == "up" or other_bound == "down":
        return other >= value
    return other <= value


def _is_rounded(one: Amount, other: Amount) -> bool:
    """Return whether one number is the other with fewer digits after the point: "25,5 mio." and "25 mio."."""
    if len(one.values) != 1 or len(other.values) != 1:
        return False
    value, other_value = next(iter(one.values)), next(iter(other.values))
    if {one.unit, other.unit} == {"%", "share"}:
        value, other_value = (v * (1 if a.unit == "%" else 100) for v, a in ((value, one), (other_value, other)))
        return abs(value - other_value) < 1
    if one.unit != other.unit:
        return False
    step = max(_step(one), _step(other))
    most = step if step > 1 else step / 2 if step < 1 else Fraction(0)
    return abs(value - other_value) < most or value == other_value


def _step(amount: Amount) -> Fraction:
    """Return the worth of the last digit of a number as it is written."""
    factor = max((scale_of(word.strip(".,"), None) for word in re.split(r"[\s\u00a0]+", amount.text)), default=1)
    value = next(iter(amount.values)) / factor
    step = Fraction(1)
    while value % step and step > Fraction(1, 10**6):
        step /= 10
    return step * factor


_ONCE = re.compile(
    r"frist\w{0,5}|\w{3,20}frist\w{0,5}|deadline\w{0,3}|begynd\w{0,5}|begynn\w{0,4}|start\w{0,5}|slut\w{0,6}|afslut\w{0,6}|"
    r"avslut\w{0,6}|udløb\w{0,4}|utløp\w{0,4}|kraft|gælder|gjelder|gjeld|virkning|oprett\w{0,5}|opprett\w{0,5}|"
    r"etabler\w{0,4}|nedsat\w{0,3}|nedsættes|nedsatt\w{0,2}|stift\w{0,5}|grundlag\w{0,4}|løber|løper|varer|senest|seinast|"
    r"inden|innen|effect|force|begins?|began|ends?|ended|expires?|expired|establish\w{0,3}|founded|launch\w{0,3}|opens?|"
    r"closes?|åbner|åpner|lukker|stenger|bortfalder|bortfaller|ophører|opphører",
    re.IGNORECASE,
)
"""Words for what happens once, so that two dates for it cannot both be right."""
_ROUNDS = re.compile(
    r"\w{0,20}(?:frist\w{0,5}|runde\w{0,3}|pulje\w{0,3}|opslag\w{0,3}|deadlines?|møde[tr]?\w{0,3}|møte\w{0,3}|meetings?|"
    r"konference\w{0,3}|konferanse\w{0,3}|conference|seminar\w{0,4}|kursus\w{0,2}|kurs\w{0,2}|valg\w{0,3}|høring\w{0,3})",
    re.IGNORECASE,
)
"""Words for what comes again: the dates of two years are those of two of them."""
_GATHERINGS = re.compile(r"møde[tr]?\w{0,3}|mødes|møte\w{0,3}|meetings?|meets?|konference\w{0,3}|seminar\w{0,4}", re.I)


def _compare_dates(mine: Assertion, theirs: Assertion) -> Value:
    left = [date for date in mine.dates if not any(_are_one_date(date, other) for other in theirs.dates)]
    left_there = [date for date in theirs.dates if not any(_are_one_date(date, other) for other in mine.dates)]
    if not left and not left_there:
        return _SAME if len(mine.dates) == len(theirs.dates) else _OTHER
    if len(left) != 1 or len(left_there) != 1 or len(mine.dates) != len(theirs.dates):
        return _OTHER
    one, other = left[0], left_there[0]
    written = [word.text for reading in (mine, theirs) for word in reading.statement.words]
    happens_once = all(any(_ONCE.fullmatch(word.text) for word in r.statement.words) for r in (mine, theirs))
    if not happens_once or any(_GATHERINGS.fullmatch(word) for word in written):
        return _OTHER
    if one.year != other.year and any(_ROUNDS.fullmatch(word) for word in written):
        return _OTHER
    return "date", _written(mine, one), _written(theirs, other)


def _are_one_date(date: Date, other: Date) -> bool:
    """Return whether two dates may be the same day, month or year."""
    pairs = ((date.year, other.year), (date.month, other.month), (date.day, other.day))
    return all(one is None or two is None or one == two for one, two in pairs) and any(
        one is not None and one == two for one, two in pairs
    )


def _written(reading: Assertion, date: Date) -> str:
    return reading.statement.text[date.start : date.end].strip(" ,;.")


def _deny(mine: Assertion, theirs: Assertion) -> Value:
    """Return a yes and a no, where both sentences have the same modal or none."""
    modals, others = _modals(mine), _modals(theirs)
    if bool(modals) != bool(others) or (modals and modals.isdisjoint(others)) or "if" in mine.qualifiers:
        return _OTHER
    denied, affirmed = (mine, theirs) if mine.is_denied else (theirs, mine)
    if any("negation" in cue.kinds for cue in affirmed.statement.cues):
        return _OTHER
    word = next(cue.word for cue in denied.statement.cues if cue.plain and "negation" in cue.kinds and not cue.manner)
    return ("yes or no", word, "") if mine.is_denied else ("yes or no", "", word)


def _modals(reading: Assertion) -> frozenset[str]:
    return frozenset(kind for cue in reading.statement.cues if cue.plain for kind in cue.kinds & MODALS)
