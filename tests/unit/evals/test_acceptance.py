"""Figures beside their floors."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from evals import acceptance
from evals.acceptance import FEWEST_CHECKED, find_disagreements, find_pdf_faults, find_uncaught
from evals.scorer_check import UNMADE, CheckRow

EXPECTED = {"locked.pdf": "password"}


def report(**outcomes: object) -> dict[str, object]:
    return {"added": [], "skipped": [], "failed": [], **outcomes}


def test_two_scorers_that_count_alike_do_not_disagree() -> None:
    figures = {"right": 0.5, "refused": None, "by": {"lang da": [0.5, 2]}, "more": 1.0}
    assert find_disagreements(figures, {"right": 0.5, "refused": math.nan, "by": {"lang da": [0.5, 2]}}) == []


@pytest.mark.parametrize("other", [{"right": 0.4}, {"right": math.nan}, {"by": {"lang da": [0.5, 3]}}, {"new": 1.0}])
def test_a_figure_that_another_scorer_has_otherwise_is_named(other: dict[str, object]) -> None:
    found = find_disagreements({"right": 0.5, "by": {"lang da": [0.5, 2]}}, other)
    assert len(found) == 1
    assert found[0].startswith(next(iter(other)))


def test_a_scorer_that_sees_through_enough_answers_holds() -> None:
    assert find_uncaught([CheckRow("number", 20, 19), CheckRow("gold right", 40, 40), CheckRow(UNMADE, 0, 0)]) == []


def test_a_kind_that_is_caught_too_seldom_or_hardly_checked_breaks() -> None:
    rows = [
        CheckRow("number", 20, 18),
        CheckRow("date", FEWEST_CHECKED - 1, FEWEST_CHECKED - 1),
        CheckRow("name", 0, 0),
    ]
    found = find_uncaught(rows)
    assert len(found) == 3
    assert all(any(row.kind in line for line in found) for row in rows)


def test_the_expected_outcomes_are_no_fault() -> None:
    outcome = report(
        added=["x/good.pdf"],
        skipped=["x/list.json"],
        failed=[{"file": "x/locked.pdf", "reason": "needs a Password"}, {"file": "x/torn.pdf", "reason": "cut off"}],
    )
    names = ["good.pdf", "list.json", "locked.pdf", "torn.pdf"]
    assert find_pdf_faults(outcome, names, EXPECTED, ["torn.pdf"]) == []


@pytest.mark.parametrize(
    "outcome",
    [
        report(added=["locked.pdf"]),
        report(failed=[{"file": "locked.pdf", "reason": "cannot be read"}]),
        report(),
    ],
)
def test_a_locked_file_must_fail_with_its_own_reason(outcome: dict[str, object]) -> None:
    assert "locked.pdf" in find_pdf_faults(outcome, ["locked.pdf"], EXPECTED, [])[0]


def test_a_readable_file_that_is_lost_is_a_fault() -> None:
    assert find_pdf_faults(report(), ["good.pdf"], EXPECTED, []) == ["good.pdf: not added: lost"]


def test_without_the_shared_documents_it_says_that_nothing_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(acceptance, "SHARED", tmp_path / "shared")
    assert acceptance.main(["answers", "pdfs", "policy"]) == 0
    assert "skipped" in capsys.readouterr().out


def test_a_part_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert acceptance.main(["answres"]) == 2
    assert "answers, pdfs, policy" in capsys.readouterr().err
