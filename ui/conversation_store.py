"""Conversations in a SQLite file of their own beside the library, each for the person whose it is."""

from __future__ import annotations

import re
import secrets
import sqlite3
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.privacy import redact, writable
from assistant.store_file import StoreFile, StoreKind
from ui.conversations import Conversation, Exchange
from ui.exchange_records import exchange_from_record, exchange_to_record, words_of, written_by_person

FILE_NAME = "conversations.sqlite"
MOST_NAME = 80
"""Characters of a name."""
MOST_SHOWN = 200
"""Conversations of one look at them."""
MOST_WORDS = 12
"""Words of a search that are looked for; those after them are left out."""

_ID = re.compile("[0-9a-f]{16}")
_WORD = re.compile(r"[^\W_]{1,60}")
_UNKNOWN = "no conversation has that id, or it is somebody else's"
_SCHEMA = """
CREATE TABLE conversations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX conversations_by_person ON conversations (person, changed_at);
CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation INTEGER NOT NULL REFERENCES conversations (number) ON DELETE CASCADE,
    id TEXT NOT NULL,
    record TEXT NOT NULL,             -- JSON
    UNIQUE (conversation, id)
);
CREATE VIRTUAL TABLE words USING fts5 (
    text,                             -- of a name, or of a question and its answer
    conversation UNINDEXED,
    tokenize = "unicode61 remove_diacritics 0"
);
"""


class ConversationError(Exception):
    """What goes wrong with the conversations that are kept; messages hold nothing of what was written in them."""


class UnknownConversation(ConversationError):
    """There is no conversation with that id, or it is somebody else's: which of the two, nobody is told."""


class NamelessConversation(ConversationError):
    """A conversation was to have a name without words."""


class ConversationsUnavailable(ConversationError):
    """The file cannot be opened, read or written, is damaged, not this program's, or of a newer program."""


_KIND = StoreKind("conversations", 0x41544356, 1, _SCHEMA, ConversationsUnavailable, busy_seconds=4.0)
"""Marked as "ATCV". An answer waits no longer than that for another process that is writing."""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation as a list shows it; `changed_at` is ISO 8601 in UTC."""

    id: str
    name: str
    changed_at: str


class ConversationStore:
    """The conversations of everyone. Each call opens the file anew, and what it has written holds when it returns.

    Every method raises `ConversationsUnavailable` where the file cannot be used, and the next one tries again.
    """

    def __init__(self, folder: Path) -> None:
        """Take the library's folder; the file is made, for its owner alone, when a conversation is first kept."""
        self._file = StoreFile(folder / FILE_NAME, _KIND)

    def save(self, person_id: str, conversation: Conversation) -> Conversation:
        """Keep what is finished of a conversation, and return it with its id and name.

        Exchanges that were kept before stay, though they have left the page. Personal numbers, addresses and phone
        numbers that the person wrote are hidden in what is kept, not in what is returned.

        Raises:
            UnknownConversation: it has an id, and has been deleted meanwhile or is somebody else's.
        """
        finished = [exchange for exchange in conversation.exchanges if exchange.answer is not None or exchange.failed]
        if not finished:
            return conversation
        own = written_by_person(conversation.exchanges)
        with self._file.writing() as connection:
            if conversation.id:
                number = _number_of(connection, person_id, conversation.id)
                _mark_changed(connection, number)
                kept = conversation
            else:
                kept = replace(conversation, id=secrets.token_hex(8), name=_shorten(finished[0].question))
                number = _insert(connection, person_id, kept)
            known = {row[0] for row in connection.execute("SELECT id FROM exchanges WHERE conversation = ?", (number,))}
            for exchange in finished:
                if exchange.id not in known:
                    _add_exchange(connection, number, exchange, own)
        return kept

    def recent(self, person_id: str, words: str = "", limit: int = 50) -> list[KeptConversation]:
        """Return a person's conversations, the one changed last first.

        Args:
            person_id: whose.
            words: only those whose name, questions and answers have every one of these words, or words that begin so.
            limit: how many at most, 1 to `MOST_SHOWN`.

        Raises:
            ValueError: the limit is out of range.
        """
        if not 1 <= limit <= MOST_SHOWN:
            raise ValueError(f"the limit must be 1 to {MOST_SHOWN}, it is {limit}")
        patterns = [f'"{word}"*' for word in _WORD.findall(_folded(words))[:MOST_WORDS]]
        if words.strip() and not patterns:
            return []
        having = " AND number IN (SELECT conversation FROM words WHERE words MATCH ?)" * len(patterns)
        with self._file.reading() as connection:
            rows = connection.execute(
                f"SELECT id, name, changed_at FROM conversations WHERE person = ?{having} "  # noqa: S608 - own names
                "ORDER BY changed_at DESC, number DESC LIMIT ?",
                (person_id, *patterns, limit),
            ).fetchall()
        return [KeptConversation(*row) for row in rows]

    def read(self, person_id: str, conversation_id: str) -> Conversation:
        """Return a person's conversation, with every exchange that was kept of it.

        Raises:
            UnknownConversation: there is none with that id, or it is somebody else's.
        """
        with self._file.reading() as connection:
            number = _number_of(connection, person_id, conversation_id)
            query = "SELECT name FROM conversations WHERE number = ?"
            (name,) = connection.execute(query, (number,)).fetchone()
            query = "SELECT record FROM exchanges WHERE conversation = ? ORDER BY number"
            records = [record for (record,) in connection.execute(query, (number,))]
        try:
            exchanges = tuple(exchange_from_record(record) for record in records)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConversationsUnavailable(
                f"a conversation in {self._file} is damaged: {type(error).__name__}"
            ) from error
        return Conversation(exchanges, id=conversation_id, name=name)

    def rename(self, person_id: str, conversation_id: str, name: str) -> str:
        """Give a conversation another name, and return it as it is kept: shortened, with what is personal hidden.

        Raises:
            NamelessConversation: the name has no words.
            UnknownConversation: there is none with that id, or it is somebody else's.
        """
        shortened = _shorten(name)
        if not shortened:
            raise NamelessConversation("a conversation must have a name")
        with self._file.writing() as connection:
            number = _number_of(connection, person_id, conversation_id)
            connection.execute("UPDATE conversations SET name = ? WHERE number = ?", (shortened, number))
            connection.execute("DELETE FROM words WHERE rowid = ?", (_row_of_name(number),))
            _add_words(connection, _row_of_name(number), shortened, number)
        return shortened

    def delete(self, person_id: str, conversation_id: str) -> None:
        """Delete a conversation; nothing of it is left in the file.

        Raises:
            UnknownConversation: there is none with that id, or it is somebody else's.
        """
        with self._file.writing() as connection:
            number = _number_of(connection, person_id, conversation_id)
            _delete(connection, [number])
        self._forget()

    def delete_all(self, person_id: str) -> int:
        """Delete all conversations of a person, and return how many there were."""
        with self._file.writing() as connection:
            query = "SELECT number FROM conversations WHERE person = ?"
            numbers = [number for (number,) in connection.execute(query, (person_id,))]
            _delete(connection, numbers)
        self._forget()
        return len(numbers)

    def _forget(self) -> None:
        """Empty the write-ahead log, which still has what was deleted; whoever reads just now keeps it a while."""
        with self._file.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _number_of(connection: sqlite3.Connection, person_id: str, conversation_id: str) -> int:
    query = "SELECT number FROM conversations WHERE id = ? AND person = ?"
    row = connection.execute(query, (conversation_id, person_id)).fetchone() if _ID.fullmatch(conversation_id) else None
    if row is None:
        raise UnknownConversation(_UNKNOWN)
    return int(row[0])


def _insert(connection: sqlite3.Connection, person_id: str, conversation: Conversation) -> int:
    number = connection.execute(
        "INSERT INTO conversations (id, person, name, changed_at) VALUES (?, ?, ?, ?) RETURNING number",
        (conversation.id, person_id, conversation.name, _now()),
    ).fetchone()[0]
    _add_words(connection, _row_of_name(number), conversation.name, number)
    return int(number)


def _mark_changed(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("UPDATE conversations SET changed_at = ? WHERE number = ?", (_now(), number))


def _add_exchange(connection: sqlite3.Connection, number: int, exchange: Exchange, own: str) -> None:
    record = exchange_to_record(exchange, own)
    added = connection.execute(
        "INSERT INTO exchanges (conversation, id, record) VALUES (?, ?, ?) RETURNING number",
        (number, exchange.id, record),
    ).fetchone()[0]
    _add_words(connection, _row_of_exchange(added), words_of(record), number)


def _add_words(connection: sqlite3.Connection, row: int, text: str, number: int) -> None:
    connection.execute("INSERT INTO words (rowid, text, conversation) VALUES (?, ?, ?)", (row, _folded(text), number))


def _row_of_name(conversation: int) -> int:
    """Return the row of the words of a conversation's name: odd, so that a row is found without searching for it."""
    return 2 * conversation + 1


def _row_of_exchange(exchange: int) -> int:
    return 2 * exchange


def _delete(connection: sqlite3.Connection, numbers: list[int]) -> None:
    for number in numbers:
        query = "SELECT number FROM exchanges WHERE conversation = ?"
        exchanges = [exchange for (exchange,) in connection.execute(query, (number,))]
        rows = [(row,) for row in (_row_of_name(number), *map(_row_of_exchange, exchanges))]
        connection.executemany("DELETE FROM words WHERE rowid = ?", rows)
        connection.execute("DELETE FROM conversations WHERE number = ?", (number,))
    if numbers:
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")  # the index only marks words as deleted


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", writable(text))


def _shorten(text: str) -> str:
    """Return a text as a name: on one line, of `MOST_NAME` characters at most, with what is personal hidden."""
    line = " ".join(redact(writable(text)).split())
    return line if len(line) <= MOST_NAME else f"{line[: MOST_NAME - 1].rstrip()}…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
