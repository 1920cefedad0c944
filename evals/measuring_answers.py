"""How right the answers are, what they cite, and whether the language of the question was understood."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.documents import LANGUAGES
from evals.figuring import (
    Observations,
    mean,
    parts_by_language,
    parts_by_language_and_kind,
    rate,
    rate_of,
)
from evals.observing import Observation
from evals.results import Figure


def measure_answers(observations: Observations, seed: int) -> Iterator[Figure]:
    """Yield the figures of answers, for each part.

    `truthfulness` is the mean of 1 for a right thing said, 0 for a refusal of what has an answer and -1 for a wrong
    thing said (CRAG, Yang et al. 2024); to refuse what has no answer is right. `wrong` is the share of the last.
    """
    for part, members in parts_by_language_and_kind(observations).items():
        yield from measure_right(part, members, seed)
        yield from rate("wrong", part, (truth(one) < 0 for one in members))
        yield from mean("truthfulness", part, members, truth, seed)
        said = [one for one in members if one.judgement.answered]
        yield from rate("contradicted", part, (one.judgement.contradicted for one in said))


def measure_right(part: str, members: Observations, seed: int) -> Iterator[Figure]:
    """Yield what is right of a part as the acceptance scorer counts: there contradiction does not matter."""
    answerable = [one for one in members if one.case.answerable]
    yield from rate("right", part, (one.judgement.right for one in members))
    yield from rate("right_answerable", part, (one.judgement.right for one in answerable))
    yield from rate("correct", part, (bool(one.judgement.correct) for one in answerable))
    yield from rate("cited", part, (bool(one.judgement.cited) for one in answerable))
    yield from mean("fact_recall", part, answerable, lambda one: one.judgement.fact_recall or 0.0, seed)


def measure_citations(observations: Observations) -> Iterator[Figure]:
    """Yield the figures of citations; those over sentences and citations count each of all answers once."""
    for part, members in parts_by_language(observations).items():
        said = [one.judgement for one in members if one.judgement.answered]
        sentences, citations = sum(one.sentences for one in said), sum(one.citations for one in said)
        yield from rate_of("citation_recall", part, sum(one.supported_sentences for one in said), sentences)
        yield from rate_of("citation_precision", part, sum(one.needed_citations for one in said), citations)
        yield from measure_quotes(part, members)


def measure_quotes(part: str, members: Observations) -> Iterator[Figure]:
    """Yield what the quotes of a part are worth as the acceptance scorer counts."""
    said = [one.judgement for one in members if one.judgement.answered]
    yield from rate_of("verbatim", part, sum(one.verbatim_quotes for one in said), sum(one.quotes for one in said))
    yield from rate("supported", part, (bool(one.supported) for one in said))


def measure_languages(observations: Observations) -> Iterator[Figure]:
    """Yield how often the language of a question is understood; `language_of_last_turn` within a conversation."""
    heard = [one for one in observations if one.trial.detected]
    for part, members in parts_by_language(heard).items():
        yield from rate("language_detected", part, (_is_understood(one) for one in members))
    yield from rate("language_of_last_turn", "all", (_is_understood(one) for one in heard if one.case.history))


def count_languages(observations: Observations) -> dict[str, dict[str, int]]:
    """Return asked → detected → how many, for the languages asked in."""
    counts = {asked: dict.fromkeys(map(str, LANGUAGES), 0) for asked in LANGUAGES}
    for one in observations:
        if one.trial.detected:
            counts[one.case.language][one.trial.detected] += 1
    return {asked: detected for asked, detected in counts.items() if any(detected.values())}


def truth(observation: Observation) -> float:
    """Return 1.0 for a right thing said or a right refusal, 0.0 for another refusal, -1.0 for a wrong thing said.

    A case that failed neither said nor refused anything: it has no place here.
    """
    judgement = observation.judgement
    if not judgement.answered:
        return 0.0 if observation.case.answerable else 1.0
    return 1.0 if judgement.correct and not judgement.contradicted else -1.0


def failure_of(observation: Observation) -> str:
    """Return in a word or two what went wrong, "" where nothing did.

    What is right as the acceptance scorer counts can still be contradicted.
    """
    judgement = observation.judgement
    if observation.failed:
        return "error"
    if judgement.right:
        return "contradicted" if judgement.contradicted else ""
    if not observation.case.answerable:
        return "answered anyway"
    if not judgement.answered:
        return "refused"
    return "not cited" if judgement.correct else "wrong"


def _is_understood(observation: Observation) -> bool:
    return observation.trial.detected == observation.case.language
