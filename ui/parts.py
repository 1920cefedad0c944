"""What the web application is put together from."""

from __future__ import annotations

from dataclasses import dataclass

from indexing.hits import Retriever
from ui.api.routes import Shelf
from ui.api.tokens import Tokens
from ui.conversations import Answering
from ui.people.middleware import Identify, identify_visitor


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts, built by `ui.commands.serve` and, smaller, by tests.

    `assistant` answers from several threads at once; `tokens` are those of the API's clients, and without any only
    programs on this machine may use the API; `identify` tells whose request it is.
    """

    assistant: Answering
    library: Shelf
    retriever: Retriever
    tokens: Tokens | None = None
    identify: Identify = identify_visitor
