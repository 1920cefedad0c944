"""Sources that do not agree: two passages that speak of one thing and give different values for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from assistant.assertions import Assertion, may_be_compared, read_assertion
from assistant.contrasts import find_oppositions
from assistant.differences import DifferenceKind, Value, one_difference
from assistant.names import is_body, unsaid_names
from assistant.quantifiers import changed_quantifiers
from assistant.roles import swapped_roles
from assistant.signals import text_of
from assistant.statements import Statement, read_statement
from assistant.topics import (
    are_one_word,
    are_versions,
    content_of,
    have_one_subject,
    have_other_countries,
    have_other_subjects,
    unmatched,
)
from assistant.wording import folded, stems_of, synonyms_of
from corpus.documents import DocumentMeta, Language, Sentence, Span
from corpus.sentences import read_words, split_sentences
from indexing.hits import Hit
from indexing.words import fold

MOST_CHARACTERS = 600
"""Of a sentence that is compared; a longer one speaks of too many things."""
MOST_SENTENCES = 8
"""Of a passage that are compared."""
MOST_READ = 5000
"""Characters of a passage that are looked through for them."""
MOST_RIVALS = 200
"""Passages that are compared with one."""
MOST_CITED = 40
"""Passages of one answer that are compared with each other."""
_LEAST_COMMON = 2
"""Content words that two sentences share when they speak of one thing; of documents on one subject, one is enough."""
_LEAST_COMMON_FOR_NO = 3
"""The same for a yes and a no."""
_LEAST_FOREIGN = 0.7
"""Share of the content words of each that are known to be in the other, if one of the two is English."""


@dataclass(frozen=True, slots=True)
class Said:
    """A passage and where it stands: one or more whole sentences of a document. `meta` is the document's."""

    text: str
    language: Language
    document_id: str
    meta: DocumentMeta


@dataclass(frozen=True, slots=True)
class Difference:
    """What two passages give different values for: the sentence of each, and the value in it as it is written."""

    kind: DifferenceKind
    first: str
    second: str
    first_value: str
    second_value: str


def said_of(hit: Hit, place: Span | Sentence) -> Said:
    """Return what a stretch of a hit's chunk says."""
    return Said(text_of(hit, place), hit.chunk.language, hit.document_id, hit.meta)


def rival_of(chosen: Said, others: Iterable[Said]) -> tuple[Said, Difference] | None:
    """Return the first passage of another document that gives another value than the chosen one, None where none does.

    Args:
        chosen: what an answer quotes.
        others: what else was read, the likeliest answer first; the chosen passage itself may be among them.

    Returns:
        The rival, and what it does not agree on: `first` is the chosen passage's.
    """
    for said in islice(others, MOST_RIVALS):
        if said.document_id != chosen.document_id:
            difference = find_difference(chosen, said)
            if difference is not None:
                return said, difference
    return None


def find_difference(first: Said, second: Said) -> Difference | None:
    """Return what two passages of two documents do not agree on, None where they agree or speak of different things.

    Two sentences speak of one thing where each has the content words of the other, in whatever form or language, and
    the same figures but for one; where that one is an amount, share, number, time, frequency or date, or where one
    denies what the other says, they disagree. The documents must not be about different things, countries or products.
    """
    for one in _sentences(first):
        for other in _sentences(second):
            difference = _compare_cut(one, other, first, second)
            if difference is not None:
                return difference
    return None


_MARK = re.compile(r"\s*(?:[-•–*]\s|\d{1,2}[.)]\s)")


def _sentences(said: Said) -> list[str]:
    """Return the whole sentences of a passage: no table rows, questions, or items of a list without a full stop."""
    found: list[str] = []
    for line in said.text[:MOST_READ].split("\n"):
        mark = _MARK.match(line)
        if "|" in line or (mark and not line.rstrip().endswith(".")):
            continue
        start = mark.end() if mark else 0
        for span in split_sentences(line[start:], start):
            sentence = line[span.start : span.end]
            if len(sentence) <= MOST_CHARACTERS and not sentence.endswith(("?", ":")):
                found.append(sentence)
    return found[:MOST_SENTENCES]


_ADDED = re.compile(
    r"(?:[,;]|\s\(|,\s)\s?(?:og|men|samt|and|but|jf|jfr|cf|se|see|hvilket|which)(?![^\W_])", re.IGNORECASE
)
_LEAST_WORDS = 3


def _compare_cut(one: str, other: str, first: Said, second: Said) -> Difference | None:
    """Compare two sentences, and what is left of each without what it adds after a comma."""
    for mine in _with_and_without_added(one):
        for theirs in _with_and_without_added(other):
            difference = _compare(mine, theirs, first, second)
            if difference is not None:
                kind, value, other_value = difference
                return Difference(kind, one, other, value, other_value)
    return None


def _with_and_without_added(sentence: str) -> list[str]:
    cut = _ADDED.search(sentence)
    kept = sentence[: cut.start()] if cut else ""
    return [sentence, kept] if kept.count(" ") >= _LEAST_WORDS - 1 else [sentence]


def _compare(one: str, other: str, first: Said, second: Said) -> Value | None:
    if not _share_words(one, other):
        return None
    mine, theirs = read_assertion(one, first.language), read_assertion(other, second.language)
    if not may_be_compared(mine, theirs):
        return None
    value = one_difference(mine, theirs)
    if value is None or not _are_about_one_thing(mine, theirs, first, second, value[0]):
        return None
    return value


_LEAST_SHARED = 0.5
"""Share of the content words of the shorter sentence that must be met in the longer one, to read them at all."""


def _share_words(one: str, other: str) -> bool:
    """Return whether two sentences have so many words in common that it is worth reading them: it is quick to tell."""
    words, there = sorted((_keys(one), _keys(other)), key=lambda keys: len(keys.of_words))
    met = sum(not keys.isdisjoint(there.all) or start in there.text for start, keys in words.of_words)
    return met > 0 and met >= _LEAST_SHARED * len(words.of_words)


@dataclass(frozen=True, slots=True)
class _Keys:
    """What the content words of a sentence are met under: the first letters and the stems of each, and all of them."""

    text: str
    of_words: tuple[tuple[str, frozenset[str]], ...]
    all: frozenset[str]


_FIRST_LETTERS = 5


@lru_cache(maxsize=4096)
def _keys(sentence: str) -> _Keys:
    words = [word for word in content_of(sentence) if folded(word) not in _LIGHT]
    stems = [stems_of(word) | synonyms_of(word) for word in words]
    return _Keys(
        text=fold(sentence),
        of_words=tuple((folded(word)[:_FIRST_LETTERS], keys) for word, keys in zip(words, stems, strict=True)),
        all=frozenset().union(*stems),
    )


_LIGHT = frozenset(
    folded(word)
    for word in read_words("""
        har havde have has had holde holder holdes holdt afholde afholder afholdes afholdt avholde avholder avholdes
        hold holds held udgøre udgør udgjorde utgjør utgjorde bestå består bestod bestaar consist consists beløber løber
        beløper amounts finde finder sted take takes place sker skjer normalt typisk normally typically vanligvis
        sædvanligvis usually udgangspunkt utgangspunkt fastsat fastsættes fastsatt fixed ligger lyder være været been
        altid alltid always således dermed oplyses ifølge ifølgje according fremgår fremgik omfatter omfatte tæller
        teller counts rummer inkluderer includes include indeholder inneholder contains antal antallet antall number
        gangen beløb beløbet beløp beløpet højde kroner størrelse størrelsen gange gang ganger times år året ligge løbet
        ad aktuelt nu no now currently fortsat fortsatt still i alt
    """)
)
"""Words that may be left out of a sentence or stand for each other without changing what it is about."""
_OF_THEIR_OWN = re.compile(
    r"(?:loven|lova|lov|bekendtgørelse[nr]?\w{0,2}|forskrift(?:en|a)?|forordning(?:en)?|regulation|directive|direktivet|"
    r"vejledningen|veilederen|veiledningen|cirkulæret|referatet|notatet|rapporten|strategien|planen|kommissoriet|mandatet|"
    r"aftalen|avtalen|dokumentet|projektet|prosjektet|programmet|undersøgelsen|undersøkelsen|studiet|studien|forsøget|"
    r"ordningen|produktet|medicinen|lægemidlet|legemidlet|preparatet|act|law|document|report|project|programme|study|"
    r"trial|product|medicine|treatment|behandlingen)s?",
    re.IGNORECASE,
)
"""Words by which a document means itself or what it is about: of each document another thing."""


def _are_about_one_thing(mine: Assertion, theirs: Assertion, first: Said, second: Said, kind: DifferenceKind) -> bool:
    """Return whether two sentences, and their documents, speak of one thing."""
    titles = first.meta.title, second.meta.title
    related = have_one_subject(*titles)
    common = _common_words(mine, theirs, titles, kind)
    least = _LEAST_COMMON_FOR_NO if kind == "yes or no" else _LEAST_COMMON
    if len(common) < least - related or not common or not _turn_nothing_round(mine.statement, theirs.statement):
        return False
    if have_other_countries((first.text, second.text), (first.meta, second.meta)):
        return False
    if first.meta.authority == second.meta.authority == "binding":
        return are_versions(*titles)
    if related:
        return True
    if any(_OF_THEIR_OWN.fullmatch(word) for word in (*mine.words, *theirs.words)):
        return False
    return not have_other_subjects(*titles) or any(_names_subject(word, titles) for word in common)


def _names_subject(word: str, titles: Sequence[str]) -> bool:
    return word[0].isupper() and any(are_one_word(word, other) for title in titles for other in content_of(title))


def _common_words(mine: Assertion, theirs: Assertion, titles: tuple[str, str], kind: DifferenceKind) -> list[str]:
    """Return the content words that two sentences share; none where either has others that change what it is about.

    A word that one leaves out may stand in the title of its document. Between English and another language some may
    lack a known translation, but not where a yes stands against a no.
    """
    words, others = ([w for w in r.words if folded(w) not in _LIGHT] for r in (mine, theirs))
    left, left_there = unmatched(words, others)
    left, left_there = (
        _without_known(left, others, titles[0], titles[1]),
        _without_known(left_there, words, titles[1], titles[0]),
    )
    common = [word for word in dict.fromkeys(words) if word not in left]
    if not left and not left_there:
        return common
    is_foreign = kind != "yes or no" and mine.statement.is_foreign_to(theirs.statement)
    return common if is_foreign and _are_translated(mine, theirs, left, left_there) else []


def _without_known(left: Sequence[str], others: Sequence[str], title: str, other_title: str) -> list[str]:
    """Return the words of a sentence that its like lacks, without those that the titles make up for.

    These are words that stand in the other's title, and a body called by its short name: "rådet" in the document of
    "Havnerådet", which the other sentence names in full.
    """
    unknown = unmatched(left, content_of(other_title))[0]
    known = [folded(other) for other in others if any(are_one_word(other, word) for word in content_of(title))]
    return [
        word for word in unknown if not (is_body(word.lower()) and any(one.endswith(folded(word)) for one in known))
    ]


def _are_translated(mine: Assertion, theirs: Assertion, left: Sequence[str], left_there: Sequence[str]) -> bool:
    """Return whether two sentences in different languages share their names and most of their other words."""
    nothing = read_statement("")
    for one, other in ((mine, theirs), (theirs, mine)):
        if any(unsaid_names(one.statement, [other.statement], nothing)):
            return False
    for reading, other, without in ((mine, theirs, left), (theirs, mine, left_there)):
        words = dict.fromkeys(word for word in reading.words if folded(word) not in _LIGHT)
        unheld = [word for word in without if not other.statement.vocabulary.translates(word)]
        if len(words) - len(unheld) < _LEAST_FOREIGN * len(words):
            return False
    return True


def _turn_nothing_round(one: Statement, other: Statement) -> bool:
    """Return whether neither of two sentences has an opposite, another doer or another "alle" than the other."""
    return not (
        find_oppositions(one, [other])
        or any(swapped_roles(one, [other]))
        or any(changed_quantifiers(one, [other]))
        or any(changed_quantifiers(other, [one]))
    )


def disagreements_among(said: Sequence[Said]) -> Iterator[tuple[Said, Said, Difference]]:
    """Yield every two passages of different documents that give different values, in their order."""
    for place, one in enumerate(said[:MOST_CITED]):
        for other in said[place + 1 : MOST_CITED]:
            if one.document_id != other.document_id:
                difference = find_difference(one, other)
                if difference is not None:
                    yield one, other, difference
