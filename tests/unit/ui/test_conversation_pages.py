"""The routes under `/conversations`, over HTTP: each person reaches their own, and what fails is one line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient
from test_conversation_store import converse

from corpus.documents import Document
from corpus.errors import LibraryUnavailable, UnknownDocument
from indexing.hits import Filters, Hit
from ui.conversation_store import FILE_NAME, ConversationStore
from ui.conversations import Conversation
from ui.parts import Parts
from ui.people.middleware import PeopleMiddleware
from ui.people.roles import Person
from ui.site.conversations import build_router

HEADER = "x-person"
HOSTILE = '<img src=x onerror="x()"> ${1} {{x}}'
NOT_FOUND = "Samtalen blev ikke fundet. Den er måske slettet, eller den tilhører en anden."


@dataclass
class Shelf:
    """A library without documents, which may break down."""

    broken: bool = False

    def generation(self) -> int:
        return 1

    def documents(self) -> list:
        return []

    def read(self, document_id: str) -> Document:
        if self.broken:
            raise LibraryUnavailable("the library is damaged")
        raise UnknownDocument(document_id)


class Nothing:
    """Neither finds nor answers: the routes need no question."""

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        return []

    def events(self, question: str, history: Sequence = (), language=None, filters: Filters = Filters()):
        return iter(())


def identify(request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
    return Person(request.headers.get(HEADER, "anna"), "", "reader"), ()


@dataclass(frozen=True)
class Pages:
    client: TestClient
    store: ConversationStore
    shelf: Shelf
    folder: Path

    def get(self, path: str, person: str = "anna", **options):
        return self.client.get(f"/conversations{path}", headers={HEADER: person}, **options)


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    store, shelf = ConversationStore(tmp_path), Shelf()
    app = FastAPI(openapi_url=None)
    app.include_router(build_router(Parts(Nothing(), shelf, Nothing(), store)))
    app.add_middleware(PeopleMiddleware, identify=identify)
    return Pages(TestClient(app, base_url="http://127.0.0.1"), store, shelf, tmp_path)


@pytest.fixture
def kept(pages: Pages) -> Conversation:
    return pages.store.save("anna", converse("Hvornår lukkes porten?", "Og broen?"))


def test_the_list_shows_the_persons_own_in_the_language_of_the_page(pages: Pages, kept: Conversation):
    listed = pages.get("", params={"lang": "en"})
    assert listed.status_code == 200
    assert "Hvornår lukkes porten?" in listed.text
    assert "Rename the conversation Hvornår lukkes porten?" in listed.text
    assert listed.headers["cache-control"] == "no-store"
    assert "Du har ingen gemte samtaler." in pages.get("", "bo").text


@pytest.mark.parametrize(("words", "count"), [("broen", 1), ("tunnel", 0), ('"', 0), ("x" * 5000, 0), ("", 1)])
def test_a_search_finds_what_has_the_words(pages: Pages, kept: Conversation, words: str, count: int):
    found = pages.get("", params={"words": words})
    assert found.status_code == 200
    assert found.text.count("<li") == count


def test_a_name_is_shown_and_does_nothing(pages: Pages):
    pages.store.save("anna", converse(HOSTILE))
    listed = pages.get("").text
    assert "<img" not in listed
    assert "${" not in listed
    assert "&lt;img src=x onerror=&quot;x()&quot;&gt;" in listed


def test_a_long_list_says_that_there_are_more(pages: Pages):
    for number in range(52):
        pages.store.save("anna", converse(f"Nummer {number}?"))
    listed = pages.get("").text
    assert listed.count("<li") == 50
    assert "De 50 nyeste vises." in listed


def test_a_conversation_is_renamed(pages: Pages, kept: Conversation):
    renamed = pages.client.patch(f"/conversations/{kept.id}", data={"name": "Om porten"})
    assert renamed.status_code == 204
    assert pages.store.read("anna", kept.id).name == "Om porten"


@pytest.mark.parametrize(
    "sent", [{"data": {"name": "  "}}, {"json": {"name": "x"}}, {"data": {"name": "x" * 9000}}, {}]
)
def test_a_name_without_words_or_in_no_form_is_refused(pages: Pages, kept: Conversation, sent: dict):
    refused = pages.client.patch(f"/conversations/{kept.id}", **sent)
    assert (refused.status_code, refused.text) == (422, "Samtalen skal have et navn.")


def test_a_conversation_is_deleted_and_then_all_are(pages: Pages, kept: Conversation):
    pages.store.save("anna", converse("Tre?"))
    assert pages.client.delete(f"/conversations/{kept.id}").status_code == 204
    assert [left.name for left in pages.store.recent("anna")] == ["Tre?"]
    assert pages.client.delete("/conversations").status_code == 204
    assert pages.store.recent("anna") == []


def test_another_person_gets_the_same_as_for_a_conversation_that_is_not_there(pages: Pages, kept: Conversation):
    exchange = kept.exchanges[0].id
    for conversation in (kept.id, "0" * 16, "..", "%00"):
        for path in (f"/{conversation}.docx", f"/{conversation}/answers/{exchange}.docx"):
            refused = pages.get(path, "bo")
            assert refused.status_code == 404
    for method in ("PATCH", "DELETE"):
        refused = pages.client.request(
            method, f"/conversations/{kept.id}", headers={HEADER: "bo"}, data={"name": "Min"}
        )
        assert (refused.status_code, refused.text) == (404, NOT_FOUND)
    assert NOT_FOUND in pages.get(f"/{kept.id}.docx", "bo").text
    assert pages.store.read("anna", kept.id) == kept


def test_a_conversation_is_a_file_for_word(pages: Pages, kept: Conversation):
    file = pages.get(f"/{kept.id}.docx", params={"lang": "en"})
    assert file.headers["content-disposition"] == (
        "attachment; filename=\"ATMP.docx\"; filename*=UTF-8''Hvorn%C3%A5r%20lukkes%20porten.docx"
    )
    assert file.headers["cache-control"] == "no-store"
    words = [part.text for part in docx.Document(io.BytesIO(file.content)).paragraphs]
    assert {"Hvornår lukkes porten?", "Og broen?", "Sources"} <= set(words)


def test_one_answer_is_a_file_for_word(pages: Pages, kept: Conversation):
    file = pages.get(f"/{kept.id}/answers/{kept.exchanges[1].id}.docx")
    words = [part.text for part in docx.Document(io.BytesIO(file.content)).paragraphs]
    assert "Og broen?" in words
    assert "Hvornår lukkes porten?" not in words
    assert "Kilder" in words


@pytest.mark.parametrize(
    "name", ['../../x"\r\nSet-Cookie: a=b', "a/b\\c:d*e?f<g>h|i", "...", "\u202egnp.exe", "æ" * 300]
)
def test_whatever_was_asked_the_file_has_a_name_that_every_system_can_keep(pages: Pages, name: str):
    conversation = pages.store.save("anna", converse(name))
    sent = pages.get(f"/{conversation.id}.docx").headers
    disposition = sent["content-disposition"]
    assert "set-cookie" not in sent
    assert disposition.isascii()
    assert not any(sign in disposition.partition("UTF-8''")[2] for sign in '"\\/:*?<>|\r\n')
    assert "%2F" not in disposition
    assert "%E2%80%AE" not in disposition


def test_an_answer_that_is_not_there_or_failed_is_said(pages: Pages, kept: Conversation):
    failed = pages.store.save("anna", kept.ask("Hvad så?").fail())
    for exchange in ("nothing", failed.exchanges[-1].id):
        refused = pages.get(f"/{kept.id}/answers/{exchange}.docx")
        assert refused.status_code == 404
        assert "Svaret blev ikke fundet." in refused.text
    assert pages.get(f"/{kept.id}.docx").status_code == 200


def test_a_file_that_cannot_be_read_is_one_line_and_the_log_says_why(pages: Pages, kept: Conversation, caplog):
    (pages.folder / FILE_NAME).write_bytes(b"no database" * 1000)
    listed = pages.get("")
    assert (listed.status_code, listed.text) == (503, "Dine samtaler kan ikke nås lige nu. Prøv igen om lidt.")
    assert "conversations cannot be reached" in caplog.text
    assert "Dine samtaler kan ikke nås lige nu." in pages.get(f"/{kept.id}.docx").text


def test_a_library_that_cannot_be_read_costs_the_file_and_is_said(pages: Pages, kept: Conversation):
    pages.shelf.broken = True
    refused = pages.get(f"/{kept.id}.docx")
    assert refused.status_code == 503
    assert "Filen kunne ikke laves." in refused.text


def test_a_change_that_another_site_sends_is_refused(pages: Pages, kept: Conversation):
    refused = pages.client.delete("/conversations", headers={"origin": "https://example.org"})
    assert refused.status_code == 403
    assert len(pages.store.recent("anna")) == 1
