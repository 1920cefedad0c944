"""Serve the web page on this machine."""

from __future__ import annotations

import argparse
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.settings import DEFAULT_HOST, DEFAULT_PORT, Settings, parse_host, parse_port
from corpus.errors import CorpusError
from indexing.errors import IndexingError
from ui.api.tokens import load_tokens
from ui.commands.options import checked
from ui.listening import check_address
from ui.terminal import say_error

if TYPE_CHECKING:  # imports numpy
    from assistant.answering import Assistant
    from assistant.generating import GeneratingAssistant

NAME = "serve"
HELP = "serve the web page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp serve` takes."""
    parser.add_argument(
        "--host",
        type=checked(parse_host),
        help=f"name or address to listen on (default: ATMP_HOST, else {DEFAULT_HOST})",
    )
    parser.add_argument(
        "--port", type=checked(parse_port), help=f"port to listen on (default: ATMP_PORT, else {DEFAULT_PORT})"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted; the page prints its address when it is up."""
    port = settings.port if arguments.port is None else arguments.port
    settings = replace(settings, host=arguments.host or settings.host, port=port)
    check_address(settings.host, settings.port)  # what comes next takes seconds to import
    tokens = load_tokens(settings.api_tokens) if settings.api_tokens is not None else None
    from assistant.wiring import build_assistant_over, build_library, build_retriever
    from ui.app import serve
    from ui.parts import Parts

    library = build_library(settings)
    retriever = build_retriever(settings, library, dense="chroma", say=say_error)
    assistant = build_assistant_over(retriever, settings, library)
    threading.Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    serve(Parts(assistant, library, retriever, tokens), settings.host, settings.port)
    return 0


def _warm_up(assistant: Assistant | GeneratingAssistant) -> None:
    try:
        assistant.warm_up()
    except (CorpusError, IndexingError) as error:
        say_error(f"{error}; questions will fail until that is mended")
