"""Fit the offline reader: which sentence of the hits answers, and how sure that is. Writes `assistant/reader.json`.

Reads, in place, the questions of `evals/questions` over the starter documents and those of `../shared`, NorQuAD with
its contexts (some left out, so that their questions cannot be answered) and questions off the subject. The seed
questions are never fitted on; they are reported. Run it as `make reader`; the first run indexes for about twenty
minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering import HITS, Documents, question_language
from assistant.confidence import ANSWER_FROM, CONFIDENCE_NAMES, confidence_signals
from assistant.cross_encoder import SentenceScorer
from assistant.expecting import Expectation, expect
from assistant.extracting import rank_candidates, state
from assistant.messages import Turn
from assistant.reading import READ_NAMES, read_candidates, with_own_letters
from assistant.rewriting import stand_alone
from assistant.settings import Settings
from assistant.signals import NAMES, Candidate, candidates_of
from assistant.weights import LinearModel
from assistant.wiring import build_library, build_retriever, build_scorer, index_documents
from corpus.library import Library
from indexing.hits import Retriever

Array = NDArray[np.float64]

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
QUESTIONS = Path(__file__).resolve().parent / "questions"
TRAINING = Path(__file__).resolve().parent / "training"
READING_QUESTIONS = TRAINING / "reading.jsonl"
"""Over the policy documents."""
GOVERNANCE_QUESTIONS = TRAINING / "governance.jsonl"
GOVERNANCE_TEXTS = TRAINING / "texts"
"""Mandates, minutes, budgets and guides that were made up to be asked about."""
KEPT_BACK_QUESTIONS = TRAINING / "kept_back.jsonl"
KEPT_BACK_TEXTS = TRAINING / "kept_back"
"""More of the kind, that nothing was trained or fitted on."""
"""What the cross-encoder is trained on, and nothing is measured on; the ids say which of eight parts wrote them."""
STARTER = Path(__file__).resolve().parents[1] / "corpus" / "starter"
READER = Path(__file__).resolve().parents[1] / "assistant" / "reader.json"
CARD = Path(__file__).resolve().parents[1] / "docs" / "reader-card.md"

NORQUAD_QUESTIONS = 900
NORQUAD_WEIGHT = 0.1
"""A NorQuAD question counts a tenth of a policy question: many, but about other things, and in one language."""
NEAR_MISS_WEIGHT = 2.0
"""An unanswerable policy or starter question in the fit of the confidence: few, and the ones that matter."""
OTHER_WEIGHT = 0.3
CHOICE_DECAY = 0.03
FIXED = {"column_asked": 4.0, "section_asked": 3.0}
"""Weights in the choice that are set and not fitted: naming a column or a section settles the matter, and too few of
the questions do it to fit them."""
MAY_COUNT_AGAINST = frozenset(
    (
        "lead",
        "item",
        "row_for_a_number",
        "first_of_chunk",
        "short",
        "long",
        "question",
        "same_language",
        "asks_number_or_date",
        "asks_person",
        "misfits_number_or_date",
        "foreign_similarity",
        "foreign_coverage",
        "foreign_read",
    )
)
"""Every other signal speaks for an answer: its weight is kept at 0 or above, so that chance in few questions cannot
turn it round."""
CONFIDENCE_DECAY = 0.01
FOLDS = 5
SEED = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates; `right[i]` says whether candidate i, said as an answer, would be right.

    `query` is the question as it stands alone. The signals of the candidates go by `NAMES`, or by `READ_NAMES` where
    they are those that were read.
    """

    source: str
    query: str
    answerable: bool
    expectation: Expectation
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The three models of `reader.json`."""

    first: LinearModel
    choice: LinearModel
    confidence: LinearModel


def letters_of(text: str) -> str:
    """Return letters and digits alone, in lower case: what is left when layout and punctuation are taken away."""
    return re.sub(r"[\W_]+", "", text).lower()


def is_right(question: dict[str, Any], document: str, text: str, quotes: Sequence[str]) -> bool:
    """Return whether a statement answers a question: every fact met, and a quote with one of the anchors."""
    if document not in (question.get("docs") or [question["doc"]]):
        return False
    cited = any(letters_of(anchor) in letters_of(quote) for quote in quotes for anchor in question["evidence"])
    folded = re.sub(r"\s+", " ", text)
    return cited and all(any(re.search(p, folded, re.IGNORECASE) for p in group) for group in question["facts"])


def build_example(question: dict[str, Any], retriever: Retriever, library: Library, source: str) -> Example:
    """Search for a question as the assistant does, and mark which candidates would answer it.

    A hit from the document that `left_out` names is dropped, as if it were not in the library.
    """
    history = [Turn(*turn) for turn in question.get("history", [])]
    wanted = stand_alone(question["question"], history)
    language = question_language(question["question"], history)
    hits = [h for h in retriever.retrieve(wanted.query, HITS + 4) if h.document != question.get("left_out")][:HITS]
    expectation = expect(wanted.asks)
    candidates = candidates_of(wanted.query, hits, expectation, language)
    documents = Documents(library.read)
    right = []
    for candidate in candidates:
        if not question["answerable"]:
            right.append(False)
            continue
        document = documents[candidate.hit.document_id]
        said = state(candidate, wanted.query, expectation, document)
        quotes = [document.text[quote.start : quote.end] for quote in said.quotes]
        right.append(is_right(question, candidate.hit.document, said.text, quotes))
    return Example(
        source,
        with_own_letters(wanted.query, language),
        bool(question["answerable"]),
        expectation,
        tuple(candidates),
        tuple(right),
    )


def read_example(example: Example, first: LinearModel, scorer: SentenceScorer) -> Example:
    """Return the example with the candidates that are read, and what reading says of them."""
    right = {(c.hit.chunk_id, c.index): is_one for c, is_one in zip(example.candidates, example.right, strict=True)}
    ranked = rank_candidates(example.candidates, first)
    candidates = tuple(read_candidates(example.query, ranked, scorer))
    return replace(example, candidates=candidates, right=tuple(right[c.hit.chunk_id, c.index] for c in candidates))


def signals_of(candidates: Iterable[Candidate]) -> Array:
    """Return the signals of candidates, a row each."""
    return np.array([candidate.signals for candidate in candidates], dtype=np.float64)


def fit_choice(examples: Sequence[Example], names: Sequence[str], steps: int = 400) -> LinearModel:
    """Fit the weights that put a right candidate first: conditional logit, by Adam, on standardised signals."""
    usable = [e for e in examples if any(e.right) and not all(e.right)]
    tables = [(signals_of(e.candidates), np.array(e.right), _choice_weight(e)) for e in usable]
    spread = np.concatenate([table for table, _, _ in tables]).std(axis=0)
    spread[spread < 1e-6] = 1.0
    total = sum(weight for _, _, weight in tables)
    fixed = np.array([FIXED.get(name, 0.0) for name in names]) * spread
    free = np.array([name not in FIXED for name in names])

    def gradient(weights: Array) -> Array:
        slope = CHOICE_DECAY * weights
        for table, right, weight in tables:
            scaled = table / spread
            scores = scaled @ (weights + fixed)
            odds = np.exp(scores - scores.max())
            slope -= weight / total * (odds * right / (odds @ right) - odds / odds.sum()) @ scaled
        return np.asarray(slope * free)

    fitted = _adam(gradient, _lowest(names), steps, 0.05)
    return LinearModel(tuple(names), _rounded((fitted + fixed) / spread))


def _lowest(names: Sequence[str]) -> Array:
    """Return the lowest value that the weight of each signal may take."""
    return np.array([-np.inf if name in MAY_COUNT_AGAINST else 0.0 for name in names])


def _choice_weight(example: Example) -> float:
    return NORQUAD_WEIGHT if example.source == "norquad" else 1.0


def fit_confidence(examples: Sequence[Example], choice: LinearModel, steps: int = 3000) -> LinearModel:
    """Fit the probability that the first candidate is right: logistic regression, by Adam, on standardised signals."""
    usable = [e for e in examples if e.candidates]
    table = np.array([_confidence_row(e, choice) for e in usable])
    right = np.array([_first_is_right(e, choice) for e in usable], dtype=np.float64)
    weight = np.array([_confidence_weight(e) for e in usable])
    weight /= weight.sum()
    middle, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-6] = 1.0
    scaled = np.hstack([(table - middle) / spread, np.ones((len(table), 1))])
    decay = np.append(np.full(table.shape[1], CONFIDENCE_DECAY), 0.0)

    def gradient(weights: Array) -> Array:
        missed: Array = (1 / (1 + np.exp(-scaled @ weights)) - right) * weight
        return np.asarray(scaled.T @ missed + decay * weights)

    fitted = _adam(gradient, np.append(_lowest(CONFIDENCE_NAMES), -np.inf), steps, 0.02)
    weights = fitted[:-1] / spread
    return LinearModel(CONFIDENCE_NAMES, _rounded(weights), round(float(fitted[-1] - weights @ middle), 3))


def _confidence_weight(example: Example) -> float:
    if example.source not in ("policy", "starter"):
        return OTHER_WEIGHT
    return 1.0 if example.answerable else NEAR_MISS_WEIGHT


def _adam(gradient: Callable[[Array], Array], lowest: Array, steps: int, rate: float) -> Array:
    """Return the weights after some steps of Adam (Kingma and Ba, 2015), none ever below its lowest value."""
    weights, mean, square = (np.zeros(len(lowest)) for _ in range(3))
    for step in range(1, steps + 1):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        weights = np.maximum(weights, lowest)
    return weights


def _rounded(weights: Array) -> tuple[float, ...]:
    return tuple(round(float(weight), 3) for weight in weights)


def _confidence_row(example: Example, choice: LinearModel) -> tuple[float, ...]:
    return confidence_signals(rank_candidates(example.candidates, choice), example.expectation)


def _first_is_right(example: Example, choice: LinearModel) -> bool:
    best = rank_candidates(example.candidates, choice)[0]
    places = {(c.hit.chunk_id, c.index): place for place, c in enumerate(example.candidates)}
    return example.right[places[best.hit.chunk_id, best.index]]


def fit(examples: Sequence[Example], first: LinearModel) -> Fitted:
    """Fit choice and confidence on the same examples, which `first` picked the candidates of."""
    choice = fit_choice(examples, READ_NAMES)
    return Fitted(first, choice, fit_confidence(examples, choice))


def measure(examples: Sequence[Example], models: Sequence[Fitted]) -> dict[str, float]:
    """Return how often the first candidate is right, is answered, and the unanswerable is refused.

    Args:
        examples: questions.
        models: the models to judge each by, in the same order.
    """
    first, answered, refused = [], [], []
    for example, fitted in zip(examples, models, strict=True):
        right = bool(example.candidates) and _first_is_right(example, fitted.choice)
        sure = fitted.confidence.probability(_confidence_row(example, fitted.choice)) if example.candidates else 0.0
        if example.answerable:
            first.append(right)
            answered.append((right, sure >= ANSWER_FROM))
        else:
            refused.append(sure < ANSWER_FROM)
    found: dict[str, float] = {"answerable": len(first), "unanswerable": len(refused)}
    if first:
        found["a right sentence among the candidates"] = float(
            np.mean([any(e.right) for e in examples if e.answerable])
        )
        found["right sentence first"] = float(np.mean(first))
        found["right and answered"] = float(np.mean([right and said for right, said in answered]))
        found["refused though answerable"] = float(np.mean([not said for _, said in answered]))
    if refused:
        found["unanswerable refused"] = float(np.mean(refused))
    return found


def cross_validated(examples: Sequence[Example], others: Sequence[Example], first: LinearModel) -> dict[str, float]:
    """Return the measures of examples that were read, each judged by models that have not seen it."""
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(examples))
    models: list[Fitted | None] = [None] * len(examples)
    for fold in range(FOLDS):
        fitted = fit([*(e for e, f in zip(examples, folds, strict=True) if f != fold), *others], first)
        models = [fitted if f == fold else m for m, f in zip(models, folds, strict=True)]
    return measure(examples, [model for model in models if model is not None])


def load_lines(file: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def load_questions(*names: str) -> list[dict[str, Any]]:
    """Return the questions of some of the project's files."""
    return [question for name in names for question in load_lines(QUESTIONS / name)]


def norquad_questions(data: Path) -> list[dict[str, Any]]:
    """Return a sample of NorQuAD's training questions, and the ones whose context is left out."""
    train = [q for q in load_lines(data / "norquad" / "questions.jsonl") if q["split"] == "train"]
    random.Random(SEED).shuffle(train)  # noqa: S311 - a sample, not a secret
    answerable = [
        {
            "question": q["question"],
            "answerable": True,
            "doc": f"{q['context_id']}.md",
            "evidence": q["answers"],
            "facts": [[re.escape(answer) for answer in q["answers"]]],
        }
        for q in train[:NORQUAD_QUESTIONS]
    ]
    held_out = [
        {"question": q["question"], "answerable": False, "left_out": f"{q['held_out_context_id']}.md"}
        for q in load_lines(data / "unanswerable" / "questions.jsonl")
        if q["corpus"].startswith("norquad")
    ]
    return answerable + held_out


def off_subject_questions(data: Path) -> list[dict[str, Any]]:
    """Return questions that no policy document answers."""
    questions = load_lines(data / "unanswerable" / "questions.jsonl")
    return [
        {"question": q["question"], "answerable": False} for q in questions if not q["corpus"].startswith("norquad")
    ]


def write_norquad(data: Path, folder: Path) -> Path:
    """Write NorQuAD's contexts as Markdown files and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for context in load_lines(data / "norquad" / "contexts.jsonl"):
        write_context(folder, f"{context['context_id']}.md", context)
    return folder


def write_context(folder: Path, name: str, context: Mapping[str, Any]) -> None:
    """Write a context of the data as a Markdown file with its title and language; the folder is there."""
    title = json.dumps(context["title"], ensure_ascii=False)
    text = f"---\ntitle: {title}\nlanguage: {context['lang']}\nkind: article\n---\n\n{context['text']}\n"
    (folder / name).write_text(text, encoding="utf-8")


def open_library(work: Path, name: str, paths: Sequence[Path]) -> tuple[Library, Retriever]:
    """Index folders into a library below the work folder, and return it with a retriever over it."""
    settings = Settings.from_env({"ATMP_LIBRARY": str(work / name)})
    print(f"indexing {name} …", file=sys.stderr, flush=True)
    index_documents(settings, paths)
    library = build_library(settings)
    return library, build_retriever(settings, library, "exact")


def build_examples(questions: Sequence[dict[str, Any]], place: tuple[Library, Retriever], source: str) -> list[Example]:
    """Return an example for every question."""
    library, retriever = place
    print(f"searching for {len(questions)} questions of {source} …", file=sys.stderr, flush=True)
    return [build_example(question, retriever, library, source) for question in questions]


def to_json(fitted: Fitted) -> str:
    """Return the models as the text of `reader.json`."""
    models = {"first": fitted.first, "choice": fitted.choice, "confidence": fitted.confidence}
    stored = {
        name: {"bias": model.bias, "weights": dict(zip(model.names, model.weights, strict=True))}
        for name, model in models.items()
    }
    return json.dumps(stored, indent=1) + "\n"


def to_card(rows: dict[str, dict[str, float]]) -> str:
    """Return the card: on what the reader was fitted and how well, as Markdown."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [
        "# Card of the offline reader",
        "",
        "Written by `make reader` (`evals/fitting.py`); the numbers of the models are in `assistant/reader.json`.",
        "",
        "**What.** Three linear models: `first` picks the sentences that the cross-encoder reads, from the signals of",
        "`assistant/signals.py` alone; `choice` orders those that were read, from the same signals and the reading",
        "(both conditional logit); `confidence` says how likely the first of them is right (logistic regression over",
        f"`assistant/confidence.py`). The assistant answers from {ANSWER_FROM} on, in all languages alike.",
        "",
        "**On what.** The policy and starter questions and conversations of this project;",
        f"{NORQUAD_QUESTIONS} training questions of NorQuAD (CC0) at weight {NORQUAD_WEIGHT}, and its questions with",
        "their context left out; off-subject questions of MKQA (CC BY-SA 3.0). None of their text is in the project.",
        "`first` was fitted on NorQuAD and on the reading questions, which the cross-encoder was trained on; `choice`",
        "and `confidence` on none of the reading questions. The seed questions were not fitted on.",
        "",
        f"| | {' | '.join(rows)} |",
        f"|---|{'---|' * len(rows)}",
    ]
    for name in names:
        cells = (f"{row[name]:.3f}".removesuffix(".000") if name in row else "–" for row in rows.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [
        "",
        f"“policy” and “starter” are cross-validated in {FOLDS} parts; “seed” and “kept back” (questions over",
        "`evals/training/kept_back/`, texts of a kind the cross-encoder was trained on) are seen by no fit; the others",
        "were fitted on.",
        "",
        "**Limits.** Few questions in English; near misses (a post named without a person, a product without a price)",
        "are told apart poorly. Confidence is a probability on documents like these and no more.",
        "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Index, search, fit, and write `reader.json` and the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path, help="folder for the libraries; a second run finds them there")
    work = parser.parse_args(arguments).work
    if not SHARED.exists():
        print(f"fitting needs the data in {SHARED}, which is not there", file=sys.stderr)
        return 1
    data = SHARED / "evals" / "data"
    policy_place = open_library(work, "policy", [SHARED / "corpora" / "policy", SHARED / "corpus"])
    norquad_place = open_library(work, "norquad", [write_norquad(data, work / "norquad-contexts")])
    starter_place = open_library(work, "starter", [STARTER])
    seed_place = open_library(work, "seed", [SHARED / "corpus"])
    kept_back_place = open_library(work, "kept-back", [KEPT_BACK_TEXTS])
    policy = build_examples(load_questions("policy.jsonl", "policy_conversations.jsonl"), policy_place, "policy")
    starter = build_examples(load_questions("starter.jsonl", "conversations.jsonl"), starter_place, "starter")
    norquad = build_examples(norquad_questions(data), norquad_place, "norquad")
    off_subject = build_examples(off_subject_questions(data), policy_place, "off-subject")
    seed = build_examples(load_lines(SHARED / "evals" / "seed_questions.jsonl"), seed_place, "seed")
    kept_back = build_examples(load_lines(KEPT_BACK_QUESTIONS), kept_back_place, "kept back")
    reading = build_examples(load_lines(READING_QUESTIONS), policy_place, "policy")
    first = fit_choice([*reading, *norquad], NAMES)
    scorer = build_scorer()
    policy, starter, norquad, off_subject, seed, kept_back = (
        [read_example(example, first, scorer) for example in examples]
        for examples in (policy, starter, norquad, off_subject, seed, kept_back)
    )
    others = [*norquad, *off_subject]
    fitted = fit([*policy, *starter, *others], first)
    rows = {
        "policy": cross_validated(policy, [*starter, *others], first),
        "starter": cross_validated(starter, [*policy, *others], first),
    }
    for name, examples in (
        ("seed", seed),
        ("kept back", kept_back),
        ("NorQuAD", norquad),
        ("off-subject", off_subject),
    ):
        rows[name] = measure(examples, [fitted] * len(examples))
    READER.write_text(to_json(fitted), encoding="utf-8")
    CARD.write_text(to_card(rows), encoding="utf-8")
    print(CARD.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
