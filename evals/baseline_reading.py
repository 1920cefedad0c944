"""The baseline's figures of reading NorQuAD and of refusing what the documents do not say."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from assistant.messages import Answer
from evals.baseline_common import OURS, SEED, Opened, PartResult, Place, adjust, compare_paired, language_of, tell
from evals.baseline_ranking import (
    DENSE,
    FIRST,
    build_rankers,
    measure_norquad_search,
    norquad_case,
    open_norquad,
    validation_questions,
)
from evals.cases import Case
from evals.figuring import SAMPLES, figure, rate
from evals.refusing import auroc
from evals.results import Figure
from evals.rivals import query_of
from evals.running import answer_case
from evals.statistics import Indices, bootstrap_mean, bootstrap_of
from indexing.hits import Filters, Hit, Retriever

ARTICLES = frozenset(("en", "ei", "et"))
SYMBOLS = frozenset("$+<=>^`|~")
"""What the English rules count as punctuation and Unicode does not."""
BEST_SENTENCE = "best sentence"
WHOLE = "this program, whole answer"
FALSE_REFUSALS = 0.05
"""The share of answerable questions that may be refused where refusal is measured."""
HELD_OUT, OFF_SUBJECT, BOTH, OWN = "context held out", "off the subject", "both", "own context left out"


def measure_norquad(place: Place) -> PartResult:
    """Measure searching and reading over the validation questions with every context in the library."""
    opened = open_norquad(place)
    rankers, questions = build_rankers(opened), validation_questions(place)
    figures, tests = measure_norquad_search(place, opened, rankers, questions)
    said: dict[str, list[str]] = {OURS: [], BEST_SENTENCE: [], WHOLE: []}
    for number, question in enumerate(questions, 1):
        case = norquad_case(question)
        answer = answer_case(case, opened.built.subject.retriever, opened.built.subject, 0.0)
        said[OURS].append(first_sentence(answer))
        said[WHOLE].append(" ".join(sentence.text for sentence in answer.sentences))
        said[BEST_SENTENCE].append(nearest_sentence(rankers[DENSE].retrieve(query_of(case), FIRST)))
        tell("validation: read", number, len(questions))
    hits = {
        name: [holds_answer(one, q["answers"]) for one, q in _with(questions, texts)] for name, texts in said.items()
    }
    tests += compare_paired("sentence_hit", "validation", {name: hits[name] for name in (OURS, BEST_SENTENCE)})
    read = [one for name, texts in said.items() for one in _measure_reading(name, texts, hits[name], questions)]
    return PartResult((*figures, *read), adjust(tests), made_with=opened.made_with(questions))


def _with(questions: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    return list(zip(texts, questions, strict=True))


def _measure_reading(
    name: str, texts: Sequence[str], hits: Sequence[bool], questions: Sequence[Mapping[str, Any]]
) -> list[Figure]:
    if not questions:
        return []
    clusters = [str(question["context_id"]) for question in questions]
    scores = [best_of(token_f1, text, question["answers"]) for text, question in _with(questions, texts)]
    interval = bootstrap_mean(scores, clusters, SEED)
    exact = (best_of(exact_match, text, question["answers"]) == 1.0 for text, question in _with(questions, texts))
    return [
        *rate("exact_match", name, exact),
        figure("token_f1", name, math.fsum(scores) / len(scores), interval, len(scores)),
        *rate("sentence_hit", name, hits),
    ]


def first_sentence(answer: Answer) -> str:
    """Return the first sentence of an answer, "" for a refusal."""
    return answer.sentences[0].text if answer.sentences else ""


def nearest_sentence(hits: Sequence[Hit]) -> str:
    """Return the sentence of the hits with the highest cosine, "" where there is none."""
    found = [
        (similarity, -place, hit.text[sentence.start - hit.chunk.start : sentence.end - hit.chunk.start])
        for place, hit in enumerate(hits)
        for sentence, similarity in zip(hit.chunk.sentences, hit.similarities, strict=True)
    ]
    return max(found)[2] if found else ""


def normalized_words(text: str) -> list[str]:
    """Return the words as SQuAD compares them, for Norwegian: lower case, without punctuation and articles.

    >>> normalized_words("Et hus, en «båt» og 2,5 kr.")
    ['hus', 'båt', 'og', '25', 'kr']
    """
    kept = "".join(letter for letter in unicodedata.normalize("NFC", text).lower() if not _is_punctuation(letter))
    return [word for word in kept.split() if word not in ARTICLES]


def _is_punctuation(letter: str) -> bool:
    return letter in SYMBOLS or unicodedata.category(letter).startswith("P")


def exact_match(said: str, gold: str) -> float:
    """Return 1.0 where both are the same words, else 0.0."""
    return float(normalized_words(said) == normalized_words(gold))


def token_f1(said: str, gold: str) -> float:
    """Return the F1 of the words that both share, 0 to 1; of two without words 1.0, of one without 0.0."""
    ours, theirs = normalized_words(said), normalized_words(gold)
    if not (ours and theirs):
        return float(ours == theirs)
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs))


def best_of(score: Callable[[str, str], float], said: str, answers: Sequence[str]) -> float:
    """Return the highest score over the answers that count as right."""
    return max((score(said, answer) for answer in answers), default=0.0)


def holds_answer(said: str, answers: Sequence[str]) -> bool:
    """Return whether an answer stands in a text, its words whole, in order and together."""
    padded = f" {' '.join(normalized_words(said))} "
    wanted = [" ".join(normalized_words(answer)) for answer in answers]
    return any(f" {answer} " in padded for answer in wanted if answer)


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """A retriever over everything but one document; `chunks` is how many chunks that one has."""

    retriever: Retriever
    document: str
    chunks: int

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        """Return at most `limit` hits, none of them of the document."""
        hits = self.retriever.retrieve(query, limit + self.chunks, filters)
        return [hit for hit in hits if hit.document != self.document][:limit]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked to see how sure the program is; `cluster` is what is drawn again in a bootstrap."""

    cluster: str
    confidence: float
    refused: bool


def measure_refusal(place: Place) -> PartResult:
    """Measure how well confidence tells questions that NorQuAD's contexts answer from others."""
    opened, validation = open_norquad(place), validation_questions(place)
    unanswerable = place.lines("unanswerable", "questions.jsonl")
    held_out = [q for q in unanswerable if q["corpus"].startswith("norquad")]
    off_subject = [q for q in unanswerable if not q["corpus"].startswith("norquad")]
    answerable = ask_all("answerable", opened, validation)
    groups = {
        HELD_OUT: ask_all(HELD_OUT, opened, held_out, "held_out_context_id"),
        OFF_SUBJECT: ask_all(OFF_SUBJECT, opened, off_subject),
        OWN: ask_all(OWN, opened, validation, "context_id"),
    }
    groups[BOTH] = [*groups[HELD_OUT], *groups[OFF_SUBJECT]]
    figures = [
        *(one for name, asked in groups.items() for one in measure_telling_apart(name, answerable, asked)),
        *(one for name, asked in groups.items() for one in rate("refused_as_it_is", name, (a.refused for a in asked))),
        *rate("refused_as_it_is", "answerable", (asked.refused for asked in answerable)),
    ]
    return PartResult(tuple(figures), made_with=opened.made_with([*validation, *unanswerable]))


def ask_all(what: str, opened: Opened, questions: Sequence[Mapping[str, Any]], left_out: str = "") -> list[Asked]:
    """Ask questions, each without the context that its field `left_out` names, if any."""
    subject = opened.built.subject
    chunks = {name: len(opened.library.chunks_of(version)) for name, version in _versions(opened).items()}
    asked = []
    for number, question in enumerate(questions, 1):
        retriever = subject.retriever
        context = str(question.get("context_id") or question.get("held_out_context_id") or question["id"])
        if left_out:
            document = f"{question[left_out]}.md"
            retriever = LeavingOut(retriever, document, chunks.get(document, 0))
        case = Case(
            str(question["id"]), language_of(question), "unanswerable", str(question["question"]), answerable=False
        )
        answer = answer_case(case, retriever, subject, subject.answer_from)
        asked.append(Asked(context, answer.confidence, not answer.answered))
        tell(f"{what}: asked", number, len(questions))
    return asked


def _versions(opened: Opened) -> dict[str, str]:
    return {document.name: document.version for document in opened.library.documents()}


def measure_telling_apart(name: str, answerable: Sequence[Asked], others: Sequence[Asked]) -> list[Figure]:
    """Return the AUROC of confidence, and the share of the others refused at `FALSE_REFUSALS` of the answerable."""
    if not (answerable and others):
        return []
    everyone = [*answerable, *others]
    labels = np.array([True] * len(answerable) + [False] * len(others))
    confidences = np.array([asked.confidence for asked in everyone])
    clusters = [asked.cluster for asked in everyone]

    def over(measure: Callable[[list[float], list[bool]], float], indices: Indices) -> float | None:
        drawn = labels[indices].tolist()
        return measure(confidences[indices].tolist(), drawn) if len(set(drawn)) == 2 else None

    figures = []
    for kind, measure in (("auroc", auroc), ("refused_at_5_percent", share_refused)):
        value = measure(confidences.tolist(), labels.tolist())
        interval = bootstrap_of(partial(over, measure), clusters, SEED, SAMPLES)
        figures.append(figure(kind, name, value, interval, len(everyone)))
    return figures


def share_refused(confidences: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the share of the unanswerable below the highest threshold that refuses no more answerable than allowed.

    Args:
        confidences: one a question.
        labels: whether each can be answered; there are both kinds.
    """
    pairs = list(zip(confidences, labels, strict=True))
    answerable = sorted(confidence for confidence, label in pairs if label)
    others = [confidence for confidence, label in pairs if not label]
    threshold = answerable[math.floor(FALSE_REFUSALS * len(answerable))]
    return sum(confidence < threshold for confidence in others) / len(others)
