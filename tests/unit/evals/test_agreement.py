"""Labelled answers are read strictly, and the scorer is compared with what people said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.agreement import agreement, cohens_kappa, load_labelled, report_agreement
from evals.cases import Case
from evals.errors import BadCases
from evals.spans import AnchoredText

TEXTS = {"havn.md": AnchoredText("En plads koster 1.250 kr. om året.")}
CASES = [
    Case("h-1", "da", "number", "hvad koster en plads?", True, ("havn.md",), ("plads koster",), (("1.250",),)),
    Case("h-2", "da", "unanswerable", "hvad hedder fogeden?", False),
]
QUOTE = {"document": "havn.md", "quote": "En plads koster 1.250 kr. om året."}


def line(**changes: Any) -> dict[str, Any]:
    return {
        "id": "h-1",
        "question": "hvad koster en plads?",
        "lang": "da",
        "answerable": True,
        "answer": "1.250 kr.",
        "quotes": [QUOTE],
        "label": "right",
        "again": None,
        "note": "",
        **changes,
    }


def write(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines) + "\n\n", encoding="utf-8")
    return path


def test_kappa_of_the_textbook_example() -> None:
    # Cohen's kappa for 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no is 0.4.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert cohens_kappa(pairs) == pytest.approx(0.4)


def test_kappa_is_one_for_the_same_and_minus_one_for_the_opposite() -> None:
    assert cohens_kappa([("y", "y"), ("n", "n")]) == 1.0
    assert cohens_kappa([("y", "n"), ("n", "y")]) == -1.0


@pytest.mark.parametrize("pairs", [[], [("y", "y")] * 9])
def test_kappa_is_undefined_without_two_labels(pairs: list[tuple[str, str]]) -> None:
    assert cohens_kappa(pairs) is None
    assert agreement(pairs).agreed == len(pairs)


def test_the_report_compares_the_scorer_with_the_labels_and_the_passes_with_each_other(tmp_path: Path) -> None:
    refusal = line(id="h-2", question="hvad hedder fogeden?", answerable=False, answer="Det står der ikke.", quotes=[])
    path = write(
        tmp_path,
        line(again="right"),
        line(answer="For dyrt.", label="wrong", again="right"),
        line(answer="1.250 kr. om dagen", label="wrong", note="om året"),
        refusal,
    )
    report = report_agreement(load_labelled(path), CASES, TEXTS)
    assert (report.scorer.n, report.scorer.agreed, report.scorer.kappa) == (4, 3, 0.5)
    assert (report.passes.n, report.passes.agreed, report.passes.kappa) == (2, 1, 0.0)
    (differs,) = report.disagreements
    assert (differs.case_id, differs.label, differs.judged, differs.note) == ("h-1", "wrong", "right", "om året")


def test_an_answer_without_quotes_is_a_refusal(tmp_path: Path) -> None:
    (labelled,) = load_labelled(write(tmp_path, line(quotes=[], label="wrong")))
    assert not labelled.given.answered


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"label": "maybe"}, "label"),
        ({"again": "maybe"}, "again"),
        ({"lang": "sv"}, "lang"),
        ({"answerable": 1}, "answerable"),
        ({"answer": None}, "answer"),
        ({"quotes": "x"}, "quotes"),
        ({"quotes": [{"document": "havn.md"}]}, "quote"),
    ],
)
def test_a_line_that_is_no_labelled_answer_is_named(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadCases, match=rf'answers\.jsonl, line 2: "{reason}"'):
        load_labelled(write(tmp_path, line(), line(**changes)))


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCases, match="line 1"):
        load_labelled(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="no-labels"):
        load_labelled(tmp_path / "no-labels.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xe5\n")
    with pytest.raises(BadCases, match="UTF-8"):
        load_labelled(tmp_path / "latin.jsonl")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"id": "h-9"}, "no case"), ({"question": "hvad kostede det?"}, "changed"), ({"answerable": False}, "changed")],
)
def test_a_label_of_another_question_is_not_compared(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    labelled = load_labelled(write(tmp_path, line(**changes)))
    with pytest.raises(BadCases, match=reason):
        report_agreement(labelled, CASES, TEXTS)
