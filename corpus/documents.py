"""The values that a file becomes: document, page, section, block, chunk, sentence.

Every position (`start`, `end`) is an offset in characters into `Document.text`, end exclusive.
Every page number counts from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Language = Literal["da", "no", "en"]
"""The languages the program reads and answers in; `no` is both bokmål and nynorsk."""

LANGUAGES: tuple[Language, ...] = ("da", "no", "en")

Kind = Literal["mandate", "minutes", "law", "strategy", "article", "leaflet", "brief", "guide", "other"]
Authority = Literal["binding", "guidance", "decision record", "information"]

BlockKind = Literal["heading", "paragraph", "item", "row", "header"]
"""`item`: an entry of a list. `row`: a row of a table. `header`: the row that names a table's columns."""

ChunkKind = Literal["text", "list", "table"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text; `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What is known about a document. Dates are ISO 8601 and may stop at the year or the month; "" is unknown."""

    title: str
    publisher: str = ""
    date: str = ""
    kind: Kind = "other"
    authority: Authority = "information"
    language: Language = "da"
    valid_from: str = ""
    valid_to: str = ""
    replaces: str = ""
    replaced_by: str = ""
    source_url: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the original; a format without pages has a single page 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    `number` is as printed ("3", "§ 11 a", "Artikel 4", "Stk. 2") or "". `path` holds the labels from the outermost
    section to this one, e.g. ("3. Samarbejdsstruktur", "Styregruppe").
    """

    number: str
    title: str
    path: tuple[str, ...]
    start: int
    end: int
    page: int


@dataclass(frozen=True, slots=True)
class Block:
    """The smallest stretch that is never cut by a chunk: a heading, paragraph, list item or table row.

    `section` is an index into `Document.sections`, or None before the first heading. `lead` is the span of the
    sentence that introduces the list an item is in ("Udvalget består af:"), or of the table's header row.
    """

    kind: BlockKind
    start: int
    end: int
    page: int
    section: int | None = None
    lead: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been read.

    `text` is the whole clean text: paragraphs reflowed to one line each, blocks separated by a blank line (rows
    and items by a single newline). `warnings` are sentences in English about what could not be read.
    """

    name: str
    text: str
    meta: DocumentMeta
    pages: tuple[Page, ...]
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, list item or table row inside a chunk: the unit that is embedded and quoted."""

    start: int
    end: int
    kind: Literal["sentence", "item", "row"] = "sentence"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole blocks of one section: the unit that is found and shown.

    `path` is the section's path (without the document's title). `lead` is as in `Block`; for a list whose
    introducing sentence stands inside the chunk, `lead` lies within `start`..`end`.
    """

    start: int
    end: int
    page: int
    path: tuple[str, ...]
    language: Language
    kind: ChunkKind = "text"
    lead: Span | None = None
    sentences: tuple[Sentence, ...] = field(default=())


SET_MARK = "\ufdd0"
"""Stands before a mark that a reader of set pages (PDF) put on a line: `\ufdd0## Title`, `\ufdd0| a | b |`.

A noncharacter, which Unicode keeps for a program's own use: no text holds it by chance, as it may hold `#` and `|`.
"""


@dataclass(frozen=True, slots=True)
class RawPage:
    """The text of one page as a reader found it, before cleaning; lines end in a newline."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader returns: pages, and the metadata that the format itself states (keys of `DocumentMeta`).

    Headings known to the format are lines that begin with one to six `#` and a space; list items begin with `- `
    or their own number; table rows are `| a | b |`, the first row the header. `marked_up` says that these marks
    are the reader's (DOCX, HTML, Markdown) and not chance characters of plain text; in plain text (PDF), `SET_MARK`
    before a heading or a row says so of that line alone.
    """

    pages: tuple[RawPage, ...]
    stated: dict[str, str] = field(default_factory=dict)
    marked_up: bool = False
    warnings: tuple[str, ...] = ()
