"""Exact nearest sentences with NumPy: the dense index of a single command, which should not pay for a database.

Measured: 0.5 to 4 ms over 10,000 sentences, 16 ms over 100,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexing.hits import Matrix, Vector

Parts = Mapping[str, tuple[NDArray[np.int64], Matrix]]
"""Version → the chunk ids and vectors of its sentences; never changed, only replaced by another."""


@dataclass(frozen=True, slots=True, eq=False)
class _Joined:
    """All `parts` one after the other; row i is of version number `owners[i]`. Out of date once there are others."""

    parts: Parts
    owners: NDArray[np.int64]
    chunk_ids: NDArray[np.int64]
    matrix: Matrix


class ExactIndex:
    """A dense index in memory; it starts empty."""

    def __init__(self, dimensions: int) -> None:
        """Make an empty index.

        Args:
            dimensions: length of every vector.
        """
        self._dimensions = dimensions
        self._parts: Parts = {}
        self._joined = _join(self._parts, dimensions)

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        return set(self._parts)

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add all sentences of a version: row i of `vectors` is a sentence of chunk `chunk_ids[i]`."""
        parts = dict(self._parts)
        parts[version] = (np.asarray(chunk_ids, dtype=np.int64), vectors.reshape(-1, self._dimensions))
        self._parts = parts

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        self._parts = {held: part for held, part in self._parts.items() if held != version}

    def search(self, vector: Vector, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → highest cosine of its sentences, over the `limit` nearest sentences."""
        parts, joined = self._parts, self._joined
        if joined.parts is not parts:
            joined = self._joined = _join(parts, self._dimensions)
        chunk_ids, matrix = joined.chunk_ids, joined.matrix
        if not len(chunk_ids) or limit < 1:
            return {}
        cosines = matrix @ vector
        if versions is not None:
            allowed = set(versions)
            shut_out = np.array([version not in allowed for version in parts])
            cosines = np.where(shut_out[joined.owners], -np.inf, cosines)
        nearest = np.argpartition(-cosines, min(limit, len(cosines)) - 1)[:limit]
        nearest = nearest[np.lexsort((chunk_ids[nearest], -cosines[nearest]))]
        best: dict[int, float] = {}
        for row in nearest:
            if np.isfinite(cosines[row]):
                best.setdefault(int(chunk_ids[row]), float(cosines[row]))
        return best


def _join(parts: Parts, dimensions: int) -> _Joined:
    return _Joined(
        parts=parts,
        owners=np.repeat(np.arange(len(parts)), [len(ids) for ids, _ in parts.values()]),
        chunk_ids=np.concatenate([np.zeros(0, dtype=np.int64), *(ids for ids, _ in parts.values())]),
        matrix=np.concatenate([np.zeros((0, dimensions), np.float32), *(rows for _, rows in parts.values())]),
    )
