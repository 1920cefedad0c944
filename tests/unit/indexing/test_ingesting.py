"""Files into the library: what is read, what is left alone, what is embedded, and what is said about the rest."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashingEmbedder
from samples import load_plain, split_paragraphs, write_files

from corpus.documents import Document
from corpus.errors import InvalidCorrection, LibraryUnavailable
from corpus.library import Library
from indexing.errors import EmbeddingFailed, IndexingError
from indexing.hits import Embedder, Matrix
from indexing.ingesting import BATCH_TEXTS, Failure, IngestReport, correct_meta, ingest
from indexing.vectors import context_text, key_of


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "files", 3)
    return tmp_path / "files"


@pytest.fixture
def without_root() -> Iterator[Path]:
    """Give a folder to work in with the rights of nobody in particular."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def run(library: Library, embedder: Embedder, *paths: Path, **options: Any) -> IngestReport:
    settings: dict[str, Any] = {"load": load_plain, "split": split_paragraphs, "suffixes": {".txt", ".md"}}
    return ingest(paths, library, embedder, **{**settings, **options})


def names(files: tuple[str, ...]) -> list[str]:
    return [Path(file).name for file in files]


def never(path: Path, *, ocr: bool = False) -> Document:
    raise AssertionError(f"{path} was read")


def test_a_folder_is_taken_in_with_all_its_vectors(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    report = run(library, embedder, folder)
    assert names(report.added) == ["file00.txt", "file01.txt", "file02.txt"]
    assert report == IngestReport(added=report.added)
    vectors = library.sentence_vectors(embedder.name)
    assert (len(vectors.versions), len(vectors.sentences), vectors.incomplete) == (3, 15, ())
    assert len(embedder.texts) == len(set(embedder.texts)) == 15 + 3


def test_no_file_is_left_out_where_every_vector_is_there_already(
    library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    write_files(tmp_path / "many", 30)
    assert len(run(library, embedder, tmp_path / "many").added) == 30
    for _ in range(10):
        for document in library.documents():
            library.remove(document.id)
        assert len(run(library, embedder, tmp_path / "many").added) == 30


def test_a_second_run_reads_and_embeds_nothing(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    run(library, embedder, folder)
    before = (library.documents(), library.generation(), len(embedder.requests))
    report = run(library, embedder, folder, load=never)
    assert names(report.kept) == ["file00.txt", "file01.txt", "file02.txt"]
    assert (library.documents(), library.generation(), len(embedder.requests)) == before


def test_only_what_is_new_in_a_changed_file_is_embedded(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    old = library.find("file01.txt")
    embedder.requests.clear()
    with (folder / "file01.txt").open("a") as file:
        file.write("\nA sentence at the end.")
    report = run(library, embedder, folder)
    assert (names(report.changed), len(report.kept)) == (["file01.txt"], 2)
    assert embedder.texts == ["A sentence at the end."]
    assert library.find("file01.txt").id == old.id


def test_one_bad_file_never_stops_the_rest(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    (folder / "file00.txt").write_text("BROKEN")
    (folder / "file01.txt").write_text("SURPRISE")
    (folder / "latin.txt").write_bytes(b"\xe6\xf8\xe5")
    report = run(library, embedder, folder)
    assert names(report.added) == ["file02.txt"]
    reasons = {Path(failure.file).name: failure.reason for failure in report.failed}
    assert reasons["file00.txt"] == "the file is broken"
    assert reasons["file01.txt"] == "ZeroDivisionError: by chance"
    assert reasons["latin.txt"].startswith("UnicodeDecodeError: ")


def test_what_cannot_be_stored_fails_alone(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    def load(path: Path, *, ocr: bool = False) -> Document:
        document = load_plain(path)
        return document if path.name != "file01.txt" else Document("x", "torn \ud800", document.meta, document.pages)

    report = run(library, embedder, folder, load=load)
    assert (len(report.added), names(tuple(f.file for f in report.failed))) == (2, ["file01.txt"])


def test_a_known_document_whose_file_fails_stays_as_it_was(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    before = library.documents()
    (folder / "file00.txt").write_text("BROKEN")
    assert len(run(library, embedder, folder).failed) == 1
    assert library.documents() == before


def test_files_of_other_kinds_are_skipped_in_a_folder_and_fail_when_named(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    (folder / "picture.png").write_bytes(b"x")
    assert names(run(library, embedder, folder).skipped) == ["picture.png"]
    (failure,) = run(library, embedder, folder / "picture.png").failed
    assert failure.reason == "files of the kind '.png' cannot be read: use one of .md, .txt"


def test_what_is_not_there_fails(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    report = run(library, embedder, folder / "nowhere", folder / "file00.txt", Path("a\0b"), folder / ("x" * 300))
    assert len(report.added) == 1
    assert report.failed[0] == Failure(str(folder / "nowhere"), "no such file or folder")
    assert len(report.failed) == 3


def test_something_that_is_no_file_is_never_opened(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    report = run(library, embedder, folder, folder / "pipe.txt")
    assert names(report.skipped) == ["pipe.txt"]
    assert report.failed == (Failure(str(folder / "pipe.txt"), "neither a file nor a folder"),)


def test_a_folder_or_file_without_rights_fails_alone_and_is_not_pruned(
    tmp_path: Path, embedder: HashingEmbedder, without_root: Path
) -> None:
    write_files(without_root / "open", 1)
    write_files(without_root / "shut", 1)
    write_files(without_root / "files", 1)
    with Library.open(without_root / "library") as library:
        run(library, embedder, without_root)
        (without_root / "shut").chmod(0)
        (without_root / "files" / "file00.txt").chmod(0)
        report = run(library, embedder, without_root, prune=True)
        (without_root / "shut").chmod(0o700)
        assert [failure.reason for failure in report.failed] == ["no right to read it"] * 2
        assert (len(report.kept), report.removed, len(library.documents())) == (1, (), 3)


def test_a_walk_is_in_order_and_passes_over_hidden_entries_and_loops(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    write_files(folder / "b", 1)
    write_files(folder / ".hidden", 1)
    (folder / ".secret.txt").write_text("Secret.")
    (folder / "a").mkdir()
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "a" / "again").symlink_to(folder / "b")
    (folder / "dead.txt").symlink_to(folder / "nothing.txt")
    (folder / "Z.TXT").write_text("Capitals.")
    report = run(library, embedder, folder)
    assert [str(Path(file).relative_to(folder)) for file in report.added] == [
        "Z.TXT", "a/again/file00.txt", "file00.txt", "file01.txt", "file02.txt",
    ]  # fmt: skip
    assert report.failed == (Failure(str(folder / "dead.txt"), "no such file or folder"),)


def test_a_file_that_is_named_twice_is_taken_in_once(
    library: Library, embedder: HashingEmbedder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    report = run(library, embedder, Path("file00.txt"), Path("../files"), folder)
    assert report.added == ("file00.txt", "../files/file01.txt", "../files/file02.txt")


def test_a_name_that_is_not_utf8_fails_alone(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    try:
        (folder / os.fsdecode(b"bad\xff.txt")).write_text("Text.")
    except OSError:
        pytest.skip("the file system takes no such name")
    report = run(library, embedder, folder)
    assert len(report.added) == 3
    assert report.failed[0].file.endswith("bad\\xff.txt")


def test_the_same_text_under_two_names_is_kept_twice_and_embedded_once(
    library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    for name in ("a/x.txt", "b/x.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("One. Two.")
    report = run(library, embedder, tmp_path / "a", tmp_path / "b")
    assert len(report.added) == len(library.documents()) == 2
    assert sorted(embedder.texts) == sorted(["One.", "Two.", "x › 1. All of it"])


def test_a_file_that_was_moved_keeps_its_document(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    run(library, embedder, folder)
    old = library.find("file01.txt")
    (folder / "new").mkdir()
    (folder / "file01.txt").rename(folder / "new" / "other.txt")
    report = run(library, embedder, folder, prune=True, load=never)
    assert (names(report.changed), len(report.kept), report.removed) == (["other.txt"], 2, ())
    new = library.find("other.txt")
    assert (new.id, new.version) == (old.id, old.version)


def test_a_copy_does_not_take_the_document_of_the_file_that_is_still_there(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    shutil.copy(folder / "file01.txt", folder / "copy.txt")
    assert names(run(library, embedder, folder).added) == ["copy.txt"]


def test_a_file_with_another_suffix_is_read_again(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    run(library, embedder, folder)
    (folder / "file01.txt").rename(folder / "file01.md")
    report = run(library, embedder, folder, prune=True)
    assert (names(report.added), names(report.removed)) == (["file01.md"], ["file01.txt"])


def test_two_files_that_change_names_are_both_right_afterwards(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    texts = {path: path.read_text() for path in (folder / "file00.txt", folder / "file01.txt")}
    (folder / "file00.txt").write_text(texts[folder / "file01.txt"])
    (folder / "file01.txt").write_text(texts[folder / "file00.txt"])
    assert len(run(library, embedder, folder).changed) == 2
    assert library.read(library.find("file00.txt").id).text == texts[folder / "file01.txt"]


def test_pruning_removes_what_is_gone_under_the_given_paths_alone(
    library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(f"Text of {name}.")
    run(library, embedder, tmp_path)
    for name in ("a", "b", "c"):
        (tmp_path / name / f"{name}.txt").unlink()
    (tmp_path / "b").rmdir()
    assert run(library, embedder, tmp_path).removed == ()
    report = run(library, embedder, tmp_path / "a", tmp_path / "b", prune=True)
    assert (names(report.removed), report.failed) == (["a.txt", "b.txt"], ())
    assert [document.name for document in library.documents()] == ["c.txt"]
    assert run(library, embedder, tmp_path / "b", prune=True).failed != ()


def test_a_new_embedder_embeds_what_is_there_without_reading_it(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    versions = library.versions()
    other = HashingEmbedder(name="other")
    assert len(run(library, other, folder, load=never).kept) == 3
    assert library.sentence_vectors(other.name).incomplete == ()
    assert library.versions() == versions


def test_ocr_reads_again_what_was_read_with_warnings(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    def load(path: Path, *, ocr: bool = False) -> Document:
        document = load_plain(path)
        if path.name != "file01.txt":
            return document
        text = document.text + ("\nRead from a picture." if ocr else "")
        return Document(
            path.name, text, document.meta, document.pages, warnings=() if ocr else ("page 2 is a picture",)
        )

    run(library, embedder, folder, load=load)
    assert len(run(library, embedder, folder, load=never).kept) == 3
    report = run(library, embedder, folder, load=load, ocr=True)
    assert (names(report.changed), len(report.kept)) == (["file01.txt"], 2)
    assert len(run(library, embedder, folder, load=never, ocr=True).kept) == 3


def test_a_document_without_sentences_is_taken_in(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert len(run(library, embedder, tmp_path / "empty.txt").added) == 1
    assert embedder.requests == []


def test_small_documents_are_embedded_together_and_large_ones_in_batches(
    library: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    write_files(tmp_path / "small", 40, sentences=3)
    write_files(tmp_path / "large", 1, sentences=1000)
    run(library, embedder, tmp_path / "small", tmp_path / "large")
    assert max(len(request) for request in embedder.requests) <= BATCH_TEXTS
    assert len(embedder.requests) < 30
    assert library.documents_without_vectors(embedder.name) == []


def test_progress_grows_to_its_end(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 12, sentences=60)
    (tmp_path / "files" / "bad.txt").write_text("BROKEN")
    told: list[tuple[int, int, str]] = []
    run(library, embedder, tmp_path / "files", progress=lambda *told_now: told.append(told_now))
    done = [entry[0] for entry in told]
    assert done == sorted(done)
    assert all(entry[0] <= entry[1] for entry in told)
    assert told[-1][:2] == (720, 720)
    assert {entry[2] for entry in told} >= {"file00.txt", "file11.txt"}


def test_reading_goes_on_while_the_embedder_works(library: Library, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 6, sentences=BATCH_TEXTS)
    embedder = HashingEmbedder(delay_seconds=0.2)

    def load(path: Path, *, ocr: bool = False) -> Document:
        time.sleep(0.2)
        return load_plain(path)

    start = time.monotonic()
    run(library, embedder, tmp_path / "files", load=load)
    assert time.monotonic() - start < 6 * 0.4


@pytest.mark.parametrize("error", [EmbeddingFailed("no memory"), RuntimeError("strange")])
def test_an_embedder_that_fails_ends_the_run_and_what_was_stored_holds(
    library: Library, folder: Path, error: Exception
) -> None:
    class FailingEmbedder(HashingEmbedder):
        def embed_passages(self, texts: Any) -> Matrix:
            if any("file 2" in text for text in texts):
                raise error
            return super().embed_passages(texts)

    run(library, FailingEmbedder(), folder / "file00.txt")
    with pytest.raises(EmbeddingFailed, match=r"no memory|strange"):
        run(library, FailingEmbedder(), folder)
    assert "file00.txt" in [document.name for document in library.documents()]
    assert library.check() == ()


def test_ctrl_c_ends_the_run_and_the_next_goes_on(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 1, sentences=BATCH_TEXTS * 10)

    def interrupt(done: int, total: int, name: str) -> None:
        if done > BATCH_TEXTS * 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(library, embedder, tmp_path / "files", progress=interrupt)
    assert library.documents() == []
    embedder.requests.clear()
    assert len(run(library, embedder, tmp_path / "files").added) == 1
    assert len(embedder.texts) <= BATCH_TEXTS * 7 + 1


def test_a_bulk_embedder_is_used_and_closed(library: Library, folder: Path) -> None:
    class InBulk(HashingEmbedder):
        opened = closed = 0

        @contextlib.contextmanager
        def bulk(self) -> Iterator[HashingEmbedder]:
            self.opened += 1
            yield self
            self.closed += 1

    embedder = InBulk()
    run(library, embedder, folder)
    assert (embedder.opened, embedder.closed) == (1, 1)


def test_a_closed_library_is_said_and_is_no_fault_of_the_files(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    def load(path: Path, *, ocr: bool = False) -> Document:
        library.close()
        return load_plain(path)

    with pytest.raises(LibraryUnavailable, match="closed"):
        run(library, embedder, folder, load=load)


def test_a_corrected_title_is_embedded_and_outlives_the_next_reading(
    library: Library, embedder: HashingEmbedder, folder: Path
) -> None:
    run(library, embedder, folder)
    stored = library.find("file00.txt")
    corrected = correct_meta(library, embedder, stored.id, {"title": "A better title"})
    assert corrected.meta.title == "A better title"
    assert library.stated_meta(stored.id).title == "file00"
    context = key_of(context_text("A better title", ("1. All of it",)))
    assert {chunk.context_key for chunk in library.chunks_of(corrected.version)} == {context}
    assert library.documents_without_vectors(embedder.name) == []
    (folder / "file00.txt").write_text("Another text.")
    run(library, embedder, folder)
    changed = library.find(stored.id)
    assert {chunk.context_key for chunk in library.chunks_of(changed.version)} == {context}


def test_a_wrong_correction_embeds_nothing(library: Library, embedder: HashingEmbedder, folder: Path) -> None:
    run(library, embedder, folder)
    embedder.requests.clear()
    with pytest.raises(InvalidCorrection):
        correct_meta(library, embedder, library.find("file00.txt").id, {"title": ""})
    correct_meta(library, embedder, library.find("file00.txt").id, {"kind": "minutes"})
    assert embedder.requests == []


def test_many_kept_files_take_little_time(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 80, sentences=100)
    run(library, embedder, tmp_path / "files")
    start = time.monotonic()
    assert len(run(library, embedder, tmp_path / "files", load=never).kept) == 80
    assert time.monotonic() - start < 2


def test_vectors_stored_are_those_of_the_texts(library: Library, embedder: HashingEmbedder, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 3, sentences=200)
    run(library, embedder, tmp_path / "files")
    for version in library.versions():
        for chunk in library.chunks_of(version):
            (key,) = chunk.keys
            assert np.allclose(library.vectors(embedder.name, [key])[key], embedder.embed_query(chunk.text))


def test_every_kind_of_error_of_indexing_is_one_of_its_family() -> None:
    assert issubclass(EmbeddingFailed, IndexingError)
