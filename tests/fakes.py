"""Stand-ins that keep the same promises as the real parts, without a model."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence

import numpy as np

from assistant.cross_encoder import Window
from indexing.hits import Matrix, Vector

WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Vectors from words: each word adds one pseudo-random direction, so texts that share words are near.

    `requests` records the texts of every call of `embed_passages`.
    """

    def __init__(self, dimensions: int = 64, delay_seconds: float = 0.0, name: str = "hashing") -> None:
        self.name = f"{name}-{dimensions}"
        self.dimensions = dimensions
        self.requests: list[tuple[str, ...]] = []
        self._delay_seconds = delay_seconds

    def embed_query(self, text: str) -> Vector:
        words = WORD.findall(text.casefold()) or [""]
        total = np.sum([_direction(word, self.dimensions) for word in words], axis=0)
        vector: Vector = (total / np.linalg.norm(total)).astype(np.float32)
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.requests.append(tuple(texts))
        time.sleep(self._delay_seconds)
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)

    @property
    def texts(self) -> list[str]:
        """All passages that were asked for, in order."""
        return [text for request in self.requests for text in request]


def _direction(word: str, dimensions: int) -> Vector:
    digest = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()
    seed = int.from_bytes(digest[:8], "little")
    vector: Vector = np.random.default_rng(seed).normal(size=dimensions).astype(np.float32)
    return vector


class WordScorer:
    """Scores a sentence by the share of the question's words that stand in it: no network, same contract."""

    def tokens(self, sentence: str) -> int:
        """Count the words, and the mark after them."""
        return len(WORD.findall(sentence)) + 1

    def score(self, windows: Sequence[Window]) -> list[tuple[float, ...]]:
        """Return four times the share, less two."""
        return [tuple(self._score(window.question, sentence) for sentence in window.sentences) for window in windows]

    @staticmethod
    def _score(question: str, sentence: str) -> float:
        asked = {word.casefold() for word in WORD.findall(question)}
        return 4.0 * len(asked & {word.casefold() for word in WORD.findall(sentence)}) / max(len(asked), 1) - 2.0
