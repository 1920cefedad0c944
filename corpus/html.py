"""HTML → marked-up lines, through trafilatura; the only importer of it. Menus, banners and scripts are left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.utils import load_html

from corpus.documents import RawDocument, RawPage
from corpus.errors import UnreadableDocument
from corpus.markup import table_row
from corpus.stated import stated_in_meta, stated_language, stated_title, without_unknown

_STRICT_DATES = {"original_date": False, "extensive_search": False, "max_date": "2200-01-01"}
"""Only dates that the page's own metadata states: a search of the text finds any date."""
DEEPEST = 250
"""Elements inside each other; pages that people write stay below 50, and the parser drops what lies below 256."""


def read(path: Path) -> RawDocument:
    """Read a web page as one page: its headings, paragraphs, lists and tables.

    Raises:
        UnreadableDocument: it is no HTML, or holds no text.
    """
    tree = load_html(path.read_bytes())
    if tree is None:
        raise UnreadableDocument("is not HTML that can be read")
    language = str(tree.get("lang") or "")
    in_meta = stated_in_meta(
        (str(entry.get("name") or entry.get("property") or ""), str(entry.get("content") or ""))
        for entry in tree.iter("meta")
    )
    is_too_deep = _is_deeper_than(tree, DEEPEST)
    found = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        include_links=False,
        favor_recall=True,
        with_metadata=True,
        date_extraction_params=dict(_STRICT_DATES),
    )
    if found is None or found.body is None:
        if is_too_deep:
            raise UnreadableDocument(
                f"is nested too deeply, more than {DEEPEST} elements inside each other: save it as text or PDF"
            )
        raise UnreadableDocument("holds no text: a page that a script fills must be saved from the browser first")
    stated = {
        "publisher": found.sitename or "",
        "date": found.date or "",
        "source_url": found.url or "",
        "licence": found.license or "",
        "language": found.language or "",
        **in_meta,
        "title": stated_title(found.title or in_meta.get("title", ""), path.stem),
    }
    if stated_language(language):
        stated["language"] = language
    lines = "\n".join(_lines(found.body))
    return RawDocument(
        pages=(RawPage(1, f"{lines}\n"),),
        stated=without_unknown(stated),
        marked_up=True,
        warnings=(f"What lies more than {DEEPEST} elements deep in the page cannot be read.",) if is_too_deep else (),
    )


def _is_deeper_than(tree: Any, depth: int) -> bool:
    level = [tree]
    for _ in range(depth):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _lines(element: Any) -> Iterator[str]:
    """Yield the marked-up lines of trafilatura's tree, a blank line after each block."""
    for child in element:
        if child.tag == "head":
            yield f"{'#' * _level(child)} {_text(child)}"
            yield ""
        elif child.tag == "list":
            yield from (f"- {_text(item)}" for item in child.iter("item") if _text(item))
            yield ""
        elif child.tag == "table":
            yield from _rows(child)
            yield ""
        elif child.tag in ("div", "quote", "main", "article", "section") and len(child):
            yield from filter(None, [" ".join((child.text or "").split())])
            yield from _lines(child)
        elif text := _text(child):
            yield text
            yield ""
        if tail := " ".join((child.tail or "").split()):
            yield tail
            yield ""


def _level(head: Any) -> int:
    mark = str(head.get("rend") or "h2")
    return int(mark[1]) if len(mark) == 2 and mark[1] in "123456" else 2


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter("row"):
        cells = [_text(cell) for cell in row.iter("cell")]
        if any(cells):
            yield table_row(cells)


def _text(element: Any) -> str:
    """Return all text inside an element on one line; nested list items follow their own marks, not their parent's."""
    pieces = _pieces(element, element.tag == "item")
    return " ".join("".join(pieces).split())


def _pieces(element: Any, is_item: bool) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not (is_item and child.tag == "list"):
            yield from _pieces(child, is_item)
        if child.tag in ("lb", "p", "list", "item", "cell"):
            yield " "
        yield child.tail or ""
