"""The truth: documents, their texts, chunks and vectors, in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.corrections import checked_corrections
from corpus.database import Database
from corpus.documents import Chunk, Document, DocumentMeta
from corpus.errors import CorpusError, LibraryUnavailable, UnknownDocument
from corpus.records import (
    CHUNK_COLUMNS,
    DOCUMENT_COLUMNS,
    StoredChunk,
    StoredDocument,
    chunk_from_row,
    chunk_to_row,
    corrected,
    document_from_record,
    document_from_row,
    meta_from_json,
    meta_to_json,
    structure_to_json,
    unpack_keys,
)

__all__ = ["FILE_NAME", "Library", "SentenceVectors", "StoredChunk", "StoredDocument"]

FILE_NAME = "library.sqlite3"

_PARAMETERS = 500
"""Values bound in one statement; SQLite takes 999 everywhere."""

_SELECT_DOCUMENT = f"SELECT {DOCUMENT_COLUMNS} FROM documents"  # noqa: S608
_SELECT_CHUNK = (
    "SELECT c.id, c.document_id, d.version, "  # noqa: S608
    + ", ".join(f"c.{column}" for column in CHUNK_COLUMNS.split(", "))
    + " FROM chunks AS c JOIN documents AS d ON d.id = c.document_id"
)
_INSERT_CHUNK = (
    f"INSERT INTO chunks (document_id, {CHUNK_COLUMNS}) "  # noqa: S608
    f"VALUES ({', '.join('?' * (1 + len(CHUNK_COLUMNS.split(', '))))})"
)


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVectors:
    """The vectors of all sentences of some versions, as they were embedded: without their context blended in.

    Row i of `sentences` (n, d) is a sentence of chunk `chunk_ids[i]` of version `versions[version_index[i]]`; its
    context is row `context_index[i]` of `contexts` (m, d). Rows go by document, then chunk id, then the order of the
    chunk's sentences. `incomplete` has the versions that lack a vector: no row is theirs.
    """

    versions: tuple[str, ...]
    version_index: NDArray[np.int32]
    chunk_ids: NDArray[np.int64]
    sentences: NDArray[np.float32]
    contexts: NDArray[np.float32]
    context_index: NDArray[np.int64]
    incomplete: tuple[str, ...] = ()


class Library:
    """Documents, their versions, chunks, metadata and vectors. Any number of threads and processes may use it.

    Every method that changes something does so in one transaction: when it returns, the change is on the disk.
    """

    def __init__(self, file: Path) -> None:
        """Open the SQLite file, and make it where it is missing; `Library.open` takes the folder."""
        self.file = file
        self._database = Database(file)

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library of a folder, and make what is missing of both.

        Raises:
            LibraryUnavailable: no rights, a file in the folder's place, damaged, or made by a newer program.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise LibraryUnavailable(f"the library's place {folder} is a file: name a folder") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise LibraryUnavailable(f"the library's folder {folder} cannot be made: {reason}") from error
        return cls(folder / FILE_NAME)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what is asked of the library afterwards raises LibraryUnavailable."""
        self._database.close()

    def check(self) -> tuple[str, ...]:
        """Return what is damaged, one line each; none in a sound library. Reads the whole file."""
        with self._database.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        return (*found, *(f"a row of {table} belongs to no row of {parent}" for table, _, parent, _ in broken))

    def generation(self) -> int:
        """Return a number that grows with every committed change of any process. Takes about 20 µs."""
        with self._database.reading() as connection:
            return int(connection.execute("SELECT generation FROM state").fetchone()[0])

    # Documents

    def documents(self) -> list[StoredDocument]:
        """Return all documents, sorted by name."""
        with self._database.reading() as connection:
            found = [document_from_row(row) for row in connection.execute(_SELECT_DOCUMENT)]
        return sorted(found, key=lambda document: (document.name.casefold(), document.name, document.id))

    def find(self, id_or_name: str) -> StoredDocument:
        """Return the document with that id, or else the only one with that name, however it is capitalised.

        Raises:
            UnknownDocument: there is none, or several have the name.
        """
        documents = self.documents()
        wanted = _folded(id_or_name)
        found = [document for document in documents if document.id == id_or_name]
        found = found or [document for document in documents if document.name == id_or_name]
        found = found or [document for document in documents if _folded(document.name) == wanted]
        if not found:
            raise UnknownDocument(f"no document of the library has the id or name {id_or_name!r}")
        if len(found) > 1:
            ids = ", ".join(f"{document.id} ({document.path})" for document in found)
            raise UnknownDocument(f"{len(found)} documents are called {id_or_name!r}: use an id: {ids}")
        return found[0]

    def read(self, document_id: str) -> Document:
        """Return a whole document: text, pages, sections, blocks, and metadata with its corrections.

        Raises:
            UnknownDocument: no document has that id.
        """
        with self._database.reading() as connection:
            stored = _require(connection, document_id)
            text, structure = connection.execute(
                "SELECT text, structure FROM texts WHERE document_id = ? ORDER BY id DESC LIMIT 1", (document_id,)
            ).fetchone()
            return document_from_record(stored, text, structure)

    def put(
        self,
        path: Path,
        content_hash: str,
        document: Document,
        chunks: Sequence[Chunk],
        keys: Sequence[tuple[str, ...]],
        context_keys: Sequence[str],
        document_id: str | None = None,
    ) -> StoredDocument:
        """Add a document, or replace the one with that id or path; it is wholly the old one or wholly the new one.

        The replaced text is kept; corrections to the metadata stay in force. Where nothing that is searched has
        changed, version and chunks stay as they are.

        Args:
            path: where the file lies.
            content_hash: of the file's bytes.
            document: what was read from it.
            chunks: of the document's text, in order.
            keys: for each chunk, the key of a vector for each of its sentences.
            context_keys: for each chunk, the key of its context's vector.
            document_id: the document to replace; without it, the one with that path, or else a new one.

        Raises:
            CorpusError: another document has that path.
        """
        rows = [
            chunk_to_row(document.text, chunk, own, context)
            for chunk, own, context in zip(chunks, keys, context_keys, strict=True)
        ]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            old = _with_path(connection, path)
            if old and document_id and old.id != document_id:
                raise CorpusError(f"{path} is already the file of document {old.id}")
            if document_id and not old:
                old = _with_id(connection, document_id)
            new_id = old.id if old else document_id or secrets.token_hex(6)
            corrections = old.corrections if old else {}
            structure = structure_to_json(document)
            fingerprint = _fingerprint(document.text, structure, rows)
            same_content = bool(old) and fingerprint == _fingerprint_of(connection, new_id)
            same = same_content and old is not None and corrected(document.meta, corrections) == old.meta
            values = {
                "id": new_id,
                "version": old.version if old and same else secrets.token_hex(8),
                "fingerprint": fingerprint,
                "path": str(path),
                "name": path.name,
                "content_hash": content_hash,
                "added_at": old.added_at if old and same_content else now,
                "meta": meta_to_json(document.meta),
                "corrections": json.dumps(corrections),
                "page_count": len(document.pages),
                "chunk_count": len(chunks),
                "sentence_count": sum(len(chunk.sentences) for chunk in chunks),
                "warnings": json.dumps(document.warnings),
            }
            _upsert_document(connection, values)
            if not same_content:
                _store_text(connection, new_id, content_hash, now, document.text, structure)
                connection.execute("DELETE FROM chunks WHERE document_id = ?", (new_id,))
                connection.executemany(_INSERT_CHUNK, ((new_id, *row) for row in rows))
            return _require(connection, new_id)

    def rename(self, document_id: str, path: Path) -> StoredDocument:
        """Say that a document's file now lies elsewhere; its text and version stay.

        Raises:
            UnknownDocument: no document has that id.
            CorpusError: another document has that path.
        """
        with self._database.writing() as connection:
            _require(connection, document_id)
            other = _with_path(connection, path)
            if other and other.id != document_id:
                raise CorpusError(f"{path} is already the file of document {other.id}")
            connection.execute(
                "UPDATE documents SET path = ?, name = ? WHERE id = ?", (str(path), path.name, document_id)
            )
            return _require(connection, document_id)

    def remove(self, document_id: str) -> None:
        """Remove a document with all its texts; its vectors stay until `remove_unused_vectors`.

        Raises:
            UnknownDocument: no document has that id.
        """
        with self._database.writing() as connection:
            _require(connection, document_id)
            connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def set_meta(self, document_id: str, changes: Mapping[str, str]) -> StoredDocument:
        """Correct a document's metadata; the corrections outlive a change of the file.

        Raises:
            UnknownDocument: no document has that id.
            InvalidCorrection: a key that metadata does not have, or a value that the key cannot have.
        """
        checked = checked_corrections(changes)
        with self._database.writing() as connection:
            old = _require(connection, document_id)
            corrections = {**old.corrections, **checked}
            changed = corrected(old.meta, corrections) != old.meta
            connection.execute(
                "UPDATE documents SET corrections = ?, version = ? WHERE id = ?",
                (json.dumps(corrections), secrets.token_hex(8) if changed else old.version, document_id),
            )
            return _require(connection, document_id)

    def stated_meta(self, document_id: str) -> DocumentMeta:
        """Return the metadata as the file states it, without corrections.

        Raises:
            UnknownDocument: no document has that id.
        """
        with self._database.reading() as connection:
            _require(connection, document_id)
            row = connection.execute("SELECT meta FROM documents WHERE id = ?", (document_id,)).fetchone()
            return meta_from_json(row[0])

    def past_texts(self, document_id: str) -> list[tuple[str, str]]:
        """Return when each text of the document was stored, and the text, the oldest first and the current one last.

        Raises:
            UnknownDocument: no document has that id.
        """
        with self._database.reading() as connection:
            _require(connection, document_id)
            return connection.execute(
                "SELECT added_at, text FROM texts WHERE document_id = ? ORDER BY id", (document_id,)
            ).fetchall()

    # Chunks

    def versions(self) -> dict[str, str]:
        """Return the id of each document's current version → the document's id."""
        with self._database.reading() as connection:
            return dict(connection.execute("SELECT version, id FROM documents").fetchall())

    def chunks_of(self, version: str) -> list[StoredChunk]:
        """Return the chunks of a current version, in the order of the text; none for any other version."""
        with self._database.reading() as connection:
            rows = connection.execute(f"{_SELECT_CHUNK} WHERE d.version = ? ORDER BY c.id", (version,))
            return [chunk_from_row(row) for row in rows]

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return id → chunk, in the order of the ids; ids that are no longer in the library are left out."""
        wanted = list(dict.fromkeys(int(chunk_id) for chunk_id in ids))
        found: dict[int, StoredChunk] = {}
        with self._database.reading() as connection:
            for some in _batches(wanted):
                for row in connection.execute(f"{_SELECT_CHUNK} WHERE c.id IN ({_marks(some)})", some):
                    found[row[0]] = chunk_from_row(row)
        return {chunk_id: found[chunk_id] for chunk_id in wanted if chunk_id in found}

    # Vectors

    def missing_keys(self, embedder: str, keys: Iterable[str]) -> list[str]:
        """Return the keys that the library has no vector of this embedder for, each once, in order."""
        wanted = list(dict.fromkeys(keys))
        with self._database.reading() as connection:
            held = {key.hex() for key, _ in _read_vectors(connection, embedder, wanted, "NULL")}
        return [key for key in wanted if key not in held]

    def put_vectors(self, embedder: str, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Store vectors by key; those that are there already stay as they are.

        Raises:
            ValueError: a vector of another length than the embedder's others, or with a number that is not finite.
        """
        if not vectors:
            return
        matrix = np.stack([np.asarray(vector, dtype="<f4") for vector in vectors.values()])
        if matrix.ndim != 2 or not np.isfinite(matrix).all():
            raise ValueError(f"the embedder {embedder} made vectors with numbers that are not finite")
        now = int(time.time())
        with self._database.writing() as connection:
            number = _embedder_number(connection, embedder, matrix.shape[1])
            connection.executemany(
                "INSERT OR IGNORE INTO vectors (embedder, key, added_at, vector) VALUES (?, ?, ?, ?)",
                ((number, bytes.fromhex(key), now, row.tobytes()) for key, row in zip(vectors, matrix, strict=True)),
            )

    def vectors(self, embedder: str, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Return key → vector for the keys that have one; the vectors cannot be written to."""
        with self._database.reading() as connection:
            return {
                key.hex(): np.frombuffer(vector, dtype="<f4")
                for key, vector in _read_vectors(connection, embedder, list(dict.fromkeys(keys)), "vector")
            }

    def sentence_vectors(self, embedder: str, versions: Iterable[str] | None = None) -> SentenceVectors:
        """Return the vectors of all sentences of some current versions, or of all of them, in one pass.

        Takes about 0.1 s for 20,000 sentences.
        """
        with self._database.reading() as connection:
            rows = _keys_of_chunks(connection, None if versions is None else list(dict.fromkeys(versions)))
            own = [unpack_keys(packed) for _, _, packed, _ in rows]
            if versions is None:
                pairs = connection.execute(
                    "SELECT key, vector FROM vectors WHERE embedder = (SELECT id FROM embedders WHERE name = ?)",
                    (embedder,),
                ).fetchall()
            else:
                needed = {key.hex() for keys in own for key in keys} | {row[3].hex() for row in rows}
                pairs = list(_read_vectors(connection, embedder, list(needed), "vector"))
            dimensions = _dimensions(connection, embedder)
        return _aligned(rows, own, pairs, dimensions)

    def documents_without_vectors(self, embedder: str) -> list[str]:
        """Return the ids of the documents that lack a vector of this embedder."""
        with self._database.reading() as connection:
            held = {
                key
                for (key,) in connection.execute(
                    "SELECT key FROM vectors WHERE embedder = (SELECT id FROM embedders WHERE name = ?)", (embedder,)
                )
            }
            owners = connection.execute("SELECT document_id, keys, context_key FROM chunks").fetchall()
        lacking = (
            document_id
            for document_id, packed, context in owners
            if not held.issuperset(unpack_keys(packed)) or context not in held
        )
        return list(dict.fromkeys(lacking))

    def remove_unused_vectors(self, min_age_seconds: float = 0.0) -> int:
        """Remove the vectors that no chunk refers to, and return how many.

        Args:
            min_age_seconds: leave younger ones alone: another process may be about to add the document they are of.
        """
        with self._database.writing() as connection:
            used: set[bytes] = set()
            for packed, context in connection.execute("SELECT keys, context_key FROM chunks"):
                used.update(unpack_keys(packed))
                used.add(context)
            old = connection.execute(
                "SELECT id, key FROM vectors WHERE added_at <= ?", (time.time() - min_age_seconds,)
            ).fetchall()
            unused = [(number,) for number, key in old if key not in used]
            connection.executemany("DELETE FROM vectors WHERE id = ?", unused)
        return len(unused)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _batches(values: Sequence[Any]) -> Iterator[list[Any]]:
    source = iter(values)
    while some := list(islice(source, _PARAMETERS)):
        yield some


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _with_id(connection: sqlite3.Connection, document_id: str) -> StoredDocument | None:
    row = connection.execute(f"{_SELECT_DOCUMENT} WHERE id = ?", (document_id,)).fetchone()
    return document_from_row(row) if row else None


def _with_path(connection: sqlite3.Connection, path: Path) -> StoredDocument | None:
    row = connection.execute(f"{_SELECT_DOCUMENT} WHERE path = ?", (str(path),)).fetchone()
    return document_from_row(row) if row else None


def _require(connection: sqlite3.Connection, document_id: str) -> StoredDocument:
    found = _with_id(connection, document_id)
    if not found:
        raise UnknownDocument(f"no document of the library has the id {document_id!r}")
    return found


def _fingerprint(text: str, structure: str, rows: Sequence[tuple[Any, ...]]) -> str:
    return hashlib.sha256(repr((text, structure, rows)).encode("utf-8", "surrogatepass")).hexdigest()


def _fingerprint_of(connection: sqlite3.Connection, document_id: str) -> str:
    row = connection.execute("SELECT fingerprint FROM documents WHERE id = ?", (document_id,)).fetchone()
    return str(row[0])


def _upsert_document(connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    columns = ", ".join(values)
    updates = ", ".join(f"{column} = excluded.{column}" for column in values if column != "id")
    connection.execute(
        f"INSERT INTO documents ({columns}) VALUES ({_marks(columns.split(', '))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        tuple(values.values()),
    )


def _store_text(
    connection: sqlite3.Connection, document_id: str, content_hash: str, now: str, text: str, structure: str
) -> None:
    """Add a text, or give the current one its new structure where the text is the same."""
    newest = connection.execute(
        "SELECT id, text FROM texts WHERE document_id = ? ORDER BY id DESC LIMIT 1", (document_id,)
    ).fetchone()
    if newest and newest[1] == text:
        connection.execute(
            "UPDATE texts SET content_hash = ?, structure = ? WHERE id = ?", (content_hash, structure, newest[0])
        )
    else:
        connection.execute(
            "INSERT INTO texts (document_id, content_hash, added_at, text, structure) VALUES (?, ?, ?, ?, ?)",
            (document_id, content_hash, now, text, structure),
        )


def _embedder_number(connection: sqlite3.Connection, name: str, dimensions: int) -> int:
    connection.execute("INSERT OR IGNORE INTO embedders (name, dimensions) VALUES (?, ?)", (name, dimensions))
    number, stored = connection.execute("SELECT id, dimensions FROM embedders WHERE name = ?", (name,)).fetchone()
    if stored != dimensions:
        raise ValueError(f"the embedder {name} made vectors of length {dimensions}, the library has {stored}")
    return int(number)


def _dimensions(connection: sqlite3.Connection, embedder: str) -> int:
    row = connection.execute("SELECT dimensions FROM embedders WHERE name = ?", (embedder,)).fetchone()
    return int(row[0]) if row else 0


def _read_vectors(
    connection: sqlite3.Connection, embedder: str, keys: Sequence[str], column: str
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, column) for the keys that have a vector; `column` is "vector", or "NULL" to learn the keys alone."""
    number = connection.execute("SELECT id FROM embedders WHERE name = ?", (embedder,)).fetchone()
    if not number:
        return
    for some in _batches(keys):
        yield from connection.execute(
            f"SELECT key, {column} FROM vectors WHERE embedder = ? AND key IN ({_marks(some)})",  # noqa: S608
            (number[0], *(bytes.fromhex(key) for key in some)),
        )


def _keys_of_chunks(connection: sqlite3.Connection, versions: list[str] | None) -> list[tuple[str, int, bytes, bytes]]:
    """Return version, chunk id, keys and context key of each chunk, by document."""
    select = (
        "SELECT d.version, c.id, c.keys, c.context_key FROM documents AS d JOIN chunks AS c ON c.document_id = d.id"
    )
    order = "ORDER BY d.id, c.id"
    if versions is None:
        return connection.execute(f"{select} {order}").fetchall()
    return [
        row
        for some in _batches(versions)
        for row in connection.execute(f"{select} WHERE d.version IN ({_marks(some)}) {order}", some)
    ]


def _aligned(
    rows: Sequence[tuple[str, int, bytes, bytes]],
    own: Sequence[list[bytes]],
    pairs: Sequence[tuple[bytes, bytes]],
    dimensions: int,
) -> SentenceVectors:
    places = {key: place for place, (key, _) in enumerate(pairs)}
    matrix = np.frombuffer(b"".join(vector for _, vector in pairs), dtype="<f4").reshape(len(pairs), dimensions)
    lacking = {
        version
        for (version, _, _, context), keys in zip(rows, own, strict=True)
        if context not in places or not all(key in places for key in keys)
    }
    kept = [(row, keys) for row, keys in zip(rows, own, strict=True) if row[0] not in lacking]
    versions = tuple(dict.fromkeys(row[0] for row, _ in kept))
    version_numbers = {version: number for number, version in enumerate(versions)}
    contexts = list(dict.fromkeys(row[3] for row, _ in kept))
    context_numbers = {key: number for number, key in enumerate(contexts)}
    counts = [len(keys) for _, keys in kept]
    return SentenceVectors(
        versions=versions,
        version_index=np.repeat(np.array([version_numbers[row[0]] for row, _ in kept], dtype=np.int32), counts),
        chunk_ids=np.repeat(np.array([row[1] for row, _ in kept], dtype=np.int64), counts),
        sentences=matrix[np.array([places[key] for _, keys in kept for key in keys], dtype=np.int64)],
        contexts=matrix[np.array([places[key] for key in contexts], dtype=np.int64)],
        context_index=np.repeat(np.array([context_numbers[row[3]] for row, _ in kept], dtype=np.int64), counts),
        incomplete=tuple(sorted(lacking)),
    )
