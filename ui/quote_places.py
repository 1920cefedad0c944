"""Where a quote stands in a document, written into an address so that other words can never be taken for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from corpus.documents import Span
from corpus.pdf_pages import MOST_QUOTE_CHARACTERS

_SHAPE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuotePlace:
    """A stretch of a document's text; `seal` is made of its words, and fits no others."""

    span: Span
    seal: str

    def __str__(self) -> str:
        return f"{self.span.start}-{self.span.end}-{self.seal}"

    def read(self, text: str) -> str | None:
        """Return the words that stand there; None where the text has other words there by now."""
        words = text[self.span.start : self.span.end]
        return words if _seal(words) == self.seal else None


def place_quote(text: str, span: Span) -> QuotePlace:
    """Return the place of a stretch of a text."""
    return QuotePlace(span, _seal(text[span.start : span.end]))


def parse_quote_place(text: str) -> QuotePlace | None:
    """Read what `str(QuotePlace)` has written; None for anything else, and for more than a quote may be long.

    >>> parse_quote_place("3-7-0123456789abcdef")
    QuotePlace(span=Span(start=3, end=7), seal='0123456789abcdef')
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    span = Span(int(match[1]), int(match[2]))
    return QuotePlace(span, match[3]) if 0 < span.end - span.start <= MOST_QUOTE_CHARACTERS else None


def _seal(words: str) -> str:
    return sha256(words.encode("utf-8", errors="surrogatepass")).hexdigest()[:16]
