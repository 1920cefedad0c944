"""Intervals and paired tests, beside scipy's and beside values worked by hand."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from evals.statistics import bootstrap_mean, bootstrap_of, holm, mcnemar_exact, sign_flip, wilson


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (0, 40), (40, 40), (7, 11), (285, 300), (1, 2000)])
def test_the_wilson_interval_is_scipys(successes: int, n: int) -> None:
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    low, high = wilson(successes, n)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low <= successes / n <= high <= 1


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (2, 1), (-1, 3)])
def test_a_rate_of_nothing_has_no_interval(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        wilson(successes, n)


def test_the_bootstrap_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    values, clusters = np.random.default_rng(1).random(60).tolist(), [f"d{i % 20}" for i in range(60)]
    assert bootstrap_mean(values, clusters, seed=1) == bootstrap_mean(values, clusters, seed=1)
    assert bootstrap_mean(values, clusters, seed=1) != bootstrap_mean(values, clusters, seed=2)


def test_the_interval_of_independent_values_is_the_normal_one() -> None:
    values = np.random.default_rng(7).normal(0.6, 0.2, 400)
    low, high = bootstrap_mean(values.tolist(), [str(i) for i in range(400)], seed=1, samples=4000)
    half = 1.96 * values.std() / math.sqrt(400)
    assert low == pytest.approx(values.mean() - half, abs=0.003)
    assert high == pytest.approx(values.mean() + half, abs=0.003)


def test_values_that_go_together_in_documents_make_the_interval_wider() -> None:
    values = [float(document % 2) for document in range(10) for _ in range(20)]
    together = bootstrap_mean(values, [str(document) for document in range(10) for _ in range(20)], seed=1)
    apart = bootstrap_mean(values, [str(i) for i in range(200)], seed=1)
    assert together[1] - together[0] > 3 * (apart[1] - apart[0])


def test_larger_documents_weigh_more_in_a_sample() -> None:
    """With two documents of 9 and 1 values a sample has the means 1, 0.9 or 0 and nothing between."""
    low, high = bootstrap_mean([1.0] * 9 + [0.0], ["big"] * 9 + ["small"], seed=1)
    assert (low, high) == (0.0, 1.0)
    median = bootstrap_of(lambda drawn: float(np.median(drawn)), ["big"] * 9 + ["small"], seed=1)
    assert median == (4.0, 9.0)


def test_with_a_single_document_its_values_are_drawn() -> None:
    low, high = bootstrap_mean([0.0, 1.0] * 20, ["only"] * 40, seed=1)
    assert 0.3 < low < 0.5 < high < 0.7
    assert bootstrap_mean([0.25], ["only"], seed=1) == (0.25, 0.25)


def test_the_bootstrap_does_not_depend_on_what_the_documents_are_called() -> None:
    values = [0.1, 0.9, 0.4, 0.7]
    assert bootstrap_mean(values, ["a", "a", "b", "c"], seed=1) == bootstrap_mean(values, ["x", "x", "y", "z"], seed=1)


def test_the_bootstrap_of_a_figure_agrees_with_that_of_the_mean() -> None:
    values = np.random.default_rng(3).random(60)
    clusters = [f"d{i % 7}" for i in range(60)]
    mean = bootstrap_of(lambda drawn: float(values[drawn].mean()), clusters, seed=4)
    assert mean == pytest.approx(bootstrap_mean(values.tolist(), clusters, seed=4))


def test_samples_without_the_figure_are_left_out() -> None:
    clusters = ["a", "b"]
    found = bootstrap_of(lambda drawn: 1.0 if len(set(drawn.tolist())) == 2 else None, clusters, seed=1)
    assert found == (1.0, 1.0)
    with pytest.raises(ValueError, match="undefined in each"):
        bootstrap_of(lambda drawn: None, clusters, seed=1, samples=10)


def test_three_thousand_values_take_less_than_a_second() -> None:
    values = np.random.default_rng(1).random(3000).tolist()
    started = time.process_time()
    bootstrap_mean(values, [str(i) for i in range(3000)], seed=1)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("values", [[], [float("nan")], [float("inf"), 1.0]])
def test_nothing_and_what_is_no_number_cannot_be_measured(values: list[float]) -> None:
    with pytest.raises(ValueError, match="measured"):
        bootstrap_mean(values, ["a"] * len(values), seed=1)
    with pytest.raises(ValueError, match="measured"):
        sign_flip(values, seed=1)


def test_each_value_needs_a_cluster_and_a_bootstrap_a_sample() -> None:
    with pytest.raises(ValueError, match="one a value"):
        bootstrap_mean([1.0, 2.0], ["a"], seed=1)
    with pytest.raises(ValueError, match="one a value"):
        bootstrap_of(lambda drawn: 0.0, [], seed=1)
    with pytest.raises(ValueError, match="at least 1"):
        bootstrap_mean([1.0], ["a"], seed=1, samples=0)
    with pytest.raises(ValueError, match="at least 1"):
        sign_flip([1.0], seed=1, samples=0)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 1), (5, 0), (12, 3), (3, 12), (40, 61), (700, 812)])
def test_mcnemars_p_is_that_of_the_binomial_test(first: int, second: int) -> None:
    assert mcnemar_exact(first, second) == pytest.approx(binomtest(first, first + second).pvalue)


def test_runs_that_differ_nowhere_do_not_differ() -> None:
    assert mcnemar_exact(0, 0) == 1.0
    assert sign_flip([0.0, 0.0], seed=1) == 1.0
    assert sign_flip([0.3], seed=1) == 1.0, "one difference has either sign as easily"
    with pytest.raises(ValueError, match="negative"):
        mcnemar_exact(-1, 3)


@pytest.mark.parametrize("count", [2, 5, 9, 12])
def test_few_sign_flips_are_exact_as_scipys(count: int) -> None:
    for seed in range(4):
        differences = np.random.default_rng(seed).choice([-0.3, 0.1, 0.2, 0.5], count)
        expected = permutation_test(
            (differences,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True
        )
        assert sign_flip(differences.tolist(), seed=99) == pytest.approx(expected.pvalue)


def test_many_sign_flips_come_near_the_exact_test_of_signs() -> None:
    """Differences of one size are a sign test, whose p the binomial test has exactly."""
    for wins in (20, 26, 30):
        differences = [1.0] * wins + [-1.0] * (40 - wins)
        assert sign_flip(differences, seed=1) == pytest.approx(binomtest(wins, 40).pvalue, abs=0.015)


def test_differences_of_zero_change_no_p() -> None:
    assert sign_flip([0.5, 0.2, 0.1] + [0.0] * 50, seed=1) == sign_flip([0.5, 0.2, 0.1], seed=1) == 0.25


def test_sign_flips_are_repeatable_fast_and_never_impossible() -> None:
    differences = np.random.default_rng(1).normal(1.0, 0.1, 3000).tolist()
    started = time.process_time()
    first = sign_flip(differences, seed=1)
    assert time.process_time() - started < 3
    assert first == sign_flip(differences, seed=1) == 1 / 10_001


def test_holm_worked_by_hand() -> None:
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert list(found) == ["a", "b", "c", "d"]
    assert found == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


def test_holm_never_exceeds_one_and_takes_only_probabilities() -> None:
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
    with pytest.raises(ValueError, match=r"b is 1\.5"):
        holm({"a": 0.5, "b": 1.5})
    with pytest.raises(ValueError, match="must be 0 to 1"):
        holm({"a": float("nan")})
