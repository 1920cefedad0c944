"""How sure a figure is, and whether two runs differ: intervals, paired tests and their correction, all seeded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Z_95 = 1.959963984540054
"""The normal deviate that leaves 2.5 % on either side."""
TAILS = (2.5, 97.5)
"""Percentiles of a 95 % interval."""
EXACT_UP_TO = 12
"""Up to so many differences every choice of signs is counted (4,096); beyond, signs are drawn."""
ROUNDING = 1e-12
"""Two sums closer than this share of their scale are the same: they differ by the order of adding alone."""
CELLS = 1 << 20
"""So many drawn numbers are held at a time."""

Indices = NDArray[np.intp]
"""Shape (m,): which observations are in a sample; one drawn twice is there twice."""


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a rate (Wilson 1927), without continuity correction.

    Raises:
        ValueError: `n` is 0, or `successes` is not 0 to `n`.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"no rate: {successes} of {n}")
    rate, pull = successes / n, Z_95**2 / n
    middle = (rate + pull / 2) / (1 + pull)
    half = math.sqrt(pull * (rate * (1 - rate) + pull / 4)) / (1 + pull)
    return (middle - half if successes else 0.0), (middle + half if successes < n else 1.0)


def bootstrap_mean(
    values: Sequence[float], clusters: Sequence[str], seed: int, samples: int = 2000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of values when whole clusters are drawn again.

    Questions over one document succeed and fail together, so documents are drawn, with all their values, and not
    questions. With a single cluster the values themselves are drawn: the interval then says nothing about other
    documents, as it says little with two or three.

    Args:
        values: one for each observation.
        clusters: the cluster of each value, such as the name of its document.
        seed: the same seed gives the same interval.
        samples: how often to draw.

    Raises:
        ValueError: there are no values, not one cluster a value, a value is not finite, or `samples` is below 1.
    """
    measured = _finite(values)
    member_of = _cluster_numbers(clusters, len(measured), samples)
    sums = np.bincount(member_of, weights=measured)
    sizes = np.bincount(member_of)
    means = [sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1) for drawn in _draws(len(sums), samples, seed)]
    return _interval(np.concatenate(means))


def bootstrap_of(
    statistic: Callable[[Indices], float | None], clusters: Sequence[str], seed: int, samples: int = 2000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of any figure when whole clusters are drawn again, as in `bootstrap_mean`.

    Args:
        statistic: the figure over the observations with these indices, None where a sample leaves it undefined (an
            AUROC without a right answer); such samples are left out.
        clusters: the cluster of each observation.
        seed: the same seed gives the same interval.
        samples: how often to draw.

    Raises:
        ValueError: there are no observations, `samples` is below 1, or the figure is undefined in every sample.
    """
    member_of = _cluster_numbers(clusters, len(clusters), samples)
    members = [np.flatnonzero(member_of == cluster) for cluster in range(int(member_of.max()) + 1)]
    figures = [
        figure
        for drawn in _draws(len(members), samples, seed)
        for row in drawn
        if (figure := statistic(np.concatenate([members[cluster] for cluster in row]))) is not None
    ]
    if not figures:
        raise ValueError(f"the figure is undefined in each of {samples} samples")
    return _interval(np.asarray(figures, dtype=np.float64))


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided p of McNemar's exact test: do two runs over the same questions succeed equally often?

    Args:
        only_first: questions that the first run alone has right.
        only_second: questions that the second run alone has right.

    Returns:
        0 to 1; 1.0 where the runs differ in no question.

    Raises:
        ValueError: a count is negative.
    """
    if min(only_first, only_second) < 0:
        raise ValueError(f"counts cannot be negative: {only_first}, {only_second}")
    differing = only_first + only_second
    tail, ways = 0, 1
    for drawn in range(min(only_first, only_second) + 1):
        tail += ways
        ways = ways * (differing - drawn) // (drawn + 1)
    return min(1.0, 2 * tail / (1 << differing))


def sign_flip(differences: Sequence[float], seed: int, samples: int = 10_000) -> float:
    """Return the two-sided p of the sign-flip permutation test that paired differences have the mean 0.

    Differences of 0 decide nothing and are left out. Of up to 12 others every choice of signs is counted and p is
    exact; of more, `samples` choices are drawn and p is (as extreme + 1) / (samples + 1) (Phipson and Smyth 2010).

    Returns:
        0 to 1; 1.0 where nothing differs.

    Raises:
        ValueError: there are no differences, one is not finite, or `samples` is below 1.
    """
    if samples < 1:
        raise ValueError(f"{samples} samples: at least 1 is needed")
    measured = _finite(differences)
    measured = measured[measured != 0]
    count = len(measured)
    if count == 0:
        return 1.0
    least = abs(measured.sum()) - ROUNDING * np.abs(measured).sum()
    if count <= EXACT_UP_TO:
        flips = (np.arange(1 << count)[:, np.newaxis] >> np.arange(count)) & 1
        return float(np.mean(_flipped_sums(measured, flips) >= least))
    chance = np.random.default_rng(seed)
    extreme = sum(
        int(np.count_nonzero(_flipped_sums(measured, chance.integers(0, 2, (rows, count), dtype=np.int8)) >= least))
        for rows in _blocks(samples, count)
    )
    return (extreme + 1) / (samples + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return the p-values adjusted for having tested several figures (Holm 1979), by name in the order given.

    Raises:
        ValueError: a p-value is not 0 to 1.
    """
    if wrong := [name for name, p in p_values.items() if not 0 <= p <= 1]:
        raise ValueError(f"the p-value of {wrong[0]} is {p_values[wrong[0]]}, it must be 0 to 1")
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: (p_values[name], name))):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def _finite(values: Sequence[float]) -> NDArray[np.float64]:
    measured = np.asarray(values, dtype=np.float64)
    if measured.size == 0:
        raise ValueError("nothing was measured")
    if not np.isfinite(measured).all():
        raise ValueError("a measured value is not finite")
    return measured


def _cluster_numbers(clusters: Sequence[str], expected: int, samples: int) -> Indices:
    if samples < 1:
        raise ValueError(f"{samples} samples: at least 1 is needed")
    if len(clusters) != expected or not expected:
        raise ValueError(f"{len(clusters)} clusters for {expected} values: one a value is needed")
    number_of = {cluster: number for number, cluster in enumerate(sorted(set(clusters)))}
    if len(number_of) == 1:
        return np.arange(expected)
    return np.array([number_of[cluster] for cluster in clusters], dtype=np.intp)


def _draws(clusters: int, samples: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Yield blocks of rows; a row is one sample: as many clusters as there are, drawn with replacement."""
    chance = np.random.default_rng(seed)
    for rows in _blocks(samples, clusters):
        yield chance.integers(0, clusters, (rows, clusters), dtype=np.intp)


def _blocks(samples: int, width: int) -> Iterator[int]:
    rows = max(1, CELLS // width)
    for begin in range(0, samples, rows):
        yield min(rows, samples - begin)


def _flipped_sums(measured: NDArray[np.float64], flips: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return a sum a row of `flips`, without its sign, of the differences with the sign turned where it says 1."""
    sums: NDArray[np.float64] = np.abs(np.where(flips, -measured, measured).sum(axis=1))
    return sums


def _interval(figures: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(figures, TAILS)
    return float(low), float(high)
