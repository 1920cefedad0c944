"""Numbers written in words, and the words that scale or measure a number, in Danish, Norwegian and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import product

from corpus.documents import Language

_DANISH_UNITS = ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni")
_DANISH_TENS = {
    **{"tyve": 20, "tredive": 30, "fyrre": 40, "halvtreds": 50, "tres": 60, "halvfjerds": 70, "firs": 80},
    **{"halvfems": 90, "fyrretyve": 40},
}
_NORWEGIAN_UNITS = ("en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni")
_NORWEGIAN_TENS = {
    **{"tjue": 20, "tretti": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "åtti": 80, "nitti": 90},
    **{"tyve": 20, "tredve": 30, "førr": 40},
}
_ENGLISH_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ENGLISH_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
_NORDIC_TEENS = {
    **{"elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16, "sytten": 17, "atten": 18},
    **{"nitten": 19, "hundrede": 100, "hundre": 100, "tusind": 1000, "tusinde": 1000, "tusen": 1000},
}
_ENGLISH_TEENS = {
    **{"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17},
    **{"eighteen": 18, "nineteen": 19, "hundred": 100, "thousand": 1000},
}
_NORDIC_ORDINALS = {
    **{"tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "syvende": 7, "sjuende": 7, "ottende": 8, "åttende": 8},
    **{"niende": 9, "tiende": 10, "ellevte": 11, "tolvte": 12},
}
_ENGLISH_ORDINALS = {
    **{"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10},
    **{"eleventh": 11, "twelfth": 12},
}


def _count(units: tuple[str, ...], tens: Mapping[str, int]) -> dict[str, int]:
    """Return units and tens, and both ways to join them: "femogtyve" and "tjuefem", "twenty-five"."""
    numbers = {word: value for value, word in enumerate(units, 1)} | dict(tens)
    for (value, unit), (ten, tens_value) in product(enumerate(units, 1), tens.items()):
        for joined in (f"{unit}og{ten}", f"{ten}{unit}", f"{ten}-{unit}"):
            numbers[joined] = tens_value + value
    return numbers


_HALVES = {word: Fraction(3, 2) for word in ("halvanden", "halvandet", "halvannen", "halvannet")} | {
    word: Fraction(1, 2) for word in ("halv", "halvt")
}
_NORDIC: dict[str, Fraction] = _HALVES | {
    word: Fraction(value)
    for word, value in (
        *_count(_DANISH_UNITS, _DANISH_TENS).items(),
        *_count(_NORWEGIAN_UNITS, _NORWEGIAN_TENS).items(),
        *_NORDIC_TEENS.items(),
        *_NORDIC_ORDINALS.items(),
        *(("ti", 10), ("én", 1), ("ét", 1), ("éin", 1), ("eitt", 1), ("éi", 1), ("sytti", 70)),
    )
}
_ENGLISH: dict[str, Fraction] = {
    word: Fraction(value)
    for word, value in (
        *_count(_ENGLISH_UNITS, _ENGLISH_TENS).items(),
        *_ENGLISH_TEENS.items(),
        *_ENGLISH_ORDINALS.items(),
        *(("ten", 10), ("twice", 2), ("thrice", 3)),
    )
}
_UNCERTAIN = frozenset({"en", "one"})
"""Numbers that are most often an article or a pronoun: they count as 1 in a source, and a claim is not held to them."""
_ALSO_ENGLISH = frozenset({"to", "fire", "ti", "ni"})
"""Danish and Norwegian numbers that a text of unknown language may mean otherwise."""
_IMPLIED: dict[str, int] = {
    **dict.fromkeys(
        ("en", "et", "ei", "ein", "eit", "a", "an", "one", "once", "årlig", "årligt", "annual", "annually"), 1
    ),
    **dict.fromkeys(("yearly", "årlige", "hver", "hvert", "every", "each", "per", "pr"), 1),
    **dict.fromkeys(("halvårlig", "halvårligt", "halvårlige", "biannual", "biannually", "begge", "both"), 2),
    **dict.fromkeys(("kvartalsvis", "kvartalsvist", "kvartalsvise", "kvartal", "quarterly", "quarter"), 4),
    **dict.fromkeys(("månedlig", "månedligt", "månedlige", "monthly"), 12),
}


def number_word(word: str, language: Language | None) -> Fraction | None:
    """Return the number that a word says in a language, None for no number or for an article ("en", "one").

    Without a language the word is read as Danish or Norwegian, and else as English.

    >>> number_word("femogtyve", "da"), number_word("to", "en"), number_word("two", None)
    (Fraction(25, 1), None, Fraction(2, 1))
    """
    lowered = word.lower()
    if lowered in _UNCERTAIN:
        return None
    if language == "en":
        return _ENGLISH.get(lowered)
    if language is None and lowered in _ALSO_ENGLISH:
        return None
    found = _NORDIC.get(lowered)
    return _ENGLISH.get(lowered) if found is None and language is None else found


def ordinal_number(word: str) -> int | None:
    """Return the number of an ordinal from "third" on, None for any other word."""
    lowered = word.lower()
    return _NORDIC_ORDINALS.get(lowered) or _ENGLISH_ORDINALS.get(lowered)


_MULTIPLES: tuple[tuple[Fraction, re.Pattern[str]], ...] = (
    (
        Fraction(2),
        re.compile(r"(?:for)?dobl(?:e|er|es|et|ede|edes|ing|ingen)|dobbelt\w{0,3}|doubl(?:e|es|ed|ing)|twofold"),
    ),
    (Fraction(3), re.compile(r"tredobl\w{1,6}|tredobbelt\w{0,3}|tripl(?:e|es|ed|ing|et|ede)|threefold")),
    (Fraction(4), re.compile(r"firdobl\w{1,6}|firdobbelt\w{0,3}|quadrupl\w{1,4}|fourfold")),
    (Fraction(5), re.compile(r"femdobl\w{1,6}|femdobbelt\w{0,3}|fivefold")),
    (Fraction(6), re.compile(r"seksdobl\w{1,6}|sixfold")),
    (Fraction(10), re.compile(r"tidobl\w{1,6}|tenfold")),
    (Fraction(1, 2), re.compile(r"halver(?:e|er|es|et|ede|edes|ing|ingen|t|te|a)|halv(?:ed|es|ing)")),
)


@lru_cache(maxsize=65536)
def multiple_of(word: str) -> Fraction | None:
    """Return by what a word says that something is multiplied: 2 for "fordoblet", 1/2 for "halved", None for none."""
    lowered = word.lower()
    return next((value for value, pattern in _MULTIPLES if pattern.fullmatch(lowered)), None)


def _begins(word: str, ordinal: str) -> bool:
    """Return whether an ordinal is the first part of a compound ("tredjeland")."""
    return len(word) > len(ordinal) and word.startswith(ordinal)


@lru_cache(maxsize=65536)
def implied_number(word: str) -> Fraction | None:
    """Return the number that a word of a source may stand for without being a numeral: "en", "årligt", "tredjeland"."""
    lowered = word.lower()
    value = _IMPLIED.get(lowered)
    if value is None:
        value = next((number for ordinal, number in _NORDIC_ORDINALS.items() if _begins(lowered, ordinal)), None)
    return None if value is None else Fraction(value)
