"""Question → hits: by meaning and by words, fused, then every sentence of what was found compared with the question."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.library import Library, StoredChunk, StoredDocument
from indexing.caches import bring_in_step
from indexing.fusion import add_up, fuse, ranked
from indexing.hits import DenseIndex, Embedder, Filters, Hit, KeywordIndex, Vector
from indexing.matching import QuestionWord, content_words, coverage, matches_of, question_words, stems_in_every_language
from indexing.stored_vectors import read_vectors


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """How wide to look, and how much each way of looking counts.

    `keyword_weight` is what a BM25 score counts beside a cosine (see `fusion.add_up`); None fuses by rank, both alike.
    """

    nearest_sentences: int = 200
    keyword_chunks: int = 60
    keyword_weight: float | None = 1 / 75


class HybridRetriever:
    """Dense and keyword search over one library, fused.

    Notices by the library's generation that another process has changed it, and brings its indexes in step before
    the next search. May be used from several threads.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        dense: DenseIndex,
        keywords: KeywordIndex,
        settings: RetrievalSettings = RetrievalSettings(),
    ) -> None:
        """Take the parts; nothing is read before the first search."""
        self._library = library
        self._embedder = embedder
        self._dense = dense
        self._keywords = keywords
        self._settings = settings
        self._generation = -1
        self._documents: Mapping[str, StoredDocument] = {}
        self._guard = threading.Lock()

    def refresh(self) -> None:
        """Bring the indexes in step with the library if it has changed since the last search."""
        generation = self._library.generation()
        if generation == self._generation:
            return
        with self._guard:
            bring_in_step(self._library, self._embedder, self._dense, self._keywords)
            self._documents = {document.id: document for document in self._library.documents()}
            self._generation = generation

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        """Return at most `limit` hits, best first; an empty library gives none."""
        self.refresh()
        versions = self._allowed(filters)
        if versions is not None and not versions:
            return []
        vector = self._embedder.embed_query(query)
        dense = self._dense.search(vector, self._settings.nearest_sentences, versions)
        keywords = self._keywords.search(query, self._settings.keyword_chunks, versions)
        fused = self._fused(dense, keywords)
        words = question_words(query, self._keywords.rarity(_stems_of(query)))
        return self._hits(vector, words, ranked(fused)[:limit], fused, keywords)

    def _fused(self, dense: Mapping[int, float], keywords: Mapping[int, float]) -> dict[int, float]:
        if self._settings.keyword_weight is None:
            return fuse([(ranked(dense), 1.0), (ranked(keywords), 1.0)])
        return add_up(dense, keywords, self._settings.keyword_weight)

    def _allowed(self, filters: Filters) -> set[str] | None:
        if filters == Filters():
            return None
        return {d.version for d in self._documents.values() if filters.allow(d.id, d.meta)}

    def _hits(
        self,
        vector: Vector,
        words: Sequence[QuestionWord],
        chunk_ids: Sequence[int],
        scores: Mapping[int, float],
        keywords: Mapping[int, float],
    ) -> list[Hit]:
        documents, found = self._documents, self._library.chunks(chunk_ids)
        # an index may be ahead of the documents known here: another thread or process has brought one in
        chunks = [found[id_] for id_ in chunk_ids if id_ in found and found[id_].document_id in documents]
        rows = read_vectors(self._library, self._embedder, chunks)
        own = rows.sentences @ vector
        blended = rows.blended @ vector
        return [
            _hit(documents[stored.document_id], stored, words, own[at], blended[at], scores, keywords)
            for stored in chunks
            for at in [rows.owners == stored.id]
        ]


def _hit(
    document: StoredDocument,
    stored: StoredChunk,
    words: Sequence[QuestionWord],
    own: Vector,
    blended: Vector,
    scores: Mapping[int, float],
    keywords: Mapping[int, float],
) -> Hit:
    chunk = stored.chunk
    own_words = [
        matches_of(words, stored.text[s.start - chunk.start : s.end - chunk.start], chunk.language)
        for s in chunk.sentences
    ]
    section = matches_of(words, f"{' '.join(chunk.path)} {stored.lead}", chunk.language)
    title = matches_of(words, document.meta.title, chunk.language)
    alone, in_section, in_context = (
        tuple(coverage(words, *around, each) for each in own_words) for around in ((), (section,), (section, title))
    )
    return Hit(
        chunk_id=stored.id,
        document_id=stored.document_id,
        document=document.name,
        meta=document.meta,
        chunk=chunk,
        text=stored.text,
        score=scores[stored.id],
        similarities=tuple(own.tolist()),
        in_context=tuple(blended.tolist()),
        coverage=alone,
        coverage_in_section=in_section,
        coverage_in_context=in_context,
        keyword=keywords.get(stored.id, 0.0),
    )


def _stems_of(query: str) -> list[str]:
    return [stem for word in content_words(query) for stem in stems_in_every_language(word).values()]
