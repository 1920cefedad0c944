"""An exchange ↔ the JSON it is kept as, with what is personal hidden."""

from __future__ import annotations

import json
from collections.abc import Iterable

from assistant.interchange import Json, answer_from_record, answer_to_record
from assistant.privacy import redact, redact_json, writable
from ui.conversations import Exchange
from ui.filters import scope_from_json, scope_to_json


def exchange_to_record(exchange: Exchange, own: str) -> str:
    """Return an exchange as it may be kept, as JSON.

    In the question every personal number, address and phone number is hidden. The answer stays word for word, but for
    personal numbers and for what it repeats of the person's own.

    Args:
        exchange: one that is answered or has failed.
        own: everything that the person wrote in the conversation.
    """
    answer = None
    if exchange.answer is not None:
        record = answer_to_record(exchange.answer)
        answer = redact_json({**record, "question": _kept_words(exchange.answer.question)}, own)
    record = {
        "id": exchange.id,
        "question": _kept_words(exchange.question),
        "answer": answer,
        "failed": exchange.failed,
        "unpaged": sorted(exchange.unpaged),
        "scope": redact_json(json.loads(json.dumps(scope_to_json(exchange.scope))), own),
    }
    return json.dumps(record, ensure_ascii=False)


def exchange_from_record(text: str) -> Exchange:
    """Read what `exchange_to_record` wrote.

    Raises:
        ValueError: it is no JSON.
        KeyError: something is missing.
        TypeError: something is not of its type.
    """
    record: Json = json.loads(text)
    return Exchange(
        record["question"],
        answer_from_record(record["answer"]) if record["answer"] is not None else None,
        failed=record["failed"],
        unpaged=frozenset(record["unpaged"]),
        scope=scope_from_json(record["scope"]),
        id=record["id"],
    )


def words_of(record: str) -> str:
    """Return what a record can be found by: its question and its answer."""
    kept: Json = json.loads(record)
    answer = kept["answer"]
    return f"{kept['question']}\n{answer['text'] if answer is not None else ''}"


def written_by_person(exchanges: Iterable[Exchange]) -> str:
    """Return everything that the person wrote in a conversation."""
    return "\n".join(exchange.question for exchange in exchanges)


def _kept_words(text: str) -> str:
    return redact(writable(text))
