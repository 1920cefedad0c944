"""The frame of every page beside Ask: head, navigation, languages, and what the page is about."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from starlette.requests import HTTPConnection

from corpus.documents import LANGUAGES, Language
from ui.people.roles import Person
from ui.rendering.frame import PageName, current_page, render_navigation
from ui.rendering.html import escape
from ui.texts import DEFAULT_LANGUAGE, LANGUAGE_NAMES, Texts, load_texts

LANGUAGE_COOKIE = "atmp_language"
"""Set by the pages' script when a language is chosen."""
EVERYWHERE = ("language.js", "tables.js")
"""The scripts that Ask and the other pages all run."""

_STATIC = Path(__file__).parents[1] / "static"


class Refused(Exception):
    """A request ends here, with a status and a line for a person."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status
        self.line = line


def language_of(request: HTTPConnection) -> Language:
    """Return the language that a page is to come in: `?lang=`, else the one chosen last, else Danish."""
    wanted = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((language for code in wanted for language in LANGUAGES if language == code), DEFAULT_LANGUAGE)


def load_page_texts(request: HTTPConnection) -> Texts:
    """Return the texts of the language that a page is to come in."""
    return load_texts(language_of(request))


def render_page(
    body: str, title: str, current: PageName, texts: Texts, person: Person | None, scripts: Sequence[str] = ()
) -> str:
    """Return a whole page as HTML.

    Args:
        body: HTML of what stands below the head of the page, its `h1` first.
        title: of this page alone, not yet HTML.
        current: which page of the navigation it is.
        texts: of the page's language.
        person: who looks; None where nobody has signed in.
        scripts: names of files in `ui/static` that it runs.
    """
    names = (*EVERYWHERE, *scripts)
    loaded = "".join(f'<script type="module" src="{address_of(name)}"></script>' for name in names)
    return (
        f'<!doctype html><html lang="{texts.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} – {escape(texts.page.title)}</title>"
        f'<link rel="icon" href="/favicon.ico"><link rel="stylesheet" href="{address_of("page.css")}">'
        f'<link rel="stylesheet" href="{address_of("site.css")}">{loaded}</head>'
        f'<body class="site"><a class="skip-link" href="#main">{escape(texts.page.skip)}</a>'
        f'<header class="site-head"><div class="masthead"><div class="masthead-words">'
        f'<p class="site-name">{escape(texts.page.title)}</p><p class="purpose">{escape(texts.page.purpose)}</p></div>'
        f"{_render_languages(texts)}</div>{render_navigation(texts, person, current)}</header>"
        f'<main id="main" tabindex="-1">{body}</main></body></html>'
    )


def address_of(name: str) -> str:
    """Return the address of a file in `ui/static`; browsers keep it until its content changes."""
    version = sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/ui/{name}?v={version}"


def _render_languages(texts: Texts) -> str:
    links = "".join(
        f'<li><a lang="{code}" hreflang="{code}" href="?lang={code}" data-language="{code}"'
        f"{current_page(code, texts.language)}>{escape(name)}</a></li>"
        for code, name in LANGUAGE_NAMES.items()
    )
    return f'<nav class="languages" aria-label="{escape(texts.page.languages)}"><ul>{links}</ul></nav>'
