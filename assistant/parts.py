"""A question that asks two things is taken apart, so that each can be answered or found missing by itself."""

from __future__ import annotations

import re

_ASKS = (
    r"hvem|hvad|hvornår|hvornaar|hvor|hvorfor|hvordan|hvilken|hvilket|hvilke|hva|når|korleis|kven|kor|kva|kvifor|"
    r"who|whom|what|when|where|why|how|which"
)
_SECOND = re.compile(rf"(?:,|;|\?)?\s+(?:og|samt|and)\s+(?=(?:\w+\s)?(?:{_ASKS})\b)", re.IGNORECASE)
_ASKING = re.compile(rf"\b(?:{_ASKS})\b", re.IGNORECASE)
_FEWEST_WORDS = 3
MOST_PARTS = 3


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question is made of, in order; most are made of one.

    >>> parts_of("Hvem leder rådet, og hvor ofte mødes det?")
    ('Hvem leder rådet?', 'hvor ofte mødes det?')
    >>> parts_of("Hvem leder råd og nævn?")
    ('Hvem leder råd og nævn?',)
    """
    parts = [part.strip(" ,;?") for part in _SECOND.split(question, maxsplit=MOST_PARTS - 1)]
    if len(parts) == 1 or not all(_is_question(part) for part in parts):
        return (question,)
    return tuple(f"{part}?" for part in parts)


def _is_question(part: str) -> bool:
    return len(part.split()) >= _FEWEST_WORDS and bool(_ASKING.search(part))
