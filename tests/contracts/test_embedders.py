"""What every embedder promises, held to by the real one and by the fake."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fakes import HashingEmbedder

from indexing.hits import Embedder
from indexing.local_embedding import LocalEmbedder


@pytest.fixture(scope="module", params=["hashing", "local", "local in bulk"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "hashing":
        yield HashingEmbedder()
    elif request.param == "local":
        yield LocalEmbedder()
    else:
        with LocalEmbedder(workers=2).bulk() as bulk:
            bulk.embed_passages([f"word {number}" for number in range(70)])  # enough to start the workers
            yield bulk


def test_each_text_has_a_row_of_length_one(embedder: Embedder) -> None:
    matrix = embedder.embed_passages(["A committee.", "A budget of two million.", "En dansk sætning på æøå."])
    assert matrix.shape == (3, embedder.dimensions)
    assert matrix.dtype == np.float32
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_a_question_has_one_vector_of_length_one(embedder: Embedder) -> None:
    vector = embedder.embed_query("How often does the committee meet?")
    assert vector.shape == (embedder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_no_text_gives_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_the_order_of_the_texts_is_the_order_of_the_rows(embedder: Embedder) -> None:
    texts = ["short", "a text that is a good deal longer than the others are", "of middling length"]
    forward, backward = embedder.embed_passages(texts), embedder.embed_passages(texts[::-1])
    assert forward == pytest.approx(backward[::-1], abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    alone = embedder.embed_passages(["The board meets in May."])[0]
    in_company = embedder.embed_passages(["Something else.", "The board meets in May.", "x " * 400])[1]
    assert alone == pytest.approx(in_company, abs=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "…", "🙂", "word " * 5000])
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    for vector in (embedder.embed_query(text), embedder.embed_passages([text, "other"])[0]):
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_what_follows_a_nul_counts(embedder: Embedder) -> None:
    with_end, without = embedder.embed_passages(["The fee is\0 900 kroner.", "The fee is"])
    assert float(with_end @ without) < 0.999


def test_a_passage_about_the_question_is_nearer_than_another(embedder: Embedder) -> None:
    question = embedder.embed_query("how often does the committee meet")
    near, far = embedder.embed_passages(
        ["The committee does meet four times a year, as often as needed.", "Bananas are rich in potassium."]
    )
    assert float(near @ question) > float(far @ question)


def test_several_threads_may_ask_at_once(embedder: Embedder) -> None:
    texts = [f"Question number {number}?" for number in range(8)]
    one_by_one = [embedder.embed_query(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        passages = threads.submit(embedder.embed_passages, texts)
        at_once = list(threads.map(embedder.embed_query, texts))
        assert passages.result().shape == (8, embedder.dimensions)
    assert np.stack(at_once) == pytest.approx(np.stack(one_by_one), abs=1e-5)


def test_it_has_a_name(embedder: Embedder) -> None:
    assert embedder.name.strip()
