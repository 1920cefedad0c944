"""Tables in plain text: a line of years, then rows that end in as many figures, wrapped as they may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.lines import Line

_COLUMN = re.compile(r"(?:19|20)\d\d(?:[-/–](?:\d\d){1,2})?\*?$")
_TOTAL = re.compile(r"(?:I alt|Total|Totalt|Sum|Samlet)$", re.IGNORECASE)
_CELL = re.compile(r"-?\d[\d.,]{0,14}%?\*?$|[-–]$")
_FEWEST_COLUMNS = 2
_MOST_LABEL_WORDS = 5
_MOST_LINES_OF_A_ROW = 4


@dataclass(frozen=True, slots=True)
class PlainTable:
    """The lines of a table's header and of each of its rows."""

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]

    @property
    def line_count(self) -> int:
        """How many lines the table takes up."""
        return len(self.header) + sum(len(row) for row in self.rows)


def read_table(lines: Sequence[Line], start: int) -> PlainTable | None:
    """Return the table that begins at a line, or None where none does."""
    columns = _count_columns(lines[start].text)
    if columns < _FEWEST_COLUMNS:
        return None
    rows: list[tuple[Line, ...]] = []
    position = start + 1
    while row := _read_row(lines, position, columns):
        rows.append(row)
        position += len(row)
    return PlainTable((lines[start],), tuple(rows)) if rows else None


def _count_columns(text: str) -> int:
    """Return how many columns a line names, 0 for a line that is no header."""
    named, total = (text[: found.start()], 1) if (found := _TOTAL.search(text)) else (text, 0)
    words = named.split()
    years = 0
    while years < len(words) and _COLUMN.match(words[-1 - years]):
        years += 1
    return years + total if years and len(words) - years <= _MOST_LABEL_WORDS else 0


def _read_row(lines: Sequence[Line], start: int, columns: int) -> tuple[Line, ...]:
    """Return the lines from `start` up to the one that brings the row's last figure; none where there is no row."""
    words: list[str] = []
    for taken, line in enumerate(lines[start : start + _MOST_LINES_OF_A_ROW], start=1):
        words += line.text.split()
        cells = words[-columns:]
        if len(cells) == columns and all(_CELL.match(cell) for cell in cells):
            return tuple(lines[start : start + taken])
        if line.text.endswith((".", ":", "?")):
            return ()
    return ()
