"""Endpoints that fail: each failure has one kind, ends in time, and tells neither key nor question."""

from __future__ import annotations

import json
import logging
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

import pytest
from model_server import (
    CONTEXT_REFUSALS,
    ModelServer,
    Pause,
    Reply,
    Request,
    always,
    closed_port,
    cut_into,
    drip,
    flood,
    in_turn,
    redirect,
    refuse,
    rejecting,
    say,
    serve_model,
    stall,
    tattling,
    write_data,
    write_event,
)

from assistant.bounded_http import Exchange
from assistant.chat import ChatMessage, Deadline, JsonSchema
from assistant.endpoint_failures import read_retry_after
from assistant.errors import (
    ContextTooLong,
    ModelBusy,
    ModelDenied,
    ModelError,
    ModelFailed,
    ModelTimeout,
    ModelUnreachable,
    SchemaUnsupported,
)
from assistant.messages import Usage
from assistant.openai_chat import OpenAIChat
from assistant.settings import ModelEndpoint

KEY = "sk-hemmelig-4711"
QUESTION = (ChatMessage("user", "Hvornår er høringsfristen udløbet?"),)
SCHEMA: JsonSchema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
SECONDS = 0.4
"""The time limit where nothing else ends a reply."""
SLACK = 0.3
FINE = say("Alt ", "vel.")


class Naps:
    """Sleeps without sleeping; `seconds` are the naps asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    """Load openai before any clock runs."""
    OpenAIChat.prepare()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture(autouse=True)
def _no_reader_is_left() -> Iterator[None]:
    yield
    _wait_for_readers()


def _wait_for_readers() -> None:
    deadline = Deadline.after(2)
    while any(thread.name == "model-reply" for thread in threading.enumerate()):
        assert not deadline.is_over, "a thread still reads a reply that nobody waits for"
        time.sleep(0.01)


class _Connected:
    """A connection as the HTTP client tells of it."""

    def __init__(self, connected: socket.socket) -> None:
        self._connected = connected

    def get_extra_info(self, info: str) -> socket.socket | None:
        return self._connected if info == "socket" else None


def chat(server: ModelServer, naps: Callable[[float], None] = time.sleep, **options: Any) -> OpenAIChat:
    endpoint = ModelEndpoint(server.base_url, "scripted", KEY)
    return OpenAIChat(endpoint, sleep=naps, dice=random.Random(7), **options)  # noqa: S311


def ask(model: OpenAIChat, seconds: float = 5.0, schema: JsonSchema | None = None) -> tuple[str, Usage]:
    *pieces, usage = model.stream(QUESTION, Deadline.after(seconds), schema)
    assert isinstance(usage, Usage)
    return "".join(map(str, pieces)), usage


def fail(model: OpenAIChat, seconds: float = 5.0, schema: JsonSchema | None = None) -> ModelError:
    """Return the error of a question, which came in time and in one line that tells nothing it should not."""
    started = time.monotonic()
    with pytest.raises(ModelError) as caught:
        ask(model, seconds, schema)
    assert time.monotonic() - started <= seconds + SLACK
    line = str(caught.value)
    assert "127.0.0.1" in line
    assert "\n" not in line
    for secret in (KEY, "hemmelig", "høringsfrist"):
        assert secret not in line
        assert secret not in repr(caught.value.__cause__)
    assert caught.value.__suppress_context__
    return caught.value


# Replies that are fine, however they come


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_reply_may_be_cut_anywhere_even_in_a_letter(size: int) -> None:
    with serve_model(always(cut_into(say("Blåbær", "grød på ", "ø 😀."), size))) as server:
        assert ask(chat(server))[0] == "Blåbærgrød på ø 😀."


def test_fields_of_the_vendors_own_are_passed_over() -> None:
    with serve_model(always(say("Alt ", "vel.", extra={"x_vendor": {"a": [1]}, "service_tier": 3}))) as server:
        assert ask(chat(server))[0] == "Alt vel."


def test_a_reply_without_counts_has_none_and_no_cost() -> None:
    with serve_model(always(say("Alt vel.", usage=None))) as server:
        endpoint = ModelEndpoint(server.base_url, "scripted", price_in=1.0, price_out=1.0)
        assert ask(OpenAIChat(endpoint)) == ("Alt vel.", Usage(requests=1))


def test_the_cost_is_that_of_a_million_tokens_shared() -> None:
    with serve_model(always(say("Alt vel.", usage=(2000, 500)))) as server:
        endpoint = ModelEndpoint(server.base_url, "scripted", price_in=1.5, price_out=6.0)
        usage = ask(OpenAIChat(endpoint))[1]
        assert usage == Usage(1, 2000, 500, usage.cost)
        assert usage.cost == pytest.approx(0.006)


@pytest.mark.parametrize("usage", [{"prompt_tokens": "9", "completion_tokens": -1}, {"prompt_tokens": 10**400}, [], 7])
def test_counts_that_are_none_count_as_nothing(usage: object) -> None:
    reply = Reply(
        [write_event(content="Vel."), write_event(finish="stop"), write_data({"choices": [], "usage": usage})]
    )
    with serve_model(always(reply)) as server:
        assert ask(chat(server)) == ("Vel.", Usage(requests=1))


def test_a_reply_is_whole_with_its_finish_reason_alone() -> None:
    with serve_model(always(say("Alt vel.", done=False, usage=None, framing="close"))) as server:
        assert ask(chat(server))[0] == "Alt vel."


@pytest.mark.parametrize("size", [7, 1000])
def test_a_reply_is_whole_with_its_last_line_alone(size: int) -> None:
    reply = cut_into(say("Alt vel.", finish=None, framing="close"), size, Pause(0.003))  # so that none are joined
    with serve_model(always(reply)) as server:
        assert ask(chat(server))[0] == "Alt vel."


def test_a_connection_that_breaks_after_the_whole_reply_does_no_harm() -> None:
    with serve_model(always(say("Alt vel.", done=False, usage=None, framing="cut"))) as server:
        assert ask(chat(server))[0] == "Alt vel."


def test_a_server_that_stays_on_the_line_after_its_answer_is_not_waited_for() -> None:
    reply = say("Alt vel.", done=False, usage=None)
    with serve_model(always(replace(reply, writes=[*reply.writes, Pause()]))) as server:
        started = time.monotonic()
        assert ask(chat(server), seconds=30)[0] == "Alt vel."
        assert time.monotonic() - started < 2


def test_a_reply_that_stops_for_its_length_ends_like_a_whole_one() -> None:
    with serve_model(always(say("Alt er", finish="length"))) as server:
        assert ask(chat(server))[0] == "Alt er"


def test_reasoning_in_a_field_of_its_own_is_left_out() -> None:
    thinking = [write_event(reasoning_content="Hm, "), write_event(reasoning="måske", content=None)]
    with serve_model(always(Reply([*thinking, *say("Alt vel.").writes]))) as server:
        assert ask(chat(server))[0] == "Alt vel."


@pytest.mark.parametrize(
    "pieces",
    [
        ["<think>Hm, måske.</think>\n\nAlt vel."],
        ["\n", " <th", "ink>Hm <b", "> </thin", "k>\n\n", "Alt ", "vel."],
        ["<think></think><think>\nend", "nu</think>Alt vel."],
        list("<think>x</think> Alt vel."),
    ],
)
def test_reasoning_in_the_text_is_left_out(pieces: list[str]) -> None:
    with serve_model(always(say(*pieces))) as server:
        assert ask(chat(server))[0] == "Alt vel."


@pytest.mark.parametrize("text", ["<thi", "<thing> er et tag.", "Skriv <think> her."])
def test_what_only_looks_like_reasoning_stays(text: str) -> None:
    with serve_model(always(say(*text))) as server:
        assert ask(chat(server))[0] == text


def test_half_a_character_in_a_question_does_no_harm() -> None:
    with serve_model(always(FINE)) as server:
        pieces = chat(server).stream([ChatMessage("user", "hvad\ud800?")], Deadline.after(5))
        assert "".join(piece for piece in pieces if isinstance(piece, str)) == "Alt vel."
        assert server.requests[0].messages == (ChatMessage("user", "hvad??"),)


# What is sent


def test_the_request_has_what_an_endpoint_needs_and_nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-other")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer other\nHost: other\nX-Other: other")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with serve_model(always(FINE)) as server:
        ask(chat(server), schema=SCHEMA)
        (request,) = server.requests
        assert dict(request.headers) == {
            "host": server.host,
            "authorization": f"Bearer {KEY}",
            "accept": "text/event-stream, application/json",
            "accept-encoding": "identity",
            "connection": "close",
            "content-type": "application/json",
            "content-length": request.headers["content-length"],
        }
        assert request.path == "/v1/chat/completions"
        assert dict(request.body) == {
            "model": "scripted",
            "messages": [{"role": "user", "content": QUESTION[0].text}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "max_tokens": 1500,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            },
        }


def test_a_server_that_wants_no_key_gets_a_word_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    with serve_model(always(FINE)) as server:
        model = OpenAIChat(ModelEndpoint(server.base_url, "scripted"))
        assert ask(model)[0] == "Alt vel."
        assert server.requests[0].headers["authorization"] == "Bearer none"


def test_neither_the_question_nor_the_answer_nor_the_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail_once(request: Request) -> Reply:
        return FINE if request.number > 1 else tattling(500)(request)

    with caplog.at_level(logging.DEBUG), serve_model(fail_once) as server:
        ask(chat(server, Naps()))
    assert "høringsfrist" not in caplog.text
    assert "hemmelig" not in caplog.text
    assert "vel." not in caplog.text


# Parameters that an endpoint does not take


@pytest.mark.parametrize("names_param", [True, False])
@pytest.mark.parametrize("name", ["stream_options", "temperature"])
def test_a_parameter_that_is_rejected_is_left_out_from_then_on(name: str, names_param: bool, naps: Naps) -> None:
    with serve_model(rejecting(name, FINE, names_param=names_param)) as server:
        model = chat(server, naps)
        assert ask(model)[1].requests == 2
        assert ask(model)[1].requests == 1
        assert [name in request.body for request in server.requests] == [True, False, False]
        assert naps.seconds == []


def test_a_model_that_reasons_gets_its_own_limit_with_room_for_it() -> None:
    advice = " Use 'max_completion_tokens' instead."
    with serve_model(rejecting("max_tokens", FINE, advice=advice)) as server:
        model = chat(server, max_tokens=100)
        assert ask(model)[1].requests == 2
        assert "max_tokens" not in server.requests[1].body
        assert server.requests[1].body["max_completion_tokens"] == 400


def test_an_endpoint_that_takes_none_of_them_answers_in_the_end() -> None:
    names = ("temperature", "stream_options", "max_tokens", "max_completion_tokens")

    def reject_one(request: Request) -> Reply:
        found = next((name for name in names if name in request.body), None)
        return FINE if found is None else rejecting(found, FINE)(request)

    with serve_model(reject_one) as server:
        assert ask(chat(server)) == ("Alt vel.", Usage(5, 11, 7))
        assert set(server.requests[-1].body) == {"model", "messages", "stream"}


def test_a_parameter_that_was_not_sent_cannot_be_left_out(naps: Naps) -> None:
    refusal = refuse(400, {"error": {"message": "no tools here", "param": "tools", "code": "unsupported_parameter"}})
    with serve_model(always(refusal)) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
        (400, "This model does not support response format `json_schema`"),
        (400, "failed to parse grammar"),
        (422, "unknown field response_format"),
        (500, "JSON schema conversion failed"),
    ],
)
def test_an_endpoint_without_schemas_says_so(status: int, message: str) -> None:
    refusal = refuse(status, {"error": {"message": message, "code": None}})
    with serve_model(always(refusal)) as server:
        assert isinstance(fail(chat(server), schema=SCHEMA), SchemaUnsupported)
        assert len(server.requests) == 1


# What an endpoint refuses


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, ModelDenied, "does not accept the key"),
        (403, ModelDenied, "does not let this key use 'scripted'"),
        (404, ModelDenied, "has no model 'scripted'"),
        (402, ModelBusy, "quota"),
        (400, ModelFailed, "does not take the request"),
        (418, ModelFailed, "does not take the request"),
    ],
)
def test_what_cannot_get_better_is_not_tried_again(status: int, kind: type[ModelError], words: str) -> None:
    with serve_model(tattling(status)) as server:
        error = fail(chat(server))
        assert type(error) is kind
        assert words in str(error)
        assert server.host in str(error)
        assert len(server.requests) == 1


@pytest.mark.parametrize("code", ["model_not_found", "invalid_model"])
def test_a_model_that_is_not_there_is_denied_whatever_the_status(code: str) -> None:
    with serve_model(always(refuse(400, {"error": {"message": "no", "code": code}}))) as server:
        assert isinstance(fail(chat(server)), ModelDenied)


def test_a_quota_that_is_used_up_is_not_tried_again() -> None:
    refusal = refuse(429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}})
    with serve_model(always(refusal)) as server:
        assert "quota" in str(fail(chat(server)))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (408, ModelTimeout),
        (409, ModelFailed),
        (429, ModelBusy),
        (500, ModelFailed),
        (502, ModelFailed),
        (503, ModelFailed),
        (504, ModelTimeout),
    ],
)
def test_what_may_get_better_is_tried_three_times(status: int, kind: type[ModelError], naps: Naps) -> None:
    with serve_model(tattling(status)) as server:
        assert type(fail(chat(server, naps))) is kind
        assert len(server.requests) == 3
        assert 0.25 <= naps.seconds[0] <= 0.5 <= naps.seconds[1] <= 1.0


def test_a_server_that_recovers_gives_its_answer_and_every_request_is_counted(naps: Naps) -> None:
    with serve_model(in_turn(refuse(503), say(), FINE)) as server:
        assert ask(chat(server, naps)) == ("Alt vel.", Usage(3, 11, 7))
        assert len(naps.seconds) == 2


def test_the_wait_that_a_server_asks_for_is_kept(naps: Naps) -> None:
    with serve_model(in_turn(refuse(429, retry_after="2"), FINE)) as server:
        ask(chat(server, naps))
        assert naps.seconds == [2.0]


@pytest.mark.parametrize("after", ["3600", format_datetime(datetime.now(UTC) + timedelta(hours=1))])
def test_a_wait_that_does_not_fit_is_not_begun(after: str, naps: Naps) -> None:
    with serve_model(always(refuse(429, retry_after=after))) as server:
        assert isinstance(fail(chat(server, naps)), ModelBusy)
        assert naps.seconds == []
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wait_asked_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


@pytest.mark.parametrize("vendor", CONTEXT_REFUSALS)
def test_too_long_a_prompt_is_known_in_every_vendors_words(vendor: str) -> None:
    with serve_model(always(refuse(*CONTEXT_REFUSALS[vendor]))) as server:
        assert isinstance(fail(chat(server), schema=SCHEMA), ContextTooLong)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "overloaded", "code": 429}, ModelBusy),
        ({"message": "maximum context length is 8", "code": 400}, ContextTooLong),
        ({"message": KEY, "code": "server_error"}, ModelFailed),
        ("something", ModelFailed),
    ],
)
def test_an_error_within_the_stream_has_the_same_kinds(error: object, kind: type[ModelError], naps: Naps) -> None:
    with serve_model(always(Reply([write_event(content="Alt"), write_data({"error": error})]))) as server:
        assert type(fail(chat(server, naps))) is kind
        assert len(server.requests) == 1


# Connections


def test_a_port_that_nothing_listens_on_is_unreachable(naps: Naps) -> None:
    model = OpenAIChat(ModelEndpoint(f"http://127.0.0.1:{closed_port()}/v1", "scripted", KEY), sleep=naps)
    error = fail(model)
    assert isinstance(error, ModelUnreachable)
    assert "nothing answers at 127.0.0.1:" in str(error)
    assert len(naps.seconds) == 2


def test_a_server_without_tls_is_not_tried_again(naps: Naps) -> None:
    with serve_model(always(FINE)) as server:
        address = server.base_url.replace("http://", "https://")
        error = fail(OpenAIChat(ModelEndpoint(address, "scripted", KEY), sleep=naps))
        assert isinstance(error, ModelUnreachable)
        assert "certificate" in str(error)
        assert naps.seconds == []


def test_a_redirect_is_not_followed() -> None:
    with serve_model(always(FINE)) as other, serve_model(always(redirect(f"{other.base_url}/chat"))) as server:
        error = fail(chat(server))
        assert isinstance(error, ModelFailed)
        assert "another address" in str(error)
        assert other.requests == []


def test_a_password_in_the_address_is_not_told() -> None:
    model = OpenAIChat(ModelEndpoint(f"http://me:hemmelig@127.0.0.1:{closed_port()}/v1", "scripted"), sleep=Naps())
    assert isinstance(fail(model), ModelUnreachable)


@pytest.mark.parametrize("framing", ["cut", "close"])
def test_a_stream_cut_in_the_middle_is_no_answer_and_is_not_begun_again(
    framing: Literal["cut", "close"], naps: Naps
) -> None:
    cut = say("Fristen er ", finish=None, usage=None, done=False, framing=framing)
    with serve_model(always(cut)) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)
        assert len(server.requests) == 1


def test_a_stream_cut_before_its_first_word_is_tried_again(naps: Naps) -> None:
    cut = say(finish=None, usage=None, done=False, framing="cut")
    with serve_model(in_turn(cut, Reply([], framing="raw"), FINE)) as server:
        assert ask(chat(server, naps)) == ("Alt vel.", Usage(3, 11, 7))


# Replies that are none


@pytest.mark.parametrize(
    "data",
    [
        b"data: {oops\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n',
        b"data: 9" + b"9" * 5000 + b"\n\n",
    ],
)
def test_a_malformed_event_is_a_failure(data: bytes) -> None:
    with serve_model(always(Reply([write_event(content="Alt"), data]))) as server:
        error = fail(chat(server))
        assert isinstance(error, ModelFailed)
        assert "no stream of chat completions" in str(error)


@pytest.mark.parametrize(
    "value",
    [None, [], "text", 7, {}, {"choices": "x"}, {"choices": [7]}, {"choices": [{"delta": {"content": [1]}}]}],
    ids=json.dumps,
)
def test_an_event_of_another_shape_says_nothing(value: object, naps: Naps) -> None:
    with serve_model(always(Reply([write_data(value), b"data: [DONE]\n\n"]))) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)


@pytest.mark.parametrize(
    "reply",
    [say(), say(" ", "\n"), say("<think>Hm.</think>"), say("<think>Hm."), Reply([b"<html>Velkommen</html>"])],
    ids=["nothing", "white space", "reasoning", "reasoning without an end", "a web page"],
)
def test_an_empty_answer_is_tried_again_and_then_a_failure(reply: Reply, naps: Naps) -> None:
    with serve_model(always(reply)) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)
        assert len(server.requests) == 3


def test_reasoning_that_used_all_the_room_is_not_begun_again(naps: Naps) -> None:
    with serve_model(always(say("<think>Hm, ", finish="length"))) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)
        assert len(server.requests) == 1


def test_an_answer_that_a_filter_stopped_is_a_failure() -> None:
    with serve_model(always(say("Fristen er", finish="content_filter"))) as server:
        assert "content_filter" in str(fail(chat(server)))


def test_a_model_that_declines_is_a_failure() -> None:
    with serve_model(always(Reply([write_event(refusal="I cannot."), write_event(finish="stop")]))) as server:
        assert "declines" in str(fail(chat(server)))


def test_a_compressed_reply_is_not_unpacked(naps: Naps) -> None:
    reply = Reply([b"\x1f\x8b"], headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"})
    with serve_model(always(reply)) as server:
        assert isinstance(fail(chat(server, naps)), ModelFailed)


# Time


@pytest.mark.parametrize(
    "reply",
    [
        stall(),
        drip(),
        drip(b"data: "),
        drip(b"", framing="raw"),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", framing="raw"),
        drip(b"HTTP/1.1 500 Oh\r\nContent-Length: 99999\r\n\r\n", framing="raw"),
        say("Fristen", Pause(), " er"),
        say(*(part for _ in range(200) for part in (Pause(0.05), "x"))),
        flood(b": still here\n\n"),
        flood(write_event(reasoning_content="hm")),
    ],
    ids=[
        "stalls",
        "drips a comment",
        "drips an event",
        "drips without a status",
        "drips a header",
        "drips an error",
        "stalls in the middle",
        "never ends",
        "floods comments",
        "floods reasoning",
    ],
)
def test_no_server_gets_past_the_deadline(reply: Reply) -> None:
    with serve_model(always(reply)) as server:
        error = fail(chat(server), seconds=SECONDS)
        assert isinstance(error, ModelTimeout | ModelFailed)


@pytest.mark.parametrize("reply", [stall(), drip(), drip(b"", framing="raw"), say("Fristen", Pause())])
def test_a_reply_that_came_too_late_is_hung_up_on_while_the_server_still_talks(reply: Reply) -> None:
    with serve_model(always(reply)) as server:
        fail(chat(server), seconds=0.2)
        _wait_for_readers()


def test_an_exchange_that_is_cut_before_it_has_a_connection_never_uses_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(1)
        exchange = Exchange()
        exchange.cut()
        exchange.trace("connection.connect_tcp.complete", {"return_value": _Connected(ours)})
        assert theirs.recv(1) == b""
        exchange.close()


def test_a_flood_without_an_event_ends_by_its_length(naps: Naps) -> None:
    with serve_model(always(flood(b"x" * 60_000))) as server:
        assert isinstance(fail(chat(server, naps), seconds=20), ModelFailed)


def test_retries_end_with_the_deadline_too() -> None:
    with serve_model(always(refuse(503))) as server:
        assert isinstance(fail(chat(server, tries=100), seconds=SECONDS), ModelFailed)


def test_a_first_token_that_does_not_come_is_not_waited_for_to_the_end() -> None:
    with serve_model(always(say(Pause(0.2), "Alt vel."))) as server:
        assert ask(chat(server, first_token_seconds=1.0))[0] == "Alt vel."
    with serve_model(always(stall())) as server:
        started = time.monotonic()
        assert isinstance(fail(chat(server, first_token_seconds=0.2), seconds=30), ModelTimeout)
        assert time.monotonic() - started < 0.2 + SLACK


def test_a_reader_slower_than_the_deadline_is_told() -> None:
    with serve_model(always(say(*"abc", Pause(), finish=None))) as server:
        pieces = chat(server).stream(QUESTION, Deadline.after(0.2))
        assert next(iter(pieces)) == "a"
        time.sleep(0.25)
        with pytest.raises(ModelTimeout):
            list(pieces)


# Cost


def test_openai_is_not_loaded_before_the_first_question() -> None:
    code = (
        "import sys; from assistant.openai_chat import OpenAIChat; from assistant.settings import ModelEndpoint\n"
        "OpenAIChat(ModelEndpoint('http://127.0.0.1:1/v1', 'scripted'))\n"
        "print(sorted({'openai', 'httpx2', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
