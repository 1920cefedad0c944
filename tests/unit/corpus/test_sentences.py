"""Sentences of Danish, Norwegian and English policy text."""

import time

import pytest

from corpus.documents import Span
from corpus.sentences import ends_sentence, split_sentences


def sentences_of(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Reglen gælder, jf. Sundhedsloven, bl.a. for nr. 5 og ca. 3 pct. af alle.",
        "Der er fx tre udvalg, f.eks. Budgetudvalget, dvs. Finansgruppen og evt. Andre.",
        "Rådet mødes den 2. marts 2025 og igen til det 3. møde den 21. November 2025.",
        "Beløbet er 2,5 mio. kr. årligt og 1.200 kr. pr. deltager.",
        "Se pkt. 4, art. 5, stk. 2, litra a, i aftalen.",
        "J. Hansen og P. A. Nielsen deltog.",
        "See No. 5 and Fig. 2, e.g. Smith et al. (2020), i.e. The study.",
        "Læs mere på https://eksempel.dk/a.b?c=d. eller spørg.",
        "Det afhænger af alder (se også punkt 3. Sådan gives midlet) og vægt.",
        "Dagen bød på tre oplæg, 1. Fortid, 2. Nutid og 3. Fremtid for alle.",
    ],
)
def test_abbreviations_numbers_and_parentheses_end_no_sentence(text: str) -> None:
    assert sentences_of(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Der er møder, kurser mv. Udvalget betaler.", ["Der er møder, kurser mv.", "Udvalget betaler."]),
        ("Det koster 3 mio. kr. Amtet betaler.", ["Det koster 3 mio. kr.", "Amtet betaler."]),
        ("Fristen er i 2027. Den kan rykkes.", ["Fristen er i 2027.", "Den kan rykkes."]),
        ("Se kapitel 3. Her står mere.", ["Se kapitel 3.", "Her står mere."]),
        ("Møt opp. 29. februar er fristen.", ["Møt opp.", "29. februar er fristen."]),
        ("Hva nå? Ingen vet! «Vent», sa hun.", ["Hva nå?", "Ingen vet!", "«Vent», sa hun."]),
        ("Planen hedder Plan V. Den er ny.", ["Planen hedder Plan V.", "Den er ny."]),
    ],
)
def test_a_sentence_ends_where_the_next_begins(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


def test_the_label_of_a_provision_stays_with_its_sentence() -> None:
    assert sentences_of("§ 11 a. Midlet sælges. Det er dyrt.") == ["§ 11 a. Midlet sælges.", "Det er dyrt."]
    assert sentences_of("Stk. 2. Ministeren kan ændre det.") == ["Stk. 2. Ministeren kan ændre det."]
    assert sentences_of("1. Baggrund for sagen") == ["1. Baggrund for sagen"]


def test_a_colon_before_a_numbered_list_ends_the_introduction() -> None:
    text = "Her forstås ved: 1) Celle: en celle. 2) Væv: flere celler."
    assert sentences_of(text) == ["Her forstås ved:", "1) Celle: en celle.", "2) Væv: flere celler."]


def test_spans_are_trimmed_and_moved_by_the_start() -> None:
    assert split_sentences("  Ja.  Nej. ", start=10) == [Span(12, 15), Span(17, 21)]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


def test_stray_punctuation_belongs_to_the_sentence_before() -> None:
    assert sentences_of("Det er slut. ...") == ["Det er slut. ..."]


def test_an_abbreviation_at_the_end_of_a_line_leaves_the_sentence_open() -> None:
    assert not ends_sentence("som beskrevet, jf.")
    assert ends_sentence("analyser, kurser mv.")
    assert not ends_sentence("et medlem af")


@pytest.mark.parametrize("text", ["Nr. " * 50_000, "(A. " * 50_000, "1) " * 50_000, "." * 200_000])
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    split_sentences(text)
    assert time.process_time() - started < 5
