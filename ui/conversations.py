"""What one person has asked and got: frozen values that a page keeps for each visitor."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from assistant.messages import Answer, AnswerSentence, Citation, Considered, Event, SentenceChecked, Turn
from corpus.documents import Language
from indexing.hits import Filters
from ui.filters import WHOLE, Scope

MAX_EXCHANGES = 50
"""Older exchanges leave the page: every one of them is sent with each redrawing."""
HISTORY_TURNS = 6
"""How many earlier turns go with a question, the newest."""

ReferenceKind = Literal["quoted", "considered"]


class Answering(Protocol):
    """Question → checked answer. One instance serves every visitor, from several threads."""

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        """Yield the sentences of the answer as they are checked, if they come singly, then the answer.

        Raises:
            QuestionError: the question is empty, too long or has no letters.
        """
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it; without an answer it is either still being answered or has failed.

    `unpaged` has the ids of the answer's documents that have no pages to name; `written` are the sentences that have
    come of an answer that is still being written; `scope` is what was searched in; `id` is
    the same for as long as the exchange is kept, wherever it stands in its conversation.
    """

    question: str
    answer: Answer | None = None
    failed: bool = False
    unpaged: frozenset[str] = frozenset()
    written: tuple[SentenceChecked, ...] = ()
    scope: Scope = WHOLE
    id: str = ""

    @property
    def sentences(self) -> tuple[AnswerSentence, ...]:
        """The sentences that have come."""
        return self.answer.sentences if self.answer else tuple(one.sentence for one in self.written)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations that have come."""
        return self.answer.citations if self.answer else tuple(c for one in self.written for c in one.citations)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place of an answer's lists: `position` counts from 0 in its citations or its considered passages."""

    exchange: int
    kind: ReferenceKind
    position: int

    def __str__(self) -> str:
        return f"{self.exchange}-{self.kind}-{self.position}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges, oldest first; `id` and `name` are "" until the conversation is kept."""

    exchanges: tuple[Exchange, ...] = ()
    id: str = ""
    name: str = ""

    def ask(self, question: str, scope: Scope = WHOLE, exchange_id: str = "") -> Conversation:
        """Return the conversation with a question that waits for its answer, asked of a part of the library.

        `exchange_id` names the exchange; "" gives it an id that no other has.
        """
        asked = Exchange(question, scope=scope, id=exchange_id or secrets.token_hex(8))
        return replace(self, exchanges=(*self.exchanges, asked)[-MAX_EXCHANGES:])

    def write(self, sentence: SentenceChecked) -> Conversation:
        """Return the conversation with one more sentence of the last answer."""
        last = self.exchanges[-1]
        return self._with_last(replace(last, written=(*last.written, sentence)))

    def settle(self, answer: Answer, unpaged: frozenset[str] = frozenset()) -> Conversation:
        """Return the conversation with the last question answered; `unpaged` as in `Exchange`."""
        return self._with_last(replace(self.exchanges[-1], answer=answer, unpaged=unpaged, written=()))

    def fail(self) -> Conversation:
        """Return the conversation with the last question marked as failed."""
        return self._with_last(replace(self.exchanges[-1], failed=True, written=()))

    def _with_last(self, exchange: Exchange) -> Conversation:
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))

    def position_of(self, exchange_id: object) -> int | None:
        """Return where the exchange with an id stands, counted from 0; None where there is none."""
        places = (place for place, exchange in enumerate(self.exchanges) if exchange.id and exchange.id == exchange_id)
        return next(places, None)

    def newest(self) -> Conversation:
        """Return the conversation with the exchanges that a page shows."""
        return replace(self, exchanges=self.exchanges[-MAX_EXCHANGES:])

    def first_citation(self, position: int | None = None) -> Reference | None:
        """Return the first citation of an answer, counted from 0, or else of the last one; None where it has none."""
        last = len(self.exchanges) - 1
        reference = Reference(last if position is None else position, "quoted", 0)
        return reference if self.find(reference) is not None else None

    def turns(self) -> tuple[Turn, ...]:
        """Return the newest answered turns, oldest first."""
        answered = [Turn(item.question, item.answer.text) for item in self.exchanges if item.answer is not None]
        return tuple(answered[-HISTORY_TURNS:])

    def question_at(self, position: object) -> str:
        """Return the question of an exchange, counted from 0; "" where there is none."""
        if not isinstance(position, int) or not 0 <= position < len(self.exchanges):
            return ""
        return self.exchanges[position].question

    def find(self, reference: Reference) -> Citation | Considered | None:
        """Return what a reference points at, or None where it points at nothing."""
        if not 0 <= reference.exchange < len(self.exchanges):
            return None
        exchange = self.exchanges[reference.exchange]
        places: Sequence[Citation | Considered] = exchange.citations
        if reference.kind == "considered":
            places = exchange.answer.considered if exchange.answer else ()
        return places[reference.position] if 0 <= reference.position < len(places) else None


def parse_reference(text: object) -> Reference | None:
    """Read what a browser sent as a reference; anything else than `str(Reference)` gives None.

    >>> parse_reference("0-quoted-2")
    Reference(exchange=0, kind='quoted', position=2)
    """
    parts = text.split("-") if isinstance(text, str) and len(text) <= 40 else []
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in (parts[0], parts[2])):
        return None
    if parts[1] == "quoted":
        return Reference(int(parts[0]), "quoted", int(parts[2]))
    if parts[1] == "considered":
        return Reference(int(parts[0]), "considered", int(parts[2]))
    return None
