"""Feedback over HTTP: whose it is, what is recorded of an answer, and what the secretariat makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from assistant.feedback import MOST_COMMENT, Feedback
from assistant.feedback_store import FILE_NAME, FeedbackStore
from assistant.messages import Answer, AnswerSentence, Citation, Timings
from corpus.library import Library
from evals.suggesting import suggest_from_feedback
from indexing.hits import Filters, Hit
from ui.conversation_store import ConversationStore
from ui.conversations import Conversation
from ui.parts import Parts
from ui.people.middleware import PeopleMiddleware
from ui.people.roles import Person, Role
from ui.site import feedback, inbox
from ui.site.feedback import MOST_AN_HOUR, MOST_BYTES, HourlyLimit
from ui.site.inbox import ENTRIES_A_PAGE

QUOTE = "Rådet mødes fire gange om året."
FIRST = Answer(
    id="x",
    question="Hvor ofte mødes rådet?",
    language="da",
    outcome="answered",
    text=f"{QUOTE} [1]",
    confidence=0.9,
    sentences=(AnswerSentence(QUOTE, (1,), True),),
    citations=(Citation(1, "v.pdf", "d", "Vedtægt", 2, "Møder", QUOTE, 0, len(QUOTE), "da", "2031"),),
    considered=(),
    warnings=(),
    model="extractive",
    timings=Timings(1.0, 1.0, 2.0),
)
SECOND = replace(
    FIRST, question="Hvad koster det?", outcome="no_evidence", text="Det fremgår ikke.", sentences=(), citations=()
)
HOSTILE = '</textarea><script>x()</script><img src=x onerror="x()"> {{x}} ${x}'
REASON = "wrong source"
FORM = {"cause": "program", "importance": "high", "note": "Se på søgningen."}


class Nobody:
    """Stands where the assistant and the retriever would."""

    def events(self, *_: Any, **__: Any) -> Iterator[Any]:
        raise AssertionError("nobody asks here")

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        raise AssertionError("nobody searches here")


@dataclass
class House:
    """The stores, and the routes over them for any person."""

    folder: Path
    parts: Parts
    store: FeedbackStore

    def client(self, name: str = "anna", role: Role = "reader") -> TestClient:
        def identify(_: HTTPConnection) -> tuple[Person, tuple[str, ...]]:
            return Person(f"user:{name}", name, role), ()

        app = FastAPI()
        for routes in (feedback, inbox):
            app.include_router(routes.build_router(self.parts))
        app.add_middleware(PeopleMiddleware, identify=identify)
        return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    @property
    def keeper(self) -> TestClient:
        return self.client("karen", "secretariat")

    def keep_conversation(self, name: str = "anna") -> Conversation:
        conversation = Conversation().ask(FIRST.question, exchange_id="1" * 16).settle(FIRST)
        conversation = conversation.ask(SECOND.question, exchange_id="2" * 16).settle(SECOND)
        return self.parts.conversations.save(f"user:{name}", conversation)

    def blame(self, comment: str = "") -> str:
        return self.store.record(Feedback(FIRST.question, "da", "down", FIRST, REASON, comment), "user:anna")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        store = FeedbackStore(folder)
        parts = Parts(Nobody(), library, Nobody(), ConversationStore(folder), feedback=store)
        yield House(folder, parts, store)


@pytest.fixture
def said(house: House) -> Callable[..., dict[str, Any]]:
    """Make what a browser sends of the second answer of Anna's conversation."""
    conversation = house.keep_conversation()

    def make(**changes: Any) -> dict[str, Any]:
        sent = {"conversation": conversation.id, "exchange": "2" * 16, "verdict": "down", "reason": REASON}
        return {name: value for name, value in (sent | changes).items() if value is not None}

    return make


def test_feedback_is_recorded_with_the_answer_and_the_turns_that_were_kept(
    house: House, said: Callable[..., dict[str, Any]]
) -> None:
    sent = said(comment="Den står i loven.", question="Noget andet?", answer="Opdigtet", history=[["a", "b"]])
    response = house.client().post("/feedback", json=sent)
    assert response.status_code == 201
    kept = house.store.read(response.json()["id"])
    assert (kept.question, kept.verdict, kept.reason, kept.comment) == (
        SECOND.question,
        "down",
        REASON,
        "Den står i loven.",
    )
    assert kept.answer is not None
    assert kept.answer["answer"] == SECOND.text
    assert [(turn.question, turn.answer) for turn in kept.history] == [(FIRST.question, FIRST.text)]


def test_the_first_answer_has_no_turns_before_it(house: House, said: Callable[..., dict[str, Any]]) -> None:
    response = house.client().post("/feedback", json=said(exchange="1" * 16, verdict="up", reason=None))
    kept = house.store.read(response.json()["id"])
    assert (kept.question, kept.history, kept.reason) == (FIRST.question, (), None)


def test_another_person_and_nobody_cannot_speak_of_a_conversation(
    house: House, said: Callable[..., dict[str, Any]]
) -> None:
    assert house.client("bo").post("/feedback", json=said()).status_code == 404
    assert house.client().post("/feedback", json=said(conversation="f" * 16)).status_code == 404
    assert house.client().post("/feedback", json=said(exchange="f" * 16)).status_code == 404
    assert house.store.inbox() == []


def test_what_was_said_can_be_read_changed_and_withdrawn_by_its_person_alone(
    house: House, said: Callable[..., dict[str, Any]]
) -> None:
    anna, bo = house.client(), house.client("bo", "administrator")
    address = f"/feedback/{anna.post('/feedback', json=said(comment='Ring 12 34 56 78')).json()['id']}"
    read = anna.get(address).json()
    assert (read["verdict"], read["reason"]) == ("down", REASON)
    assert "12 34 56 78" not in read["comment"]
    assert bo.get(address).status_code == 404
    assert bo.put(address, json={"verdict": "up"}).status_code == 404
    assert bo.delete(address).status_code == 404
    assert anna.put(address, json={"verdict": "up"}).status_code == 200
    assert anna.get(address).json() | {"id": ""} == {"id": "", "verdict": "up", "reason": None, "comment": ""}
    assert anna.delete(address).status_code == 204
    assert anna.delete(address).status_code == 404
    assert house.store.inbox() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": "sideways"},
        {"verdict": ["down"]},
        {"verdict": None},
        {"reason": "because"},
        {"reason": 1},
        {"reason": None},
        {"verdict": "up"},
        {"comment": 7},
        {"comment": "x" * (MOST_COMMENT + 1)},
        {"conversation": None},
        {"exchange": 3},
    ],
)
def test_what_is_no_feedback_is_refused_with_a_line(
    house: House, said: Callable[..., dict[str, Any]], changes: dict[str, Any]
) -> None:
    response = house.client().post("/feedback", json=said(**changes))
    assert response.status_code == 400
    assert response.json()["error"]
    assert house.store.inbox() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"verdict=up", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 20_000, "application/json", 400),
        (b" " * (MOST_BYTES + 1), "application/json", 413),
    ],
)
def test_what_is_not_a_small_json_object_is_refused(house: House, body: bytes, kind: str, status: int) -> None:
    response = house.client().post("/feedback", content=body, headers={"Content-Type": kind})
    assert response.status_code == status
    assert response.json()["error"]


def test_the_longest_comment_comes_through_however_it_is_written(
    house: House, said: Callable[..., dict[str, Any]]
) -> None:
    body = json.dumps(said(comment="æ" * MOST_COMMENT), ensure_ascii=True)
    sent = house.client().post("/feedback", content=body, headers={"Content-Type": "application/json"})
    assert sent.status_code == 201


def test_a_person_can_give_so_much_feedback_an_hour_and_others_still_can(
    house: House, said: Callable[..., dict[str, Any]]
) -> None:
    anna = house.client()
    for _ in range(MOST_AN_HOUR):
        assert anna.post("/feedback", json=said()).status_code == 201
    refused = anna.post("/feedback", json=said())
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    kept = house.store.inbox(limit=1)[0].id
    assert anna.put(f"/feedback/{kept}", json={"verdict": "up"}).status_code == 429
    assert anna.delete(f"/feedback/{kept}").status_code == 204
    assert anna.get(f"/feedback/{house.store.inbox(limit=1)[0].id}").status_code == 200


def test_the_limit_forgets_what_is_an_hour_old() -> None:
    now = [0.0]
    limit = HourlyLimit(2, clock=lambda: now[0])
    assert [limit.take("a"), limit.take("a"), limit.take("a"), limit.take("b")] == [True, True, False, True]
    now[0] = 3599.0
    assert not limit.take("a")
    now[0] = 3600.0
    assert [limit.take("a"), limit.take("a"), limit.take("a")] == [True, True, False]


def test_a_store_that_cannot_be_used_is_one_line(
    house: House, said: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    sent = said()
    (house.folder / FILE_NAME).write_bytes(b"no database")
    for name in ("-wal", "-shm"):
        (house.folder / f"{FILE_NAME}{name}").unlink(missing_ok=True)
    response = house.client().post("/feedback", json=sent)
    assert (response.status_code, list(response.json())) == (503, ["error"])
    assert house.keeper.get("/inbox").status_code == 503
    assert "FeedbackUnavailable" in caplog.text
    house.parts = replace(house.parts, feedback=None)
    assert house.client().post("/feedback", json=sent).status_code == 503
    assert house.keeper.get("/inbox").status_code == 503


def test_a_reader_sees_and_sorts_nothing(house: House) -> None:
    kept = house.blame("Hemmeligt")
    reader = house.client()
    for address in ("/inbox", f"/inbox/{kept}/case.jsonl", "/inbox/cases.jsonl"):
        response = reader.get(address)
        assert response.status_code == 403
        assert "Kun sekretariatet" in response.text
        assert "Hemmeligt" not in response.text
    assert reader.post(f"/inbox/{kept}/sort", data=FORM).status_code == 403
    assert reader.post(f"/inbox/{kept}/close").status_code == 403
    assert house.store.read(kept).state == "new"


def test_the_inbox_shows_the_answer_with_its_quotes_and_what_was_said(house: House) -> None:
    house.blame("Den står i loven.")
    page = house.keeper.get("/inbox").text
    for words in (FIRST.question, QUOTE, "Vedtægt", "side 2", "Forkert kilde", "Den står i loven.", "Nye (1)"):
        assert words in page
    assert "Vurderinger i alt: 1. Ja: 0. Nej: 1." in page


def test_a_hostile_comment_is_shown_as_it_was_written(house: House) -> None:
    kept = house.blame(HOSTILE)
    house.store.sort(kept, "document", "low", HOSTILE)
    page = house.keeper.get("/inbox?state=sorted").text
    assert page.count("&lt;script&gt;x()&lt;/script&gt;") == 2
    assert "<script>x()" not in page
    assert "<img" not in page
    assert "{{" not in page


def test_feedback_is_sorted_and_closed_with_plain_forms_that_lead_back(house: House) -> None:
    kept = house.blame()
    sorted_ = house.keeper.post(f"/inbox/{kept}/sort?state=new", data=FORM | {"note": "Se\r\nher."})
    assert (sorted_.status_code, sorted_.headers["location"]) == (303, "/inbox?state=new&notice=sorted#notice")
    entry = house.store.read(kept)
    assert (entry.state, entry.cause, entry.importance, entry.note) == ("sorted", "program", "high", "Se\nher.")
    assert "Vurderingen er sorteret." in house.keeper.get(sorted_.headers["location"]).text
    page = house.keeper.get("/inbox?state=sorted").text
    assert '<option value="program" selected>' in page
    assert "Se\nher.</textarea>" in page
    closed = house.keeper.post(f"/inbox/{kept}/close?state=sorted")
    assert closed.headers["location"] == "/inbox?state=sorted&notice=closed#notice"
    assert house.store.read(kept).state == "closed"
    assert FIRST.question in house.keeper.get("/inbox?state=closed").text


@pytest.mark.parametrize(
    "form", [{}, {"cause": "me"}, FORM | {"importance": ""}, FORM | {"note": "x" * (MOST_COMMENT + 1)}]
)
def test_a_form_that_cannot_be_kept_says_what_it_lacks(house: House, form: dict[str, str]) -> None:
    kept = house.blame()
    refused = house.keeper.post(f"/inbox/{kept}/sort", data=form)
    assert refused.headers["location"] == "/inbox?state=new&notice=invalid#notice"
    assert "Vælg, hvor fejlen ligger" in house.keeper.get(refused.headers["location"]).text
    assert house.store.read(kept).state == "new"


def test_a_form_that_is_too_large_or_none_is_not_kept(house: House) -> None:
    kept = house.blame()
    for options in ({"data": FORM | {"note": "x" * MOST_BYTES}}, {"json": FORM}):
        refused = house.keeper.post(f"/inbox/{kept}/sort", **options)
        assert "notice=invalid" in refused.headers["location"]
    assert house.store.read(kept).state == "new"


def test_what_was_withdrawn_meanwhile_is_said_to_be_gone(house: House) -> None:
    kept = house.blame()
    house.store.withdraw(kept, "user:anna")
    assert "notice=gone" in house.keeper.post(f"/inbox/{kept}/sort", data=FORM).headers["location"]
    assert "notice=gone" in house.keeper.post(f"/inbox/{kept}/close").headers["location"]
    assert house.keeper.get(f"/inbox/{kept}/case.jsonl").status_code == 404
    assert house.keeper.get("/inbox/..%2f..%2fetc/case.jsonl").status_code == 404


def test_the_pages_of_the_inbox_lead_through_all_there_is(house: House) -> None:
    ids = [house.blame(f"Nummer {number}.") for number in range(ENTRIES_A_PAGE + 3)]
    first = house.keeper.get("/inbox").text
    assert "Nummer 3." in first
    assert "Nummer 2." not in first
    older = f"/inbox?state=new&amp;before={ids[3]}"
    assert f'href="{older}"' in first
    second = house.keeper.get(older.replace("&amp;", "&")).text
    assert "Nummer 2." in second
    assert "Nummer 3." not in second
    assert 'href="/inbox?state=new"' in second
    house.store.withdraw(ids[3], "user:anna")
    assert "Nummer 22." in house.keeper.get(older.replace("&amp;", "&")).text
    back = house.keeper.post(f"/inbox/{ids[0]}/close?state=new&before={ids[4]}").headers["location"]
    assert back == f"/inbox?state=new&before={ids[4]}&notice=closed#notice"


def test_a_state_and_a_place_that_there_are_not_give_the_newest(house: House) -> None:
    house.blame("Den nyeste.")
    for query in ("state=x&before=y", "state=new&before=%22%3E%3Cscript%3E", "notice=%3Cscript%3E"):
        page = house.keeper.get(f"/inbox?{query}")
        assert page.status_code == 200
        assert "Den nyeste." in page.text


def test_a_case_is_a_file_that_becomes_a_draft(house: House) -> None:
    kept = house.blame("Den står i loven.")
    response = house.keeper.get(f"/inbox/{kept}/case.jsonl")
    assert response.headers["content-disposition"] == f'attachment; filename="feedback-{kept}.jsonl"'
    (line,) = response.text.splitlines()
    assert json.loads(line)["reason"] == REASON
    assert [draft.question for draft in suggest_from_feedback([line])] == [FIRST.question]


def test_all_sorted_feedback_is_one_file(house: House) -> None:
    assert house.keeper.get("/inbox/cases.jsonl").text == ""
    for number in range(3):
        house.store.sort(house.blame(f"Nummer {number}."), "program", "low")
    house.blame("Ikke sorteret.")
    assert '/inbox/cases.jsonl"' in house.keeper.get("/inbox?state=sorted").text
    lines = house.keeper.get("/inbox/cases.jsonl").text.splitlines()
    assert [json.loads(line)["comment"] for line in lines] == ["Nummer 2.", "Nummer 1.", "Nummer 0."]


@pytest.mark.parametrize(("language", "words"), [("da", "Afslut"), ("no", "Avslutt"), ("en", "Close")])
def test_the_inbox_comes_in_each_language(house: House, language: str, words: str) -> None:
    house.blame()
    page = house.keeper.get(f"/inbox?lang={language}").text
    assert f'<html lang="{language}">' in page
    assert f">{words}</button>" in page
