"""A stretch of a document in its surroundings, cut into pieces that a page can show."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.documents import Block, BlockKind, Document, Page, Span

SECTION_CHARACTERS = 3000
"""A section up to this length is shown whole."""
SURROUNDING_CHARACTERS = 1500
"""What is shown on each side where the section is longer, rounded up to whole blocks."""
NEAREST_CHARACTERS = 300
"""What is shown on each side at least, also where the section is shorter."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind: marked as the quote, or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A block as it is shown. `cells` are a table row's cells; any other kind has one. `level` counts from 1."""

    kind: BlockKind
    cells: tuple[tuple[Run, ...], ...]
    page: int
    level: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces in the document's order, and whether the document goes on before and after them."""

    pieces: tuple[Piece, ...]
    more_before: bool
    more_after: bool


def find_quote(text: str, quote: str, span: Span) -> Span | None:
    """Return where the quote stands: at `span`, else wherever the text has it word for word, else None.

    At `span`, letters and digits must agree; white space, hyphens and table bars may differ.
    """
    if 0 <= span.start < span.end <= len(text) and letters_of(text[span.start : span.end]) == letters_of(quote):
        return span
    start = text.find(quote) if quote.strip() else -1
    return Span(start, start + len(quote)) if start >= 0 else None


def letters_of(text: str) -> str:
    """Return only the letters and digits of a text, case folded: what two settings of the same words share."""
    return "".join(character for character in text.casefold() if character.isalnum())


def cut_passage(document: Document, span: Span, marked: Sequence[Span]) -> Passage:
    """Return the section around `span`, or the blocks around it where the section is long.

    `marked` are the quotes, in their order.
    """
    blocks = document.blocks or _paragraphs(document)
    low, high = _window(document, blocks, span)
    shown = [block for block in blocks if block.end > low and block.start < high]
    if not shown:
        return Passage((), more_before=False, more_after=False)
    room = Span(low - SURROUNDING_CHARACTERS, high + SURROUNDING_CHARACTERS)
    pieces = tuple(_cut_piece(document, block, room, marked) for block in _with_header(blocks, shown))
    return Passage(
        pieces,
        more_before=shown[0].start > blocks[0].start or shown[0].start < room.start,
        more_after=shown[-1].end < blocks[-1].end or shown[-1].end > room.end,
    )


def _window(document: Document, blocks: tuple[Block, ...], span: Span) -> tuple[int, int]:
    """Return the offsets that are shown; blocks that reach into them are shown whole."""
    touched = next((block for block in blocks if block.end > span.start), blocks[-1] if blocks else None)
    if touched is not None and touched.section is not None and touched.section < len(document.sections):
        section = document.sections[touched.section]
        if section.end - section.start <= SECTION_CHARACTERS:
            return (
                min(section.start, span.start - NEAREST_CHARACTERS),
                max(section.end, span.end + NEAREST_CHARACTERS),
            )
    return span.start - SURROUNDING_CHARACTERS, span.end + SURROUNDING_CHARACTERS


def _with_header(blocks: tuple[Block, ...], shown: list[Block]) -> list[Block]:
    """Put the header row first where a table is shown from its middle."""
    first = shown[0]
    if first.kind != "row" or first.lead is None:
        return shown
    lead = first.lead
    return [*(block for block in blocks if block.kind == "header" and block.start == lead.start), *shown]


def _cut_piece(document: Document, block: Block, room: Span, marked: Sequence[Span]) -> Piece:
    start, end = max(block.start, room.start), min(block.end, room.end)
    if start >= end:  # a header row fetched from outside the room
        start, end = block.start, block.end
    text = document.text
    if block.kind in ("row", "header"):
        stretches = _find_cells(text, start, end)
    else:
        stretches = [(_skip_sign(text, start, end, block.kind), end)]
    cells = tuple(_split_runs(text, low, high, marked) for low, high in stretches)
    known = block.section is not None and block.section < len(document.sections)
    level = len(document.sections[block.section].path) if known and block.section is not None else 1
    return Piece(block.kind, cells, block.page, max(level, 1))


def _skip_sign(text: str, start: int, end: int, kind: BlockKind) -> int:
    """Return where a heading's or item's own words begin; a number stays, a bullet or `#` does not."""
    signs = {"item": "-–•*·", "heading": "#"}.get(kind, "")
    position = start
    while position < end and text[position] in signs:
        position += 1
    if position == start or position >= end or not text[position].isspace():
        return start
    return position + 1


def _find_cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretch of each cell of `a | b` or `| a | b |`, without the white space around it."""
    bars = [position for position in range(start, end) if text[position] == "|"]
    bounds = [start - 1, *bars, end]
    cells = [_trim(text, low + 1, high) for low, high in pairwise(bounds)]
    is_framed = len(bars) > 1 and text[start] == "|" and text[end - 1] == "|"
    return cells[1:-1] if is_framed else cells


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _split_runs(text: str, start: int, end: int, marked: Sequence[Span]) -> tuple[Run, ...]:
    runs: list[Run] = []
    position = start
    for span in marked:
        low, high = max(position, span.start), min(end, span.end)
        if low < high:
            runs += [Run(text[position:low], False), Run(text[low:high], True)]
            position = high
    runs.append(Run(text[position:end], False))
    return tuple(run for run in runs if run.text) or (Run("", False),)


def _paragraphs(document: Document) -> tuple[Block, ...]:
    """Return a block a paragraph, for a document whose structure is not known."""
    blocks: list[Block] = []
    position = 0
    for part in document.text.split("\n\n"):
        if part.strip():
            page = page_at(document.pages, position)
            blocks.append(Block("paragraph", position, position + len(part), page))
        position += len(part) + 2
    return tuple(blocks)


def page_at(pages: Sequence[Page], position: int) -> int:
    """Return the number of the page on which an offset stands; 1 before the first."""
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[index].number if 0 <= index < len(pages) else 1
