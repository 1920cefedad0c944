"""Options and checks that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.settings import parse_library
from ui.errors import CommandError

if TYPE_CHECKING:  # imports numpy
    from corpus.library import Library

Parsed = TypeVar("Parsed")


def add_library_option(parser: argparse.ArgumentParser) -> None:
    """Add `--library DIR`; it may stand before or after the command, and the last one counts."""
    parser.add_argument(
        "--library",
        metavar="DIR",
        type=library_folder,
        default=argparse.SUPPRESS,
        help="folder where everything the program keeps lies (default: ATMP_LIBRARY, else your data folder)",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add `--json`: standard output then carries JSON alone."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def wants_json(arguments: argparse.Namespace) -> bool:
    """Return whether `--json` was given, before or after a subcommand."""
    return bool(getattr(arguments, "json", False))


def checked(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    """Return `parse` with its ValueError turned into the one whose text argparse shows."""

    def parse_argument(text: str) -> Parsed:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse_argument


def library_folder(text: str) -> str:
    """Return the absolute path of the library folder that an argument names."""
    return str(checked(parse_library)(text))


def require_documents(library: Library, folder: Path) -> None:
    """Do nothing when the library has documents.

    Raises:
        CommandError: it has none; the message says how to add some.
    """
    if not library.documents():
        raise CommandError(f"the library {folder} has no documents yet: add some with `atmp index PATH`")


def unpaged_documents(library: Library) -> frozenset[str]:
    """Return the ids of the documents of one page, which a reference need not name."""
    return frozenset(document.id for document in library.documents() if document.page_count < 2)
