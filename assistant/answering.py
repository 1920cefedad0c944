"""A question becomes a cited answer, or an honest refusal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.advising import declines
from assistant.cautions import source_warnings
from assistant.composing import (
    UNTIMED,
    answer_id,
    block,
    cite,
    considered_of,
    refuse,
    text_of_sentences,
)
from assistant.confidence import ANSWER_FROM, confidence_signals
from assistant.cross_encoder import SentenceScorer
from assistant.disagreeing import Said, rival_of
from assistant.expecting import expect
from assistant.extracting import Extract, extract, rank_candidates, state
from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation, Event, Finished, Timings, Turn
from assistant.parts import parts_of
from assistant.phrases import PART_NOT_IN_THE_MATERIAL
from assistant.questions import check_question
from assistant.reading import read_candidates, with_own_letters
from assistant.rewriting import StandAlone, stand_alone
from assistant.signals import Candidate, candidates_of
from assistant.weights import reader_weights
from corpus.documents import Document, Language, Span
from corpus.errors import UnknownDocument
from corpus.language import detect_question_language
from indexing.hits import Filters, Hit, Retriever

ReadDocument = Callable[[str], Document]
"""Document id → the whole document."""

HITS = 24
"""How many chunks are read for an answer."""
RIVALS = 20
"""The likeliest candidates: another document's among them that says otherwise than the first is quoted too."""
_TRIES = 3
"""Searches for one question, should its source be replaced between search and quotation each time."""


class Assistant:
    """Answers from the library by quoting it. May be used from several threads; keeps nothing of a conversation."""

    def __init__(
        self,
        retriever: Retriever,
        read_document: ReadDocument,
        scorer: SentenceScorer,
        answer_from: float = ANSWER_FROM,
    ) -> None:
        """Take the parts.

        Args:
            retriever: finds chunks.
            read_document: gives a whole document by its id.
            scorer: reads a question together with sentences.
            answer_from: the confidence (0 to 1) below which it refuses; 0.0 says what it would have said.
        """
        self._retriever = retriever
        self._read_document = read_document
        self._scorer = scorer
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
        declined = declines(asked, spoken)
        if declined is not None:
            return block(asked, spoken, declined.text, EXTRACTIVE)
        parts = parts_of(asked)
        findings = self._find_parts(parts, history, spoken, filters) if len(parts) > 1 else []
        if not any(found.extracts for _, found in findings):
            findings = [(asked, self._find(stand_alone(asked, history), spoken, filters))]
        answer = compose(asked, spoken, findings)
        total = time.perf_counter() - began
        retrieving = sum(found.retrieval_seconds for _, found in findings)
        timings = Timings(*(round(1000 * seconds, 1) for seconds in (retrieving, total - retrieving, total)))
        return replace(answer, timings=timings)

    def warm_up(self) -> None:
        """Ask a question nobody waits for: it loads the models and brings the indexes in step with the library."""
        self.answer("Hvad er det?")

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        """Yield the answer as the one event there is; arguments and errors are those of `answer`."""
        yield Finished(self.answer(question, history, language, filters))

    def _find_parts(
        self, parts: Sequence[str], history: Sequence[Turn], language: Language, filters: Filters
    ) -> list[tuple[str, Findings]]:
        """Find an answer to each part; what a later part points at is the part before it."""
        before = list(history)
        findings = []
        for part in parts:
            found = self._find(stand_alone(part, before), language, filters)
            findings.append((part, found))
            before.append(Turn(part, " ".join(said.text for said in found.extracts)))
        return findings

    def _find(self, wanted: StandAlone, language: Language, filters: Filters) -> Findings:
        """Search and read; anew, should a source be replaced in between."""
        for _ in range(_TRIES):
            began = time.perf_counter()
            hits = self._retriever.retrieve(wanted.query, HITS, filters)
            seconds = time.perf_counter() - began
            try:
                return self._read(wanted, language, hits, seconds)
            except (_SourceChangedError, UnknownDocument):
                continue
        return Findings(hits, (), {}, 0.0, seconds)

    def _read(self, wanted: StandAlone, language: Language, hits: Sequence[Hit], seconds: float) -> Findings:
        expectation = expect(wanted.asks)
        weights = reader_weights()
        found = rank_candidates(candidates_of(wanted.query, hits, expectation, language), weights.first)
        if not found:
            return Findings(hits, (), {}, 0.0, seconds)
        asked = with_own_letters(wanted.query, language)
        candidates = rank_candidates(read_candidates(asked, found, self._scorer), weights.choice)
        sure = weights.confidence.probability(confidence_signals(candidates, expectation))
        if sure < self._answer_from:
            return Findings(hits, (), {}, sure, seconds)
        documents = Documents(self._read_document)
        extracts = extract(candidates, wanted.query, expectation, documents)
        rival = _rival(candidates)
        if rival is not None:
            extracts = [extracts[0], state(rival, wanted.query, expectation, documents[rival.hit.document_id])]
        for said in extracts:
            _require_unchanged(said.hit, documents[said.hit.document_id])
        return Findings(hits, tuple(extracts), documents, sure, seconds)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one question.

    Attributes:
        hits: what was read.
        extracts: the statements that answer; none where it is refused.
        documents: the documents of the extracts, by id.
        sure: how likely the first statement answers, 0 to 1.
        retrieval_seconds: of the search.
    """

    hits: Sequence[Hit]
    extracts: tuple[Extract, ...]
    documents: Mapping[str, Document]
    sure: float
    retrieval_seconds: float


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


def compose(question: str, language: Language, findings: Sequence[tuple[str, Findings]]) -> Answer:
    """Return the answer to a question from what was found for its parts; a refusal where nothing was."""
    answered = [found for _, found in findings if found.extracts]
    hits = list({hit.chunk_id: hit for _, found in findings for hit in found.hits}.values())
    if not answered:
        return refuse(question, language, hits, max(found.sure for _, found in findings), EXTRACTIVE)
    citations: list[Citation] = []
    sentences: list[AnswerSentence] = []
    extracts = _distinct(answered)
    for said, document in extracts:
        first = len(citations) + 1
        citations += [cite(first + n, said.hit, document, quote) for n, quote in enumerate(said.quotes)]
        markers = tuple(range(first, len(citations) + 1))
        sentences.append(AnswerSentence(text=said.text, markers=markers, supported=True))
    text = text_of_sentences(sentences)
    missing = [PART_NOT_IN_THE_MATERIAL[language].format(part=part) for part, found in findings if not found.extracts]
    return Answer(
        id=answer_id(question, text),
        question=question,
        language=language,
        outcome="partial" if missing else "answered",
        text=text,
        confidence=round(min(found.sure for found in answered), 3),
        sentences=tuple(sentences),
        citations=tuple(citations),
        considered=considered_of(hits, {said.hit.chunk_id for said, _ in extracts}),
        warnings=(*missing, *source_warnings(language, _sources(extracts), time.strftime("%Y-%m-%d"))),
        model=EXTRACTIVE,
        timings=UNTIMED,
    )


def _sources(extracts: Iterable[tuple[Extract, Document]]) -> list[Said]:
    return [
        Said(document.text[quote.start : quote.end], one.hit.chunk.language, one.hit.document_id, one.hit.meta)
        for one, document in extracts
        for quote in one.quotes
    ]


def _rival(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the likeliest sentence of another document that says otherwise than the first candidate."""
    if candidates[0].sentence.kind != "sentence":
        return None
    others = [(_said(other), other) for other in candidates[1:RIVALS] if other.sentence.kind == "sentence"]
    found = rival_of(_said(candidates[0]), (said for said, _ in others))
    return next(other for said, other in others if said == found[0]) if found is not None else None


def _said(candidate: Candidate) -> Said:
    hit = candidate.hit
    return Said(candidate.text, hit.chunk.language, hit.document_id, hit.meta)


def _distinct(answered: Iterable[Findings]) -> list[tuple[Extract, Document]]:
    """Return the statements with their documents, in order; one that two parts share comes once."""
    found: dict[tuple[str, tuple[Span, ...]], tuple[Extract, Document]] = {}
    for findings in answered:
        for said in findings.extracts:
            key = (said.hit.document_id, said.quotes)
            found.setdefault(key, (said, findings.documents[said.hit.document_id]))
    return list(found.values())
