"""The values of an evaluation: what the program said to a case, how it was judged, and the figures over all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus.documents import Language

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a citation gives: the file's name and the words that are to stand in it."""

    document: str
    text: str


@dataclass(frozen=True, slots=True)
class StatedSentence:
    """A sentence of an answer and the quotes that it leans on."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as far as it is judged; made from the JSON that `atmp ask --json` prints, whoever wrote it.

    `language` is the language the program answered in, "" where it does not say. A refusal has no quotes.
    """

    answered: bool
    outcome: str
    text: str
    quotes: tuple[Quote, ...] = ()
    sentences: tuple[StatedSentence, ...] = ()
    confidence: float = 0.0


def given_answer(value: Json) -> GivenAnswer:
    """Return the answer that an object of the command's JSON holds; what it lacks is empty."""
    answered = bool(value.get("answered"))
    citations = list(value.get("citations") or []) if answered else []
    quotes = [Quote(str(c.get("document") or ""), str(c.get("quote") or "")) for c in citations]
    by_marker = {c.get("marker"): quote for c, quote in zip(citations, quotes, strict=True)}
    sentences = tuple(
        StatedSentence(str(s.get("text") or ""), tuple(by_marker[m] for m in s.get("markers") or [] if m in by_marker))
        for s in (value.get("sentences") or [] if answered else [])
    )
    return GivenAnswer(
        answered=answered,
        outcome=str(value.get("outcome") or ("answered" if answered else "no_evidence")),
        text=str(value.get("answer") or ""),
        quotes=tuple(quotes),
        sentences=sentences,
        confidence=float(value.get("confidence") or 0.0),
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found: the file's name and offsets into the document's text."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What the program did with one case; a case that failed has its reason in `error` and nothing else.

    `answer` is the command's JSON without timings. `forced` is what it would have said had it not refused, None
    where it did answer or had nothing to say. `passages` are what its question finds, best first: more than the
    answer was read from for an answerable case, just that for another; `stand_alone` what the case's stand-alone
    wording finds (None where it has none). `disturbed` has, by the name of the
    disturbance, the disturbed question and what it finds. `detected` is the language found for the question as it was
    asked. `milliseconds` is the wall time of the answer; it is kept out of everything that two runs have in common.
    """

    case_id: str
    answer: Json | None = None
    forced: Json | None = None
    passages: tuple[Passage, ...] = ()
    stand_alone: tuple[Passage, ...] | None = None
    disturbed: Mapping[str, tuple[str, tuple[Passage, ...]]] = field(default_factory=dict)
    detected: Language | None = None
    error: str = ""
    milliseconds: float = 0.0
    retrieval_milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: `value` over `n` observations of a part of the cases, with its 95 % interval.

    `name` is the measure ("success_at_5"); `part` says over what: "all", "lang da", "kind number", "pair da-en",
    "disturbance lower_case". Rates are 0 to 1.
    """

    name: str
    part: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one answer was judged; `None` is "does not apply", never zero.

    `right`, `correct`, `cited` and `fact_recall` are defined as in the acceptance scorer (`correct`, `cited` and
    `fact_recall` None for a case that is not answerable). `contradicted`: a number or date stands in the answer that
    neither a quote, the question nor the gold has. `supported`: every number of the answer stands in a quote or the
    question (None for a refusal). `verbatim_quotes` of `quotes` stand word for word in the document they name. ALCE:
    `supported_sentences` of `sentences` are borne out by their quotes together, `needed_citations` of `citations`
    count for precision.
    """

    answered: bool
    right: bool
    correct: bool | None
    cited: bool | None
    fact_recall: float | None
    contradicted: bool
    supported: bool | None
    verbatim_quotes: int
    quotes: int
    sentences: int
    supported_sentences: int
    citations: int
    needed_citations: int
    words: int
