"""Right sentences for the verifier: out of documents, and out of files written by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.loading import load_document
from evals.cases import Case
from evals.claims import load_claims, load_paraphrases, take_claims
from evals.errors import BadCases

TEXT = """# Havnen

Havnen har 24 pladser. Rådet mødes fire gange om året, jf. loven.

- Havnefogeden
- Fiskernes Forening
"""
LINE = {
    "id": "one",
    "lang": "en",
    "doc": "havn.md",
    "question": "How often?",
    "quotes": ["Rådet mødes fire gange om året"],
    "text": "The council meets four times a year.",
    "held_out": True,
}


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    path = tmp_path / "havn.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def case(answerable: bool = True, *anchors: str) -> Case:
    return Case("c-1", "da", "fact", "Hvor ofte?", answerable, ("havn.md", "gone.md"), anchors)


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_sentence_around_an_anchor_is_taken_word_for_word(harbour: Path) -> None:
    documents = {"havn.md": load_document(harbour)}
    claims = take_claims([case(True, "fire gange", "om året, jf"), case(True, "fiskernes")], documents)
    assert [(claim.text, claim.quotes, claim.form) for claim in claims] == [
        ("Rådet mødes fire gange om året, jf. loven.", ("Rådet mødes fire gange om året, jf. loven.",), "verbatim"),
        ("- Fiskernes Forening", ("- Fiskernes Forening",), "verbatim"),
    ]


def test_nothing_is_taken_for_what_cannot_be_answered(harbour: Path) -> None:
    documents = {"havn.md": load_document(harbour)}
    assert take_claims([case(False, "fire gange"), case(True, "fem gange")], documents) == []


def test_a_paraphrase_in_another_language_is_a_translation(harbour: Path, tmp_path: Path) -> None:
    documents = {"havn.md": load_document(harbour)}
    same = {**LINE, "id": "two", "lang": "da", "text": "Rådet holder fire møder om året.", "held_out": False}
    claims = load_paraphrases(write_lines(tmp_path / "p.jsonl", LINE, same), documents)
    assert [(claim.form, claim.held_out) for claim in claims] == [("translated", True), ("paraphrased", False)]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"doc": "gone.md"}, "gone.md"),
        ({"quotes": ["Rådet mødes fem gange"]}, "fem gange"),
        ({"quotes": []}, "quotes"),
        ({"held_out": "no"}, "held_out"),
        ({"lang": "de"}, "lang"),
    ],
)
def test_a_paraphrase_that_its_document_does_not_bear_out_is_refused(
    harbour: Path, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    path = write_lines(tmp_path / "p.jsonl", {**LINE, **change})
    with pytest.raises(BadCases, match=complaint):
        load_paraphrases(path, {"havn.md": load_document(harbour)})


def test_an_id_is_used_once(harbour: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="twice"):
        load_paraphrases(write_lines(tmp_path / "p.jsonl", LINE, LINE), {"havn.md": load_document(harbour)})


def test_a_line_of_claims_gives_all_three_forms(tmp_path: Path) -> None:
    line = {
        "lang": "da",
        "quote": "Kajen er åben.",
        "paraphrase": "Åben er kajen.",
        "translation": ["no", "Kaia er åpen."],
    }
    claims = load_claims(write_lines(tmp_path / "c.jsonl", line))
    assert [(claim.form, claim.language, claim.text) for claim in claims] == [
        ("verbatim", "da", "Kajen er åben."),
        ("paraphrased", "da", "Åben er kajen."),
        ("translated", "no", "Kaia er åpen."),
    ]
    with pytest.raises(BadCases, match="translation"):
        load_claims(write_lines(tmp_path / "c.jsonl", {**line, "translation": "Kaia er åpen."}))
