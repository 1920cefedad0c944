"""The disclosure under the question box: which part of the library a visitor's questions are asked of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from corpus.documents import Language
from ui.filters import WHOLE, Choices, Scope, Stored, choices_among, choose, only_document, still_there
from ui.rendering.filters import render_filters
from ui.rendering.frame import render_announcement, render_note
from ui.sources import log_failure
from ui.texts import Texts, load_texts

QUIET = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no spinner over the page, no entry in a public API."""
_SCRIPT = Path(__file__).parents[1] / "static" / "filters.js"
_MAX_TURN = 2**53


class Holdings(Protocol):
    """The documents that a library holds."""

    def documents(self) -> Sequence[Stored]:
        """Return all documents."""
        ...


@dataclass(frozen=True, slots=True)
class FilterPanel:
    """The component, and the `gr.State` of what each visitor has chosen: a `Scope`."""

    part: Any
    scope: Any


@dataclass(frozen=True, slots=True)
class FilterEvents:
    """What the frame of the page does with the panel; both functions take the values of `inputs`.

    `draw` returns the value of `part` in the language that is now chosen; `arrive` returns the values of `outputs`,
    and begins with the document that the address asks for with `?document=ID`.
    """

    part: Any
    draw: Callable[..., str]
    arrive: Callable[..., tuple[Any, ...]]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]


def place_filters(texts: Texts) -> FilterPanel:
    """Place the panel where the `gr.Blocks` is being built; it is filled when the page arrives."""
    part = gr.HTML(
        render_filters(Choices(), WHOLE, texts),
        elem_id="filters",
        js_on_load=_SCRIPT.read_text(encoding="utf-8"),
        apply_default_css=False,
    )
    return FilterPanel(part, gr.State(WHOLE))


def connect_filters(
    panel: FilterPanel, library: Holdings, language: Any, *, new: Any, source: Any, announcement: Any, note: Any
) -> FilterEvents:
    """Let the panel follow what is chosen in it, and what other parts of the page ask of it.

    Args:
        panel: from `place_filters`.
        library: whose documents can be chosen.
        language: the `gr.State` of the language of the page.
        new: the button that begins a new conversation, which is of the whole library.
        source: the source panel, which asks for its document alone.
        announcement: the live region.
        note: the line under the question box.
    """
    shown = [panel.scope, panel.part]

    def choose_filters(code: Language, event: gr.EventData) -> tuple[Any, ...]:
        choices = _choices(library)
        if choices is None:
            return gr.skip(), gr.skip()
        scope = choose(getattr(event, "filters", None), choices)
        return scope, render_filters(choices, scope, load_texts(code), is_open=True, turn=_turn(event))

    def open_filters(scope: Scope, code: Language, event: gr.EventData) -> tuple[Any, ...]:
        choices = _choices(library)
        if choices is None:
            return gr.skip(), gr.skip()
        scope = still_there(scope, choices)
        return scope, render_filters(choices, scope, load_texts(code), is_open=True, turn=_turn(event))

    def clear_filters(code: Language, event: gr.EventData) -> tuple[Any, ...]:
        texts, choices = load_texts(code), _choices(library) or Choices()
        drawn = render_filters(choices, WHOLE, texts, is_open=True, turn=_turn(event))
        return WHOLE, drawn, render_announcement(texts.filters.cleared)

    def begin_anew(code: Language) -> tuple[Scope, str]:
        return WHOLE, render_filters(_choices(library) or Choices(), WHOLE, load_texts(code))

    def limit_to_document(code: Language, event: gr.EventData) -> tuple[Any, ...]:
        texts = load_texts(code)
        scope, drawn = _limit(library, getattr(event, "document", None), texts)
        if scope is None:
            return gr.skip(), gr.skip(), render_announcement(texts.filters.gone)
        return scope, drawn, render_announcement(texts.filters.only_announced.format(title=scope.documents[0].title))

    def draw(scope: Scope, code: Language) -> str:
        return render_filters(_choices(library) or Choices(), scope, load_texts(code))

    def arrive(scope: Scope, code: Language, request: gr.Request) -> tuple[Any, ...]:
        texts, wanted = load_texts(code), request.query_params.get("document")
        if not wanted or not scope.is_whole:
            return gr.skip(), draw(scope, code), gr.skip()
        found, drawn = _limit(library, wanted, texts)
        if found is None:
            return gr.skip(), draw(scope, code), render_note(texts.filters.gone, texts)
        return found, drawn, gr.skip()

    for listen, act, inputs, outputs, mode in (
        (panel.part.choose_filters, choose_filters, [language], shown, "always_last"),
        (panel.part.open_filters, open_filters, [panel.scope, language], shown, "once"),
        (panel.part.clear_filters, clear_filters, [language], [*shown, announcement], "always_last"),
        (source.only_document, limit_to_document, [language], [*shown, announcement], "once"),
        (new.click, begin_anew, [language], shown, "once"),
    ):
        listen(act, inputs=inputs, outputs=outputs, trigger_mode=mode, queue=False, **QUIET)
    return FilterEvents(panel.part, draw, arrive, (panel.scope, language), (*shown, note))


def _choices(library: Holdings) -> Choices | None:
    """Return what can be chosen; None, which is logged, where the library cannot be read: the page stays up."""
    try:
        return choices_among(library.documents())
    except Exception as error:
        log_failure("reading what can be chosen", error)
        return None


def _limit(library: Holdings, document_id: object, texts: Texts) -> tuple[Scope | None, str]:
    choices = _choices(library) or Choices()
    scope = only_document(document_id, choices)
    return scope, render_filters(choices, scope or WHOLE, texts)


def _turn(event: gr.EventData) -> int | None:
    turn = getattr(event, "turn", None)
    return turn if isinstance(turn, int) and not isinstance(turn, bool) and 0 <= turn < _MAX_TURN else None
