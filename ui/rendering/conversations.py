"""The conversations that are kept → HTML: the disclosure on Ask, and the list in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ui.conversation_store import MOST_NAME, KeptConversation
from ui.rendering.html import escape
from ui.texts import Texts, format_date

MOST_SEARCH = 200
"""Characters of a search."""


def render_conversations(texts: Texts) -> str:
    """Return the disclosure; its script fetches the list when it is opened."""
    words = texts.conversations
    said = "".join(
        f' data-{name}="{escape(text)}"'
        for name, text in (
            ("renamed", words.renamed),
            ("deleted", words.deleted),
            ("all-deleted", words.all_deleted),
            ("unavailable", words.unavailable),
        )
    )
    return (
        f'<details class="conversations" data-language="{texts.language}"{said}>'
        f"<summary>{escape(words.heading)}</summary>"
        f'<div class="conversations-body"><p class="hint">{escape(words.explained)}</p>'
        f'<label class="conversations-search">{escape(words.search)}'
        f'<input type="search" maxlength="{MOST_SEARCH}" autocomplete="off" data-search></label>'
        '<div class="conversations-list" data-list></div><p class="conversations-state" role="status"></p></div>'
        '<dialog class="conversations-asked" aria-labelledby="conversations-asked">'
        '<form method="dialog"><p id="conversations-asked"></p><p class="conversation-actions">'
        f'<button type="submit" value="" autofocus>{escape(words.cancel)}</button>'
        f'<button type="submit" value="delete" class="danger">{escape(words.delete)}</button></p></form></dialog>'
        "</details>"
    )


def render_kept(kept: Sequence[KeptConversation], words: str, has_more: bool, texts: Texts) -> str:
    """Return the list of what was found.

    Args:
        kept: the conversations, the newest first.
        words: what was searched for; "" where nothing was.
        has_more: whether there are more than these.
        texts: of the page's language.
    """
    said = texts.conversations
    if not kept:
        return f'<p class="hint">{escape(said.unfound if words.strip() else said.empty)}</p>'
    rows = "".join(_render_row(conversation, texts) for conversation in kept)
    more = f'<p class="hint">{escape(said.newest.format(count=len(kept)))}</p>' if has_more else ""
    every = (
        ""
        if words.strip()
        else f'<p><button type="button" data-delete-all data-asked="{escape(said.delete_all_asked)}">'
        f"{escape(said.delete_all)}</button></p>"
    )
    return f"<ul>{rows}</ul>{more}{every}"


def _render_row(kept: KeptConversation, texts: Texts) -> str:
    said = texts.conversations
    day = datetime.fromisoformat(kept.changed_at).astimezone().date().isoformat()
    return (
        f'<li data-conversation="{escape(kept.id)}"><div class="kept">'
        f'<button type="button" class="kept-name" data-open>{escape(kept.name)}</button>'
        f'<span class="where"><time datetime="{day}">{escape(format_date(day, texts.dates))}</time></span></div>'
        f'<div class="conversation-actions"><button type="button" data-rename '
        f'aria-label="{escape(said.rename_named.format(name=kept.name))}">{escape(said.rename)}</button>'
        f'<button type="button" data-delete data-asked="{escape(said.delete_asked.format(name=kept.name))}" '
        f'aria-label="{escape(said.delete_named.format(name=kept.name))}">{escape(said.delete)}</button></div>'
        f'<form class="kept-rename" hidden><label>{escape(said.name)}'
        f'<input type="text" name="name" required pattern=".*\\S.*" maxlength="{MOST_NAME}" autocomplete="off" '
        f'value="{escape(kept.name)}"></label><div class="conversation-actions">'
        f'<button type="submit">{escape(said.save)}</button>'
        f'<button type="button" data-cancel>{escape(said.cancel)}</button></div></form></li>'
    )
