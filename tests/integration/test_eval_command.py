"""`atmp eval`, run as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atmp.evaluate import with_run
from tests.integration.atmp_command import Atmp

OneLine = Callable[[subprocess.CompletedProcess[str]], str]
PRICE: dict[str, Any] = {
    "id": "price",
    "lang": "da",
    "kind": "number",
    "question": "hvad koster det at være voksent medlem?",
    "answerable": True,
    "doc": "bådklub.md",
    "evidence": ["kontingentet er 450 kr"],
    "facts": [["\\b450\\b"]],
}
MEETINGS: dict[str, Any] = {
    **PRICE,
    "id": "meetings",
    "question": "Hvor tit holder bestyrelsen møde?",
    "evidence": ["mødes fire gange"],
    "facts": [["fire gange"]],
}
BREAD: dict[str, Any] = {
    **{key: PRICE[key] for key in ("lang", "question")},
    "id": "bread",
    "kind": "unanswerable",
    "question": "Hvordan bager man rugbrød?",
    "answerable": False,
    "doc": None,
    "evidence": [],
    "facts": [],
    "why": "off the subject",
}


def write_lines(path: Path, *lines: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_lines(tmp_path_factory.mktemp("questions") / "club.jsonl", PRICE, MEETINGS, BREAD)


@pytest.fixture(scope="module")
def run(filled: Atmp, questions: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run over the two documents."""
    folder = tmp_path_factory.mktemp("run")
    done = filled("eval", questions, "--out", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 questions, 0 failed" in done.stdout
    return folder


@pytest.mark.parametrize(
    ("given", "expanded"),
    [
        (["eval", "q.jsonl"], ["eval", "run", "q.jsonl"]),
        (["eval", "--out", "x", "q.jsonl"], ["eval", "run", "--out", "x", "q.jsonl"]),
        (["--library", "eval", "eval", "q.jsonl"], ["--library", "eval", "eval", "run", "q.jsonl"]),
        (["--library=x", "eval", "gate", "bars.toml"], ["--library=x", "eval", "gate", "bars.toml"]),
        (["eval", "--library", "x", "compare", "a", "b"], ["eval", "--library", "x", "compare", "a", "b"]),
        (["ask", "eval"], ["ask", "eval"]),
        (["eval"], ["eval"]),
        (["eval", "--help"], ["eval", "--help"]),
        ([], []),
    ],
)
def test_question_files_after_eval_are_run(given: list[str], expanded: list[str]) -> None:
    assert with_run(given) == expanded


def test_a_run_leaves_figures_times_and_a_report(run: Path) -> None:
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["questions"] == 3
    assert metrics["verbatim"] == 1.0
    assert [row["id"] for row in metrics["rows"]] == ["price", "meetings", "bread"]
    assert json.loads((run / "times.json").read_text(encoding="utf-8"))["seconds"] > 0
    assert "Hvor tit holder bestyrelsen møde?" in (run / "report.html").read_text(encoding="utf-8")


def test_a_second_run_gives_the_same_bytes_and_is_compared_without_a_difference(
    filled: Atmp, questions: str, run: Path, tmp_path: Path
) -> None:
    assert filled("eval", questions, "--out", str(tmp_path / "again")).returncode == 0
    for name in ("metrics.json", "report.html"):
        assert (tmp_path / "again" / name).read_bytes() == (run / name).read_bytes()
    compared = filled("eval", "compare", str(run), str(tmp_path / "again"), "--json")
    assert compared.returncode == 0
    found = json.loads(compared.stdout)
    assert not found["better"]
    assert not found["worse"]


def test_a_run_that_discards_trials_says_why_and_one_of_a_file_that_is_no_trials_file_leaves_it(
    filled: Atmp, tmp_path: Path, one_line_of: OneLine
) -> None:
    out = tmp_path / "run"
    assert filled("eval", write_lines(tmp_path / "q.jsonl", PRICE), "--out", str(out)).stderr == ""
    anew = filled("eval", write_lines(tmp_path / "q.jsonl", BREAD), "--out", str(out))
    assert anew.returncode == 0
    assert "begun anew" in one_line_of(anew)
    assert "the questions" in anew.stderr
    (out / "trials.jsonl").write_text("my notes\n", encoding="utf-8")
    refused = filled("eval", str(tmp_path / "q.jsonl"), "--out", str(out))
    assert refused.returncode == 1
    assert "--out" in one_line_of(refused)
    assert (out / "trials.jsonl").read_text(encoding="utf-8") == "my notes\n"


def test_a_bar_that_holds_passes_and_one_that_breaks_is_named(
    filled: Atmp, run: Path, tmp_path: Path, one_line_of: OneLine
) -> None:
    bars = tmp_path / "bars.toml"
    bars.write_text("[bars]\nverbatim = { at_least = 1.0 }\n", encoding="utf-8")
    assert filled("eval", "gate", str(bars), str(run)).returncode == 0
    bars.write_text('[bars]\nquestions = { at_most = 2 }\n"right/all" = { at_least = 0.0 }\n', encoding="utf-8")
    broken = filled("eval", "gate", str(bars), str(run))
    assert broken.returncode == 1
    assert one_line_of(broken) == "questions: is 3, must be at most 2"


def test_questions_about_a_document_that_is_not_there_are_wrong_usage(
    filled: Atmp, tmp_path: Path, one_line_of: OneLine
) -> None:
    done = filled("eval", write_lines(tmp_path / "q.jsonl", {**PRICE, "doc": "x.md"}), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "x.md" in one_line_of(done)
    assert "atmp index" in done.stderr


@pytest.mark.parametrize("command", [["eval", "none.jsonl"], ["eval", "gate", "none.toml"], ["eval", "lint", "none"]])
def test_a_file_that_is_missing_is_named(filled: Atmp, command: list[str], one_line_of: OneLine) -> None:
    done = filled(*command)
    assert done.returncode == 2
    assert command[-1] in one_line_of(done)


def test_a_library_without_documents_says_how_to_add_some(atmp: Atmp, questions: str, one_line_of: OneLine) -> None:
    done = atmp("eval", questions)
    assert done.returncode == 1
    assert "atmp index PATH" in one_line_of(done)


def test_the_linter_finds_an_anchor_that_stands_nowhere(filled: Atmp, questions: str, tmp_path: Path) -> None:
    assert filled("eval", "lint", questions).returncode == 0
    done = filled("eval", "lint", write_lines(tmp_path / "q.jsonl", {**PRICE, "evidence": ["kontingentet er 460 kr"]}))
    assert done.returncode == 1
    assert "fault: price" in done.stdout


def test_drafts_are_suggested_and_run_only_when_asked_for(
    filled: Atmp, run: Path, tmp_path: Path, one_line_of: OneLine
) -> None:
    done = filled("eval", "suggest", "--limit", "3")
    assert done.returncode == 0
    drafts = [json.loads(line) for line in done.stdout.splitlines()]
    assert drafts
    assert all(draft["draft"] for draft in drafts)
    file = write_lines(tmp_path / "drafts.jsonl", *drafts)
    refused = filled("eval", file, "--out", str(tmp_path / "run"))
    assert refused.returncode == 2
    assert "--drafts" in one_line_of(refused)
    assert filled("eval", file, "--drafts", "--out", str(tmp_path / "run")).returncode == 0


def test_feedback_becomes_drafts_and_a_bad_line_is_named(filled: Atmp, tmp_path: Path, one_line_of: OneLine) -> None:
    answer = json.loads(filled("ask", "Hvad er kontingentet?", "--json").stdout)
    praise = {"question": "Hvad er kontingentet?", "language": "da", "answer": answer, "verdict": "up"}
    done = filled("eval", "suggest", "--feedback", write_lines(tmp_path / "feedback.jsonl", praise))
    assert done.returncode == 0
    assert json.loads(done.stdout)["question"] == "Hvad er kontingentet?"
    bad = filled("eval", "suggest", "--feedback", write_lines(tmp_path / "feedback.jsonl", {"question": 1}))
    assert bad.returncode == 2
    assert "line 1" in one_line_of(bad)
