"""Whether a quote stands word for word in a text: white space and punctuation apart, but never a letter or a figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.documents import Span

_RUN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
"""Letters and figures, with the accents that stand as characters of their own."""


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters and figures of a text in lower case, with where each run of them begins and ends in both."""

    text: str
    starts: dict[int, int]
    ends: dict[int, int]


class QuotableText:
    """A text in which quotes are looked up; made once, asked often.

    Case, white space, hyphens and punctuation are passed over, except between two figures: there a comma, a full stop
    and anything else are three different things, so that "5,0" is not "50".
    """

    def __init__(self, text: str) -> None:
        """Take the text as the library has it; spans are offsets into it."""
        self._letters = _read_letters(text)

    def find(self, quote: str) -> Span | None:
        """Return the first place where a quote stands, beginning and ending with whole words; None where it does not.

        >>> QuotableText("Der er afsat 5,0 mio. kr.").find("afsat 5,0 mio. kr")
        Span(start=7, end=24)
        >>> QuotableText("Der er afsat 25,0 mio. kr.").find("5,0 mio. kr.") is None
        True
        """
        return next(self.find_all(quote), None)

    def find_all(self, quote: str) -> Iterator[Span]:
        """Yield every place where a quote stands, as `find` does."""
        wanted = _read_letters(quote).text
        letters = self._letters
        at = letters.text.find(wanted) if wanted else -1
        while at >= 0:
            start, end = letters.starts.get(at), letters.ends.get(at + len(wanted))
            if start is not None and end is not None:
                yield Span(start, end)
            at = letters.text.find(wanted, at + 1)


def _read_letters(text: str) -> _Letters:
    pieces: list[str] = []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    length, before = 0, None
    for run in _RUN.finditer(text):
        said = unicodedata.normalize("NFC", run.group()).lower()
        if before is not None and before.group()[-1].isdigit() and said[0].isdigit():
            gap = text[before.end() : run.start()]
            pieces.append(gap if gap in (".", ",") else " ")
            length += 1
        starts[length] = run.start()
        pieces.append(said)
        length += len(said)
        ends[length] = run.end()
        before = run
    return _Letters("".join(pieces), starts, ends)
