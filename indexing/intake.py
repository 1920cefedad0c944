"""Documents come and go while the library is being served: files handed in become jobs that one thread works off.

Another process may index into the same library meanwhile: every change of the library is one transaction, and a file
has one document whoever brings it in.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Literal

from corpus.documents import Document
from corpus.errors import (
    CorpusError,
    DocumentTooLarge,
    NeedsOcr,
    NeedsPassword,
    UnknownDocument,
    UnreadableDocument,
    UnsupportedFormat,
)
from corpus.library import Library, StoredDocument
from indexing.errors import IndexingError
from indexing.hits import Embedder
from indexing.ingesting import Load, Outcome, Split, correct_meta, hash_file, ingest, replace_document
from indexing.kept_files import KeptFiles, safe_name
from indexing.walking import is_gone

_log = logging.getLogger(__name__)

MAX_UNFINISHED = 200
"""Files that may wait at once; more are turned away."""
KEPT_JOBS = 500
KEPT_SECONDS = 12 * 3600.0
"""How many finished jobs are told of, and for how long."""

JobState = Literal["waiting", "reading", "embedding", "done", "failed"]
FailureKind = Literal["needs_ocr", "needs_password", "too_large", "unsupported", "unreadable", "full", "program"]
"""Why a file was not taken in: `full` is too many waiting, `program` a fault of the program or its disk."""
FileState = Literal["there", "changed", "gone"]

_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (NeedsOcr, "needs_ocr"),
    (NeedsPassword, "needs_password"),
    (DocumentTooLarge, "too_large"),
    (UnsupportedFormat, "unsupported"),
    (UnreadableDocument, "unreadable"),
)
"""The first that fits tells what an error is."""


class DocumentBusy(CorpusError):
    """A new version of the document is on its way into the library."""


class _Full(CorpusError):
    """Too many files wait."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file on its way into the library.

    `done` and `total` count sentences; `total` is 0 until the file has been read. `document_id` is that of the
    document it becomes, from the beginning where it takes another's place, else when it is done. `reason` is one line
    in English, "" unless the job has failed.
    """

    id: str
    name: str
    state: JobState = "waiting"
    done: int = 0
    total: int = 0
    replaces: bool = False
    document_id: str = ""
    outcome: Outcome | None = None
    failure: FailureKind | None = None
    reason: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in ("done", "failed")


class Intake:
    """Adds, replaces, corrects and removes documents of a library. Safe for threads."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        files: KeptFiles,
        *,
        load: Load,
        split: Split,
        suffixes: Collection[str],
    ) -> None:
        """Take the parts; the thread that works is started with the first file.

        Args:
            library: what is changed.
            embedder: makes the vectors that are missing.
            files: where the files handed in are kept.
            load: reads a file.
            split: cuts a document into chunks.
            suffixes: of the files that `load` can read, in lower case.
        """
        self.library = library
        self.suffixes = frozenset(suffixes)
        self.max_bytes = files.max_bytes
        self._embedder = embedder
        self._files = files
        self._load = load
        self._split = split
        self._jobs: dict[str, Job] = {}
        self._ended: dict[str, float] = {}
        self._waiting: SimpleQueue[tuple[str, Path] | None] = SimpleQueue()
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self._without_vectors: tuple[int, frozenset[str]] = (-1, frozenset())
        self._hashes: dict[tuple[str, int, int], str] = {}

    # What a person asks for

    def add(self, name: str, content: BinaryIO) -> Job:
        """Take a file in. What stands in its way makes a job that has failed, with the reason.

        Args:
            name: as the person's machine has it; only what is harmless of it is used.
            content: read to its end before this returns.
        """
        return self._take(Job(secrets.token_hex(8), safe_name(name)), content)

    def replace(self, document_id: str, name: str, content: BinaryIO) -> Job:
        """Take a file in that takes the place of a document, which keeps its id and its corrected metadata.

        Raises:
            UnknownDocument: no document has that id.
            DocumentBusy: it is being replaced already.
        """
        self.find(document_id)
        self._require_idle(document_id)
        return self._take(Job(secrets.token_hex(8), safe_name(name), replaces=True, document_id=document_id), content)

    def correct(self, document_id: str, changes: Mapping[str, str]) -> StoredDocument:
        """Correct a document's metadata.

        Raises:
            UnknownDocument: no document has that id.
            DocumentBusy: it is being replaced.
            InvalidCorrection: a key that metadata does not have, or a value that the key cannot have.
            IndexingError: the embedder fails; the correction holds.
        """
        self.find(document_id)
        self._require_idle(document_id)
        return correct_meta(self.library, self._embedder, document_id, changes)

    def remove(self, document_id: str) -> StoredDocument:
        """Remove a document, and its file where it is one that was handed in; return what it was.

        Raises:
            UnknownDocument: no document has that id.
            DocumentBusy: it is being replaced.
            OSError: its file cannot be removed; the document is.
        """
        stored = self.find(document_id)
        self._require_idle(document_id)
        self.library.remove(document_id)
        self._files.discard(Path(stored.path))
        return stored

    # What there is

    def find(self, document_id: str) -> StoredDocument:
        """Return the document with that id; a name is none.

        Raises:
            UnknownDocument: no document has that id.
        """
        stored = self.library.find(document_id)
        if stored.id != document_id:
            raise UnknownDocument(f"no document of the library has the id {document_id!r}")
        return stored

    def jobs(self) -> tuple[Job, ...]:
        """Return the jobs that wait or are at work, and those that ended lately; the newest first."""
        with self._lock:
            self._forget_old_jobs()
            return tuple(reversed(self._jobs.values()))

    def keeps(self, stored: StoredDocument) -> bool:
        """Return whether the document's file was handed in, so that it is removed with the document."""
        return self._files.holds(Path(stored.path))

    def documents_without_vectors(self) -> frozenset[str]:
        """Return the ids of the documents that lack a vector; read anew when the library has changed."""
        generation = self.library.generation()
        if self._without_vectors[0] != generation:
            found = frozenset(self.library.documents_without_vectors(self._embedder.name))
            self._without_vectors = (generation, found)
        return self._without_vectors[1]

    def file_state(self, stored: StoredDocument) -> FileState:
        """Return whether the document's file still is the one that was read; its bytes are read once a change."""
        path = Path(stored.path)
        if is_gone(path):
            return "gone"
        try:
            status = path.stat()
            key = (stored.path, status.st_mtime_ns, status.st_size)
            if key not in self._hashes:
                if len(self._hashes) > 100_000:
                    self._hashes.clear()
                self._hashes[key] = hash_file(path)
        except OSError:
            return "gone"
        return "there" if self._hashes[key] == stored.content_hash else "changed"

    def close(self) -> None:
        """Let the jobs that wait be worked off, and end the thread."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker:
            self._waiting.put(None)
            worker.join()

    # How a file comes in

    def _take(self, job: Job, content: BinaryIO) -> Job:
        try:
            self._check(job)
            staged = self._files.stage(job.name, content)
        except CorpusError as error:
            return self._fail(job, error)
        with self._lock:
            self._jobs[job.id] = job
            self._waiting.put((job.id, staged))
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="intake", daemon=True)
                self._worker.start()
        return job

    def _check(self, job: Job) -> None:
        suffix = Path(job.name).suffix.lower()
        if suffix not in self.suffixes:
            known = ", ".join(sorted(self.suffixes))
            raise UnsupportedFormat(f"no reader knows the suffix {suffix!r}; known are {known}")
        if sum(not known.is_finished for known in self.jobs()) >= MAX_UNFINISHED:
            raise _Full(f"{MAX_UNFINISHED} files are waiting already: wait until some are done")

    def _require_idle(self, document_id: str) -> None:
        if any(job.document_id == document_id and not job.is_finished for job in self.jobs()):
            raise DocumentBusy("a new version of the document is on its way: wait until it is done")

    def _work(self) -> None:
        self._clear_leftovers()
        while task := self._waiting.get():
            job_id, staged = task
            job = self._jobs[job_id]
            try:
                self._bring_in(job, staged)
            except Exception as error:  # whatever a file does, the next one gets its turn
                if not isinstance(error, CorpusError | IndexingError | OSError):
                    _log.exception("a file could not be taken in")
                self._fail(self._jobs[job_id], error)
            finally:
                self._discard(staged)

    def _bring_in(self, job: Job, staged: Path) -> None:
        reader = _WatchedReader(self._load, lambda: self._tell(job.id, state="embedding"))

        def progress(done: int, total: int, _: str) -> None:
            if reader.has_read:
                self._tell(job.id, done=done, total=total)

        self._tell(job.id, state="reading")
        act = self._replace if job.replaces else self._add
        try:
            document_id, outcome = act(job, staged, reader, progress)
        except UnreadableDocument as error:
            raise (reader.error or error) from error  # the reader's own error says of what kind it is
        self._tell(job.id, state="done", document_id=document_id, outcome=outcome)

    def _add(
        self, _: Job, staged: Path, reader: _WatchedReader, progress: Callable[[int, int, str], None]
    ) -> tuple[str, Outcome]:
        if copy := self._find_copy(staged):
            return copy.id, "kept"
        placed = self._files.place(staged)
        try:
            report = ingest(
                [placed.path],
                self.library,
                self._embedder,
                load=reader,
                split=self._split,
                suffixes=self.suffixes,
                progress=progress,
            )
            if report.failed:
                raise UnreadableDocument(report.failed[0].reason)
        except BaseException:
            if placed.is_new:
                self._discard(placed.path)
            raise
        stored = next(document for document in self.library.documents() if document.path == str(placed.path))
        return stored.id, "added" if report.added else "changed" if report.changed else "kept"

    def _replace(
        self, job: Job, staged: Path, reader: _WatchedReader, progress: Callable[[int, int, str], None]
    ) -> tuple[str, Outcome]:
        old = Path(self.find(job.document_id).path)
        if self._files.holds(old) and old.suffix.lower() == staged.suffix.lower():
            named = self._files.rename_staged(staged, old.name)
            try:
                outcome = self._put(job.document_id, named, old, reader, progress)
                self._files.put_in_place(named, old)
            finally:
                self._discard(named)
            return job.document_id, outcome
        placed = self._files.place(staged)
        try:
            outcome = self._put(job.document_id, placed.path, placed.path, reader, progress)
        except BaseException:
            if placed.is_new:
                self._discard(placed.path)
            raise
        if old != placed.path:
            self._discard(old)
        return job.document_id, outcome

    def _put(
        self,
        document_id: str,
        file: Path,
        path: Path,
        reader: _WatchedReader,
        progress: Callable[[int, int, str], None],
    ) -> Outcome:
        return replace_document(
            self.library, self._embedder, document_id, file, path, load=reader, split=self._split, progress=progress
        )

    def _find_copy(self, file: Path) -> StoredDocument | None:
        """Return a document that was read from the same bytes by the same reader, and whose file is still there."""
        content_hash, suffix = hash_file(file), file.suffix.lower()
        return next(
            (
                document
                for document in self.library.documents()
                if document.content_hash == content_hash
                and Path(document.path).suffix.lower() == suffix
                and self.file_state(document) == "there"
                and document.id not in self.documents_without_vectors()
            ),
            None,
        )

    # How a job is told of

    def _tell(
        self,
        job_id: str,
        state: JobState | None = None,
        done: int | None = None,
        total: int | None = None,
        document_id: str | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        with self._lock:
            job = self._jobs[job_id]
            self._jobs[job_id] = replace(
                job,
                state=state or job.state,
                done=job.done if done is None else done,
                total=job.total if total is None else total,
                document_id=job.document_id if document_id is None else document_id,
                outcome=outcome or job.outcome,
            )
            if state == "done":
                self._ended[job_id] = time.monotonic()

    def _fail(self, job: Job, error: Exception) -> Job:
        kind: FailureKind = "full" if isinstance(error, _Full) else _kind_of(error)
        reason = " ".join(str(error).split()).removeprefix(f"{job.name}: ") or type(error).__name__
        failed = replace(job, state="failed", failure=kind, reason=reason)
        with self._lock:
            self._jobs[job.id] = failed
            self._ended[job.id] = time.monotonic()
        return failed

    def _forget_old_jobs(self) -> None:
        over = max(0, len(self._ended) - KEPT_JOBS)
        oldest = [job_id for number, job_id in enumerate(self._ended) if number < over]
        late = [job_id for job_id, ended in self._ended.items() if time.monotonic() - ended > KEPT_SECONDS]
        for job_id in {*oldest, *late}:
            del self._ended[job_id], self._jobs[job_id]

    def _discard(self, path: Path) -> None:
        """Remove a file that is in the way of nobody if it stays."""
        try:
            self._files.discard(path)
        except OSError as error:
            _log.warning("%s cannot be removed: %s", path, error.strerror or error)

    def _clear_leftovers(self) -> None:
        try:
            self._files.clear_leftovers()
        except OSError as error:
            _log.warning("files left behind cannot be removed: %s", error.strerror or error)


class _WatchedReader:
    """Reads a file, and remembers what became of that."""

    def __init__(self, load: Load, on_read: Callable[[], None]) -> None:
        self._load = load
        self._on_read = on_read
        self.has_read = False
        self.error: Exception | None = None

    def __call__(self, path: Path, *, ocr: bool = False) -> Document:
        try:
            document = self._load(path, ocr=ocr)
        except Exception as error:
            self.error = error
            raise
        self.has_read = True
        self._on_read()
        return document


def _kind_of(error: Exception) -> FailureKind:
    return next((kind for known, kind in _KINDS if isinstance(error, known)), "program")
