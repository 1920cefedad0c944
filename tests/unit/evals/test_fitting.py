"""The fit finds the weights that put right sentences first, and holds to what is set."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.confidence import CONFIDENCE_NAMES
from assistant.expecting import expect
from assistant.reading import READ_NAMES
from assistant.signals import NAMES, Candidate
from assistant.weights import LinearModel
from corpus.documents import Chunk, DocumentMeta, Sentence
from evals.fitting import FIXED, Example, fit, fit_choice, is_right, measure, read_example, to_card, to_json
from indexing.hits import Hit
from tests.fakes import WordScorer

HIT = Hit(
    chunk_id=1,
    document_id="d",
    document="d.md",
    meta=DocumentMeta(title="D"),
    chunk=Chunk(0, 4, 1, (), "da", sentences=(Sentence(0, 1), Sentence(1, 2), Sentence(2, 3))),
    text="abc",
    score=1.0,
    similarities=(0.8, 0.8, 0.8),
    in_context=(0.8, 0.8, 0.8),
    coverage=(0.0, 0.0, 0.0),
    coverage_in_section=(0.0, 0.0, 0.0),
    coverage_in_context=(0.0, 0.0, 0.0),
    keyword=0.0,
)
TELLS = READ_NAMES.index("similarity")
FIRST = LinearModel(NAMES, tuple(float(name == "similarity") for name in NAMES))


def made_up_examples(count: int, names: Sequence[str] = READ_NAMES) -> list[Example]:
    """Return questions whose right sentence is the most similar one; every third has none and little similarity."""
    chance = np.random.default_rng(1)
    examples = []
    for number in range(count):
        answerable = number % 3 != 0
        rows = chance.normal(size=(3, len(names)))
        place = int(chance.integers(3))
        rows[:, [TELLS, *(NAMES.index(name) for name in FIXED)]] = 0.0
        rows[place, TELLS] = 3.0 if answerable else 0.5
        candidates = tuple(Candidate(HIT, index, tuple(row)) for index, row in enumerate(rows.tolist()))
        right = tuple(answerable and index == place for index in range(3))
        examples.append(Example("policy", "Hvad er det?", answerable, expect("Hvad er det?"), candidates, right))
    return examples


def test_the_signal_that_tells_is_found() -> None:
    examples = made_up_examples(120)
    fitted = fit(examples, FIRST)
    weights = {name: w for name, w in zip(READ_NAMES, fitted.choice.weights, strict=True) if name not in FIXED}
    assert weights["similarity"] == max(weights.values())
    found = measure(examples, [fitted] * len(examples))
    assert found["right sentence first"] > 0.9
    assert found["unanswerable refused"] > 0.8


def test_what_speaks_for_an_answer_never_counts_against_it() -> None:
    fitted = fit(made_up_examples(60), FIRST)
    weights = dict(zip(READ_NAMES, fitted.choice.weights, strict=True))
    assert weights["coverage"] >= 0
    assert weights["pairs"] >= 0
    assert {name: weights[name] for name in FIXED} == pytest.approx(FIXED)


def test_the_models_are_written_as_the_program_reads_them() -> None:
    stored = json.loads(to_json(fit(made_up_examples(30), FIRST)))
    assert set(stored["first"]["weights"]) == set(NAMES)
    assert set(stored["choice"]["weights"]) == set(READ_NAMES)
    assert set(stored["confidence"]["weights"]) == set(CONFIDENCE_NAMES)


def test_what_picks_for_reading_is_fitted_on_the_cheap_signals_alone() -> None:
    first = fit_choice(made_up_examples(60, NAMES), NAMES)
    assert first.names == NAMES
    assert first.weights[TELLS] == max(w for name, w in zip(NAMES, first.weights, strict=True) if name not in FIXED)


def test_what_was_read_keeps_its_mark_and_gains_a_signal() -> None:
    (example,) = made_up_examples(2, NAMES)[1:]
    read = read_example(example, FIRST, WordScorer())
    marks = {c.index: mark for c, mark in zip(read.candidates, read.right, strict=True)}
    assert marks == dict(enumerate(example.right))
    assert {len(candidate.signals) for candidate in read.candidates} == {len(READ_NAMES)}


def test_the_card_has_a_column_for_each_set() -> None:
    card = to_card({"one": {"answerable": 3.0, "right sentence first": 0.5}, "two": {"answerable": 4.0}})
    assert "| right sentence first | 0.500 | – |" in card
    assert "| answerable | 3 | 4 |" in card


@pytest.mark.parametrize(
    ("document", "text", "quote", "right"),
    [
        ("a.md", "Gebyret er 400 kr.", "gebyret er 400 kr", True),
        ("b.md", "Gebyret er 400 kr.", "gebyret er 400 kr", False),
        ("a.md", "Gebyret er 500 kr.", "gebyret er 400 kr", False),
        ("a.md", "Gebyret er 400 kr.", "noget andet", False),
    ],
)
def test_right_is_the_document_the_facts_and_the_anchor(document: str, text: str, quote: str, right: bool) -> None:
    question = {"doc": "a.md", "evidence": ["Gebyret er"], "facts": [["400"]]}
    assert is_right(question, document, text, [quote]) is right
