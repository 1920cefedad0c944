"""Trials in a file: kept, taken up again, torn, of another run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.results import Trial
from evals.trials import TrialsFile, trial_from_json, trial_to_json
from tests.evaluations import LIT, TRIALS

IDENTITY = {"questions_sha256": "a", "corpus_sha256": "b", "seed": 1}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "trials.jsonl"


def write(path: Path, *trials: Trial) -> None:
    with TrialsFile(path, IDENTITY) as file:
        for trial in trials:
            file.add(trial)


def read(path: Path, identity: dict[str, object] = IDENTITY) -> list[str]:
    with TrialsFile(path, identity) as file:
        return list(file.done)


@pytest.mark.parametrize("trial", [*TRIALS, Trial("x\ud800", stand_alone=(LIT,)), Trial("y", stand_alone=())])
def test_a_trial_becomes_json_and_the_same_trial_again(trial: Trial) -> None:
    assert trial_from_json(json.loads(json.dumps(trial_to_json(trial)))) == trial


@pytest.mark.parametrize(
    "change",
    [
        {"id": 3},
        {"answer": "text"},
        {"passages": [["a.md", 1]]},
        {"passages": [["a.md", "1", 2]]},
        {"disturbed": []},
        {"milliseconds": "long"},
        {"error": None},
        {"stand_alone": 7},
    ],
)
def test_what_is_no_trial_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        trial_from_json({**trial_to_json(TRIALS[0]), **change})


def test_a_run_that_was_ended_has_its_trials_when_it_is_opened_again(path: Path) -> None:
    write(path, *TRIALS[:2])
    with TrialsFile(path, IDENTITY) as file:
        assert file.done == {trial.case_id: trial for trial in TRIALS[:2]}
        file.add(TRIALS[2])
    assert read(path) == ["trips", "ticket", "lamp"]


def test_a_torn_last_line_is_passed_over_and_written_anew(path: Path) -> None:
    write(path, *TRIALS[:2])
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert read(path) == ["trips"]
    write(path, TRIALS[1])
    assert path.read_bytes() == whole


def test_a_line_that_is_no_trial_is_passed_over(path: Path) -> None:
    write(path, TRIALS[0])
    path.write_bytes(path.read_bytes() + b'{"id": "ticket"}\nnothing\n\xff\n')
    write(path, TRIALS[2])
    assert read(path) == ["trips", "lamp"]


@pytest.mark.parametrize("other", [{**IDENTITY, "corpus_sha256": "c"}, {**IDENTITY, "seed": 2}, {}])
def test_another_run_starts_anew(path: Path, other: dict[str, object]) -> None:
    write(path, *TRIALS)
    assert read(path, other) == []
    assert path.read_bytes().count(b"\n") == 1


def test_a_file_that_is_something_else_starts_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('"no run"\n', encoding="utf-8")
    assert read(path) == []


def test_a_case_that_failed_is_tried_again(path: Path) -> None:
    write(path, TRIALS[0], Trial("ticket", error="OSError: no disk"))
    assert read(path) == ["trips"]
    write(path, TRIALS[1])
    assert read(path) == ["trips", "ticket"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match="cannot keep the trials in"):
        TrialsFile(tmp_path / "file" / "trials.jsonl", IDENTITY)
