"""What a question must be before anything is searched for."""

from __future__ import annotations

import unicodedata

from assistant.errors import QuestionError

MAX_QUESTION_CHARACTERS = 2000


def check_question(text: str) -> str:
    """Return the question without the white space around it, each letter as one character (NFC).

    Raises:
        QuestionError: it is empty, longer than `MAX_QUESTION_CHARACTERS` or has no letters.
    """
    question = unicodedata.normalize("NFC", text.strip())
    if not question:
        raise QuestionError("the question is empty")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters: ask it in {MAX_QUESTION_CHARACTERS:,} or fewer"
        )
    if not any(character.isalpha() for character in question):
        raise QuestionError("the question has no letters: ask it in words")
    return question
