"""Whether a number is a least, a most or neither: "mindst fem" is not five, and never "højst fem"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from assistant.amounts import Amount
from assistant.figures import Figures

Bound = Literal["", "up", "down", "loose"]
"""What a number bounds: "up" for "mindst" and "over", "down" for "højst" and "under". What is "loose" agrees with all:
"cirka", and a deadline, which can be told as a least or a most ("senest ti dage før": "mindst ti dage i forvejen").
"""

_I = re.IGNORECASE
_JOINT = r"(?:[ ](?:de|the|a|an|en|et|i alt|på|for|om|of|to))?[ ]?(?:(?:dkk|nok|sek|eur|usd|gbp|kr\.?|€|\$|£)[ ]?)?"
_NOT = r"(?:ikke|ikkje|not|no)[ ]"
_DOWN = (
    r"højst|højest|høyst|høgst|maks(?:imalt|imum)?\.?|max\.?|maximum|at[ ]most|up[ ]to|op[ ]til|opp[ ]til|inntil|indtil"
    rf"|{_NOT}(?:over|mere[ ]end|mer[ ]enn|flere[ ]en[dn]|more[ ]than|above|overstig\w{{1,4}}|exceed(?:s|ing)?)"
    r"|under|mindre[ ]en[dn]|færre[ ]en[dn]|less[ ]than|fewer[ ]than|below"
)
_UP = (
    r"mindst|minst|minimum|min\.|at[ ]least"
    rf"|{_NOT}(?:under|mindre[ ]en[dn]|færre[ ]en[dn]|less[ ]than|fewer[ ]than|below)"
    r"|over|mere[ ]end|mer[ ]enn|flere[ ]en[dn]|more[ ]than|above|exceed(?:s|ing)?|overstig\w{1,4}"
)
_LOOSE = (
    r"ca\.?|cirka|circa|omkring|omtrent|rundt|godt|drøyt|drygt|knap|knapt|snaut|næsten|nesten|om[ ]lag|about|some"
    r"|nearly|almost|roughly|approximately|around"
    r"|(?:just|slightly|little|lidt|litt)[ ](?:over|under|mere[ ]end|mer[ ]enn)"
    r"|senest|seinast|tidligst|inden[ ]for|inden|innenfor|innen|within|by|no[ ]later[ ]than|ikke[ ]senere[ ]en[dn]"
    r"|earliest"
)
_BEFORE = re.compile(rf"(?<![^\W_])(?:(?P<loose>{_LOOSE})|(?P<down>{_DOWN})|(?P<up>{_UP})){_JOINT}$", _I)
_AFTER = re.compile(
    r"[ ](?:[^\W\d_]{1,30}[ ])?(?:(?:eller|or|og|and)[ ](?:"
    r"(?P<up>mere|mer|flere|fler|derover|over|more|above|older|ældre|eldre)"
    r"|(?P<down>mindre|færre|derunder|under|less|fewer|below|yngre|younger)))(?![^\W_])"
    r"|[ ](?:[^\W\d_]{1,30}[ ])?(?P<loose>i[ ]forvejen|in[ ]advance)",
    _I,
)
_REACH = 28
_LASTING = frozenset({"year", "month", "week", "day", "hour", "minute", "workday", "quarter"})
"""Units of time: "over tre år" can be no more than how long."""


@lru_cache(maxsize=8192)
def bound_of(text: str, start: int, end: int) -> tuple[Bound, str]:
    """Return which way the number between two places bounds, and the words that say it.

    >>> bound_of("har mindst fem medlemmer", 11, 14)
    ('up', 'mindst')
    """
    from_ = max(0, start - _REACH)
    for found in (_BEFORE.search(text[from_:start]), _AFTER.match(text, end)):
        if found:
            kind: Bound = "up" if found["up"] else "down" if found["down"] else "loose"
            return kind, (found["up"] or found["down"] or found["loose"]).strip()
    return "", ""


def changed_bounds(said: str, claim: Figures, quotes: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    """Yield the numbers of a claim that its quotes bound the other way, only bound, or do not bound at all.

    Args:
        said: the text of the claim, in which the offsets of its figures count.
        claim: what it says.
        quotes: the texts of the quotes with what they say.
    """
    for amount in claim.amounts:
        mine, word = bound_of(said, amount.start, amount.end)
        theirs = [
            bound_of(text, other.start, other.end)
            for text, figures in quotes
            for other in figures.amounts
            if amount.is_said_by(other)
        ]
        if not theirs or mine == "loose" or any(kind in (mine, "loose") for kind, _ in theirs):
            continue
        kind, other_word = theirs[0]
        if not mine:
            yield f"{amount.text} without {other_word} is not in the quote"
        elif kind:
            yield f"{word} {amount.text} is {other_word} {amount.text} in the quote"
        elif not (_may_last(amount, word)):
            yield f"{word} {amount.text} is only {amount.text} in the quote"


def _may_last(amount: Amount, word: str) -> bool:
    return word.lower() == "over" and amount.unit in _LASTING
