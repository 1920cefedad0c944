"""Words of the subject that mean the same in the three languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from corpus.documents import LANGUAGES
from indexing.words import stem


def equivalents_of(stem_: str) -> frozenset[str]:
    """Return the stems that mean the same as a stem in any of the languages, itself left out."""
    return _table().get(stem_, frozenset()) - {stem_}


@cache
def _table() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("equivalents.txt").read_text(encoding="utf-8").splitlines()
    table: dict[str, frozenset[str]] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        group = frozenset(stem(word, language) for word in line.split() for language in LANGUAGES)
        for member in group:
            table[member] = table.get(member, frozenset()) | group
    return table
