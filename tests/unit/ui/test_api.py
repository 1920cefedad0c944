"""The HTTP interface: what it takes and gives, who may ask, and what hostile input makes of it."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from assistant.errors import QuestionError, SettingsError
from assistant.interchange import answer_to_json, hit_to_json
from assistant.messages import (
    EXTRACTIVE,
    Answer,
    AnswerSentence,
    Citation,
    Event,
    Finished,
    SentenceChecked,
    Timings,
    Turn,
    Usage,
)
from assistant.questions import MAX_QUESTION_CHARACTERS
from corpus.documents import LANGUAGES, Document, DocumentMeta, Language, RawDocument, RawPage
from corpus.library import Library
from corpus.splitting import split_document
from corpus.structure import build_document
from indexing.exact import ExactIndex
from indexing.hits import Filters, Hit, Retriever
from indexing.ingesting import ingest
from indexing.keywords import FtsKeywordIndex
from indexing.retrieving import HybridRetriever
from tests.apart import run_apart
from tests.fakes import HashingEmbedder
from ui.api.application import add_api, build_api
from ui.api.bodies import MAX_BODY_BYTES, BodyMiddleware
from ui.api.chat_text import (
    CORRECTION,
    MAX_HISTORY_CHARACTERS,
    Written,
    inert,
    read_turns,
    render_content,
    strip_ending,
)
from ui.api.metrics import CountedAssistant, Metrics
from ui.api.schemas import AnswerReply, DocumentReply, FilterFields, HitReply
from ui.api.tokens import Tokens, load_tokens, make_token
from ui.conversations import HISTORY_TURNS
from ui.texts import load_texts

QUESTION = "Hvor ofte mødes rådet?"
PRIVATE = "Kælderens hemmelighed"
TEXTS = {
    "havn.md": "# Vedtægt for havnen\n\n## Møder\n\nRådet mødes fire gange om året. Formanden indkalder rådet.\n",
    "skov.md": "# Regler for skoven\n\n## Stier\n\nStierne holdes åbne hele året.\n",
}


# What the tests stand on


@dataclass
class FakeAssistant:
    """Yields the events of its script, refuses other questions; records what it was asked."""

    script: Mapping[str, Sequence[Event | Exception]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[Turn, ...], Language | None, Filters]] = field(default_factory=list)
    gate: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history), language, filters))
        if not any(character.isalpha() for character in question):
            raise QuestionError("the question has no letters: ask it in words")
        self.begun.set()
        try:
            for event in self.script.get(question) or (Finished(refusal(question)),):
                if self.gate is not None:
                    self.gate.wait(10)
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.closed.set()


def cited(marker: int, quote: str, document_id: str = "gone", title: str = "Vedtægt for havnen") -> Citation:
    return Citation(marker, "havn.md", document_id, title, 1, "Møder", quote, 0, len(quote), "da", "2031-03-04")


MEETS, CALLS = "Rådet mødes fire gange om året.", "Formanden indkalder rådet."
FIRST = AnswerSentence(MEETS, (1,), True)
SECOND = AnswerSentence(CALLS, (2,), True)


def answered(question: str = QUESTION, *sentences: AnswerSentence, **changes: Any) -> Answer:
    said = sentences or (FIRST, SECOND)
    citations = tuple(cited(marker, sentence.text) for sentence in said for marker in sentence.markers)
    answer = Answer(
        id="0123",
        question=question,
        language="da",
        outcome="answered",
        text=" ".join(f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" for s in said),
        confidence=0.9,
        sentences=said,
        citations=citations,
        considered=(),
        warnings=(),
        model=EXTRACTIVE,
        timings=Timings(3.0, 4.0, 7.0),
    )
    return replace(answer, **changes)


def refusal(question: str) -> Answer:
    return answered(
        question, sentences=(), citations=(), outcome="no_evidence", text="Det står ikke i materialet.", confidence=0.1
    )


def events_of(answer: Answer) -> list[Event]:
    checked: list[Event] = [
        SentenceChecked(s, tuple(c for c in answer.citations if c.marker in s.markers), answer.language)
        for s in answer.sentences
    ]
    return [*checked, Finished(answer)]


def load(path: Path, *, ocr: bool = False) -> Document:
    return build_document(path.name, RawDocument((RawPage(1, path.read_text(encoding="utf-8")),), {}, marked_up=True))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("api")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library.open(folder / "library") as library:
        embedder = HashingEmbedder()
        report = ingest([folder], library, embedder, load=load, split=split_document, suffixes=frozenset({".md"}))
        assert not report.failed
        yield library


@pytest.fixture(scope="module")
def retriever(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HybridRetriever]:
    embedder = HashingEmbedder()
    keywords = FtsKeywordIndex(tmp_path_factory.mktemp("keywords") / "keywords.sqlite")
    yield HybridRetriever(library, embedder, ExactIndex(embedder.dimensions), keywords)
    keywords.close()


@dataclass
class Api:
    """The API over the library, and the assistant behind it."""

    library: Library
    retriever: Retriever
    assistant: FakeAssistant = field(default_factory=FakeAssistant)

    def application(self, **options: Any) -> FastAPI:
        metrics = Metrics(self.library)
        counted = CountedAssistant(self.assistant, metrics)
        return build_api(counted, self.library, self.retriever, metrics, **options)

    def client(self, **options: Any) -> TestClient:
        return local(self.application(**options))


def local(app: Any, host: str = "127.0.0.1:7860", client: str = "127.0.0.1") -> TestClient:
    return TestClient(app, base_url=f"http://{host}", client=(client, 50000))


@pytest.fixture
def api(library: Library, retriever: HybridRetriever) -> Api:
    script: dict[str, Sequence[Event | Exception]] = {QUESTION: events_of(answered())}
    return Api(library, retriever, FakeAssistant(script))


def chat(*texts: str, **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": text} for number, text in enumerate(texts)]
    return {"model": "atmp", "messages": messages, **more}


def error_of(response: Any, status: int) -> dict[str, Any]:
    """Check the shape that every failure has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    (error,) = response.json().values()
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"]
    assert "\n" not in error["message"]
    return dict(error)


def pieces_of(text: str) -> list[Any]:
    events = [line.removeprefix("data: ") for line in text.split("\n") if line]
    assert events[-1] == "[DONE]"
    return [json.loads(event) for event in events[:-1]]


def streamed_text(pieces: list[Any]) -> str:
    return "".join(choice["delta"].get("content", "") for piece in pieces for choice in piece.get("choices", ()))


# Chat completions


def test_a_chat_is_answered_in_openais_shape_with_sources_and_the_whole_answer_beside_it(api: Api) -> None:
    body = api.client().post("/v1/chat/completions", json=chat(QUESTION)).json()
    (choice,) = body["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"] == (
        f"{MEETS} [1] {CALLS} [2]\n\n**Kilder**\n\n"
        f"- [1] Vedtægt for havnen, Møder, 4. marts 2031: »{MEETS}«\n"
        f"- [2] Vedtægt for havnen, Møder, 4. marts 2031: »{CALLS}«"
    )
    assert body["object"] == "chat.completion"
    assert body["model"] == "atmp"
    assert body["atmp"] == answer_to_json(answered())
    assert body["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def test_a_stream_says_the_same_as_the_whole_answer(api: Api) -> None:
    client = api.client()
    whole = client.post("/v1/chat/completions", json=chat(QUESTION)).json()
    response = client.post("/v1/chat/completions", json=chat(QUESTION, stream=True))
    assert response.headers["content-type"].startswith("text/event-stream")
    pieces = pieces_of(response.text)
    assert streamed_text(pieces) == whole["choices"][0]["message"]["content"]
    assert [piece["choices"][0]["finish_reason"] for piece in pieces][-1] == "stop"
    assert pieces[-1]["atmp"] == whole["atmp"]
    assert len({piece["id"] for piece in pieces}) == 1
    assert all(piece["object"] == "chat.completion.chunk" for piece in pieces)


def test_a_stream_sends_a_sentence_a_piece(api: Api) -> None:
    pieces = pieces_of(api.client().post("/v1/chat/completions", json=chat(QUESTION, stream=True)).text)
    contents = [piece["choices"][0]["delta"].get("content") for piece in pieces]
    assert contents[:3] == ["", f"{MEETS} [1]", f" {CALLS} [2]"]


def test_the_model_s_tokens_are_told_where_a_model_was_asked(api: Api) -> None:
    api.assistant.script = {QUESTION: [Finished(answered(model="m", usage=Usage(2, 120, 30)))]}
    client, wanted = api.client(), {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
    assert client.post("/v1/chat/completions", json=chat(QUESTION)).json()["usage"] == wanted
    request = chat(QUESTION, stream=True, stream_options={"include_usage": True})
    pieces = pieces_of(client.post("/v1/chat/completions", json=request).text)
    assert pieces[-1]["usage"] == wanted
    assert pieces[-1]["choices"] == []
    assert all(piece["usage"] is None for piece in pieces[:-1])


def test_a_stream_is_continued_where_the_answer_goes_on() -> None:
    answer, written = answered(), Written()
    sent = written.add(SentenceChecked(FIRST, (), "da"))
    assert sent + written.finish(answer, frozenset()) == render_content(answer, frozenset())


@pytest.mark.parametrize(
    "final",
    [
        answered(QUESTION, AnswerSentence("Rådet mødes fem gange.", (1,), True), SECOND),
        refusal(QUESTION),
        answered(QUESTION, FIRST),
    ],
    ids=["mended", "refused", "shortened"],
)
def test_a_stream_that_is_no_beginning_of_the_answer_is_taken_back_in_so_many_words(api: Api, final: Answer) -> None:
    api.assistant.script = {QUESTION: [*events_of(answered())[:2], Finished(final)]}
    text = streamed_text(pieces_of(api.client().post("/v1/chat/completions", json=chat(QUESTION, stream=True)).text))
    before, _, after = text.partition(f"\n\n---\n\n**{CORRECTION['da']}**\n\n")
    assert before == f"{MEETS} [1] {CALLS} [2]"
    assert after == render_content(final, frozenset({"gone"}))
    assert strip_ending(text) == strip_ending(after)


def test_lists_stand_on_lines_of_their_own(api: Api) -> None:
    members = AnswerSentence("Rådet består af:\n- en formand\n- to medlemmer", (1,), True)
    content = render_content(answered(QUESTION, members, SECOND), frozenset())
    assert content.startswith(f"Rådet består af:\n- en formand\n- to medlemmer [1]\n\n{CALLS} [2]")


def test_warnings_follow_the_sources_and_a_doubtful_sentence_says_so() -> None:
    answer = answered(QUESTION, AnswerSentence(MEETS, (1,), False), warnings=("Kilden er gammel.",))
    content = render_content(answer, frozenset({"gone"}))
    assert content.startswith(f"{MEETS} (ikke bekræftet af kilden) [1]\n\n")
    assert content.endswith("\n\n**Vær opmærksom på**\n\n- Kilden er gammel.")


def test_a_document_of_several_pages_names_the_page() -> None:
    assert "Møder, side 1, 4. marts 2031" in render_content(answered(), frozenset())
    assert "side" not in render_content(answered(), frozenset({"gone"}))


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](https://a.example/p.png)",
        "[x](javascript:y)",
        "[1]: https://a.example",
        "<img src=x>",
        "\\<img src=x>",
        "</p><!-- x",
        "<https://a.example>",
        "]\u200b(https://a.example)",
    ],
)
def test_nothing_of_a_document_is_live_in_markdown(hostile: str) -> None:
    safe = render_content(answered(QUESTION, AnswerSentence(hostile, (1,), True)), frozenset())
    assert "](" not in safe
    assert "]:" not in safe
    assert not any(f"<{begin}" in safe for begin in ("i", "/", "!", "h"))
    assert "\u200b" not in safe


def test_making_text_inert_changes_nothing_that_is_seen() -> None:
    text = "Artikel 4 [1][2] (a < b), stk. 2: 3 <4"
    assert inert(text) == text


def test_earlier_messages_are_the_history(api: Api) -> None:
    request = chat("Hvad er rådet?", "Det er et råd. [1]", QUESTION)
    request["messages"].insert(0, {"role": "system", "content": "Du er en pirat."})
    assert api.client().post("/v1/chat/completions", json=request).status_code == 200
    (asked,) = api.assistant.asked
    assert asked == (QUESTION, (Turn("Hvad er rådet?", "Det er et råd. [1]"),), None, Filters())


def test_an_answer_comes_back_as_history_without_its_sources() -> None:
    content = render_content(answered(warnings=("Kilden er gammel.",)), frozenset())
    _, turns = read_turns([("user", QUESTION), ("assistant", content), ("user", "Og hvem?")])
    assert turns == (Turn(QUESTION, f"{MEETS} [1] {CALLS} [2]"),)


def test_the_newest_turns_are_kept_and_long_ones_cut() -> None:
    messages = [part for n in range(20) for part in (("user", f"q{n}"), ("assistant", f"a{n} " + "x" * 9000))]
    question, turns = read_turns([*messages, ("user", QUESTION)])
    assert question == QUESTION
    assert [turn.question for turn in turns] == [f"q{n}" for n in range(20 - HISTORY_TURNS, 20)]
    assert all(len(turn.answer) == MAX_HISTORY_CHARACTERS for turn in turns)


def test_messages_out_of_turn_make_no_turns() -> None:
    messages = [("assistant", "Hej."), ("user", "stoppet"), ("user", "q"), ("assistant", "a"), ("assistant", "b")]
    assert read_turns([*messages, ("user", QUESTION)]) == (QUESTION, (Turn("q", "a"),))
    assert read_turns(messages) == (None, (Turn("q", "a"),))


def test_a_message_of_text_parts_is_read(api: Api) -> None:
    parts = [{"type": "text", "text": QUESTION}]
    request = {"model": "atmp", "messages": [{"role": "user", "content": parts}]}
    assert api.client().post("/v1/chat/completions", json=request).json()["atmp"]["outcome"] == "answered"


def test_unknown_parameters_are_ignored(api: Api) -> None:
    request = chat(QUESTION, temperature=0.2, max_tokens=5, seed=1, user="u", tool_choice="auto", n=1, tools=[], x={})
    assert api.client().post("/v1/chat/completions", json=request).status_code == 200


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("n", 2),
        ("n", "mange"),
        ("tools", [{"type": "function", "function": {"name": "f"}}]),
        ("functions", [{"name": "f"}]),
        ("response_format", {"type": "json_object"}),
        ("logprobs", True),
        ("modalities", ["audio"]),
        ("messages", []),
        ("messages", [{"role": "tool", "content": "x", "tool_call_id": "1"}]),
        ("messages", [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:x"}}]}]),
        ("messages", [{"role": "user", "content": "Hvad\x00?"}]),
        ("messages", [{"role": "assistant", "content": "Hej."}]),
        ("messages", [{"role": "user", "content": None}]),
        ("messages", [{"role": "user", "content": "?!"}]),
        ("messages", [{"role": "user", "content": "a" * (MAX_QUESTION_CHARACTERS + 1)}]),
        ("messages", "Hvad?"),
        ("stream", "måske"),
        ("model", None),
    ],
)
def test_what_is_not_supported_is_refused_in_openais_shape(api: Api, parameter: str, value: Any) -> None:
    error = error_of(api.client().post("/v1/chat/completions", json=chat(QUESTION) | {parameter: value}), 400)
    assert error["type"] == "invalid_request_error"
    assert not api.assistant.asked


def test_a_refused_image_is_said_to_be_one(api: Api) -> None:
    image = [{"type": "text", "text": "Se"}, {"type": "image_url", "image_url": {"url": "data:x"}}]
    request = {"model": "atmp", "messages": [{"role": "user", "content": image}]}
    error = error_of(api.client().post("/v1/chat/completions", json=request), 400)
    assert error["message"] == "messages.0.content.1.type: only text is read: no images, sound or files"


def test_another_model_is_not_found(api: Api) -> None:
    error = error_of(api.client().post("/v1/chat/completions", json=chat(QUESTION, model="gpt-9")), 404)
    assert error["code"] == "model_not_found"
    error_of(api.client().get("/v1/models/gpt-9"), 404)


def test_there_is_one_model(api: Api) -> None:
    client = api.client()
    (model,) = client.get("/v1/models").json()["data"]
    assert model["id"] == "atmp"
    assert client.get("/v1/models/atmp").json() == model


def test_a_failure_before_the_first_sentence_has_a_status(api: Api) -> None:
    api.assistant.script = {QUESTION: [RuntimeError(PRIVATE)]}
    for stream in (False, True):
        error = error_of(api.client().post("/v1/chat/completions", json=chat(QUESTION, stream=stream)), 500)
        assert error["type"] == "server_error"
        assert PRIVATE not in error["message"]


def test_a_failure_in_the_middle_of_a_stream_is_said_in_it(api: Api) -> None:
    api.assistant.script = {QUESTION: [*events_of(answered())[:1], RuntimeError(PRIVATE)]}
    response = api.client().post("/v1/chat/completions", json=chat(QUESTION, stream=True))
    pieces = pieces_of(response.text)
    assert pieces[-1]["error"]["type"] == "server_error"
    assert PRIVATE not in response.text


# Questions, searches, documents


def test_a_question_is_answered_with_its_history_language_and_filters(api: Api) -> None:
    request = {
        "question": QUESTION,
        "history": [{"question": "Hvad?", "answer": "Det."}],
        "language": "en",
        "filters": {"languages": ["da"], "date_from": "2024-05", "documents": ["a"]},
    }
    assert api.client().post("/api/ask", json=request).json() == answer_to_json(answered())
    filters = Filters(languages=("da",), documents=("a",), date_from="2024-05")
    assert api.assistant.asked == [(QUESTION, (Turn("Hvad?", "Det."),), "en", filters)]


def test_earlier_questions_without_letters_are_left_out(api: Api) -> None:
    history = [
        {"question": "?", "answer": "Hvad?"},
        {"question": "", "answer": ""},
        {"question": "Hvad?", "answer": ""},
    ]
    api.client().post("/api/ask", json={"question": QUESTION, "history": history})
    assert api.assistant.asked[0][1] == (Turn("Hvad?", ""),)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": ""},
        {"question": 7},
        {"question": "1 + 1?"},
        {"question": "Hvad\x00?"},
        {"question": "a" * (MAX_QUESTION_CHARACTERS + 1)},
        {"language": "sv"},
        {"filters": {"langauges": ["da"]}},
        {"filters": {"kinds": ["novel"]}},
        {"filters": {"date_from": "i går"}},
        {"filters": {"documents": ["x"] * 300}},
        {"history": [["a", "b"]]},
        {"history": [{"question": "a", "answer": "b"}] * 300},
        {"unknown": 1},
    ],
)
def test_a_question_that_does_not_fit_is_refused_in_one_line(api: Api, changes: dict[str, Any]) -> None:
    error_of(api.client().post("/api/ask", json={"question": QUESTION} | changes), 400)


def test_a_search_finds_passages_and_keeps_to_its_filters(api: Api) -> None:
    client = api.client()
    found = client.get("/api/search", params={"q": "Hvornår mødes rådet?", "limit": 1}).json()
    (hit,) = found["hits"]
    assert hit["document"] == "havn.md"
    assert MEETS in hit["text"]
    other = next(document for document in api.library.documents() if document.name == "skov.md")
    elsewhere = client.get("/api/search", params={"q": "Hvornår mødes rådet?", "documents": [other.id]}).json()
    assert {hit["document"] for hit in elsewhere["hits"]} == {"skov.md"}
    assert client.get("/api/search", params={"q": "rådet", "date_from": "2020"}).json()["hits"] == []


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00a", "q=12", "q=a&limit=0", "q=a&limit=x", "q=a&limt=3", "q=a&kinds=x", "q=%ED%A0%80"]
)
def test_a_search_that_does_not_fit_is_refused_in_one_line(api: Api, query: str) -> None:
    error_of(api.client().get(f"/api/search?{query}"), 400)


def test_documents_are_listed_without_where_their_files_lie(api: Api, library: Library) -> None:
    client = api.client()
    listed = client.get("/api/documents").json()
    assert [document["document"] for document in listed["documents"]] == ["havn.md", "skov.md"]
    assert listed["total"] == 2
    assert str(library.file.parent.parent) not in json.dumps(listed)
    second = client.get("/api/documents", params={"offset": 1, "limit": 1}).json()
    assert [document["document"] for document in second["documents"]] == ["skov.md"]
    assert second["total"] == 2
    assert client.get("/api/documents", params={"kinds": "law"}).json() == {"total": 0, "documents": []}


def test_a_document_is_shown_with_its_headings(api: Api) -> None:
    client = api.client()
    listed = client.get("/api/documents").json()["documents"][0]
    shown = client.get(f"/api/documents/{listed['id']}").json()
    assert shown.pop("sections")[-1]["path"][-1] == "Møder"
    assert shown == listed


@pytest.mark.parametrize("name", ["nobody", "havn.md", "..%2f..%2fetc", "%00", "x" * 99])
def test_a_document_that_is_not_there_is_not_found(api: Api, name: str) -> None:
    error_of(api.client().get(f"/api/documents/{name}"), 404)


# The shapes of other modules


def test_the_described_shapes_are_those_of_the_other_commands(retriever: HybridRetriever) -> None:
    (hit,) = retriever.retrieve("rådet", 1)
    assert set(AnswerReply.model_fields) == set(answer_to_json(answered()))
    assert AnswerReply.model_validate(answer_to_json(answered())).model_dump() == answer_to_json(answered())
    assert set(HitReply.model_fields) == set(hit_to_json(hit))
    assert set(FilterFields.model_fields) == set(Filters.__dataclass_fields__)
    assert set(DocumentMeta.__dataclass_fields__) <= set(DocumentReply.model_fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_of_an_answer_is_known_again_in_every_language(language: Language) -> None:
    answer = answered(language=language, warnings=("Noget.",))
    assert load_texts(language).answer.copy_sources in render_content(answer, frozenset())
    assert strip_ending(render_content(answer, frozenset())) == f"{MEETS} [1] {CALLS} [2]"


# Health and measures


def test_the_process_is_up_and_ready(api: Api) -> None:
    client = api.client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


class BrokenRetriever:
    """Fails at every search, and counts them."""

    def __init__(self) -> None:
        self.tries = 0

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        self.tries += 1
        raise RuntimeError(PRIVATE)


def test_a_search_that_fails_makes_it_unready_and_is_not_tried_for_everyone_who_asks(api: Api) -> None:
    api.retriever = broken = BrokenRetriever()
    with api.client() as client:
        error = error_of(client.get("/readyz"), 503)
        assert error["message"] == "a search fails: RuntimeError"
        error_of(client.get("/readyz"), 503)
    assert broken.tries == 1
    assert client.get("/healthz").status_code == 200


def test_a_library_that_is_closed_makes_it_unready_without_naming_its_place(api: Api, tmp_path: Path) -> None:
    api.library = Library.open(tmp_path / "hidden")
    api.library.close()
    client = api.client()
    assert error_of(client.get("/readyz"), 503)["message"] == "the library cannot be read"
    response = client.get("/api/documents")
    assert "hidden" not in error_of(response, 503)["message"]
    assert response.headers["retry-after"]
    assert "atmp_library_up 0.0" in client.get("/metrics").text


def test_questions_are_counted_by_outcome_and_model_without_their_words(api: Api) -> None:
    quoted_instead = answered("b", usage=Usage(1, 5, 0))
    written = answered("c", model="modellen", removed=3, usage=Usage(1, 5, 5))
    api.assistant.script |= {PRIVATE: [RuntimeError(PRIVATE)], "b": events_of(quoted_instead), "c": events_of(written)}
    client = api.client()
    for question in (QUESTION, "Hvad ellers?", PRIVATE, "b", "c"):
        client.post("/api/ask", json={"question": question})
    client.post("/api/ask", json={"question": "12"})
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    for line in (
        'atmp_questions_total{model="extractive",outcome="answered"} 2.0',
        'atmp_questions_total{model="modellen",outcome="answered"} 1.0',
        'atmp_questions_total{model="extractive",outcome="no_evidence"} 1.0',
        'atmp_questions_total{model="none",outcome="failed"} 1.0',
        'atmp_questions_total{model="none",outcome="refused"} 1.0',
        "atmp_sentences_removed_total 3.0",
        "atmp_model_failures_total 1.0",
        "atmp_answer_seconds_count 4.0",
        "atmp_retrieval_seconds_sum 0.012",
        "atmp_library_documents 2.0",
        "atmp_library_chunks 2.0",
        "atmp_library_up 1.0",
    ):
        assert line in response.text, response.text
    assert "Hvad" not in response.text
    assert PRIVATE not in response.text


def test_two_applications_count_apart(api: Api) -> None:
    one, other = api.client(), api.client()
    one.post("/api/ask", json={"question": QUESTION})
    assert "atmp_answer_seconds_count 1.0" in one.get("/metrics").text
    assert "atmp_answer_seconds_count 0.0" in other.get("/metrics").text


# Who may ask


def tokens_of(**named: str) -> Tokens:
    return Tokens({name: hashlib.sha256(token.encode()).hexdigest() for name, token in named.items()})


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic rigtig", "rigtig", "Bearer rigtig x", "Bearer æ"]
)
def test_without_a_token_that_is_known_nothing_is_answered(api: Api, header: str | None) -> None:
    client = api.client(tokens=tokens_of(webui="rigtig"))
    headers = {} if header is None else {"Authorization": header.encode()}
    for path in ("/v1/models", "/api/documents", "/api/openapi.json", "/metrics", "/api/nothing"):
        response = client.get(path, headers=headers)
        assert error_of(response, 401)["type"] == "authentication_error"
        assert response.headers["www-authenticate"] == 'Bearer realm="atmp"'
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_a_token_any_host_may_ask(api: Api, scheme: str) -> None:
    client = local(api.application(tokens=tokens_of(a="en", b="to")), "atmp.example", "192.0.2.7")
    for token in ("en", "to"):
        assert client.get("/v1/models", headers={"Authorization": f"{scheme} {token}"}).status_code == 200
    twice = [("Authorization", "Bearer en"), ("Authorization", "Bearer to")]
    assert client.get("/v1/models", headers=twice).status_code == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "LOCALHOST", "[::1]:7860", "127.1.2.3:80"])
def test_without_tokens_this_machine_may_ask(api: Api, host: str) -> None:
    assert local(api.application(), host, "::1").get("/v1/models").status_code == 200


@pytest.mark.parametrize(
    ("host", "client", "headers"),
    [
        ("127.0.0.1", "192.0.2.7", {}),
        ("127.0.0.1", "testclient", {}),
        ("evil.example", "127.0.0.1", {}),
        ("127.0.0.1.evil.example", "127.0.0.1", {}),
        ("localhost.evil.example:80", "127.0.0.1", {}),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", "127.0.0.1", {"Sec-Fetch-Site": "cross-site"}),
        ("127.0.0.1", "127.0.0.1", {"Host": ""}),
    ],
)
def test_without_tokens_nobody_else_may(api: Api, host: str, client: str, headers: dict[str, str]) -> None:
    web = local(api.application(), host, client)
    assert error_of(web.get("/api/documents", headers=headers), 403)["type"] == "permission_error"
    assert web.get("/readyz", headers=headers).status_code == 200


def test_a_token_is_made_with_its_line_and_known_again(tmp_path: Path) -> None:
    token, line = make_token("open-webui")
    file = tmp_path / "tokens"
    file.write_text(f"# klienter\n\n{line}\r\nanden:{'AB' * 32}\n", encoding="utf-8")
    tokens = load_tokens(file)
    assert tokens.name_of(token.encode()) == "open-webui"
    assert tokens.name_of(b"noget andet") is None
    assert set(tokens.hashes) == {"open-webui", "anden"}
    assert token not in line
    assert make_token("open-webui")[0] != token


@pytest.mark.parametrize("name", ["", "a b", "a:b", "æ", "x" * 65, "a\n"])
def test_a_client_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="client's name"):
        make_token(name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no tokens"),
        (b"# none\n", "no tokens"),
        (b"a:hemmelig\n", "line 1"),
        (b"a:" + b"0" * 64 + b"\na:" + b"1" * 64, "line 2: a second token of the name a"),
        (b"\xff\xfe", "UTF-8"),
        (b"#" * 1_100_000, "larger"),
    ],
)
def test_a_file_that_is_none_of_tokens_is_said_to_be_without_showing_it(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "tokens"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=said) as raised:
        load_tokens(file)
    assert "hemmelig" not in str(raised.value)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_tokens(tmp_path / "missing")


def test_neither_tokens_nor_questions_reach_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api.assistant.script = {
        PRIVATE: [RuntimeError(PRIVATE)],
        "midt i": [*events_of(answered())[:1], ValueError(PRIVATE)],
    }
    client, headers = api.client(tokens=tokens_of(a="hemmeligt-token")), {"Authorization": "Bearer hemmeligt-token"}
    for request in (chat(PRIVATE), chat(PRIVATE, stream=True), chat("midt i", stream=True), chat(PRIVATE, n=9)):
        client.post("/v1/chat/completions", json=request, headers=headers)
    client.get("/v1/models", headers={"Authorization": "Bearer forkert-token"})
    logged = [record for record in caplog.records if record.name.startswith(("ui", "uvicorn", "fastapi", "starlette"))]
    text = " ".join(f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}" for record in logged)
    assert "RuntimeError" in text
    assert PRIVATE not in text
    assert "token" not in text.replace("wrong_token", "")


# Bodies


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b'{"question": ' + b"9" * 5000 + b"}",
        b'{"question": "\\ud800 Hvad?"}',
        b'{"question": NaN}',
        b"null",
        b"[]",
        b'"Hvad?"',
        b"",
    ],
)
@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_a_body_that_is_no_request_is_refused_in_one_line(api: Api, path: str, body: bytes) -> None:
    response = api.client().post(path, content=body, headers={"Content-Type": "application/json"})
    error_of(response, 400)
    assert not api.assistant.asked


def test_deep_json_in_what_is_ignored_is_ignored_or_refused(api: Api) -> None:
    for depth in (50, 900, 5000, 100_000):
        deep = b"[" * depth + b"]" * depth
        body = b'{"model": "atmp", "messages": [{"role": "user", "content": "Hvad?"}], "x": ' + deep + b"}"
        response = api.client().post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code in (200, 400)


@pytest.mark.parametrize("key", ["tools", "n", "response_format"])
def test_deep_json_in_what_is_refused_is_refused(api: Api, key: str) -> None:
    body = f'{{"model": "atmp", "messages": [], "{key}": {"[" * 900}{"]" * 900}}}'
    response = api.client().post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    error_of(response, 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"]
)
def test_a_body_of_another_type_is_refused(api: Api, content_type: str) -> None:
    body = json.dumps({"question": QUESTION})
    response = api.client().post("/api/ask", content=body, headers={"Content-Type": content_type})
    error_of(response, 415)


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_is_known_however_it_is_spelt(api: Api, content_type: str) -> None:
    body = json.dumps({"question": QUESTION})
    assert api.client().post("/api/ask", content=body, headers={"Content-Type": content_type}).status_code == 200


def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_its_length(api: Api) -> None:
    large, headers = b" " * (MAX_BODY_BYTES + 1), {"Content-Type": "application/json"}
    error_of(api.client().post("/api/ask", content=large, headers=headers), 413)
    error_of(api.client().post("/api/ask", content=iter([large[:9], large]), headers=headers), 413)
    headers["Content-Length"] = "9" * 5000
    error_of(api.client().post("/api/ask", content=b"{}", headers=headers), 413)


def test_a_body_at_the_limit_is_read(api: Api) -> None:
    body = json.dumps({"question": QUESTION}).encode()
    body += b" " * (MAX_BODY_BYTES - len(body))
    response = api.client().post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_a_body_that_does_not_come_is_waited_for_only_so_long() -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await anyio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/api/ask", "headers": []}
    run_apart(BodyMiddleware(PlainTextResponse("ok"), seconds=0.05), scope, never, send)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/", 404), ("GET", "/v1/completions", 404), ("DELETE", "/api/ask", 405), ("GET", "/api/ask/", 404)],
)
def test_other_addresses_and_methods_have_the_same_shape(api: Api, method: str, path: str, status: int) -> None:
    response = api.client().request(method, path)
    error_of(response, status)
    if status == 405:
        assert response.headers["allow"] == "POST"


# Several at once


def test_more_questions_than_there_are_places_are_told_to_come_back(api: Api) -> None:
    api.assistant.gate = threading.Event()
    with api.client(max_at_once=1) as client:
        waiting = threading.Thread(target=client.post, args=("/api/ask",), kwargs={"json": {"question": QUESTION}})
        waiting.start()
        assert api.assistant.begun.wait(10)
        for path, body in (("/api/ask", {"question": QUESTION}), ("/v1/chat/completions", chat(QUESTION, stream=True))):
            response = client.post(path, json=body)
            assert error_of(response, 503)["code"] == "overloaded"
            assert response.headers["retry-after"] == "5"
        api.assistant.gate.set()
        waiting.join()
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("question", [QUESTION, PRIVATE, "1"])
def test_a_place_is_given_back_however_an_answer_ends(api: Api, stream: bool, question: str) -> None:
    api.assistant.script = {QUESTION: events_of(answered()), PRIVATE: [RuntimeError()]}
    with api.client(max_at_once=1) as client:
        statuses = [
            client.post("/v1/chat/completions", json=chat(question, stream=stream)).status_code for _ in range(3)
        ]
    assert set(statuses) <= {200, 400, 500}


def test_an_answer_ends_and_its_place_is_free_when_its_client_goes_away(api: Api) -> None:
    answer = answered()
    endless = [events_of(answer)[0]] * 1000
    api.assistant.script = {QUESTION: [*endless, Finished(answer)]}
    app = api.application(max_at_once=1)
    sent: list[Any] = []

    async def leave_after_first_sentence() -> None:
        gone = anyio.Event()
        body = json.dumps(chat(QUESTION, stream=True)).encode()
        asked = [{"type": "http.request", "body": body}]

        async def receive() -> Any:
            if asked:
                return asked.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if len(sent) > 2:
                gone.set()

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": "/v1/chat/completions",
            "raw_path": b"/v1/chat/completions",
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 7860),
            "scheme": "http",
        }
        await app(scope, receive, send)

    run_apart(leave_after_first_sentence)
    assert api.assistant.closed.is_set()
    assert len(sent) < 900
    assert 'outcome="left"} 1.0' in local(app).get("/metrics").text


# Beside the page


def test_the_api_stands_beside_a_page_that_is_mounted_over_everything(api: Api) -> None:
    app, metrics = FastAPI(docs_url=None, redoc_url=None, openapi_url=None), Metrics(api.library)
    add_api(app, CountedAssistant(api.assistant, metrics), api.library, api.retriever, metrics)
    app.router.routes.append(Mount("/", app=PlainTextResponse("the page")))
    client = local(app)
    assert client.get("/v1/models").json()["object"] == "list"
    assert client.get("/healthz").json() == {"status": "ok"}
    assert error_of(client.get("/api/nothing"), 404)
    for path in ("/", "/config", "/apis", "/docs", "/healthz/x"):
        assert client.get(path).text == "the page"


def test_the_document_describes_every_address_and_names_no_other_host(api: Api) -> None:
    document = api.client().get("/api/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/models",
        "/v1/models/{model_id}",
        "/v1/chat/completions",
        "/api/ask",
        "/api/search",
        "/api/documents",
        "/api/documents/{document_id}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    assert "http" not in json.dumps(document).replace("https://json-schema.org", "")
    assert "securitySchemes" not in document["components"]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all("422" not in operation["responses"] for operation in operations)


def test_the_document_says_that_a_token_is_needed_where_one_is(api: Api) -> None:
    client = api.client(tokens=tokens_of(a="en"))
    document = client.get("/api/openapi.json", headers={"Authorization": "Bearer en"}).json()
    assert document["paths"]["/api/ask"]["post"]["security"] == [{"HTTPBearer": []}]
    assert "security" not in document["paths"]["/healthz"]["get"]


def test_no_answer_is_kept_by_a_cache(api: Api) -> None:
    for path in ("/api/documents", "/api/nothing", "/metrics"):
        assert api.client().get(path).headers["cache-control"] == "no-store"
