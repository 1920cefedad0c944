"""Whether what the material does not say is refused, what that costs, and what the confidence is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.documents import LANGUAGES
from evals.figuring import DIGITS, Observations, difference_of_rates, parts_by_language, rate, statistic
from evals.refusing import aurc, auroc, coverage_at_risk, excess_aurc, risk_coverage
from evals.results import Figure

RISK = 0.02


def measure_refusal(observations: Observations, seed: int) -> Iterator[Figure]:
    """Yield the figures of refusing.

    Those of the risk-coverage curve are over all of them: a refused one with the answer that was held back and the
    confidence in it, one with nothing to say as not right.
    """
    for part, members in parts_by_language(observations).items():
        yield from measure_refusals(part, members)
    yield from statistic("coverage_at_2_percent_risk", "all", observations, _coverage, seed)
    yield from statistic("aurc", "all", observations, _over_answers(aurc), seed)
    yield from statistic("e_aurc", "all", observations, _over_answers(excess_aurc), seed)
    yield from statistic("auroc_answerable", "all", observations, _auroc, seed)
    yield from _measure_gap(observations)


def measure_refusals(part: str, members: Observations) -> Iterator[Figure]:
    """Yield what is refused of a part, rightly and not."""
    yield from rate(
        "refused_unanswerable", part, (not one.judgement.answered for one in members if not one.case.answerable)
    )
    yield from rate("refused_answerable", part, (not one.judgement.answered for one in members if one.case.answerable))
    yield from rate(
        "refusal_precision", part, (not one.case.answerable for one in members if not one.judgement.answered)
    )


def draw_risk_coverage(observations: Observations) -> list[list[float]]:
    """Return the risk-coverage curve as [coverage, risk], rising coverage; empty where nothing was run."""
    if not observations:
        return []
    return [[round(coverage, DIGITS), round(risk, DIGITS)] for coverage, risk in risk_coverage(*_answers(observations))]


def _answers(observations: Observations) -> tuple[list[float], list[bool]]:
    return [one.confidence for one in observations], [one.right_if_asked for one in observations]


def _over_answers(measure: Callable[[list[float], list[bool]], float]) -> Callable[[Observations], float]:
    return lambda observations: measure(*_answers(observations))


def _coverage(observations: Observations) -> float:
    return coverage_at_risk(risk_coverage(*_answers(observations)), RISK)


def _auroc(observations: Observations) -> float | None:
    labels = [one.case.answerable for one in observations]
    return auroc([one.confidence for one in observations], labels) if len(set(labels)) == 2 else None


def _measure_gap(observations: Observations) -> Iterator[Figure]:
    """Yield how far refusal recall lies apart between the languages: the highest minus the lowest."""
    refused = [
        [
            not one.judgement.answered
            for one in observations
            if one.case.language == language and not one.case.answerable
        ]
        for language in LANGUAGES
    ]
    asked = sorted((marks for marks in refused if marks), key=lambda marks: sum(marks) / len(marks))
    if len(asked) > 1:
        yield from difference_of_rates("refusal_gap_between_languages", "all", asked[-1], asked[0])
