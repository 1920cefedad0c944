"""Patterns over the words of a question: kinds of words in an order, with room between them, small misspellings read.

A pattern is written as its parts in order, for instance `^ SHOULD I _4 STOP _6 MEDICINE`:

- `SHOULD`: a word of that kind, or one of the phrases of that name;
- `stop`, `stop|quit`: one of these words, folded; one that ends in `*` is the beginning of a word;
- `_4`: up to 4 words of any kind, within the sentence; commas and colons do not count;
- `^`: the beginning of a sentence, or of a part of it after a comma, a colon or "and"; `$`: the end of a sentence;
- `!STOP`, `!to|for`: the next word is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexing.words import fold

_TOKEN = re.compile(r"[^\W_]+|[.,:;?!\n()–—]")
_ENDS = frozenset(".;?!\n")
_BREAKS = frozenset(",:()–—")
_AND = frozenset({"og", "men", "saa", "and", "but", "so", "eller", "or"})
_SHORTEST_MISSPELT = 6
"""Letters of a word that is known again with one letter too many, too few, changed or swapped with its neighbour."""
_LONGEST_WORD = 30


class Words:
    """Kinds of words: kind → words; "medic*" is every word that begins so, "*medicin" every one that ends so."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._whole: dict[str, set[str]] = {}
        self._beginnings: dict[str, set[str]] = {}
        self._endings: dict[str, set[str]] = {}
        for kind, words in kinds.items():
            for word in words.split():
                others = self._endings if word.startswith("*") else self._whole
                of_its_sort = self._beginnings if word.endswith("*") else others
                of_its_sort.setdefault(fold(word.strip("*")), set()).add(kind)
        self.names = frozenset(kinds)
        self._misspelt_whole = _by_misspelling(self._whole)
        self._misspelt_beginnings = _by_misspelling(self._beginnings)
        self.kinds_of = lru_cache(maxsize=4096)(self._kinds_of)

    def _kinds_of(self, word: str) -> frozenset[str]:
        """Return the kinds of a folded word; a misspelt one has those of what it was meant to be."""
        word = word[:_LONGEST_WORD]
        kinds = set(self._whole.get(word, ()))
        for length in range(1, len(word) + 1):
            kinds |= self._beginnings.get(word[:length], set()) | self._endings.get(word[length:], set())
        return frozenset(kinds or self._kinds_meant(word))

    def _kinds_meant(self, word: str) -> set[str]:
        if len(word) < _SHORTEST_MISSPELT or not word.isalpha():
            return set()
        meant = _meant(word, self._misspelt_whole)
        for length in range(_SHORTEST_MISSPELT, len(word) + 1):
            meant |= {known for known in _meant(word[:length], self._misspelt_beginnings) if len(known) <= length}
        return {kind for known in meant for kind in (*self._whole.get(known, ()), *self._beginnings.get(known, ()))}


def _by_misspelling(words: Iterable[str]) -> dict[str, set[str]]:
    """Return each word of some length under all that is left of it when a letter goes."""
    found: dict[str, set[str]] = {}
    for word in words:
        if len(word) >= _SHORTEST_MISSPELT:
            for left in _without_a_letter(word):
                found.setdefault(left, set()).add(word)
    return found


def _without_a_letter(word: str) -> set[str]:
    """Return a word, and it without one of its letters; the first is seldom mistyped and stays."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _meant(word: str, misspelt: Mapping[str, set[str]]) -> set[str]:
    known = {other for left in _without_a_letter(word) for other in misspelt.get(left, ())}
    return {other for other in known if _is_one_slip_away(word, other)}


def _is_one_slip_away(word: str, other: str) -> bool:
    if len(word) != len(other):
        return True  # the two are met by what is left of one, so one letter is all they differ by
    differing = [at for at, (mine, theirs) in enumerate(zip(word, other, strict=True)) if mine != theirs]
    if len(differing) == 2:
        first, second = differing
        return second == first + 1 and word[first] == other[second] and word[second] == other[first]
    return len(differing) < 2


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: `gap` words of any kind, an `edge` of a sentence, or a word (`denied`: that is not next)."""

    kinds: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    phrases: tuple[tuple[_Part, ...], ...] = ()
    gap: int = 0
    edge: str = ""
    denied: bool = False


Pattern = tuple[_Part, ...]


class Patterns:
    """Reads patterns of some kinds of words and phrases; a phrase is given as the ways to write it, a line each."""

    def __init__(self, words: Words, phrases: Mapping[str, str]) -> None:
        self._words = words
        self._phrases: dict[str, tuple[Pattern, ...]] = {}
        for name, ways in phrases.items():
            self._phrases[name] = self.read(ways)

    def read(self, lines: str) -> tuple[Pattern, ...]:
        """Return the patterns of a text, one a line.

        Raises:
            ValueError: a name of a kind or phrase is not known.
        """
        return tuple(tuple(self._part(part) for part in line.split()) for line in lines.splitlines() if line.strip())

    def is_in(self, pattern: Pattern, question: Sequence[str]) -> bool:
        """Return whether a pattern is met anywhere in a question, given as `tokens_of` it."""
        return bool(self._follow(pattern, question, frozenset(range(len(question)))))

    def _part(self, written: str) -> _Part:
        if written in ("^", "$"):
            return _Part(edge=written)
        if re.fullmatch(r"_\d+", written):
            return _Part(gap=int(written[1:]))
        names = written.removeprefix("!").split("|")
        named = {name for name in names if name.isupper() and len(name) > 1}
        if unknown := named - self._words.names - self._phrases.keys():
            raise ValueError(f"no kind of words and no phrase is called {', '.join(sorted(unknown))}")
        literal = [fold(name) for name in names if name not in named]
        return _Part(
            kinds=frozenset(named & self._words.names),
            words=frozenset(word for word in literal if not word.endswith("*")),
            beginnings=tuple(word.rstrip("*") for word in literal if word.endswith("*")),
            phrases=tuple(way for name in sorted(named & self._phrases.keys()) for way in self._phrases[name]),
            denied=written.startswith("!"),
        )

    def _follow(self, pattern: Pattern, tokens: Sequence[str], places: frozenset[int]) -> frozenset[int]:
        """Return where a pattern that begins at one of some places ends; all of them at once, so never twice."""
        for part in pattern:
            if not places:
                break
            if part.gap:
                places = _within_gap(part.gap, tokens, places)
            elif part.edge:
                at_edge = _begins if part.edge == "^" else _ends
                places = frozenset(at for at in places if at_edge(tokens, at))
            else:
                places = self._step(part, tokens, places)
        return places

    def _step(self, part: _Part, tokens: Sequence[str], places: frozenset[int]) -> frozenset[int]:
        if part.denied:
            return frozenset(at for at in places if not self._is_met(part, tokens, at))
        after = frozenset(at + 1 for at in places if self._is_met(part, tokens, at))
        return after.union(*(self._follow(way, tokens, places) for way in part.phrases))

    def _is_met(self, part: _Part, tokens: Sequence[str], at: int) -> bool:
        if at >= len(tokens):
            return False
        word = tokens[at]
        if word in part.words or (part.beginnings and word.startswith(part.beginnings)):
            return True
        return bool(part.kinds) and not part.kinds.isdisjoint(self._words.kinds_of(word))


def tokens_of(text: str) -> list[str]:
    """Return the folded words and the marks between sentences and their parts, in order.

    >>> tokens_of("Må jeg tage den, mor?")
    ['maa', 'jeg', 'tage', 'den', ',', 'mor', '?']
    """
    return [fold(token) for token in _TOKEN.findall(text)]


def _within_gap(words: int, tokens: Sequence[str], places: frozenset[int]) -> frozenset[int]:
    """Return each place and those up to so many words after it in its sentence."""
    left: dict[int, int] = dict.fromkeys(places, words)
    for at in range(min(places), len(tokens)):
        if left.get(at, -1) < 0 or tokens[at] in _ENDS:
            continue
        remaining = left[at] - (tokens[at] not in _BREAKS)
        if remaining >= 0:
            left[at + 1] = max(left.get(at + 1, -1), remaining)
    return frozenset(left)


def _begins(tokens: Sequence[str], at: int) -> bool:
    return at == 0 or tokens[at - 1] in _ENDS | _BREAKS | _AND


def _ends(tokens: Sequence[str], at: int) -> bool:
    return at >= len(tokens) or tokens[at] in _ENDS
