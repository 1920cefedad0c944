"""Add or refresh files and folders. One file that fails never stops the rest."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from ui.commands.options import add_json_option, wants_json
from ui.terminal import one_line, progress_bar, say_error

if TYPE_CHECKING:  # imports numpy
    from indexing.ingesting import Failure, IngestReport

NAME = "index"
HELP = "add or refresh files and folders"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp index` takes."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder with all that is in it")
    parser.add_argument("--prune", action="store_true", help="also remove documents whose file is gone")
    parser.add_argument("--ocr", action="store_true", help="read scanned pages (needs ocrmypdf and tesseract)")
    add_json_option(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Index the paths, report each file that failed with its reason, and return 1 if any did."""
    from assistant.wiring import index_documents

    with progress_bar("Indexing") as progress:
        report = index_documents(
            settings,
            [Path(path) for path in arguments.paths],
            prune=arguments.prune,
            ocr=arguments.ocr,
            progress=progress,
        )
    print(json.dumps(report_to_json(report), ensure_ascii=False) if wants_json(arguments) else render_report(report))
    if report.failed:
        say_error(f"{_count(report.failed, 'file')} failed{_first_reason(report)}")
    return 1 if report.failed else 0


def report_to_json(report: IngestReport) -> dict[str, Any]:
    """Return the object of a report: file names under what became of them."""
    return {
        "added": list(report.added),
        "changed": list(report.changed),
        "kept": list(report.kept),
        "removed": list(report.removed),
        "skipped": list(report.skipped),
        "failed": [{"file": failure.file, "reason": failure.reason} for failure in report.failed],
    }


def render_report(report: IngestReport) -> str:
    """Return the report for a person: the counts, then each failure with its reason."""
    counts = {
        "added": report.added,
        "changed": report.changed,
        "kept": report.kept,
        "removed": report.removed,
        "skipped": report.skipped,
        "failed": report.failed,
    }
    lines = [", ".join(f"{len(files)} {word}" for word, files in counts.items() if files) or "nothing to index"]
    lines += [f"  failed  {one_line(_describe(failure))}" for failure in report.failed]
    return "\n".join(lines)


def _describe(failure: Failure) -> str:
    """Return file and reason, naming the file once where the reason begins with its name too."""
    return f"{failure.file}: {failure.reason.removeprefix(Path(failure.file).name + ': ')}"


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _first_reason(report: IngestReport) -> str:
    """Return the reason itself where there is one failure alone."""
    return f": {_describe(report.failed[0])}" if len(report.failed) == 1 else ""
