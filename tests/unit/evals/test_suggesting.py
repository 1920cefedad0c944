"""Drafts: every one marked, faultless where a document gave it all, and honest about what feedback does not tell."""

from __future__ import annotations

import json
import math
import re
import time
from collections import Counter
from typing import Any

import pytest

from assistant.expecting import expect
from assistant.feedback import REASONS
from corpus.documents import LANGUAGES, Document, RawDocument, RawPage
from corpus.language import detect_question_language
from corpus.structure import build_document
from evals.cases import case_from_json, case_to_json, without_drafts, without_incomplete
from evals.errors import BadCases
from evals.linting import count_faults, lint_cases
from evals.patterns import find_pattern, ways_to_match
from evals.suggesting import load_templates, pattern_of, suggest_from_documents, suggest_from_feedback

CLUB = """# Bådklubbens vedtægter

## Bestyrelsen

Bestyrelsen mødes fire gange om året i klubhuset. Bestyrelsen har fem medlemmer. Udvalget for havnen blev nedsat \
den 3. april 2019 af formanden.

## Kontingentet

Kontingentet udgør 450 kr. om året. En prøvetur er en sejltur for nye folk uden betaling. Tilskuddet fra \
kommunen er på 12,5 procent af udgifterne.

## Udvalgene

Klubben har nedsat disse udvalg:

- Havneudvalget, som passer broerne
- Festudvalget, som holder sommerfesten
- Uddannelsesudvalget, som underviser

| Bådtype | Pladsleje | Længde |
|---|---|---|
| Jolle | 800 kr. | under fire meter |
| Sejlbåd | 2.400 kr. | over fire meter |
"""
TOUR = """# Turlagets håndbok

## Hyttene

Turlaget har tolv hytter. Styret møtes seks ganger i året. Medlemsavgiften er 650 kroner for voksne.

## Fjellvett

Et fjellvettkurs er en kveld med øvelser for alle som vil lære. Reglene trer i kraft 1. juni 2024 for hele laget.
"""
CHOIR = """# The handbook of the choir

## Rehearsals

The choir has forty singers. The committee meets six times a year. A sectional is a rehearsal for one voice alone.

## Money

The membership fee is 90 euro for adults. The constitution was adopted on 4 March 2017 by the members.
"""


def build(name: str, text: str) -> Document:
    return build_document(name, RawDocument((RawPage(1, text),), marked_up=True))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [build("klub.md", CLUB), build("tur.md", TOUR), build("choir.md", CHOIR)]


@pytest.fixture(scope="module")
def texts(documents: list[Document]) -> dict[str, str]:
    return {document.name: document.text for document in documents}


def test_the_small_documents_are_read_in_three_languages(documents: list[Document]) -> None:
    assert [document.meta.language for document in documents] == ["da", "no", "en"]


def test_every_draft_is_marked_passes_the_linter_and_comes_back_from_its_json(
    documents: list[Document], texts: dict[str, str]
) -> None:
    drafts = suggest_from_documents(documents, 100, seed=1)
    assert len(drafts) >= 15
    assert all(draft.draft for draft in drafts)
    assert without_drafts(drafts) == []
    assert without_incomplete(drafts) == drafts
    assert [finding for finding in lint_cases(drafts, texts) if finding.severity == "fault"] == []
    assert [case_from_json(json.loads(json.dumps(case_to_json(draft)))) for draft in drafts] == drafts


@pytest.mark.parametrize(
    ("question", "kind", "fact"),
    [
        ("Hvor tit mødes bestyrelsen?", "number", "fire"),
        ("Hvor mange medlemmer har bestyrelsen?", "number", "fem"),
        ("Hvor meget udgør kontingentet?", "number", "450"),
        ("Hvornår blev udvalget for havnen nedsat?", "date", "3. april 2019"),
        ("Hvad er en prøvetur?", "definition", "betaling"),
        ("Hvad står der i tabellen for Jolle under Pladsleje?", "table", "800"),
        ("Hvor mange hytter har turlaget?", "number", "tolv"),
        ("Hvor ofte møtes styret?", "number", "seks"),
        ("Hva er et fjellvettkurs?", "definition", "øvelser"),
        ("Når trer reglene i kraft?", "date", "1. juni 2024"),
        ("How often does the committee meet?", "number", "six"),
        ("When was the constitution adopted?", "date", "4 march 2017"),
    ],
)
def test_questions_are_made_of_what_the_documents_say(
    documents: list[Document], question: str, kind: str, fact: str
) -> None:
    drafts = {draft.question.lower(): draft for draft in suggest_from_documents(documents, 100, seed=1)}
    assert question.lower() in drafts, sorted(drafts)
    draft = drafts[question.lower()]
    assert draft.kind == kind
    assert any(find_pattern(pattern, fact) for group in draft.facts for pattern in group), draft.facts


def test_drafts_are_spread_over_documents_and_kinds(documents: list[Document]) -> None:
    drafts = suggest_from_documents(documents, 9, seed=1)
    assert len(drafts) == 9
    assert Counter(draft.documents[0] for draft in drafts) == {"klub.md": 3, "tur.md": 3, "choir.md": 3}
    assert len({draft.kind for draft in drafts}) >= 4


def test_the_same_seed_gives_the_same_drafts_whatever_the_order_of_documents(documents: list[Document]) -> None:
    drafts = suggest_from_documents(documents, 6, seed=7)
    assert suggest_from_documents(reversed(documents), 6, seed=7) == drafts
    assert suggest_from_documents(documents, 6, seed=8) != drafts


def test_a_question_that_exists_is_not_drafted_again(documents: list[Document]) -> None:
    first = suggest_from_documents(documents, 100, seed=1)
    again = suggest_from_documents(documents, 100, seed=2, existing=first[:5])
    assert not {draft.question for draft in first[:5]} & {draft.question for draft in again}


def test_no_documents_and_documents_without_anything_to_ask_give_no_drafts() -> None:
    assert suggest_from_documents([], 5, seed=1) == []
    assert suggest_from_documents([build("empty.md", ""), build("bare.md", "Hej.")], 5, seed=1) == []
    assert suggest_from_documents([build("klub.md", CLUB)], 0, seed=1) == []


@pytest.mark.parametrize("text", ["a" * 200_000, "1" * 200_000, "a b " * 50_000, "er en " * 40_000, "x er 1." * 20_000])
def test_a_text_made_to_be_slow_is_drafted_from_quickly(text: str) -> None:
    document = build("hostile.md", "# Titel\n\n## Noget\n\n" + text)
    started = time.process_time()
    suggest_from_documents([document], 5, seed=1)
    assert time.process_time() - started < 10


def test_every_language_has_templates_for_every_source_and_their_patterns_are_safe() -> None:
    sources = {language: {t.of for t in load_templates() if t.language == language} for language in LANGUAGES}
    assert sources == {key: {"sentence", "item", "list", "row", "heading"} for key in LANGUAGES}
    for template in load_templates():
        assert ways_to_match(template.match.pattern) < math.inf, template
        assert "%" not in template.match.pattern.replace("|%)", ""), template


def test_the_templates_ask_in_their_own_language_and_for_their_own_kind() -> None:
    for template in load_templates():
        question = re.sub(r"{\w+}", "ATMP", template.question)
        assert detect_question_language(question, template.language) == template.language, question
    kinds = {"date": {"date"}, "number": {"number", "money"}, "definition": {"definition"}}
    for template in load_templates():
        if "{heading}" not in template.question and template.kind in kinds:
            question = re.sub(r"{\w+}", "noget", template.question)
            assert expect(question).kind in {*kinds[template.kind], "statement"}, question


@pytest.mark.parametrize(
    ("fact", "others"),
    [
        ("25,5", ["25,5 mio."]),
        ("1.250", ["1 250 kr.", "1250"]),
        ("21. november 2024", ["21 november  2024", "den 21. NOVEMBER 2024"]),
        ("R+D (a)", ["om r+d  (A)."]),
    ],
)
def test_a_pattern_finds_its_fact_however_it_is_set(fact: str, others: list[str]) -> None:
    assert all(find_pattern(pattern_of(fact), other) for other in [fact, *others])


def test_a_pattern_does_not_find_its_number_inside_another() -> None:
    assert not any(find_pattern(pattern_of("5"), text) for text in ("25,5", "15", "5,5", "5.000", "50"))
    assert find_pattern(pattern_of("5"), "der er 5, siger de")


QUOTE = "Kontingentet udgør 450 kr. om året."
ANSWER = {
    "answered": True,
    "answer": "Kontingentet udgør 450 kr. om året. [1]",
    "citations": [{"marker": 1, "document": "klub.md", "quote": QUOTE}],
}
REFUSAL = {"answered": False, "answer": "Det står ikke i materialet.", "citations": []}


def feedback(**values: Any) -> str:
    line = {"question": "hvad koster det at være med?", "language": "da", "answer": ANSWER, "verdict": "down"}
    return json.dumps({**line, **values}, ensure_ascii=False)


def test_praise_makes_a_whole_draft_of_the_answer(texts: dict[str, str]) -> None:
    (draft,) = suggest_from_feedback([feedback(verdict="up")], texts)
    assert draft.draft
    assert draft.answerable
    assert draft.documents == ("klub.md",)
    assert find_pattern(draft.facts[0][0], "450 kr.")
    assert "450" in draft.evidence[0]
    assert draft.kind == "number"
    assert count_faults(lint_cases([draft], texts)) == 0


def test_praise_without_numbers_takes_words_that_the_answer_and_the_quote_share(texts: dict[str, str]) -> None:
    quote = "En prøvetur er en sejltur for nye folk uden betaling."
    answer = {"answered": True, "answer": quote, "citations": [{"document": "klub.md", "quote": quote}]}
    (draft,) = suggest_from_feedback([feedback(verdict="up", answer=answer, question="hvad er en prøvetur?")], texts)
    assert draft.facts == ((r"\bsejltur\b",), (r"\bbetaling\b",)) or draft.facts == (
        (r"\bbetaling\b",),
        (r"\bsejltur\b",),
    )
    assert count_faults(lint_cases([draft], texts)) == 0


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL, None])
def test_what_should_have_been_refused_becomes_an_unanswerable_draft(answer: object, texts: dict[str, str]) -> None:
    line = feedback(answer=answer, reason="should have refused", comment="prisen for\n børn står ikke")
    (draft,) = suggest_from_feedback([line])
    assert (draft.answerable, draft.kind, draft.why) == (False, "unanswerable", "prisen for børn står ikke")
    assert (draft.documents, draft.evidence, draft.facts) == ((), (), ())
    assert count_faults(lint_cases([draft], texts)) == 0


def test_a_refusal_that_was_praised_becomes_an_unanswerable_draft_that_lacks_its_reason(texts: dict[str, str]) -> None:
    (draft,) = suggest_from_feedback([feedback(answer=REFUSAL, verdict="up")])
    assert not draft.answerable
    assert [f.message for f in lint_cases([draft], texts)] == ["not answerable, and no why"]


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("quote not in the source", ["evidence", "facts"]),
        ("wrong source", ["doc", "evidence", "facts"]),
        ("missing source", []),
        ("missing essential detail", ["facts"]),
        ("wrong language", []),
        ("should have answered", ["doc", "evidence", "facts"]),
        ("other", ["doc", "evidence", "facts"]),
    ],
)
def test_blame_keeps_what_was_right_and_the_linter_lists_what_is_missing(
    reason: str, missing: list[str], texts: dict[str, str]
) -> None:
    (draft,) = suggest_from_feedback([feedback(reason=reason, comment="se selv")], texts)
    assert draft.answerable
    assert draft.why == f"{reason}; se selv"
    messages = [finding.message for finding in lint_cases([draft], texts) if finding.severity == "fault"]
    assert messages == [f"answerable, yet without {field}" for field in missing]
    assert case_from_json(case_to_json(draft)) == draft
    assert bool(without_incomplete([draft])) is ("evidence" not in missing)


def test_an_answer_in_the_wrong_language_is_asked_in_the_language_of_its_question() -> None:
    (draft,) = suggest_from_feedback([feedback(language="en", reason="wrong language")])
    assert draft.language == "da"


def test_the_conversation_before_makes_a_follow_up() -> None:
    (draft,) = suggest_from_feedback([feedback(verdict="up", history=[["hvem er med?", "Alle."]])])
    assert draft.kind == "followup"
    assert draft.history[0].question == "hvem er med?"


def test_without_texts_an_anchor_is_taken_from_the_quote() -> None:
    (draft,) = suggest_from_feedback([feedback(verdict="up")])
    assert 2 <= len(draft.evidence[0].split()) <= 9
    assert draft.evidence[0] in QUOTE.lower()


def test_the_same_feedback_twice_is_one_draft_and_empty_lines_are_passed_over() -> None:
    assert len(suggest_from_feedback([feedback(verdict="up"), "", " \n", feedback(verdict="up")])) == 1
    assert suggest_from_feedback([]) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "line 2"),
        ("[]", "an object is needed"),
        (feedback(verdict="maybe"), '"verdict" must be one of up, down'),
        (feedback(verdict=["up"]), '"verdict"'),
        (feedback(), '"reason" must be one of'),
        (feedback(reason="bad"), '"reason" must be one of'),
        (feedback(reason="other", language="sv"), '"language" must be one of'),
        (feedback(reason="other", question=None), '"question" must be text'),
        (feedback(reason="other", question="  "), '"question" is empty'),
        (feedback(reason="other", comment=5), '"comment" must be text'),
        (feedback(reason="other", answer="text"), '"answer" must be the JSON'),
        (feedback(reason="other", answer={"answered": True, "citations": "x"}), '"citations" of the answer'),
        (feedback(reason="other", answer={"answered": True, "citations": [5]}), '"citations" of the answer'),
        (feedback(reason="other", history=[["x"]]), '"history" must be a list'),
        (json.dumps({"question": "\ud800"}), "surrogates not allowed"),
    ],
)
def test_feedback_that_is_not_as_agreed_is_said_in_one_line_with_its_number(line: str, says: str) -> None:
    with pytest.raises(BadCases, match="feedback, line 2") as caught:
        suggest_from_feedback([feedback(verdict="up"), line])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_reason_is_understood() -> None:
    assert len(suggest_from_feedback([feedback(reason=reason, question=f"{reason}?") for reason in REASONS])) == 8
