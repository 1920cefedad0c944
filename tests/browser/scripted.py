"""A small library and an assistant that answers from a script: what the page is tested with, without an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.errors import QuestionError
from assistant.messages import (
    Answer,
    AnswerSentence,
    Citation,
    Considered,
    Event,
    Finished,
    Outcome,
    SentenceChecked,
    Timings,
    Turn,
)
from corpus.documents import Block, BlockKind, Document, DocumentMeta, Language, Page, Section, Span
from corpus.errors import UnknownDocument
from corpus.library import StoredDocument
from indexing.hits import Filters, Hit

HOSTILE = (
    "<script>window.hacked = true</script> **fed** [link](https://example.org) $x^2$ ${window.hacked = true} "
    '{{value}} ![billede](https://example.org/p.png) <img src=x onerror="window.hacked = true"> [1]'
)
"""What a document may hold and a page must show as plain text."""

BOARD_PARTS: tuple[tuple[BlockKind, str], ...] = (
    ("heading", "1. Formål"),
    ("paragraph", "Havnerådet rådgiver kommunen om driften af havnen og om de arbejder, der skal gennemføres."),
    ("heading", "2. Møder"),
    (
        "paragraph",
        "Havnerådet mødes fire gange om året. Formanden kan indkalde til et ekstra møde med to ugers varsel.",
    ),
    ("paragraph", "Rådet består af:"),
    ("item", "- en formand, som kommunen udpeger"),
    ("item", "- to medlemmer fra fiskerne"),
    ("item", "- et medlem fra sejlklubben"),
    ("heading", "3. Økonomi"),
    ("header", "| År | Beløb | Formål |"),
    ("row", "| 2031 | 2,4 mio. kr. | Ny mole |"),
    ("row", "| 2032 | 1,1 mio. kr. | Uddybning af sejlrenden |"),
    ("paragraph", HOSTILE),
    ("paragraph", "Regnskabet forelægges kommunen hvert forår. " * 30),
)
HARBOUR_PARTS: tuple[tuple[BlockKind, str], ...] = (
    ("heading", "Berths"),
    ("paragraph", "Visiting boats may stay for up to seven nights. Longer stays need the harbour master's consent."),
)


@dataclass(frozen=True)
class ScriptedLibrary:
    """Documents by id."""

    held: Mapping[str, Document]

    def generation(self) -> int:
        return 1

    def documents(self) -> list[StoredDocument]:
        return [
            StoredDocument(id_, id_, held.name, "", "", "", held.meta, {}, len(held.pages), 1, 1, ())
            for id_, held in self.held.items()
        ]

    def read(self, document_id: str) -> Document:
        if document_id not in self.held:
            raise UnknownDocument(document_id)
        return self.held[document_id]


class NoRetriever:
    """Finds nothing: the page searches through its assistant alone."""

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        return []


@dataclass
class ScriptedAssistant:
    """Answers the questions of its script, refuses others; a `QuestionError` for no letters, a failure on demand."""

    answers: Mapping[str, Answer]
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    searched: list[Filters] = field(default_factory=list)

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        self.searched.append(filters)
        if not any(character.isalpha() for character in question):
            raise QuestionError("the question has no letters")
        if question == "Fejl!":
            raise RuntimeError("the index is gone")
        answer = self.answers.get(question) or refuse(question)
        if not all(_passes(citation, filters) for citation in answer.citations):
            answer = refuse(question)
        for sentence in answer.sentences:
            cited = tuple(citation for citation in answer.citations if citation.marker in sentence.markers)
            yield SentenceChecked(sentence, cited, answer.language)
        yield Finished(answer)


def _passes(citation: Citation, filters: Filters) -> bool:
    return (not filters.documents or citation.document_id in filters.documents) and (
        not filters.languages or citation.language in filters.languages
    )


def build_document(
    name: str, meta: DocumentMeta, parts: Sequence[tuple[BlockKind, str]], page_after: int = 0
) -> Document:
    """Lay the parts out as a document; blocks from number `page_after` on stand on page 2."""
    text, blocks, sections = "", list[Block](), list[Section]()
    lead: Span | None = None
    for number, (kind, words) in enumerate(parts):
        together = bool(blocks) and {kind, blocks[-1].kind} <= {"item", "row", "header"}
        text += ("\n" if together else "\n\n") if blocks else ""
        start, page = len(text), 2 if page_after and number >= page_after else 1
        text += words
        if kind == "heading":
            label, _, title = words.partition(" ")
            sections.append(Section(label.rstrip("."), title, (words,), start, len(text), page))
        section = len(sections) - 1 if sections else None
        inside = kind in ("item", "row")
        blocks.append(Block(kind, start, len(text), page, section, lead if inside else None))
        lead = Span(start, len(text)) if kind in ("header", "paragraph") else lead
    ends = [*(section.start for section in sections[1:]), len(text)]
    sections = [replace(section, end=end) for section, end in zip(sections, ends, strict=True)]
    second = blocks[page_after].start if page_after else len(text)
    pages = (Page(1, 0, second), Page(2, second, len(text))) if page_after else (Page(1, 0, len(text)),)
    return Document(name, text, meta, pages, tuple(sections), tuple(blocks))


def cite(document: Document, document_id: str, marker: int, quote: str) -> Citation:
    """Return a citation of words that stand in the document once."""
    start = document.text.index(quote)
    block = next(block for block in document.blocks if block.end > start)
    path = document.sections[block.section].path if block.section is not None else ()
    meta = document.meta
    return Citation(
        marker=marker,
        document=document.name,
        document_id=document_id,
        title=meta.title,
        page=block.page,
        section=" › ".join(path),
        quote=quote,
        start=start,
        end=start + len(quote),
        language=meta.language,
        date=meta.date,
    )


def build_answer(
    question: str,
    sentences: Sequence[AnswerSentence],
    citations: Sequence[Citation] = (),
    considered: Sequence[Considered] = (),
    *,
    language: Language = "da",
    outcome: Outcome = "answered",
    confidence: float = 0.9,
    warnings: Sequence[str] = (),
    text: str = "",
) -> Answer:
    """Return an answer whose text is its sentences with their markers, unless another is given."""
    written = " ".join(item.text + "".join(f" [{marker}]" for marker in item.markers) for item in sentences)
    return Answer(
        id="test",
        question=question,
        language=language,
        outcome=outcome,
        text=text or written,
        confidence=confidence,
        sentences=tuple(sentences),
        citations=tuple(citations),
        considered=tuple(considered),
        warnings=tuple(warnings),
        model="extractive",
        timings=Timings(1.0, 1.0, 2.0),
    )


def refuse(question: str) -> Answer:
    """Return the refusal of a question the material does not answer."""
    text = "Det fremgår ikke af de dokumenter, der er lagt ind. Prøv at formulere spørgsmålet på en anden måde."
    place = Considered("havneraadet.pdf", "board", "Vedtægt for Havnerådet", 1, "1. Formål", 0, 20, 0.4)
    return build_answer(question, (), considered=(place,), outcome="no_evidence", confidence=0.1, text=text)


def build_library() -> ScriptedLibrary:
    """Return a Danish document of two pages and an English one."""
    board = DocumentMeta(
        "Vedtægt for Havnerådet", "Nordstrand Kommune", "2031-03-04", kind="mandate", authority="binding", language="da"
    )
    harbour = DocumentMeta("Harbour guide", "Nordstrand Harbour", "2030-05", kind="guide", language="en")
    return ScriptedLibrary(
        {
            "board": build_document("havneraadet.pdf", board, BOARD_PARTS, page_after=8),
            "harbour": build_document("harbour-guide.md", harbour, HARBOUR_PARTS),
        }
    )


def build_assistant(library: ScriptedLibrary) -> ScriptedAssistant:
    """Return an assistant that can answer a handful of questions about the two documents."""
    board, harbour = library.read("board"), library.read("harbour")
    meetings = cite(board, "board", 1, "Havnerådet mødes fire gange om året.")
    extra = cite(board, "board", 2, "Formanden kan indkalde til et ekstra møde med to ugers varsel.")
    first, last = "Rådet består af:", "- et medlem fra sejlklubben"
    members = cite(board, "board", 1, board.text[board.text.index(first) : board.text.index(last) + len(last)])
    money = cite(board, "board", 1, "| 2031 | 2,4 mio. kr. | Ny mole |")
    nights = cite(harbour, "harbour", 1, "Visiting boats may stay for up to seven nights.")
    hostile = cite(board, "board", 1, HOSTILE)
    considered = (
        Considered("havneraadet.pdf", "board", "Vedtægt for Havnerådet", 1, "1. Formål", 0, 40, 0.6),
        Considered("harbour-guide.md", "harbour", "Harbour guide", 1, "Berths", 0, 30, 0.5),
    )
    answers = (
        build_answer(
            "Hvor ofte mødes rådet?",
            (AnswerSentence(meetings.quote, (1,), True), AnswerSentence(extra.quote, (2,), True)),
            (meetings, extra),
            considered,
        ),
        build_answer("Hvem sidder i rådet?", (AnswerSentence(members.quote, (1,), True),), (members,), confidence=0.5),
        build_answer("Hvad koster molen?", (AnswerSentence(money.quote, (1,), True),), (money,)),
        build_answer(
            "Hvor længe må gæster blive?",
            (AnswerSentence(nights.quote, (1,), True),),
            (nights,),
            outcome="partial",
            confidence=0.3,
            warnings=("Kilden er på engelsk.", "Kilden er fra maj 2030."),
        ),
        build_answer("Hvad er farligt?", (AnswerSentence(HOSTILE, (1,), True),), (hostile,), warnings=(HOSTILE,)),
        build_answer(
            "Hvad er væk?",
            (AnswerSentence("Det stod her engang.", (1,), False),),
            (replace(meetings, document_id="gone"),),
        ),
        build_answer(
            "Hvad er ændret?",
            (AnswerSentence("Rådet mødes to gange.", (1,), True),),
            (replace(meetings, quote="Rådet mødes to gange."),),
        ),
    )
    return ScriptedAssistant({answer.question: answer for answer in answers})
