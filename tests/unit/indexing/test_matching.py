"""How much of a question stands in a text."""

from __future__ import annotations

import pytest

from corpus.documents import Language
from indexing.matching import coverage, question_words


@pytest.mark.parametrize(
    ("question", "text", "language", "share"),
    [
        ("Hvornår mødes udvalget?", "Udvalget mødes om tirsdagen.", "da", 1.0),
        ("Hvornår mødes udvalget?", "Sekretæren skriver breve.", "da", 0.0),
        ("hvornaar moedes udvalget", "Udvalget mødes om tirsdagen.", "da", 1.0),
        ("Hvor mange møder har styregruppen?", "Styringsgruppen har fire møter.", "no", 0.8),
        ("styregruppe", "På styregruppemødet blev det sagt.", "da", 0.7),
    ],
)
def test_the_share_of_the_questions_words_is_told(question: str, text: str, language: Language, share: float) -> None:
    assert coverage(question_words(question, {}), text, language) == pytest.approx(share, abs=0.11)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    words = question_words("udvalget xylofon", {"udvalg": 0.1, "xylofon": 1.0})
    assert coverage(words, "en xylofon", "da") > 0.8
    assert coverage(words, "et udvalg", "da") < 0.2


def test_nothing_is_covered_by_an_empty_text() -> None:
    assert coverage(question_words("udvalget", {}), "", "da") == 0.0
