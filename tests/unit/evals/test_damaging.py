"""Each rule damages an answer in its own way, and in no other."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from evals.damaging import DAMAGES, PADDING, Damage, Material, damage, find_names
from evals.results import GivenAnswer, Quote, StatedSentence

MATERIAL = Material(
    language="da",
    unrelated=("Klubben har tre robåde og en følgebåd i havnen.", "Kagen bages i en time ved svag varme."),
    foreign=("The lighthouse was painted white in 1902.",),
    passages=(Quote("kage.md", "Kagen bages i en time ved svag varme."),),
    names=("Fyrtårnsforeningen", "Helga"),
)


def chance(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret


def given(*texts: str, document: str = "havn.md") -> GivenAnswer:
    quotes = tuple(Quote(document, text) for text in texts)
    sentences = tuple(StatedSentence(text, (quote,)) for text, quote in zip(texts, quotes, strict=True))
    said = " ".join(f"{text} [{number}]" for number, text in enumerate(texts, 1))
    return GivenAnswer(True, "answered", said, quotes, sentences)


def damaged(how: Damage, *texts: str, material: Material = MATERIAL, seed: int = 1) -> GivenAnswer | None:
    return damage(given(*texts), how, material, chance(seed))


def text_of(how: Damage, *texts: str, material: Material = MATERIAL, seed: int = 1) -> str | None:
    found = damaged(how, *texts, material=material, seed=seed)
    return found and found.text


@pytest.mark.parametrize("seed", range(20))
def test_a_number_becomes_one_that_is_not_quoted(seed: int) -> None:
    text = text_of("number", "En plads koster 1.250 kr. om året.", seed=seed)
    found = re.fullmatch(r"En plads koster ([2-9]\.250) kr\. om året\. \[1\]", text or "")
    assert found, text


def test_a_number_in_words_becomes_another() -> None:
    assert text_of("number", "De mødes fire gange om året.") not in (None, "De mødes fire gange om året. [1]")


@pytest.mark.parametrize("seed", range(20))
def test_a_date_is_damaged_in_its_day_its_month_or_its_year(seed: int) -> None:
    text = text_of("date", "Fristen er 4. maj 2025.", seed=seed) or ""
    found = re.fullmatch(r"Fristen er (\d+)\. (\w+) (\d{4})\. \[1\]", text)
    assert found
    assert sum(one != other for one, other in zip(found.groups(), ("4", "maj", "2025"), strict=True)) == 1


@pytest.mark.parametrize("text", ["Fristen er 2025-05-04.", "Fristen er 4.5.2025.", "May 4, 2025 is the last day."])
def test_dates_of_every_form_are_damaged(text: str) -> None:
    assert text_of("date", text) not in (None, f"{text} [1]")


def test_the_number_of_a_date_or_a_marker_is_no_number() -> None:
    assert text_of("number", "Fristen er 4. maj 2025. [1]") is None
    assert text_of("date", "Der er 84 pladser.") is None


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        ("negation_in", "Gæster må sove om bord.", "Gæster må ikke sove om bord. [1]"),
        ("negation_in", "Gæster må ikke sove om bord.", None),
        ("negation_in", "Bådene om vinteren", None),
        ("negation_out", "Gæster må ikke sove om bord.", "Gæster må sove om bord. [1]"),
        ("negation_out", "Ingen må sove om bord.", "Alle må sove om bord. [1]"),
        ("negation_out", "Gæster må sove om bord.", None),
        ("modality", "Fogeden kan anvise pladser.", "Fogeden skal anvise pladser. [1]"),
        ("modality", "Fogeden anviser pladser.", None),
    ],
)
def test_a_word_that_turns_the_meaning_is_changed(how: Damage, text: str, expected: str | None) -> None:
    assert text_of(how, text) == expected


def test_words_are_those_of_the_language() -> None:
    english = replace(MATERIAL, language="en")
    assert text_of("modality", "The warden may assign berths.", material=english) == (
        "The warden must assign berths. [1]"
    )
    assert text_of("negation_in", "The harbour is open.", material=english) == "The harbour is not open. [1]"
    assert text_of("modality", "The warden may assign berths.") is None


def test_a_name_becomes_another() -> None:
    assert text_of("name", "Pladserne anvises af Havnens Venner.", material=replace(MATERIAL, names=("Helga",))) == (
        "Pladserne anvises af Helga. [1]"
    )
    assert text_of("name", "Pladserne anvises af fogeden.") is None


def test_names_are_capitalised_words_that_do_not_open_a_sentence() -> None:
    text = "Formanden er Anna Holm. Hun afløste Bo. - Kasserer: Ib. EU støtter. I maj kom Mai"
    assert find_names(text, "da") == ["Anna Holm", "Bo", "EU"]
    assert find_names("It was the Harbour of North Bay, see NATO", "en") == ["North Bay", "NATO"]


def test_a_moved_citation_is_a_real_passage_of_another_place() -> None:
    found = damaged("citation", "Gæster må sove om bord.")
    assert found is not None
    assert found.text == "Gæster må sove om bord. [1]"
    assert found.quotes == MATERIAL.passages
    assert found.sentences[0].quotes == MATERIAL.passages


def test_a_citation_is_not_moved_to_what_says_the_same() -> None:
    assert damaged("citation", MATERIAL.passages[0].text) is None


def test_an_answer_of_another_language_keeps_its_quotes() -> None:
    found = damaged("language", "Gæster må sove om bord.")
    assert found is not None
    assert found.text == MATERIAL.foreign[0]
    assert found.quotes == given("Gæster må sove om bord.").quotes


def test_padding_makes_every_answer_too_long() -> None:
    found = damaged("padding", "Ja.")
    assert found is not None
    assert len(found.text) > PADDING
    assert {sentence.text for sentence in found.sentences[1:]} <= set(MATERIAL.unrelated)


def test_a_sentence_from_nowhere_cites_what_is_cited() -> None:
    found = damaged("sentence", "Gæster må sove om bord.")
    assert found is not None
    assert found.sentences[-1].text in MATERIAL.unrelated
    assert found.sentences[-1].quotes == found.quotes
    assert found.text == f"Gæster må sove om bord. [1] {found.sentences[-1].text}"


def test_a_refusal_has_nothing() -> None:
    found = damaged("refusal", "Gæster må sove om bord.")
    assert found is not None
    assert (found.answered, found.text, found.quotes, found.sentences) == (False, "", (), ())


@pytest.mark.parametrize("how", DAMAGES)
def test_a_refusal_cannot_be_damaged(how: Damage) -> None:
    assert damage(GivenAnswer(False, "no_evidence", "Nej."), how, MATERIAL, chance()) is None


@pytest.mark.parametrize("how", ["name", "citation", "language", "padding", "sentence"])
def test_without_material_there_is_no_damage(how: Damage) -> None:
    assert damaged(how, "Pladserne anvises af Havnens Venner.", material=Material("da")) is None


@pytest.mark.parametrize("how", DAMAGES)
def test_the_same_seed_gives_the_same_damage(how: Damage) -> None:
    texts = ("Anna Holm skal ikke betale 1.250 kr. før 4. maj 2025.", "Bo skal betale 3 kr. til Klubben den 5. maj.")
    assert damaged(how, *texts, seed=7) == damaged(how, *texts, seed=7)


@pytest.mark.parametrize("how", ["number", "date", "negation_in", "negation_out", "modality", "name"])
def test_only_one_sentence_is_damaged(how: Damage) -> None:
    texts = ("Den 4. maj kan Anna Holm betale 3 kr.", "De må ikke sejle.")
    found = damaged(how, *texts)
    assert found is not None
    assert sum(sentence.text not in texts for sentence in found.sentences) == 1


def test_an_answer_whose_sentences_are_not_told_apart_is_damaged_as_a_whole() -> None:
    whole = replace(given("Der er 84 pladser."), sentences=())
    found = damage(whole, "number", MATERIAL, chance())
    assert found is not None
    assert found.text != whole.text
    assert found.sentences == ()
