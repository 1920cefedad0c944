"""How sure the assistant is that what it found answers the question, from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.expecting import Expectation
from assistant.reading import READ_NAMES
from assistant.signals import Candidate

ANSWER_FROM = 0.2
"""At or above this the assistant answers, below it refuses; one threshold for all languages."""

CONFIDENCE_NAMES = (
    *READ_NAMES,
    "margin",
    "share_of_best",
    "highest_similarity",
    "asks_number_or_date",
    "asks_person",
    "misfits_number_or_date",
    "foreign_similarity",
    "foreign_coverage",
    "highest_read",
    "read_odds",
    "foreign_read",
)


def confidence_signals(ranked: Sequence[Candidate], expectation: Expectation) -> tuple[float, ...]:
    """Return the signals of the best candidate and of how far it stands out.

    Args:
        ranked: candidates of one question that were read, best first; not empty.
        expectation: what the question asks for.
    """
    best = ranked[0]
    signals = dict(zip(READ_NAMES, best.signals, strict=True))
    others = [c for c in ranked[1:] if c.hit.chunk_id != best.hit.chunk_id]
    margin = best.score - others[0].score if others else 3.0
    odds = [(candidate, math.exp(candidate.score - best.score)) for candidate in ranked]
    whole_list = expectation.whole_list and best.hit.chunk.kind == "list"
    same_answer = sum(odd for c, odd in odds if c is best or (whole_list and c.hit.chunk_id == best.hit.chunk_id))
    if whole_list:
        signals["short"] = signals["item"] = 0.0  # the answer is the list, not the item that speaks for it
    foreign = 1.0 - signals["same_language"]
    counted = expectation.kind in ("number", "money", "date")
    return (
        *signals.values(),
        min(margin, 3.0),
        same_answer / sum(odd for _, odd in odds),
        max(c.signals[READ_NAMES.index("similarity")] for c in ranked),
        float(counted),
        float(expectation.kind == "person"),
        float(counted) * (1.0 - signals["fits"]),
        foreign * signals["similarity"],
        foreign * signals["coverage_in_context"],
        max(c.signals[READ_NAMES.index("read")] for c in ranked),
        1.0 / (1.0 + math.exp(-signals["read"])),
        foreign * signals["read"],
    )
