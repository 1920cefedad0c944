"""Who does it to whom: "formanden vælger rådet" is not "rådet vælger formanden", though the words are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from assistant.names import is_body, is_name
from assistant.statements import Statement
from assistant.wording import Vocabulary, folded, is_content_word, stems_of, synonyms_of
from corpus.sentences import read_words

MOST_DEEDS = 12
"""Pairs of actors that are looked at in a claim or a quote."""
_REACH = 8
"""Words between an actor and the next, or before both, in which the verb is looked for."""
_ACTORS = (
    "formand formænd næstformand medlem direktør chef overlæge læge lege sygeplejerske patient pasient borger "
    "virksomhed selskab bedrift producent sponsor ansøger søker forsker hospital sygehus sykehus klinik apotek apotek "
    "fond stiftelse kommune region myndighed myndighet styrelse direktorat ministerium departement "
    "regering regjering folketing storting kommission komite udvalg utvalg bestyrelse gruppe "
    "sekretariat forening organisation organisasjon universitet region domstol politi foged konge dronning "
    "chairman chairperson member director doctor physician nurse patient company sponsor manufacturer "
    "applicant researcher hospital clinic pharmacy foundation municipality authority agency "
    "directorate ministry minister government parliament commission committee council board group secretariat "
    "association organisation university court police king queen employer"
)
_WITH_ARTICLE = read_words("chair head leder styre")
_ARTICLES = read_words("the a an en et ei")
"""Words that are verbs unless one of these stands before them."""
_AGENT = read_words("af av by")
_RELATIVE = read_words("som der which that who whom")
_TOGETHER = read_words("med with og and sammen together mellem mellom between samt eller or")
"""Words between two actors after which it does not matter who is named first."""
_OVER = read_words("tilsyn kontrol kontroll opsyn supervision oversight")
"""Words after which "med" does not put the two side by side: "fører tilsyn med"."""
_SOURCE = read_words("fra from hos")
_PASSIVE = re.compile(r"\w{2,40}(?:es|edes|s)")
_PARTICIPLE = re.compile(r"\w{2,40}(?:et|t|ed|en|ne|te)")
_HELPING = read_words("er var bliver blev blevet blir ble blitt vert vart is are was were be been being")


@dataclass(frozen=True, slots=True)
class Deed:
    """The words of which one is the verb, with the words for who does it and for whom it is done to."""

    verbs: tuple[str, ...]
    doer: tuple[str, ...]
    other: tuple[str, ...]


def swapped_roles(claim: Statement, quotes: Sequence[Statement]) -> Iterator[str]:
    """Yield what is wrong where a claim has the doer and the one it is done to in each other's place."""
    mine = find_deeds(claim)
    theirs = [deed for quote in quotes for deed in find_deeds(quote)] if mine else []
    for deed in mine:
        alike = [other for other in theirs if _have_one_verb(deed, other)]
        if alike and all(_are_swapped(deed, other) for other in alike):
            yield f"{' '.join(deed.doer)} and {' '.join(deed.other)} have each other's part in the quote"


def _have_one_verb(deed: Deed, other: Deed) -> bool:
    stems = {stem for verb in other.verbs for stem in stems_of(verb)}
    return any(not stems.isdisjoint(stems_of(verb) | synonyms_of(verb)) for verb in deed.verbs)


def _are_swapped(deed: Deed, other: Deed) -> bool:
    doer, sufferer = Vocabulary(other.doer), Vocabulary(other.other)
    return (
        all(sufferer.translates(word) for word in deed.doer)
        and all(doer.translates(word) for word in deed.other)
        and not any(doer.translates(word) for word in deed.doer)
        and not any(sufferer.translates(word) for word in deed.other)
    )


@lru_cache(maxsize=1024)
def find_deeds(statement: Statement) -> tuple[Deed, ...]:
    """Return who does what to whom, for every two actors of a text that follow each other in a sentence.

    >>> from assistant.statements import read_statement
    >>> find_deeds(read_statement("Formanden vælges af rådet."))
    (Deed(verbs=('vælges',), doer=('rådet',), other=('Formanden',)),)
    """
    actors = find_actors(statement)
    deeds = (_read(statement, one, next_) for one, next_ in pairwise(actors))
    return tuple(deed for deed in deeds if deed is not None)[:MOST_DEEDS]


@lru_cache(maxsize=1024)
def find_actors(statement: Statement) -> tuple[range, ...]:
    """Return the places of the actors: names of several words as one, and single words for who can do something."""
    found: list[range] = []
    for at, word in enumerate(statement.words):
        named = word.is_capitalised and is_name(statement, at)
        if not named and not _is_actor(word.text) and not _has_article(statement, at):
            continue
        joined = found and found[-1].stop == at and named and statement.words[at - 1].is_capitalised
        if joined and statement.words[at - 1].clause == word.clause:
            found[-1] = range(found[-1].start, at + 1)
        else:
            found.append(range(at, at + 1))
    return tuple(found)


def _has_article(statement: Statement, at: int) -> bool:
    lowered = statement.words[at].text.lower()
    return lowered in _WITH_ARTICLE and at > 0 and statement.words[at - 1].text.lower() in _ARTICLES


@lru_cache(maxsize=65536)
def _is_actor(word: str) -> bool:
    lowered = word.lower()
    if is_body(lowered):
        return True
    return not stems_of(lowered).isdisjoint(_actor_stems()) or lowered.endswith(_ENDINGS)


@cache
def _actor_stems() -> frozenset[str]:
    return frozenset(stem for actor in read_words(_ACTORS) for stem in stems_of(actor))


_ENDINGS = tuple(
    f"{root}{ending}" for root in ("foged", "formand", "direktør", "leder", "råd") for ending in ("", "en", "s", "ens")
)


def _read(statement: Statement, one: range, next_: range) -> Deed | None:
    words = statement.words
    if words[one.start].part != words[next_.start].part or next_.start - one.stop > _REACH:
        return None
    between = [folded(word.text) for word in words[one.stop : next_.start]]
    if _SOURCE.intersection(between):
        return None  # "får støtte fra" turns the two round
    if _TOGETHER.intersection(between) and not _OVER.intersection(between):
        return None
    first = tuple(words[at].text for at in one)
    second = tuple(words[at].text for at in next_)
    relative = next((at for at, word in enumerate(between) if word in _RELATIVE), None)
    within = _verbs_among(statement, range(one.stop + (relative or 0), next_.start))
    if relative is not None and not within:
        verbs = _verbs_among(statement, range(next_.stop, next_.stop + _REACH))  # "direktøren, som rådet udpeger"
        return _deed(statement, verbs[:1], second, first)
    if relative is None and words[one.start].clause != words[next_.start].clause:
        return None
    if not between:  # "i maj udpeger rådet formanden"
        return _deed(statement, _verbs_among(statement, range(one.start - 1, one.start - 3, -1))[:1], first, second)
    has_agent = bool(_AGENT.intersection(between))
    if any(_is_passive(statement, verb) for verb in within) != has_agent:
        return None  # "gives af rådet" has a doer, "gives til rådet" and "får af rådet" have none that is known
    return _deed(statement, within, second, first) if has_agent else _deed(statement, within, first, second)


def _deed(statement: Statement, verbs: Sequence[int], doer: tuple[str, ...], other: tuple[str, ...]) -> Deed | None:
    return Deed(tuple(statement.words[at].text for at in verbs), doer, other) if verbs else None


def _verbs_among(statement: Statement, places: range) -> list[int]:
    return [at for at in places if 0 <= at < len(statement.words) and _is_verb(statement, at)]


def _is_verb(statement: Statement, at: int) -> bool:
    """Return whether a word may be a verb: one of content that is neither a name nor an actor."""
    word = statement.words[at]
    return (
        not word.is_capitalised
        and is_content_word(word.text)
        and not _is_actor(word.text)
        and not _has_article(statement, at)
    )


def _is_passive(statement: Statement, at: int) -> bool:
    word = folded(statement.words[at].text)
    if statement.language != "en" and _PASSIVE.fullmatch(word):
        return True
    before = [folded(one.text) for one in statement.words[max(0, at - 3) : at]]
    return bool(_PARTICIPLE.fullmatch(word)) and bool(_HELPING.intersection(before))
