"""What `/api` takes and gives: the same names as on the command line and in `assistant.interchange`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.messages import Outcome
from assistant.questions import MAX_QUESTION_CHARACTERS
from corpus.documents import Authority, Kind, Language
from corpus.records import StoredDocument
from indexing.hits import Filters

MAX_HITS = 100
MAX_LISTED = 1000
MAX_NAMES = 200
"""Values of one filter."""
MAX_TURNS = 200
"""Earlier turns that are read at all; `HISTORY_TURNS` of them, the newest, go with the question."""

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Text without NUL characters, which end a text for some of the program's parts."""
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=300)]
Question = Annotated[Text, Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS, description="Asked in words.")]
PartialDate = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$")]
"""ISO 8601, which may stop at the year or the month; "" is unknown."""


class Request(BaseModel):
    """What a client sends; a name that is not known is a fault, as a filter misspelt would let everything pass."""

    model_config = ConfigDict(extra="forbid")


class FilterFields(Request):
    """Which documents may be searched; an empty field allows all."""

    languages: list[Language] = Field(default=[], max_length=MAX_NAMES)
    kinds: list[Kind] = Field(default=[], max_length=MAX_NAMES)
    publishers: list[Line] = Field(default=[], max_length=MAX_NAMES)
    documents: list[Line] = Field(default=[], max_length=MAX_NAMES, description="Ids, as /api/documents has them.")
    date_from: PartialDate = Field(default="", description="The earliest date, inclusive; undated ones do not pass.")
    date_to: PartialDate = Field(default="", description="The latest date, inclusive; undated ones do not pass.")

    def to_filters(self) -> Filters:
        """Return the filters as the retriever takes them."""
        return Filters(
            languages=tuple(self.languages),
            kinds=tuple(self.kinds),
            publishers=tuple(self.publishers),
            documents=tuple(self.documents),
            date_from=self.date_from,
            date_to=self.date_to,
        )


class SearchQuery(FilterFields):
    """What is searched for."""

    q: Question
    limit: int = Field(default=10, ge=1, le=MAX_HITS)


class DocumentsQuery(FilterFields):
    """Which documents are listed."""

    limit: int = Field(default=100, ge=1, le=MAX_LISTED)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class TurnFields(Request):
    """An earlier question and the answer it got."""

    question: Text
    answer: Text


class AskRequest(Request):
    """A question to answer."""

    question: Question
    history: list[TurnFields] = Field(default=[], max_length=MAX_TURNS, description="Oldest first.")
    language: Language | None = Field(default=None, description="To answer in; without it, the question's own.")
    filters: FilterFields = FilterFields()


class SentenceReply(BaseModel):
    """A sentence of an answer."""

    text: str
    markers: list[int]
    supported: bool


class CitationReply(BaseModel):
    """A quote and where it stands; `start` and `end` count characters of the document's text, `page` from 1."""

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
    translation: str


class ConsideredReply(BaseModel):
    """A passage that was looked at and not quoted."""

    document: str
    section: str
    score: float


class ModelUsageReply(BaseModel):
    """What a language model was given and gave, in its own tokens."""

    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None


class TimingsReply(BaseModel):
    """Milliseconds."""

    retrieve_ms: float
    answer_ms: float
    total_ms: float


class AnswerReply(BaseModel):
    """A checked answer, as `atmp ask --json` gives it."""

    id: str
    question: str
    language: Language
    outcome: Outcome
    answered: bool
    answer: str
    confidence: float
    sentences: list[SentenceReply]
    citations: list[CitationReply]
    considered: list[ConsideredReply]
    warnings: list[str]
    model: str
    removed: int
    usage: ModelUsageReply | None
    timings: TimingsReply


class HitReply(BaseModel):
    """A passage that was found, as `atmp search --json` gives it."""

    document: str
    document_id: str
    title: str
    page: int
    section: str
    text: str
    score: float
    language: Language
    date: str
    start: int
    end: int


class SearchReply(BaseModel):
    """Passages, best first."""

    query: str
    hits: list[HitReply]


class DocumentReply(BaseModel):
    """A document of the library; where its file lies is not told."""

    id: str
    document: str = Field(description="The file's name.")
    title: str
    publisher: str
    date: str
    kind: Kind
    authority: Authority
    language: Language
    valid_from: str
    valid_to: str
    replaces: str
    replaced_by: str
    source_url: str
    licence: str
    pages: int
    chunks: int
    content_hash: str
    added_at: str
    warnings: list[str]


class DocumentsReply(BaseModel):
    """Some of the documents, sorted by name; `total` counts all that pass the filters."""

    total: int
    documents: list[DocumentReply]


class SectionReply(BaseModel):
    """A heading: its path from the outermost section, and the page it stands on."""

    path: list[str]
    page: int


class DocumentDetailsReply(DocumentReply):
    """A document with its headings."""

    sections: list[SectionReply]


class HealthReply(BaseModel):
    """The state of the process."""

    status: Literal["ok", "ready"]


class ErrorFields(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    """A request that was not served; the shape is that of OpenAI's API."""

    error: ErrorFields


def document_to_json(stored: StoredDocument) -> dict[str, Any]:
    """Return the object of a document."""
    return {
        "id": stored.id,
        "document": stored.name,
        **asdict(stored.meta),
        "pages": stored.page_count,
        "chunks": stored.chunk_count,
        "content_hash": stored.content_hash,
        "added_at": stored.added_at,
        "warnings": list(stored.warnings),
    }
