"""The scorer calls right what is right, sees what is damaged, and gives the figures of the acceptance scorer."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.documents import Block, BlockKind, Document, DocumentMeta, Language, Page
from corpus.loading import SUPPORTED_SUFFIXES, load_document
from evals.cases import Case, case_to_json, load_cases, without_drafts
from evals.damaging import DAMAGES, Material, damage
from evals.gold import NOTHING, gold_answer
from evals.measuring import summarize
from evals.observing import observe_all
from evals.results import GivenAnswer, Quote, Trial
from evals.scorer_check import ScorerCheck, check_scorer
from evals.spans import AnchoredText

SHARED = Path(__file__).parents[2] / "../shared"
NEEDS_SHARED = pytest.mark.skipif(
    not (SHARED / "evals" / "score.py").is_file(), reason="the folder ../shared is not beside the checkout"
)
MOST_WITHOUT_GOLD = 0.05
FEWEST_CAUGHT = 0.95
FEWEST_WITHOUT_FAULT = 0.97
LANGUAGE_OF: dict[str, Language] = {"no": "no", "nb": "no", "en": "en"}
"""Language by the beginning of a file's name; the rest are Danish."""


def require_a_good_scorer(check: ScorerCheck) -> None:
    rows = {row.kind: row for row in check.rows}
    golds = rows["gold right"]
    assert golds.caught == golds.n
    assert rows["gold without fault"].caught >= FEWEST_WITHOUT_FAULT * golds.n
    assert len(check.without_gold) <= MOST_WITHOUT_GOLD * (golds.n + len(check.without_gold)), check.without_gold
    damaged = [rows[how] for how in DAMAGES]
    few = [row for row in damaged if row.n - row.caught > max(1, (1 - FEWEST_CAUGHT) * row.n)]
    assert few == [], check.missed
    assert sum(row.caught for row in damaged) >= FEWEST_CAUGHT * sum(row.n for row in damaged), check.missed


@pytest.fixture(scope="module")
def starter(checkout: Path) -> dict[str, Document]:
    """Return the documents that come with the program, as it reads them."""
    files = sorted(file for file in (checkout / "corpus" / "starter").iterdir() if file.suffix in SUPPORTED_SUFFIXES)
    return {file.name: load_document(file) for file in files}


@pytest.fixture(scope="module")
def shared() -> dict[str, Document]:
    """Return the documents beside the checkout, each line of text a block."""
    folders = (SHARED / "corpus", SHARED / "corpora" / "policy")
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix in {".md", ".txt"}]
    return {file.name: read_plain(file) for file in files}


def test_over_the_starter_documents_gold_is_right_and_damage_is_seen(
    checkout: Path, starter: dict[str, Document]
) -> None:
    cases = without_drafts(load_cases([checkout / "evals" / "questions" / "starter.jsonl"]))
    require_a_good_scorer(check_scorer(cases, starter))


@NEEDS_SHARED
def test_over_the_policy_documents_gold_is_right_and_damage_is_seen(
    checkout: Path, shared: dict[str, Document]
) -> None:
    cases = without_drafts(load_cases([checkout / "evals" / "questions" / "policy.jsonl"]))
    require_a_good_scorer(check_scorer(cases, shared))


def test_two_checks_are_the_same(checkout: Path, starter: dict[str, Document]) -> None:
    cases = without_drafts(load_cases([checkout / "evals" / "questions" / "starter.jsonl"]))[:20]
    assert check_scorer(cases, starter) == check_scorer(cases, starter)


@NEEDS_SHARED
@pytest.mark.parametrize("variant", ["gold", "damaged", "some refused, some missing", "nothing answered"])
@pytest.mark.parametrize("questions", ["seed", "policy"])
def test_every_figure_is_that_of_the_acceptance_scorer(
    checkout: Path, shared: dict[str, Document], tmp_path: Path, questions: str, variant: str
) -> None:
    files = {"seed": SHARED / "evals" / "seed_questions.jsonl", "policy": checkout / "evals/questions/policy.jsonl"}
    cases = [replace(case, documents=case.documents[:1]) for case in without_drafts(load_cases([files[questions]]))]
    texts = {name: AnchoredText(document.text) for name, document in shared.items()}
    answers = vary(cases, [gold_answer(case, shared, texts) or NOTHING for case in cases], variant)
    expected = run_acceptance_scorer(tmp_path, cases, answers)
    trials = [
        Trial(case.id, answer=answers[case.id]) if case.id in answers else Trial(case.id, error="none")
        for case in cases
    ]
    figures = summarize(observe_all(cases, trials, texts, {}))
    assert {name: nan_as_none(value) for name, value in expected.items()} == figures


def vary(cases: Sequence[Case], golds: Sequence[GivenAnswer], variant: str) -> dict[str, dict[str, Any]]:
    """Return answers by case id: right ones, every kind of damage in turn, or with holes."""
    passages = tuple(gold.quotes[0] for gold in golds if gold.quotes)
    answers: dict[str, dict[str, Any]] = {}
    for at, (case, gold) in enumerate(zip(cases, golds, strict=True)):
        given: GivenAnswer | None = gold
        if variant == "nothing answered" or (variant.startswith("some") and at % 3 == 0):
            given = replace(NOTHING, text="Det står ikke i materialet.")
        elif variant.startswith("some") and at % 5 == 0:
            continue
        elif variant == "damaged" and not case.answerable and at % 2:
            given = GivenAnswer(True, "answered", "Den er 7 år. [1]", (Quote("ukendt.md", "7 år"), passages[at % 9]))
        elif variant == "damaged":
            material = Material(case.language, ("En båd er 3 meter.",), ("A boat.",), passages[at % 9 :], ("Helga",))
            chance = random.Random(at)  # noqa: S311 - no secret
            given = damage(gold, DAMAGES[at % len(DAMAGES)], material, chance) or gold
        answers[case.id] = answer_to_json(case.id, given)
    return answers


def answer_to_json(case_id: str, given: GivenAnswer) -> dict[str, Any]:
    citations = [
        {"marker": marker, "document": quote.document, "quote": quote.text}
        for marker, quote in enumerate(given.quotes, 1)
    ]
    return {"id": case_id, "answered": given.answered, "answer": given.text, "citations": citations}


def run_acceptance_scorer(folder: Path, cases: Sequence[Case], answers: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    corpus = folder / "corpus"
    shutil.copytree(SHARED / "corpus", corpus)
    shutil.copytree(SHARED / "corpora" / "policy", corpus, dirs_exist_ok=True)
    write_lines(folder / "questions.jsonl", [case_to_json(case) for case in cases])
    write_lines(folder / "answers.jsonl", list(answers.values()))
    files = [str(folder / name) for name in ("questions.jsonl", "answers.jsonl", "corpus")]
    command = [sys.executable, str(SHARED / "evals" / "score.py"), *files, "--json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=120)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def write_lines(path: Path, values: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")


def nan_as_none(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def read_plain(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(kind_of(line), start, start + len(line), page=1))
        start += len(line) + 1
    meta = DocumentMeta(title=path.name, language=LANGUAGE_OF.get(path.name.partition("_")[0], "da"))
    return Document(path.name, text, meta, (Page(1, 0, len(text)),), blocks=tuple(blocks))


def kind_of(line: str) -> BlockKind:
    marks: dict[str, BlockKind] = {"#": "heading", "- ": "item", "* ": "item", "|": "row"}
    return next((kind for mark, kind in marks.items() if line.lstrip().startswith(mark)), "paragraph")
