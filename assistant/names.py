"""Names of people, places and bodies, and whether a source has them under this or another name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from assistant.amounts import scale_of
from assistant.dates import MONTHS
from assistant.labels import letters_of_label, roman_number
from assistant.numerals import number_word
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
_GROUPS = frozenset(("gruppe", "gruppen", "gruppens", "grupper", "gruppene", "grupperne"))
"""Words for a body that name none by themselves."""
_COMMON = re.compile(
    r"(?:en|et|ne|ene|er|re|ere|ing|hed|het|skab|skap|dom|[ts]ion|tet|else|e|t|ig|isk|sk|som|bar|løs|vis|fuld|full|sis|ik)s?$"
)
"""The endings of Danish and Norwegian nouns, verbs and adjectives; a bare stem has none of them."""
_COMMON_ENGLISH = re.compile(
    r"(?:ing|ed|[ts]ion|ment|ity|ness|ance|ence|ship|ism|th|age|ure|sis|ics|ss|us|ly|al|ive|ic|able|ible|ful|less|ous|y|e|ch)s?$"
)
_SINGULAR_VERB = re.compile(r"is|has|was|does|[a-z]{2,15}s")
_VERB = re.compile(r"is|has|was|does|may|must|shall|can|will|should|[a-z]{2,15}s")
_CURRENCY = re.compile(r"DKK|NOK|SEK|EUR|USD|GBP")
_SHORTEST_OF_PLAIN_WORDS = 4
"""Letters of an abbreviation that may be made of words without capitals ("ATMP")."""
_HALF = 0.5
_WITHIN_A_NAME = " \u00a0-"


def unsaid_names(claim: Statement, quotes: Sequence[Statement], question: Statement) -> list[str]:
    """Return every name of a claim that neither a quote nor the question has.

    A name counts as said in another form or compound, as the abbreviation of words that stand there, and across
    languages under the name it has in the other, or translated: there an everyday word of a name of several words
    may be missing, if half of them are said.
    """
    return [" ".join(word.text for word in name) for name in _unsaid(claim, quotes, [*quotes, question])]


def said_names(claim: Statement, quotes: Sequence[Statement]) -> frozenset[str]:
    """Return the words of a claim that are names which the quotes have, under any name."""
    unsaid = {word.text for name in _unsaid(claim, quotes, quotes) for word in name}
    return frozenset(claim.words[at].text for at in name_places(claim)) - unsaid


def _unsaid(claim: Statement, quotes: Sequence[Statement], sources: Sequence[Statement]) -> Iterator[list[Word]]:
    """Yield the names of a claim that some sources do not have, each as its words."""
    subject = _strange_subject(claim, quotes, sources)
    if subject is not None:
        yield [subject]
    runs = list(_runs(claim))
    if not runs:
        return
    foreign = any(claim.is_foreign_to(quote) for quote in quotes)
    is_said = _lookup(claim, sources, translated=foreign or any(claim.is_near(quote) for quote in quotes))
    standing = frozenset(group for source in sources for group in _groups_in(source))
    for run in runs:
        named = _groups_of(" ".join(folded(word.text) for word in run))
        if len(run) > 1 and named and named.isdisjoint(standing):
            yield run  # the name of another body, of whose words each may be said
            continue
        unsaid = [word for word in run if not is_said(word)]
        if foreign and len(unsaid) <= _HALF * len(run):
            unsaid = [word for word in unsaid if not (word.opens or _is_everyday(word.text))]
        yield from ([word] for word in unsaid)


def _strange_subject(claim: Statement, quotes: Sequence[Statement], sources: Sequence[Statement]) -> Word | None:
    """Return the word that a claim opens with where its quotes open with a name, of which the claim has none.

    It may look like any common word: in a sentence about Orphanet, "Retinet" is another name. Only a word that no
    source speaks of is returned.
    """
    opening = claim.words[0]
    if 0 in name_places(claim) or not opening.is_capitalised or not is_content_word(opening.text):
        return None
    if synonyms_of(opening.text) or len(claim.words) == 1 or claim.words[1].is_capitalised:
        return None
    openers = [quote.words[0].text for quote in quotes if 0 in name_places(quote)]
    if len(openers) < len(quotes) or any(claim.vocabulary.holds(name) for name in openers):
        return None
    is_held = any(source.vocabulary.holds(opening.text) for source in sources)
    return None if is_held else opening


def _lookup(claim: Statement, sources: Sequence[Statement], *, translated: bool) -> Callable[[Word], bool]:
    """Return the test whether sources have a word of a name; with `translated`, in another language too."""
    words = [word.text for source in sources for word in source.words]
    held = Vocabulary([*words, *(letters for word in words if (letters := letters_of_label(word)))])
    other_names = Vocabulary([word for source in sources for word in _other_names(source)])

    def is_said(word: Word) -> bool:
        if other_names.names(word.text) or (held.translates if translated else held.names)(word.text):
            return True
        if _ACRONYM.fullmatch(word.text):
            return any(_abbreviates(word.text, source) for source in sources)
        return word.opens and held.holds(word.text)

    return is_said


def _is_everyday(word: str) -> bool:
    """Return whether a capitalised word is a common one in a name ("Agency", "National"), and no name by itself."""
    return bool(synonyms_of(word)) and not any(name == folded(word) for name, _ in _known_names().get(folded(word), ()))


def _runs(claim: Statement) -> Iterator[list[Word]]:
    """Yield the names of a claim, each as the words that stand together."""
    run: list[Word] = []
    for at, word in enumerate(claim.words):
        if is_name(claim, at):
            if run and claim.text[run[-1].end : word.start].strip(_WITHIN_A_NAME):
                yield run
                run = []
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def is_name(statement: Statement, at: int) -> bool:
    """Return whether a word is a name, as `name_places` has it."""
    return at in name_places(statement)


@lru_cache(maxsize=1024)
def name_places(statement: Statement) -> frozenset[int]:
    """Return the places of the words that are names.

    A name has a capital that no sentence begins with, or is a body. The first word of a sentence is one where it is an
    abbreviation, a body, the first of several capitalised words, a name that is known, or nothing that a common noun,
    a verb or an adjective can be.
    """
    return frozenset(at for at in range(len(statement.words)) if _is_name(statement, at))


def _is_name(claim: Statement, at: int) -> bool:
    word = claim.words[at]
    lowered = word.text.lower()
    if _is_currency(claim, at):
        return True
    if (
        roman_number(word.text)
        or not is_content_word(word.text)
        or lowered in MONTHS
        or lowered in _DAYS
        or is_label(lowered)
    ):
        return False
    if claim.language != "en" and _BODY.fullmatch(lowered) and lowered not in _GROUPS:
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
    if bool(_ACRONYM.fullmatch(word.text)) or begins_a_name:
        return True
    if any(name == folded(word.text) for name, _ in _known_names().get(folded(word.text), ())):
        return True
    return (
        following is not None and not following.is_capitalised and _looks_like_a_name(claim, word.text, following.text)
    )


def _looks_like_a_name(claim: Statement, word: str, following: str) -> bool:
    """Return whether the first word of a sentence has neither the form nor the company of a common word."""
    if synonyms_of(word) or len(word) < _SHORTEST_OF_PLAIN_WORDS or not word[1:].islower():
        return False
    if claim.language != "en":
        return not _COMMON.search(word)
    if word.endswith("s"):
        return not _COMMON_ENGLISH.search(word) and bool(_SINGULAR_VERB.fullmatch(following))
    return not _COMMON_ENGLISH.search(word) and bool(_VERB.fullmatch(following))


def _is_currency(claim: Statement, at: int) -> bool:
    """Return whether a word is the letters of a currency with no number beside it: there it is no unit."""
    word = claim.words[at]
    if not _CURRENCY.fullmatch(word.text):
        return False
    beside = (*claim.words[max(0, at - 2) : at], *claim.words[at + 1 : at + 2])
    return not any(
        one.text[0].isdigit() or number_word(one.text, claim.language) is not None or scale_of(one.text, None) > 1
        for one in beside
    )


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
def _known_names() -> dict[str, list[tuple[str, int]]]:
    """Return first word, folded → the names that begin with it, folded, each with the number of its group."""
    table: dict[str, list[tuple[str, int]]] = {}
    for number, group in enumerate(_groups()):
        for name in group:
            plain = [folded(word) for word in words_of(name)]
            table.setdefault(plain[0], []).append((" ".join(plain), number))
    return table


def _groups_of(name: str) -> frozenset[int]:
    """Return the groups that a name, folded, is in."""
    known = _known_names().get(name.partition(" ")[0], ())
    return frozenset(number for other, number in known if other == name)


@lru_cache(maxsize=1024)
def _groups_in(source: Statement) -> frozenset[int]:
    """Return the groups of which a name stands in a source."""
    plain = [folded(word.text) for word in source.words]
    found: set[int] = set()
    for at, word in enumerate(plain):
        for known in {word, word.removesuffix("s")}:
            for name, number in _known_names().get(known, ()):
                standing = " ".join(plain[at : at + name.count(" ") + 1])
                if standing in (name, name + "s"):
                    found.add(number)
    return frozenset(found)


def _other_names(source: Statement) -> list[str]:
    """Return the words of every other name of the names that stand in a source."""
    return [word for number in sorted(_groups_in(source)) for name in _groups()[number] for word in words_of(name)]


def is_body(word: str) -> bool:
    """Return whether a word in lower case is one for a body that decides or acts: "styregruppen", "rådet"."""
    return bool(_BODY.fullmatch(word))
