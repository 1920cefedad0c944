"""The files that documents were read from, shown page by page: only by a document's id, and only while unchanged.

The library keeps a file's path and the hash of its bytes, not the bytes. What is shown has that hash, whatever lies at
the path by now.
"""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Generic, Literal, Protocol, TypeVar

from corpus.documents import Document
from corpus.errors import (
    DocumentTooLarge,
    OriginalChanged,
    OriginalGone,
    OriginalUnavailable,
    UnknownDocument,
    UnknownPage,
    UnsupportedFormat,
)
from corpus.pdf_pages import MOST_FILE_BYTES, MOST_QUOTE_CHARACTERS, find_quote_boxes, render_page
from corpus.quote_boxes import CONTEXT_CHARACTERS, PageBoxes
from corpus.records import StoredDocument

SCALES = (1.0, 1.5, 2.0, 3.0)
"""Pixels a point that pages are drawn at: few, so that each is drawn once and no address asks for a thousand."""
PICTURE_BYTES = 64 << 20
"""Of the pictures that are kept; one of an ordinary page has 100 to 300 kB."""
MOST_SEARCHES = 2_000
"""Quotes whose boxes are kept."""
CHILDREN = 2
"""Child processes that run at once; who comes after them waits."""

OriginalState = Literal["there", "changed", "gone"]
"""Whether the file that a document was read from still lies there: `changed` is another file in its place."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Stored(Protocol):
    """The documents of the library."""

    def find(self, id_or_name: str) -> StoredDocument:
        """Return the document with that id."""
        ...

    def read(self, document_id: str) -> Document:
        """Return the document's text."""
        ...


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a PNG. `tag` changes with the picture: what HTTP calls an entity tag, without its quotation marks."""

    png: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """A document's file under its name; `tag` changes with its bytes."""

    name: str
    content: bytes
    tag: str


class Originals:
    """Pages of the PDFs of a library, drawn when they are asked for and kept for a while. Safe for threads."""

    def __init__(
        self, library: Stored, hash_content: Callable[[bytes], str], picture_bytes: int = PICTURE_BYTES
    ) -> None:
        """Show the originals of a library.

        Args:
            library: knows path and hash of each document's file.
            hash_content: makes the hash of a file's bytes that the library has of them.
            picture_bytes: of the pictures that are kept.
        """
        self._library = library
        self._hash_content = hash_content
        self._children = BoundedSemaphore(CHILDREN)
        self._pictures: _Kept[tuple[str, int, float], bytes] = _Kept(picture_bytes, len)
        self._boxes: _Kept[tuple[str, int, str, int], tuple[PageBoxes, ...]] = _Kept(MOST_SEARCHES, lambda _: 1)

    def page_image(self, document_id: str, page: int, scale: float) -> PageImage:
        """Return a page of a document's file as a picture.

        Args:
            document_id: as the library has it; no name and no path.
            page: from 1.
            scale: pixels a point; the next greater of `SCALES` is taken, or the greatest.

        Raises:
            UnknownDocument: no document has that id.
            UnknownPage: it has no such page.
            UnsupportedFormat: it is no PDF, so it has no pages to show.
            OriginalGone: the file no longer lies where it was read.
            OriginalChanged: the file is not the one that was read.
            UnreadableDocument: it cannot be drawn, or only at too great a cost.
        """
        stored = self._stored(document_id, page)
        step = _step(scale)
        key = (stored.content_hash, page, step)
        png = self._pictures.find(key)
        if png is None:
            with self._children:
                png = render_page(self._content(stored), page, step)
            self._pictures.keep(key, png)
        return PageImage(png, _page_tag(stored, page, step))

    def page_tag(self, document_id: str, page: int, scale: float) -> str:
        """Return the tag of the picture that `page_image` returns, without drawing it or looking at the file.

        Raises:
            UnknownDocument: no document has that id.
            UnknownPage: it has no such page.
            UnsupportedFormat: it is no PDF.
        """
        return _page_tag(self._stored(document_id, page), page, _step(scale))

    def quote_boxes(self, document_id: str, quote: str, page: int, start: int) -> tuple[PageBoxes, ...]:
        """Return where on its pages a quote stands, as a citation has it; () where it is not found.

        Args:
            document_id: as the library has it.
            quote: words of the document.
            page: on which the quote begins.
            start: offset in the document's text at which it begins, which tells it from the same words elsewhere.

        Raises:
            UnknownDocument: no document has that id.
            UnknownPage: it has no such page.
            UnsupportedFormat: it is no PDF.
            OriginalGone: the file no longer lies where it was read.
            OriginalChanged: the file is not the one that was read.
            UnreadableDocument: it cannot be read, or only at too great a cost.
        """
        stored = self._stored(document_id, page)
        if len(quote) > MOST_QUOTE_CHARACTERS:
            return ()
        key = (stored.content_hash, page, quote, start)
        boxes = self._boxes.find(key)
        if boxes is None:
            text = self._library.read(document_id).text
            first = min(max(start, 0), len(text))
            end = min(first + len(quote), len(text))
            with self._children:
                boxes = find_quote_boxes(
                    self._content(stored),
                    quote,
                    page,
                    before=text[max(0, first - CONTEXT_CHARACTERS) : first],
                    after=text[end : end + CONTEXT_CHARACTERS],
                )
            self._boxes.keep(key, boxes)
        return boxes

    def state(self, document_id: str) -> OriginalState:
        """Return whether a document's file, of any format, still is the one that was read.

        Raises:
            UnknownDocument: no document has that id.
        """
        try:
            self.file(document_id)
        except (OriginalChanged, DocumentTooLarge):
            return "changed"
        except OriginalUnavailable:
            return "gone"
        return "there"

    def file(self, document_id: str) -> OriginalFile:
        """Return a document's file, of any format, if it still is the one that was read.

        Raises:
            UnknownDocument: no document has that id.
            OriginalGone: the file no longer lies where it was read.
            OriginalChanged: the file is not the one that was read.
            DocumentTooLarge: it has grown over the limit.
        """
        stored = self._with_id(document_id)
        return OriginalFile(stored.name, self._content(stored), stored.content_hash[:32])

    def _stored(self, document_id: str, page: int) -> StoredDocument:
        stored = self._with_id(document_id)
        if Path(stored.name).suffix.lower() != ".pdf":
            raise UnsupportedFormat(f"{stored.name} is no PDF and has no pages to show")
        if not 1 <= page <= stored.page_count:
            raise UnknownPage(f"{stored.name} has no page {page}: it has {stored.page_count}")
        return stored

    def _with_id(self, document_id: str) -> StoredDocument:
        stored = self._library.find(document_id)
        if stored.id != document_id:
            raise UnknownDocument(f"no document of the library has the id {document_id!r}")
        return stored

    def _content(self, stored: StoredDocument) -> bytes:
        content = _read(Path(stored.path), stored.name)
        if self._hash_content(content) != stored.content_hash:
            raise OriginalChanged(f"{stored.name} has changed since it was read: run `atmp index` on it again")
        return content


def _step(scale: float) -> float:
    """Return the next greater of `SCALES`, or the greatest."""
    return next((step for step in SCALES if step >= scale), SCALES[-1])


def _page_tag(stored: StoredDocument, page: int, step: float) -> str:
    return f"{stored.content_hash[:32]}-{page}-{step:g}"


class _Kept(Generic[Key, Value]):
    """The values used last, as many as weigh no more than a limit together."""

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def find(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def keep(self, key: Key, value: Value) -> None:
        with self._lock:
            old = self._values.pop(key, None)
            self._weight += self._weigh(value) - (self._weigh(old) if old is not None else 0)
            self._values[key] = value
            while self._weight > self._limit and self._values:
                _, dropped = self._values.popitem(last=False)
                self._weight -= self._weigh(dropped)


def _read(path: Path, name: str) -> bytes:
    """Return a regular file's bytes."""
    try:
        with open(path, "rb", opener=lambda file, flags: os.open(file, flags | os.O_NONBLOCK)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise OriginalGone(f"{name} no longer lies where it was read: something else does")
            if status.st_size > MOST_FILE_BYTES:
                raise DocumentTooLarge(f"{name} is {status.st_size:,} bytes, over the limit of {MOST_FILE_BYTES:,}")
            return file.read(MOST_FILE_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OriginalGone(f"{name} cannot be opened where it was read ({reason}): put it back or remove it") from error
