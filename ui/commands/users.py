"""List, add, change and remove the people who may sign in."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from assistant.settings import Settings
from ui.commands.options import add_json_option, add_library_option, checked, wants_json
from ui.errors import UsageError
from ui.people.roles import ROLES
from ui.people.users import User, load_users, normalise_name, put_user, remove_user

NAME = "users"
HELP = "list, add, change and remove people who may sign in"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp users` takes."""
    add_json_option(parser)
    parser.set_defaults(act=list_users)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", parser_class=type(parser))
    for name, act, help_text in (
        ("list", list_users, "who may sign in, and as what (what `atmp users` does by itself)"),
        ("add", add_user, "add a person, or give them another password and role; the password is asked for"),
        ("remove", drop_user, "take a person out; whoever is signed in is signed out"),
    ):
        action = actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        add_library_option(action)
        action.set_defaults(act=act)
        if act is list_users:
            add_json_option(action)
            continue
        action.add_argument("name", metavar="NAME", type=checked(normalise_name))
        if act is add_user:
            action.add_argument("--role", choices=ROLES, default=ROLES[0], help=f"what they may (default: {ROLES[0]})")
            action.add_argument(
                "--no-password", action="store_true", help="they come signed in by a proxy, and cannot sign in here"
            )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked with the users file."""
    if settings.users is None:
        raise UsageError("ATMP_USERS is missing: set it to the file that the users are to be kept in")
    arguments.act(arguments, settings.users)
    return 0


def list_users(arguments: argparse.Namespace, file: Path) -> None:
    """Print all users by name; a file that is not there yet has none."""
    users = sorted(load_users(file).values(), key=lambda user: user.name) if file.exists() else []
    if wants_json(arguments):
        print(json.dumps([_user_to_json(user) for user in users], ensure_ascii=False))
    else:
        print("\n".join(_render_row(user) for user in users) or "no users yet: `atmp users add NAME --role ROLE`")


def add_user(arguments: argparse.Namespace, file: Path) -> None:
    """Add a user, or change the one of that name."""
    put_user(file, User(arguments.name, arguments.role, "" if arguments.no_password else _ask_for_hash()))
    print(f"{arguments.name} is {arguments.role}")


def drop_user(arguments: argparse.Namespace, file: Path) -> None:
    """Remove a user."""
    remove_user(file, arguments.name)
    print(f"removed {arguments.name}")


def _ask_for_hash() -> str:
    from ui.people.passwords import hash_password

    try:
        return hash_password(_read_password())
    except ValueError as error:
        raise UsageError(str(error)) from error


def _read_password() -> str:
    """Ask twice, unseen, at a terminal; elsewhere read one line of standard input.

    Raises:
        UsageError: the two are not the same, or standard input is no text.
    """
    if not sys.stdin.isatty():
        from ui.people.passwords import MAX_CHARACTERS

        try:
            return sys.stdin.readline(MAX_CHARACTERS + 2).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise UsageError("the password on standard input is no UTF-8 text") from error
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise UsageError("the two passwords are not the same: nothing has been changed")
    return password


def _user_to_json(user: User) -> dict[str, object]:
    return {"name": user.name, "role": user.role, "can_sign_in": bool(user.password_hash)}


def _render_row(user: User) -> str:
    return f"{user.role:13s}  {user.name}{'' if user.password_hash else '  (no password)'}"
