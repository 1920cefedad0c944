"""One document of the library: what is known of it, what is searched of it, and the forms to change it, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import get_args

from corpus.documents import LANGUAGES, Authority, DocumentMeta, Kind, Section
from corpus.records import StoredChunk, StoredDocument
from ui.rendering.documents import (
    Condition,
    name_authority,
    name_validity,
    render_condition,
    render_options,
    render_steps,
)
from ui.rendering.html import escape
from ui.texts import LANGUAGE_NAMES, DocumentsTexts, Texts, format_date

CORRECTABLE = ("title", "publisher", "date", "kind", "authority", "language", "valid_from", "valid_to")
"""The keys of a document's metadata that the form has, in its order."""
DATES = frozenset({"date", "valid_from", "valid_to"})
CHOICES = frozenset({"kind", "authority", "language"})
MAX_HEADINGS = 400
MAX_VERSION_CHARACTERS = 200_000
"""Shown of the contents and of an earlier version."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What the page of a document shows.

    `chunks` are those of page `page` of `pages`, the first of them number `first_number`; `versions` is when each
    text was stored, the oldest first and the current one last.
    """

    stored: StoredDocument
    condition: Condition
    has_original: bool
    sections: tuple[Section, ...]
    chunks: tuple[StoredChunk, ...]
    first_number: int
    page: int
    pages: int
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What stands in the form: a value a key, and the error of each key that has one."""

    values: Mapping[str, str]
    errors: Mapping[str, str]


def render_document(
    view: DocumentView,
    texts: Texts,
    correction: Correction | None,
    suffixes: Sequence[str] = (),
    notice: str = "",
) -> str:
    """Return the body of the page of a document.

    Args:
        view: what is shown.
        texts: of the page's language.
        correction: what stands in the form; None shows no way to change anything.
        suffixes: of the files that may take its place.
        notice: a line about what has just been done, not yet HTML.
    """
    stored, words = view.stored, texts.documents
    forms = _render_forms(stored, texts, correction, suffixes) if correction else ""
    return (
        f'<p class="back"><a href="/documents">{escape(words.back)}</a></p>'
        f'<h1 lang="{stored.meta.language}">{escape(stored.meta.title)}</h1>{render_notice(notice)}'
        f"{_render_facts(view, texts)}{_render_links(view, texts)}{forms}"
        f"{_render_warnings(stored, words)}{_render_versions(view, texts)}"
        f"{_render_outline(view, texts)}{_render_chunks(view, texts)}"
    )


def render_removal(stored: StoredDocument, with_file: bool, texts: Texts) -> str:
    """Return the body of the page that asks whether a document is to be removed."""
    words = texts.documents.details
    fate = words.remove_with_file if with_file else words.remove_without_file
    address = f"/documents/{escape(stored.id)}"
    return (
        f"<h1>{escape(words.remove)}</h1><p><strong>{escape(words.remove_question.format(title=stored.meta.title))}"
        f"</strong></p><p>{escape(words.remove_explained)} {escape(fate)}</p>"
        f'<form class="removal" method="post" action="{address}/remove">'
        f'<button class="button danger" type="submit">{escape(words.remove_confirm)}</button>'
        f'<a class="button" href="{address}">{escape(words.keep)}</a></form>'
    )


def render_version(stored: StoredDocument, added_at: str, text: str, texts: Texts) -> str:
    """Return the body of the page with an earlier text of a document."""
    words = texts.documents.details
    date = format_date(added_at[:10], texts.dates)
    shortened = f'<p class="hint">{escape(words.version_shortened)}</p>' if len(text) > MAX_VERSION_CHARACTERS else ""
    return (
        f'<p class="back"><a href="/documents/{escape(stored.id)}">{escape(texts.documents.back_to_document)}</a></p>'
        f'<h1><span lang="{stored.meta.language}">{escape(stored.meta.title)}</span></h1>'
        f"<h2>{escape(words.version.format(date=date))}</h2>{shortened}"
        f'<div class="whole-text" lang="{stored.meta.language}">{escape(text[:MAX_VERSION_CHARACTERS])}</div>'
    )


def render_notice(notice: str) -> str:
    """Return the status line of a page; it is there, empty, where there is nothing to say."""
    return f'<p class="status" role="status">{escape(notice)}</p>'


def read_values(meta: DocumentMeta) -> dict[str, str]:
    """Return what stands in the form before anybody has changed it."""
    return {field.name: getattr(meta, field.name) for field in fields(meta) if field.name in CORRECTABLE}


def _render_facts(view: DocumentView, texts: Texts) -> str:
    stored, words = view.stored, texts.documents
    meta = stored.meta
    facts = (
        ("publisher", words.publisher, escape(meta.publisher)),
        ("date", words.date, escape(format_date(meta.date, texts.dates))),
        ("kind", words.kind, escape(getattr(texts.names, meta.kind))),
        ("authority", words.authority, escape(name_authority(meta.authority, texts))),
        ("language", words.language, escape(getattr(texts.names, meta.language))),
        ("valid_from", words.validity, escape(name_validity(stored, texts))),
        ("", words.pages, str(stored.page_count)),
        ("", words.file, escape(stored.name)),
        ("", words.added, escape(format_date(stored.added_at[:10], texts.dates))),
        ("", words.state, render_condition(view.condition, texts)),
    )
    corrected = f' <span class="hint">({escape(words.details.corrected)})</span>'
    rows = "".join(
        f"<div><dt>{escape(label)}</dt>"
        f"<dd>{value or escape(words.unknown)}{corrected if key and key in stored.corrections else ''}</dd></div>"
        for key, label, value in facts
    )
    return f'<h2>{escape(words.details.facts)}</h2><dl class="facts document-facts">{rows}</dl>'


def _render_links(view: DocumentView, texts: Texts) -> str:
    words, identity = texts.documents.details, escape(view.stored.id)
    links = [f'<a href="/?document={identity}">{escape(words.ask_here)}</a>']
    if view.has_original:
        links.append(f'<a href="/originals/{identity}">{escape(words.open_original)}</a>')
        links.append(f'<a href="/originals/{identity}?download=1">{escape(words.download_original)}</a>')
    return f'<ul class="document-links">{"".join(f"<li>{link}</li>" for link in links)}</ul>'


def _render_forms(stored: StoredDocument, texts: Texts, correction: Correction, suffixes: Sequence[str]) -> str:
    words, identity = texts.documents.details, escape(stored.id)
    fields_html = "".join(_render_field(key, correction, texts) for key in CORRECTABLE)
    summary = f'<p class="error" role="alert">{escape(words.invalid_summary)}</p>' if correction.errors else ""
    return (
        f'<details class="change" id="correct"{" open" if correction.errors else ""}>'
        f"<summary>{escape(words.correct)}</summary>"
        f'<form method="post" action="/documents/{identity}/meta" novalidate>{summary}{fields_html}'
        f'<button class="button primary" type="submit">{escape(words.save)}</button></form></details>'
        f'<details class="change" id="replace"><summary>{escape(words.replace)}</summary>'
        f'<form method="post" action="/documents/{identity}/file" enctype="multipart/form-data">'
        f'<p id="replace-hint">{escape(words.replace_explained)}</p>'
        f'<div class="field"><label for="file">{escape(words.replace_file)}</label>'
        f'<input id="file" type="file" name="files" required accept="{escape(",".join(suffixes))}" '
        'aria-describedby="replace-hint"></div>'
        f'<button class="button primary" type="submit">{escape(words.replace_send)}</button></form></details>'
        f'<p class="change"><a class="button danger" href="/documents/{identity}/remove">{escape(words.remove)}</a></p>'
    )


def _render_field(key: str, correction: Correction, texts: Texts) -> str:
    words = texts.documents
    labels = {"valid_from": words.details.valid_from, "valid_to": words.details.valid_to}
    label = labels.get(key) or getattr(words, key)
    error = correction.errors.get(key, "")
    described = [f"{key}-error"] if error else []
    described += [f"{key}-hint"] if key in DATES else []
    attributes = f' aria-describedby="{" ".join(described)}"' if described else ""
    attributes += ' aria-invalid="true"' if error else ""
    value = correction.values.get(key, "")
    if key in CHOICES:
        control = f'<select id="{key}" name="{key}"{attributes}>{render_options(value, _options(key, texts))}</select>'
    else:
        control = f'<input id="{key}" name="{key}" type="text" value="{escape(value)}"{attributes}>'
    return (
        f'<div class="field"><label for="{key}">{escape(label)}</label>{control}'
        + (f'<p class="error" id="{key}-error">{escape(error)}</p>' if error else "")
        + (f'<p class="hint" id="{key}-hint">{escape(words.details.date_hint)}</p>' if key in DATES else "")
        + "</div>"
    )


def _options(key: str, texts: Texts) -> list[tuple[str, str]]:
    if key == "kind":
        return [(kind, getattr(texts.names, kind)) for kind in get_args(Kind)]
    if key == "authority":
        return [(authority, name_authority(authority, texts)) for authority in get_args(Authority)]
    return [(language, LANGUAGE_NAMES[language]) for language in LANGUAGES]


def _render_warnings(stored: StoredDocument, words: DocumentsTexts) -> str:
    if not stored.warnings:
        return ""
    items = "".join(f'<li lang="en">{escape(warning)}</li>' for warning in stored.warnings)
    return f'<h2>{escape(words.details.warnings)}</h2><ul class="warnings">{items}</ul>'


def _render_versions(view: DocumentView, texts: Texts) -> str:
    words, earlier = texts.documents.details, view.versions[:-1]
    if not earlier:
        return ""
    items = "".join(
        f'<li><a href="/documents/{escape(view.stored.id)}/versions/{number}">'
        f"{escape(words.version.format(date=format_date(added_at[:10], texts.dates)))}</a></li>"
        for number, added_at in enumerate(earlier, 1)
    )
    return f"<h2>{escape(words.versions)}</h2><ol>{items}</ol>"


def _render_outline(view: DocumentView, texts: Texts) -> str:
    sections = [section for section in view.sections if section.path]
    if not sections:
        return ""
    many = view.stored.page_count > 1
    items = "".join(
        f'<li data-level="{min(len(section.path), 4)}"><span lang="{view.stored.meta.language}">'
        f"{escape(section.path[-1])}</span>"
        + (f' <span class="where">{escape(texts.source.page)} {section.page}</span>' if many else "")
        + "</li>"
        for section in sections[:MAX_HEADINGS]
    )
    heading = escape(texts.documents.details.outline)
    return f'<details class="outline"><summary>{heading}</summary><ol>{items}</ol></details>'


def _render_chunks(view: DocumentView, texts: Texts) -> str:
    words = texts.documents.details
    heading = f'<h2 id="chunks">{escape(words.chunks)}</h2>'
    if not view.chunks:
        return f'{heading}<p class="empty">{escape(words.no_chunks)}</p>'
    articles = "".join(
        _render_chunk(number, chunk, view.stored, texts) for number, chunk in enumerate(view.chunks, view.first_number)
    )
    addresses = {page: f"/documents/{view.stored.id}?page={page}#chunks" for page in range(1, view.pages + 1)}
    return f"{heading}{articles}{render_steps(view.page, view.pages, addresses, texts)}"


def _render_chunk(number: int, stored: StoredChunk, document: StoredDocument, texts: Texts) -> str:
    chunk = stored.chunk
    page = f"{texts.source.page} {chunk.page}" if document.page_count > 1 else ""
    where = " · ".join(part for part in (page, " › ".join(chunk.path)) if part)
    lead = f'<p class="chunk-lead">{escape(stored.lead)}</p>' if stored.lead and stored.lead not in stored.text else ""
    return (
        f'<article class="chunk"><h3>{escape(texts.documents.details.chunk.format(number=number))}</h3>'
        f'<p class="where">{escape(where)}</p>'
        f'<div lang="{chunk.language}">{lead}<p class="whole-text">{escape(stored.text)}</p></div></article>'
    )
