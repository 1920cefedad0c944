"""The inbox: what people said of answers, for the secretariat to sort and to make test questions of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from assistant.errors import FeedbackUnavailable, InvalidFeedback, UnknownFeedback
from assistant.feedback import STATES, State, case_line
from assistant.feedback_store import MOST_ENTRIES, FeedbackStore
from ui.parts import Parts
from ui.people.roles import person_of
from ui.rendering.inbox import NOTICES, InboxView, Notice, render_inbox, render_line
from ui.site.feedback import MOST_BYTES
from ui.site.forms import FormTooLarge, UnreadableForm, read_form
from ui.site.frame import load_page_texts, render_page
from ui.sources import log_failure
from ui.texts import Texts

ENTRIES_A_PAGE = 20

_LINES = "application/jsonl; charset=utf-8"


def build_router(parts: Parts) -> APIRouter:
    """Return the routes under `/inbox`, which the secretariat alone may use."""
    router = APIRouter(include_in_schema=False)

    @router.get("/inbox")
    def show(request: Request) -> Response:
        return _respond(request, parts.feedback, _show)

    @router.get("/inbox/cases.jsonl")
    def make_cases(request: Request) -> Response:
        return _respond(request, parts.feedback, _make_cases)

    @router.get("/inbox/{feedback_id}/case.jsonl")
    def make_case(request: Request) -> Response:
        return _respond(request, parts.feedback, _make_case)

    @router.post("/inbox/{feedback_id}/sort")
    async def sort(request: Request) -> Response:
        return await _respond_to_form(request, parts.feedback)

    @router.post("/inbox/{feedback_id}/close")
    def close(request: Request) -> Response:
        return _respond(request, parts.feedback, _close)

    return router


def _respond(
    request: Request, store: FeedbackStore | None, act: Callable[[Request, FeedbackStore, Texts], Response]
) -> Response:
    texts = load_page_texts(request)
    if not person_of(request.scope).may("secretariat"):
        return _say(request, texts.inbox.forbidden, 403)
    if store is None:
        return _say(request, texts.inbox.unavailable, 503)
    try:
        return act(request, store, texts)
    except FeedbackUnavailable as error:
        log_failure("opening the inbox", error)
        return _say(request, texts.inbox.unavailable, 503)


async def _respond_to_form(request: Request, store: FeedbackStore | None) -> Response:
    """Sort what the form says; nothing is read of what those send who may not."""
    form = FormData()
    if person_of(request.scope).may("secretariat"):
        try:
            form = await read_form(request, MOST_BYTES)
        except (FormTooLarge, UnreadableForm):
            return _go_back(request, "invalid")

    def sort(request: Request, store: FeedbackStore, _: Texts) -> Response:
        return _sort(request, store, form)

    try:
        return await run_in_threadpool(_respond, request, store, sort)
    finally:
        await form.close()


def _show(request: Request, store: FeedbackStore, texts: Texts) -> Response:
    view, notice = _view_of(request), _notice_of(request)
    try:
        found = store.inbox(view.state, ENTRIES_A_PAGE + 1, view.before)
    except UnknownFeedback:  # the last one seen has been withdrawn
        view = InboxView(view.state)
        found = store.inbox(view.state, ENTRIES_A_PAGE + 1)
    shown = found[:ENTRIES_A_PAGE]
    older = shown[-1].id if len(found) > len(shown) else ""
    return _page(request, render_inbox(view, shown, older, store.counts(), notice, texts), texts)


def _sort(request: Request, store: FeedbackStore, form: FormData) -> Response:
    said: dict[str, Any] = {name: form.get(name, "") for name in ("cause", "importance", "note")}
    said["note"] = said["note"].replace("\r\n", "\n") if isinstance(said["note"], str) else None
    try:
        store.sort(request.path_params["feedback_id"], said["cause"], said["importance"], said["note"])
    except InvalidFeedback:
        return _go_back(request, "invalid")
    except UnknownFeedback:
        return _go_back(request, "gone")
    return _go_back(request, "sorted")


def _close(request: Request, store: FeedbackStore, _: Texts) -> Response:
    try:
        store.close(request.path_params["feedback_id"])
    except UnknownFeedback:
        return _go_back(request, "gone")
    return _go_back(request, "closed")


def _make_case(request: Request, store: FeedbackStore, texts: Texts) -> Response:
    try:
        kept = store.read(request.path_params["feedback_id"])
    except UnknownFeedback:
        return _say(request, texts.inbox.gone, 404)
    return Response(f"{case_line(kept)}\n", media_type=_LINES, headers=_attached(f"feedback-{kept.id}.jsonl"))


def _make_cases(_: Request, store: FeedbackStore, __: Texts) -> Response:
    first = store.inbox("sorted", MOST_ENTRIES)  # so that a store that cannot be read is said before a file begins

    def lines() -> Iterator[str]:
        found = first
        while found:
            yield from (f"{case_line(kept)}\n" for kept in found)
            found = store.inbox("sorted", MOST_ENTRIES, before=found[-1].id)

    return StreamingResponse(lines(), media_type=_LINES, headers=_attached("feedback.jsonl"))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _view_of(request: Request) -> InboxView:
    wanted = request.query_params.get("state", "")
    state: State = next((state for state in STATES if state == wanted), "new")
    return InboxView(state, request.query_params.get("before", "")[:16])


def _notice_of(request: Request) -> Notice | None:
    return next((notice for notice in NOTICES if notice == request.query_params.get("notice")), None)


def _go_back(request: Request, notice: Notice) -> Response:
    """Lead to the inbox as it was looked at, so that loading it again sends nothing again."""
    return RedirectResponse(f"/inbox?{_view_of(request).to_query(notice=notice)}#notice", 303)


def _say(request: Request, line: str, status: int) -> Response:
    texts = load_page_texts(request)
    return _page(request, render_line(line, texts), texts, status)


def _page(request: Request, body: str, texts: Texts, status: int = 200) -> Response:
    page = render_page(body, texts.feedback.inbox, "inbox", texts, person_of(request.scope))
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
