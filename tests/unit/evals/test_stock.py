"""llama-index's passages stand in the documents, and lead to the library's chunks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.library import Library
from evals.stock import StockIndex, StockSettings, split_into_spans
from indexing.chroma import ChromaIndex
from indexing.exact import ExactIndex
from indexing.fusion import ranked
from tests.fakes import HashingEmbedder
from tests.rival_library import DOCUMENTS, fill_library

SMALL = StockSettings(chunk_tokens=24, overlap_tokens=8)
LONG = " ".join(f"Sætning nr. {number} handler bl.a. om kaj {number % 7}, jf. § {number}." for number in range(400))


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashingEmbedder) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as library:
        fill_library(library, embedder, tmp_path / "documents")
        yield library


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "vectors") as kept:
        yield kept


def filled(library: Library, kept: Library, embedder: HashingEmbedder) -> StockIndex:
    index = StockIndex(library, embedder, ExactIndex(embedder.dimensions), kept, SMALL)
    for version in sorted(library.versions()):
        index.add(version, [], embedder.embed_passages([]))
    return index


def test_its_defaults_are_those_of_the_pipeline() -> None:
    from llama_index.core.constants import DEFAULT_SIMILARITY_TOP_K
    from llama_index.core.node_parser import SentenceSplitter

    stock, ours = SentenceSplitter(), StockSettings()
    assert (ours.chunk_tokens, ours.overlap_tokens, ours.top_k) == (
        stock.chunk_size,
        stock.chunk_overlap,
        DEFAULT_SIMILARITY_TOP_K,
    )


@pytest.mark.parametrize("settings", [StockSettings(), SMALL])
def test_passages_are_in_order_and_leave_no_word_out(settings: StockSettings) -> None:
    spans = split_into_spans(LONG, settings)
    assert len(spans) > 3
    assert spans == sorted(spans, key=lambda span: span.start)
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert not "".join(letter for at, letter in enumerate(LONG) if at not in covered).strip()


def test_a_text_said_twice_makes_passages_at_both_places() -> None:
    text = "\n\n\n".join(["Kajen er lang og bred og lav, og den ligger ved vandet i byen ved fjorden."] * 4)
    starts = [span.start for span in split_into_spans(text, StockSettings(chunk_tokens=40, overlap_tokens=0))]
    assert len(set(starts)) == len(starts) > 1


def test_an_empty_text_has_no_passages() -> None:
    assert split_into_spans("") == []
    assert split_into_spans(" \n ") == []


def test_found_passages_stand_word_for_word_in_their_document(
    library: Library, kept: Library, embedder: HashingEmbedder
) -> None:
    index = filled(library, kept, embedder)
    passages = index.find_passages(embedder.embed_query("Hvor lang er kajen?"), 100)
    assert {passage.place.document for passage in passages} == set(DOCUMENTS)
    embedded = set(embedder.texts)
    for passage in passages:
        text = library.read(passage.document_id).text[passage.place.start : passage.place.end]
        assert text in embedded


def test_the_nearest_passage_comes_first_and_leads_to_its_chunks(
    library: Library, kept: Library, embedder: HashingEmbedder
) -> None:
    index = filled(library, kept, embedder)
    vector = embedder.embed_query("Brødet bages klokken fem om morgenen")
    first = index.find_passages(vector, 1)[0]
    assert first.place.document == "koekken.md"
    assert ranked(index.search(vector, 1)) == list(first.chunk_ids)
    for stored in library.chunks(first.chunk_ids).values():
        assert any(
            first.place.start <= sentence.start and sentence.end <= first.place.end
            for sentence in stored.chunk.sentences
        )


def test_a_removed_version_is_found_no_more(library: Library, kept: Library, embedder: HashingEmbedder) -> None:
    index = filled(library, kept, embedder)
    version = next(v for v, document_id in library.versions().items() if library.read(document_id).name == "havn.md")
    index.remove(version)
    names = {passage.place.document for passage in index.find_passages(embedder.embed_query("kajen"), 100)}
    assert names == set(DOCUMENTS) - {"havn.md"}
    assert version not in index.versions()


def test_a_version_that_the_library_does_not_have_is_passed_over(
    library: Library, kept: Library, embedder: HashingEmbedder
) -> None:
    index = StockIndex(library, embedder, ExactIndex(embedder.dimensions), kept, SMALL)
    index.add("gone", [], embedder.embed_passages([]))
    assert index.versions() == set()


def test_vectors_are_kept_for_the_next_run(library: Library, kept: Library, embedder: HashingEmbedder) -> None:
    told: list[tuple[int, int]] = []
    first = StockIndex(library, embedder, ExactIndex(embedder.dimensions), kept, SMALL)
    first.embed_ahead(lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][0] == told[-1][1] > 3
    again = HashingEmbedder()
    index = filled(library, kept, again)
    assert again.texts == []
    assert index.find_passages(again.embed_query("kajen"), 3)


def test_chroma_finds_the_passages_that_exact_search_finds(
    library: Library, kept: Library, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    chroma = ChromaIndex(tmp_path / "chroma", embedder.name)
    index = StockIndex(library, embedder, chroma, kept, SMALL)
    for version in sorted(library.versions()):
        index.add(version, [], embedder.embed_passages([]))
    exact = filled(library, kept, embedder)
    for question in ("Hvor lang er kajen?", "Who may use the crane?", "suppe om mandagen"):
        vector = embedder.embed_query(question)
        assert index.find_passages(vector, 2) == exact.find_passages(vector, 2)
    chroma.close()
