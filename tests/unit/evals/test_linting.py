"""What is wrong in a question file is found, and what is right is left alone."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from assistant.messages import Turn
from evals.cases import Case
from evals.linting import ALIKE, Finding, count_faults, describe_cases, find_alike, lint_cases

BOATS = (
    "Bådklubben har en bestyrelse på fem personer. Bestyrelsen mødes fire gange om året i klubhuset.\n\n"
    "Kontingentet for voksne udgør 450 kr. og skal betales inden den 1. maj. Børn betaler ikke noget.\n"
)
HARBOUR = "Havnen er åben fra april til oktober. Havnefogeden viser, hvor bådene skal ligge. Bestyrelsen mødes her.\n"
TEXTS = {"boats.md": BOATS, "harbour.md": HARBOUR}
GOOD = Case(
    id="good",
    language="da",
    kind="number",
    question="hvor meget skal en voksen give for at være med i klubben?",
    answerable=True,
    documents=("boats.md",),
    evidence=("kontingentet for voksne udgør",),
    facts=((r"\b450\b",),),
)
REFUSED = Case("refused", "da", "unanswerable", "hvad hedder formanden for bådklubben?", False, why="no name is given")
TURN = Turn("hvor tit holder de møde?", "Fire gange om året.")


def lint(*cases: Case, **options: Any) -> list[Finding]:
    return lint_cases(cases, TEXTS, **options)


def faults_of(case: Case) -> list[str]:
    return [finding.message for finding in lint(case) if finding.severity == "fault"]


def remarks_of(case: Case) -> list[str]:
    return [finding.message for finding in lint(case) if finding.severity == "remark"]


def test_cases_that_hold_together_get_no_finding() -> None:
    assert lint(GOOD, REFUSED) == []


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (replace(GOOD, documents=("lost.md",)), "no document 'lost.md'"),
        (replace(GOOD, evidence=("kontingentet for børn udgør",)), "stands in none of boats.md"),
        (replace(GOOD, documents=("harbour.md", "boats.md")), "no anchor stands in harbour.md"),
        (replace(GOOD, facts=(("500",),)), "none of ['500'] stands within 600 letters"),
        (replace(GOOD, facts=(("450",), ("500", "600"))), "none of ['500', '600']"),
        (replace(GOOD, evidence=("kontingentet",)), "has 1 words, not 2 to 9"),
        (
            replace(GOOD, evidence=("på fem personer. bestyrelsen mødes fire gange om året i klubhuset",)),
            "has 11 words",
        ),
        (replace(GOOD, evidence=("Kontingentet for voksne",)), "is not in lower case"),
        (replace(GOOD, facts=()), "answerable, yet without facts"),
        (replace(GOOD, evidence=(), draft=True), "answerable, yet without evidence"),
        (replace(GOOD, documents=(), draft=True), "answerable, yet without doc"),
        (replace(GOOD, kind="unanswerable"), "answerable, yet its kind is unanswerable"),
        (replace(GOOD, kind="followup"), "a follow-up without a history"),
        (replace(GOOD, question="?!"), "the question is empty"),
        (replace(GOOD, question="hvad koster det " * 20), "over 300"),
        (replace(GOOD, facts=((r"(\d+)+",),)), "can take long"),
        (replace(GOOD, facts=(("450|",),)), "takes anything for right, even ''"),
        (replace(GOOD, facts=((r"\d",),)), "takes anything for right"),
        (replace(GOOD, facts=(("klub",), ("voksen|voksne",))), "every group of facts matches the question itself"),
        (replace(GOOD, language="en"), "said to be en, the program reads da"),
        (replace(REFUSED, kind="number"), "not answerable, yet its kind is number"),
        (replace(REFUSED, kind="partial"), "not answerable, yet its kind is partial"),
        (replace(REFUSED, documents=("boats.md",)), "not answerable, yet with doc"),
        (replace(REFUSED, evidence=("to ord",)), "not answerable, yet with evidence"),
        (replace(REFUSED, facts=(("navn",),)), "not answerable, yet with facts"),
        (replace(REFUSED, why=""), "no why"),
        (
            replace(REFUSED, question="er det fordi bestyrelsen mødes fire gange om året i klubhuset?"),
            "copied from boats.md: 'bestyrelsen mødes fire gange om året i klubhuset'",
        ),
        (replace(REFUSED, question="Børn betaler ikke noget. Kontingentet?"), ""),
        (replace(REFUSED, question="Havnen er åben fra april?"), "copied from harbour.md: 'havnen er åben fra april'"),
    ],
)
def test_each_fault_is_found(case: Case, says: str) -> None:
    found = faults_of(case)
    assert any(says in message for message in found) if says else not found, found


def test_a_fact_may_stand_further_off_in_a_list_or_be_inferred() -> None:
    texts = {"long.md": "Klubben har disse udvalg: " + "et udvalg, " * 100 + "festudvalget."}
    case = replace(GOOD, documents=("long.md",), evidence=("klubben har disse udvalg",), facts=(("festudvalg",),))
    assert [count_faults(lint_cases([replace(case, kind=kind)], texts)) for kind in ("fact", "list", "table")] == [
        1,
        0,
        0,
    ]
    assert not count_faults(lint_cases([replace(case, inferred=True)], texts))


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (replace(GOOD, history=(TURN,)), "has a history and no stand_alone"),
        (replace(GOOD, evidence=("bestyrelsen mødes", "udgør 450 kr")), "stands in other documents too: harbour.md"),
        (replace(GOOD, documents=("boats.md", "harbour.md")), "no anchor stands in harbour.md"),
        (replace(GOOD, facts=(("450",), ("voksen|voksne",))), "['voksen|voksne'] match the question itself"),
        (replace(GOOD, question="kontingent?", language="en"), "too short or too mixed to be sure"),
    ],
)
def test_what_a_person_should_look_at_is_a_remark(case: Case, says: str) -> None:
    assert any(says in message for message in remarks_of(case)), lint(case)
    assert faults_of(case) == []


def test_an_anchor_in_many_places_is_a_remark() -> None:
    texts = {"boats.md": BOATS * 5}
    found = lint_cases([GOOD], texts)
    assert [(one.severity, one.message) for one in found] == [
        ("remark", "the anchor 'kontingentet for voksne udgør' stands in 5 places")
    ]


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("fact", "mødes bestyrelsen fire gange om året?"),
        ("fact", "er det fire gange bestyrelsen mødes?"),
        ("false_premise", "hvorfor mødes bestyrelsen kun fire gange?"),
    ],
)
def test_a_right_answer_may_repeat_a_question_of_yes_or_no_or_with_a_wrong_premise(kind: Any, question: str) -> None:
    case = replace(GOOD, kind=kind, question=question, evidence=("mødes fire gange om",), facts=(("fire",),))
    assert faults_of(case) == []
    assert faults_of(replace(case, kind="number", question="hvad er det der sker fire gange?"))


def test_a_pattern_that_can_take_long_is_never_run() -> None:
    started = time.process_time()
    case = replace(GOOD, facts=(("(a+)+$", "(a|aa)+$"),), question="hvad er " + "a" * 200 + "b")
    assert any("can take long" in message for message in faults_of(case))
    assert time.process_time() - started < 5


def test_two_questions_alike_are_a_fault_of_the_later_one() -> None:
    twin = replace(GOOD, id="twin", question="Hvor meget skal en voksen give for at være med i klubben")
    (finding,) = lint(GOOD, REFUSED, twin)
    assert (finding.case_id, finding.severity) == ("twin", "fault")
    assert "asks what 'good' asks" in finding.message
    (finding,) = lint(REFUSED, twin, others=[GOOD])
    assert finding.case_id == "twin"
    assert lint(REFUSED, others=[GOOD, twin]) == []


def test_a_follow_up_is_compared_with_its_history() -> None:
    first = replace(GOOD, id="1", kind="followup", question="og for børn?", history=(TURN,), stand_alone="x")
    first = replace(first, facts=(("450",),))
    other = replace(first, id="2", history=(Turn("hvad koster en plads i havnen om sommeren?", "Det står der ikke."),))
    assert count_faults(lint(first, other)) == 0
    assert count_faults(lint(first, replace(first, id="2"))) == 1


def test_the_turns_of_one_conversation_are_compared_without_what_they_share() -> None:
    long_ago = Turn("kan du fortælle mig om foreningens ledelse og dens arbejde gennem årene?", "Den leder arbejdet.")
    first = replace(GOOD, id="1", conversation="c", history=(long_ago, TURN), stand_alone="x")
    second = replace(first, id="2", question="og hvornår skal det betales?", facts=((r"1\. maj",),))
    assert count_faults(lint(first, second)) == 0
    assert count_faults(lint(first, replace(second, conversation="d"))) == 1
    assert count_faults(lint(first, replace(first, id="2"))) == 1


def test_an_id_that_is_used_twice_is_a_fault() -> None:
    assert [one.message for one in lint(GOOD, others=[replace(REFUSED, id="good")])] == ["the id is used 2 times"]


def test_findings_come_in_the_order_of_the_cases_faults_first() -> None:
    worst = replace(GOOD, id="worst", history=(TURN,), facts=(("500",),), question="hvor gammel er klubbens formand?")
    found = lint(REFUSED, worst, replace(GOOD, evidence=("ikke her",)))
    assert [(one.case_id, one.severity) for one in found][:2] == [("worst", "fault"), ("worst", "remark")]
    assert {one.case_id for one in found[2:]} == {"good"}
    assert found == lint(REFUSED, worst, replace(GOOD, evidence=("ikke her",)))


def test_the_form_of_cases_from_elsewhere_can_be_a_remark_while_wrong_gold_stays_a_fault() -> None:
    loose_form = replace(GOOD, evidence=("Kontingentet",), facts=(("klub",), ("450",)))
    found = lint(loose_form, replace(REFUSED, why=""), form="remark")
    assert count_faults(found) == 0
    assert len(found) == 4
    assert count_faults(lint(replace(GOOD, facts=(("500",),)), form="remark")) == 1


def test_alike_pairs_are_those_that_comparing_all_with_all_finds() -> None:
    texts = [f"hvor {a} er {b} i {c}?" for a in ("mange", "meget") for b in ("både", "børn") for c in ("havn", "klub")]
    texts += ["", "a", "hvor", "hvor mange er der?"]

    def grams(text: str) -> set[str]:
        letters = text.rstrip("?")
        return {letters[at : at + 4] for at in range(max(1, len(letters) - 3))}

    expected = [
        (a, b)
        for (a, one), (b, other) in combinations(enumerate(texts), 2)
        if len(grams(one) & grams(other)) / len(grams(one) | grams(other)) > ALIKE
    ]
    assert sorted((a, b) for a, b, _ in find_alike(texts)) == expected
    assert expected


def test_many_cases_are_compared_quickly() -> None:
    started = time.process_time()
    texts = [
        f"hvad er nummer {number} af {number * 7919 % 10007} i række {number * 31 % 997}?" for number in range(1000)
    ]
    find_alike(texts)
    assert time.process_time() - started < 20


def test_cases_are_counted_by_language_kind_and_conversation() -> None:
    turns = [replace(GOOD, id=f"t{number}", conversation="c", language="no") for number in range(3)]
    described = describe_cases([GOOD, REFUSED, *turns, replace(GOOD, history=(TURN,), draft=True, language="en")])
    assert described == {
        "questions": 6,
        "languages": {"da": 2, "en": 1, "no": 3},
        "kinds": {"number": 5, "unanswerable": 1},
        "answerable": 5,
        "not_answerable": 1,
        "conversations": 2,
        "documents": 1,
        "drafts": 1,
    }
    assert describe_cases([])["questions"] == 0
