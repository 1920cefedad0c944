"""The folder of a run: the trials, the figures, the times, the report."""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any

from evals.errors import BadCases, EvaluationError
from evals.results import Trial

TRIALS = "trials.jsonl"
METRICS = "metrics.json"
TIMES = "times.json"
REPORT = "report.html"
DIGITS = 20
"""Characters of a written integer, more than any has that is read; so many are shown of one."""

ROW_KEYS: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "question": (str,),
    "history": (list,),
    "documents": (list,),
    "answerable": (bool,),
    "answered": (bool,),
    "right": (bool,),
    "correct": (bool, NoneType),
    "cited": (bool, NoneType),
    "failure": (str,),
    "rank": (int, NoneType),
    "recall_at_5": (int, float, NoneType),
}
"""What every row must have for two runs to be compared."""
FIGURE_KEYS: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "part": (str,),
    "value": (int, float),
    "low": (int, float),
    "high": (int, float),
    "n": (int,),
}
PART_KEYS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "intervals": (lambda value: _is_object_of(value, _is_pair), "an object of [low, high]"),
    "by": (lambda value: _is_object_of(value, _is_pair), "an object of [value, number]"),
    "risk_coverage": (lambda value: _is_list_of(value, _is_pair), "a list of [coverage, risk]"),
    "language_confusion": (
        lambda value: _is_object_of(value, lambda row: _is_object_of(row, _is_number)),
        "an object of objects of numbers",
    ),
    "kinds": (lambda value: _is_object_of(value, _is_number), "an object of numbers"),
    "not_measured": (lambda value: _is_list_of(value, lambda one: isinstance(one, str)), "a list of sentences"),
}
"""What else the report reads, each with what it must be where a run has it."""


def save_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a JSON file of a run's folder: the same value gives the same bytes.

    Raises:
        EvaluationError: it cannot be written.
    """
    save_text(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def save_text(path: Path, text: str) -> None:
    """Write a file of a run's folder; whoever reads it finds the old file whole or the new one.

    Raises:
        EvaluationError: it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(text.encode("utf-8", "backslashreplace"))
        os.replace(unfinished, path)
    except OSError as error:
        raise EvaluationError(f"cannot write {path}: {error.strerror or error}") from error


def load_metrics(path: Path) -> dict[str, Any]:
    """Return the figures of a run, from its folder or its metrics.json.

    Raises:
        BadCases: there are none, or the file is not what `atmp eval` writes.
    """
    file = path / METRICS if path.is_dir() else path
    try:
        value = json.loads(file.read_bytes(), parse_float=_float, parse_int=_int, parse_constant=_float)
    except OSError as error:
        raise BadCases(f"no figures of a run in {path}: {file.name}: {error.strerror or error}") from error
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadCases(f"{file} is not JSON: {error}") from error
    except _BadNumber as error:
        raise BadCases(_no_figures(file, str(error))) from error
    if fault := _find_fault(value):
        raise BadCases(_no_figures(file, fault))
    found: dict[str, Any] = value
    return found


def measure_times(trials: Sequence[Trial], seconds: float, ran: int) -> dict[str, float | None]:
    """Return times.json.

    Args:
        trials: all trials of the run; those that failed have no times.
        seconds: how long this run took from its first question to its last, disturbed questions included.
        ran: how many questions it asked; those that an earlier, interrupted run had asked do not count.

    Returns:
        Milliseconds of the answers, median, 95th percentile (nearest rank) and longest; None where there is nothing.
    """
    answers = sorted(trial.milliseconds for trial in trials if not trial.error)
    searches = sorted(trial.retrieval_milliseconds for trial in trials if not trial.error)
    return {
        "questions_per_second": round(ran / seconds, 3) if ran and seconds > 0 else None,
        "median_ms": round(statistics.median(answers), 1) if answers else None,
        "p95_ms": _percentile(answers, 0.95),
        "retrieval_p95_ms": _percentile(searches, 0.95),
        "max_ms": _percentile(answers, 1.0),
        "seconds": round(seconds, 1),
    }


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[math.ceil(share * len(ordered)) - 1], 1) if ordered else None


def _no_figures(file: Path, fault: str) -> str:
    return f"{file} does not hold the figures of a run: {fault}; make it with `atmp eval`"


def _find_fault(value: Any) -> str:
    """Return what is wrong with the figures of a run, "" if nothing is."""
    if not isinstance(value, dict):
        return "it is no object"
    kinds: Mapping[str, type] = {"rows": list, "figures": list, "run": dict}
    if missing := [key for key, kind in kinds.items() if not isinstance(value.get(key), kind)]:
        return f'"{missing[0]}" is missing'
    for name, wanted in (("rows", ROW_KEYS), ("figures", FIGURE_KEYS)):
        for number, one in enumerate(value[name], 1):
            for key, allowed in wanted.items():
                if not isinstance(one, dict) or key not in one or not isinstance(one[key], allowed):
                    return f'"{key}" of number {number} of its "{name}" is missing or of another kind'
    for number, row in enumerate(value["rows"], 1):
        if not _is_list_of(row.get("quotes") or [], lambda quote: isinstance(quote, dict)):
            return f'"quotes" of number {number} of its "rows" is not a list of objects'
    for key, (is_right, what) in PART_KEYS.items():
        if value.get(key) is not None and not is_right(value[key]):
            return f'its "{key}" is not {what}'
    return ""


def _is_object_of(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(is_right, value.values()))


def _is_list_of(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(is_right, value))


def _is_pair(value: Any) -> bool:
    return _is_list_of(value, _is_number) and len(value) == 2


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class _BadNumber(ValueError):
    """A number of a JSON file that is not finite or larger than any figure."""


def _float(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise _BadNumber(f"{written[:DIGITS]} is no finite number")
    return number


def _int(written: str) -> int:
    if len(written) > DIGITS or abs(int(written)) > sys.maxsize:
        raise _BadNumber(f"{written[:DIGITS]}… is too large a number")
    return int(written)
