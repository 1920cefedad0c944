"""The library: what is put is read back, a document is wholly old or wholly new, and errors are said."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import make_document, split_paragraphs

from corpus.documents import Chunk, Document, Sentence, Span
from corpus.errors import CorpusError, InvalidCorrection, LibraryUnavailable, UnknownDocument
from corpus.library import FILE_NAME, Library, StoredDocument
from indexing.vectors import context_text, key_of, sentence_texts

EMBEDDER = "test-embedder"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


def put(library: Library, text: str, path: str = "/files/note.txt", document_id: str | None = None) -> StoredDocument:
    return put_document(library, make_document(text, Path(path).name), path, document_id)


def put_document(
    library: Library, document: Document, path: str = "/files/note.txt", document_id: str | None = None
) -> StoredDocument:
    chunks = split_paragraphs(document)
    return library.put(
        Path(path),
        "hash of " + document.text[:20],
        document,
        chunks,
        [tuple(key_of(text) for text in sentence_texts(document.text, chunk)) for chunk in chunks],
        [key_of(context_text(document.meta.title, chunk.path)) for chunk in chunks],
        document_id,
    )


def vector_of(key: str, dimensions: int = 8) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    row = np.random.default_rng(int(key[:8], 16)).normal(size=dimensions).astype(np.float32)
    return row / np.float32(np.linalg.norm(row))


def keys_of(library: Library) -> list[str]:
    chunks = [chunk for version in library.versions() for chunk in library.chunks_of(version)]
    return [key for chunk in chunks for key in (*chunk.keys, chunk.context_key)]


def test_a_document_is_read_back_as_it_was_put(library: Library) -> None:
    document = make_document("First one. Second æøå.\nThird.", "note.txt")
    stored = put_document(library, replace(document, warnings=("page 3 is a picture",)))
    assert library.read(stored.id) == replace(document, warnings=("page 3 is a picture",))
    assert library.documents() == [stored]
    assert (stored.page_count, stored.chunk_count, stored.sentence_count) == (1, 2, 3)
    assert stored.language == "en"
    assert stored.added_at.endswith("+00:00")


def test_a_chunk_is_read_back_as_it_was_put(library: Library) -> None:
    text = "The board has: Ann Lee. Bo Ek."
    chunk = Chunk(15, 30, 2, ("1. Board", "Seats"), "da", "list", Span(0, 14), (Sentence(15, 23, "item"),))
    key, context = key_of("one"), key_of("two")
    stored = library.put(Path("/a.txt"), "h", make_document(text), [chunk], [(key,)], [context])
    (found,) = library.chunks_of(stored.version)
    assert found.chunk == chunk
    assert (found.text, found.lead) == ("Ann Lee. Bo Ek.", "The board has:")
    assert (found.keys, found.context_key, found.document_id) == ((key,), context, stored.id)
    assert library.chunks([found.id, 999]) == {found.id: found}


def test_chunks_come_in_the_order_that_they_are_asked_for(library: Library) -> None:
    version = put(library, "\n".join(f"Line {number}." for number in range(1200))).version
    ids = [chunk.id for chunk in library.chunks_of(version)]
    assert list(library.chunks(reversed(ids))) == ids[::-1]


def test_one_key_is_needed_for_each_sentence(library: Library) -> None:
    with pytest.raises(ValueError, match="0 keys for 1 sentences"):
        library.put(
            Path("/a.txt"),
            "h",
            make_document("A."),
            [Chunk(0, 2, 1, (), "da", sentences=(Sentence(0, 2),))],
            [()],
            [""],
        )
    assert library.documents() == []


def test_a_changed_document_keeps_its_id_and_its_past_and_has_new_chunks(library: Library) -> None:
    old = put(library, "Old text.")
    new = put(library, "New text. And more.", document_id=old.id)
    assert new.id == old.id
    assert new.version != old.version
    assert library.versions() == {new.version: new.id}
    assert library.chunks_of(old.version) == []
    assert [chunk.text for chunk in library.chunks_of(new.version)] == ["New text. And more."]
    assert [text for _, text in library.past_texts(new.id)] == ["Old text.", "New text. And more."]


def test_going_back_to_an_old_text_is_a_version_of_its_own(library: Library) -> None:
    first = put(library, "One.")
    put(library, "Two.")
    assert put(library, "One.").version != first.version


def test_the_same_again_changes_neither_version_nor_chunks(library: Library) -> None:
    first = put(library, "Same text.")
    ids = [chunk.id for chunk in library.chunks_of(first.version)]
    again = put(library, "Same text.")
    assert again == first
    assert [chunk.id for chunk in library.chunks_of(again.version)] == ids


def test_a_path_has_one_document(library: Library) -> None:
    first = put(library, "One.")
    other = put(library, "Two.", "/files/other.txt")
    assert put(library, "Three.").id == first.id
    with pytest.raises(CorpusError, match=f"already the file of document {first.id}"):
        put(library, "Four.", document_id=other.id)
    with pytest.raises(CorpusError, match="already the file"):
        library.rename(other.id, Path("/files/note.txt"))


def test_two_documents_may_have_the_same_text(library: Library) -> None:
    put(library, "Same.", "/a/x.txt")
    put(library, "Same.", "/b/x.txt")
    assert len(library.documents()) == 2


def test_documents_are_sorted_by_name(library: Library) -> None:
    for name in ("b.txt", "C.txt", "a.txt"):
        put(library, f"Text of {name}.", f"/files/{name}")
    assert [document.name for document in library.documents()] == ["a.txt", "b.txt", "C.txt"]


def test_a_document_is_found_by_id_and_by_name(library: Library) -> None:
    stored = put(library, "Text.", "/files/Møde.txt")
    for wanted in (stored.id, "Møde.txt", "møde.txt"):
        assert library.find(wanted) == stored


@pytest.mark.parametrize("wanted", ["nothing", "", "\ud800", "\0", "note"])
def test_an_unknown_name_is_an_error_that_says_it(library: Library, wanted: str) -> None:
    put(library, "Text.")
    with pytest.raises(UnknownDocument, match="no document of the library"):
        library.find(wanted)


def test_an_ambiguous_name_lists_the_ids(library: Library) -> None:
    ids = [put(library, "Text.", f"/{folder}/x.txt").id for folder in "ab"]
    with pytest.raises(UnknownDocument, match=r"2 documents are called 'x\.txt'") as caught:
        library.find("x.txt")
    assert all(document_id in str(caught.value) for document_id in ids)


def test_every_method_that_takes_an_id_knows_when_it_is_unknown(library: Library) -> None:
    for act in (library.read, library.remove, library.past_texts, library.stated_meta):
        with pytest.raises(UnknownDocument):
            act("nothing")
    with pytest.raises(UnknownDocument):
        library.rename("nothing", Path("/x"))
    with pytest.raises(UnknownDocument):
        library.set_meta("nothing", {"title": "x"})


def test_a_renamed_document_keeps_version_and_chunks(library: Library) -> None:
    stored = put(library, "Text.")
    renamed = library.rename(stored.id, Path("/elsewhere/new.txt"))
    assert (renamed.name, renamed.path, renamed.version) == ("new.txt", "/elsewhere/new.txt", stored.version)
    assert len(library.chunks_of(stored.version)) == 1


def test_a_removed_document_is_gone_with_its_chunks(library: Library) -> None:
    stored = put(library, "Text.")
    (chunk,) = library.chunks_of(stored.version)
    library.remove(stored.id)
    assert library.documents() == []
    assert library.chunks([chunk.id]) == {}
    again = put(library, "Text.")
    assert library.chunks_of(again.version)[0].id != chunk.id


def test_a_correction_changes_the_version_and_outlives_the_next_reading(library: Library) -> None:
    old = put(library, "Text.")
    corrected = library.set_meta(old.id, {"title": "  The right\ntitle ", "date": "2024-02", "kind": "minutes"})
    assert (corrected.meta.title, corrected.meta.date, corrected.meta.kind) == ("The right title", "2024-02", "minutes")
    assert corrected.version != old.version
    assert library.set_meta(old.id, {"kind": "minutes"}).version == corrected.version
    assert library.stated_meta(old.id) == old.meta
    changed = put(library, "Another text.")
    assert changed.meta.title == "The right title"
    assert library.read(changed.id).meta == changed.meta
    assert [chunk.version for chunk in library.chunks_of(changed.version)] == [changed.version]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "use one of title, publisher"),
        ({"kind": "poem"}, "use one of mandate, minutes"),
        ({"authority": ""}, "use one of binding"),
        ({"language": "sv"}, "use one of da, no, en"),
        ({"date": "1. maj 2024"}, "a date like"),
        ({"date": "2024-13"}, "a date like"),
        ({"valid_to": "2023-02-30"}, "a date like"),
        ({"valid_from": "٢٠٢٤"}, "a date like"),
        ({"title": " "}, "cannot be empty"),
        ({"title": "x" * 5000}, "1000 at most"),
        ({"publisher": "a\0b"}, "cannot be shown"),
        ({"source_url": "javascript:alert(1)"}, "https://"),
    ],
)
def test_a_wrong_correction_says_what_is_right(library: Library, changes: dict[str, str], message: str) -> None:
    stored = put(library, "Text.")
    with pytest.raises(InvalidCorrection, match=message):
        library.set_meta(stored.id, {"publisher": "Somebody", **changes})
    assert library.find(stored.id) == stored


def test_a_correction_can_say_that_a_thing_is_unknown(library: Library) -> None:
    stored = put_document(library, replace(make_document("T."), meta=replace(make_document("T.").meta, date="2020")))
    assert library.set_meta(stored.id, {"date": ""}).meta.date == ""


def test_the_generation_grows_with_every_change_of_any_process(library: Library) -> None:
    seen = [library.generation()]
    stored = put(library, "Text.")
    seen.append(library.generation())
    with Library.open(library.file.parent) as other:
        other.set_meta(stored.id, {"title": "New"})
    seen.append(library.generation())
    library.documents()
    assert seen[0] < seen[1] < seen[2] == library.generation()


def test_vectors_come_back_by_key(library: Library) -> None:
    keys = [key_of(str(number)) for number in range(1100)]
    library.put_vectors(EMBEDDER, {key: vector_of(key) for key in keys[:600]})
    assert library.missing_keys(EMBEDDER, [*keys, keys[-1]]) == keys[600:]
    assert library.missing_keys("another", keys[:2]) == keys[:2]
    found = library.vectors(EMBEDDER, keys)
    assert set(found) == set(keys[:600])
    assert (found[keys[0]] == vector_of(keys[0])).all()


@pytest.mark.parametrize("vector", [np.ones(9), np.array([1.0] * 7 + [np.nan])])
def test_a_vector_that_does_not_fit_is_refused(
    library: Library, vector: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    library.put_vectors(EMBEDDER, {key_of("a"): vector_of(key_of("a"))})
    with pytest.raises(ValueError, match=r"length|finite"):
        library.put_vectors(EMBEDDER, {key_of("b"): vector.astype(np.float32)})


def test_the_vectors_of_all_sentences_come_in_one_pass(library: Library) -> None:
    versions = [put(library, f"Same. Own {n}.\nLast {n}.", f"/{n}.txt").version for n in range(3)]
    library.put_vectors(EMBEDDER, {key: vector_of(key) for key in keys_of(library)})
    for chosen in (None, versions[:2]):
        vectors = library.sentence_vectors(EMBEDDER, chosen)
        assert set(vectors.versions) == set(chosen or versions)
        assert vectors.sentences.shape == (3 * len(vectors.versions), 8)
        stored = library.chunks(vectors.chunk_ids.tolist())
        keys = [key for chunk_id in dict.fromkeys(vectors.chunk_ids.tolist()) for key in stored[chunk_id].keys]
        assert (vectors.sentences == np.stack([vector_of(key) for key in keys])).all()
        owners = [vectors.versions[number] for number in vectors.version_index]
        assert owners == [stored[chunk_id].version for chunk_id in vectors.chunk_ids.tolist()]
        contexts = [vector_of(stored[chunk_id].context_key) for chunk_id in vectors.chunk_ids.tolist()]
        assert (vectors.contexts[vectors.context_index] == np.stack(contexts)).all()


def test_a_version_that_lacks_a_vector_is_left_out_and_named(library: Library) -> None:
    whole = put(library, "One. Two.", "/1.txt")
    library.put_vectors(EMBEDDER, {key: vector_of(key) for key in keys_of(library)})
    lacking = put(library, "One. Three.", "/2.txt")
    vectors = library.sentence_vectors(EMBEDDER)
    assert (vectors.versions, vectors.incomplete) == ((whole.version,), (lacking.version,))
    assert library.documents_without_vectors(EMBEDDER) == [lacking.id]
    assert set(library.documents_without_vectors("another")) == {whole.id, lacking.id}


def test_an_empty_library_has_no_vectors(library: Library) -> None:
    vectors = library.sentence_vectors(EMBEDDER)
    assert len(vectors.sentences) == len(vectors.chunk_ids) == 0
    assert library.sentence_vectors(EMBEDDER, []).versions == ()


def test_unused_vectors_are_removed_and_used_ones_stay(library: Library) -> None:
    stored = put(library, "Shared. Own.", "/1.txt")
    put(library, "Shared.", "/2.txt")
    keys = keys_of(library)
    library.put_vectors(EMBEDDER, {key: vector_of(key) for key in keys})
    assert library.remove_unused_vectors() == 0
    library.remove(stored.id)
    assert library.remove_unused_vectors(min_age_seconds=3600) == 0
    assert library.remove_unused_vectors() == 1
    assert library.missing_keys(EMBEDDER, keys_of(library)) == []


def test_many_threads_may_read_and_write(library: Library) -> None:
    def work(number: int) -> int:
        stored = put(library, f"Text {number}.", f"/{number}.txt")
        library.put_vectors(EMBEDDER, {key_of(str(number)): vector_of(key_of(str(number)))})
        return len(library.chunks_of(stored.version)) + (library.generation() > 0)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(40))) == [2] * 40
    assert len(library.documents()) == 40


def test_a_change_that_fails_changes_nothing(library: Library) -> None:
    put(library, "Text.")
    before = (library.documents(), library.generation())
    with pytest.raises(UnicodeEncodeError):
        put(library, "Torn \ud800 text.")
    assert (library.documents(), library.generation()) == before
    put(library, "Whole text.")


def test_the_library_survives_being_closed_and_opened(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a" / "b") as library:
        stored = put(library, "Text.")
    with Library.open(tmp_path / "a" / "b") as library:
        assert library.documents() == [stored]
        assert library.check() == ()


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    with pytest.raises(LibraryUnavailable, match="closed"):
        library.documents()


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(LibraryUnavailable, match="is a file"):
            Library.open(folder)
    with pytest.raises(LibraryUnavailable, match="cannot be made"):
        Library.open(tmp_path / ("x" * 300))
    with pytest.raises(LibraryUnavailable, match="cannot be made"):
        Library.open(Path("a\0b"))


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_folder_without_rights_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(LibraryUnavailable, match="rights"):
        Library.open(tmp_path)


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LibraryUnavailable, match="cannot be opened"):
        Library.open(tmp_path)


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database " * 500)
    with pytest.raises(LibraryUnavailable, match=r"is damaged .* move the file away"):
        Library.open(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == b"this is not a database " * 500


def test_the_database_of_another_program_is_said_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(LibraryUnavailable, match="not a library of this program"):
        Library.open(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_library_of_a_newer_program_is_named(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(LibraryUnavailable, match="has schema 7, this program knows 1"):
        Library.open(tmp_path)


def test_forty_chunks_are_read_quickly(library: Library) -> None:
    version = put(library, "\n".join("A sentence of some length. " * 8 for _ in range(60))).version
    ids = [chunk.id for chunk in library.chunks_of(version)][:40]
    times = []
    for _ in range(20):
        start = time.perf_counter()
        library.chunks(ids)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01  # 2 ms on an idle machine
