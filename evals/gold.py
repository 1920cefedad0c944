"""Gold answers made mechanically: the stretch of the document around an anchor that says what a case asks for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from corpus.documents import Block, Document, Span
from corpus.sentences import split_sentences
from evals.cases import Case
from evals.results import GivenAnswer, Quote, StatedSentence
from evals.scoring import fact_recall, is_cited, is_right
from evals.spans import AnchoredText

PLACES = 12
"""Places of one anchor in one document that are tried."""
REACH = 60
"""Blocks on either side of an anchor in which a fact that stands apart from it is looked for."""
LONGEST_LIST = 80
"""Entries of a list or rows of a table."""
WINDOWS = (80, 160, 320, 640)
"""Characters on either side of an anchor, where nothing that is whole is short enough."""
NOTHING = GivenAnswer(answered=False, outcome="no_evidence", text="")
"""The gold of a case that is not answerable."""

_Piece = tuple[str, tuple[Span, ...]]
"""A document's name and the stretches of it that are quoted and said."""


def gold_answer(case: Case, documents: Mapping[str, Document], texts: Mapping[str, AnchoredText]) -> GivenAnswer | None:
    """Return the shortest answer in the words of the documents that is right, or None where none can be made.

    Ever larger stretches around each anchor are tried: its sentence, the sentences beside it, its block, the lead of
    its list, the whole list or table, the blocks beside it, and a window of characters; then two places together.

    Args:
        case: one that is not answerable is refused.
        documents: file name → document.
        texts: file name → the text of the same documents.
    """
    if not case.answerable:
        return NOTHING
    pieces = [
        (name, stretch) for name, anchor in _places(case, texts) for stretch in _stretches(documents[name], anchor)
    ]
    answers = [(piece, _state([piece], documents)) for piece in dict.fromkeys(pieces)]
    for _, answer in answers:
        if is_right(case, answer):
            return answer
    cited = [(piece, answer) for piece, answer in answers if is_cited(case, answer)]
    cited.sort(key=lambda pair: (-fact_recall(case, pair[1].text), len(pair[1].text)))
    for piece, _ in cited[:PLACES]:
        answer = _complete(case, piece, documents, texts)
        if is_right(case, answer):
            return answer
    return None


def _places(case: Case, texts: Mapping[str, AnchoredText]) -> list[tuple[str, Span]]:
    """Return where the anchors stand, by file name, in the order of the case's documents and anchors."""
    return [
        (name, span)
        for name in case.documents
        if name in texts
        for anchor in case.evidence
        for span in texts[name].find(anchor)[:PLACES]
    ]


def _state(pieces: Sequence[_Piece], documents: Mapping[str, Document]) -> GivenAnswer:
    """Return the answer that says the stretches of each piece as one sentence, and quotes them word for word."""
    quotes: list[Quote] = []
    sentences: list[StatedSentence] = []
    said: list[str] = []
    for name, spans in pieces:
        parts = [documents[name].text[span.start : span.end] for span in spans]
        own = [Quote(name, part) for part in parts]
        markers = "".join(f"[{len(quotes) + number}]" for number in range(1, len(own) + 1))
        sentences.append(StatedSentence(" ".join(" ".join(parts).split()), tuple(own)))
        said.append(f"{sentences[-1].text} {markers}")
        quotes += own
    return GivenAnswer(True, "answered", " ".join(said), tuple(quotes), tuple(sentences), confidence=1.0)


def _stretches(document: Document, anchor: Span) -> Iterator[tuple[Span, ...]]:
    """Yield stretches that hold an anchor, the smallest first of each kind."""
    blocks = document.blocks
    first = max(bisect_right(blocks, anchor.start, key=lambda block: block.start) - 1, 0)
    last = max(bisect_right(blocks, anchor.end - 1, key=lambda block: block.start) - 1, first)
    if blocks:
        yield from _sentences_around(document, anchor, first, last)
        yield from _blocks_around(blocks, first, last)
    for width in WINDOWS:
        yield (_window(document.text, anchor, width),)


def _sentences_around(document: Document, anchor: Span, first: int, last: int) -> Iterator[tuple[Span, ...]]:
    near = [span for block in document.blocks[max(first - 2, 0) : last + 3] for span in _sentences_of(document, block)]
    held = [at for at, span in enumerate(near) if span.start < anchor.end and anchor.start < span.end]
    if not held:
        return
    low, high = held[0], held[-1]
    for before, after in ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0)):
        if low - before >= 0 and high + after < len(near):
            yield (Span(near[low - before].start, near[high + after].end),)


def _blocks_around(blocks: Sequence[Block], first: int, last: int) -> Iterator[tuple[Span, ...]]:
    region = Span(blocks[first].start, blocks[last].end)
    yield (region,)
    lead = blocks[first].lead
    if lead is not None and lead.end <= region.start:
        yield lead, region
    low, high = _whole_list(blocks, first, last)
    yield (Span(blocks[low].start, blocks[high].end),)
    list_lead = blocks[low].lead
    if list_lead is not None and list_lead.end <= blocks[low].start:
        yield list_lead, Span(blocks[low].start, blocks[high].end)
    for before, after in ((0, 1), (1, 0), (1, 1), (0, 2), (0, 4)):
        yield (Span(blocks[max(first - before, 0)].start, blocks[min(last + after, len(blocks) - 1)].end),)


def _whole_list(blocks: Sequence[Block], first: int, last: int) -> tuple[int, int]:
    """Return the first and last index of the list or table around some blocks, or just after a paragraph."""
    listed = ("item", "row", "header")
    low, high = first, last
    while low > 0 and last - low < LONGEST_LIST and blocks[low].kind in listed and blocks[low - 1].kind in listed:
        low -= 1
    while high + 1 < len(blocks) and high - first < LONGEST_LIST and blocks[high + 1].kind in listed:
        high += 1
    return low, high


def _sentences_of(document: Document, block: Block) -> list[Span]:
    if block.kind != "paragraph":
        return [Span(block.start, block.end)]
    return split_sentences(document.text[block.start : block.end], block.start)


def _window(text: str, anchor: Span, width: int) -> Span:
    """Return an anchor with what stands around it, cut between words."""
    start, end = max(anchor.start - width, 0), min(anchor.end + width, len(text))
    while 0 < start < anchor.start and not text[start - 1].isspace():
        start += 1
    while anchor.end < end < len(text) and not text[end].isspace():
        end -= 1
    return Span(start, end)


def _complete(
    case: Case, piece: _Piece, documents: Mapping[str, Document], texts: Mapping[str, AnchoredText]
) -> GivenAnswer:
    """Return what a piece says together with the nearest sentences that meet the facts it lacks."""
    pieces = [piece]
    for group in case.facts:
        only = _asking_for(case, group)
        if fact_recall(only, _state(pieces, documents).text) == 1.0:
            continue
        found = (
            other for other in _sentences_near(case, piece, documents, texts)
            if fact_recall(only, _state([other], documents).text) == 1.0
        )  # fmt: skip
        pieces += islice(found, 1)
    return _state(pieces, documents)


def _asking_for(case: Case, group: tuple[str, ...]) -> Case:
    return Case(case.id, case.language, case.kind, case.question, True, case.documents, case.evidence, (group,))


def _sentences_near(
    case: Case, piece: _Piece, documents: Mapping[str, Document], texts: Mapping[str, AnchoredText]
) -> Iterator[_Piece]:
    """Yield the sentences around a piece, then those around the anchors of the other documents, nearest first."""
    name, spans = piece
    elsewhere = [(other, span) for other, span in _places(case, texts) if other != name]
    for document_name, at in ((name, spans[0]), *elsewhere):
        document = documents[document_name]
        here = bisect_right(document.blocks, at.start, key=lambda block: block.start) - 1
        near = range(max(here - REACH, 0), min(here + REACH + 1, len(document.blocks)))
        for index in sorted(near, key=lambda index: (abs(index - here), index)):
            for span in _sentences_of(document, document.blocks[index]):
                yield document_name, (span,)
