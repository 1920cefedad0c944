"""The small words that turn a statement round: negation, exclusivity and modality in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.wording import folded
from corpus.documents import Language

CueKind = Literal["negation", "not only", "only", "may", "must", "should"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that negates, narrows or modifies.

    `kinds` holds what it can be: Norwegian "må" is must, Danish "må" is may, and in a text that could be either it is
    both; "not only" stands for a negation that denies nothing. `at` is the place of the word among those of its text.
    `plain` is False for a word that only implies it ("forbudt", "medmindre"): it can support such a cue of a claim,
    and asks for none itself. `manner` tells apart the ways to imply one, and is "limit" for a negation such as "ikke
    senere end".
    """

    kinds: frozenset[CueKind]
    word: str
    at: int
    plain: bool = True
    manner: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split())


_NEGATIONS = _words("""
    ikke ikkje ej ingen intet inga ingenting inkje uden uten utan aldrig aldri hverken verken korkje næppe neppe
    ingenlunde not none nothing nobody never neither nor without non
""")
_ONLY = _words("kun alene udelukkende utelukkende berre only solely exclusively eneste einaste")
_UNDOING = _words("kun bare blot alene berre only mindst minst least just merely")
"""After a negation these make another thing of it: "ikke kun", "not least"."""
NEITHER = _words("hverken verken korkje neither")
"""Negations that deny two things or more at once."""
_NEITHER_REACH = 12
_PLACES = _words("for over om fra")
"""After "uden" these make a place of it: "uden for", "uden om"."""
MODALS: frozenset[CueKind] = frozenset({"may", "must", "should"})
_MODALS: dict[CueKind, frozenset[str]] = {
    "may": _words("kan kunne can could may might"),
    "must": _words("skal skulle shall must plikter pligt pligter plikt forpligtet forpliktet obliged obligated"),
    "should": _words("bør burde should ought"),
}
_IMPLIED: tuple[tuple[CueKind, str, str], ...] = (
    ("negation", "forbid", "forbud* forbyd* forbid* forby* prohibit* afskaf* avskaff* abolish* annul* halt"),
    ("negation", "exempt", "undtag* unnta* exempt* except* fritag* frita* excluded udeluk* uteluk* bortset* bortsett*"),
    ("negation", "unless", "medmindre unless ellers otherwise"),
    ("negation", "lack", "mangl* lack lacks lacking fravaer* absen* gratis free fri nul zero tom tomt empty"),
    (
        "negation",
        "refuse",
        "afslag* avslag* afvis* avvis* naegt* nekt* refus* reject* denied deny undlad* unnlat* fail*",
    ),
    (
        "negation",
        "avoid",
        "undgaa* unngaa* avoid* forhindr* hindr* prevent* ophoer* opphoer* bortfald* bortfall* cease*",
    ),
    ("negation", "limit", "hoejst* hoeyst* maks* maximum most senest* senast inden innen within by mindst minst least"),
    ("negation", "limit", "inntil indtil until up op"),
    ("negation", "before", "until foerst"),
    (
        "negation",
        "opposite",
        "forkert* feil wrong incorrect udater* undated uafklar* uavklar* unresolved uklar* unclear",
    ),
    (
        "negation",
        "opposite",
        "ukend* ukjen* unknown uvis* usikker* uncertain uenig* uofficiel* unofficial uaendre* uendre*",
    ),
    ("negation", "opposite", "utilstraekkelig* utilstrekkelig* insufficient utilgaengelig* utilgjengelig* unavailable"),
    (
        "negation",
        "opposite",
        "unoedvendig* unoedvendig* unnecessary uoplyst* unspecified ubesvar* ubegrund* ufuldstaendig*",
    ),
    (
        "negation",
        "opposite",
        "uaendret unchanged incomplete ufullstendig* ubekraeft* ubekreft* unconfirmed uegne* unsuitable",
    ),
    ("negation", "cancel", "aflys* avlys* cancel* aflyst"),
    ("negation", "opposite", "ugyldig* invalid* umulig* impossib* uafhaeng* uavheng* independen* ulovlig* illegal*"),
    ("negation", "only", "kun only solely exclusively alene bare udelukkende utelukkende"),
    ("only", "reserved", "forbeholdt* begraens* begrens* limited restricted reserved ene sole alone"),
    ("only", "unless", "medmindre unless undtagen unntatt except uden uten without until indtil inntil foerst"),
    ("only", "others", "andre other others anden annen"),
    ("only", "merely", "bare blot merely just"),
    (
        "only",
        "condition",
        "foer before requir* kraev* krev* noedvendig* necessary forudsaet* forutset* betinge* condition*",
    ),
    ("only", "limit", "hoejst* hoeyst* most no ikke ikkje ingen not none"),
    ("may", "allow", "tillad* tillat* allow* permit* ret rett entitle* adgang* mulig* possib* beret* option* valgfri*"),
    ("may", "allow", "frivillig* volunt* bemyndig* authoris* kompeten* able aabner aapner opens"),
    (
        "must",
        "require",
        "kraev* krev* requir* plikt* pligt* forpligt* forplikt* oblig* noedvendig* necessary paakraev*",
    ),
    ("must", "require", "mandatory duty bound paalegg* paalaeg* need needs behoev* ansvar*"),
    ("must", "task", "opgave* oppgave* hovedopgave* hovedoppgave* task* formaal* purpose* aim aims"),
    ("should", "advise", "anbefal* recommend* raad raader advis* opfordr* oppfordr* encourag*"),
)
"""What a word implies, how, and the folded words; a star stands for any ending."""
_ROOTS: tuple[tuple[CueKind, str, frozenset[str], tuple[str, ...]], ...] = tuple(
    (
        kind,
        manner,
        frozenset(root for root in roots.split() if not root.endswith("*")),
        tuple(root.rstrip("*") for root in roots.split() if root.endswith("*")),
    )
    for kind, manner, roots in _IMPLIED
)
_LIMITS = _words("""
    senere seinare later mere mer more over exceed exceeding mindre less flere fler fewer laengere lengre longer under
""")
"""Within two words of a negation these make a limit of it: "ikke senere end", "not exceeding"."""


def read_cues(words: Sequence[str], language: Language | None) -> tuple[Cue, ...]:
    """Return the cues among the words of a text, as they are written, in order."""
    plain = [folded(word) for word in words]
    return tuple(cue for at in range(len(words)) for cue in _read(words, plain, at, language))


def _read(words: Sequence[str], plain: Sequence[str], at: int, language: Language | None) -> Iterator[Cue]:
    word = plain[at]
    before = plain[at - 1] if at else ""
    after = plain[at + 1] if at + 1 < len(plain) else ""
    if word == "nor" and "neither" in plain[max(0, at - _NEITHER_REACH) : at]:
        return
    if _negates(word, after, language):
        manner = "limit" if _LIMITS.intersection(plain[at + 1 : at + 3]) else ""
        undone = after in _UNDOING and not _is_least_of(after, plain[at + 2 : at + 3])
        yield Cue(frozenset({"not only" if undone else "negation"}), words[at], at, manner=manner)
        return
    if word in _ONLY or (word == "bare" and language == "no"):
        if before not in _NEGATIONS:
            yield Cue(frozenset({"only"}), words[at], at)
        return
    modal = _modal(words[at], word, after, language)
    if modal:
        yield Cue(modal, words[at], at)
        return
    if word in ("need", "needs") and after != "to":  # the noun
        return
    for kind, manner in implied_kinds(word):
        yield Cue(frozenset({kind}), words[at], at, plain=False, manner=manner)


def _is_least_of(word: str, following: Sequence[str]) -> bool:
    """Return whether "mindst" stands before a number: then "ikke mindst 60 procent" is a negation all the same."""
    return word in ("mindst", "minst", "least") and bool(following) and following[0][:1].isdigit()


def _negates(word: str, after: str, language: Language | None) -> bool:
    if word == "no":
        return language == "en" and not after[:1].isdigit()
    if word in ("uden", "uten", "utan") and after in _PLACES:
        return False
    return word in _NEGATIONS or (word.startswith("ikke") and len(word) > 6)


def _modal(written: str, word: str, after: str, language: Language | None) -> frozenset[CueKind]:
    if written in ("må", "maa"):
        kinds: dict[Language | None, tuple[CueKind, ...]] = {"da": ("may",), "no": ("must",)}
        return frozenset(kinds.get(language, ("may", "must")))
    if word in ("have", "has") and after == "to":
        return frozenset({"must"})
    if written in ("May", "Must"):  # the month, the name
        return frozenset()
    return frozenset(kind for kind, modals in _MODALS.items() if word in modals)


@lru_cache(maxsize=65536)
def implied_kinds(word: str) -> tuple[tuple[CueKind, str], ...]:
    """Return what a folded word implies without saying it, and how: "forbudt" negates by forbidding."""
    return tuple((kind, manner) for kind, manner, whole, roots in _ROOTS if word in whole or word.startswith(roots))
