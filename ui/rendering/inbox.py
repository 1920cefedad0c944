"""The inbox of feedback → HTML: forms and links alone, so that it works without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from assistant.feedback import CAUSES, IMPORTANCES, MOST_COMMENT, REASONS, STATES, Kept, State
from assistant.feedback_store import Counts
from assistant.messages import EXTRACTIVE
from ui.rendering.feedback import reason_words
from ui.rendering.frame import current_page
from ui.rendering.html import escape
from ui.texts import Texts, format_date

Notice = Literal["sorted", "closed", "gone", "invalid"]
"""What has come of what was done last."""
NOTICES: tuple[Notice, ...] = get_args(Notice)

COMMAND = "atmp eval suggest --feedback"
"""What reads the files of test questions."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """What of the inbox is looked at: a state, from the newest on or from after the feedback with the id `before`."""

    state: State = "new"
    before: str = ""

    def to_query(self, **more: str) -> str:
        """Return the view as the query of an address, with more fields where some are given."""
        return urlencode({"state": self.state, **({"before": self.before} if self.before else {}), **more})


def render_inbox(
    view: InboxView, shown: Sequence[Kept], older: str, counts: Counts, notice: Notice | None, texts: Texts
) -> str:
    """Return the inbox, its `h1` first.

    Args:
        view: which state is looked at, and from where on.
        shown: feedback in that state, the newest first.
        older: the id of the last that is shown, where there is more after it; else "".
        counts: of all feedback.
        notice: what has come of what was done last.
        texts: of the page's language.
    """
    items = "".join(_render_kept(kept, view, texts) for kept in shown)
    return (
        f"<h1>{escape(texts.feedback.inbox)}</h1>{_render_notice(notice, texts)}{_render_counts(counts, texts)}"
        f"{_render_tabs(view, counts, texts)}{_render_all_cases(view, counts, texts)}"
        f"{items or _render_empty(texts)}{_render_pager(view, older, texts)}"
    )


def render_line(line: str, texts: Texts) -> str:
    """Return the page with one line in the inbox's place."""
    return f'<h1>{escape(texts.feedback.inbox)}</h1><p class="calm">{escape(line)}</p>'


def notice_words(notice: Notice, texts: Texts) -> str:
    """Return what has come of something in the language of the page."""
    words: str = getattr(texts.inbox, notice)
    return words.format(most=MOST_COMMENT) if notice == "invalid" else words


def _render_notice(notice: Notice | None, texts: Texts) -> str:
    if notice is None:
        return ""
    role = "alert" if notice == "invalid" else "status"
    return f'<p class="calm" id="notice" role="{role}" tabindex="-1">{escape(notice_words(notice, texts))}</p>'


def _render_counts(counts: Counts, texts: Texts) -> str:
    """Return how much feedback there is in all, and, folded, of which reasons and causes."""
    up, down = counts.verdicts["up"], counts.verdicts["down"]
    reasons = _render_count_list(
        texts.inbox.reason, [(reason_words(reason, texts), counts.reasons[reason]) for reason in REASONS]
    )
    causes = _render_count_list(
        texts.feedback.cause, [(getattr(texts.feedback.causes, cause), counts.causes[cause]) for cause in CAUSES]
    )
    return (
        f"<p>{escape(texts.inbox.total.format(count=up + down, up=up, down=down))}</p>"
        f'<details class="spread"><summary>{escape(texts.inbox.spread)}</summary>{reasons}{causes}</details>'
    )


def _render_count_list(heading: str, counted: Sequence[tuple[str, int]]) -> str:
    items = "".join(f"<li>{escape(words)}: {count}</li>" for words, count in counted if count)
    return f"<h2>{escape(heading)}</h2><ul>{items}</ul>" if items else ""


def _render_tabs(view: InboxView, counts: Counts, texts: Texts) -> str:
    links = "".join(
        f'<li><a href="{_address(InboxView(state))}"{current_page(state, view.state)}>'
        f"{escape(texts.inbox.tab.format(state=getattr(texts.feedback.states, state), count=counts.states[state]))}"
        "</a></li>"
        for state in STATES
    )
    return f'<nav class="inbox-tabs" aria-label="{escape(texts.inbox.tabs)}"><ul>{links}</ul></nav>'


def _address(view: InboxView) -> str:
    return escape(f"/inbox?{view.to_query()}")


def _render_all_cases(view: InboxView, counts: Counts, texts: Texts) -> str:
    """Return the link to the file of all sorted feedback, where that is what is looked at and there is some."""
    if view.state != "sorted" or not counts.states["sorted"]:
        return ""
    before, _, after = texts.inbox.cases_explained.partition("{command}")
    explained = f"{escape(before)}<code>{escape(COMMAND)}</code>{escape(after)}"
    return (
        f'<p class="inbox-cases"><a href="/inbox/cases.jsonl" download>{escape(texts.inbox.make_cases)}</a> '
        f'<span class="hint">{explained}</span></p>'
    )


def _render_empty(texts: Texts) -> str:
    return f'<p class="empty">{escape(texts.feedback.inbox_empty)}</p>'


def _render_pager(view: InboxView, older: str, texts: Texts) -> str:
    links = []
    if view.before:
        links.append(f'<a href="{_address(InboxView(view.state))}">{escape(texts.inbox.newest)}</a>')
    if older:
        links.append(f'<a href="{_address(InboxView(view.state, older))}">{escape(texts.inbox.older)}</a>')
    return f'<nav class="pager" aria-label="{escape(texts.inbox.pager)}">{" ".join(links)}</nav>' if links else ""


def _render_kept(kept: Kept, view: InboxView, texts: Texts) -> str:
    comment = f"<h3>{escape(texts.feedback.comment)}</h3>{_render_words(kept.comment)}" if kept.comment.strip() else ""
    return (
        f'<article class="inbox-entry" aria-labelledby="question-{kept.id}"><h2 id="question-{kept.id}">'
        f'<span class="asked-label">{escape(texts.inbox.question)}</span> '
        f'<span class="asked-words" lang="{kept.language}">{escape(kept.question)}</span></h2>'
        f"{_render_facts(kept, texts)}{comment}{_render_answer(kept, texts)}{_render_history(kept, texts)}"
        f"{_render_sorting(kept, view, texts)}{_render_actions(kept, view, texts)}</article>"
    )


def _render_words(text: str, language: str = "") -> str:
    spoken = f' lang="{language}"' if language else ""
    return f'<p class="as-written"{spoken}>{escape(text)}</p>'


def _render_facts(kept: Kept, texts: Texts) -> str:
    words = texts.feedback
    facts = [(texts.inbox.verdict, escape(words.up if kept.verdict == "up" else words.down))]
    if kept.reason is not None:
        facts.append((texts.inbox.reason, escape(reason_words(kept.reason, texts))))
    if kept.cause is not None and kept.importance is not None:
        facts.append((words.cause, escape(getattr(words.causes, kept.cause))))
        facts.append((words.importance, escape(getattr(words.importances, kept.importance))))
    facts.append((texts.inbox.received, _render_moment(kept.recorded_at, texts)))
    if kept.changed_at:
        facts.append((texts.inbox.changed, _render_moment(kept.changed_at, texts)))
    facts.append((texts.inbox.program, escape(kept.program)))
    if kept.model:
        facts.append((texts.inbox.model, escape(texts.inbox.extractive if kept.model == EXTRACTIVE else kept.model)))
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<dl class="facts">{rows}</dl>'


def _render_moment(moment: str, texts: Texts) -> str:
    """Return an ISO 8601 time in the time of the machine that the page is served from."""
    local = datetime.fromisoformat(moment).astimezone()
    date = format_date(local.date().isoformat(), texts.dates)
    words = texts.inbox.moment.format(date=date, time=local.strftime("%H:%M"))
    return f'<time datetime="{escape(moment)}">{escape(words)}</time>'


def _render_answer(kept: Kept, texts: Texts) -> str:
    if kept.answer is None:
        return f'<p class="calm">{escape(texts.inbox.unanswered)}</p>'
    quotes = "".join(_render_quote(citation, texts) for citation in kept.answer["citations"])
    quoted = f"<h3>{escape(texts.inbox.quotes)}</h3><ol>{quotes}</ol>" if quotes else ""
    return f"<h3>{escape(texts.inbox.answer)}</h3>{_render_words(kept.answer['answer'], kept.language)}{quoted}"


def _render_quote(citation: Mapping[str, Any], texts: Texts) -> str:
    page = texts.answer.page.format(page=citation["page"])
    where = (citation["title"] or citation["document"], citation["section"], page)
    return (
        f'<li value="{int(citation["marker"])}"><blockquote class="as-written" lang="{escape(citation["language"])}">'
        f'{escape(citation["quote"])}</blockquote><p class="where">{escape(" · ".join(filter(None, where)))}</p></li>'
    )


def _render_history(kept: Kept, texts: Texts) -> str:
    if not kept.history:
        return ""
    turns = "".join(
        f'<dt>{escape(turn.question)}</dt><dd class="as-written">{escape(turn.answer)}</dd>' for turn in kept.history
    )
    return f"<details><summary>{escape(texts.inbox.earlier)}</summary><dl>{turns}</dl></details>"


def _render_sorting(kept: Kept, view: InboxView, texts: Texts) -> str:
    """Return the form that says where the fault lies; praise has none."""
    if kept.verdict == "up":
        return ""
    words = texts.feedback
    choose = f'<option value="">{escape(texts.inbox.choose)}</option>'
    causes = choose + _render_options(CAUSES, kept.cause, words.causes)
    importances = _render_options(IMPORTANCES, kept.importance or "normal", words.importances)
    return (
        f'<form class="inbox-sorting" method="post" action="/inbox/{kept.id}/sort?{escape(view.to_query())}" '
        f'aria-labelledby="question-{kept.id}">'
        f'<div class="field"><label for="cause-{kept.id}">{escape(words.cause)}</label>'
        f'<select id="cause-{kept.id}" name="cause" required>{causes}</select></div>'
        f'<div class="field"><label for="importance-{kept.id}">{escape(words.importance)}</label>'
        f'<select id="importance-{kept.id}" name="importance">{importances}</select></div>'
        f'<div class="field wide"><label for="note-{kept.id}">{escape(words.note)}</label>'
        f'<textarea id="note-{kept.id}" name="note" rows="2" maxlength="{MOST_COMMENT}">\n'
        f"{escape(kept.note)}</textarea></div>"
        f'<button class="button primary" type="submit" aria-describedby="question-{kept.id}">'
        f"{escape(words.sort)}</button></form>"
    )


def _render_options(values: Sequence[str], chosen: str | None, labels: object) -> str:
    return "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(getattr(labels, value))}</option>'
        for value in values
    )


def _render_actions(kept: Kept, view: InboxView, texts: Texts) -> str:
    described = f'aria-describedby="question-{kept.id}"'
    close = (
        f'<form method="post" action="/inbox/{kept.id}/close?{escape(view.to_query())}">'
        f'<button class="button" type="submit" {described}>{escape(texts.feedback.close)}</button></form>'
        if kept.state != "closed"
        else ""
    )
    return (
        f'<div class="inbox-actions">{close}<a href="/inbox/{kept.id}/case.jsonl" download {described}>'
        f"{escape(texts.feedback.make_case)}</a></div>"
    )
