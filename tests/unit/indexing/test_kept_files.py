"""The files handed in: under harmless names, in their folder alone, never one over another."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from corpus.errors import CorpusError, DocumentTooLarge, UnreadableDocument
from indexing.kept_files import LEFTOVER_SECONDS, MAX_NAME_BYTES, KeptFiles, safe_name


@pytest.fixture
def files(tmp_path: Path) -> KeptFiles:
    return KeptFiles(tmp_path, max_bytes=100)


def put(files: KeptFiles, name: str, content: bytes) -> Path:
    return files.place(files.stage(name, io.BytesIO(content))).path


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\a.pdf", "a.pdf"),
        ("/", "dokument"),
        ("..", "dokument"),
        (".skjult.txt", "skjult.txt"),
        ("a\x00b\n.txt", "ab.txt"),
        ("vilk\u00e5r\u202etxt.pdf", "vilk\u00e5rtxt.pdf"),
        ("a\u030a.txt", "å.txt"),
        ('<img src="x">?.md', "img src=x.md"),
        ("", "dokument"),
        ("\udce6.txt", "txt"),
    ],
)
def test_a_name_is_made_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    name = safe_name("å" * 500 + ".docx")
    assert name.endswith("å.docx")
    assert len(name.encode()) <= MAX_NAME_BYTES


def test_a_file_comes_into_the_folder_and_nothing_is_left_beside_it(files: KeptFiles) -> None:
    path = put(files, "../møde.txt", b"one")
    assert path == files.folder / "møde.txt"
    assert path.read_bytes() == b"one"
    assert list((files.folder / ".incoming").iterdir()) == []


def test_a_taken_name_gets_a_number_and_the_same_bytes_do_not(files: KeptFiles) -> None:
    paths = [put(files, "a.txt", content) for content in (b"one", b"two", b"three", b"two")]
    assert [path.name for path in paths] == ["a.txt", "a (2).txt", "a (3).txt", "a (2).txt"]
    assert (files.folder / "a.txt").read_bytes() == b"one"


@pytest.mark.parametrize(("size", "error"), [(0, UnreadableDocument), (101, DocumentTooLarge)])
def test_an_empty_and_a_large_file_are_refused_and_leave_nothing(
    files: KeptFiles, size: int, error: type[CorpusError]
) -> None:
    with pytest.raises(error):
        files.stage("a.txt", io.BytesIO(b"x" * size))
    assert list((files.folder / ".incoming").iterdir()) == []


def test_nothing_outside_the_folder_is_discarded(files: KeptFiles, tmp_path: Path) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text("mine")
    for path in (outside, files.folder / ".." / "mine.txt", files.folder / ".incoming" / ".." / ".." / "mine.txt"):
        files.discard(path)
    assert outside.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "originals").write_text("in the way")
    with pytest.raises(CorpusError, match="the file cannot be stored: "):
        KeptFiles(tmp_path, 100).stage("a.txt", io.BytesIO(b"x"))


def test_what_an_ended_process_left_is_cleared_and_what_is_at_work_stays(files: KeptFiles) -> None:
    old, new = (files.stage("a.txt", io.BytesIO(b"x")) for _ in range(2))
    long_ago = time.time() - LEFTOVER_SECONDS - 1
    os.utime(old.parent, (long_ago, long_ago))
    files.clear_leftovers()
    assert (old.exists(), new.exists()) == (False, True)
