"""Chunks are whole blocks of one section, and their sentences cover the text once."""

from itertools import pairwise

from corpus.documents import Chunk, Document, RawDocument, RawPage
from corpus.splitting import LIST_LIMIT, LONGEST_SENTENCE, split_document
from corpus.structure import build_document

SENTENCE = "Udvalget følger arbejdet og giver hvert år en redegørelse til regeringen om det. "


def build(text: str, *, marked_up: bool = True) -> Document:
    return build_document("fil.md", RawDocument((RawPage(1, text),), {}, marked_up))


def text_of(document: Document, chunk: Chunk) -> str:
    return document.text[chunk.start : chunk.end]


def sentences_of(document: Document, chunk: Chunk) -> list[str]:
    return [document.text[sentence.start : sentence.end] for sentence in chunk.sentences]


def check(document: Document, chunks: tuple[Chunk, ...]) -> None:
    """Assert what holds for all chunks: in order, apart, with every sentence inside and none twice."""
    spans = [(sentence.start, sentence.end) for chunk in chunks for sentence in chunk.sentences]
    assert spans == sorted(set(spans))
    for chunk in chunks:
        assert chunk.sentences
        assert all(chunk.start <= sentence.start < sentence.end <= chunk.end for sentence in chunk.sentences)
    assert all(before.end <= after.start for before, after in pairwise(chunks))


def test_paragraphs_of_a_section_are_put_together_up_to_the_limit() -> None:
    document = build(f"# T\n\n## A\n\n{SENTENCE * 3}\n\n{SENTENCE * 3}\n\n{SENTENCE * 8}\n\n## B\n\n{SENTENCE}\n")
    chunks = split_document(document)
    check(document, chunks)
    assert [(chunk.path, len(chunk.sentences)) for chunk in chunks] == [(("A",), 6), (("A",), 8), (("B",), 1)]


def test_a_heading_without_text_yields_no_chunk() -> None:
    assert split_document(build("# T\n\n## A\n\n## B\n")) == ()


def test_a_paragraph_is_cut_between_sentences_only_far_over_the_limit() -> None:
    document = build(f"# T\n\n{SENTENCE * 20}\n")
    assert len(split_document(document)) == 1
    document = build(f"# T\n\n{SENTENCE * 30}\n")
    chunks = split_document(document)
    check(document, chunks)
    assert len(chunks) > 1
    assert all(text_of(document, chunk).endswith(".") for chunk in chunks)


def test_a_list_is_one_chunk_with_the_sentence_that_introduces_it() -> None:
    document = build(f"# T\n\n## Udvalg\n\n{SENTENCE}\n\nUdvalget består af:\n\n- Anne Berg\n- Bo Dam\n\n{SENTENCE}\n")
    chunks = split_document(document)
    check(document, chunks)
    assert [chunk.kind for chunk in chunks] == ["text", "list", "text"]
    assert sentences_of(document, chunks[1]) == ["Udvalget består af:", "Anne Berg", "Bo Dam"]
    assert [sentence.kind for sentence in chunks[1].sentences] == ["sentence", "item", "item"]
    lead = chunks[1].lead
    assert lead is not None
    assert document.text[lead.start : lead.end] == "Udvalget består af:"
    assert chunks[1].start <= lead.start


def test_a_long_list_is_cut_between_entries_and_keeps_its_introduction() -> None:
    entries = "".join(f"- {number} {SENTENCE * 2}\n" for number in range(30))
    document = build(f"# T\n\nKravene er disse:\n\n{entries}")
    chunks = split_document(document)
    check(document, chunks)
    assert len(chunks) > 2
    assert {chunk.lead for chunk in chunks} == {chunks[0].lead}
    assert all(text_of(document, chunk).startswith("- ") for chunk in chunks[1:])
    assert max(chunk.end - chunk.start for chunk in chunks) <= LIST_LIMIT


def test_a_long_paragraph_before_a_long_list_is_a_chunk_of_its_own() -> None:
    entries = "".join(f"- {number} {SENTENCE}\n" for number in range(9))
    document = build(f"# T\n\n{SENTENCE * 11}Kravene er disse:\n\n{entries}")
    chunks = split_document(document)
    check(document, chunks)
    assert [chunk.kind for chunk in chunks] == ["text", "list"]
    assert chunks[1].lead is not None
    assert chunks[1].lead.end <= chunks[1].start


def test_a_table_is_one_chunk_with_its_caption_and_header() -> None:
    document = build("# T\n\nTallene i kroner.\n\n| Navn | Beløb |\n| A | 1 |\n| B | 2 |\n")
    (chunk,) = split_document(document)
    check(document, (chunk,))
    assert chunk.kind == "table"
    assert sentences_of(document, chunk) == ["Tallene i kroner.", "A | 1", "B | 2"]
    assert chunk.lead is not None
    assert document.text[chunk.lead.start : chunk.lead.end] == "Navn | Beløb"


def test_a_long_table_is_cut_between_rows() -> None:
    rows = "".join(f"| {number} | {SENTENCE * 3}|\n" for number in range(10))
    document = build(f"# T\n\n| Nr | Tekst |\n{rows}")
    chunks = split_document(document)
    check(document, chunks)
    assert sum(len(chunk.sentences) for chunk in chunks) == 10
    assert {chunk.lead for chunk in chunks} == {chunks[0].lead}


def test_small_subsections_stand_together_under_their_provision() -> None:
    document = build("# Lov\n\n## Kapitel 1\n\n§ 1. Loven gælder ting.\n\nStk. 2. Den gælder ikke dyr.\n")
    (chunk,) = split_document(document)
    assert chunk.path == ("Kapitel 1", "§ 1")
    assert sentences_of(document, chunk) == ["§ 1. Loven gælder ting.", "Stk. 2. Den gælder ikke dyr."]


def test_subsections_that_share_a_chunk_have_the_path_of_what_they_stand_in() -> None:
    document = build("# T\n\n## 5. Medlemmer\n\nStk. 1. Alle kan være med.\n\nStk. 2. Man kan også gå igen.\n")
    (chunk,) = split_document(document)
    assert chunk.path == ("5. Medlemmer",)


def test_text_without_a_stop_is_cut_between_words() -> None:
    for text in (f"# T\n\n{'kaj bro molo ' * 500}\n", f"# T\n\n- {'kaj bro molo ' * 500}\n\n{'x' * 5000}\n"):
        document = build(text)
        chunks = split_document(document)
        check(document, chunks)
        found = [sentence for chunk in chunks for sentence in sentences_of(document, chunk)]
        assert max(map(len, found)) <= LONGEST_SENTENCE
        assert "".join(found).replace(" ", "") == "".join(document.text[3:].removeprefix("- ").split())
        assert {word for sentence in found for word in sentence.strip("x").split()} == {"kaj", "bro", "molo"}


def test_a_row_too_long_to_weigh_is_cut_too() -> None:
    document = build(f"# T\n\n| A | B |\n| 1 | {'kaj ' * 900}|\n")
    chunks = split_document(document)
    check(document, chunks)
    assert max(len(sentence) for chunk in chunks for sentence in sentences_of(document, chunk)) <= LONGEST_SENTENCE


def test_a_long_subsection_is_never_cut_and_has_its_own_path() -> None:
    document = build(f"# Lov\n\n## Kapitel 1\n\n§ 1. {SENTENCE * 10}\n\nStk. 2. {SENTENCE * 40}\n\n§ 2. Kort er det.\n")
    chunks = split_document(document)
    check(document, chunks)
    assert [chunk.path for chunk in chunks] == [
        ("Kapitel 1", "§ 1"),
        ("Kapitel 1", "§ 1", "Stk. 2"),
        ("Kapitel 1", "§ 2"),
    ]


def test_a_provision_that_is_a_list_is_a_list_chunk() -> None:
    document = build("# Lov\n\n§ 3. Her forstås ved: 1) Celle: en celle. 2) Væv: flere celler.\n")
    (chunk,) = split_document(document)
    assert chunk.kind == "list"
    assert sentences_of(document, chunk)[1:] == ["1) Celle: en celle.", "2) Væv: flere celler."]


def test_a_chunk_has_the_page_it_begins_on() -> None:
    raw = RawDocument((RawPage(1, f"1. Formål\n\n{SENTENCE}\n"), RawPage(2, f"2. Ledelse\n\n{SENTENCE}\n")))
    chunks = split_document(build_document("a.txt", raw))
    assert [(chunk.path, chunk.page) for chunk in chunks] == [(("1. Formål",), 1), (("2. Ledelse",), 2)]


def test_a_passage_in_another_language_is_tagged_with_it() -> None:
    english = "The committee follows the work and reports every year to the government on the budget. "
    document = build(f"# T\n\n## A\n\n{SENTENCE * 4}\n\n## B\n\n{english * 2}\n\n## C\n\nOslo.\n")
    assert [chunk.language for chunk in split_document(document)] == ["da", "en", "da"]
