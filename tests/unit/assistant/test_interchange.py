"""Answers as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant.interchange import answer_from_record, answer_to_json, answer_to_record
from assistant.messages import Answer, AnswerSentence, Citation, Considered, Timings, Usage

ANSWER = Answer(
    id="a1",
    question="Hvem leder mødet?",
    language="da",
    outcome="answered",
    text="Formanden leder mødet [1].",
    confidence=0.912345,
    sentences=(AnswerSentence("Formanden leder mødet [1].", (1,), True),),
    citations=(
        Citation(1, "regler.md", "d1", "Regler", 2, "Møder › Ledelse", "Formanden leder mødet.", 10, 32, "da", "2024"),
    ),
    considered=(Considered("andet.md", "d2", "Andet", 1, "Indledning", 0, 9, 0.123456),),
    warnings=("gammelt",),
    model="extractive",
    timings=Timings(1.04, 2.06, 3.1),
)


def test_an_answer_has_the_shape_of_the_contract() -> None:
    assert answer_to_json(ANSWER) == {
        "id": "a1",
        "question": "Hvem leder mødet?",
        "language": "da",
        "outcome": "answered",
        "answered": True,
        "answer": "Formanden leder mødet [1].",
        "confidence": 0.9123,
        "sentences": [{"text": "Formanden leder mødet [1].", "markers": [1], "supported": True}],
        "citations": [
            {
                "marker": 1,
                "document": "regler.md",
                "document_id": "d1",
                "title": "Regler",
                "page": 2,
                "section": "Møder › Ledelse",
                "quote": "Formanden leder mødet.",
                "start": 10,
                "end": 32,
                "language": "da",
                "date": "2024",
                "translation": "",
            }
        ],
        "considered": [{"document": "andet.md", "section": "Indledning", "score": 0.1235}],
        "warnings": ["gammelt"],
        "model": "extractive",
        "removed": 0,
        "usage": None,
        "timings": {"retrieve_ms": 1.0, "answer_ms": 2.1, "total_ms": 3.1},
    }


def test_an_answer_survives_the_way_through_text() -> None:
    value = answer_to_json(ANSWER)
    assert json.loads(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize("usage", [None, Usage(2, 30, 40, 0.25)])
def test_a_record_of_an_answer_is_the_whole_answer(usage: Usage | None) -> None:
    answer = replace(ANSWER, usage=usage, removed=3)
    assert answer_from_record(json.loads(json.dumps(answer_to_record(answer)))) == answer


def test_a_record_of_a_newer_program_is_read_as_far_as_it_is_known() -> None:
    record = answer_to_record(ANSWER) | {"mood": "calm"}
    assert answer_from_record(record) == ANSWER


def test_a_record_that_lacks_something_is_refused() -> None:
    record = answer_to_record(ANSWER)
    del record["citations"]
    with pytest.raises(KeyError):
        answer_from_record(record)
