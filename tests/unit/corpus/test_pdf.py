"""PDFs give their pages in reading order, or say what stands in the way."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfWriter

from corpus.cleaning import clean_document
from corpus.columns import Run, lines_in_column_order
from corpus.errors import NeedsOcr, NeedsPassword, UnreadableDocument
from corpus.pdf import read

LEFT = ("Havnen blev anlagt for at skibe", "kunne ligge i læ for vinden og", "losse deres varer hele året.")
RIGHT = ("Møllen på bakken har stået tom", "siden den sidste møller flyttede", "til byen med sin familie.")


def pdf_with(*pages: str, path: Path, title: str = "", author: str = "") -> Path:
    document = FPDF()
    document.set_font("helvetica", size=11)
    document.set_creation_date(datetime.datetime(2031, 5, 4, tzinfo=datetime.UTC))
    if title:
        document.set_title(title)
    if author:
        document.set_author(author)
    for text in pages:
        document.add_page()
        if text:
            document.multi_cell(0, 6, text)
    document.output(str(path))
    return path


def rewritten(source: Path, target: Path, change: Callable[[PdfWriter], object]) -> Path:
    writer = PdfWriter(clone_from=source)
    change(writer)
    writer.write(target)
    return target


def test_pages_keep_their_numbers_and_text(tmp_path: Path) -> None:
    raw = read(pdf_with("Første side på øen", "Anden side", path=tmp_path / "a.pdf"))
    assert [(page.number, page.text.strip()) for page in raw.pages] == [(1, "Første side på øen"), (2, "Anden side")]
    assert raw.warnings == ()
    assert not raw.marked_up


def test_the_information_dictionary_states_title_publisher_and_date(tmp_path: Path) -> None:
    path = pdf_with("Tekst", path=tmp_path / "a.pdf", title="Havnens plan", author="Havnestyrelsen")
    assert read(path).stated == {"title": "Havnens plan", "publisher": "Havnestyrelsen", "date": "2031-05-04"}


def test_keywords_with_an_equals_sign_state_what_they_name(tmp_path: Path) -> None:
    source = pdf_with("Tekst", path=tmp_path / "a.pdf", author="Havnestyrelsen")
    keywords = {"/Keywords": "havn; kind=brief, authority=information, licence=CC BY 4.0, publisher=Havnens Venner"}
    stated = read(rewritten(source, tmp_path / "b.pdf", lambda writer: writer.add_metadata(keywords))).stated
    assert stated["kind"] == "brief"
    assert stated["authority"] == "information"
    assert stated["licence"] == "CC BY 4.0"
    assert stated["publisher"] == "Havnens Venner"


@pytest.mark.parametrize("title", ["Microsoft Word - plan.docx", "untitled", "plan_v3.pdf", "plan", "Dokument1"])
def test_a_title_that_a_program_put_there_is_not_stated(tmp_path: Path, title: str) -> None:
    path = pdf_with("Tekst", path=tmp_path / "plan.pdf", title=title, author="Ida Jensen")
    assert read(path).stated == {"date": "2031-05-04"}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotated_pages_are_read_as_upright_ones(tmp_path: Path, degrees: int) -> None:
    source = pdf_with("En linje\nog en til", path=tmp_path / "a.pdf")
    turned = rewritten(source, tmp_path / "b.pdf", lambda writer: writer.pages[0].rotate(degrees))
    assert read(turned).pages == read(source).pages


def test_a_file_with_an_owner_password_alone_opens(tmp_path: Path) -> None:
    source = pdf_with("Frit at læse", path=tmp_path / "a.pdf")
    locked = rewritten(source, tmp_path / "b.pdf", lambda writer: writer.encrypt("", "owner", algorithm="AES-256"))
    assert read(locked).pages[0].text.strip() == "Frit at læse"


def test_a_file_with_a_user_password_says_the_way_out(tmp_path: Path) -> None:
    source = pdf_with("Hemmeligt", path=tmp_path / "a.pdf")
    locked = rewritten(source, tmp_path / "b.pdf", lambda writer: writer.encrypt("user", algorithm="AES-256"))
    with pytest.raises(NeedsPassword, match="save it without one and add it again"):
        read(locked)


def test_a_file_of_pictures_needs_ocr(tmp_path: Path) -> None:
    with pytest.raises(NeedsOcr, match="--ocr"):
        read(pdf_with("", "", path=tmp_path / "a.pdf"))


def test_pages_without_text_among_others_are_named(tmp_path: Path) -> None:
    raw = read(pdf_with("Tekst", "", "Tekst", "", path=tmp_path / "a.pdf"))
    assert len(raw.pages) == 4
    assert raw.warnings == ("2 of 4 pages without text: blank or a picture, which `--ocr` reads (page 2, 4).",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><p>404</p>", "web page"),
        (b"hello", "not a PDF"),
        (b"%PDF-1.7\nrubbish", "damaged or cut short"),
    ],
)
def test_what_is_no_pdf_says_what_it_is(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=reason):
        read(path)


def test_a_file_cut_short_is_damaged(tmp_path: Path) -> None:
    path = pdf_with(*["Mange ord om havnen. " * 80] * 5, path=tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableDocument, match="cut short"):
        read(path)


def drawn_across(rows: list[tuple[str, ...]], path: Path) -> Path:
    document = FPDF()
    document.set_font("helvetica", size=11)
    document.add_page()
    for number, row in enumerate(rows):
        for x, text in zip((20, 110), row, strict=False):
            document.text(x, 30 + 6 * number, text)
    document.text(100, 280, "7")
    document.output(str(path))
    return path


def test_columns_drawn_line_by_line_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = drawn_across(list(zip(LEFT, RIGHT, strict=True)), tmp_path / "a.pdf")
    assert read(path).pages[0].text.split("\n") == [*LEFT, *RIGHT, "7", ""]


def test_a_table_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [
        ("Kommune og formål", "Tilskud i alt"),
        ("Aalborg Kommune", "12,5 mio. kr."),
        ("Aarhus Kommune", "8 mio. kr."),
    ]
    text = read(drawn_across(rows, tmp_path / "a.pdf")).pages[0].text
    assert [line for line in text.split("\n") if "Kommune" in line] == [" ".join(row) for row in rows]


def test_a_table_of_long_cells_is_not_taken_for_columns() -> None:
    rows = [("Havnerådets formand og næstformand", "Vælges af byrådet hvert fjerde år")] * 5
    runs = [
        Run(x, 700 - 14 * n, 10, text) for n, row in enumerate(rows) for x, text in zip((60, 320), row, strict=True)
    ]
    assert lines_in_column_order(runs) is None


def test_columns_drawn_one_after_the_other_are_left_alone() -> None:
    runs = [Run(x, 700 - 14 * n, 10, text) for x, side in ((60, LEFT), (320, RIGHT)) for n, text in enumerate(side)]
    assert lines_in_column_order(runs) is None


def test_columns_and_hyphens_together_give_whole_words(tmp_path: Path) -> None:
    rows = [
        ("vi har samlet mange have-", "bogen handler om hvordan fug-"),
        ("planter som nu vokser godt", "lene bygger rede i de gamle"),
        ("omkring husene i den lille by", "træer nede langs med åen"),
    ]
    text = clean_document(read(drawn_across(rows, tmp_path / "a.pdf"))).pages[0].text
    assert "haveplanter" in text
    assert "fuglene" in text
    assert text.index("lille by") < text.index("bogen")
