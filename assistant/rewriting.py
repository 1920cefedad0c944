"""A follow-up question becomes one that can be searched for by itself, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.messages import Turn
from indexing.matching import content_words

_MAX_ANSWER = 200
"""Characters of the earlier answer that are carried along: enough to name what "de" and "det" point at."""
_LONGEST_FOLLOW_UP = 4
"""Content words; a question with more of its own stands alone, pronoun or not."""
_CONNECTS = re.compile(r"^\W*(?:og|men|samt|eller|and|but|or|hvad så|hva så|what then)\b", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^\W*(?:og |men |and |but )?(?:hvad|hva|what|how) (?:med|om|about)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:den|det|de|dem|deres|dens|dets|han|hun|hans|hendes|hennes|her|der|dette|denne|disse|dette|samme|"
    r"it|its|they|them|their|he|she|this|that|these|those|there)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"^\W*(?:hvorfor|hvordan|hvornår|hvem|hvor|når|hvorfor ikke|why|how|when|who|where)\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StandAlone:
    """What is searched for, and the question whose kind of answer is expected."""

    query: str
    asks: str


def stand_alone(question: str, history: Sequence[Turn]) -> StandAlone:
    """Return the question as it would be asked without the conversation before it.

    A question that points back ("Hvor mange penge får de til det?"), connects ("Og hvem sidder i den?") or asks
    "Hvad med …?" is searched for together with the question and answer before it; any other is left as it is.
    """
    if not history:
        return StandAlone(question, question)
    last = history[-1]
    if _WHAT_ABOUT.match(question):
        return StandAlone(f"{question} {last.question}", last.question)
    if _ALONE.match(question):
        return StandAlone(f"{question} {last.question} {last.answer[:_MAX_ANSWER]}", question)
    short = len(content_words(question)) <= _LONGEST_FOLLOW_UP
    if short and (_CONNECTS.match(question) or _POINTS_BACK.search(question)):
        return StandAlone(f"{question} {last.question} {last.answer[:_MAX_ANSWER]}", question)
    return StandAlone(question, question)
