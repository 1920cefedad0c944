"""One order out of several: reciprocal rank fusion, and no document alone on the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

RANK_OFFSET = 60
"""The k of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def ranked(scores: Mapping[int, float]) -> list[int]:
    """Return the keys by falling score; equal scores by rising key, so that two runs agree."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def fuse(rankings: Iterable[tuple[Sequence[int], float]]) -> dict[int, float]:
    """Return the fused score of every key.

    Args:
        rankings: pairs of a ranking, best first, and its weight.

    Returns:
        Key → sum of weight / (60 + rank), ranks from 1; 1/61 is the most that one ranking of weight 1 gives.

    >>> fuse([([7, 8], 1.0), ([8], 1.0)])[8] > fuse([([7, 8], 1.0), ([8], 1.0)])[7]
    True
    """
    fused: dict[int, float] = {}
    for ranking, weight in rankings:
        for rank, key in enumerate(ranking, start=1):
            fused[key] = fused.get(key, 0.0) + weight / (RANK_OFFSET + rank)
    return fused
