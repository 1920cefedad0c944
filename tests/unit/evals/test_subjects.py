"""What is evaluated, and the hashes that tell it from another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.documents import Document
from evals.subjects import (
    Identity,
    anchored_texts,
    describe_run,
    hash_cases,
    hash_documents,
    hash_sources,
    join_by_name,
)
from tests.evaluations import CASES, TRIPS
from tests.samples import make_document

IDENTITY = Identity("c", 2, "s", "1.0", "extractive", "e5", 0.2)


def make_sources(root: Path) -> Path:
    (root / "corpus" / "deep").mkdir(parents=True)
    (root / "ui").mkdir()
    (root / "corpus" / "a.py").write_text("a = 1\n", encoding="utf-8")
    (root / "corpus" / "deep" / "b.toml").write_text("b = 1\n", encoding="utf-8")
    (root / "ui" / "page.py").write_text("p = 1\n", encoding="utf-8")
    return root


def documents() -> list[Document]:
    return [make_document("One.", "one.txt"), make_document("Two.", "two.txt")]


def test_the_hash_of_cases_holds_everything_of_them_and_their_order() -> None:
    assert hash_cases(CASES) == hash_cases(list(CASES))
    assert hash_cases(CASES) != hash_cases(CASES[::-1])
    assert hash_cases([TRIPS]) != hash_cases([replace(TRIPS, facts=(("13",),))])


def test_the_hash_of_documents_holds_names_text_and_meta_and_no_order() -> None:
    one, two = documents()
    whole = hash_documents([one, two])
    assert whole == hash_documents([two, one])
    assert whole != hash_documents([one])
    assert whole != hash_documents([one, replace(two, text="Three.")])
    assert whole != hash_documents([one, replace(two, name="three.txt")])
    assert whole != hash_documents([one, replace(two, meta=replace(two.meta, date="2024"))])


def test_documents_of_one_name_and_text_are_hashed_by_their_metadata_in_any_order() -> None:
    one, _ = documents()
    other = replace(one, meta=replace(one.meta, date="2024"))
    assert hash_documents([one, other]) == hash_documents([other, one])
    assert hash_documents([one, other]) != hash_documents([one, one])


def test_documents_of_one_name_share_a_text_that_each_has_its_place_in() -> None:
    one, two = make_document("Two is the second.", "a.md"), make_document("One is the first.", "a.md")
    texts, offsets = join_by_name({"x": one, "y": two, "z": make_document("Alone.", "b.md")})
    assert sorted(texts) == ["a.md", "b.md"]
    assert offsets["z"] == 0
    for id_, document in (("x", one), ("y", two)):
        assert texts["a.md"][offsets[id_] :].startswith(document.text)


def test_the_hash_of_sources_follows_code_and_rules_but_not_the_page_or_compiled_files(tmp_path: Path) -> None:
    root = make_sources(tmp_path)
    before = hash_sources(root)
    (root / "ui" / "page.py").write_text("p = 2\n", encoding="utf-8")
    (root / "corpus" / "a.pyc").write_bytes(b"\0")
    assert hash_sources(root) == before
    (root / "corpus" / "deep" / "b.toml").write_text("b = 2\n", encoding="utf-8")
    assert hash_sources(root) != before


def test_the_hash_of_sources_is_the_same_wherever_they_lie(tmp_path: Path) -> None:
    assert hash_sources(make_sources(tmp_path / "here")) == hash_sources(make_sources(tmp_path / "there" / "below"))


def test_a_run_is_described_without_a_path_of_the_machine(tmp_path: Path) -> None:
    run = describe_run(CASES, [tmp_path / "small.jsonl"], IDENTITY, seed=3)
    assert run["questions"] == ["small.jsonl"]
    assert str(tmp_path) not in str(run)
    assert (run["seed"], run["documents"], run["answer_from"]) == (3, 2, 0.2)


def test_texts_are_anchored_by_name() -> None:
    assert anchored_texts({"a.md": "Ja, 12 gange."})["a.md"].holds("12 gange")
