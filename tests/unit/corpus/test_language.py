"""The language of questions and passages."""

import subprocess
import sys

import pytest

from corpus.documents import Language
from corpus.language import detect_clear_language, detect_language, detect_question_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Hvad er fristen?", "da"),
        ("Hvornår mødes udvalget?", "da"),
        ("Hvor meget koster det?", "da"),
        ("Hvem blev valgt?", "da"),
        ("Hva er fristen?", "no"),
        ("Når ble planen vedtatt?", "no"),
        ("Hvor mye penger er satt av?", "no"),
        ("Kven har ansvaret?", "no"),
        ("Hvilke tiltak skal gjøres etter møtet?", "no"),
        ("What is the deadline?", "en"),
        ("Who pays for the secretariat?", "en"),
        ("How often does the board meet?", "en"),
    ],
)
def test_short_questions_are_told_apart(question: str, language: Language) -> None:
    assert detect_question_language(question) == language


@pytest.mark.parametrize("preferred", ["da", "no", "en"])
def test_the_language_of_the_conversation_wins_when_a_question_says_nothing(preferred: Language) -> None:
    assert detect_question_language("ATMP?", preferred) == preferred
    assert detect_question_language("2027?", preferred) == preferred


def test_a_clear_question_beats_the_language_of_the_conversation() -> None:
    assert detect_question_language("Hvad er fristen?", "no") == "da"
    assert detect_question_language("What is the deadline?", "da") == "en"


@pytest.mark.parametrize("text", ["", "   ", "?!", "123", "\x00", "🙂", "漢字"])
def test_text_without_known_words_is_danish_and_never_an_error(text: str) -> None:
    assert detect_question_language(text) == "da"
    assert detect_language(text) in ("da", "no", "en")


def test_an_english_name_in_a_danish_question_leaves_it_danish() -> None:
    assert detect_question_language("Hvad betyder hospital exemption for the patients?") == "da"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Udvalget følger arbejdet og giver hvert år en redegørelse til regeringen om økonomien.", "da"),
        ("Utvalget følger arbeidet og gir hvert år en redegjørelse til regjeringen om økonomien.", "no"),
        ("Utvalet følgjer arbeidet og gjev kvart år ei utgreiing til regjeringa om økonomien.", "no"),
        ("The committee follows the work and reports every year to the government on the budget.", "en"),
    ],
)
def test_passages_are_told_apart(text: str, language: Language) -> None:
    assert detect_language(text) == language
    assert detect_clear_language(text) == language


def test_a_short_passage_has_no_clear_language() -> None:
    assert detect_clear_language("Danske Regioner") is None
    assert detect_clear_language("12 345 678 " * 20) is None


def test_importing_the_module_loads_no_models() -> None:
    code = "import sys, corpus.language; print('lingua' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
