"""The values of a conversation: question in, cited answer out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.documents import Language

EXTRACTIVE = "extractive"
"""What an answer that is quoted has as its model."""

Outcome = Literal["answered", "partial", "no_evidence", "blocked"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and the answer it got."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands.

    `start` and `end` are offsets into the document's text; `page` counts from 1; `translation` is a rendering of a
    foreign quote in the answer's language, made by a language model, empty where there is none.
    """

    marker: int
    document: str
    document_id: str
    title: str
    page: int
    section: str
    quote: str
    start: int
    end: int
    language: Language
    date: str
    translation: str = ""


_CLOSING = "\"'”’»«)] "
"""What may stand after the mark that ends a sentence."""


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer and the markers of the citations it leans on."""

    text: str
    markers: tuple[int, ...]
    supported: bool

    @property
    def stands_apart(self) -> bool:
        """Whether it is a block of its own: it has several lines, or is no whole sentence that others can follow."""
        said = self.text.strip()
        is_whole = said.rstrip(_CLOSING).endswith((".", "!", "?", "…")) and not said[:1].islower()
        return any(map(str.isalnum, said)) and ("\n" in said or not is_whole)


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was looked at and not quoted."""

    document: str
    document_id: str
    title: str
    page: int
    section: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds of wall time."""

    retrieve_ms: float
    answer_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model was given and gave, in its own tokens; `cost` in the currency of the prices set."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets. An answer that is a refusal has the refusal as `text` and no citations.

    `removed` counts the sentences of a language model that its sources did not support; `usage` is None where no model
    was asked.
    """

    id: str
    question: str
    language: Language
    outcome: Outcome
    text: str
    confidence: float
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    considered: tuple[Considered, ...]
    warnings: tuple[str, ...]
    model: str
    timings: Timings
    removed: int = 0
    usage: Usage | None = None

    @property
    def answered(self) -> bool:
        """Whether something of the question was answered."""
        return self.outcome in ("answered", "partial")


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence that its quotes support, as soon as it is known, with the citations that none before it has.

    `language` is the answer's.
    """

    sentence: AnswerSentence
    citations: tuple[Citation, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer, which may differ from the sentences before it: one that was repaired stands in its place."""

    answer: Answer


Event = SentenceChecked | Finished
