"""Which change of an open page is the latest: what an earlier one still draws is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

Drawing = TypeVar("Drawing")


@dataclass
class Latest:
    """The number of a page's latest change; each open page has one of its own.

    A change is a question that is asked, or another conversation that is shown. Gradio cancels an answer beside the
    event that cancels it and not before, so that the answer may still end, and be drawn last.
    """

    number: int = 0

    def begin(self) -> int:
        """Begin a change, which ends every earlier one; return its number, from 1."""
        self.number += 1
        return self.number

    def draw(self, drawings: Iterator[Drawing]) -> Iterator[tuple[int, Drawing]]:
        """Begin a change and yield its number with each of its drawings, for as long as no other has begun."""
        number = self.begin()
        for drawing in drawings:
            if number != self.number:
                return
            yield number, drawing
