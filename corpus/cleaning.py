"""What a reader found becomes clean lines: characters, running heads and page numbers, line-end hyphens, spaces.

Everything here is a pure function of text. Lines stay lines, for structure is found later; only the parts of a word
that a line-end hyphen had cut are moved together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from corpus.documents import SET_MARK, RawDocument, RawPage

EDGE_LINES = 3
"""How many lines with text at the top and at the foot of a page may be running heads or page numbers."""

LEAST_LETTERS = 5
"""Letters of a recurring line that is taken out from inside a page."""

LONGEST_LINE = 2_000
"""Characters; a longer line is no line of print, and nothing is joined to it."""

SUSPENDED_BEFORE = frozenset({"og", "eller", "samt", "men", "and", "or", "und", "och"})
"""Words before which a line-end hyphen stands for the rest of a compound ("forsknings- og …") and stays."""

OPEN_COMPOUNDS = frozenset(
    {
        ("life", "science"),
        ("ad", "hoc"),
        ("real", "world"),
        ("peer", "review"),
        ("in", "vivo"),
        ("in", "vitro"),
        ("ex", "vivo"),
        ("in", "silico"),
        ("up", "date"),
        ("to", "date"),
        ("by", "case"),
        ("end", "point"),
        ("decision", "support"),
        ("public", "health"),
        ("open", "access"),
        ("open", "science"),
        ("open", "source"),
        ("big", "data"),
        ("machine", "learning"),
        ("follow", "up"),
        ("start", "up"),
        ("spin", "out"),
        ("best", "practice"),
        ("good", "practice"),
        ("de", "novo"),
        ("post", "hoc"),
        ("de", "facto"),
        ("per", "capita"),
    }
)
"""Pairs of words that Danish and Norwegian take over as two words and then join to a third with a real hyphen.

"life science-industrien": at the end of a line the hyphen looks like any other, and only the pair tells.
"""

_SOFT_HYPHENS = "\u00ad\ufffe"
_HARD_HYPHENS = "-\u2010\u2011"
_BULLET_GLYPHS = "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d\u25cf\u25aa\u25a0\u2043\u2219"
_LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st"}
_CHARACTERS = str.maketrans(
    {
        **{chr(code): None for code in range(0x20)},
        **{chr(code): None for code in range(0x7F, 0xA0)},
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\uffff"),
        **{chr(code): None for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
        **dict.fromkeys("\n\v\f\r\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        **dict.fromkeys(_BULLET_GLYPHS, "•"),
        **_LIGATURES,
    }
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SOFT_INSIDE = re.compile(r"[\u00ad\ufffe](?=[^\n \u00ad\ufffe])")
_TOKEN = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)*")
_HYPHENS = re.compile("[-\u2010\u2011]")
_DIGITS = re.compile(r"\d+")

_PAGE_WORD = r"(?:side|sidetal|page|pag|s|p)"
_OF = r"(?:af|av|of|fra|/)"
_PAGE_FORMS = (
    re.compile(rf"{_PAGE_WORD}\.? ?\d{{1,4}}(?: ?{_OF} ?\d{{1,4}})?", re.IGNORECASE),
    re.compile(rf"\d{{1,4}} ?{_OF} ?\d{{1,4}}", re.IGNORECASE),
    re.compile(r"[-–—|] ?\d{1,4} ?[-–—|]"),
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_ROMAN_NUMBER = re.compile(r"[ivxl]{1,8}")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


def clean_document(raw: RawDocument) -> RawDocument:
    """Return the document with every page cleaned and its stated metadata free of control characters.

    Pages are cleaned together: what recurs on pages, and how a word is written elsewhere, both count. A marked-up
    document of one page has no edges that could hold page numbers.
    """
    texts = [fold_spaces(clean_characters(page.text)) for page in raw.pages]
    has_page_edges = len(texts) > 1 or not raw.marked_up
    texts = strip_page_edges(texts) if has_page_edges else texts
    spellings = Spellings.of(texts)
    pages = tuple(
        RawPage(page.number, join_line_end_hyphens(text, spellings))
        for page, text in zip(raw.pages, _join_across_pages(texts, spellings), strict=True)
    )
    stated = {key: " ".join(clean_characters(value).split()) for key, value in raw.stated.items()}
    return replace(raw, pages=pages, stated=stated)


def clean_characters(text: str) -> str:
    """Return the text in NFC without NULs, zero-width and control characters; tabs become spaces.

    Soft hyphens inside a line go, those at the end of a line stay for `join_line_end_hyphens`. Every sign for a new
    line becomes a newline, glyphs that stand for a bullet become "•", and ligatures are spelt out.
    """
    text = text.replace("\r\n", "\n").translate(_CHARACTERS)
    text = _SURROGATE.sub("", text)
    return unicodedata.normalize("NFC", _SOFT_INSIDE.sub("", text))


def fold_spaces(text: str) -> str:
    r"""Return the text with each run of spaces as one, and none at either end of a line.

    >>> fold_spaces("  to  ord \nog mere")
    'to ord\nog mere'
    """
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def strip_page_edges(texts: Sequence[str]) -> list[str]:
    """Return the pages without running heads, running feet and page numbers.

    These are sought among the first and last `EDGE_LINES` lines with text. A form that says it is a page number
    ("Side 2 af 5", "2/5", "- 4 -") goes always; a bare number goes where it counts along with the pages, or, in a
    document of fewer than three pages, where it is the last line; another line goes where it recurs, digits aside, at
    the same edge of three pages that are half of all pages or most left-hand or right-hand ones, or outermost on both
    of two pages. Two exceptions: the first page keeps its title, or where type tells none a line without digits at its
    top, for that is the title too; and a dated or numbered line that recurs goes from inside a page as well, for some
    programs draw the foot before the footnotes.
    """
    pages = [text.split("\n") for text in texts]
    tops = [list(islice(_filled(lines), EDGE_LINES)) for lines in pages]
    feet = [list(islice(_filled(lines, from_end=True), EDGE_LINES)) for lines in pages]
    edges = [frozenset((*top, *foot)) for top, foot in zip(tops, feet, strict=True)]
    running = _running_keys(pages, tops) | _running_keys(pages, feet)
    anywhere = frozenset(key for key in running if "#" in key and sum(map(str.isalpha, key)) >= LEAST_LETTERS)
    offsets = _page_number_offsets(pages, edges)
    stripped = []
    for index, (lines, edge) in enumerate(zip(pages, edges, strict=True)):
        keys = [_edge_key(line) for line in lines]
        gone = {position for position, key in enumerate(keys) if key in anywhere}
        gone |= {position for position in edge if keys[position] in running}
        gone |= {position for position in edge if _is_page_form(lines[position])}
        gone |= {position for position in edge if _is_counted(lines[position], index, offsets)}
        if index == 0:
            gone -= _kept_on_first_page(lines, keys, tops[0])
        if len(pages) < 3 and len(edge) > 1 and _BARE_NUMBER.fullmatch(lines[feet[index][0]]):
            gone.add(feet[index][0])
        stripped.append("\n".join(line for position, line in enumerate(lines) if position not in gone).strip("\n"))
    return [f"{text}\n" if text else "" for text in stripped]


@dataclass(frozen=True, slots=True)
class Spellings:
    """How often words stand in a document, in lower case: `whole` without a hyphen inside, `hyphenated` with one."""

    whole: Counter[str]
    hyphenated: Counter[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Spellings:
        """Count the words of the texts; what a line end has cut counts as its parts and so proves nothing."""
        whole: Counter[str] = Counter()
        hyphenated: Counter[str] = Counter()
        for text in texts:
            for token in _TOKEN.findall(text.casefold()):
                word = _HYPHENS.sub("-", token)
                (hyphenated if "-" in word else whole)[word] += 1
        return cls(whole, hyphenated)


def join_line_end_hyphens(text: str, spellings: Spellings | None = None) -> str:
    r"""Return the text with words that a line-end hyphen cut made whole again, on the first of the two lines.

    A soft hyphen always goes. Another goes before a lower-case word, unless the hyphen is the word's own: the
    document writes the word with a hyphen elsewhere, the part before it is an abbreviation or number ("EU-landene"),
    or it ends an open compound (`OPEN_COMPOUNDS`: "life science-industrien"). Two names keep theirs ("Epstein-Barr").
    Before "og", "eller" and the like nothing is joined. One or two blank lines between the parts are passed over.

    >>> join_line_end_hyphens("sund-\nhedsvæsenet og EU-\nlandene")
    'sundhedsvæsenet\nog EU-landene'
    """
    spellings = spellings or Spellings.of([text])
    lines = text.split("\n")
    done: list[str] = []
    current, index = lines[0], 1
    while index < len(lines):
        following = _next_filled(lines, index)
        joined = _joined(current, lines[following], spellings, apart=following > index)
        if joined is None:
            done.append(current)
            current, index = lines[index], index + 1
            continue
        whole, rest = joined
        if rest:
            done.append(whole)
        current, index = rest or whole, following + 1
    done.append(current)
    return "\n".join(_drop_soft(line) for line in done)


def _join_across_pages(texts: Sequence[str], spellings: Spellings) -> list[str]:
    """Return the pages with each word that the end of a page cut made whole, on the first of the two pages."""
    pages = [text.split("\n") for text in texts]
    for page, following in pairwise(pages):
        last, first = next(_filled(page, from_end=True), None), next(_filled(following), None)
        if last is not None and first is not None:
            whole = _joined(page[last], following[first], spellings, apart=True)
            page[last], following[first] = whole or (page[last], following[first])
    return ["\n".join(lines) for lines in pages]


def _filled(lines: Sequence[str], *, from_end: bool = False) -> Iterator[int]:
    order = range(len(lines) - 1, -1, -1) if from_end else range(len(lines))
    return (position for position in order if lines[position])


def _edge_key(line: str) -> str:
    return _DIGITS.sub("#", _without_mark(line).casefold())


def _without_mark(line: str) -> str:
    """Return a line without the mark that says how it was set."""
    return line.lstrip(f"{SET_MARK}# ") if line.startswith(SET_MARK) else line


def _running_keys(pages: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]) -> frozenset[str]:
    """Return the lines, digits folded, that recur at this edge on enough pages to be running heads."""
    if len(pages) < 3:
        return _twice(pages, edges)
    seen: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for index, (lines, edge) in enumerate(zip(pages, edges, strict=True)):
        seen[index % 2].update({_edge_key(lines[position]) for position in edge})
    sides = ((len(pages) + 1) // 2, len(pages) // 2)
    return frozenset(
        key
        for key in seen[0].keys() | seen[1].keys()
        if key.strip("# ")
        and (
            (seen[0][key] + seen[1][key] >= max(3, len(pages) / 2))
            or any(seen[side][key] >= max(3, 0.6 * sides[side]) for side in (0, 1))
        )
    )


def _twice(pages: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]) -> frozenset[str]:
    """Return the line that stands outermost on both of two pages, digits folded."""
    outermost = {_edge_key(lines[edge[0]]) for lines, edge in zip(pages, edges, strict=True) if edge}
    is_running = len(pages) == 2 and all(edges) and len(outermost) == 1
    return frozenset(key for key in outermost if is_running and sum(map(str.isalpha, key)) >= LEAST_LETTERS)


def _kept_on_first_page(lines: Sequence[str], keys: Sequence[str], top: Sequence[int]) -> set[int]:
    """Return the lines at the top of the first page that stay though they recur: its title, told by type or not."""
    titles = {position for position in top if lines[position].startswith(f"{SET_MARK}# ")}
    return titles or {position for position in top if "#" not in keys[position]}


def _is_page_form(line: str) -> bool:
    line = _without_mark(line)
    return len(line) <= 24 and any(form.fullmatch(line) for form in _PAGE_FORMS)


def _page_value(line: str) -> int | None:
    """Return the number that a line consists of, in figures or in small roman numerals."""
    if _BARE_NUMBER.fullmatch(line):
        return int(line)
    if not _ROMAN_NUMBER.fullmatch(line):
        return None
    values = [_ROMAN_VALUES[letter] for letter in line]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _page_number_offsets(pages: Sequence[Sequence[str]], edges: Sequence[Iterable[int]]) -> frozenset[int]:
    """Return each difference between printed and counted page number that at least three pages agree on."""
    votes: Counter[int] = Counter()
    for index, (lines, edge) in enumerate(zip(pages, edges, strict=True)):
        values = {_page_value(lines[position]) for position in edge}
        votes.update({value - index for value in values if value is not None})
    return frozenset(offset for offset, count in votes.items() if count >= 3)


def _is_counted(line: str, index: int, offsets: frozenset[int]) -> bool:
    value = _page_value(line)
    return value is not None and value - index in offsets


def _next_filled(lines: Sequence[str], index: int) -> int:
    """Return the position of the next line with text, at most two blank lines on, else `index`."""
    return next((position for position in range(index, min(index + 3, len(lines))) if lines[position]), index)


def _joined(line: str, following: str, spellings: Spellings, *, apart: bool) -> tuple[str, str] | None:
    """Return the line with the cut word made whole, and what is left of the following one; None joins nothing.

    Over blank lines (`apart`) only a lower-case word can be the rest of one.
    """
    if not 2 <= len(line) <= LONGEST_LINE or line[-1] not in _SOFT_HYPHENS + _HARD_HYPHENS:
        return None
    tail_match = _TOKEN.match(following)
    if tail_match is None or not line[-2].isalnum() or line[0] in ("|", SET_MARK):
        return None
    if apart and not following[0].islower():
        return None
    hyphen = _hyphen_between(line[:-1], tail_match.group(), spellings, soft=line[-1] in _SOFT_HYPHENS)
    if hyphen is None:
        return None
    word, _, rest = following.partition(" ")
    return f"{line[:-1]}{hyphen}{word}", rest


def _hyphen_between(before: str, tail: str, spellings: Spellings, *, soft: bool) -> str | None:
    """Return what stands between the parts of a cut word: nothing, a hyphen, or None when they are not one word."""
    if soft:
        return "" if tail[0].islower() else None
    if tail.casefold() in SUSPENDED_BEFORE:
        return None
    words = before[-120:].split()
    head_match = list(_TOKEN.finditer(words[-1]))[-1]
    head = head_match.group()
    whole = _HYPHENS.sub("-", f"{head}{tail}").casefold()
    hyphenated = _HYPHENS.sub("-", f"{head}-{tail}").casefold()
    times_whole = (spellings.hyphenated if "-" in whole else spellings.whole)[whole]
    times_hyphenated = spellings.hyphenated[hyphenated]
    if times_whole or times_hyphenated:
        return "" if times_whole >= times_hyphenated else "-"
    last_part = _HYPHENS.split(head)[-1]
    is_abbreviation_or_number = last_part.isdigit() or last_part.isupper()
    if tail[0].isdigit() and not is_abbreviation_or_number:
        return None
    if is_abbreviation_or_number or (head[0].isupper() and tail[0].isupper()):
        return "-"
    if tail[0].isupper():
        return None
    previous = _TOKEN.findall(words[-2])[-1:] if len(words) > 1 else []
    is_open = any((word.casefold(), head.casefold()) in OPEN_COMPOUNDS for word in previous)
    return "-" if is_open else ""


def _drop_soft(line: str) -> str:
    return line.replace("\u00ad", "").replace("\ufffe", "")
