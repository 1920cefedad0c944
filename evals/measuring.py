"""All figures of a run, as metrics.json has them: no clock, no path, the same bytes each time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from corpus.documents import Language
from evals.cases import CASE_KINDS, Case
from evals.explaining import explain_gaps
from evals.figuring import Observations
from evals.measuring_answers import (
    count_languages,
    failure_of,
    measure_answers,
    measure_citations,
    measure_languages,
    measure_quotes,
    measure_right,
)
from evals.measuring_refusal import draw_risk_coverage, measure_refusal, measure_refusals
from evals.measuring_retrieval import (
    first_rank,
    measure_retention,
    measure_retrieval,
    measure_robustness,
    recall_at_5,
)
from evals.observing import Observation, observe_all
from evals.results import Figure, Trial
from evals.spans import AnchoredText

Json = dict[str, Any]

WITH_INTERVAL = (
    "right",
    "right_answerable",
    "correct",
    "cited",
    "fact_recall",
    "refused_unanswerable",
    "refused_answerable",
    "refusal_precision",
    "verbatim",
    "supported",
)
"""The keys of the acceptance scorer that are rates or, `fact_recall`, a mean of them."""


def measure(
    cases: Sequence[Case],
    trials: Iterable[Trial],
    texts: Mapping[str, AnchoredText],
    run: Mapping[str, Any],
    languages: Mapping[str, Language] = MappingProxyType({}),
) -> Json:
    """Return the whole of metrics.json.

    The keys of the acceptance scorer and their intervals count a case that failed as not answered, as it does; the
    figures and the curve leave it out.

    Args:
        cases: what was asked; the rows follow their order.
        trials: what was seen of them, in any order; a case without one counts as failed.
        texts: the documents by file name.
        run: what the run was made with (`evals.subjects.describe_run`); its "seed" is that of the intervals.
        languages: the language of each document by file name; without it pairs of languages are not measured.
    """
    seed = int(run.get("seed", 0))
    observations = observe_all(cases, trials, texts, languages)
    ran = [one for one in observations if not one.failed]
    return {
        **summarize(observations),
        "intervals": _intervals(observations, seed),
        "figures": [asdict(figure) for figure in _measure_all(ran, seed)],
        "risk_coverage": draw_risk_coverage(ran),
        "language_confusion": count_languages(observations),
        "kinds": {kind: n for kind in CASE_KINDS if (n := sum(case.kind == kind for case in cases))},
        "not_measured": explain_gaps(observations),
        "run": dict(run),
        "rows": [_row(one) for one in observations],
    }


def summarize(observations: Observations) -> Json:
    """Return the keys of the acceptance scorer with its values; what is undefined is None.

    As there, a case that failed counts as one that was not answered.
    """
    judged = [one.judgement for one in observations]
    answerable = [one.judgement for one in observations if one.case.answerable]
    unanswerable = [one.judgement for one in observations if not one.case.answerable]
    said = [one for one in judged if one.answered]
    quotes = sum(one.quotes for one in said)
    return {
        "questions": len(observations),
        "unanswered_ids": sum(one.failed for one in observations),
        "right": _mean(one.right for one in judged),
        "right_answerable": _mean(one.right for one in answerable),
        "correct": _mean(bool(one.correct) for one in answerable),
        "cited": _mean(bool(one.cited) for one in answerable),
        "fact_recall": _mean(one.fact_recall or 0.0 for one in answerable),
        "refused_unanswerable": _mean(one.right for one in unanswerable),
        "refused_answerable": _mean(not one.answered for one in answerable),
        "refusal_precision": _mean(not one.case.answerable for one in observations if not one.judgement.answered),
        "verbatim": sum(one.verbatim_quotes for one in said) / quotes if quotes else None,
        "supported": _mean(bool(one.supported) for one in said),
        "median_words": statistics.median([one.words for one in said] or [0]),
        "by": _by_language_and_kind(observations),
    }


def _measure_all(observations: Observations, seed: int) -> Iterator[Figure]:
    yield from measure_retrieval(observations, seed)
    yield from measure_answers(observations, seed)
    yield from measure_citations(observations)
    yield from measure_refusal(observations, seed)
    yield from measure_retention(observations, seed)
    yield from measure_robustness(observations, seed)
    yield from measure_languages(observations)


def _intervals(observations: Observations, seed: int) -> dict[str, list[float]]:
    figures = (
        *measure_right("all", observations, seed),
        *measure_refusals("all", observations),
        *measure_quotes("all", observations),
    )
    over_all = {figure.name: [figure.low, figure.high] for figure in figures}
    return {name: over_all[name] for name in WITH_INTERVAL if name in over_all}


def _row(observation: Observation) -> Json:
    case, trial, given, judged = observation.case, observation.trial, observation.given, observation.judgement
    return {
        "id": case.id,
        "lang": case.language,
        "kind": case.kind,
        "answerable": case.answerable,
        "question": case.question,
        "history": [[turn.question, turn.answer] for turn in case.history],
        "documents": list(case.documents),
        "evidence": list(case.evidence),
        "facts": [list(group) for group in case.facts],
        "why": case.why,
        "outcome": given.outcome,
        "answered": given.answered,
        "answer": given.text,
        "quotes": [{"document": quote.document, "quote": quote.text} for quote in given.quotes],
        "confidence": given.confidence,
        "right": judged.right and not observation.failed,
        "correct": judged.correct,
        "cited": judged.cited,
        "contradicted": judged.contradicted,
        "supported": judged.supported,
        "rank": first_rank(observation),
        "recall_at_5": recall_at_5(observation),
        "detected": trial.detected,
        "error": trial.error,
        "forced": str((trial.forced or {}).get("answer") or ""),
        "failure": failure_of(observation),
    }


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _by_language_and_kind(observations: Observations) -> dict[str, list[float]]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in observations:
        groups[f"lang {one.case.language}"].append(one.judgement.right)
        groups[f"kind {one.case.kind}"].append(one.judgement.right)
    return {name: [sum(marks) / len(marks), len(marks)] for name, marks in sorted(groups.items())}
