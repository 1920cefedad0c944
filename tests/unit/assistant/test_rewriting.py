"""A follow-up is searched for together with what it follows; a new subject is not."""

from __future__ import annotations

import pytest

from assistant.messages import Turn
from assistant.rewriting import stand_alone

HISTORY = [Turn("Hvem leder udvalget?", "Udvalget ledes af to formænd.")]


@pytest.mark.parametrize(
    "question", ["Og hvem sidder i det?", "Hvor ofte mødes de?", "Hvorfor det?", "Hvorfor?", "And when do they meet?"]
)
def test_a_question_that_points_back_carries_the_last_turn(question: str) -> None:
    rewritten = stand_alone(question, HISTORY)
    assert rewritten.query.startswith(question)
    assert "udvalget" in rewritten.query
    assert rewritten.asks == question


def test_what_about_asks_the_last_question_again_of_something_else() -> None:
    rewritten = stand_alone("Hvad med sekretariatet?", HISTORY)
    assert rewritten.asks == "Hvem leder udvalget?"
    assert "sekretariatet" in rewritten.query


@pytest.mark.parametrize(
    "question",
    [
        "Hvornår trådte bekendtgørelsen om gebyrer i kraft?",
        "Hvad koster en ansøgning om et klinisk forsøg?",
        "Hvor mange millioner er der afsat til skoven?",
        "Hvad er den nye strategi?",
        "Hvilke er de tre temaer?",
    ],
)
def test_a_new_subject_does_not_drag_the_old_one_along(question: str) -> None:
    assert stand_alone(question, HISTORY).query == question


def test_a_first_question_is_left_as_it_is() -> None:
    assert stand_alone("Hvor ofte mødes de?", []).query == "Hvor ofte mødes de?"


def test_the_newest_turn_is_the_one_carried() -> None:
    history = [Turn("Gammelt spørgsmål?", "Gammelt svar."), *HISTORY]
    assert "Gammelt" not in stand_alone("Hvorfor det?", history).query


def test_only_the_subject_is_carried_and_not_the_whole_question() -> None:
    history = [Turn("Hvor ofte mødes styregruppen?", "Styregruppen mødes fire gange årligt.")]
    query = stand_alone("og hvem sidder i den", history).query
    assert "styregruppen" in query
    assert "mødes" not in query


def test_a_name_in_the_answer_is_what_they_points_at() -> None:
    history = [Turn("Hvem varetager sekretariatet?", "Amgros varetager det.")]
    assert "Amgros" in stand_alone("Hvor mange penge får de til det?", history).query


def test_the_subject_outlives_a_follow_up_that_only_points_at_it() -> None:
    history = [
        Turn("Hvor ofte mødes styregruppen?", "Fire gange årligt."),
        Turn("Og hvem sidder i den?", "Otte medlemmer."),
    ]
    assert "styregruppen" in stand_alone("Hvor længe sidder de?", history).query
