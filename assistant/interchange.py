"""Answers and hits as JSON: the shapes that other programs rely on."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.messages import Answer, AnswerSentence, Citation, Considered, Timings, Usage

if TYPE_CHECKING:  # indexing.hits imports numpy
    from indexing.hits import Hit

Json = dict[str, Any]
T = TypeVar("T")


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


def answer_to_record(answer: Answer) -> Json:
    """Return an answer whole, as JSON can hold it: what `answer_from_record` reads.

    Unlike `answer_to_json`, which other programs rely on, it says of a passage that was considered where it stands, and
    rounds nothing.
    """
    record: Json = _as_json(asdict(answer))
    return record


def answer_from_record(record: Json) -> Answer:
    """Read what `answer_to_record` wrote; fields that have come later have their defaults.

    Raises:
        KeyError: something is missing.
        TypeError: something is not of its type.
    """
    usage = record.get("usage")
    return _read(
        Answer,
        {
            **record,
            "sentences": tuple(
                _read(AnswerSentence, one | {"markers": tuple(one["markers"])}) for one in record["sentences"]
            ),
            "citations": tuple(_read(Citation, one) for one in record["citations"]),
            "considered": tuple(_read(Considered, one) for one in record["considered"]),
            "warnings": tuple(record["warnings"]),
            "timings": _read(Timings, record["timings"]),
            "usage": None if usage is None else _read(Usage, usage),
        },
    )


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


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    return [_as_json(part) for part in value] if isinstance(value, list | tuple) else value


def _read(shape: type[T], record: Json) -> T:
    """Return a value of the fields that this program knows."""
    known = {field.name for field in fields(shape)}  # type: ignore[arg-type]
    return shape(**{name: value for name, value in record.items() if name in known})
