"""Figures with their 95 % intervals: rates by Wilson, means by a bootstrap over documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from corpus.documents import LANGUAGES
from evals.cases import CASE_KINDS
from evals.observing import Observation
from evals.results import Figure
from evals.statistics import Indices, bootstrap_mean, bootstrap_of, wilson

DIGITS = 6
"""Decimals of a figure: more would only tell one machine's arithmetic from another's."""
SAMPLES = 500
"""How often a figure that is no mean is drawn again; each draw sorts all answers."""

Observations = Sequence[Observation]
Parts = Mapping[str, Observations]
"""Name of a part → its observations."""


def parts_by_language(observations: Observations) -> dict[str, list[Observation]]:
    """Return all, and those in each language that there is."""
    parts = {"all": list(observations)}
    for language in LANGUAGES:
        parts[f"lang {language}"] = [one for one in observations if one.case.language == language]
    return _filled(parts)


def parts_by_language_and_kind(observations: Observations) -> dict[str, list[Observation]]:
    """Return all, and those in each language and of each kind that there is."""
    parts = parts_by_language(observations)
    for kind in CASE_KINDS:
        parts[f"kind {kind}"] = [one for one in observations if one.case.kind == kind]
    return _filled(parts)


def rate(name: str, part: str, hits: Iterable[bool]) -> Iterator[Figure]:
    """Yield the share that is true; nothing where there is nothing to share."""
    marks = [bool(hit) for hit in hits]
    yield from rate_of(name, part, sum(marks), len(marks))


def rate_of(name: str, part: str, successes: int, n: int) -> Iterator[Figure]:
    """Yield `successes` of `n` as a rate; nothing where `n` is 0."""
    if n:
        yield figure(name, part, successes / n, wilson(successes, n), n)


def mean(
    name: str, part: str, observations: Observations, value_of: Callable[[Observation], float], seed: int
) -> Iterator[Figure]:
    """Yield the mean of a value over the observations; nothing where there are none."""
    if observations:
        values = [value_of(one) for one in observations]
        low_high = bootstrap_mean(values, [one.cluster for one in observations], seed)
        yield figure(name, part, math.fsum(values) / len(values), low_high, len(values))


def statistic(
    name: str,
    part: str,
    observations: Observations,
    value_of: Callable[[Observations], float | None],
    seed: int,
) -> Iterator[Figure]:
    """Yield a figure over all observations together; nothing where it is undefined for them.

    Args:
        name: of the figure.
        part: of the figure.
        observations: what it is over.
        value_of: the figure over any of them, one drawn twice being there twice; None where it is undefined.
        seed: of the bootstrap.
    """
    value = value_of(observations) if observations else None
    if value is None:
        return

    def drawn(indices: Indices) -> float | None:
        return value_of([observations[at] for at in np.asarray(indices).tolist()])

    interval = bootstrap_of(drawn, [one.cluster for one in observations], seed, SAMPLES)
    yield figure(name, part, value, interval, len(observations))


def difference_of_rates(name: str, part: str, first: Iterable[bool], second: Iterable[bool]) -> Iterator[Figure]:
    """Yield the first rate minus the second, over different cases; nothing where one of them is undefined.

    The interval is Newcombe's hybrid of two Wilson intervals (Newcombe 1998, method 10).
    """
    ours, theirs = [bool(one) for one in first], [bool(one) for one in second]
    if not (ours and theirs):
        return
    high_rate, low_rate = sum(ours) / len(ours), sum(theirs) / len(theirs)
    (first_low, first_high), (second_low, second_high) = wilson(sum(ours), len(ours)), wilson(sum(theirs), len(theirs))
    difference = high_rate - low_rate
    low = difference - math.hypot(high_rate - first_low, second_high - low_rate)
    high = difference + math.hypot(first_high - high_rate, low_rate - second_low)
    yield figure(name, part, difference, (low, high), len(ours) + len(theirs))


def figure(name: str, part: str, value: float, interval: tuple[float, float], n: int) -> Figure:
    """Return a figure, rounded."""
    low, high = interval
    return Figure(name, part, round(value, DIGITS), round(low, DIGITS), round(high, DIGITS), n)


def _filled(parts: Mapping[str, list[Observation]]) -> dict[str, list[Observation]]:
    return {name: part for name, part in parts.items() if part}
