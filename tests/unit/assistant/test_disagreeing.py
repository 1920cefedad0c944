"""Which passages give different values for one thing, and which speak of different things or agree."""

from __future__ import annotations

import time

import pytest

from assistant.differences import DifferenceKind
from assistant.disagreeing import (
    MOST_RIVALS,
    Difference,
    Said,
    disagreements_among,
    find_difference,
    rival_of,
)
from corpus.documents import Authority, DocumentMeta, Language

TITLES: dict[Language, str] = {
    "da": "Kommissorium for Havnerådet",
    "no": "Mandat for Havnerådet",
    "en": "Terms of reference for Havnerådet",
}


def said(
    text: str,
    language: Language = "da",
    document_id: str = "one",
    title: str | None = None,
    date: str = "",
    authority: Authority = "information",
) -> Said:
    meta = DocumentMeta(
        title=TITLES[language] if title is None else title, language=language, date=date, authority=authority
    )
    return Said(text, language, document_id, meta)


def difference(first: str, second: str, languages: str = "da da") -> Difference | None:
    one, other = languages.split()
    return find_difference(said(first, one), said(second, other, "two"))  # type: ignore[arg-type]


DISAGREEING: tuple[tuple[DifferenceKind, str, str, str], ...] = (
    ("rate", "da da", "Styregruppen mødes fire gange om året.", "Styregruppen mødes to gange om året."),
    ("rate", "da da", "Styregruppen mødes fire gange om året.", "Styregruppen holder to møder om året."),
    ("rate", "da da", "Styregruppen mødes fire gange om året.", "Styregruppen mødes månedligt."),
    ("rate", "da da", "Styregruppen holder møde hvert kvartal.", "Styregruppen mødes normalt hver måned."),
    ("rate", "da no", "Styregruppen mødes fire gange om året.", "Styringsgruppen møtes to ganger i året."),
    ("rate", "da en", "Styregruppen mødes fire gange om året.", "The steering group meets twice a year."),
    ("rate", "en en", "The board meets four times a year.", "The board holds two meetings a year."),
    ("amount", "da da", "Det samlede budget er 25,5 mio. kr.", "Det samlede budget er på 30 mio. kr."),
    (
        "amount",
        "da da",
        "Projektet har et samlet budget på 25,5 mio. kr.",
        "Projektets samlede budget er 30.000.000 kr.",
    ),
    ("amount", "da da", "Budgettet for 2026 er 12 mio. kr.", "Budgettet for 2026 udgør 14 mio. kr."),
    ("amount", "da da", "Gebyret er 500 kr. pr. ansøgning.", "Gebyret for en ansøgning er 750 kr."),
    ("amount", "en en", "The fee is EUR 500 per application.", "The fee is EUR 750 per application."),
    ("amount", "da en", "Det samlede budget er 5 mio. euro.", "The total budget is EUR 6 million."),
    ("amount", "no no", "Gebyret for en søknad er 3 500 kroner.", "Gebyret for en søknad er 4 200 kroner."),
    ("number", "no no", "Kommunene dekker 40 prosent av kostnadene.", "Kommunene dekker 60 prosent av kostnadene."),
    ("number", "da no", "Kommunerne dækker 40 procent af udgifterne.", "Kommunene dekker 60 prosent av utgiftene."),
    ("number", "da da", "Halvdelen af udgifterne dækkes af regionerne.", "40 % af udgifterne dækkes af regionerne."),
    ("number", "da da", "Havnerådet har ni medlemmer.", "Havnerådet består af syv medlemmer."),
    ("number", "da da", "Rådet har ni medlemmer.", "Havnerådet har 7 medlemmer, og formanden vælges for to år."),
    ("number", "da en", "Havnerådet har ni medlemmer.", "Havnerådet has seven members."),
    ("number", "da da", "Formanden vælges for to år.", "Formanden vælges for fire år ad gangen."),
    ("number", "no no", "Lederen velges for to år.", "Lederen velges for fire år."),
    ("number", "en en", "Records are kept for five years.", "Records are kept for ten years."),
    (
        "number",
        "da da",
        "Dagsordenen udsendes senest to uger før mødet.",
        "Dagsordenen udsendes senest fem dage før mødet.",
    ),
    ("number", "da da", "Havnerådet har mindst fem medlemmer.", "Havnerådet har mindst syv medlemmer."),
    ("number", "da da", "Havnerådet har højst fem medlemmer.", "Havnerådet har syv medlemmer."),
    ("number", "da da", "Behandlingstiden er cirka 60 dage.", "Behandlingstiden er cirka 120 dage."),
    ("date", "da da", "Ansøgningsfristen er den 1. marts 2026.", "Fristen for ansøgning er 15. april 2026."),
    ("date", "da da", "Havneprojektet slutter 31. december 2026.", "Havneprojektet afsluttes den 31. december 2027."),
    ("date", "da no", "Fristen for høringssvar er 1. marts 2026.", "Fristen for høringssvar er 15. mars 2026."),
    ("date", "en en", "The pilot phase starts on 1 May 2026.", "The pilot phase starts on 1 June 2026."),
    ("date", "en en", "The harbour fund was established in 2016.", "The harbour fund was established in 2018."),
    ("yes or no", "da da", "Sekretariatet kan ikke ændre dagsordenen.", "Sekretariatet kan ændre dagsordenen."),
    ("yes or no", "da no", "Referaterne offentliggøres ikke.", "Referatene offentliggjøres."),
    ("yes or no", "en en", "Observers are not allowed to vote.", "Observers are allowed to vote."),
    ("yes or no", "no no", "Observatører har ikke stemmerett i rådet.", "Observatører har stemmerett i rådet."),
)


@pytest.mark.parametrize(("kind", "languages", "first", "second"), DISAGREEING)
def test_other_values_for_one_thing_are_a_difference_either_way_round(
    kind: DifferenceKind, languages: str, first: str, second: str
) -> None:
    found = difference(first, second, languages)
    assert found is not None
    assert found.kind == kind
    assert (found.first, found.second) == (first, second)
    assert found.first_value in first
    assert found.second_value in second
    turned = difference(second, first, " ".join(reversed(languages.split())))
    assert turned is not None
    assert (turned.first_value, turned.second_value) == (found.second_value, found.first_value)


AGREEING = (
    ("da da", "Styregruppen mødes fire gange om året.", "Styregruppen mødes hvert kvartal."),
    ("da da", "Styregruppen mødes fire gange om året.", "Styregruppen holder fire møder om året."),
    ("da en", "Styregruppen mødes to gange om året.", "The steering group meets twice a year."),
    ("da da", "Det samlede budget er 25,5 mio. kr.", "Det samlede budget er 25.500.000 kr."),
    ("da da", "Det samlede budget er 25,5 mio. kr.", "Det samlede budget er knap 26 mio. kr."),
    ("da da", "Det samlede budget er 8,4 mia. kr.", "Det samlede budget er 8 mia. kr."),
    ("da da", "En tredjedel af udgifterne dækkes.", "33 % af udgifterne dækkes."),
    ("da da", "Fristen er 14 dage efter modtagelsen.", "Fristen er to uger efter modtagelsen."),
    ("da da", "Havnerådet har mindst fem medlemmer.", "Havnerådet har syv medlemmer."),
    ("da da", "Havnerådet har op til ti medlemmer.", "Havnerådet har ni medlemmer."),
    ("da no", "Ansøgningsfristen er 1. marts 2026.", "Søknadsfristen er 1.3.2026."),
    ("da da", "Havneprojektet slutter i 2026.", "Havneprojektet slutter 31. december 2026."),
    ("da da", "Sekretariatet kan ikke ændre dagsordenen.", "Sekretariatet kan ikke ændre en dagsorden."),
    ("da da", "Det er forbudt at ændre dagsordenen.", "Det er ikke tilladt at ændre dagsordenen."),
    ("en en", "Treatment was not successful in some patients.", "Treatment was unsuccessful in some patients."),
    ("da en", "Behandlingen var ikke vellykket hos nogle.", "The treatment was unsuccessful in some."),
)


@pytest.mark.parametrize(("languages", "first", "second"), AGREEING)
def test_one_value_in_two_forms_is_no_difference(languages: str, first: str, second: str) -> None:
    assert difference(first, second, languages) is None
    assert difference(second, first, " ".join(reversed(languages.split()))) is None


OF_DIFFERENT_THINGS = (
    ("da da", "Styregruppen mødes fire gange om året.", "Referencegruppen mødes to gange om året."),
    ("da da", "Styregruppen mødes fire gange om året.", "Arbejdsgrupperne mødes to gange om året."),
    ("da en", "Styregruppen mødes fire gange om året.", "The reference group meets twice a year."),
    ("da da", "Budgettet for 2025 er 10 mio. kr.", "Budgettet for 2026 er 12 mio. kr."),
    ("da da", "Det samlede budget er 10 mio. kr.", "Heraf er budgettet til drift 2 mio. kr."),
    ("da da", "Det samlede budget er 10 mio. kr.", "Budgettet til drift er 2 mio. kr."),
    ("da da", "Budgettet er 10 mio. kr. om året.", "Budgettet er 30 mio. kr."),
    ("da da", "Budgettet er 10 mio. kr.", "Budgettet er 1,3 mio. euro."),
    ("da no", "Det samlede budget er 10 mio. kr.", "Det samlede budsjettet er 15 mill. kr."),
    ("da da", "Gebyret for fase I er 500 kr.", "Gebyret for fase II er 700 kr."),
    ("da da", "Gebyret efter § 3 er 500 kr.", "Gebyret efter § 4 er 700 kr."),
    ("da da", "Gebyret for gruppe A er 500 kr.", "Gebyret for gruppe B er 700 kr."),
    ("da da", "Gebyret er 500 kr., hvis ansøgningen er digital.", "Gebyret er 700 kr. for en digital ansøgning."),
    ("da da", "Vand koster 500 kr. før sæsonen.", "Vand koster 700 kr. efter sæsonen."),
    ("da da", "Region Nord har fem pladser i rådet.", "Region Syd har syv pladser i rådet."),
    ("da da", "Havnerådet har ni medlemmer.", "Havnerådet har to observatører."),
    ("da da", "Havnerådet har ni medlemmer.", "Havnerådet har ni medlemmer og to suppleanter."),
    ("da da", "Havnerådet har to næstformænd.", "Havnerådet har fem andre næstformænd."),
    ("da da", "Referencegruppens 1. møde varede to timer.", "Referencegruppens 2. møde varede tre timer."),
    ("da da", "Havnerådet holdt møde den 3. maj 2025.", "Havnerådet holdt møde den 5. juni 2025."),
    ("da da", "Næste møde i Havnerådet har ti punkter.", "Næste møde i Havnerådet har otte punkter."),
    ("da da", "Ansøgningsfristen er 1. marts 2025.", "Ansøgningsfristen er 1. marts 2026."),
    ("da da", "Bådene vejer mindst 5 kg ved 10 meter.", "Bådene vejer mindst 6 kg ved 12 meter."),
    ("da da", "Formanden kan ikke udpege medlemmer.", "Formanden skal udpege medlemmer."),
    ("da da", "Formanden udpeger ikke rådet i år.", "Rådet udpeger formanden i år."),
    ("da da", "Er der ni medlemmer i Havnerådet?", "Er der syv medlemmer i Havnerådet?"),
    ("da da", "- ni medlemmer fra Havnerådet", "- syv medlemmer fra Havnerådet"),
    ("da da", "Havnerådet | ni medlemmer | 2025", "Havnerådet | syv medlemmer | 2025"),
    ("no no", "Avgiften for små båter er 300 kroner.", "Avgiften for store båter er 900 kroner."),
    ("en en", "The fee for small boats is EUR 300.", "The fee for large boats is EUR 900."),
    ("en en", "The fund gives EUR 3 million to harbours.", "The fund gives EUR 5 million to lighthouses."),
)


@pytest.mark.parametrize(("languages", "first", "second"), OF_DIFFERENT_THINGS)
def test_values_of_different_things_are_no_difference(languages: str, first: str, second: str) -> None:
    assert difference(first, second, languages) is None
    assert difference(second, first, " ".join(reversed(languages.split()))) is None


FOUR = "Styregruppen mødes fire gange om året."
TWO = "Styregruppen mødes to gange om året."


@pytest.mark.parametrize(
    ("title", "other", "differs"),
    [
        ("Kommissorium for Havnerådet", "Referat fra Havnerådets møde i maj 2025", True),
        ("Kommissorium", "Referat af 3. møde", True),
        ("Kommissorium for Havnerådet", "Kommissorium for Fyrvæsenet", False),
        ("Notat: Ordninger i Norge", "Notat: Ordninger i Danmark", False),
    ],
)
def test_documents_on_different_subjects_do_not_disagree(title: str, other: str, differs: bool) -> None:
    found = find_difference(said(FOUR, title=title), said(TWO, document_id="two", title=other))
    assert (found is not None) == differs


def test_a_name_in_both_sentences_makes_up_for_titles_that_share_nothing() -> None:
    first = said("Styregruppen for Havnerådet har ni medlemmer.", title="Økonomi")
    second = said(
        "Styregruppen for Havnerådet har syv medlemmer.", document_id="two", title="Kommissorium for Havnerådet"
    )
    assert find_difference(first, second) is not None


def test_two_laws_disagree_only_as_versions_of_one() -> None:
    four = "Overtrædelse straffes med fængsel i op til fire måneder."
    two = "Overtrædelse straffes med fængsel i op til to måneder."
    first = said(four, title="Lov om havne 2019", authority="binding")
    version = said(two, document_id="two", title="Lov om havne 2024", authority="binding")
    other = said(two, document_id="three", title="Lov om fyr og havne", authority="binding")
    assert find_difference(first, version) is not None
    assert find_difference(first, other) is None


def test_what_a_document_says_of_itself_holds_for_that_document_alone() -> None:
    first = said("Projektet koster 3 mio. kr. i alt.", title="Bro over sundet")
    second = said("Projektet koster 5 mio. kr. i alt.", document_id="two", title="")
    assert find_difference(first, second) is None


def test_each_sentence_of_a_passage_is_compared() -> None:
    first = said(f"Formanden vælges af rådet. {FOUR}")
    second = said(f"{TWO} Sekretariatet skriver referat.", document_id="two")
    found = find_difference(first, second)
    assert found is not None
    assert (found.first, found.second) == (FOUR, TWO)


def test_the_rival_is_the_first_passage_of_another_document_that_disagrees() -> None:
    chosen = said(FOUR)
    same_document = said(TWO)
    agreeing = said(FOUR, document_id="two")
    third, later = said(TWO, document_id="three"), said("Styregruppen mødes månedligt.", document_id="four")
    found = rival_of(chosen, [chosen, same_document, agreeing, third, later])
    assert found is not None
    assert found[0] is third
    assert found[1].second_value == "to gange om året"
    assert rival_of(chosen, [chosen, same_document, agreeing]) is None


def test_all_passages_that_disagree_are_found_in_their_order() -> None:
    passages = [said(FOUR), said(FOUR, document_id="two"), said(TWO, document_id="three")]
    assert [(one.document_id, other.document_id) for one, other, _ in disagreements_among(passages)] == [
        ("one", "three"),
        ("two", "three"),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "\n\n|", "5 " * 5000, "mødes fire gange om året " * 2000, "1.2" * 4000, "a" * 50_000, "(" * 20_000],
)
def test_hostile_text_takes_no_time_and_is_no_difference(text: str) -> None:
    began = time.perf_counter()
    assert find_difference(said(text), said(f"{text} {FOUR}", document_id="two")) is None
    assert time.perf_counter() - began < 2.0


def test_many_passages_are_compared_quickly() -> None:
    others = [
        said(f"Styregruppen mødes {n} gange om året i {n} byer ved havet.", document_id=str(n))
        for n in range(MOST_RIVALS + 100)
    ]
    began = time.perf_counter()
    assert rival_of(said(FOUR), others[3:]) is None
    assert time.perf_counter() - began < 2.0
