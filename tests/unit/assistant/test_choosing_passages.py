"""What was found is shown whole, once, in the order of its rank, and within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from assistant.passages import BUDGET, LONGEST_SECTION, choose_passages
from corpus.documents import Chunk, Document, DocumentMeta, RawDocument, RawPage
from corpus.errors import LibraryUnavailable, UnknownDocument
from corpus.splitting import split_document
from corpus.structure import build_document
from indexing.hits import Hit

META = DocumentMeta(title="Håndbog for foreningen", date="2025-03-01")
SENTENCE = "Bestyrelsen fører tilsyn med arbejdet nummer {number} og melder tilbage til medlemmerne hvert kvartal."


def make_document(text: str, name: str = "handbog.md") -> Document:
    return build_document(
        name, RawDocument((RawPage(1, f"# Håndbog\n\nHåndbogen gælder for alle medlemmer.\n\n{text}"),), marked_up=True)
    )


def make_hit(document: Document, chunk: Chunk) -> Hit:
    none = (0.0,) * len(chunk.sentences)
    return Hit(
        chunk_id=chunk.start,
        document_id=document.name,
        document=document.name,
        meta=META,
        chunk=chunk,
        text=document.text[chunk.start : chunk.end],
        score=1.0,
        similarities=none,
        in_context=none,
        coverage=none,
        coverage_in_section=none,
        coverage_in_context=none,
        keyword=0.0,
    )


def hits_for(document: Document, *words: str) -> list[Hit]:
    """Return for each word the chunk that it stands in."""
    chunks = split_document(document)
    return [make_hit(document, next(c for c in chunks if word in document.text[c.start : c.end])) for word in words]


def reader(*documents: Document) -> Callable[[str], Document]:
    known = {document.name: document for document in documents}

    def read(document_id: str) -> Document:
        if document_id not in known:
            raise UnknownDocument(document_id)
        return known[document_id]

    return read


def paragraphs(first: int, count: int) -> str:
    """Return paragraphs of about 900 characters each, so that each is a chunk of its own."""
    return "\n\n".join(
        " ".join(SENTENCE.format(number=n * 100 + m) for m in range(9)) for n in range(first, first + count)
    )


def items(count: int) -> str:
    return "\n".join(f"- Opgave {n} løses af et udvalg med tre medlemmer og en sekretær." for n in range(count))


def test_a_hit_is_shown_as_its_whole_section_with_the_heading() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 2)}\n\n# Penge\n\nKontingentet er 100 kr.")
    (passage,) = choose_passages(hits_for(document, "nummer 205"), reader(document))
    assert passage.text.startswith("Møder\n\n")
    assert "nummer 100 " in passage.text
    assert "Kontingentet" not in passage.text
    assert passage.text == document.text[passage.start : passage.end]
    assert (passage.marker, passage.title, passage.section, passage.date) == ("1", META.title, "Møder", "2025-03-01")
    assert (passage.document, passage.page, passage.language) == ("handbog.md", 1, "da")


def test_a_long_section_is_shown_as_the_chunk() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 6)}")
    (hit,) = hits_for(document, "nummer 305")
    (passage,) = choose_passages([hit], reader(document))
    assert passage.text == hit.text
    assert passage.section == "Møder"


def test_the_text_above_the_first_subsection_is_shown_where_all_of_the_section_is_too_long() -> None:
    document = make_document(f"# Møder\n\nRådet mødes i maj.\n\n## Referater\n\n{paragraphs(1, 6)}")
    (passage,) = choose_passages(hits_for(document, "i maj"), reader(document))
    assert passage.text == "Møder\n\nRådet mødes i maj."


def test_a_subsection_of_a_law_is_shown_with_its_provision() -> None:
    law = "§ 3. Rådet har ni medlemmer, som ministeren udpeger.\n\nStk. 2. Rådet kan nedsætte udvalg."
    document = make_document(f"# Kapitel 1\n\n{law}\n\n§ 4. Loven træder i kraft straks.")
    (passage,) = choose_passages(hits_for(document, "nedsætte"), reader(document))
    assert passage.text.startswith("§ 3.")
    assert passage.text.endswith("udvalg.")


def test_a_list_is_never_cut_where_it_can_be_shown_whole() -> None:
    document = make_document(f"# Opgaver\n\n{paragraphs(1, 4)}\n\nUdvalgene har disse opgaver:\n\n{items(36)}")
    (hit,) = hits_for(document, "Opgave 30 ")
    assert "Opgave 3 " not in hit.text
    (passage,) = choose_passages([hit], reader(document))
    assert passage.text.startswith("Udvalgene har disse opgaver:")
    assert passage.text.endswith("Opgave 35 løses af et udvalg med tre medlemmer og en sekretær.")
    assert passage.lead == ""


def test_a_list_that_is_too_long_is_cut_between_entries_and_told_with_its_introduction() -> None:
    document = make_document(f"# Opgaver\n\nUdvalgene har disse opgaver:\n\n{items(120)}")
    (hit,) = hits_for(document, "Opgave 60 ")
    (passage,) = choose_passages([hit], reader(document))
    assert passage.text == hit.text
    assert passage.text.startswith("- Opgave ")
    assert passage.lead == "Udvalgene har disse opgaver:"


def test_a_table_is_shown_with_its_header() -> None:
    rows = "\n".join(f"| Post {n} for foreningens arbejde i alle landets egne | {n} kr. |" for n in range(40))
    document = make_document(f"# Budget\n\n{paragraphs(1, 3)}\n\n| Post | Beløb |\n{rows}")
    (passage,) = choose_passages(hits_for(document, "Post 35 "), reader(document))
    assert passage.text.startswith("Post | Beløb")
    assert "Post 0 " in passage.text
    assert "Post 39 " in passage.text


def test_two_hits_of_one_section_are_one_passage_in_the_place_of_the_better() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 2)}\n\n# Penge\n\nKontingentet er 100 kr.")
    passages = choose_passages(hits_for(document, "nummer 205", "Kontingentet", "nummer 105"), reader(document))
    assert [passage.section for passage in passages] == ["Møder", "Penge"]
    assert [passage.marker for passage in passages] == ["1", "2"]


def test_chunks_that_follow_each_other_in_a_long_section_become_one_passage() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 8)}")
    hits = hits_for(document, "nummer 405", "nummer 805", "nummer 305")
    first, second = choose_passages(hits, reader(document))
    assert first.text == f"{hits[2].text}\n\n{hits[0].text}"
    assert second.text == hits[1].text


def test_documents_with_the_same_text_stay_apart() -> None:
    one, other = (make_document("# Møder\n\nRådet mødes i maj.", name) for name in ("a.md", "b.md"))
    passages = choose_passages(hits_for(one, "maj") + hits_for(other, "maj"), reader(one, other))
    assert [passage.document_id for passage in passages] == ["a.md", "b.md"]


@pytest.mark.parametrize("budget", [0, 500, 1200, 4000, 8000, 20_000])
def test_the_budget_is_kept_and_what_fits_is_whole(budget: int) -> None:
    document = make_document("\n\n".join(f"# Del {n}\n\n{paragraphs(n * 10, 2)}" for n in range(1, 9)))
    words = [f"nummer {n}105" for n in range(1, 9)]
    passages = choose_passages(hits_for(document, *words), reader(document), budget)
    assert sum(len(passage.text) for passage in passages) <= budget
    assert all(passage.text.endswith("hvert kvartal.") for passage in passages)
    assert len(passages) >= min(8, budget // 2400)
    sections = [passage.section for passage in passages]
    assert sections == sorted(sections)


def test_the_best_hits_are_widened_before_the_others_are() -> None:
    document = make_document("\n\n".join(f"# Del {n}\n\n{paragraphs(n * 10, 2)}" for n in range(1, 9)))
    passages = choose_passages(hits_for(document, *(f"nummer {n}105" for n in range(1, 9))), reader(document), 12_000)
    starts_with_heading = [passage.text.startswith("Del ") for passage in passages]
    assert starts_with_heading[:3] == [True, True, True]
    assert not all(starts_with_heading)
    assert len(passages) == 8


def test_a_hit_that_does_not_fit_makes_room_for_one_that_does() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 4)}\n\n# Penge\n\nKontingentet er 100 kr.")
    (passage,) = choose_passages(hits_for(document, "nummer 105", "Kontingentet"), reader(document), 600)
    assert "Kontingentet er 100 kr." in passage.text


def test_a_source_that_was_replaced_or_removed_since_the_search_is_left_out() -> None:
    old = make_document("# Møder\n\nRådet mødes i maj.", "a.md")
    new = make_document("# Møder\n\nRådet mødes i juni.", "a.md")
    gone = make_document("# Penge\n\nKontingentet er 100 kr.", "b.md")
    kept = make_document("# Valg\n\nFormanden vælges i marts.", "c.md")
    hits = [*hits_for(old, "maj"), *hits_for(gone, "Kontingentet"), *hits_for(kept, "marts")]
    assert [passage.document_id for passage in choose_passages(hits, reader(new, kept))] == ["c.md"]


def test_a_library_that_cannot_be_read_is_not_taken_for_a_document_that_is_gone() -> None:
    document = make_document("# Møder\n\nRådet mødes i maj.")

    def read(document_id: str) -> Document:
        raise LibraryUnavailable(document_id)

    with pytest.raises(LibraryUnavailable):
        choose_passages(hits_for(document, "maj"), read)


def test_each_document_is_read_once() -> None:
    document = make_document(f"# Møder\n\n{paragraphs(1, 6)}")
    asked: list[str] = []

    def read(document_id: str) -> Document:
        asked.append(document_id)
        return document

    choose_passages(hits_for(document, "nummer 105", "nummer 405", "nummer 605"), read)
    assert asked == [document.name]


def test_nothing_found_is_nothing_shown() -> None:
    assert choose_passages([], reader()) == ()


@pytest.mark.parametrize("layout", ["sections", "one section", "one list", "one table"])
def test_it_takes_a_few_milliseconds_whatever_the_document_is_like(layout: str) -> None:
    texts = {
        "sections": "\n\n".join(f"# Del {n}\n\n{SENTENCE.format(number=n)}" for n in range(3000)),
        "one section": f"# Møder\n\n{paragraphs(1, 300)}",
        "one list": f"# Opgaver\n\nUdvalgene har disse opgaver:\n\n{items(3000)}",
        "one table": "# Budget\n\n| Post | Beløb |\n" + "\n".join(f"| Post {n} | {n} kr. |" for n in range(3000)),
    }
    document = make_document(texts[layout])
    chunks = split_document(document)
    hits = [make_hit(document, chunk) for chunk in chunks[:: max(1, len(chunks) // 24)][:24]]
    fastest = min(_seconds_for(hits, document) for _ in range(5))
    assert fastest < 0.01


def _seconds_for(hits: Sequence[Hit], document: Document) -> float:
    began = time.perf_counter()
    passages = choose_passages(hits, reader(document))
    seconds = time.perf_counter() - began
    assert sum(len(passage.text) for passage in passages) <= BUDGET
    assert all(len(passage.text) <= LONGEST_SECTION or passage.section for passage in passages)
    return seconds
