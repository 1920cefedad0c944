"""OpenAI's chat completions: the last message is the question, the ones before it the conversation."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import Response

from assistant.interchange import answer_to_json
from assistant.messages import Answer, Event, Finished, SentenceChecked, Turn
from assistant.questions import check_question
from ui.api.chat_schemas import MODEL, ChatCompletion, ChatRequest, ModelReply, ModelsReply
from ui.api.chat_text import Written, read_turns, render_content
from ui.api.failures import ApiFailure, failure_of
from ui.api.metrics import CountedAssistant
from ui.api.streaming import DONE, EventStream, server_sent
from ui.api.working import Slots, Work
from ui.sources import Reading, find_unpaged

_STREAM = {
    "description": "The answer; with `stream`, in pieces: each sentence when it is checked, the sources, and at the "
    "end a piece with `finish_reason` and `atmp`. What was sent is continued, or taken back in so many words.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def build_chat_router(assistant: CountedAssistant, library: Reading, slots: Slots) -> APIRouter:
    """Return the routes under `/v1`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "atmp"}

    @router.get("/models", response_model=ModelsReply)
    async def list_models() -> dict[str, Any]:
        """List the models: there is one."""
        return {"object": "list", "data": [model]}

    @router.get("/models/{model_id}", response_model=ModelReply)
    async def show_model(model_id: str) -> dict[str, Any]:
        """Show a model."""
        _require_model(model_id)
        return model

    @router.post("/chat/completions", response_model=ChatCompletion, responses={200: _STREAM})
    async def complete_chat(request: ChatRequest) -> Any:
        """Answer the last message; numbers in brackets refer to the sources at the end of the text and in `atmp`."""
        _require_model(request.model)
        question, history = _read(request)
        work = slots.begin(assistant.events(question, history))
        if request.stream:
            return await _stream(work, library, request.wants_usage)
        return _completion(*await _answer(work, library))

    return router


def _require_model(name: str) -> None:
    if name != MODEL:
        raise ApiFailure(404, f"there is one model, {MODEL!r}: ask for that", "model_not_found", "model")


def _read(request: ChatRequest) -> tuple[str, tuple[Turn, ...]]:
    """Return the question and the turns before it.

    Raises:
        ApiFailure: the last message is not the user's.
        QuestionError: it is empty, too long or has no letters.
    """
    question, history = read_turns([(message.role, message.text) for message in request.messages])
    if question is None:
        raise ApiFailure(400, "messages: the last one must be the user's, with a question", "no_question", "messages")
    return check_question(question), history


async def _answer(work: Work, library: Reading) -> tuple[Answer, frozenset[str]]:
    """Return the answer, and its documents that have no pages to name."""
    try:
        event = await work.next()
        while isinstance(event, SentenceChecked):
            event = await work.next()
    finally:
        await work.close()
    answer = _finished(event)
    return answer, await to_thread.run_sync(find_unpaged, answer, library)


async def _stream(work: Work, library: Reading, wants_usage: bool) -> Response:
    """Return the stream. It begins with the first sentence: what fails before it still has a status of its own."""
    try:
        first = await work.next()
    except BaseException:
        await work.close()
        raise
    return EventStream(_pieces(work, first, library, wants_usage), work.close)


async def _pieces(work: Work, event: Event | None, library: Reading, wants_usage: bool) -> AsyncGenerator[str, None]:
    chunk = {**_head("chat.completion.chunk"), **({"usage": None} if wants_usage else {})}
    written = Written()
    yield server_sent(chunk | _delta({"role": "assistant", "content": ""}))
    try:
        while isinstance(event, SentenceChecked):
            yield server_sent(chunk | _delta({"content": written.add(event)}))
            event = await work.next()
        answer = _finished(event)
        unpaged = await to_thread.run_sync(find_unpaged, answer, library)
        yield server_sent(chunk | _delta({"content": written.finish(answer, unpaged)}))
        yield server_sent(chunk | _delta({}, "stop") | {"atmp": answer_to_json(answer)})
        if wants_usage:
            yield server_sent(chunk | {"choices": [], "usage": _usage(answer)})
    except Exception as error:  # the status is sent already: what failed can only be said in the stream
        yield server_sent(failure_of(error).to_json())
    yield DONE


def _finished(event: Event | None) -> Answer:
    if not isinstance(event, Finished):
        raise TypeError("the assistant ended without an answer")
    return event.answer


def _completion(answer: Answer, unpaged: frozenset[str]) -> dict[str, Any]:
    message = {"role": "assistant", "content": render_content(answer, unpaged), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        **_head("chat.completion"),
        "choices": [choice],
        "usage": _usage(answer),
        "atmp": answer_to_json(answer),
    }


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "model": MODEL}


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]}


def _usage(answer: Answer) -> dict[str, int]:
    """Return the tokens of the language model; none where none was asked."""
    read, wrote = (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer.usage else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
