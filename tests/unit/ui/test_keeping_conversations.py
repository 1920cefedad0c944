"""Keeping and opening conversations on Ask: what fails there is a line, and never costs the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.messages import Answer, Timings
from ui.conversation_store import FILE_NAME, ConversationStore
from ui.conversations import MAX_EXCHANGES, Conversation
from ui.pages.conversations import Keeper
from ui.texts import load_texts

TEXTS = load_texts("da")
QUESTION = "Hvornår lukkes porten?"


def converse(count: int) -> Conversation:
    conversation = Conversation()
    for number in range(count):
        answer = Answer("a", QUESTION, "da", "no_evidence", "Nej.", 0.1, (), (), (), (), "m", Timings(1, 1, 2))
        conversation = conversation.ask(QUESTION, exchange_id=f"e{number}").settle(answer)
    return conversation


def test_what_is_kept_can_be_opened(tmp_path: Path):
    keeper = Keeper(ConversationStore(tmp_path), "anna")
    kept, note = keeper.keep(converse(2), TEXTS)
    assert (kept.name, note) == (QUESTION, "")
    assert keeper.open(kept.id, TEXTS) == (kept, "")


@pytest.mark.parametrize("wanted", ["0" * 16, "", None, 7, ["x"], "x" * 9999])
def test_what_is_not_there_is_not_found(tmp_path: Path, wanted: object):
    found, note = Keeper(ConversationStore(tmp_path), "anna").open(wanted, TEXTS)
    assert found is None
    assert note == TEXTS.conversations.not_found


def test_a_file_that_cannot_be_used_costs_no_answer_and_the_log_says_why(tmp_path: Path, caplog):
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    keeper, conversation = Keeper(ConversationStore(tmp_path), "anna"), converse(1)
    assert keeper.keep(conversation, TEXTS) == (conversation, TEXTS.conversations.not_kept)
    assert keeper.open("0" * 16, TEXTS) == (None, TEXTS.conversations.unavailable)
    assert "a conversation is not kept: conversations in" in caplog.text
    assert QUESTION not in caplog.text


def test_a_conversation_that_was_deleted_meanwhile_is_not_kept_again(tmp_path: Path):
    store = ConversationStore(tmp_path)
    kept, _ = Keeper(store, "anna").keep(converse(1), TEXTS)
    store.delete("anna", kept.id)
    again, note = Keeper(store, "anna").keep(kept, TEXTS)
    assert (again, note) == (kept, TEXTS.conversations.not_kept)
    assert store.recent("anna") == []


def test_a_page_opens_the_newest_of_a_long_conversation(tmp_path: Path):
    store = ConversationStore(tmp_path)
    kept, _ = Keeper(store, "anna").keep(converse(3), TEXTS)
    for number in range(3, MAX_EXCHANGES + 3):
        asked = kept.ask(QUESTION, exchange_id=f"e{number}").fail()
        kept, _ = Keeper(store, "anna").keep(asked, TEXTS)
    opened, _ = Keeper(store, "anna").open(kept.id, TEXTS)
    assert opened == kept
    assert len(kept.exchanges) == MAX_EXCHANGES
    assert len(store.read("anna", kept.id).exchanges) == MAX_EXCHANGES + 3
