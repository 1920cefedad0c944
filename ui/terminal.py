"""What a terminal shows: text without control characters, errors in one line, progress on standard error."""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is in all, and the name of what is being worked on."""

WIDTH = 100
"""Columns that prose is wrapped to."""


def prepare_streams() -> None:
    r"""Let standard output carry any text: UTF-8 into pipes and files, escapes for what cannot be written.

    A lone surrogate becomes its `\udXXX` escape, which is valid inside a JSON string.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def printable(text: str) -> str:
    r"""Return the text without control characters, so that a document cannot steer the terminal.

    >>> printable("a\x1b[2Jb\tc")
    'a[2Jb\tc'
    """
    return "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf")
    )


def one_line(text: str) -> str:
    """Return the text on a single line, control characters gone and white space folded."""
    return " ".join(printable(text).split())


def well_formed(text: str) -> str:
    """Return the text with lone surrogates (bytes that are not UTF-8, broken JSON escapes) shown as U+FFFD."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def wrap(text: str, indent: str = "") -> str:
    """Return the text wrapped to `WIDTH`, each line indented; line breaks in it stay."""
    return "\n".join(
        textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent) for line in text.splitlines()
    )


def say_error(message: str) -> None:
    """Print `atmp: …` in one line on standard error."""
    print(f"atmp: {one_line(message)}", file=sys.stderr)


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show a bar with the time left while the block runs; nothing at all where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, name="")

        def report(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=one_line(name)[-40:])

        yield report
