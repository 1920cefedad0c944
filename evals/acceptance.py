"""Hold the program at its bars: real documents, real questions, the real command.

Run as `python -m evals.acceptance [PART …]`; without a part it measures those that a change has to pass (`IN_CI`).
Each part leaves its run with the report under `build/evaluation/`. The documents and questions of `../shared` beside
the checkout never become part of it; where they are missing the parts that need them are skipped, and that is said.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from assistant.wiring import build_library
from corpus.documents import Document
from corpus.errors import CorpusError
from evals.agreement import load_labelled, report_agreement
from evals.cases import load_cases
from evals.errors import EvaluationError
from evals.folders import load_metrics
from evals.gating import broken_bars, load_bars
from evals.scorer_check import UNMADE, CheckRow, check_scorer
from evals.subjects import anchored_texts
from evals.verification import count_trials, load_starter_claims, to_metrics, try_claims

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
RUNS = CHECKOUT / "build" / "evaluation"
BARS = CHECKOUT / "evals" / "bars"
QUESTIONS = CHECKOUT / "evals" / "questions"
LABELS = CHECKOUT / "evals" / "labels" / "answers.jsonl"
STARTER = CHECKOUT / "corpus" / "starter"
INDEX_SECONDS = 2400
ASK_SECONDS = 900
LEAST_CAUGHT = 0.95
"""Of the gold answers, and of each kind of damage."""
FEWEST_CHECKED = 15
"""Fewer answers of a kind say nothing."""
LEAST_KAPPA = 0.70


class AcceptanceError(Exception):
    """Something had to be done for a measure and could not be."""


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


def find_disagreements(figures: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """Return a line for each figure of another scorer that is not the same here; undefined agrees with undefined."""
    return [
        f"{name}: {figures.get(name)!r} here, {other!r} by the acceptance scorer"
        for name, other in others.items()
        if not _agrees(figures.get(name), other)
    ]


def _agrees(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agrees(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agrees, one, other))
    if one is None or other is None:
        return all(value is None or math.isnan(value) for value in (one, other))
    return bool(math.isclose(one, other, abs_tol=1e-9))


def measure_starter(library: Path) -> list[str]:
    """Ask the project's questions about the starter documents; return what broke."""
    _index(library, STARTER)
    return _evaluate(library, "starter", [QUESTIONS / "starter.jsonl", QUESTIONS / "conversations.jsonl"])


def measure_answers(library: Path) -> list[str]:
    """Ask the seed questions about the five documents, scored here and by the acceptance scorer; return what broke."""
    questions, corpus = SHARED / "evals" / "seed_questions.jsonl", SHARED / "corpus"
    _index(library, corpus)
    broken = _evaluate(library, "seed", [questions])
    asked = _run_atmp(library, "ask", "--batch", str(questions), "--json", seconds=ASK_SECONDS)
    if asked.returncode:
        raise AcceptanceError(f"atmp ask --batch ended with {asked.returncode}: {asked.stderr.strip()}")
    answers = library / "answers.jsonl"
    answers.write_text(asked.stdout, encoding="utf-8")
    scorer = [sys.executable, str(SHARED / "evals" / "score.py"), str(questions), str(answers), str(corpus), "--json"]
    figures = json.loads(_run(scorer, seconds=120, must_succeed=True).stdout)
    return broken + find_disagreements(load_metrics(RUNS / "seed"), figures)


def measure_policy(library: Path) -> list[str]:
    """Ask the project's questions about the documents of ../shared; return what broke."""
    _index(library, SHARED / "corpora" / "policy", SHARED / "corpus")
    return _evaluate(library, "policy", [QUESTIONS / "policy.jsonl", QUESTIONS / "policy_conversations.jsonl"])


def measure_scorer(library: Path) -> list[str]:
    """Let the scorer judge gold, damaged and hand-labelled answers; return where it falls short."""
    _index(library, STARTER)
    files = [QUESTIONS / "starter.jsonl", QUESTIONS / "conversations.jsonl"]
    cases, documents = load_cases(files), _read_documents(library)
    check = check_scorer(cases, documents)
    for row in check.rows:
        print(f"        {row.kind:24s} {row.caught} of {row.n}")
    texts = anchored_texts({name: document.text for name, document in documents.items()})
    agreed = report_agreement(load_labelled(LABELS), cases, texts)
    for who, found in (("scorer and labels", agreed.scorer), ("first and second pass", agreed.passes)):
        print(f"        {who} agree on {found.agreed} of {found.n}, kappa {found.kappa}")
    kappa = agreed.scorer.kappa
    broken = [f"no gold answer could be made for {', '.join(check.without_gold)}"] if check.without_gold else []
    broken += find_uncaught(check.rows)
    return broken + ([f"kappa is {kappa}, not {LEAST_KAPPA}"] if kappa is None or kappa < LEAST_KAPPA else [])


def find_uncaught(rows: Sequence[CheckRow]) -> list[str]:
    """Return a line for each kind of answer that the scorer sees through too seldom, or that there are too few of."""
    judged = [row for row in rows if row.kind != UNMADE]
    few = [f"only {row.n} answers of the kind {row.kind!r}, not {FEWEST_CHECKED}" for row in judged if _are_few(row)]
    return few + [
        f"the scorer judged {row.caught} of {row.n} answers as it should: {row.kind}"
        for row in judged
        if not _are_few(row) and row.caught < LEAST_CAUGHT * row.n
    ]


def measure_verification(library: Path) -> list[str]:
    """Let the verifier judge right sentences, damaged and undamaged; return where it falls short.

    It needs no library: the starter documents and the labelled claims are read as they are.
    """
    rows = count_trials(try_claims(load_starter_claims()))
    print("\n".join(f"        {row}" for row in rows))
    broken = broken_bars(to_metrics(rows), load_bars(BARS / "verification.toml"))
    return [f"verification: {bar}" for bar in broken]


def _are_few(row: CheckRow) -> bool:
    return row.n < FEWEST_CHECKED


def _read_documents(folder: Path) -> dict[str, Document]:
    library = build_library(Settings.from_env({"ATMP_LIBRARY": str(folder)}))
    return {stored.name: library.read(stored.id) for stored in library.documents()}


def measure_pdfs(library: Path) -> list[str]:
    """Index the hard PDFs; return which had another outcome than the expected one."""
    bars = tomllib.loads((BARS / "pdfs.toml").read_text(encoding="utf-8"))
    folder = SHARED / "pdfs"
    started = time.monotonic()
    indexed = _run_atmp(library, "index", str(folder), "--json", seconds=INDEX_SECONDS)
    try:
        report = json.loads(indexed.stdout)
    except ValueError as error:
        raise AcceptanceError(f"atmp index {folder.name} printed no JSON: {indexed.stderr.strip()}") from error
    names = [path.name for path in folder.iterdir()]
    broken = find_pdf_faults(report, names, bars["failed"], bars["either"]["files"])
    if indexed.returncode != 1:
        broken.append(f"atmp index {folder.name} ended with {indexed.returncode}; with failures it must be 1")
    print(
        f"{'BROKEN' if broken else 'holds '}  {len(names)} files of {folder.name} in {time.monotonic() - started:.0f} s"
    )
    return broken


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the acceptance: given an empty library folder, it returns a line for everything that broke."""

    measure: Callable[[Path], list[str]]
    needs_shared: bool


PARTS: dict[str, Part] = {
    "starter": Part(measure_starter, needs_shared=False),
    "scorer": Part(measure_scorer, needs_shared=False),
    "verification": Part(measure_verification, needs_shared=False),
    "answers": Part(measure_answers, needs_shared=True),
    "pdfs": Part(measure_pdfs, needs_shared=True),
    "policy": Part(measure_policy, needs_shared=True),
}
IN_CI = ("starter", "scorer", "verification", "answers", "pdfs")
"""The policy documents take eight minutes to index: they are measured by `make evaluation`."""


def main(names: Sequence[str]) -> int:
    """Measure the named parts; return 1 when a bar broke, 2 for a name that is none."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"acceptance: no part {unknown[0]!r}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    broken: list[str] = []
    for name in names or IN_CI:
        if PARTS[name].needs_shared and not SHARED.is_dir():
            print(f"acceptance: {name} skipped, the folder ../shared with documents and questions is not there")
            continue
        print(f"acceptance: {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="atmp-acceptance-") as folder:
            try:
                broken += PARTS[name].measure(Path(folder))
            except (AcceptanceError, EvaluationError, CorpusError, OSError, subprocess.TimeoutExpired) as error:
                broken.append(str(error))
    for fault in broken:
        print(f"acceptance: broken: {fault}", file=sys.stderr)
    return 1 if broken else 0


def _index(library: Path, *folders: Path) -> None:
    started = time.monotonic()
    indexed = _run_atmp(library, "index", *map(str, folders), "--json", seconds=INDEX_SECONDS)
    names = " and ".join(folder.name for folder in folders)
    if indexed.returncode:
        raise AcceptanceError(f"atmp index {names} ended with {indexed.returncode}: {indexed.stderr.strip()}")
    print(f"        indexed {names} in {time.monotonic() - started:.0f} s")


def _evaluate(library: Path, name: str, questions: Sequence[Path]) -> list[str]:
    """Run questions anew into the run's folder and hold it against its bars."""
    run = RUNS / name
    shutil.rmtree(run, ignore_errors=True)
    done = _run_atmp(library, "eval", *map(str, questions), "--out", str(run), seconds=ASK_SECONDS)
    if done.returncode:
        raise AcceptanceError(f"atmp eval {name} ended with {done.returncode}: {done.stderr.strip()}")
    print("\n".join(f"        {line}" for line in done.stdout.splitlines()))
    gate = _run_atmp(library, "eval", "gate", str(BARS / f"{name}.toml"), str(run), seconds=60)
    return [f"{name}: {line.removeprefix('atmp: ')}" for line in gate.stderr.splitlines()] if gate.returncode else []


def _run_atmp(library: Path, *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "atmp", "--library", str(library), *arguments], seconds)


def _run(command: Sequence[str], seconds: float, must_succeed: bool = False) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        command, cwd=CHECKOUT, capture_output=True, encoding="utf-8", timeout=seconds, check=False
    )
    if must_succeed and done.returncode:
        raise AcceptanceError(f"{Path(command[1]).name} ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
