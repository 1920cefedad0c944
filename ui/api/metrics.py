"""What Prometheus reads: counts and times of answers, and the size of the library. Never words that anybody wrote."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from assistant.errors import QuestionError
from assistant.messages import EXTRACTIVE, Answer, Event, Finished, Turn
from corpus.documents import Language
from corpus.errors import LibraryUnavailable
from corpus.records import StoredDocument
from indexing.hits import Filters
from ui.conversations import Answering
from ui.sources import log_failure

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
RETRIEVAL_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ANSWER_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 60.0, 120.0, 300.0)
"""Seconds: an answer that is quoted takes a fraction of one, a model's up to its time limit and a quotation more."""
NO_MODEL = "none"
"""The model of a question that came to no answer."""


class Counted(Protocol):
    """The documents of the library, and a number that changes with them."""

    def generation(self) -> int:
        """Return a number that grows with every change."""
        ...

    def documents(self) -> list[StoredDocument]:
        """Return all documents."""
        ...


class Metrics:
    """The measures of one application; any number may stand beside each other, as each has a registry of its own."""

    def __init__(self, library: Counted) -> None:
        """Take the library whose size is told."""
        self._registry = CollectorRegistry()
        self._registry.register(_LibraryCollector(library))
        self._questions = Counter(
            "atmp_questions",
            "Questions by outcome (answered, partial, no_evidence, blocked; refused, failed, left) and model",
            ["outcome", "model"],
            registry=self._registry,
        )
        self._retrieval = Histogram(
            "atmp_retrieval_seconds", "Time of the search", buckets=RETRIEVAL_BUCKETS, registry=self._registry
        )
        self._answers = Histogram(
            "atmp_answer_seconds", "Time of the whole answer", buckets=ANSWER_BUCKETS, registry=self._registry
        )
        self._removed = Counter(
            "atmp_sentences_removed", "Sentences of a model that its sources did not support", registry=self._registry
        )
        self._model_failures = Counter(
            "atmp_model_failures", "Answers that were quoted because the model failed", registry=self._registry
        )

    def render(self) -> bytes:
        """Return the measures as Prometheus reads them (`CONTENT_TYPE`)."""
        return generate_latest(self._registry)

    def count_answer(self, answer: Answer, seconds: float) -> None:
        """Count an answer that took so many seconds."""
        self._questions.labels(answer.outcome, answer.model).inc()
        self._retrieval.observe(answer.timings.retrieve_ms / 1000)
        self._answers.observe(seconds)
        self._removed.inc(answer.removed)
        if answer.model == EXTRACTIVE and answer.usage is not None and not answer.removed:
            self._model_failures.inc()

    def count_unanswered(self, outcome: str) -> None:
        """Count a question that came to no answer: `refused` as none, `failed`, or `left` by who asked it."""
        self._questions.labels(outcome, NO_MODEL).inc()


class CountedAssistant:
    """An assistant whose every answer is counted. May be used from several threads."""

    def __init__(self, assistant: Answering, metrics: Metrics) -> None:
        """Take the assistant, and the measures that its answers go to."""
        self._assistant = assistant
        self._metrics = metrics

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Generator[Event, None, None]:
        """Yield what the assistant yields; arguments and errors are its own. The time between events is not counted."""
        outcome, seconds = "left", 0.0
        with _closing(self._assistant.events(question, history, language, filters)) as events:
            try:
                while True:
                    began = time.perf_counter()
                    event = next(events, None)
                    seconds += time.perf_counter() - began
                    if event is None:
                        break
                    if isinstance(event, Finished):
                        self._metrics.count_answer(event.answer, seconds)
                        outcome = ""
                    yield event
            except QuestionError:
                outcome = "refused"
                raise
            except Exception:
                outcome = "failed"
                raise
            finally:
                if outcome:
                    self._metrics.count_unanswered(outcome)


def _closing(events: Iterator[Event]) -> closing[Generator[Event, None, None]]:
    """Enter the events as what is closed at the end: a model that still writes is to be stopped."""
    return closing(events if isinstance(events, Generator) else (event for event in events))


class _LibraryCollector(Collector):
    """Tells the size of the library; counts anew where it has changed."""

    def __init__(self, library: Counted) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._generation: int | None = None
        self._counts = (0, 0)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return the names, without reading the library."""
        return self._gauges(None)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the sizes; of a library that cannot be read, that it is not there."""
        try:
            counts = self._count()
        except LibraryUnavailable as error:
            log_failure("counting the library", error)
            counts = None
        return self._gauges(counts)

    def _count(self) -> tuple[int, int]:
        with self._lock:
            generation = self._library.generation()
            if generation != self._generation:
                documents = self._library.documents()
                self._counts = len(documents), sum(document.chunk_count for document in documents)
                self._generation = generation
            return self._counts

    def _gauges(self, counts: tuple[int, int] | None) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("atmp_library_up", "Whether the library can be read", value=float(counts is not None))
        if counts is not None:
            yield GaugeMetricFamily("atmp_library_documents", "Documents in the library", value=counts[0])
            yield GaugeMetricFamily("atmp_library_chunks", "Chunks in the library", value=counts[1])
