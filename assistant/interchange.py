"""Answers and hits as JSON: the shapes that other programs rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.messages import Answer, Citation

if TYPE_CHECKING:  # indexing.hits imports numpy
    from indexing.hits import Hit

Json = dict[str, Any]


def answer_to_json(answer: Answer) -> Json:
    """Return the object of an answer; `document` is a file name, offsets count characters, times milliseconds."""
    return {
        "id": answer.id,
        "question": answer.question,
        "language": answer.language,
        "outcome": answer.outcome,
        "answered": answer.answered,
        "answer": answer.text,
        "confidence": round(answer.confidence, 4),
        "sentences": [
            {"text": sentence.text, "markers": list(sentence.markers), "supported": sentence.supported}
            for sentence in answer.sentences
        ],
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "considered": [
            {"document": passage.document, "section": passage.section, "score": round(passage.score, 4)}
            for passage in answer.considered
        ],
        "warnings": list(answer.warnings),
        "model": answer.model,
        "removed": answer.removed,
        "usage": None if answer.usage is None else asdict(answer.usage),
        "timings": {
            "retrieve_ms": round(answer.timings.retrieve_ms, 1),
            "answer_ms": round(answer.timings.answer_ms, 1),
            "total_ms": round(answer.timings.total_ms, 1),
        },
    }


def hit_to_json(hit: Hit) -> Json:
    """Return the object of a hit; `section` is the heading path joined by " › "."""
    return {
        "document": hit.document,
        "document_id": hit.document_id,
        "title": hit.meta.title,
        "page": hit.chunk.page,
        "section": " › ".join(hit.chunk.path),
        "text": hit.text,
        "score": round(hit.score, 4),
        "language": hit.chunk.language,
        "date": hit.meta.date,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
    }


def _citation_to_json(citation: Citation) -> Json:
    return {
        "marker": citation.marker,
        "document": citation.document,
        "document_id": citation.document_id,
        "title": citation.title,
        "page": citation.page,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "language": citation.language,
        "date": citation.date,
        "translation": citation.translation,
    }
