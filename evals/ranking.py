"""How well searching finds the gold: recall, success, reciprocal rank and nDCG over spans of documents."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from corpus.documents import Span
from evals.cases import Case
from evals.results import Passage
from evals.spans import AnchoredText, covers

Gold = tuple[tuple[str, Span], ...]
"""One thing to be found: every place (file name and span) of which any one is enough."""

Ranks = Sequence[int | None]
"""A rank from 1 for each gold item, None for one that was not found."""


def gold_of(case: Case, texts: Mapping[str, AnchoredText]) -> list[Gold]:
    """Return what there is to be found for a case: one gold item, or none where no anchor stands in its documents.

    The anchors of a case are alternatives: a right quote holds any of them. They are the same fact in the Danish and
    the English edition, said twice in one text, or two halves of one sentence; to ask for all of them would mark down
    a search that brought everything an answer needs. So all places of all anchors in all documents of the case make
    up one item, and for such a case recall at k is success at k and its nDCG is 1 / log2(1 + rank). The measures below
    take any number of items. What counts for one document alone, as for a pair of languages, is
    `gold_of(replace(case, documents=(name,)), texts)`.

    Args:
        case: anchors and the file names they may stand in; a file that `texts` does not have holds nothing.
        texts: file name → text, with the offsets that passages count in.

    Returns:
        A list of at most one item; its places are in the order of documents and offsets, each once.
    """
    places = {
        (document, span)
        for document in case.documents
        if document in texts
        for anchor in case.evidence
        for span in texts[document].find(anchor)
    }
    order = {document: place for place, document in enumerate(case.documents)}
    item = tuple(sorted(places, key=lambda at: (order[at[0]], at[1].start, at[1].end)))
    return [item] if item else []


def ranks_of(passages: Sequence[Passage], gold: Sequence[Gold]) -> list[int | None]:
    """Return for each gold item the rank, from 1, of the first passage that covers at least half of a place of it."""
    return [_rank_of(item, passages) for item in gold]


def recall_at(ranks: Ranks, k: int) -> float:
    """Return the share of gold items that the first `k` passages cover.

    Raises:
        ValueError: there is no gold, so there is nothing to recall; or `k` is below 1.
    """
    return len(_found(ranks, k)) / len(ranks)


def success_at(ranks: Ranks, k: int) -> float:
    """Return 1.0 if the first `k` passages cover any gold item, else 0.0.

    Raises:
        ValueError: there is no gold, or `k` is below 1.
    """
    return 1.0 if _found(ranks, k) else 0.0


def reciprocal_rank_at(ranks: Ranks, k: int = 10) -> float:
    """Return 1 / the rank of the first passage that covers a gold item, 0.0 if none of the first `k` does.

    Raises:
        ValueError: there is no gold, or `k` is below 1.
    """
    found = _found(ranks, k)
    return 1 / found[0] if found else 0.0


def ndcg_at(ranks: Ranks, k: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first `k` passages, 0 to 1, every item worth the same.

    An item is rewarded once, at its first rank, by 1 / log2(1 + rank) (Järvelin and Kekäläinen 2002); the ideal has
    the items at ranks 1, 2, 3 and on. A passage that covers several items stands for as many places: of the items at
    one rank the first counts there and each further one at the next rank that no item has, as if the passage had been
    cut between them. So no place is rewarded twice, the figure never exceeds 1, and items at distinct ranks give what
    `ir_measures` gives.

    Raises:
        ValueError: there is no gold, or `k` is below 1.
    """
    places: list[int] = []
    for rank in _found(ranks, k):
        places.append(max(rank, places[-1] + 1) if places else rank)
    ideal = range(1, min(len(ranks), k) + 1)
    return math.fsum(_discount(place) for place in places if place <= k) / math.fsum(map(_discount, ideal))


def _found(ranks: Ranks, k: int) -> list[int]:
    if not ranks:
        raise ValueError("a search cannot be measured without gold")
    if k < 1:
        raise ValueError(f"k is {k}, it must be at least 1")
    return sorted(rank for rank in ranks if rank is not None and rank <= k)


def _rank_of(item: Gold, passages: Sequence[Passage]) -> int | None:
    for rank, passage in enumerate(passages, 1):
        if any(passage.document == document and covers(passage.start, passage.end, span) for document, span in item):
            return rank
    return None


def _discount(rank: int) -> float:
    return 1 / math.log2(1 + rank)
