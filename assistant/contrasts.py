"""Words that are put in place of their opposites: "øget" for "reduceret", "før" for "efter", "usikker" for "sikker"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from assistant.cues import Cue
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word, stems_of

MOST_CONTRASTS = 30
"""Words with an opposite that are looked at in a claim or a quote."""
_AROUND = 4
"""Content words on each side of a word that tell what it is about."""
_SAME_SUBJECT = 0.4
_SAME_SUBJECT_FOREIGN = 0.25
"""Share of the words around one word that stand around its opposite when both are about the same."""
_NEGATED_BEFORE = 4
_NEGATED_AFTER = 3
"""Words before and after another within which a negation denies it."""
_PREPOSITIONS = frozenset(("foer", "inden", "innan", "before", "efter", "etter", "after"))
_FOLLOWING = 4
"""Words after a preposition that it may belong to."""
_NOT_BEFORE = {"inden": "for", "innen": "for", "lige": "meget"}
"""What a word is no opposite before: "inden for" is within."""
_INDEXED = 3
"""First letters by which the beginnings of words are looked up; none is shorter."""
_DENYING = {"en": re.compile(r"(?:un|in|im|ir|il|dis|non)(?P<base>[a-z]{4,30})")}
_DENYING_NORDIC = re.compile(r"u(?P<base>[^\W\d_]{4,30})")


@dataclass(frozen=True, slots=True)
class Opposing:
    """A word with an opposite: its contrast, its side of it, and its place among the words of its text."""

    contrast: int
    side: int
    at: int


@dataclass(frozen=True, slots=True)
class Opposition:
    """A word of a claim that is the opposite of a quote's.

    `claim_negation` and `quote_negation` are the negations that deny the one and the other; with one of the two they
    say the same after all.
    """

    word: str
    other: str
    quote: Statement
    claim_negation: Cue | None
    quote_negation: Cue | None

    @property
    def is_denied_once(self) -> bool:
        """Whether "ikke åben" stands for "lukket"."""
        return (self.claim_negation is None) != (self.quote_negation is None)


def find_oppositions(claim: Statement, quotes: Sequence[Statement]) -> list[Opposition]:
    """Return where a claim has the opposite of what its quotes have, about the same and not the word itself."""
    found = list(_opposed_by_list(claim, quotes))
    for quote in quotes:
        if not claim.is_foreign_to(quote):
            found += _opposed_by_prefix(claim, quote)
    return found


def without_denied(
    claim: Statement, quotes: Sequence[Statement], oppositions: Sequence[Opposition]
) -> tuple[Statement, list[Statement]]:
    """Return the texts without the negations that turn an opposite into the same again."""
    denied = [opposition for opposition in oppositions if opposition.is_denied_once]
    mine = {opposition.claim_negation for opposition in denied}
    theirs = [{one.quote_negation for one in denied if one.quote is quote} for quote in quotes]
    return _without(claim, mine), [_without(quote, cues) for quote, cues in zip(quotes, theirs, strict=True)]


def _without(statement: Statement, cues: set[Cue | None]) -> Statement:
    kept = tuple(cue for cue in statement.cues if cue not in cues)
    return statement if len(kept) == len(statement.cues) else replace(statement, cues=kept)


def _opposed_by_list(claim: Statement, quotes: Sequence[Statement]) -> Iterator[Opposition]:
    mine = _opposing_words(claim)
    theirs = [(quote, opposing) for quote in quotes for opposing in _opposing_words(quote)]
    sides = {(one.contrast, one.side) for one in mine}
    held = {(one.contrast, one.side) for _, one in theirs}
    for one in mine:
        if (one.contrast, one.side) in held:
            continue
        others = [pair for pair in theirs if pair[1].contrast == one.contrast]
        if any((other.contrast, other.side) in sides for _, other in others):
            continue
        about = [(quote, other) for quote, other in others if _are_opposed(claim, one.at, quote, other.at)]
        if about:
            yield _oppose(claim, one.at, about[0][0], about[0][1].at)


def _opposed_by_prefix(claim: Statement, quote: Statement) -> Iterator[Opposition]:
    """Yield "usikker" where the quote has "sikker" alone, and the other way round."""
    for at, base in _denied_bases(claim):
        place = _place_of(quote, base)
        if place is not None and not quote.vocabulary.has(claim.words[at].text):
            yield _oppose(claim, at, quote, place)
    for at, base in _denied_bases(quote):
        place = _place_of(claim, base)
        if place is not None and not claim.vocabulary.has(quote.words[at].text):
            yield _oppose(claim, place, quote, at)


def _oppose(claim: Statement, at: int, quote: Statement, place: int) -> Opposition:
    return Opposition(
        claim.words[at].text, quote.words[place].text, quote, _negation_of(claim, at), _negation_of(quote, place)
    )


def _negation_of(statement: Statement, at: int) -> Cue | None:
    clause = statement.words[at].clause
    near = range(at - _NEGATED_BEFORE, at + _NEGATED_AFTER + 1)
    return next(
        (
            cue
            for cue in statement.cues
            if cue.plain and "negation" in cue.kinds and cue.at in near and statement.words[cue.at].clause == clause
        ),
        None,
    )


def _are_opposed(claim: Statement, at: int, quote: Statement, place: int) -> bool:
    """Return whether two words are about the same; of "før" and "efter" what follows them has to be."""
    if folded(claim.words[at].text) in _PREPOSITIONS:
        return _is_followed_alike(claim, at, quote, place)
    about = [word for word in claim.content_around(at, _AROUND) if not sides_of(folded(word))]
    least = _SAME_SUBJECT_FOREIGN if claim.is_foreign_to(quote) else _SAME_SUBJECT
    return Vocabulary(quote.content_around(place, _AROUND)).share(about) >= least


def _is_followed_alike(claim: Statement, at: int, quote: Statement, place: int) -> bool:
    mine, theirs = claim.words[at + 1 : at + 1 + _FOLLOWING], quote.words[place + 1 : place + 1 + _FOLLOWING]
    spelled = {quote.spelled[place + 1 + step] for step in range(len(theirs))}
    held = Vocabulary([word.text for word in theirs])
    return any(
        held.translates(word.text) if is_content_word(word.text) else word.text.isdigit() and spelling in spelled
        for word, spelling in zip(mine, claim.spelled[at + 1 : at + 1 + len(mine)], strict=True)
    )


@lru_cache(maxsize=1024)
def _opposing_words(statement: Statement) -> tuple[Opposing, ...]:
    found = []
    plain = [folded(word.text) for word in statement.words]
    for at, word in enumerate(plain):
        if _NOT_BEFORE.get(word) not in plain[at + 1 : at + 2]:
            found += [Opposing(contrast, side, at) for contrast, side in sides_of(word)]
    return tuple(found[:MOST_CONTRASTS])


@lru_cache(maxsize=1024)
def _denied_bases(statement: Statement) -> tuple[tuple[int, str], ...]:
    """Return the words of a text that may deny others by their first letters, with what they would deny."""
    pattern = _DENYING["en"] if statement.language == "en" else _DENYING_NORDIC
    found = [(at, pattern.fullmatch(word.text.lower())) for at, word in enumerate(statement.words)]
    return tuple((at, match["base"]) for at, match in found if match)


def _place_of(statement: Statement, word: str) -> int | None:
    stems = stems_of(word)
    return next(
        (
            at
            for at, other in enumerate(statement.words)
            if other.text[:2].lower() == word[:2]
            and is_content_word(other.text)
            and not stems.isdisjoint(stems_of(other.text))
        ),
        None,
    )


@cache
def _contrasts() -> tuple[dict[str, list[tuple[int, int]]], dict[str, list[tuple[str, int, int]]]]:
    """Return the whole words with their sides, and by their first letters the beginnings of words with theirs."""
    lines = files(__package__).joinpath("contrasts.txt").read_text(encoding="utf-8").splitlines()
    whole: dict[str, list[tuple[int, int]]] = {}
    begun: dict[str, list[tuple[str, int, int]]] = {}
    for contrast, line in enumerate(line for line in lines if line.strip() and not line.startswith("#")):
        for side, words in enumerate(line.split(" | ")):
            for word in words.split():
                plain = folded(word.rstrip("*"))
                if word.endswith("*"):
                    begun.setdefault(plain[:_INDEXED], []).append((plain, contrast, side))
                else:
                    whole.setdefault(plain, []).append((contrast, side))
    return whole, begun


@lru_cache(maxsize=65536)
def sides_of(word: str) -> frozenset[tuple[int, int]]:
    """Return the contrasts that a folded word is on a side of, and which side."""
    whole, begun = _contrasts()
    roots = begun.get(word[:_INDEXED], [])
    return frozenset(whole.get(word, [])) | {
        (contrast, side) for root, contrast, side in roots if word.startswith(root)
    }
