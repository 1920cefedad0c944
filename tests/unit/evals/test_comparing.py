"""Two runs side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evals.comparing import compare, render_comparison
from evals.measuring import measure
from evals.results import Trial
from tests.evaluations import CASES, LANGUAGES, RIGHT_LAMP, RUN, TEXTS, TRIALS


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    return measure(CASES, TRIALS, TEXTS, RUN, LANGUAGES)


@pytest.fixture(scope="module")
def after() -> dict[str, Any]:
    """The lamp is found, the timetable is made up."""
    trials = [
        replace(trial, answer=RIGHT_LAMP, forced=None) if trial.case_id in ("lamp", "timetable") else trial
        for trial in TRIALS
    ]
    return measure(CASES, trials, TEXTS, RUN, LANGUAGES)


def make_rows(marks: str, document: str = "") -> dict[str, Any]:
    """Return a run with a row for each mark: "+" right, "-" wrong."""
    rows = [
        {
            "id": f"q{number:02}",
            "question": f"question {number}",
            "history": [],
            "documents": [document or f"d{number}.md"],
            "answerable": True,
            "answered": True,
            "right": mark == "+",
            "correct": mark == "+",
            "cited": True,
            "failure": "" if mark == "+" else "wrong",
            "rank": 1 if mark == "+" else None,
            "recall_at_5": float(mark == "+"),
        }
        for number, mark in enumerate(marks)
    ]
    return {"rows": rows, "figures": [], "run": dict(RUN)}


def test_what_got_better_and_what_got_worse_is_named(before: dict[str, Any], after: dict[str, Any]) -> None:
    comparison = compare(before, after)
    assert [(c.id, c.before, c.after) for c in comparison.better] == [("lamp", "refused", "")]
    assert [(c.id, c.before, c.after) for c in comparison.worse] == [("timetable", "", "answered anyway")]
    assert comparison.questions == 5
    assert comparison.notes == ()


def test_an_error_after_a_wrong_answer_is_no_better_and_in_no_figure(before: dict[str, Any]) -> None:
    trials = [*TRIALS[:3], *(Trial(trial.case_id, error="OSError: gone") for trial in TRIALS[3:])]
    comparison = compare(before, measure(CASES, trials, TEXTS, RUN, LANGUAGES))
    assert comparison.better == ()
    assert [(c.id, c.before, c.after) for c in comparison.worse] == [("timetable", "", "error")]
    found = {d.name: d for d in comparison.differences}
    assert (found["right"].n, found["right"].difference) == (3, 0.0)
    assert "refused_unanswerable" not in found
    assert "failed in a run, left out of the figures: timetable, colour" in render_comparison(comparison)


def test_a_right_answer_that_is_now_contradicted_got_worse() -> None:
    second = make_rows("+")
    second["rows"][0]["failure"] = "contradicted"
    comparison = compare(make_rows("+"), second)
    assert [(c.before, c.after) for c in comparison.worse] == [("", "contradicted")]


def test_a_run_does_not_differ_from_itself(before: dict[str, Any]) -> None:
    comparison = compare(before, before)
    assert (comparison.better, comparison.worse) == ((), ())
    assert {(d.difference, d.low, d.high, d.p, d.p_adjusted) for d in comparison.differences} == {(0, 0, 0, 1, 1)}


def test_each_figure_is_compared_over_the_questions_it_applies_to(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = {d.name: d for d in compare(before, after).differences}
    assert (found["right"].n, found["right"].difference) == (5, 0.0)
    assert (found["correct"].n, found["correct"].difference) == (3, pytest.approx(1 / 3))
    assert (found["refused_unanswerable"].n, found["refused_unanswerable"].difference) == (2, -0.5)
    assert found["recall_at_5"].n == 3


def test_many_changes_one_way_are_no_chance() -> None:
    right = next(d for d in compare(make_rows("-" * 20), make_rows("+" * 20)).differences if d.name == "right")
    assert right.difference == 1.0
    assert right.p == pytest.approx(2 / 2**20)
    assert right.is_sure


def test_as_many_better_as_worse_is_chance() -> None:
    right = next(d for d in compare(make_rows("+-" * 10), make_rows("-+" * 10)).differences if d.name == "right")
    assert (right.difference, right.p, right.is_sure) == (0.0, 1.0, False)


def test_p_values_are_adjusted_for_all_figures() -> None:
    comparison = compare(make_rows("-" * 6 + "+"), make_rows("+" * 6 + "+"))
    for difference in comparison.differences:
        assert difference.p <= difference.p_adjusted <= 1
    right = next(d for d in comparison.differences if d.name == "right")
    assert right.p_adjusted > right.p


def test_questions_that_one_run_lacks_are_said_and_not_compared() -> None:
    first, second = make_rows("++-"), make_rows("-+-+")
    second["rows"].pop(0)
    comparison = compare(first, second)
    assert (comparison.only_first, comparison.only_second) == (("q00",), ("q03",))
    assert comparison.questions == 2


def test_the_text_names_some_of_many_ids() -> None:
    text = render_comparison(compare(make_rows("+" * 30), make_rows("+")))
    assert "in the first run alone, not compared: q01, q02, q03, q04, q05, q06, q07, q08 and 21 more" in text


def test_a_question_that_was_rewritten_is_not_compared() -> None:
    first, second = make_rows("--"), make_rows("+-")
    second["rows"][0]["question"] = "another question"
    comparison = compare(first, second)
    assert comparison.asked_otherwise == ("q00",)
    assert comparison.better == ()


def test_other_documents_are_noted() -> None:
    second = make_rows("+")
    second["run"]["corpus_sha256"] = "other"
    assert compare(make_rows("+"), second).notes == (
        "the documents of the two runs are not the same: a difference may be due to that",
    )


def test_runs_without_a_common_question_have_no_differences() -> None:
    second = make_rows("+")
    second["rows"][0]["id"] = "other"
    comparison = compare(make_rows("+"), second)
    assert comparison.differences == ()
    assert "0 questions in both runs" in render_comparison(comparison)


def test_the_text_names_figures_questions_and_what_happened(before: dict[str, Any], after: dict[str, Any]) -> None:
    text = render_comparison(compare(before, after))
    assert "correct" in text
    assert "better: 1\n  lamp  refused → right  Hvad med lamp?" in text
    assert "worse: 1\n  timetable  right → answered anyway" in text
    assert max(map(len, text.splitlines())) <= 110


def test_a_comparison_is_the_same_each_time(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert compare(before, after) == compare(before, after)
