"""Bars that a run has to clear, in TOML."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import BadCases

LIMITS = ("at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to be; None sets no limit. `part` is "all" for a figure over all cases."""

    name: str
    part: str
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        return self.name if self.part == "all" else f"{self.name}/{self.part}"


@dataclass(frozen=True, slots=True)
class BrokenBar:
    """A bar that a run does not clear; `value` is None where the run has no such figure."""

    bar: Bar
    value: float | None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.bar}: the run has no such figure: not measured, or not called so"
        if self.bar.at_least is not None and self.value < self.bar.at_least:
            return f"{self.bar}: is {self.value:.6g}, must be at least {self.bar.at_least:.6g}"
        return f"{self.bar}: is {self.value:.6g}, must be at most {self.bar.at_most:.6g}"


def load_bars(path: Path) -> list[Bar]:
    """Read bars: a table `[bars]` with `figure = {at_least = 0.9}` or `"figure/part" = {at_most = 0.1}`.

    A figure is a key of metrics.json, or the name of one of its "figures".

    Raises:
        BadCases: the file cannot be read, has no bars, or one that is none.
    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadCases(f"cannot read the bars in {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:  # of TOML, and of UTF-8
        raise BadCases(f"{path} is not TOML: {error}") from error
    table = value.get("bars")
    if not isinstance(table, dict) or not table:
        raise BadCases(f"{path}: a table [bars] with at least one bar is needed")
    if other := [key for key in value if key != "bars"]:
        raise BadCases(f"{path}: {other[0]!r} is not known, all bars stand in the table [bars]")
    return [_bar(key, limits, path) for key, limits in table.items()]


def broken_bars(metrics: Mapping[str, Any], bars: Iterable[Bar]) -> list[BrokenBar]:
    """Return the bars that a run does not clear, in their order; a figure that it does not have clears none."""
    values = {(figure["name"], figure["part"]): figure["value"] for figure in metrics["figures"]}
    found = [(bar, _number(_value(metrics, values, bar))) for bar in bars]
    return [BrokenBar(bar, value) for bar, value in found if value is None or not _holds(bar, value)]


def _value(metrics: Mapping[str, Any], values: Mapping[tuple[str, str], Any], bar: Bar) -> Any:
    at_top = _number(metrics.get(bar.name)) if bar.part == "all" else None
    return values.get((bar.name, bar.part)) if at_top is None else at_top


def _holds(bar: Bar, value: float) -> bool:
    return (bar.at_least is None or value >= bar.at_least) and (bar.at_most is None or value <= bar.at_most)


def _bar(key: str, limits: Any, path: Path) -> Bar:
    name, _, part = key.partition("/")
    numbers = limits if isinstance(limits, dict) else {}
    if not name or not numbers or any(limit not in LIMITS or _number(x) is None for limit, x in numbers.items()):
        raise BadCases(f"{path}: the bar {key!r} needs {{at_least = NUMBER}} or {{at_most = NUMBER}}")
    return Bar(name, part or "all", **{limit: float(number) for limit, number in numbers.items()})


def _number(value: Any) -> float | None:
    """Return a number, None for anything else: null, not a number, an integer beyond all measure."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return None
    return float(value) if abs(value) <= sys.float_info.max else None
