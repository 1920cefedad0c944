"""What was found for a question and says otherwise than what its answer cites, whether or not a model saw it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.disagreeing import Said, disagreements_among, find_difference, rival_of, said_of
from corpus.documents import Span
from indexing.hits import Hit

MOST_RIVALS_QUOTED = 3
"""Sentences that are added to an answer because they say otherwise."""


@dataclass(frozen=True, slots=True)
class RivalQuote:
    """A sentence of a hit's document, as a span of its text."""

    said: Said
    hit: Hit
    span: Span


class Rivals:
    """Looks up, for one answer, the sentences of other documents that give another value than a passage it cites.

    Looking up takes some milliseconds a passage, and may be done as the passages come.
    """

    def __init__(self, hits: Iterable[Hit]) -> None:
        """Take what was found for the question, best first."""
        self._quotes: dict[Said, RivalQuote] = {}
        self._of: dict[Said, RivalQuote | None] = {}
        for hit in hits:
            for sentence in hit.chunk.sentences:
                if sentence.kind == "sentence":
                    said = said_of(hit, sentence)
                    self._quotes.setdefault(said, RivalQuote(said, hit, Span(sentence.start, sentence.end)))

    def look_up(self, cited: Said) -> RivalQuote | None:
        """Return the first sentence that says otherwise than a cited passage; asked again, it is known."""
        if cited not in self._of:
            found = rival_of(cited, self._quotes)
            self._of[cited] = self._quotes[found[0]] if found is not None else None
        return self._of[cited]

    def unsaid(self, cited: Sequence[Said]) -> tuple[RivalQuote, ...]:
        """Return the rivals of all that an answer cites, but for a passage that another of them contradicts already."""
        told = {said for one, other, _ in disagreements_among(cited) for said in (one, other)}
        quoted: dict[Said, RivalQuote] = {}
        for one in cited:
            rival = self.look_up(one) if one not in told else None
            if rival is not None and not any(find_difference(one, other) for other in quoted):
                quoted[rival.said] = rival
        return tuple(quoted.values())[:MOST_RIVALS_QUOTED]
