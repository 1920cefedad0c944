"""The conversations that are kept, for whose they are: the list on Ask, new names, deletion, files for Word."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from assistant.messages import Answer
from corpus.errors import CorpusError
from ui.conversation_store import ConversationsUnavailable, NamelessConversation, UnknownConversation
from ui.conversations import Conversation, Exchange
from ui.parts import Parts
from ui.people.roles import Person, person_of
from ui.rendering.conversations import MOST_SEARCH, render_kept
from ui.rendering.html import escape
from ui.site.forms import FormTooLarge, UnreadableForm, read_form
from ui.site.frame import load_page_texts, render_page
from ui.sources import log_failure
from ui.texts import Texts

_log = logging.getLogger(__name__)

SHOWN = 50
"""Conversations of one list."""
MAX_FORM_BYTES = 4096
"""Of the form with a new name."""

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff]+')
"""What a file of one system or another cannot be called, or what would show its name falsely."""
_MOST_FILE_NAME = 80
_PRIVATE = {"Cache-Control": "no-store"}


def build_router(parts: Parts) -> APIRouter:
    """Return the routes under `/conversations`; each reaches the conversations of its person alone."""
    router = APIRouter(prefix="/conversations", include_in_schema=False)
    store = parts.conversations

    @router.get("")
    def list_conversations(request: Request, words: str = "") -> Response:
        texts, person = load_page_texts(request), person_of(request.scope)
        words = words[:MOST_SEARCH]

        def respond() -> Response:
            found = store.recent(person.id, words, SHOWN + 1)
            return HTMLResponse(render_kept(found[:SHOWN], words, len(found) > SHOWN, texts), headers=_PRIVATE)

        return _explain(respond, texts, _respond_with_line)

    @router.delete("")
    def delete_all(request: Request) -> Response:
        person = person_of(request.scope)
        return _do(lambda: store.delete_all(person.id), request)

    @router.patch("/{conversation_id}")
    async def rename(request: Request, conversation_id: str) -> Response:
        person = person_of(request.scope)
        name = await _read_name(request)
        return await run_in_threadpool(_do, lambda: store.rename(person.id, conversation_id, name), request)

    @router.delete("/{conversation_id}")
    def delete(request: Request, conversation_id: str) -> Response:
        person = person_of(request.scope)
        return _do(lambda: store.delete(person.id, conversation_id), request)

    @router.get("/{conversation_id}.docx")
    def export_whole(request: Request, conversation_id: str) -> Response:
        texts, person = load_page_texts(request), person_of(request.scope)

        def respond() -> Response:
            conversation = store.read(person.id, conversation_id)
            return _respond_with_file(_export_conversation(conversation, parts, texts), conversation.name)

        return _explain(respond, texts, partial(_respond_with_page, person=person))

    @router.get("/{conversation_id}/answers/{exchange_id}.docx")
    def export_one(request: Request, conversation_id: str, exchange_id: str) -> Response:
        texts, person = load_page_texts(request), person_of(request.scope)

        def respond() -> Response:
            conversation = store.read(person.id, conversation_id)
            position = conversation.position_of(exchange_id)
            exchange = conversation.exchanges[position] if position is not None else None
            if exchange is None or exchange.answer is None:
                return _respond_with_page(404, texts.conversations.answer_not_found, texts, person)
            return _respond_with_file(_export_answer(exchange, exchange.answer, parts, texts), exchange.question)

        return _explain(respond, texts, partial(_respond_with_page, person=person))

    return router


async def _read_name(request: Request) -> str:
    """Return the name of a form; "" where there is none that can be read."""
    try:
        form = await read_form(request, MAX_FORM_BYTES)
    except (UnreadableForm, FormTooLarge):
        return ""
    name = form.get("name")
    await form.close()
    return name if isinstance(name, str) else ""


def _do(change: Callable[[], object], request: Request) -> Response:
    """Respond with nothing to a change that was made."""

    def respond() -> Response:
        change()
        return Response(status_code=204)

    return _explain(respond, load_page_texts(request), _respond_with_line)


def _explain(respond: Callable[[], Response], texts: Texts, say: Callable[[int, str, Texts], Response]) -> Response:
    """Respond, and where it cannot be done `say` so in one line of the page's language."""
    words = texts.conversations
    try:
        return respond()
    except UnknownConversation:
        return say(404, words.not_found, texts)
    except NamelessConversation:
        return say(422, words.nameless, texts)
    except ConversationsUnavailable as error:
        _log.error("conversations cannot be reached: %s", error)
        return say(503, words.unavailable, texts)
    except CorpusError as error:
        log_failure("exporting a conversation", error)
        return say(503, words.export_failed, texts)


def _respond_with_line(status: int, line: str, texts: Texts) -> Response:
    return PlainTextResponse(line, status, headers={**_PRIVATE, "Content-Language": texts.language})


def _respond_with_page(status: int, line: str, texts: Texts, person: Person) -> Response:
    heading = texts.conversations.heading
    body = f'<h1>{escape(heading)}</h1><p>{escape(line)}</p><p><a href="/">{escape(texts.navigation.ask)}</a></p>'
    return HTMLResponse(render_page(body, heading, "ask", texts, person), status, headers=_PRIVATE)


def _export_conversation(conversation: Conversation, parts: Parts, texts: Texts) -> bytes:
    from ui.exporting import export_conversation, find_publishers  # takes long to import, and most never need it

    citations = [citation for exchange in conversation.exchanges for citation in exchange.citations]
    publishers = find_publishers(citations, parts.library)
    return export_conversation(conversation.exchanges, texts, date.today(), publishers)


def _export_answer(exchange: Exchange, answer: Answer, parts: Parts, texts: Texts) -> bytes:
    from ui.exporting import export_answer, find_publishers

    publishers = find_publishers(answer.citations, parts.library)
    return export_answer(answer, texts, date.today(), exchange.unpaged, publishers)


def _respond_with_file(content: bytes, name: str) -> Response:
    """Respond with a file for Word under a name that every system can keep (RFC 6266)."""
    called = " ".join(_NO_FILE_NAME.sub(" ", name).split())[:_MOST_FILE_NAME].strip(" .") or "ATMP"
    headers = {
        **_PRIVATE,
        "Content-Disposition": f"attachment; filename=\"ATMP.docx\"; filename*=UTF-8''{quote(called, safe='')}.docx",
    }
    return Response(content, media_type=_WORD_TYPE, headers=headers)
