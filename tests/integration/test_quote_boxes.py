"""The text under a quote's boxes is the quote, on real PDFs that lie beside the checkout and are never copied.

What lies under a box is asked of two other readers: pdfium by rectangle, and poppler's `pdftotext -bbox` where it is
installed.
"""

from __future__ import annotations

import html
import random
import re
import shutil
import subprocess
import time
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from corpus import pdf
from corpus.documents import Document, Sentence
from corpus.loading import load_document
from corpus.pdf_pages import Box, PageBoxes, find_quote_boxes, render_page
from corpus.quote_boxes import CONTEXT_CHARACTERS
from corpus.splitting import split_document

PDFS = Path(__file__).parents[2] / "../shared/pdfs"
SEED = 20261123
TWO_COLUMNS = {
    "made_da_two_columns_hyphenated.pdf": 14,
    "made_da_columns_drawn_row_by_row.pdf": 2,
    "pypdf_multicolumn.pdf": 6,
}
"""File → sentences taken from it."""
ONE_COLUMN = {
    "da_debian_install_guide.pdf": 10,
    "derived_da_rotated_pages.pdf": 8,
    "en_ehds_regulation_2025_327.pdf": 8,
    "en_epar_ebvallo_ATMP.pdf": 8,
    "pypdf_google-doc-document.pdf": 2,
}
TURNED = ("derived_da_rotated_pages.pdf",)
HYPHENATED = ("da_debian_install_guide.pdf", "made_da_two_columns_hyphenated.pdf")
"""Files of whose sentences those with a word cut at the end of a line are taken first."""
CUT_WORD = re.compile("(?<=[^\\W\\d_])[-\u2010\u00ad\ufffe]\n(?=[^\\W\\d_])")
WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>')

pytestmark = pytest.mark.skipif(
    not PDFS.is_dir(), reason="no shared/pdfs beside the checkout: real PDFs are read there"
)


@dataclass(frozen=True)
class Quote:
    """A sentence of a real document, as a citation has it; `is_cut` says that a line end cuts one of its words."""

    file: str
    text: str
    page: int
    before: str
    after: str
    is_cut: bool


def letters_of(text: str) -> str:
    """Return letters and figures alone, in lower case; the two ligatures that readers leave are spelt out."""
    spelt = text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi")
    return "".join(character for character in spelt.lower() if character.isalnum())


@cache
def load(file: str) -> Document:
    if not (PDFS / file).is_file():
        pytest.skip(f"{file} does not lie in shared/pdfs beside the checkout")
    return load_document(PDFS / file)


@cache
def cut_words(file: str) -> frozenset[str]:
    """Return the words that line ends cut, made whole: the letters from four before the cut to four after it."""
    found = set()
    for page in pdf.read(PDFS / file).pages:
        for cut in CUT_WORD.finditer(page.text):
            head = page.text[max(0, cut.start() - 12) : cut.start()].split()[-1]
            tail = page.text[cut.end() : cut.end() + 12].split()[0]
            found.add(letters_of(head)[-4:] + letters_of(tail)[:4])
    return frozenset(found)


def quote_of(file: str, document: Document, sentence: Sentence) -> Quote:
    starts = [page.start for page in document.pages]
    text = document.text[sentence.start : sentence.end]
    letters = letters_of(text)
    return Quote(
        file,
        text,
        document.pages[bisect_right(starts, sentence.start) - 1].number,
        document.text[max(0, sentence.start - CONTEXT_CHARACTERS) : sentence.start],
        document.text[sentence.end : sentence.end + CONTEXT_CHARACTERS],
        file in HYPHENATED and any(word in letters for word in cut_words(file)),
    )


@cache
def choose_quotes() -> tuple[Quote, ...]:
    """Return sentences spread over the documents, the same ones every time."""
    chosen: list[Quote] = []
    for file, count in (TWO_COLUMNS | ONE_COLUMN).items():
        document = load(file)
        sentences = [sentence for chunk in split_document(document) for sentence in chunk.sentences]
        shuffled = random.Random(SEED).sample(sentences, min(len(sentences), 60))  # noqa: S311 - a fixed choice
        quotes = [quote_of(file, document, sentence) for sentence in shuffled]
        chosen += sorted(quotes, key=lambda quote: not quote.is_cut)[:count]
    return tuple(chosen)


@cache
def open_pdf(file: str) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(PDFS / file)


def text_by_rectangle(file: str, found: PageBoxes) -> str:
    """Return what pdfium reads inside the boxes, each less a third of a point on every side."""
    page = open_pdf(file)[found.page - 1]
    text = page.get_textpage()
    return " ".join(text.get_text_bounded(*in_the_file(page, box)) for box in found.boxes)


def in_the_file(page: pdfium.PdfPage, box: Box) -> tuple[float, float, float, float]:
    """Return a box as left, bottom, right, top in the file's own points, whichever way the page is turned."""
    left, bottom, right, top = page.get_bbox()
    x1, y1, x2, y2 = box.left + 0.3, box.top + 0.3, box.right - 0.3, box.bottom - 0.3
    return {
        0: (left + x1, top - y2, left + x2, top - y1),
        90: (left + y1, bottom + x1, left + y2, bottom + x2),
        180: (right - x2, bottom + y1, right - x1, bottom + y2),
        270: (right - y2, top - x2, right - y1, top - x1),
    }[page.get_rotation()]


@cache
def poppler_words(file: str, page: int) -> tuple[tuple[float, float, str], ...]:
    """Return the middle of each word of a page, and the word."""
    command = ["pdftotext", "-bbox", "-cropbox", "-f", str(page), "-l", str(page), str(PDFS / file), "-"]
    said = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout
    found = [(*map(float, match.groups()[:4]), html.unescape(match[5])) for match in WORD.finditer(said)]
    return tuple(((x1 + x2) / 2, (y1 + y2) / 2, word) for x1, y1, x2, y2, word in found)


def text_by_words(file: str, found: PageBoxes) -> str:
    """Return poppler's words whose middle is in a box."""
    return " ".join(
        word
        for box in found.boxes
        for x, y, word in poppler_words(file, found.page)
        if box.left <= x <= box.right and box.top - 1 <= y <= box.bottom + 1
    )


@cache
def boxes_of(quote: Quote) -> tuple[PageBoxes, ...]:
    return find_quote_boxes(PDFS / quote.file, quote.text, quote.page, before=quote.before, after=quote.after)


def test_the_quotes_are_spread_over_columns_and_hyphens() -> None:
    quotes = choose_quotes()
    assert len(quotes) >= 30
    assert sum(quote.file in TWO_COLUMNS for quote in quotes) >= 8
    assert sum(quote.is_cut for quote in quotes) >= 8
    assert len({(quote.file, quote.page) for quote in quotes}) >= 25


def test_the_text_under_the_boxes_is_the_quote() -> None:
    wrong = []
    for quote in choose_quotes():
        under = " ".join(text_by_rectangle(quote.file, page) for page in boxes_of(quote))
        order = sorted if quote.file in TURNED else list  # upside down, this reader has words in another order
        if order(letters_of(under)) != order(letters_of(quote.text)):
            wrong.append((quote.file, quote.page, quote.text, under))
    assert not wrong


def test_a_quote_over_a_page_break_is_marked_on_both_pages() -> None:
    file = "en_ehds_regulation_2025_327.pdf"
    document = load(file)
    sentences = [sentence for chunk in split_document(document) for sentence in chunk.sentences]
    breaks = [page.end for page in document.pages]
    crossing = [one for one in sentences if any(one.start < end < one.end for end in breaks)][:8]
    assert len(crossing) == 8
    for quote in (quote_of(file, document, sentence) for sentence in crossing):
        found = boxes_of(quote)
        assert [page.page for page in found] == [quote.page, quote.page + 1]
        under = " ".join(text_by_rectangle(file, page) for page in found)
        assert letters_of(under) == letters_of(quote.text)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
def test_another_reader_has_the_same_words_under_the_boxes() -> None:
    wrong = []
    for quote in choose_quotes():
        under = " ".join(text_by_words(quote.file, page) for page in boxes_of(quote))
        if sorted(letters_of(under)) != sorted(letters_of(quote.text)):  # its order of words is its own
            wrong.append((quote.file, quote.page, quote.text, under))
    assert not wrong


def test_boxes_stand_on_the_page_and_beside_each_other() -> None:
    for quote in choose_quotes():
        for page in boxes_of(quote):
            for number, box in enumerate(page.boxes):
                assert 0 <= box.left < box.right <= page.width
                assert 0 <= box.top < box.bottom <= page.height
                for other in page.boxes[:number]:
                    across = min(box.right, other.right) - max(box.left, other.left)
                    down = min(box.bottom, other.bottom) - max(box.top, other.top)
                    assert min(across, down) <= 2, (quote.file, quote.text, box, other)


def test_boxes_and_pictures_come_fast_enough_for_a_click() -> None:
    file = PDFS / "en_ehds_regulation_2025_327.pdf"
    if not file.is_file():
        pytest.skip(f"{file.name} does not lie in shared/pdfs beside the checkout")
    times = []
    for page in (5, 20, 40):
        started = time.perf_counter()
        render_page(file, page, 1.5)
        find_quote_boxes(file, "electronic health data", page)
        times.append(time.perf_counter() - started)
    assert min(times) < 2.0  # a fifth of it when the machine is idle
