"""The API as an application of its own, which the page's application hands its addresses to."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from fastapi.telemetry import TelemetryConfig
from starlette.datastructures import URLPath
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.versions import program_version
from indexing.hits import Retriever
from ui.api.access import AccessMiddleware
from ui.api.bodies import BodyMiddleware
from ui.api.chat import build_chat_router
from ui.api.failures import HANDLED, FailuresMiddleware, respond_to
from ui.api.health import Readiness, build_metrics_router, build_probe_router
from ui.api.metrics import CountedAssistant, Metrics
from ui.api.routes import Shelf, build_router
from ui.api.schemas import ErrorReply
from ui.api.tokens import Tokens
from ui.api.working import MAX_AT_ONCE, Slots

OPENAPI_PATH = "/api/openapi.json"
FOLDERS = ("/api/", "/v1/")
PATHS = ("/healthz", "/readyz", "/metrics")
"""The addresses of the API, beside those under `FOLDERS`; all others are the page's."""

_DESCRIPTION = (
    "Answers from the documents of the library, each sentence with the quote it rests on. `/v1` is what clients of "
    "OpenAI's chat completions expect, `/api` the program's own shapes. Errors are one line in one shape everywhere."
)
_FAILURES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorReply, "description": "The request cannot be served as it is; `message` says why."},
    503: {"model": ErrorReply, "description": "Not now: too many questions at once, or the library cannot be read."},
}
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI's own telemetry would record what was asked, and the environment could send it to another host."""


def add_api(
    app: FastAPI,
    assistant: CountedAssistant,
    library: Shelf,
    retriever: Retriever,
    metrics: Metrics,
    tokens: Tokens | None = None,
) -> None:
    """Put the API beside what the application has; to be called before anything is mounted at `/`.

    Args:
        app: the page's application.
        assistant: answers; the page should use the same one, so that all questions are counted.
        library: the documents.
        retriever: finds chunks.
        metrics: what `/metrics` tells, the same that `assistant` counts in.
        tokens: of the clients that may ask; None lets programs on this machine alone ask.
    """
    app.router.routes.append(ApiRoute(build_api(assistant, library, retriever, metrics, tokens)))


def build_api(
    assistant: CountedAssistant,
    library: Shelf,
    retriever: Retriever,
    metrics: Metrics,
    tokens: Tokens | None = None,
    max_at_once: int = MAX_AT_ONCE,
) -> FastAPI:
    """Return the API as an application; arguments as in `add_api`, `max_at_once` as in `Slots`."""
    api = FastAPI(
        title="ATMP assistant",
        version=program_version(),
        description=_DESCRIPTION,
        openapi_url=OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=_FAILURES,
        generate_unique_id_function=lambda route: route.name,
        exception_handlers=dict.fromkeys(HANDLED, respond_to),
        middleware=[
            Middleware(FailuresMiddleware),
            Middleware(AccessMiddleware, tokens=tokens),
            Middleware(BodyMiddleware),
        ],
        telemetry=NO_TELEMETRY,
    )
    slots = Slots(max_at_once)
    guarded = [] if tokens is None else [Depends(HTTPBearer(auto_error=False))]  # for the document: access is checked
    api.include_router(build_chat_router(assistant, library, slots), dependencies=guarded)
    api.include_router(build_router(assistant, library, retriever, slots), dependencies=guarded)
    api.include_router(build_metrics_router(metrics), dependencies=guarded)
    api.include_router(build_probe_router(Readiness(library, retriever)))
    return api


def is_api(scope: Scope) -> bool:
    """Return whether a request is the API's: it keeps its own rule of who may ask."""
    return scope["type"] == "http" and (scope["path"] in PATHS or scope["path"].startswith(FOLDERS))


class ApiRoute(BaseRoute):
    """Hands whole addresses on to the API, which keeps its own errors, limits and document."""

    def __init__(self, api: ASGIApp) -> None:
        self._api = api

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the request is the API's."""
        return (Match.FULL if is_api(scope) else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the API respond."""
        await self._api(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Name no address: nothing of the page leads here."""
        raise NoMatchFound(name, path_params)
