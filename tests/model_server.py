"""A scripted server of OpenAI's chat completions: real HTTP on this machine, server-sent events, and every fault.

    with serve_model(in_turn(refuse(503), say("Hello ", Pause(0.1), "there."))) as server:
        OpenAIChat(ModelEndpoint(server.base_url, "scripted"))

A behaviour gets each request, with its messages and its schema, and returns a reply. A reply is what goes over the
wire: bytes, pauses between them, and how the connection ends; `say` and `refuse` make the usual ones.
"""

from __future__ import annotations

import contextlib
import json
import math
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from assistant.chat import ChatMessage

_LLAMA = {"code": 400, "message": "request (9 tokens) exceeds the available context size (8 tokens)"}
CONTEXT_REFUSALS: Mapping[str, tuple[int, Any]] = {
    "OpenAI": (400, {"error": {"message": "too long", "param": "messages", "code": "context_length_exceeded"}}),
    "vLLM": (400, {"object": "error", "message": "This model's maximum context length is 8 tokens.", "code": 400}),
    "vLLM, room for the answer": (
        400,
        {"error": {"message": "'max_tokens' is too large: 8. This model's maximum context length is 8", "code": 400}},
    ),
    "vLLM, the prompt alone": (
        400,
        {"message": "The decoder prompt (length 9) is longer than the maximum model length of 8.", "code": 400},
    ),
    "llama.cpp": (400, {"error": {**_LLAMA, "type": "exceed_context_size_error", "n_ctx": 8}}),
    "llama.cpp, older": (500, {"error": {"message": "the request exceeds the available context size.", "code": 500}}),
    "Ollama": (400, {"error": {"message": "prompt too long; exceeded max context length by 1 tokens"}}),
    "Ollama, passing on": (500, {"error": json.dumps({"error": {**_LLAMA, "type": "exceed_context_size_error"}})}),
    "a proxy": (413, "Payload Too Large"),
}
"""How servers say that a prompt is too long: status and body."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came; `number` counts from 1, header names are in lower case."""

    number: int
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def messages(self) -> tuple[ChatMessage, ...]:
        """The conversation, oldest first."""
        return tuple(ChatMessage(message["role"], message["content"]) for message in self.body["messages"])

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The schema that the reply has to keep to; None for free text."""
        wanted = self.body.get("response_format")
        schema: Mapping[str, Any] | None = wanted["json_schema"]["schema"] if wanted else None
        return schema


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds in which nothing is sent; without an end unless the client goes or the server stops."""

    seconds: float = math.inf


Write = bytes | Pause


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire.

    `framing` says how the body ends: "chunked" tells the client its end, "close" ends it with the connection, "cut"
    promises chunks and breaks off without the last one, "raw" sends the writes alone, without status and headers.
    """

    writes: Iterable[Write] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/event-stream"})
    framing: Literal["chunked", "close", "cut", "raw"] = "chunked"


Behaviour = Callable[[Request], Reply]


def always(reply: Reply) -> Behaviour:
    """Return the behaviour that gives this reply to every request."""
    return lambda request: reply


def in_turn(*replies: Reply) -> Behaviour:
    """Return the behaviour that gives each reply once, in order, and the last one from then on."""
    return lambda request: replies[min(request.number, len(replies)) - 1]


def unless(is_wrong: Callable[[Request], bool], refusal: Reply, reply: Reply) -> Behaviour:
    """Return the behaviour that refuses the requests that are wrong."""
    return lambda request: refusal if is_wrong(request) else reply


def rejecting(name: str, reply: Reply, *, names_param: bool = True, advice: str = "") -> Behaviour:
    """Return the behaviour of an endpoint that does not take this parameter; OpenAI's words, else those of pydantic."""
    if names_param:
        message = f"Unsupported parameter: '{name}' is not supported with this model.{advice}"
        error: dict[str, Any] = {"message": message, "param": name, "code": "unsupported_parameter"}
    else:
        error = {"message": [{"type": "extra_forbidden", "loc": ["body", name]}], "param": None, "code": 400}
    return unless(lambda request: name in request.body, refuse(400, {"error": error}), reply)


def say(
    *pieces: str | Pause,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (11, 7),
    done: bool = True,
    framing: Literal["chunked", "close", "cut"] = "chunked",
    extra: Mapping[str, Any] | None = None,
) -> Reply:
    """Return the reply that streams these pieces.

    Args:
        pieces: of the answer, and pauses between them.
        finish: the `finish_reason` of the last choice; None to send none.
        usage: tokens of the prompt and of the answer, in an event of its own; None to send none.
        done: whether the line `data: [DONE]` comes.
        framing: as in `Reply`.
        extra: fields of the vendor's own, in every event and every delta.
    """
    writes: list[Write] = [write_event(content="", role="assistant", extra=extra)]
    writes += [piece if isinstance(piece, Pause) else write_event(content=piece, extra=extra) for piece in pieces]
    if finish is not None:
        writes.append(write_event(finish=finish, extra=extra))
    if usage is not None:
        counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        writes.append(write_data({**_EVENT, "choices": [], "usage": counts, **(extra or {})}))
    if done:
        writes.append(b"data: [DONE]\n\n")
    return Reply(writes, framing=framing)


def write_event(*, finish: str | None = None, extra: Mapping[str, Any] | None = None, **delta: Any) -> bytes:
    """Return an event with one choice; `delta` is what it adds to the message."""
    choice = {"index": 0, "delta": {**delta, **(extra or {})}, "finish_reason": finish}
    return write_data({**_EVENT, "choices": [choice], **(extra or {})})


def write_data(value: Any) -> bytes:
    """Return an event with this value as JSON, its letters unescaped."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def cut_into(reply: Reply, size: int, pause: Pause | None = None) -> Reply:
    """Return the reply in writes of so many bytes, across characters, lines and events; its own pauses are dropped."""
    whole = b"".join(write for write in reply.writes if isinstance(write, bytes))
    pieces: list[Write] = []
    for start in range(0, len(whole), size):
        pieces += [whole[start : start + size], *([pause] if pause else [])]
    return replace(reply, writes=pieces)


def refuse(status: int, body: Any = None, **headers: str) -> Reply:
    """Return an error status; `retry_after="1"` becomes a header."""
    body = {"error": {"message": f"scripted {status}", "code": None}} if body is None else body
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return Reply([json.dumps(body).encode()], status, {"Content-Type": "application/json", **named})


def redirect(address: str) -> Reply:
    """Return a redirect of the kind that repeats the request, with its body, at another address."""
    return Reply(status=307, headers={"Location": address})


def stall() -> Reply:
    """Return a reply that takes the request and never says a word, not even a status."""
    return Reply([Pause()], framing="raw")


def drip(start: bytes = b": ", seconds: float = 0.05, framing: Literal["chunked", "raw"] = "chunked") -> Reply:
    """Return a reply that begins and then sends a byte at a time for ever, so that no event or header is ever whole."""
    return Reply(_Endless((Pause(seconds), b"x"), start), framing=framing)


def flood(piece: bytes) -> Reply:
    """Return a reply that sends the same again and again, as fast as it can, for ever."""
    return Reply(_Endless((piece,), b""))


def tattling(status: int) -> Behaviour:
    """Return the behaviour that refuses with the key and the messages in its error, as some servers do."""

    def tattle(request: Request) -> Reply:
        told = f"{request.headers['authorization']} {[message.text for message in request.messages]}"
        return refuse(status, {"error": {"message": told, "code": None}})

    return tattle


def closed_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class ModelServer:
    """A running server; `requests` are those that came, in order."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._behaviour = behaviour
        self._lock = threading.Lock()
        self._http = _Listener(("127.0.0.1", 0), _handler_of(self))

    @property
    def host(self) -> str:
        """The address with its port, as messages name it."""
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        return f"http://{self.host}/v1"

    def answer(self, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Reply:
        """Record a request and return what the behaviour makes of it."""
        with self._lock:
            request = Request(len(self.requests) + 1, path, headers, body)
            self.requests.append(request)
        return self._behaviour(request)

    def run(self) -> None:
        """Serve until stopped."""
        self._http.serve_forever(poll_interval=0.02)

    def stop(self) -> None:
        """End every reply that still goes on, and the server."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()


@contextlib.contextmanager
def serve_model(behaviour: Behaviour) -> Iterator[ModelServer]:
    """Run a server with this behaviour on a free port."""
    server = ModelServer(behaviour)
    thread = threading.Thread(target=server.run, name="model-server")
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class _Endless:
    """Writes that begin once and repeat for ever; every request gets its own round."""

    def __init__(self, repeated: Sequence[Write], start: bytes) -> None:
        self._repeated = repeated
        self._start = start

    def __iter__(self) -> Iterator[Write]:
        yield self._start
        while True:
            yield from self._repeated


def _handler_of(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.close_connection = True
            with contextlib.suppress(ConnectionError):  # the client had enough
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self._send(server.answer(self.path, headers, body))

        def log_message(self, format: str, *arguments: Any) -> None:
            """Keep the tests' output clean."""

        def _send(self, reply: Reply) -> None:
            chunked = reply.framing in ("chunked", "cut")
            if reply.framing != "raw":
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Connection": "close"}.items():
                    self.send_header(name, value)
                if chunked:
                    self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
            for write in reply.writes:
                if isinstance(write, Pause):
                    if not self._pause(write.seconds):
                        return
                elif write:
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(write), write) if chunked else write)
                if server.stopping.is_set():
                    return
            if reply.framing == "chunked":
                self.wfile.write(b"0\r\n\r\n")

        def _pause(self, seconds: float) -> bool:
            """Wait; return whether the server goes on."""
            return not server.stopping.wait(None if math.isinf(seconds) else seconds)

    return Handler


_EVENT = {"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
