"""The child process of `corpus.pdf_pages`: pages of one PDF through pdfium; the only importer of pypdfium2."""

from __future__ import annotations

import base64
import ctypes
import math
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from corpus.errors import DocumentTooLarge, NeedsPassword, UnknownPage, UnreadableDocument
from corpus.quote_boxes import Box, Glyph, SetPage, find_boxes

MOST_GLYPHS = 200_000
"""Characters of a page that are looked at; a densely printed page of a newspaper has 30,000."""
MOST_ON_A_SIDE = 10_000
"""Pixels of a picture's width or height."""
_COMPRESSION = 3
"""Of zlib: 6 takes twice as long for two per cent less."""


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the boxes of a quote, or a picture of a page, of the PDF that the request's descriptor reads."""
    document = _open(request["file"])
    if request["asked"] == "boxes":
        return {"pages": _find_boxes(document, request)}
    return {"png": base64.b64encode(_render(document, request)).decode("ascii")}


def _open(descriptor: int) -> pdfium.PdfDocument:
    with os.fdopen(descriptor, "rb") as file:
        content = file.read()
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise NeedsPassword("is protected by a password: save it without one and add it again") from error
        raise UnreadableDocument(f"cannot be shown, it is damaged or no PDF ({error})") from error


def _page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    if not 1 <= number <= len(document):
        raise UnknownPage(f"has no page {number}: it has {len(document)}")
    try:
        return document[number - 1]
    except pdfium.PdfiumError as error:
        raise UnreadableDocument(f"page {number} cannot be shown, the file is damaged there") from error


def _find_boxes(document: pdfium.PdfDocument, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    number = request["page"]
    _page(document, number)

    def set_page(wanted: int) -> SetPage | None:
        return _read_page(_page(document, wanted), wanted) if wanted <= len(document) else None

    found = find_boxes(set_page, number, request["quote"], request["before"], request["after"])
    return [asdict(page) for page in found]


def _read_page(page: pdfium.PdfPage, number: int) -> SetPage:
    width, height = page.get_size()
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise UnreadableDocument(f"the text of page {number} cannot be read, the file is damaged there") from error
    count = text.count_chars()
    if count > MOST_GLYPHS:
        raise DocumentTooLarge(f"page {number} has {count:,} characters, over the limit of {MOST_GLYPHS:,}")
    drawn = _Drawn(text, count, _Shown(page))
    return SetPage(number, width, height, drawn.texts, drawn.glyph)


class _Shown:
    """Places on a page as the file counts them → points from the top left corner of the page as it is shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self.turns = page.get_rotation() // 90

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (
            (x - self._left, self._top - y),
            (y - self._bottom, x - self._left),
            (self._right - x, y - self._bottom),
            (self._top - y, self._right - x),
        )[self.turns]

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


class _Drawn:
    """What is drawn on a page and is no space, in the order in which pdfium has it."""

    def __init__(self, text: pdfium.PdfTextPage, count: int, shown: _Shown) -> None:
        self.texts: list[str] = []
        self._text = text
        self._shown = shown
        self._indices: list[int] = []
        self._after_space: list[bool] = []
        after_space = False
        for index in range(count):
            character = _character(raw.FPDFText_GetUnicode(text, index))
            if character.isspace() or raw.FPDFText_IsGenerated(text, index) == 1:
                after_space = True
                continue
            self.texts.append(character)
            self._indices.append(index)
            self._after_space.append(after_space)
            after_space = False

    @cache  # noqa: B019 - the process ends with the one search that this serves
    def glyph(self, number: int) -> Glyph:
        """Return where a character stands; one without a sensible place is a point in the corner."""
        index = self._indices[number]
        left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
        loose = raw.FS_RECTF()
        raw.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        raw.FPDFText_GetLooseCharBox(self._text, index, loose)
        raw.FPDFText_GetCharOrigin(self._text, index, x, y)
        angle = raw.FPDFText_GetCharAngle(self._text, index)
        places = (left.value, bottom.value, right.value, top.value, x.value, y.value)
        if not all(map(math.isfinite, (*places, loose.left, loose.bottom, loose.right, loose.top, angle))):
            return Glyph(self.texts[number], Box(0.0, 0.0, 0.0, 0.0), 0.0, 0.0, 0.0)
        turn = (self._shown.turns + round(angle / (math.pi / 2))) % 4  # pdfium's angle runs clockwise
        body = self._shown.box(loose.left, loose.bottom, loose.right, loose.top)
        size = body.right - body.left if turn % 2 else body.bottom - body.top
        begins = self._shown.point(x.value, y.value)
        box = self._shown.box(*places[:4])
        return Glyph(self.texts[number], box, *begins, size, turn, self._after_space[number])


def _character(code: int) -> str:
    """Return the character of a code; half of a pair, or no code at all, is a noncharacter that equals no letter."""
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\uffff"


def _render(document: pdfium.PdfDocument, request: Mapping[str, Any]) -> bytes:
    document.init_forms()  # before the page: what is filled into a form is drawn by it alone
    page = _page(document, request["page"])
    width, height = page.get_size()
    scale = _bounded_scale(width, height, request["scale"], request["most_pixels"])
    bitmap = page.render(scale=scale, rev_byteorder=True)
    return _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)


def _bounded_scale(width: float, height: float, scale: float, most_pixels: int) -> float:
    """Return the scale, or the greatest one at which neither the picture nor a side of it has too many pixels."""
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise UnreadableDocument(f"a page of {width:g} by {height:g} points cannot be shown")
    return min(scale, math.sqrt(most_pixels / width / height), MOST_ON_A_SIDE / max(width, height))


def _png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Return a PNG of three bytes a pixel, or of one where every pixel is grey."""
    rows = [pixels[start : start + 3 * width] for start in range(0, stride * height, stride)]
    colour = 2
    if all(row[0::3] == row[1::3] == row[2::3] for row in rows):
        rows, colour = [row[0::3] for row in rows], 0
    body = zlib.compress(b"".join(b"\0" + row for row in rows), _COMPRESSION)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    )
