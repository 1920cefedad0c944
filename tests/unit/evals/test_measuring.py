"""All figures of a run: what they are counted over, and what is said where there is nothing to count."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from assistant.messages import Turn
from assistant.verifying import LEAST_CONTENT, LEAST_CONTENT_FOREIGN, LEAST_CONTENT_NEAR
from evals.measuring import measure
from evals.readings import measure_named
from evals.results import Trial
from tests.evaluations import (
    CASES,
    COLOUR,
    LAMP,
    LANGUAGES,
    LIT,
    RIGHT_TRIPS,
    RUN,
    SAILINGS,
    TEXTS,
    TICKET,
    TIMETABLE,
    TRIALS,
    TRIPS,
    make_case,
)

SCORER_KEYS = [
    "questions",
    "unanswered_ids",
    "right",
    "right_answerable",
    "correct",
    "cited",
    "fact_recall",
    "refused_unanswerable",
    "refused_answerable",
    "refusal_precision",
    "verbatim",
    "supported",
    "median_words",
    "by",
]


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    return measure(CASES, TRIALS, TEXTS, RUN, LANGUAGES)


def value(metrics: dict[str, Any], name: str, part: str = "all") -> float:
    return float(figure(metrics, name, part)["value"])


def figure(metrics: dict[str, Any], name: str, part: str = "all") -> dict[str, Any]:
    found: list[dict[str, Any]] = [one for one in metrics["figures"] if (one["name"], one["part"]) == (name, part)]
    assert len(found) == 1, (name, part)
    return found[0]


def parts_of(metrics: dict[str, Any], name: str) -> set[str]:
    return {one["part"] for one in metrics["figures"] if one["name"] == name}


def test_the_acceptance_scorers_keys_come_first(metrics: dict[str, Any]) -> None:
    assert list(metrics)[: len(SCORER_KEYS)] == SCORER_KEYS
    assert list(metrics)[len(SCORER_KEYS) :] == [
        "intervals",
        "figures",
        "risk_coverage",
        "language_confusion",
        "kinds",
        "not_measured",
        "run",
        "rows",
    ]


def test_the_scorers_figures_are_counted_over_what_they_apply_to(metrics: dict[str, Any]) -> None:
    assert metrics["questions"] == 5
    assert metrics["right"] == 2 / 5
    assert metrics["right_answerable"] == metrics["correct"] == metrics["cited"] == 1 / 3
    assert metrics["refused_unanswerable"] == 1 / 2
    assert metrics["refused_answerable"] == 1 / 3
    assert metrics["refusal_precision"] == 1 / 2
    assert metrics["verbatim"] == metrics["supported"] == 1.0
    assert metrics["by"]["lang da"] == [2 / 4, 4]
    assert metrics["kinds"] == {"number": 2, "date": 1, "unanswerable": 1, "partial": 1}


def test_rates_have_an_interval_around_them(metrics: dict[str, Any]) -> None:
    assert set(metrics["intervals"]) == set(SCORER_KEYS[2:12])
    for name, (low, high) in metrics["intervals"].items():
        assert 0 <= low <= metrics[name] <= high <= 1, name
        assert low < high, name


def test_every_figure_lies_within_its_interval(metrics: dict[str, Any]) -> None:
    for one in metrics["figures"]:
        assert one["low"] <= one["value"] <= one["high"], one


def test_what_has_no_cases_is_none_and_not_zero() -> None:
    metrics = measure([TRIPS], [TRIALS[0]], TEXTS, RUN, LANGUAGES)
    assert metrics["refused_unanswerable"] is None
    assert metrics["refusal_precision"] is None
    assert "refused_unanswerable" not in metrics["intervals"]
    assert not parts_of(metrics, "auroc_answerable")
    assert not parts_of(metrics, "cross_language_gap")


def test_search_is_measured_where_the_gold_stands(metrics: dict[str, Any]) -> None:
    assert value(metrics, "success_at_1") == pytest.approx(1 / 3, abs=1e-6)
    assert value(metrics, "recall_at_5") == pytest.approx(2 / 3, abs=1e-6)
    assert value(metrics, "mrr_at_10") == pytest.approx((1 + 1 / 3) / 3, abs=1e-6)
    assert value(metrics, "recall_at_5", "kind date") == 0.0
    assert [row["rank"] for row in metrics["rows"]] == [1, 3, None, None, None]
    assert [row["recall_at_5"] for row in metrics["rows"]] == [1.0, 1.0, 0.0, None, None]


def test_pairs_are_the_questions_language_and_the_documents(metrics: dict[str, Any]) -> None:
    assert {part for part in parts_of(metrics, "recall_at_5") if part.startswith("pair")} == {
        "pair da-da",
        "pair da-no",
    }
    assert value(metrics, "cross_language_gap") == 1.0


def test_without_the_documents_languages_pairs_are_not_measured() -> None:
    metrics = measure(CASES, TRIALS, TEXTS, RUN)
    assert not {part for part in parts_of(metrics, "recall_at_5") if part.startswith("pair")}
    assert any("gap between languages in search is not measured" in gap for gap in metrics["not_measured"])


def test_truthfulness_charges_wrong_answers_and_not_refusals(metrics: dict[str, Any]) -> None:
    assert [row["failure"] for row in metrics["rows"]] == ["", "wrong", "refused", "", "answered anyway"]
    assert value(metrics, "truthfulness") == pytest.approx((1 - 1 + 0 + 1 - 1) / 5)
    assert value(metrics, "wrong") == pytest.approx(2 / 5)


def test_the_risk_coverage_curve_has_the_answers_that_were_held_back(metrics: dict[str, Any]) -> None:
    coverages = [coverage for coverage, _ in metrics["risk_coverage"]]
    assert coverages == sorted(coverages)
    assert coverages[-1] == 1.0
    assert metrics["risk_coverage"][0] == [0.2, 0.0]
    assert metrics["risk_coverage"][-1] == [1.0, 0.6]  # trips and, held back, lamp are right
    assert value(metrics, "coverage_at_2_percent_risk") == 0.2


def test_a_held_back_answer_to_what_has_no_answer_is_wrong() -> None:
    forced = Trial("timetable", answer=TRIALS[3].answer, forced=TRIALS[0].answer, detected="da")
    metrics = measure([TIMETABLE], [forced], TEXTS, RUN, LANGUAGES)
    assert metrics["risk_coverage"] == [[1.0, 1.0]]
    assert metrics["right"] == 1.0


def test_the_gap_in_refusal_is_highest_minus_lowest(metrics: dict[str, Any]) -> None:
    assert value(metrics, "refusal_gap_between_languages") == 1.0


def test_a_disturbance_is_compared_with_the_same_questions_undisturbed(metrics: dict[str, Any]) -> None:
    assert value(metrics, "recall_lost", "disturbance typing_error") == 1.0
    assert value(metrics, "recall_lost", "disturbance lower_case") == 0.0
    assert figure(metrics, "recall_at_5", "disturbance typing_error")["n"] == 1
    assert any("paraphrase" in gap for gap in metrics["not_measured"])


def test_retention_is_the_share_of_the_stand_alone_recall_that_is_kept() -> None:
    history = [Turn("Hvor ofte?", "Tit.")]
    kept, lost = (
        replace(case, history=tuple(history), stand_alone="Hvor ofte sejler færgen?")
        for case in (TRIPS, replace(TRIPS, id="trips-2"))
    )
    trials = [
        Trial("trips", answer=TRIALS[0].answer, passages=(SAILINGS,), stand_alone=(SAILINGS,), detected="da"),
        Trial("trips-2", answer=TRIALS[0].answer, passages=(LIT,), stand_alone=(SAILINGS,), detected="no"),
    ]
    metrics = measure([kept, lost], trials, TEXTS, RUN, LANGUAGES)
    assert value(metrics, "retention_at_5") == 0.5
    assert value(metrics, "language_of_last_turn") == 0.5


def test_the_languages_found_are_counted(metrics: dict[str, Any]) -> None:
    assert metrics["language_confusion"] == {"da": {"da": 3, "no": 1, "en": 0}, "no": {"da": 0, "no": 1, "en": 0}}
    assert value(metrics, "language_detected") == 0.8


def test_a_failed_case_is_a_row_and_counts_as_not_answered() -> None:
    failed = Trial("trips", error="RuntimeError: no disk")
    metrics = measure(CASES, [failed, *TRIALS[1:]], TEXTS, RUN, LANGUAGES)
    assert metrics["unanswered_ids"] == 1
    assert metrics["right"] == 1 / 5
    row = metrics["rows"][0]
    assert (row["error"], row["failure"], row["rank"], row["answer"]) == ("RuntimeError: no disk", "error", None, "")
    assert any("1 question failed and counts as not answered" in gap for gap in metrics["not_measured"])


def test_a_failed_refusal_is_right_for_the_acceptance_scorer_alone() -> None:
    failed = Trial("timetable", error="RuntimeError: no disk")
    metrics = measure(CASES, [*TRIALS[:3], failed, TRIALS[4]], TEXTS, RUN, LANGUAGES)
    assert metrics["right"] == 2 / 5
    assert metrics["refused_unanswerable"] == metrics["refusal_precision"] == 1 / 2
    row = metrics["rows"][3]
    assert (row["right"], row["failure"]) == (False, "error")
    assert (figure(metrics, "right")["n"], value(metrics, "right")) == (4, 1 / 4)
    assert (figure(metrics, "refused_unanswerable")["n"], value(metrics, "refused_unanswerable")) == (1, 0.0)
    assert (figure(metrics, "refusal_precision")["n"], value(metrics, "refusal_precision")) == (1, 0.0)
    assert (figure(metrics, "truthfulness")["n"], value(metrics, "truthfulness")) == (4, -1 / 4)
    assert figure(metrics, "aurc")["n"] == 4
    assert [coverage for coverage, _ in metrics["risk_coverage"]] == [0.25, 0.5, 0.75, 1.0]
    assert not parts_of(metrics, "refusal_gap_between_languages")


def test_the_intervals_are_those_of_the_acceptance_scorers_values_where_cases_failed() -> None:
    trials = [Trial(trial.case_id, error="OSError: gone") for trial in TRIALS[1:]]
    metrics = measure(CASES, [TRIALS[0], *trials], TEXTS, RUN, LANGUAGES)
    for name, (low, high) in metrics["intervals"].items():
        assert low <= metrics[name] <= high, name
    assert metrics["right"] == 3 / 5
    assert value(metrics, "right") == 1.0


def test_what_is_right_by_its_facts_and_contradicted_by_another_number_went_wrong() -> None:
    said = "Færgen sejler 12 gange om dagen, også de 77 helligdage."
    trial = replace(TRIALS[0], answer={**RIGHT_TRIPS, "answer": said})
    metrics = measure([TRIPS], [trial], TEXTS, RUN, LANGUAGES)
    row = metrics["rows"][0]
    assert (row["right"], row["contradicted"], row["failure"]) == (True, True, "contradicted")
    assert metrics["right"] == value(metrics, "right") == 1.0
    assert (value(metrics, "wrong"), value(metrics, "truthfulness")) == (1.0, -1.0)
    for name in ("right", "correct"):
        assert "contradiction is counted in Contradicted, Wrong and Truthfulness" in measure_named(name).meaning


def test_the_meaning_of_a_supported_sentence_names_the_thresholds_of_the_test_of_support() -> None:
    for least in (LEAST_CONTENT, LEAST_CONTENT_NEAR, LEAST_CONTENT_FOREIGN):
        assert f"{least} " in measure_named("citation_recall").meaning
    for name in ("citation_precision", "supported"):
        assert "citation recall" in measure_named(name).meaning


@pytest.mark.parametrize("told", ["change of subject", "one person's conversation", "language of the last turn"])
def test_what_no_figure_says_of_a_conversation_is_said_where_there_is_one(told: str) -> None:
    talk = replace(TRIPS, history=(Turn("Hvor ofte?", "Tit."),))
    with_one, without = (measure([case], TRIALS[:1], TEXTS, RUN, LANGUAGES)["not_measured"] for case in (talk, TRIPS))
    assert any(told in gap for gap in with_one)
    assert not any(told in gap for gap in without)


def test_other_question_sets_and_the_threshold_of_coverage_are_not_measured(metrics: dict[str, Any]) -> None:
    assert any("NorQuAD" in gap for gap in metrics["not_measured"])
    assert any("picks its threshold on the questions" in gap for gap in metrics["not_measured"])
    failed = measure([TIMETABLE], [], TEXTS, RUN, LANGUAGES)["not_measured"]
    assert not any("NorQuAD" in gap or "threshold" in gap for gap in failed)


def test_a_case_that_was_not_run_has_failed() -> None:
    metrics = measure([TRIPS, TICKET], TRIALS[:1], TEXTS, RUN, LANGUAGES)
    assert [row["failure"] for row in metrics["rows"]] == ["", "error"]


def test_gold_that_stands_nowhere_is_said_and_left_out_of_search() -> None:
    lost = make_case("lost", "væk.md", "sejler ofte", "ofte")
    metrics = measure([TRIPS, lost], [TRIALS[0], replace(TRIALS[0], case_id="lost")], TEXTS, RUN, LANGUAGES)
    assert figure(metrics, "recall_at_5")["n"] == 1
    assert any("Search is not measured for 1 question" in gap and "lost" in gap for gap in metrics["not_measured"])


def test_rows_follow_the_order_of_the_cases_whatever_that_of_the_trials() -> None:
    ordered = measure(CASES, TRIALS, TEXTS, RUN, LANGUAGES)
    assert measure(CASES, TRIALS[::-1], TEXTS, RUN, LANGUAGES) == ordered
    assert [row["id"] for row in ordered["rows"]] == [case.id for case in CASES]


def test_the_same_run_has_the_same_json() -> None:
    first, second = (json.dumps(measure(CASES, TRIALS, TEXTS, RUN, LANGUAGES), allow_nan=False) for _ in range(2))
    assert first == second


def test_a_run_without_cases_has_no_figures() -> None:
    metrics = measure([], [], TEXTS, RUN, LANGUAGES)
    assert metrics["right"] is None
    assert (metrics["figures"], metrics["rows"], metrics["risk_coverage"]) == ([], [], [])


def test_one_document_is_said_to_say_nothing_about_others() -> None:
    metrics = measure([TRIPS, TICKET], TRIALS[:2], TEXTS, RUN, LANGUAGES)
    assert any("about one document" in gap for gap in metrics["not_measured"])


def test_the_language_of_the_evidence_is_the_questions_own_where_it_can_be() -> None:
    both = replace(LAMP, documents=("fyr.md", "kopi.md"), language="en")
    texts = {**TEXTS, "kopi.md": TEXTS["fyr.md"]}
    trial = replace(TRIALS[2], case_id=both.id)
    metrics = measure([both], [trial], texts, RUN, {"fyr.md": "no", "kopi.md": "en"})
    assert "pair en-en" in parts_of(metrics, "recall_at_5")


def test_only_the_unanswerable_are_asked_for_a_reason() -> None:
    metrics = measure([replace(COLOUR, why="nobody wrote it down")], [TRIALS[4]], TEXTS, RUN, LANGUAGES)
    assert metrics["rows"][0]["why"] == "nobody wrote it down"
