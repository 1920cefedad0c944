"""Coroutines run in a thread of their own: a browser that is driven leaves an event loop running in the main one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run_apart(function: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
    """Return what a coroutine function gives."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, function, *arguments).result()
