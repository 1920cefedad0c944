"""Whose figure or deed it is: in "styregruppen mødes fire gange, rådet to" the four are not the council's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise

from assistant.figures import Figures
from assistant.names import is_name
from assistant.roles import find_actors
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word, stems_of
from corpus.sentences import read_words

MOST_SEGMENTS = 30
_JOINTS = read_words("og and men but mens while whereas imens eller or samt")
_SHARE = re.compile(r"(?<![^\W_])(?:af|av|of) (?:dem|disse|them|these|which)(?![^\W_])|heraf|hvoraf|herav|hvorav", re.I)
MOST_WORDS = 250
"""Words of a quote whose clauses are told apart by name."""
_MOSTLY = 0.6
_DEPENDENT = read_words("hvilket som der hvor hvoraf heraf deraf svarende altså dvs which that or en et an a")
"""Words that a clause begins with when it goes on about the one before it."""
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text with figures: their values, and the names, years and other words of content in it.

    `is_share` says that it is about a part of what the stretch before it is about ("85 af dem").
    """

    part: int
    values: frozenset[Fraction]
    names: tuple[str, ...]
    years: frozenset[str]
    words: tuple[str, ...]
    is_share: bool = False

    def has_value(self, value: frozenset[Fraction]) -> bool:
        """Return whether a figure of this value stands here."""
        return not self.values.isdisjoint(value)


def strange_figures(claim: Statement, figures: Figures, quotes: Sequence[tuple[Statement, Figures]]) -> Iterator[str]:
    """Yield the figures of a claim that its quotes give to another: another name, another year, another thing.

    Only figures that stand alone in their stretch of the claim are looked at, and only where the quotes set at least
    two figures against each other.
    """
    mine_all = find_segments(claim, figures)
    segments = [segment for quote, its in quotes for segment in find_segments(quote, its)] if mine_all else []
    if len(segments) < 2:
        return
    for mine in mine_all:
        if len(mine.values) == 0 or not _is_of_one(mine):
            continue
        own = [segment for segment in segments if segment.has_value(mine.values)]
        others = [segment for segment in segments if not segment.has_value(mine.values)]
        if own and others and (strange := _strange_to(mine, own, others)):
            yield f"in the quote the figure of {strange} is another one"


def _is_of_one(segment: Segment) -> bool:
    return len(segment.values) <= 1 or max(segment.values) == min(segment.values)


def _strange_to(mine: Segment, own: Sequence[Segment], others: Sequence[Segment]) -> str | None:
    """Return a name, year or word of a claim's stretch that belongs to another figure, None where there is none."""
    said = Vocabulary(mine.words)
    own_names = [name for segment in own for name in segment.names]
    if own_names and not any(said.translates(name) for name in own_names):
        for name in (name for segment in others for name in segment.names):
            if said.translates(name):
                return name
    parts = {segment.part for segment in own}
    if not own_names:
        for segment in others:
            if segment.is_share and segment.part in parts:
                for name in segment.names:
                    if said.translates(name):
                        return name
    own_years = {year for segment in own for year in segment.years}
    if own_years and not own_years & mine.years:
        for year in sorted(mine.years):
            if any(year in segment.years for segment in others):
                return year
    return _strange_word(mine, own, others)


def _strange_word(mine: Segment, own: Sequence[Segment], others: Sequence[Segment]) -> str | None:
    """Return a word that within one sentence of the quotes goes with another figure, and none with this one's."""
    parts = {segment.part for segment in own}
    beside = [segment for segment in others if segment.part in parts]
    said = Vocabulary(mine.words)
    own_words = [word for segment in own for word in segment.words]
    other_words = [word for segment in beside for word in segment.words]
    owned, othered = Vocabulary(own_words), Vocabulary(other_words)
    only_own = [word for word in own_words if not othered.has(word)]
    only_other = [word for word in other_words if not owned.has(word)]
    if not only_own or any(said.translates(word) for word in only_own):
        return None
    return next((word for word in only_other if said.translates(word)), None)


def find_segments(statement: Statement, figures: Figures) -> tuple[Segment, ...]:
    """Return the stretches of a text that have figures, cut at its clauses and at "og" between two figures."""
    if not figures.amounts:
        return ()
    return _segments(statement, tuple((amount.start, amount.end, amount.values) for amount in figures.amounts))


@lru_cache(maxsize=1024)
def _segments(statement: Statement, amounts: tuple[tuple[int, int, frozenset[Fraction]], ...]) -> tuple[Segment, ...]:
    words = statement.words
    held = [next((values for start, end, values in amounts if start <= word.start < end), None) for word in words]
    cuts = [0]
    for at in range(1, len(words)):
        opens_clause = words[at].clause != words[at - 1].clause
        if opens_clause or (
            (folded(words[at].text) in _JOINTS and held[at - 1] is None) or _joins(statement, held, at, cuts[-1])
        ):
            cuts.append(at)
    found: list[Segment] = []
    for start, end in pairwise([*cuts, len(words)]):
        values = frozenset(value for at in range(start, end) for value in (held[at] or ()))
        if not values:
            continue
        segment = _segment(statement, range(start, end), values, held)
        depends = folded(words[start].text) in _DEPENDENT and not segment.names
        if depends and found and found[-1].part == segment.part:
            found[-1] = _joined(found[-1], segment)  # "…, hvilket var 67 procent"
        else:
            found.append(segment)
    return tuple(found[:MOST_SEGMENTS])


def _joined(one: Segment, other: Segment) -> Segment:
    return Segment(
        one.part, one.values | other.values, one.names + other.names, one.years | other.years, one.words + other.words
    )


def _joins(statement: Statement, held: Sequence[frozenset[Fraction] | None], at: int, cut: int) -> bool:
    """Return whether an "og" stands between two figures of one clause."""
    if folded(statement.words[at].text) not in _JOINTS:
        return False
    clause = statement.words[at].clause
    before = any(held[place] is not None for place in range(cut, at))
    after = any(
        held[place] is not None
        for place in range(at + 1, len(statement.words))
        if statement.words[place].clause == clause
    )
    return before and after


def _segment(
    statement: Statement, where: range, values: frozenset[Fraction], held: Sequence[frozenset[Fraction] | None]
) -> Segment:
    words = statement.words
    free = [at for at in where if held[at] is None]
    return Segment(
        part=words[where.start].part,
        values=values,
        names=tuple(words[at].text for at in free if is_name(statement, at)),
        years=frozenset(words[at].text for at in free if _YEAR.fullmatch(words[at].text)),
        words=tuple(words[at].text for at in free if is_content_word(words[at].text)),
        is_share=bool(_SHARE.search(statement.text, words[where.start].start, words[where.stop - 1].end)),
    )


def strange_deeds(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a clause of a claim says of one name what its quotes say of another alone.

    A clause that goes on about the one before it ("…, der rådgiver") is about the names of that one.
    """
    clauses = [clause for quote in quotes if len(quote.words) <= MOST_WORDS for clause in _named_clauses(quote)]
    if len({clause.names for clause in clauses}) < 2:
        return
    for mine in _named_clauses(claim, named=False):
        said = Vocabulary(mine.words)
        own = [clause for clause in clauses if any(said.translates(name) for name in clause.names)]
        own_names = [name for clause in own for name in clause.names]
        others = [clause for clause in clauses if clause not in own and not _are_short_for(clause.names, own_names)]
        names = Vocabulary([name for clause in clauses for name in clause.names])
        deeds = [word for word in mine.words if not names.translates(word)]
        told = all(clause.deeds and Vocabulary(clause.words).share(deeds) == 0 for clause in own)
        if not own or not others or not deeds or not told:
            continue
        best = max(others, key=lambda clause: Vocabulary(clause.deeds).share(deeds))
        if Vocabulary(best.deeds).share(deeds) >= _MOSTLY and not any(said.translates(name) for name in best.names):
            yield f"{' '.join(deeds)} is said of {' '.join(best.names)} in the quote"


def _are_short_for(names: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether one of some names is another one, or a part of it: "rådet" of "Forskningsrådet"."""
    stems = [stem for name in names for stem in stems_of(name)]
    other_stems = [stem for name in others for stem in stems_of(name)]
    return any(one.endswith(other) or other.endswith(one) for one in stems for other in other_stems)


@dataclass(frozen=True, slots=True)
class NamedClause:
    """A clause with the names that it is about and its words of content, of which `deeds` are no names."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    deeds: tuple[str, ...]


def _named_clauses(statement: Statement, *, named: bool = True) -> list[NamedClause]:
    """Return the clauses of a text in order; with `named`, those that are about a name."""
    found: list[NamedClause] = []
    actors = {at for actor in find_actors(statement) for at in actor}
    about: tuple[str, ...] = ()
    part = 0
    for _, group in groupby(range(len(statement.words)), key=lambda at: statement.words[at].clause):
        places = list(group)
        words = [statement.words[at] for at in places]
        own = tuple(statement.words[at].text for at in places if at in actors)
        depends = folded(words[0].text) in _DEPENDENT and words[0].part == part
        about, part = own or (about if depends else ()), words[0].part
        content = tuple(word.text for word in words if is_content_word(word.text))
        if content and (about or not named):
            found.append(NamedClause(about, content, tuple(word for word in content if word not in own)))
    return found
