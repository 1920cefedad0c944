"""Lies that repeat the words and figures of their quote and turn it round all the same; beside each the honest form."""

from __future__ import annotations

import pytest

from assistant.verifying import find_problems

BOTH = "Styregruppen mødes fire gange om året, referencegruppen to gange."
POOLS = "Puljen var på 12 mio. kr. i 2020. I 2023 var den vokset til 18 mio. kr."
SPLIT = "18,5 mio. kr. går til Nordhavn, og 7,0 mio. kr. går til Sydhavn."
HEADER = "Beløb i mio. kr. | 2024 | 2025 | 2026"
ROW = "Nordhavn | 5,0 | 3,5 | 4,0"
SEATS = "Organisation | I bestyrelsen | I rådet"
SEAT = "Fiskernes Forening | nej | ja"

LIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "a multiple": (
        ("Fonden fordoblede sit bidrag fra 2016 til 2020.", "Fonden tredoblede sit bidrag fra 2016 til 2020."),
        ("Antallet af pladser blev fordoblet i 2020.", "Antallet af pladser steg i 2020."),
        ("Bidraget blev tredoblet på fire år.", "På fire år blev bidraget fordoblet."),
        ("Budsjettet ble doblet i 2021.", "Budsjettet ble tredoblet i 2021."),
        ("Funding tripled between 2016 and 2020.", "Funding doubled between 2016 and 2020."),
        ("Funding was halved in 2020.", "Funding doubled in 2020."),
        ("The number of berths doubled in 2020.", "Antallet af pladser blev tredoblet i 2020."),
    ),
    "roles changed": (
        ("Havnerådet udpeger kommunen.", "Kommunen udpeger Havnerådet."),
        ("Formanden vælger medlemmerne.", "Medlemmerne vælger formanden."),
        ("En havnefoged udpeger Danske Havne.", "En havnefoged, som Danske Havne udpeger, leder mødet."),
        ("Fonden rådgiver styregruppen om priser.", "Styregruppen rådgiver fonden om priser."),
        ("Styregruppen ledes af udvalget.", "Udvalget ledes af styregruppen."),
        ("Rådet utnevner departementet.", "Departementet utnevner rådet."),
        ("The board appoints the ministry.", "The ministry appoints the board."),
        ("The council is appointed by the chair.", "The chair is appointed by the council."),
        ("I maj udpeger rådet kommunen.", "Kommunen udpeger rådet i maj."),
    ),
    "how many": (
        ("Alle havne har en kran.", "Nogle havne har en kran."),
        ("De fleste havne har en kran.", "Nogle havne har en kran."),
        ("Alle medlemmer betaler kontingent.", "De fleste medlemmer betaler kontingent."),
        ("Mange havne har en kran.", "Få havne har en kran."),
        ("Alle havner har en kran.", "Noen havner har en kran."),
        ("All members pay the fee.", "Some members pay the fee."),
        ("Most members pay the fee.", "Few members pay the fee."),
        ("Alle hospitaler har en kran.", "Some hospitals have a crane."),
    ),
    "a bound": (
        ("Udvalget skal have mindst fem medlemmer.", "Udvalget skal have højst fem medlemmer."),
        ("Udvalget skal have fem medlemmer.", "Udvalget skal have mindst fem medlemmer."),
        ("Udvalget skal have mindst fem medlemmer.", "Udvalget skal have fem medlemmer."),
        ("Afgiften er under 500 kr.", "Afgiften er over 500 kr."),
        ("Afgiften er mindre end 500 kr.", "Afgiften er mere end 500 kr."),
        ("Utvalget skal ha høyst fem medlemmer.", "Utvalget skal ha minst fem medlemmer."),
        ("The committee must have at most five members.", "The committee must have at least five members."),
        ("The committee must have up to five members.", "Udvalget skal have mindst fem medlemmer."),
    ),
    "before and after": (
        ("Både skal meldes til efter den 1. maj 2026.", "Både skal meldes til før den 1. maj 2026."),
        ("Prisen fastsættes før mødet i rådet.", "Prisen fastsættes efter mødet i rådet."),
        ("Prisen fastsettes etter møtet i rådet.", "Prisen fastsettes før møtet i rådet."),
        ("The price is set after the meeting.", "The price is set before the meeting."),
        ("The price is set before the meeting.", "Prisen fastsættes efter mødet."),
        ("Svar skal gives tidligst den 1. maj 2026.", "Svar skal gives senest den 1. maj 2026."),
    ),
    "the direction": (
        ("Udgifterne blev reduceret i 2023.", "Udgifterne blev øget i 2023."),
        ("Antallet af både faldt med 12 procent.", "Antallet af både steg med 12 procent."),
        ("Afgiften er lavere end i nabohavnen.", "Afgiften er højere end i nabohavnen."),
        ("Kostnadene falt i 2023.", "Kostnadene økte i 2023."),
        ("Costs decreased by 12 per cent.", "Costs increased by 12 per cent."),
        ("Costs fell by 12 per cent.", "Udgifterne steg med 12 procent."),
        ("Der bliver flere ansatte i havnen.", "Der bliver færre ansatte i havnen."),
        ("Havnen er dyrere end nabohavnen.", "Havnen er billigere end nabohavnen."),
        ("Reglerne er enkle for gæster.", "Reglerne er komplicerede for gæster."),
        ("Godkendelsen er sikker.", "Godkendelsen er usikker."),
        ("Kajen er lukket om vinteren.", "Kajen er åben om vinteren."),
        ("Ministeren støtter forslaget om molen.", "Ministeren er imod forslaget om molen."),
        ("Regionerne er uenige om planen.", "Regionerne er enige om planen."),
    ),
    "the unit": (
        ("Der er afsat 25 mia. kr. til molen.", "Der er afsat 25 mio. kr. til molen."),
        ("Der er afsat 25 mio. euro til molen.", "Der er afsat 25 mio. kr. til molen."),
        ("Fristen er tre måneder for alle.", "Fristen er tre uger for alle."),
        ("Havnen svarer inden for 24 dage.", "Havnen svarer inden for 24 timer."),
        ("Rådet mødes fire gange om måneden.", "Rådet mødes fire gange om året."),
        ("Rådet mødes månedligt på havnen.", "Rådet mødes årligt på havnen."),
        ("The council meets four times a month.", "The council meets four times a year."),
        ("The council meets four times a month.", "Rådet mødes fire gange om året."),
        ("NOK 25 million is set aside for the pier.", "Der er afsat 25 mio. kr. til molen."),
        ("Gebyret er 500 kr. pr. måned.", "Gebyret er 500 kr. pr. år."),
        ("The fee is EUR 500 per month.", "The fee is EUR 500 per year."),
        ("Udgifterne steg med 12 procentpoint.", "Udgifterne steg med 12 procent."),
    ),
    "the order or the count": (
        ("Rådet holdt to møder i maj.", "Rådet holdt sit 2. møde i maj."),
        ("Rådet holdt tre møder i maj.", "Rådet holdt sit tredje møde i maj."),
        ("Rådet holdt sit tredje møde i maj.", "Rådet holdt tre møder i maj."),
        ("The council held three meetings in May.", "The council held its third meeting in May."),
        ("Strategien gælder for 2024-2026.", "Strategien gælder for 2024-2027 og blev ændret i 2026."),
        ("Aftalen løber fra 2016 til 2019.", "Aftalen løber fra 2016 til 2020, og i 2019 kom en rapport."),
    ),
    "the right figure of something else": (
        ("Referencegruppen mødes fire gange om året.", BOTH),
        ("The reference group meets four times a year.", BOTH),
        ("Puljen var på 18 mio. kr. i 2020.", POOLS),
        ("Sydhavn får 18,5 mio. kr.", SPLIT),
        ("Sydhavn receives DKK 18.5 million.", SPLIT),
        ("Fristen er seks uger for enkle sager.", "Fristen er tre uger for enkle sager og seks uger for svære sager."),
        (
            "The limit is six weeks for simple cases.",
            "The limit is three weeks for simple cases and six weeks for difficult cases.",
        ),
        ("I 2024 får Nordhavn 3,5 mio. kr.", HEADER, ROW),
        ("Nordhavn gets DKK 4.0 million in 2025.", HEADER, ROW),
        ("Fiskernes Forening er med i bestyrelsen, men ikke i rådet.", SEATS, SEAT),
        ("Fiskernes Forening sidder i bestyrelsen.", SEATS, SEAT),
        ("89 databaser hører under RKKP.", "Der er 89 godkendte databaser, og 85 af dem hører under RKKP."),
        ("Nordhavn får 7,0 mio. kr. i 2024.", HEADER, ROW, "Sydhavn | 7,0 | 2,0 | 1,0"),
    ),
    "a condition left out": (
        ("Gæster kan leje en plads.", "Gæster kan leje en plads, hvis et medlem er med."),
        ("Gæster kan leje en plads.", "Gæster kan kun leje en plads, hvis et medlem er med."),
        (
            "Oplysningerne slettes efter fem år.",
            "Oplysningerne slettes efter fem år, medmindre fogeden bestemmer andet.",
        ),
        ("Gjester kan leie en plass.", "Gjester kan leie en plass, dersom et medlem er med."),
        ("Guests may rent a berth.", "Guests may rent a berth if a member is present."),
        (
            "The parties will continue after 2027.",
            "The parties will continue after 2027, provided that they agree on funding.",
        ),
        ("Guests may rent a berth.", "Gæster kan leje en plads, hvis et medlem er med."),
        ("Patients may receive treatment.", "Patienter kan modtage behandling, hvis en læge er til stede."),
    ),
    "what is only expected": (
        (
            "Styregruppen godkendte projektbeskrivelsen i maj.",
            "Styregruppen forventedes at godkende projektbeskrivelsen i maj.",
        ),
        ("Mødet blev holdt den 30. september 2025.", "Mødet skulle holdes den 30. september 2025."),
        ("Arbejdet på molen er færdigt.", "Arbejdet på molen er næsten færdigt."),
        ("Partene fortsetter arbeidet etter 2027.", "Partene håper å fortsette arbeidet etter 2027."),
        ("The board approved the plan in May.", "The board was expected to approve the plan in May."),
    ),
    "from and to": (
        ("Produktionen flyttes fra Danmark til Norge.", "Produktionen flyttes fra Norge til Danmark."),
        ("Beløbet vokser fra 50 til 27 mio. kr.", "Beløbet vokser fra 27 til 50 mio. kr."),
        ("Fem af de seks havne er med.", "Seks af de fem havne er med."),
        ("Alle fem havne er med.", "Fire af fem havne er med."),
    ),
    "the deed of another": (
        (
            "Amgros rådgiver, og referencegruppen leder projektet.",
            "Amgros leder projektet, og referencegruppen rådgiver.",
        ),
        (
            "Styregruppen rådgiver fagligt om priserne.",
            "Samarbejdet har en styregruppe, der beslutter, og et fagråd, der rådgiver fagligt om priserne.",
        ),
        ("The agency decides on prices.", "The council decides on prices, and the agency gives advice."),
    ),
}

HONEST: dict[str, tuple[tuple[str, ...], ...]] = {
    "a multiple": (
        (
            "Fondens bidrag blev tre gange så stort fra 2016 til 2020.",
            "Fonden tredoblede sit bidrag fra 2016 til 2020.",
        ),
        ("Fra 2016 til 2020 blev bidraget fordoblet.", "Bidraget blev fordoblet fra 2016 til 2020."),
        ("Funding doubled in 2020.", "Bevillingen blev fordoblet i 2020."),
        ("Bidraget blev fordoblet.", "Bidraget steg fra 12 mio. kr. til 24 mio. kr."),
    ),
    "roles changed": (
        ("Havnerådet udpeges af kommunen.", "Kommunen udpeger Havnerådet."),
        ("Kommunen udpeger Havnerådet.", "Havnerådet udpeges af kommunen."),
        ("Danske Havne udpeger en havnefoged.", "En havnefoged, som Danske Havne udpeger, leder mødet."),
        ("Rådet mødes med kommunen i maj.", "Kommunen mødes med rådet i maj."),
        ("I maj udpeger kommunen rådet.", "Kommunen udpeger rådet i maj."),
        ("The board is appointed by the ministry.", "The ministry appoints the board."),
        ("The ministry appoints the board.", "Bestyrelsen udpeges af ministeriet."),
        ("Formanden og kommunen deler opgaven.", "Kommunen og formanden deler opgaven."),
    ),
    "how many": (
        ("Hver havn har en kran.", "Alle havne har en kran."),
        ("Nogle havne har en kran.", "Enkelte havne har en kran."),
        ("All members pay the fee.", "Alle medlemmer betaler kontingentet."),
        ("Samtlige medlemmer betaler kontingent.", "Alle medlemmer betaler kontingent."),
        ("Flere havne har en kran.", "Nogle havne har en kran."),
    ),
    "a bound": (
        ("Udvalget skal have fem medlemmer eller flere.", "Udvalget skal have mindst fem medlemmer."),
        ("Afgiften er mere end 500 kr.", "Afgiften er over 500 kr."),
        ("The committee must have at least five members.", "Udvalget skal have mindst fem medlemmer."),
        ("Prøver kan gemmes i op til ti år.", "Prøver kan gemmes i højst ti år."),
        ("Prøver kan gemmes i maksimalt ti år.", "Prøver kan gemmes i indtil ti år."),
        ("Dagsordenen sendes mindst ti dage før mødet.", "Dagsordenen sendes senest ti dage før mødet."),
        ("Der kom ca. 500 gæster.", "Der kom omkring 500 gæster."),
    ),
    "before and after": (
        ("Både skal være meldt til inden den 1. maj 2026.", "Både skal meldes til før den 1. maj 2026."),
        ("Når mødet er holdt, fastsættes prisen.", "Prisen fastsættes efter mødet."),
        ("The price is set after the meeting.", "Prisen fastsættes efter mødet."),
        ("Efter loven betaler gæster leje.", "Gæster betaler leje ifølge loven."),
    ),
    "the direction": (
        ("Udgifterne steg i 2023.", "Udgifterne blev øget i 2023."),
        ("Costs rose by 12 per cent.", "Udgifterne steg med 12 procent."),
        ("Godkendelsen er ikke sikker.", "Godkendelsen er usikker."),
        ("Det er svært at finde en plads.", "Det er ikke let at finde en plads."),
        ("Kajen er ikke åben om vinteren.", "Kajen er lukket om vinteren."),
    ),
    "the unit": (
        ("Rådet mødes fire gange årligt.", "Rådet mødes fire gange om året."),
        ("Rådet mødes hvert kvartal.", "Rådet mødes kvartalsvis."),
        ("The council meets twice a year.", "Rådet mødes to gange om året."),
        ("DKK 25 million is set aside for the pier.", "Der er afsat 25 mio. kr. til molen."),
        ("Rådet mødes hver sjette måned.", "The council meets every six months."),
        ("Molen koster fra 2 til 4 mio. kr.", "Molen koster 2-4 mio. kr."),
        ("Molen fik 2 mio. kr. af de 4 mio. kr.", "Molen fik 2 af i alt 4 mio. kr."),
    ),
    "the order or the count": (
        ("Rådets andet møde var i maj.", "Rådet holdt sit 2. møde i maj."),
        ("The third meeting was held in May.", "Det 3. møde blev holdt i maj."),
        ("Aftalen løber fra 2016 til 2020.", "Aftalen løber i årene 2016-2020."),
    ),
    "the right figure of something else": (
        ("Styregruppen mødes fire gange om året.", BOTH),
        ("Referencegruppen mødes to gange om året.", BOTH),
        ("Styregruppen holder fire møder om året og referencegruppen to.", BOTH),
        ("Puljen voksede fra 12 mio. kr. i 2020 til 18 mio. kr. i 2023.", POOLS),
        ("Puljen var på 18 mio. kr. i 2023.", POOLS),
        ("Sydhavn får 7 mio. kr.", SPLIT),
        ("Nordhavn får 3,5 mio. kr. i 2025.", HEADER, ROW),
        ("Nordhavn gets DKK 5.0 million in 2024 and 4.0 million in 2026.", HEADER, ROW),
        ("Fiskernes Forening er med i rådet, men ikke i bestyrelsen.", SEATS, SEAT),
        ("Fiskernes Forening sidder i rådet.", SEATS, SEAT),
        ("85 af de 89 databaser hører under RKKP.", "Der er 89 godkendte databaser, og 85 af dem hører under RKKP."),
    ),
    "a condition left out": (
        ("Er et medlem med, kan gæster leje en plads.", "Gæster kan leje en plads, hvis et medlem er med."),
        (
            "Patients may receive treatment when a doctor is present.",
            "Patienter kan modtage behandling, hvis en læge er til stede.",
        ),
        ("Gæster kan leje en plads sammen med et medlem.", "Gæster kan leje en plads, hvis et medlem er med."),
        (
            "The parties hope to go on if they agree on funding.",
            "Parterne håber at fortsætte, hvis de bliver enige om finansieringen.",
        ),
    ),
    "what is only expected": (
        (
            "Det var ventet, at styregruppen ville godkende projektbeskrivelsen i maj.",
            "Styregruppen forventedes at godkende projektbeskrivelsen i maj.",
        ),
        ("Partene vil gjerne fortsette arbeidet etter 2027.", "Partene håper å fortsette arbeidet etter 2027."),
        (
            "The plan was expected to be approved by the board in May.",
            "The board was expected to approve the plan in May.",
        ),
    ),
    "from and to": (
        ("Fra Norge flyttes produktionen til Danmark.", "Produktionen flyttes fra Norge til Danmark."),
        ("Fire ud af fem havne er med.", "Fire af fem havne er med."),
    ),
    "the deed of another": (
        ("Projektet ledes af Amgros.", "Amgros leder projektet, og referencegruppen rådgiver."),
        (
            "Referencegruppen rådgiver, mens Amgros leder projektet.",
            "Amgros leder projektet, og referencegruppen rådgiver.",
        ),
        ("The agency gives advice on prices.", "The council decides on prices, and the agency gives advice."),
    ),
}


def rows(cases: dict[str, tuple[tuple[str, ...], ...]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(sentence, tuple(quotes)) for listed in cases.values() for sentence, *quotes in listed]


@pytest.mark.parametrize(("sentence", "quotes"), rows(LIES))
def test_a_lie_in_the_words_of_its_quote_is_caught(sentence: str, quotes: tuple[str, ...]) -> None:
    assert find_problems(sentence, quotes)


@pytest.mark.parametrize(("sentence", "quotes"), rows(HONEST))
def test_the_honest_form_passes(sentence: str, quotes: tuple[str, ...]) -> None:
    assert find_problems(sentence, quotes) == ()


def test_a_condition_that_the_question_names_need_not_be_repeated() -> None:
    quote = "Gæster kan leje en plads, hvis et medlem er med."
    asked = "Kan gæster leje en plads, når et medlem er med?"
    assert find_problems("Ja, gæster kan leje en plads.", [quote], asked) == ()
    assert find_problems("Ja, gæster kan leje en plads.", [quote], "Kan gæster leje en plads?")


def test_what_is_wrong_is_said_with_the_words_of_the_quote() -> None:
    found = find_problems("Udvalget har mindst fem medlemmer.", ["Udvalget har højst fem medlemmer."])
    assert [str(problem) for problem in found] == ["number: mindst fem is højst fem in the quote"]
    found = find_problems("Udgifterne blev reduceret i 2023.", ["Udgifterne blev øget i 2023."])
    assert "negation: reduceret is øget in the quote" in map(str, found)


def test_only_one_of_two_may_be_said_where_the_other_is_denied() -> None:
    quote = "Reglerne gælder havnen og ikke hele byen."
    assert find_problems("Reglerne gælder kun havnen og ikke hele byen.", [quote]) == ()
    assert find_problems("Reglerne gælder kun havnen.", ["Reglerne gælder havnen og byen."])
    assert find_problems("Kun gæster betaler ikke leje.", ["Gæster betaler ikke leje."])


def test_a_no_that_answers_denies_nothing_by_itself() -> None:
    quote = "The fee is not paid by guests."
    assert find_problems("No, guests do not pay the fee.", [quote]) == ()
    assert find_problems("No, guests pay the fee.", [quote])
    assert find_problems("No guests pay the fee.", ["Guests pay the fee."])


def test_another_subject_is_noticed_whatever_it_looks_like() -> None:
    quote = "EURORDIS er en alliance af over 1.000 foreninger."
    asked = "Hvad er EURORDIS?"
    assert find_problems("Retinet er en sammenslutning af over 1.000 foreninger.", [quote], asked)
    assert find_problems("EURORDIS er en sammenslutning af over 1.000 foreninger.", [quote], asked) == ()
