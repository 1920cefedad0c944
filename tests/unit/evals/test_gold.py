"""Gold answers are the smallest stretches of the documents that say what is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.documents import Document, RawDocument, RawPage
from corpus.structure import build_document
from evals.cases import Case
from evals.gold import NOTHING, gold_answer
from evals.results import GivenAnswer
from evals.scoring import judge
from evals.spans import AnchoredText

HARBOUR = """# Regler for havnen

Havnen er åben om sommeren. En plads koster 1.250 kr. om året. Prisen gælder både under ti meter.

Havnefogeden anviser pladserne, og i hans fravær gør formanden det.

I bestyrelsen sidder:

- formanden, Anna Holm
- kassereren, Bo Lund
- sekretæren, Carl Vig

| Både | Pris |
| --- | --- |
| Joller | 400 kr. |
| Kuttere | 2.000 kr. |
"""


def document(name: str, text: str) -> Document:
    return build_document(name, RawDocument((RawPage(1, text),), marked_up=True))


DOCUMENTS = {
    "havn.md": document("havn.md", HARBOUR),
    "bro.md": document("bro.md", "# Broen\n\nBroen er 40 meter lang. Den blev bygget i 1998.\n"),
}
TEXTS = {name: AnchoredText(one.text) for name, one in DOCUMENTS.items()}
CASE = Case("h-1", "da", "number", "hvad koster en plads?", True, ("havn.md",), ("plads koster",), (("1.250",),))


def gold(case: Case) -> GivenAnswer:
    answer = gold_answer(case, DOCUMENTS, TEXTS)
    assert answer is not None
    judged = judge(case, answer, TEXTS)
    assert (judged.right, judged.supported, judged.contradicted) == (True, True, False)
    assert (judged.verbatim_quotes, judged.supported_sentences) == (judged.quotes, judged.sentences)
    return answer


def test_the_sentence_of_the_anchor_is_the_answer_and_the_quote() -> None:
    answer = gold(CASE)
    assert answer.text == "En plads koster 1.250 kr. om året. [1]"
    assert [quote.text for quote in answer.quotes] == ["En plads koster 1.250 kr. om året."]


def test_the_sentence_beside_it_is_taken_in_where_a_fact_is_missing() -> None:
    answer = gold(replace(CASE, facts=(("1.250",), ("ti meter",))))
    assert answer.text == "En plads koster 1.250 kr. om året. Prisen gælder både under ti meter. [1]"


def test_a_list_is_taken_whole() -> None:
    case = replace(CASE, kind="list", evidence=("i bestyrelsen sidder",), facts=(("anna",), ("bo",), ("carl",)))
    assert "sekretæren, Carl Vig" in gold(case).text


def test_a_row_has_the_header_of_its_table() -> None:
    case = replace(CASE, kind="table", evidence=("kuttere",), facts=(("2.000",), ("pris",)))
    said = gold(case).text
    assert said.index("Pris") < said.index("Kuttere")


def test_a_fact_of_another_document_of_the_case_is_said_too() -> None:
    case = replace(
        CASE,
        kind="cross",
        documents=("havn.md", "bro.md"),
        evidence=("plads koster", "40 meter lang"),
        facts=(("1.250",), ("1998",)),
    )
    answer = gold(case)
    assert {quote.document for quote in answer.quotes} == {"havn.md", "bro.md"}


def test_a_long_sentence_is_cut_to_what_is_short_enough() -> None:
    text = f"Om {'meget ' * 80}står der, at en plads koster 1.250 kr. og {'mere ' * 90}til sidst."
    documents = {"havn.md": document("havn.md", text)}
    texts = {"havn.md": AnchoredText(documents["havn.md"].text)}
    answer = gold_answer(CASE, documents, texts)
    assert answer is not None
    assert judge(CASE, answer, texts).right


def test_the_gold_of_what_has_no_answer_is_a_refusal() -> None:
    case = Case("h-2", "da", "unanswerable", "hvad hedder fogeden?", False)
    assert gold_answer(case, DOCUMENTS, TEXTS) == NOTHING


@pytest.mark.parametrize(
    "case",
    [
        replace(CASE, evidence=("står der ikke",)),
        replace(CASE, facts=(("aldrig nævnt",),)),
        replace(CASE, documents=("ukendt.md",)),
    ],
)
def test_there_is_none_where_the_documents_do_not_say_it(case: Case) -> None:
    assert gold_answer(case, DOCUMENTS, TEXTS) is None
