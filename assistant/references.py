"""References to provisions ("§ 11 a, stk. 2", "Article 4(1)"), read into one form in three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.labels import roman_number


@dataclass(frozen=True, slots=True)
class Reference:
    """One step of a reference: what kind of provision, and its number as printed without spaces, in lower case."""

    kind: str
    number: str
    text: str

    def is_said_by(self, other: Reference) -> bool:
        """Return whether another reference names the same provision."""
        if self.number != other.number:
            return False
        return self.kind == other.kind or {self.kind, other.kind} in _SAME


_KINDS: dict[str, str] = {
    **dict.fromkeys(("§", "§§", "paragraf", "paragraffen"), "§"),
    **dict.fromkeys(("section", "sections", "sec.", "afsnit", "avsnitt"), "section"),
    **dict.fromkeys(("paragraph", "paragraphs"), "paragraph"),
    **dict.fromkeys(("stk.", "stk", "stykke", "subsection", "subsections"), "stk"),
    **dict.fromkeys(("artikel", "artikler", "artikkel", "artikkelen", "article", "articles", "art."), "article"),
    **dict.fromkeys(("kapitel", "kapittel", "kap.", "chapter", "chapters"), "chapter"),
    **dict.fromkeys(("bilag", "vedlegg", "annex", "appendix"), "annex"),
    **dict.fromkeys(("nr.", "no.", "numre", "punkt", "pkt.", "point", "points", "litra", "bokstav"), "nr"),
}
_LETTERED = ("nr", "stk")
"""Kinds that are numbered with letters too."""
_SAME = ({"paragraph", "§"}, {"section", "§"}, {"section", "nr"}, {"paragraph", "stk"}, {"stk", "nr"})
_NAMES = "|".join(re.escape(name) for name in sorted(_KINDS, key=lambda name: -len(name)) if "§" not in name)
_LETTER = r"(?:[  ]?[a-hj-zA-HJ-Z](?![^\W\d_])|[  ]?[a-z](?=[,.;)]))?"
_NUMBER = rf"\d{{1,5}}(?:[-–./]\d{{1,5}}){{0,3}}{_LETTER}"
_REFERENCE = re.compile(
    rf"(?P<kind>§§?|(?<![^\W_])(?:{_NAMES}))[  ]?(?P<number>{_NUMBER}|[IVX]{{1,5}}(?![^\W_])|[a-z](?=[).,;]|$))"
    r"(?P<inner>(?:\([0-9a-z]{1,3}\)){0,3})"
    r"(?P<more>(?:(?:,[  ]?|[  ](?:og|and|eller|or|til|to|–|-)[  ])\d{1,3}"
    rf"{_LETTER}(?![./]?\d|[  ]?%|[  ]?[^\W\d_]{{3}}|,\d)){{0,8}})",
    re.IGNORECASE,
)
_INNER = re.compile(r"\(([0-9a-z]{1,3})\)", re.IGNORECASE)
_EACH = re.compile(_NUMBER)


def is_label(word: str) -> bool:
    """Return whether a word is the kind of a provision ("Artikel", "Section")."""
    return word.lower() in _KINDS


def find_references(text: str) -> tuple[list[Reference], str]:
    """Return the steps of every reference in a text, and the text with blanks in their place.

    >>> [(r.kind, r.number) for r in find_references("§ 11 a, stk. 2, og Article 4(1)")[0]]
    [('§', '11a'), ('stk', '2'), ('article', '4'), ('stk', '1')]
    """
    found: list[Reference] = []
    pieces, at = [], 0
    for match in _REFERENCE.finditer(text):
        found.extend(_read(match))
        pieces += [text[at : match.start()], " " * (match.end() - match.start())]
        at = match.end()
    return found, "".join([*pieces, text[at:]])


def _read(match: re.Match[str]) -> list[Reference]:
    name = match["kind"].lower()
    kind, shown = _KINDS[name], match.group()
    numbers = [match["number"], *_EACH.findall(match["more"])]
    if name == "§§":
        numbers += [end for number in numbers for end in re.split(r"[-–]", number) if end != number]
    steps = [Reference(kind, _plain(number, kind), shown) for number in numbers]
    inner = [number.lower() for number in _INNER.findall(match["inner"])]
    return steps + [Reference("stk" if number.isdigit() else "nr", number, shown) for number in inner]


def _plain(number: str, kind: str) -> str:
    """Return a number as it is compared; "IV" is 4, but "litra i" is a letter."""
    plain = re.sub(r"\s", "", number).lower().replace("–", "-").rstrip(".")
    is_numeral = kind not in _LETTERED and (number.isupper() or len(number) > 1)
    value = roman_number(plain.upper()) if is_numeral else None
    return plain if value is None else str(value)
