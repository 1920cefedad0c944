"""What a run could not measure, and why, in sentences for the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.disturbing import DISTURBANCES
from evals.figuring import Observations
from evals.observing import Observation

SHOWN = 5
"""How many ids a sentence names."""


def explain_gaps(observations: Observations) -> list[str]:
    """Return a sentence in English for each thing that was not measured."""
    return [
        *_explain_failures(observations),
        *_explain_questions(observations),
        *_explain_languages(observations),
        *_explain_wordings(observations),
        *_explain_conversations(observations),
        *_explain_answers(observations),
        "Support of a sentence by its quotes is judged by rules (numbers, dates, names, negation, words in common), "
        "not by a person: two sentences can agree in all of these and still differ in meaning.",
    ]


def _explain_failures(observations: Observations) -> Iterator[str]:
    if failed := [one for one in observations if one.failed]:
        counts, them = ("counts", "it") if len(failed) == 1 else ("count", "them")
        yield (
            f"{_count(failed, 'question')} failed and {counts} as not answered in the keys of the acceptance scorer; "
            f"the figures and the curve leave {them} out: {_ids(failed)}."
        )
    run = [one for one in observations if one.case.answerable and not one.failed]
    if lost := [one for one in run if not one.ranks]:
        yield (
            f"Search is not measured for {_count(lost, 'question')}, because no anchor of theirs stands in a document "
            f"of this library: {_ids(lost)}."
        )


def _explain_questions(observations: Observations) -> Iterator[str]:
    answerable = [one for one in observations if one.case.answerable]
    if not answerable:
        yield "Search, answers and needless refusals are not measured: no question can be answered."
    if len(answerable) == len(observations):
        yield "Refusal of what the material does not say is not measured: every question can be answered."
    if len({one.cluster for one in answerable}) == 1:
        yield "All answerable questions are about one document: the intervals say nothing about other documents."


def _explain_languages(observations: Observations) -> Iterator[str]:
    ranked = [one for one in observations if one.ranks]
    across = {one.evidence_language != one.case.language for one in ranked if one.evidence_language}
    if ranked and len(across) < 2:
        known = any(one.evidence_language for one in ranked)
        missing = ("within one language" if True in across else "across languages") if known else "with a known pair"
        yield f"The gap between languages in search is not measured: no question is {missing}."
    if len({one.case.language for one in observations if not one.case.answerable}) == 1:
        yield "The gap in refusal between languages is not measured: what has no answer is asked in one language."


def _explain_wordings(observations: Observations) -> Iterator[str]:
    ranked = [one for one in observations if one.ranks]
    if ranked and not any(one.case.history for one in ranked):
        yield "Conversation is not measured: no answerable question has one before it."
    elif ranked and not any(one.case.history and one.stand_alone for one in ranked):
        yield "Retention is not measured: no question of a conversation has a stand-alone wording."
    for name in DISTURBANCES if ranked else ():
        if not any(name in one.disturbed for one in ranked):
            yield f"Robustness against {name.replace('_', ' ')} is not measured: no question can be disturbed so."


def _explain_conversations(observations: Observations) -> Iterator[str]:
    if not any(one.case.history for one in observations):
        return
    yield (
        "A change of subject has no figure of its own: that it does not drag the old subject along is only seen in "
        "whether such questions are right."
    )
    yield "That nothing of one person's conversation reaches another's is for a test of the program, not measured here."
    yield (
        "Every answer is given in the language its case says: following the language of the last turn is measured as "
        "detection alone."
    )


def _explain_answers(observations: Observations) -> Iterator[str]:
    if any(one.case.answerable for one in observations):
        yield "Exact match and token F1 on NorQuAD are not measured: its questions are not of this set."
    if any(not one.failed for one in observations):
        yield (
            "Coverage at 2 % risk picks its threshold on the questions it is measured on: on others it may be lower."
        )


def _count(found: Sequence[Observation], noun: str) -> str:
    return f"{len(found)} {noun}{'' if len(found) == 1 else 's'}"


def _ids(found: Sequence[Observation]) -> str:
    named = ", ".join(one.case.id for one in found[:SHOWN])
    return f"{named} and {len(found) - SHOWN} more" if len(found) > SHOWN else named
