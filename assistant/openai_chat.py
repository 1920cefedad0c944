"""Language models behind any endpoint that speaks OpenAI's chat completions. Only importer of `openai`.

It is imported at the first request, because that takes a second of processor time.
"""

from __future__ import annotations

import itertools
import queue
import random
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assistant.chat import ChatMessage, Deadline, JsonSchema
from assistant.endpoint_failures import Endpoint, Setback, explain_refusal
from assistant.errors import ModelFailed, ModelTimeout, ModelUnreachable
from assistant.messages import Usage
from assistant.settings import ModelEndpoint

if TYPE_CHECKING:
    from assistant.bounded_http import Exchange

MAX_TOKENS = 1500
"""Room for an answer of some ten sentences with their quotes, as JSON."""
REASONING_ROOM = 4
"""How many times that a model gets whose reasoning counts too: the ones that want `max_completion_tokens`."""
CONNECT_SECONDS = 5.0
LAST_WORDS_SECONDS = 1.0
"""How long to wait for the counts after the end of a reply, from a server that leaves the connection open."""
BACKOFF_SECONDS = 0.5
NO_KEY = "none"
"""What is sent where there is no key: local servers ask for none, but the client wants one."""
MOST_TOKENS = 1_000_000_000
"""Counts beyond it are nonsense, and count as not given."""
THINK, END_THINK = "<think>", "</think>"


class OpenAIChat:
    """A chat model behind an OpenAI-compatible endpoint; safe to use from several threads."""

    def __init__(
        self,
        endpoint: ModelEndpoint,
        *,
        first_token_seconds: float = 20.0,
        tries: int = 3,
        max_tokens: int = MAX_TOKENS,
        sleep: Callable[[float], None] = time.sleep,
        dice: random.Random | None = None,
    ) -> None:
        self._settings = endpoint
        self._endpoint = Endpoint.of(endpoint.base_url, endpoint.model)
        self._first_token_seconds = first_token_seconds
        self._tries = tries
        self._max_tokens = max_tokens
        self._sleep = sleep
        self._dice = dice or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._left_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The model's name, as the endpoint calls it."""
        return self._endpoint.model

    @staticmethod
    def prepare() -> None:
        """Load what the first request needs, 1.5 s of processor time, so that no question pays for it."""
        import openai.resources.chat  # noqa: F401 - it loads its parts on first use

        from assistant.bounded_http import load_certificates

        load_certificates()

    def stream(
        self, messages: Sequence[ChatMessage], deadline: Deadline, schema: JsonSchema | None = None
    ) -> Iterator[str | Usage]:
        """Yield the reply piece by piece, then what it used; see `ChatModel.stream`.

        A parameter that the endpoint rejects by name is left out from then on. Reasoning is left out.

        Raises:
            ModelError: one of its kinds; the line names the endpoint's host, never the key or a message.
        """
        left_out, failures = self._left_out, 0
        for requests in itertools.count(1):
            optional = self._optional(left_out, schema)
            attempt = self._attempt(messages, optional, deadline, requests)
            try:
                first = next(attempt)
            except Setback as setback:
                if setback.rejected:
                    self._left_out = left_out = left_out | {setback.rejected}
                else:
                    failures += 1
                    self._wait(setback, failures, deadline)
                continue
            try:
                yield first
                yield from attempt
            except Setback as setback:
                raise setback.error from None
            finally:
                attempt.close()
            return

    def _optional(self, left_out: frozenset[str], schema: JsonSchema | None) -> dict[str, Any]:
        """Return the parameters that an endpoint may reject, each at most once."""
        optional: dict[str, Any] = {"stream_options": {"include_usage": True}, "temperature": 0}
        if "max_tokens" in left_out:
            optional["max_completion_tokens"] = REASONING_ROOM * self._max_tokens
        else:
            optional["max_tokens"] = self._max_tokens
        if schema is not None:
            wanted = {"name": "answer", "strict": True, "schema": dict(schema)}
            optional["response_format"] = {"type": "json_schema", "json_schema": wanted}
        return {name: value for name, value in optional.items() if name not in left_out}

    def _wait(self, setback: Setback, failures: int, deadline: Deadline) -> None:
        """Sleep until the next try.

        Raises:
            ModelError: the setback's, if there is no next one or no time for it.
        """
        backoff = BACKOFF_SECONDS * 2 ** (failures - 1) * self._dice.uniform(0.5, 1.0)
        seconds = backoff if setback.after is None else setback.after
        if not setback.again or failures >= self._tries or seconds >= deadline.remaining:
            raise setback.error from None
        self._sleep(seconds)

    def _attempt(
        self, messages: Sequence[ChatMessage], optional: Mapping[str, Any], deadline: Deadline, requests: int
    ) -> Generator[str | Usage, None, None]:
        """Make one request and yield its reply.

        Raises:
            Setback: it failed; also after pieces have been yielded.
        """
        if deadline.is_over:
            raise Setback(self._timeout())
        visible, finish, counts, is_empty = _VisibleText(), "", None, True
        with _Reading(lambda exchange: self._receive(messages, optional, deadline, exchange)) as reading:
            for chunk in self._chunks(reading, deadline, optional):
                counts = chunk.counts or counts
                finish = chunk.finish or finish
                if chunk.refuses:
                    raise Setback(ModelFailed(f"{self.name!r} at {self._endpoint.host} declines to answer"))
                if text := visible.feed(chunk.text):
                    is_empty = False
                    yield text
            if not finish and not reading.said_done:
                raise Setback(ModelFailed(f"{self._endpoint.host} broke off in the middle of an answer"), again=True)
        if text := visible.rest():
            is_empty = False
            yield text
        if finish in ("content_filter", "error"):
            raise Setback(ModelFailed(f"{self._endpoint.host} stopped its own answer ({finish})"))
        if is_empty:
            error = ModelFailed(f"{self._endpoint.host} gave an empty answer: check that {self.name!r} is a chat model")
            raise Setback(error, again=finish != "length")
        yield self._usage(requests, counts)

    def _chunks(self, reading: _Reading, deadline: Deadline, optional: Mapping[str, Any]) -> Iterator[_Chunk]:
        """Yield the events of a reply as they come, up to its end.

        Raises:
            Setback: it failed, or did not come in time.
        """
        limit = min(deadline, Deadline.after(self._first_token_seconds), key=lambda it: it.moment)
        is_whole = False
        while not (limit.is_over and is_whole):
            if limit.is_over:
                raise Setback(self._timeout())
            event = reading.next(limit.remaining)
            if isinstance(event, Exception) and not is_whole:
                raise self._explain(event, tuple(optional))
            if event is None:
                continue
            if not isinstance(event, _Chunk):
                return
            yield event
            is_whole = is_whole or bool(event.finish)
            last_words = Deadline.after(LAST_WORDS_SECONDS)
            limit = min(deadline, last_words, key=lambda it: it.moment) if is_whole else deadline

    def _receive(
        self, messages: Sequence[ChatMessage], optional: Mapping[str, Any], deadline: Deadline, exchange: Exchange
    ) -> Iterator[_Chunk]:
        """Make the request; in the thread of a `_Reading`, because resolving, connecting and reading may all hang."""
        from openai import OpenAI

        from assistant.bounded_http import open_client

        api_key = self._settings.api_key or NO_KEY
        with (
            open_client(exchange, api_key, CONNECT_SECONDS, max(deadline.remaining, 0.001)) as http_client,
            OpenAI(
                base_url=self._settings.base_url,
                api_key=api_key,
                max_retries=0,
                http_client=http_client,
                timeout=http_client.timeout,
                organization="",  # this and the next would else be read from the environment
                project="",
                admin_api_key="",
                webhook_secret="",
            ) as client,
        ):
            chunks: Any = client.chat.completions.create(
                model=self.name, messages=[_render(message) for message in messages], stream=True, **optional
            )
            yield from map(_read_chunk, chunks)

    def _explain(self, error: Exception, sent: Sequence[str]) -> Setback:
        import openai

        from assistant.bounded_http import is_connect_failure

        host = self._endpoint.host
        if isinstance(error, openai.APIStatusError):
            return explain_refusal(self._endpoint, error.status_code, error.body, error.response.headers, sent)
        if isinstance(error, openai.APIConnectionError) and is_connect_failure(error.__cause__):
            if _speaks_no_tls(error):
                return Setback(
                    ModelUnreachable(
                        f"no safe connection to {host}: its certificate is not trusted (name it in SSL_CERT_FILE), "
                        "or it speaks http, not https"
                    )
                )
            return Setback(
                ModelUnreachable(f"nothing answers at {host}: check ATMP_LLM_BASE_URL, or start the server there"),
                again=True,
            )
        if isinstance(error, openai.APITimeoutError):
            return Setback(self._timeout())
        if isinstance(error, openai.APIConnectionError):
            return Setback(ModelFailed(f"{host} broke the connection off: try again, or look at its log"), again=True)
        if isinstance(error, openai.APIError):
            return explain_refusal(self._endpoint, _read_status(error.body), error.body, {}, sent)
        # Whatever the client's parsers raise on what came: broken JSON, broken UTF-8, nesting without end.
        kind = type(error).__name__
        return Setback(ModelFailed(f"{host} answers something that is no stream of chat completions ({kind})"))

    def _timeout(self) -> ModelTimeout:
        return ModelTimeout(f"{self._endpoint.host} did not answer in time: raise ATMP_LLM_TIMEOUT, or try again later")

    def _usage(self, requests: int, counts: _Counts | None) -> Usage:
        if counts is None:
            return Usage(requests=requests)
        price_in, price_out = self._settings.price_in, self._settings.price_out
        cost = None
        if price_in is not None and price_out is not None:
            cost = (counts.prompt * price_in + counts.completion * price_out) / 1_000_000
        return Usage(requests, counts.prompt, counts.completion, cost)


@dataclass(frozen=True, slots=True)
class _Counts:
    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What is used of an event of a reply."""

    text: str = ""
    finish: str = ""
    refuses: bool = False
    counts: _Counts | None = None


class _Reading:
    """A reply that a thread of its own reads, because no timeout of a socket bounds a server that drips."""

    def __init__(self, receive: Callable[[Exchange], Iterator[_Chunk]]) -> None:
        self._receive = receive
        self._events: queue.SimpleQueue[_Chunk | Exception | _End] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._exchange: Exchange | None = None
        self._is_over = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, name="model-reply", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with self._lock:
            self._is_over = True
            if self._exchange is not None:
                self._exchange.cut()

    @property
    def said_done(self) -> bool:
        """Whether the line that ends a stream has come."""
        return self._exchange is not None and self._exchange.said_done

    def next(self, seconds: float) -> _Chunk | Exception | _End | None:
        """Return the next event, the error that ended the reply, or its end; None if nothing comes within the time."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def _run(self) -> None:
        from assistant.bounded_http import Exchange

        exchange = Exchange()
        with self._lock:
            if self._is_over:
                return
            self._exchange = exchange
        try:
            for chunk in self._receive(exchange):
                self._events.put(chunk)
            self._events.put(_End())
        except Exception as error:
            self._events.put(error)  # raised, as what it means, where the events are read
        finally:
            exchange.close()


class _End:
    """The end of a reply."""


class _VisibleText:
    """Leaves out the reasoning in <think>…</think> at the start of a reply, and white space around it."""

    def __init__(self) -> None:
        self._held = ""
        self._is_start = True
        self._is_reasoning = False

    def feed(self, text: str) -> str:
        """Return what of the text is to be seen by now."""
        if not self._is_start:
            return text
        self._held += text
        while True:
            if self._is_reasoning:
                _, ended, rest = self._held.partition(END_THINK)
                if not ended:
                    self._held = self._held[-len(END_THINK) :]
                    return ""
                self._is_reasoning, self._held = False, rest
            self._held = self._held.lstrip()
            if self._held.startswith(THINK):
                self._is_reasoning, self._held = True, self._held.removeprefix(THINK)
            elif THINK.startswith(self._held):
                return ""
            else:
                self._is_start = False
                return self.rest()

    def rest(self) -> str:
        """Return what was held back, at the end of the reply."""
        held, self._held = self._held, ""
        return "" if self._is_reasoning else held


def _render(message: ChatMessage) -> Any:
    """Return the message as the API wants it; half a character that no encoding has becomes a question mark."""
    return {"role": message.role, "content": message.text.encode("utf-8", "replace").decode("utf-8")}


def _read_chunk(chunk: object) -> _Chunk:
    """Return what is used of an event; the client checks no types, so anything may stand anywhere."""
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    delta = getattr(choice, "delta", None)
    return _Chunk(
        text=_text(getattr(delta, "content", None)),
        finish=_text(getattr(choice, "finish_reason", None)),
        refuses=bool(_text(getattr(delta, "refusal", None))),
        counts=_read_counts(getattr(chunk, "usage", None)),
    )


def _read_counts(usage: object) -> _Counts | None:
    prompt, completion = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    if prompt is None and completion is None:
        return None
    return _Counts(_count(prompt), _count(completion))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= MOST_TOKENS else 0


def _read_status(body: object) -> int:
    """Return the status that an error within a stream names; 500 if none, because it is the endpoint that failed."""
    code = body.get("code") if isinstance(body, Mapping) else None
    status = int(code) if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit() else 500
    return status if 400 <= status < 600 else 500


def _speaks_no_tls(error: BaseException) -> bool:
    """Return whether TLS is among the causes."""
    cause: BaseException | None = error
    for _ in range(10):
        if cause is None or isinstance(cause, ssl.SSLError):
            return cause is not None
        cause = cause.__cause__ or cause.__context__
    return False
