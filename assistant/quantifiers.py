"""How many of them: "alle havne" is not "nogle havne", in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.amounts import unit_of
from assistant.numerals import ordinal_number
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word

_WORDS: Mapping[str, tuple[str, ...]] = {
    "all": ("alle", "samtlige", "hver", "hvert", "enhver", "ethvert", "all", "every", "each", "kvar", "kvart"),
    "most": ("fleste", "flertallet", "størstedelen", "majoriteten", "most"),
    "many": ("mange", "many", "numerous", "talrige"),
    "some": ("nogle", "visse", "enkelte", "noen", "nokre", "noe", "some", "certain", "somme"),
    "few": ("få", "fåtal", "few"),
}
_SIDES = {folded(word): side for side, words in _WORDS.items() for word in words}
_BEFORE_FEW = frozenset(map(folded, ("kun", "bare", "blot", "meget", "ganske", "relativt", "for", "i", "så", "nogle")))
_NEVER_AFTER: Mapping[str, frozenset[str]] = {
    "most": frozenset({"at", "the"}),
    "some": frozenset({"de", "det", "den", "dei"}),
    "all": frozenset({"at", "in", "for"}),
}
"""What a quantifier is none after: "at most", "de enkelte netværk", "at all"."""
_REACH = 3


@dataclass(frozen=True, slots=True)
class Quantifier:
    """A word for how many; `of` is the noun that follows."""

    side: str
    word: str
    of: str


def changed_quantifiers(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a claim says another share of something than its quotes do."""
    theirs = [one for quote in quotes for one in find_quantifiers(quote)]
    for mine in find_quantifiers(claim):
        alike = [other for other in theirs if Vocabulary([other.of]).translates(mine.of)]
        if alike and not any(other.side == mine.side for other in alike):
            yield f"{mine.word} {mine.of} is {alike[0].word} {alike[0].of} in the quote"


@lru_cache(maxsize=1024)
def find_quantifiers(statement: Statement) -> tuple[Quantifier, ...]:
    """Return the words for how many with the nouns they quantify; "hver måned" says how often and is none."""
    words = statement.words
    found = []
    for at, word in enumerate(words):
        side = _SIDES.get(folded(word.text))
        before = folded(words[at - 1].text) if at else ""
        if side is None or before in _NEVER_AFTER.get(side, ()):
            continue
        if word.text.lower() == "få" and not (word.opens or before in _BEFORE_FEW):
            continue  # the verb
        following = [one.text for one in words[at + 1 : at + 1 + _REACH] if one.clause == word.clause]
        if following and (unit_of(following[0]) or ordinal_number(following[0])):
            continue
        noun = next((text for text in following if is_content_word(text)), None)
        if noun is not None:
            found.append(Quantifier(side, word.text, noun))
    return tuple(found)
