"""The tokens of clients: a file with `name:sha256-hex` a line. The tokens themselves are kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import SettingsError
from ui.line_files import change_lines, is_entry, read_lines

TOKEN_BYTES = 32
"""Of chance in a new token: so many cannot be guessed, so one SHA-256 protects them, and checking one costs nothing."""

_LINE = re.compile(r"([A-Za-z0-9._-]{1,64}):([0-9A-Fa-f]{64})")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Name of a client → SHA-256 of its token, in hexadecimal."""

    hashes: Mapping[str, str]

    def name_of(self, token: bytes) -> str | None:
        """Return whose token it is, None where it is nobody's; takes as long for every token of a length."""
        digest = hashlib.sha256(token).hexdigest()
        found: str | None = None
        for name, known in self.hashes.items():
            if hmac.compare_digest(digest, known):
                found = name
        return found


def load_tokens(file: Path) -> Tokens:
    """Read a file of tokens; empty lines and lines that begin with `#` are passed over.

    Raises:
        SettingsError: it cannot be read, has no tokens, a line is none, or two have the same name.
    """
    hashes: dict[str, str] = {}
    for number, line in enumerate(read_lines(file), 1):
        if not is_entry(line):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise SettingsError(f"{file}, line {number}: not `name:` and the 64 hexadecimal digits of a SHA-256")
        if match[1] in hashes:
            raise SettingsError(f"{file}, line {number}: a second token of the name {match[1]}")
        hashes[match[1]] = match[2].lower()
    if not hashes:
        raise SettingsError(f"{file} has no tokens: nobody could ask; add a line, or set no ATMP_API_TOKENS")
    return Tokens(hashes)


def make_token(name: str) -> tuple[str, str]:
    """Return a new token for a client, and the line for the file of tokens.

    Raises:
        ValueError: the name is not 1 to 64 letters, digits, dots, dashes or underscores.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    line = f"{name}:{hashlib.sha256(token.encode()).hexdigest()}"
    if _LINE.fullmatch(line) is None:
        raise ValueError("a client's name is 1 to 64 letters (a to z), digits, dots, dashes or underscores")
    return token, line


def add_token(file: Path, name: str) -> str:
    """Add a client to the file of tokens, which need not be there yet, and return its token: it is kept nowhere else.

    Raises:
        ValueError: the name is none that a client can have.
        SettingsError: there is a client of that name, or the file cannot be read or written.
    """
    token, new = make_token(name)

    def change(lines: Sequence[str]) -> list[str]:
        if any(is_entry(line) and line.strip().partition(":")[0] == name for line in lines):
            raise SettingsError(f"{file} has a token of the name {name} already: remove its line, or take another name")
        return [*lines, new]

    change_lines(file, change)
    return token
