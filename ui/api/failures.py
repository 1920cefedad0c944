"""What went wrong → one line in one JSON shape, that of OpenAI's API. Nothing a person wrote is repeated or logged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import QuestionError
from corpus.errors import LibraryUnavailable
from indexing.errors import IndexingError
from ui.sources import log_failure
from ui.terminal import one_line

MAX_LINE = 300
"""Characters of a line that says what is wrong."""
RETRY_SECONDS = 5
"""When a client may ask again that was turned away."""

_NONE: Mapping[str, str] = MappingProxyType({})
_KINDS = MappingProxyType({401: "authentication_error", 403: "permission_error"})


class ApiFailure(Exception):
    """A request that is not served: the status, one line for a person, and what a program may look at."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.headers = headers

    def to_json(self) -> dict[str, Any]:
        """Return the object of the failure, as OpenAI's API has it."""
        kind = "server_error" if self.status >= 500 else _KINDS.get(self.status, "invalid_request_error")
        error = {"message": one_line(self.message)[:MAX_LINE], "type": kind, "param": self.param, "code": self.code}
        return {"error": error}

    def to_response(self) -> Response:
        """Return the response; its body is ASCII, so that no character can break it."""
        return Response(json.dumps(self.to_json()), self.status, dict(self.headers), media_type="application/json")


def busy() -> ApiFailure:
    """Return the failure of a request that comes while as many are worked on as may be."""
    return ApiFailure(
        503,
        "too many questions at once: ask again in a moment",
        "overloaded",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def failure_of(error: Exception) -> ApiFailure:
    """Return what a client is told of an error; one that is not the client's own is logged, without its message."""
    if isinstance(error, ApiFailure):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, QuestionError):
        return ApiFailure(400, str(error), "invalid_question", "question")
    if isinstance(error, HTTPException):
        return _refused(error)
    log_failure("answering a request", error)
    if isinstance(error, LibraryUnavailable | IndexingError):
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return ApiFailure(503, "the library cannot be searched right now", "library_unavailable", headers=headers)
    return ApiFailure(500, "something went wrong and the request was not served", "failed")


async def respond_to(_: Request, error: Exception) -> Response:
    """Return the response to an error: the handler of every kind of error that has one."""
    return failure_of(error).to_response()


HANDLED: tuple[type[Exception], ...] = (
    ApiFailure,
    RequestValidationError,
    HTTPException,
    QuestionError,
    LibraryUnavailable,
    IndexingError,
)
"""The errors that the application hands to `respond_to`; all others reach `FailuresMiddleware`."""


class FailuresMiddleware:
    """Answer whatever error is left with a status, and let nothing be kept by a cache.

    The server would log an error that passes it with its message, which may hold a question.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_uncached(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message.get("headers", ()), (b"cache-control", b"no-store")]}
            await send(message)

        try:
            await self._app(scope, receive, send_uncached)
        except Exception as error:  # the last place where it can be told without its message
            failure = failure_of(error)
            if not begun:
                await failure.to_response()(scope, receive, send_uncached)


def _refused(error: HTTPException) -> ApiFailure:
    phrases = {404: "there is nothing at this address", 405: "this address does not take that method"}
    phrase = phrases.get(error.status_code) or HTTPStatus(error.status_code).phrase.lower()
    if error.status_code == 400:
        phrase = "the body is no JSON that can be read"
    return ApiFailure(error.status_code, phrase, headers=dict(error.headers or {}))


def _invalid(error: RequestValidationError) -> ApiFailure:
    """Return the failure of a request that does not fit: the deepest of its faults, which is the most telling."""
    faults = error.errors()
    if faults[0]["type"] == "json_invalid":
        return ApiFailure(400, "the body is no JSON that can be read", "invalid_json")
    fault = max(faults, key=lambda one: len(one["loc"]))
    names = [str(part) for part in fault["loc"][1:] if "[" not in str(part) and part != "str"]
    place = one_line(".".join(names))[:100] or "the request"
    reason = fault.get("ctx", {}).get("error") or fault["msg"]
    return ApiFailure(400, f"{place}: {reason}", "invalid_value", place)
