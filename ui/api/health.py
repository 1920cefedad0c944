"""Is the process up, can it answer, and how has it done: what other machines watch."""

from __future__ import annotations

import time
from typing import Any, Protocol

import anyio
from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import Response

from corpus.errors import LibraryUnavailable
from indexing.hits import Retriever
from ui.api.failures import RETRY_SECONDS, ApiFailure
from ui.api.metrics import CONTENT_TYPE, Metrics
from ui.api.schemas import HealthReply
from ui.sources import log_failure

FRESH_SECONDS = 5.0
"""How long a finding of readiness is given out before it is looked for again: anybody may ask for it."""
_QUERY = "Hvad er det?"


class Opening(Protocol):
    """The library, as far as whether it opens."""

    def generation(self) -> int:
        """Return a number that grows with every change.

        Raises:
            LibraryUnavailable: it cannot be read.
        """
        ...


class Readiness:
    """Whether questions can be answered: the library opens and a search works."""

    def __init__(self, library: Opening, retriever: Retriever, fresh_seconds: float = FRESH_SECONDS) -> None:
        """Take what is tried, and how long a finding is good for."""
        self._library = library
        self._retriever = retriever
        self._fresh_seconds = fresh_seconds
        self._lock = anyio.Lock()
        self._looked_at: float | None = None
        self._reason = ""

    async def reason_against(self) -> str:
        """Return why questions cannot be answered, "" where they can; one look at a time, in a thread."""
        async with self._lock:
            if self._looked_at is None or time.monotonic() - self._looked_at > self._fresh_seconds:
                self._reason = await to_thread.run_sync(self._look)
                self._looked_at = time.monotonic()
            return self._reason

    def _look(self) -> str:
        """Try both; the reason names no path, as anybody may read it: the log has more."""
        try:
            self._library.generation()
            self._retriever.retrieve(_QUERY, 1)
        except LibraryUnavailable as error:
            log_failure("reading the library", error)
            return "the library cannot be read"
        except Exception as error:  # whatever it is that fails, no question can be answered
            log_failure("searching the library", error)
            return f"a search fails: {type(error).__name__}"
        return ""


def build_probe_router(readiness: Readiness) -> APIRouter:
    """Return the routes that a load balancer asks, without a token."""
    router = APIRouter(tags=["Health"])

    @router.get("/healthz", response_model=HealthReply)
    async def healthz() -> dict[str, Any]:
        """Say that the process is up."""
        return {"status": "ok"}

    @router.get("/readyz", response_model=HealthReply)
    async def readyz() -> dict[str, Any]:
        """Say that questions can be answered; 503 with the reason where they cannot."""
        reason = await readiness.reason_against()
        if reason:
            raise ApiFailure(503, reason, "not_ready", headers={"Retry-After": str(RETRY_SECONDS)})
        return {"status": "ready"}

    return router


def build_metrics_router(metrics: Metrics) -> APIRouter:
    """Return the route that Prometheus reads."""
    router = APIRouter(tags=["Health"])

    @router.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def show_metrics() -> Response:
        """Give the measures in Prometheus' text format."""
        return Response(await to_thread.run_sync(metrics.render), headers={"Content-Type": CONTENT_TYPE})

    return router
