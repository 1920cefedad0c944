"""What is embedded for a sentence, and how it is blended with its context."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.documents import Chunk, Sentence, Span
from indexing.vectors import CONTEXT_WEIGHT, MAX_CHARACTERS, blend, context_text, key_of, sentence_texts

LIST = "The board consists of:\nAnn Lee\nBo Ek"


def chunk_of(text: str, *sentences: Sentence, lead: Span | None = None) -> Chunk:
    return Chunk(0, len(text), 1, (), "en", lead=lead, sentences=sentences)


def test_an_item_has_its_lead_before_it_and_the_lead_itself_has_not() -> None:
    chunk = chunk_of(LIST, Sentence(0, 22), Sentence(23, 30, "item"), Sentence(31, 36, "item"), lead=Span(0, 22))
    assert sentence_texts(LIST, chunk) == [
        "The board consists of:",
        "The board consists of: Ann Lee",
        "The board consists of: Bo Ek",
    ]


def test_a_row_has_its_header_before_it_without_the_bars() -> None:
    text = "| Name | Fee |\n| Ann | 900 |"
    chunk = chunk_of(text, Sentence(15, 28, "row"), lead=Span(0, 14))
    assert sentence_texts(text, chunk) == ["Name, Fee: Ann, 900"]


def test_of_a_long_lead_the_end_stands_there_begun_at_a_word() -> None:
    lead = "one " * 100 + "last words:"
    chunk = chunk_of(f"{lead}x", Sentence(len(lead), len(lead) + 1, "item"), lead=Span(0, len(lead)))
    (text,) = sentence_texts(f"{lead}x", chunk)
    assert text.startswith("one ")
    assert text.endswith("one last words: x")
    assert len(text) <= 125


def test_nuls_and_white_space_are_folded_and_long_texts_cut() -> None:
    text = "a\0b \n c" + " word" * 1000
    (found,) = sentence_texts(text, chunk_of(text, Sentence(0, len(text))))
    assert found.startswith("a b c word")
    assert len(found) == MAX_CHARACTERS


def test_the_context_is_the_title_and_the_headings() -> None:
    assert context_text("Mandate", ("3. Board", "Seats")) == "Mandate › 3. Board › Seats"
    assert context_text("", ()) == ""


def test_a_key_is_32_digits_and_differs_with_the_text() -> None:
    assert len(key_of("a")) == len(key_of("\ud800")) == 32
    assert key_of("a") != key_of("a ")


def test_a_blend_has_length_one_and_leans_to_the_sentence() -> None:
    sentence, context = np.eye(4, dtype=np.float32)[:1], np.eye(4, dtype=np.float32)[1:2]
    (row,) = blend(sentence, context)
    assert np.linalg.norm(row) == pytest.approx(1.0)
    assert row[1] / row[0] == pytest.approx(CONTEXT_WEIGHT)
    assert blend(np.zeros((0, 4), np.float32), np.zeros((0, 4), np.float32)).shape == (0, 4)
    assert not blend(np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)).any()
