"""How well confidence tells right answers from wrong ones, and what an answer costs when some are refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

Curve = Sequence[tuple[float, float]]
"""Points (coverage, risk): the share of questions answered, and the share of these answers that is wrong."""


def risk_coverage(confidences: Sequence[float], correct: Sequence[bool]) -> list[tuple[float, float]]:
    """Return the risk-coverage curve (El-Yaniv and Wiener 2010): a point for each threshold that tells answers apart.

    Answers of the same confidence are answered or refused together: no threshold parts them.

    Args:
        confidences: how sure the program was of each answer, or of the one it would have given.
        correct: whether it is right; to a question that cannot be answered no answer is.

    Returns:
        (coverage, risk), coverage rising from the surest answers to 1.0.

    Raises:
        ValueError: there are no answers, not one mark an answer, or a confidence is not a number.
    """
    ordered = sorted(_paired(confidences, correct), key=lambda pair: -pair[0])
    curve, answered, wrong = [], 0, 0
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        marks = [right for _, right in tied]
        answered += len(marks)
        wrong += marks.count(False)
        curve.append((answered / len(ordered), wrong / answered))
    return curve


def aurc(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """Return the area under the risk-coverage curve, 0 to 1, lower is better (Geifman et al. 2019).

    The mean over all answers of the risk at the threshold that just lets the answer through.

    Raises:
        ValueError: as `risk_coverage`.
    """
    curve = risk_coverage(confidences, correct)
    before = [0.0, *(coverage for coverage, _ in curve)]
    return math.fsum((coverage - begin) * risk for begin, (coverage, risk) in zip(before, curve, strict=False))


def excess_aurc(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """Return E-AURC: the area over that of the best order of the same answers, right ones first (Geifman et al. 2019).

    The best area is summed over the answers there are, not taken from its limit r + (1 - r) ln(1 - r).

    Returns:
        0 to 1; 0 where every right answer is surer than every wrong one.

    Raises:
        ValueError: as `risk_coverage`.
    """
    area, total = aurc(confidences, correct), len(correct)
    right = sum(map(bool, correct))
    best = math.fsum((place - right) / place for place in range(right + 1, total + 1)) / total
    return max(0.0, area - best)


def coverage_at_risk(curve: Curve, risk: float = 0.02) -> float:
    """Return the highest coverage at which no more than `risk` of the answers is wrong; 0.0 where there is none."""
    return max((coverage for coverage, found in curve if found <= risk), default=0.0)


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return how often a right one has the higher score than a wrong one, 0 to 1; equal scores count half.

    The Mann-Whitney U over the number of pairs, which is the area under the ROC curve (Hanley and McNeil 1982).

    Raises:
        ValueError: not one label a score, a score is not a number, or there are not both labels.
    """
    ordered = sorted(_paired(scores, labels), key=lambda pair: pair[0])
    below, twice_won, positives = 0, 0, 0
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        marks = [label for _, label in tied]
        right, wrong = marks.count(True), marks.count(False)
        twice_won += right * (2 * below + wrong)
        below += wrong
        positives += right
    if not (positives and below):
        raise ValueError(f"AUROC needs both labels, there are {positives} true and {below} false")
    return twice_won / (2 * positives * below)


def _paired(scores: Sequence[float], labels: Sequence[bool]) -> list[tuple[float, bool]]:
    if not scores:
        raise ValueError("nothing was measured")
    if len(scores) != len(labels):
        raise ValueError(f"{len(scores)} scores but {len(labels)} labels")
    if any(math.isnan(score) for score in scores):
        raise ValueError("a score is not a number")
    return [(float(score), bool(label)) for score, label in zip(scores, labels, strict=True)]
