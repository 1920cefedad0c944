"""What searching returns, and the seams that searching is built from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.documents import Chunk, DocumentMeta, Language

Vector = NDArray[np.float32]
"""Shape (d,), length 1."""
Matrix = NDArray[np.float32]
"""Shape (n, d), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be searched; an empty field allows all. Dates are ISO 8601, inclusive."""

    languages: tuple[Language, ...] = ()
    kinds: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""

    def allow(self, document_id: str, meta: DocumentMeta) -> bool:
        """Return whether the document passes every filter that is set; an undated one passes no date filter."""
        return (
            (not self.languages or meta.language in self.languages)
            and (not self.kinds or meta.kind in self.kinds)
            and (not self.publishers or meta.publisher in self.publishers)
            and (not self.documents or document_id in self.documents)
            and (not self.date_from or (meta.date != "" and meta.date >= self.date_from[: len(meta.date)]))
            and (not self.date_to or (meta.date != "" and meta.date[: len(self.date_to)] <= self.date_to))
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found.

    `similarities` has the cosine of the question with each of `chunk.sentences`, in their order; `in_context` the
    same with the document's title and the heading path counted in. `coverage` has, a sentence each, the share of the
    question's content words (rare ones counting more) that stand in it; `coverage_in_section` counts its lead and its
    headings in, `coverage_in_context` the document's title too. `keyword` is the BM25 score, 0.0 where no word
    matched. `score` orders the hits: higher is better, comparable within one search.
    """

    chunk_id: int
    document_id: str
    document: str
    meta: DocumentMeta
    chunk: Chunk
    text: str
    score: float
    similarities: tuple[float, ...]
    in_context: tuple[float, ...]
    coverage: tuple[float, ...]
    coverage_in_section: tuple[float, ...]
    coverage_in_context: tuple[float, ...]
    keyword: float


class Embedder(Protocol):
    """Turns text into vectors of length 1. `name` changes whenever the vectors would."""

    name: str
    dimensions: int

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text, in order; an empty sequence gives shape (0, d)."""
        ...


class DenseIndex(Protocol):
    """Nearest sentences by cosine. A cache: it can be thrown away and filled again from the library."""

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        ...

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add all sentences of a version: row i of `vectors` is a sentence of chunk `chunk_ids[i]`."""
        ...

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        ...

    def search(self, vector: Vector, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → highest cosine of its sentences, over the `limit` nearest sentences."""
        ...


class KeywordIndex(Protocol):
    """BM25 over stems. A cache, as `DenseIndex` is."""

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        ...

    def add(self, version: str, entries: Sequence[KeywordEntry]) -> None:
        """Add all chunks of a version."""
        ...

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        ...

    def search(self, query: str, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → BM25 score (> 0) of the best `limit` chunks; no match gives an empty mapping."""
        ...

    def rarity(self, stems: Iterable[str]) -> dict[str, float]:
        """Return stem → inverse document frequency, 0 for one in every chunk, highest for one in none."""
        ...


@dataclass(frozen=True, slots=True)
class KeywordEntry:
    """What the keyword index is told of a chunk; `context` is the document's title and the chunk's heading path."""

    chunk_id: int
    text: str
    context: str
    language: Language


class Retriever(Protocol):
    """Question → hits, best first."""

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        """Return at most `limit` hits, best first; an empty library gives none."""
        ...
