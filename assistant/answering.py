"""A question becomes a cited answer, or an honest refusal."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.confidence import ANSWER_FROM, confidence_signals
from assistant.expecting import expect
from assistant.extracting import Extract, extract, rank_candidates
from assistant.messages import Answer, AnswerSentence, Citation, Considered, Timings, Turn
from assistant.phrases import FOREIGN_QUOTE, LANGUAGE_NAMES, NO_LONGER_VALID, NOT_IN_THE_MATERIAL, SUPERSEDED
from assistant.questions import check_question
from assistant.rewriting import stand_alone
from assistant.signals import candidates_of
from assistant.weights import reader_weights
from corpus.documents import Document, Language, Span
from corpus.errors import UnknownDocument
from corpus.language import detect_question_language
from indexing.hits import Filters, Hit, Retriever

ReadDocument = Callable[[str], Document]
"""Document id → the whole document."""

HITS = 24
"""How many chunks are read for an answer."""
CONSIDERED = 6
_TRIES = 3
"""Searches for one question, should its source be replaced between search and quotation each time."""
MODEL = "extractive"


class Assistant:
    """Answers from the library by quoting it. May be used from several threads; keeps nothing of a conversation."""

    def __init__(self, retriever: Retriever, read_document: ReadDocument, answer_from: float = ANSWER_FROM) -> None:
        """Take the parts.

        Args:
            retriever: finds chunks.
            read_document: gives a whole document by its id.
            answer_from: the confidence (0 to 1) below which it refuses; 0.0 says what it would have said.
        """
        self._retriever = retriever
        self._read_document = read_document
        self._answer_from = answer_from

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Answer:
        """Return the answer to a question.

        Args:
            question: as it was asked.
            history: earlier turns, oldest first.
            language: the language to answer in; None takes the question's own.
            filters: which documents may be quoted.

        Raises:
            QuestionError: the question is empty, too long or has no letters.
        """
        began = time.perf_counter()
        asked = check_question(question)
        spoken = language or question_language(asked, history)
        wanted = stand_alone(asked, history)
        for _ in range(_TRIES):
            hits = self._retriever.retrieve(wanted.query, HITS, filters)
            retrieved = time.perf_counter()
            try:
                answer = self._from_hits(asked, wanted.query, wanted.asks, spoken, hits)
                break
            except (_SourceChangedError, UnknownDocument):
                answer = refuse(asked, spoken, hits, 0.0)
        done = time.perf_counter()
        timings = Timings(*(round(1000 * s, 1) for s in (retrieved - began, done - retrieved, done - began)))
        return replace(answer, timings=timings)

    def _from_hits(self, question: str, query: str, asks: str, language: Language, hits: Sequence[Hit]) -> Answer:
        expectation = expect(asks)
        weights = reader_weights()
        candidates = rank_candidates(candidates_of(query, hits, expectation, language), weights.choice)
        if not candidates:
            return refuse(question, language, hits, 0.0)
        sure = weights.confidence.probability(confidence_signals(candidates, expectation))
        if sure < self._answer_from:
            return refuse(question, language, hits, sure)
        documents = Documents(self._read_document)
        extracts = extract(candidates, query, expectation, documents)
        for said in extracts:
            _require_unchanged(said.hit, documents[said.hit.document_id])
        return _cited(question, language, hits, extracts, documents, sure)


class _SourceChangedError(Exception):
    """A document was replaced between the search and the reading of it."""


def _require_unchanged(hit: Hit, document: Document) -> None:
    if document.text[hit.chunk.start : hit.chunk.end] != hit.text:
        raise _SourceChangedError(hit.document)


class Documents(dict[str, Document]):
    """Documents by id, each read when first asked for."""

    def __init__(self, read: ReadDocument) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, document_id: str) -> Document:
        document = self[document_id] = self._read(document_id)
        return document


def question_language(question: str, history: Sequence[Turn]) -> Language:
    """Return the language of a question; where it is not plain, that of the turn before it."""
    before = detect_question_language(history[-1].question) if history else None
    return detect_question_language(question, before)


def refuse(question: str, language: Language, hits: Sequence[Hit], sure: float) -> Answer:
    """Return the refusal in a language, with what was looked at."""
    text = NOT_IN_THE_MATERIAL[language]
    return Answer(
        id=_id(question, text),
        question=question,
        language=language,
        outcome="no_evidence",
        text=text,
        confidence=round(sure, 3),
        sentences=(),
        citations=(),
        considered=_considered(hits, set()),
        warnings=(),
        model=MODEL,
        timings=Timings(0.0, 0.0, 0.0),
    )


def _cited(
    question: str,
    language: Language,
    hits: Sequence[Hit],
    extracts: Sequence[Extract],
    documents: dict[str, Document],
    sure: float,
) -> Answer:
    citations: list[Citation] = []
    sentences: list[AnswerSentence] = []
    for said in extracts:
        document = documents[said.hit.document_id]
        first = len(citations) + 1
        citations += [_citation(first + n, said.hit, document, quote) for n, quote in enumerate(said.quotes)]
        markers = tuple(range(first, len(citations) + 1))
        sentences.append(AnswerSentence(text=said.text, markers=markers, supported=True))
    text = " ".join(f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" for s in sentences)
    return Answer(
        id=_id(question, text),
        question=question,
        language=language,
        outcome="answered",
        text=text,
        confidence=round(sure, 3),
        sentences=tuple(sentences),
        citations=tuple(citations),
        considered=_considered(hits, {said.hit.chunk_id for said in extracts}),
        warnings=_warnings(language, extracts),
        model=MODEL,
        timings=Timings(0.0, 0.0, 0.0),
    )


def _citation(marker: int, hit: Hit, document: Document, quote: Span) -> Citation:
    page = next((p.number for p in document.pages if p.start <= quote.start < p.end), hit.chunk.page)
    return Citation(
        marker=marker,
        document=hit.document,
        document_id=hit.document_id,
        title=hit.meta.title,
        page=page,
        section=section_label(hit),
        quote=document.text[quote.start : quote.end],
        start=quote.start,
        end=quote.end,
        language=hit.chunk.language,
        date=hit.meta.date,
    )


def section_label(hit: Hit) -> str:
    """Return a hit's heading path as one line: "3. Samarbejdsstruktur › Styregruppe"."""
    return " › ".join(hit.chunk.path)


def _considered(hits: Sequence[Hit], quoted: set[int]) -> tuple[Considered, ...]:
    return tuple(
        Considered(
            document=hit.document,
            document_id=hit.document_id,
            title=hit.meta.title,
            page=hit.chunk.page,
            section=section_label(hit),
            start=hit.chunk.start,
            end=hit.chunk.end,
            score=round(max(hit.in_context, default=0.0), 4),
        )
        for hit in hits
        if hit.chunk_id not in quoted
    )[:CONSIDERED]


def _warnings(language: Language, extracts: Sequence[Extract]) -> tuple[str, ...]:
    """Return what a reader has to know of the sources: a foreign language, replaced, no longer in force."""
    found: list[str] = []
    today = time.strftime("%Y-%m-%d")
    for said in extracts:
        meta, spoken = said.hit.meta, said.hit.chunk.language
        if spoken != language:
            found.append(FOREIGN_QUOTE[language].format(language=LANGUAGE_NAMES[language][spoken]))
        if meta.replaced_by:
            found.append(SUPERSEDED[language].format(title=meta.title, by=meta.replaced_by))
        elif meta.valid_to and meta.valid_to < today[: len(meta.valid_to)]:
            found.append(NO_LONGER_VALID[language].format(title=meta.title, until=meta.valid_to))
    return tuple(dict.fromkeys(found))


def _id(question: str, text: str) -> str:
    """Return an id that is the same for the same question and answer."""
    return hashlib.sha256(f"{question}\0{text}".encode()).hexdigest()[:16]
