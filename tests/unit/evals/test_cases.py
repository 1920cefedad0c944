"""Question files: what they hold comes back as it was, and what is wrong in them is said in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.messages import Turn
from evals.cases import Case, case_from_json, case_to_json, load_cases, without_drafts, without_incomplete
from evals.errors import BadCases

PLAIN = {
    "id": "a",
    "lang": "da",
    "kind": "number",
    "question": "Hvad koster det?",
    "answerable": True,
    "doc": "a.md",
    "evidence": ["det koster 5 kr"],
    "facts": [["\\b5\\b"]],
}
FULL = Case(
    id="b",
    language="no",
    kind="followup",
    question="og i fjor?",
    answerable=True,
    documents=("a.md", "b.md"),
    evidence=("ett to", "tre fire"),
    facts=(("a", "b"), ("c",)),
    history=(Turn("Hva koster det?", "Fem kroner."),),
    stand_alone="Hva kostet det i fjor?",
    paraphrase="prisen i fjor?",
    conversation="pris",
    why="bare i fjor",
    draft=True,
    inferred=True,
)


def write(folder: Path, *lines: object, name: str = "q.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("case", [case_from_json(PLAIN), FULL, Case("c", "en", "unanswerable", "Why?", False, why="x")])
def test_a_case_comes_back_from_json_as_it_was(case: Case) -> None:
    assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case


def test_optional_fields_that_are_empty_are_not_written() -> None:
    assert case_to_json(case_from_json(PLAIN)) == PLAIN


def test_files_are_read_in_order_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    first = write(tmp_path, "\ufeff" + json.dumps(PLAIN), "", "   ", {**PLAIN, "id": "b"})
    second = write(tmp_path, {**PLAIN, "id": "0"}, name="r.jsonl")
    assert [case.id for case in load_cases([first, second])] == ["a", "b", "0"]


def changed(**values: Any) -> dict[str, Any]:
    return {**PLAIN, **values}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "an object is needed"),
        ('"text"', "an object is needed"),
        ("null", "an object is needed"),
        ({}, '"answerable"'),
        (changed(id=""), '"id" must be text'),
        (changed(id=5), '"id" must be text'),
        (changed(question=None), '"question" must be text'),
        (changed(question="  "), '"question" must be text'),
        (changed(lang="sv"), '"lang" must be one of da, no, en'),
        (changed(lang=["da"]), '"lang" must be one of'),
        (changed(kind="riddle"), '"kind" must be one of'),
        (changed(kind="x" * 100_000), '"kind" must be one of'),
        (changed(answerable=1), '"answerable" must be one of True, False'),
        (changed(answerable="yes"), '"answerable"'),
        (changed(doc=7), '"doc" must be a file name'),
        (changed(doc=None), 'needs "doc" and "evidence"'),
        (changed(docs="a.md"), '"docs" must be a list'),
        (changed(evidence="words"), '"evidence" must be a list'),
        (changed(evidence=[5]), '"evidence" must be a list'),
        (changed(evidence=[" "]), '"evidence" must be a list'),
        (changed(evidence=[]), 'needs "doc" and "evidence"'),
        (changed(facts="5"), '"facts" must be a list'),
        (changed(facts=["5"]), '"facts" must be a list'),
        (changed(facts=[[]]), '"facts" must be a list'),
        (changed(facts=[["("]]), "the pattern '('"),
        (changed(facts=[["(" * 9_000 + ")" * 9_000]]), "the pattern"),
        (changed(facts=[["a{99999999999999}"]]), "the pattern"),
        (changed(facts=[["[[a]"]]), "the pattern"),
        (changed(facts=[["(\n"]]), "the pattern"),
        (changed(facts=[[5]]), "the pattern 5"),
        (changed(history="before"), '"history" must be a list'),
        (changed(history=[["q"]]), '"history" must be a list'),
        (changed(history=[["q", 5]]), '"history" must be a list'),
        (changed(stand_alone=5), '"stand_alone" must be text'),
        (changed(paraphrase=["x"]), '"paraphrase" must be text'),
        (changed(conversation=3), '"conversation" must be text'),
        (changed(why={}), '"why" must be text'),
        (changed(draft="no"), '"draft" must be one of'),
        (changed(draft=None), '"draft" must be one of'),
        (changed(inferred=1), '"inferred" must be one of'),
        (json.dumps(changed(question="x \ud800")), "surrogates not allowed"),
    ],
)
def test_a_line_that_is_no_case_is_said_in_one_short_line_with_its_place(
    tmp_path: Path, line: object, says: str
) -> None:
    path = write(tmp_path, changed(id="first"), "", line)
    with pytest.raises(BadCases) as caught:
        load_cases([path])
    message = str(caught.value)
    assert message.startswith(f"{path}, line 3: ")
    assert says in message
    assert "\n" not in message
    assert len(message) < len(str(path)) + 400


def test_an_id_that_is_used_twice_is_named_with_its_place(tmp_path: Path) -> None:
    files = [write(tmp_path, PLAIN), write(tmp_path, changed(id="b"), PLAIN, name="r.jsonl")]
    with pytest.raises(BadCases, match=r"r\.jsonl, line 2: the id 'a' is used twice"):
        load_cases(files)


def test_files_that_cannot_be_read_or_are_empty_are_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes("æøå".encode("latin-1"))
    for path, says in [
        (tmp_path / "none.jsonl", "cannot read "),
        (tmp_path, "cannot read "),
        (latin, "not UTF-8"),
        (write(tmp_path, ""), "no question in"),
    ]:
        with pytest.raises(BadCases, match=says) as caught:
            load_cases([path])
        assert str(path) in str(caught.value)


def test_drafts_are_kept_when_read_and_left_out_of_a_run(tmp_path: Path) -> None:
    bare = changed(id="bare", doc=None, evidence=[], facts=[], draft=True)
    cases = load_cases([write(tmp_path, PLAIN, case_to_json(FULL), bare)])
    assert [case.draft for case in cases] == [False, True, True]
    assert [case.id for case in without_drafts(cases)] == ["a"]
    assert [case.id for case in without_incomplete(cases)] == ["a", "b"]


def test_a_draft_is_accepted_by_taking_the_mark_away_and_must_then_be_whole() -> None:
    accepted = {key: value for key, value in case_to_json(FULL).items() if key != "draft"}
    assert case_from_json(accepted) == replace(FULL, draft=False)
    with pytest.raises(ValueError, match="no draft needs"):
        case_from_json({**accepted, "evidence": []})
