"""What tests may not reach."""

from __future__ import annotations

import os
import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "example.invalid", "2001:db8::1"])
def test_an_address_beyond_this_machine_is_blocked_with_a_readable_message(address: str) -> None:
    with pytest.raises(AssertionError, match="tests may reach this machine alone"):
        socket.create_connection((address, 80), timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_the_persons_own_settings_are_gone() -> None:
    assert not [name for name in os.environ if name.startswith(("ATMP_LLM_", "OPENAI_"))]
    assert "user-data" in os.environ["ATMP_LIBRARY"]
