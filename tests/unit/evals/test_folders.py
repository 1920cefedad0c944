"""What stands in a run's folder, and files there that are something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import BadCases, EvaluationError
from evals.folders import METRICS, load_metrics, measure_times, save_json
from evals.measuring import measure
from evals.results import Trial
from tests.evaluations import CASES, LANGUAGES, RUN, TEXTS, TRIALS


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    return measure(CASES, TRIALS, TEXTS, RUN, LANGUAGES)


def test_what_is_saved_is_what_is_loaded_from_folder_or_file(tmp_path: Path, metrics: dict[str, Any]) -> None:
    save_json(tmp_path / "run" / METRICS, metrics)
    assert load_metrics(tmp_path / "run") == load_metrics(tmp_path / "run" / METRICS) == metrics
    assert [path.name for path in (tmp_path / "run").iterdir()] == [METRICS]


def test_a_lone_surrogate_of_an_answer_is_no_reason_to_lose_the_run(tmp_path: Path) -> None:
    save_json(tmp_path / METRICS, {"answer": "a\ud800b"})
    assert json.loads((tmp_path / METRICS).read_bytes()) == {"answer": "a\ud800b"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match="cannot write"):
        save_json(tmp_path / "file" / METRICS, {})


def test_a_run_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"no figures of a run in .*metrics\.json"):
        load_metrics(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 5000,
        "\ud800",
        '{"rows": NaN}',
        '{"rows": 1e999}',
        '{"rows": 1' + 400 * "0" + "}",
        '{"rows": [], "figures": []}',
        '{"rows": [1], "figures": [], "run": {}}',
        '{"rows": [], "figures": [{"name": []}], "run": {}}',
    ],
)
def test_what_is_no_run_is_said_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / METRICS
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadCases) as said:
        load_metrics(file)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(("key", "wrong"), [("id", 3), ("right", "yes"), ("recall_at_5", "much"), ("documents", None)])
def test_a_row_that_is_none_is_named(tmp_path: Path, metrics: dict[str, Any], key: str, wrong: Any) -> None:
    rows = [dict(row) for row in metrics["rows"]]
    rows[1][key] = wrong
    save_json(tmp_path / METRICS, {**metrics, "rows": rows})
    with pytest.raises(BadCases, match=f'"{key}" of number 2 of its "rows"'):
        load_metrics(tmp_path)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("intervals", [1]),
        ("intervals", {"right": 0.5}),
        ("intervals", {"right": [0.1]}),
        ("by", {"lang da": 0.5}),
        ("by", {"lang da": ["a", 1]}),
        ("risk_coverage", [0.5]),
        ("risk_coverage", {}),
        ("language_confusion", {"da": 3}),
        ("language_confusion", {"da": {"no": "3"}}),
        ("kinds", ["number"]),
        ("not_measured", "nothing"),
    ],
)
def test_a_part_of_another_form_is_named(tmp_path: Path, metrics: dict[str, Any], key: str, wrong: Any) -> None:
    save_json(tmp_path / METRICS, {**metrics, key: wrong})
    with pytest.raises(BadCases, match=f'its "{key}" is not '):
        load_metrics(tmp_path)


@pytest.mark.parametrize("wrong", ["much", {"document": "a.md"}, ["a.md"]])
def test_quotes_of_another_form_are_named(tmp_path: Path, metrics: dict[str, Any], wrong: Any) -> None:
    save_json(tmp_path / METRICS, {**metrics, "rows": [{**metrics["rows"][0], "quotes": wrong}]})
    with pytest.raises(BadCases, match='"quotes" of number 1 of its "rows"'):
        load_metrics(tmp_path)


@pytest.mark.parametrize("digits", [19, 30, 5000])
def test_a_number_that_is_too_large_is_called_that(tmp_path: Path, digits: int) -> None:
    (tmp_path / METRICS).write_text('{"rows": 1' + digits * "0" + "}", encoding="utf-8")
    with pytest.raises(BadCases, match="too large a number") as said:
        load_metrics(tmp_path)
    assert "not JSON" not in str(said.value)


def test_times_are_those_of_the_cases_that_did_not_fail() -> None:
    times = measure_times([*TRIALS, Trial("failed", error="ValueError: no")], seconds=2.0, ran=6)
    assert times == {
        "questions_per_second": 3.0,
        "median_ms": 30.0,
        "p95_ms": 50.0,
        "retrieval_p95_ms": 4.0,
        "max_ms": 50.0,
        "seconds": 2.0,
    }


def test_a_run_that_asked_nothing_has_no_speed() -> None:
    assert measure_times([], seconds=0.0, ran=0) == {
        "questions_per_second": None,
        "median_ms": None,
        "p95_ms": None,
        "retrieval_p95_ms": None,
        "max_ms": None,
        "seconds": 0.0,
    }
