"""Headings, tables and paragraphs of a PDF are found by the way they are set."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

from corpus.cleaning import clean_document
from corpus.documents import SET_MARK, Document
from corpus.pdf import read
from corpus.structure import build_document
from corpus.typesetting import Piece, mark_pages, split_lines

BODY = "Havnen blev anlagt for at skibe kunne ligge i læ for vinden, og den er siden blevet udvidet flere gange. " * 4


class Paper(FPDF):  # type: ignore[misc] # fpdf2 is read without its types
    """A page with a title, headings, running text and tables as an office program sets them."""

    def __init__(self) -> None:
        super().__init__()
        self.add_page()

    def line(self, text: str, size: float = 10, style: str = "", below: float = 2) -> None:
        """Set a paragraph."""
        self.set_font("helvetica", style, size)
        self.multi_cell(0, 0.45 * size, text, new_x="LMARGIN", new_y="NEXT")
        self.ln(below)

    def row(self, cells: list[str], widths: list[float], style: str = "") -> None:
        """Set a row of a table."""
        self.set_font("helvetica", style, 10)
        for text, width in zip(cells, widths, strict=True):
            self.cell(width, 7, text)
        self.ln(7)

    def document(self, folder: Path, stem: str = "havn") -> Document:
        """Return the paper as the program reads it."""
        self.output(str(folder / f"{stem}.pdf"))
        return build_document(f"{stem}.pdf", clean_document(read(folder / f"{stem}.pdf")))


def titles(document: Document) -> list[str]:
    return [" > ".join(section.path) for section in document.sections]


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]


def test_larger_type_makes_numbered_headings_with_levels_under_a_title(tmp_path: Path) -> None:
    paper = Paper()
    paper.line("Havnens plan", 20, "B")
    for number in ("1", "2"):
        paper.line(f"{number}. Kaj {number}", 14, "B")
        paper.line(BODY)
        paper.line(f"{number}.1 Dybde", 12, "B")
        paper.line(BODY)
    document = paper.document(tmp_path)
    assert document.meta.title == "Havnens plan"
    assert titles(document) == ["1. Kaj 1", "1. Kaj 1 > 1.1 Dybde", "2. Kaj 2", "2. Kaj 2 > 2.1 Dybde"]
    assert texts(document, "paragraph") == [BODY.strip()] * 4


def test_a_short_bold_line_alone_is_a_heading_and_bold_words_in_text_are_not(tmp_path: Path) -> None:
    paper = Paper()
    for _ in range(3):
        paper.line("Kajens ejer", 10, "B", below=0)
        paper.line(BODY)
    paper.set_font("helvetica", "B", 10)
    paper.write(5, "Vigtigt")
    paper.set_font("helvetica", "", 10)
    paper.write(5, " er det at havnen holdes ren. " + BODY)
    document = paper.document(tmp_path)
    assert titles(document) == ["Kajens ejer"] * 3
    assert "Vigtigt er det at havnen holdes ren." in document.text


def test_a_heading_on_two_lines_is_one_and_its_cut_word_whole(tmp_path: Path) -> None:
    paper = Paper()
    paper.line("Plan", 22, "B")
    paper.line("1. Om udvidelsen af den gamle inderhavn og om forsk-\nningen i havmiljøet", 14, "B")
    paper.line(BODY)
    assert titles(paper.document(tmp_path)) == [
        "1. Om udvidelsen af den gamle inderhavn og om forskningen i havmiljøet"
    ]


def test_text_in_large_type_throughout_has_no_headings(tmp_path: Path) -> None:
    paper = Paper()
    for _ in range(3):
        paper.line(BODY, 16)
    assert titles(paper.document(tmp_path)) == []


def test_a_document_all_in_bold_has_no_headings_for_that(tmp_path: Path) -> None:
    paper = Paper()
    for _ in range(4):
        paper.line(BODY, 10, "B")
    assert titles(paper.document(tmp_path)) == []


def test_a_table_keeps_its_columns_and_its_words(tmp_path: Path) -> None:
    paper = Paper()
    paper.line(BODY)
    widths = [60.0, 40.0, 30.0]
    paper.row(["Kaj", "Dybde i meter", "Bygget"], widths, "B")
    paper.row(["Nordre kaj", "7,5", "1908"], widths)
    paper.row(["Søndre kaj", "11,0", "1954"], widths)
    paper.line("Efter tabellen står der mere.")
    document = paper.document(tmp_path)
    assert texts(document, "header") == ["Kaj | Dybde i meter | Bygget"]
    assert texts(document, "row") == ["Nordre kaj | 7,5 | 1908", "Søndre kaj | 11,0 | 1954"]
    assert texts(document, "paragraph") == [BODY.strip(), "Efter tabellen står der mere."]


def test_a_table_of_two_columns_needs_a_bold_header(tmp_path: Path) -> None:
    for style, expected in (("B", 2), ("", 0)):
        paper = Paper()
        paper.row(["Emne", "Oplysning"], [80, 60], style)
        paper.row(["Ejer", "Kommunen"], [80, 60])
        paper.row(["Havnefoged", "Ida Holm"], [80, 60])
        assert len(texts(paper.document(tmp_path), "row")) == expected


def test_entries_with_their_marks_drawn_apart_are_a_list_and_no_table(tmp_path: Path) -> None:
    paper = Paper()
    for number in range(1, 5):
        paper.row([f"{number}.", f"Kaj nummer {number} holdes ren"], [12, 100])
    document = paper.document(tmp_path)
    assert texts(document, "row") == []
    assert len(texts(document, "item")) == 4


def test_a_paragraph_below_a_list_is_no_part_of_its_last_entry(tmp_path: Path) -> None:
    paper = Paper()
    paper.line("Havnen har:", below=3)
    for text in ("- en mole", "- et fyr"):
        paper.line(text, below=0)
    paper.ln(4)
    paper.line("Byrådet godkendte ikke planen. " + BODY)
    document = paper.document(tmp_path)
    assert texts(document, "item") == ["- en mole", "- et fyr"]
    assert texts(document, "paragraph")[-1].startswith("Byrådet godkendte")


def test_two_pages_lose_their_running_head_and_their_page_forms(tmp_path: Path) -> None:
    paper = Paper()
    for number in (1, 2):
        if number == 2:
            paper.add_page()
        paper.line("Havnens venner - plan kort fortalt", 8)
        if number == 1:
            paper.line("Havnens plan", 20, "B")
        paper.line(f"{number}. Kaj {number}", 14, "B")
        paper.line(BODY)
        paper.line(f"Side {number} af 2", 8)
    document = paper.document(tmp_path)
    assert "kort fortalt" not in document.text
    assert "Side" not in document.text
    assert document.meta.title == "Havnens plan"
    assert titles(document) == ["1. Kaj 1", "2. Kaj 2"]


def test_chance_marks_of_the_text_mean_nothing(tmp_path: Path) -> None:
    paper = Paper()
    paper.line("# dette er en kommando\n| og dette et rør |")
    document = paper.document(tmp_path)
    assert document.sections == ()
    assert "# dette er en kommando" in document.text
    assert "| og dette et rør |" in document.text


def test_not_a_word_is_lost_moved_or_added() -> None:
    lines = ["Titel", "Kaj  Dybde", "tekst i to", "linjer. Slut"]
    pieces = [Piece(f"{text}\n", 50, 700 - 14 * n, 10 if n else 20, bold=n == 0) for n, text in enumerate(lines)]
    (marked,) = mark_pages([split_lines(pieces)])
    assert marked.replace(SET_MARK, "").replace("#", "").split() == " ".join(lines).split()


def test_a_page_without_pieces_stays_as_it_is() -> None:
    assert mark_pages([[], []]) == ["\n", "\n"]
