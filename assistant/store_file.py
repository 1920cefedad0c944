"""A SQLite file of its own beside the library: marked, versioned, private, opened anew for every call."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.database import BUSY_SECONDS, switch_to_wal

OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class StoreKind:
    """What a file holds, in a word for messages; the marks and the schema it has; what is raised where it is unusable.

    `busy_seconds` is how long another process that is writing is waited for.
    """

    holds: str
    application_id: int
    version: int
    schema: str
    unavailable: type[Exception]
    busy_seconds: float = BUSY_SECONDS


class StoreFile:
    """A file, made where it is missing, that any number of threads and processes may use.

    Every method raises the `unavailable` of its kind where the file cannot be opened, read or written, is damaged, not
    this program's, or of another version; the next call tries again.
    """

    def __init__(self, path: Path, kind: StoreKind) -> None:
        """Take the path and the kind; nothing is opened yet."""
        self._path = path
        self._kind = kind

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that commits each statement by itself; what is deleted leaves nothing in the file."""
        try:
            self._make()
            with closing(sqlite3.connect(self._path, self._kind.busy_seconds, isolation_level=None)) as connection:
                for pragma in ("synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
                    connection.execute(f"PRAGMA {pragma}")
                self._prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise self._kind.unavailable(f"{self._kind.holds} in {self._path} cannot be used: {reason}") from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file throughout the block."""
        with self.connection() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes all hold when the block ends well, and none when it does not."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def _make(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDONLY, OWNER_ONLY))  # the log beside it gets the same rights

    def _prepare(self, connection: sqlite3.Connection) -> None:
        kind = self._kind
        if _is_blank(connection):
            switch_to_wal(connection)
            connection.execute("BEGIN IMMEDIATE")
            if _is_blank(connection):  # otherwise another process was first
                for statement in kind.schema.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {kind.application_id}")
                connection.execute(f"PRAGMA user_version = {kind.version}")
            connection.commit()
        application, version = (_pragma(connection, name) for name in ("application_id", "user_version"))
        if application != kind.application_id:
            raise kind.unavailable(f"{self._path} holds no {kind.holds} of this program: move it away")
        if version != kind.version:
            raise kind.unavailable(
                f"{self._path} has schema {version}, this program knows {kind.version}: use the program that made it"
            )


def _is_blank(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_master").fetchone()[0])


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
