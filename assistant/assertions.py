"""A sentence as it is compared with another: its values, what tells it apart, and the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.amounts import Amount
from assistant.dates import Date
from assistant.figures import Figures, read_figures
from assistant.frequencies import Rate, find_rates
from assistant.statements import Statement, read_statement
from assistant.topics import are_one_word
from assistant.wording import folded, is_content_word
from corpus.documents import Language
from corpus.sentences import read_words


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """A sentence as it is compared: its values, the figures that only tell them apart, and the words around them.

    `rates` are times a year with their wording; `periods` the periods it holds for ("om året", "månedligt"), with
    theirs. `names` are all figures that are no values.
    """

    statement: Statement
    amounts: tuple[Amount, ...]
    dates: tuple[Date, ...]
    rates: tuple[tuple[Fraction, str], ...]
    periods: tuple[tuple[str, str], ...]
    names: frozenset[str]
    qualifiers: frozenset[str]
    words: tuple[str, ...]
    is_denied: bool


TIMES_A_YEAR: dict[str, int] = {
    **{"year": 1, "half year": 2, "quarter": 4, "month": 12, "week": 52, "day": 365, "hour": 8760},
}
_PER = re.compile(
    r"(?<![^\W_])(?:om|per|pr\.?|i|a|an|in a|hver|hvert|kvart|each|every) (?:(?P<year>året|åretet|år|year|annum)"
    r"|(?P<month>måneden|måned|månaden|månad|month)|(?P<week>ugen|uge|uken|uke|uka|week)|(?P<day>dagen|dag|døgn|day)"
    r"|(?P<quarter>kvartalet|kvartal|quarter))(?![^\W_])",
    re.IGNORECASE,
)
_LONE_CAPITAL = re.compile(r"(?<![^\W_])(?<!\d )[A-ZÆØÅ](?![^\W_]|\.\w)")
_MEETING = "møder"


@lru_cache(maxsize=2048)
def read_assertion(sentence: str, language: Language) -> Assertion:
    """Return a sentence as it is compared; `language` is what it is taken to be in where its words do not tell.

    So many meetings in a period are a frequency: "holder to møder om året" says what "mødes to gange om året" says.
    """
    statement = read_statement(sentence, language)
    text = statement.text
    spoken = statement.language or language
    figures = read_figures(text, spoken, spoken)
    rates, taken = _place_rates(text, find_rates(text, spoken))
    timed = [rate for rate in rates if rate.times is not None]
    periods = [(rate.period, rate.text) for rate in rates if rate.times is None]
    blanked = _blank(text, taken)
    periods += [(match.lastgroup or "", match.group()) for match in _PER.finditer(blanked)]
    amounts = [amount for amount in figures.amounts if not _lies_in(amount, taken) and not amount.ordinal]
    spans = [*taken, *((a.start, a.end) for a in figures.amounts), *((d.start, d.end) for d in figures.dates)]
    spans += [match.span() for match in _PER.finditer(blanked)]
    a_year = [(rate.times * TIMES_A_YEAR[rate.period], rate.text) for rate in timed if rate.times is not None]
    meetings = [amount for amount in amounts if not amount.unit and _counts_meetings(statement, amount)]
    if not a_year and len(meetings) == 1 and len({period for period, _ in periods}) == 1:
        counted = next(iter(meetings[0].values)) * TIMES_A_YEAR[periods[0][0]]
        a_year, periods = [(counted, meetings[0].text)], []
        amounts.remove(meetings[0])
    return Assertion(
        statement=statement,
        amounts=tuple(amounts),
        dates=figures.dates,
        rates=tuple(a_year),
        periods=tuple(dict.fromkeys(periods)),
        names=_names(text, figures),
        qualifiers=frozenset(name for word in statement.words for name in _qualifiers().get(folded(word.text), ())),
        words=tuple(
            word.text
            for word in statement.words
            if is_content_word(word.text) and not any(start <= word.start < end for start, end in spans)
        ),
        is_denied=sum(cue.plain and "negation" in cue.kinds and not cue.manner for cue in statement.cues) % 2 == 1,
    )


def _place_rates(text: str, rates: Iterable[Rate]) -> tuple[list[Rate], list[tuple[int, int]]]:
    """Return the rates, and where they stand."""
    found, spans, at = [], [], 0
    for rate in rates:
        start = text.find(rate.text, at)
        at = start + len(rate.text)
        found.append(rate)
        spans.append((start, at))
    return found, spans


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "." * (end - start) + text[end:]
    return text


def _lies_in(amount: Amount, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= amount.start < end for start, end in spans)


def _names(text: str, figures: Figures) -> frozenset[str]:
    """Return the figures that tell things apart: references, codes, labels, Roman numerals, ordinals, lone capitals."""
    return frozenset(
        {
            *(f"ref {reference.number}" for reference in figures.references),
            *(f"code {code}" for code in figures.codes),
            *(f"label {label.name}" for label in figures.labels),
            *(f"roman {value}" for _, value in figures.romans),
            *(f"nth {value}" for word, value in figures.ordinals),
            *(f"by {word}" for word, _ in figures.multiples),
            *(f"compared {sign}{number}" for number, sign in figures.comparisons),
            *(f"letter {letter}" for letter in _LONE_CAPITAL.findall(text[1:]) if letter not in ("I", "Å", "Ø")),
        }
    )  # fmt: skip


def noun_after(statement: Statement, amount: Amount) -> str:
    """Return the content word that a number counts, "" where none follows it."""
    following = [word for word in statement.words if word.start >= amount.end][:3]
    clause = next((word.clause for word in statement.words if word.start >= amount.start), 0)
    return next((w.text for w in following if w.clause == clause and is_content_word(w.text)), "")


def _counts_meetings(statement: Statement, amount: Amount) -> bool:
    noun = noun_after(statement, amount)
    return bool(noun) and are_one_word(noun, _MEETING)


_QUALIFIERS: dict[str, str] = {
    "part": "heraf deraf herav derav hvoraf hvorav thereof herunder herunder",
    "before": "før forud prior before",
    "after": "efter etter after",
    "without": "uden uten utan without",
    "between": "mellem mellom between",
    "except": "undtagen unntatt except bortset bortsett",
    "if": "hvis såfremt dersom medmindre if unless når when hvor where",
    "other": "andre andet anden annen annet øvrige other additional yderligere ytterligere ekstra extra flere fleire",
    "each": "hver hvert enhver ethvert each every kvar kvart",
    "both": "begge both",
    "only": "kun bare blot only alene",
    "or": "eller or enten either",
}
"""Small words that make another thing of what they stand by; two sentences about one thing have the same."""


@lru_cache(maxsize=1)
def _qualifiers() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for name, words in _QUALIFIERS.items():
        for word in words.split():
            table[folded(word)] = table.get(folded(word), frozenset()) | {name}
    return table


_POINTING = frozenset(
    folded(word)
    for word in read_words("""
        næste neste next sidste siste last forrige previous kommende coming ovennævnte ovenstående ovenfor nedenfor
        nedenstående følgende følgjande following above below pågældende førnævnte nuværende nåværende hun han he she
    """)
)
"""Words that mean another thing in every document or at every time."""
_THIS = frozenset(folded(word) for word in read_words("denne dette disse desse this these sådan slik such samme same"))
"""Words that point back, at a sentence before where a sentence begins with them."""
_OPENS_WITH_A_POINTER = re.compile(r"(?:Det|Den|De|It|Han|Hun|They)\s(?P<next>\w+)")


def may_be_compared(mine: Assertion, theirs: Assertion) -> bool:
    """Return whether two sentences have the same small words and names in figures, as those about one thing have."""
    if any(_points(reading) for reading in (mine, theirs)):
        return False
    if mine.names != theirs.names:
        return False
    allowed = {"each"} if mine.rates or theirs.rates or mine.periods or theirs.periods else set()
    return not (mine.qualifiers ^ theirs.qualifiers) - allowed - {"only"}


def _points(reading: Assertion) -> bool:
    words = reading.statement.words
    if any(folded(word.text) in _POINTING for word in words) or any(folded(word.text) in _THIS for word in words[:2]):
        return True
    opening = _OPENS_WITH_A_POINTER.match(reading.statement.text)
    return opening is not None and not is_content_word(opening["next"])
