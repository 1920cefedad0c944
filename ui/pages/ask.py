"""Ask: a conversation whose every statement opens its source beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MethodType
from typing import Any

import gradio as gr
from gradio.events import EventListener

from assistant.errors import QuestionError
from assistant.messages import SentenceChecked
from corpus.documents import Language
from ui.api.routes import Shelf
from ui.conversation_store import ConversationStore
from ui.conversations import Answering, Conversation, Reference, parse_reference
from ui.filters import WHOLE, Scope
from ui.pages.conversations import Keeper
from ui.pages.filters import FilterEvents, FilterPanel, connect_filters, place_filters
from ui.pages.latest import Latest
from ui.pages.sending import FORGET_QUESTIONS, PUT_BACK, SEND_WAITING, TAKE_QUESTION
from ui.people.roles import person_of
from ui.rendering.answers import announce_answer, exchange_of, render_arrived, render_change, render_conversation
from ui.rendering.conversations import render_conversations
from ui.rendering.frame import render_announcement, render_note, render_starters
from ui.rendering.sources import render_source
from ui.sources import Filing, Source, Sources, find_unpaged, log_failure
from ui.texts import DEFAULT_LANGUAGE, Texts, load_texts

_SCRIPTS = Path(__file__).parents[1] / "static"
QUIET = {"show_progress": "hidden", "api_visibility": "private"}
"""For every event: no spinner over the page, no entry in a public API."""
READ_FRAGMENT = "(...values) => [...values.slice(0, -1), location.hash]"
"""For the event that arrives: a browser keeps the end of an address, which names an answer, to itself."""


@dataclass(frozen=True, slots=True)
class AskPage:
    """What the frame of the page needs of it: the question box, and how its texts follow the language.

    `relabel` takes the values of `inputs` and returns those of `outputs`, in the language that is now chosen. `arrive`
    takes those of `arriving`, whose last `READ_FRAGMENT` fills, and returns those of `shown`, with the conversation
    that the address asks for with `?conversation=ID`, and the source of the answer it names.
    """

    box: Any
    relabel: Callable[..., tuple[Any, ...]]
    arrive: Callable[..., tuple[Any, ...]]
    inputs: tuple[Any, ...]
    arriving: tuple[Any, ...]
    outputs: tuple[Any, ...]
    shown: tuple[Any, ...]
    filters: FilterEvents


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components of the page, in the order they stand."""

    kept: Any
    conversation: Any
    starters: Any
    box: Any
    filters: FilterPanel
    send: Any
    new: Any
    note: Any
    announcement: Any
    source: Any


def build_ask_page(
    assistant: Answering,
    library: Shelf,
    conversations: ConversationStore,
    language: Any,
    files: Filing | None = None,
) -> AskPage:
    """Add the page to the `gr.Blocks` being built; `language` is the `gr.State` of the language of its texts."""
    history, opened, fragment = gr.State(Conversation()), gr.State(None), gr.Textbox(visible=False)
    latest = gr.State(Latest())
    sources = Sources(library, files)
    parts = _place_parts(load_texts(DEFAULT_LANGUAGE))
    shown = [history, opened, parts.conversation, parts.starters, parts.announcement, parts.source]

    def keeper_for(request: gr.Request) -> Keeper:
        return Keeper(conversations, person_of(request.request.scope).id)

    def answer(
        written: str,
        conversation: Conversation,
        code: Language,
        chosen: Scope,
        changes: Latest,
        event: gr.EventData,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        question, scope = written, chosen
        if getattr(event.target, "elem_id", None) == parts.conversation.elem_id:  # a session has copies of the parts
            question, scope = conversation.question_at(getattr(event, "exchange", None)), WHOLE
        drawings = _answer(assistant, sources, keeper_for(request), question, conversation, code, scope)
        yield from (_mark(number, drawing) for number, drawing in changes.draw(drawings))

    asking = gr.on(
        # together, so that one question is asked at a time
        [parts.send.click, parts.box.submit, _event_of(parts.conversation, "ask_everywhere")],
        answer,
        inputs=[parts.box, history, language, parts.filters.scope, latest],
        outputs=[*shown, parts.box, parts.note],
        js=TAKE_QUESTION,
        trigger_mode="once",
        concurrency_limit=None,
        **QUIET,
    )
    asking.then(js=SEND_WAITING, **QUIET)
    asking.failure(js=PUT_BACK, **QUIET)
    gr.on(
        [parts.new.click, *(_event_of(parts.kept, name) for name in ("forget_conversation", "open_conversation"))],
        None,
        js=FORGET_QUESTIONS,  # before the events that cancel the answer
        **QUIET,
    )
    instead = {"cancels": [asking], "queue": False, **QUIET}
    cleared = [*shown, parts.box, parts.note]

    def begin_anew(code: Language, changes: Latest) -> tuple[Any, ...]:
        return _mark(changes.begin(), _begin_anew(code))

    parts.new.click(begin_anew, inputs=[language, latest], outputs=cleared, **instead).then(
        js="() => document.querySelector('#question textarea').focus()"
    )
    parts.kept.forget_conversation(begin_anew, inputs=[language, latest], outputs=cleared, **instead)

    def open_kept(code: Language, changes: Latest, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        number, wanted = changes.begin(), getattr(event, "conversation", None)
        return _mark(number, _open(keeper_for(request), sources, wanted, load_texts(code)))

    parts.kept.open_conversation(open_kept, inputs=[language, latest], outputs=[*shown, parts.note], **instead)

    def arrive(changes: Latest, code: Language, ending: str | None, request: gr.Request) -> tuple[Any, ...]:
        wanted, nothing = request.query_params.get("conversation"), (gr.skip(),) * (len(shown) + 1)
        if not wanted or changes.number:
            return nothing
        found = _open(keeper_for(request), sources, wanted, load_texts(code), exchange_of(ending or ""))
        return nothing if changes.number else _mark(0, found)  # whoever is quick has asked by now

    def draw_again(
        changes: Latest, conversation: Conversation, reference: Reference | None, code: Language
    ) -> tuple[Any, ...]:
        drawn = _show(conversation, sources.open(conversation, reference), load_texts(code))
        return _mark(changes.number, drawn)

    parts.conversation.draw_again(
        draw_again, inputs=[latest, history, opened, language], outputs=shown, queue=False, **QUIET
    )

    def open_reference(
        conversation: Conversation, current: Reference | None, code: Language, event: gr.EventData
    ) -> tuple[Reference | None, str]:
        reference = parse_reference(getattr(event, "reference", None)) or current
        return reference, render_source(sources.open(conversation, reference), load_texts(code))

    for part in (parts.conversation, parts.source):
        part.open_source(
            open_reference, inputs=[history, opened, language], outputs=[opened, parts.source], queue=False, **QUIET
        )

    def relabel(conversation: Conversation, reference: Reference | None, code: Language) -> tuple[Any, ...]:
        return _relabel(conversation, sources.open(conversation, reference), load_texts(code))

    filters = connect_filters(
        parts.filters,
        library,
        language,
        new=parts.new,
        source=parts.source,
        announcement=parts.announcement,
        note=parts.note,
    )
    return AskPage(
        parts.box,
        relabel,
        arrive,
        (history, opened, language),
        (latest, language, fragment),
        _texts_of(parts),
        (*shown, parts.note),
        filters,
    )


def _place_parts(texts: Texts) -> _Parts:
    with gr.Row(elem_id="columns"):
        with gr.Column(elem_id="talk", min_width=280):
            kept = _html(render_conversations(texts), "conversations", "conversations.js")
            conversation = _html("", "conversation", "conversation.js", "feedback.js")
            starters = _html(render_starters(texts), "starters", "starters.js")
            with gr.Column(elem_id="ask-form"):
                box = gr.Textbox(
                    label=texts.ask.label, placeholder=texts.ask.placeholder, lines=1, max_lines=8, elem_id="question"
                )
                filters = place_filters(texts)
                with gr.Row(elem_id="ask-actions"):
                    note = _html(render_note("", texts), "question-note", "sending.js")
                    new = gr.Button(texts.ask.new, elem_id="new", variant="secondary")
                    send = gr.Button(texts.ask.send, elem_id="send", variant="primary")
            announcement = _html(render_announcement(""), "announcement")
        with gr.Column(elem_id="source-column", min_width=280):
            source = _html(render_source(None, texts), "source", "source.js", "original.js")
    return _Parts(kept, conversation, starters, box, filters, send, new, note, announcement, source)


def _event_of(part: Any, name: str) -> Any:
    """Return an event that the scripts of HTML trigger, as `gr.on` takes it: an attribute of the part is not enough."""
    return MethodType(EventListener(name).listener, part)


def _html(value: str, name: str, *scripts: str) -> Any:
    """Return HTML with scripts, each with names of its own."""
    read = [(_SCRIPTS / script).read_text(encoding="utf-8") for script in scripts]
    code = "".join(f"{{\n{script}\n}}\n" for script in read) or None
    return gr.HTML(value, elem_id=name, js_on_load=code, apply_default_css=False)


def _answer(
    assistant: Answering,
    sources: Sources,
    keeper: Keeper,
    question: str,
    conversation: Conversation,
    language: Language,
    scope: Scope,
) -> Iterator[tuple[Any, ...]]:
    """Yield what the page shows while a question is answered, the question itself first."""
    texts = load_texts(language)
    question = question.strip()
    if not question:
        yield _keep(texts, texts.ask.empty)
        return
    asked = conversation.ask(question, scope)
    yield (*_show(asked, None, texts, texts.answer.searching), gr.skip(), render_note("", texts))
    try:
        for event in assistant.events(question, history=conversation.turns(), filters=scope.filters):
            if isinstance(event, SentenceChecked):
                asked = asked.write(event)
                yield (gr.skip(), gr.skip(), render_conversation(asked, texts), *[gr.skip()] * 5)
            else:
                answer = event.answer
        settled = asked.settle(answer, find_unpaged(answer, sources.library))
    except QuestionError:
        source = sources.open(conversation, conversation.first_citation())
        yield (*_show(conversation, source, texts), question, render_note(texts.ask.unusable, texts))
        return
    except Exception as error:  # whatever fails in one answer, the page stays up and says so
        log_failure("answering a question", error)
        failed, note = keeper.keep(asked.fail(), texts)
        yield (*_show(failed, None, texts, texts.answer.failed), gr.skip(), _say(note, texts))
        return
    settled, note = keeper.keep(settled, texts)
    source = sources.open(settled, settled.first_citation())
    yield (*_show(settled, source, texts, announce_answer(answer, texts)), gr.skip(), _say(note, texts))


def _open(keeper: Keeper, sources: Sources, wanted: object, texts: Texts, linked: str | None = None) -> tuple[Any, ...]:
    """Return what the page shows of a conversation that was kept; as it was, with a line, where it is not found.

    `linked` is given as the page arrives: the id of the exchange whose source is shown, or "" for the last.
    """
    found, note = keeper.open(wanted, texts)
    if found is None:
        return (*[gr.skip()] * 6, render_note(note, texts))
    source = sources.open(found, found.first_citation(found.position_of(linked)))
    drawn = _show(found, source, texts, texts.conversations.opened.format(name=found.name))
    if linked is not None:
        drawn = (*drawn[:2], render_arrived(drawn[2]), *drawn[3:])
    return (*drawn, render_note("", texts))


def _say(note: str, texts: Texts) -> Any:
    return render_note(note, texts) if note else gr.skip()


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


def _mark(number: int, drawing: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the drawing with its conversation, where it has one, marked as belonging to that change of the page."""
    history, opened, conversation, *rest = drawing
    marked = render_change(number, conversation) if isinstance(conversation, str) else conversation
    return (history, opened, marked, *rest)


def _begin_anew(language: Language) -> tuple[Any, ...]:
    texts = load_texts(language)
    return (*_show(Conversation(), None, texts, texts.ask.cleared), "", render_note("", texts))


def _texts_of(parts: _Parts) -> tuple[Any, ...]:
    return parts.kept, parts.conversation, parts.starters, parts.box, parts.send, parts.new, parts.note, parts.source


def _relabel(conversation: Conversation, source: Source | None, texts: Texts) -> tuple[Any, ...]:
    return (
        render_conversations(texts),
        render_conversation(conversation, texts) if conversation.exchanges else gr.skip(),  # one may have begun since
        "" if conversation.exchanges else render_starters(texts),
        gr.update(label=texts.ask.label, placeholder=texts.ask.placeholder),
        gr.update(value=texts.ask.send),
        gr.update(value=texts.ask.new),
        render_note("", texts),
        render_source(source, texts),
    )
