"""Whose request it is: a visitor's without sign-in, that of who has signed in, or of whom a proxy names."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from dataclasses import dataclass, field
from typing import Literal, Protocol

from starlette.requests import HTTPConnection

from ui.api.access import find_stranger, host_name, is_loopback
from ui.people.proxies import Proxies
from ui.people.roles import Person, Role
from ui.people.sessions import Sessions
from ui.people.users import UsersFile, normalise_name, parse_role, person_named

VISITOR_COOKIE = "atmp_visitor"
SESSION_COOKIE = "atmp_session"

Reason = Literal["not_signed_in", "cross_site", "unknown_host", "unknown_proxy", "unusable_name", "unavailable"]
"""Why a request is turned away; the texts have a line for each."""

_VISITOR_SECONDS = 400 * 24 * 3600
"""Longer than any browser keeps a cookie."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class TurnedAway(Exception):
    """A request that is not served, and with which status."""

    def __init__(self, status: int, reason: Reason) -> None:
        super().__init__(reason)
        self.status = status
        self.reason: Reason = reason


class Identify(Protocol):
    """Tells whose request it is. Called in a thread."""

    def __call__(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        """Return the person, None where nobody has signed in, and the `Set-Cookie` headers to respond with.

        Raises:
            TurnedAway: the request is not served to anybody.
            SessionsUnavailable: it cannot be known.
        """
        ...


@dataclass(frozen=True, slots=True)
class VisitorIdentify:
    """Tell visitors of a page without sign-in apart, by a cookie that says nothing of them.

    Whoever sits at this machine may do everything; who comes from elsewhere, or through a proxy, may ask. A page of
    another host that got itself a name leading here (DNS rebinding) is turned away: addresses and names without a dot
    are nobody's to give, all other names have to be among `hosts`, or come through a proxy that is believed.
    """

    hosts: frozenset[str] = frozenset()
    proxies: Proxies = field(default_factory=Proxies)

    def __call__(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        """Return the visitor, and their cookie where they had none."""
        is_proxied = self.proxies.sent(request.scope)
        if not is_proxied and not self._knows(host_name(request.headers.get("host", ""))):
            raise TurnedAway(403, "unknown_host")
        token = request.cookies.get(VISITOR_COOKIE, "")
        cookies: tuple[str, ...] = ()
        if _TOKEN.fullmatch(token) is None:
            token = secrets.token_urlsafe(32)
            # Lax: a link in a mail would otherwise bring a new visitor, to whom the old one's conversations are lost
            cookies = (f"{VISITOR_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_VISITOR_SECONDS}",)
        is_here = not is_proxied and find_stranger(request.scope) is None
        role: Role = "administrator" if is_here else "reader"
        return Person(f"visitor:{hashlib.sha256(token.encode()).hexdigest()}", "", role), cookies

    def _knows(self, host: str) -> bool:
        return "." not in host or is_loopback(host) or _is_address(host) or host.lower() in self.hosts


identify_visitor = VisitorIdentify()
"""Without proxies, and by no name that has a dot."""


@dataclass(frozen=True, slots=True)
class SessionIdentify:
    """Find out who has signed in here; a session of who is no user any more, or another one, is ended."""

    users: UsersFile
    sessions: Sessions

    def __call__(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        """Return who has signed in."""
        token = session_token(request)
        session = self.sessions.find(token) if token else None
        if session is None:
            return None, ()
        user = self.users.users().get(session.name)
        if user is None or user.fingerprint != session.fingerprint:
            self.sessions.end(token)
            return None, ()
        return person_named(user.name, user.role, can_sign_out=True), ()


@dataclass(frozen=True, slots=True)
class ProxyIdentify:
    """Believe a proxy that has signed people in, and nobody else, as to who they are.

    The role is that of the role header, "reader" where a request has none; without a role header, that of the users
    file, "reader" for who is not in it.
    """

    proxies: Proxies
    user_header: str
    role_header: str = ""
    users: UsersFile | None = None

    def __call__(self, request: HTTPConnection) -> tuple[Person | None, tuple[str, ...]]:
        """Return whom the proxy names."""
        names = request.headers.getlist(self.user_header)
        roles = request.headers.getlist(self.role_header) if self.role_header else []
        if not self.proxies.sent(request.scope):
            if names or roles:
                raise TurnedAway(403, "unknown_proxy")
            return None, ()
        if not names:
            return None, ()
        if len(names) > 1 or len(roles) > 1:
            raise TurnedAway(403, "unusable_name")
        try:
            name = normalise_name(names[0].encode("latin-1").decode("utf-8"))
            role = parse_role(roles[0]) if roles else self._role_of(name)
        except ValueError as error:
            raise TurnedAway(403, "unusable_name") from error
        return person_named(name, role), ()

    def _role_of(self, name: str) -> Role:
        user = self.users.users().get(name) if self.users is not None else None
        return "reader" if user is None else user.role


def session_token(request: HTTPConnection) -> str:
    """Return the token of a request's session; "" where it has none that could be one."""
    token = request.cookies.get(SESSION_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def session_cookie(token: str, seconds: int, is_https: bool) -> str:
    """Return the `Set-Cookie` header of a session; 0 seconds take the cookie away."""
    secure = "; Secure" if is_https else ""
    return f"{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
