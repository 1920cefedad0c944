"""The structure of the documents that lie beside the checkout; they are read there and never copied."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from corpus import markdown, text
from corpus.cleaning import clean_document
from corpus.documents import Chunk, Document, RawDocument
from corpus.splitting import LIMIT, split_document
from corpus.structure import build_document

SHARED = Path(__file__).parents[2] / "../shared"
FIVE = SHARED / "corpus"
POLICY = SHARED / "corpora/policy"

NOT_LETTERS = re.compile(r"[\W_]+")


def find_files() -> list[Path]:
    return [*sorted(FIVE.glob("*.txt")), *sorted(POLICY.glob("*.md"))]


def read(path: Path) -> RawDocument:
    return clean_document((markdown if path.suffix == ".md" else text).read(path))


@cache
def build(path: Path) -> tuple[Document, tuple[Chunk, ...]]:
    document = build_document(path.name, read(path))
    return document, split_document(document)


def find(folder: Path, pattern: str) -> tuple[Document, tuple[Chunk, ...]]:
    paths = sorted(folder.glob(pattern))
    if not paths:
        pytest.skip(f"{folder / pattern} does not lie beside the checkout")
    return build(paths[0])


def letters_of(content: str) -> str:
    return NOT_LETTERS.sub("", content).lower()


def quoted(document: Document, chunk: Chunk) -> list[str]:
    return [document.text[sentence.start : sentence.end] for sentence in chunk.sentences]


def lead_of(document: Document, chunk: Chunk) -> str:
    return document.text[chunk.lead.start : chunk.lead.end] if chunk.lead else ""


@pytest.fixture(params=[pytest.param(path, id=path.name) for path in find_files()])
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_the_documents_lie_beside_the_checkout() -> None:
    if not find_files():
        pytest.skip(f"no documents in {SHARED}")
    assert FIVE.is_dir() or POLICY.is_dir()


def test_no_word_is_added_lost_or_moved(path: Path) -> None:
    document, _ = build(path)
    pages = "".join(page.text for page in read(path).pages)
    assert letters_of(document.text) == letters_of(pages)


def test_chunks_cover_every_sentence_once_and_each_stands_in_the_file(path: Path) -> None:
    document, chunks = build(path)
    source = letters_of(path.read_text(encoding="utf-8"))
    covered = 0
    for chunk in chunks:
        for sentence in chunk.sentences:
            words = letters_of(document.text[sentence.start : sentence.end])
            assert words
            assert chunk.start <= sentence.start < sentence.end <= chunk.end
            if path.suffix == ".txt" and "](" not in path.read_text(encoding="utf-8"):
                assert words in source
            covered += len(words)
    assert covered == sum(len(letters_of(content)) for content in sentence_blocks(document))


def sentence_blocks(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if block.kind not in ("heading", "header"):
            yield document.text[block.start : block.end]


def test_only_provisions_and_single_blocks_are_far_over_the_limit(path: Path) -> None:
    document, chunks = build(path)
    for chunk in chunks:
        is_provision = any(label.startswith(("§", "Stk.")) for label in chunk.path[-1:])
        blocks = [b for b in document.blocks if b.start < chunk.end and chunk.start < b.end]
        assert chunk.end - chunk.start <= 2 * LIMIT or is_provision or len(blocks) <= 2


def test_the_mandate_has_its_sections_lists_and_table() -> None:
    document, chunks = find(FIVE, "001_*.txt")
    assert document.meta.kind == "mandate"
    assert document.meta.title.endswith(")")
    numbered = [section.number for section in document.sections if len(section.path) == 1]
    assert numbered == ["1", "2", "3", "4", "5"]
    lists = {chunk.path[-1]: chunk for chunk in chunks if chunk.kind == "list" and len(chunk.path) == 2}
    reference_group = lists["Referencegruppe"]
    assert [sentence.kind for sentence in reference_group.sentences].count("item") == 16
    assert lead_of(document, reference_group).endswith(":")
    assert [sentence.kind for sentence in lists["Styregruppe"].sentences].count("item") == 9
    (table,) = (chunk for chunk in chunks if chunk.kind == "table")
    assert lead_of(document, table).split() == ["2024", "2025", "2026", "2027"]
    rows = [
        row for row, sentence in zip(quoted(document, table), table.sentences, strict=True) if sentence.kind == "row"
    ]
    assert [row.split()[-4:] for row in rows] == [["5,0", "3,5", "5,0", "5,0"], ["1,0", "2,0", "2,0", "2,0"]]


def test_the_minutes_have_all_ten_items_of_the_agenda() -> None:
    document, chunks = find(FIVE, "002_*.txt")
    assert document.meta.kind == "minutes"
    assert [section.number for section in document.sections] == [str(number) for number in range(1, 11)]
    assert sum(chunk.kind == "list" for chunk in chunks) == 4


def test_the_fact_sheet_has_its_date_and_licence() -> None:
    document, _ = find(FIVE, "000_*.txt")
    assert (document.meta.date, document.meta.language, document.meta.kind) == ("2026-02", "da", "brief")
    assert document.meta.licence.startswith("CC BY")


def test_the_article_is_norwegian_and_has_three_headings() -> None:
    document, chunks = find(FIVE, "003_*.txt")
    assert (document.meta.language, document.meta.kind, len(document.sections)) == ("no", "article", 3)
    assert {chunk.language for chunk in chunks} == {"no"}


def test_the_strategy_has_its_fourteen_recommendations_as_whole_entries() -> None:
    document, _ = find(FIVE, "004_*.txt")
    assert document.meta.kind == "strategy"
    items = [document.text[block.start : block.end] for block in document.blocks if block.kind == "item"]
    long_items = [item for item in items if len(item) > 250]
    assert [int(item.split(".")[0]) for item in long_items] == list(range(1, 15))
    assert all(item.rstrip().endswith(".") for item in long_items)


def test_a_danish_law_is_split_by_provision() -> None:
    document, chunks = find(POLICY, "da_vaevsloven.md")
    assert (document.meta.kind, document.meta.authority) == ("law", "binding")
    assert ("Kapitel 4", "§ 11 a", "Stk. 2") in [section.path for section in document.sections]
    assert ("Kapitel 4", "§ 11 a") in [chunk.path for chunk in chunks]


def test_a_norwegian_law_has_provisions_with_titles() -> None:
    document, _ = find(POLICY, "no_bioteknologiloven.md")
    section = next(section for section in document.sections if section.number == "§ 1-1")
    assert section.title
    assert section.path[0].startswith("Kapittel 1")


def test_an_eu_regulation_has_its_articles_with_their_titles_within_400_000_characters_quickly() -> None:
    document, _ = find(POLICY, "en_ehds_regulation_2025_327.md")
    articles = [section for section in document.sections if section.number.startswith("Article ")]
    assert [section.number for section in articles] == [f"Article {number}" for number in range(1, 106)]
    assert all(section.title for section in articles)
    started = time.process_time()
    split_document(build_document("a.md", read(POLICY / "en_ehds_regulation_2025_327.md")))
    assert time.process_time() - started < 10
