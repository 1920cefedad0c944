"""Documents added, replaced, corrected and removed while the library is in use."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from samples import load_plain, split_paragraphs

from corpus.documents import Document
from corpus.errors import InvalidCorrection, NeedsPassword, UnknownDocument
from corpus.library import Library
from indexing.exact import ExactIndex
from indexing.ingesting import ingest
from indexing.intake import DocumentBusy, Intake, Job
from indexing.kept_files import KeptFiles
from indexing.keywords import FtsKeywordIndex
from indexing.retrieving import HybridRetriever

TEXT = "The harbour opens in May.\nThe council meets four times a year."
NEW_TEXT = "The harbour opens in June.\nThe council meets four times a year."
WAIT_SECONDS = 30


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def intake(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> Iterator[Intake]:
    built = build_intake(library, embedder, tmp_path)
    yield built
    built.close()


def build_intake(library: Library, embedder: HashingEmbedder, folder: Path, **parts: Any) -> Intake:
    files = KeptFiles(folder / "library", max_bytes=1000)
    settings: dict[str, Any] = {"load": load_plain, "split": split_paragraphs, "suffixes": {".txt", ".md"}}
    return Intake(library, embedder, files, **{**settings, **parts})


def wait_for(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finish(intake: Intake, job: Job) -> Job:
    """Wait until nothing more becomes of a job."""

    def now() -> Job:
        return next(known for known in intake.jobs() if known.id == job.id)

    wait_for(lambda: now().is_finished)
    return now()


def add(intake: Intake, name: str, text: str = TEXT) -> Job:
    return finish(intake, intake.add(name, io.BytesIO(text.encode())))


def originals(library: Library) -> list[str]:
    folder = library.file.parent / "originals"
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_becomes_a_document_and_lies_with_the_library(intake: Intake, library: Library) -> None:
    job = add(intake, "../../havn.txt")
    assert (job.name, job.state, job.outcome, job.reason) == ("havn.txt", "done", "added", "")
    assert (job.done, job.total) == (2, 2)
    stored = library.find("havn.txt")
    assert (stored.id, Path(stored.path)) == (job.document_id, library.file.parent.resolve() / "originals" / "havn.txt")
    assert library.read(stored.id).text == TEXT
    assert intake.keeps(stored)
    assert intake.file_state(stored) == "there"
    assert intake.documents_without_vectors() == frozenset()


def test_the_next_question_finds_what_has_come_in_and_not_what_has_gone(
    intake: Intake, library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    keywords = FtsKeywordIndex(tmp_path / "keywords.sqlite")
    retriever = HybridRetriever(library, embedder, ExactIndex(embedder.dimensions), keywords)
    assert retriever.retrieve("When does the harbour open?", 5) == []
    job = add(intake, "havn.txt")
    assert "opens in May" in retriever.retrieve("When does the harbour open?", 5)[0].text
    finish(intake, intake.replace(job.document_id, "new.txt", io.BytesIO(NEW_TEXT.encode())))
    assert "opens in June" in retriever.retrieve("When does the harbour open?", 5)[0].text
    intake.remove(job.document_id)
    assert retriever.retrieve("When does the harbour open?", 5) == []


def test_a_taken_name_gets_a_number_and_the_same_file_is_kept_once(intake: Intake, library: Library) -> None:
    first, second = add(intake, "a.txt"), add(intake, "a.txt", NEW_TEXT)
    again = add(intake, "another name.txt")
    assert originals(library) == ["a (2).txt", "a.txt"]
    assert (again.outcome, again.document_id) == ("kept", first.document_id)
    assert second.outcome == "added"
    assert len(library.documents()) == 2


@pytest.mark.parametrize(
    ("name", "content", "failure", "reason"),
    [
        ("a.exe", b"MZ", "unsupported", "no reader knows the suffix '.exe'"),
        ("a.txt", b"", "unreadable", "is empty"),
        ("a.txt", b"x" * 1001, "too_large", "over the limit of 1,000"),
        ("a.txt", b"BROKEN", "unreadable", "the file is broken"),
        ("a.txt", b"SURPRISE", "program", "by chance"),
    ],
)
def test_a_file_that_fails_says_why_and_leaves_nothing(
    intake: Intake, library: Library, name: str, content: bytes, failure: str, reason: str
) -> None:
    job = finish(intake, intake.add(name, io.BytesIO(content)))
    assert (job.state, job.failure) == ("failed", failure)
    assert job.reason.startswith(reason) or reason in job.reason
    assert library.documents() == []
    assert not (library.file.parent / "originals").exists() or originals(library) == []
    assert add(intake, "good.txt").state == "done"


def test_the_kind_of_a_readers_error_is_told(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    def load(path: Path, *, ocr: bool = False) -> Document:
        raise NeedsPassword(f"{path.name}: opens only with a password")

    intake = build_intake(library, embedder, tmp_path, load=load)
    job = add(intake, "a.txt")
    assert (job.failure, job.reason) == ("needs_password", "opens only with a password")
    intake.close()


def test_a_new_version_keeps_id_path_and_corrections_and_the_old_text_is_kept(intake: Intake, library: Library) -> None:
    old = library.find(add(intake, "havn.txt").document_id)
    intake.correct(old.id, {"title": "The harbour", "date": "2031-05"})
    job = finish(intake, intake.replace(old.id, "havn 2031 (endelig).txt", io.BytesIO(NEW_TEXT.encode())))
    assert (job.state, job.outcome, job.document_id) == ("done", "changed", old.id)
    new = library.find(old.id)
    assert (new.path, new.meta.title, new.meta.date) == (old.path, "The harbour", "2031-05")
    assert [text for _, text in library.past_texts(old.id)] == [TEXT, NEW_TEXT]
    assert originals(library) == ["havn.txt"]
    assert intake.file_state(new) == "there"
    assert intake.documents_without_vectors() == frozenset()


def test_a_new_version_of_another_kind_takes_the_place_of_the_old_file(intake: Intake, library: Library) -> None:
    old = library.find(add(intake, "havn.txt").document_id)
    finish(intake, intake.replace(old.id, "havn.md", io.BytesIO(NEW_TEXT.encode())))
    new = library.find(old.id)
    assert (new.name, originals(library)) == ("havn.md", ["havn.md"])


def test_a_document_from_elsewhere_is_replaced_and_removed_without_touching_its_file(
    intake: Intake, library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text(TEXT, encoding="utf-8")
    ingest([outside], library, embedder, load=load_plain, split=split_paragraphs, suffixes={".txt"})
    stored = library.find("mine.txt")
    assert not intake.keeps(stored)
    finish(intake, intake.replace(stored.id, "mine.txt", io.BytesIO(NEW_TEXT.encode())))
    assert library.read(stored.id).text == NEW_TEXT
    assert originals(library) == ["mine.txt"]
    intake.remove(stored.id)
    assert (originals(library), outside.read_text(encoding="utf-8")) == ([], TEXT)
    assert library.documents() == []


@pytest.mark.parametrize("name", ["new.txt", "new.md"])
def test_a_new_version_that_cannot_be_read_changes_nothing(intake: Intake, library: Library, name: str) -> None:
    old = library.find(add(intake, "havn.txt").document_id)
    job = finish(intake, intake.replace(old.id, name, io.BytesIO(b"BROKEN")))
    assert (job.state, job.failure) == ("failed", "unreadable")
    assert library.find(old.id) == old
    assert originals(library) == ["havn.txt"]
    assert intake.file_state(old) == "there"


def test_a_document_is_left_alone_while_its_new_version_is_on_the_way(
    library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    go_on, reading = threading.Event(), threading.Event()

    def load(path: Path, *, ocr: bool = False) -> Document:
        if "June" in path.read_text(encoding="utf-8"):
            reading.set()
            assert go_on.wait(WAIT_SECONDS)
        return load_plain(path)

    intake = build_intake(library, embedder, tmp_path, load=load)
    identity = add(intake, "havn.txt").document_id
    job = intake.replace(identity, "new.txt", io.BytesIO(NEW_TEXT.encode()))
    assert reading.wait(WAIT_SECONDS)
    assert intake.jobs()[0].state == "reading"
    waiting = intake.add("other.txt", io.BytesIO(b"Another note."))
    assert waiting.state == "waiting"
    for act in (
        lambda: intake.remove(identity),
        lambda: intake.correct(identity, {"title": "x"}),
        lambda: intake.replace(identity, "x.txt", io.BytesIO(b"x")),
    ):
        with pytest.raises(DocumentBusy):
            act()
    assert library.read(identity).text == TEXT
    go_on.set()
    assert (finish(intake, job).state, finish(intake, waiting).state) == ("done", "done")
    assert library.read(identity).text == NEW_TEXT
    intake.close()


def test_files_that_come_at_once_and_another_process_indexing_do_not_disturb_one_another(
    intake: Intake, library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for number in range(5):
        (outside / f"out{number}.txt").write_text(f"Outside note {number}.", encoding="utf-8")

    def index() -> None:
        with Library.open(tmp_path / "library") as other:
            ingest([outside], other, embedder, load=load_plain, split=split_paragraphs, suffixes={".txt"})

    def hand_in(number: int) -> None:
        intake.add("same name.txt", io.BytesIO(f"Handed in {number}.".encode()))

    threads = [threading.Thread(target=index), *(threading.Thread(target=hand_in, args=(n,)) for n in range(5))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: all(job.is_finished for job in intake.jobs()))
    assert {job.state for job in intake.jobs()} == {"done"}
    assert len(library.documents()) == 10
    assert len(originals(library)) == 5
    assert library.documents_without_vectors(embedder.name) == []


def test_an_unknown_id_a_name_and_a_bad_correction_are_refused(intake: Intake) -> None:
    identity = add(intake, "havn.txt").document_id
    for unknown in ("nope", "havn.txt"):
        with pytest.raises(UnknownDocument):
            intake.remove(unknown)
        with pytest.raises(UnknownDocument):
            intake.replace(unknown, "x.txt", io.BytesIO(b"x"))
    with pytest.raises(InvalidCorrection):
        intake.correct(identity, {"date": "soon"})


def test_a_file_that_was_changed_or_is_gone_is_told(intake: Intake, library: Library) -> None:
    stored = library.find(add(intake, "havn.txt").document_id)
    Path(stored.path).write_text("Something else entirely.", encoding="utf-8")
    assert intake.file_state(stored) == "changed"
    Path(stored.path).unlink()
    assert intake.file_state(stored) == "gone"
    assert intake.remove(stored.id).id == stored.id


def test_a_document_without_its_vectors_is_told_and_mended_by_handing_it_in_again(
    library: Library, intake: Intake, tmp_path: Path
) -> None:
    job = add(intake, "havn.txt")
    other = build_intake(library, HashingEmbedder(32, name="other"), tmp_path)
    assert other.documents_without_vectors() == {job.document_id}
    again = finish(other, other.add("havn.txt", io.BytesIO(TEXT.encode())))
    assert (again.document_id, other.documents_without_vectors()) == (job.document_id, frozenset())
    other.close()
