"""How people are told apart, put together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.settings import Settings
from ui.api.access import is_loopback
from ui.people.identifying import Identify, ProxyIdentify, SessionIdentify, VisitorIdentify
from ui.people.proxies import Proxies
from ui.people.sessions import Sessions
from ui.people.signing_in import SignIn
from ui.people.users import UsersFile


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who tells whose request it is, and who lets people in; None where nobody signs in here."""

    identify: Identify
    sign_in: SignIn | None = None


def build_entrance(settings: Settings, say: Callable[[str], None]) -> Entrance:
    """Return how people come in: named by a proxy, signed in here, or without either.

    Where a proxy names them, the users file says what they may, and its passwords are of no use.

    Args:
        settings: with the users file and the proxy.
        say: told of faults that the users file gets while the page is served.

    Raises:
        SettingsError: the users file cannot be read, has a fault, or has nobody.
        SessionsUnavailable: the sessions cannot be kept in the library's folder.
    """
    proxies = Proxies(settings.proxy.networks)
    users = UsersFile(settings.users, say) if settings.users is not None else None
    if settings.proxy.user_header:
        return Entrance(ProxyIdentify(proxies, settings.proxy.user_header, settings.proxy.role_header, users))
    if users is not None:
        sessions = Sessions(settings.library)
        return Entrance(SessionIdentify(users, sessions), SignIn(users, sessions, proxies))
    return Entrance(VisitorIdentify(frozenset({settings.host.lower()}), proxies))


def warning_of(settings: Settings) -> str:
    """Return what is unsafe in how the page is served; "" where nothing is."""
    if is_loopback(settings.host):
        return ""
    if not settings.wants_sign_in:
        return (
            f"there is no sign-in, so whoever can reach {settings.host} may ask and see the documents; only this "
            "machine may change them (ATMP_USERS sets up a sign-in)"
        )
    if settings.users is not None and not settings.proxy.networks:
        return (
            "passwords and answers cross the network as they are: let a proxy speak HTTPS with the browsers, and "
            "name it in ATMP_PROXY_ADDRESSES"
        )
    return ""
