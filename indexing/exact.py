"""Exact nearest sentences with NumPy: the dense index of a single command, which should not pay for a database.

Measured: 0.5 to 4 ms over 10,000 sentences, 16 ms over 100,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexing.hits import Matrix, Vector


class ExactIndex:
    """A dense index in memory; it starts empty."""

    def __init__(self, dimensions: int) -> None:
        """Make an empty index.

        Args:
            dimensions: length of every vector.
        """
        self._dimensions = dimensions
        self._parts: dict[str, tuple[NDArray[np.int64], Matrix]] = {}
        self._joined: tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64], Matrix] | None = None

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        return set(self._parts)

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add all sentences of a version: row i of `vectors` is a sentence of chunk `chunk_ids[i]`."""
        parts = dict(self._parts)
        parts[version] = (np.asarray(chunk_ids, dtype=np.int64), vectors.reshape(-1, self._dimensions))
        self._parts, self._joined = parts, None

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        self._parts, self._joined = {held: part for held, part in self._parts.items() if held != version}, None

    def search(self, vector: Vector, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → highest cosine of its sentences, over the `limit` nearest sentences."""
        names, owners, chunk_ids, matrix = self._join()
        if not len(chunk_ids) or limit < 1:
            return {}
        cosines = matrix @ vector
        if versions is not None:
            allowed = set(versions)
            shut_out = np.array([name not in allowed for name in names])
            cosines = np.where(shut_out[owners], -np.inf, cosines)
        nearest = np.argpartition(-cosines, min(limit, len(cosines)) - 1)[:limit]
        nearest = nearest[np.lexsort((chunk_ids[nearest], -cosines[nearest]))]
        best: dict[int, float] = {}
        for row in nearest:
            if np.isfinite(cosines[row]):
                best.setdefault(int(chunk_ids[row]), float(cosines[row]))
        return best

    def _join(self) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64], Matrix]:
        joined = self._joined
        if joined is None:
            parts = self._parts
            sizes = [len(ids) for ids, _ in parts.values()]
            joined = self._joined = (
                tuple(parts),
                np.repeat(np.arange(len(parts)), sizes),
                np.concatenate([ids for ids, _ in parts.values()] or [np.zeros(0, dtype=np.int64)]),
                np.concatenate([rows for _, rows in parts.values()] or [np.zeros((0, self._dimensions), np.float32)]),
            )
        return joined
