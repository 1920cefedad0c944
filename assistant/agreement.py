"""Whether a claim negates, narrows and obliges as its source does, in the part of the source that it leans on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.alignment import Disagreement, closest, compare_by_words
from assistant.contrasts import find_oppositions, without_denied
from assistant.cues import MODALS, NEITHER, Cue, CueKind
from assistant.quantifiers import changed_quantifiers
from assistant.roles import swapped_roles
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded

MOST_CUES = 60
"""Cues of a kind that are looked at in a claim or its quotes; a sentence has a handful."""
_AROUND = 4
"""Content words on each side of a cue that tell what it is about."""
_NEAREST = 2
_SAME_SUBJECT = 0.4
"""Share of the words around one cue that stand around another when both are about the same."""
_NEARBY = 0.3
"""The same share where a word only implies the cue."""
_ABOUT_AS_NEAR = 0.26
"""Two modals about as near say the same together ("skal kunne")."""
_SETTING_AGAINST = frozenset({"og", "men", "and", "but"})
_NEITHER = 3
_NONE = frozenset({"ingen", "intet"})
_HALF = 0.5
_NEXT = 4
"""Words within which a negation belongs to the modal before it."""


def find_disagreements(claim: Statement, quotes: Sequence[Statement], question: Statement) -> Iterator[Disagreement]:
    """Yield where a claim turns round what its quotes say; a "kan" of the question may be repeated.

    A claim worded after one of the quotes is laid beside it word by word; any other is compared by what stands around
    its cues. `number` and `name` are yielded only for a figure or a name put in another's place.
    """
    oppositions = find_oppositions(claim, quotes)
    for opposition in oppositions:
        if not opposition.is_denied_once:
            yield "negation", f"{opposition.word} is {opposition.other} in the quote"
    for text in changed_quantifiers(claim, quotes):
        yield "number", text
    for text in swapped_roles(claim, quotes):
        yield "name", text
    claim, quotes = without_denied(claim, quotes, oppositions)
    claim = _without_contrasted_only(claim, quotes)
    aligned = closest(claim, quotes)
    if aligned is not None:
        yield from compare_by_words(claim, *aligned, quotes, _asked(question))
    else:
        yield from _compare_by_parts(claim, quotes)


def _without_contrasted_only(claim: Statement, quotes: Sequence[Statement]) -> Statement:
    """Return a claim without the "kun" of "kun A og ikke B", where its quotes say "A og ikke B" without one."""
    only = [cue for cue in claim.cues if cue.plain and "only" in cue.kinds]
    if len(only) != 1 or any(cue.plain and "only" in cue.kinds for quote in quotes for cue in quote.cues):
        return claim
    contrasted = any(_contrasts(claim, cue) and cue.at > only[0].at for cue in claim.cues)
    if not contrasted or not any(_contrasts(quote, cue) for quote in quotes for cue in quote.cues):
        return claim
    return replace(claim, cues=tuple(cue for cue in claim.cues if cue is not only[0]))


def _contrasts(statement: Statement, cue: Cue) -> bool:
    """Return whether a negation sets what follows against what is before it: "og ikke", "men ikke", ", ikke"."""
    if not cue.plain or "negation" not in cue.kinds or cue.at == 0:
        return False
    before = statement.words[cue.at - 1]
    return folded(before.text) in _SETTING_AGAINST or before.clause != statement.words[cue.at].clause


def _asked(question: Statement) -> frozenset[CueKind]:
    return frozenset(kind for cue in question.cues if cue.plain for kind in cue.kinds)


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
    about = [claim.content_around(cue.at, _AROUND, within="clause") for _, cue in said]
    about = [
        words if len(words) > 1 else claim.content_around(cue.at, _AROUND)
        for words, (_, cue) in zip(about, said, strict=True)
    ]
    related = [
        (quote, cue)
        for quote, cue in meant
        if _is_one_part(quote)
        or (quote, cue) in leaned_on
        or any(_surroundings(quote, cue).share(words) >= _SAME_SUBJECT for words in about)
    ]
    implied_there = _unmatched_manners(quotes, [claim], kind, said)
    implied_here = _unmatched_manners([claim], quotes, kind, leaned_on)
    if len(said) > _most_meant(related) + implied_there:
        yield "negation", f"{said[-1][1].word} is not in the quote"
    elif _most_meant(said) + implied_here < len(leaned_on):
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


def _most_meant(cues: Sequence[tuple[Statement, Cue]]) -> int:
    """Return how many cues some can stand for: "hverken" denies two things or three."""
    return sum(_NEITHER if folded(cue.word) in NEITHER else 1 for _, cue in cues)


def _unmatched_manners(
    those: Sequence[Statement], others: Sequence[Statement], kind: CueKind, plain: Sequence[tuple[Statement, Cue]]
) -> int:
    """Return in how many ways that the others lack some texts imply a kind of cue, about what is said plainly."""
    there = {cue.manner for text in others for cue in text.cues if kind in cue.kinds and not cue.plain}
    about = [text.content_around(cue.at, _AROUND) for text, cue in plain]
    implied = [
        (cue.manner, Vocabulary([*text.content_around(cue.at, _AROUND), cue.word]))
        for text in those
        for cue in text.cues
        if kind in cue.kinds and not cue.plain and cue.manner not in there
    ]
    here = {manner for manner, near in implied if any(near.share(words) >= _NEARBY for words in about)}
    return len(here - {"limit"})


def _changed_modals(claim: Statement, quotes: Sequence[Statement]) -> Iterator[Disagreement]:
    """Yield the modals of a claim that are other ones in the parts of the quotes that it leans on."""
    said = [cue for cue in claim.cues if cue.plain and cue.kinds & MODALS][:MOST_CUES]
    meant = [
        (quote, cue)
        for quote in quotes
        for cue in quote.cues
        if cue.plain and cue.kinds & MODALS and (_is_one_part(quote) or _is_leaned_on(claim, quote, cue))
    ][:MOST_CUES]
    near = any(claim.is_near(quote) for quote in quotes)
    same = not near and not any(claim.is_foreign_to(quote) for quote in quotes)
    wanted = [(cue, _force(claim, cue, lenient=near, strict=same)) for cue in said]
    there = [(quote, cue, _force(quote, cue, lenient=near, strict=same)) for quote, cue in meant]
    paired = len(said) == len(meant)
    for cue, force in _unpaired(wanted, there) if paired else wanted:
        other = _other_modal(claim, cue, force, there, quotes, paired=paired)
        if other is not None:
            yield "modality", f"{cue.word} is {other} in the quote"
            return


def _unpaired(
    wanted: Sequence[tuple[Cue, frozenset[str]]], there: Sequence[tuple[Statement, Cue, frozenset[str]]]
) -> list[tuple[Cue, frozenset[str]]]:
    """Return the modals of a claim that are left when each is paired with one of the quotes that means the same."""
    left = list(there)
    unpaired = []
    for cue, force in sorted(wanted, key=lambda pair: len(pair[1])):
        like = next((other for other in left if force & other[2]), None)
        if like is None:
            unpaired.append((cue, force))
        else:
            left.remove(like)
    return unpaired


def _other_modal(
    claim: Statement,
    cue: Cue,
    force: frozenset[str],
    there: Sequence[tuple[Statement, Cue, frozenset[str]]],
    quotes: Sequence[Statement],
    *,
    paired: bool,
) -> str | None:
    """Return the word of the quotes that a modal of a claim turns round, None where it turns none round.

    What the quotes only imply about the same ("åbner for", "opgaver") counts where no modal stands nearer. Where there
    are as many modals in the quotes (`paired`), one that is like none that is left is another.
    """
    around = claim.content_around(cue.at, _NEAREST)
    shares = [(_surroundings(quote, other).share(around), other, its) for quote, other, its in there]
    best = max((share for share, _, _ in shares), default=0.0)
    implied = _implied_modals(quotes, around)
    nearest = max((share for share, _ in implied), default=0.0)
    if any(force & other.kinds for share, other in implied if share > best):
        return None
    if nearest > best + _NEARBY or (nearest and not there):
        return next(other.word for share, other in implied if share == nearest)
    if best < _SAME_SUBJECT and not paired and any(force & its for _, _, its in shares):
        return None
    likeliest = [(other, its) for share, other, its in shares if share >= best - _ABOUT_AS_NEAR]
    if likeliest and (paired or not any(force & its for _, its in likeliest)):
        return next((other.word for other, its in likeliest if not force & its), likeliest[0][0].word)
    return None


def _implied_modals(quotes: Sequence[Statement], around: Sequence[str]) -> list[tuple[float, Cue]]:
    """Return the words of the quotes that imply a modal about what stands around one, with the share they have."""
    found = [
        (_surroundings(quote, other).share(around), other)
        for quote in quotes
        for other in quote.cues
        if not other.plain and other.kinds & MODALS
    ]
    return [(share, other) for share, other in found if share >= _NEARBY]


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
    before = [other for other in within if other.at < cue.at]
    if statement.language == "da" and cue.kinds == {"must"} and any(folded(one.word) in _NONE for one in before):
        return frozenset({"free"})  # "ingen skal betale"
    return cue.kinds | {"forbidden"} if before else cue.kinds


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
