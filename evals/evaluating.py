"""An evaluation from questions to its folder: trials, figures, times, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.errors import BadCases
from evals.folders import METRICS, REPORT, TIMES, TRIALS, measure_times, save_json, save_text
from evals.measuring import measure
from evals.reporting import render_report
from evals.running import run_cases
from evals.subjects import BuiltSubject, describe_run
from evals.trials import TrialsFile

SEED = 20251
"""Of the disturbances and the resampling, unless another is asked for."""


def evaluate(
    cases: Sequence[Case],
    files: Sequence[Path],
    built: BuiltSubject,
    folder: Path,
    progress: Callable[[int, int, str], None],
    baseline: Mapping[str, Any] | None = None,
    seed: int = SEED,
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Put every case to the subject, judge the answers, and write the run's folder; an ended run is taken up again.

    Args:
        cases: what is asked.
        files: the question files, for their names.
        built: what is asked, with the texts of its documents.
        folder: where trials.jsonl, metrics.json, times.json and report.html go.
        progress: told of each case done.
        baseline: metrics.json of another run, which the report compares with.
        seed: see `SEED`.
        say: told in one line when trials that the folder has are discarded, and why.

    Returns:
        The figures, as in metrics.json.

    Raises:
        BadCases: a case names a document that the subject does not have.
        EvaluationError: the folder cannot be written, its trials.jsonl is something else, or another process is
            evaluating into it.
    """
    _require_documents(cases, built)
    run = describe_run(cases, files, built.identity, seed)
    began = time.perf_counter()
    with TrialsFile(folder / TRIALS, run) as kept:
        if kept.begun_anew_because:
            say(f"begun anew: changed since the trials in {folder} were made: {kept.begun_anew_because}")
        before = len(kept.done)
        trials = run_cases(cases, built.subject, seed, kept.done, kept.add, progress)
    seconds = time.perf_counter() - began
    metrics = measure(cases, trials, built.texts, run, built.subject.languages)
    save_json(folder / METRICS, metrics)
    if before < len(trials) or not (folder / TIMES).exists():
        save_json(folder / TIMES, measure_times(trials, seconds, len(trials) - before))
    save_text(folder / REPORT, render_report(metrics, baseline))
    return metrics


def _require_documents(cases: Sequence[Case], built: BuiltSubject) -> None:
    named = dict.fromkeys(name for case in cases for name in case.documents)
    missing = [name for name in named if name not in built.texts]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise BadCases(
            f"the questions are about {missing[0]}{more}, which the library does not have: "
            "add the documents with `atmp index PATH`, or name another library with --library"
        )
