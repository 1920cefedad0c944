"""Trials in a file: kept, taken up again, torn, of another run."""

from __future__ import annotations

import json
import subprocess
import sys
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


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (IDENTITY, ""),
        ({**IDENTITY, "corpus_sha256": "c"}, "the documents"),
        ({**IDENTITY, "questions_sha256": "c", "seed": 2}, "the questions, the seed"),
        ({**IDENTITY, "code_sha256": "c"}, "the code"),
        ({**IDENTITY, "answered_by": "me"}, "answered_by"),
    ],
)
def test_a_file_that_is_begun_anew_says_what_changed(path: Path, other: dict[str, object], changed: str) -> None:
    write(path, TRIALS[0])
    with TrialsFile(path, other) as file:
        assert file.begun_anew_because == changed
    with TrialsFile(path, other) as again:
        assert again.begun_anew_because == ""


def test_nothing_is_said_of_another_run_that_had_no_trials(path: Path) -> None:
    write(path)
    with TrialsFile(path, {**IDENTITY, "seed": 2}) as file:
        assert file.begun_anew_because == ""


@pytest.mark.parametrize(
    "content",
    [b'"no run"\n', b"notes\n", b"notes", b'{"id": "a"}\n', b'{"run": 1}\n', b'{\n "run": {}}', b"\xff\n", b"\n"],
)
def test_a_file_that_is_something_else_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"trials\.jsonl does not hold the trials of a run .*--out"):
        TrialsFile(path, IDENTITY)
    assert path.read_bytes() == content


@pytest.mark.parametrize("kept", [0, 3, 8, 20])
def test_a_torn_first_line_is_written_anew(path: Path, kept: int) -> None:
    write(path, TRIALS[0])
    path.write_bytes(path.read_bytes()[:kept])
    assert read(path) == []
    write(path, TRIALS[0])
    assert read(path) == ["trips"]


def test_another_process_cannot_open_the_file_until_it_is_closed(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from evals.trials import TrialsFile\n"
        "try: TrialsFile(Path(sys.argv[1]), {'seed': 2})\n"
        "except Exception as error: print(error)"
    )

    def open_elsewhere() -> str:
        done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
        return done.stdout

    with TrialsFile(path, IDENTITY) as file:
        said = open_elsewhere()
        file.add(TRIALS[0])
    assert said.count("\n") == 1
    assert "another process is evaluating into" in said
    assert read(path) == ["trips"]
    assert open_elsewhere() == ""


def test_a_file_that_could_not_be_opened_is_not_kept_locked(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("notes\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="does not hold"):
        TrialsFile(path, IDENTITY)
    path.unlink()
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
