"""How well searching finds the gold: asked plainly, within a conversation, and disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from corpus.documents import LANGUAGES
from evals.disturbing import DISTURBANCES
from evals.figuring import Observations, difference_of_rates, mean, parts_by_language_and_kind, rate, statistic
from evals.observing import Observation, Ranks
from evals.ranking import ndcg_at, recall_at, reciprocal_rank_at, success_at
from evals.results import Figure

SUCCESSES: Mapping[str, int] = {"success_at_1": 1, "success_at_5": 5}
MEANS: Mapping[str, Callable[[Ranks], float]] = {
    "recall_at_5": lambda ranks: recall_at(ranks, 5),
    "recall_at_10": lambda ranks: recall_at(ranks, 10),
    "recall_at_30": lambda ranks: recall_at(ranks, 30),
    "mrr_at_10": lambda ranks: reciprocal_rank_at(ranks, 10),
    "ndcg_at_10": lambda ranks: ndcg_at(ranks, 10),
}


def measure_retrieval(observations: Observations, seed: int) -> Iterator[Figure]:
    """Yield the figures of searching, for each part, and the gap between searching in one language and across two."""
    ranked = [one for one in observations if one.ranks]
    for part, members in {**parts_by_language_and_kind(ranked), **_by_pair(ranked)}.items():
        for name, k in SUCCESSES.items():
            yield from rate(name, part, (_succeeds(one, k) for one in members))
        for name, measure in MEANS.items():
            yield from mean(name, part, members, _over_ranks(measure), seed)
    same, across = ([one for one in ranked if _is_across(one) is wanted] for wanted in (False, True))
    yield from difference_of_rates(
        "cross_language_gap", "all", (_succeeds(one, 5) for one in same), (_succeeds(one, 5) for one in across)
    )


def measure_retention(observations: Observations, seed: int) -> Iterator[Figure]:
    """Yield what of the recall of the stand-alone wordings is kept when the question is asked in its conversation."""
    both = [one for one in observations if one.case.history and one.ranks and one.stand_alone]
    yield from statistic("retention_at_5", "all", both, _retention, seed)


def measure_robustness(observations: Observations, seed: int) -> Iterator[Figure]:
    """Yield the recall of disturbed questions and what they lose to the same questions undisturbed."""
    for name in DISTURBANCES:
        part = f"disturbance {name}"
        members = [one for one in observations if one.ranks and name in one.disturbed]
        yield from mean("recall_at_5", part, members, _recall_disturbed(name), seed)
        yield from mean("recall_lost", part, members, _recall_lost(name), seed)


def first_rank(observation: Observation) -> int | None:
    """Return the rank of the first passage that covers gold, None where none does or there is none to cover."""
    return min((rank for rank in observation.ranks or () if rank is not None), default=None)


def recall_at_5(observation: Observation) -> float | None:
    """Return the recall of the first five passages, None where it is undefined."""
    return recall_at(observation.ranks, 5) if observation.ranks else None


def _by_pair(ranked: Observations) -> dict[str, list[Observation]]:
    pairs = {(asked, held): f"pair {asked}-{held}" for asked in LANGUAGES for held in LANGUAGES}
    found = {
        name: [one for one in ranked if (one.case.language, one.evidence_language) == pair]
        for pair, name in pairs.items()
    }
    return {name: members for name, members in found.items() if members}


def _is_across(observation: Observation) -> bool | None:
    held = observation.evidence_language
    return None if held is None else held != observation.case.language


def _succeeds(observation: Observation, k: int) -> bool:
    return success_at(observation.ranks or (), k) == 1.0


def _retention(observations: Observations) -> float | None:
    alone = sum(recall_at(one.stand_alone or (), 5) for one in observations)
    return sum(recall_at(one.ranks or (), 5) for one in observations) / alone if alone else None


def _over_ranks(measure: Callable[[Ranks], float]) -> Callable[[Observation], float]:
    return lambda one: measure(one.ranks or ())


def _recall_disturbed(name: str) -> Callable[[Observation], float]:
    return lambda one: recall_at(one.disturbed[name], 5)


def _recall_lost(name: str) -> Callable[[Observation], float]:
    return lambda one: recall_at(one.ranks or (), 5) - recall_at(one.disturbed[name], 5)
