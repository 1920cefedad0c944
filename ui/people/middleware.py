"""Every request gets its person, or is turned away."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Protocol

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.access import find_stranger
from ui.people.roles import PERSON_KEY, Person, Role

VISITOR_COOKIE = "atmp_visitor"
_VISITOR = re.compile(r"[A-Za-z0-9_-]{43}")


class Identify(Protocol):
    """Tells whose request it is."""

    def __call__(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        """Return the person, None where nobody has signed in, and the `Set-Cookie` headers to respond with."""
        ...


def identify_visitor(request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
    """Tell visitors of a page without sign-in apart, by a cookie that says nothing of them.

    Whoever sits at this machine may do everything; who comes from elsewhere may ask.
    """
    token = request.cookies.get(VISITOR_COOKIE, "")
    cookies: tuple[str, ...] = ()
    if _VISITOR.fullmatch(token) is None:
        token = secrets.token_urlsafe(32)
        cookies = (_cookie(VISITOR_COOKIE, token),)
    role: Role = "administrator" if find_stranger(request.scope) is None else "reader"
    return Person(f"visitor:{hashlib.sha256(token.encode()).hexdigest()}", "", role), cookies


class PeopleMiddleware:
    """Put the person of each request into its scope, under `PERSON_KEY`."""

    def __init__(self, app: ASGIApp, identify: Identify = identify_visitor) -> None:
        """Take the application, and who tells whose request it is."""
        self._app = app
        self._identify = identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its person."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        person, cookies = self._identify(HTTPConnection(scope))
        if person is not None:
            scope[PERSON_KEY] = person

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start" and cookies:
                headers = [*message.get("headers", ()), *((b"set-cookie", cookie.encode()) for cookie in cookies)]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_cookies)


def _cookie(name: str, value: str, seconds: int = 400 * 24 * 3600) -> str:
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}"
