"""A passage shows whole blocks around the quote, and marks exactly the quote."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.documents import Block, BlockKind, Document, DocumentMeta, Page, Section, Span
from ui.passages import SURROUNDING_CHARACTERS, Passage, cut_passage, find_quote


def build(parts: Sequence[tuple[BlockKind, str]], sections: Sequence[int] = ()) -> Document:
    """Lay out blocks; `sections` are the numbers of the blocks that begin one."""
    text, blocks, starts = "", list[Block](), list[int]()
    for number, (kind, words) in enumerate(parts):
        text += "\n\n" if blocks else ""
        if number in sections:
            starts.append(len(text))
        blocks.append(Block(kind, len(text), len(text) + len(words), 1, len(starts) - 1 if starts else None))
        text += words
    ends = [*starts[1:], len(text)]
    laid = tuple(
        Section(str(number), "", (f"{number}.",), start, end, 1)
        for number, (start, end) in enumerate(zip(starts, ends, strict=False), 1)
    )
    return Document("a.md", text, DocumentMeta("A"), (Page(1, 0, len(text)),), laid, tuple(blocks))


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def marked(passage: Passage) -> list[str]:
    return [run.text for piece in passage.pieces for cell in piece.cells for run in cell if run.marked]


def shown(passage: Passage) -> str:
    return "\n".join("".join(run.text for cell in piece.cells for run in cell) for piece in passage.pieces)


def test_only_the_quote_is_marked():
    document = build([("paragraph", "Broen åbner kl. 8. Den lukker kl. 22. Søndage er undtaget.")])
    span = span_of(document, "Den lukker kl. 22.")
    assert marked(cut_passage(document, span, [span])) == ["Den lukker kl. 22."]


def test_a_quote_over_several_blocks_is_marked_in_each():
    document = build([("paragraph", "Rådet består af:"), ("item", "- en formand"), ("item", "- to fiskere")])
    span = Span(0, len(document.text))
    assert marked(cut_passage(document, span, [span])) == ["Rådet består af:", "en formand", "to fiskere"]


def test_a_short_section_is_shown_whole_and_a_distant_one_not():
    filler = "Ord om noget andet. " * 60
    parts: list[tuple[BlockKind, str]] = [
        ("heading", "1. Før"),
        ("paragraph", filler),
        ("heading", "2. Her"),
        ("paragraph", "Svaret står her."),
        ("paragraph", "Og lidt til."),
        ("heading", "3. Efter"),
        ("paragraph", filler),
        ("heading", "4. Langt væk"),
    ]
    document = build(parts, sections=(0, 2, 5, 7))
    passage = cut_passage(document, span_of(document, "Svaret står her."), ())
    assert "2. Her" in shown(passage)
    assert "Og lidt til." in shown(passage)
    assert "4. Langt væk" not in shown(passage)
    assert passage.more_after


def test_a_long_section_is_cut_to_whole_blocks_around_the_quote():
    parts: list[tuple[BlockKind, str]] = [
        ("paragraph", f"Afsnit nummer {number} i teksten. " * 5) for number in range(60)
    ]
    document = build(parts, sections=(0,))
    span = span_of(document, "Afsnit nummer 30 i teksten.")
    passage = cut_passage(document, span, [span])
    assert passage.more_before
    assert passage.more_after
    assert all(piece.cells[0][-1].text.endswith(" ") for piece in passage.pieces)
    assert len(shown(passage)) < 2 * SURROUNDING_CHARACTERS + 1000


def test_a_paragraph_without_end_is_clipped():
    document = build([("paragraph", "a " * 100_000 + "Svaret. " + "b " * 100_000)])
    span = span_of(document, "Svaret.")
    passage = cut_passage(document, span, [span])
    assert marked(passage) == ["Svaret."]
    assert len(shown(passage)) < 10_000
    assert passage.more_before
    assert passage.more_after


def test_a_row_is_cut_into_cells_and_brings_its_header():
    rows: list[tuple[BlockKind, str]] = [("row", f"| År {number} | {number} kr. |") for number in range(400)]
    document = build([("header", "| År | Beløb |"), *rows])
    lead = Span(document.blocks[0].start, document.blocks[0].end)
    blocks = tuple(
        Block(block.kind, block.start, block.end, 1, None, lead if block.kind == "row" else None)
        for block in document.blocks
    )
    document = Document(document.name, document.text, document.meta, document.pages, (), blocks)
    span = span_of(document, "| År 300 | 300 kr. |")
    passage = cut_passage(document, span, [span])
    assert passage.pieces[0].kind == "header"
    assert [cell[0].text for cell in passage.pieces[0].cells] == ["År", "Beløb"]
    assert marked(passage) == ["År 300", "300 kr."]


def test_empty_cells_stay_in_their_column():
    document = build([("row", "| 2031 |  | mole |")])
    assert [cell[0].text for cell in cut_passage(document, Span(0, 5), ()).pieces[0].cells] == ["2031", "", "mole"]


def test_a_document_without_known_structure_is_shown_by_paragraphs():
    text = "Første afsnit.\n\nAndet afsnit.\n\n\n\nTredje."
    document = Document("a.txt", text, DocumentMeta("A"), (Page(1, 0, 16), Page(2, 16, len(text))))
    passage = cut_passage(document, span_of(document, "Andet"), [span_of(document, "Andet")])
    assert marked(passage) == ["Andet"]
    assert [piece.page for piece in passage.pieces] == [1, 2, 2]


def test_an_empty_document_gives_an_empty_passage():
    document = Document("a.txt", "", DocumentMeta("A"), ())
    assert cut_passage(document, Span(0, 1), ()).pieces == ()


def test_a_quote_is_found_where_it_is_said_to_stand_whatever_its_white_space():
    assert find_quote("Rådet  mødes\nfire gange.", "Rådet mødes fire gange.", Span(0, 24)) == Span(0, 24)


def test_a_quote_that_has_moved_is_found_where_it_stands_now():
    assert find_quote("Nyt. Rådet mødes.", "Rådet mødes.", Span(0, 12)) == Span(5, 17)


def test_a_quote_that_is_gone_or_changed_by_a_word_is_not_found():
    assert find_quote("Rådet mødes ikke.", "Rådet mødes.", Span(0, 17)) is None
    assert find_quote("Rådet mødes.", "Rådet mødes.", Span(-3, 900)) == Span(0, 12)
    assert find_quote("Rådet mødes.", "", Span(0, 0)) is None
