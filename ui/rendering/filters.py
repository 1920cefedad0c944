"""What limits a search, and what an answer was searched in → HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from corpus.documents import Kind, Language
from ui.filters import Choices, NamedDocument, Scope
from ui.rendering.html import escape
from ui.texts import Texts

MOST_LISTED = 500
"""Documents of the list; of a larger library, the first by title, and those that are chosen."""
MOST_NAMED = 6
"""Filters that are named in a line, and over an answer; the others are counted."""
_FEW = 8
"""Documents that need no search box."""


def render_filters(
    choices: Choices, scope: Scope, texts: Texts, *, is_open: bool = False, turn: int | None = None
) -> str:
    """Return the disclosure under the question box.

    Args:
        choices: what there is.
        scope: what is chosen.
        texts: of the language of the page.
        is_open: whether it stands open.
        turn: the browser's number of the choice that this is the answer to; a newer choice is not undone by it.
    """
    answers = f' data-turn="{turn}"' if turn is not None else ""
    return (
        f'<details class="filters"{answers}{" open" if is_open else ""}>'
        f"<summary>{escape(texts.filters.heading)}{_render_chosen(scope, texts)}</summary>"
        f'<div class="filters-body">{_render_body(choices, scope, texts)}</div></details>'
    )


def render_scope(scope: Scope, texts: Texts) -> str:
    """Return the chips that say what an answer was searched in; "" where it was everything."""
    if scope.is_whole:
        return ""
    names = _names(scope, texts)
    rest = len(names) - MOST_NAMED
    items = "".join(f"<li{language}>{escape(name)}</li>" for name, language in names[:MOST_NAMED])
    if rest > 0:
        items += f"<li>{escape(texts.filters.more.format(count=rest))}</li>"
    return (
        f'<div class="scope"><span class="scope-label">{escape(texts.filters.searched)}</span>'
        f'<ul class="chips">{items}</ul></div>'
    )


def render_search_everywhere(exchange: int, texts: Texts) -> str:
    """Return what stands under a refusal that was searched for in a part only: that it was, and how to search all."""
    words = texts.filters
    return (
        f'<p class="partly">{escape(words.partly)}</p>'
        f'<p><button type="button" class="everywhere" data-everywhere="{exchange}">'
        f"{escape(words.everywhere)}</button></p>"
    )


def render_only_document(document_id: str, texts: Texts) -> str:
    """Return the button that limits the search to one document."""
    return (
        f'<button type="button" class="only-document" data-only-document="{escape(document_id)}">'
        f"{escape(texts.filters.only)}</button>"
    )


def _render_chosen(scope: Scope, texts: Texts) -> str:
    if scope.is_whole:
        return ""
    names = [name for name, _ in _names(scope, texts)]
    listed = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        listed += f" {texts.filters.more.format(count=len(names) - MOST_NAMED)}"
    chosen = texts.filters.chosen.format(count=len(names), names=listed)
    return f' <span class="filters-chosen">({escape(chosen)})</span>'


def _names(scope: Scope, texts: Texts) -> list[tuple[str, str]]:
    """Return what every filter that is set is called, with the attribute of its language where that may be another."""
    words = texts.filters
    years = [(words.since, scope.first_year), (words.until, scope.last_year)]
    return [
        *((document.title, f' lang="{document.language}"') for document in scope.documents),
        *((_name_of(kind, texts), "") for kind in scope.kinds),
        *((publisher, "") for publisher in scope.publishers),
        *((_name_of(language, texts), "") for language in scope.languages),
        *((said.format(year=year), "") for said, year in years if year),
    ]


def _name_of(value: Kind | Language, texts: Texts) -> str:
    return {field.name: str(getattr(texts.names, field.name)) for field in fields(texts.names)}[value]


def _render_body(choices: Choices, scope: Scope, texts: Texts) -> str:
    words = texts.filters
    groups = [
        _render_documents(choices.documents, scope.documents, texts),
        _render_group(words.kinds, "kinds", _named_kinds(choices.kinds, texts), scope.kinds),
        _render_group(words.publishers, "publishers", [(name, name) for name in choices.publishers], scope.publishers),
        _render_group(
            words.languages,
            "languages",
            [(language, _name_of(language, texts)) for language in choices.languages],
            scope.languages,
        ),
        _render_years(choices.years, scope, texts),
    ]
    if not any(groups):
        return f"<p>{escape(words.nothing_to_choose)}</p>"
    return f'{"".join(groups)}<p><button type="button" class="clear" data-clear>{escape(words.clear)}</button></p>'


def _named_kinds(kinds: Iterable[Kind], texts: Texts) -> list[tuple[str, str]]:
    """Return kinds with their names, in the order of these; what is of no kind comes last."""
    named = [(str(kind), _name_of(kind, texts)) for kind in kinds]
    return sorted(named, key=lambda pair: (pair[0] == "other", pair[1]))


def _render_documents(documents: Sequence[NamedDocument], chosen: Sequence[NamedDocument], texts: Texts) -> str:
    if len(documents) < 2:
        return ""
    words, ids = texts.filters, {document.id for document in chosen}
    listed = [*documents[:MOST_LISTED], *(document for document in documents[MOST_LISTED:] if document.id in ids)]
    find = (
        f'<label class="filter-find">{escape(words.find)} <input type="search" autocomplete="off" data-find '
        f'data-found="{escape(words.found)}"></label><p class="filter-found" role="status"></p>'
        if len(documents) > _FEW
        else ""
    )
    unlisted = (
        f'<p class="hint">{escape(words.unlisted.format(count=MOST_LISTED))}</p>'
        if len(documents) > MOST_LISTED
        else ""
    )
    items = "".join(_render_document(document, document.id in ids) for document in listed)
    return (
        f'<fieldset class="filter filter-documents"><legend>{escape(words.documents)}</legend>'
        f'{find}{unlisted}<ul class="filter-list">{items}</ul></fieldset>'
    )


def _render_document(document: NamedDocument, is_chosen: bool) -> str:
    year = f' <span class="filter-year">{escape(document.year)}</span>' if document.year else ""
    title = f'<span lang="{document.language}">{escape(document.title)}</span>{year}'
    return f"<li data-document>{_render_box('documents', document.id, title, is_chosen)}</li>"


def _render_group(legend: str, name: str, values: Sequence[tuple[str, str]], chosen: Iterable[str]) -> str:
    """Return one filter as a group of boxes; "" where there is but one value, which would leave nothing out."""
    held = set(chosen)
    if len(values) < 2 and not held:
        return ""
    items = "".join(f"<li>{_render_box(name, value, escape(label), value in held)}</li>" for value, label in values)
    return f'<fieldset class="filter"><legend>{escape(legend)}</legend><ul class="filter-list">{items}</ul></fieldset>'


def _render_box(name: str, value: str, label: str, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    return f'<label><input type="checkbox" name="{name}" value="{escape(value)}"{checked}><span>{label}</span></label>'


def _render_years(years: Sequence[str], scope: Scope, texts: Texts) -> str:
    words = texts.filters
    if len(years) < 2 and not (scope.first_year or scope.last_year):
        return ""
    selects = "".join(
        _render_select(label, name, years, chosen, words.any_year)
        for label, name, chosen in (
            (words.first_year, "first_year", scope.first_year),
            (words.last_year, "last_year", scope.last_year),
        )
    )
    return (
        f'<fieldset class="filter"><legend>{escape(words.years)}</legend>'
        f'<div class="filter-years">{selects}</div><p class="hint">{escape(words.years_hint)}</p></fieldset>'
    )


def _render_select(label: str, name: str, years: Sequence[str], chosen: str, any_year: str) -> str:
    options = "".join(
        f'<option value="{escape(year)}"{" selected" if year == chosen else ""}>{escape(year or any_year)}</option>'
        for year in ("", *years)
    )
    return f'<label>{escape(label)} <select name="{name}">{options}</select></label>'
