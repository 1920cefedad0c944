"""What stands in which column: the figure of 2025 is not that of 2024, and "nej" under a heading is a "not"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.amounts import read_digits
from assistant.cues import Cue
from assistant.figures import Figures
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word
from indexing.words import words_of

MOST_ROWS = 40
MOST_CELLS = 20
_YES = frozenset(("ja", "yes", "x"))
_NO = frozenset(("nej", "nei", "no"))
_NUMBER = re.compile(r"-?\d[\d.,\u00a0 ]{0,20}")
_TOTAL = re.compile(
    r"(?<![^\W_])(?:i alt|total\w{0,4}|samlet|samlede|sum|tilsammen|altogether|in all|til sammen)", re.I
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with what its row and its column are called."""

    row: str
    heading: str
    text: str


def find_cells(texts: Sequence[str]) -> list[Cell]:
    """Return the cells of the rows among some texts, under the headings of a row with as many cells.

    The first row that has no number but years, or no yes or no, is the heading of the rows of its length.

    >>> find_cells(["Mio. kr. | 2025 | 2026", "Kaj | 3,5 | 5,0"])
    [Cell(row='Kaj', heading='2025', text='3,5'), Cell(row='Kaj', heading='2026', text='5,0')]
    """
    rows = [cells for text in texts for line in text.split("\n") if len(cells := _cells(line)) > 1]
    found: list[Cell] = []
    for row in rows[:MOST_ROWS]:
        heading = next((other for other in rows[:MOST_ROWS] if len(other) == len(row) and _is_heading(other)), None)
        if heading is not None and heading is not row:
            found += [Cell(row[0], name, cell) for name, cell in zip(heading[1:], row[1:], strict=True)]
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|") if cell.strip()][:MOST_CELLS]


def _is_heading(cells: Sequence[str]) -> bool:
    return all(
        _YEAR.fullmatch(cell) or not (_NUMBER.fullmatch(cell) or _answer(cell) is not None) for cell in cells[1:]
    )


def _answer(cell: str) -> bool | None:
    """Return what a cell answers: True for "ja", False for "nej", None for anything else."""
    word = folded(cell)
    return True if word in _YES else False if word in _NO else None


def other_cells(claim: Statement, figures: Figures, cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the figures of a claim that stand in the quotes' table in other rows or columns than the claim names.

    Where a claim names as many headings as it has figures of the table, they belong together in their order.
    """
    rows = _named_rows(claim, cells)
    for amount in figures.amounts if rows else ():
        standing = {cell.row for cell in cells if amount.values & _values(cell.text)}
        if standing and not standing & rows:
            yield f"{amount.text} belongs to {', '.join(sorted(standing))} in the quote"
    named = _named_headings(claim, cells)
    if not named:
        return
    places = [
        (amount, {cell.heading for cell in cells if amount.values & _values(cell.text)}) for amount in figures.amounts
    ]
    held = [(amount, headings) for amount, headings in places if headings]
    in_order = len(held) == len(named) > 1
    for place, (amount, headings) in enumerate(held):
        wanted = {named[place]} if in_order else set(named)
        if not headings & wanted:
            yield f"{amount.text} stands under {', '.join(sorted(headings))} in the quote"


@lru_cache(maxsize=4096)
def _values(cell: str) -> frozenset[Fraction]:
    """Return the values that a cell can have, alone, in thousands, millions and thousands of millions."""
    if not _NUMBER.fullmatch(cell):
        return frozenset()
    values = read_digits(re.sub(r"[^\d.,]", "", cell), None)
    return frozenset(value * factor for value in values for factor in (1, 1000, 10**6, 10**9))


def _named_rows(claim: Statement, cells: Sequence[Cell]) -> set[str]:
    """Return the rows that a claim names, by the words of their first cells that no other row has."""
    rows = list(dict.fromkeys(cell.row for cell in cells))
    words = [word.text for word in claim.words]
    return {row for row in rows if _is_named(row, words, rows)} if len(rows) > 1 else set()


def _named_headings(claim: Statement, cells: Sequence[Cell]) -> list[str]:
    """Return the headings that a claim names, in the order in which it does; only those that tell columns apart."""
    headings = list(dict.fromkeys(cell.heading for cell in cells))
    found = []
    for heading in headings:
        at = _place(claim.text, heading)
        if at is not None:
            found.append((at, heading))
    return [heading for _, heading in sorted(found)]


def _place(text: str, heading: str) -> int | None:
    """Return where a text names a heading that is a year or a total, None where it does not."""
    year = _YEAR.search(heading)
    if year:
        at = text.find(year.group())
        return at if at >= 0 else None
    named = _TOTAL.search(text) if _TOTAL.search(heading) else None
    return named.start() if named else None


def compare_answers(claim: Statement, cells: Sequence[Cell]) -> tuple[list[str], list[Cue]]:
    """Return what a claim says otherwise than the yes and no of a table, and its negations that a "nej" bears out."""
    rows = _named_rows(claim, cells)
    within = [cell for cell in cells if not rows or cell.row in rows]
    answered = [(cell, answer) for cell in within if (answer := _answer(cell.text)) is not None]
    wrong: list[str] = []
    borne_out: list[Cue] = []
    negations = {cue.at: cue for cue in claim.cues if cue.plain and "negation" in cue.kinds}
    clauses = sorted({word.clause for word in claim.words}) if answered else []
    for clause in clauses:
        places = [at for at, word in enumerate(claim.words) if word.clause == clause]
        denied = [negations[at] for at in places if at in negations]
        words = [claim.words[at].text for at in places]
        following = claim.words[places[-1] + 1].text if places[-1] + 1 < len(claim.words) else ""
        said = _answer(following)  # "I bestyrelsen: nej"
        is_denied = bool(denied) if said is None else not said
        for heading, answers in _by_heading(answered).items():
            if len(answers) != 1 or not _is_named(heading, words, [cell.heading for cell, _ in answered]):
                continue
            (answer,) = answers
            if answer == is_denied:
                wrong.append(f"under {heading} the quote says {'yes' if answer else 'no'}")
            elif denied:
                borne_out += denied
    return wrong, borne_out


def _by_heading(answered: Sequence[tuple[Cell, bool]]) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for cell, answer in answered:
        found.setdefault(cell.heading, set()).add(answer)
    return found


def _is_named(heading: str, words: Sequence[str], headings: Sequence[str]) -> bool:
    """Return whether a clause has the words of a heading that no other heading has."""
    others = Vocabulary([word for other in headings if other != heading for word in words_of(other)])
    own = [word for word in words_of(heading) if is_content_word(word) and not others.has(word)]
    said = Vocabulary(words)
    return bool(own) and sum(said.translates(word) for word in own) >= len(own) / 2
