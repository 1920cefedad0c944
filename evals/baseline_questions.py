"""The baseline's figures of whole answers to the project's questions, of languages, and of the time answers take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.documents import Language
from corpus.language import detect_by_lingua, detect_question_language
from corpus.library import Library
from evals.baseline_common import (
    OURS,
    QUESTIONS,
    SEED,
    STARTER,
    Opened,
    PairedTest,
    PartResult,
    Place,
    adjust,
    compare_paired,
    describe_questions,
    open_place,
    sample_by_hash,
    tell,
)
from evals.baseline_ranking import (
    further_pages,
    help_pages,
    norquad_case,
    open_norquad,
    validation_questions,
    write_help,
)
from evals.cases import Case, case_to_json, load_cases, without_drafts
from evals.errors import EvaluationError
from evals.figuring import Observations, figure, parts_by_language, rate, statistic
from evals.folders import TRIALS
from evals.measuring_answers import measure_right
from evals.measuring_refusal import measure_refusals
from evals.measuring_retrieval import measure_robustness
from evals.observing import observe_all
from evals.ranking import success_at
from evals.results import Figure
from evals.running import answer_case, run_cases
from evals.statistics import Indices, bootstrap_of
from evals.subjects import describe_run
from evals.trials import TrialsFile
from indexing.vectors import context_text, key_of, sentence_texts

LINGUA = "lingua alone"
LEAST_CHUNKS = 10_000
TIMED = 200
WARM_UP = 20
"""Answers before the first that counts: models are loaded and indexes filled with them."""
PERCENTILES = {"p50": 50, "p95": 95}


def measure_seed(place: Place) -> PartResult:
    """Measure the seed questions over the five documents."""
    return measure_questions(
        place, "seed", [place.shared / "corpus"], [place.shared / "evals" / "seed_questions.jsonl"]
    )


def measure_starter(place: Place) -> PartResult:
    """Measure the project's questions and conversations over the starter documents."""
    return measure_questions(
        place, "starter", [STARTER], [QUESTIONS / "starter.jsonl", QUESTIONS / "conversations.jsonl"]
    )


def measure_policy(place: Place) -> PartResult:
    """Measure the project's questions and conversations over the policy documents."""
    files = [QUESTIONS / "policy.jsonl", QUESTIONS / "policy_conversations.jsonl"]
    return measure_questions(place, "policy", policy_folders(place), files)


def policy_folders(place: Place) -> list[Path]:
    """Return the folders of the policy documents."""
    return [place.shared / "corpora" / "policy", place.shared / "corpus"]


def measure_questions(place: Place, name: str, folders: Sequence[Path], files: Sequence[Path]) -> PartResult:
    """Put files of cases to the assistant over folders of documents; an ended run is taken up again."""
    opened = open_place(place, name, folders)
    cases, built = without_drafts(load_cases(files)), opened.built
    run = describe_run(cases, files, built.identity, SEED)
    with TrialsFile(place.work / "runs" / name / TRIALS, run) as kept:
        trials = run_cases(
            cases, built.subject, SEED, kept.done, kept.add, lambda done, total, _: tell(f"{name}: asked", done, total)
        )
    observations = observe_all(cases, trials, built.texts, built.subject.languages)
    return PartResult(tuple(_measure(observations)), made_with=opened.made_with(map(case_to_json, cases)))


def _measure(observations: Observations) -> Iterator[Figure]:
    for part, members in parts_by_language(observations).items():
        yield from measure_right(part, members, SEED)
        yield from measure_refusals(part, members)
        said = [one for one in members if one.judgement.answered]
        yield from statistic("median_words", part, said, _median_words, SEED)
        ranked = [one for one in members if one.ranks]
        yield from rate("success_at_5", part, (success_at(one.ranks or (), 5) == 1.0 for one in ranked))
        for scope, is_across in (("same language", False), ("across languages", True)):
            chosen = [one for one in ranked if (one.evidence_language != one.case.language) is is_across]
            found = (success_at(one.ranks or (), 5) == 1.0 for one in chosen)
            yield from rate("success_at_5", f"{part}, {scope}", found)
    yield from measure_robustness([one for one in observations if not one.failed], SEED)


def _median_words(observations: Observations) -> float | None:
    return float(np.median([one.judgement.words for one in observations])) if observations else None


def measure_languages(place: Place) -> PartResult:
    """Measure how often the language of a short question is understood, beside lingua alone."""
    questions = place.lines("langid", "questions.jsonl")
    figures: list[Figure] = []
    tests: list[PairedTest] = []
    for asked, meant in LANGUAGES_ASKED.items():
        texts = [str(question["text"]) for question in questions if question["lang"] == asked]
        marks = {
            OURS: [detect_question_language(text) == meant for text in texts],
            LINGUA: [detect_by_lingua(text) == meant for text in texts],
        }
        for name, found in marks.items():
            figures += rate("language_detected", f"{asked}, {name}", found)
        tests += compare_paired("language_detected", asked, marks)
        tell(f"languages: {asked}", len(texts), len(texts))
    return PartResult(tuple(figures), adjust(tests), made_with=describe_questions(questions))


LANGUAGES_ASKED: dict[str, Language] = {"da": "da", "no": "no", "en": "en", "nn": "no"}
"""Language that the data names → the language to be answered in."""


def measure_times(place: Place) -> PartResult:
    """Measure how long a search and a whole answer take over a library of 10,000 chunks, warm, one at a time.

    Raises:
        EvaluationError: the documents there are make too small a library.
    """
    opened = open_large(place)
    chunks = sum(len(opened.library.chunks_of(version)) for version in opened.library.versions())
    if chunks < LEAST_CHUNKS:
        raise EvaluationError(f"the times need {LEAST_CHUNKS:,} chunks, the documents there are make {chunks:,}")
    cases = timed_cases(place)
    measured = time_answers(opened, cases[TIMED:], cases[:TIMED])
    made_with = opened.made_with(map(case_to_json, cases))
    return PartResult(timings=tuple(measured), made_with={**made_with, "chunks": chunks})


def timed_cases(place: Place) -> list[Case]:
    """Return the questions for the times and, after them, those to warm up with: all different, a fixed sample."""
    own = without_drafts(load_cases([QUESTIONS / "policy.jsonl", place.shared / "evals" / "seed_questions.jsonl"]))
    by_text = {case.question: case for case in (*own, *map(norquad_case, validation_questions(place)))}
    return sample_by_hash(by_text.values(), lambda case: case.id, TIMED + WARM_UP)


def time_answers(opened: Opened, warm_up: Sequence[Case], cases: Sequence[Case]) -> list[Figure]:
    """Return percentiles of the milliseconds that searching and whole answers take, with their intervals.

    Each question is asked once: the embedder would remember one that comes again.
    """
    subject = opened.built.subject
    for case in warm_up:
        answer_case(case, subject.retriever, subject, subject.answer_from)
    taken: dict[str, list[float]] = {"retrieval_ms": [], "answer_ms": []}
    for number, case in enumerate(cases, 1):
        timings = answer_case(case, subject.retriever, subject, subject.answer_from).timings
        taken["retrieval_ms"].append(timings.retrieve_ms)
        taken["answer_ms"].append(timings.total_ms)
        tell("times: asked", number, len(cases))
    return [_percentile(name, part, values) for name, values in taken.items() for part in PERCENTILES]


def _percentile(name: str, part: str, values: Sequence[float]) -> Figure:
    measured = np.asarray(values)

    def drawn(indices: Indices) -> float:
        return float(np.percentile(measured[indices], PERCENTILES[part]))

    everyone = np.arange(len(measured))
    interval = bootstrap_of(drawn, [str(at) for at in everyone], SEED)
    return figure(name, part, drawn(everyone), interval, len(measured))


def open_large(place: Place) -> Opened:
    """Return a library of policy documents, NorQuAD's contexts and help pages.

    The vectors that the other libraries of the work folder have are taken from them.
    """
    policy = open_place(place, "policy", policy_folders(place))
    norquad = open_norquad(place)
    pages = write_help(place, help_pages(place), place.work / "help-pages")
    sampled = open_place(place, "help", [pages])
    with Library.open(place.work / "large") as large:
        if not large.documents():
            for source in (policy, norquad, sampled):
                lend_vectors(source.library, large, source.built.identity.embedder)
    further = write_help(place, further_pages(place), place.work / "help-further", ("da",))
    folders = [*policy_folders(place), place.work / "norquad-contexts", pages, further]
    return open_place(place, "large", folders)


def lend_vectors(source: Library, target: Library, embedder: str) -> None:
    """Store in a library the vectors of another's texts, so that they need not be embedded again."""
    for version, document_id in sorted(source.versions().items()):
        document = source.read(document_id)
        chunks = [stored.chunk for stored in source.chunks_of(version)]
        texts = {text for chunk in chunks for text in sentence_texts(document.text, chunk)}
        texts |= {context_text(document.meta.title, chunk.path) for chunk in chunks}
        target.put_vectors(embedder, source.vectors(embedder, sorted(map(key_of, texts))))
