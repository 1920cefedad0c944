"""Serve the web page on this machine."""

from __future__ import annotations

import argparse
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import FeedbackUnavailable
from assistant.settings import DEFAULT_HOST, DEFAULT_PORT, Settings, parse_host, parse_port
from corpus.errors import CorpusError
from indexing.errors import IndexingError
from ui.commands.options import checked
from ui.listening import check_address
from ui.terminal import say_error

if TYPE_CHECKING:  # imports numpy
    from assistant.answering import Assistant
    from assistant.feedback_store import FeedbackStore
    from assistant.generating import GeneratingAssistant
    from ui.api.tokens import Tokens
    from ui.parts import Parts

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
    from ui.people.wiring import warning_of

    if warning := warning_of(settings):
        say_error(warning)
    parts = build_parts(settings)
    from ui.app import serve

    serve(parts, settings.host, settings.port)
    return 0


def build_parts(settings: Settings) -> Parts:
    """Return what the web application is put together from; its models begin to load in a thread of their own.

    Raises:
        AssistantError: a file that the settings name cannot be used.
        LibraryUnavailable: the library cannot be opened.
    """
    from assistant.wiring import build_assistant_over, build_intake, build_library, build_originals, build_retriever
    from ui.conversation_store import ConversationStore
    from ui.parts import Parts
    from ui.people.wiring import build_entrance

    entrance = build_entrance(settings, say_error)
    tokens = _load_tokens(settings)
    library = build_library(settings)
    retriever = build_retriever(settings, library, dense="chroma", say=say_error)
    assistant = build_assistant_over(retriever, settings, library)
    threading.Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    return Parts(
        assistant,
        library,
        retriever,
        ConversationStore(settings.library),
        tokens,
        entrance.identify,
        sign_in=entrance.sign_in,
        intake=build_intake(settings, library),
        feedback=_open_feedback(settings.library),
        originals=build_originals(library),
    )


def _open_feedback(folder: Path) -> FeedbackStore | None:
    """Open what people say of answers; a file that cannot be used stops nobody from asking."""
    from assistant.feedback_store import FeedbackStore

    try:
        return FeedbackStore(folder)
    except FeedbackUnavailable as error:
        say_error(f"{error}; nobody can rate an answer until that is mended")
        return None


def _load_tokens(settings: Settings) -> Tokens | None:
    """Return the tokens that the API knows: none at all, and so no client, where people sign in and no file is named.

    A proxy on this machine would otherwise let everybody use the API as if they sat here.
    """
    from ui.api.tokens import Tokens, load_tokens

    if settings.api_tokens is not None:
        return load_tokens(settings.api_tokens)
    return Tokens({}) if settings.wants_sign_in else None


def _warm_up(assistant: Assistant | GeneratingAssistant) -> None:
    try:
        assistant.warm_up()
    except (CorpusError, IndexingError) as error:
        say_error(f"{error}; questions will fail until that is mended")
