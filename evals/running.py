"""Put cases to the assistant and note what it does: the slow part of an evaluation, and the only one that asks.

Measured over 79 documents on one core: 100 ms an answer (30 of them embed the question), 40 ms a disturbed question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from assistant.answering import Assistant, question_language
from assistant.interchange import answer_to_json
from assistant.messages import Answer, Turn
from assistant.questions import check_question
from assistant.rewriting import stand_alone
from evals.cases import Case
from evals.disturbing import DISTURBANCES, vocabulary_of
from evals.results import Json, Passage, Trial
from evals.subjects import Subject
from indexing.hits import Filters, Hit, Retriever

Keep = Callable[[Trial], None]
Progress = Callable[[int, int, str], None]
"""Called with the cases done, the cases there are, and the id of the last one."""

WIDE = 30
"""How many passages of an answerable question are ranked: recall is measured down to here."""
NARROW = 5
"""How many passages are ranked of the same question in other words: a search costs by what it returns."""
AT_ONCE = 2
"""Searches at a time: while one embeds its question, which needs no interpreter, another reads its hits."""
BATCH = 8
"""Cases that are answered, one by one so that their times are those of a person who asks, before they are searched
for in all other ways, several at a time. So many are lost at most when a run is interrupted."""
LONGEST_REASON = 300


class RecordingRetriever:
    """A retriever that remembers what it found, and what it found last; for one case, and so one thread, at a time."""

    def __init__(self, retriever: Retriever) -> None:
        """Take the retriever that searches."""
        self._retriever = retriever
        self._found: dict[tuple[str, int, Filters], list[Hit]] = {}
        self.last: tuple[Hit, ...] = ()

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        """Return what the retriever returns; the same search is not made twice."""
        asked = (query, limit, filters)
        if asked not in self._found:
            self._found[asked] = self._retriever.retrieve(query, limit, filters)
        self.last = tuple(self._found[asked])
        return list(self.last)


def run_cases(
    cases: Sequence[Case], subject: Subject, seed: int, done: Mapping[str, Trial], keep: Keep, progress: Progress
) -> list[Trial]:
    """Put cases to a subject; one that fails is a trial with its error.

    Args:
        cases: what is asked, each in the language it says, as `atmp ask --batch` does.
        subject: what is asked.
        seed: of the disturbances.
        done: trials of an earlier run by case id; their cases are not asked again.
        keep: is given each new trial as soon as it is complete, in the order of the cases.
        progress: is told of each.

    Returns:
        A trial a case, in the order of the cases.
    """
    trials = {case.id: done[case.id] for case in cases if case.id in done}
    open_cases = [case for case in cases if case.id not in trials]
    vocabulary = vocabulary_of(subject.texts.values()) if open_cases else frozenset()
    progress(len(trials), len(cases), "")
    for trial in _run_in_batches(open_cases, subject, vocabulary, seed):
        keep(trial)
        trials[trial.case_id] = trial
        progress(len(trials), len(cases), trial.case_id)
    return [trials[case.id] for case in cases]


def _run_in_batches(cases: Sequence[Case], subject: Subject, vocabulary: frozenset[str], seed: int) -> Iterator[Trial]:
    def ask(case: Case) -> Trial:
        return _guarded(case, lambda: _ask(case, subject))

    def search(case: Case, trial: Trial) -> Trial:
        return _guarded(case, lambda: _search_otherwise(case, trial, subject, vocabulary, seed))

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="evaluating") as threads:
        for begin in range(0, len(cases), BATCH):
            batch = cases[begin : begin + BATCH]
            answered = [ask(case) for case in batch]
            yield from list(threads.map(search, batch, answered))


def _guarded(case: Case, run: Callable[[], Trial]) -> Trial:
    try:
        return run()
    except MemoryError:
        raise
    except Exception as error:  # whatever a part raises is that case's result: the others are still to be measured
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Trial(case.id, error=reason[:LONGEST_REASON])


def _ask(case: Case, subject: Subject) -> Trial:
    """Return the answer to a case, what it was read from, and what would have been said had it not been refused."""
    recorder = RecordingRetriever(subject.retriever)
    answer = answer_case(case, recorder, subject, subject.answer_from)
    read = recorder.last
    forced = None if answer.answered else answer_case(case, recorder, subject, 0.0)
    return Trial(
        case_id=case.id,
        answer=_without_timings(answer),
        forced=_without_timings(forced) if forced and forced.answered else None,
        passages=_passages(read, subject.offsets),
        detected=question_language(check_question(case.question), case.history),
        milliseconds=answer.timings.total_ms,
        retrieval_milliseconds=answer.timings.retrieve_ms,
    )


def answer_case(case: Case, retriever: Retriever, subject: Subject, answer_from: float) -> Answer:
    """Return what the subject's assistant says to a case from what a retriever finds, from that confidence on."""
    assistant = Assistant(retriever, subject.read_document, subject.scorer, answer_from)
    return assistant.answer(case.question, case.history, case.language)


def _without_timings(answer: Answer) -> Json:
    return {key: value for key, value in answer_to_json(answer).items() if key != "timings"}


def _search_otherwise(case: Case, trial: Trial, subject: Subject, vocabulary: frozenset[str], seed: int) -> Trial:
    """Return the trial with what an answerable case finds further down, alone, and disturbed."""
    if trial.error or not case.answerable:
        return trial
    texts = {name: disturb(case, vocabulary, seed) for name, disturb in DISTURBANCES.items()}
    return replace(
        trial,
        passages=_search(subject, case.question, case.history, WIDE),
        stand_alone=_search(subject, case.stand_alone, (), NARROW) if case.stand_alone else None,
        disturbed={name: (text, _search(subject, text, case.history, NARROW)) for name, text in texts.items() if text},
    )


def _search(subject: Subject, question: str, history: Sequence[Turn], limit: int) -> tuple[Passage, ...]:
    """Return what the assistant would find for a question in a conversation."""
    query = stand_alone(check_question(question), history).query
    return _passages(subject.retriever.retrieve(query, limit), subject.offsets)


def _passages(hits: Sequence[Hit], offsets: Mapping[str, int]) -> tuple[Passage, ...]:
    """Return where hits stand in the texts by file name."""
    return tuple(_passage(hit, offsets.get(hit.document_id, 0)) for hit in hits)


def _passage(hit: Hit, offset: int) -> Passage:
    return Passage(hit.document, offset + hit.chunk.start, offset + hit.chunk.end)
