"""What every rival promises, held to by all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.documents import Span
from corpus.library import Library
from evals.cases import Case
from evals.rivals import PlainSentences, Rival, build_rivals, widen
from evals.stock import StockIndex, StockSettings
from indexing.exact import ExactIndex
from indexing.fusion import ranked
from indexing.hits import Embedder
from indexing.keywords import FtsKeywordIndex
from indexing.retrieving import HybridRetriever, RetrievalSettings
from tests.fakes import HashingEmbedder, WordScorer
from tests.rival_library import DOCUMENTS, fill_library

OURS = "this program"
FUSION, DENSE, WORDS = (f"{name}, offline reader" for name in ("plain fusion", "dense alone", "BM25 alone"))
STOCK, PASSAGE, SENTENCE = (
    f"llama-index stock, {form}" for form in ("offline reader", "best passage", "best sentence")
)
NAMES = [OURS, FUSION, DENSE, WORDS, STOCK, PASSAGE, SENTENCE]


class Place:
    """A library with everything that rivals are built from."""

    def __init__(self, folder: Path) -> None:
        self.library = Library.open(folder / "library")
        self.kept = Library.open(folder / "vectors")
        self.keywords = FtsKeywordIndex(folder / "keywords.sqlite")

    def rival(self, name: str) -> Rival:
        rivals = build_rivals(self.library, HashingEmbedder, self.keywords, self._stock, WordScorer())
        return next(rival for rival in rivals if rival.name == name)

    def _stock(self, embedder: Embedder) -> StockIndex:
        settings = StockSettings(chunk_tokens=60, overlap_tokens=10)
        return StockIndex(self.library, embedder, ExactIndex(embedder.dimensions), self.kept, settings)

    def close(self) -> None:
        self.keywords.close()
        self.kept.close()
        self.library.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.close()


@pytest.fixture
def place(empty: Place, tmp_path: Path) -> Place:
    fill_library(empty.library, HashingEmbedder(), tmp_path / "documents")
    return empty


def ask(question: str) -> Case:
    return Case("one", "da", "number", question, True, ("havn.md",), ("120 meter",), (("120",),))


def test_the_program_comes_first_and_no_name_twice(place: Place) -> None:
    rivals = build_rivals(place.library, HashingEmbedder, place.keywords, place._stock, WordScorer())
    assert [rival.name for rival in rivals] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_library_gives_no_passages_and_a_refusal(empty: Place, name: str) -> None:
    rival = empty.rival(name)
    assert list(rival.search("Hvor lang er kajen?", 5)) == []
    assert not rival.answer(ask("Hvor lang er kajen?")).answered


@pytest.mark.parametrize("name", NAMES)
def test_there_are_at_most_limit_passages_and_the_first_stay_the_first(place: Place, name: str) -> None:
    rival = place.rival(name)
    many = list(rival.search("Hvor lang er kajen?", 30))
    assert many
    for limit in (1, 2):
        assert list(rival.search("Hvor lang er kajen?", limit)) == many[:limit]


@pytest.mark.parametrize("name", NAMES)
def test_the_passage_with_the_words_of_the_question_comes_first(place: Place, name: str) -> None:
    first = place.rival(name).search("Brødet bages klokken fem om morgenen", 3)[0]
    text = place.library.read(place.library.find(first.document).id).text[first.start : first.end]
    assert "Brødet bages klokken fem" in text


@pytest.mark.parametrize("name", NAMES)
def test_what_is_quoted_stands_word_for_word_in_the_document(place: Place, name: str) -> None:
    answer = place.rival(name).answer(ask("Hvor lang er kajen i meter?"))
    for citation in answer.citations:
        assert place.library.read(citation.document_id).text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("name", NAMES)
def test_a_document_that_is_added_later_is_found(place: Place, name: str, tmp_path: Path) -> None:
    rival = place.rival(name)
    rival.search("fyrtårn", 3)
    fill_library(
        place.library, HashingEmbedder(), tmp_path / "more", {"fyr.md": "# Fyr\n\nFyret har et fyrtårn af sten.\n"}
    )
    assert rival.search("Fyret har et fyrtårn af sten", 1)[0].document == "fyr.md"


def test_words_alone_find_nothing_for_words_that_stand_nowhere(place: Place) -> None:
    assert list(place.rival(WORDS).search("xylofon", 30)) == []
    assert list(place.rival(DENSE).search("xylofon", 30))


def test_meaning_alone_reads_no_keyword_scores(place: Place) -> None:
    embedder = HashingEmbedder()
    settings = RetrievalSettings(keyword_chunks=0)
    dense = PlainSentences(place.library, embedder)
    hits = HybridRetriever(place.library, embedder, dense, place.keywords, settings).retrieve("kajen", 30)
    assert hits
    assert {hit.keyword for hit in hits} == {0.0}
    assert [max(hit.similarities) for hit in hits] == sorted((max(hit.similarities) for hit in hits), reverse=True)


def test_plain_sentences_have_no_title_and_heading_in_them(place: Place) -> None:
    embedder = HashingEmbedder()
    plain = PlainSentences(place.library, embedder)
    for version in place.library.versions():
        plain.add(version, [], embedder.embed_passages([]))
    assert plain.versions() == set(place.library.versions())
    sentence = "Kajen er 120 meter lang."
    found = plain.search(embedder.embed_query(sentence), 5)
    assert found[ranked(found)[0]] == pytest.approx(1.0, abs=1e-5)


def test_the_passage_is_cut_around_its_best_sentence_to_what_an_answer_may_have(place: Place, tmp_path: Path) -> None:
    sentences = [f"Punkt {number} i planen handler om noget helt andet end det." for number in range(12)]
    sentences[6] = "Broen er 77 meter høj."
    fill_library(
        place.library, HashingEmbedder(), tmp_path / "more", {"bro.md": "# Bro\n\n" + " ".join(sentences) + "\n"}
    )
    short = Case("one", "da", "number", "Broen er hvor mange meter høj", True, ("bro.md",), ("77 meter",), (("77",),))
    answer = place.rival(PASSAGE).answer(short)
    assert "Broen er 77 meter høj." in answer.text
    assert len("Broen er 77 meter høj.") < len(answer.text) <= 450
    assert answer.text.endswith(" [1]")
    assert place.rival(SENTENCE).answer(short).text == "Broen er 77 meter høj. [1]"


@pytest.mark.parametrize("name", [PASSAGE, SENTENCE])
def test_a_quoting_rival_never_refuses(place: Place, name: str) -> None:
    nowhere = Case("two", "da", "unanswerable", "Hvem opfandt xylofonen?", False)
    assert place.rival(name).answer(nowhere).answered


def test_widening_takes_the_next_sentence_before_the_one_before() -> None:
    sentences = [Span(0, 10), Span(11, 20), Span(21, 30), Span(31, 60)]
    assert widen(sentences, 1, 0) == Span(11, 20)
    assert widen(sentences, 1, 19) == Span(11, 30)
    assert widen(sentences, 1, 30) == Span(0, 30)
    assert widen(sentences, 3, 1000) == Span(0, 60)


def test_the_documents_of_these_tests_are_all_there(place: Place) -> None:
    assert {document.name for document in place.library.documents()} == set(DOCUMENTS)
