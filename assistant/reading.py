"""The likeliest candidates are read once more, together with the question and the sentences around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.cross_encoder import SentenceScorer, Window
from assistant.signals import NAMES, Candidate, text_of
from corpus.documents import Language
from indexing.hits import Hit

READ_CANDIDATES = 14
"""Of the candidates in the order of the cheap signals, so many are covered if the windows suffice."""
WINDOWS = 6
WINDOW_TOKENS = 150
"""Tokens of a window's sentences; one longer sentence is read by itself."""

READ_NAMES = (*NAMES, "read")
"""The signals of a candidate that was read, in order."""
_FAR = 8.0
"""Scores are cut off here: further out they say no more."""

Place = tuple[int, int]
"""A sentence: chunk id, and index in the chunk."""


_WRITTEN_OUT = (("ae", "æ"), ("oe", "ø"), ("aa", "å"), ("Ae", "Æ"), ("Oe", "Ø"), ("Aa", "Å"))


def with_own_letters(question: str, language: Language) -> str:
    """Return a Danish or Norwegian question that was typed without æ, ø and å with them, as the network knows words.

    >>> with_own_letters("hvor tit moedes raadet", "da")
    'hvor tit mødes rådet'
    """
    if language == "en" or any(letter in question.lower() for letter in "æøå"):
        return question
    for written_out, letter in _WRITTEN_OUT:
        question = question.replace(written_out, letter)
    return question


def read_candidates(question: str, ranked: Sequence[Candidate], scorer: SentenceScorer) -> list[Candidate]:
    """Return the candidates that were read, in their order, with signals that go by `READ_NAMES`.

    Args:
        question: as it stands alone.
        ranked: candidates of one question, best first by the cheap signals.
        scorer: reads windows.
    """
    scores = read(question, ranked, scorer)
    return [
        replace(candidate, signals=(*candidate.signals, max(-_FAR, min(_FAR, scores[place]))))
        for candidate in ranked
        if (place := (candidate.hit.chunk_id, candidate.index)) in scores
    ]


def read(question: str, ranked: Sequence[Candidate], scorer: SentenceScorer) -> Mapping[Place, float]:
    """Return the scores of the sentences that were read: the windows around the first of the candidates."""
    known = {(c.hit.chunk_id, c.index) for c in ranked}
    chosen: list[tuple[Hit, list[int]]] = []
    covered: set[Place] = set()
    for candidate in ranked[:READ_CANDIDATES]:
        if (candidate.hit.chunk_id, candidate.index) in covered:
            continue
        hit = candidate.hit
        indexes = [i for i in around(hit, candidate.index, scorer.tokens) if (hit.chunk_id, i) in known]
        chosen.append((hit, indexes))
        covered |= {(hit.chunk_id, index) for index in indexes}
        if len(chosen) == WINDOWS:
            break
    found: dict[Place, float] = {}
    for (hit, indexes), scores in zip(chosen, scorer.score([window(question, *one) for one in chosen]), strict=True):
        for index, score in zip(indexes, scores, strict=True):
            place = (hit.chunk_id, index)
            found[place] = max(score, found.get(place, score))
    return found


def window(question: str, hit: Hit, indexes: Sequence[int]) -> Window:
    """Return what is read: a question, and some sentences of a hit under its title and headings."""
    sentences = tuple(" ".join(text_of(hit, hit.chunk.sentences[index]).split()) for index in indexes)
    return Window(question, " › ".join([hit.meta.title, *hit.chunk.path]), sentences)


def around(hit: Hit, middle: int, tokens: Callable[[str], int], most: int = WINDOW_TOKENS) -> list[int]:
    """Return the sentences around one, in order: as many as a window holds, one after and one before in turn.

    Args:
        hit: whose chunk they are of.
        middle: the sentence that is in it whatever its length.
        tokens: counts the tokens of a sentence.
        most: tokens of a window.
    """
    sizes = [tokens(" ".join(text_of(hit, sentence).split())) for sentence in hit.chunk.sentences]
    first = last = middle
    left = most - sizes[middle]
    grown = True
    while grown:
        grown = False
        if last + 1 < len(sizes) and sizes[last + 1] <= left:
            last += 1
            left -= sizes[last]
            grown = True
        if first > 0 and sizes[first - 1] <= left:
            first -= 1
            left -= sizes[first]
            grown = True
    return list(range(first, last + 1))
