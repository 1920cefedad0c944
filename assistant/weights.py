"""The fitted numbers of the offline reader, kept in a file a person can read (`reader.json`)."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A weighted sum: `bias` and one weight for each named signal, in the order of `names`."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float = 0.0

    def score(self, signals: Sequence[float]) -> float:
        """Return the weighted sum of signals that go by `names`."""
        return self.bias + sum(w * s for w, s in zip(self.weights, signals, strict=True))

    def probability(self, signals: Sequence[float]) -> float:
        """Return the logistic function of the score, from 0 to 1."""
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, self.score(signals)))))


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """`first` picks what is read, `choice` orders what was read, `confidence` says whether the best of it answers."""

    first: LinearModel
    choice: LinearModel
    confidence: LinearModel


@cache
def reader_weights() -> ReaderWeights:
    """Return the weights that come with the program.

    Raises:
        ValueError: the file names other signals than the program computes.
    """
    from assistant.confidence import CONFIDENCE_NAMES
    from assistant.reading import READ_NAMES
    from assistant.signals import NAMES

    stored = json.loads(files(__package__).joinpath("reader.json").read_text(encoding="utf-8"))
    return ReaderWeights(
        first=_linear(stored["first"], NAMES),
        choice=_linear(stored["choice"], READ_NAMES),
        confidence=_linear(stored["confidence"], CONFIDENCE_NAMES),
    )


def _linear(stored: dict[str, Any], names: tuple[str, ...]) -> LinearModel:
    weights: dict[str, float] = stored["weights"]
    if set(weights) != set(names):
        raise ValueError(f"reader.json has weights for {sorted(weights)}, the program computes {sorted(names)}")
    return LinearModel(names, tuple(weights[name] for name in names), float(stored["bias"]))
