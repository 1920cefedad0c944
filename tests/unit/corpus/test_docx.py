"""A Word document becomes marked-up lines, its tracked changes accepted."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.documents import RawDocument
from corpus.docx import read
from corpus.errors import NeedsPassword, UnreadableDocument


def saved(document: Any, tmp_path: Path) -> RawDocument:
    path = tmp_path / "brev.docx"
    document.save(str(path))
    return read(path)


def lines_of(raw: RawDocument) -> list[str]:
    return [line for line in raw.pages[0].text.split("\n") if line]


def paragraph(inside: str) -> Any:
    return parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>")


def test_headings_lists_and_tables_get_their_marks(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Havnens plan", 0)
    document.add_heading("Kajen", 1)
    document.add_paragraph("Kajen er lang.")
    document.add_paragraph("et punkt", style="List Bullet")
    document.add_paragraph("et skridt", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("År", "Beløb", "2031", "4|5 mio. kr."), strict=True):
        cell.text = text
    assert lines_of(saved(document, tmp_path)) == [
        "# Havnens plan",
        "# Kajen",
        "Kajen er lang.",
        "- et punkt",
        "- et skridt",
        "| År | Beløb |",
        "| 2031 | 4/5 mio. kr. |",
    ]


def test_a_word_of_a_cell_that_is_cut_into_runs_stays_one_word_and_paragraphs_stay_apart(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    first, second = table._cells
    for part in ("Havne", "råd", "et"):
        first.paragraphs[0].add_run(part)
    second.text = "4"
    second.add_paragraph("mio. kr.")
    assert lines_of(saved(document, tmp_path)) == ["| Havnerådet | 4 mio. kr. |"]


def test_merged_cells_keep_the_columns_in_line(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip(table._cells, "abcdef", strict=True):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    assert lines_of(saved(document, tmp_path)) == ["| a b |  | c |", "| d | e | f |"]


def test_a_table_of_one_column_is_layout_and_becomes_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "I en ramme"
    assert lines_of(saved(document, tmp_path)) == ["I en ramme"]


def test_insertions_and_content_controls_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        paragraph(
            "<w:ins><w:r><w:t>Nyt </w:t></w:r></w:ins><w:del><w:r><w:delText>gammelt</w:delText></w:r></w:del>"
            "<w:moveFrom><w:r><w:t>flyttet</w:t></w:r></w:moveFrom><w:sdt><w:sdtContent><w:r><w:t>i felt</w:t></w:r>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    assert lines_of(saved(document, tmp_path)) == ["Nyt i felt"]


def test_core_properties_state_title_publisher_language_and_date(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Tekst")
    properties = document.core_properties
    properties.title, properties.author, properties.language = "Havnens plan", "Havnestyrelsen", "da-DK"
    properties.modified = datetime.datetime(2031, 5, 4)
    assert saved(document, tmp_path).stated == {
        "title": "Havnens plan",
        "publisher": "Havnestyrelsen",
        "language": "da",
        "date": "2031-05-04",
    }


def test_what_a_template_states_is_not_the_documents(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Tekst")
    document.core_properties.title = "Microsoft Word - brev.docx"
    document.core_properties.author = "Ida Jensen"
    assert saved(document, tmp_path).stated == {}


def test_an_encrypted_document_needs_its_password(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    with pytest.raises(NeedsPassword, match="password"):
        read(path)


def test_other_files_under_the_name_are_unreadable(tmp_path: Path) -> None:
    plain, package = tmp_path / "a.docx", tmp_path / "b.docx"
    plain.write_text("ikke en pakke", encoding="utf-8")
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a.txt", "ikke Word")
    for path in (plain, package):
        with pytest.raises(UnreadableDocument, match="not a whole Word document"):
            read(path)


def test_a_blank_line_ends_a_list(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("et punkt", style="List Bullet")
    document.add_paragraph("et til", style="List Bullet")
    document.add_paragraph("Rådet godkendte ikke planen.")
    assert saved(document, tmp_path).pages[0].text == "- et punkt\n- et til\n\nRådet godkendte ikke planen.\n\n"


def test_keywords_with_an_equals_sign_state_what_they_name(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Tekst")
    document.core_properties.keywords = "havn, kind=brief, authority=information, publisher=Havnens Venner, kind2=x"
    stated = saved(document, tmp_path).stated
    assert (stated["kind"], stated["authority"], stated["publisher"]) == ("brief", "information", "Havnens Venner")
