"""What a sentence may say of its quotes, and what it may not."""

from __future__ import annotations

import time

import pytest

from assistant.verifying import MAX_SENTENCE_CHARACTERS, Problem, find_problems

BOARD = "Bestyrelsen mødes fire gange om året. Kun formanden kan indkalde til ekstra møder, dog ikke i juli."


def kinds(sentence: str, *quotes: str, question: str = "") -> set[str]:
    return {problem.kind for problem in find_problems(sentence, quotes, question)}


def test_a_problem_begins_with_its_kind() -> None:
    assert str(Problem("number", "25 is not in the quote")) == "number: 25 is not in the quote"
    assert str(find_problems("Der er 25 både.", ["Der er 24 både."])[0]) == "number: 25 is not in the quote"


def test_a_sentence_without_a_quote_is_never_supported() -> None:
    assert kinds("Bestyrelsen mødes.") == {"quote"}
    assert kinds("Bestyrelsen mødes.", " … ") == {"quote"}


def test_a_sentence_that_says_nothing_is_not_supported() -> None:
    assert kinds(" – ", BOARD) == {"content"}


@pytest.mark.parametrize(
    ("sentence", "quotes"),
    [
        ("Bestyrelsen mødes fire gange om året.", (BOARD,)),
        ("BESTYRELSEN mødes fire gange om året [1].", (BOARD,)),
        (
            "Udvalget består af:\n• Havnefogeden\n• Fiskernes Forening",
            ("Udvalget består af:\n- Havnefogeden\n- Fiskernes Forening",),
        ),
        (
            "… kan indkalde til ekstra møder …",
            ("Formanden kan indkalde til ekstra møder, når to medlemmer beder om det.",),
        ),
        ("Bestyrelsen mødes fire gange om året … dog ikke i juli.", (BOARD,)),
        ("Kajanlæg – 2026: 5,0", ("Mio. kr. | 2025 | 2026", "Kajanlæg | 3,5 | 5,0")),
        ("Mio. kr. | 2025 | 2026\nKajanlæg | 3,5 | 5,0", ("Mio. kr. | 2025 | 2026", "Kajanlæg | 3,5 | 5,0")),
        ("Kajanlæg får 5 mio. kr. i 2026.", ("Mio. kr. | 2025 | 2026", "Kajanlæg | 3,5 | 5,0")),
        ("sam-\narbejdet fortsætter i 2026", ("Samarbejdet fortsætter i 2026.",)),
    ],
)
def test_the_forms_of_an_extractive_answer_are_supported(sentence: str, quotes: tuple[str, ...]) -> None:
    assert find_problems(sentence, quotes) == ()


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("formanden kan indkalde til ekstra møder", BOARD),
        ("Børn betaler kontingent", "Børn betaler kontingent ikke."),
        ("ansøgninger behandles efter fristen", "Ingen ansøgninger behandles efter fristen."),
    ],
)
def test_words_cut_off_from_their_negation_or_only_are_not_verbatim(sentence: str, quote: str) -> None:
    assert kinds(sentence, quote) == {"negation"}


def test_a_negation_elsewhere_in_the_quote_is_no_alibi_and_no_accusation() -> None:
    assert kinds("Bestyrelsen mødes ikke fire gange om året.", BOARD) == {"negation"}
    assert kinds("Bestyrelsen holder møde fire gange om året.", BOARD) == set()


@pytest.mark.parametrize(
    ("sentence", "quote", "kind"),
    [
        ("Havnen skal lukke om vinteren.", "Havnen kan lukke om vinteren.", "modality"),
        ("Havnen bør lukke om vinteren.", "Havnen skal lukke om vinteren.", "modality"),
        ("The harbour must close.", "The harbour may close.", "modality"),
        ("Havna kan stenge om vinteren.", "Havna må stenge om vinteren.", "modality"),
        ("The harbour may close in winter.", "Havnen skal lukke om vinteren.", "modality"),
        ("Gæster betaler leje af både.", "Gæster betaler ikke leje af både.", "negation"),
        ("The guests pay rent for the boats.", "Gæster betaler ikke leje af både.", "negation"),
        ("Medlemmer kan leje både.", "Kun medlemmer kan leje både.", "negation"),
        ("Ikke kun medlemmer kan leje både.", "Kun medlemmer kan leje både.", "negation"),
        ("Referencegruppen mødes i maj.", "Styregruppen mødes i maj.", "name"),
        ("Prisen fastsættes af Karen Holm.", "Prisen fastsættes af Karen Lund.", "name"),
        ("Holm fastsætter prisen på pladserne.", "Lund fastsætter prisen på pladserne.", "name"),
        ("The price is set by Karen Holm.", "Prisen fastsættes af Karen Lund.", "name"),
        ("§ 5, stk. 2, gælder både.", "§ 5, stk. 3, gælder både.", "section"),
        ("Den 3. maj 2026 åbner havnen.", "Den 4. maj 2026 åbner havnen.", "date"),
        ("Havnen har 25 pladser.", "Havnen har 24 pladser.", "number"),
        ("Fyret blev malet rødt af en kunstner.", BOARD, "content"),
        ("The lighthouse was painted red by an artist.", BOARD, "content"),
    ],
)
def test_what_the_quote_does_not_say_is_a_problem(sentence: str, quote: str, kind: str) -> None:
    assert kind in kinds(sentence, quote)


def test_two_figures_or_names_in_each_others_places_are_noticed() -> None:
    quote = "Anna Holm leder havnen, og Bo Lund fører regnskabet for 12 både og 30 joller."
    assert "name" in kinds("Bo Lund leder havnen, og Bo Lund fører regnskabet for 12 både og 30 joller.", quote)
    assert "number" in kinds("Anna Holm leder havnen, og Bo Lund fører regnskabet for 30 både og 12 joller.", quote)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Børn under 12 år er fritaget for kontingent.", "Børn under 12 år betaler ikke kontingent."),
        ("Ansøgningen skal sendes senest den 1. maj.", "Ansøgningen skal sendes ikke senere end den 1. maj."),
        ("Hunde er forbudt på broen.", "Hunde må ikke være på broen."),
        ("The Danish Medicines Agency meets in May.", "Lægemiddelstyrelsen mødes i maj."),
        ("Mødet holdes i København.", "The meeting is held in Copenhagen."),
        ("EMA holder kurser.", "Det Europæiske Lægemiddelagentur holder kurser."),
        ("Kommissionens kurser holdes i maj.", "Kurserne holdes af Europa-Kommissionen i maj."),
        ("HHB ejer molen.", "Molen ejes af Havnens Hjælpe Brigade."),
    ],
)
def test_the_same_in_other_words_is_supported(sentence: str, quote: str) -> None:
    assert find_problems(sentence, [quote]) == ()


def test_an_answer_may_repeat_the_figures_and_names_of_the_question() -> None:
    quote = "Bådklubben lejer pladserne ud for 450 kr. om året."
    question = "Hvad koster en plads hos Bådklubben Nordstjernen i 2026?"
    assert kinds("Hos Bådklubben Nordstjernen koster pladserne 450 kr. i 2026.", quote, question=question) == set()
    assert kinds("Hos Bådklubben Nordstjernen koster pladserne 450 kr. i 2026.", quote) == {"name", "date"}


def test_a_sentence_may_lean_on_several_quotes() -> None:
    quotes = ("Havnefogeden anviser pladserne.", "Lejen er 450 kr. om året.")
    assert kinds("Havnefogeden anviser pladserne, og lejen er 450 kr. om året.", *quotes) == set()
    assert kinds("Havnefogeden anviser pladserne, og lejen er 450 kr. om året.", quotes[0]) >= {"number"}


HOSTILE = {
    "negations": ("ikke hest " * 300, "ikke gris hund " * 400),
    "numbers": ("1 2 3 4 5 6 7 8 9 " * 160, "1 3 5 7 9 11 " * 450),
    "white space": (" " * 2990 + "a", " " * 5990 + "b"),
    "hyphens": ("-\n" * 1400 + "a", "-\n" * 2900 + "b"),
    "references": ("§ 1, 2, " * 300, "§ 3, 4, " * 700),
    "one word": ("a" * 3000, "b" * 6000),
    "surrogates": ("\ud800 havn", "havn \udfff \0"),
    "too long": ("havn og " * MAX_SENTENCE_CHARACTERS, "mole"),
}


@pytest.mark.parametrize(("sentence", "quote"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_bounded_time(sentence: str, quote: str) -> None:
    began = time.process_time()
    find_problems(sentence, [quote] * 3, sentence)
    assert time.process_time() - began < 5
