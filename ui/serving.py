"""A web application on a port: bound before it starts, stopped cleanly, embeddable in a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.listening import CannotServe, bind

SHUTDOWN_SECONDS = 2
"""How long open pages are waited for when the server is stopped."""
START_SECONDS = 30

_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        b"form-action 'self'; frame-ancestors 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
"""Sent with every response: the browser asks no other host for anything. Gradio evaluates its own templates."""


class HeadersMiddleware:
    """Add the security headers to every response, without touching streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the headers join the response's own."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class _Server(uvicorn.Server):
    """A server that says when it is up."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def serve_forever(app: ASGIApp, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `on_ready` is called with the page's address once it answers.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    with bind(host, port) as listener:
        address = _address(host, listener)
        try:
            _Server(_configure(app), lambda: on_ready(address)).run(sockets=[listener])
        except KeyboardInterrupt:
            return


@contextmanager
def serve_in_thread(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve while the context is open and give the page's address; port 0 takes a free one.

    Raises:
        CannotServe: the address cannot be listened on, or the application does not start.
    """
    ready = threading.Event()
    with bind(host, port) as listener:
        server = _Server(_configure(app), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not ready.wait(START_SECONDS):
                raise CannotServe(f"the page did not start within {START_SECONDS} seconds")
            yield _address(host, listener)
        finally:
            server.should_exit = True
            thread.join()


def _configure(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # which proxies are believed is for `ui.people.proxies` to say
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (a name to show, not to bind)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
