"""What a document is about, as far as it tells whether two documents can speak of one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.names import is_body
from assistant.wording import folded, is_content_word, parts_of, spelling, stems_of, synonyms_of
from corpus.documents import DocumentMeta, Language
from corpus.sentences import MONTHS, read_words
from indexing.words import words_of

MOST_WORDS = 40
"""Content words of a text or title that are compared."""
_SHORTEST_PART = 4
"""Letters of a word that may be met as the first or second part of a compound."""
_LINKED = re.compile(r"(?:s|e|es)?(?P<rest>\w+)")
_LONGEST_ENDING = 5
_ABOUT_DOCUMENTS = re.compile(
    r"\w{0,20}(?:notat|note|referat|rapport|report|kommissorium|mandat|mandate|vejledning|veileder|veiledning|guide|"
    r"guidance|leaflet|indlægsseddel|pakningsvedlegg|brief|digest|oversigt|oversikt|overview|minutes|bilag|vedlegg|"
    r"dokument|document|udkast|utkast|draft|version|versjon|udgave|utgave|møde|møte|meeting|dagsorden|agenda)"
    r"(?:et|en|er|erne|ene|s)?"
)
_GENERAL = frozenset(
    folded(word)
    for word in read_words("""
        lov loven lova act law bekendtgørelse forskrift forordning regulation directive direktiv kapitel kapittel
        ændring endring endringer amendment package terms reference kort fortalt revideret revidert revised ny nye nyt
        new senere seneste gældende gjeldende current old gammel plan strategi strategy
    """)
)
_COUNTRIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dk", re.compile(r"danmarks?|dansk[e]?|danish|denmark|danske?s")),
    ("no", re.compile(r"norges?|noregs?|norske?|norwegian|norway")),
    ("se", re.compile(r"sveriges?|svenske?|swedish|sweden")),
    ("fi", re.compile(r"finlands?|finske?|finnish")),
    ("eu", re.compile(r"eu|eus|europ[aæ]\w{0,12}|europe\w{0,5}")),
)
_SPOKEN_IN: dict[Language, str] = {"da": "dk", "no": "no"}


@lru_cache(maxsize=65536)
def are_one_word(word: str, other: str) -> bool:
    """Return whether two content words mean one thing: forms of a word, cognates or known translations.

    Bodies are told apart by their first part: "gruppen" is not "arbejdsgruppen".

    >>> are_one_word("Styregruppen", "styringsgruppen"), are_one_word("styregruppen", "referencegruppen")
    (True, False)
    """
    mine, theirs = stems_of(word), stems_of(other)
    if not mine.isdisjoint(theirs) or spelling(word) == spelling(other):
        return True
    if bool(parts_of(word)) != bool(parts_of(other)) and is_body(word.lower()) and is_body(other.lower()):
        return False
    return not synonyms_of(word).isdisjoint(theirs) or not synonyms_of(other).isdisjoint(mine)


def unmatched(words: Iterable[str], others: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words that have no like among the others, and the others that have none among them.

    A compound is matched by the words it is made of: "ansøgningsfristen" by "fristen" and "ansøgning".
    """
    mine, theirs = list(dict.fromkeys(words))[:MOST_WORDS], list(dict.fromkeys(others))[:MOST_WORDS]
    left = [word for word in mine if not any(are_one_word(word, other) for other in theirs)]
    left_there = [other for other in theirs if not any(are_one_word(word, other) for word in mine)]
    held = {word for compound in left for word in _made_of(compound, theirs)}
    held_here = {word for compound in left_there for word in _made_of(compound, mine)}
    return (
        [word for word in left if word not in held_here and not _made_of(word, theirs)],
        [other for other in left_there if other not in held and not _made_of(other, mine)],
    )


def _made_of(compound: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return the two words that a compound is made of, () where they are not there."""
    whole = folded(compound)
    roots = [(word, root) for word in words for root in _roots(word)]
    for first, root in roots:
        if not whole.startswith(root) or len(whole) - len(root) < _SHORTEST_PART:
            continue
        rests = {whole[len(root) :]} | {m["rest"] for m in [_LINKED.fullmatch(whole, len(root))] if m}
        for second, other in roots:
            if second != first and any(r.startswith(other) and len(r) - len(other) <= _LONGEST_ENDING for r in rests):
                return first, second
    return ()


@lru_cache(maxsize=16384)
def _roots(word: str) -> tuple[str, ...]:
    return tuple(root for root in {folded(word), *stems_of(word)} if len(root) >= _SHORTEST_PART)


def content_of(text: str) -> list[str]:
    """Return the content words of a text, each once."""
    return [word for word in dict.fromkeys(words_of(text)) if is_content_word(word)][:MOST_WORDS]


@lru_cache(maxsize=2048)
def subject_of(title: str) -> tuple[str, ...]:
    """Return the words of a title that tell what a document is about, not what sort of document it is or of when.

    >>> subject_of("Referat af 3. møde i Havnerådet, marts 2025")
    ('Havnerådet',)
    """
    return tuple(
        word
        for word in content_of(title)
        if folded(word) not in _GENERAL and not _ABOUT_DOCUMENTS.fullmatch(word.lower()) and word.lower() not in MONTHS
    )


def have_one_subject(title: str, other: str) -> bool:
    """Return whether two titles share a word that tells what the documents are about."""
    mine, theirs = subject_of(title), subject_of(other)
    return len(unmatched(mine, theirs)[0]) < len(mine) or len(unmatched(theirs, mine)[0]) < len(theirs)


def have_other_subjects(title: str, other: str) -> bool:
    """Return whether both titles tell what the documents are about, and it is not the same."""
    return bool(subject_of(title)) and bool(subject_of(other)) and not have_one_subject(title, other)


def are_versions(title: str, other: str) -> bool:
    """Return whether two titles are those of one document at two times: they differ in numbers and general words."""
    mine, theirs = subject_of(title), subject_of(other)
    return bool(mine) and unmatched(mine, theirs) == ([], [])


def have_other_countries(texts: tuple[str, str], metas: tuple[DocumentMeta, DocumentMeta]) -> bool:
    """Return whether two passages are about other countries, as they or their titles name them.

    A passage that names none, in Danish or Norwegian, is not about any that the other names but its own.
    """
    named = [_countries(f"{text} {meta.title} {meta.publisher}") for text, meta in zip(texts, metas, strict=True)]
    homes = [frozenset({_SPOKEN_IN[meta.language]} if meta.language in _SPOKEN_IN else ()) for meta in metas]
    if named[0] and named[1]:
        return named[0].isdisjoint(named[1])
    if homes[0] == homes[1]:
        return False
    return any(here and home and here.isdisjoint(home) for here, home in zip(named, reversed(homes), strict=True))


def _countries(text: str) -> frozenset[str]:
    words = {word.lower() for word in words_of(text)}
    return frozenset(name for name, pattern in _COUNTRIES if any(pattern.fullmatch(word) for word in words))
