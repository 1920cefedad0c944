"""Passwords: hashed with argon2id, checked two at a time. The only importer of argon2."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

if TYPE_CHECKING:  # loads a library
    from argon2 import PasswordHasher

MIN_CHARACTERS = 12
MAX_CHARACTERS = 256
AT_ONCE = 2
"""Checks that run at once: each takes a fifth of a second and 64 MiB."""
MOST_WAITING = 20
"""Checks that run or wait; who comes after them is asked to come back."""


class TooManyChecks(Exception):
    """As many passwords are being checked as may be."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with the parameters of RFC 9106 for little memory.

    Raises:
        ValueError: the password has fewer than `MIN_CHARACTERS` characters or more than `MAX_CHARACTERS`.
    """
    if not MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS:
        raise ValueError(f"a password has {MIN_CHARACTERS} to {MAX_CHARACTERS} characters")
    return _hasher().hash(_composed(password))


def verify_password(password_hash: str, password: str) -> bool:
    """Return whether the password has that hash; "", of who has no password, takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    fits = len(password) <= MAX_CHARACTERS
    try:
        _hasher().verify(password_hash or _decoy(), _composed(password) if fits else "")
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(password_hash)


class PasswordChecks:
    """Checks passwords in threads, `AT_ONCE` at a time. Belongs to one event loop."""

    def __init__(self, verify: Callable[[str, str], bool] = verify_password) -> None:
        """Take what checks a password against a hash."""
        self._verify = verify
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._waiting = 0

    async def is_right(self, password_hash: str, password: str) -> bool:
        """Return whether the password has that hash, as `verify_password` does.

        Raises:
            TooManyChecks: `MOST_WAITING` others run or wait.
        """
        if self._waiting >= MOST_WAITING:
            raise TooManyChecks
        self._waiting += 1
        try:
            return await to_thread.run_sync(self._verify, password_hash, password, limiter=self._limiter)
        finally:
            self._waiting -= 1


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _decoy() -> str:
    """Return a hash that is nobody's, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _composed(password: str) -> str:
    """Return the password as every keyboard writes it: å may come as one character or as two."""
    return unicodedata.normalize("NFC", password)
