"""The patterns of a case's facts: how they are looked for, how dear they can get, and whether they say anything."""

from __future__ import annotations

import math
import re

MOST_WAYS = 10_000
"""A pattern that can match one place in more ways than this is not linear enough to be run on a long answer."""
_OPEN_REPEAT = 1_000
"""What a repeat without an upper end counts as: two of them beside each other are over `MOST_WAYS`."""
_LONGEST_REPEAT = 64

_TOKEN = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:\#[^)]*|P=\w+|[aiLmsux]+)\))"
    r"|(?P<open>\((?:\?(?:P<\w+>|[:=!>]|<[=!]|\(\w+\)|[aiLmsux]*-?[imsx]*:))?)"
    r"|(?P<close>\))|(?P<or>\|)"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\}(?<!\{\}))[?+]?)"
    r"|(?P<letter>.)",
    re.DOTALL,
)

UNRELATED = (
    "Blå himmel over grønne marker og en gammel mølle",
    "Smør, mel og sukker til brød",
    "Rain fell softly on the roofs of a village",
)
"""No right answer of any case; a pattern that is found in one of them is found everywhere."""
UNRELATED_NUMBERS = ("27 91", "3408", "56,3")
"""No two share a number; a pattern that is found in two of them takes any number."""


def find_pattern(pattern: str, text: str) -> bool:
    """Return whether a pattern of facts is found in a text, as the acceptance scorer looks for it.

    Case is ignored, white space folded, and a typographic apostrophe is a plain one.

    >>> find_pattern("25,5 mio", "I alt 25,5\u00a0MIO. kr.")
    True
    """
    folded = re.sub(r"\s+", " ", text.replace("\u2019", "'"))
    return bool(re.search(pattern.replace("\u2019", "'"), folded, re.IGNORECASE))


def is_linear(pattern: str) -> bool:
    """Return whether a pattern takes time in proportion to the text, whatever the text."""
    return ways_to_match(pattern) <= MOST_WAYS


def ways_to_match(pattern: str) -> float:
    """Return in how many ways a pattern that compiles can match one place; infinite for repeats inside repeats.

    A repeat counts as many ways as it has lengths, a sequence the product of its parts, alternatives their sum.

    >>> ways_to_match("a|b{0,3}"), ways_to_match("(a+)+")
    (5.0, inf)
    """
    frames = [_Frame()]
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            frames.append(_Frame())
        elif token["close"] and len(frames) > 1:
            inner = frames.pop()
            frames[-1].add(inner.ways())
        elif token["or"]:
            frames[-1].begin_alternative()
        elif token["repeat"]:
            frames[-1].last = _repeat(frames[-1].last, *_limits(token))
        else:
            frames[-1].add(1.0)
    return math.prod(frame.ways() for frame in frames)


class _Frame:
    """What is known of a group while it is read: the alternatives that are done, and the one at hand."""

    def __init__(self) -> None:
        self.done = 0.0
        self.before = 1.0
        self.last = 1.0

    def add(self, ways: float) -> None:
        self.before *= self.last
        self.last = ways

    def begin_alternative(self) -> None:
        self.done = self.ways()
        self.before = self.last = 1.0

    def ways(self) -> float:
        return self.done + self.before * self.last


def _limits(token: re.Match[str]) -> tuple[int, float]:
    """Return the least and the most repeats that a token asks for."""
    sign = token["repeat"][0]
    if sign in "*+?":
        return (1 if sign == "+" else 0), (1.0 if sign == "?" else math.inf)
    low = int(token["low"] or 0)
    if not token["comma"]:
        return low, low
    return low, int(token["high"]) if token["high"] else math.inf


def _repeat(ways: float, low: int, high: float) -> float:
    if ways <= 1.0:
        return _OPEN_REPEAT if high == math.inf else max(high - low + 1.0, 1.0)
    if high > _LONGEST_REPEAT or ways == math.inf:
        return math.inf if high > 0 else 1.0
    return min(sum(ways**count for count in range(low, int(high) + 1)), 1e300)


def says_nothing(pattern: str) -> str:
    """Return a text without any fact that a pattern takes for a right answer, in quotes, or "" where there is none."""
    for text in ("", *UNRELATED):
        if find_pattern(pattern, text):
            return repr(text)
    numbers = [text for text in UNRELATED_NUMBERS if find_pattern(pattern, text)]
    return " and ".join(map(repr, numbers)) if len(numbers) > 1 else ""
