"""From which to which: "fra Norge til Danmark" is not "fra Danmark til Norge", and five of six are not six of five."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.amounts import unit_of
from assistant.numerals import number_word
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word
from corpus.sentences import read_words

MOST_PAIRS = 10
_FROM = read_words("fra from")
_TO = read_words("til to")
_OF = read_words("af av of")
_ALL = read_words("alle samtlige all begge both")
_REACH = 8
"""Words after "fra" within which its "til" stands."""
_NEAR = 2
"""Words after a preposition within which what it belongs to begins."""
_WITHIN_SHARE = 3


def turned_directions(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a claim goes from one thing to another and its quotes go the other way."""
    mine = _find_directions(claim)
    theirs = [pair for quote in quotes for pair in _find_directions(quote)] if mine else []
    for start, end in mine:
        same = any(_is_one(start, other) and _is_one(end, another) for other, another in theirs)
        turned = any(_is_one(start, another) and _is_one(end, other) for other, another in theirs)
        if turned and not same:
            yield f"from {start} to {end} is from {end} to {start} in the quote"


def turned_shares(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a claim says another share of so many than its quotes: "alle fem" of "fire af fem"."""
    theirs = [pair for quote in quotes for pair in _find_shares(quote)]
    mine = _find_shares(claim) if theirs else ()
    for some, whole in mine:
        if (whole, some) in theirs and (some, whole) not in theirs:
            yield f"{some} of {whole} is {whole} of {some} in the quote"
    for at, word in enumerate(claim.words[:-1] if theirs else ()):
        number = _number(claim, at + 1)
        wholes = {whole for _, whole in theirs}
        if folded(word.text) in _ALL and number in wholes and (number, number) not in theirs:
            yield f"{word.text} {number} is not in the quote"


@lru_cache(maxsize=1024)
def _find_directions(statement: Statement) -> tuple[tuple[str, str], ...]:
    """Return what stands first after "fra" and after the "til" that follows."""
    found = []
    plain = [folded(word.text) for word in statement.words]
    for at, word in enumerate(plain):
        if word not in _FROM:
            continue
        start = _first(statement, at)
        to = next((place for place in range(at + 2, min(len(plain), at + 2 + _REACH)) if plain[place] in _TO), None)
        end = _first(statement, to) if to is not None else None
        if start and end:
            found.append((start, end))
    return tuple(found[:MOST_PAIRS])


def _first(statement: Statement, at: int) -> str | None:
    following = statement.words[at + 1 : at + 2 + _NEAR]
    return next((one.text for one in following if one.text[0].isdigit() or is_content_word(one.text)), None)


def _is_one(word: str, other: str) -> bool:
    if word[0].isdigit() or other[0].isdigit():
        return word.replace(".", ",") == other.replace(".", ",")
    return Vocabulary([other]).translates(word)


@lru_cache(maxsize=1024)
def _find_shares(statement: Statement) -> tuple[tuple[str, str], ...]:
    """Return the pairs of numbers with "af" between them: three of five."""
    found = []
    for at, word in enumerate(statement.words):
        if folded(word.text) not in _OF or at == 0:
            continue
        some = _number(statement, at - 1)
        following = range(at + 1, min(len(statement.words), at + 1 + _WITHIN_SHARE))
        whole = next((number for place in following if (number := _number(statement, place))), "")
        if some and whole:
            found.append((some, whole))
    return tuple(found[:MOST_PAIRS])


def _number(statement: Statement, at: int) -> str:
    """Return the number that a word says, as digits; "" for any other word."""
    word = statement.words[at].text
    if word.isdecimal():
        return word
    value = number_word(word, statement.language or ("da" if statement.nordic else None))
    return str(value) if value is not None and not unit_of(word) else ""
