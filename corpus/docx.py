"""DOCX → marked-up lines, through python-docx; the only importer of it.

The body is walked element by element, because content controls, tracked insertions and text boxes hold text that
python-docx's own paragraphs leave out.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.parser import etree

from corpus.documents import RawDocument, RawPage
from corpus.errors import DocumentTooLarge, NeedsPassword, UnreadableDocument
from corpus.markup import table_row
from corpus.stated import stated_keywords, stated_publisher, stated_title, without_unknown

UNPACKED_BYTES = 500_000_000
"""A text of a thousand pages unpacks to some tens of megabytes; pictures make up the rest."""

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_TEMPLATE_DATE = datetime.date(2013, 12, 23)
"""The day stated by python-docx's own template, which says nothing about a document."""

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAKS, _HYPHEN = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr")), qn("w:noBreakHyphen")
_TEXT_BOX = qn("w:txbxContent")
_PASSED_OVER = frozenset(
    {qn("w:pPr"), qn("w:rPr"), qn("w:moveFrom"), qn("w:del"), qn("w:sectPr"), qn("w:tblPr"), qn("w:sdtPr")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_HEADING_NAME = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"toc (?:\d|heading)$", re.IGNORECASE)


def read(path: Path) -> RawDocument:
    """Read a Word document as one page; headers, footers and the table of contents are left out.

    Raises:
        NeedsPassword: the file is encrypted (or is an old .doc, which looks the same from outside).
        DocumentTooLarge: it unpacks to more than `UNPACKED_BYTES`.
        UnreadableDocument: the file is no Word document, or is damaged.
    """
    _require_package(path)
    try:
        document = docx.Document(str(path))
    except (OpcError, KeyError, ValueError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise UnreadableDocument(f"is not a whole Word document ({error}): get a whole copy") from error
    styles = _Styles(document.styles.element)
    lines = _with_ended_lists(line for element in document.element.body for line in _blocks(element, styles))
    return RawDocument(
        pages=(RawPage(1, "\n".join(lines) + "\n"),),
        stated=_stated(document.core_properties, path.stem),
        marked_up=True,
    )


def _require_package(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start == _OLE_MAGIC:
        raise NeedsPassword("is protected by a password, or an old .doc: save it as .docx without a password")
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(member.file_size for member in package.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("is not a whole Word document: get a whole copy") from error
    if unpacked > UNPACKED_BYTES:
        raise DocumentTooLarge(f"unpacks to {unpacked:,} bytes, more than the {UNPACKED_BYTES:,} allowed")


class _Styles:
    """What a paragraph's style says: heading level, list or not. Styles inherit; `basedOn` chains may loop."""

    def __init__(self, element: Any) -> None:
        self._styles = {style.get(qn("w:styleId")): style for style in element.iterchildren(qn("w:style"))}

    def chain(self, paragraph: Any) -> Iterator[Any]:
        style_id = _value(paragraph, "w:pPr", "w:pStyle")
        seen = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield self._styles[style_id]
            style_id = _value(self._styles[style_id], "w:basedOn")

    def names(self, paragraph: Any) -> list[str]:
        return [_value(style, "w:name") or "" for style in self.chain(paragraph)]

    def heading_level(self, paragraph: Any) -> int | None:
        for name in self.names(paragraph):
            if name.lower() == "title":
                return 1
            if heading := _HEADING_NAME.match(name):
                return min(int(heading[1]), 6)
        levels = [_value(element, "w:pPr", "w:outlineLvl") for element in (paragraph, *self.chain(paragraph))]
        level = next((int(level) for level in levels if level and level.isdecimal()), 9)
        return min(level + 1, 6) if level < 9 else None

    def is_listed(self, paragraph: Any) -> bool:
        numbers = [_value(element, "w:pPr", "w:numPr", "w:numId") for element in (paragraph, *self.chain(paragraph))]
        number = next((number for number in numbers if number is not None), None)
        named = any(name.lower().startswith(("list bullet", "list number")) for name in self.names(paragraph))
        return number != "0" if number is not None else named

    def is_contents(self, paragraph: Any) -> bool:
        return any(_CONTENTS_NAME.match(name) for name in self.names(paragraph))


def _blocks(element: Any, styles: _Styles) -> Iterator[str]:
    """Yield the marked-up lines of a body element, a blank line after each paragraph and table."""
    if element.tag == _PARAGRAPH:
        yield from _paragraph_lines(element, styles)
    elif element.tag == _TABLE:
        yield from _table_lines(element, styles)
    elif isinstance(element.tag, str) and element.tag not in _PASSED_OVER:
        for child in element:
            yield from _blocks(child, styles)


def _with_ended_lists(lines: Iterable[str]) -> list[str]:
    """Return the lines with a blank one wherever a list is followed by something else."""
    ended: list[str] = []
    for line in lines:
        if line and ended and ended[-1].startswith("- ") and not line.startswith("- "):
            ended.append("")
        ended.append(line)
    return ended


def _paragraph_lines(paragraph: Any, styles: _Styles) -> Iterator[str]:
    text = "".join(_pieces(paragraph))
    if text.strip() and not styles.is_contents(paragraph):
        level = styles.heading_level(paragraph)
        if level is not None:
            yield f"{'#' * level} {' '.join(text.split())}"
            yield ""
        elif styles.is_listed(paragraph):
            yield f"- {' '.join(text.split())}"
        else:
            yield from text.split("\n")
            yield ""
    for box in paragraph.iter(_TEXT_BOX):
        if not any(ancestor.tag in _PASSED_OVER for ancestor in box.iterancestors()):
            for child in box:
                yield from _blocks(child, styles)


def _table_lines(table: Any, styles: _Styles) -> Iterator[str]:
    rows = [[cell for cell in row.iter(_CELL) if _nearest(cell, _ROW) is row] for row in _own_rows(table)]
    if all(len(row) <= 1 for row in rows):
        for row in rows:
            for cell in row:
                for child in cell:
                    yield from _blocks(child, styles)
        return
    yield ""
    for row in rows:
        cells = ["".join(_pieces(cell)) for cell in row]
        if any(cell.strip() for cell in cells):
            yield table_row(list(_spanned(row, cells)))
    yield ""


def _own_rows(table: Any) -> list[Any]:
    return [row for row in table.iter(_ROW) if _nearest(row, _TABLE) is table]


def _nearest(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _spanned(row: list[Any], cells: list[str]) -> Iterator[str]:
    """Yield each cell's text, and an empty cell for each further column it spans, so that columns stay in line."""
    for element, cell in zip(row, cells, strict=True):
        yield cell
        span = _value(element, "w:tcPr", "w:gridSpan") or "1"
        yield from [""] * (min(int(span), 64) - 1 if span.isdecimal() else 0)


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text inside an element as it stands after accepting all tracked changes, text boxes left out."""
    if element.tag == _TEXT:
        yield element.text or ""
    elif element.tag == _TAB:
        yield "\t"
    elif element.tag in _BREAKS:
        yield "\n"
    elif element.tag == _HYPHEN:
        yield "-"
    elif isinstance(element.tag, str) and element.tag not in _PASSED_OVER and element.tag != _TEXT_BOX:
        for child in element:
            yield from _pieces(child)
            if child.tag == _PARAGRAPH:
                yield " "  # the paragraphs of a cell are apart; the runs that a word is cut into are not


def _value(element: Any, *path: str) -> str | None:
    """Return the `w:val` of the descendant that the path of tags leads to, None where it is missing."""
    for tag in path:
        element = element.find(qn(tag)) if element is not None else None
    value = element.get(qn("w:val")) if element is not None else None
    return None if value is None else str(value)


def _stated(properties: Any, stem: str) -> dict[str, str]:
    dates = (_property(properties, "modified"), _property(properties, "created"))
    days = [value.date() for value in dates if isinstance(value, datetime.datetime)]
    return without_unknown(
        {
            "title": stated_title(str(_property(properties, "title") or ""), stem),
            "publisher": stated_publisher(str(_property(properties, "author") or "")),
            "language": str(_property(properties, "language") or ""),
            "date": next((day.isoformat() for day in days if day != _TEMPLATE_DATE), ""),
            **stated_keywords(str(_property(properties, "keywords") or "")),
        }
    )


def _property(properties: Any, name: str) -> object:
    """Return a core property, None where the file holds something that is not of its type."""
    try:
        return getattr(properties, name)
    except (ValueError, TypeError, AttributeError):
        return None
