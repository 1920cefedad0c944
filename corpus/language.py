"""The language of a document, a passage and a short question; the only importer of lingua."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from corpus.documents import LANGUAGES, Language
from corpus.sentences import read_words

if TYPE_CHECKING:
    from lingua import LanguageDetector

_MOST_CHARACTERS = 4000
"""More text than this says nothing new about its language."""
_CLEAR_SHARE = 0.8
_CLEAR_LETTERS = 40

_WORD = re.compile(r"[^\W\d_]{1,40}")


_DANISH = read_words("""
    hvad hvornår hvormed blev blevet bliver noget nogen nogle nogensinde af efter mellem imellem sig mig dig jer
    været havde gør gøre give giver tage tager taget meget op ind ud end nu mod nej hedder findes fandtes uden afsat
    nævn møde møder mødes mødet uge uger måned måneder høj højt højeste nyt sådan således bør kræves sygdom sygdomme
    lægemiddel lægemidler lægemidlet patienter patienterne virker hjælp spørgsmål afdeling ansøgning ansøge udgør udgift
    udgifter anvendes kvinder sidste seneste næste sundhed forskel udkom vandt indgår kendetegner dækker oprettet
    nedsat fremgår hvorledes begyndte siden forfatteren synger længe skuespillere skuespilleren laver vejledning træder
    gælder gældende oplysninger deltog mængde
""")
"""Words that are Danish and not Norwegian."""

_NORWEGIAN = read_words("""
    hva når noe noen av etter mellom seg meg deg dere vært ble blitt blir hadde gjør gi gir ta tar tatt mye opp inn
    ut enn nå nei heter finnes fantes uten møte møter møtes møtet uke uker høy høyt høyest høyeste nytt sånn slik kreves
    sykdom sykdommer legemiddel legemidler legemiddelet pasient pasienter pasientene virkemiddel avdeling søknad søke
    utgjør utgift utgifter kvinner siste neste helse forskjell dekker opprettet avholdes trer gjelder gjeldende språk å
    ei ikkje kva kven kvar kvifor korleis kor eg dei ein eit frå vere vore nokon noko mykje berre hjå sjå gjere dykk
    dykkar kjem blei vart sidan saman bøker skuespiller hvorvidt tilgang myndighet kalles kalt født bodde spilte
    begynte kjent kjenner fikk gikk skjedde skjer tiltak tjenester betyr lenge vet jobber tallet boka
    igjen mistet bruk dersom opplysninger sitt tok kunnskap
""")
"""Words that are Norwegian, bokmål or nynorsk, and not (or hardly ever) Danish."""

_SCANDINAVIAN = read_words("""
    hvad hva hvem hvor hvilken hvilke hvilket hvordan hvorfor hvornår når er og til fra som det den der de ikke kan
    skal vil må har jeg du vi mange på med om et en ved eller men sang sangen spiller
""")
"""Words of Danish or Norwegian that are not English."""

_ENGLISH = read_words("""
    what who whom whose when where which why how the is are was were does did of and has have could should would
    shall must may by with that this it they you your their been not be as many much there describe explain about into
    between than from
""")

_NORWEGIAN_SHAPE = re.compile(r"\w*(?:sjon|sjonen|sjoner|nn|tt|kk|pp|øy)$|\w{0,20}(?:skj|kj|gj|øy)")
_DANISH_SHAPE = re.compile(r"\w*(?:tion|tionen|tioner|hed|heden|heder|gt|gte|øj|ej)$|\w{0,20}øj")

_FIRST_WORD = 3.0
_KNOWN_WORD = 1.0
_SHAPE = 0.5
_MARGIN = 0.5
"""Evidence that differs by less than a word's shape decides nothing."""
_LINGUA_MARGIN = 0.15
"""Measured on 1,609 short questions: 0.0 loses 30 more of 343 Danish ones, 0.3 loses 18 more of 462 Norwegian ones."""
_LINGUA_NAMES: dict[str, Language] = {"DANISH": "da", "BOKMAL": "no", "NYNORSK": "no", "ENGLISH": "en"}


def detect_language(text: str) -> Language:
    """Return the language of a document or passage: the nearest of the three, and Danish without letters."""
    shares = _measure_shares(_load_quick_detector(), text[:_MOST_CHARACTERS])
    return max(LANGUAGES, key=shares.__getitem__)


def detect_clear_language(text: str) -> Language | None:
    """Return the language of a passage, or None where it has under 40 letters or could be of several languages."""
    passage = text[:_MOST_CHARACTERS]
    if sum(letter.isalpha() for letter in passage) < _CLEAR_LETTERS:
        return None
    shares = _measure_shares(_load_quick_detector(), passage)
    best = max(LANGUAGES, key=shares.__getitem__)
    return best if shares[best] >= _CLEAR_SHARE else None


def detect_question_language(text: str, preferred: Language | None = None) -> Language:
    """Return the language of a short question; `preferred`, the conversation's, wins when it can be several.

    Function words and spelling decide first, lingua where they do not, and Danish where nothing does.
    """
    words = [word.lower() for word in _WORD.findall(text[:_MOST_CHARACTERS])]
    danish, norwegian, english = _weigh(words)
    fallback: Language = preferred or "da"
    if english > max(danish, norwegian, _weigh_scandinavian(words)) + _MARGIN:
        return "en"
    if abs(danish - norwegian) > _MARGIN:
        return "da" if danish > norwegian else "no"
    return _ask_lingua(words, fallback)


def detect_by_lingua(text: str) -> Language:
    """Return what lingua alone makes of a short text, Danish without letters: what the above is measured against."""
    shares = _measure_shares(_load_detector(), text[:_MOST_CHARACTERS])
    return max(LANGUAGES, key=shares.__getitem__)


def _weigh(words: Sequence[str]) -> tuple[float, float, float]:
    """Return the evidence for Danish, Norwegian and English."""
    danish = norwegian = english = 0.0
    for position, word in enumerate(words):
        weight = _FIRST_WORD if position == 0 else _KNOWN_WORD
        danish += weight * (word in _DANISH) or _SHAPE * bool(_DANISH_SHAPE.match(word))
        norwegian += weight * (word in _NORWEGIAN) or _SHAPE * bool(_NORWEGIAN_SHAPE.match(word))
        english += weight * (word in _ENGLISH)
    return danish, norwegian, english


def _weigh_scandinavian(words: Sequence[str]) -> float:
    known = _DANISH | _NORWEGIAN | _SCANDINAVIAN
    return sum(_FIRST_WORD if position == 0 else _KNOWN_WORD for position, word in enumerate(words) if word in known)


def _ask_lingua(words: Sequence[str], fallback: Language) -> Language:
    """Return lingua's answer for words without evidence of their own, or the fallback where it is unsure."""
    if len(words) < 2:
        return fallback
    detector = _load_scandinavian_detector() if words[0] in _SCANDINAVIAN else _load_detector()
    shares = _measure_shares(detector, " ".join(words))
    best = max(LANGUAGES, key=shares.__getitem__)
    return best if shares[best] > shares[fallback] + _LINGUA_MARGIN else fallback


def _measure_shares(detector: LanguageDetector, text: str) -> dict[Language, float]:
    """Return how sure lingua is of each language; all are 0.0 for text without letters."""
    shares: dict[Language, float] = dict.fromkeys(LANGUAGES, 0.0)
    for confidence in detector.compute_language_confidence_values(text):
        shares[_LINGUA_NAMES[confidence.language.name]] += confidence.value
    return shares


# A model loads at its language's first use and is shared by every detector: 0.4 s for Danish and bokmål, 0.5 s for
# all four, 0.04 s for all four in the low accuracy mode, which is as good on a sentence or more.


@cache
def _load_detector() -> LanguageDetector:
    from lingua import Language as Lingua
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(Lingua.DANISH, Lingua.BOKMAL, Lingua.NYNORSK, Lingua.ENGLISH).build()


@cache
def _load_scandinavian_detector() -> LanguageDetector:
    from lingua import Language as Lingua
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(Lingua.DANISH, Lingua.BOKMAL).build()


@cache
def _load_quick_detector() -> LanguageDetector:
    from lingua import Language as Lingua
    from lingua import LanguageDetectorBuilder

    languages = (Lingua.DANISH, Lingua.BOKMAL, Lingua.NYNORSK, Lingua.ENGLISH)
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
