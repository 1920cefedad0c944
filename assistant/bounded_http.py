"""HTTP to an endpoint that may misbehave: bounded, never redirected, and cut from outside. Only importer of httpx2.

httpx2 is the client beneath `openai`. Its timeouts bound the wait for the next byte, so one byte a second passes them
for ever; an `Exchange` is cut instead, by whoever watches the clock.
"""

from __future__ import annotations

import contextlib
import functools
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

REPLY_BYTES = 8_000_000
"""The longest reply that is read: far beyond what any limit on the tokens of an answer leaves room for."""
DONE = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\]")


class Exchange:
    """One request and its reply; any thread may cut it, whatever another one waits for.

    `said_done` tells whether the reply has had the line that ends a stream of chat completions.
    """

    def __init__(self) -> None:
        self.said_done = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def cut(self) -> None:
        """End the exchange now: whoever reads it gets an error or its end."""
        with self._lock:
            self._is_cut = True
            self._shut()

    def close(self) -> None:
        """Give up the hold on the connection; cutting does nothing from then on."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take a hold on the connection when it is made; called by the HTTP client at every step."""
        if event != "connection.connect_tcp.complete":
            return
        self.close()
        with self._lock:
            # A duplicate, because TLS takes the connected one over and leaves an empty shell.
            self._socket = info["return_value"].get_extra_info("socket").dup()
            if self._is_cut:
                self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # the other side was quicker
                self._socket.shutdown(socket.SHUT_RDWR)


def open_client(exchange: Exchange, api_key: str, connect_seconds: float, seconds: float) -> httpx2.Client:
    """Return a client for one exchange: no proxy, nothing of the environment, no redirect.

    Args:
        exchange: what the client's connection can be cut by.
        api_key: the bearer token that is sent.
        connect_seconds: the longest wait for a connection.
        seconds: the longest wait for any one byte.
    """
    return httpx2.Client(
        transport=_BoundedTransport(exchange, api_key),
        timeout=httpx2.Timeout(seconds, connect=min(connect_seconds, seconds)),
        follow_redirects=False,
        trust_env=False,
    )


@functools.cache
def load_certificates() -> ssl.SSLContext:
    """Load the certificates that the system trusts, or those of SSL_CERT_FILE; 0.15 s the first time."""
    return httpx2.create_ssl_context()


def is_connect_failure(error: BaseException | None) -> bool:
    """Return whether no connection came about."""
    return isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)


class _BoundedTransport(httpx2.HTTPTransport):
    """Sends no header but its own and reads at most `REPLY_BYTES`."""

    def __init__(self, exchange: Exchange, api_key: str) -> None:
        super().__init__(verify=load_certificates(), trust_env=False)
        self._exchange = exchange
        self._api_key = api_key

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and return its reply, unread.

        Raises:
            RemoteProtocolError: the reply is compressed, which nobody asked for and which hides its size.
        """
        # The others would name this machine or an organization, or come from OPENAI_CUSTOM_HEADERS.
        request.headers = httpx2.Headers(
            {
                "host": request.url.netloc.decode("ascii"),
                "authorization": f"Bearer {self._api_key}",
                "accept": "text/event-stream, application/json",
                "accept-encoding": "identity",
                "connection": "close",
                "content-type": "application/json",
                "content-length": str(len(request.read())),
            }
        )
        request.extensions = {**request.extensions, "trace": self._exchange.trace}
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            response.close()
            raise httpx2.RemoteProtocolError("the reply is compressed though nothing compressed was asked for")
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101 - what this transport always gives
        response.stream = _BoundedStream(response.stream, self._exchange)
        return response


class _BoundedStream(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, exchange: Exchange) -> None:
        self._inner = inner
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        length, tail = 0, b""
        for piece in self._inner:
            length += len(piece)
            if length > REPLY_BYTES:
                raise httpx2.RemoteProtocolError(f"the reply is longer than {REPLY_BYTES} bytes")
            tail += piece
            self._exchange.said_done = self._exchange.said_done or bool(DONE.search(tail))
            tail = tail[-len("\ndata: [DONE]") :]
            yield piece

    def close(self) -> None:
        self._inner.close()
