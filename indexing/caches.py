"""The dense and the keyword index are brought in step with the library, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from corpus.library import Library
from indexing.hits import DenseIndex, Embedder, KeywordEntry, KeywordIndex, Matrix
from indexing.vectors import blend_all, context_text

Step = Callable[[int, int], None]
"""Called with steps done and steps to do; a step is one document version in one index."""


def bring_in_step(
    library: Library, embedder: Embedder, dense: DenseIndex, keywords: KeywordIndex, step: Step | None = None
) -> int:
    """Remove from both indexes what the library no longer holds and add what they lack.

    A version that lacks a vector of this embedder is left out of the dense index; its words are found all the same.

    Returns:
        How many steps it took; 0 when both were in step.
    """
    held, known = dense.versions(), keywords.versions()
    wanted = set(library.versions())  # asked last: what an index held before and is not here now is gone for good
    total = len(held ^ wanted) + len(known ^ wanted)
    done = 0
    for _ in _steps(library, embedder, dense, keywords, held, known, wanted):
        done += 1
        if step:
            step(done, total)
    return done


def _steps(
    library: Library,
    embedder: Embedder,
    dense: DenseIndex,
    keywords: KeywordIndex,
    held: set[str],
    known: set[str],
    wanted: set[str],
) -> Iterator[str]:
    for version in sorted(held - wanted):
        dense.remove(version)
        yield version
    for version in sorted(known - wanted):
        keywords.remove(version)
        yield version
    for version, chunk_ids, vectors in _vectors_of(library, embedder, wanted - held):
        dense.add(version, chunk_ids, vectors)
        yield version
    titles = {document.version: document.meta.title for document in library.documents()}
    for version in sorted((wanted - known) & titles.keys()):
        keywords.add(version, _entries(library, version, titles[version]))
        yield version


def _vectors_of(library: Library, embedder: Embedder, versions: set[str]) -> Iterator[tuple[str, list[int], Matrix]]:
    if not versions:
        return
    vectors = library.sentence_vectors(embedder.name, sorted(versions))
    blended = blend_all(vectors)
    for version in versions - {*vectors.versions, *vectors.incomplete}:
        yield version, [], blended[:0]
    ends = np.cumsum(np.bincount(vectors.version_index, minlength=len(vectors.versions)))
    for version, start, end in zip(vectors.versions, [0, *ends], ends, strict=False):
        yield version, vectors.chunk_ids[start:end].tolist(), blended[start:end]


def _entries(library: Library, version: str, title: str) -> list[KeywordEntry]:
    return [
        KeywordEntry(
            chunk_id=stored.id,
            text=stored.text,
            context=context_text(title, stored.chunk.path),
            language=stored.chunk.language,
        )
        for stored in library.chunks_of(version)
    ]
