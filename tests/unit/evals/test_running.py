"""Cases put to the real assistant over a retriever that finds what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.messages import Turn
from corpus.documents import Chunk, Document, DocumentMeta, Sentence
from evals.cases import Case
from evals.results import Trial
from evals.running import NARROW, WIDE, RecordingRetriever, run_cases
from evals.subjects import Subject
from indexing.hits import Filters, Hit
from tests.evaluations import CASES, FERRY, TIMETABLE, TRIALS, TRIPS, make_case
from tests.fakes import WordScorer
from tests.samples import make_document

DOCUMENT = make_document(FERRY, "færge.md", "Færgen")


def make_hit(similarity: float = 0.9) -> Hit:
    chunk = Chunk(0, 32, 1, (), "da", sentences=(Sentence(0, 32),))
    return Hit(
        chunk_id=1,
        document_id="1",
        document=DOCUMENT.name,
        meta=DocumentMeta("Færgen"),
        chunk=chunk,
        text=FERRY[:32],
        score=1.0,
        similarities=(similarity,),
        in_context=(similarity,),
        coverage=(1.0,),
        coverage_in_section=(1.0,),
        coverage_in_context=(1.0,),
        keyword=5.0,
    )


class ScriptedRetriever:
    """Finds the same for every question, and notes what it was asked; raises for a question with a certain word."""

    def __init__(self, hits: Sequence[Hit], fatal: str = "", error: BaseException | None = None) -> None:
        self.asked: list[tuple[str, int]] = []
        self._hits, self._fatal, self._error = hits, fatal, error

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        self.asked.append((query, limit))
        if self._error and self._fatal in query:
            raise self._error
        return list(self._hits)[:limit]


def make_subject(retriever: ScriptedRetriever, answer_from: float = 0.0) -> Subject:
    def read(document_id: str) -> Document:
        return DOCUMENT

    return Subject("scripted", retriever, read, WordScorer(), {"færge.md": FERRY}, {"færge.md": "da"}, answer_from)


def run(retriever: ScriptedRetriever, *cases: Case, answer_from: float = 0.0) -> list[Trial]:
    return run_cases(cases, make_subject(retriever, answer_from), 1, {}, lambda trial: None, lambda *told: None)


def test_a_trial_has_the_answer_without_its_times() -> None:
    [trial] = run(ScriptedRetriever([make_hit()]), TRIPS)
    assert trial.answer is not None
    assert trial.answer["answered"]
    assert "timings" not in trial.answer
    assert trial.milliseconds >= trial.retrieval_milliseconds >= 0
    assert trial.detected == "da"
    assert trial.forced is None


def test_a_refusal_has_what_would_have_been_said_and_is_not_searched_for_twice() -> None:
    retriever = ScriptedRetriever([make_hit()])
    [trial] = run(retriever, TIMETABLE, answer_from=1.1)
    assert trial.answer is not None
    assert trial.forced is not None
    assert not trial.answer["answered"]
    assert trial.forced["answered"]
    assert len(retriever.asked) == 1


def test_with_nothing_found_there_is_nothing_to_hold_back() -> None:
    [trial] = run(ScriptedRetriever([]), TIMETABLE)
    assert trial.answer is not None
    assert not trial.answer["answered"]
    assert trial.forced is None


def test_an_answerable_case_is_ranked_deep_and_disturbed() -> None:
    retriever = ScriptedRetriever([make_hit()])
    [trial] = run(retriever, TRIPS)
    assert [(passage.document, passage.start, passage.end) for passage in trial.passages] == [("færge.md", 0, 32)]
    assert (TRIPS.question, WIDE) in retriever.asked
    assert trial.disturbed["lower_case"][0] == "hvad med trips?"
    assert ("hvad med trips?", NARROW) in retriever.asked


def test_a_passage_of_the_second_document_of_a_name_has_its_place_in_the_joined_text() -> None:
    subject = replace(make_subject(ScriptedRetriever([make_hit()])), offsets={"1": 100, "2": 7})
    [trial] = run_cases([TRIPS], subject, 1, {}, lambda trial: None, lambda *told: None)
    searches = [trial.passages, *(found for _, found in trial.disturbed.values())]
    assert {(found.start, found.end) for passages in searches for found in passages} == {(100, 132)}


def test_a_case_without_an_answer_is_not_disturbed() -> None:
    [trial] = run(ScriptedRetriever([make_hit()]), TIMETABLE)
    assert trial.disturbed == {}
    assert trial.passages


def test_a_follow_up_is_searched_for_with_its_conversation_and_alone() -> None:
    retriever = ScriptedRetriever([make_hit()])
    follow_up = make_case(
        "den",
        "færge.md",
        "sejler 12 gange",
        "12",
        kind="followup",
        history=[Turn("Hvad hedder færgen til Samsø?", "Kyholm.")],
        stand_alone="Hvor ofte sejler Kyholm?",
    )
    [trial] = run(retriever, follow_up)
    assert trial.stand_alone is not None
    assert ("Hvor ofte sejler Kyholm?", NARROW) in retriever.asked
    assert any(limit == WIDE and "Samsø" in query for query, limit in retriever.asked)


def test_a_case_that_fails_is_a_trial_with_one_line_and_the_others_go_on() -> None:
    retriever = ScriptedRetriever([make_hit()], "ticket", RuntimeError("the disk\nis gone"))
    trials = run(retriever, *CASES)
    assert [trial.case_id for trial in trials] == [case.id for case in CASES]
    assert [trial.error for trial in trials] == ["", "RuntimeError: the disk is gone", "", "", ""]
    assert trials[1] == Trial("ticket", error="RuntimeError: the disk is gone")


def test_a_disturbed_question_that_fails_fails_its_case() -> None:
    trials = run(ScriptedRetriever([make_hit()], "hvad med trips", OSError("torn")), TRIPS, TIMETABLE)
    assert [trial.error for trial in trials] == ["OSError: torn", ""]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_what_ends_the_program_is_not_taken_for_a_failed_case(error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(ScriptedRetriever([make_hit()], "ticket", error), *CASES)


def test_a_case_that_is_no_question_fails_alone() -> None:
    empty = make_case("dots")
    trials = run(ScriptedRetriever([make_hit()]), Case("dots", "da", "unanswerable", "???", False), TIMETABLE)
    assert trials[0].case_id == empty.id
    assert trials[0].error.startswith("QuestionError")
    assert not trials[1].error


def test_what_an_earlier_run_did_is_not_asked_again() -> None:
    retriever = ScriptedRetriever([make_hit()])
    kept: list[Trial] = []
    told: list[tuple[int, int, str]] = []
    trials = run_cases(
        CASES,
        make_subject(retriever),
        1,
        {"trips": TRIALS[0], "colour": TRIALS[4], "gone": Trial("gone")},
        kept.append,
        lambda *progress: told.append(progress),
    )
    assert (trials[0], trials[4]) == (TRIALS[0], TRIALS[4])
    assert [trial.case_id for trial in kept] == ["ticket", "lamp", "timetable"]
    assert told == [(2, 5, ""), (3, 5, "ticket"), (4, 5, "lamp"), (5, 5, "timetable")]
    assert not any("trips" in query for query, _ in retriever.asked)


def test_no_cases_make_no_trials() -> None:
    assert run(ScriptedRetriever([])) == []


def test_a_recorder_remembers_its_last_search_and_makes_none_twice() -> None:
    retriever = ScriptedRetriever([make_hit()])
    recorder = RecordingRetriever(retriever)
    assert recorder.last == ()
    assert recorder.retrieve("a", 5) == recorder.retrieve("a", 5) == list(recorder.last) == [make_hit()]
    recorder.retrieve("a", 6)
    assert retriever.asked == [("a", 5), ("a", 6)]
