"""The bundled model's file is read as the package itself reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexing.e5_file import E5File
from indexing.errors import EmbeddingFailed


@pytest.fixture(scope="module")
def file() -> E5File:
    return E5File()


def test_the_sizes_are_those_of_the_model(file: E5File) -> None:
    assert (file.shape.hidden, file.shape.layers, file.shape.heads) == (384, 12, 12)
    assert file.matrix("l0.fo.w", file.shape.feed_forward).shape == (384, 1536)
    assert file.floats("l0.fo.b").shape == (384,)


def test_embeddings_come_in_the_shape_of_the_ids(file: E5File) -> None:
    ids = np.array([[5, 6, 5], [7, 5, 5]])
    found = file.embeddings(ids)
    assert found.shape == (2, 3, 384)
    assert np.array_equal(found[0, 0], found[1, 1])
    assert not np.array_equal(found[0, 0], found[0, 1])


def test_another_file_is_refused_in_one_line(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"not a model" * 20)
    with pytest.raises(EmbeddingFailed, match=r"other\.bin cannot be read"):
        E5File(other)


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingFailed, match=r"missing\.bin cannot be read"):
        E5File(tmp_path / "missing.bin")


def test_an_unknown_tensor_is_named(file: E5File) -> None:
    with pytest.raises(EmbeddingFailed, match="no tensor l99"):
        file.floats("l99.q.b")
