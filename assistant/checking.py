"""A sentence of a language model is looked up where it says it stands, and checked against what stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.passages import Passage
from assistant.phrases import LANGUAGE_NAMES
from assistant.quoting import QuotableText
from assistant.replies import DraftCitation, DraftSentence
from assistant.verifying import Problem, find_problems
from corpus.documents import Block, Document, Language, Span
from corpus.language import detect_clear_language
from corpus.sentences import split_sentences

MAX_QUOTE = 1_500
"""Characters of a quotation; who leans on more leans on nothing in particular."""
LEAST_QUOTE = 3
"""Letters and figures of a quotation that can be looked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whole sentences, items or rows of a passage's document, and a rendering of them that may be shown."""

    passage: Passage
    span: Span
    translation: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence with the places it leans on, and why they do not bear it; no problem means that they do."""

    draft: DraftSentence
    text: str
    places: tuple[Place, ...]
    problems: tuple[Problem, ...]


class Checker:
    """Checks the sentences of one answer against the passages that its model was shown."""

    def __init__(
        self,
        question: str,
        language: Language,
        passages: Mapping[str, Passage],
        read_document: Callable[[str], Document],
        restore: Callable[[str], str],
    ) -> None:
        """Take what the answer is checked against.

        Args:
            question: as it was asked; its figures and names may be repeated.
            language: that the answer has to be in.
            passages: that were shown, by the markers they were shown with.
            read_document: gives a passage's document by its id.
            restore: gives back what was masked before it was sent.
        """
        self._question = question
        self._language = language
        self._passages = passages
        self._read_document = read_document
        self._restore = restore
        self._quotable: dict[str, QuotableText] = {}

    def check(self, draft: DraftSentence) -> CheckedSentence:
        """Look up a sentence's quotes and check it against them."""
        text = self._restore(draft.text).strip()
        places = tuple(dict.fromkeys(place for given in draft.citations for place in self._locate(given)))
        if not places:
            problem = Problem("quote", "none of its quotes stands in the passage that it names")
            return CheckedSentence(draft, text, (), (problem,))
        problems = self._problems(text, places)
        if problems:
            led = tuple(dict.fromkeys((*self._leads(places), *places)))
            if len(led) > len(places) and not self._problems(text, led):
                return CheckedSentence(draft, text, led, ())
        return CheckedSentence(draft, text, places, problems)

    def _problems(self, text: str, places: Sequence[Place]) -> tuple[Problem, ...]:
        quotes = [self._text_of(place) for place in places]
        found = find_problems(text, quotes, self._question)
        written_in = detect_clear_language(text)
        is_quotation = any(QuotableText(quote).find(text) for quote in quotes)
        if written_in not in (None, self._language) and not is_quotation:
            wanted = LANGUAGE_NAMES["en"][self._language]
            found = (*found, Problem("language", f"the sentence has to be written in {wanted}"))
        return found

    def _locate(self, given: DraftCitation) -> Iterator[Place]:
        """Yield the place of a quote: in the passage it names, or in the only other one where it stands."""
        quote = self._restore(given.quote)
        if sum(character.isalnum() for character in quote) < LEAST_QUOTE:
            return
        named = self._passages.get(given.passage)
        if named is not None and (span := self._find(named, quote)):
            yield self._place(named, span, given.translation)
            return
        elsewhere = [(other, span) for other in self._passages.values() if (span := self._find(other, quote))]
        if len(elsewhere) == 1:
            yield self._place(*elsewhere[0], given.translation)

    def _find(self, passage: Passage, quote: str) -> Span | None:
        """Return the whole sentences, items or rows of the document around a quote; None where it does not stand."""
        if passage.marker not in self._quotable:
            self._quotable[passage.marker] = QuotableText(passage.text)
        found = self._quotable[passage.marker].find(quote)
        if found is None:
            return None
        document = self._read_document(passage.document_id)
        whole = widened(document, Span(passage.start + found.start, passage.start + found.end))
        return whole if whole.end - whole.start <= MAX_QUOTE else None

    def _place(self, passage: Passage, span: Span, translation: str) -> Place:
        place = Place(passage, span)
        rendered = self._restore(translation).strip()
        if passage.language == self._language or not self._renders(rendered, self._text_of(place)):
            return place
        return Place(passage, span, rendered)

    def _renders(self, translation: str, quote: str) -> bool:
        """Return whether a translation may stand beside a quote: it says no more than the quote, and nothing less."""
        return bool(translation) and not (find_problems(translation, [quote]) or find_problems(quote, [translation]))

    def _leads(self, places: Sequence[Place]) -> Iterator[Place]:
        """Yield what introduces the list or names the columns of the table that a place is in."""
        for place in places:
            document = self._read_document(place.passage.document_id)
            for block in _blocks_of(document, place.span):
                if block.lead is not None:
                    yield Place(place.passage, block.lead)

    def _text_of(self, place: Place) -> str:
        return self._read_document(place.passage.document_id).text[place.span.start : place.span.end]


def widened(document: Document, span: Span) -> Span:
    """Return the whole sentences, list items and table rows that a span lies in: a "not" before it comes along."""
    start, end = span.start, span.end
    for block in _blocks_of(document, span):
        for unit in _units(document, block):
            if unit.start < span.end and span.start < unit.end:
                start, end = min(start, unit.start), max(end, unit.end)
    return Span(start, end)


def _blocks_of(document: Document, span: Span) -> list[Block]:
    return [block for block in document.blocks if block.start < span.end and span.start < block.end]


def _units(document: Document, block: Block) -> list[Span]:
    if block.kind == "paragraph":
        return split_sentences(document.text[block.start : block.end], block.start)
    return [Span(block.start, block.end)]
