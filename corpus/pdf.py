"""PDF → pages of text, through pypdf; the only importer of it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, EmptyFileError, PyPdfError

from corpus.columns import Run, lines_in_column_order
from corpus.documents import SET_MARK, RawDocument, RawPage
from corpus.errors import NeedsOcr, NeedsPassword, UnreadableDocument
from corpus.stated import pdf_date, stated_keywords, stated_publisher, stated_title, without_unknown
from corpus.typesetting import Piece, SetLine, mark_pages, split_lines

_HEADER_WITHIN = 1024
"""Bytes from the start in which `%PDF-` may stand (ISO 32000-1, annex H.3.4.1)."""
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|[,-]bd|cmbx|sfbx", re.IGNORECASE)
_ITALIC_NAME = re.compile(r"ital|obliq|cmti|sfti", re.IGNORECASE)


def read(path: Path) -> RawDocument:
    """Read every page in its own order; pages that cannot be read or hold no text are named in a warning.

    Raises:
        NeedsPassword: the file opens only with a password; one that only forbids changes opens without.
        NeedsOcr: no page has text, and there are pages.
        UnreadableDocument: the file is no PDF, is cut short, or no page can be read.
    """
    _require_header(path)
    try:
        reader = PdfReader(path, strict=False)
        _unlock(reader)
        pages = list(reader.pages)
    except (NeedsPassword, MemoryError):
        raise
    except (
        PyPdfError,
        EmptyFileError,
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UnreadableDocument(
            f"is damaged or cut short, and its pages cannot be found ({error}): get a whole copy"
        ) from error
    set_pages = [_set_lines(page) for page in pages]
    texts = mark_pages([lines or [] for lines in set_pages])
    unreadable = [number for number, lines in enumerate(set_pages, start=1) if lines is None]
    empty = [number for number, text in enumerate(texts, start=1) if number not in unreadable and not text.strip()]
    if len(unreadable) == len(pages):
        raise UnreadableDocument("is damaged: none of its pages can be read; get a whole copy")
    if len(unreadable) + len(empty) == len(pages):
        raise NeedsOcr("holds pictures of pages and no text: `--ocr` reads it")
    return RawDocument(
        pages=tuple(RawPage(number, text) for number, text in enumerate(texts, start=1)),
        stated=_stated(reader, path.stem),
        warnings=(
            *_warning(unreadable, len(pages), "cannot be read, the file is damaged there"),
            *_warning(empty, len(pages), "without text: blank or a picture, which `--ocr` reads"),
        ),
    )


def _require_header(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(_HEADER_WITHIN)
    if b"%PDF-" in start:
        return
    is_web_page = start.lstrip()[:15].lower().startswith((b"<!doctype", b"<html"))
    raise UnreadableDocument(
        "is not a PDF but a web page saved under that name: get the document itself"
        if is_web_page
        else "is not a PDF, whatever its name says: get the document itself"
    )


def _unlock(reader: PdfReader) -> None:
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("")
    except DependencyError as error:
        raise UnreadableDocument(f"is encrypted in a way that cannot be opened here: {error}") from error
    if opened == PasswordType.NOT_DECRYPTED:
        raise NeedsPassword("is protected by a password: save it without one and add it again")


def _set_lines(page: PageObject) -> list[SetLine] | None:
    """Return the page's lines as set, columns one after the other, or None where the page is damaged."""
    pieces: list[Piece] = []

    def collect(text: str, at: list[float], within: list[float], font: Any, size: float) -> None:
        if text:
            pieces.append(_piece(text.replace(SET_MARK, ""), at, within, font, size))

    try:
        text = page.extract_text(visitor_text=collect).replace(SET_MARK, "")
    except MemoryError:
        raise
    except Exception:  # a damaged page fails in any way; what it means is said by the caller, which names the page
        return None
    runs = [Run(piece.x, piece.y, piece.size, piece.text.strip()) for piece in pieces if piece.text.strip()]
    if (reordered := lines_in_column_order(runs)) is not None:
        return [SetLine(line) for line in reordered.rstrip("\n").split("\n")]
    if "".join(piece.text for piece in pieces) != text:
        return [SetLine(line) for line in text.split("\n")]
    return split_lines(pieces)


def _piece(text: str, at: list[float], within: list[float], font: Any, size: float) -> Piece:
    """Return the text with its place on the page; the matrix `at` is the text's, `within` that of what holds it."""
    width = (within[0] * at[0] + within[2] * at[1], within[1] * at[0] + within[3] * at[1])
    height = (within[0] * at[2] + within[2] * at[3], within[1] * at[2] + within[3] * at[3])
    name = _font_name(font)
    scale = math.sqrt(abs(width[0] * height[1] - width[1] * height[0]))
    return Piece(
        text=text,
        x=within[0] * at[4] + within[2] * at[5] + within[4],
        y=within[1] * at[4] + within[3] * at[5] + within[5],
        size=round(2 * abs(size) * scale) / 2,
        bold=bool(_BOLD_NAME.search(name)),
        italic=bool(_ITALIC_NAME.search(name)),
    )


def _font_name(font: Any) -> str:
    try:
        return str(font.get("/BaseFont", "")) if font is not None else ""
    except (PyPdfError, AttributeError):
        return ""


def _warning(numbers: list[int], count: int, what: str) -> tuple[str, ...]:
    if not numbers:
        return ()
    named = ", ".join(map(str, numbers[:20])) + (" and more" if len(numbers) > 20 else "")
    return (f"{len(numbers)} of {count} pages {what} (page {named}).",)


def _stated(reader: PdfReader, stem: str) -> dict[str, str]:
    information = _information(reader)
    return without_unknown(
        {
            "title": stated_title(information.get("/Title", ""), stem),
            "publisher": stated_publisher(information.get("/Author", "")),
            "date": pdf_date(information.get("/CreationDate", "")),
            **stated_keywords(information.get("/Keywords", "")),
        }
    )


def _information(reader: PdfReader) -> Mapping[str, str]:
    """Return the text entries of the information dictionary; a damaged one counts as empty."""
    try:
        return {str(key): str(value) for key, value in (reader.metadata or {}).items() if isinstance(value, str)}
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError):
        return {}
