"""Figures keep their meaning when they are worded: bounds, signs, what is better, what was not measured."""

from __future__ import annotations

import pytest
from metrics_sample import build_metrics

from evals.readings import Figures, Line, Reading, format_difference, format_rate, line_of, measure_named, part_label


def test_a_figure_outdoes_the_key_of_the_scorer_and_the_key_stands_in_where_it_is_missing():
    metrics = {"right": 0.5, "correct": 0.25, "intervals": {"right": [0.4, 0.6]}}
    metrics["figures"] = [{"name": "correct", "part": "all", "value": 0.3, "low": 0.1, "high": 0.5, "n": 9}]
    figures = Figures(metrics)
    assert figures.get("correct") == Reading(0.3, 0.1, 0.5, 9)
    assert figures.get("right") == Reading(0.5, 0.4, 0.6)
    assert figures.get("cited") is None


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), True, "0.5"])
def test_what_is_no_number_was_not_measured(value: object):
    assert Figures({"figures": [{"name": "right", "part": "all", "value": value}]}).get("right") is None


def test_parts_come_in_the_project_s_order_and_unknown_ones_last():
    figures = Figures({"figures": [{"name": "right", "part": f"lang {x}", "value": 1} for x in ("sv", "en", "da")]})
    assert figures.parts("lang") == ["lang da", "lang en", "lang sv"]


def test_every_measure_of_a_run_has_a_name_and_a_meaning():
    for name, _ in Figures(build_metrics()).measured():
        assert measure_named(name).meaning
        assert measure_named(name).better in ("higher", "lower")


def test_a_measure_that_nobody_described_has_its_name():
    assert measure_named("new_thing").label == "new thing"
    assert measure_named("new_thing").aim_text == ""


@pytest.mark.parametrize(
    ("name", "now", "verdict"),
    [
        ("right", 0.6, "better"),
        ("right", 0.4, "worse"),
        ("right", 0.5, "same"),
        ("wrong", 0.6, "worse"),
        ("wrong", 0.4, "better"),
        ("new_thing", 0.6, "changed"),
    ],
)
def test_more_is_better_or_worse_as_the_measure_has_it(name: str, now: float, verdict: str):
    assert Line(measure_named(name), "all", Reading(now), Reading(0.5)).verdict == verdict


def test_without_one_of_two_runs_there_is_no_difference():
    line = line_of("right", "all", Figures({}), Figures(build_metrics()))
    assert line.difference is None
    assert line.verdict == ""


def test_an_aim_is_met_from_its_side():
    assert measure_named("refused_answerable").meets(0.05)
    assert not measure_named("refused_answerable").meets(0.06)
    assert measure_named("citation_recall").meets(0.95)
    assert not measure_named("verbatim").meets(0.999)


def test_a_reading_is_its_value_interval_and_number():
    assert Reading(0.83, 0.71, 0.91, 42).text == "0.83 [0.71–0.91] n 42"
    assert Reading(0.01, -0.02, 0.04).text == "0.01 [−0.02 to 0.04]"
    assert Reading(0.5).text == "0.50"


def test_a_part_has_its_words():
    assert part_label("pair no-da") == "Norwegian → Danish"
    assert part_label("kind followup") == "follow-up"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8312, "0.83"),
        (1.0, "1.00"),
        (0.0, "0.00"),
        (0.9985, "0.999"),
        (0.9996, "0.9996"),
        (0.003, "0.003"),
        (-0.024, "−0.02"),
        (-0.0, "0.00"),
        (1.2, "1.20"),
        (1 - 1e-12, "1.00"),
        (0.9999999, "0.999999900"),
    ],
)
def test_a_rate_is_not_rounded_to_a_bound_that_it_does_not_reach(value: float, text: str):
    assert format_rate(value) == text


def test_a_difference_has_its_sign():
    assert [format_difference(value) for value in (0.041, -0.041, 0.0)] == ["+0.04", "−0.04", "0.00"]
