"""Whether a claim negates, narrows and obliges as its source does, in the part of the source that it leans on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.alignment import Disagreement, closest, compare_by_words
from assistant.cues import MODALS, Cue, CueKind
from assistant.statements import Statement
from assistant.wording import Vocabulary

MOST_CUES = 60
"""Cues of a kind that are looked at in a claim or its quotes; a sentence has a handful."""
_AROUND = 4
"""Content words on each side of a cue that tell what it is about."""
_NEAREST = 2
_SAME_SUBJECT = 0.4
"""Share of the words around one cue that stand around another when both are about the same."""
_HALF = 0.5
_NEXT = 4
"""Words within which a negation belongs to the modal before it."""


def find_disagreements(claim: Statement, quotes: Sequence[Statement]) -> Iterator[Disagreement]:
    """Yield where a claim turns round what its quotes say.

    A claim worded after one of the quotes is laid beside it word by word; any other is compared by what stands around
    its cues. `number` and `name` are yielded only for a figure or a name put in another's place.
    """
    aligned = closest(claim, quotes)
    if aligned is not None:
        yield from compare_by_words(claim, *aligned)
    else:
        yield from _compare_by_parts(claim, quotes)


def _compare_by_parts(claim: Statement, quotes: Sequence[Statement]) -> Iterator[Disagreement]:
    """Compare the cues of a claim with those of the parts of the quotes that it leans on."""
    for kind in ("negation", "only"):
        yield from _compare_counts(claim, quotes, kind)
    yield from _changed_modals(claim, quotes)


def _compare_counts(claim: Statement, quotes: Sequence[Statement], kind: CueKind) -> Iterator[Disagreement]:
    """Yield the cues of a kind that a claim has more or fewer of than the parts of the quotes it leans on.

    A word that implies such a cue, and has no like in the other text, can stand for one.
    """
    said = _plain_cues([claim], quotes, kind)
    meant = _plain_cues(quotes, [claim], kind)
    leaned_on = [pair for pair in meant if _is_leaned_on(claim, *pair)]
    about = [claim.content_around(cue.at, _AROUND) for _, cue in said]
    related = [
        (quote, cue)
        for quote, cue in meant
        if _is_one_part(quote)
        or (quote, cue) in leaned_on
        or any(_surroundings(quote, cue).share(words) >= _SAME_SUBJECT for words in about)
    ]
    implied_there = _unmatched_manners(quotes, [claim], kind)
    implied_here = _unmatched_manners([claim], quotes, kind)
    if len(said) > len(related) + implied_there:
        yield "negation", f"{said[-1][1].word} is not in the quote"
    elif len(said) + implied_here < len(leaned_on):
        yield "negation", f"{leaned_on[-1][1].word} of the quote is missing"
    elif not implied_there and not any(claim.is_foreign_to(quote) for quote in quotes):
        for (_, cue), words in zip(said, about, strict=True):
            held = max((_surroundings(*pair).share(words) for pair in related), default=0.0)
            if words and held < _SAME_SUBJECT * _highest_share(words, quotes):
                yield "negation", f"{cue.word} is said of something else in the quote"


def _is_one_part(quote: Statement) -> bool:
    """Return whether a quote is a single sentence, which whatever cites it leans on."""
    return quote.words[-1].part == 1


def _is_leaned_on(claim: Statement, quote: Statement, cue: Cue) -> bool:
    """Return whether a claim repeats at least half of what stands in the clause of a quote's cue.

    A claim in another language, of which too few words may be known, leans on all of a quote of a single clause.
    """
    if claim.is_foreign_to(quote) and quote.words[-1].clause == 1:
        return True
    words = quote.content_around(cue.at, _AROUND, within="clause") or quote.content_around(cue.at, _NEAREST)
    return claim.vocabulary.share(words) >= _HALF


def _unmatched_manners(those: Sequence[Statement], others: Sequence[Statement], kind: CueKind) -> int:
    """Return in how many ways some texts imply a kind of cue in which the others do not."""
    here, there = (
        {cue.manner for text in texts for cue in text.cues if kind in cue.kinds and not cue.plain}
        for texts in (those, others)
    )
    return len(here - there - {"limit"})


def _changed_modals(claim: Statement, quotes: Sequence[Statement]) -> Iterator[Disagreement]:
    """Yield the modals of a claim that are other ones in the parts of the quotes that it leans on."""
    said = [cue for cue in claim.cues if cue.plain and cue.kinds & MODALS][:MOST_CUES]
    meant = [
        (quote, cue)
        for quote in quotes
        for cue in quote.cues
        if cue.plain and cue.kinds & MODALS and (_is_one_part(quote) or _is_leaned_on(claim, quote, cue))
    ]
    meant = meant[:MOST_CUES]
    if not said or not meant:
        return
    implied = {kind for quote in quotes for cue in quote.cues if not cue.plain for kind in cue.kinds & MODALS}
    near = any(claim.is_near(quote) for quote in quotes)
    same = not near and not any(claim.is_foreign_to(quote) for quote in quotes)
    wanted = [(cue, _force(claim, cue, lenient=near, strict=same)) for cue in said]
    there = [(quote, cue, _force(quote, cue, lenient=near, strict=same)) for quote, cue in meant]
    if len(said) == len(meant):
        left = list(there)
        for cue, force in sorted(wanted, key=lambda pair: len(pair[1])):
            like = next((other for other in left if force & other[2]), None)
            if like is not None:
                left.remove(like)
            elif not force & implied:
                yield "modality", f"{cue.word} is {left[0][1].word} in the quote"
                return
        return
    for cue, force in wanted:
        around = claim.content_around(cue.at, _NEAREST)
        shares = [(_surroundings(quote, other).share(around), other, its) for quote, other, its in there]
        best = max(share for share, _, _ in shares)
        likeliest = [(other, its) for share, other, its in shares if share == best]
        if not force & implied and not any(force & its for _, its in likeliest):
            yield "modality", f"{cue.word} is {likeliest[0][0].word} in the quote"


def _force(statement: Statement, cue: Cue, *, lenient: bool, strict: bool) -> frozenset[str]:
    """Return what a modal means with its negation: "may", "must", "should", "forbidden", "free" (need not), "unable".

    Danish "skal ikke" leaves free where Norwegian "skal ikke" and English "shall not" forbid: leniently, beside
    Norwegian, it can do both. Norwegian "kan ikke" can forbid too, except strictly, beside other Norwegian.
    """
    negations = [other for other in statement.cues if other.plain and "negation" in other.kinds]
    clause = statement.words[cue.at].clause
    within = [other for other in negations if statement.words[other.at].clause == clause]
    if any(0 < other.at - cue.at <= _NEXT for other in within):
        if "should" in cue.kinds:
            return frozenset({"should"})
        if statement.language == "da" and cue.kinds == {"must"}:
            return frozenset({"free", "forbidden"} if lenient else {"free"})
        if statement.language == "no" and cue.kinds == {"may"}:
            return frozenset({"unable"} if strict else {"unable", "forbidden"})
        return frozenset({"forbidden"})
    return cue.kinds | {"forbidden"} if any(other.at < cue.at for other in within) else cue.kinds


def _surroundings(quote: Statement, cue: Cue) -> Vocabulary:
    return Vocabulary(quote.content_around(cue.at, _AROUND))


def _highest_share(words: Sequence[str], quotes: Sequence[Statement]) -> float:
    return max((quote.vocabulary.share(words) for quote in quotes), default=0.0)


def _plain_cues(texts: Sequence[Statement], others: Sequence[Statement], kind: CueKind) -> list[tuple[Statement, Cue]]:
    """Return the cues of a kind that some texts say outright.

    A negation that sets a limit ("ikke senere end") is none where the others set one in other words ("senest").
    """
    limited = any(cue.manner == "limit" for other in others for cue in other.cues)
    found = [
        (text, cue)
        for text in texts
        for cue in text.cues
        if cue.plain and kind in cue.kinds and not (limited and cue.manner == "limit")
    ]
    return found[:MOST_CUES]
