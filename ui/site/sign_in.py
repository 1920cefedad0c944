"""The page to sign in at, and the address to sign out at."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ui.parts import Parts
from ui.people.identifying import session_cookie, session_token
from ui.people.middleware import SIGN_IN_PATH, SIGN_OUT_PATH
from ui.people.passwords import TooManyChecks
from ui.people.roles import find_person
from ui.people.sessions import LONGEST_SECONDS, SessionsUnavailable
from ui.people.signing_in import SignIn, TooManyAttempts, WrongPassword
from ui.rendering.signing_in import render_sign_in
from ui.site.forms import FormTooLarge, UnreadableForm, read_form
from ui.site.frame import load_page_texts, render_page
from ui.sources import log_failure

MAX_FORM_BYTES = 8 << 10
MAX_NEXT_CHARACTERS = 4_000
BUSY_SECONDS = 2
"""When to try again that comes while too many sign in."""

_AFTER_SIGNING_OUT = "signed_out"


def build_router(parts: Parts) -> APIRouter:
    """Return the routes; none where people do not sign in here."""
    router = APIRouter(include_in_schema=False)
    sign_in = parts.sign_in
    if sign_in is None:
        return router

    @router.get(SIGN_IN_PATH)
    async def show(request: Request) -> Response:
        if find_person(request.scope) is not None:
            return _see_other(own_path(request.query_params.get("next", "")))
        note = load_page_texts(request).people.signed_out if _AFTER_SIGNING_OUT in request.query_params else ""
        return _page(request, note=note)

    @router.post(SIGN_IN_PATH)
    async def enter(request: Request) -> Response:
        return await _enter(request, sign_in)

    @router.post(SIGN_OUT_PATH)
    async def leave(request: Request) -> Response:
        try:
            if token := session_token(request):
                await sign_in.end(token)
        except SessionsUnavailable as error:
            log_failure("signing out", error)
            return _page(request, 503, load_page_texts(request).people.refusals.unavailable)
        response = _see_other(f"{SIGN_IN_PATH}?{_AFTER_SIGNING_OUT}=1")
        response.headers["Set-Cookie"] = session_cookie("", 0, sign_in.proxies.is_https(request.scope))
        return response

    return router


def own_path(text: str) -> str:
    """Return an address of this site to go to next: the text where it is one, else that of Ask.

    >>> own_path("/documents?sort=date"), own_path("https://example.org/"), own_path("//example.org")
    ('/documents?sort=date', '/', '/')
    """
    is_path = text.startswith("/") and len(text) <= MAX_NEXT_CHARACTERS and text.isprintable() and "\\" not in text
    try:
        parts = urlsplit(text) if is_path else None
    except ValueError:
        parts = None
    is_own = parts is not None and not parts.scheme and not parts.netloc and not text.startswith("//")
    return text if is_own and parts is not None and parts.path not in (SIGN_IN_PATH, SIGN_OUT_PATH) else "/"


async def _enter(request: Request, sign_in: SignIn) -> Response:
    words = load_page_texts(request).people
    try:
        form = await read_form(request, MAX_FORM_BYTES)
        name, password = (value if isinstance(value := form.get(field), str) else "" for field in ("name", "password"))
        await form.close()
    except (UnreadableForm, FormTooLarge):
        return _page(request, 400, words.unreadable)
    address = sign_in.proxies.client_of(request.scope)
    try:
        token = await sign_in.begin(name, password, address)
        if before := session_token(request):
            await sign_in.end(before)
    except WrongPassword:
        return _page(request, 403, words.wrong, name)
    except TooManyAttempts as error:
        return _page(request, 429, words.wait.format(seconds=error.seconds), name, retry_after=error.seconds)
    except TooManyChecks:
        return _page(request, 503, words.busy, name, retry_after=BUSY_SECONDS)
    except SessionsUnavailable as error:
        log_failure("signing in", error)
        return _page(request, 503, words.refusals.unavailable, name, retry_after=BUSY_SECONDS)
    response = _see_other(own_path(request.query_params.get("next", "")))
    is_https = sign_in.proxies.is_https(request.scope)
    response.headers["Set-Cookie"] = session_cookie(token, int(LONGEST_SECONDS), is_https)
    return response


def _page(
    request: Request, status: int = 200, fault: str = "", name: str = "", note: str = "", retry_after: int = 0
) -> Response:
    texts = load_page_texts(request)
    words = texts.people
    wanted = own_path(request.query_params.get("next", ""))
    address = f"{SIGN_IN_PATH}?{urlencode({'lang': texts.language, 'next': wanted})}"
    title = words.error_title.format(title=words.sign_in) if fault else words.sign_in
    body = render_sign_in(texts, address, name, fault, note)
    page = render_page(body, title, "sign_in", texts, find_person(request.scope), ("sign_in.js",))
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(retry_after)} if retry_after else {})
    return HTMLResponse(page, status, headers)


def _see_other(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})
