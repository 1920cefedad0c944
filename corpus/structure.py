"""Cleaned pages → Document: paragraphs reflowed, headings, provisions, lists and tables found.

Lines become drafts of blocks (`_group`), what the drafts are is settled by looking at their neighbours (`_settle`),
and the drafts become the text with its blocks, sections and pages (`_assemble`). No word is added, lost or moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.documents import Block, BlockKind, Document, Page, RawDocument, Section, Span
from corpus.lines import (
    SECTION_LEVEL,
    Layout,
    Line,
    Mark,
    are_figures,
    continues_sentence,
    ends_open,
    is_caption,
    is_heading_like,
    is_title_like,
    measure_layout,
    opens_with_month,
    read_heading_number,
    read_lines,
    read_mark,
    starts_upper,
)
from corpus.metadata import guess_meta
from corpus.sentences import ends_sentence, split_sentences
from corpus.tables import read_table

_MOST_HEADING_LINES = 4
_MOST_TITLE_LINES = 4
_MOST_TITLE_CHARACTERS = 250
_RUN_OF_LINES = 14
"""How far ahead the lines of a paragraph are looked at to know how wide they are set."""
_SHORT_OF_FULL = 0.75
_TEXT_BELOW = 0.6
_ROOM_FOR_A_WORD = 0.85
_ROOM_LEFT = 0.25
_ROOM_LEFT_BY_ENTRY = 0.18
"""Shares of a line's width; where more is left, the line was ended on purpose. Entries are rarely justified."""
_LONGEST_WRAPPED = 160
"""Characters; a longer line is a paragraph by itself."""
_LONG_RECITAL = 250
_LONGEST_LABEL = 300
_TINY = 14
_INLINE_BULLET = re.compile(" • ")
_INLINE_ENTRY = re.compile(r"(?<= )(\d{1,2})\) ")
_BEFORE_INLINE_ENTRY = re.compile(r"(?:[.,;:]|\b(?:og|eller|samt|and|or)) $")
_ARTICLE = re.compile(r"(?:artikel|artikkel|article)\b|§", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A block before its place in the text is known; `pages` holds (offset, page) wherever a page begins in it."""

    kind: BlockKind
    text: str
    pages: tuple[tuple[int, int], ...]
    mark: Mark
    apart: bool
    line_count: int = 1
    level: int = 0
    number: str = ""
    is_title: bool = False
    joins_heading: bool = False

    @property
    def opens_section(self) -> bool:
        return self.level > 0


def build_document(name: str, raw: RawDocument) -> Document:
    """Return the document of a file: its text in blocks and sections, with what is known or guessed about it.

    The pages must have been cleaned; `name` is the file's name. Costs time in proportion to the text.
    """
    lines = read_lines(raw.pages)
    layout = measure_layout(lines, marked_up=raw.marked_up, title=raw.stated.get("title", ""))
    drafts = _settle(_group(lines, layout), layout)
    text, blocks, sections, pages = _assemble(drafts, [page.number for page in raw.pages])
    title = " ".join(draft.text for draft in drafts if draft.is_title)
    headings = [draft.text for draft in drafts if draft.kind == "heading" and not draft.is_title]
    meta, warnings = guess_meta(name, raw.stated, title=title, headings=headings, text=text)
    return Document(name, text, meta, pages, sections, blocks, (*raw.warnings, *warnings))


# Lines → drafts


def _group(lines: Sequence[Line], layout: Layout) -> list[_Draft]:
    drafts: list[_Draft] = []
    current: list[Line] = []
    mark = Mark("text")
    position = 0
    while position < len(lines):
        line = lines[position]
        following = read_mark(line.text, marked_up=layout.marked_up or line.marked)
        if current and _belongs(lines, position, current, mark, following, layout):
            current.append(line)
            position += 1
            continue
        if current:
            drafts.append(_draft(current, mark))
        current, mark = [line], following
        position += 1
        special, taken = _read_special(lines, position - 1, following, layout)
        if special:
            drafts += special
            current, position = [], position - 1 + taken
    return [*drafts, _draft(current, mark)] if current else drafts


def _read_special(lines: Sequence[Line], start: int, mark: Mark, layout: Layout) -> tuple[list[_Draft], int]:
    """Return the drafts of what is complete in itself at a line, and how many lines it takes: (none, 0) for prose."""
    line = lines[start]
    if mark.kind == "row":
        return [_row(line)], 1
    if mark.kind in ("heading", "url") or (mark.kind == "label" and mark.style == "division"):
        return [_draft([line], mark)], 1
    if layout.marked_up:
        return [], 0
    if table := read_table(lines, start):
        rows = [_draft(row, Mark("text"), kind="row") for row in table.rows]
        return [_draft(table.header, Mark("text"), kind="header"), *rows], table.line_count
    if mark.kind == "caps":
        return [_draft([line], mark)], 1
    if mark.kind == "number" and _is_heading_above_text(lines, start, mark, layout):
        return [_draft([line], mark, kind="heading", level=mark.level)], 1
    taken = _count_heading_lines(lines, start) if mark.kind == "text" else 0
    heading = _draft(lines[start : start + taken], Mark("text"), kind="heading", level=1) if taken else None
    return ([heading], taken) if heading else ([], 0)


def _is_heading_above_text(lines: Sequence[Line], start: int, mark: Mark, layout: Layout) -> bool:
    """Return whether a numbered line is a heading that stands directly above its text or the next heading."""
    line = lines[start]
    if mark.style[0] != "1" or start + 1 >= len(lines) or len(line.text) > _SHORT_OF_FULL * layout.width:
        return False
    below = lines[start + 1]
    following = read_mark(below.text, marked_up=False)
    is_text = following.kind == "text" and starts_upper(below.text)
    is_inner_number = following.kind == "number" and following.number.startswith(f"{mark.number}.")
    is_above = not below.apart and ((is_text and len(below.text) > len(line.text)) or is_inner_number)
    return is_above and is_title_like(line.text[mark.length :], longest=90)


def _draft(lines: Sequence[Line], mark: Mark, *, kind: BlockKind = "paragraph", level: int = 0) -> _Draft:
    skipped = mark.length if mark.kind == "heading" else 0
    parts = [lines[0].text[skipped:], *(line.text for line in lines[1:])]
    pages: list[tuple[int, int]] = []
    offset = 0
    for line, part in zip(lines, parts, strict=True):
        if not pages or pages[-1][1] != line.page:
            pages.append((offset, line.page))
        offset += len(part) + 1
    return _Draft(kind, " ".join(parts), tuple(pages), mark, lines[0].apart, len(lines), level)


def _row(line: Line) -> _Draft:
    """Return a row of cells; an empty one keeps its place before others, so that columns stay told apart."""
    text = " ".join(line.text.removeprefix("|").rstrip("| ").split())
    return _Draft("row", text, ((0, line.page),), Mark("row"), line.apart)


def _belongs(
    lines: Sequence[Line], position: int, current: Sequence[Line], mark: Mark, following: Mark, layout: Layout
) -> bool:
    """Return whether the line at a position belongs to the draft of the `current` lines before it."""
    line, last = lines[position], current[-1].text
    if following.kind in ("heading", "row", "url"):
        return False
    if following.kind == "caps":
        return (not line.apart and not ends_sentence(last)) or _are_tiny_capitals(last, line.text)
    if following.kind == "label":
        return not line.apart and not ends_sentence(last)
    if following.kind == "bullet":
        is_bullet = layout.marked_up or line.text[0] != "-" or mark.kind == "bullet" or line.apart
        return not (is_bullet or ends_sentence(last))
    if following.kind == "number":
        is_heading = not layout.marked_up and _is_heading_above_text(lines, position, following, layout)
        return not (is_heading or _starts_numbered(last, mark, line, following))
    if not layout.marked_up and (_is_below_caption(current, line) or read_table(lines, position)):
        return False
    if layout.title in (line.text, last):
        return False
    may_be_heading = not (layout.marked_up or line.apart) and ends_sentence(last)
    if may_be_heading and _count_heading_lines(lines, position):
        return False
    return _runs_on(current, mark, line, layout)


def _is_below_caption(current: Sequence[Line], line: Line) -> bool:
    is_bare = len(current) == 1 and len(current[0].text.split()) == 2 and starts_upper(line.text)
    return is_caption(current[0].text) and (line.gap > 0 or is_bare)


def _starts_numbered(last: str, mark: Mark, line: Line, following: Mark) -> bool:
    if following.style == "1." and opens_with_month(line.text[following.length :]):
        return False
    if line.apart:
        return not ends_open(last) or last.endswith((",", "og", "eller", "and", "or"))
    counts_on = mark.kind == "number" and mark.style == following.style and following.value == mark.value + 1
    return counts_on or ends_sentence(last)


def _runs_on(current: Sequence[Line], mark: Mark, line: Line, layout: Layout) -> bool:
    """Return whether a line without a mark goes on with the paragraph or entry of the `current` lines."""
    last = current[-1].text
    needed = len(last) + 1 + len(line.text.split(" ", 1)[0])
    if not line.apart:
        return _is_wrapped(current, mark, line, needed, layout)
    if mark.kind == "number" and starts_upper(line.text) and is_title_like(current[0].text[mark.length :], longest=60):
        return False
    room_left = layout.width - needed
    if layout.marked_up:
        return line.gap == 0 and continues_sentence(last, line.text)
    if _are_tiny_capitals(last, line.text) or continues_sentence(last, line.text):
        return line.gap <= 3
    if line.gap > 1 or not (layout.double_spaced or line.new_page):
        return False
    if is_heading_like(line.text, longest=layout.width // 2):
        return False
    if not ends_sentence(last):
        return room_left <= 0 or (mark.kind == "text" and len(last) >= _SHORT_OF_FULL * layout.width)
    if layout.double_spaced and line.text[0].islower():
        return last.endswith(".")
    return layout.double_spaced and mark.kind == "text" and not line.new_page and room_left < 0


def _is_wrapped(current: Sequence[Line], mark: Mark, line: Line, needed: int, layout: Layout) -> bool:
    """Return whether a line that follows at once is the rest of a wrapped one: its first word had no room there."""
    last = current[-1].text
    if not starts_upper(line.text):
        return True
    width = max(len(near.text) for near in (line, *current[-_RUN_OF_LINES:]))
    if mark.kind in ("bullet", "number"):
        return ends_open(last) or needed > (1 - _ROOM_LEFT_BY_ENTRY) * min(width, _LONGEST_WRAPPED)
    return layout.marked_up or not ends_sentence(last) or needed >= (1 - _ROOM_LEFT) * width


def _are_tiny_capitals(last: str, text: str) -> bool:
    """Return whether two lines are scraps of capitals, as a heading set sideways in a margin leaves them."""
    return len(text) <= _TINY and text.upper() == text and last.upper() == last and len(last.split()[-1]) <= _TINY


def _count_heading_lines(lines: Sequence[Line], start: int) -> int:
    """Return how many lines from `start` are a heading set directly above its text, 0 for none."""
    run = [lines[start]]
    if run[0].text[0] in "-–—":
        return 0
    for line in lines[start + 1 : start + _RUN_OF_LINES]:
        if line.apart:
            break
        run.append(line)
    width = max(len(line.text) for line in run)
    for count in range(1, min(_MOST_HEADING_LINES, len(run) - 1) + 1):
        if len(run[count - 1].text) > _SHORT_OF_FULL * width:
            return 0
        heading = " ".join(line.text for line in run[:count])
        below = run[count].text
        is_text_below = len(below) > _TEXT_BELOW * width or read_mark(below, marked_up=False).kind == "number"
        has_room = len(run[count - 1].text) + 1 + len(below.split(" ", 1)[0]) <= _ROOM_FOR_A_WORD * width
        is_text_below = is_text_below and starts_upper(below) and not are_figures(below)
        if is_text_below and has_room and is_heading_like(heading, longest=90):
            return count
        if not below[0].islower():
            return 0
    return 0


# What drafts are


def _settle(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    if not drafts:
        return []
    drafts = _settle_titles(drafts, layout)
    drafts = _settle_numbered(drafts, layout)
    drafts = _settle_marks(drafts)
    drafts = _settle_headings(drafts, layout)
    drafts = _settle_levels(drafts, layout)
    drafts = _settle_rows(drafts)
    drafts = _settle_unmarked_entries(drafts, layout)
    return [part for draft in drafts for part in _split_inline_list(draft)]


def _settle_titles(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    first, last = _find_marked_title(drafts, layout.title)
    if last == 0 and not layout.marked_up:
        first, last = _find_plain_title(drafts, layout)
    titles = [replace(draft, kind="heading", is_title=True) for draft in drafts[first:last]]
    return [*drafts[:first], *titles, *drafts[last:]]


def _find_marked_title(drafts: Sequence[_Draft], stated_title: str) -> tuple[int, int]:
    """Return the range of drafts that are the document's title: top headings before any text of their own."""
    tops = [
        position for position, draft in enumerate(drafts) if draft.mark.kind == "heading" and draft.mark.level == 10
    ]
    if not tops:
        return 0, 0
    first = last = tops[0]
    while last in tops:
        last += 1
    is_numbered = bool(read_heading_number(drafts[first].text)[0])
    is_only = len(tops) - (last - first) <= 1 or last - first > 1
    is_stated = drafts[first].text == stated_title
    is_title = is_stated or (is_only and not is_numbered and _is_near_top(drafts, first))
    return (first, last) if is_title else (0, 0)


def _is_near_top(drafts: Sequence[_Draft], position: int) -> bool:
    return sum(len(draft.text) for draft in drafts[:position]) < 400


def _find_plain_title(drafts: Sequence[_Draft], layout: Layout) -> tuple[int, int]:
    for position, draft in enumerate(drafts[:5]):
        if draft.text == layout.title:
            return position, position + 1
    if len(drafts) < 2 or layout.typeset:
        return 0, 0
    first = drafts[0]
    is_short = first.line_count <= _MOST_TITLE_LINES and len(first.text) <= _MOST_TITLE_CHARACTERS
    is_title = first.mark.kind in ("text", "caps") and is_short and first.kind in ("paragraph", "heading")
    return (0, 1) if is_title and is_heading_like(first.text, longest=250, words=35) else (0, 0)


def _settle_numbered(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    """Tell numbered headings from numbered entries: entries follow each other, a heading is followed by text."""
    settled = list(drafts)
    in_article = False
    for position, draft in enumerate(drafts):
        if draft.mark.kind == "heading" or draft.mark.style in ("division", "§"):
            in_article = bool(_ARTICLE.match(draft.text)) or (in_article and not read_heading_number(draft.text)[0])
        if draft.mark.kind != "number" or draft.kind == "heading":
            continue
        before = drafts[position - 1] if position else None
        after = drafts[position + 1] if position + 1 < len(drafts) else None
        if layout.marked_up:
            is_prose = (in_article and draft.mark.style == "1.") or _is_recital(draft, settled[position - 1])
            settled[position] = replace(draft, kind="paragraph" if is_prose else "item")
        elif _count_together(before, draft) or _count_together(draft, after) or not _is_numbered_heading(draft, before):
            settled[position] = replace(draft, kind="item")
        else:
            settled[position] = replace(draft, kind="heading", level=max(draft.mark.level, 10))
    return settled


def _is_recital(draft: _Draft, before: _Draft) -> bool:
    follows_one = before.kind == "paragraph" and before.mark.style == "(1)"
    return draft.mark.style == "(1)" and (follows_one or len(draft.text) > _LONG_RECITAL)


def _count_together(first: _Draft | None, second: _Draft | None) -> bool:
    if first is None or second is None or first.mark.kind != "number" or "heading" in (first.kind, second.kind):
        return False
    return first.mark.style == second.mark.style and second.mark.value == first.mark.value + 1


def _is_numbered_heading(draft: _Draft, before: _Draft | None) -> bool:
    body = draft.text[draft.mark.length :]
    is_led_in = before is not None and before.text.endswith(":")
    is_heading_style = draft.mark.style[0] in "1I"
    return is_heading_style and not is_led_in and is_title_like(body, longest=140, words=18)


def _settle_marks(drafts: list[_Draft]) -> list[_Draft]:
    return [_settle_mark(draft, after) for draft, after in zip(drafts, [*drafts[1:], None], strict=True)]


def _settle_mark(draft: _Draft, after: _Draft | None) -> _Draft:
    mark = draft.mark
    if mark.kind == "bullet":
        return replace(draft, kind="item")
    if mark.kind == "label":
        is_bare = len(draft.text) <= mark.length + 1
        has_title = (
            after is not None and is_heading_like(draft.text[mark.length :] or "-") and after.mark.kind == "text"
        )
        kind: BlockKind = "heading" if mark.style == "division" or is_bare or has_title else "paragraph"
        return replace(draft, kind=kind, level=mark.level, number=mark.number)
    if mark.kind in ("heading", "caps") and not draft.is_title:
        return replace(draft, kind="heading", level=mark.level)
    return draft


def _settle_headings(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    """Find headings without a mark: short lines that stand alone above text, and titles of bare labels."""
    settled: list[_Draft] = []
    for position, draft in enumerate(drafts):
        before = settled[-1] if settled else None
        after = drafts[position + 1] if position + 1 < len(drafts) else None
        if before is not None and _names_label(before, draft):
            draft = replace(draft, kind="heading", level=0, joins_heading=True)
        elif after is not None and not layout.typeset and _stands_alone(before, draft, after):
            draft = replace(draft, kind="heading", level=1)
        settled.append(draft)
    return settled


def _names_label(before: _Draft, draft: _Draft) -> bool:
    """Return whether a draft is the title of the bare label before it ("Artikel 4", "Kapitel 1")."""
    if before.kind != "heading" or before.is_title or not draft.apart:
        return False
    number, title = read_heading_number(before.text)
    if not number or title or before.joins_heading:
        return False
    if draft.kind == "heading":
        return draft.level == before.level and not read_heading_number(draft.text)[0]
    return draft.mark.kind == "text" and is_heading_like(draft.text, longest=200, words=30)


def _stands_alone(before: _Draft | None, draft: _Draft, after: _Draft) -> bool:
    if draft.kind != "paragraph" or draft.mark.kind != "text" or draft.line_count > _MOST_HEADING_LINES:
        return False
    if not (draft.apart and after.apart):
        return False
    if before is not None and (before.text.endswith((":", ",")) or before.text == draft.text):
        return False
    is_question = draft.text.endswith("?") and len(draft.text.split()) <= 8
    looks = is_heading_like(draft.text[:-1] if is_question else draft.text, longest=90, words=10)
    is_prose_after = _is_prose(after)
    is_body_after = is_prose_after or after.kind in ("item", "heading", "header")
    if after.kind == "heading":
        is_body_after = after.mark.kind == "number" and not is_question
    return looks and is_body_after


def _is_prose(draft: _Draft) -> bool:
    """Return whether a paragraph is running text, and not the cells of a table one after the other."""
    if draft.kind != "paragraph":
        return False
    return ends_sentence(draft.text) or (len(draft.text) > 60 and not are_figures(draft.text))


def _settle_levels(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    """Give headings without a number or mark their level: under the numbered or marked heading above them."""
    settled = []
    above = 5
    for draft in drafts:
        if draft.opens_section and draft.level < SECTION_LEVEL:
            if draft.level == 1:
                draft = replace(draft, level=above + 5)
            elif draft.mark.kind != "caps":
                above = draft.level
        settled.append(draft)
    return settled


def _settle_rows(drafts: list[_Draft]) -> list[_Draft]:
    """Make the first row of each marked table its header; a table without words loses nothing by going."""
    settled: list[_Draft] = []
    for draft, after in zip(drafts, [*drafts[1:], None], strict=True):
        if draft.mark.kind == "row":
            if not any(letter.isalnum() for letter in draft.text):
                continue
            is_first = not settled or settled[-1].mark.kind != "row" or draft.apart
            has_rows = after is not None and after.mark.kind == "row" and not after.apart
            draft = replace(draft, kind="header" if is_first and has_rows else "row")
        settled.append(draft)
    return settled


def _settle_unmarked_entries(drafts: list[_Draft], layout: Layout) -> list[_Draft]:
    """Make entries of the paragraphs after a colon that begin in lower case, as Norwegian laws set their lists."""
    settled: list[_Draft] = []
    in_list = False
    for draft in drafts:
        is_entry = draft.kind == "paragraph" and draft.mark.kind == "text" and draft.text[:1].islower()
        in_list = is_entry and layout.marked_up and (in_list or (bool(settled) and _announces(settled[-1], draft)))
        settled.append(replace(draft, kind="item") if in_list else draft)
    return settled


def _announces(before: _Draft, draft: _Draft) -> bool:
    """Return whether a paragraph leads in an entry, or tells all of it beforehand as some converted laws do."""
    return before.kind == "paragraph" and (before.text.endswith(":") or f":{draft.text[:40]}" in before.text)


def _split_inline_list(draft: _Draft) -> Iterator[_Draft]:
    """Yield a sentence and its entries "1) …, 2) …" as drafts of their own, and any other draft as it is."""
    cuts = _find_inline_entries(draft.text) if draft.kind == "paragraph" else []
    if len(cuts) < 2:
        yield draft
        return
    bounds = [0, *cuts, len(draft.text) + 1]
    for index, (start, end) in enumerate(pairwise(bounds)):
        part = replace(draft, text=draft.text[start : end - 1], pages=_cut_pages(draft.pages, start, end))
        yield part if index == 0 else replace(part, kind="item", mark=Mark("number", style="1)"), level=0, number="")


def _find_inline_entries(text: str) -> list[int]:
    if text.count(" • ") > 1:
        return [found.start() + 1 for found in _INLINE_BULLET.finditer(text)]
    cuts: list[int] = []
    for found in _INLINE_ENTRY.finditer(text):
        if int(found.group(1)) != len(cuts) + 1:
            continue
        if not cuts or _BEFORE_INLINE_ENTRY.search(text, max(0, found.start() - 8), found.start()):
            cuts.append(found.start())
    return cuts


def _cut_pages(pages: tuple[tuple[int, int], ...], start: int, end: int) -> tuple[tuple[int, int], ...]:
    first = max((offset, page) for offset, page in pages if offset <= start)
    return ((0, first[1]), *((offset - start, page) for offset, page in pages if start < offset < end))


# Drafts → text, blocks, sections, pages


@dataclass(slots=True)
class _OpenSection:
    """A section whose end is not known yet."""

    number: str
    title: str
    label: str
    level: int
    start: int
    page: int
    path: tuple[str, ...]
    end: int = 0


@dataclass(slots=True)
class _Assembly:
    """The text as far as it has been put together."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    sections: list[_OpenSection] = field(default_factory=list)
    open_sections: list[int] = field(default_factory=list)
    page_starts: list[tuple[int, int]] = field(default_factory=list)


def _assemble(
    drafts: Sequence[_Draft], page_numbers: Sequence[int]
) -> tuple[str, tuple[Block, ...], tuple[Section, ...], tuple[Page, ...]]:
    assembly = _Assembly()
    before: _Draft | None = None
    for draft in drafts:
        _append(assembly, before, draft)
        before = draft
    _close_sections(assembly, 0)
    text = "".join(assembly.parts)
    sections = tuple(
        Section(section.number, section.title, section.path, section.start, section.end, section.page)
        for section in assembly.sections
    )
    blocks = _with_leads(assembly.blocks, drafts, text)
    return text, tuple(blocks), sections, _build_pages(assembly.page_starts, page_numbers, len(text))


def _append(assembly: _Assembly, before: _Draft | None, draft: _Draft) -> None:
    if before is not None:
        together = ({"item"}, {"row", "header"})
        separator = "\n" if any({before.kind, draft.kind} <= kinds for kinds in together) else "\n\n"
        if draft.opens_section:
            _close_sections(assembly, draft.level)
        assembly.parts.append(separator)
        assembly.length += len(separator)
    start, page = assembly.length, draft.pages[0][1]
    if draft.opens_section:
        _open_section(assembly, draft, start, page)
    elif draft.joins_heading and assembly.open_sections:
        _name_section(assembly.sections[assembly.open_sections[-1]], draft.text)
    assembly.parts.append(draft.text)
    assembly.length += len(draft.text)
    section = assembly.open_sections[-1] if assembly.open_sections else None
    assembly.blocks.append(Block(draft.kind, start, assembly.length, page, section))
    assembly.page_starts += [(number, start + offset) for offset, number in draft.pages]


def _close_sections(assembly: _Assembly, level: int) -> None:
    while assembly.open_sections and assembly.sections[assembly.open_sections[-1]].level >= level:
        assembly.sections[assembly.open_sections.pop()].end = assembly.length


def _open_section(assembly: _Assembly, draft: _Draft, start: int, page: int) -> None:
    number, title = read_heading_number(draft.text) if draft.kind == "heading" else (draft.number, "")
    label = _shorten(draft.text) if draft.kind == "heading" else draft.number
    above = assembly.sections[assembly.open_sections[-1]].path if assembly.open_sections else ()
    assembly.open_sections.append(len(assembly.sections))
    section = _OpenSection(number, title, label, draft.level, start, page, (*above, label))
    assembly.sections.append(section)


def _name_section(section: _OpenSection, title: str) -> None:
    section.title = title
    section.path = (*section.path[:-1], _shorten(f"{section.label} {title}"))


def _shorten(label: str) -> str:
    """Return a label that every section below can afford to repeat."""
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 2]} …"


def _build_pages(starts: Sequence[tuple[int, int]], numbers: Sequence[int], length: int) -> tuple[Page, ...]:
    """Return every page in order; one without text is empty and stands where it would have begun."""
    first_at: dict[int, int] = {}
    for number, start in starts:
        first_at.setdefault(number, start)
    pages: list[Page] = []
    end = length
    for number in reversed(numbers):
        start = first_at.get(number, end)
        pages.append(Page(number, start, end))
        end = start
    return tuple(reversed(pages))


def _with_leads(blocks: Sequence[Block], drafts: Sequence[_Draft], text: str) -> list[Block]:
    """Give list entries the sentence that introduces them, and rows their header."""
    led: list[Block] = []
    lead: Span | None = None
    inner: tuple[str, Span] | None = None
    for position, (block, draft) in enumerate(zip(blocks, drafts, strict=True)):
        before = blocks[position - 1] if position else None
        if block.kind == "item":
            if before is None or before.kind != "item":
                lead, inner = _find_lead(before, block, text), None
            elif text[before.end - 1] == ":" and drafts[position - 1].mark.style != draft.mark.style:
                inner = (draft.mark.style, _last_sentence(before, text, drafts[position - 1].mark))
            elif inner is not None and inner[0] != draft.mark.style:
                inner = None
            block = replace(block, lead=inner[1] if inner else lead)
        elif block.kind == "header":
            lead = Span(block.start, block.end)
        elif block.kind == "row":
            lead = lead if before is not None and before.kind in ("row", "header") else None
            block = replace(block, lead=lead)
        led.append(block)
    return led


def _find_lead(before: Block | None, item: Block, text: str) -> Span | None:
    if before is None or before.section != item.section:
        return None
    if before.kind == "paragraph":
        sentence = _last_sentence(before, text)
        told_before = text.find(f":{text[item.start : item.start + 40]}", sentence.start, sentence.end)
        return Span(sentence.start, told_before + 1) if told_before >= 0 else sentence
    is_introduction = before.kind == "heading" and text[before.end - 1] == ":"
    return Span(before.start, before.end) if is_introduction else None


def _last_sentence(block: Block, text: str, mark: Mark | None = None) -> Span:
    """Return the last sentence of a block, without the bullet that an entry begins with."""
    start = block.start + (mark.length if mark is not None and mark.kind == "bullet" else 0)
    sentences = split_sentences(text[start : block.end], start)
    return sentences[-1] if sentences else Span(start, block.end)
