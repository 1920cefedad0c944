"""On which condition: "gæster kan leje en plads, hvis et medlem er med" does not say that guests can."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.statements import Statement
from assistant.wording import folded, is_content_word
from corpus.sentences import read_words

_CONDITIONS = frozenset(
    folded(word) for word in read_words("hvis såfremt dersom medmindre forudsat forutsatt ifald if unless provided")
)
"""Words that a condition begins with."""
CONDITION_FOLLOWS = re.compile(
    r"\s{0,3},?\s{0,3}(?:kun |bare |only |men kun )?"
    r"(?:hvis|såfremt|dersom|medmindre|forudsat|forutsatt|ifald|if|unless|provided)(?![^\W_])",
    re.IGNORECASE,
)
"""What follows a stretch of a quote that was cut off from its condition."""
_CONDITIONAL = _CONDITIONS | frozenset(
    folded(word)
    for word in read_words("""
        når kun bare berre alene only when where case tilfælde tilfelle betingelse betinget vilkår condition conditions
        kræver krever requires require først forudsætning forutsetning undtagen except afhænger avhenger depends
    """)
)
"""Words by which a claim can tell of a condition in its own way."""
_REPEATED = 0.6
"""Share of the main clause's words of content that a claim has when it repeats the clause."""
_TOLD = 0.4
"""Share of the condition's words of content that a claim, or the question, has when it tells the condition."""
_TOLD_FOREIGN = 0.2


def lost_conditions(claim: Statement, quotes: Sequence[Statement], question: Statement) -> Iterator[str]:
    """Yield what is wrong where a claim repeats what its quote says only on a condition, and leaves that out."""
    for quote in quotes:
        for word, condition, main in find_conditions(quote):
            told = _TOLD_FOREIGN if claim.is_foreign_to(quote) else _TOLD
            repeats = claim.vocabulary.share(main) >= (_REPEATED if not claim.is_foreign_to(quote) else _TOLD)
            if not repeats or _tells_a_condition(claim) or not condition:
                continue
            if claim.vocabulary.share(condition) < told and question.vocabulary.share(condition) < told:
                yield f"the condition that begins with {word!r} in the quote is missing"


def _tells_a_condition(claim: Statement) -> bool:
    """Return whether a claim has a word for a condition, or begins with its verb ("Er et medlem med, …")."""
    words = [folded(word.text) for word in claim.words]
    return not _CONDITIONAL.isdisjoint(words) or _begins_with_verb(claim)


_VERBS = frozenset(
    folded(word) for word in read_words("er har kan skal må vil bliver får gør ønsker siger mangler should were had is")
)


def _begins_with_verb(claim: Statement) -> bool:
    return folded(claim.words[0].text) in _VERBS


@lru_cache(maxsize=1024)
def find_conditions(quote: Statement) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Return the conditions of a text: the word each begins with, its words of content, and the main clause's."""
    found = []
    for at, word in enumerate(quote.words):
        if folded(word.text) not in _CONDITIONS:
            continue
        end = next(
            (place for place in range(at + 1, len(quote.words)) if quote.words[place].clause != word.clause),
            len(quote.words),
        )
        within = [place for place, one in enumerate(quote.words) if one.part == word.part]
        condition = _content(quote, range(at + 1, end))
        main = _content(quote, [place for place in within if not at <= place < end])
        if main:
            found.append((word.text, condition, main))
    return tuple(found)


def _content(quote: Statement, places: Sequence[int] | range) -> tuple[str, ...]:
    return tuple(quote.words[at].text for at in places if is_content_word(quote.words[at].text))
