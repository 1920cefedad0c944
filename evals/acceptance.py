"""Hold the program at its floors: real documents, real questions, the real command.

Run as `python -m evals.acceptance [answers] [pdfs]`; without arguments it measures both. The documents and questions
lie in `../shared` beside the checkout and never become part of it; where they are missing nothing is measured, and
that is said.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
FLOORS = CHECKOUT / "evals" / "floors.toml"
INDEX_SECONDS = 2400
ASK_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure beside its floor; a figure that is not a number is below every floor."""

    name: str
    value: float
    floor: float

    @property
    def holds(self) -> bool:
        """Whether the figure is at or above its floor."""
        return self.value >= self.floor

    def __str__(self) -> str:
        return f"{'holds ' if self.holds else 'BROKEN'}  {self.name:22s} {self.value:.3f}  floor {self.floor:.3f}"


class AcceptanceError(Exception):
    """Something had to be done for a measure and could not be."""


def compare_with_floors(figures: Mapping[str, Any], floors: Mapping[str, float]) -> list[Measure]:
    """Return a measure for each floor; a figure that is missing counts as not a number."""
    return [Measure(name, float(figures.get(name, "nan")), floor) for name, floor in floors.items()]


def find_pdf_faults(
    report: Mapping[str, Any], names: Sequence[str], expected: Mapping[str, str], either: Sequence[str]
) -> list[str]:
    """Return a line for each PDF whose outcome is not the expected one.

    Args:
        report: what `atmp index --json` printed for an empty library.
        names: every file in the folder.
        expected: file → a word of the reason that it must have failed with, in any case.
        either: files that may be added or fail.
    """
    added = {Path(file).name for file in report["added"]}
    skipped = {Path(file).name for file in report["skipped"]}
    reasons = {name: reason.replace(name, "") for name, reason in _failures(report)}
    faults = []
    for name in sorted(names):
        if name in expected:
            if expected[name] not in reasons.get(name, "").lower():
                faults.append(f"{name}: failed with a reason naming {expected[name]!r}? got {reasons.get(name)!r}")
        elif name in either:
            if name not in added and not reasons.get(name):
                faults.append(f"{name}: neither added nor failed with a reason")
        elif not (name in added if name.endswith(".pdf") else name in skipped):
            faults.append(f"{name}: not {'added' if name.endswith('.pdf') else 'skipped'}: {reasons.get(name, 'lost')}")
    return faults


def _failures(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(Path(failure["file"]).name, failure["reason"]) for failure in report["failed"]]


def measure_answers(library: Path, floors: Mapping[str, Any]) -> list[str]:
    """Index the five documents, answer the questions, score them; return what broke."""
    questions, corpus = SHARED / "evals" / "seed_questions.jsonl", SHARED / "corpus"
    started = time.monotonic()
    indexed = _run_atmp(library, "index", str(corpus), "--json", seconds=INDEX_SECONDS)
    if indexed.returncode:
        raise AcceptanceError(f"atmp index {corpus.name} ended with {indexed.returncode}: {indexed.stderr.strip()}")
    print(f"        indexed {corpus.name} in {time.monotonic() - started:.0f} s")
    asked = _run_atmp(library, "ask", "--batch", str(questions), "--json", seconds=ASK_SECONDS)
    if asked.returncode:
        raise AcceptanceError(f"atmp ask --batch ended with {asked.returncode}: {asked.stderr.strip()}")
    answers = library / "answers.jsonl"
    answers.write_text(asked.stdout, encoding="utf-8")
    scorer = [sys.executable, str(SHARED / "evals" / "score.py"), str(questions), str(answers), str(corpus), "--json"]
    figures = json.loads(_run(scorer, seconds=120, must_succeed=True).stdout)
    times = [json.loads(line)["timings"]["total_ms"] for line in asked.stdout.splitlines()]
    print(f"        {len(times)} answers, median {statistics.median(times):.0f} ms each (reported, no floor here)")
    measures = compare_with_floors(figures, floors)
    for measure in measures:
        print(measure)
    broken = [f"{m.name} is {m.value:.3f}, below its floor {m.floor:.3f}" for m in measures if not m.holds]
    return broken + ([f"{figures['unanswered_ids']} questions without an answer"] if figures["unanswered_ids"] else [])


def measure_pdfs(library: Path, floors: Mapping[str, Any]) -> list[str]:
    """Index the hard PDFs; return which had another outcome than the expected one."""
    folder = SHARED / "pdfs"
    started = time.monotonic()
    indexed = _run_atmp(library, "index", str(folder), "--json", seconds=INDEX_SECONDS)
    try:
        report = json.loads(indexed.stdout)
    except ValueError as error:
        raise AcceptanceError(f"atmp index {folder.name} printed no JSON: {indexed.stderr.strip()}") from error
    names = [path.name for path in folder.iterdir()]
    broken = find_pdf_faults(report, names, floors["failed"], floors["either"]["files"])
    if indexed.returncode != 1:
        broken.append(f"atmp index {folder.name} ended with {indexed.returncode}; with failures it must be 1")
    print(
        f"{'BROKEN' if broken else 'holds '}  {len(names)} files of {folder.name} in {time.monotonic() - started:.0f} s"
    )
    return broken


PARTS: dict[str, Callable[[Path, Mapping[str, Any]], list[str]]] = {"answers": measure_answers, "pdfs": measure_pdfs}


def main(names: Sequence[str]) -> int:
    """Measure the named parts, all when none is named; return 1 when a floor broke, 2 for a name that is none."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"acceptance: no part {unknown[0]!r}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    if not SHARED.is_dir():
        print("acceptance: skipped, the folder ../shared with documents and questions is not beside the checkout")
        return 0
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    broken: list[str] = []
    for name in names or PARTS:
        print(f"acceptance: {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="atmp-acceptance-") as folder:
            try:
                broken += PARTS[name](Path(folder), floors[name])
            except (AcceptanceError, subprocess.TimeoutExpired) as error:
                broken.append(str(error))
    for fault in broken:
        print(f"acceptance: broken: {fault}", file=sys.stderr)
    return 1 if broken else 0


def _run_atmp(library: Path, *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "ui.cli", "--library", str(library), *arguments], seconds)


def _run(command: Sequence[str], seconds: float, must_succeed: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        command, cwd=CHECKOUT, capture_output=True, encoding="utf-8", timeout=seconds, check=False
    )
    if must_succeed and done.returncode:
        raise AcceptanceError(f"{Path(command[1]).name} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
