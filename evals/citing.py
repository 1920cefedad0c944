"""Citation recall and precision as in ALCE (Gao et al. 2023, arXiv:2305.14627), with any test of support."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.sentences import split_sentences
from evals.results import GivenAnswer, StatedSentence

Supports = Callable[[str, Sequence[str]], bool]
"""(sentence, quotes) → whether the quotes, taken together, bear the sentence out."""

MOST_QUOTES = 20
"""Quotes of one sentence that are weighed; a sentence that leans on more gains nothing by the rest."""
_MARKER = re.compile(r"\[\d{1,4}\]")


@dataclass(frozen=True, slots=True)
class CitationCounts:
    """Factual sentences and those supported; citations, one for each sentence and quote, and those needed."""

    sentences: int
    supported_sentences: int
    citations: int
    needed_citations: int

    @property
    def recall(self) -> float | None:
        """Return the share of factual sentences that their quotes support; None without sentences."""
        return self.supported_sentences / self.sentences if self.sentences else None

    @property
    def precision(self) -> float | None:
        """Return the share of citations that count; None without citations."""
        return self.needed_citations / self.citations if self.citations else None


def count_citations(sentences: Sequence[StatedSentence], supports: Supports) -> CitationCounts:
    """Return what the citations of an answer's sentences are worth.

    A sentence without quotes is not supported. A citation counts when its sentence is supported and the quote alone
    supports it, or the others without it do not. Sentences that state nothing are passed over.
    """
    factual = [sentence for sentence in sentences if is_factual(sentence.text)]
    needed = [_count_needed(sentence, supports) for sentence in factual]
    return CitationCounts(
        sentences=len(factual),
        supported_sentences=sum(count is not None for count in needed),
        citations=sum(len(_quotes(sentence)) for sentence in factual),
        needed_citations=sum(count or 0 for count in needed),
    )


def stated_sentences(given: GivenAnswer) -> tuple[StatedSentence, ...]:
    """Return the sentences of an answer; where it does not tell them apart, each leans on all its quotes."""
    if given.sentences or not given.answered:
        return given.sentences
    text = _without_markers(given.text)
    return tuple(StatedSentence(text[span.start : span.end], given.quotes) for span in split_sentences(text))


def is_factual(sentence: str) -> bool:
    """Return whether a sentence states something: it has letters or digits and is no question."""
    said = _without_markers(sentence).strip()
    return any(character.isalnum() for character in said) and not said.endswith("?")


def _without_markers(text: str) -> str:
    return _MARKER.sub("", text)


def _quotes(sentence: StatedSentence) -> list[str]:
    return [quote.text for quote in sentence.quotes[:MOST_QUOTES]]


def _count_needed(sentence: StatedSentence, supports: Supports) -> int | None:
    """Return how many of a sentence's citations count; None when they do not support it together."""
    text, quotes = _without_markers(sentence.text), _quotes(sentence)
    if not quotes or not supports(text, quotes):
        return None
    if len(quotes) == 1:
        return 1
    return sum(
        supports(text, [quote]) or not supports(text, quotes[:at] + quotes[at + 1 :]) for at, quote in enumerate(quotes)
    )
