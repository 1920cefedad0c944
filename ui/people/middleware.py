"""Every request gets its person, or is turned away."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode, urlsplit

import anyio
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.application import is_api
from ui.people.identifying import Identify, TurnedAway, identify_visitor
from ui.people.roles import PERSON_KEY, Person
from ui.people.sessions import SessionsUnavailable
from ui.site.frame import language_of, load_page_texts
from ui.sources import log_failure

SIGN_IN_PATH, SIGN_OUT_PATH = "/sign-in", "/sign-out"
OPEN_PATHS = frozenset({SIGN_IN_PATH, SIGN_OUT_PATH, "/accessibility"})
"""Pages for who has not signed in; who has is known there too."""
FILES_FOLDER, ICON_PATH = "/ui/", "/favicon.ico"
"""The same for everybody: nobody is asked who they are."""
IDENTIFIED_AT_ONCE = 8

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY_VIOLATION = 1008
"""The code that a websocket is closed with."""


class PeopleMiddleware:
    """Put the person of each request into its scope, under `PERSON_KEY`; turn away what no page of ours has sent.

    The API has its own rule, and is passed by.
    """

    def __init__(self, app: ASGIApp, identify: Identify = identify_visitor, has_sign_in: bool = False) -> None:
        """Take the application, who tells whose request it is, and whether there is a page to sign in at."""
        self._app = app
        self._identify = identify
        self._has_sign_in = has_sign_in
        self._limiter = anyio.CapacityLimiter(IDENTIFIED_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its person, or turn it away."""
        if scope["type"] not in ("http", "websocket") or is_api(scope) or _is_impersonal(scope):
            await self._app(scope, receive, send)
            return
        try:
            _refuse_cross_site(scope)
            person, cookies = await self._find_person(HTTPConnection(scope))
        except TurnedAway as refusal:
            await self._turn_away(refusal, scope, receive, send)
            return
        if person is not None:
            scope[PERSON_KEY] = person
        await self._app(scope, receive, partial(_send_with_cookies, send, cookies) if cookies else send)

    async def _find_person(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        try:
            person, cookies = await to_thread.run_sync(self._identify, request, limiter=self._limiter)
        except SessionsUnavailable as error:
            log_failure("finding out who has signed in", error)
            raise TurnedAway(503, "unavailable") from error
        if person is None and (request.scope["type"] != "http" or request.scope["path"] not in OPEN_PATHS):
            raise TurnedAway(401, "not_signed_in")
        return person, cookies

    async def _turn_away(self, refusal: TurnedAway, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        is_for_sign_in = refusal.reason == "not_signed_in" and self._has_sign_in and _wants_page(scope)
        response = _redirect_to_sign_in(scope) if is_for_sign_in else _explain(refusal, scope)
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)


def _is_impersonal(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["type"] == "http" and (path == ICON_PATH or path.startswith(FILES_FOLDER))


def _refuse_cross_site(scope: Scope) -> None:
    """Let only pages of ours change something, or open a websocket.

    A browser says with `Sec-Fetch-Site` where a request comes from, over HTTPS and on this machine, and with `Origin`
    where it does not; a program that is no browser sends neither.
    """
    if scope["type"] == "http" and scope["method"] in _SAFE_METHODS:
        return
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin" or (site == "none" and origin is None)
    else:
        is_ours = origin is None or _host_of(origin) == headers.get("host", "").lower()
    if not is_ours:
        raise TurnedAway(403, "cross_site")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _wants_page(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and "text/html" in Headers(scope=scope).get("accept", "")


def _redirect_to_sign_in(scope: Scope) -> Response:
    request = HTTPConnection(scope)
    query = request.url.query
    wanted = {"next": f"{request.url.path}?{query}" if query else request.url.path}
    if "lang" in request.query_params:
        wanted["lang"] = language_of(request)
    return RedirectResponse(f"{SIGN_IN_PATH}?{urlencode(wanted)}", 303)


def _explain(refusal: TurnedAway, scope: Scope) -> Response:
    refusals = load_page_texts(HTTPConnection(scope)).people.refusals
    return PlainTextResponse(f"{getattr(refusals, refusal.reason)}\n", refusal.status)


async def _send_with_cookies(send: Send, cookies: tuple[str, ...], message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = [*message.get("headers", ()), *((b"set-cookie", cookie.encode("ascii")) for cookie in cookies)]
        message = {**message, "headers": headers}
    await send(message)
