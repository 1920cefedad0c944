"""A question asked of a part of the library: nothing outside that part is quoted, shown to a model or considered."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_players import faithful, read_prompt
from model_server import Behaviour, ModelServer, Reply, Request, say, serve_model

from assistant.answering import Assistant
from assistant.messages import Answer, Turn
from assistant.settings import ModelEndpoint
from assistant.wiring import build_generating
from evals.cases import Case, load_cases
from evals.subjects import BuiltSubject
from indexing.hits import Filters, Hit

ASKED = 6


@pytest.fixture(scope="module")
def cases(checkout: Path) -> tuple[Case, ...]:
    """Return answerable questions, those whose sources do not agree first."""
    every = [case for case in load_cases([checkout / "evals" / "questions" / "starter.jsonl"]) if case.answerable]
    return tuple(sorted(every, key=lambda case: len(case.documents) < 2)[:ASKED])


def quoting(starter: BuiltSubject) -> Assistant:
    built = starter.subject
    return Assistant(built.retriever, built.read_document, built.scorer, answer_from=0.0)


def hits_of(starter: BuiltSubject, filters: Filters = Filters()) -> list[Hit]:
    return starter.subject.retriever.retrieve("Hvad er ATMP Danmark, styregruppen og referencegruppen?", 200, filters)


def every_document(starter: BuiltSubject) -> list[str]:
    found = sorted({hit.document_id for hit in hits_of(starter)})
    assert len(found) > 5
    return found


def named(answer: Answer) -> set[str]:
    return {place.document_id for place in (*answer.citations, *answer.considered)}


def played(cases: tuple[Case, ...]) -> Behaviour:
    player = faithful(cases)

    def behave(request: Request) -> Reply:
        return say(player(request.messages, request.schema is not None))

    return behave


def shown_to(server: ModelServer) -> list[str]:
    return [unit.text for request in server.requests for unit in read_prompt(request.messages).units]


def test_a_quoted_answer_stays_within_the_document_chosen(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    assistant, answered = quoting(starter), 0
    for document_id in every_document(starter):
        for case in cases:
            answer = assistant.answer(case.question, filters=Filters(documents=(document_id,)))
            assert named(answer) <= {document_id}
            answered += answer.answered
    assert answered


def test_a_written_answer_stays_within_the_document_chosen(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    built = starter.subject
    for document_id in every_document(starter)[:4]:
        text = " ".join(built.read_document(document_id).text.split())
        with serve_model(played(cases)) as server:
            endpoint = ModelEndpoint(server.base_url, "played")
            assistant = build_generating(endpoint, built.retriever, built.read_document, built.scorer)
            for case in cases[:3]:
                answer = assistant.answer(case.question, filters=Filters(documents=(document_id,)))
                assert named(answer) <= {document_id}
        shown = shown_to(server)
        assert shown
        assert [unit for unit in shown if " ".join(unit.split()) not in text] == []


def test_every_filter_holds_for_all_that_an_answer_names(starter: BuiltSubject, cases: tuple[Case, ...]) -> None:
    metas = {hit.document_id: hit.meta for hit in hits_of(starter)}
    one = next(meta for meta in metas.values() if meta.publisher and meta.date)
    assistant = quoting(starter)
    for filters in (
        Filters(languages=("en",)),
        Filters(kinds=(one.kind,)),
        Filters(publishers=(one.publisher,)),
        Filters(date_from=one.date[:4]),
        Filters(date_to=one.date[:4], languages=("da", "no")),
    ):
        allowed = {document_id for document_id, meta in metas.items() if filters.allow(document_id, meta)}
        assert allowed
        for case in cases[:3]:
            assert named(assistant.answer(case.question, filters=filters)) <= allowed


def test_what_was_said_of_another_document_before_does_not_widen_the_search(starter: BuiltSubject) -> None:
    first, second, *_ = every_document(starter)
    assistant = quoting(starter)
    before = assistant.answer("Hvor ofte mødes styregruppen?", filters=Filters(documents=(first,)))
    after = assistant.answer(
        "Og hvem sidder i den?", [Turn(before.question, before.text)], filters=Filters(documents=(second,))
    )
    assert named(after) <= {second}


def test_a_filter_that_no_document_passes_gives_a_refusal_with_nothing_considered(starter: BuiltSubject) -> None:
    for filters in (Filters(documents=("0" * 16,)), Filters(date_from="3000"), Filters(publishers=("'; --",))):
        answer = quoting(starter).answer("Hvor ofte mødes styregruppen?", filters=filters)
        assert (answer.outcome, answer.considered) == ("no_evidence", ())


def test_the_filters_of_the_search_are_those_of_the_question(starter: BuiltSubject) -> None:
    for document_id in every_document(starter)[:3]:
        found = hits_of(starter, Filters(documents=(document_id,)))
        assert {hit.document_id for hit in found} == {document_id}
