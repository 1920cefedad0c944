"""The parts of an answer, put together: markers and citations, warnings, what else was considered, or the refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from assistant.messages import Answer, AnswerSentence, Citation, Considered, Timings
from assistant.phrases import NOT_IN_THE_MATERIAL
from corpus.documents import Document, Language, Span
from indexing.hits import Hit

CONSIDERED = 6
UNTIMED = Timings(0.0, 0.0, 0.0)


def refuse(question: str, language: Language, hits: Sequence[Hit], sure: float, model: str) -> Answer:
    """Return the refusal in a language, with what was looked at; `sure` is how likely an answer seemed, 0 to 1."""
    text = NOT_IN_THE_MATERIAL[language]
    return Answer(
        id=answer_id(question, text),
        question=question,
        language=language,
        outcome="no_evidence",
        text=text,
        confidence=round(sure, 3),
        sentences=(),
        citations=(),
        considered=considered_of(hits, set()),
        warnings=(),
        model=model,
        timings=UNTIMED,
    )


def block(question: str, language: Language, text: str, model: str) -> Answer:
    """Return the answer to a question that the assistant leaves to others; `text` says to whom."""
    return replace(
        refuse(question, language, (), 0.0, model), id=answer_id(question, text), outcome="blocked", text=text
    )


def cite(marker: int, hit: Hit, document: Document, quote: Span, translation: str = "") -> Citation:
    """Return the citation of a stretch of a hit's document."""
    return Citation(
        marker=marker,
        document=hit.document,
        document_id=hit.document_id,
        title=hit.meta.title,
        page=page_of(document, quote.start) or hit.chunk.page,
        section=section_label(hit),
        quote=document.text[quote.start : quote.end],
        start=quote.start,
        end=quote.end,
        language=hit.chunk.language,
        date=hit.meta.date,
        translation=translation,
    )


def page_of(document: Document, offset: int) -> int:
    """Return the number of the page that an offset is on; 0 where it is on none."""
    return next((page.number for page in document.pages if page.start <= offset < page.end), 0)


def section_label(hit: Hit) -> str:
    """Return a hit's heading path as one line: "3. Samarbejdsstruktur › Styregruppe"."""
    return " › ".join(hit.chunk.path)


def text_of_sentences(sentences: Iterable[AnswerSentence]) -> str:
    """Return the sentences of an answer as one text, each with its markers after it."""
    known = list(sentences)
    said = [f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" for s in known]
    return ("\n" if any(s.stands_apart for s in known) else " ").join(said)


def considered_of(hits: Sequence[Hit], quoted: Collection[int]) -> tuple[Considered, ...]:
    """Return the best hits that are not quoted; `quoted` are ids of chunks."""
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


def answer_id(question: str, text: str) -> str:
    """Return an id that is the same for the same question and answer."""
    return hashlib.sha256(f"{question}\0{text}".encode()).hexdigest()[:16]
