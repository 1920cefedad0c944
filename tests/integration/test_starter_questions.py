"""The questions that the page offers a newcomer are answered from the documents that come with the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.messages import Answer
from assistant.settings import Settings
from assistant.wiring import build_assistant, build_library, index_documents
from corpus.documents import LANGUAGES, Language
from ui.texts import load_texts

Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return a way to ask over the starter documents."""
    settings = Settings(library=tmp_path_factory.mktemp("starter"))
    assert not index_documents(settings, [checkout / "corpus" / "starter"]).failed
    return build_assistant(settings, build_library(settings), dense="exact").answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_starter_question_of_the_page_is_answered_in_its_language(ask: Ask, language: Language) -> None:
    answers = [ask(question) for question in load_texts(language).ask.starters]
    assert [answer.question for answer in answers if not answer.answered] == []
    assert {answer.language for answer in answers} == {language}


def test_the_first_question_of_a_newcomer_gets_the_number_and_its_source(ask: Ask) -> None:
    answer = ask("Hvor ofte mødes styregruppen?")
    assert answer.answered
    assert "fire" in answer.text
    assert "fire" in " ".join(citation.quote for citation in answer.citations)
