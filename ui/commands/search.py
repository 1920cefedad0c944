"""Search the library: the passages nearest to a query, best first."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.interchange import hit_to_json
from assistant.questions import check_question
from assistant.settings import Settings
from ui.batch import load_batch
from ui.commands.options import add_json_option, checked, require_documents, unpaged_documents, wants_json
from ui.errors import UsageError
from ui.terminal import one_line, well_formed, wrap

if TYPE_CHECKING:  # imports numpy
    from indexing.hits import Hit

NAME = "search"
HELP = "show the passages nearest to a query"

MAX_LIMIT = 100
DEFAULT_LIMIT = 10
EXCERPT_CHARACTERS = 400
"""How much of a passage is shown to a person; JSON has all of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp search` takes."""
    parser.add_argument("query", metavar="QUERY", nargs="?", help="words or a question, in quotation marks")
    parser.add_argument("--limit", metavar="N", type=checked(parse_limit), default=DEFAULT_LIMIT, help="hits at most")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='search for the "question" of every line of FILE, one {"id", "question", "hits"} a line',
    )
    add_json_option(parser)


def parse_limit(text: str) -> int:
    """Return a number of hits from 1 to `MAX_LIMIT`.

    Raises:
        ValueError: the text is not such a number.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_LIMIT):
        raise ValueError(f"must be a number from 1 to {MAX_LIMIT}, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Search for the query or the file of queries."""
    if (arguments.query is None) == (arguments.batch is None):
        raise UsageError("search needs one of QUERY and --batch FILE (see `atmp search --help`)")
    batch = None if arguments.batch is None else load_batch(arguments.batch)
    query = "" if arguments.query is None else check_question(well_formed(arguments.query))
    from assistant.wiring import build_library, build_retriever

    library = build_library(settings)
    require_documents(library, settings.library)
    retriever = build_retriever(settings, library, dense="exact")
    if batch is None:
        hits = retriever.retrieve(query, arguments.limit)
        print(
            json.dumps([hit_to_json(hit) for hit in hits], ensure_ascii=False)
            if wants_json(arguments)
            else render_hits(hits, unpaged_documents(library))
        )
        return 0
    for line in batch:
        result: dict[str, object] = {"id": line.id, "question": line.question}
        try:
            hits = retriever.retrieve(check_question(line.question), arguments.limit)
            result["hits"] = [hit_to_json(hit) for hit in hits]
        except AssistantError as error:
            result |= {"hits": [], "error": str(error)}
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


def render_hits(hits: list[Hit], unpaged: frozenset[str] = frozenset()) -> str:
    """Return hits for a terminal: where each stands, then the beginning of its text; `unpaged` name no page."""
    return "\n\n".join(_render_hit(number, hit, unpaged) for number, hit in enumerate(hits, 1)) or "nothing found"


def _render_hit(number: int, hit: Hit, unpaged: frozenset[str]) -> str:
    page = "" if hit.document_id in unpaged else f"page {hit.chunk.page}"
    place = (hit.meta.title, " › ".join(hit.chunk.path), page, hit.meta.date, hit.document)
    heading = ", ".join(one_line(part) for part in place if part)
    text = one_line(hit.text)
    excerpt = text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"{number}. {heading} ({hit.score:.3f})\n{wrap(excerpt, indent='   ')}"
