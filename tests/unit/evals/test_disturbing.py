"""Disturbed questions: the same in every run, one kind of damage at a time, and none where it does not apply."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from corpus.documents import Language
from evals.cases import Case
from evals.disturbing import (
    DISTURBANCES,
    NEIGHBOURS,
    danish_letters_written_out,
    lower_case,
    paraphrase,
    split_compounds,
    typing_error,
    vocabulary_of,
)

NOTHING: frozenset[str] = frozenset()
VOCABULARY = vocabulary_of(["En gruppe og en reference. Forskning i et projekt; et udvalg, et råd, en kalender, data."])
LONG = "Hvornår skal ansøgningen om et forskningsprojekt senest sendes til udvalget for videnskabsetik i regionen?"


def case_of(question: str, name: str = "a", language: Language = "da", other: str = "") -> Case:
    return Case(id=name, language=language, kind="fact", question=question, answerable=False, paraphrase=other)


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    return [(old, new) for old, new in zip(before.split(), after.split(), strict=True) if old != new]


def test_every_disturbance_has_the_name_of_its_function() -> None:
    assert list(DISTURBANCES) == [
        "typing_error",
        "danish_letters_written_out",
        "lower_case",
        "split_compounds",
        "paraphrase",
    ]
    assert all(function.__name__ == name for name, function in DISTURBANCES.items())


def test_a_disturbance_never_gives_the_question_back() -> None:
    for question in (LONG, "hvad?", "§ 3?", "ÆØÅ", "12345678", "…"):
        for name, disturb in DISTURBANCES.items():
            assert disturb(case_of(question), VOCABULARY, 1) != question, name


def test_two_programs_with_different_hash_seeds_disturb_alike(checkout: Path) -> None:
    code = (
        "from evals.cases import Case\n"
        "from evals.disturbing import typing_error\n"
        f"print(ascii([typing_error(Case(str(i), 'da', 'fact', {LONG!r}, False), frozenset(), 7) for i in range(9)]))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=checkout,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = [typing_error(case_of(LONG, str(i)), NOTHING, 7) for i in range(9)]
    assert said == {f"{here!a}\n".encode()}


def test_the_seed_and_the_case_choose_the_error() -> None:
    assert len({typing_error(case_of(LONG), NOTHING, seed) for seed in range(20)}) > 10
    assert len({typing_error(case_of(LONG, str(number)), NOTHING, 1) for number in range(20)}) > 10


@pytest.mark.parametrize(("words", "errors"), [(1, 1), (3, 1), (8, 1), (11, 1), (13, 2), (16, 2), (24, 3)])
def test_one_word_in_eight_is_mistyped_and_at_least_one(words: int, errors: int) -> None:
    question = " ".join(["udvalget"] * words)
    for seed in range(30):
        disturbed = typing_error(case_of(question), NOTHING, seed)
        assert disturbed is not None
        assert len(changed_words(question, disturbed)) == errors


def test_an_error_leaves_the_first_letter_and_costs_at_most_one_letter() -> None:
    for seed in range(300):
        ((old, new),) = changed_words("udvalget", typing_error(case_of("udvalget"), NOTHING, seed) or "")
        assert new[0] == old[0]
        assert abs(len(new) - len(old)) <= 1


def test_all_four_errors_are_made() -> None:
    seen = {typing_error(case_of("regn"), NOTHING, seed) for seed in range(400)}
    assert "rgen" in seen, "neighbours change places"
    assert "rgn" in seen, "a letter is dropped"
    assert "regnn" in seen, "a letter is doubled"
    assert "refn" in seen, "the key beside is hit"


def test_digits_and_short_words_are_never_mistyped() -> None:
    assert typing_error(case_of("er det § 12 i OS2 nr. 2025 CD19positiv?"), NOTHING, 1) is None
    for seed in range(50):
        disturbed = typing_error(case_of("må jeg få 100.000 kr. fra fonden i 2026?"), NOTHING, seed) or ""
        ((old, _),) = changed_words("må jeg få 100.000 kr. fra fonden i 2026?", disturbed)
        assert old == "fonden"


def test_a_word_of_one_letter_over_and_over_is_mistyped_too() -> None:
    assert all(typing_error(case_of("aaaa"), NOTHING, seed) not in (None, "aaaa") for seed in range(100))
    assert all(typing_error(case_of("жжжж"), NOTHING, seed) not in (None, "жжжж") for seed in range(100))


def test_a_key_beside_keeps_the_capital() -> None:
    seen = {typing_error(case_of("ATMP"), NOTHING, seed) for seed in range(200)}
    assert all(disturbed is not None and disturbed.isupper() for disturbed in seen)


def test_keys_are_beside_each_other_both_ways_and_include_the_danish_ones() -> None:
    assert all(letter in NEIGHBOURS[other] for letter, others in NEIGHBOURS.items() for other in others)
    assert set(NEIGHBOURS["g"]) == set("ftyhvb")
    assert set(NEIGHBOURS["æ"]) == set("lpøå")
    assert set(NEIGHBOURS["å"]) == set("pæø")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("hvad gør rådet på mødet?", "hvad goer raadet paa moedet?"),
        ("Åben for ændringer", "Aaben for aendringer"),
        ("Ændring på ÅRET", "Aendring paa AARET"),
        ("SÅ MÅ", "SAA MAA"),
        ("hvad koster det", None),
    ],
)
def test_danish_letters_are_written_out(question: str, expected: str | None) -> None:
    assert danish_letters_written_out(case_of(question), NOTHING, 1) == expected


def test_a_ring_typed_apart_is_the_same_letter() -> None:
    apart = unicodedata.normalize("NFD", "rådet")
    assert danish_letters_written_out(case_of(apart), NOTHING, 1) == "raadet"
    assert danish_letters_written_out(case_of(unicodedata.normalize("NFD", "idé")), NOTHING, 1) is None


def test_lower_case_applies_only_where_there_is_a_capital() -> None:
    assert lower_case(case_of("Hvem er i LIF?"), NOTHING, 1) == "hvem er i lif?"
    assert lower_case(case_of("hvem er med?"), NOTHING, 1) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Hvad laver en referencegruppe?", "Hvad laver en reference gruppe?"),
        ("REFERENCEGRUPPE", "REFERENCE GRUPPE"),
        ("et Forskningsprojekt, måske", "et Forsknings projekt, måske"),
        ("kalenderdata i gruppe", "kalender data i gruppe"),
        ("dataråd", None),
        ("gruppe", None),
        ("referencerummet", None),
        ("referencegruppe2", None),
    ],
)
def test_compounds_of_known_words_are_written_apart(question: str, expected: str | None) -> None:
    assert split_compounds(case_of(question), VOCABULARY, 1) == expected


def test_without_known_words_there_is_no_compound() -> None:
    assert split_compounds(case_of("referencegruppe"), NOTHING, 1) is None


def test_a_linking_letter_stays_with_the_first_part() -> None:
    words = frozenset({"forskning", "julegave", "gave", "kost", "barn"})
    assert split_compounds(case_of("forskningsgave", language="no"), words, 1) == "forsknings gave"
    assert split_compounds(case_of("kostegave"), words, 1) == "koste gave"
    assert split_compounds(case_of("kostigave"), words, 1) is None


def test_the_most_even_cut_is_made() -> None:
    words = frozenset({"sund", "sundhedsdata", "hedsdatastyrelsen", "styrelsen"})
    assert split_compounds(case_of("sundhedsdatastyrelsen"), words, 1) == "sundhedsdata styrelsen"


def test_english_writes_its_compounds_apart_already() -> None:
    assert split_compounds(case_of("something", language="en"), frozenset({"some", "thing"}), 1) is None


def test_a_paraphrase_is_the_one_of_the_case() -> None:
    assert paraphrase(case_of("hvad koster det?", other="hvad er prisen?"), NOTHING, 1) == "hvad er prisen?"
    assert paraphrase(case_of("hvad koster det?"), NOTHING, 1) is None


def test_the_vocabulary_has_whole_words_of_letters_folded() -> None:
    found = vocabulary_of(["Gruppens Årsmøde 2025 i OS2borger", "forsk-\nning, life-science og EU'erne", "som RÅDET"])
    assert found == {"gruppens", "årsmøde", "rådet"}


def test_a_hostile_question_takes_no_time() -> None:
    started = time.process_time()
    for question in ("a" * 300_000, "ab-" * 100_000, "reference" * 30_000, "-" * 300_000, "å " * 100_000):
        for disturb in DISTURBANCES.values():
            disturb(case_of(question), VOCABULARY, 1)
        vocabulary_of([question, "a-" + " " * 300_000])
    assert time.process_time() - started < 20
