"""An answer without a language model: the sentences, list or table row that answer, quoted word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.expecting import Expectation
from assistant.shortening import shortened
from assistant.signals import Candidate, text_of
from assistant.weights import LinearModel
from corpus.documents import Chunk, Document, Sentence, Span
from indexing.hits import Hit
from indexing.words import fold, words_of

MAX_SHORT = 420
"""Characters of an answer of more than one sentence, unless it is a list."""
MOST_STATEMENTS = 3
_WITHIN = 2.0
"""A further statement is given when it is within this of the first: odds of less than 8 to 1 between them."""
_LOOKED_AT = 8
SHORT_KINDS = ("number", "money", "date", "person")
_OPENS_WITH_A_POINTER = re.compile(
    r"^(?:Det|Den|De|Dette|Denne|Disse|Heri|Heraf|Derfor|Dermed|Her|Han|Hun|Desuden|Dessuten|Det samme|This|These|"
    r"It|They|Such|He|She|Therefore)\b"
)
_UNIT = re.compile(
    r"\b(?:kr|mio|mia|mill|kroner|dkk|nok|eur|euro|procent|prosent|per ?cent|million|antal|antall)\b|%", re.I
)
_BARE_NUMBER = re.compile(r"\d(?![\d.,]*\d)(?!\s?(?:%|[^\W\d_]))")
"""The last figure of a number that no word or per cent sign follows."""
_TRAILING_CELLS = re.compile(r"(?:\s+[-–+]?\d[\d.,]*\s?%?)+\s*$")


@dataclass(frozen=True, slots=True)
class Extract:
    """One statement of an answer: what is said, and the spans of the document it is quoted from."""

    hit: Hit
    text: str
    quotes: tuple[Span, ...]


def rank_candidates(candidates: Iterable[Candidate], choice: LinearModel) -> list[Candidate]:
    """Return the candidates with their scores, the likeliest answer first."""
    scored = [replace(candidate, score=choice.score(candidate.signals)) for candidate in candidates]
    return sorted(scored, key=lambda c: (-c.score, c.hit.chunk_id, c.index))


def extract(
    candidates: Sequence[Candidate], question: str, expectation: Expectation, documents: dict[str, Document]
) -> list[Extract]:
    """Return the statements of the answer, the likeliest first: it alone, or with others that are nearly as likely.

    A list that is asked for whole stands alone.

    Args:
        candidates: from `rank_candidates`; not empty.
        question: as it stands alone.
        expectation: what the question asks for.
        documents: the documents of the candidates' hits, by id; only those of chosen hits are read.
    """
    best = candidates[0]
    said = [state(best, question, expectation, documents[best.hit.document_id])]
    if "\n" in said[0].text and expectation.whole_list:
        return said
    for other in candidates[1:_LOOKED_AT]:
        if len(said) == MOST_STATEMENTS or best.score - other.score > _WITHIN:
            break
        further = state(other, question, expectation, documents[other.hit.document_id])
        fits = sum(len(one.text) for one in said) + len(further.text) <= MAX_SHORT
        if fits and not any(_says_the_same(further, one) for one in said):
            said.append(further)
    return said


def _says_the_same(one: Extract, other: Extract) -> bool:
    """Return whether two statements have the same words, or quote the same place."""
    return one.text.casefold() == other.text.casefold() or (
        one.hit.document_id == other.hit.document_id
        and any(a.start < b.end and b.start < a.end for a in one.quotes for b in other.quotes)
    )


def state(candidate: Candidate, question: str, expectation: Expectation, document: Document) -> Extract:
    """Return what a candidate says as an answer: the sentence, the whole list it stands in, or the row's cells."""
    chunk = candidate.hit.chunk
    if candidate.sentence.kind == "row":
        return _row(candidate, question, document)
    if chunk.kind == "list" and _wants_whole_list(candidate, expectation):
        return _list(candidate, document)
    if candidate.sentence.kind == "item" and chunk.lead:
        return Extract(candidate.hit, candidate.text, (_span(candidate.sentence),))
    return _sentence(candidate, question, expectation)


def _span(sentence: Sentence) -> Span:
    return Span(sentence.start, sentence.end)


def _sentence(candidate: Candidate, question: str, expectation: Expectation) -> Extract:
    """Quote a sentence; one that opens with a pointer ("Det …") takes the sentence before it along."""
    sentences = candidate.hit.chunk.sentences
    start = candidate.sentence.start
    if candidate.index and _OPENS_WITH_A_POINTER.match(candidate.text):
        before = sentences[candidate.index - 1]
        if before.kind == "sentence" and candidate.sentence.end - before.start <= MAX_SHORT:
            start = before.start
    span = Span(start, _end_of_questions(candidate))
    said = _folded(text_of(candidate.hit, span))
    if expectation.kind in SHORT_KINDS:
        said = shortened(said, question, expectation.kind)
    return Extract(candidate.hit, said, (span,))


def _end_of_questions(candidate: Candidate) -> int:
    """Return where a sentence ends; one that opens a row of questions with a colon ends with the last of them."""
    end = candidate.sentence.end
    if ":" in candidate.text and candidate.text.endswith("?"):
        for following in candidate.hit.chunk.sentences[candidate.index + 1 :]:
            if not text_of(candidate.hit, following).endswith("?"):
                break
            end = following.end
    return end


def _wants_whole_list(candidate: Candidate, expectation: Expectation) -> bool:
    """Return whether the whole list is the answer: it is asked for, or the sentence that introduces it answers best."""
    items = [s for s in candidate.hit.chunk.sentences if s.kind == "item"]
    if not items:
        return False
    introduces = candidate.sentence.end <= items[0].start and not candidate.text.rstrip().endswith((".", "?", "!"))
    return expectation.whole_list or introduces


def _list(candidate: Candidate, document: Document) -> Extract:
    hit = candidate.hit
    items = [s for s in hit.chunk.sentences if s.kind == "item"]
    lead = hit.chunk.lead
    quotes = [Span(items[0].start, items[-1].end)]
    text = "\n".join(f"• {_without_bullet(text_of(hit, item))}" for item in items)
    if lead:
        said = _folded(document.text[lead.start : lead.end])
        text = f"{said}\n{text}"
        adjoining = not document.text[lead.end : items[0].start].strip(" \n•-")
        quotes = [Span(lead.start, items[-1].end)] if adjoining else [lead, *quotes]
    return Extract(hit, text, tuple(quotes))


def _without_bullet(text: str) -> str:
    return _folded(re.sub(r"^\s*[•\-–*]\s*", "", text))


def _row(candidate: Candidate, question: str, document: Document) -> Extract:
    """Say a table row under its caption: the cells whose columns the question names, or else the row as printed."""
    hit, row = candidate.hit, candidate.sentence
    header = hit.chunk.lead
    said = _folded(candidate.text)
    if header is None:
        return Extract(hit, said, (_span(row),))
    names = _folded(document.text[header.start : header.end])
    if _is_plain_pair(said, names):
        return Extract(hit, ": ".join(part.strip() for part in said.split("|")), (_span(row),))
    unit = names.split("|")[0].strip() if _UNIT.search(names.split("|")[0]) else ""
    asked = _asked_cells(said, names, question)
    said = "\n".join(filter(None, (unit, asked))) if asked else f"{names}\n{said}"
    caption = _caption(hit.chunk, header, document, needs_unit=not unit)
    if caption:
        said = f"{_folded(document.text[caption.start : caption.end]).rstrip(':')}\n{said}"
    above = Span(caption.start if caption else header.start, header.end)
    return Extract(hit, said, (above, _span(row)))


def _is_plain_pair(row: str, header: str) -> bool:
    """Return whether a row says all by itself: a label and words, under names that add neither a unit nor a number.

    >>> _is_plain_pair("Møder | 4 om året", "Emne | Oplysning"), _is_plain_pair("Mole | 400", "Emne | Meter")
    (True, False)
    """
    cells = [part.strip() for part in row.split("|")]
    return (
        len(cells) == len(header.split("|")) == 2
        and all(any(map(str.isalpha, cell)) for cell in cells)
        and not _UNIT.search(header)
        and not any(map(str.isdigit, header))
        and not _BARE_NUMBER.search(cells[1])
    )


def _asked_cells(row: str, header: str, question: str) -> str:
    """Return the row's label and the cells of the columns a question names ("… – 2026: 5,0"); "" if it names none.

    Cells between bars are paired with their column by place, empty ones included, so that none is read under another's
    name; an empty cell is never given as an answer.
    """
    label, cells = _cells(row)
    names = _names(header, len(cells), barred="|" in row)
    if len(cells) > len(names) or ("|" not in row and len(cells) != len(names)):
        return ""
    asked = {fold(word) for word in words_of(question)}
    wanted = [
        f"{name}: {cell}"
        for name, cell in zip(names, cells, strict=False)
        if cell and (words := {fold(word) for word in words_of(name)}) and words <= asked
    ]
    return f"{label} – {' · '.join(wanted)}" if wanted else ""


def _caption(chunk: Chunk, header: Span, document: Document, *, needs_unit: bool) -> Span | None:
    """Return the line above a table that names it, or the sentence with its unit where the header has none."""
    before = [s for s in chunk.sentences if s.kind == "sentence" and s.end <= header.start]
    if not before or document.text[before[-1].end : header.start].strip():
        return None
    said = document.text[before[-1].start : before[-1].end]
    return _span(before[-1]) if (needs_unit and _UNIT.search(said)) or not said.endswith(".") else None


def _cells(row: str) -> tuple[str, list[str]]:
    """Return the label and the cells of a table row; the first cell of a barred row is its label."""
    if "|" in row:
        label, *cells = (part.strip() for part in row.split("|"))
        return label, cells
    found = _TRAILING_CELLS.search(row)
    return (row[: found.start()].strip(), found.group().split()) if found else (row, [])


def _names(header: str, count: int, barred: bool) -> list[str]:
    """Return the names of the columns after the label's; a printed header may leave the label's name out."""
    names = [part.strip() for part in header.split("|")] if "|" in header else header.split()
    return names[1:] if barred or len(names) == count + 1 else names


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
