"""The baseline over data of the layout of ../shared, small and made here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.baseline import run
from evals.baseline_common import OURS, Place, open_place
from evals.baseline_questions import time_answers
from evals.baseline_ranking import norquad_case
from evals.errors import EvaluationError

Json = Mapping[str, Any]

CONTEXTS = {
    "nq-1": ("Fyret på Nesøya", "Fyret på Nesøya ble tent i 1893. Fyrvokteren het Karl Berg og bodde i tårnet."),
    "nq-2": ("Bakeriet i Storgata", "Bakeriet i Storgata ble åpnet i 1921. Hver lørdag selger det 400 boller."),
    "nq-3": ("Broen over elva", "Broen over elva er 210 meter lang. Den ble tegnet av ingeniør Anna Lund."),
}
ASKED = (
    ("q1", "nq-1", "Når ble fyret på Nesøya tent?", "1893"),
    ("q2", "nq-2", "Hvor mange boller selger bakeriet hver lørdag?", "400 boller"),
    ("q3", "nq-3", "Hvem tegnet broen over elva?", "Anna Lund"),
)
PAGES = {
    "lo:a/margins": {"da": "Margener", "no": "Marger", "en": "Margins"},
    "lo:a/printing": {"da": "Udskrivning", "no": "Utskrift", "en": "Printing"},
}
SENTENCES = {
    "lo:a/margins": {
        "da": "Margener er afstanden fra tekst til papirets kant.",
        "no": "Marger er avstanden fra tekst til papirets kant.",
        "en": "Margins are the distance from the text to the edge of the paper.",
    },
    "lo:a/printing": {
        "da": "Vælg en printer, før du udskriver dokumentet.",
        "no": "Velg en skriver før du skriver ut dokumentet.",
        "en": "Choose a printer before you print the document.",
    },
}
CLUB = "# Regler for roklubben\n\nRoklubben har 12 både. Kontingentet er 450 kr. om året.\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    shared = tmp_path_factory.mktemp("shared")
    data = shared / "evals" / "data"
    write(
        data / "norquad" / "contexts.jsonl",
        ({"context_id": id_, "lang": "no", "title": t, "text": f"{t}\n{text}"} for id_, (t, text) in CONTEXTS.items()),
    )
    write(data / "norquad" / "questions.jsonl", (norquad_question(*asked) for asked in ASKED))
    held_out = {"id": "u1", "lang": "no", "question": "Hvem var fyrvokteren?", "corpus": "norquad minus held_out"}
    off = {"id": "u2", "lang": "da", "question": "Hvem vandt finalen i fodbold?", "corpus": "other"}
    write(data / "unanswerable" / "questions.jsonl", [{**held_out, "held_out_context_id": "nq-1"}, off])
    for language in ("da", "no", "en"):
        pages = (
            {"context_id": id_, "lang": language, "title": titles[language], "text": SENTENCES[id_][language]}
            for id_, titles in PAGES.items()
        )
        write(data / "libreoffice_help" / f"contexts_{language}.jsonl", pages)
    queries = (
        {"id": f"{id_}-{language}", "kind": kind, "lang": language, "question": title, "context_ids": [id_]}
        for kind in ("index_keyword", "page_title (cross-lingual only)")
        for id_, titles in PAGES.items()
        for language, title in titles.items()
    )
    write(data / "libreoffice_help" / "questions.jsonl", queries)
    texts = {"da": "Hvad koster det?", "no": "Hva heter du?", "en": "What is the price?", "nn": "Kva heiter du?"}
    write(
        data / "langid" / "questions.jsonl",
        ({"id": lang, "lang": lang, "text": text} for lang, text in texts.items()),
    )
    for folder in (shared / "corpus", shared / "corpora" / "policy"):
        folder.mkdir(parents=True)
        (folder / f"{folder.name}.md").write_text(CLUB, encoding="utf-8")
    boats = {"evidence": ["12 både"], "facts": [["12"]], "doc": "corpus.md", "answerable": True, "kind": "number"}
    price = {"evidence": [], "facts": [], "doc": None, "answerable": False, "kind": "unanswerable"}
    write(
        shared / "evals" / "seed_questions.jsonl",
        [
            {"id": "s1", "lang": "da", "question": "Hvor mange både har roklubben?", **boats},
            {"id": "s2", "lang": "en", "question": "Who painted the ceiling of the town hall?", **price},
        ],
    )
    return Place(shared, tmp_path_factory.mktemp("work"))


def write(file: Path, objects: Iterable[Json]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")


def norquad_question(id_: str, context: str, question: str, answer: str) -> dict[str, Any]:
    start = "\n".join(CONTEXTS[context]).index(answer)
    return {
        "id": id_,
        "lang": "no",
        "question": question,
        "context_id": context,
        "answers": [answer],
        "answer_start": [start],
        "split": "validation",
    }


def test_every_part_is_measured_and_a_second_run_finds_the_same(place: Place, tmp_path: Path) -> None:
    figures, page = tmp_path / "baseline.json", tmp_path / "baseline.md"
    stored = run(["seed", "norquad", "refusal", "help", "langid"], place, figures, page)
    once = figures.read_bytes()
    found = {
        (part, one["name"], one["part"]): one for part in stored["parts"] for one in stored["parts"][part]["figures"]
    }
    assert found["seed", "right", "all"]["value"] == 1.0
    assert found["norquad", "success_at_5", f"validation, {OURS}"] == {
        "name": "success_at_5",
        "part": f"validation, {OURS}",
        "value": 1.0,
        "low": found["norquad", "success_at_5", f"validation, {OURS}"]["low"],
        "high": 1.0,
        "n": 3,
    }
    assert found["norquad", "sentence_hit", OURS]["value"] == 1.0
    assert found["refusal", "auroc", "both"]["n"] == 5
    assert found["help", "success_at_5", f"da→da, {OURS}"]["n"] == 2
    assert found["help", "success_at_5", f"no→en, {OURS}"]["n"] == 4
    assert found["langid", "language_detected", f"da, {OURS}"]["value"] == 1.0
    assert len(stored["parts"]["help"]["tests"]) == 12
    assert str(place.work) not in once.decode()
    run(["norquad", "refusal"], place, figures, page)
    assert figures.read_bytes() == once
    assert "| norquad: sentence_hit (this program) | 100.0 % [" in page.read_text(encoding="utf-8")


def test_times_are_refused_over_too_small_a_library(place: Place, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="the times need 10,000 chunks, the documents there are make"):
        run(["time"], place, tmp_path / "baseline.json", tmp_path / "baseline.md")
    assert (place.work / "large").is_dir()


def test_each_time_has_a_middle_and_a_tail(place: Place) -> None:
    opened = open_place(place, "seed", [place.shared / "corpus"])
    cases = [norquad_case(norquad_question(*asked)) for asked in ASKED]
    measured = time_answers(opened, cases[:1], cases[1:])
    assert [(one.name, one.part, one.n) for one in measured] == [
        ("retrieval_ms", "p50", 2),
        ("retrieval_ms", "p95", 2),
        ("answer_ms", "p50", 2),
        ("answer_ms", "p95", 2),
    ]
    assert all(one.value > 0 for one in measured)
