"""The library after kill -9, two writers at once, a full disk and damage: whole documents or a clear error."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import HashingEmbedder
from samples import load_plain, split_paragraphs, write_files

from corpus.errors import LibraryUnavailable
from corpus.library import FILE_NAME, Library
from indexing.ingesting import IngestReport, ingest

ROOT = Path(__file__).parents[2]

CHILD = """
import sys
from pathlib import Path
from fakes import HashingEmbedder
from samples import load_plain, split_paragraphs
from corpus.errors import LibraryUnavailable
from corpus.library import Library
from indexing.ingesting import ingest

try:
    with Library.open(Path(sys.argv[1])) as library:
        embedder = HashingEmbedder(delay_seconds=float(sys.argv[3]))
        print("begun", flush=True)
        report = ingest(
            [Path(sys.argv[2])], library, embedder, load=load_plain, split=split_paragraphs, suffixes={".txt"}
        )
        print(len(report.added), len(report.changed), len(report.kept), len(report.failed), flush=True)
except LibraryUnavailable as error:
    print(error, flush=True)
    sys.exit(1)
"""


def start_ingest(library: Path, files: Path, delay_seconds: float) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(library), str(files), str(delay_seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def ingest_here(library: Library, files: Path, embedder: HashingEmbedder) -> IngestReport:
    return ingest([files], library, embedder, load=load_plain, split=split_paragraphs, suffixes={".txt"})


def require_whole_documents(library: Library, files: Path) -> None:
    """Check that each document is a file as it was or is, with every chunk and vector of it."""
    assert library.check() == ()
    for document in library.documents():
        text = library.read(document.id).text
        chunks = library.chunks_of(document.version)
        assert "\n".join(chunk.text for chunk in chunks) == text
        assert document.chunk_count == len(chunks)
        assert sum(len(chunk.keys) for chunk in chunks) == document.sentence_count
    assert library.documents_without_vectors("hashing-64") == []


def test_a_kill_at_any_moment_leaves_whole_documents_and_a_rerun_finishes(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 30, sentences=40)
    chance = random.Random(5)  # noqa: S311
    stored_so_far = 0
    for _ in range(8):
        with start_ingest(home, files, delay_seconds=0.05) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.35))
            child.send_signal(signal.SIGKILL)
        with Library.open(home) as library:
            require_whole_documents(library, files)
            assert len(library.documents()) >= stored_so_far
            stored_so_far = len(library.documents())
    with Library.open(home) as library:
        report = ingest_here(library, files, HashingEmbedder())
        assert (len(report.added) + len(report.kept), report.failed) == (30, ())
        assert len(report.kept) == stored_so_far
        require_whole_documents(library, files)
        assert len(library.documents()) == 30


def test_a_kill_while_documents_change_leaves_each_old_or_new(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    paths = write_files(files, 20, sentences=30)
    with Library.open(home) as library:
        ingest_here(library, files, HashingEmbedder())
    old = {path.name: path.read_text() for path in paths}
    for path in paths:
        path.write_text("\n".join(f"New sentence {place} of {path.name}." for place in range(35)))
    new = {path.name: path.read_text() for path in paths}
    with start_ingest(home, files, delay_seconds=0.1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.5)
        child.send_signal(signal.SIGKILL)
    with Library.open(home) as library:
        require_whole_documents(library, files)
        texts = {document.name: library.read(document.id).text for document in library.documents()}
        assert set(texts) == set(old)
        assert all(text in (old[name], new[name]) for name, text in texts.items())
        assert ingest_here(library, files, HashingEmbedder()).failed == ()
        assert {d.name: library.read(d.id).text for d in library.documents()} == new
        require_whole_documents(library, files)


def test_work_that_was_stored_is_not_done_again_after_a_kill_inside_a_document(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 1, sentences=3000)
    with start_ingest(home, files, delay_seconds=0.1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.6)
        child.send_signal(signal.SIGKILL)
    with Library.open(home) as library:
        assert library.documents() == []
        embedder = HashingEmbedder()
        assert len(ingest_here(library, files, embedder).added) == 1
        assert len(embedder.texts) < 3001
        require_whole_documents(library, files)


def test_two_processes_may_index_the_same_folder_at_once(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 25, sentences=20)
    with start_ingest(home, files, 0.02) as first, start_ingest(home, files, 0.02) as second:
        said = [child.communicate(timeout=60)[0].splitlines()[-1] for child in (first, second)]
    for line in said:
        added, changed, kept, failed = map(int, line.split())
        assert (added + changed + kept, failed) == (25, 0)
    with Library.open(home) as library:
        assert len(library.documents()) == 25
        require_whole_documents(library, files)


def test_many_processes_may_make_the_same_library_at_once(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    children = [start_ingest(tmp_path / "library", tmp_path / "files", 0.0) for _ in range(5)]
    for child in children:
        with child:
            assert child.communicate(timeout=60)[0].splitlines()[-1] == "0 0 0 0"


def test_a_reader_sees_whole_documents_while_another_process_writes(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 20, sentences=20)
    with Library.open(home) as library, start_ingest(home, files, 0.02) as child:
        while child.poll() is None:
            for version in library.versions():
                assert len(library.chunks_of(version)) in (0, 20)
        assert len(library.documents()) == 20


@pytest.mark.parametrize("part", ["beginning", "middle"])
def test_damage_is_said_in_one_line(tmp_path: Path, part: str) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 10, sentences=50)
    with Library.open(home) as library:
        ingest_here(library, files, HashingEmbedder())
    file = home / FILE_NAME
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(0 if part == "beginning" else 8192)
        damaged.write(b"\xff" * (4096 if part == "beginning" else size - 8192))
    with (
        pytest.raises(LibraryUnavailable, match=r"is damaged .* index the documents again") as caught,
        Library.open(home) as library,
    ):
        library.documents()
    assert "\n" not in str(caught.value)


def test_a_torn_file_is_said(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 10, sentences=50)
    with Library.open(home) as library:
        ingest_here(library, files, HashingEmbedder())
    os.truncate(home / FILE_NAME, 3 * 8192)
    with pytest.raises(LibraryUnavailable, match="is damaged"), Library.open(home) as library:
        library.sentence_vectors("hashing-64")


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "library"
    write_files(files, 2, sentences=20)
    with Library.open(home) as library:
        ingest_here(library, files, HashingEmbedder())
        before = library.documents()
    write_files(files, 30, sentences=300)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    ran = subprocess.run(
        [sys.executable, "-c", code + CHILD, str(home), str(files), "0"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=60,
    )
    assert ran.returncode == 1
    assert "the library" in ran.stdout.splitlines()[-1]
    assert "Traceback" not in ran.stderr
    with Library.open(home) as library:
        require_whole_documents(library, files)
        assert {document.name for document in library.documents()} >= {document.name for document in before}
        assert ingest_here(library, files, HashingEmbedder()).failed == ()


def test_a_writer_that_takes_too_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.database.BUSY_SECONDS", 0.1)
    with Library.open(tmp_path) as library:
        other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            assert library.documents() == []
            with pytest.raises(LibraryUnavailable, match="being written by another program"):
                library.remove_unused_vectors()
        finally:
            other.rollback()
            other.close()
        assert library.remove_unused_vectors() == 0
