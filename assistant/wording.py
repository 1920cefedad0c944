"""Words as they are compared between a sentence and its source: their language, their stems, what means the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from assistant.amounts import scale_of, unit_of
from assistant.dates import MONTHS
from assistant.numerals import implied_number, multiple_of, number_word
from corpus.documents import LANGUAGES, Language
from corpus.sentences import read_words
from indexing.equivalents import equivalents_of
from indexing.words import fold, is_function_word, stem

_SHORTEST_WORD = 2
_SHORTEST_PART = 5
"""Letters of a word that may be met as a part of a compound; shorter ones begin too many words."""
_LONGEST_COMPOUND = 50
_ROOT = 5
"""Letters of a root that two words have in common when they are the same in two languages, or forms of each other."""

_GRAMMAR = frozenset(
    fold(word)
    for word in read_words("""
        dog samt herunder heraf heri hermed derved dermed deraf heller endnu både blot således mens imens idet hvorved
        hvorefter hvoraf hvormed såfremt dersom medmindre uanset eksempelvis bl blandt ca cirka kl mv mfl dvs fx jf jfr
        evt enten hverken ellers imidlertid nemlig netop især henholdsvis øvrige øvrig pågældende herefter derefter
        derfor desuden endvidere videre derudover gennem ingen intet uten ikkje kun bare berre alene må måtte enhver
        enkelt enkelte hele hel helt al fås fået flere fleste hinanden ja nej nei yes dessuten enda likevel hvorav
        derav særlig verken godt gang gange ganger times time året års senest seinast tidligst mindst minst højst høyst
        inden innen latest get gets ingenting nothing noget noe eksempel eksempelvis example gerne samtidig samtidigt
        tilsammen svarende såvel herved whereas slightly lidt litt little still stadig fortsat dels altså så fortsatt
        while whereas thereof herein thereby hereby however therefore thus hence moreover furthermore further besides
        each every either neither whether unless since during against among because yet etc eg ie may might must cannot
        ought has own several others none without never only alone solely
    """)
)
"""Words that carry grammar in running prose and are not among those that a question is rid of."""


_MONTHS = frozenset(month for month in MONTHS if month not in ("may", "march", "mar", "mars", "des"))
"""Months, which are figures; but for those that are other words too."""
_AMBIGUOUS = read_words("""
    må to bag for under over at her have i in altså burde ham hen hvorvidt jo komme lav omkring bare hyppig slik ha di
    tage mest
""")
"""Words that tell no language: they are grammar in one and something else in another."""


@lru_cache(maxsize=65536)
def folded(word: str) -> str:
    """Return what `fold` does, of a word that was seen before from memory."""
    return fold(word)


_SHAPES: tuple[tuple[Language, re.Pattern[str]], ...] = (
    ("da", re.compile(r"\w{2,40}(?:tion|tionen|tioner|hed|heden|heder|øj\w{0,3}|ej)|læge\w{0,30}|uger?|syg\w{1,30}")),
    ("da", re.compile(r"af(?:sat|sæt|tal|gift|gør|hæng|vis|slut|del|hold|slag|klar|snit)\w{0,30}")),
    ("no", re.compile(r"av(?:satt|sett|tal|gift|gjør|heng|vis|slut|del|hold|slag|klar|snitt)\w{0,30}")),
    ("da", re.compile(r"(?:ansøg|sundhed|myndighed|virksomhed|rettighed|bekendtgør|gebyret|senest)\w{0,30}")),
    (
        "no",
        re.compile(r"\w{2,40}(?:sjon|sjonen|sjoner|het|heten|heter|øy\w{0,3}|kk|pp)|lege\w{0,30}|uker?|syk\w{1,30}"),
    ),
    ("no", re.compile(r"(?:søk|helse|myndighet|virksomhet|rettighet|forskrift|innen|avgjør|oppnevn)\w{0,30}")),
)
"""Spellings of one of Danish and Norwegian."""


@lru_cache(maxsize=65536)
def languages_of(word: str) -> frozenset[Language]:
    """Return the languages in which a word is a function word."""
    return frozenset(language for language in LANGUAGES if is_function_word(word, language))


@lru_cache(maxsize=65536)
def _grammar_of(word: str) -> frozenset[Language]:
    """Return the languages that a word speaks for as a function word."""
    return frozenset() if word.lower() in _AMBIGUOUS else languages_of(word)


@lru_cache(maxsize=65536)
def _spelling_of(word: str) -> frozenset[Language]:
    """Return the languages that a word speaks for by its spelling alone."""
    if word.lower() in _AMBIGUOUS or languages_of(word):
        return frozenset()
    return frozenset(language for language, shape in _SHAPES if shape.fullmatch(word.lower()))


@lru_cache(maxsize=65536)
def is_content_word(word: str) -> bool:
    """Return whether a word carries content in all three languages; a number, its unit and "årligt" do not."""
    if len(word) < _SHORTEST_WORD or word[0].isdigit() or languages_of(word) or fold(word) in _GRAMMAR:
        return False
    if number_word(word, None) is not None or implied_number(word) is not None or multiple_of(word) is not None:
        return False
    return word.lower() not in _MONTHS and not unit_of(word) and scale_of(word, None) == 1


def guess_language(words: Sequence[str]) -> Language | None:
    """Return the language that the function words and the spelling of a text tell, None where they tell none.

    Takes microseconds where a detector takes a second to warm up. Of Danish and Norwegian, None is returned where
    nothing tells them apart, and `lean_nordic` tells them from English.
    """
    counts = Counter(language for word in words for language in _grammar_of(word))
    if counts["en"] > max(counts["da"], counts["no"]):
        return "en"
    counts.update(language for word in words for language in _spelling_of(word))
    if counts["da"] == counts["no"]:
        return None
    return "da" if counts["da"] > counts["no"] else "no"


def lean_nordic(words: Sequence[str]) -> int:
    """Return by how many words a text is rather Danish or Norwegian than English; negative for English."""
    known = [languages for word in words if (languages := _grammar_of(word))]
    lean = sum(bool(languages - {"en"}) - ("en" in languages) for languages in known)
    return lean or sum(bool(_spelling_of(word)) for word in words)


def _spell(word: str) -> str:
    """Return a word as the languages would spell it alike: "patient" and "pasient", "uge" and "uke" become one.

    >>> _spell("samarbejde")[:7] == _spell("samarbeide")[:7]
    True
    """
    spelled = fold(word)
    for theirs, ours in _SPELLINGS:
        spelled = spelled.replace(theirs, ours)
    return _DOUBLED.sub(r"\1", spelled)


_SPELLINGS = (
    *(("ae", "e"), ("oe", "o"), ("aa", "a"), ("sjon", "sion"), ("tion", "sion"), ("tient", "sient"), ("ph", "f")),
    *(("th", "t"), ("ch", "k"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("c", "k"), ("x", "ks")),
    *(("z", "s"), ("w", "v"), ("y", "i"), ("j", "i"), ("d", "t"), ("g", "k"), ("b", "p")),
)
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65536)
def spelling(word: str) -> str:
    """Return a word spelled alike for Danish, Norwegian and English; equal spellings are cognates."""
    return _spell(word)


@lru_cache(maxsize=65536)
def stems_of(word: str) -> frozenset[str]:
    """Return the stems of a word in the three languages."""
    return frozenset(stem(word, language) for language in LANGUAGES)


@cache
def _wordings() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("wordings.txt").read_text(encoding="utf-8").splitlines()
    table: dict[str, frozenset[str]] = {}
    for line in lines:
        if not line.startswith("#"):
            group = frozenset(stem_ for word in line.split() for stem_ in stems_of(word))
            for member in group:
                table[member] = table.get(member, frozenset()) | group
    return table


@lru_cache(maxsize=65536)
def synonyms_of(word: str) -> frozenset[str]:
    """Return the stems that mean the same as a word or a part of it, in any of the languages."""
    found: set[str] = set()
    for stem_ in stems_of(word):
        found |= _wordings().get(stem_, frozenset()) | equivalents_of(stem_)
    return frozenset(found)


@lru_cache(maxsize=16384)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the two halves of a compound of which each is a word with synonyms ("patientdata"); () for no compound."""
    lowered = word.lower() if len(word) <= _LONGEST_COMPOUND else ""
    for cut in range(len(lowered) - 4, 3, -1):
        first, second = lowered[:cut], lowered[cut:]
        if synonyms_of(second) and (synonyms_of(first) or (first[-1] == "s" and synonyms_of(first[:-1]))):
            return first, second
    return ()


class Vocabulary:
    """The content words of some texts, in which others are looked up; made once, asked often."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words as they are written, function words and all."""
        content = [word for word in dict.fromkeys(words) if is_content_word(word)]
        halves = [half for word in content for half in parts_of(word)]
        self._stems = frozenset(stem_ for word in content for stem_ in stems_of(word))
        self._parts = frozenset(stem_ for half in halves for stem_ in stems_of(half)) | self._stems
        self._spellings = frozenset(spelling(word) for word in content)
        self._roots = frozenset(spelled[:_ROOT] for spelled in self._spellings if len(spelled) >= _ROOT)
        self._all = " ".join(folded(word) for word in content)

    def has(self, word: str) -> bool:
        """Return whether a word stands in the texts, in any form."""
        return not stems_of(word).isdisjoint(self._stems)

    def names(self, word: str) -> bool:
        """Return whether the texts name what a word names: the word, a form or synonym of it, or a compound with it.

        "Gruppen" is named by "Styregruppen", and "Referencegruppen" is not.
        """
        stems = stems_of(word)
        if not stems.isdisjoint(self._stems) or spelling(word) in self._spellings:
            return True
        if not synonyms_of(word).isdisjoint(self._stems):
            return True
        return any(len(stem_) >= _SHORTEST_PART and stem_ in self._all for stem_ in stems)

    def translates(self, word: str) -> bool:
        """Return whether the texts name a word, or a half of a compound in them or both its own halves translate it."""
        halves = parts_of(word)
        if self.names(word) or not synonyms_of(word).isdisjoint(self._parts):
            return True
        return bool(halves) and all(not synonyms_of(half).isdisjoint(self._parts) for half in halves)

    def holds(self, word: str) -> bool:
        """Return whether the texts speak of what a word speaks of: as `names` does, or of a part of it."""
        if self.names(word) or not synonyms_of(word).isdisjoint(self._parts):
            return True
        spelled, whole = spelling(word), folded(word)
        if len(spelled) >= _ROOT and spelled[:_ROOT] in self._roots:
            return True
        if any(len(stem_) >= _SHORTEST_PART and stem_ in whole for stem_ in self._stems):
            return True
        return any(not synonyms_of(part).isdisjoint(self._parts) for part in parts_of(word))

    def share(self, words: Sequence[str]) -> float:
        """Return the share of words that the texts hold; 1 for no words."""
        return sum(self.holds(word) for word in words) / len(words) if words else 1.0
