"""The statement of accessibility: what the pages support, what they lack, and whom to tell."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ui.people.roles import PERSON_KEY
from ui.rendering.html import escape
from ui.site.frame import load_page_texts, render_page
from ui.texts import Texts, format_date

REVIEWED = "2026-11-23"
"""The day on which somebody last held the statement against the pages."""


def build_router() -> APIRouter:
    """Return the route of the statement, which everybody may read."""
    router = APIRouter(include_in_schema=False)

    @router.get("/accessibility")
    def show(request: Request) -> HTMLResponse:
        texts = load_page_texts(request)
        words = texts.accessibility
        return HTMLResponse(
            render_page(render_statement(texts), words.title, "accessibility", texts, request.scope.get(PERSON_KEY))
        )

    return router


def render_statement(texts: Texts) -> str:
    """Return the statement as HTML."""
    words = texts.accessibility
    parts = (
        (words.works_heading, words.works),
        (words.lacks_heading, words.lacks),
        (words.tested_heading, words.tested),
    )
    lists = "".join(f"<h2>{escape(heading)}</h2>{_render_list(items)}" for heading, items in parts)
    report = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in words.report)
    reviewed = words.reviewed.format(date=format_date(REVIEWED, texts.dates))
    return (
        f"<h1>{escape(words.title)}</h1>{''.join(f'<p>{escape(paragraph)}</p>' for paragraph in words.intro)}{lists}"
        f'<h2>{escape(words.report_heading)}</h2>{report}<p class="where">{escape(reviewed)}</p>'
    )


def _render_list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
