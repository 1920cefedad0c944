"""Who may ask: clients with a token, or, where there are no tokens, programs on this machine alone."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.failures import ApiFailure
from ui.api.tokens import Tokens

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""What a load balancer asks, without a token; neither says anything of the library's content."""
PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip")
_TOKENS_WANTED = "set ATMP_API_TOKENS to let others ask"


class AccessMiddleware:
    """Turn away whoever may not ask, before anything of the body is read."""

    def __init__(self, app: ASGIApp, tokens: Tokens | None) -> None:
        """Take the application and the tokens; None lets this machine alone ask."""
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        is_open = scope["type"] != "http" or scope["path"] in OPEN_PATHS
        refusal = None if is_open else self._refusal(scope)
        await (self._app if refusal is None else refusal.to_response())(scope, receive, send)

    def _refusal(self, scope: Scope) -> ApiFailure | None:
        return find_stranger(scope) if self._tokens is None else find_wrong_token(scope, self._tokens)


def find_wrong_token(scope: Scope, tokens: Tokens) -> ApiFailure | None:
    """Return why a request has no token that is known, None where it has one."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    if scheme.lower() == b"bearer" and tokens.name_of(token.strip()) is not None:
        return None
    message = "a token that is known is needed: send it as `Authorization: Bearer …`"
    return ApiFailure(401, message, "invalid_api_key", headers={"WWW-Authenticate": 'Bearer realm="atmp"'})


def find_stranger(scope: Scope) -> ApiFailure | None:
    """Return why a request does not come from a program on this machine, None where it does.

    A page of another host in a browser here may know this address: by a name of its own that leads here (DNS
    rebinding), which the `Host` header gives away, or by asking without being let read, which `Sec-Fetch-Site` does.
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client is None or not is_loopback(client[0]):
        return ApiFailure(403, f"only this machine may ask: {_TOKENS_WANTED}", "not_local")
    if any(name in headers for name in PROXY_HEADERS):
        return ApiFailure(403, f"the request came through a proxy: {_TOKENS_WANTED}", "not_local")
    if not is_loopback(host_name(headers.get("host", ""))):
        return ApiFailure(403, "the Host header must name this machine, as in 127.0.0.1 or localhost", "not_local")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return ApiFailure(403, "pages of other hosts may not ask", "not_local")
    return None


def host_name(host: str) -> str:
    """Return the name or address of a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(name: str) -> bool:
    """Return whether a name or address is of this machine and no other."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
