"""A quote's boxes lie where its words are drawn, and a page becomes a picture, whatever the PDF is like."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject, RectangleObject

from corpus.errors import DocumentTooLarge, NeedsPassword, UnknownPage, UnreadableDocument
from corpus.limited_child import ChildLimits
from corpus.pdf_pages import MOST_PIXELS, MOST_QUOTE_CHARACTERS, Box, PageBoxes, find_quote_boxes, render_page
from corpus.quote_boxes import Glyph, SetPage, find_boxes

SIZE = 12
POINT = 25.4 / 72
"""Millimetres in a point."""
A4 = (595.28, 841.89)
SENTENCE = "Kajen er 40 meter lang."


class Sheet:
    """A PDF on which text is put at places in points from the top left."""

    def __init__(self, size: tuple[float, float] = A4) -> None:
        self.pdf = FPDF(unit="pt", format=size)
        self.pdf.set_auto_page_break(False)
        self.add_page()

    def add_page(self) -> Sheet:
        self.pdf.add_page()
        self.pdf.set_font("helvetica", size=SIZE)
        return self

    def put(self, x: float, y: float, text: str) -> Box:
        """Draw a line whose baseline begins at x, y, and return about where it is then."""
        self.pdf.text(x, y, text)
        return Box(x, y - 0.8 * SIZE, x + self.pdf.get_string_width(text), y + 0.3 * SIZE)

    def bytes(self) -> bytes:
        return bytes(self.pdf.output())


def changed(content: bytes, change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def within(box: Box, line: Box) -> bool:
    """Return whether a box has the width of a line and stands in its height."""
    return (
        box.left == pytest.approx(line.left, abs=2)
        and box.right == pytest.approx(line.right, abs=2)
        and line.top <= box.top < box.bottom <= line.bottom
    )


def require_lines(found: PageBoxes, *lines: Box) -> None:
    assert len(found.boxes) == len(lines), found.boxes
    for box, line in zip(found.boxes, lines, strict=True):
        assert within(box, line), (box, line)


def test_a_box_lies_where_the_words_are_drawn() -> None:
    sheet = Sheet()
    sheet.put(70, 80, "Om havnen.")
    line = sheet.put(70, 120, SENTENCE)
    (found,) = find_quote_boxes(sheet.bytes(), SENTENCE, 1)
    assert (found.page, found.width, found.height) == (1, pytest.approx(A4[0], abs=0.1), pytest.approx(A4[1], abs=0.1))
    require_lines(found, line)


def test_a_quote_inside_a_line_leaves_the_rest_of_it_unmarked() -> None:
    sheet = Sheet()
    before = sheet.put(70, 120, "Se her: ")
    line = sheet.put(before.right, 120, SENTENCE)
    sheet.put(line.right, 120, " Og mere.")
    require_lines(find_quote_boxes(sheet.bytes(), SENTENCE, 1)[0], line)


def test_a_quote_over_lines_has_a_box_for_each_and_hyphens_at_their_ends_do_not_count() -> None:
    sheet = Sheet()
    lines = [
        sheet.put(70, 100 + 15 * n, text)
        for n, text in enumerate(("Kajen er fyrre meter lang og byg-", "get af granit."))
    ]
    for quote in (
        "Kajen er fyrre meter lang og bygget af granit.",
        "Kajen er fyrre meter lang og byg\u00adget af granit.",
    ):
        require_lines(find_quote_boxes(sheet.bytes(), quote, 1)[0], *lines)


@pytest.mark.parametrize(
    "quote", ["Kajen  er\n40 METER lang.", "„Kajen er 40 meter lang“", "Ka\u00adjen er 40-meter lang"]
)
def test_white_space_case_and_signs_do_not_count(quote: str) -> None:
    sheet = Sheet()
    line = sheet.put(70, 120, SENTENCE)
    (box,) = find_quote_boxes(sheet.bytes(), quote, 1)[0].boxes
    assert line.left - 2 < box.left < box.right < line.right + 2


def test_ligatures_and_accents_apart_from_their_letters_are_the_same_words() -> None:
    sheet = Sheet()
    line = sheet.put(70, 120, "Effekten af en ny café på åen")
    for quote in ("E\ufb00ekten af en ny café på åen", unicodedata.normalize("NFD", "Effekten af en ny café på åen")):
        require_lines(find_quote_boxes(sheet.bytes(), quote, 1)[0], line)


LEFT = ("Havnen blev anlagt for at skibe", "kunne ligge i læ for vinden og", "losse deres varer hele året.")
RIGHT = ("Møllen på bakken har stået tom", "siden den sidste møller flyt-", "tede til byen med sin familie.")


def columns(*, row_by_row: bool) -> tuple[bytes, list[Box], list[Box]]:
    sheet = Sheet()
    places = [(side, n) for side in (0, 1) for n in range(3)]
    places = sorted(places, key=lambda place: place[1]) if row_by_row else places
    lines = {(side, n): sheet.put((70, 310)[side], 100 + 15 * n, (LEFT, RIGHT)[side][n]) for side, n in places}
    return sheet.bytes(), [lines[0, n] for n in range(3)], [lines[1, n] for n in range(3)]


@pytest.mark.parametrize("row_by_row", [False, True])
def test_a_quote_stays_in_its_column_however_columns_are_drawn(*, row_by_row: bool) -> None:
    content, left, right = columns(row_by_row=row_by_row)
    require_lines(find_quote_boxes(content, " ".join(LEFT), 1)[0], *left)
    require_lines(find_quote_boxes(content, " ".join(RIGHT).replace("flyt- tede", "flyttede"), 1)[0], *right)


@pytest.mark.parametrize("row_by_row", [False, True])
def test_a_quote_goes_on_in_the_next_column(*, row_by_row: bool) -> None:
    content, left, right = columns(row_by_row=row_by_row)
    require_lines(find_quote_boxes(content, f"{' '.join(LEFT[1:])} {RIGHT[0]}", 1)[0], *left[1:], right[0])


def test_a_row_of_a_table_has_a_box_for_each_cell() -> None:
    sheet = Sheet()
    rows = [
        [sheet.put(70 + 150 * column, 100 + 20 * row, text) for column, text in enumerate(cells)]
        for row, cells in enumerate(
            (("Kommune", "Tilskud", "År"), ("Aarhus", "8 mio. kr.", "2031"), ("Odense", "8 mio. kr.", "2032"))
        )
    ]
    require_lines(find_quote_boxes(sheet.bytes(), "Odense | 8 mio. kr. | 2032", 1)[0], *rows[2])


def test_words_drawn_in_any_order_are_found() -> None:
    sheet = Sheet()
    sheet.put(150, 115, "lang og af granit.")
    second = sheet.put(70, 115, "40 meter")
    first = sheet.put(70, 100, "Kajen er")
    (found,) = find_quote_boxes(sheet.bytes(), "Kajen er 40 meter lang og af granit.", 1)
    assert within(found.boxes[0], first)
    assert within(found.boxes[1], second)


def test_the_place_among_equal_sentences_is_told_by_what_stands_around() -> None:
    sheet = Sheet()
    lines = []
    for n, before in enumerate(("Mod nord.", "Mod syd.", "Mod vest.")):
        sheet.put(70, 100 + 40 * n, before)
        lines.append(sheet.put(70, 115 + 40 * n, SENTENCE))
    for line, before in zip(lines, ("Mod nord.", "Mod syd.", "Mod vest."), strict=True):
        require_lines(find_quote_boxes(sheet.bytes(), SENTENCE, 1, before=f"…\n\n{before}\n\n")[0], line)
    require_lines(find_quote_boxes(sheet.bytes(), SENTENCE, 1, after="\n\nMod vest.")[0], lines[1])


def test_equal_rows_are_told_apart_by_how_many_went_before() -> None:
    sheet = Sheet()
    sheet.put(70, 80, "Oversigt")
    lines = [sheet.put(70, 100 + 20 * n, SENTENCE) for n in range(3)]
    for n, line in enumerate(lines):
        before = "Oversigt\n" + f"{SENTENCE}\n" * n
        require_lines(find_quote_boxes(sheet.bytes(), SENTENCE, 1, before=before)[0], line)


def test_part_of_a_longer_word_gives_way_to_the_word() -> None:
    sheet = Sheet()
    sheet.put(70, 100, "havnerådet")
    line = sheet.put(70, 120, "rådet")
    require_lines(find_quote_boxes(sheet.bytes(), "rådet", 1)[0], line)


def test_a_quote_over_a_page_break_has_boxes_on_both_pages() -> None:
    sheet = Sheet()
    first = sheet.put(70, 780, "Kajen er fyrre meter lang og byg-")
    sheet.put(300, 820, "Side 1 af 2")
    sheet.add_page()
    sheet.put(70, 40, "Havnens plan")
    second = sheet.put(70, 80, "get af granit fra Bornholm.")
    found = find_quote_boxes(sheet.bytes(), "Kajen er fyrre meter lang og bygget af granit fra Bornholm.", 1)
    assert [page.page for page in found] == [1, 2]
    require_lines(found[0], first)
    require_lines(found[1], second)


def test_words_that_do_not_stand_there_have_no_boxes() -> None:
    sheet = Sheet()
    sheet.put(70, 100, SENTENCE)
    sheet.add_page()
    content = sheet.bytes()
    assert find_quote_boxes(content, "Kajen er 41 meter lang.", 1) == ()
    assert find_quote_boxes(content, SENTENCE, 2) == ()
    assert find_quote_boxes(content, " … ", 1) == ()


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_boxes_turn_with_the_page(degrees: int) -> None:
    sheet = Sheet()
    line = sheet.put(70, 120, SENTENCE)
    turned = changed(sheet.bytes(), lambda writer: writer.pages[0].rotate(degrees))
    (found,) = find_quote_boxes(turned, SENTENCE, 1)
    width, height = A4
    expected = {
        90: Box(height - line.bottom, line.left, height - line.top, line.right),
        180: Box(width - line.right, height - line.bottom, width - line.left, height - line.top),
        270: Box(line.top, width - line.right, line.bottom, width - line.left),
    }[degrees]
    (box,) = found.boxes
    assert (found.width, found.height) == pytest.approx(A4 if degrees == 180 else A4[::-1], abs=0.1)
    assert expected.left - 2 < box.left < box.right < expected.right + 2
    assert expected.top - 2 < box.top < box.bottom < expected.bottom + 2


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_text_set_on_its_side_has_a_box_a_line(degrees: int) -> None:
    sheet = Sheet()
    with sheet.pdf.rotation(degrees, 300, 400):
        sheet.put(300, 400, "Kajen er fyrre meter lang")
        sheet.put(300, 415, "og bygget af granit.")
    (found,) = find_quote_boxes(sheet.bytes(), "Kajen er fyrre meter lang og bygget af granit.", 1)
    assert len(found.boxes) == 2
    tall = [box.bottom - box.top > box.right - box.left for box in found.boxes]
    assert tall == [abs(degrees) == 90] * 2


def test_boxes_count_from_the_part_of_the_page_that_is_shown() -> None:
    sheet = Sheet()
    line = sheet.put(70, 120, SENTENCE)
    cropped = changed(
        sheet.bytes(),
        lambda writer: writer.pages[0].__setitem__(NameObject("/CropBox"), RectangleObject((50, 100, 500, 800))),
    )
    (found,) = find_quote_boxes(cropped, SENTENCE, 1)
    up = A4[1] - 800
    assert (found.width, found.height) == pytest.approx((450, 700), abs=0.1)
    require_lines(found, Box(line.left - 50, line.top - up, line.right - 50, line.bottom - up))


def test_what_runs_over_the_edge_is_marked_up_to_it() -> None:
    sheet = Sheet((200, 200))
    sheet.put(150, 100, SENTENCE)
    (box,) = find_quote_boxes(sheet.bytes(), SENTENCE, 1)[0].boxes
    assert box.right == pytest.approx(200, abs=0.1)


def glyphs_of(*lines: tuple[float, float, list[str]]) -> SetPage:
    glyphs = [
        Glyph(text, Box(x + 6 * n, y - 8, x + 6 * n + 6, y), x + 6 * n, y, 10.0)
        for x, y, texts in lines
        for n, text in enumerate(texts)
    ]
    return SetPage(1, 600.0, 800.0, [glyph.text for glyph in glyphs], glyphs.__getitem__)


def test_the_letters_of_a_ligature_that_share_a_box_stay_on_one_line() -> None:
    shared = Box(16, 92, 28, 100)
    glyphs = [
        Glyph("e", Box(10, 92, 16, 100), 10, 100, 10.0),
        Glyph("f", shared, 16, 100, 10.0),
        Glyph("i", shared, 16, 100, 10.0),
        Glyph("k", Box(28, 92, 34, 100), 28, 100, 10.0),
    ]
    page = SetPage(1, 600.0, 800.0, [glyph.text for glyph in glyphs], glyphs.__getitem__)
    (found,) = find_boxes({1: page}.get, 1, "e\ufb01k")
    assert found.boxes == (Box(10, 92, 34, 100),)


def test_an_accent_drawn_by_itself_belongs_to_its_letter() -> None:
    page = glyphs_of((10, 100, ["p", "a", "\u030a"]))
    assert len(find_boxes({1: page}.get, 1, "på")) == 1
    assert find_boxes({1: page}.get, 1, "pa") == ()


def test_a_page_made_to_mislead_costs_little() -> None:
    page = glyphs_of(*((50.0 * (n % 10), 10.0 * (n // 10), list("ab"[: 1 + n % 2])) for n in range(800)))
    assert find_boxes({1: page}.get, 1, "ab" * 300 + "c") == ()


def test_a_page_becomes_a_picture_of_its_size() -> None:
    sheet = Sheet((200, 100))
    sheet.put(20, 50, "Kaj")
    picture = Image.open(io.BytesIO(render_page(sheet.bytes(), 1, 2.0)))
    picture.load()
    assert (picture.format, picture.size, picture.mode) == ("PNG", (400, 200), "L")
    assert picture.getpixel((399, 199)) == 255
    low, _ = picture.crop((40, 60, 100, 110)).getextrema()
    assert low == 0


def test_colours_are_kept() -> None:
    sheet = Sheet((101, 50))
    sheet.pdf.set_fill_color(200, 30, 60)
    sheet.pdf.rect(0, 0, 101, 50, style="F")
    picture = Image.open(io.BytesIO(render_page(sheet.bytes(), 1, 1.0))).convert("RGB")
    assert picture.getpixel((50, 25)) == (200, 30, 60)


def test_a_turned_page_is_drawn_as_it_is_read() -> None:
    content = changed(Sheet((200, 100)).bytes(), lambda writer: writer.pages[0].rotate(90))
    assert Image.open(io.BytesIO(render_page(content, 1, 1.0))).size == (100, 200)


@pytest.mark.parametrize("size", [(14_400, 14_400), (3, 14_400), (14_400, 3)])
def test_a_huge_page_becomes_a_picture_of_bounded_size(size: tuple[int, int]) -> None:
    width, height = Image.open(io.BytesIO(render_page(Sheet(size).bytes(), 1, 4.0))).size
    assert width * height <= MOST_PIXELS * 1.01
    assert max(width, height) <= 10_001


def test_a_page_without_size_is_shown_as_a_blank_sheet() -> None:
    content = changed(
        Sheet().bytes(),
        lambda writer: writer.pages[0].__setitem__(NameObject("/MediaBox"), RectangleObject((0, 0, 0, 0))),
    )
    assert Image.open(io.BytesIO(render_page(content, 1, 1.0))).size == (612, 792)
    assert find_quote_boxes(content, SENTENCE, 1) == ()


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
def test_a_page_that_is_not_there_says_how_many_there_are(number: int) -> None:
    content = Sheet().bytes()
    with pytest.raises(UnknownPage, match=rf"no page {number}: it has 1"):
        render_page(content, number, 1.0)
    with pytest.raises(UnknownPage, match=rf"no page {number}: it has 1"):
        find_quote_boxes(content, SENTENCE, number)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_is_a_number_above_nought(scale: float) -> None:
    with pytest.raises(ValueError, match="a number above 0"):
        render_page(Sheet().bytes(), 1, scale)


def test_a_quote_of_a_whole_book_is_turned_away() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        find_quote_boxes(Sheet().bytes(), "a" * (MOST_QUOTE_CHARACTERS + 1), 1)


def test_a_user_password_is_named_and_an_owner_password_is_none() -> None:
    sheet = Sheet()
    line = sheet.put(70, 120, SENTENCE)
    owned = changed(sheet.bytes(), lambda writer: writer.encrypt("", "owner", algorithm="AES-256"))
    require_lines(find_quote_boxes(owned, SENTENCE, 1)[0], line)
    locked = changed(sheet.bytes(), lambda writer: writer.encrypt("user", algorithm="AES-256"))
    with pytest.raises(NeedsPassword, match="password"):
        render_page(locked, 1, 1.0)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\nrubbish", b"<!DOCTYPE html><p>404</p>"])
def test_what_is_no_pdf_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(UnreadableDocument):
            render_page(source, 1, 1.0)


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name, reason in (
        ("none.pdf", "No such file"),
        ("pipe.pdf", "not a regular"),
        ("folder.pdf", "directory|regular"),
    ):
        with pytest.raises(UnreadableDocument, match=reason):
            render_page(tmp_path / name, 1, 1.0)


def test_a_file_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.put(70, 120, SENTENCE)
    path = tmp_path / "a.pdf"
    path.write_bytes(sheet.bytes())
    content = path.read_bytes()
    assert find_quote_boxes(path, SENTENCE, 1) == find_quote_boxes(content, SENTENCE, 1) != ()
    assert render_page(path, 1, 1.0) == render_page(content, 1, 1.0)


def test_a_page_that_takes_too_long_or_too_much_is_stopped() -> None:
    content = Sheet().bytes()
    with pytest.raises(DocumentTooLarge, match=r"longer than 0\.01 seconds"):
        render_page(content, 1, 1.0, limits=ChildLimits(wall_seconds=0.01))
    with pytest.raises(DocumentTooLarge, match="more than 100 bytes"):
        render_page(content, 1, 1.0, limits=ChildLimits(output_bytes=100))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on address space")
def test_a_page_that_eats_memory_is_stopped() -> None:
    with pytest.raises(UnreadableDocument):
        render_page(Sheet().bytes(), 1, 60.0, most_pixels=90_000_000, limits=ChildLimits(memory_bytes=192 << 20))


def test_the_parent_does_not_load_pdfium() -> None:
    code = "import sys, corpus.pdf_pages, corpus.originals; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
