"""Hard files: each is added, or fails with its own clear reason, and none takes the program with it."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from corpus.errors import CorpusError, DocumentTooLarge, NeedsOcr, NeedsPassword, UnreadableDocument
from corpus.loading import Limits, load_document
from corpus.ocr import missing_ocr_packages

PDFS = Path(__file__).parents[2] / "../shared/pdfs"
needs_pdfs = pytest.mark.skipif(
    not PDFS.is_dir(), reason="the hard PDFs (shared/pdfs beside the checkout) are not here"
)
needs_ocr = pytest.mark.skipif(bool(missing_ocr_packages()), reason=f"OCR needs {' '.join(missing_ocr_packages())}")

FAILING: dict[str, tuple[type[CorpusError], str]] = {
    "derived_da_encrypted_user_password.pdf": (NeedsPassword, "password"),
    "pypdf_libreoffice-writer-password.pdf": (NeedsPassword, "password"),
    "derived_da_scanned_imageonly.pdf": (NeedsOcr, "--ocr"),
    "derived_da_truncated.pdf": (UnreadableDocument, "cut short"),
    "derived_not_a_pdf.pdf": (UnreadableDocument, "web page"),
    "derived_zero_bytes.pdf": (UnreadableDocument, "0 bytes"),
}
LONG = {"da_debian_install_guide.pdf", "nb_debian_edu_manual.pdf", "en_epar_ebvallo_ATMP.pdf"}
"""Manuals of a hundred pages whose like is tested anyway."""


def pdf_names() -> list[str]:
    manifest = PDFS / "manifest.json"
    return [entry["file"] for entry in json.loads(manifest.read_text("utf-8"))] if manifest.is_file() else []


@needs_pdfs
@pytest.mark.parametrize("name", FAILING)
def test_a_file_that_cannot_be_read_says_why(name: str) -> None:
    kind, reason = FAILING[name]
    with pytest.raises(kind, match=reason) as caught:
        load_document(PDFS / name)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@needs_pdfs
@pytest.mark.parametrize("name", sorted(set(pdf_names()) - set(FAILING) - LONG))
def test_a_readable_file_is_read_without_a_warning(name: str) -> None:
    document = load_document(PDFS / name)
    assert len(document.text) > 100
    assert document.warnings == ()


@needs_pdfs
def test_columns_drawn_across_the_page_are_put_in_order() -> None:
    text = " ".join(load_document(PDFS / "made_da_columns_drawn_row_by_row.pdf").text.split())
    assert text.index("Ålborg") < text.index("Højre spalte")
    assert "sundhedsforskning" in text
    assert "life science-industrien" in text


@needs_pdfs
def test_two_columns_lose_their_hyphens_heads_and_feet() -> None:
    text = load_document(PDFS / "made_da_two_columns_hyphenated.pdf").text
    assert "\u2010" not in text
    assert "Side 2 af 5" not in text
    assert "  " not in text


@needs_pdfs
@needs_ocr
def test_a_scan_is_read_by_ocr() -> None:
    document = load_document(PDFS / "derived_da_scanned_imageonly.pdf", ocr=True)
    assert len(document.pages) == 5
    assert "Skolelinux" in document.text
    assert any("OCR" in warning for warning in document.warnings)


def test_a_scan_without_the_ocr_programs_names_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = FPDF()
    scan.add_page()
    scan.output(str(tmp_path / "scan.pdf"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        NeedsOcr, match="sudo apt install ocrmypdf tesseract-ocr-dan tesseract-ocr-nor tesseract-ocr-eng"
    ):
        load_document(tmp_path / "scan.pdf", ocr=True)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package, package.open("word/document.xml", "w") as part:
        for _ in range(600):
            part.write(bytes(1_000_000))
    with pytest.raises(DocumentTooLarge, match="unpacks to 600,000,000 bytes"):
        load_document(path)


def test_a_page_that_draws_without_end_is_stopped(tmp_path: Path) -> None:
    source = FPDF()
    source.set_font("helvetica", size=9)
    source.add_page()
    source.cell(text="ord")
    source.output(str(tmp_path / "page.pdf"))
    writer = PdfWriter(clone_from=tmp_path / "page.pdf")
    page = writer.pages[0]
    drawing = StreamObject()
    drawing.set_data(b"BT /F1 9 Tf " + b"1 0 0 1 50 700 Tm (ord) Tj " * 400_000 + b"ET")
    page[NameObject("/Contents")] = writer._add_object(drawing.flate_encode())
    writer.write(tmp_path / "bomb.pdf")
    assert (tmp_path / "bomb.pdf").stat().st_size < 100_000
    with pytest.raises(DocumentTooLarge, match="longer than 1 processor seconds"):
        load_document(tmp_path / "bomb.pdf", limits=Limits(processor_seconds=1))


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".md", ".txt"])
def test_noise_under_any_name_gives_one_clear_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(bytes((index * index * 31 + index) % 256 for index in range(20_000)))
    with pytest.raises(UnreadableDocument, match=f"^noise{suffix}: ") as caught:
        load_document(path)
    assert "\n" not in str(caught.value)


def test_deep_nesting_does_not_crash_the_program(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + "<div>" * 50_000 + "dybt nede" + "</div>" * 50_000, encoding="utf-8")
    assert outcome_of(path).startswith(("dybt nede", "deep.html: "))


def outcome_of(path: Path) -> str:
    """Return the document's text, or what is said against it."""
    try:
        return load_document(path).text
    except UnreadableDocument as error:
        return str(error)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableDocument, match="not a regular file"):
        load_document(tmp_path / "pipe.txt")
