"""The source panel → HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import groupby

from assistant.messages import Citation
from ui.conversations import Reference
from ui.passages import Passage, Piece, Run
from ui.rendering.filters import render_only_document
from ui.rendering.html import escape
from ui.rendering.originals import render_original_links, render_picture
from ui.rendering.sentences import numbered
from ui.sources import Source
from ui.texts import Texts, format_date


def render_source(source: Source | None, texts: Texts) -> str:
    """Return the source panel; None is the panel before there is anything to show."""
    words = texts.source
    if source is None:
        return (
            '<section class="source" aria-labelledby="source-heading">'
            f'<h2 id="source-heading" tabindex="-1">{escape(words.heading)}</h2>'
            f'<p class="source-empty">{escape(words.empty)}</p></section>'
        )
    return (
        f'<section class="source" aria-labelledby="source-heading" data-opened="{source.reference}">'
        f'<div class="source-head"><h2 id="source-heading" tabindex="-1">{escape(words.heading)}</h2>'
        f"{_render_position(source, texts)}</div>"
        f'<h3 class="source-title"{_language_of(source)}>{escape(_title(source))}</h3>'
        f"{_render_facts(source, texts)}{_render_only(source, texts)}{_render_excerpt(source, texts)}"
        f"{_render_links(source, texts)}"
        f'<button type="button" class="back" data-back="{source.reference}">{escape(words.back)}</button></section>'
    )


def _render_only(source: Source, texts: Texts) -> str:
    return render_only_document(source.place.document_id, texts) if source.meta is not None else ""


def _render_links(source: Source, texts: Texts) -> str:
    if source.original is None:
        return ""
    return render_original_links(source.original, source.place.document_id, source.pages, texts)


def _render_picture(source: Source, texts: Texts) -> str:
    if source.original is None or not source.original.has_picture:
        return ""
    return render_picture(source.original, source.place.document_id, _title(source), source.pages, texts)


def _title(source: Source) -> str:
    stated = source.meta.title if source.meta is not None else ""
    return stated or source.place.title or source.place.document


def _language_of(source: Source) -> str:
    if source.meta is not None:
        return f' lang="{source.meta.language}"'
    return f' lang="{source.place.language}"' if isinstance(source.place, Citation) else ""


def _render_position(source: Source, texts: Texts) -> str:
    words, reference = texts.source, source.reference
    if reference.kind == "considered":
        return f'<p class="position">{escape(words.considered_position)}</p>'
    position = words.quoted_position.format(position=reference.position + 1, count=source.count)
    if source.count < 2:
        return f'<p class="position">{escape(position)}</p>'
    steps = "".join(
        _render_step(label, reference, to, source.count) for label, to in ((words.previous, -1), (words.next, 1))
    )
    return f'<p class="position">{escape(position)}</p><div class="steps">{steps}</div>'


def _render_step(label: str, reference: Reference, to: int, count: int) -> str:
    position = reference.position + to
    if 0 <= position < count:
        target = Reference(reference.exchange, reference.kind, position)
        return f'<button type="button" data-reference="{target}">{escape(label)}</button>'
    return f'<button type="button" aria-disabled="true">{escape(label)}</button>'


def _render_facts(source: Source, texts: Texts) -> str:
    words, place, meta = texts.source, source.place, source.meta
    names = {field.name: getattr(texts.names, field.name) for field in fields(texts.names)}
    date = meta.date if meta is not None else getattr(place, "date", "")
    facts = (
        (words.section, place.section),
        (words.page, str(place.page) if source.pages != 1 else ""),
        (words.date, format_date(date, texts.dates) if date else ""),
        (words.publisher, meta.publisher if meta is not None else ""),
        (words.kind, names.get(meta.kind, "") if meta is not None and meta.kind != "other" else ""),
        (words.language, names.get(meta.language, "") if meta is not None else ""),
        (words.file, place.document),
    )
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return f'<dl class="facts">{rows}</dl>'


def _render_excerpt(source: Source, texts: Texts) -> str:
    words = texts.source
    if source.passage is not None:
        label, language = escape(words.passage), _language_of(source)
        passage = _render_passage(source.passage, source.pages, texts)
        shown = f'<div class="passage" role="region" tabindex="0" aria-label="{label}"{language}>{passage}</div>'
        return f"{_render_translation(source, texts)}{_render_picture(source, texts)}{shown}"
    problem = {"removed": words.removed, "changed": words.changed}.get(source.problem, words.failed)
    quote = (
        f'<p class="quote-label">{escape(words.quote)}</p>'
        f"<blockquote{_language_of(source)}>{escape(source.quote)}</blockquote>"
        if source.quote
        else ""
    )
    return f'<p class="calm">{escape(problem)}</p>{quote}'


def _render_translation(source: Source, texts: Texts) -> str:
    if not source.translation:
        return ""
    return (
        f'<p class="quote-label">{escape(texts.answer.translation)}</p>'
        f'<blockquote class="translation">{escape(source.translation)}</blockquote>'
    )


def _render_passage(passage: Passage, pages: int, texts: Texts) -> str:
    more = '<p class="more" aria-hidden="true">…</p>'
    parts = [more] if passage.more_before else []
    page: int | None = None
    for (shape, _), group in groupby(passage.pieces, key=_shape):
        pieces = list(group)
        if pages > 1 and pieces[0].page != page:
            page = pieces[0].page
            parts.append(f'<p class="page-mark" lang="{texts.language}">{escape(texts.source.page)} {page}</p>')
        parts.append(_render_pieces(shape, pieces))
    if passage.more_after:
        parts.append(more)
    return "".join(parts)


def _shape(piece: Piece) -> tuple[str, int]:
    """Return what pieces must share to stand in one element: a table may run over pages, a list may not."""
    shape = "row" if piece.kind == "header" else piece.kind
    return shape, 0 if shape == "row" else piece.page


def _render_pieces(shape: str, pieces: Sequence[Piece]) -> str:
    if shape == "row":
        return f'<div class="table"><table>{"".join(_render_row(piece) for piece in pieces)}</table></div>'
    if shape == "item":
        return f'<ul class="items">{"".join(_render_item(piece) for piece in pieces)}</ul>'
    if shape == "heading":
        return "".join(
            f"<h{3 + min(piece.level, 3)}>{_render_cells(piece)}</h{3 + min(piece.level, 3)}>" for piece in pieces
        )
    return "".join(f"<p>{_render_cells(piece)}</p>" for piece in pieces)


def _render_row(piece: Piece) -> str:
    tag = 'th scope="col"' if piece.kind == "header" else "td"
    cells = "".join(f"<{tag}>{_render_runs(cell)}</{tag[:2]}>" for cell in piece.cells)
    return f"<tr>{cells}</tr>"


def _render_item(piece: Piece) -> str:
    words = "".join(run.text for cell in piece.cells for run in cell)
    return f"<li{numbered(words)}>{_render_cells(piece)}</li>"


def _render_cells(piece: Piece) -> str:
    return "".join(_render_runs(cell) for cell in piece.cells)


def _render_runs(runs: Iterable[Run]) -> str:
    return "".join(f"<mark>{escape(run.text)}</mark>" if run.marked else escape(run.text) for run in runs)
