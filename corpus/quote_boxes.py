"""Where a quote stands on set pages: the glyphs that a page draws → one box for each line of the quote.

A quote comes from the clean text of the library, the glyphs from another reader of the same file. What both surely
share are letters and figures, so nothing else is compared: not white space, hyphens, ligatures or the form of quotation
marks. Nor is the order of drawing taken on trust: where the quote does not stand in it in one piece, it is put together
from the runs of text that stand on the page.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice, pairwise

CONTEXT_CHARACTERS = 2_000
"""Text before and after a quote that is looked at to tell it from the same words elsewhere on the page."""
MOST_STEPS = 5_000
"""Runs that are tried before a quote counts as not found; one that is found takes hardly more than it has runs."""

_MOST_PLACES = 1_000
"""Places of a quote on a page that are compared; more than that is no sentence."""
_LEAST_PART = 8
"""Letters of a quote that stand on each of two pages at the least where what is between them is passed over."""
_SAME_LINE = 0.6
"""Sizes that baselines of one line may differ by: more than a raised figure, less than the next line."""
_COLUMN_GAP = 2.0
"""Sizes between two glyphs of one line from which on they get a box each: cells, or columns."""
_COLUMN_PARTING = 1.0
"""Sizes between two glyphs of one line at which a run ends at the least where columns are to be kept apart."""
_WORD_PARTING = 0.0
"""Every space ends a run."""
_BACK = 0.5
"""Sizes that a glyph may stand before the end of the one before it, as kerning and accents do."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the top left corner of the page as it is shown; `bottom` > `top`."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The boxes on one page, in the order of the quote, and the page's size in points as it is shown."""

    page: int
    width: float
    height: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn character that is no space; places in points from the top left corner of the page as it is shown.

    `x`, `y` is the point on the baseline where it begins, `size` the height of its font. `turn` is the direction of
    reading in quarter turns clockwise: 0 to the right, 1 downwards, 2 to the left, 3 upwards.
    """

    text: str
    box: Box
    x: float
    y: float
    size: float
    turn: int = 0
    after_space: bool = False


@dataclass(frozen=True, slots=True)
class SetPage:
    """A page as it is shown: the characters drawn on it that are no spaces, in the order of drawing.

    `glyph` gives the place of one by its number in `texts`; that costs more than the rest, and few are asked for.
    """

    number: int
    width: float
    height: float
    texts: Sequence[str]
    glyph: Callable[[int], Glyph]


def fold_letters(text: str) -> str:
    """Return the letters and figures of a text alone, case and forms of writing folded.

    >>> fold_letters("Eﬀekt-måling: 5 m²")
    'effektmåling5m2'
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if character.isalnum())


def find_boxes(
    pages: Callable[[int], SetPage | None], number: int, quote: str, before: str = "", after: str = ""
) -> tuple[PageBoxes, ...]:
    """Return the boxes of a quote that begins on page `number`, a page each; () where it does not stand there.

    Args:
        pages: gives the page of a number, or None past the last one; asked for `number`, and for the one after it
            where the quote goes on there.
        number: from 1.
        quote: words of the document.
        before: text of the document that stands before the quote; with `after` it tells which of several places.
        after: text of the document that stands after it.
    """
    wanted = fold_letters(quote)
    page = pages(number)
    if not wanted or page is None:
        return ()
    context = (fold_letters(before[-CONTEXT_CHARACTERS:]), fold_letters(after[:CONTEXT_CHARACTERS]))
    found = _find_in_order([page], wanted, context)
    if found is None:
        following = pages(number + 1)
        both = [page] if following is None else [page, following]
        found = (
            _find_in_order(both, wanted, context)
            or (following and _find_across(page, following, wanted))
            or _find_in_runs([page], wanted, context[0], _COLUMN_PARTING)
            or _find_in_runs(both, wanted, context[0], _COLUMN_PARTING)
            or _find_in_runs(both, wanted, context[0], _WORD_PARTING)
        )
    return _boxes_by_page(_with_edges(found, quote)) if found else ()


@dataclass(frozen=True, slots=True)
class _Letters:
    """Letters and figures as drawn; `owners[i]` is the number of the glyph that letter i belongs to."""

    text: str
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """The characters of all pages searched, where each stands, and the numbers of those that are the quote."""

    texts: Sequence[str]
    places: Sequence[tuple[SetPage, int]]
    chosen: tuple[int, ...] = ()

    def glyph(self, number: int) -> Glyph:
        page, index = self.places[number]
        return page.glyph(index)

    def page(self, number: int) -> SetPage:
        return self.places[number][0]


def _place_all(pages: Sequence[SetPage]) -> _Placed:
    return _Placed(
        [text for page in pages for text in page.texts],
        [(page, index) for page in pages for index in range(len(page.texts))],
    )


def _read_letters(texts: Sequence[str]) -> _Letters:
    """Return the letters of glyphs; an accent drawn as a glyph of its own belongs to the letter before it."""
    pieces: list[str] = []
    owners: list[int] = []
    first = 0
    while first < len(texts):
        last = first + 1
        while last < len(texts) and unicodedata.combining(texts[last][0]):
            last += 1
        letters = _fold_glyph("".join(texts[first:last]))
        pieces.append(letters)
        owners += [first] * len(letters)
        first = last
    return _Letters("".join(pieces), tuple(owners))


_fold_glyph = lru_cache(maxsize=2_048)(fold_letters)
"""A page has few different glyphs, each many times."""


def _find_in_order(pages: Sequence[SetPage], wanted: str, context: tuple[str, str]) -> _Placed | None:
    """Return the place where the quote stands in the order of drawing, the one whose surroundings fit best."""
    placed = _place_all(pages)
    letters = _read_letters(placed.texts)
    places = list(islice(_occurrences(letters.text, wanted), _MOST_PLACES))
    if not places:
        return None

    def worth(at: int) -> tuple[bool, int]:
        is_whole = _parted(letters, placed.glyph, at) and _parted(letters, placed.glyph, at + len(wanted))
        return is_whole, _fit(letters.text, at, wanted, context)

    at = max(places, key=worth)
    first, last = letters.owners[at], letters.owners[at + len(wanted) - 1]
    return replace(placed, chosen=tuple(range(first, last + 1)))


def _find_across(page: SetPage, following: SetPage, wanted: str) -> _Placed | None:
    """Return the quote where its beginning stands last on one page and its end on the next, whatever is between."""
    placed = _place_all([page, following])
    first, second = _read_letters(page.texts), _read_letters(following.texts)
    longest = bisect_left(range(1, len(wanted)), True, key=lambda length: wanted[:length] not in first.text)
    for cut in range(longest, _LEAST_PART - 1, -1):
        here, there = first.text.rfind(wanted[:cut]), second.text.find(wanted[cut:])
        if (
            there >= 0
            and len(wanted) - cut >= _LEAST_PART
            and _parted(first, page.glyph, here + cut)
            and _parted(second, following.glyph, there)
        ):
            end = first.owners[here + cut - 1] + 1
            end += _is_hyphen(page, end)
            offset = len(page.texts)
            rest = (offset + second.owners[there], offset + second.owners[there + len(wanted) - cut - 1] + 1)
            return replace(placed, chosen=(*range(first.owners[here], end), *range(*rest)))
    return None


def _is_hyphen(page: SetPage, number: int) -> bool:
    """Return whether a glyph is a sign that stands directly behind the one before it."""
    if number == len(page.texts) or _fold_glyph(page.texts[number]):
        return False
    return not page.glyph(number).after_space and _goes_on(page.glyph(number - 1), page.glyph(number))


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _parted(letters: _Letters, glyph: Callable[[int], Glyph], at: int) -> bool:
    """Return whether a word ends before letter `at`: at a space, another line, or any sign that is no letter."""
    if at in (0, len(letters.owners)):
        return True
    before, after = letters.owners[at - 1], letters.owners[at]
    return after - before > 1 or (
        after != before and (glyph(after).after_space or not _goes_on(glyph(before), glyph(after)))
    )


def _fit(text: str, start: int, wanted: str, context: tuple[str, str]) -> int:
    """Return how many letters around a place are those around the quote."""
    before, after = context
    end = start + len(wanted)
    return _shared(reversed(text[max(0, start - len(before)) : start]), reversed(before)) + _shared(
        iter(text[end : end + len(after)]), iter(after)
    )


def _shared(one: Iterator[str], other: Iterator[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class _Run:
    """Glyphs that stand on one line without a gap: their letters, and where in them words begin."""

    letters: _Letters
    first: int
    last: int
    starts: tuple[int, ...]
    head: Glyph
    tail: Glyph
    page: int

    def owner(self, letter: int) -> int:
        """Return the number of the glyph that a letter of the run belongs to."""
        return self.first + self.letters.owners[letter]


def _find_in_runs(pages: Sequence[SetPage], wanted: str, before: str, gap: float) -> _Placed | None:
    """Return the quote put together from runs that end at such a gap, in whatever order they are drawn."""
    placed = _place_all(pages)
    chosen = _assemble(_split_runs(placed, gap), wanted, before)
    return None if chosen is None else replace(placed, chosen=chosen)


def _split_runs(placed: _Placed, gap: float) -> list[_Run]:
    glyphs = [placed.glyph(number) for number in range(len(placed.texts))]
    cuts = [
        number
        for number, (one, other) in enumerate(pairwise(glyphs), start=1)
        if placed.page(number - 1) is not placed.page(number)
        or not _goes_on(one, other)
        or (_gap(one, other) > gap * one.size if gap else other.after_space)
    ]
    bounds = [0, *cuts, len(glyphs)] if glyphs else []
    runs = []
    for first, last in pairwise(bounds):
        part = glyphs[first:last]
        letters = _read_letters(placed.texts[first:last])
        starts = tuple(at for at in range(len(letters.text)) if _parted(letters, part.__getitem__, at))
        runs.append(_Run(letters, first, last - 1, starts, part[0], part[-1], placed.page(first).number))
    return [run for run in runs if run.letters.text]


def _assemble(runs: Sequence[_Run], wanted: str, before: str) -> tuple[int, ...] | None:
    """Return the numbers of the glyphs that spell `wanted`, run after run; None where no runs do.

    A run is used whole, but for the first, whose beginning may be left off, and the last, whose end may. Of the runs
    that could come next the nearest is tried first: it has to be taken back where the rest does not follow.
    """
    by_letter: dict[str, list[int]] = {}
    for number, run in enumerate(runs):
        by_letter.setdefault(run.letters.text[0], []).append(number)
    steps = 0
    for number, start in _beginnings(runs, wanted, before):
        path = [_Used(number, start, min(len(runs[number].letters.text), start + len(wanted)))]
        choices: list[Iterator[_Used]] = []
        while path:
            done = sum(used.end - used.start for used in path)
            if done == len(wanted):
                return _glyphs_along(runs, path)
            if (steps := steps + 1) > MOST_STEPS:
                return None
            if len(choices) < len(path):
                choices.append(_nexts(runs, by_letter.get(wanted[done], []), path, wanted, done))
            following = next(choices[-1], None)
            if following is None:
                choices.pop()
                path.pop()
            else:
                path.append(following)
    return None


@dataclass(frozen=True, slots=True)
class _Used:
    """A run, by its number, and which of its letters are used."""

    run: int
    start: int
    end: int


def _glyphs_along(runs: Sequence[_Run], path: Sequence[_Used]) -> tuple[int, ...]:
    """Return the glyphs of the letters used and the signs between them."""
    chosen: list[int] = []
    for place, used in enumerate(path):
        run = runs[used.run]
        first = run.owner(used.start) if place == 0 else run.first
        last = run.owner(used.end - 1) if place == len(path) - 1 else run.last
        chosen += range(first, last + 1)
    return tuple(chosen)


def _beginnings(runs: Sequence[_Run], wanted: str, before: str) -> list[tuple[int, int]]:
    """Return (run, letter) where the quote may begin: most of it in the run first, then the better fitting place."""
    found = []
    drawn = ""
    for number, run in enumerate(runs):
        text = run.letters.text
        for start in run.starts:
            if wanted.startswith(text[start : start + len(wanted)]):
                fit = _shared(reversed(drawn + text[:start]), reversed(before))
                found.append((-min(len(text) - start, len(wanted)), -fit, number, start))
        drawn = (drawn + text)[-CONTEXT_CHARACTERS:]
    return [(number, start) for *_, number, start in sorted(found)]


def _nexts(
    runs: Sequence[_Run], numbers: Sequence[int], path: Sequence[_Used], wanted: str, done: int
) -> Iterator[_Used]:
    """Yield the runs that go on with the quote: the one drawn next, then from the nearest to the farthest."""
    last = path[-1].run
    taken = {used.run for used in path}
    left = len(wanted) - done
    fitting = []
    for number in numbers:
        letters = runs[number].letters.text
        is_last = len(letters) > left
        fits = wanted.startswith(letters[:left], done) and (not is_last or left in runs[number].starts)
        if fits and number not in taken:
            fitting.append(_Used(number, 0, min(len(letters), left)))
    yield from sorted(fitting, key=lambda used: (used.run != last + 1, _distance(runs[last], runs[used.run])))


def _distance(one: _Run, other: _Run) -> float:
    """Return how far the eye goes: along the line, or from the beginning of one line to that of the next."""
    along = abs(other.head.x - one.tail.x) + abs(other.head.y - one.tail.y)
    down = abs(other.head.x - one.head.x) + abs(other.head.y - one.head.y)
    return min(along, down) + 1e6 * abs(other.page - one.page)


def _upright(glyph: Glyph) -> tuple[float, float, float]:
    """Return left edge, right edge and baseline as if the glyph's line were read to the right."""
    box = glyph.box
    return (
        (box.left, box.right, glyph.y),
        (box.top, box.bottom, -glyph.x),
        (-box.right, -box.left, -glyph.y),
        (-box.bottom, -box.top, glyph.x),
    )[glyph.turn]


def _goes_on(one: Glyph, other: Glyph) -> bool:
    """Return whether the second glyph stands on the line of the first, after it."""
    if one.turn != other.turn:
        return False
    (_, right, base), (left, _, other_base) = _upright(one), _upright(other)
    size = max(one.size, other.size)
    is_after = left >= right - _BACK * size or one.box == other.box  # the letters of a ligature share its box
    return is_after and abs(base - other_base) <= _SAME_LINE * size


def _gap(one: Glyph, other: Glyph) -> float:
    return _upright(other)[0] - _upright(one)[1]


def _with_edges(placed: _Placed, quote: str) -> _Placed:
    """Add the signs that the quote begins and ends with, where they stand beside its first and last letter."""
    characters = [character for character in quote if not character.isspace()]
    opening = next((n for n, character in enumerate(characters) if character.isalnum()), 0)
    closing = next((n for n, character in enumerate(reversed(characters)) if character.isalnum()), 0)
    first, last = placed.chosen[0], placed.chosen[-1]
    lead = _count_signs(placed.texts[max(0, first - opening) : first][::-1])
    trail = _count_signs(placed.texts[last + 1 : last + 1 + closing])
    return replace(placed, chosen=(*range(first - lead, first), *placed.chosen, *range(last + 1, last + 1 + trail)))


def _count_signs(texts: Sequence[str]) -> int:
    """Return how many signs stand before the first letter or figure."""
    return next((n for n, text in enumerate(texts) if fold_letters(text)), len(texts))


def _boxes_by_page(placed: _Placed) -> tuple[PageBoxes, ...]:
    found = []
    for _, group in groupby(placed.chosen, key=lambda number: placed.page(number).number):
        numbers = list(group)
        page = placed.page(numbers[0])
        boxes = _line_boxes([placed.glyph(number) for number in numbers], page)
        if boxes:
            found.append(PageBoxes(page.number, page.width, page.height, boxes))
    return tuple(found)


def _line_boxes(glyphs: Sequence[Glyph], page: SetPage) -> tuple[Box, ...]:
    """Return a box around each line, cut to the page; what stands outside it has none."""
    lines: list[list[Glyph]] = []
    for glyph in glyphs:
        if lines and _goes_on(lines[-1][-1], glyph) and _gap(lines[-1][-1], glyph) <= _COLUMN_GAP * glyph.size:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    around = [
        Box(
            max(0.0, min(glyph.box.left for glyph in line)),
            max(0.0, min(glyph.box.top for glyph in line)),
            min(page.width, max(glyph.box.right for glyph in line)),
            min(page.height, max(glyph.box.bottom for glyph in line)),
        )
        for line in lines
    ]
    return tuple(box for box in around if box.left < box.right and box.top < box.bottom)
