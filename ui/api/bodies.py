"""The body of a request, read whole before anything is done with it: bounded in size and time, and said to be JSON."""

from __future__ import annotations

from email.message import Message as Mail

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.failures import ApiFailure

MAX_BODY_BYTES = 256 * 1024
BODY_SECONDS = 30.0
"""How long a client may take to send its body."""


class BodyMiddleware:
    """Read the body, refuse one that is too large, too slow or not JSON, and pass the request on."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body in one piece; what comes after it is the client's going away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except ApiFailure as failure:
            await failure.to_response()(scope, receive, send)
            return
        if body is None:
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_whole() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, receive_whole, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body, None where the client went away before its end."""
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > self._max_bytes):
            raise self._too_large()
        body = bytearray()
        with anyio.move_on_after(self._seconds) as clock:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > self._max_bytes:
                    raise self._too_large()
                if not message.get("more_body", False):
                    break
        if clock.cancelled_caught:
            raise ApiFailure(408, f"the body did not come within {self._seconds:g} seconds", "body_too_slow")
        if body and not _is_json(headers.get("content-type", "")):
            raise ApiFailure(415, "the body must be JSON: send Content-Type: application/json", "not_json")
        return bytes(body)

    def _too_large(self) -> ApiFailure:
        return ApiFailure(
            413,
            f"the body is larger than {self._max_bytes:,} bytes: send less of the conversation",
            "body_too_large",
            headers={"Connection": "close"},
        )


def _is_json(content_type: str) -> bool:
    """Return whether it is JSON; a page of another host can send other types without asking leave first."""
    mail = Mail()
    mail["content-type"] = content_type
    return mail.get_content_type() == "application/json" and mail.get_content_charset("utf-8") == "utf-8"
