"""What people would use instead, over the same documents and the same embedder: each a way to find and to answer.

A way of searching is switched off by looking nowhere with it (a width of 0). A weight of 0 would not do: what it finds
would still be on the list, at its end, and its scores would still be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answering import Assistant, ReadDocument
from assistant.composing import refuse
from assistant.cross_encoder import SentenceScorer
from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation
from assistant.questions import check_question
from assistant.rewriting import stand_alone
from corpus.documents import Document, Span
from corpus.library import Library
from evals.cases import Case
from evals.results import Passage
from evals.scoring import length_limit
from evals.stock import StockIndex, StockPassage, StockSettings
from indexing.exact import ExactIndex
from indexing.hits import DenseIndex, Embedder, Hit, KeywordIndex, Matrix, Retriever
from indexing.retrieving import HybridRetriever, RetrievalSettings

Search = Callable[[str, int], Sequence[Passage]]
"""(query, limit) → at most so many passages, best first."""

BY_MEANING = RetrievalSettings(keyword_chunks=0)
BY_WORDS = RetrievalSettings(nearest_sentences=0)
BY_STOCK = RetrievalSettings(nearest_sentences=StockSettings().top_k, keyword_chunks=0)
"""`StockIndex` counts passages where others count sentences."""
BY_BOTH_ALIKE = RetrievalSettings(keyword_weight=None)
MARKER = " [1]"
MOST_CHUNKS = 1000
"""More chunks than two passages hold."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A way of answering that is compared: `answer` answers a case, `search` finds what its answers are read from."""

    name: str
    answer: Callable[[Case], Answer]
    search: Search


class PlainSentences(ExactIndex):
    """Sentences by themselves: what a dense index holds when nobody blends a sentence's title and headings in."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        """Make an empty index.

        Args:
            library: holds the vectors of the sentences as they were embedded.
            embedder: whose vectors to take.
        """
        super().__init__(embedder.dimensions)
        self._library = library
        self._embedder = embedder.name

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add all sentences of a version of the library; the blended vectors it is given are not used."""
        plain = self._library.sentence_vectors(self._embedder, [version])
        super().add(version, plain.chunk_ids.tolist(), plain.sentences)


class PassageAnswerer:
    """The stock pipeline's assistant without a language model: what it found, quoted with [1]. It never refuses.

    `CitationQueryEngine` hands its passages, numbered, to a language model; without one a person gets the passage
    itself. It is several times as long as an answer may be (`evals.scoring.length_limit`). Whole it would never count
    as right, and its first lines seldom: so it is cut in the way that suits it best. Of the passage, the sentence
    nearest to the question is taken and those around it as far as the limit for this kind of question goes, which a
    real pipeline would not know. Sentences are told apart by this program's splitter, which does not break at
    abbreviations as llama-index's does, and follow-up questions are rewritten as for every other rival.
    """

    def __init__(self, index: StockIndex, embedder: Embedder, reader: Retriever, read_document: ReadDocument) -> None:
        """Take the parts.

        Args:
            index: finds passages.
            embedder: of questions.
            reader: a retriever over `index`: compares the sentences of what it finds with the question.
            read_document: gives a whole document by its id.
        """
        self._index = index
        self._embedder = embedder
        self._reader = reader
        self._read_document = read_document

    def answer_with_passage(self, case: Case) -> Answer:
        """Return the best passage, cut around its best sentence to the length that the case allows."""
        return self._answer(case, top_k=1, longest=length_limit(case) - len(MARKER))

    def answer_with_sentence(self, case: Case) -> Answer:
        """Return the best sentence of the passages found, alone."""
        return self._answer(case, top_k=StockSettings().top_k, longest=0)

    def _answer(self, case: Case, top_k: int, longest: int) -> Answer:
        query = query_of(case)
        hits = self._reader.retrieve(query, MOST_CHUNKS)
        passages = self._index.find_passages(self._embedder.embed_query(query), top_k)
        if not passages:
            return refuse(case.question, case.language, [], 0.0, EXTRACTIVE)
        passage, sentences, at = _best_sentence(passages, hits)
        document = self._read_document(passage.document_id)
        return _quote(case, passage, document, widen(sentences, at, longest))


def build_rivals(
    library: Library,
    build_embedder: Callable[[], Embedder],
    keywords: KeywordIndex,
    build_stock: Callable[[Embedder], StockIndex],
    scorer: SentenceScorer,
) -> list[Rival]:
    """Return all that is compared, the assistant as it is first.

    Args:
        library: the documents.
        build_embedder: called for each rival, because an embedder remembers questions and would make the next faster.
        keywords: the library's keyword index, which all share.
        build_stock: returns the stock pipeline's index for an embedder.
        scorer: reads for every rival that has the offline reader.
    """

    def hybrid(name: str, dense: Callable[[Embedder], DenseIndex], settings: RetrievalSettings) -> Rival:
        embedder = build_embedder()
        retriever = HybridRetriever(library, embedder, dense(embedder), keywords, settings)
        return Rival(name, _read_offline(retriever, library.read, scorer), _chunks_of(retriever))

    def exact(embedder: Embedder) -> DenseIndex:
        return ExactIndex(embedder.dimensions)

    def plain(embedder: Embedder) -> DenseIndex:
        return PlainSentences(library, embedder)

    index = build_stock(build_embedder())

    def stock(form: str, answering: Callable[[HybridRetriever, PassageAnswerer], Callable[[Case], Answer]]) -> Rival:
        embedder = build_embedder()
        retriever = HybridRetriever(library, embedder, index, keywords, BY_STOCK)
        answerer = PassageAnswerer(index, embedder, retriever, library.read)
        return Rival(
            f"llama-index stock, {form}", answering(retriever, answerer), _passages_of(index, embedder, retriever)
        )

    return [
        hybrid("this program", exact, RetrievalSettings()),
        hybrid("plain fusion, offline reader", plain, BY_BOTH_ALIKE),
        hybrid("dense alone, offline reader", plain, BY_MEANING),
        hybrid("BM25 alone, offline reader", exact, BY_WORDS),
        stock("offline reader", lambda retriever, _: _read_offline(retriever, library.read, scorer)),
        stock("best passage", lambda _, answerer: answerer.answer_with_passage),
        stock("best sentence", lambda _, answerer: answerer.answer_with_sentence),
    ]


def widen(sentences: Sequence[Span], at: int, longest: int) -> Span:
    """Return a stretch of whole sentences around one of them, the next before the one before, as far as it goes.

    Args:
        sentences: in the order of the text.
        at: the index of the sentence that is in it whatever its length.
        longest: characters.
    """
    first = last = at
    grown = True
    while grown:
        grown = False
        if last + 1 < len(sentences) and sentences[last + 1].end - sentences[first].start <= longest:
            last, grown = last + 1, True
        if first and sentences[last].end - sentences[first - 1].start <= longest:
            first, grown = first - 1, True
    return Span(sentences[first].start, sentences[last].end)


def _read_offline(
    retriever: Retriever, read_document: ReadDocument, scorer: SentenceScorer
) -> Callable[[Case], Answer]:
    assistant = Assistant(retriever, read_document, scorer)
    return lambda case: assistant.answer(case.question, case.history, case.language)


def _chunks_of(retriever: Retriever) -> Search:
    return lambda query, limit: [
        Passage(hit.document, hit.chunk.start, hit.chunk.end) for hit in retriever.retrieve(query, limit)
    ]


def _passages_of(index: StockIndex, embedder: Embedder, retriever: HybridRetriever) -> Search:
    def search(query: str, limit: int) -> list[Passage]:
        retriever.refresh()
        return [passage.place for passage in index.find_passages(embedder.embed_query(query), limit)]

    return search


def _best_sentence(passages: Sequence[StockPassage], hits: Sequence[Hit]) -> tuple[StockPassage, list[Span], int]:
    """Return the passage that has the sentence nearest to the question, its sentences, and which of them it is.

    A passage of headings alone has no sentence: it counts as one whole.
    """
    best: tuple[float, StockPassage, list[Span], int] | None = None
    for passage in passages:
        inside = _sentences_in(passage, hits)
        for at, (_, cosine) in enumerate(inside):
            if best is None or cosine > best[0]:
                best = (cosine, passage, [span for span, _ in inside], at)
    if best is None:
        return passages[0], [Span(passages[0].place.start, passages[0].place.end)], 0
    return best[1:]


def _sentences_in(passage: StockPassage, hits: Sequence[Hit]) -> list[tuple[Span, float]]:
    """Return the sentences that stand wholly in a passage, in the order of the text, each with its cosine."""
    found = [
        (Span(sentence.start, sentence.end), cosine)
        for hit in hits
        if hit.document_id == passage.document_id
        for sentence, cosine in zip(hit.chunk.sentences, hit.similarities, strict=True)
        if passage.place.start <= sentence.start and sentence.end <= passage.place.end
    ]
    return sorted(found, key=lambda pair: (pair[0].start, pair[0].end))


def _quote(case: Case, passage: StockPassage, document: Document, span: Span) -> Answer:
    quote = document.text[span.start : span.end]
    page = next((page.number for page in document.pages if page.start <= span.start < page.end), 1)
    citation = Citation(
        marker=1,
        document=document.name,
        document_id=passage.document_id,
        title=document.meta.title,
        page=page,
        section="",
        quote=quote,
        start=span.start,
        end=span.end,
        language=document.meta.language,
        date=document.meta.date,
    )
    refusal = refuse(case.question, case.language, [], 0.0, EXTRACTIVE)
    return replace(
        refusal,
        id=case.id,
        outcome="answered",
        text=quote + MARKER,
        confidence=1.0,
        sentences=(AnswerSentence(quote, (1,), True),),
        citations=(citation,),
        model=f"{EXTRACTIVE}, passage",
    )


def query_of(case: Case) -> str:
    """Return what is searched for: the question as it would be asked without its conversation."""
    return stand_alone(check_question(case.question), case.history).query
