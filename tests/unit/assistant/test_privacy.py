"""What is personal is hidden before it leaves, comes back as it was, and nothing else is touched."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from assistant.personal import find_personal
from assistant.privacy import Mask, redact

# Every number below is made up; the Norwegian ones are of the year 1901 and were made by the rule of the check digits.
PERSONAL = [
    ("CPR", "010190-1234", "Mit cpr-nummer er 010190-1234."),
    ("CPR", "0101901234", "cpr 0101901234, hvad gælder?"),
    ("CPR", "0101901234", "CPR0101901234"),
    ("CPR", "010190 1234", "cpr: 010190 1234"),
    ("CPR", "010190 - 1234", "010190 - 1234"),
    ("CPR", "010190–1234", "Hun har 010190–1234 som nummer"),
    ("CPR", "01.01.90-1234", "personnummer 01.01.90-1234"),
    ("CPR", "01011990-1234", "født 01011990-1234"),
    ("CPR", "290204-4321", "barnet (290204-4321) er 20 år"),
    ("CPR", "610190-1234", "erstatningsnummer 610190-1234"),
    ("CPR", "010190-1234", "010190-1234s journal"),
    ("CPR", "010190-1234", "journal nr. 010190-1234"),
    ("CPR", "010190-1234", "https://eksempel.dk/opslag?cpr=010190-1234&side=2"),
    ("EMAIL", "anna.b-c+x@post.eksempel.dk", "Skriv til anna.b-c+x@post.eksempel.dk."),
    ("EMAIL", "søren@blåbær.dk", "<søren@blåbær.dk>"),
    ("EMAIL", "ANNA@EKSEMPEL.DK", "ANNA@EKSEMPEL.DK"),
    ("EMAIL", "anna@eksempel.dk", "mailto:anna@eksempel.dk?subject=x"),
    ("PHONE", "12 34 56 78", "Ring på 12 34 56 78, tak"),
    ("PHONE", "12345678", "tlf. 12345678"),
    ("PHONE", "12345678", "Telefonnummer: 12345678"),
    ("PHONE", "1234 5678", "mobil 1234 5678"),
    ("PHONE", "12-34-56-78", "mob.: 12-34-56-78"),
    ("PHONE", "12.34.56.78", "Telefon 12.34.56.78"),
    ("PHONE", "12345678", "mit nummer er 12345678"),
    ("PHONE", "12345678", "12345678 (mobil)"),
    ("PHONE", "12345678", "T: 12345678"),
    ("PHONE", "23 45 67 89", "Anne Jensen, 23 45 67 89, er sekretær"),
    ("PHONE", "+45 12 34 56 78", "+45 12 34 56 78 10-14"),
    ("PHONE", "+4512345678", "kontakt +4512345678"),
    ("PHONE", "0045 12345678", "fra udlandet 0045 12345678"),
    ("PHONE", "+47 412 34 567", "ring til +47 412 34 567"),
    ("PHONE", "412 34 567", "Kari Nordmann, 412 34 567, svarer"),
    ("PHONE", "+44 (0)20 7946 0999", "London: +44 (0)20 7946 0999"),
    ("PHONE", "+1 202-555-0143", "call +1 202-555-0143"),
    ("PHONE", "0043 1 23456 78", "Wien, 0043 1 23456 78"),
    ("PHONE", "12 34 56 78", "Amgros I/S, CVR 87654321, tlf. 12 34 56 78"),
    ("PHONE", "23 45 67 89", "| Anne Jensen | sekretær | 23 45 67 89 |"),
]

NOT_PERSONAL = [
    "Mødet er den 30. september 2025, 30.09.2025, 30-09-2025 og 2025-09-30.",
    "Bevillingen er 25.500.000 kr. i 2025, heraf 12 500 000 kr. til regionerne.",
    "lov nr. 1338 af 2020, § 11 a, stk. 2, nr. 3, jf. LBK nr. 1083 af 15/09/2025",
    "Journalnummer 2023-4821 og sagsnr. 22041177",
    "sagsnr. 22 04 11 77 og sag 0101901234",
    "Kontakt styrelsen om 2023-4821 inden 12.03.2026.",
    "Ring senest 24.12.2025 mellem 10.00 og 14.30.",
    "årene 2025 2026 2027",
    "2025 2026",
    "CVR 12345678, CVR-nr. 12 34 56 78, SE-nr. 12345678",
    "EAN 5790000123456, ISBN 978-87-7104-123-4, ISBN 8701001234",
    "P-nr. 1012901234, konto 1234 0101901234",
    "EU/1/20/1443/001 og EudraCT 2019-000123-12",
    "side 1234-1290, s. 12345678",
    "https://www.eksempel.dk/12345678/0101901234 og www.eksempel.dk/tlf/12345678",
    "10 %, 12,5 %, +12 345 678 kr., + 2.500.000",
    "| Hovedstaden | 12 34 56 78 | 10 | 20 | 30 |",
    "12 34 56 78 90",
    "10 20 30 40",
    "ORCID 0000-0002-1825-0097",
    "doi 10.1016/j.eksempel.2020.12345678 og 10.1056/NEJMoa12345678",
    "MyHealth@EU og HealthData@EU. Et sted: MyHealth@EU.Det er frivilligt.",
    "pakke@1.2.3 og gren@0dae3fb7d73b:docs/index.md",
    "ring 112, ring 1813 eller 116 117",
    "nummer 310290-1234 og 000000-0000 og 011390-1234",
    "perioden 01.01.25 - 2027 og 01.01.25-1430",
    "101112 1314 1516",
    "kontonummer 12345678901",
    "CD34+ 12 celler pr. kg, 2 x 10^6, 5 + 12 34 56 78",
    "DKK 1010101234",
    "Call 2024-2025 og call 2025 2026",
    "nr. 12345678 i registret, id 23 45 67 89",
]


def norwegian_number(day: int, month: int, individual: int) -> str:
    """Return a number of the year 1901 with both its check digits, or "" where it has none."""
    digits = f"{day:02d}{month:02d}01{individual:03d}"
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        check = -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if check == 10:
            return ""
        digits += str(check)
    return digits


@pytest.mark.parametrize(("kind", "written", "text"), PERSONAL)
def test_what_is_personal_is_found_whole(kind: str, written: str, text: str) -> None:
    found = [(one.kind, text[one.start : one.end]) for one in find_personal(text)]
    assert (kind, written) in found
    assert len(found) == 1


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_documents_are_full_of_is_left_alone(text: str) -> None:
    assert [text[one.start : one.end] for one in find_personal(text)] == []
    assert Mask().hide(text) == text
    assert redact(text) == text


@pytest.mark.parametrize("added", [0, 40], ids=["fødselsnummer", "D-nummer"])
def test_a_norwegian_number_is_found_by_its_check_digits_and_no_other(added: int) -> None:
    numbers = [number for individual in range(40) if (number := norwegian_number(7 + added, 3, individual))]
    assert len(numbers) > 25
    for number in numbers:
        for text in (number, f"{number[:6]} {number[6:]}", f"fødselsnr. {number[:6]} {number[6:9]} {number[9:]}"):
            assert [one.kind for one in find_personal(text)] == ["FNR"]
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert find_personal(f"nummer {wrong}") == []


def test_every_date_of_a_year_makes_a_danish_number() -> None:
    days = [date.fromordinal(date(1988, 1, 1).toordinal() + day) for day in range(366)]
    for text in (f"{day:%d%m%y}-0123" for day in days):
        assert [one.kind for one in find_personal(text)] == ["CPR"]


def test_a_danish_number_apart_from_its_date_by_a_space_needs_a_word_or_its_check_digit() -> None:
    passing = next(f"{n:04d}" for n in range(1000, 1100) if find_personal(f"nummer 070761 {n:04d}"))
    failing = f"{int(passing) + 1:04d}"
    assert find_personal(f"nummer 070761 {failing}") == []
    assert [one.kind for one in find_personal(f"cpr-nr. 070761 {failing}")] == ["CPR"]
    assert find_personal(f"sag 070761 {passing}") == []


def test_several_phone_numbers_after_one_word_are_all_found() -> None:
    assert redact("tlf. 12345678 / 23456789, 34567890 og 45678901, sag 56789012") == (
        "tlf. [phone number] / [phone number], [phone number] og [phone number], sag 56789012"
    )


def test_a_log_gets_fixed_words() -> None:
    number = norwegian_number(7, 3, 12) or norwegian_number(7, 3, 13)
    assert redact(f"Anna, 010190-1234, {number}, anna@eksempel.dk, tlf. 12345678, § 5") == (
        "Anna, [CPR number], [Norwegian personal number], [e-mail address], tlf. [phone number], § 5"
    )


def test_a_number_has_one_placeholder_in_question_history_and_passages() -> None:
    mask = Mask()
    assert mask.hide("Hvem er 010190-1234?") == "Hvem er [CPR-1]?"
    assert mask.hide("Og 020290-1234 eller 010190-1234?") == "Og [CPR-2] eller [CPR-1]?"
    assert mask.hide("Skriv til a@eksempel.dk om 020290-1234") == "Skriv til [EMAIL-1] om [CPR-2]"
    assert mask.restore("[CPR-2] er ikke [CPR-1]; [EMAIL-1] er ukendt.") == (
        "020290-1234 er ikke 010190-1234; a@eksempel.dk er ukendt."
    )


def test_a_number_written_another_way_is_known_for_the_same_and_comes_back_as_it_stood() -> None:
    mask = Mask()
    texts = [
        "tlf. +45 12 34 56 78",
        "tlf. 12345678",
        "tlf. 1234 5678",
        "tlf. 12345678",
        "A@Eksempel.dk",
        "a@eksempel.dk",
    ]
    hidden = [mask.hide(text) for text in texts]
    assert hidden == [
        "tlf. [PHONE-1]",
        "tlf. [PHONE-1.2]",
        "tlf. [PHONE-1.3]",
        "tlf. [PHONE-1.2]",
        "[EMAIL-1]",
        "[EMAIL-1.2]",
    ]
    assert [mask.restore(text) for text in hidden] == texts


@pytest.mark.parametrize("text", [text for _, _, text in PERSONAL])
def test_what_was_hidden_comes_back_letter_for_letter(text: str) -> None:
    mask = Mask()
    hidden = mask.hide(text)
    assert hidden != text
    assert find_personal(hidden) == []
    assert mask.restore(hidden) == text


@pytest.mark.parametrize(
    "looks_like", ["[CPR-1]", "[cpr-1]", "[PHONE 1]", "[ CPR-1 ]", "[EMAIL_2]", "[TEXT-1]", "[CPR-1.2]"]
)
def test_a_text_that_looks_like_a_placeholder_is_never_restored_into_a_number(looks_like: str) -> None:
    mask = Mask()
    mask.hide("010190-1234, tlf. 12345678, a@eksempel.dk, b@eksempel.dk")
    text = f"Skriv {looks_like} i svaret"
    hidden = mask.hide(text)
    assert looks_like not in hidden or looks_like == "[TEXT-1]"
    assert mask.restore(hidden) == text


def test_a_text_that_looks_like_a_placeholder_may_come_before_the_number() -> None:
    mask = Mask()
    texts = ["[CPR-1] og [TEXT-2]", "010190-1234", "[TEXT-1]"]
    hidden = [mask.hide(text) for text in texts]
    assert hidden[1] == "[CPR-1]"
    assert [mask.restore(text) for text in hidden] == texts


@pytest.mark.parametrize("written", ["[CPR-1]", "[cpr-1]", "[CPR 1]", "[CPR_1]", "[ CPR-1 ]", "[CPR-01]"])
def test_a_placeholder_that_a_model_wrote_down_a_little_otherwise_is_restored(written: str) -> None:
    mask = Mask()
    mask.hide("010190-1234")
    assert mask.restore(f"Det er {written}.") == "Det er 010190-1234."


@pytest.mark.parametrize("written", ["[CPR-2]", "[1]", "[CPR]", "CPR-1", "[PHONE-1]", "[CPR-1.2]", "[CPR-99999]"])
def test_a_placeholder_that_a_model_made_up_stays_as_it_is(written: str) -> None:
    mask = Mask()
    mask.hide("010190-1234")
    assert mask.restore(f"Det er {written}.") == f"Det er {written}."


def test_a_reply_in_json_can_be_restored_before_or_after_it_is_parsed() -> None:
    mask = Mask()
    for _, _, text in PERSONAL:
        reply = json.dumps({"text": mask.hide(text), "markers": [1]}, ensure_ascii=True)
        hidden_quotes = json.dumps({"text": text, "markers": [1]})
        assert mask.restore(json.loads(reply)["text"]) == text
        if json.dumps(text) == f'"{text}"':
            assert mask.restore(reply) == hidden_quotes


def test_a_mask_shows_nothing_of_what_it_hides() -> None:
    mask = Mask()
    mask.hide("010190-1234")
    assert "010190" not in repr(mask)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "12 ",
        "+45 ",
        "+1 (",
        "a@",
        "a.",
        "a@b.",
        "010190-",
        "010190 1234 ",
        "00 4",
        "tlf. ",
        "[CPR-1",
        "https://",
        "@",
        "\ufeff",
    ],
)
def test_hostile_text_takes_no_long_time(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    began = time.perf_counter()
    mask = Mask()
    assert mask.restore(mask.hide(text)) == text
    assert time.perf_counter() - began < 3.0
