"""`atmp users` and `atmp tokens`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ui.api.tokens import load_tokens
from ui.cli import main
from ui.people.passwords import verify_password
from ui.people.users import load_users

PHRASE = "tolv tegn og flere"


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the users file is to be: in a folder that is not there yet."""
    file = tmp_path / "people" / "users"
    monkeypatch.setenv("ATMP_USERS", str(file))
    return file


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def status_of(arguments: list[str]) -> object:
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


def test_a_user_is_added_listed_changed_and_removed(
    users: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    give(monkeypatch, f"{PHRASE}\n")
    assert main(["users", "add", "Anne", "--role", "secretariat"]) == 0
    assert verify_password(load_users(users)["anne"].password_hash, PHRASE)
    assert main(["users", "add", "bo", "--no-password"]) == 0
    capsys.readouterr()
    assert main(["users", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"name": "anne", "role": "secretariat", "can_sign_in": True},
        {"name": "bo", "role": "reader", "can_sign_in": False},
    ]
    give(monkeypatch, "et helt andet kodeord")
    assert main(["users", "add", "anne", "--role", "administrator"]) == 0
    assert load_users(users)["anne"].role == "administrator"
    assert not verify_password(load_users(users)["anne"].password_hash, PHRASE)
    assert main(["users", "remove", "anne"]) == 0
    assert set(load_users(users)) == {"bo"}
    assert PHRASE not in capsys.readouterr().out


@pytest.mark.parametrize("given", ["", "kort\n", "x" * 300])
def test_a_password_that_is_none_changes_nothing(users: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    give(monkeypatch, given)
    assert main(["users", "add", "anne"]) == 2
    assert not users.exists()


def test_at_a_terminal_the_password_is_asked_for_twice(
    users: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([PHRASE, PHRASE, PHRASE, "noget andet"])
    give(monkeypatch, "")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert main(["users", "add", "anne"]) == 0
    assert main(["users", "add", "bo"]) == 2
    assert "not the same" in capsys.readouterr().err
    assert set(load_users(users)) == {"anne"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["users", "remove", "carl"], 1, "no user of the name carl"),
        (["users", "add", "a b"], 2, "a user's name is"),
        (["users", "add", "anne", "--role", "boss"], 2, "invalid choice"),
        (["tokens", "add", "webui"], 2, "ATMP_API_TOKENS is missing"),
        (["tokens"], 2, "required"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    users: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, said: str
) -> None:
    assert status_of(arguments) == status
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_a_users_file_the_variable_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["users"]) == 2
    assert "ATMP_USERS is missing" in capsys.readouterr().err


def test_a_token_is_printed_once_and_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens"
    monkeypatch.setenv("ATMP_API_TOKENS", str(file))
    assert main(["tokens", "add", "open-webui"]) == 0
    token = capsys.readouterr().out.strip()
    assert load_tokens(file).name_of(token.encode()) == "open-webui"
    assert main(["tokens", "add", "open-webui"]) == 1
    assert main(["tokens", "add", "to ord"]) == 2
    assert capsys.readouterr().out == ""
