"""Feedback in a SQLite file of its own beside the library: any number of threads and processes may use it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import FeedbackUnavailable, InvalidFeedback, UnknownFeedback
from assistant.feedback import (
    CAUSES,
    IMPORTANCES,
    REASONS,
    STATES,
    VERDICTS,
    Cause,
    Feedback,
    Importance,
    Kept,
    Reason,
    State,
    Verdict,
    check_verdict,
    prepare_feedback,
    prepare_remark,
    require_one_of,
)
from assistant.messages import Turn
from assistant.store_file import StoreFile, StoreKind
from assistant.versions import program_version

FILE_NAME = "feedback.sqlite3"
MOST_ENTRIES = 200
"""Of one look into the inbox."""

_ID = re.compile("[0-9a-f]{16}")
_UNKNOWN = "no feedback has that id, or it is somebody else's"
_SCHEMA = """
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    author BLOB NOT NULL,             -- a hash that tells who may change it and nothing else
    recorded_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    program TEXT NOT NULL,
    model TEXT NOT NULL,
    question TEXT NOT NULL,
    language TEXT NOT NULL,
    history TEXT NOT NULL,            -- JSON
    answer TEXT NOT NULL,             -- JSON
    verdict TEXT NOT NULL,
    reason TEXT,
    comment TEXT NOT NULL,
    state TEXT NOT NULL,
    cause TEXT,
    importance TEXT,
    note TEXT NOT NULL,
    CHECK (verdict IN ('up', 'down') AND (verdict = 'down') = (reason IS NOT NULL)),
    CHECK (state IN ('new', 'sorted', 'closed') AND (state != 'sorted' OR cause IS NOT NULL))
);
CREATE INDEX feedback_by_state ON feedback (state, number);
"""
_KIND = StoreKind("feedback", 0x41544646, 1, _SCHEMA, FeedbackUnavailable)
"""Marked as "ATFF"."""
_COLUMNS = (
    "id, recorded_at, changed_at, program, model, question, language, history, answer, verdict, reason, comment, "
    "state, cause, importance, note"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much feedback is kept, of each kind there is; what is withdrawn is counted no more."""

    verdicts: dict[Verdict, int]
    reasons: dict[Reason, int]
    states: dict[State, int]
    causes: dict[Cause, int]


class FeedbackStore:
    """What people say of answers. Each call opens the file anew, and what it has written holds when it returns."""

    def __init__(self, folder: Path) -> None:
        """Open the file in the library's folder, and make both where they are missing.

        Raises:
            FeedbackUnavailable: no rights, no such file, damaged, not this program's, or of a newer program.
        """
        self._path = folder / FILE_NAME
        self._file = StoreFile(self._path, _KIND)
        with self._file.connection():
            pass

    def record(self, feedback: Feedback, author: str) -> str:
        """Keep feedback and return its id.

        Args:
            feedback: what was said; personal numbers and addresses in it are hidden before it is kept.
            author: a secret of the person's session, which alone can change what was said; only a hash of it is kept,
                another for each feedback, so that nobody can tell which of them one person gave.

        Raises:
            InvalidFeedback: a value is not what feedback can be.
            FeedbackUnavailable: it could not be kept.
        """
        prepared, answer = prepare_feedback(feedback)
        feedback_id = secrets.token_hex(8)
        values = {
            "id": feedback_id,
            "author": _sign(feedback_id, author),
            "recorded_at": _now(),
            "changed_at": "",
            "program": program_version(),
            "model": "" if answer is None else answer["model"],
            "question": prepared.question,
            "language": prepared.language,
            "history": _to_json([[turn.question, turn.answer] for turn in prepared.history]),
            "answer": _to_json(answer),
            "verdict": prepared.verdict,
            "reason": prepared.reason,
            "comment": prepared.comment,
            "state": "new",
            "note": "",
        }
        names = ", ".join(values)
        blanks = ", ".join(f":{name}" for name in values)
        with self._file.writing() as connection:
            connection.execute(f"INSERT INTO feedback ({names}) VALUES ({blanks})", values)  # noqa: S608 - own names
        return feedback_id

    def change(
        self, feedback_id: str, author: str, verdict: Verdict, reason: Reason | None = None, comment: str = ""
    ) -> None:
        """Put another verdict in the place of the person's own; it is new again, whoever had sorted it.

        Raises:
            InvalidFeedback: a value is not what feedback can be.
            UnknownFeedback: there is none with that id, or the author is another.
            FeedbackUnavailable: it could not be kept.
        """
        check_verdict(verdict, reason)
        kept = prepare_remark("comment", comment)
        with self._file.writing() as connection:
            _require_author(connection, feedback_id, author)
            connection.execute(
                "UPDATE feedback SET verdict = ?, reason = ?, comment = ?, changed_at = ?, state = 'new', "
                "cause = NULL, importance = NULL WHERE id = ?",
                (verdict, reason, kept, _now(), feedback_id),
            )

    def withdraw(self, feedback_id: str, author: str) -> None:
        """Delete the person's own feedback; nothing of it is left in the file.

        Raises:
            UnknownFeedback: there is none with that id, or the author is another.
            FeedbackUnavailable: it could not be deleted.
        """
        with self._file.writing() as connection:
            _require_author(connection, feedback_id, author)
            connection.execute("DELETE FROM feedback WHERE id = ?", (feedback_id,))

    def read(self, feedback_id: str) -> Kept:
        """Return feedback by its id.

        Raises:
            UnknownFeedback: there is none with that id.
            FeedbackUnavailable: the file cannot be read.
        """
        with self._file.connection() as connection:
            number = _number_of(connection, feedback_id)
            query = f"SELECT {_COLUMNS} FROM feedback WHERE number = ?"  # noqa: S608 - own names
            row = connection.execute(query, (number,)).fetchone()
        if row is None:  # withdrawn in between
            raise UnknownFeedback(_UNKNOWN)
        return self._kept(row)

    def read_own(self, feedback_id: str, author: str) -> Kept:
        """Return the person's own feedback.

        Raises:
            UnknownFeedback: there is none with that id, or the author is another.
            FeedbackUnavailable: the file cannot be read.
        """
        with self._file.connection() as connection:
            _require_author(connection, feedback_id, author)
        return self.read(feedback_id)

    def inbox(self, state: State | None = "new", limit: int = 50, before: str = "") -> list[Kept]:
        """Return feedback in a state, the newest first; None takes every state.

        Args:
            state: what has been done about it.
            limit: how many at most, 1 to `MOST_ENTRIES`.
            before: the id of the last one seen, to go on from there; "" begins at the newest.

        Raises:
            InvalidFeedback: there is no such state, or the limit is out of range.
            UnknownFeedback: what was last seen is gone.
            FeedbackUnavailable: the file cannot be read.
        """
        if state is not None:
            require_one_of("state", state, STATES)
        if not 1 <= limit <= MOST_ENTRIES:
            raise InvalidFeedback(f"the limit of the inbox must be 1 to {MOST_ENTRIES}, it is {limit}")
        with self._file.connection() as connection:
            last = _number_of(connection, before) if before else None
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM feedback WHERE (:state IS NULL OR state = :state) "  # noqa: S608 - own names
                "AND (:last IS NULL OR number < :last) ORDER BY number DESC LIMIT :limit",
                {"state": state, "last": last, "limit": limit},
            ).fetchall()
        return [self._kept(row) for row in rows]

    def sort(self, feedback_id: str, cause: Cause, importance: Importance, note: str = "") -> None:
        """Say where the fault lies and how important it is; what was closed is open again.

        Raises:
            InvalidFeedback: a value is none of those there are, or the note is too long.
            UnknownFeedback: there is none with that id.
            FeedbackUnavailable: it could not be kept.
        """
        require_one_of("cause", cause, CAUSES)
        require_one_of("importance", importance, IMPORTANCES)
        kept = prepare_remark("note", note)
        with self._file.writing() as connection:
            _number_of(connection, feedback_id)
            connection.execute(
                "UPDATE feedback SET state = 'sorted', cause = ?, importance = ?, note = ? WHERE id = ?",
                (cause, importance, kept, feedback_id),
            )

    def close(self, feedback_id: str) -> None:
        """Take feedback out of what is still to be done.

        Raises:
            UnknownFeedback: there is none with that id.
            FeedbackUnavailable: it could not be kept.
        """
        with self._file.writing() as connection:
            _number_of(connection, feedback_id)
            connection.execute("UPDATE feedback SET state = 'closed' WHERE id = ?", (feedback_id,))

    def counts(self) -> Counts:
        """Return how much feedback there is of each kind; a kind that there is none of has 0.

        Raises:
            FeedbackUnavailable: the file cannot be read.
        """
        with self._file.connection() as connection:
            connection.execute("BEGIN")
            return Counts(
                dict.fromkeys(VERDICTS, 0) | _count(connection, "verdict"),
                dict.fromkeys(REASONS, 0) | _count(connection, "reason"),
                dict.fromkeys(STATES, 0) | _count(connection, "state"),
                dict.fromkeys(CAUSES, 0) | _count(connection, "cause"),
            )

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        values = dict(zip(_COLUMNS.split(", "), row, strict=True))
        try:
            history = tuple(Turn(question, answer) for question, answer in json.loads(values["history"]))
            return Kept(**{**values, "history": history, "answer": json.loads(values["answer"])})
        except (ValueError, TypeError) as error:
            raise FeedbackUnavailable(f"feedback {values['id']} in {self._path} is damaged: {error}") from error


def _require_author(connection: sqlite3.Connection, feedback_id: str, author: str) -> None:
    kept = _find(connection, "author", feedback_id)
    if not hmac.compare_digest(kept, _sign(feedback_id, author)):
        raise UnknownFeedback(_UNKNOWN)


def _number_of(connection: sqlite3.Connection, feedback_id: str) -> int:
    return int(_find(connection, "number", feedback_id))


def _find(connection: sqlite3.Connection, column: str, feedback_id: str) -> Any:
    query = f"SELECT {column} FROM feedback WHERE id = ?"  # noqa: S608 - own names
    row = connection.execute(query, (feedback_id,)).fetchone() if _ID.fullmatch(feedback_id) else None
    if row is None:
        raise UnknownFeedback(_UNKNOWN)
    return row[0]


def _count(connection: sqlite3.Connection, column: str) -> dict[Any, int]:
    query = f"SELECT {column}, count(*) FROM feedback WHERE {column} IS NOT NULL GROUP BY {column}"  # noqa: S608
    return {value: int(count) for value, count in connection.execute(query)}


def _sign(feedback_id: str, author: str) -> bytes:
    if not author:
        raise InvalidFeedback("the author of feedback is empty: give a secret of the person's session")
    return hashlib.sha256(f"{feedback_id}\0{author}".encode(errors="surrogatepass")).digest()


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
