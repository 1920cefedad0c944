"""Answers and conversations → files for Word: each statement with its footnotes, and the sources at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType

from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation
from corpus.documents import Language
from corpus.errors import UnknownDocument
from ui.conversations import Exchange
from ui.docx import MOST_COLUMNS, Footnote, Piece, WordFile, Words
from ui.sentences import (
    LineShape,
    cells_of,
    group_lines,
    has_own_number,
    item_of,
    language_of_words,
    lines_of,
    readable,
)
from ui.sources import Reading
from ui.texts import Texts, format_date, load_texts

_UNKNOWN: Mapping[str, str] = MappingProxyType({})


def export_answer(
    answer: Answer,
    texts: Texts,
    exported: date,
    unpaged: frozenset[str] = frozenset(),
    publishers: Mapping[str, str] = _UNKNOWN,
) -> bytes:
    """Return an answer as a file for Word; the same arguments give the same bytes.

    Args:
        answer: what was answered; its question is the heading.
        texts: the language of everything that is neither the answer nor a quote.
        exported: the day that the file says it was made.
        unpaged: ids of the documents that have no pages to name.
        publishers: document id → publisher, of the documents where it is known.
    """
    file = WordFile(answer.question, texts.page.title, texts.language, exported)
    _add_answer(file, answer, unpaged, texts)
    _add_end(file, answer.citations, publishers, exported, texts, level=2)
    return file.to_bytes()


def export_conversation(
    exchanges: Iterable[Exchange], texts: Texts, exported: date, publishers: Mapping[str, str] = _UNKNOWN
) -> bytes:
    """Return a conversation as a file for Word, without a question that still waits for its answer.

    The arguments are those of `export_answer`; each exchange knows which of its documents have no pages.
    """
    file = WordFile(texts.export.conversation, texts.page.title, texts.language, exported)
    file.add_heading(Words(texts.export.conversation, texts.language), 0)
    citations: list[Citation] = []
    for exchange in exchanges:
        if exchange.answer is not None:
            _add_answer(file, exchange.answer, exchange.unpaged, texts)
            citations += exchange.answer.citations
        elif exchange.failed:
            file.add_heading(Words(exchange.question, texts.language), 1)
            file.add_paragraph([Words(texts.export.unanswered, texts.language)])
    _add_end(file, citations, publishers, exported, texts, level=1)
    return file.to_bytes()


def find_publishers(citations: Iterable[Citation], library: Reading) -> dict[str, str]:
    """Return the publishers of what is cited, by document id; one that is unknown or gone from the library is left out.

    Raises:
        LibraryUnavailable: the library cannot be read.
    """
    found: dict[str, str] = {}
    for document_id in {citation.document_id for citation in citations}:
        try:
            publisher = library.read(document_id).meta.publisher
        except UnknownDocument:
            continue
        if publisher:
            found[document_id] = publisher
    return found


def _add_answer(file: WordFile, answer: Answer, unpaged: frozenset[str], texts: Texts) -> None:
    file.add_heading(Words(answer.question, answer.language), 1)
    if answer.sentences:
        _add_sentences(file, answer, unpaged, texts)
    else:
        file.add_paragraph([Words(answer.text, answer.language)])
    for said in _said_of(answer, texts):
        file.add_paragraph([Words(said, texts.language, emphasised=True)])
    if answer.warnings:
        file.add_heading(Words(texts.answer.warnings, texts.language), 2)
        for warning in answer.warnings:
            file.add_item([Words(warning, answer.language)])


def _said_of(answer: Answer, texts: Texts) -> list[str]:
    """Return what is said of an answer: what it lacks, and who wrote it."""
    if not answer.answered:
        return [texts.answer.refusal_explained] if answer.outcome == "no_evidence" else []
    partial = [texts.answer.partial] if answer.outcome == "partial" else []
    quoted = answer.model == EXTRACTIVE
    return [*partial, texts.export.quoted if quoted else texts.answer.written_by.format(model=answer.model)]


def _add_sentences(file: WordFile, answer: Answer, unpaged: frozenset[str], texts: Texts) -> None:
    """Add the sentences: one runs on from the other in a paragraph, unless it stands apart."""
    for apart, group in groupby(answer.sentences, key=lambda said: said.stands_apart):
        if apart:
            for sentence in group:
                _add_lines(file, sentence, answer, unpaged, texts)
        else:
            pieces: list[Piece] = []
            for sentence in group:
                words = Words(readable(sentence.text), _spoken(sentence, answer))
                between = [Words(" ", answer.language)] if pieces else []
                pieces += [*between, words, *_ending(sentence, answer, unpaged, texts)]
            file.add_paragraph(pieces)


def _add_lines(file: WordFile, sentence: AnswerSentence, answer: Answer, unpaged: frozenset[str], texts: Texts) -> None:
    """Add a sentence of several lines as paragraphs, lists and tables; its footnotes stand at the end of the last."""
    language = _spoken(sentence, answer)
    groups = list(group_lines(lines_of(sentence.text)))
    endings: list[list[Piece]] = [*[[]] * (len(groups) - 1), _ending(sentence, answer, unpaged, texts)]
    for (shape, lines), ending in zip(groups, endings, strict=True):
        if shape == "row" and max(len(cells_of(line)) for line in lines) <= MOST_COLUMNS:
            _add_rows(file, lines, ending, language)
        else:
            _add_words(file, shape, lines, ending, language)


def _add_rows(file: WordFile, lines: Sequence[str], ending: Sequence[Piece], language: Language) -> None:
    rows: list[list[list[Piece]]] = [[[Words(cell, language)] for cell in cells_of(line)] for line in lines]
    rows[-1][-1] += ending
    file.add_table(rows)


def _add_words(
    file: WordFile, shape: LineShape, lines: Sequence[str], ending: Sequence[Piece], language: Language
) -> None:
    for number, line in enumerate(lines, 1):
        last = ending if number == len(lines) else []
        if shape == "item":
            words = item_of(line)
            file.add_item([Words(words, language), *last], bullet=not has_own_number(words))
        else:
            file.add_paragraph([Words(readable(line), language), *last])


def _spoken(sentence: AnswerSentence, answer: Answer) -> Language:
    return language_of_words(sentence.text, _cited_by(sentence, answer), answer.language)


def _cited_by(sentence: AnswerSentence, answer: Answer) -> list[Citation]:
    citations = {citation.marker: citation for citation in answer.citations}
    return [citations[marker] for marker in sentence.markers if marker in citations]


def _ending(sentence: AnswerSentence, answer: Answer, unpaged: frozenset[str], texts: Texts) -> list[Piece]:
    """Return what stands after a sentence: a word of doubt where it is not supported, and its footnotes.

    A quote that several sentences lean on is a footnote of each, so that a sentence that is moved to another document
    takes the whole of its sources along.
    """
    doubt = [] if sentence.supported else [Words(f" ({texts.answer.unsupported})", texts.language, emphasised=True)]
    return [
        *doubt,
        *(_build_footnote(citation, answer.language, unpaged, texts) for citation in _cited_by(sentence, answer)),
    ]


def _build_footnote(citation: Citation, language: Language, unpaged: frozenset[str], texts: Texts) -> Footnote:
    page = "" if citation.document_id in unpaged else texts.answer.page.format(page=citation.page)
    places: tuple[tuple[str, Language], ...] = (
        (citation.title or citation.document, citation.language),
        (citation.section, citation.language),
        (page, texts.language),
        (format_date(citation.date, texts.dates), texts.language),
    )
    quote = Words(load_texts(citation.language).answer.quote.format(text=citation.quote), citation.language)
    return Footnote(
        (*_join(places, texts), Words(": ", texts.language), quote, *_translated(citation, language, texts))
    )


def _translated(citation: Citation, language: Language, texts: Texts) -> list[Words]:
    """Return the quote in the answer's language, said to be the model's; nothing where there is no translation."""
    if not citation.translation:
        return []
    said = load_texts(language).answer.quote.format(text=citation.translation)
    return [
        Words(f" ({texts.answer.translation}: ", texts.language),
        Words(said, language),
        Words(")", texts.language),
    ]


def _join(parts: Sequence[tuple[str, Language]], texts: Texts) -> list[Words]:
    """Return the parts that say something, with commas between them."""
    joined: list[Words] = []
    for text, language in parts:
        if text:
            joined += [Words(", ", texts.language)] if joined else []
            joined.append(Words(text, language))
    return joined


def _add_end(
    file: WordFile,
    citations: Sequence[Citation],
    publishers: Mapping[str, str],
    exported: date,
    texts: Texts,
    level: int,
) -> None:
    """Add the list of sources, and what a reader must know of the file."""
    if citations:
        file.add_heading(Words(texts.answer.copy_sources, texts.language), level)
    for citation in _one_each(citations):
        file.add_item(_describe_source(citation, publishers.get(citation.document_id, ""), texts))
    file.add_heading(Words(texts.export.about, texts.language), level)
    day = format_date(exported.isoformat(), texts.dates)
    file.add_paragraph([Words(f"{texts.export.exported.format(date=day)} {texts.export.check}", texts.language)])


def _describe_source(citation: Citation, publisher: str, texts: Texts) -> list[Words]:
    parts: tuple[tuple[str, Language], ...] = (
        (citation.title or citation.document, citation.language),
        (publisher, citation.language),
        (format_date(citation.date, texts.dates), texts.language),
    )
    file = [Words(f" ({citation.document})", texts.language)] if citation.title else []
    return [*_join(parts, texts), *file]


def _one_each(citations: Iterable[Citation]) -> list[Citation]:
    """Return the first citation of each document."""
    found: dict[str, Citation] = {}
    for citation in citations:
        found.setdefault(citation.document_id, citation)
    return list(found.values())
