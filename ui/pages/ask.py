"""Ask: a conversation whose every statement opens its source beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import QuestionError
from assistant.messages import SentenceChecked
from corpus.documents import Language
from ui.conversations import Answering, Conversation, Reference, parse_reference
from ui.rendering.answers import announce_answer, render_conversation
from ui.rendering.frame import render_announcement, render_note, render_starters
from ui.rendering.sources import render_source
from ui.sources import Reading, Source, find_unpaged, log_failure, open_source
from ui.texts import DEFAULT_LANGUAGE, Texts, load_texts

_SCRIPTS = Path(__file__).parents[1] / "static"
QUIET = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no spinner over the page, no entry in a public API."""


@dataclass(frozen=True, slots=True)
class AskPage:
    """What the frame of the page needs of it: the question box, and how its texts follow the language.

    `relabel` takes the values of `inputs` and returns those of `outputs`, in the language that is now chosen.
    """

    box: Any
    relabel: Callable[..., tuple[Any, ...]]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the page, in the order they stand."""

    conversation: Any
    starters: Any
    box: Any
    send: Any
    new: Any
    note: Any
    announcement: Any
    source: Any


def build_ask_page(assistant: Answering, library: Reading, language: Any) -> AskPage:
    """Add the page to the `gr.Blocks` being built; `language` is the `gr.State` of the language of its texts."""
    history, opened = gr.State(Conversation()), gr.State(None)
    parts = _place_parts(load_texts(DEFAULT_LANGUAGE))
    shown = [history, opened, parts.conversation, parts.starters, parts.announcement, parts.source]

    def answer(question: str, conversation: Conversation, code: Language) -> Iterator[tuple[Any, ...]]:
        yield from _answer(assistant, library, question, conversation, code)

    asking = gr.on(
        [parts.send.click, parts.box.submit],
        answer,
        inputs=[parts.box, history, language],
        outputs=[*shown, parts.box, parts.note],
        trigger_mode="once",
        concurrency_limit=None,
        **QUIET,
    )
    parts.new.click(
        _begin_anew,
        inputs=[language],
        outputs=[*shown, parts.box, parts.note],
        cancels=[asking],
        queue=False,
        **QUIET,
    ).then(js="() => document.querySelector('#question textarea').focus()")

    def open_reference(
        conversation: Conversation, current: Reference | None, code: Language, event: gr.EventData
    ) -> tuple[Reference | None, str]:
        reference = parse_reference(getattr(event, "reference", None)) or current
        return reference, render_source(open_source(conversation, reference, library), load_texts(code))

    for part in (parts.conversation, parts.source):
        part.open_source(
            open_reference, inputs=[history, opened, language], outputs=[opened, parts.source], queue=False, **QUIET
        )

    def relabel(conversation: Conversation, reference: Reference | None, code: Language) -> tuple[Any, ...]:
        return _relabel(conversation, open_source(conversation, reference, library), load_texts(code))

    return AskPage(parts.box, relabel, (history, opened, language), _texts_of(parts))


def _place_parts(texts: Texts) -> _Parts:
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="talk", min_width=280):
            conversation = _html("", "conversation", "conversation.js")
            starters = _html(render_starters(texts), "starters", "starters.js")
            with gr.Column(elem_id="ask-form"):
                box = gr.Textbox(
                    label=texts.ask.label, placeholder=texts.ask.placeholder, lines=1, max_lines=8, elem_id="question"
                )
                with gr.Row(elem_id="ask-actions"):
                    note = _html(render_note("", texts), "question-note")
                    new = gr.Button(texts.ask.new, elem_id="new", variant="secondary")
                    send = gr.Button(texts.ask.send, elem_id="send", variant="primary")
            announcement = _html(render_announcement(""), "announcement")
        with gr.Column(elem_id="source-column", min_width=280):
            source = _html(render_source(None, texts), "source", "source.js")
    return _Parts(conversation, starters, box, send, new, note, announcement, source)


def _html(value: str, name: str, script: str = "") -> Any:
    code = (_SCRIPTS / script).read_text(encoding="utf-8") if script else None
    return gr.HTML(value, elem_id=name, js_on_load=code, apply_default_css=False)


def _answer(
    assistant: Answering, library: Reading, question: str, conversation: Conversation, language: Language
) -> Iterator[tuple[Any, ...]]:
    """Yield what the page shows while a question is answered, the question itself first."""
    texts = load_texts(language)
    question = question.strip()
    if not question:
        yield _keep(texts, texts.ask.empty)
        return
    asked = conversation.ask(question)
    yield (*_show(asked, None, texts, texts.answer.searching), "", render_note("", texts))
    try:
        for event in assistant.events(question, history=conversation.turns()):
            if isinstance(event, SentenceChecked):
                asked = asked.write(event)
                yield (gr.skip(), gr.skip(), render_conversation(asked, texts), *[gr.skip()] * 5)
            else:
                answer = event.answer
        settled = asked.settle(answer, find_unpaged(answer, library))
    except QuestionError:
        source = open_source(conversation, conversation.first_citation(), library)
        yield (*_show(conversation, source, texts), question, render_note(texts.ask.unusable, texts))
        return
    except Exception as error:  # whatever fails in one answer, the page stays up and says so
        log_failure("answering a question", error)
        yield (*_show(asked.fail(), None, texts, texts.answer.failed), gr.skip(), gr.skip())
        return
    source = open_source(settled, settled.first_citation(), library)
    yield (*_show(settled, source, texts, announce_answer(answer, texts)), gr.skip(), gr.skip())


def _keep(texts: Texts, note: str) -> tuple[Any, ...]:
    return (*[gr.skip()] * 7, render_note(note, texts))


def _show(
    conversation: Conversation, source: Source | None, texts: Texts, announced: str = ""
) -> tuple[Conversation, Reference | None, str, str, str, str]:
    return (
        conversation,
        source.reference if source is not None else None,
        render_conversation(conversation, texts),
        "" if conversation.exchanges else render_starters(texts),
        render_announcement(announced),
        render_source(source, texts),
    )


def _begin_anew(language: Language) -> tuple[Any, ...]:
    texts = load_texts(language)
    return (*_show(Conversation(), None, texts, texts.ask.cleared), "", render_note("", texts))


def _texts_of(parts: _Parts) -> tuple[Any, ...]:
    return parts.conversation, parts.starters, parts.box, parts.send, parts.new, parts.note, parts.source


def _relabel(conversation: Conversation, source: Source | None, texts: Texts) -> tuple[Any, ...]:
    return (
        render_conversation(conversation, texts),
        "" if conversation.exchanges else render_starters(texts),
        gr.update(label=texts.ask.label, placeholder=texts.ask.placeholder),
        gr.update(value=texts.ask.send),
        gr.update(value=texts.ask.new),
        render_note("", texts),
        render_source(source, texts),
    )
