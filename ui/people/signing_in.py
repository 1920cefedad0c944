"""Signing in: a name and a password become a session, at a pace at which no password can be guessed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from anyio import to_thread

from ui.people.passwords import PasswordChecks, TooManyChecks
from ui.people.proxies import Proxies
from ui.people.sessions import Limit, Session, Sessions
from ui.people.users import UsersFile, normalise_name

PAIR_LIMIT = Limit(free=5, longest_seconds=900.0)
"""Of a name at an address."""
ADDRESS_LIMIT = Limit(free=30, longest_seconds=900.0)
"""Of an address: many people may share one."""
NAME_LIMIT = Limit(free=50, longest_seconds=30.0)
"""Of a name, wherever from: short, so that nobody can keep another out."""


class WrongPassword(Exception):
    """Nobody has that name and password."""


class TooManyAttempts(Exception):
    """There have been so many failures that the next attempt has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class SignIn:
    """Lets users in and out; `proxies` are believed as to where a request comes from."""

    users: UsersFile
    sessions: Sessions
    proxies: Proxies = field(default_factory=Proxies)
    checks: PasswordChecks = field(default_factory=PasswordChecks)

    async def begin(self, name: str, password: str, address: str) -> str:
        """Sign a person in and return the token of their session.

        An attempt counts as a failure from its beginning, so that many at once are no way around the limits.

        Raises:
            WrongPassword: nobody has that name and password.
            TooManyAttempts: so many attempts have failed that this one is not made.
            TooManyChecks: too many are signing in at this moment.
            SessionsUnavailable: the sessions cannot be read or written.
        """
        name = _name_or_none(name)
        pair, limits = _limits_of(name, address)
        wait = await to_thread.run_sync(self.sessions.count_attempt, limits)
        if wait > 0:
            raise TooManyAttempts(math.ceil(wait))
        user = (await to_thread.run_sync(self.users.users)).get(name)
        try:
            is_right = await self.checks.is_right(user.password_hash if user else "", password)
        except TooManyChecks:
            await to_thread.run_sync(self._forgive, [key for key, _ in limits])
            raise
        if user is None or not is_right:
            raise WrongPassword
        await to_thread.run_sync(self._forgive, [key for key, _ in limits if key != pair])
        await to_thread.run_sync(self.sessions.forget, pair)
        return await to_thread.run_sync(self.sessions.begin, Session(user.name, user.fingerprint))

    async def end(self, token: str) -> None:
        """End the session of a token, if there is one.

        Raises:
            SessionsUnavailable: the sessions cannot be read or written.
        """
        await to_thread.run_sync(self.sessions.end, token)

    def _forgive(self, keys: list[str]) -> None:
        for key in keys:
            self.sessions.forgive(key)


def _name_or_none(text: str) -> str:
    """Return the name as users have it, "" where nobody could have it."""
    try:
        return normalise_name(text)
    except ValueError:
        return ""


def _limits_of(name: str, address: str) -> tuple[str, list[tuple[str, Limit]]]:
    """Return the key of the name at the address, and all keys with their limits."""
    pair = f"pair {name} {address}"
    return pair, [(pair, PAIR_LIMIT), (f"address {address}", ADDRESS_LIMIT), (f"name {name}", NAME_LIMIT)]
