"""The keyword index finds by stems, in each language, and is made anew when it is torn."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexing.hits import KeywordEntry
from indexing.keywords import FtsKeywordIndex, query_terms

ENTRIES = [
    KeywordEntry(1, "Udvalget mødes fire gange om året.", "Vedtægt › Møder", "da"),
    KeywordEntry(2, "Udvalgets sekretær skriver referat.", "Vedtægt › Sekretariat", "da"),
    KeywordEntry(3, "Nemnda møtes når lederen ber om det.", "Reglement", "no"),
    KeywordEntry(4, "The committee publishes its reports.", "Rules", "en"),
]


@pytest.fixture
def index(tmp_path: Path) -> FtsKeywordIndex:
    index = FtsKeywordIndex(tmp_path / "keywords.sqlite3")
    index.add("v1", ENTRIES)
    return index


@pytest.mark.parametrize(
    ("query", "chunk"),
    [
        ("Hvor ofte mødes udvalget?", 1),
        ("hvor ofte moedes udvalget", 1),
        ("udvalgssekretær referater", 2),
        ("Når møtes nemnda?", 3),
        ("Who publishes a report?", 4),
    ],
)
def test_the_right_chunk_comes_first(index: FtsKeywordIndex, query: str, chunk: int) -> None:
    found = index.search(query, 5)
    assert max(found, key=lambda chunk_id: found[chunk_id]) == chunk


def test_a_question_with_no_known_word_finds_nothing(index: FtsKeywordIndex) -> None:
    assert index.search("xylofon", 5) == {}
    assert index.search("???", 5) == {}


def test_a_match_in_the_heading_counts_less_than_one_in_the_text(tmp_path: Path) -> None:
    index = FtsKeywordIndex(tmp_path / "k.sqlite3")
    filler = [KeywordEntry(n, "noget helt andet her", "andet", "da") for n in range(10, 20)]
    index.add(
        "v", [KeywordEntry(1, "gebyr for alle", "andet", "da"), KeywordEntry(2, "for alle her", "gebyr", "da"), *filler]
    )
    found = index.search("gebyr", 5)
    assert found[1] > found[2] > 0


def test_the_words_of_the_query_language_of_fts_are_only_words(index: FtsKeywordIndex) -> None:
    for query in ('udvalget" OR "', "NEAR(udvalget)", "udvalget AND NOT møder", "text:udvalget", "udvalget*", "(", '"'):
        assert isinstance(index.search(query, 5), dict)


def test_a_version_is_removed_whole(index: FtsKeywordIndex) -> None:
    index.add("v2", [KeywordEntry(9, "Udvalget mødes.", "", "da")])
    index.remove("v1")
    assert index.versions() == {"v2"}
    assert set(index.search("udvalget mødes", 5)) == {9}


def test_search_keeps_to_the_versions_allowed(index: FtsKeywordIndex) -> None:
    index.add("v2", [KeywordEntry(9, "Udvalget mødes.", "", "da")])
    assert set(index.search("udvalget mødes", 5, {"v2"})) == {9}


def test_a_torn_file_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "keywords.sqlite3"
    index = FtsKeywordIndex(file)
    index.add("v1", ENTRIES)
    index.close()
    file.write_bytes(b"torn" * 500)
    again = FtsKeywordIndex(file)
    assert again.versions() == set()
    again.add("v1", ENTRIES)
    assert again.search("referat", 5)


def test_a_rare_word_is_rarer_than_a_common_one(index: FtsKeywordIndex) -> None:
    rarity = index.rarity(["udvalg", "referat", "ukendt"])
    assert rarity["udvalg"] < rarity["referat"] < rarity["ukendt"] == pytest.approx(1.0)


def test_function_words_are_not_searched_for() -> None:
    assert query_terms("Hvad er det?") != []
    assert "hvor" not in query_terms("Hvor ofte mødes de?")
