"""Labels made of letters and figures ("2b", "CD19", "COVID-19", "fase IIb"), Roman numerals and signs of comparison."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.sentences import read_words

_TOKEN = re.compile(r"[^\W_]{1,60}")
_HYPHENATED = re.compile(r"(?<![^\W_])(?P<letters>[^\W\d_]{1,12})[-‐‑ ]?(?P<digits>\d{1,6}[^\W\d_]{0,2})(?![^\W_])")
_ACRONYM_LIKE = re.compile(r"[A-ZÆØÅ]|[^\W\d_]{0,11}[A-ZÆØÅ][^\W\d_]{0,11}[A-ZÆØÅ][^\W\d_]{0,11}")
_NUMBER_WITH_AN_ENDING = re.compile(
    r"\d{1,9}(?:s|er|ere|eren|erne|tal|tallet|st|nd|rd|th|x|[^\W\d_]{4,40})", re.IGNORECASE
)
_ROMAN = re.compile(r"(?P<numeral>X{0,3}(?:IX|IV|V?I{0,3}))(?P<letter>[a-d]?)")
_NUMBERED = read_words("""
    fase phase type grad grade klasse class del part bind trin step kategori category gruppe group niveau nivå level
    stadie stadium stage afsnit serie volume
""")
"""Words after which a lone "I" is a numeral."""
_COMPARED = re.compile(r"(?P<sign>[<>≤≥])(?P<equal>=?)\s?(?P<number>(?:minus )?\d{1,12}(?:[.,]\d{1,6})?)")
_ROMAN_LETTERS = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is compared, in lower case without hyphens; `start` and `end` are offsets into the text."""

    name: str
    text: str
    start: int
    end: int


def find_labels(text: str) -> list[Label]:
    """Return the labels of a text, of letters and figures or of a Roman numeral and a letter.

    >>> [label.name for label in find_labels("Fase IIb om COVID-19 og 3D i 1990erne")]
    ['2b', 'covid19', '3d']
    """
    found = []
    for match in _HYPHENATED.finditer(text):
        joint = text[match.end("letters") : match.start("digits")]
        if joint not in ("", " ") and _ACRONYM_LIKE.fullmatch(match["letters"]):
            found.append(Label((match["letters"] + match["digits"]).lower(), match.group(), *match.span()))
    hyphenated = {place for label in found for place in range(label.start, label.end)}
    for match in _TOKEN.finditer(text):
        name = _name_of(match.group())
        if name and match.start() not in hyphenated:
            found.append(Label(name, match.group(), *match.span()))
    return sorted(found, key=lambda label: label.start)


def names_offered(text: str) -> frozenset[str]:
    """Return every label that a source can be said to have: "CD 19" and "cd-19" are "CD19" too."""
    names = {label.name for label in find_labels(text)}
    joined = {(match["letters"] + match["digits"]).lower() for match in _HYPHENATED.finditer(text)}
    return frozenset(names | joined | {name.removesuffix("s") for name in names})


def _name_of(token: str) -> str:
    """Return the name of a label, "" for a word, a number, or a number with an ending ("1990erne")."""
    has_digits = any(character.isdigit() for character in token)
    if not has_digits:
        roman = _ROMAN.fullmatch(token)
        value = roman_number(roman["numeral"]) if roman and roman["letter"] else None
        return f"{value}{roman['letter']}" if roman and value else ""
    if token.isdigit() or _NUMBER_WITH_AN_ENDING.fullmatch(token):
        return ""
    return token.lower()


def letters_of_label(token: str) -> str:
    """Return the letters that a label begins with ("CD" of "CD19"), "" for any other word."""
    letters = token.rstrip("0123456789")
    return letters if letters != token and letters.isalpha() else ""


def roman_number(numeral: str) -> int | None:
    """Return the value of a Roman numeral in capitals up to XXXIX, None for anything else.

    >>> roman_number("XIV"), roman_number("IIII"), roman_number("vi")
    (14, None, None)
    """
    if not numeral or not _ROMAN.fullmatch(numeral) or numeral[-1] in "abcd":
        return None
    values = [_ROMAN_LETTERS[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def find_romans(text: str) -> list[tuple[str, int]]:
    """Return the Roman numerals of a text with their values; a lone "I" is one only after "fase" and the like.

    >>> find_romans("I fase II og fase I")
    [('II', 2), ('I', 1)]
    """
    found, before = [], ""
    for match in _TOKEN.finditer(text):
        token = match.group()
        value = roman_number(token)
        if value is not None and (value != 1 or before in _NUMBERED):
            found.append((token, value))
        before = token.lower()
    return found


def find_comparisons(text: str) -> dict[str, set[str]]:
    """Return number → the directions ("<", ">") that signs of comparison give it."""
    found: dict[str, set[str]] = {}
    for match in _COMPARED.finditer(text):
        direction = {"≤": "<=", "≥": ">="}.get(match["sign"], match["sign"] + match["equal"])
        found.setdefault(match["number"].replace(",", "."), set()).add(direction)
    return found
