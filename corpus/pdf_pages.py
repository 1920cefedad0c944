"""A PDF's pages as they are shown: a picture of a page, and where on it a quote stands.

PDFs come from anywhere, so pdfium reads them in a child process with limits (`corpus.pdf_pages_child`).
"""

from __future__ import annotations

import base64
import math
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import DocumentTooLarge, UnreadableDocument
from corpus.limited_child import ChildLimits, run_limited
from corpus.quote_boxes import CONTEXT_CHARACTERS, Box, PageBoxes

__all__ = ["MOST_PIXELS", "MOST_QUOTE_CHARACTERS", "Box", "PageBoxes", "find_quote_boxes", "render_page"]

MOST_PIXELS = 8_000_000
"""Of one picture: an A4 page at four pixels a point."""
MOST_QUOTE_CHARACTERS = 20_000
"""Of one quote: a page of small print has 8,000."""
MOST_FILE_BYTES = 200 << 20
"""Of a PDF, as in `corpus.loading`."""
LIMITS = ChildLimits(wall_seconds=20.0, processor_seconds=15, memory_bytes=1 << 30, output_bytes=64 << 20)
"""What one picture or one search may cost."""

_CHILD_MODULE = "corpus.pdf_pages_child"


def find_quote_boxes(
    source: Path | bytes,
    quote: str,
    page: int,
    *,
    before: str = "",
    after: str = "",
    limits: ChildLimits = LIMITS,
) -> tuple[PageBoxes, ...]:
    """Return where a quote stands: a box for each of its lines, on the page and, where it goes on there, the next.

    Letters and figures alone are compared. Takes one child process.

    Args:
        source: a PDF file, or its bytes.
        quote: words of the document, at most `MOST_QUOTE_CHARACTERS`.
        page: the page on which the quote begins, from 1.
        before: text of the document that ends where the quote begins; of several places of the same words on the page,
            that one is taken which has most of `before` and `after` around it, and the first of equal ones.
        after: text of the document that begins where the quote ends.
        limits: what finding may cost.

    Returns:
        A value a page, in order; () where the quote does not stand there, as on a page that is a picture.

    Raises:
        ValueError: the quote is too long.
        UnknownPage: the file has no such page.
        NeedsPassword: it opens only with a password.
        DocumentTooLarge: the file, or what it unpacks to, is over a limit.
        UnreadableDocument: it is missing, damaged or no PDF.
    """
    if len(quote) > MOST_QUOTE_CHARACTERS:
        raise ValueError(f"a quote of {len(quote):,} characters is over the limit of {MOST_QUOTE_CHARACTERS:,}")
    request = {
        "asked": "boxes",
        "quote": quote,
        "page": page,
        "before": before[-CONTEXT_CHARACTERS:],
        "after": after[:CONTEXT_CHARACTERS],
    }
    return tuple(_page_boxes(values) for values in _ask(source, request, limits)["pages"])


def render_page(
    source: Path | bytes,
    page: int,
    scale: float,
    *,
    most_pixels: int = MOST_PIXELS,
    limits: ChildLimits = LIMITS,
) -> bytes:
    """Return a picture of a page as a PNG, upright as a reader shows it. Takes one child process.

    Args:
        source: a PDF file, or its bytes.
        page: from 1.
        scale: pixels a point, above 0; a page that would have more than `most_pixels` is drawn smaller.
        most_pixels: of the picture.
        limits: what drawing may cost.

    Raises:
        ValueError: the scale is not a number above 0.
        UnknownPage: the file has no such page.
        NeedsPassword: it opens only with a password.
        DocumentTooLarge: the file, or what it takes to draw it, is over a limit.
        UnreadableDocument: it is missing, damaged or no PDF.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise ValueError(f"a scale is a number above 0, not {scale}")
    request = {"asked": "picture", "page": page, "scale": scale, "most_pixels": most_pixels}
    return base64.b64decode(_ask(source, request, limits)["png"])


def _ask(source: Path | bytes, request: Mapping[str, Any], limits: ChildLimits) -> dict[str, Any]:
    with _opened(source) as file:
        return run_limited(_CHILD_MODULE, {**request, "file": file.fileno()}, limits, files=[file.fileno()])


@contextmanager
def _opened(source: Path | bytes) -> Iterator[BinaryIO]:
    """Give the PDF as a file that a child can read from its beginning.

    Raises:
        DocumentTooLarge: it is over `MOST_FILE_BYTES`.
        UnreadableDocument: it is missing, empty, no regular file, or may not be read.
    """
    if isinstance(source, bytes):
        _require_size(len(source))
        with tempfile.TemporaryFile() as copy:
            copy.write(source)
            copy.seek(0)
            yield copy
        return
    try:
        file = open(source, "rb", opener=_open_at_once)  # noqa: SIM115 - closed below, and errors of its use are others
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableDocument(f"{source.name} cannot be opened: {reason}") from error
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableDocument(f"{source.name} is not a regular file")
        _require_size(status.st_size)
        yield file


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting, as a pipe without a writer would make one wait."""
    return os.open(path, flags | os.O_NONBLOCK)


def _require_size(size: int) -> None:
    if size == 0:
        raise UnreadableDocument("is empty (0 bytes): get the document again")
    if size > MOST_FILE_BYTES:
        raise DocumentTooLarge(f"is {size:,} bytes, over the limit of {MOST_FILE_BYTES:,}")


def _page_boxes(values: Mapping[str, Any]) -> PageBoxes:
    boxes = tuple(Box(**box) for box in values["boxes"])
    return PageBoxes(values["page"], values["width"], values["height"], boxes)
