"""Stand-ins that keep the same promises as the real parts, without a model."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.chat import ChatMessage, Deadline, JsonSchema
from assistant.cross_encoder import Window
from assistant.errors import ModelError, ModelTimeout
from assistant.messages import Usage
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


ScriptedReply = str | ModelError | Sequence[str | ModelError]
"""A whole text, an error, or pieces in order, of which an error ends the reply in the middle."""


class FakeChatModel:
    """Gives scripted replies in order, the last one again and again; counts words as tokens.

    `requests` records what it was asked: messages and schema.
    """

    def __init__(self, *replies: ScriptedReply, delay_seconds: float = 0.0, name: str = "scripted") -> None:
        self.name = name
        self.requests: list[tuple[tuple[ChatMessage, ...], JsonSchema | None]] = []
        self._replies = replies
        self._delay_seconds = delay_seconds
        self._lock = threading.Lock()

    def stream(
        self, messages: Sequence[ChatMessage], deadline: Deadline, schema: JsonSchema | None = None
    ) -> Iterator[str | Usage]:
        """Yield the next reply; `delay_seconds` pass before each piece."""
        with self._lock:
            self.requests.append((tuple(messages), schema))
            reply = self._replies[min(len(self.requests), len(self._replies)) - 1]
        pieces = [reply] if isinstance(reply, str | ModelError) else reply
        written = 0
        for piece in pieces:
            time.sleep(min(self._delay_seconds, deadline.remaining))
            if deadline.is_over:
                raise ModelTimeout(f"{self.name} did not answer in time")
            if isinstance(piece, ModelError):
                raise piece
            written += len(WORD.findall(piece))
            yield piece
        yield Usage(1, sum(len(WORD.findall(message.text)) for message in messages), written)
