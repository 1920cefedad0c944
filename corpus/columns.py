"""Lines of a page drawn straight across two columns → the left column's lines, then the right one's.

Most programs draw one column after the other, and then the order of drawing is the order of reading. Some draw the
first line of both, then the second line of both: read in that order, every line is torn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

SAME_LINE = 2.0
"""Points that baselines of one line may differ by, and left edges of one column."""
LEAST_LINES = 3
"""Lines that each column must have: two could be anything."""
LEAST_LENGTH = 18
"""Mean characters of a line in each column: a table's cells are shorter."""
LEAST_FLOW = 0.4
"""Share of lines that begin with a lower-case letter: running text goes on from line to line, cells begin anew."""
GLYPH_WIDTH = 0.4
"""Width of a narrow letter in units of the font size; a lower bound on where a run ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text as drawn; `x` and `y` in points from the lower left corner of the page, `size` of the font."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """Runs on one baseline, in the order drawn."""

    runs: tuple[Run, ...]

    def before(self, edge: float) -> str:
        return " ".join(run.text for run in self.runs if run.x < edge - SAME_LINE)

    def after(self, edge: float) -> str:
        return " ".join(run.text for run in self.runs if run.x >= edge - SAME_LINE)


def lines_in_column_order(runs: Sequence[Run]) -> str | None:
    """Return the page's lines with each stretch drawn across two columns put in reading order; None without one."""
    lines: list[str] = []
    is_changed = False
    for stretch in _stretches(_rows(runs)):
        edge = _column_edge(stretch)
        if edge is None:
            lines += [" ".join(run.text for run in row.runs) for row in stretch]
        else:
            is_changed = True
            lines += _column_lines(stretch, edge)
    return "\n".join(lines) + "\n" if is_changed else None


def _rows(runs: Sequence[Run]) -> list[_Row]:
    rows: list[list[Run]] = []
    for run in runs:
        if rows and abs(run.y - rows[-1][0].y) <= SAME_LINE:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_Row(tuple(row)) for row in rows]


def _stretches(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield rows that go down the page at a steady pace; a jump, up or far down, begins the next stretch."""
    stretch: list[_Row] = []
    for row in rows:
        if stretch and not 0 < stretch[-1].runs[0].y - row.runs[0].y <= 4 * max(row.runs[0].size, 6.0):
            yield stretch
            stretch = []
        stretch.append(row)
    if stretch:
        yield stretch


def _column_edge(stretch: Sequence[_Row]) -> float | None:
    """Return the left edge of the right column where the stretch is running text in two columns, else None."""
    starts = Counter(round(run.x) for row in stretch for run in row.runs[1:])
    if not starts:
        return None
    edge, count = starts.most_common(1)[0]
    split = [row for row in stretch if row.before(edge) and row.after(edge)]
    if count < LEAST_LINES or len(split) < max(LEAST_LINES, 0.6 * len(stretch)):
        return None
    crossing = [row for row in split if _end_of_left(row, edge) > edge]
    sides = [[row.before(edge) for row in split], [row.after(edge) for row in split]]
    is_running_text = all(mean(map(len, side)) >= LEAST_LENGTH and _flow(side) >= LEAST_FLOW for side in sides)
    return edge if is_running_text and not crossing else None


def _end_of_left(row: _Row, edge: float) -> float:
    last = [run for run in row.runs if run.x < edge - SAME_LINE][-1]
    return last.x + GLYPH_WIDTH * last.size * len(last.text)


def _flow(lines: Sequence[str]) -> float:
    return sum(line[0].islower() for line in lines[1:]) / (len(lines) - 1)


def _column_lines(stretch: Sequence[_Row], edge: float) -> list[str]:
    columns = [[row.before(edge) for row in stretch], [row.after(edge) for row in stretch]]
    return [line for column in columns for line in column if line]
