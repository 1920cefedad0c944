"""Bars in TOML, and runs that clear them or do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.errors import BadCases
from evals.gating import Bar, broken_bars, load_bars

METRICS: dict[str, Any] = {
    "right": 0.8,
    "unanswered_ids": 0,
    "refusal_precision": None,
    "figures": [
        {"name": "success_at_5", "part": "lang da", "value": 0.9},
        {"name": "success_at_5", "part": "all", "value": 0.85},
        {"name": "right", "part": "all", "value": 0.8},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bars.toml"


def broken(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    return [str(one) for one in broken_bars(METRICS, load_bars(file))]


def test_bars_are_read_in_their_order(file: Path) -> None:
    file.write_text(
        '[bars]\nright = {at_least = 0.7}\n"success_at_5/lang da" = {at_least = 0.5, at_most = 1}\n', encoding="utf-8"
    )
    assert load_bars(file) == [Bar("right", "all", 0.7), Bar("success_at_5", "lang da", 0.5, 1.0)]


def test_a_run_that_clears_every_bar_breaks_none(file: Path) -> None:
    assert not broken(file, "[bars]\nright = {at_least = 0.8}\nunanswered_ids = {at_most = 0}\n")


def test_a_bar_that_breaks_says_by_how_much(file: Path) -> None:
    assert broken(file, '[bars]\nright = {at_least = 0.95}\n"success_at_5/lang da" = {at_most = 0.5}\n') == [
        "right: is 0.8, must be at least 0.95",
        "success_at_5/lang da: is 0.9, must be at most 0.5",
    ]


def test_a_figure_without_a_part_is_that_over_all(file: Path) -> None:
    assert broken(file, "[bars]\nsuccess_at_5 = {at_least = 0.86}\n") == [
        "success_at_5: is 0.85, must be at least 0.86"
    ]


@pytest.mark.parametrize("name", ["refusal_precision", "rihgt", '"success_at_5/lang no"', "figures"])
def test_a_figure_that_is_missing_breaks_its_bar_and_says_so(file: Path, name: str) -> None:
    [line] = broken(file, f"[bars]\n{name} = {{at_least = 0}}\n")
    assert line.startswith(f"{name.strip(chr(34))}: the run has no such figure")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bars = 3",
        "[bars]",
        "[bars]\nright = 0.9",
        "[bars]\nright = {}",
        '[bars]\nright = {at_least = "high"}',
        "[bars]\nright = {at_least = true}",
        "[bars]\nright = {at_least = nan}",
        "[bars]\nright = {at_least = 1" + 400 * "0" + "}",
        "[bars]\nright = {over = 0.9}",
        '[bars]\n"/all" = {at_least = 0.9}',
        "[bars]\nright = {at_least = 0.9}\n[floors]\nright = 1",
        "[bars\n",
        "[bars]\nx = " + 500 * "[",
    ],
)
def test_bars_that_are_none_are_said_in_one_line(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadCases) as said:
        load_bars(file)
    assert str(file) in str(said.value)
    assert "\n" not in str(said.value)


def test_a_file_that_is_missing_or_no_text_is_said(file: Path) -> None:
    with pytest.raises(BadCases, match="cannot read the bars"):
        load_bars(file)
    file.write_bytes(b"\xff\xfe[")
    with pytest.raises(BadCases, match="not TOML"):
        load_bars(file)
