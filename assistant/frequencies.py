"""How often something happens: "fire gange om året" is not four times a month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.numerals import number_word
from corpus.documents import Language

_I = re.IGNORECASE
_PERIODS: tuple[tuple[str, str], ...] = (
    ("year", r"året|år|year"),
    ("half year", r"halvår(?:et)?|half[ -]year"),
    ("quarter", r"kvartal(?:et)?|quarter"),
    ("month", r"måneden|måned|månaden|månad|month"),
    ("week", r"ugen|uge|uken|uka|uke|veka|veke|week"),
    ("day", r"dagen|dag|døgnet|døgn|day"),
    ("hour", r"timen|time|hour"),
)
_ADVERBS: dict[str, str] = {
    **dict.fromkeys(("årlig", "årligt", "årlige", "annual", "annually", "yearly"), "year"),
    **dict.fromkeys(("halvårlig", "halvårligt", "halvårlige", "biannual", "biannually"), "half year"),
    **dict.fromkeys(("kvartalsvis", "kvartalsvist", "kvartalsvise", "quarterly"), "quarter"),
    **dict.fromkeys(("månedlig", "månedligt", "månedlige", "månadleg", "monthly"), "month"),
    **dict.fromkeys(("ugentlig", "ugentligt", "ugentlige", "ukentlig", "ukentlige", "vekentleg", "weekly"), "week"),
    **dict.fromkeys(("daglig", "dagligt", "daglige", "dagleg", "daily"), "day"),
}
_PERIOD = "|".join(f"(?P<p{place}>{pattern})" for place, (_, pattern) in enumerate(_PERIODS))
_NAMES = "|".join(pattern for _, pattern in _PERIODS)
_TIMES = r"(?:(?P<count>[^\W_]{1,12})[ ](?:gange|gang|ganger|gonger|times)|(?P<few>once|twice|thrice))[ ]"
_RATE = re.compile(
    rf"(?<![^\W_])(?:{_TIMES}(?:(?:om|i|per|pr\.?|hver|hvert|kvart|kvar|a|an|each|every|in[ ]a)[ ](?:{_PERIOD})"
    rf"|(?P<adverb>[^\W\d_]{{5,12}}))|(?:hver|hvert|kvar|kvart|each|every)[ ](?:enkelt[ ])?(?P<each>[^\W\d_]{{3,9}})"
    rf"|(?:om|per|pr\.?|a|an)[ ](?P<per>{_NAMES})|(?P<alone>[^\W\d_]{{5,12}}))(?![^\W_])",
    _I,
)
_FEW = {"once": Fraction(1), "twice": Fraction(2), "thrice": Fraction(3)}
_EACH = tuple((name, re.compile(pattern, _I)) for name, pattern in _PERIODS)
_ONE_OF_MANY = frozenset({"half year", "quarter"})
"""Periods that are most often told as so many times a year."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many times in which period; `times` is None where a word such as "månedligt" or "hver uge" tells it."""

    times: Fraction | None
    period: str
    text: str


@lru_cache(maxsize=2048)
def find_rates(text: str, language: Language | None) -> tuple[Rate, ...]:
    """Return how often a text says that things happen.

    >>> [(rate.times, rate.period) for rate in find_rates("fire gange om året og hver uge", "da")]
    [(Fraction(4, 1), 'year'), (None, 'week')]
    """
    return tuple(rate for match in _RATE.finditer(text) if (rate := _read(match, language)) is not None)


def _read(match: re.Match[str], language: Language | None) -> Rate | None:
    if match["alone"] or match["each"] or match["per"]:
        word = match["alone"] or match["each"] or match["per"]
        named = _ADVERBS.get(word.lower()) if match["alone"] else _period(word)
        return Rate(None, named, match.group()) if named else None
    period = next((name for place, (name, _) in enumerate(_PERIODS) if match[f"p{place}"]), None)
    period = period or _ADVERBS.get((match["adverb"] or "").lower())
    return Rate(_count(match, language), period, match.group()) if period else None


def _period(word: str) -> str | None:
    return next((name for name, pattern in _EACH if pattern.fullmatch(word)), None)


def _count(match: re.Match[str], language: Language | None) -> Fraction | None:
    if match["few"]:
        return _FEW[match["few"].lower()]
    said = match["count"]
    return Fraction(int(said)) if said.isdecimal() else number_word(said, language)


def changed_rates(claim: Sequence[Rate], quotes: Sequence[Rate]) -> Iterator[str]:
    """Yield the rates of a claim that the quotes have with another period."""
    for rate in claim:
        alike = [other for other in quotes if other.times == rate.times]
        if any(other.period == rate.period for other in quotes) or not alike:
            continue
        if rate.times is None and _ONE_OF_MANY & {rate.period, *(other.period for other in alike)}:
            continue
        yield f"{rate.text} is {alike[0].text} in the quote"
