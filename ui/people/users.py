"""The users file: a line `name:role:hash` for each person, the hash being argon2id's of their password.

A line may stop after the role: that person comes signed in by a proxy, and cannot sign in here.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from assistant.errors import SettingsError
from ui.line_files import change_lines, is_entry, read_lines
from ui.people.roles import ROLES, Person, Role

MAX_NAME_CHARACTERS = 64

_NAME = re.compile(rf"[\w.@+-]{{1,{MAX_NAME_CHARACTERS}}}")
_HASH = re.compile(
    r"\$argon2id\$v=19\$m=[0-9]{1,7},t=[0-9]{1,2},p=[0-9]{1,2}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}"
)
Stamp = tuple[int, int, int]
"""Tells a file from what it was: time of its last change in nanoseconds, size in bytes, number on the disk."""


@dataclass(frozen=True, slots=True)
class User:
    """A line of the file. `password_hash` is "" for who cannot sign in here."""

    name: str
    role: Role
    password_hash: str = ""

    @property
    def fingerprint(self) -> str:
        """Return what changes with name, role and password: a session begun under another is over."""
        return hashlib.sha256(format_user(self).encode()).hexdigest()


def person_named(name: str, role: Role, can_sign_out: bool = False) -> Person:
    """Return the person of a name that `normalise_name` has made; what they keep is filed under that name."""
    return Person(f"user:{name}", name, role, can_sign_out)


def normalise_name(text: str) -> str:
    """Return a user's name as it is compared: composed, in small letters, without white space around it.

    Raises:
        ValueError: it is not 1 to 64 letters, digits, dots, dashes, underscores or the signs @ and +.
    """
    name = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()[: 4 * MAX_NAME_CHARACTERS]).lower())
    if len(text) > 4 * MAX_NAME_CHARACTERS or _NAME.fullmatch(name) is None:
        raise ValueError(f"a user's name is 1 to {MAX_NAME_CHARACTERS} letters, digits or the signs . - _ @ +")
    return name


def parse_role(text: str) -> Role:
    """Return the role of that name.

    Raises:
        ValueError: there is none.
    """
    role = next((role for role in ROLES if role == text.strip().lower()), None)
    if role is None:
        raise ValueError(f"a role is one of {', '.join(ROLES)}")
    return role


def parse_user(line: str) -> User:
    """Return the user of a line of the file.

    Raises:
        ValueError: the line is none; the message repeats nothing of it.
    """
    name, role, password_hash = (*line.strip().split(":"), "", "")[:3]
    if line.count(":") not in (1, 2):
        raise ValueError("not `name:role:hash`")
    if password_hash and _HASH.fullmatch(password_hash) is None:
        raise ValueError("what follows the role is no argon2id hash: `atmp users add` makes one")
    return User(normalise_name(name), parse_role(role), password_hash)


def format_user(user: User) -> str:
    """Return the line of a user."""
    return ":".join(filter(None, (user.name, user.role, user.password_hash)))


def parse_users(lines: Sequence[str], place: str) -> dict[str, User]:
    """Return users by name; `place` names the file in what is said of a fault.

    Raises:
        SettingsError: a line is no user, or two have the same name.
    """
    users: dict[str, User] = {}
    for number, line in enumerate(lines, 1):
        if not is_entry(line):
            continue
        try:
            user = parse_user(line)
        except ValueError as error:
            raise SettingsError(f"{place}, line {number}: {error}") from error
        if user.name in users:
            raise SettingsError(f"{place}, line {number}: a second user of the name {user.name}")
        users[user.name] = user
    return users


def load_users(file: Path) -> dict[str, User]:
    """Read a users file.

    Raises:
        SettingsError: it cannot be read, or has a fault; the message names the line.
    """
    return parse_users(read_lines(file), str(file))


def put_user(file: Path, user: User) -> None:
    """Add a user to the file, or change the one of that name; all other lines stay as they are.

    Raises:
        SettingsError: the file cannot be read or written, or has a fault.
    """

    def change(lines: Sequence[str]) -> list[str]:
        known = user.name in parse_users(lines, str(file))
        kept = [format_user(user) if _is_of(line, user.name) else line for line in lines]
        return kept if known else [*kept, format_user(user)]

    change_lines(file, change)


def remove_user(file: Path, name: str) -> None:
    """Take a user out of the file.

    Raises:
        SettingsError: nobody has that name, the file cannot be read or written, or it has a fault.
    """

    def change(lines: Sequence[str]) -> list[str]:
        if name not in parse_users(lines, str(file)):
            raise SettingsError(f"{file} has no user of the name {name}")
        return [line for line in lines if not _is_of(line, name)]

    change_lines(file, change)


class UsersFile:
    """A users file that is read anew when it changes. Safe for threads."""

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        """Read the file now.

        Args:
            file: the users file.
            say: told of a fault that the file gets later; until it is mended, those last read are the users.

        Raises:
            SettingsError: it cannot be read, has a fault, or has nobody.
        """
        self._file = file
        self._say = say
        self._lock = Lock()
        self._stamp = _stamp_of(file)
        self._users = load_users(file)
        if not self._users:
            raise SettingsError(f"{file} has no users: add one with `atmp users add NAME --role administrator`")

    def users(self) -> Mapping[str, User]:
        """Return the users by name, as the file has them now."""
        with self._lock:
            stamp = _stamp_of(self._file)
            if stamp != self._stamp:
                self._stamp = stamp
                self._read_anew()
            return self._users

    def _read_anew(self) -> None:
        try:
            self._users = load_users(self._file)
        except SettingsError as error:
            self._say(f"{error}; until that is mended, the users are those last read")


def _is_of(line: str, name: str) -> bool:
    return is_entry(line) and parse_user(line).name == name


def _stamp_of(file: Path) -> Stamp | None:
    try:
        status = os.stat(file)
    except (OSError, ValueError):  # `load_users` says why
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
