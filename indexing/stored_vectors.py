"""The vectors of stored chunks, read back from the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.library import Library, StoredChunk
from indexing.errors import IndexingError
from indexing.hits import Embedder, Matrix
from indexing.vectors import blend


@dataclass(frozen=True, slots=True)
class ChunkVectors:
    """One row a sentence, over several chunks in order.

    `owners[i]` is the chunk id of row i; `sentences` are the sentences alone, `blended` with their context in them.
    """

    owners: NDArray[np.int64]
    sentences: Matrix
    blended: Matrix


def read_vectors(library: Library, embedder: Embedder, chunks: Sequence[StoredChunk]) -> ChunkVectors:
    """Return the vectors of all sentences of some chunks.

    Raises:
        IndexingError: the library lacks a vector of this embedder; indexing with it adds what is missing.
    """
    keys = [key for chunk in chunks for key in chunk.keys]
    contexts = [chunk.context_key for chunk in chunks for _ in chunk.keys]
    held = library.vectors(embedder.name, {*keys, *contexts})
    if lacking := {chunk.document_id for chunk in chunks if not held.keys() >= {*chunk.keys, chunk.context_key}}:
        raise IndexingError(
            f"the library lacks vectors of {embedder.name} for {len(lacking)} of the documents found: "
            "run `atmp index` on them again"
        )
    own = np.array([held[key] for key in keys], dtype=np.float32).reshape(-1, embedder.dimensions)
    around = np.array([held[key] for key in contexts], dtype=np.float32).reshape(-1, embedder.dimensions)
    owners = np.array([chunk.id for chunk in chunks for _ in chunk.keys], dtype=np.int64)
    return ChunkVectors(owners=owners, sentences=own, blended=blend(own, around))
