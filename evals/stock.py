"""llama-index's stock pipeline as a rival: its sentence splitter with its defaults, and its passages in Chroma.

Only importer of llama-index's splitter; Chroma is reached through `indexing.chroma`, as everywhere. The pipeline finds
passages; behind the seam of a dense index they are the chunks of the library that have a sentence in them, so that
the offline reader can be put on top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from corpus.documents import Span
from corpus.library import Library
from evals.errors import EvaluationError
from evals.results import Passage
from indexing.fusion import ranked
from indexing.hits import DenseIndex, Embedder, Matrix, Vector
from indexing.vectors import key_of

Progress = Callable[[int, int], None]
"""Called with the passages embedded and the passages there are."""

BATCH = 100
"""Passages that are embedded at a time and then kept: about a minute's work, lost at most when a run is ended."""


@dataclass(frozen=True, slots=True)
class StockSettings:
    """What a person gets who sets nothing; tokens are those of llama-index's own tokenizer (tiktoken, cl100k_base)."""

    chunk_tokens: int = 1024
    overlap_tokens: int = 200
    top_k: int = 2
    """How many passages its query engines read."""


@dataclass(frozen=True, slots=True)
class StockPassage:
    """A passage of the splitter: where it stands, and the library's chunks that have a sentence in it, in order."""

    document_id: str
    place: Passage
    chunk_ids: tuple[int, ...]


def split_into_spans(text: str, settings: StockSettings = StockSettings()) -> list[Span]:
    """Return the passages that llama-index's `SentenceSplitter` cuts a text into, in order; they may overlap.

    Raises:
        EvaluationError: a passage does not stand in the text word for word.
    """
    from llama_index.core.schema import Document as StockDocument

    nodes = _splitter(settings).get_nodes_from_documents([StockDocument(text=text)])
    spans = [Span(node.start_char_idx, node.end_char_idx) for node in nodes if node.start_char_idx is not None]
    if len(spans) < len(nodes):
        raise EvaluationError(f"llama-index made {len(nodes) - len(spans)} passages that do not stand in the text")
    return [span for span in spans if span.start < span.end]


@lru_cache(maxsize=4)
def _splitter(settings: StockSettings) -> Any:
    """Return the splitter with its default sentence tokenizer, an untrained Punkt.

    It is handed in because llama-index's own way to it first opens a list of stop words that it does not use, which
    nltk refuses where the environment was installed with hard links.
    """
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer_internal
    from nltk.tokenize import PunktSentenceTokenizer  # type: ignore[import-untyped]

    punkt = PunktSentenceTokenizer()
    return SentenceSplitter(
        chunk_size=settings.chunk_tokens,
        chunk_overlap=settings.overlap_tokens,
        chunking_tokenizer_fn=lambda text: split_by_sentence_tokenizer_internal(text, punkt),
    )


class StockIndex:
    """The passages of a library, as a dense index; what it is given to add, it splits and embeds in its own way.

    Its `limit` counts passages: a search gives the chunks in the best `limit` of them, best passage first, and within
    one in the order of the text. Passages of a version that has left the library are never found.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        store: DenseIndex,
        kept: Library,
        settings: StockSettings = StockSettings(),
    ) -> None:
        """Take the parts.

        Args:
            library: the documents.
            embedder: of passages and questions.
            store: an empty index of passages, such as `ChromaIndex`.
            kept: a library without documents, in which the vectors of passages outlive this index.
            settings: of the splitter.
        """
        self._library = library
        self._embedder = embedder
        self._store = store
        self._kept = kept
        self._settings = settings
        self._passages: list[StockPassage] = []

    def embed_ahead(self, progress: Progress) -> None:
        """Embed the passages of all documents, so that adding them only has to look their vectors up."""
        texts = [
            passage_text
            for document_id in sorted(self._library.versions().values())
            for text in [self._library.read(document_id).text]
            for passage_text in _texts(text, split_into_spans(text, self._settings))
        ]
        self._vectors(texts, progress)

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        return self._store.versions()

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add the passages of a version of the library; the sentences' own vectors are not used."""
        document_id = self._library.versions().get(version)
        if document_id is None:
            return
        document = self._library.read(document_id)
        chunks = self._library.chunks_of(version)
        spans = split_into_spans(document.text, self._settings)
        numbers = range(len(self._passages), len(self._passages) + len(spans))
        for span in spans:
            inside = tuple(
                stored.id
                for stored in chunks
                if any(span.start <= sentence.start and sentence.end <= span.end for sentence in stored.chunk.sentences)
            )
            place = Passage(document.name, span.start, span.end)
            self._passages.append(StockPassage(document_id, place, inside))
        self._store.add(version, numbers, self._vectors(_texts(document.text, spans)))

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        self._store.remove(version)

    def search(self, vector: Vector, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → cosine of the best passage it has a sentence in, over the `limit` nearest passages."""
        found: dict[int, float] = {}
        for passage, cosine in self._nearest(vector, limit, versions):
            for chunk_id in passage.chunk_ids:
                found.setdefault(chunk_id, cosine)
        return found

    def find_passages(self, vector: Vector, limit: int) -> list[StockPassage]:
        """Return at most `limit` passages, nearest first."""
        return [passage for passage, _ in self._nearest(vector, limit, None)]

    def _nearest(self, vector: Vector, limit: int, versions: Iterable[str] | None) -> list[tuple[StockPassage, float]]:
        cosines = self._store.search(vector, limit, versions)
        return [(self._passages[number], cosines[number]) for number in ranked(cosines)]

    def _vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        keys = [key_of(text) for text in texts]
        text_of = dict(zip(keys, texts, strict=True))
        missing = self._kept.missing_keys(self._embedder.name, keys)
        for begin in range(0, len(missing), BATCH):
            batch = missing[begin : begin + BATCH]
            rows = self._embedder.embed_passages([text_of[key] for key in batch])
            self._kept.put_vectors(self._embedder.name, dict(zip(batch, rows, strict=True)))
            if progress:
                progress(begin + len(batch), len(missing))
        held = self._kept.vectors(self._embedder.name, keys)
        return np.array([held[key] for key in keys], dtype=np.float32).reshape(-1, self._embedder.dimensions)


def _texts(text: str, spans: Iterable[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]
