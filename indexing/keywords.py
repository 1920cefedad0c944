"""BM25 over stems in SQLite's FTS5, each chunk stemmed in its own language: the keyword index.

A cache in a file of its own. A torn or foreign file is thrown away and filled again from the library.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from corpus.database import switch_to_wal
from corpus.documents import LANGUAGES
from indexing.errors import IndexInUse
from indexing.hits import KeywordEntry
from indexing.words import all_stems, is_function_word, stem, words_of

_LAYOUT = 1
_CONTEXT_WEIGHT = 0.5
"""A match in title or heading counts half of one in the text."""
_MAX_TERMS = 48
_PREFIX_LETTERS = 5
"""From this length a stem also finds the compounds it begins ("styregruppe" finds "styregruppemøde")."""


class FtsKeywordIndex:
    """The keyword index in one SQLite file."""

    def __init__(self, file: Path) -> None:
        """Open the index, making it anew where it is missing, torn or of another layout.

        Args:
            file: where the index lies; its folder must exist.

        Raises:
            IndexInUse: another process has been writing to it for longer than is waited for.
        """
        self._file = file
        self._lock = threading.RLock()
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise IndexInUse(f"the keyword index {file} is being written by another process: try again") from error
            self._discard()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, check_same_thread=False, timeout=30, isolation_level=None)
        try:
            switch_to_wal(connection)
            connection.execute("PRAGMA synchronous=NORMAL")
            layout = connection.execute("PRAGMA user_version").fetchone()[0]
            if layout not in (0, _LAYOUT) or (
                layout and connection.execute("PRAGMA quick_check").fetchone()[0] != "ok"
            ):
                raise sqlite3.DatabaseError(f"keyword index of layout {layout}, not {_LAYOUT}, or torn")
            connection.executescript(
                f"""
                CREATE TABLE IF NOT EXISTS versions (version TEXT PRIMARY KEY);
                CREATE TABLE IF NOT EXISTS chunks (chunk_id INTEGER PRIMARY KEY, version TEXT NOT NULL);
                CREATE INDEX IF NOT EXISTS chunks_by_version ON chunks (version);
                CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5(
                    text, context, tokenize="unicode61 remove_diacritics 0 tokenchars '.,/'", detail=full
                );
                CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(terms, row);
                PRAGMA user_version={_LAYOUT};
                """
            )
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        with self._lock:
            return {version for (version,) in self._connection.execute("SELECT version FROM versions")}

    def add(self, version: str, entries: Sequence[KeywordEntry]) -> None:
        """Add all chunks of a version in one transaction."""
        with self._lock, self._transaction():
            self._delete(version)
            self._connection.execute("INSERT INTO versions VALUES (?)", (version,))
            self._connection.executemany("INSERT INTO chunks VALUES (?, ?)", [(e.chunk_id, version) for e in entries])
            self._connection.executemany(
                "INSERT INTO terms (rowid, text, context) VALUES (?, ?, ?)",
                [
                    (e.chunk_id, " ".join(all_stems(e.text, e.language)), " ".join(all_stems(e.context, e.language)))
                    for e in entries
                ],
            )

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        with self._lock, self._transaction():
            self._delete(version)

    def _delete(self, version: str) -> None:
        self._connection.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT chunk_id FROM chunks WHERE version = ?)", (version,)
        )
        self._connection.execute("DELETE FROM chunks WHERE version = ?", (version,))
        self._connection.execute("DELETE FROM versions WHERE version = ?", (version,))

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def search(self, query: str, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → BM25 score (> 0) of the best `limit` chunks; no match gives an empty mapping."""
        terms = query_terms(query)
        if not terms:
            return {}
        expression = " OR ".join(f'"{term}"*' if len(term) >= _PREFIX_LETTERS else f'"{term}"' for term in terms)
        sql = f"SELECT rowid, bm25(terms, 1.0, {_CONTEXT_WEIGHT}) AS cost FROM terms WHERE terms MATCH ?"  # noqa: S608
        parameters: list[object] = [expression]
        if versions is not None:
            allowed = sorted(versions)
            sql += f" AND rowid IN (SELECT chunk_id FROM chunks WHERE version IN ({_marks(allowed)}))"  # noqa: S608
            parameters += allowed
        with self._lock:
            rows = self._connection.execute(f"{sql} ORDER BY cost LIMIT ?", [*parameters, limit]).fetchall()
        return {chunk_id: -cost for chunk_id, cost in rows}

    def rarity(self, stems: Iterable[str]) -> dict[str, float]:
        """Return stem → inverse document frequency, 0 for one in every chunk, highest for one in none.

        ln(1 + (N - n + 0.5) / (n + 0.5)) as in Lucene, over ln(1 + (N + 0.5) / 0.5) so that the highest is 1.
        """
        wanted = sorted(set(stems))
        with self._lock:
            total = self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
            rows = self._connection.execute(
                f"SELECT term, doc FROM vocabulary WHERE term IN ({_marks(wanted)})",  # noqa: S608 - marks only
                wanted,
            ).fetchall()
        counts = dict(rows)
        highest = math.log(1 + (total + 0.5) / 0.5)
        return {s: math.log(1 + (total - n + 0.5) / (n + 0.5)) / highest for s in wanted for n in [counts.get(s, 0)]}


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK on any error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._connection.execute("COMMIT" if kind is None else "ROLLBACK")


def query_terms(query: str) -> list[str]:
    """Return the distinct stems a question is searched by, in every language's stemming.

    A word that is a function word in any of the languages is left out, unless nothing else is left.

    >>> query_terms("Hvor ofte mødes styregruppen?")
    ['oft', 'moed', 'moedes', 'styregrup']
    """
    words = words_of(query)
    content = [word for word in words if not any(is_function_word(word, language) for language in LANGUAGES)]
    stems = [kept for word in content or words for kept in _widest([stem(word, lang) for lang in LANGUAGES])]
    return list(dict.fromkeys(stems))[:_MAX_TERMS]


def _widest(stems: list[str]) -> list[str]:
    """Leave out the stems that a shorter one of the same word finds already, being searched as its beginning."""
    shortest = min(stems, key=len)
    if len(shortest) < _PREFIX_LETTERS:
        return stems
    return [shortest, *(other for other in stems if not other.startswith(shortest))]
