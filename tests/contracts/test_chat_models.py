"""What every chat model promises, held to by the adapter, over real HTTP, and by the fake."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import FakeChatModel, ScriptedReply
from model_server import Pause, Reply, Request, refuse, say, serve_model

from assistant.chat import ChatMessage, ChatModel, Deadline, JsonSchema
from assistant.errors import ModelError, ModelFailed, ModelTimeout
from assistant.messages import Usage
from assistant.openai_chat import OpenAIChat
from assistant.settings import ModelEndpoint

QUESTION = (ChatMessage("system", "Svar kort."), ChatMessage("user", "Hvor ligger åen?"))
SCHEMA: JsonSchema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
Asked = Callable[[], list[tuple[tuple[ChatMessage, ...], JsonSchema | None]]]


class Models:
    """Makes models of one kind that give scripted replies."""

    def __init__(self, kind: str, stack: contextlib.ExitStack) -> None:
        self._kind = kind
        self._stack = stack
        self.asked: Asked = list

    def model(self, *replies: ScriptedReply, delay_seconds: float = 0.0) -> ChatModel:
        """Return a model that gives these replies, with so many seconds before each piece."""
        if self._kind == "fake":
            fake = FakeChatModel(*replies, delay_seconds=delay_seconds)
            self.asked = lambda: fake.requests
            return fake
        server = self._stack.enter_context(serve_model(_behaviour(replies, delay_seconds)))
        self.asked = lambda: [(request.messages, request.schema) for request in server.requests]
        return OpenAIChat(ModelEndpoint(server.base_url, "scripted"), sleep=lambda seconds: None)


def _behaviour(replies: Sequence[ScriptedReply], delay_seconds: float) -> Callable[[Request], Reply]:
    def behave(request: Request) -> Reply:
        reply = replies[min(request.number, len(replies)) - 1]
        pieces = [reply] if isinstance(reply, str | ModelError) else list(reply)
        if isinstance(pieces[0], ModelError):
            return refuse(501)
        whole = [piece for piece in pieces if isinstance(piece, str)]
        told = [part for piece in whole for part in (Pause(delay_seconds), piece)]
        if len(whole) < len(pieces):
            return say(*told, finish=None, usage=None, done=False, framing="cut")
        return say(*told)

    return behave


@pytest.fixture(params=["fake", "openai"])
def models(request: pytest.FixtureRequest) -> Iterator[Models]:
    with contextlib.ExitStack() as stack:
        yield Models(request.param, stack)


def test_the_pieces_come_in_order_and_the_usage_last(models: Models) -> None:
    *pieces, usage = models.model(["Åen ", "ligger ", "i øst."]).stream(QUESTION, Deadline.after(5))
    assert pieces == ["Åen ", "ligger ", "i øst."]
    assert isinstance(usage, Usage)
    assert usage.requests == 1
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert usage.cost is None


def test_a_piece_is_there_before_the_next_one_is_written(models: Models) -> None:
    started = time.monotonic()
    pieces = models.model(["Først", " sidst"], delay_seconds=0.2).stream(QUESTION, Deadline.after(5))
    assert next(iter(pieces)) == "Først"
    assert time.monotonic() - started < 0.38
    assert [piece for piece in pieces if isinstance(piece, str)] == [" sidst"]


def test_the_model_sees_the_messages_and_the_schema(models: Models) -> None:
    list(models.model("{}").stream(QUESTION, Deadline.after(5), SCHEMA))
    assert models.asked() == [(QUESTION, SCHEMA)]


def test_free_text_has_no_schema(models: Models) -> None:
    list(models.model("svar").stream(QUESTION, Deadline.after(5)))
    assert models.asked() == [(QUESTION, None)]


def test_the_model_has_a_name(models: Models) -> None:
    assert models.model("svar").name == "scripted"


def test_each_question_gets_its_own_reply(models: Models) -> None:
    model = models.model("en", "to")
    replies = ["".join(_texts(model.stream(QUESTION, Deadline.after(5)))) for _ in range(3)]
    assert replies == ["en", "to", "to"]


def test_an_error_before_the_first_piece_is_raised(models: Models) -> None:
    with pytest.raises(ModelFailed):
        list(models.model(ModelFailed("nothing")).stream(QUESTION, Deadline.after(5)))


def test_an_error_in_the_middle_is_raised_after_what_came_before_it(models: Models) -> None:
    pieces = iter(models.model(["Åen", ModelFailed("cut")]).stream(QUESTION, Deadline.after(5)))
    assert next(pieces) == "Åen"
    with pytest.raises(ModelFailed):
        next(pieces)
    assert len(models.asked()) == 1


def test_a_slow_reply_ends_with_the_deadline(models: Models) -> None:
    started = time.monotonic()
    with pytest.raises(ModelTimeout):
        list(models.model(["a"] * 50, delay_seconds=0.1).stream(QUESTION, Deadline.after(0.3)))
    assert time.monotonic() - started < 0.6


def test_a_deadline_that_is_over_is_no_time_at_all(models: Models) -> None:
    with pytest.raises(ModelTimeout):
        list(models.model("svar").stream(QUESTION, Deadline.after(0)))


def test_a_reader_may_stop_in_the_middle(models: Models) -> None:
    pieces = models.model(["a", "b", "c"], delay_seconds=0.05).stream(QUESTION, Deadline.after(5))
    assert next(iter(pieces)) == "a"
    del pieces
    deadline = Deadline.after(1)
    while _readers() and not deadline.is_over:
        time.sleep(0.01)
    assert _readers() == []


def test_several_threads_may_ask_at_once(models: Models) -> None:
    model = models.model(["a", "b"], delay_seconds=0.05)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: _texts(model.stream(QUESTION, Deadline.after(5))), range(8)))
    assert replies == [["a", "b"]] * 8


def _texts(pieces: Iterator[str | Usage]) -> list[str]:
    return [piece for piece in pieces if isinstance(piece, str)]


def _readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "model-reply"]
