"""What stands around the conversation: the head of the page, starter questions, the line under the box."""

from __future__ import annotations

from typing import Literal

from corpus.documents import Language
from ui.people.roles import Person
from ui.rendering.html import escape
from ui.texts import LANGUAGE_NAMES, Texts

PageName = Literal["ask", "documents", "inbox", "accessibility", "sign_in"]


def render_header(texts: Texts, language: Language, person: Person | None = None) -> str:
    """Return the head of Ask: skip link, title, purpose, pages, languages, and the notice of talking to a machine."""
    page = texts.page
    buttons = "".join(
        f'<button type="button" lang="{code}" data-language="{code}" aria-pressed="{str(code == language).lower()}">'
        f"{escape(name)}</button>"
        for code, name in LANGUAGE_NAMES.items()
    )
    return (
        f'<a class="skip-link" href="#question" data-skip>{escape(page.skip)}</a>'
        f'<div class="masthead" data-page-language="{language}" data-page-title="{escape(page.title)}">'
        f'<div class="masthead-words"><h1>{escape(page.title)}</h1><p class="purpose">{escape(page.purpose)}</p></div>'
        f'<div class="languages" role="group" aria-label="{escape(page.languages)}">{buttons}</div></div>'
        f"{render_navigation(texts, person, 'ask')}"
        f'<p class="notice"><strong>{escape(page.notice_heading)}:</strong> {escape(page.notice)}</p>'
    )


def render_navigation(texts: Texts, person: Person | None, current: PageName) -> str:
    """Return the links to the pages that the person may see, and who they are."""
    words = texts.navigation
    links: list[tuple[PageName, str, str]] = [("ask", "/", words.ask)]
    if person is not None:
        links.append(("documents", "/documents", words.documents))
        if person.may("secretariat"):
            links.append(("inbox", "/inbox", words.inbox))
    links.append(("accessibility", "/accessibility", words.accessibility))
    items = "".join(
        f'<li><a href="{address}"{current_page(name, current)}>{escape(label)}</a></li>'
        for name, address, label in links
    )
    links_of_pages = f'<nav class="navigation" aria-label="{escape(words.label)}"><ul>{items}</ul></nav>'
    return links_of_pages + render_person(texts, person)


def render_person(texts: Texts, person: Person | None) -> str:
    """Return who has signed in, with the button to sign out where that is done here; "" for visitors."""
    if person is None or not person.name:
        return ""
    words = texts.people
    button = f'<form method="post" action="/sign-out"><button>{escape(words.sign_out)}</button></form>'
    name = escape(words.signed_in.format(name=person.name))
    return f'<div class="person"><span>{name}</span>{button if person.can_sign_out else ""}</div>'


def current_page(name: str, current: str) -> str:
    """Return the attribute of the link that leads where the reader is; "" for the others."""
    return ' aria-current="page"' if name == current else ""


def render_starters(texts: Texts) -> str:
    """Return the starter questions: buttons that fill the box and do not send."""
    buttons = "".join(
        f'<li><button type="button" data-fill="{escape(question)}">{escape(question)}</button></li>'
        for question in texts.ask.starters
    )
    return f'<h2 class="starters-heading">{escape(texts.ask.starters_heading)}</h2><ul class="starters">{buttons}</ul>'


def render_note(text: str, texts: Texts) -> str:
    """Return what stands under the box: how to send, and a line about the question where there is one to say."""
    return f'<p class="hint">{escape(texts.ask.hint)}</p><p class="note" role="status">{escape(text)}</p>'


def render_announcement(text: str) -> str:
    """Return the live region that a screen reader speaks from."""
    return f'<p role="status" aria-live="polite" aria-atomic="true">{escape(text)}</p>'
