"""Where the anchors of a case stand in a document: gold is a span of text, so that it survives another splitting."""

from __future__ import annotations

import unicodedata

from corpus.documents import Span


def loose(text: str) -> str:
    r"""Return the letters and digits alone, in lower case: what is left when layout and punctuation are taken away.

    >>> loose("25,5 mio. kr. –\n i alt")
    '255miokrialt'
    """
    return "".join(character for character in unicodedata.normalize("NFC", text).lower() if character.isalnum())


class AnchoredText:
    """A document's text, as `text`, in which anchors are looked up; made once, asked often."""

    def __init__(self, text: str) -> None:
        """Take the text as the library has it; spans are offsets into it."""
        self.text = text
        kept = [(at, letter) for at, character in enumerate(text) for letter in character.lower() if letter.isalnum()]
        self._letters = "".join(letter for _, letter in kept)
        self._offsets = [at for at, _ in kept]

    def find(self, anchor: str) -> list[Span]:
        """Return every place where an anchor stands, white space, punctuation and case ignored; none gives []."""
        wanted = loose(anchor)
        found: list[Span] = []
        at = self._letters.find(wanted) if wanted else -1
        while at >= 0:
            found.append(Span(self._offsets[at], self._offsets[at + len(wanted) - 1] + 1))
            at = self._letters.find(wanted, at + 1)
        return found

    def holds(self, quote: str) -> bool:
        """Return whether a quote stands in the text, compared as anchors are; an empty one does not."""
        wanted = loose(quote)
        return bool(wanted) and wanted in self._letters


def covers(start: int, end: int, gold: Span) -> bool:
    """Return whether `start`..`end` covers at least half of a gold span, both in one document."""
    shared = min(end, gold.end) - max(start, gold.start)
    return 2 * shared >= gold.end - gold.start > 0
