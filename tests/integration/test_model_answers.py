"""Whole answers with a language model that is played over real HTTP: what is true is said, what is false is not."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from model_players import Player, careless, faithful, injected, lying
from model_server import (
    CONTEXT_REFUSALS,
    Behaviour,
    Reply,
    Request,
    always,
    closed_port,
    refuse,
    say,
    serve_model,
    stall,
)

from assistant.generating import GeneratingAssistant
from assistant.interchange import answer_to_json
from assistant.messages import Answer, Finished, SentenceChecked, Turn
from assistant.settings import ModelEndpoint
from assistant.wiring import build_generating
from evals.cases import Case, load_cases
from evals.results import Judgement, given_answer
from evals.scoring import judge
from evals.subjects import BuiltSubject

BAR = 0.95
QUESTION = "Hvor ofte mødes styregruppen?"
SECONDS = 3.0
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def cases(checkout: Path) -> tuple[Case, ...]:
    return tuple(load_cases([checkout / "evals" / "questions" / "starter.jsonl"]))


def played(player: Player) -> Behaviour:
    """Return the behaviour of an endpoint whose model is played."""
    return lambda request: say(player(request.messages, request.schema is not None))


@contextmanager
def asking(built: BuiltSubject, behaviour: Behaviour, seconds: float = 30.0) -> Iterator[GeneratingAssistant]:
    """Give an assistant whose model is at an endpoint on this machine."""
    with serve_model(behaviour) as server:
        endpoint = ModelEndpoint(server.base_url, "played", seconds=seconds)
        yield build_generating(endpoint, built.subject.retriever, built.subject.read_document, built.subject.scorer)


def judged(built: BuiltSubject, assistant: GeneratingAssistant, cases: Sequence[Case]) -> list[Judgement]:
    answers = [assistant.answer(case.question, case.history, case.language) for case in cases]
    return [
        judge(case, given_answer(answer_to_json(answer)), built.texts)
        for case, answer in zip(cases, answers, strict=True)
    ]


def share(judgements: Sequence[Judgement], of: Callable[[Judgement], int], in_all: Callable[[Judgement], int]) -> float:
    return sum(map(of, judgements)) / max(1, sum(map(in_all, judgements)))


def numbers_not_quoted(answer: Answer) -> set[str]:
    quoted = " ".join(citation.quote for citation in answer.citations)
    said = " ".join(sentence.text for sentence in answer.sentences)
    return set(_NUMBER.findall(said)) - set(_NUMBER.findall(quoted))


def test_a_faithful_model_is_right_and_its_citations_hold(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    answerable = [case for case in cases if case.answerable][::2]
    with asking(starter, played(faithful(answerable))) as assistant:
        judgements = judged(starter, assistant, answerable)
    assert share(judgements, lambda one: one.right, lambda one: 1) >= BAR
    assert share(judgements, lambda one: one.supported_sentences, lambda one: one.sentences) >= BAR
    assert share(judgements, lambda one: one.needed_citations, lambda one: one.citations) >= BAR


def test_what_a_faithful_model_is_not_shown_is_refused(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    unanswerable = [case for case in cases if not case.answerable][:8]
    with asking(starter, played(faithful(unanswerable))) as assistant:
        answers = [assistant.answer(case.question) for case in unanswerable]
    assert {answer.outcome for answer in answers} == {"no_evidence"}


def test_no_lie_reaches_a_person(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    answerable = [case for case in cases if case.answerable][:30]
    with asking(starter, played(lying(answerable))) as assistant:
        events = [list(assistant.events(case.question, language=case.language)) for case in answerable]
    answers = [event.answer for said in events for event in said if isinstance(event, Finished)]
    shown = [event.sentence.text for said in events for event in said if isinstance(event, SentenceChecked)]
    assert sum(answer.removed for answer in answers) > 2 * len(answers)
    assert [numbers_not_quoted(answer) for answer in answers if numbers_not_quoted(answer)] == []
    for lie in ("2043", "98,6", "Vestergaard", "Rambøll", "Kattegat"):
        assert not any(lie in text for text in [*shown, *(answer.text for answer in answers)])


def test_a_careless_model_is_put_right(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    answerable = [case for case in cases if case.answerable][:6]
    with asking(starter, played(careless(answerable))) as assistant:
        answers = [assistant.answer(case.question, language=case.language) for case in answerable]
    for answer in answers:
        assert "meget vigtigt" not in answer.text
        assert all(sentence.markers for sentence in answer.sentences)
        assert not any(sentence.text.endswith("[1]") for sentence in answer.sentences)
    assert sum(answer.removed for answer in answers) >= len(answers) - 1


def test_a_model_that_obeys_the_documents_says_nothing(starter: BuiltSubject) -> None:
    with asking(starter, played(injected)) as assistant:
        answer = assistant.answer(QUESTION)
    assert answer.removed == 3
    assert "regler" not in answer.text
    assert "script" not in answer.text
    assert answer.model == "extractive"


def test_sentences_come_one_by_one_and_then_the_whole(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    listed = next(case for case in cases if case.kind == "list" and case.answerable)
    with asking(starter, played(faithful([listed]))) as assistant:
        *written, last = assistant.events(listed.question)
    assert isinstance(last, Finished)
    assert [event.sentence for event in written if isinstance(event, SentenceChecked)] == list(last.answer.sentences)
    assert last.answer.model == "played"
    assert last.answer.usage is not None
    assert last.answer.usage.completion_tokens > 0


def test_a_follow_up_is_rewritten_by_the_model(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    case = next(case for case in cases if case.answerable and case.language == "da")

    def behave(request: Request) -> Reply:
        if request.schema is None:
            return say(case.question)
        return say(faithful([replace(case, question="Og hvad med det?")])(request.messages, True))

    with asking(starter, behave) as assistant:
        answer = assistant.answer("Og hvad med det?", [Turn("Hvad er ATMP?", "Lægemidler til avanceret terapi.")], "da")
    assert answer.answered
    assert answer.model == "played"


FAULTS: dict[str, Behaviour] = {
    "401": always(refuse(401)),
    "429": always(refuse(429)),
    "500": always(refuse(500)),
    "nothing but silence": always(stall()),
    "an empty answer": always(say("")),
    "no JSON": always(say("Jeg ved det ikke helt, men det er nok fire gange.")),
    "cut in the middle": always(say('{"sentences": [{"text": "Styre', finish=None, done=False, framing="cut")),
    "English": always(say('{"sentences": [{"text": "It is all quite hard to say for now.", "citations": []}], "mi')),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_there_is_an_answer_in_time(starter: BuiltSubject, fault: str) -> None:
    began = time.monotonic()
    with asking(starter, FAULTS[fault], seconds=SECONDS) as assistant:
        answer = assistant.answer(QUESTION)
        spent = time.monotonic() - began
    assert answer.answered
    assert answer.model == "extractive"
    assert "fire" in answer.text
    assert len([warning for warning in answer.warnings if "prog" in warning or "fjernet" in warning]) == 1
    assert spent < SECONDS + 3


def test_nobody_at_the_address_is_said_in_one_line(starter: BuiltSubject) -> None:
    endpoint = ModelEndpoint(f"http://127.0.0.1:{closed_port()}/v1", "played", seconds=SECONDS)
    assistant = build_generating(
        endpoint, starter.subject.retriever, starter.subject.read_document, starter.subject.scorer
    )
    answer = assistant.answer(QUESTION)
    assert answer.answered
    assert answer.warnings[0].startswith("Der er ikke forbindelse til sprogmodellen.")


def test_a_personal_number_is_not_sent(starter: BuiltSubject) -> None:
    with serve_model(played(faithful([]))) as server:
        endpoint = ModelEndpoint(server.base_url, "played")
        built = starter.subject
        assistant = build_generating(endpoint, built.retriever, built.read_document, built.scorer)
        assistant.answer("Hvad står der om en patient med cpr-nummer 010190-1234 og mail ole@example.org?")
    sent = json.dumps([request.body for request in server.requests], ensure_ascii=False)
    assert "010190" not in sent
    assert "ole@example.org" not in sent


def test_the_wrong_context_length_is_met_with_fewer_passages(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    case = next(case for case in cases if case.answerable)
    status, body = CONTEXT_REFUSALS["OpenAI"]

    def behave(request: Request) -> Reply:
        if len(request.messages[-1].text) > 16_000:
            return refuse(status, body)
        return say(faithful([case])(request.messages, request.schema is not None))

    with asking(starter, behave) as assistant:
        answer = assistant.answer(case.question, language=case.language)
    assert answer.model == "played"
