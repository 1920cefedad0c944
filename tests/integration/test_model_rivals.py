"""What another document says otherwise than a language model cites is quoted beside it, with its date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from model_players import Unit, read_prompt
from model_players import say as write
from model_server import Behaviour, Reply, Request, say, serve_model

from assistant.answering import ReadDocument
from assistant.generating import GeneratingAssistant
from assistant.messages import Finished, SentenceChecked
from assistant.settings import ModelEndpoint, Settings
from assistant.wiring import build_generating, build_library, build_retriever, build_scorer, index_documents
from corpus.documents import Document
from corpus.errors import UnknownDocument
from corpus.library import Library
from indexing.hits import Filters, Retriever

OLD = """---
title: Vedtægt for Fyrrådet
date: 2023-02-01
language: da
---

# Vedtægt for Fyrrådet

Fyrrådet mødes fire gange om året. Fyrrådet har ni medlemmer.
"""
NEW = """---
title: Forretningsorden for Fyrrådet
date: 2025-06-01
language: da
---

# Forretningsorden for Fyrrådet

Fyrrådet mødes to gange om året. Formanden vælges for tre år.
"""
OTHER = """---
title: Vedtægt for Broudvalget
date: 2024-01-01
language: da
---

# Vedtægt for Broudvalget

Broudvalget mødes seks gange om året.
"""
QUESTION = "Hvor ofte mødes Fyrrådet?"
FOUR, TWO = "Fyrrådet mødes fire gange om året.", "Fyrrådet mødes to gange om året."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build_library(Settings(library=_indexed(tmp_path_factory.mktemp("fyr"))))


@pytest.fixture(scope="module")
def retriever(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return build_retriever(Settings(library=tmp_path_factory.mktemp("index")), library, "exact")


def _indexed(folder: Path) -> Path:
    (folder / "documents").mkdir()
    for name, text in (("vedtaegt.md", OLD), ("forretningsorden.md", NEW), ("bro.md", OTHER)):
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    assert not index_documents(Settings(library=folder / "library"), [folder / "documents"]).failed
    return folder / "library"


def quotes(*wanted: str) -> Behaviour:
    """Return a model that says these sentences of the passages it is shown, each as a citation of itself."""

    def behave(request: Request) -> Reply:
        units = read_prompt(request.messages).units
        said: list[tuple[str, list[Unit]]] = [(u.text, [u]) for text in wanted for u in units if u.text == text]
        return say(write(said, request.schema is not None))

    return behave


@contextmanager
def saying(retriever: Retriever, read_document: ReadDocument, *wanted: str) -> Iterator[GeneratingAssistant]:
    with serve_model(quotes(*wanted)) as server:
        endpoint = ModelEndpoint(server.base_url, "played")
        yield build_generating(endpoint, retriever, read_document, build_scorer())


def test_a_rival_that_the_model_left_out_is_quoted_with_both_dates(library: Library, retriever: Retriever) -> None:
    with saying(retriever, library.read, FOUR) as assistant:
        answer = assistant.answer(QUESTION)
    assert answer.model == "played"
    assert answer.text == f"{FOUR} [1] {TWO} [2]"
    assert [citation.quote for citation in answer.citations] == [FOUR, TWO]
    assert [citation.date for citation in answer.citations] == ["2023-02-01", "2025-06-01"]
    assert [sentence.markers for sentence in answer.sentences] == [(1,), (2,)]
    (warning,) = [line for line in answer.warnings if FOUR in line]
    assert "1. februar 2023" in warning
    assert "1. juni 2025" in warning
    assert answer.outcome == "answered"


def test_the_rivals_citation_stands_where_it_says(library: Library, retriever: Retriever) -> None:
    with saying(retriever, library.read, TWO) as assistant:
        *_, rival = assistant.answer(QUESTION).citations
    assert library.read(rival.document_id).text[rival.start : rival.end] == rival.quote == FOUR
    assert rival.document == "vedtaegt.md"


def test_sources_that_the_model_cites_both_are_quoted_once(library: Library, retriever: Retriever) -> None:
    with saying(retriever, library.read, FOUR, TWO) as assistant:
        answer = assistant.answer(QUESTION)
    assert [citation.quote for citation in answer.citations] == [FOUR, TWO]
    assert len([line for line in answer.warnings if TWO in line]) == 1


def test_a_document_about_something_else_is_no_rival(library: Library, retriever: Retriever) -> None:
    with saying(retriever, library.read, "Broudvalget mødes seks gange om året.") as assistant:
        answer = assistant.answer("Hvor ofte mødes Broudvalget?")
    assert [citation.document for citation in answer.citations] == ["bro.md"]


def test_no_rival_is_looked_for_outside_the_filter(library: Library, retriever: Retriever) -> None:
    chosen = next(stored.id for stored in library.documents() if stored.name == "vedtaegt.md")
    with saying(retriever, library.read, FOUR) as assistant:
        answer = assistant.answer(QUESTION, filters=Filters(documents=(chosen,)))
    assert [citation.quote for citation in answer.citations] == [FOUR]
    assert {place.document_id for place in answer.considered} <= {chosen}


def test_the_models_own_sentence_comes_first_and_keeps_its_number(library: Library, retriever: Retriever) -> None:
    with saying(retriever, library.read, FOUR) as assistant:
        first, last = assistant.events(QUESTION)
    assert isinstance(first, SentenceChecked)
    assert isinstance(last, Finished)
    assert first.sentence == last.answer.sentences[0]
    assert first.citations == last.answer.citations[:1]


def test_a_rival_that_is_removed_meanwhile_is_left_out(library: Library, retriever: Retriever) -> None:
    def read_without_the_new(document_id: str) -> Document:
        document = library.read(document_id)
        if document.name == "forretningsorden.md":
            raise UnknownDocument(document_id)
        return document

    with saying(retriever, read_without_the_new, FOUR) as assistant:
        answer = assistant.answer(QUESTION)
    assert [citation.quote for citation in answer.citations] == [FOUR]
    assert answer.model == "played"
