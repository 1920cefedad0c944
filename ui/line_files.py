"""Small files with a line for each user or client: read within bounds, changed whole, readable by their owner alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import SettingsError

MAX_FILE_BYTES = 1_000_000
OWNER_ONLY = 0o600


def read_lines(file: Path) -> list[str]:
    """Return the lines of a file, comments and empty ones too, without their line ends.

    Raises:
        SettingsError: it cannot be read, is no UTF-8 text, or is larger than `MAX_FILE_BYTES`.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{file} cannot be read: it is no UTF-8 text, or no name of a file") from error
    if len(data) > MAX_FILE_BYTES:
        raise SettingsError(f"{file} is larger than {MAX_FILE_BYTES:,} bytes")
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]


def is_entry(line: str) -> bool:
    """Return whether a line is neither empty nor a comment, which begins with `#`."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def change_lines(file: Path, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
    """Replace the lines of a file, which need not be there yet, with what `change` makes of them.

    A reader sees the old file or the new one; of two programs that change it at once, one waits.

    Raises:
        SettingsError: it cannot be read or written.
    """
    from filelock import FileLock

    file = file.expanduser().resolve()  # what a link names is changed, not the link
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock")):
            lines = change(read_lines(file) if file.exists() else [])
            _replace(file, "".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror or error}") from error


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made for its owner alone
    staged = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(OWNER_ONLY)
        staged.replace(file)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
