"""Where what a person says of an answer is sent to, changed and withdrawn."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from assistant.errors import FeedbackUnavailable, InvalidFeedback, UnknownFeedback
from assistant.feedback import Feedback, Reason, Verdict
from assistant.feedback_store import FeedbackStore
from ui.conversation_store import ConversationStore, ConversationsUnavailable, UnknownConversation
from ui.conversations import Conversation
from ui.parts import Parts
from ui.people.roles import person_of
from ui.site.frame import Refused, load_page_texts
from ui.sources import log_failure
from ui.texts import FeedbackTexts

MOST_AN_HOUR = 30
"""How often a person may give or change feedback."""
MOST_BYTES = 32 * 1024
"""Of the body of a request: a comment, each character of which may be written with six."""

_HOUR_SECONDS = 3600.0
_MOST_PEOPLE = 10_000

Json = dict[str, Any]


class HourlyLimit:
    """Counts what each person does within an hour, in this process alone; any number of threads may use it."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take how often it may be done, and a clock that counts seconds."""
        self._most = most
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, person_id: str) -> bool:
        """Return whether a person may do it once more, and count it where they may."""
        now = self._clock()
        with self._lock:
            times = self._times.pop(person_id, deque())
            while times and times[0] <= now - _HOUR_SECONDS:
                times.popleft()
            may = len(times) < self._most
            if may:
                times.append(now)
            self._times[person_id] = times  # at the end: those who did least lately are first
            while len(self._times) > _MOST_PEOPLE:
                del self._times[next(iter(self._times))]
        return may


def build_router(parts: Parts) -> APIRouter:
    """Return the routes under `/feedback`: a person's own, in JSON."""
    router = APIRouter(include_in_schema=False)
    desk = _Desk(parts.feedback, parts.conversations)

    @router.post("/feedback")
    async def give(request: Request) -> Response:
        return await _respond(request, desk.give)

    @router.get("/feedback/{feedback_id}")
    async def read(request: Request) -> Response:
        return await _respond(request, desk.read)

    @router.put("/feedback/{feedback_id}")
    async def change(request: Request) -> Response:
        return await _respond(request, desk.change)

    @router.delete("/feedback/{feedback_id}")
    async def withdraw(request: Request) -> Response:
        return await _respond(request, desk.withdraw)

    return router


class _Desk:
    """What the routes do with a person's id, the id of feedback and what was sent."""

    def __init__(self, store: FeedbackStore | None, conversations: ConversationStore) -> None:
        self._store = store
        self._conversations = conversations
        self._limit = HourlyLimit(MOST_AN_HOUR)

    def give(self, person_id: str, _: str, sent: Json, words: FeedbackTexts) -> Response:
        """Record feedback on an answer as the person's conversation has it, whatever else the browser may say."""
        conversation = self._conversations.read(person_id, _text(sent, "conversation", words))
        feedback = _feedback_on(conversation, sent, words)
        self._count(person_id, words)
        feedback_id = self._kept(words).record(feedback, person_id)
        return JSONResponse({"id": feedback_id}, status_code=201)

    def read(self, person_id: str, feedback_id: str, _: Json, words: FeedbackTexts) -> Response:
        kept = self._kept(words).read_own(feedback_id, person_id)
        said = {"id": kept.id, "verdict": kept.verdict, "reason": kept.reason, "comment": kept.comment}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    def change(self, person_id: str, feedback_id: str, sent: Json, words: FeedbackTexts) -> Response:
        verdict, reason, comment = _said(sent, words)
        self._count(person_id, words)
        self._kept(words).change(feedback_id, person_id, verdict, reason, comment)
        return JSONResponse({"id": feedback_id})

    def withdraw(self, person_id: str, feedback_id: str, _: Json, words: FeedbackTexts) -> Response:
        self._kept(words).withdraw(feedback_id, person_id)
        return Response(status_code=204)

    def _kept(self, words: FeedbackTexts) -> FeedbackStore:
        if self._store is None:
            raise Refused(503, words.failed)
        return self._store

    def _count(self, person_id: str, words: FeedbackTexts) -> None:
        if not self._limit.take(person_id):
            raise Refused(429, words.too_many)


async def _respond(request: Request, act: Callable[[str, str, Json, FeedbackTexts], Response]) -> Response:
    words = load_page_texts(request).feedback
    person = person_of(request.scope)
    try:
        sent = await _read_json(request, words) if request.method in ("POST", "PUT") else {}
        return await run_in_threadpool(act, person.id, request.path_params.get("feedback_id", ""), sent, words)
    except Refused as refused:
        return _refuse(refused.status, refused.line)
    except InvalidFeedback:
        return _refuse(400, words.failed)
    except (UnknownFeedback, UnknownConversation):
        return _refuse(404, words.gone)
    except (FeedbackUnavailable, ConversationsUnavailable) as error:
        log_failure("keeping feedback", error)
        return _refuse(503, words.failed)


def _refuse(status: int, line: str) -> Response:
    headers = {"Retry-After": str(int(_HOUR_SECONDS))} if status == 429 else None
    return JSONResponse({"error": line}, status_code=status, headers=headers)


async def _read_json(request: Request, words: FeedbackTexts) -> Json:
    """Return the object that was sent, which must say that it is JSON: a form of another page cannot."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, words.failed)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                raise Refused(413, words.failed)
        sent = json.loads(body)
    except (ClientDisconnect, ValueError, RecursionError) as error:
        raise Refused(400, words.failed) from error
    if not isinstance(sent, dict):
        raise Refused(400, words.failed)
    return sent


def _feedback_on(conversation: Conversation, sent: Json, words: FeedbackTexts) -> Feedback:
    position = conversation.position_of(_text(sent, "exchange", words))
    exchange = conversation.exchanges[position] if position is not None else None
    if exchange is None or exchange.answer is None:
        raise Refused(404, words.gone)
    verdict, reason, comment = _said(sent, words)
    before = Conversation(conversation.exchanges[:position]).turns()
    return Feedback(exchange.question, exchange.answer.language, verdict, exchange.answer, reason, comment, before)


def _said(sent: Json, words: FeedbackTexts) -> tuple[Verdict, Reason | None, str]:
    """Return the verdict, reason and comment, whose values the store checks."""
    verdict: Any = _text(sent, "verdict", words)
    reason: Any = None if sent.get("reason") is None else _text(sent, "reason", words)
    return verdict, reason, _text(sent, "comment", words) if "comment" in sent else ""


def _text(sent: Json, name: str, words: FeedbackTexts) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise Refused(400, words.failed)
    return value
