"""Searching a library that is changed meanwhile, by this process or another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from corpus.documents import Document, RawDocument, RawPage
from corpus.library import Library
from corpus.splitting import split_document
from corpus.structure import build_document
from indexing.caches import bring_in_step
from indexing.errors import IndexingError
from indexing.exact import ExactIndex
from indexing.ingesting import ingest
from indexing.keywords import FtsKeywordIndex
from indexing.retrieving import HybridRetriever
from tests.fakes import HashingEmbedder


def load(path: Path, *, ocr: bool = False) -> Document:
    return build_document(path.name, RawDocument((RawPage(1, path.read_text(encoding="utf-8")),), {}, marked_up=True))


def add(library: Library, embedder: HashingEmbedder, file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    ingest([file], library, embedder, load=load, split=split_document, suffixes=frozenset({".md"}))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as library:
        add(library, HashingEmbedder(), tmp_path / "havn.md", "# Havn\n\nHavnen har en lang kaj.\n")
        yield library


class _ChangesWhenAsked(FtsKeywordIndex):
    """A keyword index; before its next answer, something else happens to the library."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.meanwhile = lambda: None

    def search(self, query: str, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        self.meanwhile()
        return super().search(query, limit, versions)

    def versions(self) -> set[str]:
        held = super().versions()
        self.meanwhile()
        return held


def test_a_document_that_another_process_brings_in_during_a_search_is_no_fault(
    library: Library, tmp_path: Path
) -> None:
    embedder, keywords = HashingEmbedder(), _ChangesWhenAsked(tmp_path / "keywords.sqlite")
    retriever = HybridRetriever(library, embedder, ExactIndex(embedder.dimensions), keywords)
    assert [hit.document for hit in retriever.retrieve("kaj", 5)] == ["havn.md"]

    def other_process() -> None:
        keywords.meanwhile = lambda: None
        add(library, embedder, tmp_path / "kran.md", "# Kran\n\nKranen ved den lange kaj er ny.\n")
        other = FtsKeywordIndex(tmp_path / "keywords.sqlite")
        bring_in_step(library, embedder, ExactIndex(embedder.dimensions), other)
        other.close()

    keywords.meanwhile = other_process
    assert [hit.document for hit in retriever.retrieve("kaj", 5)] == ["havn.md"]
    assert {hit.document for hit in retriever.retrieve("kaj", 5)} == {"havn.md", "kran.md"}
    keywords.close()


def test_bringing_in_step_leaves_alone_what_another_process_has_just_added(library: Library, tmp_path: Path) -> None:
    embedder, keywords = HashingEmbedder(), _ChangesWhenAsked(tmp_path / "keywords.sqlite")

    def other_process() -> None:
        keywords.meanwhile = lambda: None
        add(library, embedder, tmp_path / "kran.md", "# Kran\n\nKranen er ny.\n")
        bring_in_step(library, embedder, ExactIndex(embedder.dimensions), keywords)

    keywords.meanwhile = other_process
    bring_in_step(library, embedder, ExactIndex(embedder.dimensions), keywords)
    assert keywords.versions() == set(library.versions())
    keywords.close()


def test_a_library_without_vectors_of_the_embedder_says_to_index_again(library: Library, tmp_path: Path) -> None:
    newer = HashingEmbedder(name="newer")
    keywords = FtsKeywordIndex(tmp_path / "keywords.sqlite")
    retriever = HybridRetriever(library, newer, ExactIndex(newer.dimensions), keywords)
    with pytest.raises(IndexingError, match="run `atmp index`"):
        retriever.retrieve("kaj", 5)
    keywords.close()
