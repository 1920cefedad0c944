"""Conversations that are kept: in a real SQLite file, each for the person whose it is."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.messages import Answer, AnswerSentence, Citation, Considered, Timings, Usage
from ui.conversation_store import (
    FILE_NAME,
    MOST_NAME,
    ConversationStore,
    ConversationsUnavailable,
    NamelessConversation,
    UnknownConversation,
)
from ui.conversations import Conversation
from ui.filters import NamedDocument, Scope

ANNA, BO = "visitor:anna", "visitor:bo"


def build_answer(question: str, text: str = "Porten lukkes klokken ti.") -> Answer:
    return Answer(
        id="a",
        question=question,
        language="da",
        outcome="answered",
        text=f"{text} [1]",
        confidence=0.123456,
        sentences=(AnswerSentence(text, (1,), True),),
        citations=(
            Citation(1, "port.md", "d1", "Porten", 1, "Tider", text, 3, 3 + len(text), "da", "2030-01", "It closes."),
        ),
        considered=(Considered("mur.md", "d2", "Muren", 2, "Højde", 5, 9, 0.987654),),
        warnings=("Kilden er gammel.",),
        model="lille-model",
        timings=Timings(1.23456, 2.0, 3.0),
        removed=2,
        usage=Usage(1, 20, 30, 0.5),
    )


def converse(*questions: str, text: str = "Porten lukkes klokken ti.") -> Conversation:
    conversation = Conversation()
    for question in questions:
        conversation = conversation.ask(question).settle(build_answer(question, text), frozenset({"d1"}))
    return conversation


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


def test_a_conversation_comes_back_whole(store: ConversationStore):
    scope = Scope(documents=(NamedDocument("d1", "Porten", "da", "2030"),), kinds=("guide",), first_year="2029")
    asked = converse("Hvornår lukkes porten?").ask("Og om søndagen?", scope).settle(build_answer("Og om søndagen?"))
    failed = asked.ask("Hvad så?").fail()
    kept = store.save(ANNA, failed)
    assert kept.exchanges == failed.exchanges
    assert kept.name == "Hvornår lukkes porten?"
    assert store.read(ANNA, kept.id) == kept


def test_each_exchange_has_an_id_that_finds_it():
    conversation = converse("Et?", "To?").ask("Tre?", exchange_id="abc")
    ids = [exchange.id for exchange in conversation.exchanges]
    assert len(set(ids)) == 3
    assert [conversation.position_of(name) for name in (*ids, "", None, "andet")] == [0, 1, 2, None, None, None]
    assert ids[2] == "abc"


def test_a_question_that_waits_is_not_kept(store: ConversationStore):
    waiting = converse("Hvornår lukkes porten?").ask("Og bagefter?")
    kept = store.save(ANNA, waiting)
    assert len(kept.exchanges) == 2
    assert [exchange.question for exchange in store.read(ANNA, kept.id).exchanges] == ["Hvornår lukkes porten?"]
    assert store.save(ANNA, Conversation().ask("Kun et spørgsmål")).id == ""
    assert len(store.recent(ANNA)) == 1


def test_what_is_added_joins_what_was_kept_even_where_it_has_left_the_page(store: ConversationStore):
    kept = store.save(ANNA, converse("Et?", "To?"))
    shorter = replace(kept, exchanges=kept.exchanges[1:]).ask("Tre?").settle(build_answer("Tre?"))
    store.save(ANNA, shorter)
    assert [exchange.question for exchange in store.read(ANNA, kept.id).exchanges] == ["Et?", "To?", "Tre?"]


def test_the_newest_comes_first_and_a_limit_holds(store: ConversationStore):
    first = store.save(ANNA, converse("Et?"))
    store.save(ANNA, converse("To?"))
    assert [kept.name for kept in store.recent(ANNA)] == ["To?", "Et?"]
    store.save(ANNA, first.ask("Mere?").settle(build_answer("Mere?")))
    assert [kept.name for kept in store.recent(ANNA, limit=1)] == ["Et?"]
    with pytest.raises(ValueError, match="limit"):
        store.recent(ANNA, limit=0)


def test_nobody_reaches_the_conversation_of_another(store: ConversationStore):
    kept = store.save(ANNA, converse("Hvornår lukkes porten?"))
    assert store.recent(BO) == []
    assert store.recent(BO, "porten") == []
    for name in (kept.id, "0" * 16, "", "' OR 1=1 --", "\ud800"):
        for reach in (
            lambda name=name: store.read(BO, name),
            lambda name=name: store.rename(BO, name, "Min"),
            lambda name=name: store.delete(BO, name),
            lambda name=name: store.save(BO, replace(kept, id=name or "x")),
        ):
            with pytest.raises(UnknownConversation, match="no conversation has that id, or it is somebody else's"):
                reach()
    assert store.delete_all(BO) == 0
    assert store.read(ANNA, kept.id) == kept


def test_names_questions_and_answers_are_searched_by_the_beginnings_of_words(store: ConversationStore):
    store.save(ANNA, converse("Hvornår lukkes porten?"))
    other = store.save(ANNA, converse("Hvem passer broen?", text="Fyrmesteren passer den."))
    store.rename(ANNA, other.id, "Om færger")
    for words, names in {
        "PORT": ["Hvornår lukkes porten?"],
        "fyrmester": ["Om færger"],
        "broen fyr": ["Om færger"],
        "færg": ["Om færger"],
        "porten broen": [],
        "farger": [],
        "hvem": ["Om færger"],
        "  ": ["Om færger", "Hvornår lukkes porten?"],
        "?!": [],
    }.items():
        assert [kept.name for kept in store.recent(ANNA, words)] == names, words


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "port* OR *",
        "text:porten",
        "NEAR(porten lukkes)",
        "porten -",
        "' OR 1=1 --",
        "\x00",
        "\ud800",
        "²",
        "a" * 9999,
    ],
)
def test_a_search_is_only_ever_words(store: ConversationStore, words: str):
    store.save(BO, converse("Hvornår lukkes porten?"))
    store.save(ANNA, converse("Hvad ellers?", text="Intet."))
    assert [kept.name for kept in store.recent(ANNA, words)] == []


def test_what_is_personal_is_hidden_before_it_is_written(store: ConversationStore, tmp_path: Path):
    own = "Jeg er 010190-1234, anna@eksempel.dk, tlf. 12 34 56 78. Hvornår lukkes porten?"
    text = "Ring til anna@eksempel.dk eller vagt@port.dk."
    kept = store.save(ANNA, converse(own, text=text))
    store.rename(ANNA, kept.id, "Porten, skriv til anna@eksempel.dk")
    assert kept.exchanges[0].question == own
    exchange = store.read(ANNA, kept.id).exchanges[0]
    assert exchange.answer is not None
    assert "vagt@port.dk" not in exchange.answer.text  # it stands in one text with the person's own
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for personal in (b"010190-1234", b"anna@eksempel.dk", b"12 34 56 78"):
        assert personal not in written
    assert "Hvornår lukkes porten?" in exchange.question


def test_an_answer_keeps_the_addresses_that_its_documents_have(store: ConversationStore):
    kept = store.save(ANNA, converse("Hvem skriver jeg til?", text="Skriv til vagt@port.dk."))
    answer = store.read(ANNA, kept.id).exchanges[0].answer
    assert answer is not None
    assert answer.citations[0].quote == "Skriv til vagt@port.dk."


def test_a_long_first_question_is_a_short_name(store: ConversationStore):
    name = store.save(ANNA, converse("Hvornår\n lukkes " + "porten " * 40)).name
    assert len(name) <= MOST_NAME
    assert name.startswith("Hvornår lukkes porten")
    assert name.endswith("…")


def test_a_name_that_was_given_stays_and_must_have_words(store: ConversationStore):
    kept = store.save(ANNA, converse("Et?"))
    assert store.rename(ANNA, kept.id, "  Om\nporten  ") == "Om porten"
    store.save(ANNA, kept.ask("To?").settle(build_answer("To?")))
    assert store.recent(ANNA)[0].name == "Om porten"
    with pytest.raises(NamelessConversation, match="must have a name"):
        store.rename(ANNA, kept.id, " \n ")


def test_nothing_of_what_is_deleted_is_left_in_the_file(store: ConversationStore, tmp_path: Path):
    kept = store.save(ANNA, converse("Hvornår lukkes zebraporten?"))
    other = store.save(ANNA, converse("Hvem passer broen?"))
    store.delete(ANNA, kept.id)
    assert b"zebraporten" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [left.id for left in store.recent(ANNA)] == [other.id]
    with pytest.raises(UnknownConversation):
        store.save(ANNA, kept.ask("Mere?").settle(build_answer("Mere?")))


def test_all_conversations_of_one_person_are_deleted_and_nobody_elses(store: ConversationStore):
    for question in ("Et?", "To?"):
        store.save(ANNA, converse(question))
    store.save(BO, converse("Tre?"))
    assert store.delete_all(ANNA) == 2
    assert store.recent(ANNA) == []
    assert store.recent(ANNA, "et") == []
    assert len(store.recent(BO, "tre")) == 1


def test_the_file_is_for_its_owner_alone(store: ConversationStore, tmp_path: Path):
    store.save(ANNA, converse("Et?"))
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_a_damaged_file_is_said_and_a_mended_one_is_used_again(store: ConversationStore, tmp_path: Path):
    file = tmp_path / FILE_NAME
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(ConversationsUnavailable, match="cannot be used"):
        store.save(ANNA, converse("Et?"))
    file.unlink()
    assert store.save(ANNA, converse("Et?")).id


@pytest.mark.parametrize(
    ("pragma", "said"), [("user_version = 99", "has schema 99"), ("application_id = 7", "holds no conversations")]
)
def test_a_file_of_a_newer_or_another_program_is_left_alone(store, tmp_path: Path, pragma: str, said: str):
    store.save(ANNA, converse("Et?"))
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute(f"PRAGMA {pragma}")
    connection.close()
    for use in (lambda: store.recent(ANNA), lambda: store.save(ANNA, converse("To?"))):
        with pytest.raises(ConversationsUnavailable, match=said):
            use()


def test_a_damaged_record_costs_one_conversation_alone(store: ConversationStore, tmp_path: Path):
    kept, other = store.save(ANNA, converse("Et?")), store.save(ANNA, converse("To?"))
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE exchanges SET record = '{\"question\": 1}' WHERE number = 1")
    connection.close()
    with pytest.raises(ConversationsUnavailable, match="is damaged"):
        store.read(ANNA, kept.id)
    assert store.read(ANNA, other.id).name == "To?"


def test_many_write_at_once_and_nothing_is_lost(tmp_path: Path):
    def keep(number: int) -> str:
        return ConversationStore(tmp_path).save(f"person{number % 2}", converse(f"Nummer {number}?")).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(keep, range(16)))
    store = ConversationStore(tmp_path)
    assert {kept.id for person in ("person0", "person1") for kept in store.recent(person)} == set(ids)
