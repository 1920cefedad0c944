"""How much of a question stands in a text."""

from __future__ import annotations

import pytest

from corpus.documents import Language
from indexing.matching import QuestionWord, coverage, matches_of, question_words


def covered(words: list[QuestionWord], *texts: str, language: Language = "da") -> float:
    return coverage(words, *(matches_of(words, text, language) for text in texts))


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
    assert covered(question_words(question, {}), text, language=language) == pytest.approx(share, abs=0.11)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    words = question_words("udvalget xylofon", {"udvalg": 0.1, "xylofon": 1.0})
    assert covered(words, "en xylofon") > 0.8
    assert covered(words, "et udvalg") < 0.2


def test_nothing_is_covered_by_an_empty_text() -> None:
    assert covered(question_words("udvalget", {}), "") == 0.0


def test_texts_that_are_read_together_cover_what_either_covers() -> None:
    words = question_words("styregruppens årlige møder i Odense", {})
    one, other = "Styregruppemødet holdes årligt.", "Styregruppen er i Odense."
    assert covered(words, one) < covered(words, other) < covered(words, one, other)
    assert covered(words, one, other) == covered(words, f"{one} {other}")


def test_a_question_without_rare_words_is_not_covered() -> None:
    assert covered(question_words("udvalget", {"udvalg": 0.0}), "udvalget") == 0.0
