"""What holds for every test: no network beyond this machine, nothing of the person's own settings or library."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SETTINGS = (
    *("ATMP_LIBRARY", "ATMP_HOST", "ATMP_PORT", "ATMP_DEBUG", "ATMP_LLM_", "ATMP_API_", "ATMP_USERS", "ATMP_PROXY_"),
    "OPENAI_",
)
"""Beginnings of the environment variables that would change what a test sees."""
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class NetworkBlockedError(AssertionError):
    """A test reached for an address beyond this machine."""


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take the person's settings away and give the tests a user's data folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(SETTINGS) or name.lower() in PROXIES:
                patch.delenv(name)
        folder = tmp_path_factory.mktemp("user-data")
        patch.setenv("XDG_DATA_HOME", str(folder))
        patch.setenv("ATMP_LIBRARY", str(folder / "library"))
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine alone."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _require_local(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _require_local(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        _require_local(socket.AF_INET, (host, None))
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder of the checkout."""
    return Path(__file__).resolve().parent.parent


def _require_local(family: int, address: Any) -> None:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if not _is_local(host):
        raise NetworkBlockedError(
            f"tests may reach this machine alone, not {host!r}: give the code under test a local part"
        )


def _is_local(host: str | None) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
