"""The files that people have handed in: a folder of its own in the library's folder, and nothing outside it."""

from __future__ import annotations

import filecmp
import os
import re
import secrets
import shutil
import time
import unicodedata
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from corpus.errors import CorpusError, DocumentTooLarge, UnreadableDocument

FOLDER = "originals"
"""Under the library's folder."""
MAX_NAME_BYTES = 150
"""Of a file's name in UTF-8, so that a number still fits beside it in any file system."""
LEFTOVER_SECONDS = 24 * 3600.0
"""How long what a process left behind when it was ended stays; another process may be at work on what is younger."""

_INCOMING = ".incoming"
_FORBIDDEN = frozenset('<>:"|?*')
"""What a file's name may not have everywhere, beside separators."""
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file in the folder; `is_new` is false where a file of that name with the same bytes lay there already."""

    path: Path
    is_new: bool


def safe_name(name: str) -> str:
    r"""Return a name for a file that somebody has given a name: one visible line without folders, not hidden.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\Sager\\ Møde  3.PDF"), safe_name(".pdf")
    ('passwd', 'Møde 3.PDF', 'pdf')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    spaced = " ".join(last.split())
    visible = "".join(character for character in spaced if character.isprintable() and character not in _FORBIDDEN)
    whole = Path(visible.strip(" .") or "dokument")
    suffix = whole.suffix if len(whole.suffix) <= 12 else ""
    stem = whole.name.removesuffix(suffix) if suffix else whole.name
    return _cut(stem, MAX_NAME_BYTES - len(suffix.encode())).rstrip(" .") + suffix


class KeptFiles:
    """The folder of the files handed in. Any number of threads and processes may use it."""

    def __init__(self, library_folder: Path, max_bytes: int) -> None:
        """Take the library's folder and the greatest size of a file; nothing is made before a file comes."""
        self.folder = library_folder.resolve() / FOLDER
        self.max_bytes = max_bytes

    def stage(self, name: str, content: BinaryIO) -> Path:
        """Write a file under its safe name where nobody looks yet, and return its path.

        Raises:
            DocumentTooLarge: it has more than `max_bytes`.
            UnreadableDocument: it is empty.
            CorpusError: it cannot be written.
        """
        room = self.folder / _INCOMING / secrets.token_hex(8)
        path = room / safe_name(name)
        try:
            room.mkdir(parents=True)
            with path.open("xb") as file:
                self._copy(content, file)
        except OSError as error:
            shutil.rmtree(room, ignore_errors=True)  # what stood in the way of writing may stand in the way of this
            raise CorpusError(f"the file cannot be stored: {error.strerror or error}") from error
        except CorpusError:
            self.discard(path)
            raise
        return path

    def rename_staged(self, staged: Path, name: str) -> Path:
        """Give a staged file another safe name, and return its path."""
        return staged.rename(staged.with_name(safe_name(name)))

    def place(self, staged: Path) -> PlacedFile:
        """Move a staged file into the folder; where its name is taken by another file, it gets a number.

        Raises:
            OSError: it cannot be moved.
        """
        for number in count(1):
            wanted = staged.name if number == 1 else f"{staged.stem} ({number}){staged.suffix}"
            path = self.folder / wanted
            try:
                path.open("xb").close()  # the name is ours: unlike a renaming, this never overwrites another's file
            except FileExistsError:
                if path.is_file() and filecmp.cmp(staged, path, shallow=False):
                    self.discard(staged)
                    return PlacedFile(path, is_new=False)
                continue
            os.replace(staged, path)
            self.discard(staged)
            return PlacedFile(path, is_new=True)
        raise AssertionError("numbers do not end")

    def put_in_place(self, staged: Path, path: Path) -> None:
        """Move a staged file to where another of the folder lies, which it takes the place of.

        Raises:
            OSError: it cannot be moved.
        """
        os.replace(staged, path)
        self.discard(staged)

    def holds(self, path: Path) -> bool:
        """Return whether a path lies directly in the folder."""
        return path.parent == self.folder and not path.name.startswith(".")

    def discard(self, path: Path) -> None:
        """Remove a file of the folder, or a staged one with its room; nothing else is touched.

        Raises:
            OSError: it is there and cannot be removed.
        """
        if self.holds(path):
            path.unlink(missing_ok=True)
        elif path.parent.parent == self.folder / _INCOMING:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                path.parent.rmdir()

    def clear_leftovers(self) -> None:
        """Remove what processes that were ended had staged."""
        incoming = self.folder / _INCOMING
        rooms = list(incoming.iterdir()) if incoming.is_dir() else []
        for room in rooms:
            if time.time() - room.stat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(room)

    def _copy(self, content: BinaryIO, file: BinaryIO) -> None:
        size = 0
        while piece := content.read(_PIECE_BYTES):
            size += len(piece)
            if size > self.max_bytes:
                raise DocumentTooLarge(
                    f"is over the limit of {self.max_bytes:,} bytes: split it or shrink its pictures"
                )
            file.write(piece)
        if not size:
            raise UnreadableDocument("is empty (0 bytes): get the document again")


def _cut(text: str, max_bytes: int) -> str:
    """Return as much of the beginning as fits, whole characters."""
    return text.encode()[:max_bytes].decode(errors="ignore")
