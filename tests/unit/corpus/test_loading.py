"""A path becomes a document through a child process, and every failure becomes one clear line."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest

from corpus.documents import Block, Document, DocumentMeta, Page, Section, Span
from corpus.errors import CorpusError, DocumentTooLarge, NeedsOcr, UnreadableDocument, UnsupportedFormat
from corpus.interchange import document_from_values, document_values
from corpus.loading import SUPPORTED_SUFFIXES, Limits, load_document
from corpus.ocr import OCR_PACKAGES, add_text_layer

TEXT = "# Havnens plan\n\nKajen er 40 meter lang og bygget af granit.\n\n## Broen\n\n- den er af træ\n"


def written(path: Path, text: str = TEXT) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_document_survives_the_journey_as_json() -> None:
    document = Document(
        name="å.md",
        text="# A\nb",
        meta=DocumentMeta(title="A", language="no", date="2031"),
        pages=(Page(1, 0, 5),),
        sections=(Section("3", "A", ("3 A",), 0, 5, 1),),
        blocks=(Block("heading", 0, 3, 1, 0), Block("item", 4, 5, 1, 0, Span(0, 3))),
        warnings=("one",),
    )
    assert document_from_values(json.loads(json.dumps(document_values(document)))) == document


@pytest.mark.parametrize("values", [{}, [], None, {"name": 1}, "x"])
def test_what_is_no_document_is_a_value_error(values: object) -> None:
    with pytest.raises(ValueError, match="not the values of a document"):
        document_from_values(values)


@pytest.mark.parametrize("suffix", [".md", ".MD", ".txt", ".html"])
def test_a_file_becomes_a_document(tmp_path: Path, suffix: str) -> None:
    text = (
        TEXT
        if suffix != ".html"
        else f"<html lang='da'><body><article><p>{'Kajen er 40 meter. ' * 9}</p></article></body>"
    )
    document = load_document(written(tmp_path / f"plan{suffix}", text))
    assert document.name == f"plan{suffix}"
    assert "Kajen er 40 meter" in document.text
    assert document.pages[0].number == 1


def test_a_word_file_becomes_a_document(tmp_path: Path) -> None:
    source = docx.Document()
    source.add_paragraph("Kajen er 40 meter lang.")
    source.save(str(tmp_path / "plan.docx"))
    assert "Kajen er 40 meter lang." in load_document(tmp_path / "plan.docx").text


def test_a_small_file_costs_little(tmp_path: Path) -> None:
    path = written(tmp_path / "plan.md")
    load_document(path)
    started = time.perf_counter()
    load_document(path)
    assert time.perf_counter() - started < 2.0


def test_files_are_read_from_several_threads_at_once(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{number}.md", f"{TEXT}\nNummer {number}\n") for number in range(4)]
    with ThreadPoolExecutor(len(paths)) as pool:
        documents = list(pool.map(load_document, paths))
    assert all(f"Nummer {path.stem}" in document.text for path, document in zip(paths, documents, strict=True))


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"a\.xyz: no reader knows.*\.pdf"):
        load_document(written(tmp_path / "a.xyz"))
    assert {".pdf", ".docx", ".html", ".md", ".txt"} <= SUPPORTED_SUFFIXES


def test_a_missing_file_a_folder_and_an_empty_file_say_so(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "empty.txt").touch()
    for name, reason in (("none.txt", "no such file"), ("folder.txt", "is a folder"), ("empty.txt", "is empty")):
        with pytest.raises(UnreadableDocument, match=rf"^{name}: .*{reason}"):
            load_document(tmp_path / name)


def test_a_file_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="holds no text"):
        load_document(written(tmp_path / "a.txt", "\n \x0c\n"))


def test_a_file_over_the_limit_names_both_values(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge, match=r"is \d+ bytes, over the limit of 10"):
        load_document(written(tmp_path / "a.txt"), limits=Limits(file_bytes=10))


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge, match=r"longer than 0\.01 seconds"):
        load_document(written(tmp_path / "a.txt"), limits=Limits(wall_seconds=0.01))


def test_too_much_text_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(DocumentTooLarge, match="unpacks to more than 1,000 bytes"):
        load_document(written(tmp_path / "a.txt", "ord og flere ord. " * 500), limits=Limits(output_bytes=1_000))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on address space")
def test_a_reader_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "ord og flere ord. " * 2_000_000)
    with pytest.raises(DocumentTooLarge, match="memory"):
        load_document(path, limits=Limits(memory_bytes=256 << 20))


def test_a_name_with_line_breaks_stays_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        load_document(tmp_path / "a\nb.txt")
    assert str(caught.value).startswith("a?b.txt: ")


def test_without_the_programs_ocr_says_which_packages_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NeedsOcr, match=f"sudo apt install {' '.join(OCR_PACKAGES)}"):
        add_text_layer(tmp_path / "a.pdf", tmp_path / "b.pdf", seconds=1)
