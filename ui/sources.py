"""A reference of an answer → what the source panel shows of its document."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.messages import Answer, Citation, Considered
from corpus.documents import Document, DocumentMeta, Span
from corpus.errors import UnknownDocument
from corpus.originals import OriginalState
from ui.conversations import Conversation, Exchange, Reference
from ui.passages import SECTION_CHARACTERS, Passage, cut_passage, find_quote, page_at
from ui.quote_places import QuotePlace, place_quote

_log = logging.getLogger(__name__)

Problem = Literal["", "removed", "changed", "failed"]

MOST_QUOTES = 5
"""Quotes of one statement that are marked together on a page: each has to be looked for."""


class Reading(Protocol):
    """The documents of the library, by id."""

    def read(self, document_id: str) -> Document:
        """Return the document as it is now.

        Raises:
            UnknownDocument: it is not, or no longer, in the library.
        """
        ...


class Filing(Protocol):
    """The files that the documents were read from, by the documents' ids."""

    def state(self, document_id: str) -> OriginalState:
        """Return whether the file still is the one that was read.

        Raises:
            UnknownDocument: the document is not, or no longer, in the library.
        """
        ...


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a source's document was read from.

    `page` is the one, from 1, on which the source's words begin, 0 where they are not found any more; `quotes` are the
    words to mark, those of the source first.
    """

    state: OriginalState
    is_pdf: bool
    page: int = 0
    quotes: tuple[QuotePlace, ...] = ()

    @property
    def has_picture(self) -> bool:
        """Whether the page can be shown as the reader knows it."""
        return self.is_pdf and self.state == "there" and self.page > 0


@dataclass(frozen=True, slots=True)
class Source:
    """What the panel shows. `passage` and `meta` are None where the document cannot be shown; `problem` says why.

    `count` is the number of references of the same kind in the answer; `pages` the document's number of pages,
    0 where it is not known; `original` is None where files are not shown at all.
    """

    reference: Reference
    count: int
    place: Citation | Considered
    meta: DocumentMeta | None = None
    pages: int = 0
    passage: Passage | None = None
    problem: Problem = ""
    original: Original | None = None

    @property
    def translation(self) -> str:
        """A rendering of the quoted words in the answer's language; "" where there is none."""
        return self.place.translation if isinstance(self.place, Citation) else ""

    @property
    def quote(self) -> str:
        """The quoted words; "" for a passage that was only considered."""
        return self.place.quote if isinstance(self.place, Citation) else ""


def open_source(
    conversation: Conversation, reference: Reference | None, library: Reading, files: Filing | None = None
) -> Source | None:
    """Read what a reference of the conversation points at; None where it points at nothing.

    A document that cannot be read is a source with a `problem`; what went wrong is logged.
    """
    place = conversation.find(reference) if reference is not None else None
    if reference is None or place is None:
        return None
    exchange = conversation.exchanges[reference.exchange]
    places: Sequence[Citation | Considered] = exchange.citations
    if isinstance(place, Considered):
        places = exchange.answer.considered if exchange.answer else ()
    try:
        document = library.read(place.document_id)
        state = files.state(place.document_id) if files is not None else None
    except UnknownDocument:
        return Source(reference, len(places), place, problem="removed")
    except Exception as error:  # whatever fails in one panel, the page stays up
        log_failure("opening a source", error)
        return Source(reference, len(places), place, problem="failed")
    original = Original(state, document.name.lower().endswith(".pdf")) if state is not None else None
    source = Source(reference, len(places), place, document.meta, len(document.pages), original=original)
    beside = _cited_beside(place, exchange) if isinstance(place, Citation) else ()
    return _add_passage(source, document, beside)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where references are opened from: the library, and the files that its documents were read from."""

    library: Reading
    files: Filing | None = None

    def open(self, conversation: Conversation, reference: Reference | None) -> Source | None:
        """Open a reference as `open_source` does."""
        return open_source(conversation, reference, self.library, self.files)


def find_unpaged(answer: Answer, library: Reading) -> frozenset[str]:
    """Return the ids of an answer's documents that have no pages to name: of one page, or gone from the library."""
    places: tuple[Citation | Considered, ...] = (*answer.citations, *answer.considered)
    return frozenset(name for name in {place.document_id for place in places} if not _has_pages(name, library))


def _has_pages(document_id: str, library: Reading) -> bool:
    try:
        return len(library.read(document_id).pages) > 1
    except UnknownDocument:
        return False


def log_failure(doing: str, error: Exception) -> None:
    """Log where an error came from without its message, which may hold what a person wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed: %s\n%s", doing, type(error).__name__, where)


def _cited_beside(place: Citation, exchange: Exchange) -> tuple[Citation, ...]:
    """Return the other citations from the same document that the statements citing `place` lean on."""
    markers = {
        marker for sentence in exchange.sentences if place.marker in sentence.markers for marker in sentence.markers
    }
    return tuple(
        citation
        for citation in exchange.citations
        if citation is not place and citation.marker in markers and citation.document_id == place.document_id
    )


def _add_passage(source: Source, document: Document, beside: tuple[Citation, ...]) -> Source:
    """Add what the panel shows; quotes of the same statement that stand near are shown and marked together."""
    span = Span(source.place.start, source.place.end)
    if isinstance(source.place, Considered):
        stands = 0 <= span.start < span.end <= len(document.text)
        if not stands:
            return replace(source, problem="changed")
        shown = replace(source, passage=cut_passage(document, span, marked=()))
        return _add_place(shown, document, span, quotes=())
    found = find_quote(document.text, source.place.quote, span)
    if found is None:
        return replace(source, problem="changed")
    near = _find_near(document, found, beside)
    whole = Span(min(part.start for part in near), max(part.end for part in near))
    shown = replace(source, passage=cut_passage(document, whole, marked=near))
    return _add_place(shown, document, found, quotes=(found, *(part for part in near if part != found)))


def _add_place(source: Source, document: Document, span: Span, quotes: Sequence[Span]) -> Source:
    """Add where in the original the source's words begin, and what is marked there."""
    if source.original is None:
        return source
    places = tuple(place_quote(document.text, quote) for quote in quotes[:MOST_QUOTES])
    return replace(source, original=replace(source.original, page=page_at(document.pages, span.start), quotes=places))


def _find_near(document: Document, quote: Span, beside: tuple[Citation, ...]) -> list[Span]:
    """Return the quote and those quotes beside it that stand within `SECTION_CHARACTERS` of it, in their order."""
    found = [find_quote(document.text, other.quote, Span(other.start, other.end)) for other in beside]
    near = [
        other
        for other in found
        if other is not None and max(other.end, quote.end) - min(other.start, quote.start) <= SECTION_CHARACTERS
    ]
    return sorted((quote, *near), key=lambda part: part.start)
