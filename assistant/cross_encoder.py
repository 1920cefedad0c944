"""A small network that reads a question together with sentences. The only importer of onnxruntime and tokenizers.

It is the bundled embedding model, further trained (docs/cross-encoder-card.md): what is kept here is the difference,
two thin matrices for each of its weights (`cross_encoder.npz`), and the graph without weights (`cross_encoder.onnx`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from indexing.e5_file import E5File, Floats

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

QUESTION_TOKENS = 48
HEADING_TOKENS = 28
SENTENCE_TOKENS = 90
"""What is read of each; the rest is cut off."""
_MAX_CHARACTERS = 2_000
_LATIN_ENDS = 0x250
_PUNCTUATION = range(0x2000, 0x2200)
_WORD_MARK = "▁"
DENSE = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once: a question, where the sentences stand, and the sentences (at least one)."""

    question: str
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A window as token ids; `question` and `sentences` are the half-open ranges of their tokens."""

    ids: tuple[int, ...]
    question: tuple[int, int]
    sentences: tuple[tuple[int, int], ...]


class SentenceScorer(Protocol):
    """Scores sentences by how well they answer."""

    def tokens(self, sentence: str) -> int:
        """Return how many tokens a sentence takes in a window."""
        ...

    def score(self, windows: Sequence[Window]) -> list[tuple[float, ...]]:
        """Return the score of each sentence of each window, in order.

        A score is the log odds of the sentence against "no sentence of this window answers".
        """
        ...


class CrossEncoder:
    """The network; loaded at the first use (about a second), used by any number of threads."""

    def __init__(self, threads: int = 2) -> None:
        """Prepare it.

        Args:
            threads: processor cores for one question.
        """
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: _Network | None = None

    def tokens(self, sentence: str) -> int:
        """Return how many tokens a sentence takes in a window."""
        return self._network().encoder.tokens(sentence)

    def score(self, windows: Sequence[Window]) -> list[tuple[float, ...]]:
        """Return the score of each sentence of each window, in order."""
        return self._network().score(windows) if windows else []

    def _network(self) -> _Network:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._threads)
            return self._loaded


@dataclass(frozen=True, slots=True)
class _Network:
    """The loaded parts; `places` is what is added to a token's embedding by its place, shape (places, hidden)."""

    file: E5File
    encoder: WindowEncoder
    places: Floats
    session: InferenceSession
    heads: Heads

    def score(self, windows: Sequence[Window]) -> list[tuple[float, ...]]:
        """Read each window by itself: in eight bits its scores would move by up to one with what is read beside it."""
        return [self._score(self.encoder.encode(window)) for window in windows]

    def _score(self, window: Encoded) -> tuple[float, ...]:
        ids = np.array([window.ids], dtype=np.int64)
        embedded = self.file.embeddings(ids) + self.places[: len(window.ids)]
        (hidden,) = self.session.run(None, {"embedded": embedded, "mask": np.ones(ids.shape, dtype=np.int32)})
        return self.heads.score(np.asarray(hidden[0]), window)


def _load(threads: int) -> _Network:
    file = E5File()
    with files(__package__).joinpath("cross_encoder.npz").open("rb") as stored, np.load(stored) as arrays:
        trained = {name: arrays[name].astype(np.float32) for name in arrays.files}
    return _Network(
        file=file,
        encoder=WindowEncoder(file),
        places=file.places(),
        session=open_session(graph_weights(file, trained), threads),
        heads=Heads(*(trained[f"heads.{field.name}"] for field in fields(Heads))),
    )


def open_session(weights: Mapping[str, NDArray[np.generic]], threads: int) -> InferenceSession:
    """Return the network with weights that go by the names of `graph_weights`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_external_initializers(
        list(weights), [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
    )
    graph = files(__package__).joinpath("cross_encoder.onnx").read_bytes()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def graph_weights(file: E5File, trained: Mapping[str, Floats]) -> dict[str, NDArray[np.generic]]:
    """Return the weights by their names in the graph: the bundled ones with the trained difference added, in int8.

    A matrix is kept by column, with a scale a column; what is trained of a layer `l5.fo` is `l5.fo.down` (rank, in)
    and `l5.fo.up` (out, rank), whose product is added, and biases and norms whole.
    """
    shape = file.shape
    weights: dict[str, NDArray[np.generic]] = {}
    for layer in range(shape.layers):
        for kind in DENSE:
            name = f"l{layer}.{kind}"
            matrix = file.matrix(f"{name}.w", shape.feed_forward if kind == "fo" else shape.hidden)
            if f"{name}.up" in trained:
                matrix = matrix + trained[f"{name}.up"] @ trained[f"{name}.down"]
            scale = np.abs(matrix).max(axis=1) / 127
            weights[f"{name}.w"] = np.ascontiguousarray(np.round(matrix / scale[:, None]).astype(np.int8).T)
            weights[f"{name}.s"] = scale.astype(np.float32)
            weights[f"{name}.b"] = trained.get(f"{name}.b", file.floats(f"{name}.b"))
    for norm in ("emb.ln", *(f"l{layer}.{kind}" for layer in range(shape.layers) for kind in ("aln", "oln"))):
        for part in ("w", "b"):
            weights[f"{norm}.{part}"] = trained.get(f"{norm}.{part}", file.floats(f"{norm}.{part}"))
    return weights


@dataclass(frozen=True, slots=True)
class Heads:
    """What turns the network's states into scores.

    Attributes:
        mean: weights over the mean state of a sentence's tokens, (hidden,).
        highest: weights whose largest value over a sentence's tokens counts, (hidden,).
        none: weights over the first state: that no sentence answers, (hidden,).
        offsets: of `mean`, `highest`, `none` and the sum, (4,).
        cosine: weight of the cosine between the mean states of question and sentence, (1,).
    """

    mean: Floats
    highest: Floats
    none: Floats
    offsets: Floats
    cosine: Floats

    def score(self, hidden: Floats, window: Encoded) -> tuple[float, ...]:
        """Return the score of each sentence of a window from its states, shape (tokens, hidden)."""
        no_answer = float(hidden[0] @ self.none + self.offsets[2])
        asked = _unit(hidden[window.question[0] : window.question[1]].mean(axis=0))
        scores = []
        for start, end in window.sentences:
            states = hidden[start:end]
            mean = states.mean(axis=0)
            score = mean @ self.mean + (states @ self.highest).max() + self.cosine[0] * (_unit(mean) @ asked)
            scores.append(float(score + self.offsets[[0, 1, 3]].sum()) - no_answer)
        return tuple(scores)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))


class WindowEncoder:
    """Cuts windows into the model's tokens: `<s> query: … </s> passage: heading </s> sentence </s> …`."""

    def __init__(self, file: E5File) -> None:
        """Read the vocabulary; only its Latin pieces, as the documents' languages need no other."""
        self._shape = file.shape
        self._replacements = file.replacements()
        pieces = [(id_, piece, score) for id_, (piece, score) in enumerate(file.pieces()) if _is_latin(piece)]
        self._ids = [id_ for id_, _, _ in pieces]
        self._tokenizer = _unigrams(
            [(piece, score) for _, piece, score in pieces], self._ids.index(self._shape.unknown)
        )
        self.cut = lru_cache(maxsize=20_000)(self._cut)

    def _cut(self, text: str, limit: int) -> tuple[int, ...]:
        readable = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        plain = " ".join(part for part in readable.translate(self._replacements).split(" ") if part)
        found = self._tokenizer.encode(plain, add_special_tokens=False).ids[:limit]
        return tuple(self._ids[place] for place in found)

    def tokens(self, sentence: str) -> int:
        """Return how many tokens a sentence takes in a window, the mark after it among them."""
        return len(self.cut(sentence, SENTENCE_TOKENS)) + 1

    def encode(self, window: Window) -> Encoded:
        """Return a window's tokens."""
        begin, end = self._shape.begin, self._shape.end
        question = self.cut(f"query: {window.question}", QUESTION_TOKENS)
        ids = [begin, *question, end, *self.cut(f"passage: {window.heading}", HEADING_TOKENS), end]
        sentences = []
        for sentence in window.sentences:
            cut = self.cut(sentence, SENTENCE_TOKENS) or (self._shape.unknown,)
            sentences.append((len(ids), len(ids) + len(cut)))
            ids += [*cut, end]
        return Encoded(tuple(ids), (1, 1 + len(question)), tuple(sentences))


def _is_latin(piece: str) -> bool:
    return all(ord(c) < _LATIN_ENDS or c == _WORD_MARK or ord(c) in _PUNCTUATION for c in piece)


def _unigrams(pieces: list[tuple[str, float]], unknown: int) -> Tokenizer:
    from tokenizers import Tokenizer, models, pre_tokenizers

    seen: set[str] = set()
    distinct = []
    for place, (piece, score) in enumerate(pieces):
        distinct.append((f"\x00{place}" if piece in seen else piece, score))
        seen.add(piece)
    tokenizer = Tokenizer(models.Unigram(distinct, unk_id=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_WORD_MARK, prepend_scheme="always", split=False)
    return tokenizer
