"""List, show, correct and remove the documents of the library."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from corpus.errors import InvalidCorrection
from ui.commands.options import add_json_option, add_library_option, wants_json
from ui.errors import UsageError
from ui.terminal import one_line

if TYPE_CHECKING:  # imports numpy
    from corpus.documents import Section
    from corpus.library import Library, StoredDocument

NAME = "documents"
HELP = "list, show, correct and remove documents"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp documents` takes."""
    add_json_option(parser)
    parser.set_defaults(act=list_documents)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    for name, act, help_text in (
        ("list", list_documents, "all documents (what `atmp documents` does by itself)"),
        ("show", show_document, "what is known about one document"),
        ("remove", remove_documents, "take documents out of the library; the files themselves stay"),
        ("set", set_meta, "correct what is known: title, publisher, date, kind, …"),
    ):
        action = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        add_library_option(action)
        add_json_option(action)
        action.set_defaults(act=act)
        if act in (show_document, set_meta):
            action.add_argument("id", metavar="ID", help="a document's id or file name")
        if act is remove_documents:
            action.add_argument("ids", metavar="ID", nargs="+", help="a document's id or file name")
        if act is set_meta:
            action.add_argument("values", metavar="key=value", nargs="+", help="an empty value means unknown")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked with the documents."""
    from assistant.wiring import build_library

    arguments.act(arguments, build_library(settings), settings)
    return 0


def list_documents(arguments: argparse.Namespace, library: Library, _: Settings) -> None:
    """Print all documents."""
    documents = sorted(library.documents(), key=lambda document: (document.name, document.id))
    if wants_json(arguments):
        print(json.dumps([stored_to_json(document) for document in documents], ensure_ascii=False))
    else:
        print("\n".join(_render_row(document) for document in documents) or "no documents yet: `atmp index PATH`")


def show_document(arguments: argparse.Namespace, library: Library, _: Settings) -> None:
    """Print one document: what is known about it, and its sections."""
    stored = library.find(arguments.id)
    sections = library.read(stored.id).sections
    if wants_json(arguments):
        outline = [{"path": list(section.path), "page": section.page} for section in sections]
        print(json.dumps(stored_to_json(stored) | {"sections": outline}, ensure_ascii=False))
        return
    facts = {key: value for key, value in stored_to_json(stored).items() if value not in ("", [])}
    print("\n".join(f"{key:13s} {one_line(_shown(value))}" for key, value in facts.items()))
    if sections:
        print("sections")
        print("\n".join(_render_section(section, stored) for section in sections if section.path))


def remove_documents(arguments: argparse.Namespace, library: Library, _: Settings) -> None:
    """Remove documents; when one of them is not there, none is removed."""
    found = {stored.id: stored for stored in (library.find(name) for name in arguments.ids)}
    for identity in found:
        library.remove(identity)
    if wants_json(arguments):
        print(json.dumps({"removed": [stored.name for stored in found.values()]}, ensure_ascii=False))
    else:
        print("\n".join(f"removed {one_line(stored.name)}" for stored in found.values()))


def set_meta(arguments: argparse.Namespace, library: Library, settings: Settings) -> None:
    """Correct what is known about a document."""
    values = parse_assignments(arguments.values)
    stored = library.find(arguments.id)
    from assistant.wiring import build_embedder
    from indexing.ingesting import correct_meta

    try:
        changed = correct_meta(library, build_embedder(settings), stored.id, values)
    except InvalidCorrection as error:
        raise UsageError(str(error)) from error
    if wants_json(arguments):
        print(json.dumps(stored_to_json(changed), ensure_ascii=False))
    else:
        print("\n".join(f"{key:13s} {one_line(getattr(changed.meta, key))}" for key in values))


def parse_assignments(texts: list[str]) -> dict[str, str]:
    """Return what `key=value` arguments say; a value may hold further `=`.

    Raises:
        UsageError: an argument has no `=` or no key.
    """
    pairs = [text.partition("=") for text in texts]
    for text, (key, sign, _) in zip(texts, pairs, strict=True):
        if not sign or not key.strip():
            raise UsageError(f"{text!r} is not key=value, as in title=Kommissorium")
    return {key.strip(): value.strip() for key, _, value in pairs}


def stored_to_json(stored: StoredDocument) -> dict[str, Any]:
    """Return the object of a document in the library."""
    return {
        "id": stored.id,
        "document": stored.name,
        **asdict(stored.meta),
        "pages": stored.page_count,
        "chunks": stored.chunk_count,
        "path": str(stored.path),
        "content_hash": stored.content_hash,
        "added_at": str(stored.added_at),
        "warnings": list(stored.warnings),
    }


def _shown(value: object) -> str:
    return "; ".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _render_section(section: Section, stored: StoredDocument) -> str:
    page = f" (page {section.page})" if stored.page_count > 1 else ""
    return f"{'  ' * len(section.path)}{one_line(section.path[-1])}{page}"


def _render_row(stored: StoredDocument) -> str:
    meta = stored.meta
    cells = (stored.id, meta.language, f"{meta.date or '–':10s}", f"{meta.kind:8s}")
    return "  ".join((*cells, f"{one_line(meta.title)} ({one_line(stored.name)})"))
