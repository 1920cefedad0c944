"""What every dense index promises, held to by the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from indexing.exact import ExactIndex
from indexing.hits import DenseIndex, Matrix

MakeIndex = Callable[[], DenseIndex]


def unit_rows(count: int, seed: int, dimensions: int = 8) -> Matrix:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(params=["exact", "chroma"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DenseIndex]:
    if request.param == "exact":
        yield ExactIndex(8)
        return
    from indexing.chroma import ChromaIndex

    chroma = ChromaIndex(tmp_path / "chroma", "test")
    yield chroma
    chroma.close()


def test_a_new_index_holds_no_version_and_finds_nothing(index: DenseIndex) -> None:
    assert index.versions() == set()
    assert index.search(unit_rows(1, 0)[0], 5) == {}


def test_the_nearest_sentence_is_found_with_its_cosine(index: DenseIndex) -> None:
    rows = unit_rows(20, 1)
    index.add("v1", list(range(100, 120)), rows)
    found = index.search(rows[7], 1)
    assert list(found) == [107]
    assert found[107] == pytest.approx(1.0, abs=1e-3)


def test_a_chunk_scores_as_its_best_sentence(index: DenseIndex) -> None:
    rows = unit_rows(6, 2)
    index.add("v1", [1, 1, 1, 2, 2, 2], rows)
    question = unit_rows(1, 3)[0]
    cosines = rows @ question
    found = index.search(question, 6)
    assert found[1] == pytest.approx(float(cosines[:3].max()), abs=1e-3)
    assert found[2] == pytest.approx(float(cosines[3:].max()), abs=1e-3)


def test_search_keeps_to_the_versions_allowed(index: DenseIndex) -> None:
    rows = unit_rows(4, 4)
    index.add("old", [1, 2], rows[:2])
    index.add("new", [3, 4], rows[2:])
    assert set(index.search(rows[0], 10, ["new"])) == {3, 4}
    assert index.search(rows[0], 10, ["unknown"]) == {}


def test_a_removed_version_is_found_no_more(index: DenseIndex) -> None:
    rows = unit_rows(4, 5)
    index.add("old", [1, 2], rows[:2])
    index.add("new", [3, 4], rows[2:])
    index.remove("old")
    index.remove("never held")
    assert index.versions() == {"new"}
    assert set(index.search(rows[0], 10)) == {3, 4}


def test_adding_a_version_again_replaces_it(index: DenseIndex) -> None:
    rows = unit_rows(4, 6)
    index.add("v1", [1, 2], rows[:2])
    index.add("v1", [3, 4], rows[2:])
    assert set(index.search(rows[0], 10)) == {3, 4}


def test_a_version_without_sentences_is_held(index: DenseIndex) -> None:
    index.add("empty", [], np.zeros((0, 8), dtype=np.float32))
    assert index.versions() == {"empty"}


@pytest.mark.parametrize("sentences", [3, 150, 400])
def test_a_document_alone_is_searched_as_exactly_as_among_others(index: DenseIndex, sentences: int) -> None:
    rows = unit_rows(sentences, 7)
    index.add("one", [10 + row // 2 for row in range(sentences)], rows)
    index.add("other", [1, 2], unit_rows(2, 8))
    cosines = rows @ rows[0]
    nearest = sorted(range(sentences), key=lambda row: -cosines[row])[:5]
    found = index.search(rows[0], 5, ["one"])
    assert set(found) == {10 + row // 2 for row in nearest}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert found[10] == pytest.approx(1.0, abs=1e-3)
