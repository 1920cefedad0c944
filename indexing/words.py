"""Text becomes the terms that are compared: folded, stemmed in its own language, without function words."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from importlib.resources import files

import Stemmer

from corpus.documents import Language

WORD = re.compile(r"\d+(?:[.,/]\d+)+|[^\W_]+")
"""A number with its separators ("25,5", "1394/2007"), or a run of letters and digits."""

_SNOWBALL: dict[Language, str] = {"da": "danish", "no": "norwegian", "en": "english"}
_FOLD = str.maketrans({"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "é": "e", "è": "e", "ü": "u"})
_stemmers = threading.local()


def fold(word: str) -> str:
    """Return a word in lower case with æ, ø and å written out, so that "moede" and "Møde" are one.

    >>> fold("Møde"), fold("ÅRLIG")
    ('moede', 'aarlig')
    """
    return unicodedata.normalize("NFC", word).lower().translate(_FOLD)


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text as they are written, in order."""
    return WORD.findall(text)


def stem(word: str, language: Language) -> str:
    """Return the folded stem of a word in a language (Snowball); a number stays as it is."""
    return _stem(word, language)


@lru_cache(maxsize=65536)
def _stem(word: str, language: Language) -> str:
    stemmers: dict[Language, Stemmer.Stemmer] | None = getattr(_stemmers, "by_language", None)
    if stemmers is None:
        stemmers = {code: Stemmer.Stemmer(name) for code, name in _SNOWBALL.items()}
        _stemmers.by_language = stemmers
    lowered = unicodedata.normalize("NFC", word).lower()
    return fold(stemmers[language].stemWord(lowered))


def _function_words() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("function_words.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if not line.startswith("#"))
    return {language: frozenset(fold(word) for word in words.split()) for language, words in pairs}


_FUNCTION_WORDS = _function_words()


def is_function_word(word: str, language: Language) -> bool:
    """Return whether a word carries grammar rather than content in a language."""
    return fold(word) in _FUNCTION_WORDS[language]


def all_stems(text: str, language: Language) -> list[str]:
    """Return the stems of every word of a text, in order."""
    return [stem(word, language) for word in words_of(text)]
