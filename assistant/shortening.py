"""A long sentence is said by the part that answers; its quote stays whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.expecting import Expected, find_expected
from indexing.matching import content_words
from indexing.words import fold, words_of

LONGEST = 300
"""Characters that a number, date or name is said in."""
_CLAUSE_END = re.compile(r"[,;:–](?=\s)|(?<=\w)(?=\s+(?:og|samt|men|herunder|and|but|som|der|which|hvor|at)\s)")


def shortened(sentence: str, question: str, expected: Expected) -> str:
    """Return a sentence cut to whole clauses around what is asked for, with "…" where something is left out.

    A sentence of at most `LONGEST` characters is returned as it is.
    """
    if len(sentence) <= LONGEST:
        return sentence
    ends = [0, *(found.end() for found in _CLAUSE_END.finditer(sentence)), len(sentence)]
    clauses = [(start, end) for start, end in pairwise(ends) if end > start]
    asked = {fold(word)[:5] for word in content_words(question)}
    marks = find_expected(sentence, expected) or [(0, 0)]

    def worth(first: int, last: int) -> tuple[int, int]:
        start, end = clauses[first][0], clauses[last][1]
        holds = sum(start <= mark[0] and mark[1] <= end for mark in marks)
        words = {fold(word)[:5] for word in words_of(sentence[start:end])}
        return (min(holds, 1), len(words & asked))

    windows = [(first, last) for first in range(len(clauses)) for last in _within(clauses, first)]
    if not windows:
        return sentence
    first, last = max(windows, key=lambda window: (*worth(*window), window[1] - window[0], -window[0]))
    start, end = clauses[first][0], clauses[last][1]
    part = sentence[start:end].strip(" ,;:–")
    return f"{'… ' if start else ''}{part}{' …' if end < len(sentence) else ''}"


def _within(clauses: Sequence[tuple[int, int]], first: int) -> Iterator[int]:
    """Yield the clauses that a stretch of `LONGEST` characters from the first one can end with."""
    for last in range(first, len(clauses)):
        if clauses[last][1] - clauses[first][0] > LONGEST:
            return
        yield last
