"""The web page: Gradio inside a FastAPI application of our own, so that an API can stand beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it while it is imported

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from assistant.questions import MAX_QUESTION_CHARACTERS
from corpus.documents import LANGUAGES, Language
from ui.api.application import NO_TELEMETRY, add_api
from ui.api.metrics import CountedAssistant, Metrics
from ui.pages.ask import QUIET, READ_FRAGMENT, AskPage, build_ask_page
from ui.parts import Parts
from ui.people.middleware import PeopleMiddleware
from ui.people.roles import Person, person_of
from ui.rendering.frame import render_header
from ui.serving import HeadersMiddleware, serve_forever
from ui.site import accessibility, conversations, documents, feedback, inbox, originals, sign_in
from ui.site.frame import EVERYWHERE, address_of, language_of
from ui.texts import DEFAULT_LANGUAGE, load_texts

WAITING_QUESTIONS = 256
"""Questions that may wait at once; more are turned away."""

_STATIC = Path(__file__).with_name("static")
_SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONOSPACE_FONTS = ("ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace")


def serve(
    parts: Parts, host: str = "127.0.0.1", port: int = 7860, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve the page until Ctrl-C; all visitors share the one assistant.

    Args:
        parts: what the page is put together from.
        host: name or address to listen on.
        port: port to listen on; 0 takes a free one.
        on_ready: called with the page's address once it answers; without it, the address is printed.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    serve_forever(build_app(parts), host, port, on_ready or _print_address)


def build_app(parts: Parts) -> FastAPI:
    """Build the whole web application: Ask at `/`, the other pages and the API beside it, files under `/ui/`."""
    app = FastAPI(
        title=load_texts("en").page.title, docs_url=None, redoc_url=None, openapi_url=None, telemetry=NO_TELEMETRY
    )
    metrics = Metrics(parts.library)
    counted = CountedAssistant(parts.assistant, metrics)
    app.mount("/ui", StaticFiles(directory=_STATIC), name="ui")
    app.add_middleware(PeopleMiddleware, identify=parts.identify, has_sign_in=parts.sign_in is not None)
    app.add_middleware(HeadersMiddleware)

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_STATIC / "favicon.svg", media_type="image/svg+xml")

    add_api(app, counted, parts.library, parts.retriever, metrics, parts.tokens)
    app.include_router(accessibility.build_router())
    app.include_router(conversations.build_router(parts))
    app.include_router(documents.build_router(parts))
    app.include_router(feedback.build_router(parts))
    app.include_router(inbox.build_router(parts))
    app.include_router(originals.build_router(parts))
    app.include_router(sign_in.build_router(parts))
    gr.mount_gradio_app(
        app,
        build_page(replace(parts, assistant=counted)),
        path="/",
        theme=gr.themes.Base(font=_SYSTEM_FONTS, font_mono=_MONOSPACE_FONTS),
        head=_render_head(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        max_file_size=1,
    )
    return app


def build_page(parts: Parts) -> Any:
    """Build the `gr.Blocks`: the head of the page with its languages, then the pages below it."""
    texts = load_texts(DEFAULT_LANGUAGE)
    with gr.Blocks(title=texts.page.title, analytics_enabled=False, fill_width=True) as page:
        language = gr.State(DEFAULT_LANGUAGE)
        header = gr.HTML(
            render_header(texts, DEFAULT_LANGUAGE),
            elem_id="header",
            js_on_load=(_STATIC / "header.js").read_text(encoding="utf-8"),
            apply_default_css=False,
        )
        ask = build_ask_page(parts.assistant, parts.library, parts.conversations, language, parts.originals)
        chosen = header.choose_language(
            _choose_language, inputs=[language], outputs=[language, header], queue=False, **QUIET
        )
        arrived = page.load(_arrive, outputs=[language, header, ask.box], queue=False, **QUIET)
        filters = ask.filters
        labels: Any = {"inputs": list(ask.inputs), "outputs": list(ask.outputs), "queue": False, **QUIET}
        chosen.then(ask.relabel, **labels).then(
            filters.draw, inputs=list(filters.inputs), outputs=[filters.part], queue=False, **QUIET
        )
        arrived.then(partial(_relabel_at_arrival, ask), **labels).then(
            ask.arrive,
            inputs=list(ask.arriving),
            outputs=list(ask.shown),
            js=READ_FRAGMENT,
            queue=False,
            **QUIET,
        ).then(filters.arrive, inputs=list(filters.inputs), outputs=list(filters.outputs), queue=False, **QUIET)
    page.queue(max_size=WAITING_QUESTIONS, default_concurrency_limit=None)
    return page


def _choose_language(current: Language, request: gr.Request, event: gr.EventData) -> tuple[Language, str]:
    language = _parse_language(getattr(event, "language", None)) or current
    return language, render_header(load_texts(language), language, _person_of(request))


def _arrive(request: gr.Request) -> tuple[Any, ...]:
    """Begin in the language that was chosen last or that the address asks for; its `?q=` fills the box, unsent.

    What the address does not ask for is left alone: the person may be writing already.
    """
    language = language_of(request.request)
    question = (request.query_params.get("q") or "")[:MAX_QUESTION_CHARACTERS]
    return (
        language if language != DEFAULT_LANGUAGE else gr.skip(),
        render_header(load_texts(language), language, _person_of(request)),
        question or gr.skip(),
    )


def _person_of(request: gr.Request) -> Person:
    return person_of(request.request.scope)


def _relabel_at_arrival(ask: AskPage, *values: Any) -> tuple[Any, ...]:
    """Relabel where the address asked for another language than the page comes in.

    Otherwise nothing is drawn: whoever is quick has an answer by then, which would be overdrawn with an empty page.
    """
    *_, language = values
    return ask.relabel(*values) if language != DEFAULT_LANGUAGE else tuple(gr.skip() for _ in ask.outputs)


def _parse_language(code: object) -> Language | None:
    return next((language for language in LANGUAGES if language == code), None)


def _render_head() -> str:
    """Return what goes into the head of the document: the style, and what Ask and the other pages both run."""
    scripts = "".join(f'<script type="module" src="{address_of(name)}"></script>' for name in EVERYWHERE)
    return f'<link rel="stylesheet" href="{address_of("page.css")}">{scripts}<meta name="robots" content="noindex">'


def _print_address(address: str) -> None:
    print(f"{load_texts(DEFAULT_LANGUAGE).page.title}: {address}", flush=True)
