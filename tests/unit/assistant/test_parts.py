"""A question of two questions is taken apart; lists, names and alternatives are not."""

from __future__ import annotations

import pytest

from assistant.parts import MOST_PARTS, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Hvem leder rådet, og hvor ofte mødes det?", ["Hvem leder rådet?", "hvor ofte mødes det?"]),
        ("hvad koster broen og hvornår er den færdig", ["hvad koster broen?", "hvornår er den færdig?"]),
        ("Når ble havna bygd, og kor mykje kosta ho?", ["Når ble havna bygd?", "kor mykje kosta ho?"]),
        ("Who leads it, and in which year was it founded?", ["Who leads it?", "in which year was it founded?"]),
    ],
)
def test_two_questions_are_taken_apart(question: str, parts: list[str]) -> None:
    assert list(parts_of(question)) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Hvem sidder i råd og nævn?",
        "Hvad er forskellen på læger og sygeplejersker?",
        "Hvad sker der, når havnen og broen lukker?",
        "Which rules apply to salt and sand?",
        "Og hvem sidder i den?",
        "Hvorfor?",
        "",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts_of(question) == (question,)


def test_no_question_has_more_parts_than_are_read() -> None:
    assert len(parts_of(", og ".join(["hvem leder rådet i havnen"] * 40))) == MOST_PARTS


def test_a_long_question_is_taken_apart_in_no_time() -> None:
    assert len(parts_of("og hvor " * 5_000)) <= MOST_PARTS
