"""Plain text → pages: UTF-8 or what older programs wrote, form feeds as page breaks, `#` headings where it has them."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from corpus.documents import RawDocument, RawPage
from corpus.errors import UnreadableDocument
from corpus.markup import plain_lines

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1a\x1b"))
_ATX_HEADING = re.compile(r"(?:^|\f)#{1,6} +[^\s#]", re.MULTILINE)


def read(path: Path) -> RawDocument:
    """Read a plain text file; one with two or more `#` headings is read as Markdown, page by page.

    Raises:
        UnreadableDocument: the file holds no text but binary data.
    """
    text, warnings = decode(path.read_bytes())
    marked_up = len(_ATX_HEADING.findall(text)) >= 2
    pages = text.removesuffix("\f").split("\f")
    if marked_up:
        pages = [plain_lines(page) for page in pages]
    return RawDocument(
        pages=tuple(RawPage(number, page) for number, page in enumerate(pages, start=1)),
        marked_up=marked_up,
        warnings=warnings,
    )


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    r"""Return the text with "\n" at every line's end, and a warning where it is not UTF-8.

    Raises:
        UnreadableDocument: more than one byte in twenty is a control character that no text holds.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _with_newlines(content.decode(encoding, errors="replace")), ()
    if 20 * (len(content) - len(content.translate(None, _CONTROL_BYTES))) > len(content):
        raise UnreadableDocument("is not text: it holds binary data")
    try:
        return _with_newlines(content.decode("utf-8")), ()
    except UnicodeDecodeError:
        warning = "The text is not UTF-8; it was read as Windows-1252, so letters outside a-z may be wrong."
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return _with_newlines(text), (warning,)


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
