"""Files and folders → the library: incremental, atomic for each document, resumable after a kill.

Files are read while the sentences of earlier ones are embedded. Vectors are stored as they come; a document enters
the library when all of its vectors are there.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from corpus.documents import Chunk, Document
from corpus.errors import CorpusError, LibraryUnavailable, UnreadableDocument
from corpus.library import Library, StoredDocument
from indexing.errors import EmbeddingFailed, IndexingError
from indexing.hits import Embedder, Matrix
from indexing.vectors import context_text, key_of, sentence_texts
from indexing.walking import Failure, FoundFile, find_files, is_gone

__all__ = ["Failure", "IngestReport", "correct_meta", "hash_content", "hash_file", "ingest", "replace_document"]

READING_VERSION = "2"
"""Part of every content hash. Raise it when the same bytes would be read, cut or embedded otherwise than before."""

BATCH_TEXTS = 128
BATCH_CHARACTERS = 12_000
"""What is embedded and stored at a time: about three seconds' work, which is what a kill can lose."""
BATCHES_AT_ONCE = 3
"""So many are handed to the embedder, so that it never waits for the library."""
FILES_AT_ONCE = 2
FILES_AHEAD = 4
TEXTS_AHEAD = 20 * BATCH_TEXTS
"""While so many wait to be embedded, no further file is read."""
UNUSED_SECONDS = 24 * 3600.0
"""How long vectors stay that no document refers to: another process, or a run to come, may be about to use them."""

Outcome = Literal["added", "changed", "kept"]
Progress = Callable[[int, int, str], None]
"""Called with sentences done, sentences in all (an estimate until every file has been read), and a file's name."""
Split = Callable[[Document], Sequence[Chunk]]


class Load(Protocol):
    """Reads a file, as `corpus.loading.load_document` does."""

    def __call__(self, path: Path, *, ocr: bool = False) -> Document:
        """Return the document of a file; raises CorpusError where it cannot."""
        ...


@runtime_checkable
class _HasBulk(Protocol):
    def bulk(self) -> AbstractContextManager[Embedder]: ...


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of each file; `removed` are files whose documents were removed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


def ingest(
    paths: Sequence[Path],
    library: Library,
    embedder: Embedder,
    *,
    load: Load,
    split: Split,
    suffixes: Collection[str],
    prune: bool = False,
    ocr: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the library in step with files and folders.

    A file that fails never stops the others, and a document whose file fails now stays as it was. A file with the
    bytes it had is neither read nor embedded again, one that was moved keeps its document.

    Args:
        paths: files, and folders that are walked.
        library: what is changed.
        embedder: makes the vectors that are missing; not touched where none are.
        load: reads a file.
        split: cuts a document into chunks.
        suffixes: of the files that `load` can read, in lower case.
        prune: also remove documents under the paths whose files are gone.
        ocr: read scanned pages; files that were read with warnings are read again.
        progress: told how far it is.

    Raises:
        LibraryUnavailable: the library can no longer be read or written; what was stored holds.
        IndexingError: the embedder fails; what was stored holds.
    """
    found = find_files(paths, suffixes)
    plan = _plan(found.files, library, embedder, load, split, ocr)
    outcomes = _Pipeline(library, embedder, _Meter(plan.jobs, progress)).run(plan.jobs)
    removed = _prune(library, found.roots) if prune else ()
    if removed or any(outcome == "changed" for outcome in outcomes.values()):
        library.remove_unused_vectors(UNUSED_SECONDS)
    outcomes = {**plan.outcomes, **outcomes}
    named = [(file.shown, outcomes[file.shown]) for file in found.files]
    return IngestReport(
        added=tuple(shown for shown, outcome in named if outcome == "added"),
        changed=tuple(shown for shown, outcome in named if outcome == "changed"),
        kept=tuple(shown for shown, outcome in named if outcome == "kept"),
        removed=tuple(removed),
        skipped=found.skipped,
        failed=(
            *(failure for path, failure in found.missing.items() if not _any_below(removed, path)),
            *found.failed,
            *(outcome for _, outcome in named if isinstance(outcome, Failure)),
        ),
    )


def replace_document(
    library: Library,
    embedder: Embedder,
    document_id: str,
    file: Path,
    path: Path,
    *,
    load: Load,
    split: Split,
    progress: Progress | None = None,
) -> Outcome:
    """Put what a file holds in the place of a document, which keeps its id and the corrections to its metadata.

    Args:
        library: what is changed.
        embedder: makes the vectors that are missing.
        document_id: of the document that is replaced.
        file: what is read; its name and suffix are those of `path`.
        path: where the library is told that the document's file lies.
        load: reads the file.
        split: cuts the document into chunks.
        progress: told how far it is.

    Returns:
        "kept" where nothing that is searched is another than before, else "changed".

    Raises:
        UnknownDocument: no document has that id.
        UnreadableDocument: the file cannot be read or stored, in words of its own; the document is as it was.
        LibraryUnavailable: the library can no longer be read or written.
        IndexingError: the embedder fails; the document is as it was.
    """
    old = library.find(document_id)
    found = FoundFile(file, path.name, file.stat().st_size)
    job = replace(_file_job(found, hash_file(file), old, load, split, ocr=False), path=path)
    outcome = _Pipeline(library, embedder, _Meter((job,), progress)).run((job,))[job.shown]
    if isinstance(outcome, Failure):
        raise UnreadableDocument(outcome.reason)
    if outcome == "changed":
        library.remove_unused_vectors(UNUSED_SECONDS)
    return outcome


def correct_meta(library: Library, embedder: Embedder, document_id: str, changes: Mapping[str, str]) -> StoredDocument:
    """Correct a document's metadata; a new title is embedded as the context of the document's sentences.

    Raises:
        UnknownDocument: no document has that id.
        InvalidCorrection: a key that metadata does not have, or a value that the key cannot have.
        IndexingError: the embedder fails; the correction holds, the vectors still have the old title in them.
    """
    stored = library.set_meta(document_id, changes)
    if "title" in changes:
        outcomes = _Pipeline(library, embedder, _Meter((), None)).run([_stored_job(library, stored, stored.name, 0)])
        for outcome in outcomes.values():
            if isinstance(outcome, Failure):
                raise IndexingError(f"{stored.name}: {outcome.reason}")
    return library.find(document_id)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document ready for the library, and what has to be embedded for it: key → text."""

    document: Document
    chunks: tuple[Chunk, ...]
    keys: tuple[tuple[str, ...], ...]
    context_keys: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Job:
    """A document to be made; `prepare` runs in another thread and may raise anything."""

    shown: str
    path: Path
    size: int
    content_hash: str
    old: StoredDocument | None
    outcome: Outcome
    prepare: Callable[[], _Prepared]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Files that are settled already, and the jobs that the others make."""

    outcomes: dict[str, Outcome | Failure]
    jobs: tuple[_Job, ...]


@dataclass(slots=True)
class _Waiting:
    """A document some of whose vectors are not there yet."""

    job: _Job
    prepared: _Prepared
    missing: set[str]


def _plan(
    files: Sequence[FoundFile], library: Library, embedder: Embedder, load: Load, split: Split, ocr: bool
) -> _Plan:
    documents = library.documents()
    by_path = {document.path: document for document in documents}
    movable = _Movable(documents)
    incomplete = set(library.documents_without_vectors(embedder.name))
    outcomes: dict[str, Outcome | Failure] = {}
    jobs: list[_Job] = []
    for file in files:
        try:
            content_hash = hash_file(file.path)
        except OSError as error:
            reason = "no right to read it" if isinstance(error, PermissionError) else error.strerror or str(error)
            outcomes[file.shown] = Failure(file.shown, reason)
            continue
        stored = by_path.get(str(file.path))
        moved = None if stored else movable.take(file.path, content_hash)
        if moved:
            stored = library.rename(moved.id, file.path)
        if not stored or stored.content_hash != content_hash or (ocr and stored.warnings):
            jobs.append(_file_job(file, content_hash, stored, load, split, ocr))
        elif stored.id in incomplete:
            jobs.append(_stored_job(library, stored, file.shown, file.size, "changed" if moved else "kept"))
        else:
            outcomes[file.shown] = "changed" if moved else "kept"
    return _Plan(outcomes, tuple(jobs))


class _Movable:
    """Documents that may turn up under another path: each is taken once, and only if its own file is gone."""

    def __init__(self, documents: Iterable[StoredDocument]) -> None:
        self._by_hash: dict[str, list[StoredDocument]] = {}
        for document in documents:
            self._by_hash.setdefault(document.content_hash, []).append(document)

    def take(self, path: Path, content_hash: str) -> StoredDocument | None:
        candidates = self._by_hash.get(content_hash, [])
        for document in candidates:
            # another suffix is read by another reader, so the text may be another
            if Path(document.path).suffix.lower() == path.suffix.lower() and is_gone(Path(document.path)):
                candidates.remove(document)
                return document
        return None


def hash_file(path: Path) -> str:
    """Return the hash of a file's bytes that the library has of them."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _begin_hash).hexdigest()


def hash_content(content: bytes) -> str:
    """Return the hash that `hash_file` makes of a file with those bytes."""
    digest = _begin_hash()
    digest.update(content)
    return digest.hexdigest()


def _begin_hash() -> hashlib._Hash:
    return hashlib.sha256(READING_VERSION.encode())


def _file_job(
    file: FoundFile, content_hash: str, old: StoredDocument | None, load: Load, split: Split, ocr: bool
) -> _Job:
    title = old.corrections.get("title", "") if old else ""

    def prepare() -> _Prepared:
        document = load(file.path, ocr=ocr)
        return _prepared(document, title or document.meta.title, split(document))

    outcome: Outcome = "added" if old is None else "changed"
    if old and old.content_hash == content_hash:
        outcome = "kept"
    return _Job(file.shown, file.path, file.size, content_hash, old, outcome, prepare)


def _stored_job(library: Library, stored: StoredDocument, shown: str, size: int, outcome: Outcome = "kept") -> _Job:
    """Return the job of embedding a document that is in the library already."""

    def prepare() -> _Prepared:
        document = replace(library.read(stored.id), meta=library.stated_meta(stored.id))
        chunks = [chunk.chunk for chunk in library.chunks_of(stored.version)]
        return _prepared(document, stored.meta.title, chunks)

    return _Job(shown, Path(stored.path), size, stored.content_hash, stored, outcome, prepare)


def _prepared(document: Document, title: str, chunks: Sequence[Chunk]) -> _Prepared:
    texts: dict[str, str] = {}

    def keyed(text: str) -> str:
        key = key_of(text)
        texts[key] = text
        return key

    return _Prepared(
        document=document,
        chunks=tuple(chunks),
        keys=tuple(tuple(keyed(text) for text in sentence_texts(document.text, chunk)) for chunk in chunks),
        context_keys=tuple(keyed(context_text(title, chunk.path)) for chunk in chunks),
        texts=texts,
    )


class _Pipeline:
    """Runs jobs: reading ahead, embedding in batches, storing each document when its vectors are there.

    Everything of the library that changes does so in the thread that calls `run`.
    """

    def __init__(self, library: Library, embedder: Embedder, meter: _Meter) -> None:
        self._library = library
        self._embedder = embedder
        self._meter = meter
        self._reading: deque[tuple[_Job, Future[_Prepared]]] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._texts: dict[str, str] = {}
        self._embedding: dict[Future[Matrix], list[str]] = {}
        self._under_way: set[str] = set()
        self._outcomes: dict[str, Outcome | Failure] = {}

    def run(self, jobs: Iterable[_Job]) -> dict[str, Outcome | Failure]:
        """Return what became of each job, by the name it is shown under."""
        to_do = deque(jobs)
        # the embedder is closed first, so that no thread waits for work that it will not do
        with (
            ThreadPoolExecutor(BATCHES_AT_ONCE) as embedders,
            ThreadPoolExecutor(FILES_AT_ONCE) as readers,
            _bulk(self._embedder) as bulk,
        ):
            try:
                while True:
                    self._read_ahead(to_do, readers)
                    self._admit()
                    self._hand_out(embedders, bulk)
                    self._store_documents()
                    futures: list[Future[Any]] = [*self._embedding, *(future for _, future in islice(self._reading, 1))]
                    if futures:
                        wait(futures, return_when=FIRST_COMPLETED)
                        self._store_vectors()
                    elif not to_do:  # files whose vectors are all there leave nothing to wait for, but more may come
                        return self._outcomes
            except BaseException:
                readers.shutdown(wait=False, cancel_futures=True)
                embedders.shutdown(wait=False, cancel_futures=True)
                raise

    def _read_ahead(self, to_do: deque[_Job], readers: ThreadPoolExecutor) -> None:
        while to_do and len(self._reading) < FILES_AHEAD and len(self._texts) < TEXTS_AHEAD:
            job = to_do.popleft()
            self._reading.append((job, readers.submit(job.prepare)))

    def _admit(self) -> None:
        """Take in what has been read, in order."""
        while self._reading and self._reading[0][1].done():
            job, future = self._reading.popleft()
            try:
                prepared = future.result()
            except LibraryUnavailable:
                raise
            except Exception as error:
                self._fail(job, error)
                continue
            self._meter.read(job, sum(map(len, prepared.keys)))
            missing = self._library.missing_keys(self._embedder.name, prepared.texts)
            for key in missing:
                if key not in self._under_way:
                    self._under_way.add(key)
                    self._texts[key] = prepared.texts[key]
            self._waiting.append(_Waiting(job, prepared, set(missing)))

    def _hand_out(self, embedders: ThreadPoolExecutor, embedder: Embedder) -> None:
        """Give full batches to the embedder, and part of one where it would be idle or nothing more is to come."""
        while self._texts and len(self._embedding) < BATCHES_AT_ONCE:
            keys, full = _next_batch(self._texts)
            if not full and self._embedding and self._reading:
                return
            texts = [self._texts.pop(key) for key in keys]
            self._embedding[embedders.submit(embedder.embed_passages, texts)] = keys

    def _store_vectors(self) -> None:
        for future in [future for future in self._embedding if future.done()]:
            keys = self._embedding.pop(future)
            self._library.put_vectors(self._embedder.name, dict(zip(keys, self._rows(future), strict=True)))
            self._under_way.difference_update(keys)
            for waiting in self._waiting:
                waiting.missing.difference_update(keys)
        self._store_documents()
        if self._waiting:
            first = self._waiting[0]
            self._meter.embedded(first.job, len(first.prepared.texts) - len(first.missing), len(first.prepared.texts))

    def _rows(self, future: Future[Matrix]) -> Matrix:
        try:
            return future.result()
        except IndexingError:
            raise
        except Exception as error:
            raise EmbeddingFailed(f"the embedder {self._embedder.name} fails: {error!r}") from error

    def _store_documents(self) -> None:
        while self._waiting and not self._waiting[0].missing:
            waiting = self._waiting.popleft()
            try:
                self._outcomes[waiting.job.shown] = self._store(waiting.job, waiting.prepared)
                self._meter.finished(waiting.job)
            except LibraryUnavailable:
                raise
            except Exception as error:
                self._fail(waiting.job, error)

    def _store(self, job: _Job, prepared: _Prepared) -> Outcome:
        stored = self._library.put(
            job.path,
            job.content_hash,
            prepared.document,
            prepared.chunks,
            prepared.keys,
            prepared.context_keys,
            job.old.id if job.old else None,
        )
        kept = job.old is not None and job.old.version == stored.version
        return "changed" if job.outcome == "kept" and not kept else job.outcome

    def _fail(self, job: _Job, error: Exception) -> None:
        reason = str(error) if isinstance(error, CorpusError) else f"{type(error).__name__}: {error}"
        self._outcomes[job.shown] = Failure(job.shown, " ".join(reason.split()))
        self._meter.finished(job)


def _bulk(embedder: Embedder) -> AbstractContextManager[Embedder]:
    return embedder.bulk() if isinstance(embedder, _HasBulk) else nullcontext(embedder)


def _next_batch(texts: Mapping[str, str]) -> tuple[list[str], bool]:
    """Return the keys of the next texts to embed, and whether they fill a batch."""
    keys: list[str] = []
    characters = 0
    for key, text in texts.items():
        keys.append(key)
        characters += len(text)
        if len(keys) == BATCH_TEXTS or characters >= BATCH_CHARACTERS:
            return keys, True
    return keys, False


def _prune(library: Library, roots: Sequence[Path]) -> tuple[str, ...]:
    """Remove the documents at or under the roots whose files are gone, and return their files."""
    removed = []
    for document in library.documents():
        path = Path(document.path)
        if any(path.is_relative_to(root) for root in roots) and is_gone(path):
            library.remove(document.id)
            removed.append(document.path)
    return tuple(removed)


def _any_below(files: Iterable[str], folder: Path) -> bool:
    return any(Path(file).is_relative_to(folder) for file in files)


@dataclass(slots=True)
class _Meter:
    """How far the work is, in sentences; those of files not read yet are guessed from their size."""

    jobs: Sequence[_Job]
    progress: Progress | None
    _bytes_read: int = 0
    _sentences_read: int = 0
    _bytes_left: int = field(init=False)
    _counts: dict[str, int] = field(default_factory=dict)
    _done: int = 0
    _begun: int = 0

    def __post_init__(self) -> None:
        self._bytes_left = sum(job.size for job in self.jobs)

    def read(self, job: _Job, sentences: int) -> None:
        self._counts[job.shown] = sentences
        self._bytes_read += job.size
        self._bytes_left -= job.size
        self._sentences_read += sentences
        self._tell(job)

    def embedded(self, job: _Job, texts: int, all_texts: int) -> None:
        self._begun = self._counts[job.shown] * texts // max(all_texts, 1)
        self._tell(job)

    def finished(self, job: _Job) -> None:
        if job.shown in self._counts:
            self._done += self._counts.pop(job.shown)
            self._begun = 0
        else:
            self._bytes_left -= job.size
        self._tell(job)

    def _tell(self, job: _Job) -> None:
        if self.progress:
            rate = self._sentences_read / self._bytes_read if self._bytes_read else 0.01
            done = self._done + self._begun
            self.progress(done, max(done, self._sentences_read + round(self._bytes_left * rate)), job.path.name)
