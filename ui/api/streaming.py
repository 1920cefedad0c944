"""A response of server-sent events that ends when its client goes away."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

STREAM_SECONDS = 3600.0
"""The longest that a stream is kept, for a client that does not read: as long as a question may be given."""
DONE = "data: [DONE]\n\n"

_HEADERS = {"X-Accel-Buffering": "no"}
"""nginx would hold the stream back."""


def server_sent(value: dict[str, Any]) -> str:
    """Return an event; its JSON is ASCII, as some clients end a line at more characters than line feeds."""
    return f"data: {json.dumps(value, separators=(',', ':'))}\n\n"


class EventStream(Response):
    """Send pieces as they come. However it ends, `on_close` is called once, after the last piece was asked for."""

    media_type = "text/event-stream"

    def __init__(self, pieces: AsyncGenerator[str, None], on_close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._pieces = pieces
        self._on_close = on_close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces until the last, or until the client is gone."""
        try:
            with anyio.move_on_after(STREAM_SECONDS):
                async with anyio.create_task_group() as group:
                    group.start_soon(_cancel_when_gone, receive, group.cancel_scope)
                    await self._send_pieces(send)
                    group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self._pieces.aclose()
                await self._on_close()

    async def _send_pieces(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece.encode("ascii"), "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
