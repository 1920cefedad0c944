"""The commands of the contract, run as a person or a program runs them."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.integration.atmp_command import Atmp

ANSWER_KEYS = {
    *("id", "question", "language", "outcome", "answered", "answer", "confidence", "sentences", "citations"),
    *("considered", "warnings", "model", "removed", "usage", "timings"),
}


def test_the_second_indexing_finds_nothing_to_do_and_loads_nothing_heavy(filled: Atmp, documents: Path) -> None:
    began = time.perf_counter()
    done = filled("index", str(documents), "--json")
    seconds = time.perf_counter() - began
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(Path(file).name for file in report["kept"]) == ["bådklub.md", "havn.md"]
    assert not any(report[key] for key in ("added", "changed", "removed", "skipped", "failed"))
    assert seconds < 5


def test_a_changed_file_is_taken_anew_and_a_file_that_is_gone_is_pruned(
    atmp: Atmp, documents: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(documents, tmp_path / "copy"))
    assert atmp("index", str(folder)).returncode == 0
    (folder / "havn.md").write_text("# Havnen\n\nHavnen er lukket om vinteren.\n", encoding="utf-8")
    (folder / "bådklub.md").unlink()
    report = json.loads(atmp("index", str(folder), "--prune", "--json").stdout)
    assert [Path(file).name for file in report["changed"]] == ["havn.md"]
    assert [Path(file).name for file in report["removed"]] == ["bådklub.md"]


def test_an_answer_in_json_has_the_keys_of_the_contract_and_quotes_the_document(filled: Atmp) -> None:
    done = filled("ask", "Hvor ofte mødes bestyrelsen?", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(answer) == ANSWER_KEYS
    assert answer["answered"] is True
    assert answer["citations"][0]["document"] == "bådklub.md"
    assert "fire gange om året" in answer["citations"][0]["quote"]


def test_an_answer_for_a_person_names_the_source_and_shows_the_quote(filled: Atmp) -> None:
    shown = filled("ask", "Hvor ofte mødes bestyrelsen?").stdout
    assert "[1] " in shown
    assert "bådklub.md" in shown
    assert "“Bestyrelsen mødes fire gange om året.”" in " ".join(shown.split())


def test_a_batch_gives_one_answer_a_line_in_order_and_a_bad_question_is_blocked(filled: Atmp, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "question": "Hvornår er havnen åben?", "lang": "da"},
        {"id": 2, "question": "?"},
        {"id": "c", "question": "x" * 2001},
        {"id": "d", "question": "Hvem leder møderne?", "history": [["Hvem er kasserer?", "Det står der ikke."]]},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    done = filled("ask", "--batch", str(file), "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [answer["id"] for answer in answers] == ["a", 2, "c", "d"]
    assert all(set(answer) == ANSWER_KEYS for answer in answers)
    assert [answers[1]["outcome"], answers[2]["outcome"]] == ["blocked", "blocked"]
    assert "no letters" in answers[1]["warnings"][0]
    assert "2,000" in answers[2]["warnings"][0]


def test_a_batch_can_come_through_standard_input(filled: Atmp) -> None:
    done = filled("ask", "--batch", "-", "--json", stdin='{"id": "a", "question": "Hvem anviser pladserne?"}\n')
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a"]


def test_a_search_gives_the_hits_of_the_contract_and_no_more_than_asked_for(filled: Atmp) -> None:
    hits = json.loads(filled("search", "kontingent for voksne", "--limit", "1", "--json").stdout)
    assert len(hits) == 1
    assert {"document", "title", "page", "section", "text", "score", "language"} <= set(hits[0])
    assert "450 kr." in hits[0]["text"]


def test_a_batch_of_searches_keeps_its_order(filled: Atmp) -> None:
    lines = '{"id": "a", "question": "mole"}\n{"id": "b", "question": "!"}\n'
    results = [json.loads(line) for line in filled("search", "--batch", "-", stdin=lines).stdout.splitlines()]
    assert [result["id"] for result in results] == ["a", "b"]
    assert results[0]["hits"][0]["document"] == "havn.md"
    assert (results[1]["hits"], "no letters" in results[1]["error"]) == ([], True)


def test_a_search_for_a_person_shows_where_each_hit_stands(filled: Atmp) -> None:
    shown = filled("search", "mole").stdout
    assert shown.startswith("1. ")
    assert "havn.md" in shown


def test_documents_are_listed_corrected_shown_and_removed(atmp: Atmp, documents: Path) -> None:
    atmp("index", str(documents))
    listed = json.loads(atmp("documents", "list", "--json").stdout)
    assert sorted(document["document"] for document in listed) == ["bådklub.md", "havn.md"]
    changed = json.loads(atmp("documents", "set", "havn.md", "title=Havnens regler", "date=2023", "--json").stdout)
    assert (changed["title"], changed["date"]) == ("Havnens regler", "2023")
    assert "Havnens regler" in atmp("documents", "show", changed["id"]).stdout
    assert json.loads(atmp("documents", "remove", "havn.md", "--json").stdout) == {"removed": ["havn.md"]}
    assert "bådklub.md" in atmp("documents").stdout
    assert "havn.md" not in atmp("documents").stdout


def test_a_corrected_title_stays_when_the_files_are_indexed_again(atmp: Atmp, documents: Path) -> None:
    atmp("index", str(documents))
    atmp("documents", "set", "havn.md", "title=Havnens regler")
    atmp("index", str(documents))
    assert "Havnens regler" in atmp("documents", "list").stdout


def test_doctor_finds_a_filled_library_healthy(filled: Atmp) -> None:
    done = filled("doctor", "--json")
    report = json.loads(done.stdout)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert (done.returncode, report["ok"]) == (0, True), report
    assert (states["library"], states["embedder"], states["versions"]) == ("ok", "ok", "ok")


def test_doctor_on_a_library_that_is_not_there_makes_none(atmp: Atmp) -> None:
    assert atmp("doctor").returncode == 0
    assert not atmp.library.exists()


def test_doctor_finds_a_damaged_library(atmp: Atmp, documents: Path) -> None:
    atmp("index", str(documents))
    for file in atmp.library.glob("library.sqlite3*"):
        file.write_bytes(b"not a database" * 100)
    done = atmp("doctor", "--json")
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (1, False)
    assert done.stderr.startswith("atmp: broken: library: ")


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_library_may_be_named_before_and_after_the_command(filled: Atmp, atmp: Atmp, place: str) -> None:
    named = ("--library", str(filled.library))
    arguments = (*named, "documents", "--json") if place == "before" else ("documents", "--json", *named)
    assert len(json.loads(atmp(*arguments).stdout)) == 2
