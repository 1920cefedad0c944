"""Which sentences of what was found stand against what an answer cites."""

from __future__ import annotations

from typing import Literal

from assistant.disagreeing import Said
from assistant.rivals import MOST_RIVALS_QUOTED, Rivals
from corpus.documents import Chunk, DocumentMeta, Sentence
from corpus.sentences import split_sentences
from indexing.hits import Hit


def hit(document_id: str, text: str, kind: Literal["sentence", "row"] = "sentence") -> Hit:
    """Return a hit whose chunk begins 10 characters into its document."""
    sentences = tuple(Sentence(10 + s.start, 10 + s.end, kind) for s in split_sentences(text))
    chunk = Chunk(
        start=10, end=10 + len(text), page=1, path=(), kind="text", language="da", lead=None, sentences=sentences
    )
    nothing = tuple(0.0 for _ in sentences)
    meta = DocumentMeta(title=f"Vedtægt {document_id} for Fyrrådet", language="da")
    return Hit(hash(document_id), document_id, f"{document_id}.md", meta, chunk, text, 1.0, *[nothing] * 5, 0.0)


def cited(document_id: str, text: str) -> Said:
    return Said(text, "da", document_id, hit(document_id, text).meta)


FOUR, TWO, SIX = (f"Fyrrådet mødes {times} gange om året." for times in ("fire", "to", "seks"))


def test_a_sentence_of_another_document_with_another_value_is_the_rival() -> None:
    rivals = Rivals([hit("one", FOUR), hit("two", f"Rådet er nyt. {TWO}")])
    (rival,) = rivals.unsaid([cited("one", FOUR)])
    assert (rival.said.text, rival.hit.document_id) == (TWO, "two")
    assert rival.hit.text[rival.span.start - 10 : rival.span.end - 10] == TWO
    assert rivals.look_up(cited("one", FOUR)) is rival


def test_the_same_document_and_rows_of_tables_are_no_rivals() -> None:
    assert Rivals([hit("one", TWO), hit("two", TWO, "row")]).unsaid([cited("one", FOUR)]) == ()


def test_a_passage_that_another_citation_contradicts_needs_no_rival() -> None:
    rivals = Rivals([hit("one", FOUR), hit("two", TWO), hit("three", SIX)])
    assert rivals.unsaid([cited("one", FOUR), cited("two", TWO)]) == ()


def test_one_rival_stands_for_all_citations_it_contradicts() -> None:
    rivals = Rivals([hit("two", TWO), hit("four", TWO)])
    assert [rival.hit.document_id for rival in rivals.unsaid([cited("one", FOUR), cited("three", FOUR)])] == ["two"]


def test_rivals_are_few() -> None:
    said = [
        f"Fyrrådet har {count} {what}." for count in ("fem",) for what in ("lodser", "skippere", "fyr", "både", "net")
    ]
    rivals = Rivals([hit("two", text.replace("fem", "ni")) for text in said])
    assert 0 < len(rivals.unsaid([cited("one", text) for text in said])) <= MOST_RIVALS_QUOTED


def test_without_citations_or_hits_there_is_none() -> None:
    assert Rivals([]).unsaid([cited("one", FOUR)]) == ()
    assert Rivals([hit("two", TWO)]).unsaid([]) == ()
