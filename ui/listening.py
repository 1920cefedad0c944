"""The address that the page is served on: bound, or said in one line why not. Imports nothing heavy."""

from __future__ import annotations

import errno
import socket

from ui.errors import CommandError


class CannotServe(CommandError):
    """The address cannot be listened on: taken, not this machine's, or not allowed."""


def check_address(host: str, port: int) -> None:
    """Do nothing when the address can be listened on now: a fault is to be known before the page is loaded.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    bind(host, port).close()


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; port 0 takes a free one.

    Raises:
        CannotServe: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotServe(_explain(error, host, port)) from error
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use: stop what uses it, or name another with --port"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} may not be listened on: name one above 1023 with --port"
    return f"cannot listen on {host}, port {port}: {error.strerror or error}"
