"""The kind of answer that is asked for is told from the question's own words."""

from __future__ import annotations

import pytest

from assistant.expecting import Expected, expect, holds_what_is_expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Hvor mange sidder i bestyrelsen?", "number"),
        ("hvor tit mødes udvalget", "number"),
        ("Hvor mye penger er satt av til prosjektet?", "money"),
        ("What share of the budget goes to training?", "number"),
        ("How much does the licence cost?", "money"),
        ("Hvornår trådte aftalen i kraft?", "date"),
        ("hvornaar er naeste moede", "date"),
        ("Når ble rapporten publisert?", "date"),
        ("Hvem er formand?", "person"),
        ("Hvorfor blev mødet aflyst?", "reason"),
        ("Hvilke foreninger er med?", "list"),
        ("Hvad er en biobank?", "definition"),
        ("Kan udvalget ændre budgettet?", "yes_no"),
        ("May the board change the budget?", "yes_no"),
        ("Hvad skal sekretariatet lave?", "statement"),
    ],
)
def test_the_kind_of_answer_is_told(question: str, kind: Expected) -> None:
    assert expect(question).kind == kind


@pytest.mark.parametrize("question", ["Hvem sidder i udvalget?", "Hvilke foreninger er med?", "Who are the members?"])
def test_a_question_for_members_wants_the_whole_list(question: str) -> None:
    assert expect(question).whole_list


@pytest.mark.parametrize(
    ("text", "kind", "held"),
    [
        ("Der er afsat 3,2 mio. kr.", "money", True),
        ("Der er afsat penge.", "money", False),
        ("Udvalget har ni medlemmer.", "number", True),
        ("Udvalget har medlemmer.", "number", False),
        ("Mødet er den 4. marts 2031.", "date", True),
        ("Mødet er i foråret.", "date", False),
        ("Formanden udpeges af Sundhedsstyrelsen.", "person", True),
        ("Det blev aftalt.", "person", False),
        ("Hvad som helst.", "reason", True),
    ],
)
def test_an_answer_of_the_kind_is_told_from_one_that_is_not(text: str, kind: Expected, held: bool) -> None:
    assert holds_what_is_expected(text, kind) is held
