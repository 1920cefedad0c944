"""Answers are worked out in threads, so many at once and no more: the next is told to come back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

import anyio
from anyio import to_thread

from assistant.messages import Event
from ui.api.failures import busy

MAX_AT_ONCE = 8
"""Questions and searches that are worked on at once; a model's endpoint does several in the time of one."""

T = TypeVar("T")


class Slots:
    """Places for work. Belongs to one event loop, which alone counts them; the work itself is done in threads."""

    def __init__(self, limit: int = MAX_AT_ONCE) -> None:
        """Take how many may be worked on at once."""
        self._free = limit
        self._limiter = anyio.CapacityLimiter(limit)

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a thread and return what it returns.

        Raises:
            ApiFailure: all places are taken.
        """
        with self._taken():
            return await to_thread.run_sync(work, limiter=self._limiter)

    def begin(self, events: Generator[Event, None, None]) -> Work:
        """Take a place for an answer that comes in pieces; it is given back when that is closed.

        Raises:
            ApiFailure: all places are taken.
        """
        self._take()
        return Work(events, self._limiter, self._give_back)

    @contextmanager
    def _taken(self) -> Iterator[None]:
        self._take()
        try:
            yield
        finally:
            self._give_back()

    def _take(self) -> None:
        if self._free < 1:
            raise busy()
        self._free -= 1

    def _give_back(self) -> None:
        self._free += 1


class Work:
    """An answer that is being written."""

    def __init__(
        self, events: Generator[Event, None, None], limiter: anyio.CapacityLimiter, on_close: Callable[[], None]
    ) -> None:
        self._events = events
        self._limiter = limiter
        self._on_close = on_close
        self._is_closed = False

    async def next(self) -> Event | None:
        """Return the next event, None after the last; being cancelled waits for it all the same."""
        return await to_thread.run_sync(next, self._events, None, limiter=self._limiter)

    async def close(self) -> None:
        """End the answer where it is, and give its place back; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        with anyio.CancelScope(shield=True):
            try:
                await to_thread.run_sync(self._events.close, limiter=self._limiter)
            finally:
                self._on_close()
