"""The command line itself, and what commands show a person."""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.messages import Answer, AnswerSentence, Citation, Timings
from indexing.ingesting import Failure, IngestReport
from ui import cli
from ui.commands import COMMANDS
from ui.commands.ask import render_answer
from ui.commands.documents import parse_assignments
from ui.commands.index import render_report, report_to_json
from ui.errors import UsageError
from ui.terminal import one_line, printable, progress_bar, well_formed, wrap

HEAVY = (
    "numpy",
    "rich",
    "platformdirs",
    "gradio",
    "chromadb",
    "llama_index",
    "lingua",
    "importlib.metadata",
    "sqlite3",
)

ANSWER = Answer(
    id="a",
    question="Hvor ofte mødes bestyrelsen?",
    language="da",
    outcome="answered",
    text="Bestyrelsen mødes fire gange om året. [1]",
    confidence=0.9,
    sentences=(AnswerSentence("Bestyrelsen mødes fire gange om året.", (1,), True),),
    citations=(
        Citation(1, "klub.md", "d", "Vedtægter", 2, "3. Møder", "Bestyrelsen mødes fire gange.", 0, 9, "da", "2021"),
    ),
    considered=(),
    warnings=("Kilden er erstattet.",),
    model="extractive",
    timings=Timings(0, 0, 0),
)


def test_help_names_every_command_and_imports_nothing_heavy(checkout: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "atmp", "--help"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, encoding="utf-8", check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "ui.commands.ask" in imported
    assert not imported & set(HEAVY)
    assert all(f"    {module.NAME} " in done.stdout for module in COMMANDS)


@pytest.mark.parametrize("module", COMMANDS, ids=lambda module: str(module.NAME))
def test_every_command_has_its_help(module: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([module.NAME, "--help"])
    assert ended.value.code == 0
    assert "--library DIR" in capsys.readouterr().out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("atmp ")


def test_an_unexpected_error_is_one_line_that_names_its_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: argparse.Namespace, settings: object) -> int:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("ui.commands.documents.run", fail)
    assert cli.main(["documents"]) == 1
    assert capsys.readouterr().err == "atmp: unexpected ZeroDivisionError: by zero (ATMP_DEBUG=1 shows where)\n"
    monkeypatch.setenv("ATMP_DEBUG", "1")
    assert cli.main(["documents"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_file_that_the_system_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def read(arguments: argparse.Namespace, settings: object) -> int:
        return len((tmp_path / "gone").read_bytes())

    monkeypatch.setattr("ui.commands.documents.run", read)
    assert cli.main(["documents"]) == 1
    assert capsys.readouterr().err == f"atmp: {tmp_path / 'gone'}: No such file or directory\n"


def test_the_last_library_that_is_named_counts(tmp_path: Path) -> None:
    parsed = cli.build_parser().parse_args(
        ["--library", str(tmp_path / "a"), "doctor", "--library", str(tmp_path / "b")]
    )
    assert parsed.library == str(tmp_path / "b")


def test_an_answer_is_followed_by_its_warnings_and_its_sources_with_their_quotes() -> None:
    assert render_answer(ANSWER).split("\n\n") == [
        "Bestyrelsen mødes fire gange om året. [1]",
        "  Note: Kilden er erstattet.",
        "[1] Vedtægter, 3. Møder, page 2, 2021, klub.md\n    “Bestyrelsen mødes fire gange.”",
    ]


def test_a_quote_cannot_steer_the_terminal() -> None:
    hostile = replace(ANSWER.citations[0], quote="a\x1b]0;title\x07b", title="x\ny\u202e")
    shown = render_answer(replace(ANSWER, citations=(hostile,)))
    assert not set("\x1b\x07\u202e") & set(shown)
    assert "[1] x y, " in shown


def test_a_report_says_each_failure_with_its_reason_and_names_the_file_once() -> None:
    failed = (Failure("in/a.pdf", "a.pdf: opens only with a password"), Failure("in/b.txt", "empty"))
    report = IngestReport(added=("in/c.md",), failed=failed)
    assert render_report(report).splitlines() == [
        "1 added, 2 failed",
        "  failed  in/a.pdf: opens only with a password",
        "  failed  in/b.txt: empty",
    ]
    assert report_to_json(report)["failed"][1] == {"file": "in/b.txt", "reason": "empty"}


def test_a_report_of_nothing_says_so() -> None:
    assert render_report(IngestReport()) == "nothing to index"


def test_a_value_may_hold_an_equals_sign() -> None:
    assert parse_assignments(["title=a=b", "date="]) == {"title": "a=b", "date": ""}


@pytest.mark.parametrize("text", ["title", "=x", " =x"])
def test_an_assignment_without_a_key_or_a_sign_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="is not key=value"):
        parse_assignments([text])


def test_text_is_made_fit_to_show() -> None:
    assert printable("a\x1b[2Jb\tc\n") == "a[2Jb\tc\n"
    assert one_line(" a\r\n b\x00 ") == "a b"
    assert well_formed("blå \udce5 \ud800") == "blå \ufffd \ufffd"
    assert wrap("a\nb", indent="  ") == "  a\n  b"


def test_no_progress_is_shown_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Indexing") as progress:
        progress(1, 2, "file")
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_a_document_without_pages_is_cited_without_one() -> None:
    assert "page 2" in render_answer(ANSWER)
    assert "page" not in render_answer(ANSWER, frozenset({"d"}))


def test_a_port_in_use_is_said_before_anything_heavy_is_imported(checkout: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-X", "importtime", "-m", "atmp", "--library", str(tmp_path / "library")]
        done = subprocess.run(
            [*command, "serve", "--port", str(port)], cwd=checkout, capture_output=True, encoding="utf-8"
        )
    assert done.returncode == 1
    assert f"atmp: port {port} on 127.0.0.1 is in use" in done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"gradio", "chromadb", "uvicorn", "numpy"}
    assert not (tmp_path / "library").exists()
