"""What a question must be."""

from __future__ import annotations

import pytest

from assistant.errors import QuestionError
from assistant.questions import MAX_QUESTION_CHARACTERS, check_question


def test_white_space_around_a_question_goes() -> None:
    assert check_question("  Hvem?\n") == "Hvem?"


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_an_empty_question_is_said(text: str) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        check_question(text)


@pytest.mark.parametrize("text", ["?", "1234", "🙂🙂", "\x00\x01"])
def test_a_question_without_letters_is_said_in_one_line(text: str) -> None:
    with pytest.raises(QuestionError, match="has no letters") as caught:
        check_question(text)
    assert "\n" not in str(caught.value)


def test_a_question_of_the_greatest_length_is_taken_and_a_longer_one_is_not() -> None:
    assert check_question("a" * MAX_QUESTION_CHARACTERS)
    with pytest.raises(QuestionError, match="2,001 characters: ask it in 2,000 or fewer"):
        check_question("a" * (MAX_QUESTION_CHARACTERS + 1))
