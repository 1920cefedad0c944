"""Cleaned pages as lines, and what a line's beginning says it is: a heading, a list mark, a provision's label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corpus.documents import SET_MARK, RawPage
from corpus.sentences import MONTHS, ends_sentence, read_words, split_sentences

MarkKind = Literal["heading", "row", "bullet", "number", "label", "caps", "url", "text"]
"""`number`: a numbered heading or list entry. `label`: § 3., Stk. 2., Artikel 4, Kapitel 1. `caps`: all capitals."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with text; `gap` counts the blank lines before it, and `new_page` says it is the first of its page.

    `marked` says that the reader of a set page found a heading or a row here.
    """

    text: str
    page: int
    gap: int
    new_page: bool
    marked: bool = False

    @property
    def apart(self) -> bool:
        """Whether a blank line or a page break stands before it."""
        return self.gap > 0 or self.new_page


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line begins with.

    `number` is as printed ("3", "§ 11 a", "Stk. 2"), `style` tells lists apart ("1.", "(a)", "•"), `value` counts
    within a style, `level` nests headings and labels (smaller is outer), and `length` is that of the mark itself.
    """

    kind: MarkKind
    number: str = ""
    style: str = ""
    value: int = 0
    level: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is set: the `width` of a full line, and whether a blank line stands between all lines.

    `title` is the title that the format states, "" for none. `typeset` says that headings are told by their type:
    then a line that stands alone is none for that.
    """

    width: int
    double_spaced: bool
    marked_up: bool
    title: str = ""
    typeset: bool = False


_LEAST_SET_HEADINGS = 3
_PAGES_A_HEADING = 4
"""A document whose type tells its headings has so many at least, and one on every so many pages."""
SECTION_LEVEL = 80
PARAGRAPH_LEVEL = 90
_LABEL_LEVELS = {
    **dict.fromkeys(("del", "part", "afsnit", "avsnitt", "bilag", "vedlegg", "annex", "appendix"), 5),
    **dict.fromkeys(("kapitel", "kapittel", "kap.", "chapter"), 10),
    "section": 20,
    **dict.fromkeys(("artikel", "artikkel", "article"), 30),
}

_HASHES = re.compile(r"(#{1,6}) +(?=\S)")
_BULLET = re.compile(r"[-*+•▪◦‣·–—−] +(?=\S)")
_TRUE_BULLETS = "•▪◦‣·"
_BARE_MARK = re.compile(r"(?:[•▪◦‣—–]|\d{1,2}\.|\([a-z\d]{1,3}\)|[a-z]\))$")
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,4})([.)]?) +(?=\S)")
_LETTERED = re.compile(r"([a-zA-ZæøåÆØÅ]|[ivx]{2,5})(\)) +(?=\S)")
_PARENTHESISED = re.compile(r"\((\d{1,3}|[a-zæøå]|[ivx]{2,5})\) +(?=\S)")
_ROMAN = re.compile(r"([IVX]{1,6})\. +(?=\S)")
_PROVISION = re.compile(r"(§ ?\d{1,4}(?:-\d{1,3})?(?: ?[a-zA-Z])?) ?\.(?: +|$)")
_SUBSECTION = re.compile(r"(Stk\. ?\d{1,3}(?: ?[a-z])?)\.(?: +|$)")
_DIVISION = re.compile(
    r"((?:Kapitel|Kapittel|Kap\.|Chapter|CHAPTER|KAPITEL|KAPITTEL|Afsnit|AFSNIT|Avsnitt|Del|Part|PART|Section|SECTION|"
    r"Bilag|BILAG|Vedlegg|VEDLEGG|Annex|ANNEX|Appendix|Artikel|ARTIKEL|Artikkel|Article|ARTICLE)"
    r" (?:\d{1,3}(?: ?[a-z])?|[IVXL]{1,7}|[A-Z]))(?![^\W_])[.:]?(?: +|$)"
)
_PROVISION_TITLE = re.compile(r"(§ ?\d{1,4}(?:-\d{1,3})?(?: ?[a-z])?)\.? +(?=[A-ZÆØÅ])")
_URL = re.compile(r"https?://\S+$")
_NO_HEADING = re.compile(r"https?://|, (?:19|20)\d\d$|\bkl\. \d")
_CAPTION = re.compile(r"(?:figur|figure|tabel|tabell|table|kilde|source|note|boks|foto)\b", re.IGNORECASE)

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_OPEN_WORDS = read_words("""
    i på og af til for med om der som en et den det de at fra ved eller samt men av på om hos under over efter etter
    mellem mellom mod mot ad inden uden uten hvor hvis når the of and to in for with on by or from that an a as is
    this herunder blandt sin sit sine vores deres denne dette disse kan skal vil må er var
""")
"""Words a sentence, heading or list entry does not end with."""


def read_lines(pages: Sequence[RawPage]) -> list[Line]:
    """Return the lines that have text, white space folded; a list mark on a line of its own joins the next."""
    lines: list[Line] = []
    for page in pages:
        gap, new_page = 0, True
        for raw in page.text.split("\n"):
            marked = raw.startswith(SET_MARK)
            text = " ".join(raw.replace(SET_MARK, "").split())
            if not text:
                gap += 1
                continue
            if lines and gap < 2 and not marked and _BARE_MARK.match(lines[-1].text) and not _BARE_MARK.match(text):
                lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {text}")
            else:
                lines.append(Line(text, page.number, gap, new_page and bool(lines), marked))
            gap, new_page = 0, False
    return lines


def measure_layout(lines: Sequence[Line], *, marked_up: bool, title: str = "") -> Layout:
    """Return how the lines are set; the width is that which nine lines in ten keep within."""
    lengths = sorted(len(line.text) for line in lines)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 80
    inner = [(before, after) for before, after in pairwise(lines) if not after.new_page]
    apart = sum(after.gap > 0 for _, after in inner)
    cut = sum(after.gap > 0 and after.text[0].islower() and not ends_sentence(before.text) for before, after in inner)
    double_spaced = not marked_up and len(inner) >= 8 and apart >= 0.7 * len(inner) and cut >= 0.15 * len(inner)
    marked = sum(line.marked and line.text[0] == "#" for line in lines)
    typeset = marked >= _LEAST_SET_HEADINGS and marked >= len({line.page for line in lines}) / _PAGES_A_HEADING
    return Layout(max(width, 30), double_spaced, marked_up, title, typeset)


def read_mark(line: str, *, marked_up: bool) -> Mark:
    """Return what a line begins with; `text` for the rest."""
    if marked_up and (found := _HASHES.match(line)):
        return Mark("heading", level=10 * len(found.group(1)), length=found.end())
    if marked_up and line.startswith("|"):
        return Mark("row")
    return read_label(line) or _read_list_mark(line, marked_up=marked_up) or _read_shape(line, marked_up=marked_up)


def read_label(line: str) -> Mark | None:
    """Return the label of a provision or division that a line begins with: "§ 3.", "Stk. 2.", "Kapitel 1"."""
    if found := _PROVISION.match(line):
        return Mark("label", _spaced(found.group(1)), "§", level=SECTION_LEVEL, length=found.end())
    if found := _SUBSECTION.match(line):
        return Mark("label", _spaced(found.group(1)), "Stk", level=PARAGRAPH_LEVEL, length=found.end())
    if (found := _DIVISION.match(line)) and len(line) <= 120 and line[-1] not in ".,;":
        level = _LABEL_LEVELS[found.group(1).split()[0].lower()]
        return Mark("label", found.group(1), "division", level=level, length=found.end())
    return None


def read_heading_number(title: str) -> tuple[str, str]:
    """Return the number that a heading begins with, as printed, and the rest of it.

    >>> read_heading_number("2.1 Formål"), read_heading_number("§ 1-1. Lovens formål"), read_heading_number("Formål")
    (('2.1', 'Formål'), ('§ 1-1', 'Lovens formål'), ('', 'Formål'))
    """
    if found := _PROVISION_TITLE.match(title):
        return _spaced(found.group(1)), title[found.end() :]
    if (label := read_label(title)) is not None:
        return label.number, title[label.length :]
    for pattern in (_NUMBERED, _ROMAN):
        if found := pattern.match(title):
            return found.group(1), title[found.end() :]
    return "", title


def continues_sentence(before: str, after: str) -> bool:
    """Return whether a sentence of one line runs on in the next."""
    if before.endswith((":", ";")):
        return False
    if not ends_sentence(before):
        return after[0].islower() or after[0] in ",.;)" or ends_open(before)
    return False


def opens_with_month(text: str) -> bool:
    """Return whether a text begins with the name of a month, so that a number before it is a day."""
    return text.split(" ", 1)[0].strip(".,").lower() in MONTHS


def ends_open(line: str) -> bool:
    """Return whether a line ends in a comma, a hyphen or a word that cannot be the last."""
    return line[-1] in ",-–/(" or line.rsplit(" ", 1)[-1].lower() in _OPEN_WORDS


def is_heading_like(text: str, *, longest: int = 100, words: int = 12) -> bool:
    """Return whether a text could be a heading by its looks: a title that ends in no word that leans forward."""
    return is_title_like(text, longest=longest, words=words) and not ends_open(text)


def is_title_like(text: str, *, longest: int = 100, words: int = 12) -> bool:
    """Return whether a text is short, capitalised, mostly letters and without a final stop."""
    first = text.lstrip("\"'»“”‘’«(–- ")[:1]
    if len(text) > longest or len(text.split()) > words or not (first.isupper() or first.isdigit()):
        return False
    if text[-1] in ".,;:!-–/(" or _NO_HEADING.search(text) or _CAPTION.match(text):
        return False
    letters = sum(letter.isalpha() for letter in text)
    return letters >= 3 and 5 * letters > 2 * len(text) and len(split_sentences(text)) == 1


def is_caption(line: str) -> bool:
    """Return whether a line begins as a caption or a source does: "Figur 2", "Kilde: …"."""
    return bool(_CAPTION.match(line))


def are_figures(text: str) -> bool:
    """Return whether a line has as many figures as a row of a table that lost its columns, and no full stop.

    >>> are_figures("2024 12,5 Havnen"), are_figures("I 2024 fik havnen en ny kaj på 300 meter")
    (True, False)
    """
    words = text.split()
    figures = sum(word[-1].isdigit() for word in words)
    return figures >= 2 and figures >= 0.25 * len(words) and not ends_sentence(text)


def starts_upper(line: str) -> bool:
    """Return whether a line begins with a capital or a figure, quotation marks and dashes aside."""
    first = line.lstrip("\"'»“”‘’«(–— ")[:1]
    return first.isupper() or first.isdigit()


def _read_list_mark(line: str, *, marked_up: bool) -> Mark | None:
    if (found := _BULLET.match(line)) and (marked_up or line[0] in _TRUE_BULLETS or line[0] == "-"):
        return Mark("bullet", style="•", length=found.end())
    if found := _NUMBERED.match(line):
        number, stop = found.groups()
        if stop or "." in number:
            depth = number.count(".") + 1
            return Mark("number", number, f"1{stop}" * depth, int(number.split(".")[-1]), 10 * depth, found.end())
    if found := _LETTERED.match(line):
        letter = found.group(1)
        return Mark("number", letter, "a)", _letter_value(letter), length=found.end())
    if found := _PARENTHESISED.match(line):
        inner = found.group(1)
        style, value = ("(1)", int(inner)) if inner.isdigit() else ("(a)", _letter_value(inner))
        return Mark("number", f"({inner})", style, value, length=found.end())
    if found := _ROMAN.match(line):
        return Mark("number", found.group(1), "I.", _roman_value(found.group(1)), 10, found.end())
    return None


def _read_shape(line: str, *, marked_up: bool) -> Mark:
    if _URL.match(line):
        return Mark("url")
    if marked_up:
        return Mark("text")
    letters = [letter for letter in line if letter.isalpha()]
    is_caps = len(letters) >= 5 and all(letter.isupper() for letter in letters) and 2 * len(letters) > len(line)
    return Mark("caps", level=10) if is_caps and len(line.split()) <= 10 and line[-1] not in ".,;:" else Mark("text")


def _spaced(number: str) -> str:
    return re.sub(r"^(§|Stk\.) ?", r"\1 ", number)


def _letter_value(letter: str) -> int:
    return ord(letter.lower()[0]) - ord("a") + 1 if len(letter) == 1 else 0


def _roman_value(number: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in number]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
