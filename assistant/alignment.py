"""A claim laid beside the quote it is worded after, word by word: what was put in, left out or replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Literal

from assistant.amounts import read_digits
from assistant.cues import MODALS, Cue, CueKind
from assistant.names import is_name
from assistant.numerals import number_word
from assistant.statements import Statement
from assistant.wording import Vocabulary, is_content_word

Disagreement = tuple[Literal["negation", "modality", "number", "name"], str]

MOST_WORDS = 250
"""Words of a claim or quote that are laid beside each other; the time it takes grows with their product."""
LEAST_WORDS = 3
CLOSE = 0.7
"""Share of a claim's words that stand in the quote in the same order when it is worded after it."""
_FEW = 8
"""Words of a claim so short that each of them counts, grammar too."""
_MORE = 2
"""Words of a claim that a part of the quote must have, and the likest part has not, to be laid beside it too."""
_TIGHT = 3
"""Words that may be left out of a quote at one place before they count as a part that was left out on purpose."""
_MOVED = 8
"""Words by which a cue may have moved in a sentence that is otherwise the same."""
_NEAREST = 2
_AROUND = 3
_LEANED_ON = 0.75
"""Share of the content words right around a cue that a claim repeats when it leans on them."""
_NEGATIONS: frozenset[CueKind] = frozenset({"negation", "not only"})
_EXCLUSIVE: frozenset[CueKind] = frozenset({"only"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where a claim and a quote differ: the words of the one in place of those of the other."""

    claim: range
    quote: range


def closest(claim: Statement, quotes: Sequence[Statement]) -> tuple[Statement, list[Gap]] | None:
    """Return the quote that a claim is worded after, with the places where they differ; None where there is none.

    The claim is laid beside the parts of a quote that are likest, and where that is too little, beside the whole quote.
    """
    if not LEAST_WORDS <= len(claim.words) <= MOST_WORDS:
        return None
    wanted = frozenset(claim.spelled)
    beside = [(quote, _parts_of(quote)) for quote in quotes if not quote.is_foreign_to(claim)]
    likest = max(
        ((quote, parts, place) for quote, parts in beside for place in range(len(parts))),
        key=lambda found: (len(wanted & _words_in(*found)), -len(found[1][found[2]])),
        default=None,
    )
    if likest is None:
        return None
    quote, parts, place = likest
    for stretch in dict.fromkeys((_widened(wanted, quote, parts, place), range(len(quote.words)))):
        if len(stretch) <= MOST_WORDS and (gaps := _lay_beside(claim, quote, stretch)) is not None:
            return quote, gaps
    return None


def _parts_of(quote: Statement) -> list[range]:
    """Return the parts of a quote, each as the places of its words."""
    found: list[range] = []
    start = 0
    for end in range(1, len(quote.words) + 1):
        if end == len(quote.words) or quote.words[end].part != quote.words[start].part:
            found.append(range(start, end))
            start = end
    return found


def _words_in(quote: Statement, parts: Sequence[range], place: int) -> frozenset[str]:
    return frozenset(quote.spelled[parts[place].start : parts[place].stop])


def _widened(wanted: frozenset[str], quote: Statement, parts: Sequence[range], place: int) -> range:
    """Return a part with those next to it that have more of the wanted words: a claim can run over several parts."""
    first = last = place
    held = wanted & _words_in(quote, parts, place)
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(parts) and len(more := (wanted & _words_in(quote, parts, at)) - held) >= _MORE:
            held |= more
            first, last = min(first, at), max(last, at)
            at += step
    return range(parts[first].start, parts[last].stop)


def _lay_beside(claim: Statement, quote: Statement, where: range) -> list[Gap] | None:
    """Return where a claim and a stretch of a quote differ; None where they are not worded alike."""
    matcher = SequenceMatcher(None, claim.spelled, quote.spelled[where.start : where.stop], autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks() if _counts(claim, block.a, block.size))
    if kept < CLOSE * len(claim.words):
        return None
    gaps = [
        Gap(range(a, b), range(where.start + c, where.start + d))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
    if gaps and gaps[0].claim.start == 0 and gaps[0].quote.start == where.start:
        gaps[0] = Gap(gaps[0].claim, range(0, gaps[0].quote.stop))
    return gaps


def _counts(claim: Statement, start: int, size: int) -> bool:
    """Return whether matched words say something: two or more, a word of content, or any in a claim of few words."""
    return (
        size > 1 or (size > 0 and len(claim.words) <= _FEW) or (size == 1 and is_content_word(claim.words[start].text))
    )


def compare_by_words(
    claim: Statement, quote: Statement, gaps: Sequence[Gap], quotes: Sequence[Statement], asked: frozenset[CueKind]
) -> Iterator[Disagreement]:
    """Yield where a claim turns round the quote that it is worded after, at the places where they differ.

    `number` and `name` are yielded for a figure or a name put in another's place. `quotes` are all that the claim leans
    on, of which another may have what it adds, and `asked` are the cues of the question.
    """
    others = [other for other in quotes if other is not quote]
    for kinds in (_NEGATIONS, _EXCLUSIVE):
        yield from _compare_polarity(claim, quote, gaps, others, kinds)
    for gap in gaps:
        yield from _compare_modals(claim, quote, gap, asked)
        yield from _compare_replaced(claim, quote, gap)


def _compare_polarity(
    claim: Statement,
    quote: Statement,
    gaps: Sequence[Gap],
    others: Sequence[Statement],
    kinds: frozenset[CueKind],
) -> Iterator[Disagreement]:
    """Compare the cues of some kinds outside the common words; one that only moved is no difference."""
    added = [
        (cue, gap.quote.start)
        for gap in gaps
        for cue in _cues_in(claim, gap.claim, kinds)
        if not _is_implied(cue, quote, [other.quote for other in gaps], gap.quote)
    ]
    lost = [
        (cue, gap)
        for gap in gaps
        for cue in _cues_in(quote, gap.quote, kinds)
        if not _is_implied(cue, claim, [other.claim for other in gaps], gap.claim)
    ]
    for cue, at in added:
        moved = next(
            (pair for pair in lost if _is_near(quote, pair[0].at, at) or _is_about(claim, cue, quote, pair[0])), None
        )
        if moved is not None:
            lost.remove(moved)
        elif not any(
            _is_about(claim, cue, other, like) for other in others for like in other.cues if _like(like, kinds)
        ):
            yield "negation", f"{cue.word} is not in the quote"
    for cue, gap in lost:
        if _is_missed(claim, quote, gap, cue):
            yield "negation", f"{cue.word} of the quote is missing"


def _like(cue: Cue, kinds: frozenset[CueKind]) -> bool:
    return cue.plain and bool(cue.kinds & kinds)


def _is_about(claim: Statement, cue: Cue, quote: Statement, other: Cue) -> bool:
    """Return whether a cue stands among the same words of content as one of a quote."""
    around = claim.content_around(cue.at, _AROUND, within="clause")
    held = Vocabulary(quote.content_around(other.at, _AROUND))
    return len(around) > 1 and held.share(around) >= _LEANED_ON


def _is_near(quote: Statement, place: int, at: int) -> bool:
    part = quote.words[min(at, len(quote.words) - 1)].part
    return abs(place - at) <= _MOVED and quote.words[place].part == part


def _is_missed(claim: Statement, quote: Statement, gap: Gap, cue: Cue) -> bool:
    """Return whether a cue that a claim leaves out belongs to what the claim says.

    Within the claim, a few words left out or put in others' place; before its beginning and after its end, the words
    of the clause that the claim takes up in the middle.
    """
    if gap.claim.start == 0 and gap.quote.stop < len(quote.words):
        first = quote.words[gap.quote.stop]
        return quote.words[cue.at].clause == first.clause and gap.quote.stop - cue.at <= _TIGHT + len(gap.claim)
    if gap.claim.stop == len(claim.words) and gap.quote.start:
        last = quote.words[gap.quote.start - 1]
        return quote.words[cue.at].clause == last.clause and cue.at - gap.quote.start < _TIGHT
    if len(gap.quote) <= _TIGHT + len(gap.claim):
        return True
    nearest = quote.content_around(cue.at, _NEAREST, within="clause")
    return len(nearest) > 1 and claim.vocabulary.share(nearest) >= _LEANED_ON


def _is_implied(cue: Cue, other: Statement, gaps: Sequence[range], where: range) -> bool:
    """Return whether the other text says a cue in words of its own near the place: "forbudt" for "må ikke"."""
    near = range(where.start - _TIGHT, where.stop + _TIGHT)
    return any(
        implied.at in near and any(implied.at in gap for gap in gaps)
        for implied in other.cues
        if implied.kinds & cue.kinds and not implied.plain and (implied.manner == "limit") == (cue.manner == "limit")
    )


def _compare_modals(claim: Statement, quote: Statement, gap: Gap, asked: frozenset[CueKind]) -> Iterator[Disagreement]:
    said = [cue for cue in claim.cues if cue.plain and cue.at in gap.claim and cue.kinds & MODALS]
    beside = _beside(claim, gap, len(gap.claim) + 1)
    meant = [cue for cue in quote.cues if cue.at in beside and cue.kinds & MODALS]
    for cue in said:
        if not meant and "may" in cue.kinds and _is_negated(claim, cue):
            continue  # "does not decide" is "cannot decide"
        if meant and not any(_are_alike(cue, other) for other in meant):
            yield "modality", f"{cue.word} is {meant[0].word} in the quote"
        elif not meant and not cue.kinds & asked & {"may"} and not _has_modal_near(quote, gap.quote, cue.kinds):
            yield "modality", f"{cue.word} is not in the quote"


def _is_negated(claim: Statement, cue: Cue) -> bool:
    near = range(cue.at + 1, cue.at + 1 + _NEAREST)
    return any(other.plain and "negation" in other.kinds and other.at in near for other in claim.cues)


def _are_alike(cue: Cue, other: Cue) -> bool:
    """Return whether two modals mean the same; one that could be several things is like none but itself."""
    return bool(cue.kinds & other.kinds) and (not other.plain or len(cue.kinds) == len(other.kinds))


def _has_modal_near(quote: Statement, where: range, kinds: frozenset[CueKind]) -> bool:
    part = quote.words[min(where.start, len(quote.words) - 1)].part
    return any(cue.kinds & kinds and quote.words[cue.at].part == part for cue in quote.cues)


def _beside(claim: Statement, gap: Gap, length: int) -> range:
    """Return the words of the quote that stand in a gap's place: at the ends of the claim, only the nearest ones."""
    if gap.claim.start == 0:
        return range(max(gap.quote.start, gap.quote.stop - length), gap.quote.stop)
    if gap.claim.stop == len(claim.words):
        return range(gap.quote.start, min(gap.quote.stop, gap.quote.start + length))
    return gap.quote


def _compare_replaced(claim: Statement, quote: Statement, gap: Gap) -> Iterator[Disagreement]:
    """Compare figures and names that stand in each other's place, even where both stand elsewhere in the quote."""
    beside = _beside(claim, gap, len(gap.claim))
    if not 0 < len(gap.claim) <= _TIGHT or not 0 < len(beside) <= _TIGHT:
        return
    new = [claim.words[at].text for at in gap.claim]
    old = [quote.words[at].text for at in beside]
    said, meant = _values(new, claim), _values(old, quote)
    if said and len(said) == len(meant) and not all(a & b for a, b in zip(said, meant, strict=True)):
        yield "number", f"{' '.join(new)} is {' '.join(old)} in the quote"
    replaced = Vocabulary(old)
    if any(is_name(quote, at) for at in beside):
        for at in gap.claim:
            word = claim.words[at]
            if word.is_capitalised and is_content_word(word.text) and not replaced.translates(word.text):
                yield "name", f"{word.text} is {' '.join(old)} in the quote"


def _values(words: Sequence[str], statement: Statement) -> list[set[Fraction]]:
    """Return the values of the numbers among some words."""
    values = []
    for word in words:
        if word[0].isdigit() and not word.strip("0123456789.,"):
            values.append(read_digits(word, statement.language))
        elif (value := number_word(word, statement.language)) is not None:
            values.append({value})
    return [value for value in values if value]


def _cues_in(statement: Statement, where: range, kinds: frozenset[CueKind]) -> list[Cue]:
    return [cue for cue in statement.cues if cue.plain and cue.kinds & kinds and cue.at in where]
