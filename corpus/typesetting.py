"""Lines as they were set on the page → lines with marks: headings by their type, tables by their columns, gaps.

Not a word is added, lost or moved: a line gets a mark in front, a row gets bars between its cells, a heading set on
several lines becomes one, and a blank line stands where the page has a gap. What is not clear stays as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean
from typing import TypeAlias

from corpus.cleaning import clean_characters, join_line_end_hyphens
from corpus.documents import SET_MARK
from corpus.lines import are_figures, is_caption, read_heading_number, read_label, read_mark
from corpus.markup import table_row
from corpus.sentences import ends_sentence

LARGER = 1.25
"""Times the body's size from which type says by itself that a line is a heading."""
LARGER_BOLD = 1.04
BOLD = 0.96
"""The same for bold type; below it, and for italic type, a line must also stand apart."""
APART = 1.3
"""Times the usual distance of baselines from which a gap is one between paragraphs."""
MOST_LINES = 4
MOST_CHARACTERS = 220
MOST_BOLD_CHARACTERS = 120
MOST_SHARE = 0.35
"""Share of a style's letters that may stand in runs too long for headings; above it the style is one of text."""
MOST_BOLD_SHARE = 0.25
"""Share of all letters that headings set apart by bold type alone may have in a document of some length."""
LEAST_TABLE_ROWS = 3
LONGEST_CELL = 60
"""Mean characters of a table's cells."""
CELL_GAP = 1.0
"""Width of the gap between two cells in units of the font size; a justified line has word spaces below it."""

_SHORT_DOCUMENT = 2_000
_NEAR = 3
"""How many lines away, blank ones among them, the next line with text is looked for."""
_ENDS_IN_DATE = re.compile(r"(?:, (?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d)$")
_ENDS_IN_PAGE = re.compile(r"\S (?:\d{1,3}|[ivxl]{1,6})$")
"""A line of bold type that ends so is more likely one of a table of contents."""
_LEADERS = re.compile(r"\.{4}|(?: \.){3}|…{2}")
_NARROW = frozenset("iljtfrI.,:;'|!()[] ·’")
_WIDE = frozenset("mwMW@%—")

_Style: TypeAlias = tuple[float, int]
"""Size of type, and its weight: 2 bold, 1 italic, 0 neither."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text drawn in one go; `x` and `y` in points from the lower left corner of the page, `size` of the type."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    italic: bool = False

    @property
    def end(self) -> float:
        """Where the text ends by the widths of common letters, rather too far right than too far left."""
        return self.x + self.size * sum(map(_width, self.text.strip()))


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of text and the pieces it was drawn in, none where they are not known."""

    text: str
    pieces: tuple[Piece, ...] = ()

    @property
    def lettered(self) -> tuple[Piece, ...]:
        """The pieces with letters or digits, or all where there are none such."""
        return tuple(piece for piece in self.pieces if any(map(str.isalnum, piece.text))) or self.pieces

    @property
    def style(self) -> _Style:
        """The smallest size of type in the line, and how heavy the lightest is: 2 bold, 1 italic, 0 neither."""
        pieces = self.lettered
        size = min((piece.size for piece in pieces), default=0.0)
        return size, min((2 if piece.bold else int(piece.italic) for piece in pieces), default=0)

    @property
    def x(self) -> float:
        """Where the line begins."""
        return min((piece.x for piece in self.pieces if piece.text.strip()), default=0.0)

    @property
    def y(self) -> float:
        """The baseline of its longest piece."""
        return max(self.pieces, key=lambda piece: len(piece.text)).y if self.pieces else 0.0


@dataclass(frozen=True, slots=True)
class _Setting:
    """How most of the document is set: size of type and distance of baselines, 0 where there is no usual one."""

    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines `start` to `end` of a page that are set alike and close together."""

    page: int
    start: int
    end: int
    style: _Style
    text: str


@dataclass(frozen=True, slots=True)
class _Cell:
    x: float
    end: float
    text: str
    bold: bool


def split_lines(pieces: Sequence[Piece]) -> list[SetLine]:
    """Return the lines of a page: its pieces put together in order, cut at each newline."""
    lines: list[SetLine] = []
    current: list[Piece] = []
    for piece in pieces:
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                lines.append(_line(current))
                current = []
            if part:
                current.append(replace(piece, text=part))
    return [*lines, _line(current)] if current else lines


def mark_pages(pages: Sequence[Sequence[SetLine]]) -> list[str]:
    """Return the text of each page with its marks; costs time in proportion to the text."""
    setting = _measure(pages)
    tables = [_find_tables(lines) for lines in pages]
    headings = _find_headings(pages, tables, setting)
    return [
        _mark_page(lines, table, headings[number], setting)
        for number, (lines, table) in enumerate(zip(pages, tables, strict=True))
    ]


def _line(pieces: Sequence[Piece]) -> SetLine:
    return SetLine("".join(piece.text for piece in pieces), tuple(piece for piece in pieces if piece.text.strip()))


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.95
    return 0.72 if letter.isupper() else 0.58


def _measure(pages: Sequence[Sequence[SetLine]]) -> _Setting:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            for piece in line.pieces:
                sizes[piece.size] += len(piece.text)
    if not sizes:
        return _Setting(0.0, 0.0)
    size = sizes.most_common(1)[0][0]
    steps = Counter(
        round(2 * (before.y - line.y)) / 2
        for lines in pages
        for before, line in pairwise(lines)
        if before.style[0] == line.style[0] == size and 0.9 * size <= before.y - line.y <= 3 * size
    )
    return _Setting(size, steps.most_common(1)[0][0] if steps and steps.most_common(1)[0][1] >= 3 else 0.0)


def _is_apart(before: SetLine, line: SetLine, setting: _Setting) -> bool:
    """Return whether the page has a gap between two lines that follow each other in one column."""
    if not (setting.leading and before.pieces and line.pieces):
        return False
    usual = setting.leading * max(1.0, before.style[0] / setting.size, line.style[0] / setting.size)
    return before.y - line.y > APART * usual


# Headings


def _find_headings(
    pages: Sequence[Sequence[SetLine]], tables: Sequence[dict[int, str]], setting: _Setting
) -> list[dict[int, tuple[int, str]]]:
    """Return for each page the line at which a heading begins → the line after it, and its marked text."""
    found: list[dict[int, tuple[int, str]]] = [{} for _ in pages]
    if not setting.size:
        return found
    widths = [_measure_width(lines) for lines in pages]
    runs = [run for number, lines in enumerate(pages) for run in _runs(number, lines, tables[number], setting)]
    likely = [run for run in runs if _is_heading(run, pages[run.page], widths[run.page], setting)]
    headings = _keep_styles_of_headings(runs, likely, setting)
    headings = _keep_rare_bold(headings, setting, sum(len(line.text) for lines in pages for line in lines))
    for run, level in _with_levels(headings, _levels(headings, pages, setting)):
        found[run.page][run.start] = (run.end, f"{SET_MARK}{'#' * level} {run.text}")
    return found


def _runs(number: int, lines: Sequence[SetLine], tables: dict[int, str], setting: _Setting) -> Iterator[_Run]:
    """Yield the runs of lines that are set larger or heavier than the body."""
    start = 0
    while start < len(lines):
        style = lines[start].style
        end = start + 1
        if start in tables or not lines[start].text.strip() or not _stands_out(style, setting):
            start = end
            continue
        while end < len(lines) and end not in tables and _goes_on(lines[end - 1], lines[end], style):
            end += 1
        text = join_line_end_hyphens(clean_characters("\n".join(line.text.strip() for line in lines[start:end])))
        yield _Run(number, start, end, style, " ".join(text.split()))
        start = end


def _stands_out(style: _Style, setting: _Setting) -> bool:
    size, weight = style
    return size >= (BOLD if weight else LARGER) * setting.size


def _goes_on(before: SetLine, line: SetLine, style: _Style) -> bool:
    """Return whether a line is the rest of the heading before it: set alike, close below, and with no number."""
    if line.style != style or not 0 < before.y - line.y <= 1.45 * style[0]:
        return False
    mark = read_mark(" ".join(line.text.split()) or " ", marked_up=False)
    return mark.kind in ("text", "caps")


def _is_heading(run: _Run, lines: Sequence[SetLine], width: int, setting: _Setting) -> bool:
    size, weight = run.style
    is_large = size >= (LARGER_BOLD if weight == 2 else LARGER) * setting.size
    text = run.text
    if not _looks_like_heading(text, MOST_CHARACTERS if is_large else MOST_BOLD_CHARACTERS, run.end - run.start):
        return False
    above = _filled(lines[max(0, run.start - _NEAR) : run.start][::-1])
    if read_label(text) is not None or (above is not None and _is_bare_label(above.text)):
        return False
    if is_large:
        return True
    if text[-1] == ":" or _ENDS_IN_PAGE.search(text) or _is_row(lines[run.start]):
        return False
    before = lines[run.start - 1] if run.start else SetLine("")
    stands_above = not before.text.strip() or _is_apart(before, lines[run.start], setting)
    is_first_of_column = before.y < lines[run.start].y
    below = _filled(lines[run.end : run.end + _NEAR])
    return (stands_above or is_first_of_column) and below is not None and _is_body(below, width, setting)


def _filled(lines: Sequence[SetLine]) -> SetLine | None:
    return next((line for line in lines if line.text.strip()), None)


def _is_body(line: SetLine, width: int, setting: _Setting) -> bool:
    """Return whether a line below a bold one is text, an entry or the next heading, and no cell or caption."""
    text = " ".join(line.text.split())
    if _stands_out(line.style, setting) or read_mark(text, marked_up=False).kind in ("bullet", "number"):
        return True
    return ends_sentence(text) or text[-1] == ":" or (len(text) > 0.6 * width and not are_figures(text))


def _measure_width(lines: Sequence[SetLine]) -> int:
    """Return the length in characters that nine lines in ten of a page keep within."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0


def _is_row(line: SetLine) -> bool:
    cells = _cells(line)
    return len(cells) > 2 or (len(cells) == 2 and not _is_list_mark(cells[0].text))


def _looks_like_heading(text: str, longest: int, line_count: int) -> bool:
    letters = sum(map(str.isalpha, text))
    first = text.lstrip("\"'»“”‘’«( ")[:1]
    is_titled = first.isupper() or first.isdigit() or first == "§"
    is_short = len(text) <= longest and line_count <= MOST_LINES
    is_worded = letters >= 3 and 5 * letters > 2 * len(text.replace(" ", ""))
    is_plain = text[-1:] not in ("", ".", ",", ";", "-") and not _LEADERS.search(text) and not is_caption(text)
    is_plain = is_plain and not _ENDS_IN_DATE.search(text)
    return is_titled and is_short and is_worded and is_plain and read_mark(text, marked_up=False).kind != "bullet"


def _is_bare_label(text: str) -> bool:
    label = read_label(" ".join(text.split()))
    return label is not None and label.length >= len(text.strip())


def _keep_styles_of_headings(runs: Sequence[_Run], headings: Sequence[_Run], setting: _Setting) -> list[_Run]:
    """Return the headings without those in large type in which mostly other things are set.

    Bold type of the body's size is common in cells and leads: there each line is judged by where it stands.
    """
    letters: Counter[_Style] = Counter()
    for run in runs:
        letters[run.style] += len(run.text)
    kept: Counter[_Style] = Counter()
    for run in headings:
        kept[run.style] += len(run.text)
    return [
        run
        for run in headings
        if run.style[0] < LARGER_BOLD * setting.size
        or letters[run.style] - kept[run.style] <= MOST_SHARE * letters[run.style]
    ]


def _keep_rare_bold(headings: list[_Run], setting: _Setting, length: int) -> list[_Run]:
    """Return the headings without those of bold type alone, where that is no rarity in the document."""
    larger = [run for run in headings if run.style[0] >= LARGER_BOLD * setting.size]
    letters_in_bold = sum(len(run.text) for run in headings) - sum(len(run.text) for run in larger)
    return larger if length > _SHORT_DOCUMENT and letters_in_bold > MOST_BOLD_SHARE * length else headings


def _levels(headings: Sequence[_Run], pages: Sequence[Sequence[SetLine]], setting: _Setting) -> dict[_Style, int]:
    """Return the level of each style: 1 for the title's, which is the largest and stands first and alone."""
    styles = sorted({run.style for run in headings}, reverse=True)
    if not styles:
        return {}
    largest = [run for run in headings if run.style == styles[0]]
    first_page = next(number for number, lines in enumerate(pages) if any(line.text.strip() for line in lines))
    is_large = styles[0][0] > LARGER * setting.size or len(styles) > 1
    has_title = len(largest) == 1 and largest[0].page == first_page and is_large
    above = 0 if has_title else 1
    return {style: min(6, number + above) for number, style in enumerate(styles, start=1)}


def _with_levels(headings: Sequence[_Run], by_style: dict[_Style, int]) -> Iterator[tuple[_Run, int]]:
    """Yield each heading with its level: by its style, or numbered 2.1 or 2.1.3, by how most of its like are set."""
    depths = [read_heading_number(run.text)[0].strip(".").count(".") + 1 for run in headings]
    by_depth: dict[int, int] = {}
    for depth in sorted(set(depths)):
        styles = Counter(by_style[run.style] for run, own in zip(headings, depths, strict=True) if own == depth)
        if depth > 1:
            by_depth[depth] = min(6, max(styles.most_common(1)[0][0], by_depth.get(depth - 1, 0) + 1))
    for run, depth in zip(headings, depths, strict=True):
        yield run, by_depth.get(depth, by_style[run.style])


# Tables


def _find_tables(lines: Sequence[SetLine]) -> dict[int, str]:
    """Return for each line that is a row of a table its marked text."""
    cells = [_cells(line) for line in lines]
    rows: dict[int, str] = {}
    start = 0
    while start < len(lines):
        end = _end_of_rows(lines, cells, start)
        table = _table(cells[start:end])
        for offset, row in enumerate(table):
            rows[start + offset] = f"{SET_MARK}{table_row(row)}"
        start = end if table else max(start + 1, end - 1)
    return rows


def _end_of_rows(lines: Sequence[SetLine], cells: Sequence[Sequence[_Cell]], start: int) -> int:
    """Return the line after the last of those from `start` that have cells and go down the page at a steady pace."""
    end, pace = start, 0.0
    while end < len(lines) and len(cells[end]) > 1:
        if end > start:
            step = lines[end - 1].y - lines[end].y
            if not 0 < step <= 4 * max(lines[end].style[0], 6.0) or (pace and not 0.6 <= step / pace <= 2.2):
                break
            pace = step
        end += 1
    return end


def _cells(line: SetLine) -> list[_Cell]:
    """Return the pieces of a line put together to cells; a single one where they do not go from left to right."""
    groups: list[list[Piece]] = []
    for piece in line.pieces:
        last = groups[-1][-1] if groups else None
        if last is not None and piece.x < last.x:
            return []
        if last is not None and piece.x - last.end < CELL_GAP * max(piece.size, last.size):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        _Cell(group[0].x, group[-1].end, "".join(piece.text for piece in group).strip(), all(p.bold for p in group))
        for group in groups
    ]


def _table(rows: Sequence[Sequence[_Cell]]) -> list[list[str]]:
    """Return the texts of a table's cells, nothing where the rows are not clearly a table."""
    if len(rows) < LEAST_TABLE_ROWS:
        return []
    count = max(map(len, rows))
    full = [row for row in rows if len(row) == count]
    if len(full) < max(2, 0.6 * len(rows)):
        return []
    columns = [(min(row[place].x for row in full), max(row[place].end for row in full)) for place in range(count)]
    if any(end > following for (_, end), (following, _) in pairwise(columns)):
        return []
    texts = [cell.text for row in rows for cell in row]
    if mean(map(len, texts)) > LONGEST_CELL or any("|" in text or _LEADERS.search(text) for text in texts):
        return []
    if sum(_is_list_mark(row[0].text) for row in rows) > 0.3 * len(rows):
        return []
    is_headed = all(cell.bold for cell in rows[0]) and not all(cell.bold for row in rows[1:] for cell in row)
    if count < 3 and not is_headed:
        return []
    if not is_headed and _flow(rows) > 0.2:
        return []
    placed = [_place(row, columns) for row in rows]
    return [row for row in placed if row is not None] if None not in placed else []


def _is_list_mark(text: str) -> bool:
    return len(text) <= 8 and not any(map(str.isalpha, text.strip("ivxIVX")))


def _flow(rows: Sequence[Sequence[_Cell]]) -> float:
    """Return the share of cells in lower case: text in columns goes on from line to line."""
    cells = [cell.text for row in rows[1:] for cell in row if cell.text]
    return sum(text[0].islower() for text in cells) / len(cells) if cells else 1.0


def _place(row: Sequence[_Cell], columns: Sequence[tuple[float, float]]) -> list[str] | None:
    """Return the cells' texts, one for each column, or None where one lies across two columns or none."""
    texts = [""] * len(columns)
    for cell in row:
        inside = [place for place, (start, end) in enumerate(columns) if cell.x < end and cell.end > start]
        if len(inside) != 1 or texts[inside[0]]:
            return None
        texts[inside[0]] = cell.text
    return texts


# Pages


def _mark_page(
    lines: Sequence[SetLine], tables: dict[int, str], headings: dict[int, tuple[int, str]], setting: _Setting
) -> str:
    marked: list[str] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        before = lines[position - 1] if position else None
        is_edge_of_table = position > 0 and (position in tables) != (position - 1 in tables)
        is_inside_table = position in tables and not is_edge_of_table
        is_apart = before is not None and not is_inside_table and _is_apart(before, line, setting)
        is_dedented = before is not None and _ends_list(lines, position)
        if position in headings:
            end, text = headings[position]
            marked += ["", text, ""]
            position = end
            continue
        if is_apart or is_edge_of_table or is_dedented:
            marked.append("")
        marked.append(tables.get(position, line.text))
        position += 1
    return "\n".join(marked) + "\n"


def _ends_list(lines: Sequence[SetLine], position: int) -> bool:
    """Return whether a line stands left of the text of the entry above it, whose own lines hang."""
    line, start = lines[position], position - 1
    if not line.pieces or read_mark(" ".join(line.text.split()) or " ", marked_up=False).kind != "text":
        return False
    while start > 0 and position - start < 8 and not _entry_indent(lines[start]):
        start -= 1
    indent = _entry_indent(lines[start])
    between = lines[start + 1 : position]
    hangs = bool(between) and all(abs(other.x - indent) <= 2 for other in between)
    return hangs and line.x <= lines[start].x + 2


def _entry_indent(line: SetLine) -> float:
    """Return where the text of a list's entry begins, 0 for a line that is none or whose mark is not drawn apart."""
    marks = read_mark(" ".join(line.text.split()) or " ", marked_up=False)
    if marks.kind not in ("bullet", "number") or len(line.pieces) < 2:
        return 0.0
    return line.pieces[1].x if line.pieces[1].x > line.pieces[0].x + 4 else 0.0
