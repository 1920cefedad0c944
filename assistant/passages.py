"""Which passages a language model is shown: what was found, as whole sections, within a budget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.documents import Document, Language, Span
from corpus.errors import UnknownDocument
from indexing.hits import Hit

BUDGET = 24_000
"""Characters of all passages: 7,000 to 8,000 tokens of Danish, so that they, the rules, the conversation and the reply
fit in a context of 16,000 tokens; more costs time and money and hides what answers in the middle of the rest."""
LONGEST_SECTION = 3000
"""Characters of a section, list or table that is shown whole; about three chunks."""
_FIRST = 3
"""Hits whose whole sections come before the chunks of the others. With 8,000 characters the evidence of 1 of 33 seed
questions is left out, as with chunks alone, of 2 where every hit is widened before the next; with 12,000 of none."""
_HEAD = 60
"""Characters of the labels and tags around a passage."""
_WIDEST_GAP = 2
"""Characters of white space between two blocks that follow each other."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document as a model is shown it.

    `marker` counts from "1" in the order of the passages. `start` and `end` are offsets into the document's text, and
    `text` is what stands between them, unchanged. `section` is the heading path in one line. `lead` is the sentence
    that introduces the list, or the header row of the table, where it stands before `start`; "" otherwise.
    """

    marker: str
    document_id: str
    document: str
    title: str
    section: str
    page: int
    date: str
    language: Language
    start: int
    end: int
    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A passage on its way: where it lies, under which headings, and the best hit inside it."""

    document: Document
    hit: Hit
    path: tuple[str, ...]
    start: int
    end: int

    @property
    def lead(self) -> str:
        """The sentence or row before it that its list or table is introduced by."""
        lead = self.hit.chunk.lead
        return self.document.text[lead.start : lead.end] if lead is not None and lead.end <= self.start else ""

    @property
    def cost(self) -> int:
        """Characters in the prompt, those that say where it stands included."""
        return self.end - self.start + len(self.lead) + len(self.hit.meta.title) + len(_label(self.path)) + _HEAD

    def holds(self, other: _Stretch) -> bool:
        """Return whether another is a part of it."""
        return self._is_beside(other) and self.start <= other.start and other.end <= self.end

    def joins(self, other: _Stretch) -> bool:
        """Return whether both overlap, or follow each other in one section."""
        if not self._is_beside(other):
            return False
        first, second = (self, other) if self.start <= other.start else (other, self)
        if second.start < first.end:
            return True
        gap = self.document.text[first.end : second.start] if second.start - first.end <= _WIDEST_GAP else "-"
        return self.path == other.path and not gap.strip()

    def _is_beside(self, other: _Stretch) -> bool:
        return self.hit.document_id == other.hit.document_id


def choose_passages(
    hits: Sequence[Hit], read_document: Callable[[str], Document], budget: int = BUDGET
) -> tuple[Passage, ...]:
    """Return the passages to show a model for what was found, best first; no text comes twice.

    A hit becomes its whole section, or the whole list or table it is in, where that is at most `LONGEST_SECTION` and
    fits; else it stays the chunk. The best hits come first in this, then every other chunk that there is room for, and
    what room is left makes these wider. What overlaps, or follows each other in one section, is one passage, in the
    place of its best hit. A hit that does not fit is left out, and so is one whose document has been replaced or
    removed since the search.

    Args:
        hits: of a search, best first.
        read_document: gives a whole document by its id; asked once for each.
        budget: characters of all passages together, with their titles and headings.
    """
    found = list(_read_hits(hits, read_document))
    chosen: list[_Stretch] = []
    for stretch in found[:_FIRST]:
        chosen = _with_any(chosen, [*_widenings(stretch), stretch], budget)
    for stretch in found[_FIRST:]:
        chosen = _with_any(chosen, [stretch], budget)
    for stretch in found[_FIRST:]:
        if any(held.holds(stretch) for held in chosen):
            chosen = _with_any(chosen, _widenings(stretch), budget)
    return tuple(_passage(str(place), stretch) for place, stretch in enumerate(chosen, start=1))


def _read_hits(hits: Sequence[Hit], read_document: Callable[[str], Document]) -> Iterator[_Stretch]:
    """Yield the chunks that still stand in their documents."""
    documents: dict[str, Document | None] = {}
    for hit in hits:
        if hit.document_id not in documents:
            try:
                documents[hit.document_id] = read_document(hit.document_id)
            except UnknownDocument:
                documents[hit.document_id] = None
        document, chunk = documents[hit.document_id], hit.chunk
        if document is not None and document.text[chunk.start : chunk.end] == hit.text:
            yield _Stretch(document, hit, chunk.path, chunk.start, chunk.end)


def _with_any(chosen: list[_Stretch], candidates: Iterable[_Stretch], budget: int) -> list[_Stretch]:
    """Return the chosen ones with the first candidate that fits; as they are where none does."""
    return next(filter(None, (_with(chosen, candidate, budget) for candidate in candidates)), chosen)


def _with(chosen: Sequence[_Stretch], stretch: _Stretch, budget: int) -> list[_Stretch] | None:
    """Return the chosen ones with one more, joined with those it touches; None where that is over the budget."""
    joined = stretch
    place = len(chosen)
    apart: list[_Stretch] = []
    for position, other in enumerate(chosen):
        if not other.joins(joined):
            apart.append(other)
            continue
        place = min(place, position)
        joined = _join(other, joined) if place == position else _join(joined, other)
    apart.insert(place, joined)
    return apart if sum(one.cost for one in apart) <= budget else None


def _join(first: _Stretch, second: _Stretch) -> _Stretch:
    """Return both as one under the headings they share, or those of the one that holds the other."""
    if first.holds(second):
        return first
    path = second.path if second.holds(first) else _shared(first.path, second.path)
    return replace(first, path=path, start=min(first.start, second.start), end=max(first.end, second.end))


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    length = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    return first[: min(length, len(second))]


# What a chunk is a part of


def _widenings(stretch: _Stretch) -> Iterator[_Stretch]:
    """Yield what a chunk is a part of and can be shown whole, the widest first."""
    document, chunk = stretch.document, stretch.hit.chunk
    index = _section_of(document, Span(chunk.start, chunk.end))
    if index is not None:
        section = document.sections[index]
        following = document.sections[index + 1].start if index + 1 < len(document.sections) else section.end
        for end in (section.end, _trim(document.text, min(following, section.end))):
            if chunk.end <= end and end - section.start <= LONGEST_SECTION:
                yield replace(stretch, path=section.path, start=section.start, end=end)
    if (
        chunk.kind != "text"
        and document.blocks
        and (whole := _whole_list(document, Span(chunk.start, chunk.end))) is not None
    ):
        yield replace(stretch, start=whole.start, end=whole.end)


def _section_of(document: Document, span: Span) -> int | None:
    """Return the innermost section that holds a span, for a subsection of a law its provision; None where none does.

    Sections above it that begin over `LONGEST_SECTION` characters before the span are not looked for.
    """
    block = document.blocks[_block_at(document, span.start)] if document.blocks else None
    if block is None or block.section is None:
        return None
    for index in range(block.section, -1, -1):
        section = document.sections[index]
        if section.end >= span.end and not section.number.startswith("Stk."):
            return index
        if span.end - section.start > LONGEST_SECTION:
            return None
    return None


def _whole_list(document: Document, span: Span) -> Span | None:
    """Return the list or table that a span is a part of, with its introduction; None where it is too long."""
    blocks = document.blocks
    first, last = _block_at(document, span.start), _block_at(document, span.end - 1)
    kinds = ("item",) if blocks[last].kind == "item" else ("row", "header")
    begins = blocks[first].kind == "header"
    while first > 0 and not begins and blocks[first - 1].kind in kinds:
        first -= 1
        begins = blocks[first].kind == "header"
        if span.end - blocks[first].start > LONGEST_SECTION:
            return None
    lead = blocks[first].lead
    if first > 0 and lead is not None and blocks[first - 1].start <= lead.start < blocks[first].start:
        first -= 1
    while last + 1 < len(blocks) and blocks[last + 1].kind in kinds and blocks[last + 1].kind != "header":
        last += 1
        if blocks[last].end - blocks[first].start > LONGEST_SECTION:
            return None
    start, end = min(span.start, blocks[first].start), max(span.end, blocks[last].end)
    return Span(start, end) if end - start <= LONGEST_SECTION else None


def _block_at(document: Document, position: int) -> int:
    return max(0, bisect_right(document.blocks, position, key=lambda block: block.start) - 1)


def _trim(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


# The passage


def _passage(marker: str, stretch: _Stretch) -> Passage:
    document, hit = stretch.document, stretch.hit
    return Passage(
        marker=marker,
        document_id=hit.document_id,
        document=hit.document,
        title=hit.meta.title,
        section=_label(stretch.path),
        page=_page_at(document, stretch.start),
        date=hit.meta.date,
        language=hit.chunk.language,
        start=stretch.start,
        end=stretch.end,
        text=document.text[stretch.start : stretch.end],
        lead=stretch.lead,
    )


def _page_at(document: Document, position: int) -> int:
    index = bisect_right(document.pages, position, key=lambda page: page.start) - 1
    return document.pages[max(index, 0)].number if document.pages else 1


def _label(path: Sequence[str]) -> str:
    return " › ".join(path)
