"""Citation recall and precision follow ALCE, whatever the test of support."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.citing import MOST_QUOTES, CitationCounts, count_citations, is_factual, stated_sentences
from evals.results import GivenAnswer, Quote, StatedSentence


def holds_every_word(sentence: str, quotes: Sequence[str]) -> bool:
    """Test support as simply as can be: every word of the sentence stands in a quote."""
    return set(sentence.lower().split()) <= set(" ".join(quotes).lower().split())


def sentence(text: str, *quotes: str) -> StatedSentence:
    return StatedSentence(text, tuple(Quote("a.md", quote) for quote in quotes))


def count(*sentences: StatedSentence) -> CitationCounts:
    return count_citations(sentences, holds_every_word)


def test_a_sentence_that_its_quote_supports_counts_with_its_citation() -> None:
    assert count(sentence("red boat", "the red boat")) == CitationCounts(1, 1, 1, 1)


def test_a_sentence_that_no_quote_supports_counts_for_nothing() -> None:
    assert count(sentence("red boat", "the blue boat", "a car")) == CitationCounts(1, 0, 2, 0)


def test_two_quotes_that_are_needed_together_both_count() -> None:
    assert count(sentence("red boat", "red car", "blue boat")) == CitationCounts(1, 1, 2, 2)


def test_a_citation_that_can_be_taken_away_and_supports_nothing_alone_does_not_count() -> None:
    assert count(sentence("red boat", "the red boat", "blue sea")) == CitationCounts(1, 1, 2, 1)


def test_two_quotes_that_each_support_alone_both_count() -> None:
    assert count(sentence("red boat", "a red boat", "the red boat")) == CitationCounts(1, 1, 2, 2)


def test_a_sentence_without_quotes_is_not_supported() -> None:
    assert count(sentence("red boat")) == CitationCounts(1, 0, 0, 0)


def test_recall_and_precision_are_shares_over_all_sentences() -> None:
    counts = count(sentence("red boat", "red boat", "sea"), sentence("green", "blue"), sentence("green"))
    assert counts.recall == pytest.approx(1 / 3)
    assert counts.precision == pytest.approx(1 / 3)


def test_recall_and_precision_are_undefined_without_sentences() -> None:
    assert (count().recall, count().precision) == (None, None)


def test_markers_and_questions_state_nothing() -> None:
    assert [is_factual(text) for text in ("[1]", " – ", "Hvad mener du?", "Ja. [1]")] == [False, False, False, True]
    assert count(sentence("Which boat?"), sentence("red boat [1]", "red boat")) == CitationCounts(1, 1, 1, 1)


def test_sentences_that_are_not_told_apart_lean_on_every_quote() -> None:
    quotes = (Quote("a.md", "x"), Quote("b.md", "y"))
    given = GivenAnswer(True, "answered", "Båden er rød [1]. Den er hurtig. [2]", quotes)
    assert stated_sentences(given) == (
        StatedSentence("Båden er rød .", quotes),
        StatedSentence("Den er hurtig.", quotes),
    )


def test_a_refusal_states_nothing() -> None:
    assert stated_sentences(GivenAnswer(False, "no_evidence", "Det står ikke i materialet.")) == ()


def test_no_more_quotes_are_weighed_than_the_limit() -> None:
    asked: list[int] = []

    def note(text: str, quotes: Sequence[str]) -> bool:
        asked.append(len(quotes))
        return True

    counts = count_citations([sentence("red", *(f"red {n}" for n in range(500)))], note)
    assert counts.citations == MOST_QUOTES
    assert max(asked) == MOST_QUOTES
