"""Answers are judged as the acceptance scorer judges them, and a little further."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.cases import Case
from evals.results import GivenAnswer, Quote, StatedSentence
from evals.scoring import gold_passages, judge, judge_with
from evals.spans import AnchoredText

RULES = """Havnens regler. Havnen er åben fra 1. april til 31. oktober. En plads koster 1.250 kr. om året.

Havnefogeden anviser pladserne. Der er 84 pladser ved den ydre mole."""
TEXTS = {"havn.md": AnchoredText(RULES), "harbour.md": AnchoredText("A berth costs DKK 1,250 a year.")}
CASE = Case(
    id="h-1",
    language="da",
    kind="number",
    question="hvad koster en plads i 2025?",
    answerable=True,
    documents=("havn.md", "harbour.md"),
    evidence=("plads koster 1.250", "berth costs"),
    facts=((r"1[. ]?250", "1,250"), (r"\bår", "year")),
)
UNANSWERABLE = Case(id="h-2", language="da", kind="unanswerable", question="hvad hedder fogeden?", answerable=False)
QUOTE = Quote("havn.md", "En plads koster 1.250 kr. om året.")
REFUSAL = GivenAnswer(False, "no_evidence", "Det står ikke i materialet.")


def answer(text: str, *quotes: Quote) -> GivenAnswer:
    return GivenAnswer(True, "answered", text, quotes, (StatedSentence(text, quotes),))


RIGHT = answer("En plads koster 1.250 kr. om året. [1]", QUOTE)


def test_an_answer_with_the_facts_and_the_evidence_is_right_in_every_respect() -> None:
    judged = judge(CASE, RIGHT, TEXTS)
    assert (judged.answered, judged.right, judged.correct, judged.cited) == (True, True, True, True)
    assert (judged.fact_recall, judged.contradicted, judged.supported) == (1.0, False, True)
    assert (judged.verbatim_quotes, judged.quotes, judged.words) == (1, 1, 8)
    assert (judged.sentences, judged.supported_sentences) == (1, 1)
    assert (judged.citations, judged.needed_citations) == (1, 1)


def test_half_of_the_facts_is_half_of_fact_recall_and_not_correct() -> None:
    judged = judge(CASE, answer("Den koster 1.250 kr.", QUOTE), TEXTS)
    assert (judged.fact_recall, judged.correct, judged.cited, judged.right) == (0.5, False, True, False)


def test_any_document_of_the_case_may_be_cited_and_no_other() -> None:
    english = Quote("harbour.md", "A berth costs DKK 1,250 a year.")
    assert judge(CASE, answer("DKK 1,250 a year", english), TEXTS).cited
    assert not judge(CASE, answer("1.250 om året", replace(QUOTE, document="andet.md")), TEXTS).cited


def test_a_quote_without_the_evidence_does_not_cite() -> None:
    judged = judge(CASE, answer("1.250 kr. om året", Quote("havn.md", "Havnefogeden anviser pladserne.")), TEXTS)
    assert (judged.correct, judged.cited, judged.supported) == (True, False, False)


@pytest.mark.parametrize(("kind", "limit"), [("number", 450), ("date", 450), ("person", 450), ("fact", 900)])
def test_an_answer_over_the_limit_of_its_kind_is_not_correct(kind: str, limit: int) -> None:
    case = replace(CASE, kind=kind)  # type: ignore[arg-type]
    text = "1.250 kr. om året ".ljust(limit, "x")
    assert judge(case, answer(text, QUOTE), TEXTS).correct
    assert not judge(case, answer(text + "x", QUOTE), TEXTS).correct


@pytest.mark.parametrize(("length", "cited"), [(1500, True), (1501, False)])
def test_a_quote_over_the_limit_does_not_cite(length: int, cited: bool) -> None:
    assert judge(CASE, answer("1.250 kr.", Quote("havn.md", QUOTE.text.ljust(length))), TEXTS).cited is cited


def test_apostrophes_spaces_and_capitals_are_folded_in_facts() -> None:
    case = replace(CASE, facts=(("ATMP’er om",), ("it's",)))
    assert judge(case, answer("atmp'er\u00a0\n om IT’S", QUOTE), TEXTS).fact_recall == 1.0


def test_layout_and_broken_words_do_not_hinder_a_quote() -> None:
    quote = Quote("havn.md", "en PLADS kos-\nter 1.250   kr. om å\u00adret")
    judged = judge(CASE, answer("1.250 kr. om året", quote), TEXTS)
    assert (judged.cited, judged.verbatim_quotes) == (True, 1)


@pytest.mark.parametrize("quote", [Quote("havn.md", "En plads koster 1.350 kr."), Quote("x.md", "En"), Quote("", "")])
def test_a_quote_that_does_not_stand_in_its_document_is_not_verbatim(quote: Quote) -> None:
    assert judge(CASE, answer("1.250 kr.", quote), TEXTS).verbatim_quotes == 0


def test_each_number_has_to_stand_in_a_quote_or_in_the_question() -> None:
    assert judge(CASE, answer("I 2025 koster den 1 250 kr. [1]", QUOTE), TEXTS).supported
    assert not judge(CASE, answer("Den koster 1.251 kr.", QUOTE), TEXTS).supported
    assert not judge(CASE, answer("Den er dyr."), TEXTS).supported


def test_a_number_that_stands_near_the_evidence_is_unsupported_but_no_contradiction() -> None:
    judged = judge(CASE, answer("Der er 84 pladser til 1.250 kr. om året", QUOTE), TEXTS)
    assert (judged.supported, judged.contradicted) == (False, False)


@pytest.mark.parametrize("text", ["1.250 kr. fra den 2. april", "1.250 kr. for syv pladser", "85 pladser"])
def test_a_number_or_date_that_stands_nowhere_is_a_contradiction(text: str) -> None:
    assert judge(CASE, answer(text, QUOTE), TEXTS).contradicted


def test_the_gold_is_what_stands_around_the_anchors() -> None:
    far = AnchoredText("Der er 99. " + "x" * 400 + " en plads koster 1.250 kr. " + "y" * 400 + " 77")
    (passage,) = gold_passages(CASE, {"havn.md": far})
    assert len(passage) == 300 + len("plads koster 1.250") + 300
    assert judge(CASE, answer("99 til 1.250 kr.", QUOTE), {"havn.md": far}).contradicted


def test_a_refusal_is_right_where_there_is_no_answer_and_wrong_where_there_is() -> None:
    refused = judge(UNANSWERABLE, REFUSAL, TEXTS)
    assert (refused.right, refused.correct, refused.cited, refused.fact_recall) == (True, None, None, None)
    assert (refused.supported, refused.contradicted, refused.quotes, refused.sentences) == (None, False, 0, 0)
    wrong = judge(CASE, REFUSAL, TEXTS)
    assert (wrong.right, wrong.correct, wrong.cited, wrong.fact_recall) == (False, False, False, 0.0)


def test_an_answer_where_there_is_none_is_wrong() -> None:
    assert not judge(UNANSWERABLE, answer("Hans", Quote("havn.md", "Havnefogeden")), TEXTS).right


def test_quotes_of_what_is_no_answer_do_not_count() -> None:
    assert judge(CASE, replace(RIGHT, answered=False), TEXTS).quotes == 0


def test_another_test_of_support_may_be_used() -> None:
    judged = judge_with(CASE, RIGHT, TEXTS, lambda sentence, quotes: False)
    assert (judged.right, judged.supported_sentences, judged.needed_citations) == (True, 0, 0)
