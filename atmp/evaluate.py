"""Measure how right the answers are: run questions, compare two runs, hold bars, check and draft question files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from evals.errors import BadCases, EvaluationError
from ui.commands.options import add_json_option, add_library_option, require_documents, wants_json
from ui.errors import CommandError, UsageError
from ui.terminal import one_line, printable, progress_bar, say_error

if TYPE_CHECKING:  # imports numpy
    from corpus.documents import Document
    from evals.subjects import BuiltSubject

NAME = "eval"
HELP = "measure how right the answers are: QUESTIONS…, compare, gate, lint, suggest"
RUN = "run"
DEFAULT_FOLDER = Path("evaluation")


def with_run(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with `run` put in where `atmp eval` is followed by question files.

    >>> with_run(["eval", "q.jsonl"]), with_run(["eval", "gate", "bars.toml"]), with_run(["ask", "eval"])
    (['eval', 'run', 'q.jsonl'], ['eval', 'gate', 'bars.toml'], ['ask', 'eval'])
    """
    at = _command_index(arguments)
    if at is None or arguments[at] != NAME:
        return list(arguments)
    rest = arguments[at + 1 :]
    what = _command_index(rest)
    if what is None or rest[what] in SUBCOMMANDS:
        return list(arguments)
    return [*arguments[: at + 1], RUN, *rest]


def _command_index(arguments: Sequence[str]) -> int | None:
    """Return where the command stands, after `--library DIR` or `--library=DIR`."""
    skip = False
    for at, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument == "--library":
            skip = True
        elif not argument.startswith("-"):
            return at
    return None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp eval` takes."""
    parsers = parser.add_subparsers(title="what to do", metavar="WHAT", required=True, parser_class=type(parser))
    for name, (add, run_it, about) in SUBCOMMANDS.items():
        sub = parsers.add_parser(name, help=about, description=run_it.__doc__, allow_abbrev=False)
        add_library_option(sub)
        add(sub)
        sub.set_defaults(evaluate=run_it)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked; what cannot be evaluated is said in one line."""
    try:
        status: int = arguments.evaluate(arguments, settings)
    except BadCases as error:
        raise UsageError(str(error)) from error
    except EvaluationError as error:
        raise CommandError(str(error)) from error
    return status


def _add_questions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", metavar="QUESTIONS", nargs="+", type=Path, help="files of questions, JSONL")


def _add_run(parser: argparse.ArgumentParser) -> None:
    _add_questions(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, default=DEFAULT_FOLDER, help="folder for the results")
    parser.add_argument("--baseline", metavar="FILE", type=Path, help="metrics.json of another run to compare with")
    parser.add_argument("--drafts", action="store_true", help="run drafts of questions too")
    add_json_option(parser)


def _run_questions(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer every question, judge the answers, write metrics.json and report.html; an ended run is taken up again."""
    from evals.cases import load_cases, without_drafts, without_incomplete
    from evals.evaluating import evaluate
    from evals.folders import REPORT, TIMES, load_metrics

    cases = load_cases(arguments.questions)
    cases = without_incomplete(cases) if arguments.drafts else without_drafts(cases)
    if not cases:
        raise UsageError(
            'no question can be run: accept drafts by taking their "draft" out, or give --drafts, '
            "which still leaves out those without documents or evidence"
        )
    baseline = None if arguments.baseline is None else load_metrics(arguments.baseline)
    built = _build_subject(settings)
    with progress_bar("questions") as progress:
        metrics = evaluate(cases, arguments.questions, built, arguments.out, progress, baseline, say=say_error)
    if wants_json(arguments):
        print(json.dumps({key: value for key, value in metrics.items() if key not in ("rows", "figures")}))
    else:
        print(_summarized(metrics))
        times = json.loads((arguments.out / TIMES).read_text(encoding="utf-8"))
        print(f"\n{times['median_ms']} ms an answer (median), {times['seconds']} s in all")
        print(f"report: {arguments.out / REPORT}")
    return 0


def _summarized(metrics: dict[str, Any]) -> str:
    lines = [f"{metrics['questions']} questions, {metrics['unanswered_ids']} failed"]
    for name, (low, high) in metrics["intervals"].items():
        lines.append(f"{name:22s} {metrics[name]:.3f}  [{low:.3f}, {high:.3f}]")
    for part, (value, n) in metrics["by"].items():
        lines.append(f"  {part:20s} {value:.3f}  ({n})")
    return "\n".join(lines)


def _build_subject(settings: Settings) -> BuiltSubject:
    from assistant.wiring import build_library
    from evals.subjects import build_subject

    require_documents(build_library(settings), settings.library)
    return build_subject(settings)


def _add_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A", type=Path, help="folder or metrics.json of a run")
    parser.add_argument("second", metavar="B", type=Path, help="the run that is compared with it")
    add_json_option(parser)


def _compare(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what got better and what got worse from A to B, question by question, with paired tests."""
    from evals.comparing import compare, render_comparison
    from evals.folders import load_metrics

    comparison = compare(load_metrics(arguments.first), load_metrics(arguments.second))
    print(json.dumps(asdict(comparison)) if wants_json(arguments) else printable(render_comparison(comparison)))
    return 0


def _add_gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bars", metavar="FILE", type=Path, help="bars in TOML")
    parser.add_argument(
        "results", metavar="RUN", type=Path, nargs="?", default=DEFAULT_FOLDER, help="folder or metrics.json of a run"
    )


def _gate(arguments: argparse.Namespace, settings: Settings) -> int:
    """Hold a run against bars; the exit status is 1 when one breaks, and the bar is named."""
    from evals.folders import load_metrics
    from evals.gating import broken_bars, load_bars

    bars, metrics = load_bars(arguments.bars), load_metrics(arguments.results)
    broken = broken_bars(metrics, bars)
    for one in broken:
        say_error(str(one))
    print(f"{len(bars) - len(broken)} of {len(bars)} bars of {arguments.bars} hold")
    return 1 if broken else 0


def _lint(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check question files against the documents of the library; the exit status is 1 when something is wrong."""
    from evals.cases import load_cases
    from evals.linting import count_faults, describe_cases, lint_cases

    cases = load_cases(arguments.questions)
    findings = lint_cases(cases, {d.name: d.text for d in _read_documents(settings)})
    for finding in findings:
        print(one_line(f"{finding.severity}: {finding.case_id}: {finding.message}"))
    faults = count_faults(findings)
    print(json.dumps(describe_cases(cases), ensure_ascii=False))
    print(f"{faults} faults, {len(findings) - faults} remarks")
    return 1 if faults else 0


def _add_suggest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--feedback", metavar="FILE", type=Path, help="feedback on answers, JSONL, instead of documents"
    )
    parser.add_argument(
        "--limit", metavar="N", type=int, default=40, help="how many drafts from documents (default 40)"
    )
    parser.add_argument(
        "--existing", metavar="QUESTIONS", type=Path, nargs="*", default=[], help="question files not to repeat"
    )


def _suggest(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print drafts of questions from the documents of the library or from feedback; a person accepts or drops each."""
    from evals.cases import case_to_json, load_cases
    from evals.evaluating import SEED
    from evals.json_lines import read_text
    from evals.suggesting import suggest_from_documents, suggest_from_feedback

    if arguments.limit < 1:
        raise UsageError(f"--limit must be at least 1, it is {arguments.limit}")
    documents = _read_documents(settings)
    if arguments.feedback is not None:
        drafts = suggest_from_feedback(read_text(arguments.feedback).split("\n"), {d.name: d.text for d in documents})
    else:
        existing = load_cases(arguments.existing) if arguments.existing else []
        drafts = suggest_from_documents(documents, arguments.limit, SEED, existing)
    for draft in drafts:
        print(json.dumps(case_to_json(draft), ensure_ascii=False))
    return 0


def _read_documents(settings: Settings) -> list[Document]:
    from assistant.wiring import build_library

    library = build_library(settings)
    require_documents(library, settings.library)
    return [library.read(stored.id) for stored in library.documents()]


SUBCOMMANDS: dict[str, Any] = {
    RUN: (_add_run, _run_questions, "answer questions and judge the answers (may be left out)"),
    "compare": (_add_compare, _compare, "say what got better and worse between two runs"),
    "gate": (_add_gate, _gate, "hold a run against bars"),
    "lint": (_add_questions, _lint, "check question files against the documents"),
    "suggest": (_add_suggest, _suggest, "draft questions from documents or feedback"),
}
