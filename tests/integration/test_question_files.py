"""The question files of the project hold together with their documents, and there are as many as were promised."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from corpus.loading import load_document
from evals.cases import Case, load_cases
from evals.linting import Finding, describe_cases, lint_cases

CHECKOUT = Path(__file__).resolve().parents[2]
QUESTIONS = CHECKOUT / "evals" / "questions"
STARTER = CHECKOUT / "corpus" / "starter"
SHARED = CHECKOUT / "../shared"
FOLDERS = (SHARED / "corpora" / "policy", SHARED / "corpus")
SEED = SHARED / "evals" / "seed_questions.jsonl"

HARD = {"unanswerable", "false_premise", "partial"}


@cache
def starter_texts() -> dict[str, str]:
    """Return the starter documents as the program reads them."""
    return {path.name: load_document(path).text for path in sorted(STARTER.iterdir()) if path.suffix != ".py"}


@cache
def shared_texts() -> dict[str, str]:
    """Return the documents beside the checkout; their question files name them by file."""
    if not all(folder.is_dir() for folder in FOLDERS):
        pytest.skip(f"the documents of {FOLDERS[0]} and {FOLDERS[1]} do not lie beside the checkout")
    paths = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in (".md", ".txt")]
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def read(name: str) -> list[Case]:
    return load_cases([QUESTIONS / name])


def seed() -> list[Case]:
    return load_cases([SEED]) if SEED.is_file() else []


def faults(findings: list[Finding]) -> list[str]:
    return [f"{finding.case_id}: {finding.message}" for finding in findings if finding.severity == "fault"]


def test_the_questions_over_the_starter_documents_have_no_fault() -> None:
    assert faults(lint_cases(read("starter.jsonl"), starter_texts())) == []


def test_the_questions_over_the_documents_beside_the_checkout_have_no_fault() -> None:
    assert faults(lint_cases(read("policy.jsonl"), shared_texts(), seed())) == []


def test_the_conversations_have_no_fault() -> None:
    cases = read("conversations.jsonl")
    needs_shared = any(name not in starter_texts() for case in cases for name in case.documents)
    texts = {**(shared_texts() if needs_shared else {}), **starter_texts()}
    assert faults(lint_cases(cases, texts)) == []


def test_the_questions_that_came_with_the_task_have_no_fault_but_in_form() -> None:
    if not SEED.is_file():
        pytest.skip(f"{SEED} does not lie beside the checkout")
    assert faults(lint_cases(seed(), shared_texts(), form="remark")) == []


def test_every_id_is_used_once_over_all_files() -> None:
    assert load_cases(sorted(QUESTIONS.glob("*.jsonl")))


def test_there_are_enough_questions_over_the_starter_documents() -> None:
    described = describe_cases(cases := read("starter.jsonl"))
    assert described["questions"] >= 160
    languages = described["languages"]
    assert (languages["da"] >= 80, languages["no"] >= 40, languages["en"] >= 40) == (True, True, True), languages
    assert sum(case.kind in HARD or not case.answerable for case in cases) >= 50
    assert described["drafts"] == 0


def test_there_are_enough_questions_over_the_documents_beside_the_checkout() -> None:
    described = describe_cases(read("policy.jsonl"))
    assert described["questions"] >= 150
    assert described["not_answerable"] >= 40
    assert set(described["languages"]) == {"da", "no", "en"}
    assert described["drafts"] == 0


def test_there_are_enough_conversations_over_all_files() -> None:
    every = load_cases(sorted(QUESTIONS.glob("*.jsonl")))
    assert describe_cases(every)["conversations"] >= 30
