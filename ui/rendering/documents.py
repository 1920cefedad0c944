"""The list of the documents, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlencode

from corpus.records import StoredDocument
from ui.rendering.html import escape
from ui.texts import Texts, format_date

Condition = Literal["ready", "without_vectors", "warnings", "changed", "gone"]
"""How a document is doing."""
Column = Literal["title", "date", "kind", "authority", "language", "validity", "pages"]
"""What the list can be sorted by."""
COLUMNS: tuple[Column, ...] = get_args(Column)
NEWEST_FIRST = "-date"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What of the list is asked for: a column to sort by, with `-` before it the other way round; words; a page."""

    sort: str = "title"
    words: str = ""
    page: int = 1

    def to_address(self, **changes: str | int) -> str:
        """Return the address of the list with some of this changed."""
        asked = {"sort": self.sort, "q": self.words, "page": self.page} | changes
        standard = {"sort": "title", "q": "", "page": 1}
        kept = {key: value for key, value in asked.items() if value != standard[key]}
        return f"/documents?{urlencode(kept)}" if kept else "/documents"


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A page of the list: `documents` with how each is doing, of `count` that were found on `pages` pages."""

    request: ListRequest
    documents: tuple[tuple[StoredDocument, Condition], ...]
    count: int
    pages: int


def render_list(shown: DocumentList, texts: Texts) -> str:
    """Return the form to find and sort, the table, and the links to its other pages."""
    words = texts.documents
    if not shown.documents:
        empty = words.none_found if shown.request.words else words.none
        return f'{_render_form(shown.request, texts)}<p class="empty">{escape(empty)}</p>'
    rows = "".join(_render_row(document, condition, texts) for document, condition in shown.documents)
    heads = "".join(_render_head(column, shown.request, texts) for column in COLUMNS)
    # the roles keep it a table where the style sheet lays its rows out as blocks
    return (
        f'{_render_form(shown.request, texts)}<div class="table-wrap"><table class="documents" role="table">'
        f"<caption>{escape(words.caption.format(count=shown.count))}</caption>"
        f'<thead role="rowgroup"><tr role="row">{heads}'
        f'<th role="columnheader" scope="col">{escape(words.state)}</th></tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>{render_pager(shown, texts)}'
    )


def render_pager(shown: DocumentList, texts: Texts) -> str:
    """Return the links to the page before and after; "" where there is one page."""
    addresses = {number: shown.request.to_address(page=number) for number in range(1, shown.pages + 1)}
    return render_steps(shown.request.page, shown.pages, addresses, texts)


def render_steps(page: int, pages: int, addresses: Mapping[int, str], texts: Texts) -> str:
    """Return links to the neighbours of a page of many; "" where there is one page."""
    if pages < 2:
        return ""
    words = texts.documents
    steps = ((page - 1, words.previous, "prev"), (page + 1, words.next, "next"))
    links = "".join(
        f'<a rel="{rel}" href="{escape(addresses[number])}">{escape(label)}</a>'
        for number, label, rel in steps
        if number in addresses
    )
    position = escape(words.position.format(page=page, count=pages))
    return f'<nav class="pager" aria-label="{escape(words.pager)}"><span>{position}</span>{links}</nav>'


def render_options(chosen: str, options: Sequence[tuple[str, str]]) -> str:
    """Return the options of a `select`, from values and their labels."""
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
        for value, label in options
    )


def render_condition(condition: Condition, texts: Texts) -> str:
    """Return how a document is doing, in words."""
    label = getattr(texts.documents.states, condition)
    return f'<span class="condition" data-condition="{condition}">{escape(label)}</span>'


def name_authority(authority: str, texts: Texts) -> str:
    """Return what a document counts for, in the page's language."""
    return str(getattr(texts.documents.authorities, authority.replace(" ", "_")))


def name_validity(document: StoredDocument, texts: Texts) -> str:
    """Return from when to when a document is in force; "" where nothing is known."""
    meta, words = document.meta, texts.documents
    first, last = format_date(meta.valid_from, texts.dates), format_date(meta.valid_to, texts.dates)
    if first and last:
        return words.valid_between.format(first=first, last=last)
    return words.valid_since.format(first=first) if first else words.valid_until.format(last=last) if last else ""


def name_column(column: Column, texts: Texts) -> str:
    """Return the heading of a column."""
    return str(getattr(texts.documents, column))


def _render_form(request: ListRequest, texts: Texts) -> str:
    words = texts.documents
    orders: list[tuple[str, str]] = [(column, name_column(column, texts)) for column in COLUMNS]
    orders.insert(2, (NEWEST_FIRST, words.newest_first))
    every = f'<a href="/documents">{escape(words.show_all)}</a>' if request.words else ""
    return (
        '<form class="find" role="search" method="get" action="/documents">'
        f'<div class="field"><label for="find">{escape(words.find)}</label>'
        f'<input id="find" type="search" name="q" maxlength="200" value="{escape(request.words)}" '
        f'aria-describedby="find-hint"><p class="hint" id="find-hint">{escape(words.find_hint)}</p></div>'
        f'<div class="field"><label for="sort">{escape(words.sort)}</label>'
        f'<select id="sort" name="sort">{render_options(request.sort, orders)}</select></div>'
        f'<div class="find-act"><button class="button" type="submit">{escape(words.show)}</button>{every}</div></form>'
    )


def _render_head(column: Column, request: ListRequest, texts: Texts) -> str:
    up, down = request.sort == column, request.sort == f"-{column}"
    order = ' aria-sort="ascending"' if up else ' aria-sort="descending"' if down else ""
    name = name_column(column, texts)
    address = request.to_address(sort=f"-{column}" if up else column, page=1)
    label = escape(texts.documents.sort_by.format(column=name))
    mark = f'<span aria-hidden="true">{" ▲" if up else " ▼" if down else ""}</span>'
    return (
        f'<th role="columnheader" scope="col"{order}>'
        f'<a href="{escape(address)}" title="{label}">{escape(name)}</a>{mark}</th>'
    )


def _render_row(document: StoredDocument, condition: Condition, texts: Texts) -> str:
    meta, words = document.meta, texts.documents
    cells = (
        (words.date, format_date(meta.date, texts.dates)),
        (words.kind, str(getattr(texts.names, meta.kind))),
        (words.authority, name_authority(meta.authority, texts)),
        (words.language, str(getattr(texts.names, meta.language))),
        (words.validity, name_validity(document, texts)),
        (words.pages, str(document.page_count)),
    )
    publisher = f'<span class="where">{escape(meta.publisher)}</span>' if meta.publisher else ""
    return (
        f'<tr role="row"><th role="rowheader" scope="row"><a href="/documents/{escape(document.id)}" '
        f'lang="{meta.language}">{escape(meta.title)}</a>{publisher}</th>'
        + "".join(_render_cell(label, escape(value)) for label, value in cells)
        + _render_cell(words.state, render_condition(condition, texts))
        + "</tr>"
    )


def _render_cell(label: str, value: str) -> str:
    """Return a cell; on a narrow screen its label stands before it."""
    return f'<td role="cell" data-label="{escape(label)}">{value or "–"}</td>'
