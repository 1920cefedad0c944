"""Confidence and refusal: curves and areas worked by hand, and beside scipy's."""

from __future__ import annotations

import math
import random

import pytest
from scipy.stats import mannwhitneyu

from evals.refusing import aurc, auroc, coverage_at_risk, excess_aurc, risk_coverage

CONFIDENCES = [0.9, 0.8, 0.7, 0.6]
CORRECT = [True, False, True, True]


def test_the_curve_worked_by_hand() -> None:
    assert risk_coverage(CONFIDENCES, CORRECT) == [(0.25, 0.0), (0.5, 0.5), (0.75, 1 / 3), (1.0, 0.25)]


def test_the_curve_does_not_depend_on_the_order_of_the_questions() -> None:
    pairs = list(zip(CONFIDENCES, CORRECT, strict=True))
    random.Random(1).shuffle(pairs)  # noqa: S311 - a sample, not a secret
    assert risk_coverage([c for c, _ in pairs], [r for _, r in pairs]) == risk_coverage(CONFIDENCES, CORRECT)


def test_answers_of_one_confidence_enter_together() -> None:
    assert risk_coverage([0.5, 0.9, 0.5, 0.5], [True, True, False, False]) == [(0.25, 0.0), (1.0, 0.5)]
    assert aurc([0.5, 0.9, 0.5, 0.5], [True, True, False, False]) == 0.75 * 0.5


def test_the_area_is_the_mean_risk_over_the_answers() -> None:
    assert aurc(CONFIDENCES, CORRECT) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_the_excess_is_over_the_best_order_of_the_same_answers() -> None:
    best = (0 + 0 + 0 + 1 / 4) / 4
    assert excess_aurc(CONFIDENCES, CORRECT) == pytest.approx(aurc(CONFIDENCES, CORRECT) - best)
    assert excess_aurc([0.9, 0.8, 0.7, 0.1], [True, True, True, False]) == 0.0


def test_no_order_is_better_than_the_best() -> None:
    chance = random.Random(2)  # noqa: S311 - a sample, not a secret
    for _ in range(200):
        count = chance.randint(1, 30)
        confidences = [chance.choice([0.1, 0.2, 0.5, 0.9]) for _ in range(count)]
        correct = [chance.random() < 0.7 for _ in range(count)]
        assert 0 <= excess_aurc(confidences, correct) <= aurc(confidences, correct) <= 1


def test_the_best_area_comes_near_its_limit() -> None:
    """Geifman et al. (2019): r + (1 - r) ln(1 - r) for a risk r at full coverage."""
    confidences = [1 - place / 10_000 for place in range(10_000)]
    area = aurc(confidences, [place < 8_000 for place in range(10_000)])
    assert area == pytest.approx(0.2 + 0.8 * math.log(0.8), abs=1e-4)


def test_all_right_and_all_wrong_are_the_ends_of_the_scale() -> None:
    assert (aurc(CONFIDENCES, [True] * 4), excess_aurc(CONFIDENCES, [True] * 4)) == (0.0, 0.0)
    assert (aurc(CONFIDENCES, [False] * 4), excess_aurc(CONFIDENCES, [False] * 4)) == (1.0, 0.0)


def test_coverage_at_a_risk_is_the_highest_that_keeps_it() -> None:
    curve = risk_coverage(CONFIDENCES, CORRECT)
    assert coverage_at_risk(curve) == 0.25
    assert coverage_at_risk(curve, risk=0.25) == 1.0
    assert coverage_at_risk(curve, risk=0.3) == 1.0


def test_one_wrong_in_fifty_keeps_two_percent() -> None:
    confidences = [1 - place / 100 for place in range(60)]
    curve = risk_coverage(confidences, [place not in (49, 55) for place in range(60)])
    assert coverage_at_risk(curve, risk=0.02) == 55 / 60


def test_no_coverage_keeps_the_risk_where_the_surest_answer_is_wrong() -> None:
    assert coverage_at_risk(risk_coverage([0.9, 0.8], [False, True])) == 0.0


def test_auroc_worked_by_hand() -> None:
    assert auroc([0.9, 0.1], [True, False]) == 1.0
    assert auroc([0.9, 0.1], [False, True]) == 0.0
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == 3.5 / 4


def test_auroc_is_scipys_u_over_the_pairs() -> None:
    chance = random.Random(4)  # noqa: S311 - a sample, not a secret
    for _ in range(50):
        scores = [chance.choice([0.1, 0.2, 0.3, chance.random()]) for _ in range(40)]
        labels = [True, False, *(chance.random() < 0.4 for _ in range(38))]
        right = [s for s, label in zip(scores, labels, strict=True) if label]
        wrong = [s for s, label in zip(scores, labels, strict=True) if not label]
        expected = mannwhitneyu(right, wrong).statistic / (len(right) * len(wrong))
        assert auroc(scores, labels) == pytest.approx(expected)


@pytest.mark.parametrize("labels", [[True, True], [False, False]])
def test_auroc_needs_both_labels(labels: list[bool]) -> None:
    with pytest.raises(ValueError, match="both labels"):
        auroc([0.1, 0.2], labels)


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        risk_coverage([], [])
    with pytest.raises(ValueError, match="2 scores but 1"):
        aurc([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="not a number"):
        excess_aurc([float("nan")], [True])
