"""Which requests come through a proxy that is believed, and what it says of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks whose requests are believed when they tell of others."""

    networks: tuple[Network, ...] = ()

    def sent(self, scope: Scope) -> bool:
        """Return whether a request comes from one of them."""
        return self._has(_peer(scope))

    def is_https(self, scope: Scope) -> bool:
        """Return whether the browser spoke HTTPS, with this server or with a proxy that is believed."""
        if scope["scheme"] in ("https", "wss"):
            return True
        stated = Headers(scope=scope).get("x-forwarded-proto", "")
        return self.sent(scope) and stated.partition(",")[0].strip().lower() == "https"

    def client_of(self, scope: Scope) -> str:
        """Return the address that a request began at: the last in the chain of proxies that is none of them.

        An address of version 6 is that of its network of 64 bits, of which one client has them all; "" is unknown.
        """
        stated = [hop for value in Headers(scope=scope).getlist("x-forwarded-for") for hop in value.split(",")]
        address = _peer(scope)
        while stated and self._has(address):
            address = _parse_address(stated.pop())
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address or "")

    def _has(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self.networks)


def _peer(scope: Scope) -> Address | None:
    client = scope.get("client")
    return _parse_address(client[0]) if client else None


def _parse_address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
