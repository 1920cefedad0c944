"""The files that paths given by a person stand for."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in, and why, in one line."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: its whole path, and the path as a person would recognise it."""

    path: Path
    shown: str
    size: int


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a walk has found. `roots` are the whole paths given; `missing` has those of them that are not there."""

    files: tuple[FoundFile, ...]
    skipped: tuple[str, ...]
    failed: tuple[Failure, ...]
    roots: tuple[Path, ...]
    missing: dict[Path, Failure]


def find_files(paths: Sequence[Path], suffixes: Collection[str]) -> FoundFiles:
    """Find the files that are named outright, and those with a known suffix in the folders that are.

    Folders are walked in the order of the names; hidden entries are passed over, linked folders are followed once.

    Args:
        paths: files and folders.
        suffixes: what can be read, as in ".pdf"; compared in lower case.
    """
    files: dict[Path, FoundFile] = {}
    skipped: list[str] = []
    failed: list[Failure] = []
    missing: dict[Path, Failure] = {}
    for given in paths:
        if is_gone(given):
            missing[whole_path(given)] = Failure(_shown(given), "no such file or folder")
            continue
        for found in _found(given, suffixes):
            match found:
                case FoundFile():
                    files.setdefault(found.path, found)
                case Failure():
                    failed.append(found)
                case str():
                    skipped.append(found)
    return FoundFiles(
        files=tuple(files.values()),
        skipped=tuple(dict.fromkeys(skipped)),
        failed=tuple(dict.fromkeys(failed)),
        roots=tuple(whole_path(given) for given in paths),
        missing=missing,
    )


def whole_path(path: Path) -> Path:
    """Return the path from the root, links in its folders followed, the last name as it is."""
    try:
        return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()
    except (OSError, RuntimeError, ValueError):
        return Path(os.path.abspath(path))


def is_gone(path: Path) -> bool:
    """Return whether there is certainly no such file: one behind a folder without rights is not gone."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def printable_path(path: Path | str) -> str:
    r"""Return a path as text that can be written anywhere: bytes that are not UTF-8 become `\x..`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _found(given: Path, suffixes: Collection[str]) -> Iterator[FoundFile | Failure | str]:
    """Yield what a given path stands for; a string is a file that is skipped."""
    try:
        status = given.stat()
    except (OSError, ValueError) as error:
        yield Failure(_shown(given), _reason(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(given, suffixes)
    elif not stat.S_ISREG(status.st_mode):
        yield Failure(_shown(given), "neither a file nor a folder")
    elif given.suffix.lower() not in suffixes:
        yield Failure(
            _shown(given), f"files of the kind {given.suffix or given.name!r} cannot be read{_known(suffixes)}"
        )
    else:
        yield _file(given, status)


def _walk(folder: Path, suffixes: Collection[str]) -> Iterator[FoundFile | Failure | str]:
    seen: set[tuple[int, int]] = set()
    waiting: list[Path] = [folder]
    while waiting:
        path = waiting.pop()
        known = path.suffix.lower() in suffixes
        try:
            status = path.stat()
            if stat.S_ISDIR(status.st_mode):
                if (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    inside = sorted((name for name in os.listdir(path) if not name.startswith(".")), reverse=True)
                    waiting.extend(path / name for name in inside)
            elif known and stat.S_ISREG(status.st_mode):
                yield _file(path, status)
            else:
                yield _shown(path)
        except OSError as error:
            yield _shown(path) if path.is_symlink() and not known else Failure(_shown(path), _reason(error))


def _file(path: Path, status: os.stat_result) -> FoundFile | Failure:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return Failure(_shown(path), "the file's name is not valid UTF-8: rename it")
    return FoundFile(whole_path(path), _shown(path), status.st_size)


def _shown(path: Path) -> str:
    return printable_path(str(path))


def _known(suffixes: Collection[str]) -> str:
    return f": use one of {', '.join(sorted(suffixes))}" if suffixes else ""


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no right to read it"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
