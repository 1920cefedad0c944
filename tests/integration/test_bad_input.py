"""What people and programs get wrong: one clear line each, the right exit status, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.atmp_command import Atmp

OneLine = Callable[[subprocess.CompletedProcess[str]], str]
needs_rights = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything: no file is without rights")


def failures(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {Path(failure["file"]).name: failure["reason"] for failure in json.loads(done.stdout)["failed"]}


def test_an_unknown_suffix_named_outright_is_a_failure_and_inside_a_folder_it_is_passed_over(
    atmp: Atmp, one_line_of: OneLine, tmp_path: Path
) -> None:
    file = tmp_path / "in" / "song.mp3"
    file.parent.mkdir()
    file.write_bytes(b"la la")
    named = atmp("index", str(file), "--json")
    assert named.returncode == 1
    assert "song.mp3" in failures(named)
    assert "song.mp3" in one_line_of(named)
    inside = atmp("index", str(file.parent), "--json")
    assert (inside.returncode, inside.stderr) == (0, "")
    assert [Path(name).name for name in json.loads(inside.stdout)["skipped"]] == ["song.mp3"]


def test_one_bad_file_does_not_stop_the_rest(atmp: Atmp, one_line_of: OneLine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(b"this is no pdf")
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_text("Havnen er lukket om vinteren.", encoding="utf-8")
    done = atmp("index", str(folder), "--json")
    assert done.returncode == 1
    assert set(failures(done)) == {"a.pdf", "b.txt"}
    assert all(reason and "\n" not in reason for reason in failures(done).values())
    assert [Path(name).name for name in json.loads(done.stdout)["added"]] == ["c.txt"]
    assert "2 files failed" in one_line_of(done)
    assert len(json.loads(atmp("documents", "--json").stdout)) == 1


def test_the_report_for_a_person_says_every_failure_with_its_reason(atmp: Atmp, tmp_path: Path) -> None:
    shown = atmp("index", str(tmp_path / "nowhere.md"), str(tmp_path / "nowhere.pdf")).stdout
    assert "nowhere.md: " in shown
    assert "nowhere.pdf: " in shown


def test_a_path_that_is_not_there_is_a_failure(atmp: Atmp, one_line_of: OneLine, tmp_path: Path) -> None:
    done = atmp("index", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in one_line_of(done)


@needs_rights
def test_a_file_and_a_folder_without_rights_are_failures(atmp: Atmp, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "shut").mkdir(parents=True)
    (folder / "shut.txt").write_text("Hemmeligt.", encoding="utf-8")
    (folder / "shut.txt").chmod(0)
    (folder / "shut").chmod(0)
    done = atmp("index", str(folder), "--json")
    (folder / "shut").chmod(0o700)
    assert done.returncode == 1
    assert set(failures(done)) == {"shut", "shut.txt"}


@pytest.mark.parametrize("command", [("ask", "Hvem leder mødet?"), ("search", "møde")])
def test_an_empty_library_is_said_with_the_way_out(atmp: Atmp, one_line_of: OneLine, command: tuple[str, ...]) -> None:
    done = atmp(*command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no documents yet: add some with `atmp index PATH`" in one_line_of(done)


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "the question is empty"), ("1234?", "has no letters"), ("æ" * 2001, "2,001 characters")],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_cannot_be_put_is_said(
    filled: Atmp, one_line_of: OneLine, command: str, question: str, reason: str
) -> None:
    done = filled(command, question)
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in one_line_of(done)


def test_a_bad_line_of_a_batch_ends_it_before_anything_is_answered(
    filled: Atmp, one_line_of: OneLine, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "a", "question": "Hvem?"}\n{"id": "b"}\n', encoding="utf-8")
    done = filled("ask", "--batch", str(file), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2" in one_line_of(done)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("aks", "Hvem?"),
        ("ask",),
        ("ask", "Hvem?", "--batch", "x.jsonl"),
        ("ask", "--batch", "nowhere.jsonl"),
        ("ask", "Hvem?", "--language", "de"),
        ("ask", "Hvem?", "--jsno"),
        ("search", "møde", "--limit", "0"),
        ("search", "møde", "--limit", "9" * 5000),
        ("index",),
        ("serve", "--port", "70000"),
        ("documents", "burn"),
        ("documents", "show"),
        ("documents", "set", "x", "title"),
    ],
)
def test_wrong_usage_is_said_in_one_line_and_makes_no_library(
    atmp: Atmp, one_line_of: OneLine, arguments: tuple[str, ...]
) -> None:
    done = atmp(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(one_line_of(done)) < 6000


@pytest.mark.parametrize("correction", ["colour=red", "date=yesterday", "language=de", "kind=poem"])
def test_a_correction_that_a_document_cannot_have_is_wrong_usage(
    filled: Atmp, one_line_of: OneLine, correction: str
) -> None:
    done = filled("documents", "set", "havn.md", correction)
    assert done.returncode == 2
    assert correction.split("=")[0] in one_line_of(done)


def test_an_unknown_document_is_said_and_nothing_is_removed(filled: Atmp, one_line_of: OneLine) -> None:
    done = filled("documents", "remove", "havn.md", "nowhere.md")
    assert done.returncode == 1
    assert "nowhere.md" in one_line_of(done)
    assert len(json.loads(filled("documents", "--json").stdout)) == 2


def test_a_library_that_is_a_file_is_wrong_usage(atmp: Atmp, one_line_of: OneLine, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("text", encoding="utf-8")
    done = atmp("documents", library=file)
    assert done.returncode == 2
    assert "name a folder" in one_line_of(done)


def test_a_damaged_library_is_said(atmp: Atmp, one_line_of: OneLine) -> None:
    atmp.library.mkdir()
    (atmp.library / "library.sqlite3").write_bytes(b"not a database" * 100)
    done = atmp("documents")
    assert done.returncode == 1
    assert "library.sqlite3" in one_line_of(done)


def test_a_bad_setting_is_said(atmp: Atmp, one_line_of: OneLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATMP_PORT", "many")
    done = atmp("documents")
    assert done.returncode == 1
    assert "'many'" in one_line_of(done)


def test_a_file_name_that_steers_the_terminal_is_shown_without_its_controls(atmp: Atmp, tmp_path: Path) -> None:
    done = atmp("index", str(tmp_path / "a\x1b[2Jb.md"))
    assert "\x1b" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly(filled: Atmp) -> None:
    process = subprocess.Popen(
        filled.command("documents", "--json"),
        cwd=filled.checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(60) == 141


def test_an_interrupt_ends_the_command_quietly(filled: Atmp) -> None:
    process = subprocess.Popen(
        filled.command("ask", "--batch", "-"),
        cwd=filled.checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(1.5)  # by then it waits for its questions
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
