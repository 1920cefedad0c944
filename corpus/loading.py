"""path → Document: the right reader for the suffix, run in a child process with limits on memory and time.

Files come from anywhere. Whatever one does to its reader (loops, eats memory, crashes the interpreter), the program
that asked goes on and gets one clear line.
"""

from __future__ import annotations

import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import errors
from corpus.documents import Document
from corpus.interchange import document_from_values
from corpus.limited_child import ChildLimits, run_limited
from corpus.ocr import add_text_layer

_READERS = {
    ".pdf": "corpus.pdf",
    ".docx": "corpus.docx",
    ".html": "corpus.html",
    ".htm": "corpus.html",
    ".xhtml": "corpus.html",
    ".md": "corpus.markdown",
    ".markdown": "corpus.markdown",
    ".txt": "corpus.text",
    ".text": "corpus.text",
}
"""Suffix in lower case → the module whose `read` knows the format; the child imports only that one."""

SUPPORTED_SUFFIXES = frozenset(_READERS)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost; a file over any of them raises `DocumentTooLarge`."""

    wall_seconds: float = 180.0
    processor_seconds: int = 120
    memory_bytes: int = 2 << 30
    file_bytes: int = 200 << 20
    output_bytes: int = 64 << 20
    ocr_seconds: float = 1800.0


def load_document(path: Path, *, ocr: bool = False, limits: Limits = Limits()) -> Document:
    """Read a file, whose suffix names its format, in a child process.

    Args:
        path: a regular file.
        ocr: read pages without text through ocrmypdf, which takes seconds a page.
        limits: what reading may cost.

    Raises:
        UnsupportedFormat: no reader knows the suffix.
        DocumentTooLarge: the file, what it unpacks to, or the time it takes is over a limit.
        NeedsPassword: it opens only with a password.
        NeedsOcr: its pages are pictures, and `ocr` is not asked for or not installed.
        UnreadableDocument: it is missing, a folder, empty, damaged, or may not be read.
    """
    reader = _READERS.get(path.suffix.lower())
    name = _printable(path.name)
    if reader is None:
        known = ", ".join(sorted(SUPPORTED_SUFFIXES))
        raise errors.UnsupportedFormat(f"{name}: no reader knows the suffix {path.suffix!r}; known are {known}")
    try:
        _require_readable(path, limits)
        if ocr and reader == "corpus.pdf":
            return _load_with_ocr(path, name, limits)
        return _parse(path, name, reader, limits).document
    except errors.CorpusError as error:
        raise type(error)(f"{name}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Parsed:
    document: Document
    pages_without_text: tuple[int, ...]


def _load_with_ocr(path: Path, name: str, limits: Limits) -> Document:
    """Return the document, its pictures of pages read where there are any and the tools are installed."""
    parsed: _Parsed | None = None
    try:
        parsed = _parse(path, name, "corpus.pdf", limits)
        if not parsed.pages_without_text:
            return parsed.document
    except errors.NeedsOcr:
        parsed = None
    with tempfile.TemporaryDirectory(prefix="atmp-ocr-") as folder:
        readable = Path(folder) / "readable.pdf"
        try:
            add_text_layer(path, readable, seconds=limits.ocr_seconds)
        except errors.UnreadableDocument as error:
            if parsed is None:
                raise
            return replace(parsed.document, warnings=(*parsed.document.warnings, f"OCR was not done: {error}."))
        document = _parse(readable, name, "corpus.pdf", limits).document
    return replace(document, warnings=(*document.warnings, "Pages were read from pictures by OCR: expect slips."))


def _require_readable(path: Path, limits: Limits) -> None:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise errors.UnreadableDocument("is a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise errors.UnreadableDocument("is not a regular file")
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise errors.UnreadableDocument("there is no such file") from error
    except PermissionError as error:
        raise errors.UnreadableDocument("may not be read by this user: change its rights") from error
    except (OSError, ValueError) as error:
        raise errors.UnreadableDocument(f"cannot be opened: {error}") from error
    if status.st_size == 0:
        raise errors.UnreadableDocument("is empty (0 bytes): get the document again")
    if status.st_size > limits.file_bytes:
        raise errors.DocumentTooLarge(
            f"is {status.st_size:,} bytes, over the limit of {limits.file_bytes:,}: split it or shrink its pictures"
        )


def _parse(path: Path, name: str, reader: str, limits: Limits) -> _Parsed:
    """Run the reader in a child and return what it found.

    Raises:
        UnreadableDocument: or one of its kinds, without the file's name.
    """
    request = {"path": str(path.absolute()), "name": name, "reader": reader}
    child = ChildLimits(limits.wall_seconds, limits.processor_seconds, limits.memory_bytes, limits.output_bytes)
    try:
        values = run_limited("corpus.parsing_child", request, child, imports=[reader])
        return _Parsed(document_from_values(values["document"]), tuple(values["pages_without_text"]))
    except errors.DocumentTooLarge as error:
        raise errors.DocumentTooLarge(f"{error}: split it") from error
    except (ValueError, KeyError, TypeError) as error:
        raise errors.UnreadableDocument("cannot be read: its reader gave no sensible answer") from error


def _printable(name: str) -> str:
    """Return a file's name as one line of valid Unicode; a byte that is none becomes a question mark."""
    valid = name.encode("utf-8", errors="replace").decode("utf-8")
    return "".join(character if character.isprintable() else "?" for character in valid)
