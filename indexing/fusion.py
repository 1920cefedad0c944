"""One order out of two: by adding up scores, or by reciprocal rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

_LEAST_COSINE = 0.8
"""Below this the bundled model gives hardly any pair of texts."""
RANK_OFFSET = 60
"""The k of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def ranked(scores: Mapping[int, float]) -> list[int]:
    """Return the keys by falling score; equal scores by rising key, so that two runs agree."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def spread(cosine: float) -> float:
    """Return a cosine from 0.8 and times ten, so that cosines spread like shares do."""
    return (cosine - _LEAST_COSINE) * 10


def add_up(cosines: Mapping[int, float], keywords: Mapping[int, float], keyword_weight: float) -> dict[int, float]:
    """Return the sum of a chunk's cosine and its weighted BM25 score, for every chunk that either way found.

    BM25 counts by what it is, not by its rank: where a question shares few words with the texts, as across languages,
    the best of a poor lot does not push out what is near in meaning. Cosines are spread; a chunk
    that was found by its words alone has the lowest cosine that was found.

    >>> add_up({7: 0.9, 8: 0.85}, {8: 30.0, 9: 30.0}, 0.01)
    {7: 1.0, 8: 0.8, 9: 0.8}
    """
    lowest = min(cosines.values(), default=_LEAST_COSINE)
    return {
        key: round(spread(cosines.get(key, lowest)) + keyword_weight * keywords.get(key, 0.0), 9)
        for key in [*cosines, *(key for key in keywords if key not in cosines)]
    }


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
