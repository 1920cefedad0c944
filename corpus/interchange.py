"""Document ↔ JSON: how a document travels between processes and lies in the library.

Pages, sections and blocks are arrays in the order of their fields: a long law has ten thousand of them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from corpus.documents import Block, Document, DocumentMeta, Page, Section, Span


def document_values(document: Document) -> dict[str, Any]:
    """Return the document as the plain values that JSON knows."""
    return {
        "name": document.name,
        "text": document.text,
        "meta": asdict(document.meta),
        **structure_values(document),
        "warnings": document.warnings,
    }


def structure_values(document: Document) -> dict[str, Any]:
    """Return the document's pages, sections and blocks as plain values."""
    return {
        "pages": [(page.number, page.start, page.end) for page in document.pages],
        "sections": [
            (section.number, section.title, section.path, section.start, section.end, section.page)
            for section in document.sections
        ],
        "blocks": [
            (block.kind, block.start, block.end, block.page, block.section, _span_values(block.lead))
            for block in document.blocks
        ],
    }


def document_from_values(values: Any) -> Document:
    """Return the document that `document_values` took apart.

    Raises:
        ValueError: the values are not those of a document.
    """
    try:
        return _document(values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the values of a document: {error}") from error


def structure_from_values(values: Any) -> tuple[tuple[Page, ...], tuple[Section, ...], tuple[Block, ...]]:
    """Return the pages, sections and blocks that `structure_values` took apart."""
    return (
        tuple(Page(*page) for page in values["pages"]),
        tuple(
            Section(number, title, tuple(path), start, end, page)
            for number, title, path, start, end, page in values["sections"]
        ),
        tuple(
            Block(kind, start, end, page, section, Span(*lead) if lead is not None else None)
            for kind, start, end, page, section, lead in values["blocks"]
        ),
    )


def _document(values: dict[str, Any]) -> Document:
    pages, sections, blocks = structure_from_values(values)
    return Document(
        name=values["name"],
        text=values["text"],
        meta=DocumentMeta(**values["meta"]),
        pages=pages,
        sections=sections,
        blocks=blocks,
        warnings=tuple(values["warnings"]),
    )


def _span_values(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.start, span.end)
