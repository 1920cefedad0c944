"""What is only expected, planned or nearly so: "forventes godkendt" does not say that it was approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.cues import MODALS
from assistant.statements import Statement
from assistant.wording import folded, is_content_word
from corpus.sentences import read_words

_RESERVED = tuple(
    sorted(
        read_words("""
    forvent forespe ventes ventedes ventet planlagt planlaeg planlegg foreloebig tentativ foresl forslag expect planned
    propos tentative provisional naesten nesten almost nearly delvis partly partially muligvis maaske kanskje perhaps
    possibly likely formentlig sandsynlig sannsynlig ambition haab haap oensk hope wish udkast utkast draft
        """)
    )
)
"""How words begin, folded, that make less of what is said than a fact."""
_SUBJUNCTIVE = read_words("skulle ville should would might kunne could")
"""Modals that do; those of the present are compared as modals."""
_SOFT = read_words("""
    vil ville will would to hvis if om whether gerne gjerne sigt sikt ikke not
""")
"""Words other than modals by which a claim can keep a reservation in its own way."""
_AROUND = 3
_REPEATED = 0.75
_LEAST = 2


def lost_reservations(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a claim states as a fact what its quotes only expect, plan, hope or nearly have."""
    plain = {folded(word.text) for word in claim.words}
    if not _SOFT.isdisjoint(plain) or any(word.startswith(_RESERVED) for word in plain):
        return
    if any(cue.kinds & MODALS for cue in claim.cues):
        return
    for quote in quotes:
        for word, about in _find_reservations(quote):
            if len(about) >= _LEAST and claim.vocabulary.share(about) >= _REPEATED:
                yield f"{word!r} of the quote is missing: it is no fact there"
                return


@lru_cache(maxsize=1024)
def _find_reservations(quote: Statement) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the words of reservation of a text with the words of content around each, in its clause."""
    found = []
    for at, word in enumerate(quote.words):
        lowered = folded(word.text)
        if not (lowered.startswith(_RESERVED) or lowered in _SUBJUNCTIVE):
            continue
        following = quote.words[at + 1].text if at + 1 < len(quote.words) else ""
        if following[:1].isdigit() or not following:
            continue  # "næsten 500"
        around = [one for one in quote.content_around(at, _AROUND, within="clause") if is_content_word(one)]
        found.append((word.text, tuple(around)))
    return tuple(found)
