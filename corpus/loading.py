"""path → Document: the right reader for the suffix, run in a child process with limits on memory and time.

Files come from anywhere. Whatever one does to its reader (loops, eats memory, crashes the interpreter), the program
that asked goes on and gets one clear line.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus import errors
from corpus.documents import Document
from corpus.interchange import document_from_values
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

_CHILD = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from corpus.parsing_child import main; main()"
"""`-I -S` starts Python in 20 ms and lets no environment in; the import path is the parent's own."""
_CHILD_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
"""Nothing of the parent's environment, which may hold keys, reaches a process that reads hostile files."""
_READ_BYTES = 1 << 20


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
    request = {
        "path": str(path.absolute()),
        "name": name,
        "reader": reader,
        "memory_bytes": limits.memory_bytes,
        "processor_seconds": limits.processor_seconds,
    }
    status, output = _run_child(request, limits)
    if status != 0:
        raise _death(status, limits)
    try:
        values = json.loads(output)
        if "error" in values:
            raise _stated_error(values)
        return _Parsed(document_from_values(values["document"]), tuple(values["pages_without_text"]))
    except (ValueError, KeyError, TypeError) as error:
        raise errors.UnreadableDocument("cannot be read: its reader gave no sensible answer") from error


def _run_child(request: dict[str, Any], limits: Limits) -> tuple[int, bytes]:
    """Return the child's exit status (negative for a signal) and all it wrote.

    Raises:
        DocumentTooLarge: it took too long or wrote too much.
    """
    import_path = [str(Path(__file__).resolve().parents[1]), *(entry for entry in sys.path if os.path.isabs(entry))]
    arguments = [sys.executable, "-I", "-S", "-c", _CHILD, json.dumps(import_path), json.dumps(request)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module; the request is data in one argument
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_CHILD_ENVIRONMENT,
        start_new_session=True,
    ) as child:
        try:
            output = _output(child, limits)
            return child.wait(), output
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            raise


def _output(child: subprocess.Popen[bytes], limits: Limits) -> bytes:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe
    deadline = time.monotonic() + limits.wall_seconds
    pieces: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise errors.DocumentTooLarge(f"took longer than {limits.wall_seconds:g} seconds to read: split it")
            piece = os.read(child.stdout.fileno(), _READ_BYTES)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
            if size > limits.output_bytes:
                raise errors.DocumentTooLarge(f"unpacks to more than {limits.output_bytes:,} bytes of text: split it")


def _death(status: int, limits: Limits) -> errors.UnreadableDocument:
    """Return what an exit status of the child means."""
    if status == -signal.SIGXCPU:
        return errors.DocumentTooLarge(f"took longer than {limits.processor_seconds} processor seconds: split it")
    if status == -signal.SIGKILL:
        return errors.DocumentTooLarge("took more memory or time than the system gives: split it")
    if status < 0:
        return errors.UnreadableDocument(f"cannot be read: its reader crashed (signal {-status}); it may be damaged")
    return errors.UnreadableDocument(f"cannot be read: its reader did not start (exit status {status}): install again")


def _stated_error(values: dict[str, Any]) -> errors.UnreadableDocument:
    kinds = {
        kind.__name__: kind
        for kind in (errors.NeedsOcr, errors.NeedsPassword, errors.DocumentTooLarge, errors.UnreadableDocument)
    }
    return kinds.get(str(values["error"]), errors.UnreadableDocument)(" ".join(str(values["message"]).split())[:500])


def _printable(name: str) -> str:
    """Return a file's name as one line of valid Unicode; a byte that is none becomes a question mark."""
    valid = name.encode("utf-8", errors="replace").decode("utf-8")
    return "".join(character if character.isprintable() else "?" for character in valid)
