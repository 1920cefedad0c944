"""The index in memory keeps up with what is added while other threads search it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Event, Thread
from time import sleep

import numpy as np
import pytest

from indexing.exact import ExactIndex


@pytest.fixture
def _threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_threads_take_turns_often")
def test_a_version_is_found_at_once_though_another_thread_searches_all_the_while() -> None:
    index = ExactIndex(4)
    other, question = np.eye(4, dtype=np.float32)[:2]
    for number in range(1000):
        index.add(f"old {number}", [number], other.reshape(1, -1))
    done = Event()

    def search() -> None:
        while not done.is_set():
            index.search(question, 5)

    searching = Thread(target=search)
    searching.start()
    try:
        for number in range(1000, 1100):
            index.add(f"new {number}", [number], question.reshape(1, -1))
            sleep(0.002)  # the search that was under way ends
            assert number in index.search(question, 300)
    finally:
        done.set()
        searching.join()
