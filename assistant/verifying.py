"""Is a sentence supported by what it cites? Figures, names, negation, modality and content, without a model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.agreement import find_disagreements
from assistant.attachment import strange_deeds, strange_figures
from assistant.bounds import changed_bounds
from assistant.conditions import CONDITION_FOLLOWS, lost_conditions
from assistant.cues import read_cues
from assistant.directions import turned_directions, turned_shares
from assistant.figures import Figures, count_said, merged, read_figures, unsaid_figures
from assistant.frequencies import Rate, changed_rates, find_rates
from assistant.names import said_names, unsaid_names
from assistant.quoting import QuotableText
from assistant.reservations import lost_reservations
from assistant.statements import Statement, read_statement, tidy
from assistant.tables import Cell, compare_answers, find_cells, other_cells
from assistant.wording import Vocabulary, guess_language, is_content_word
from corpus.documents import Language, Span
from indexing.words import words_of

ProblemKind = Literal["quote", "number", "date", "section", "name", "negation", "modality", "content", "language"]

LEAST_CONTENT = 0.6
"""Share of a sentence's content words that its quotes must speak of (evaluation.md, "Support")."""
LEAST_CONTENT_NEAR = 0.5
"""The same between Danish and Norwegian, and where only some of the quotes are in another language."""
LEAST_CONTENT_FOREIGN = 0.25
"""The same between English and the other two, where only names, cognates and known translations can be met.

Measured on 291 pairs of sentences of parallel leaflets: 0.3 stops 16 of 582 right pairs for their content, 0.25 11, and
lets 11 and 12 of 582 wrong pairs through.
"""

MAX_SENTENCE_CHARACTERS = 3000
_LONGEST = f"{MAX_SENTENCE_CHARACTERS:,}"
MAX_QUOTE_CHARACTERS = 6000
"""Characters of a quote that are read; what stands after them supports nothing."""
MAX_QUOTES = 20
MAX_FIGURES = 100
"""Figures of a sentence; a table of more is no sentence."""
_ENOUGH = 500
"""Characters of a quote that tell its language."""
_PART = re.compile(r"\s*(?:\n|•|…|·|\.\.\.)\s*")
_NUMBER_BEGINS = re.compile(r"(?:\d[.,:/^]|\bminus |\d[ \u00a0]|\d[x×·*⋅])$", re.IGNORECASE)
_NUMBER_GOES_ON = re.compile(r"[.,:/^]\d|[ \u00a0](?:\d{3}(?!\d)|\d{1,2}/\d)|\s?[x×·*⋅]\s?\d")
_SIGNS = re.compile(r"[<>≤≥±~^:/](?==?\s?(?:minus )?\d)")
_CLAUSE_END = re.compile(r"[.!?;:,\n|•…()–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a sentence is not supported; `detail` names what is wrong in it, in English.

    >>> str(Problem("number", "25 is not in the quote"))
    'number: 25 is not in the quote'
    """

    kind: ProblemKind
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def find_problems(sentence: str, quotes: Sequence[str], question: str = "") -> tuple[Problem, ...]:
    """Return what a sentence says that its quotes do not; an empty result means that it is supported.

    Every number, date, reference and name must stand in a quote, in whatever form, or in the question; negation,
    exclusivity and modality must be those of the part of a quote that the sentence leans on; and enough of its content
    must be there. A sentence that is made of whole parts of its quotes is supported as it is.

    Args:
        sentence: of an answer; a list, a table row or a sentence shortened with "…" as well.
        quotes: word for word from the documents it cites.
        question: what was asked, whose figures and names an answer may repeat.
    """
    if len(sentence) > MAX_SENTENCE_CHARACTERS:
        return (Problem("content", f"{len(sentence):,} characters are too many to check: at most {_LONGEST}"),)
    quotes = [quote[:MAX_QUOTE_CHARACTERS] for quote in quotes[:MAX_QUOTES]]
    given = [quote for quote in quotes if any(character.isalnum() for character in quote)]
    if not given:
        return (Problem("quote", "no quote is given"),)
    if not any(character.isalnum() for character in sentence):
        return (Problem("content", "the sentence says nothing"),)
    if all(_is_verbatim(part, given, is_cut=is_cut) for part, is_cut in _parts(sentence)):
        return ()
    return tuple(dict.fromkeys(_find(sentence, given, question)))


def _parts(sentence: str) -> list[tuple[str, bool]]:
    """Return the parts of a sentence that say something, and whether it shows with "…" that one goes on."""
    tidied = tidy(sentence)
    breaks = [*_PART.finditer(tidied), None]
    parts, at = [], 0
    for found in breaks:
        part = tidied[at : found.start() if found else len(tidied)]
        if any(character.isalnum() for character in part):
            parts.append((part, found is not None and found.group().strip() in ("…", "...")))
        at = found.end() if found else at
    return parts


def _find(sentence: str, quotes: Sequence[str], question: str) -> Iterator[Problem]:
    written_in = guess_language(words_of(sentence))
    sources = [read_statement(quote, written_in) for quote in quotes]
    claim = read_statement(sentence, next((source.language for source in sources if source.language), None))
    asked = read_statement(question)
    figures = _figures(claim)
    if len(figures) > MAX_FIGURES:
        yield Problem("number", f"{len(figures)} figures are too many to check: at most {MAX_FIGURES}")
        return
    quoted = [_figures(source) for source in sources]
    cells = find_cells([source.text for source in sources])
    for kind, text in unsaid_figures(claim.text, figures, (merged(quoted), _figures(asked))):
        yield Problem(kind, f"{text} is not in the quote")
    for text in (
        *changed_bounds(claim.text, figures, list(zip([source.text for source in sources], quoted, strict=True))),
        *changed_rates(*_rates(claim, sources)),
        *strange_figures(claim, figures, list(zip(sources, quoted, strict=True))),
        *other_cells(claim, figures, cells),
        *turned_shares(claim, sources),
        *turned_directions(claim, sources),
    ):
        yield Problem("number", text)
    for name in unsaid_names(claim, sources, asked):
        yield Problem("name", f"{name} is not in the quote")
    for text in strange_deeds(claim, sources):
        yield Problem("name", text)
    yield from _turned_round(claim, sources, asked, cells)
    named = [name for name in said_names(claim, sources) if not asked.vocabulary.names(name)]
    yield from _missing_content(claim, sources, asked, named, count_said(figures, merged(quoted)))


def _turned_round(
    claim: Statement, sources: Sequence[Statement], asked: Statement, cells: Sequence[Cell]
) -> Iterator[Problem]:
    """Yield where a claim denies, obliges or asserts otherwise than its quotes."""
    wrong, borne_out = compare_answers(claim, cells)
    for text in wrong:
        yield Problem("negation", text)
    undisputed = replace(claim, cues=tuple(cue for cue in claim.cues if cue not in borne_out)) if borne_out else claim
    for what, text in find_disagreements(undisputed, sources, asked):
        yield Problem(what, text)
    for text in (*lost_conditions(claim, sources, asked), *lost_reservations(claim, sources)):
        yield Problem("modality", text)


def _rates(claim: Statement, sources: Sequence[Statement]) -> tuple[Sequence[Rate], Sequence[Rate]]:
    """Return how often a claim says that things happen, and where it says it, how often its quotes do."""
    mine = find_rates(claim.text, _written_like(claim))
    return mine, [rate for one in sources for rate in find_rates(one.text, _written_like(one))] if mine else []


def _figures(statement: Statement) -> Figures:
    return read_figures(statement.text, _written_like(statement), statement.language)


def _written_like(statement: Statement) -> Language | None:
    """Return a language that writes numbers as a text does; what is Danish or Norwegian writes them alike."""
    return statement.language or ("da" if statement.nordic else None)


def _missing_content(
    claim: Statement, quotes: Sequence[Statement], question: Statement, named: Collection[str], figures: int
) -> Iterator[Problem]:
    """Yield a problem where the quotes speak of too few of a claim's content words.

    It is enough that they do of all its words, or of those that are not the question's, where these are two or more.
    The names that the quotes have under any name are `named`; each of the `figures` that they say counts as a word.
    """
    words = list(dict.fromkeys(word.text for word in claim.words if is_content_word(word.text)))
    held = Vocabulary([word.text for quote in quotes for word in quote.words])
    missing = [word for word in words if word not in named and not held.holds(word)]
    own = [word for word in words if not question.vocabulary.names(word)]
    least = _least_content(claim, quotes)

    def are_held(some: Sequence[str]) -> bool:
        count = len(some) + figures
        return count - sum(word in missing for word in some) >= least * count

    if not are_held(words) and not (len(own) + figures > 1 and are_held(own)):
        yield Problem("content", f"not in the quote: {', '.join(missing)}")


def _least_content(claim: Statement, quotes: Sequence[Statement]) -> float:
    foreign = [claim.is_foreign_to(quote) for quote in quotes]
    if all(foreign):
        return LEAST_CONTENT_FOREIGN
    if any(foreign) or any(claim.is_near(quote) for quote in quotes):
        return LEAST_CONTENT_NEAR
    return LEAST_CONTENT


@lru_cache(maxsize=1024)
def _quotable(quote: str) -> QuotableText:
    return QuotableText(tidy(quote))


def _is_verbatim(part: str, quotes: Sequence[str], *, is_cut: bool) -> bool:
    return any(
        not (
            _is_cut_from_its_cue(text, span)
            or _has_other_figures(text, span, part)
            or (not is_cut and CONDITION_FOLLOWS.match(text, span.end))
        )
        for quote in quotes
        for text in [tidy(quote)]
        for span in _quotable(quote).find_all(part)
    )


def _has_other_figures(quote: str, span: Span, part: str) -> bool:
    """Return whether a number of a quote goes on beyond a part cut from it, or has another sign in the part."""
    if quote[span.start].isdigit() and _NUMBER_BEGINS.search(quote[max(0, span.start - 6) : span.start]):
        return True
    if quote[span.end - 1].isdigit() and _NUMBER_GOES_ON.match(quote, span.end):
        return True
    return _SIGNS.findall(part) != _SIGNS.findall(quote[max(0, span.start - 2) : span.end])


def _is_cut_from_its_cue(quote: str, span: Span) -> bool:
    """Return whether the clause that a part was cut from has a negation or "only" right before or after it."""
    before = _CLAUSE_END.split(quote[max(0, span.start - 60) : span.start])[-1]
    after = _CLAUSE_END.split(quote[span.end : span.end + 40])[0]
    near = [*words_of(before)[-3:], "-", *words_of(after)[:2]]
    if len(near) == 1:
        return False
    cues = read_cues(near, guess_language(words_of(quote[:_ENOUGH])))
    return any(cue.plain and cue.kinds & {"negation", "only"} for cue in cues)
