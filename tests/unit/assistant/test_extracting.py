"""What is quoted as an answer: the likeliest statement, those nearly as likely, a list whole, a row under its names."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from assistant.expecting import Expectation
from assistant.extracting import MOST_STATEMENTS, Extract, extract
from assistant.signals import NAMES, Candidate
from corpus.documents import Document, RawDocument, RawPage
from corpus.splitting import split_document
from corpus.structure import build_document
from tests.unit.assistant.test_choosing_passages import make_hit

CHEAP = (0.0,) * len(NAMES)
ANYTHING = Expectation("statement")
MOORING = """# Havnen

## Møder

Rådet mødes i marts. Det varer en time. Udvalget mødes i maj. Bestyrelsen mødes i juni. Formanden kommer fra byen.

## Opgaver

Rådet har disse opgaver:

- at føre tilsyn
- at holde orden

## Oplysninger

| Emne | Oplysning |
|---|---|
| Formand | Valgt af byen |
| Kajer | 4 |
| Vagter | 12 om året |

## Mål

| Emne | Længde i meter |
|---|---|
| Mole | Den lange, 400 |
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return build_document("havn.md", RawDocument((RawPage(1, MOORING),), marked_up=True))


def said(document: Document, scores: Mapping[str, float], expectation: Expectation = ANYTHING) -> list[Extract]:
    """Return what is said where the sentences that begin so have those scores; others are not candidates."""
    candidates = [
        Candidate(hit, index, CHEAP, score)
        for begins, score in scores.items()
        for hit in (make_hit(document, chunk) for chunk in split_document(document))
        for index, sentence in enumerate(hit.chunk.sentences)
        if document.text[sentence.start : sentence.end].lstrip("-| ").startswith(begins)
    ]
    assert len(candidates) == len(scores)
    ranked = sorted(candidates, key=lambda candidate: -candidate.score)
    return extract(ranked, "Hvornår?", expectation, {document.name: document})


def test_the_likeliest_sentence_is_given_alone_where_no_other_comes_near(document: Document) -> None:
    given = said(document, {"Rådet mødes": 5.0, "Udvalget": 2.9, "Bestyrelsen": 2.8})
    assert [one.text for one in given] == ["Rådet mødes i marts."]


def test_sentences_nearly_as_likely_are_given_after_it_and_no_more_than_a_few(document: Document) -> None:
    given = said(document, {"Bestyrelsen": 4.0, "Rådet mødes": 5.0, "Udvalget": 4.5, "Formanden kommer": 3.9})
    assert [one.text for one in given] == [
        "Rådet mødes i marts.",
        "Udvalget mødes i maj.",
        "Bestyrelsen mødes i juni.",
    ]
    assert len(given) == MOST_STATEMENTS


def test_no_place_is_quoted_twice(document: Document) -> None:
    given = said(document, {"Rådet mødes": 5.0, "Det varer": 4.9})
    assert [one.text for one in given] == ["Rådet mødes i marts."]
    (whole,) = said(document, {"Det varer": 5.0})
    assert whole.text == "Rådet mødes i marts. Det varer en time."


def test_a_list_that_is_asked_for_stands_alone(document: Document) -> None:
    (given,) = said(document, {"at føre": 5.0, "Rådet mødes": 4.9}, Expectation("statement", whole_list=True))
    assert given.text == "Rådet har disse opgaver:\n• at føre tilsyn\n• at holde orden"


@pytest.mark.parametrize(
    ("row", "words", "quotes"),
    [
        ("Formand |", "Formand: Valgt af byen", 1),
        ("Vagter", "Vagter: 12 om året", 1),
        ("Kajer", "Emne | Oplysning\nKajer | 4", 2),
        ("Mole", "Emne | Længde i meter\nMole | Den lange, 400", 2),
    ],
)
def test_the_names_of_columns_are_left_out_only_where_they_say_nothing(
    document: Document, row: str, words: str, quotes: int
) -> None:
    (given,) = said(document, {row: 5.0})
    assert given.text == words
    assert len(given.quotes) == quotes
