"""One SQLite file: opened or made, read in snapshots, written in transactions, its errors put into words."""

from __future__ import annotations

import json
import sqlite3
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import LibraryUnavailable
from corpus.schema import APPLICATION_ID, PAGE_SIZE, SCHEMA, SCHEMA_VERSION

BUSY_SECONDS = 30.0
"""How long to wait for another process that is writing."""

_DAMAGED = "is damaged ({error}): move the file away and index the documents again"
_ADVICE = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: "is being written by another program: try again when that is done",
    sqlite3.SQLITE_LOCKED: "is being written by another program: try again when that is done",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_READONLY: "cannot be written: see to the rights of the file and its folder",
    sqlite3.SQLITE_PERM: "cannot be opened: see to the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: see to the rights of the file and its folder",
}


class Database:
    """Connections to one file, taken from a shelf for one operation each: any number of threads may use it."""

    def __init__(self, file: Path) -> None:
        """Open the file, and make it where it is missing.

        Raises:
            LibraryUnavailable: no rights, no SQLite file, not this program's, damaged, or of a newer program.
        """
        self._file = file
        self._guard = threading.Lock()
        self._shelf: list[sqlite3.Connection] = []
        self._closed = False
        try:
            with self._translated(), self._connection() as connection:
                self._prepare(connection)
        except LibraryUnavailable:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the file throughout the block."""
        with self._translated(), self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes all hold when the block ends well, and none when it does not."""
        with self._translated(), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("UPDATE state SET generation = generation + 1")
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def close(self) -> None:
        """Close every connection that is not in use; those in use close when they are given back."""
        with self._guard:
            self._closed = True
            shelf, self._shelf = self._shelf, []
        for connection in shelf:
            connection.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            if self._closed:
                raise LibraryUnavailable(f"the library {self._file} has been closed")
            connection = self._shelf.pop() if self._shelf else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._guard:
                keep = not self._closed
                if keep:
                    self._shelf.append(connection)
            if not keep:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if _is_blank(connection):
            self._create(connection)
        application, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
        if application != APPLICATION_ID:
            raise LibraryUnavailable(f"{self._file} is not a library of this program: name another folder")
        if version != SCHEMA_VERSION:
            raise LibraryUnavailable(
                f"the library {self._file} has schema {version}, this program knows {SCHEMA_VERSION}: "
                "use the program that made it, or a newer one"
            )
        connection.execute("BEGIN IMMEDIATE")  # finds out now whether the file can be written
        connection.rollback()

    def _create(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        switch_to_wal(connection)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _is_blank(connection):  # otherwise another process was first
                for statement in SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            advice = _ADVICE.get(code, "cannot be used: {error}").format(error=error)
            raise LibraryUnavailable(f"the library {self._file} {advice}") from error
        except (json.JSONDecodeError, struct.error) as error:
            raise LibraryUnavailable(f"the library {self._file} {_DAMAGED.format(error=error)}") from error


def _is_blank(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_master").fetchone()[0])


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, waiting for another process that is doing the same: SQLite itself does not."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return
