"""Figures beside their floors."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from evals import acceptance
from evals.acceptance import compare_with_floors, find_pdf_faults

EXPECTED = {"locked.pdf": "password"}


def report(**outcomes: object) -> dict[str, object]:
    return {"added": [], "skipped": [], "failed": [], **outcomes}


def test_a_figure_at_its_floor_holds_and_one_below_it_does_not() -> None:
    measures = compare_with_floors({"right": 0.6, "verbatim": 0.999}, {"right": 0.6, "verbatim": 1.0})
    assert [measure.holds for measure in measures] == [True, False]
    assert str(measures[1]).startswith("BROKEN")


def test_a_figure_that_is_missing_or_undefined_does_not_hold() -> None:
    assert not any(measure.holds for measure in compare_with_floors({"a": math.nan}, {"a": 0.0, "b": 0.0}))


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
    assert acceptance.main([]) == 0
    assert "skipped" in capsys.readouterr().out


def test_a_part_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert acceptance.main(["answres"]) == 2
    assert "answers, pdfs" in capsys.readouterr().err
