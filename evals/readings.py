"""Figures as the report words them: what a measure is called and means, and a rate as text."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from corpus.documents import LANGUAGES
from evals.cases import CASE_KINDS

_MEASURES = Path(__file__).with_name("templates") / "measures.toml"
_LANGUAGE_NAMES = {"da": "Danish", "no": "Norwegian", "en": "English"}
_KIND_NAMES = {
    "followup": "follow-up",
    "cross": "cross-language",
    "danish_letters_written_out": "æøå written as ae, oe, aa",
}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure is called and means. `aim` is the value the project sets out to reach, None where it names none."""

    name: str
    label: str
    meaning: str
    better: Literal["higher", "lower", ""]
    group: str
    aim: float | None = None

    @property
    def aim_text(self) -> str:
        """The aim in words, "" without one."""
        if self.aim is None:
            return ""
        if self.aim == 1 and self.better == "higher":
            return format_rate(self.aim)
        return f"{'≤' if self.better == 'lower' else '≥'} {format_rate(self.aim)}"

    def meets(self, value: float) -> bool:
        """Return whether a value is as good as the aim; without an aim it is."""
        return self.aim is None or (value <= self.aim if self.better == "lower" else value >= self.aim)


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as it was measured; the interval and the number of observations are None where the run lacks them."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None

    @property
    def interval(self) -> str:
        """The interval in brackets, "" without one."""
        if self.low is None or self.high is None:
            return ""
        dash = " to " if self.low < 0 else "–"
        return f"[{format_rate(self.low)}{dash}{format_rate(self.high)}]"

    @property
    def text(self) -> str:
        """The value, its interval and its number of observations."""
        counted = "" if self.n is None else f"n {self.n}"
        return " ".join(part for part in (format_rate(self.value), self.interval, counted) if part)


@dataclass(frozen=True, slots=True)
class Line:
    """A measure over a part of the cases, now and before; None is "not measured"."""

    measure: Measure
    part: str
    now: Reading | None
    before: Reading | None = None

    @property
    def difference(self) -> float | None:
        """Now minus before, None where either was not measured."""
        if self.now is None or self.before is None:
            return None
        return round(self.now.value - self.before.value, 9)

    @property
    def verdict(self) -> str:
        """The word for the difference: better, worse, same, changed, or "" without a difference."""
        if self.difference is None:
            return ""
        if self.difference == 0:
            return "same"
        if not self.measure.better:
            return "changed"
        return "better" if (self.difference > 0) == (self.measure.better == "higher") else "worse"


class Figures:
    """The figures of a run by name and part; the keys of the acceptance scorer stand in where a figure is missing."""

    def __init__(self, metrics: Json) -> None:
        """Take the object of a run's `metrics.json`; what is no finite number is not measured."""
        self._readings: dict[tuple[str, str], Reading] = {}
        counts = _scored_over(metrics)
        intervals = metrics.get("intervals") or {}
        for name in counts:
            low, high = intervals.get(name) or (None, None)
            self._add(name, "all", metrics.get(name), low, high, counts[name])
        for part, (value, n) in sorted((metrics.get("by") or {}).items()):
            self._add("right", part, value, None, None, n)
        for figure in metrics.get("figures") or ():
            self._add(*(figure.get(key) for key in ("name", "part", "value", "low", "high", "n")))

    def _add(self, name: Any, part: Any, value: Any, low: Any, high: Any, n: Any) -> None:
        number = finite(value)
        if number is not None:
            count = n if isinstance(n, int) and n > 0 else None
            self._readings[str(name), str(part)] = Reading(number, finite(low), finite(high), count)

    def get(self, name: str, part: str = "all") -> Reading | None:
        """Return a reading, None where it was not measured."""
        return self._readings.get((name, part))

    def parts(self, kind: str) -> list[str]:
        """Return the parts of a kind ("lang", "pair") in the order they are shown."""
        found = {part for _, part in self._readings if part.startswith(f"{kind} ")}
        return sorted(found, key=order_of)

    def names(self, parts: Iterable[str]) -> list[str]:
        """Return the measures that any of the parts has, in the order they are shown."""
        wanted = set(parts)
        found = {name for name, part in self._readings if part in wanted}
        return [name for name in _measures() if name in found] + sorted(found - set(_measures()))

    def measured(self) -> list[tuple[str, str]]:
        """Return every name and part, by measure and then by part."""
        names = self.names({part for _, part in self._readings})
        place = {name: at for at, name in enumerate(names)}
        return sorted(self._readings, key=lambda key: (place[key[0]], order_of(key[1])))


def line_of(name: str, part: str, figures: Figures, earlier: Figures | None = None) -> Line:
    """Return a figure of a run beside that of an earlier one."""
    before = earlier.get(name, part) if earlier is not None else None
    return Line(measure_named(name), part, figures.get(name, part), before)


def format_rate(value: float) -> str:
    """Return a rate with two decimals, more where two would make a bound of it that it does not reach.

    >>> format_rate(0.8312), format_rate(0.9985), format_rate(1.0), format_rate(-0.024)
    ('0.83', '0.999', '1.00', '−0.02')
    """
    size = round(abs(value), 9)
    decimals = next((d for d in (2, 3, 4, 5) if round(size, d) == size or round(size, d) not in (0.0, 1.0)), 9)
    text = f"{size:.{decimals}f}"
    return f"−{text}" if value < 0 and float(text) else text


def format_difference(value: float) -> str:
    """Return a difference with its sign; 0 has none.

    >>> format_difference(0.041), format_difference(-0.041), format_difference(0.0)
    ('+0.04', '−0.04', '0.00')
    """
    return f"{'+' if value > 0 else ''}{format_rate(value)}"


def part_label(part: str) -> str:
    """Return what a part of the cases is called.

    >>> part_label("lang da"), part_label("pair da-en"), part_label("kind false_premise"), part_label("all")
    ('Danish', 'Danish → English', 'false premise', 'All')
    """
    kind, _, rest = part.partition(" ")
    if kind == "lang":
        return language_label(rest)
    if kind == "pair":
        return " → ".join(language_label(name) for name in rest.split("-"))
    if kind == "all":
        return "All"
    return kind_label(rest or part)


def kind_label(kind: Any) -> str:
    """Return what a kind of question or of disturbance is called."""
    return _KIND_NAMES.get(str(kind), str(kind).replace("_", " "))


def language_label(language: Any) -> str:
    """Return the English name of a language, its code where there is none."""
    return _LANGUAGE_NAMES.get(str(language), str(language))


def order_of(part: str) -> tuple[Any, ...]:
    """Return what parts are sorted by: the whole first, languages and kinds as the project lists them."""
    kind, _, rest = part.partition(" ")
    known: Sequence[str] = CASE_KINDS if kind == "kind" else LANGUAGES
    names = rest.split("-") if kind == "pair" else [rest]
    places = [known.index(name) if name in known else len(known) for name in names]
    return ("" if part == "all" else kind, places, rest)


def measure_named(name: str) -> Measure:
    """Return a measure; one that nobody described has its name alone."""
    return _measures().get(name) or Measure(name, name.replace("_", " "), "", "", "Other")


def finite(value: Any) -> float | None:
    """Return a number, None for everything that is not a finite one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


@cache
def _measures() -> Mapping[str, Measure]:
    table = tomllib.loads(_MEASURES.read_text(encoding="utf-8"))
    return {name: Measure(name=name, **fields) for name, fields in table.items()}


def _scored_over(metrics: Json) -> dict[str, int]:
    """Return how many observations each rate of the acceptance scorer is over."""
    rows = metrics.get("rows") or ()
    answerable = sum(bool(row.get("answerable")) for row in rows)
    refused = sum(not row.get("answered") for row in rows)
    return {
        "right": len(rows),
        **dict.fromkeys(("right_answerable", "correct", "cited", "fact_recall", "refused_answerable"), answerable),
        "refused_unanswerable": len(rows) - answerable,
        "refusal_precision": refused,
        "supported": len(rows) - refused,
        "verbatim": sum(len(row.get("quotes") or ()) for row in rows),
    }
