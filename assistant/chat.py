"""The port to a language model: messages in, a stream of text out, within a deadline."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.messages import Usage

Role = Literal["system", "user", "assistant"]
JsonSchema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message of a conversation with a language model."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of `time.monotonic()` by which something has to be done."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left; never below 0."""
        return max(0.0, self.moment - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self.remaining == 0.0


class ChatModel(Protocol):
    """A language model. One instance serves every question, from several threads."""

    @property
    def name(self) -> str:
        """The model's name, as the endpoint calls it."""
        ...

    def stream(
        self, messages: Sequence[ChatMessage], deadline: Deadline, schema: JsonSchema | None = None
    ) -> Iterator[str | Usage]:
        """Yield the reply piece by piece as it is written, then what it used.

        What can be tried again is, a bounded number of times, as long as nothing has been yielded and time is left.
        A reply that stops for its length alone ends like a whole one.

        Args:
            messages: the conversation, oldest first.
            deadline: by then it has either ended or raised.
            schema: of the JSON object that the reply has to be; None for free text.

        Raises:
            ModelError: one of its kinds; also after pieces have been yielded.
        """
        ...
