"""What a person can say of an answer → HTML; `feedback.js` opens the form and sends it."""

from __future__ import annotations

from assistant.feedback import MOST_COMMENT, REASONS, Reason, Verdict
from ui.conversations import Exchange
from ui.rendering.html import escape
from ui.texts import Texts

_THUMB_UP = "M3 10h4v11H3zM9 21V10l4-8c2 0 2.5 1.2 2.2 2.7L14.5 9H20c1 0 1.7.9 1.5 1.8l-1.8 8.7c-.2.9-1 1.5-2 1.5z"
_TURNED = ' transform="rotate(180 12 12)"'


def render_feedback(exchange: Exchange, conversation_id: str, texts: Texts) -> str:
    """Return the thumbs under an answer or a refusal; "" where nothing was answered yet.

    Without the id of a kept conversation a line says that the answer cannot be rated: nothing could be recorded of it.
    """
    if exchange.answer is None:
        return ""
    words = texts.feedback
    if not conversation_id or not exchange.id:
        return f'<p class="feedback-unkept">{escape(words.unkept)}</p>'
    name = f"feedback-{escape(exchange.id)}"
    return (
        f'<div class="feedback" role="group" aria-labelledby="{name}" data-feedback="{escape(exchange.id)}" '
        f'data-conversation="{escape(conversation_id)}"><h4 id="{name}">{escape(words.heading)}</h4>'
        f'<p class="feedback-thumbs">{_render_thumb("up", words.up)}{_render_thumb("down", words.down)}</p>'
        '<p class="feedback-state" role="status"></p></div>'
    )


def render_feedback_words(texts: Texts) -> str:
    """Return what `feedback.js` puts on the page, as attributes of a hidden element: its form, its lines.

    In an attribute it follows the language however the page is redrawn, and is there once for every answer.
    """
    words = texts.feedback
    said = {
        "form": _render_form(texts),
        "own": _render_own(texts),
        "thanks": words.thanks,
        "withdrawn": words.withdrawn,
        "failed": words.failed,
        "too-many": words.too_many,
        "gone": words.gone,
        "reason-missing": words.reason_missing,
    }
    attributes = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return f'<div class="feedback-words" hidden{attributes}></div>'


def reason_words(reason: Reason, texts: Texts) -> str:
    """Return a reason in the language of the page."""
    words: str = getattr(texts.feedback.reasons, reason.replace(" ", "_"))
    return words


def _render_thumb(verdict: Verdict, words: str) -> str:
    return (
        f'<button type="button" class="thumb" data-verdict="{verdict}" aria-pressed="false">'
        f'<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="{_THUMB_UP}"'
        f"{_TURNED if verdict == 'down' else ''}/></svg> {escape(words)}</button>"
    )


def _render_own(texts: Texts) -> str:
    """Return what can be done about feedback that was given."""
    words = texts.feedback
    return (
        f'<menu class="feedback-own"><li><button type="button" data-change>{escape(words.change)}</button></li>'
        f'<li><button type="button" data-withdraw>{escape(words.withdraw)}</button></li></menu>'
    )


def _render_form(texts: Texts) -> str:
    """Return the form of a thumb down; the script ties the hint to its field, whose id must be the answer's own."""
    words = texts.feedback
    reasons = "".join(
        f'<label><input type="radio" name="reason" value="{escape(reason)}" required> '
        f"<span>{escape(reason_words(reason, texts))}</span></label>"
        for reason in REASONS
    )
    return (
        '<form class="feedback-form" novalidate>'
        f"<fieldset><legend>{escape(words.reason)}</legend>{reasons}</fieldset>"
        f'<label class="feedback-comment">{escape(words.comment)}'
        f'<textarea name="comment" rows="3" maxlength="{MOST_COMMENT}"></textarea></label>'
        f'<p class="hint">{escape(words.comment_hint)}</p>'
        f'<p class="feedback-send"><button type="submit">{escape(words.send)}</button> '
        f'<button type="button" data-cancel>{escape(words.cancel)}</button></p></form>'
    )
