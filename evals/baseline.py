"""The baseline of the offline answer: every figure that it is held to, from the data of ../shared.

Run as `python -m evals.baseline` or `make baseline`: every part, into `evals/baseline.json` and `docs/baseline.md`; a
part that is not run keeps what an earlier run wrote. It ends with the figures beside their bars; it is no gate. All
that is slow is kept in the work folder, which `make reader` shares.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from corpus.errors import CorpusError
from evals.baseline_common import CHECKOUT, PartResult, Place
from evals.baseline_page import judge_bars, render_page
from evals.baseline_questions import measure_languages, measure_policy, measure_seed, measure_starter, measure_times
from evals.baseline_ranking import measure_help
from evals.baseline_reading import measure_norquad, measure_refusal
from evals.errors import EvaluationError
from indexing.errors import IndexingError

SHARED = CHECKOUT.parent / "shared"
WORK = CHECKOUT / "build" / "reader"
FIGURES = CHECKOUT / "evals" / "baseline.json"
PAGE = CHECKOUT / "docs" / "baseline.md"

PARTS: Mapping[str, Callable[[Place], PartResult]] = {
    "seed": measure_seed,
    "starter": measure_starter,
    "policy": measure_policy,
    "norquad": measure_norquad,
    "refusal": measure_refusal,
    "help": measure_help,
    "langid": measure_languages,
    "time": measure_times,
}


def merge(stored: Mapping[str, Any], name: str, result: PartResult) -> dict[str, Any]:
    """Return what is stored with one part replaced; times stand apart from what two runs have in common."""
    found = {
        "figures": [asdict(figure) for figure in result.figures],
        "made_with": dict(result.made_with or {}),
        "tests": [asdict(test) for test in result.tests],
    }
    timings = {**stored.get("timings", {}), name: [asdict(figure) for figure in result.timings]}
    return {
        "parts": {**stored.get("parts", {}), name: found},
        "timings": {part: figures for part, figures in timings.items() if figures},
    }


def load_stored(file: Path) -> dict[str, Any]:
    """Return what earlier runs wrote, nothing where there is no file.

    Raises:
        EvaluationError: the file is something else.
    """
    if not file.exists():
        return {}
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EvaluationError(f"{file.name} is no JSON: {error}") from error
    if not isinstance(stored, dict):
        raise EvaluationError(f"{file.name} does not hold a baseline")
    return stored


def save(stored: Mapping[str, Any], figures: Path, page: Path) -> None:
    """Write the figures and the page that shows them."""
    figures.write_text(json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(render_page(stored), encoding="utf-8")


def run(names: Sequence[str], place: Place, figures: Path, page: Path) -> dict[str, Any]:
    """Measure the named parts, write after each, and return all that is stored.

    Raises:
        EvaluationError: data is missing or cannot be read.
    """
    if not place.shared.is_dir():
        raise EvaluationError("the folder ../shared with documents and data is not there, so nothing can be measured")
    stored = load_stored(figures)
    for name in names:
        print(f"baseline: {name} …", file=sys.stderr, flush=True)
        stored = merge(stored, name, PARTS[name](place))
        save(stored, figures, page)
    return stored


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write, and print the figures beside their bars; return 1 where something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m evals.baseline", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", metavar="DIR", type=Path, default=WORK, help="folder for libraries and trials")
    parser.add_argument("--only", metavar="NAME", nargs="+", action="extend", choices=list(PARTS), help="these parts")
    options = parser.parse_args(arguments)
    names = [name for name in PARTS if not options.only or name in options.only]
    try:
        stored = run(names, Place(SHARED, options.work.resolve()), FIGURES, PAGE)
    except (EvaluationError, CorpusError, IndexingError, AssistantError) as error:
        print(f"baseline: {error}", file=sys.stderr)
        return 1
    for one in judge_bars(stored):
        met = {True: "met    ", False: "NOT MET", None: "–      "}[one.met]
        print(f"{met}  {one.measure}: {one.found}, bar {one.bar}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
