"""Names of people, places and bodies, and whether a source has them under this or another name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from assistant.dates import MONTHS
from assistant.labels import letters_of_label, roman_number
from assistant.references import is_label
from assistant.statements import Statement, Word
from assistant.wording import Vocabulary, folded, is_content_word, synonyms_of
from corpus.sentences import read_words
from indexing.words import words_of

_DAYS = read_words("""
    mandag tirsdag onsdag torsdag fredag lørdag søndag monday tuesday wednesday thursday friday saturday sunday
    måndag tysdag laurdag sundag
""")
_BODY = re.compile(
    r"\w{0,30}(?:styrelse[nrs]{0,3}|gruppe[nrs]{0,3}|grupper?ne|udvalg(?:et|ene)?s?|utvalg(?:et|ene)?s?|(?<!om)r[åa]det|nævn(?:et)?|"
    r"nemnd[ae]?|ministeri(?:um|et)s?|minister(?:en|s)?|departementet?|kommission(?:en)?s?|kommisjon(?:en)?s?|"
    r"komit[eé](?:en)?s?|regioner(?:ne)?s?|regionene?|kommuner?(?:ne|s)?|kommunene|direktorat(?:et)?|agentur(?:et)?|"
    r"tilsynet|direktør(?:en)?|sekretariat(?:et)?|formand(?:en)?s?|bestyrelse[nrs]{0,3}|nabo|"
    r"committees?|boards?|councils?|agenc(?:y|ies)|authorit(?:y|ies)|ministry|secretariat|directorate|"
    r"municipalit(?:y|ies)|regions?)"
)
"""Words for bodies: a name even without a capital, for who does a thing matters."""
_ACRONYM = re.compile(r"[A-ZÆØÅ][A-ZÆØÅa-z]*[A-ZÆØÅ][A-ZÆØÅa-z]*")
_SHORTEST_OF_PLAIN_WORDS = 4
"""Letters of an abbreviation that may be made of words without capitals ("ATMP")."""
_HALF = 0.5
_WITHIN_A_NAME = " \u00a0-"


def unsaid_names(claim: Statement, quotes: Sequence[Statement], question: Statement) -> Iterator[str]:
    """Yield every name of a claim that neither a quote nor the question has.

    A name counts as said in another form or compound, as the abbreviation of words that stand there, and across
    languages under the name it has in the other, or translated: there an everyday word of a name of several words
    may be missing, if half of them are said.
    """
    sources = [*quotes, question]
    words = [word.text for source in sources for word in source.words]
    held = Vocabulary([*words, *(letters for word in words if (letters := letters_of_label(word)))])
    other_names = Vocabulary([word for source in sources for word in _other_names(source)])
    foreign = any(claim.is_foreign_to(quote) for quote in quotes)

    def is_said(word: str) -> bool:
        if other_names.names(word) or (held.translates(word) if foreign else held.names(word)):
            return True
        return bool(_ACRONYM.fullmatch(word)) and any(_abbreviates(word, source) for source in sources)

    for run in _runs(claim):
        unsaid = [word for word in run if not is_said(word.text)]
        if foreign and len(unsaid) <= _HALF * len(run):
            unsaid = [word for word in unsaid if not (word.opens or _is_everyday(word.text))]
        yield from (word.text for word in unsaid)


def _is_everyday(word: str) -> bool:
    """Return whether a capitalised word is a common one in a name ("Agency", "National"), and no name by itself."""
    return bool(synonyms_of(word)) and not any(name == folded(word) for name, _ in _known_names().get(folded(word), ()))


def _runs(claim: Statement) -> Iterator[list[Word]]:
    """Yield the names of a claim, each as the words that stand together."""
    run: list[Word] = []
    for at, word in enumerate(claim.words):
        if _is_name(claim, at):
            if run and claim.text[run[-1].end : word.start].strip(_WITHIN_A_NAME):
                yield run
                run = []
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_name(claim: Statement, at: int) -> bool:
    """Return whether a word is a name: it has a capital that no sentence begins with, or it is a body.

    The first word of a sentence is one where it is an abbreviation, a body or the first of several capitalised words.
    """
    word = claim.words[at]
    lowered = word.text.lower()
    if (
        roman_number(word.text)
        or not is_content_word(word.text)
        or lowered in MONTHS
        or lowered in _DAYS
        or is_label(lowered)
    ):
        return False
    if claim.language != "en" and _BODY.fullmatch(lowered):
        return True
    if not word.is_capitalised:
        return False
    if not word.opens:
        return True
    following = claim.words[at + 1] if at + 1 < len(claim.words) else None
    begins_a_name = (
        following is not None
        and following.is_capitalised
        and not following.opens
        and claim.text[word.end : following.start] in (" ", "-")
    )
    return bool(_ACRONYM.fullmatch(word.text)) or begins_a_name


def _abbreviates(short: str, source: Statement) -> bool:
    """Return whether the letters of an abbreviation begin words that follow each other in a source."""
    letters = "".join(letter for letter in short if letter.isupper()).lower()
    if len(letters) < 2:
        return False
    words = [word for word in source.words if is_content_word(word.text)]
    initials = "".join(word.text[0].lower() for word in words)
    at = initials.find(letters)
    while at >= 0:
        capitals = sum(word.is_capitalised for word in words[at : at + len(letters)])
        if len(letters) >= _SHORTEST_OF_PLAIN_WORDS or capitals == len(letters):
            return True
        at = initials.find(letters, at + 1)
    return False


@cache
def _groups() -> tuple[tuple[str, ...], ...]:
    lines = files(__package__).joinpath("names.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split(" = ")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def _known_names() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return first word, folded → the names that begin with it, folded, each with the words of its group."""
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for group in _groups():
        words = tuple(word for name in group for word in words_of(name))
        for name in group:
            plain = [folded(word) for word in words_of(name)]
            table.setdefault(plain[0], []).append((" ".join(plain), words))
    return table


def _other_names(source: Statement) -> list[str]:
    """Return the words of every other name of the names that stand in a source."""
    plain = [folded(word.text) for word in source.words]
    found: list[str] = []
    for at, word in enumerate(plain):
        for known in {word, word.removesuffix("s")}:
            for name, words in _known_names().get(known, ()):
                length = name.count(" ") + 1
                standing = " ".join(plain[at : at + length])
                if standing in (name, name + "s"):
                    found.extend(words)
    return found


def names_of(claim: Statement) -> frozenset[str]:
    """Return the words of a claim that are names."""
    return frozenset(word.text for run in _runs(claim) for word in run)
