"""How much of a question's wording stands in a text: the share of its content words, rare ones counting more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.documents import LANGUAGES, Language
from indexing.equivalents import equivalents_of
from indexing.words import all_stems, is_function_word, stem, words_of

_COMPOUND = 0.7
"""What a part of a compound counts ("styregruppe" in "styregruppemøde")."""
_EQUIVALENT = 0.8
"""What a word of the same meaning in another language counts."""
_SHORTEST_PART = 5
"""Letters; shorter stems begin too many words."""


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A content word of a question: its stem in each language, those of its equivalents, how rare it is (0 to 1)."""

    word: str
    stems: Mapping[Language, str]
    equivalents: frozenset[str]
    rarity: float


def content_words(question: str) -> list[str]:
    """Return the words of a question that are function words in none of the languages; all, if none are left."""
    words = list(dict.fromkeys(words_of(question)))
    return [w for w in words if not any(is_function_word(w, language) for language in LANGUAGES)] or words


def stems_in_every_language(word: str) -> dict[Language, str]:
    """Return the stem of a word in each language."""
    return {language: stem(word, language) for language in LANGUAGES}


def question_words(question: str, rarity: Mapping[str, float]) -> list[QuestionWord]:
    """Return the content words of a question with their rarity.

    Args:
        question: as it was asked.
        rarity: stem → inverse document frequency; the lowest over the languages counts for a word.
    """
    found = []
    for word in content_words(question):
        stems = stems_in_every_language(word)
        equivalents = frozenset[str]().union(*map(equivalents_of, stems.values()))
        found.append(QuestionWord(word, stems, equivalents, min(rarity.get(s, 1.0) for s in stems.values())))
    return found


def coverage(words: Sequence[QuestionWord], *matches: Sequence[float]) -> float:
    """Return the share of a question's words, weighted by rarity, that stand in texts read together (0 to 1).

    Args:
        words: of the question.
        matches: of each text, from `matches_of` with the same words; a word counts where it is matched best.
    """
    total = sum(word.rarity for word in words)
    if not total:
        return 0.0
    best = map(max, zip(*matches, strict=True))
    return sum((word.rarity * match for word, match in zip(words, best, strict=True)), 0.0) / total


def matches_of(words: Sequence[QuestionWord], text: str, language: Language) -> list[float]:
    """Return how well each word is matched in a text: 1 itself, less as part of a compound or translated, 0 not."""
    stems = set(all_stems(text, language))
    joined = "\n".join(stems)
    return [_match(word, stems, joined, language) for word in words]


def _match(word: QuestionWord, stems: set[str], joined: str, language: Language) -> float:
    if not stems.isdisjoint(word.stems.values()):
        return 1.0
    if not stems.isdisjoint(word.equivalents):
        return _EQUIVALENT
    wanted = word.stems[language]
    if _may_be_part(wanted) and (wanted in joined or not stems.isdisjoint(_parts(wanted))):
        return _COMPOUND
    return 0.0


def _may_be_part(stem: str) -> bool:
    return len(stem) >= _SHORTEST_PART and not stem.isdigit()


@lru_cache(maxsize=4096)
def _parts(stem: str) -> tuple[str, ...]:
    """Return every stretch of a stem that is long enough to be a part of it."""
    starts = range(len(stem) - _SHORTEST_PART + 1)
    found = (stem[start:end] for start in starts for end in range(start + _SHORTEST_PART, len(stem) + 1))
    return tuple(part for part in found if _may_be_part(part))
