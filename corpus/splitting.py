"""Document → chunks: whole blocks of one section, with provisions, lists and tables in one piece."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Literal

from corpus.documents import Block, Chunk, ChunkKind, Document, Sentence, Span
from corpus.language import detect_clear_language
from corpus.sentences import split_sentences

LIMIT = 1000
"""Characters; soft, for a block is never cut to keep it."""
LIST_LIMIT = 1400
"""Characters of a list that still is one chunk, its introducing sentence included."""
LONGEST_SENTENCE = 1500
"""Characters; text that goes on without a stop is cut between words, so that nothing longer is weighed or quoted."""
_ORPHAN = 60
"""Characters; a paragraph this short beside a list or table goes into its chunk."""

_BULLET = re.compile(r"[-*+•▪◦‣·–—−] ")


@dataclass(frozen=True, slots=True)
class _Unit:
    """Blocks that stay together; `path` is that of their section."""

    kind: ChunkKind
    blocks: tuple[Block, ...]
    path: tuple[str, ...]
    lead: Span | None = None

    @property
    def start(self) -> int:
        return self.blocks[0].start

    @property
    def end(self) -> int:
        return self.blocks[-1].end

    @property
    def length(self) -> int:
        return self.end - self.start


def split_document(document: Document, limit: int = LIMIT) -> tuple[Chunk, ...]:
    """Return the document's chunks in order; `limit` is in characters and soft.

    A list with its introducing sentence is one chunk up to `LIST_LIMIT`, and cut between entries beyond it; a table
    is cut between rows; a subsection of a law is never cut. A paragraph is cut, between sentences, only when it is
    over twice the limit. A section without text of its own yields no chunk, and headings are no sentences.
    """
    homes = _find_homes(document)
    blocks_with_text = (block for block in document.blocks if block.kind != "heading")
    groups = groupby(blocks_with_text, lambda block: None if block.section is None else homes[block.section])
    chunks: list[Chunk] = []
    for home, blocks in groups:
        is_provision = home is not None and _is_provision(document, home)
        split = _split_provision if is_provision else _split_section
        for unit in split(document, list(blocks), limit):
            chunks += _build_chunks(document, unit, limit, may_cut=not is_provision)
    return tuple(chunks)


def _find_homes(document: Document) -> list[int]:
    """Return for each section the one whose chunks its blocks go into: a subsection's is its provision."""
    homes: list[int] = []
    for index, section in enumerate(document.sections):
        above = homes[-1] if homes else index
        is_inside = section.number.startswith("Stk.") and document.sections[above].path == section.path[:-1]
        homes.append(above if is_inside else index)
    return homes


def _is_provision(document: Document, section: int) -> bool:
    return document.sections[section].number.startswith(("§", "Stk."))


def _path(document: Document, block: Block) -> tuple[str, ...]:
    return document.sections[block.section].path if block.section is not None else ()


# Provisions


def _split_provision(document: Document, blocks: Sequence[Block], limit: int) -> Iterator[_Unit]:
    """Yield a provision's subsections, small ones together under the provision's own path."""
    subsections = [tuple(group) for _, group in groupby(blocks, lambda block: block.section)]
    if len(subsections) == 1 and not _is_list(subsections[0]):
        yield from _split_section(document, blocks, limit)
        return
    home = _path(document, blocks[0])
    pack: list[tuple[Block, ...]] = []
    for subsection in subsections:
        if pack and subsection[-1].end - pack[0][0].start > limit:
            yield _pack(document, pack, home)
            pack = []
        pack.append(subsection)
    yield _pack(document, pack, home)


def _pack(document: Document, pack: Sequence[tuple[Block, ...]], home: tuple[str, ...]) -> _Unit:
    blocks = tuple(block for subsection in pack for block in subsection)
    path = home if len(pack) > 1 else _path(document, blocks[0])
    if len(pack) > 1 or not _is_list(blocks):
        return _Unit("text", blocks, path)
    return _Unit("list", blocks, path, next(block.lead for block in blocks if block.kind == "item"))


def _is_list(blocks: Sequence[Block]) -> bool:
    items = [block for block in blocks if block.kind == "item"]
    return len(items) > 1 and len(blocks) - len(items) <= 1


# Sections


def _split_section(document: Document, blocks: Sequence[Block], limit: int) -> Iterator[_Unit]:
    """Yield the lists and tables of a section, each with its introduction, and its paragraphs put together."""
    units = [_Unit(unit.kind, unit.blocks, _path(document, unit.blocks[0]), unit.lead) for unit in _find_units(blocks)]
    pending: _Unit | None = None
    for unit in units:
        if pending is not None and _fit_together(pending, unit, limit):
            pending = _join(pending, unit)
            continue
        if pending is not None:
            yield pending
        pending = unit
    if pending is not None:
        yield pending


def _find_units(blocks: Sequence[Block]) -> Iterator[_Unit]:
    position = 0
    while position < len(blocks):
        first = blocks[position]
        following = blocks[position + 1] if position + 1 < len(blocks) else first
        introduces = first.kind == "paragraph" and (
            (following.kind == "item" and following.lead is not None and following.lead.start >= first.start)
            or following.kind == "header"
        )
        body = following if introduces else first
        end = position + introduces
        kinds = {"item"} if body.kind == "item" else {"row", "header"} if body.kind in ("row", "header") else set()
        while (
            end < len(blocks)
            and blocks[end].kind in kinds
            and not (blocks[end].kind == "header" and blocks[end] != body)
        ):
            end += 1
        end = max(end, position + 1)
        group = tuple(blocks[position:end])
        if body.kind == "item":
            introduced = (
                _without_long_introduction(group, body.lead) if introduces else [_Unit("list", group, (), body.lead)]
            )
            yield from introduced
        elif kinds:
            yield _Unit("table", group, (), next((block.lead for block in group if block.lead), None))
        else:
            yield _Unit("text", group, ())
        position = end


def _without_long_introduction(group: tuple[Block, ...], lead: Span | None) -> list[_Unit]:
    """Return a list with the paragraph that introduces it, or apart where both together are over the limit."""
    items = group[1:]
    if group[-1].end - group[0].start <= LIST_LIMIT or lead is None or lead.start == group[0].start:
        return [_Unit("list", group, (), lead)]
    return [_Unit("text", group[:1], ()), _Unit("list", items, (), lead)]


def _fit_together(first: _Unit, second: _Unit, limit: int) -> bool:
    length = second.end - first.start
    if first.kind == second.kind == "text":
        return length <= limit
    short, other = (first, second) if first.kind == "text" else (second, first)
    return short.kind == "text" and short.length < _ORPHAN and length <= LIST_LIMIT and other.kind != "text"


def _join(first: _Unit, second: _Unit) -> _Unit:
    """Return both as one, under the section that both stand in."""
    kind = first.kind if first.kind != "text" else second.kind
    shared = takewhile(lambda labels: labels[0] == labels[1], zip(first.path, second.path, strict=False))
    path = tuple(label for label, _ in shared)
    return _Unit(kind, first.blocks + second.blocks, path, first.lead or second.lead)


# Units → chunks


def _build_chunks(document: Document, unit: _Unit, limit: int, *, may_cut: bool) -> Iterator[Chunk]:
    found = [_find_sentences(document.text, block) for block in unit.blocks]
    sentences = [sentence for of_block in found for sentence in of_block]
    if not sentences:
        return
    is_over = unit.length > (LIST_LIMIT if unit.kind == "list" else limit)
    if not may_cut or not is_over or (unit.kind == "text" and unit.length <= 2 * limit):
        yield _chunk(document, unit, unit.start, unit.end, sentences)
        return
    # A cut before a block's first sentence is made where the block begins, so that its bullet comes along.
    firsts = {of_block[0]: block for of_block, block in zip(found, unit.blocks, strict=True) if of_block}
    places = {sentence: sentence.end for sentence in sentences} if unit.kind == "text" else {}
    parts = _cut(sentences, places or {first: block.end for first, block in firsts.items()}, limit)
    starts = [unit.start, *(firsts.get(part[0], part[0]).start for part in parts[1:])]
    ends = [*(_trim(document.text, start) for start in starts[1:]), unit.end]
    for part, start, end in zip(parts, starts, ends, strict=True):
        yield _chunk(document, unit, start, end, part)


def _cut(sentences: Sequence[Sentence], places: Mapping[Sentence, int], limit: int) -> list[list[Sentence]]:
    """Return the sentences in runs of about `limit` characters.

    A run begins only with a sentence of `places`, which tells where what it begins ends.
    """
    parts: list[list[Sentence]] = [[sentences[0]]]
    for sentence in sentences[1:]:
        is_full = places.get(sentence, 0) - parts[-1][0].start > limit
        follows_introduction = parts[-1][-1].kind == "sentence" and sentence.kind != "sentence"
        if is_full and not follows_introduction:
            parts.append([])
        parts[-1].append(sentence)
    return parts


def _trim(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _chunk(document: Document, unit: _Unit, start: int, end: int, sentences: Sequence[Sentence]) -> Chunk:
    return Chunk(
        start=start,
        end=end,
        page=_find_page(document, start),
        path=unit.path,
        language=detect_clear_language(document.text[start:end]) or document.meta.language,
        kind=unit.kind,
        lead=unit.lead,
        sentences=tuple(sentences),
    )


def _find_page(document: Document, position: int) -> int:
    index = bisect_right(document.pages, position, key=lambda page: page.start) - 1
    return document.pages[max(index, 0)].number if document.pages else 1


def _find_sentences(text: str, block: Block) -> list[Sentence]:
    """Return the sentences of a block; bullets and blocks without a letter or digit are left out."""
    if block.kind == "header" or not any(letter.isalnum() for letter in text[block.start : block.end]):
        return []
    if block.kind == "row" and block.end - block.start <= LONGEST_SENTENCE:
        return [Sentence(block.start, block.end, "row")]
    bullet = _BULLET.match(text, block.start, block.end) if block.kind == "item" else None
    start = bullet.end() if bullet else block.start
    kind: Literal["item", "sentence"] = "item" if block.kind == "item" else "sentence"
    spans = split_sentences(text[start : block.end], start)
    return [Sentence(part.start, part.end, kind) for span in spans for part in _cut_between_words(text, span)]


def _cut_between_words(text: str, span: Span) -> Iterator[Span]:
    """Yield a sentence, in parts where it is longer than `LONGEST_SENTENCE`."""
    start = span.start
    while span.end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        end = space if space >= 0 else start + LONGEST_SENTENCE
        yield Span(start, end)
        start = end + (space >= 0)
    yield Span(start, span.end)
