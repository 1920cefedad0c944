"""A follow-up question becomes one that can be searched for by itself, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.messages import Turn
from assistant.signals import names_and_numbers
from corpus.documents import LANGUAGES
from indexing.matching import content_words
from indexing.words import fold, is_function_word, words_of

_MAX_QUESTION = 300
"""Characters of the earlier question that are looked at."""
_MAX_ANSWER = 200
"""Characters of the earlier answer whose names are carried along: enough to tell what "de" points at."""
_TURNS = 4
"""Turns back that a subject is looked for."""
_LONGEST_FOLLOW_UP = 4
"""Content words; a question with more of its own stands alone, pronoun or not."""
_SUBJECT_LETTERS = 7
"""From this length a word of the earlier question is likelier its subject than its verb."""
_CONNECTS = re.compile(r"^\W*(?:og|men|samt|eller|and|but|or|hvad så|hva så|what then)\b", re.IGNORECASE)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:og |men |and |but )?(?:hvad med|hva med|what about|how about|hvad så med|hva så med)\b", re.IGNORECASE
)
_ALONE = re.compile(r"^\W*(?:hvorfor|hvordan|hvornår|hvem|hvor|når|why|how|when|who|where)\W*$", re.IGNORECASE)
_ALWAYS_POINT = frozenset(words_of("dem deres dens dets han hun hans hendes hennes its they them their he she"))
_POINTERS = _ALWAYS_POINT | frozenset(words_of("den det de dette denne disse it this that these those"))


@dataclass(frozen=True, slots=True)
class StandAlone:
    """What is searched for, and the question whose kind of answer is expected."""

    query: str
    asks: str


def stand_alone(question: str, history: Sequence[Turn]) -> StandAlone:
    """Return the question as it would be asked without the conversation before it.

    A question that points back ("Hvor mange penge får de til det?"), connects ("Og hvem sidder i den?") or asks
    "Hvad med …?" is searched for together with the subject of the turn before it; any other is left as it is.
    """
    if not history:
        return StandAlone(question, question)
    last = _resolved(history)
    if _WHAT_ABOUT.match(question):
        return StandAlone(f"{question} {last.question}", last.question)
    if _ALONE.match(question):
        return StandAlone(f"{question} {last.question} {last.answer}", question)
    short = len(content_words(question)) <= _LONGEST_FOLLOW_UP
    if short and (_CONNECTS.match(question) or _points_back(question)):
        return StandAlone(" ".join([question, *_subject(last)]), question)
    return StandAlone(question, question)


def _resolved(history: Sequence[Turn]) -> Turn:
    """Return the last turn with what its question stood for: the subject of a conversation outlives a pronoun."""
    last = history[-1]
    stood_for = stand_alone(last.question, history[-_TURNS:-1]).query
    return Turn(stood_for[:_MAX_QUESTION], last.answer[:_MAX_ANSWER])


def _points_back(question: str) -> bool:
    """Return whether a pronoun stands for something said before: "den" in "i den?", not in "den nye strategi"."""
    words = [word.lower() for word in words_of(question)]
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in _ALWAYS_POINT:
            return True
        if word in _POINTERS and (not following or any(is_function_word(following, lang) for lang in LANGUAGES)):
            return True
    return False


def _subject(turn: Turn) -> list[str]:
    """Return the words that a turn was about: names, and the long words of its question."""
    names = names_and_numbers(turn.question)
    asked = content_words(turn.question)
    subject = [word for word in asked if fold(word) in names or len(word) >= _SUBJECT_LETTERS] or asked
    answered = words_of(turn.answer)
    first = [word for word in answered[:1] if word[0].isupper() and not is_function_word(word, "da")]
    named = names_and_numbers(turn.answer)
    subject += first + [word for word in answered if fold(word) in named and not word[0].isdigit()]
    return list(dict.fromkeys(subject))
