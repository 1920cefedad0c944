"""An answer's sentences as they are shown: their lines, what each line is, and the language of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from assistant.messages import Citation
from corpus.documents import Language
from ui.passages import letters_of

LineShape = Literal["item", "row", "words"]

_BULLETS = "•-–"


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and not _is_rule(line)]


def group_lines(lines: Sequence[str]) -> Iterator[tuple[LineShape, list[str]]]:
    """Yield neighbouring lines of one shape together; a row that stands alone is words.

    >>> list(group_lines(["Rådet har:", "- en formand", "- to medlemmer", "2031 | 2 mio. kr."]))
    [('words', ['Rådet har:']), ('item', ['- en formand', '- to medlemmer']), ('words', ['2031 | 2 mio. kr.'])]
    """
    for shape, group in groupby(lines, key=_shape_of):
        found = list(group)
        yield ("words" if shape == "row" and len(found) < 2 else shape), found


def cells_of(line: str) -> list[str]:
    """Return the cells of a table row: `| a | b |` or `a | b`."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def item_of(line: str) -> str:
    """Return the words of a list item without its bullet; a number or letter of its own stays."""
    return line.lstrip(_BULLETS).strip()


def has_own_number(words: str) -> bool:
    """Return whether a list item has a number or letter of its own, and so needs no bullet."""
    return words[:1].isdigit() or (len(words) > 1 and words[1] in ".)")


def readable(text: str) -> str:
    """Return the text without empty lines, and with the bars of table rows as middle dots."""
    return "\n".join(" · ".join(cells_of(line)) if _is_row(line) else line for line in lines_of(text))


def language_of_words(text: str, citations: Sequence[Citation], language: Language) -> Language:
    """Return the language of a sentence: the answer's, or that of the quote in another language that it repeats."""
    words = letters_of(text)
    for citation in citations:
        if citation.language != language and words in letters_of(citation.quote):
            return citation.language
    return language


def _shape_of(line: str) -> LineShape:
    if line.startswith(tuple(_BULLETS)):
        return "item"
    return "row" if _is_row(line) else "words"


def _is_row(line: str) -> bool:
    return line.startswith("|") or " | " in line


def _is_rule(line: str) -> bool:
    """Return whether a line is the rule between a table's header and its rows."""
    return _is_row(line) and not line.strip("|-: ")
