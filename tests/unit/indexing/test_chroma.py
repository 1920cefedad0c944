"""Chroma as a cache: what happens to its folder must never matter."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexing.chroma import ChromaIndex
from indexing.errors import IndexInUse

ROWS = np.eye(4, dtype=np.float32)


def filled(folder: Path, name: str = "e5") -> ChromaIndex:
    index = ChromaIndex(folder, name)
    index.add("v1", [1, 2, 3, 4], ROWS)
    return index


def test_what_was_added_is_there_after_reopening(tmp_path: Path) -> None:
    filled(tmp_path / "chroma").close()
    again = ChromaIndex(tmp_path / "chroma", "e5")
    assert again.versions() == {"v1"}
    assert next(iter(again.search(ROWS[2], 1))) == 3
    again.close()


def test_another_embedder_starts_over(tmp_path: Path) -> None:
    filled(tmp_path / "chroma").close()
    other = ChromaIndex(tmp_path / "chroma", "another")
    assert other.versions() == set()
    other.close()


@pytest.mark.parametrize("damage", ["deleted", "torn", "garbage"])
def test_a_damaged_folder_becomes_an_empty_index(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "chroma"
    filled(folder).close()
    if damage == "deleted":
        shutil.rmtree(folder)
    elif damage == "torn":
        database = folder / "chroma.sqlite3"
        database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    else:
        (folder / "chroma.sqlite3").write_bytes(b"not a database at all" * 100)
    again = ChromaIndex(folder, "e5")
    assert again.versions() == set()
    again.add("v2", [5], ROWS[:1])
    assert again.search(ROWS[0], 1) == pytest.approx({5: 1.0}, abs=1e-3)
    again.close()


def test_a_second_process_is_told_the_folder_is_taken(tmp_path: Path) -> None:
    index = filled(tmp_path / "chroma")
    code = (
        "import sys; from pathlib import Path; from filelock import FileLock\n"
        "FileLock(sys.argv[1] + '.lock').acquire(timeout=0)"
    )
    second = subprocess.run([sys.executable, "-c", code, str(tmp_path / "chroma")], capture_output=True, check=False)
    assert second.returncode != 0
    assert b"Timeout" in second.stderr
    index.close()


def test_an_index_that_another_holds_is_refused_by_name(tmp_path: Path) -> None:
    from filelock import FileLock

    lock = FileLock(f"{tmp_path / 'chroma'}.lock", is_singleton=False)
    lock.acquire()
    with pytest.raises(IndexInUse, match="chroma"):
        ChromaIndex(tmp_path / "chroma", "e5")
    lock.release()
