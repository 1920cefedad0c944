"""Who is signed in, and how often somebody has failed to be: a SQLite file in the library's folder.

Any number of processes may use it. A session's token is with its browser alone; the file has the hash.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.store_file import StoreFile, StoreKind
from ui.errors import CommandError

FILE_NAME = "sessions.sqlite"
TOKEN_BYTES = 32
IDLE_SECONDS = 12 * 3600.0
"""A session that is not used for so long is over."""
LONGEST_SECONDS = 30 * 24 * 3600.0
"""A session is over so long after it began, however much it is used."""
TOUCH_SECONDS = 60.0
"""How exactly it is known when a session was used last: each writing costs."""
FORGET_SECONDS = 24 * 3600.0
"""Failures are counted until there has been none for so long."""

_SCHEMA = """
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    began_at REAL NOT NULL,
    used_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE failures (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    failed_at REAL NOT NULL
) WITHOUT ROWID
"""


class SessionsUnavailable(CommandError):
    """The file of sessions cannot be opened, read or written."""


_KIND = StoreKind("sessions", 0x41545353, 1, _SCHEMA, SessionsUnavailable)
"""Marked as "ATSS"."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in: their name, and the `User.fingerprint` that they signed in under."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures of a kind are free, and how long the wait may become after that: it begins at a second."""

    free: int
    longest_seconds: float

    def wait_after(self, count: int) -> float:
        """Return how many seconds have to pass after so many failures.

        >>> [Limit(5, 900).wait_after(count) for count in (4, 5, 6, 7, 99)]
        [0.0, 1.0, 2.0, 4.0, 900.0]
        """
        return 0.0 if count < self.free else min(self.longest_seconds, 2.0 ** min(count - self.free, 30))


class Sessions:
    """The sessions and failures in a file. Safe for threads and processes."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Open the file in a folder, and make both where they are missing.

        Args:
            folder: of the library.
            clock: seconds since 1970.

        Raises:
            SessionsUnavailable: the file cannot be opened or made, or is of another program.
        """
        self._file = StoreFile(folder / FILE_NAME, _KIND)
        self._clock = clock
        with self._file.connection():
            pass

    def begin(self, session: Session) -> str:
        """Begin a session and return the token that its browser keeps; sessions that are over are forgotten."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        with self._file.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE used_at < ? OR began_at < ?", (now - IDLE_SECONDS, now - LONGEST_SECONDS)
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_hash(token), session.name, session.fingerprint, now, now),
            )
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a token, None where there is none or it is over; finding it is using it."""
        now, key = self._clock(), _hash(token)
        with self._file.connection() as connection:
            row = connection.execute(
                "SELECT name, fingerprint, used_at FROM sessions "
                "WHERE token_hash = ? AND used_at >= ? AND began_at >= ?",
                (key, now - IDLE_SECONDS, now - LONGEST_SECONDS),
            ).fetchone()
            if row is not None and now - row[2] > TOUCH_SECONDS:
                connection.execute("UPDATE sessions SET used_at = ? WHERE token_hash = ?", (now, key))
        return None if row is None else Session(row[0], row[1])

    def end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(token),))

    def count_attempt(self, limits: Sequence[tuple[str, Limit]]) -> float:
        """Count an attempt under each of the keys, as a failure until `forgive` says otherwise.

        Returns:
            Seconds that have to pass before the next attempt; 0.0 where this one may be made, and has been counted.
        """
        now = self._clock()
        with self._file.writing() as connection:
            connection.execute("DELETE FROM failures WHERE failed_at < ?", (now - FORGET_SECONDS,))
            wait = max((_wait(connection, key, limit, now) for key, limit in limits), default=0.0)
            if wait <= 0:
                connection.executemany(
                    "INSERT INTO failures VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET "
                    "count = count + 1, failed_at = excluded.failed_at",
                    [(_hash(key), now) for key, _ in limits],
                )
        return max(wait, 0.0)

    def forgive(self, key: str) -> None:
        """Take back one attempt that was counted under the key: it was right."""
        with self._file.writing() as connection:
            connection.execute("UPDATE failures SET count = count - 1 WHERE key = ?", (_hash(key),))

    def forget(self, key: str) -> None:
        """Forget all failures under the key."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM failures WHERE key = ?", (_hash(key),))


def _wait(connection: sqlite3.Connection, key: str, limit: Limit, now: float) -> float:
    """Return how many seconds are left to wait under the key; 0.0 or less for none."""
    row = connection.execute("SELECT count, failed_at FROM failures WHERE key = ?", (_hash(key),)).fetchone()
    return 0.0 if row is None else limit.wait_after(row[0]) - (now - row[1])


def _hash(text: str) -> str:
    """Return what the file has of a token, or of the name and address that somebody has failed with."""
    return hashlib.sha256(text.encode()).hexdigest()
