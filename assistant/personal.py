"""Where a text holds personal numbers, e-mail addresses and phone numbers, and what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

PersonalKind = Literal["CPR", "FNR", "EMAIL", "PHONE", "TEXT"]
"""Danish and Norwegian personal numbers, addresses, numbers; TEXT is a text that only looks like a placeholder."""

_I = re.IGNORECASE
_GAP = "[ \u00a0\u2009\u202f]"
_JOINT = r"[ \u00a0\u2009\u202f./\u2010\u2011-]"
_DASH = r"[-\u2010\u2011\u2012\u2013]"
_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.){1,6}[^\W\d_]{2,24}(?![^\W_])")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", _I)

_DATE_PART = rf"(?P<day>\d\d)(?:[./]|{_GAP})?(?P<month>\d\d)(?:[./]|{_GAP})?(?P<year>(?:18|19|20)?\d\d)"
_DASHED_CPR = re.compile(
    rf"(?<!\d)(?<!\d[-/.,\u2010\u2011\u2013]){_DATE_PART}{_GAP}?{_DASH}{_GAP}?(?P<serial>\d{{4}})(?!\d|[-./,]\d)"
)
_SPACED_CPR = re.compile(
    rf"(?<![\w/.,-])(?<!\d[ \u00a0]){_DATE_PART}{_GAP}(?P<serial>\d{{4}})(?![\w/]|[-.,]\d|[ \u00a0]\d)"
)
_PLAIN_CPR = re.compile(
    r"(?:(?<![\w/.,+-])|(?<=cpr))(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d\d)(?P<serial>\d{4})(?![\w/]|[-.,]\d)", _I
)
_CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
"""Of the modulus 11 check (cpr.dk), which a number given since 2007 need not pass."""
_FNR = re.compile(rf"(?<!\d)(?<!\d[-/.,])\d\d[./ ]?\d\d[./ ]?\d\d(?:{_GAP}|{_DASH})?\d{{3}}{_GAP}?\d\d(?!\d|[-./,]\d)")
_FNR_WEIGHTS = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
"""Of its two modulus 11 checks (skatteetaten.no)."""

_ABROAD = re.compile(
    rf"(?<![\w+])(?<!\d[ \u00a0])(?:\+|(?<![.,:/-])00(?={_GAP}?[34])){_GAP}?"
    rf"(?:4[57](?:{_JOINT}?\d){{8}}(?!\d)|[1-9](?:{_JOINT}?(?:[()]{_GAP}?)?\d){{6,15}}\)?(?!\d))"
)
_AT_HOME = re.compile(
    rf"(?<![\w/+-])(?<![.,]\d)(?<!\d[.,])\(?(?:"
    rf"(?P<pairs>\d\d{_GAP}\d\d{_GAP}\d\d{_GAP}\d\d)|(?P<threes>\d{{3}}{_GAP}\d\d{_GAP}\d{{3}})|"
    rf"\d\d[.-]\d\d[.-]\d\d[.-]\d\d|\d{{4}}(?:{_GAP}|{_DASH})?\d{{4}}|\d\d{_GAP}?\d{{3}}{_GAP}?\d{{3}}|\d{{8}}|"
    r"\d{1,4}(?:[ \u00a0./-]{1,2}\d{2,5}){2,4}|\d{9,12})\)?(?![\w/]|[.,-]\d)"
)
_DATE = re.compile(r"\(?(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d){1,2}|(?:19|20)\d\d-\d\d-\d\d)\)?")
_YEARS = re.compile(rf"(?:19|20)\d\d(?:{_GAP}(?:19|20)\d\d|(?:{_DASH}|/)\d{{4}})")
"""Years, and the number of a case of a year."""
_UNIT_AFTER = re.compile(
    rf"{_GAP}?(?:,-|kr\b|kroner|mio\b|mia\b|mill|mrd|dkk|nok|sek|eur|usd|€|\$|£|%|pct|prosent)", _I
)
_CURRENCY_BEFORE = re.compile(rf"(?:\b(?:kr|dkk|nok|sek|eur|euro|usd)\b\.?|[€$£]){_GAP}?$", _I)
_THOUSANDS = re.compile(rf"\+?{_GAP}?\d{{1,3}}(?:[.]\d{{3}}){{1,4}}|\+?{_GAP}?\d{{1,3}}(?:{_GAP}\d{{3}}){{1,2}}")
_BESIDE = re.compile(r"\s?(?:[,/;&]|og|eller|samt|and|or)?\s?", _I)

_LABEL = re.compile(
    r"(?P<cpr>\b(?:cpr|personnummer|personnr|fødselsnummer|foedselsnummer|fødselsnr|personal number)\w{0,8})|"
    r"(?P<phone>\b(?:tlf\w{0,2}|tlfnr|telf|tel|tfn|telefon(?:nr|nummer|nummeret|en)?|mobil(?:nr|nummer|nummeret|en)?|mob|"
    r"mobiltelefon\w{0,8}|fastnet|(?:tele|cell)?phone|fax|telefax|sms|hotline|vagttelefon\w{0,8})\b|"
    r"\b[tm]:|\b(?:mit|mitt|my|hans|hendes|hennes|her|his|vores|vårt|our)\s(?:nummer|nr|number)\b)|"
    r"(?P<call>\b(?:ring|ringe|ringer|call|calling|text|kontakt|kontakte|kontaktes|opkald)\b)|"
    r"(?P<other>\b(?:(?:se|p|j|reg)[-. ]{0,2}(?:nr|nummer)|cvr|ean|gln|isbn|issn|org|orgnr|organisasjonsnummer|"
    r"konto|kontonr|kontonummer|iban|sag|sagen|sags?nr|sagsnummer|sak|saken|saksnr|saksnummer|jnr|journal|journalnr|journalnummer|akt|dok|doknr|dokument|dokumentnr|"
    r"id|løbenr|faktura|fakturanr|fakturanummer|ordre|ordrenr|ordrenummer|bestilling|batch|lot|varenr|varenummer|vnr|"
    r"ydernr|ydernummer|autorisations\w{0,4}|autorisationsid|matrikel\w{0,4}|pmid|nct|eudract|case|file|ref|"
    r"reference|account|invoice|order|registration)\b)",
    _I,
)
_REGISTRATION = re.compile(r"(?<!\d)\d{4}[ -]?$")
"""Four digits of a bank before the number of an account."""
_LOOK_BACK = 48
"""Characters before a number in which a word that says what it is may stand."""
_LABEL_AFTER = re.compile(r"\s?\(?(?:tlf|telefon|mobil|mob|privat|arbejde|phone|mobile|cell)\b", _I)
_LINE_AROUND = 80
"""Characters on each side, on the same line, that tell a row of numbers from a sentence."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Personal:
    """Something of a person in a text; `identity` is the same for every way to write it. Keep it out of logs."""

    kind: PersonalKind
    start: int
    end: int
    identity: str


def find_personal(text: str) -> list[Personal]:
    """Return the personal numbers, e-mail addresses and phone numbers of a text, in order, none overlapping.

    >>> [found.kind for found in find_personal("Skriv til anna@eksempel.dk eller ring på 12 34 56 78 inden 2026.")]
    ['EMAIL', 'PHONE']
    """
    found: list[Personal] = []
    for finding in (_find_emails(text), _find_norwegian(text), _find_danish(text)):
        found += apart(finding, found)
    urls = [Personal("TEXT", match.start(), match.end(), "") for match in _URL.finditer(text)]
    taken = sorted([*found, *urls], key=lambda one: one.start)
    found += apart(_find_phones(text, taken), taken)
    return sorted(found, key=lambda one: one.start)


def apart(found: Iterator[Personal], taken: Sequence[Personal]) -> list[Personal]:
    """Return those that overlap nothing that was found before."""
    places = {at for one in taken for at in range(one.start, one.end)}
    return [one for one in found if places.isdisjoint(range(one.start, one.end))]


def _digits(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal())


def _find_emails(text: str) -> Iterator[Personal]:
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        labels = match.group().rpartition("@")[2].split(".")
        begins_a_sentence = labels[-1].istitle() and labels[-2].isupper()
        if not begins_a_sentence:  # as in "MyHealth@EU.Det"
            yield Personal("EMAIL", match.start(), match.end(), match.group().lower())


def _find_norwegian(text: str) -> Iterator[Personal]:
    for match in _FNR.finditer(text):
        digits = _digits(match.group())
        sums = [sum(int(digit) * weight for digit, weight in zip(digits, w, strict=True)) for w in _FNR_WEIGHTS]
        day, month = int(digits[:2]), int(digits[2:4])
        day -= 40 if day > 40 else 0  # a D-nummer
        month -= 40 if month > 40 else 0  # a hjelpenummer
        if not any(total % 11 for total in sums) and _is_date(2000, month, day):
            yield Personal("FNR", match.start(), match.end(), digits)


def _find_danish(text: str) -> Iterator[Personal]:
    for pattern, is_cpr in ((_DASHED_CPR, _is_dashed_cpr), (_SPACED_CPR, _is_spaced_cpr), (_PLAIN_CPR, _is_plain_cpr)):
        for match in pattern.finditer(text):
            digits = _digits(match["day"] + match["month"] + match["year"][-2:] + match["serial"])
            if _is_cpr_number(digits) and is_cpr(match, digits):
                yield Personal("CPR", match.start(), match.end(), digits)


def _is_dashed_cpr(match: re.Match[str], digits: str) -> bool:
    """Return whether a date, a dash and four digits are no date with a year or an hour after it."""
    has_plain_date = match.group()[:6].isdecimal()
    return has_plain_date or _is_spaced_cpr(match, digits)


def _is_spaced_cpr(match: re.Match[str], digits: str) -> bool:
    label = _label_of(match.string, match.start())
    is_year = digits[6:8] in ("19", "20")
    return label == "cpr" or (label != "other" and not is_year and _passes_modulus(digits))


def _is_plain_cpr(match: re.Match[str], digits: str) -> bool:
    label = _label_of(match.string, match.start())
    is_replacement = int(digits[:2]) > 60  # too like other numbers: a Danish ISBN begins with 87
    return label == "cpr" or not (label == "other" or is_replacement or _is_amount(match.string, match))


def _is_cpr_number(digits: str) -> bool:
    """Return whether the date is one, in the century that the seventh digit tells (cpr.dk), and the number was given.

    A replacement number has 60 added to its day.
    """
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return digits[6:] != "0000" and _is_date(century + year, month, day - 60 if day > 60 else day)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _passes_modulus(digits: str) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(digits, _CPR_WEIGHTS, strict=True)) % 11 == 0


def _find_phones(text: str, taken: Sequence[Personal]) -> Iterator[Personal]:
    candidates = sorted([*_ABROAD.finditer(text), *_AT_HOME.finditer(text)], key=lambda match: match.start())
    places = {at for one in taken for at in range(one.start, one.end)}
    end = -1
    for match in candidates:
        if match.start() < end or not places.isdisjoint(range(match.start(), match.end())):
            continue
        is_beside_a_phone = end >= 0 and _BESIDE.fullmatch(text, end, match.start()) is not None
        label = "phone" if is_beside_a_phone else _label_of(text, match.start())
        if _is_phone(match, label, text):
            end = match.end()
            yield Personal("PHONE", match.start(), end, _phone_identity(match.group()))


def _phone_identity(written: str) -> str:
    digits = _digits(written)
    digits = digits.removeprefix("00")
    return digits[2:] if len(digits) == 10 and digits[:2] in ("45", "47") else digits


def _is_phone(match: re.Match[str], label: str, text: str) -> bool:
    written = match.group()
    if _is_amount(text, match) or _DATE.fullmatch(written):
        return False
    if match.re is _ABROAD:
        return _is_number_abroad(written, label)
    if not 8 <= len(_digits(written)) <= 12:
        return False
    named = label == "phone" or (not label and _LABEL_AFTER.match(text, match.end()) is not None)
    if named:
        return True
    if label == "call":
        return not _YEARS.fullmatch(written) and _THOUSANDS.fullmatch(written) is None
    grouped = match["pairs"] or match["threes"]
    return bool(grouped) and not label and written[0] != "0" and not _is_series(written) and not _is_in_table(match)


def _is_number_abroad(written: str, label: str) -> bool:
    groups = re.findall(r"\d+", written)
    singles = sum(len(group) == 1 for group in groups[1:] if group != "0")
    count = len(_digits(written))
    return label == "phone" or (
        8 <= count <= 15 and singles <= 2 and label != "other" and _THOUSANDS.fullmatch(written) is None
    )


def _is_amount(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 8) : match.start()]
    return bool(_UNIT_AFTER.match(text, match.end()) or _CURRENCY_BEFORE.search(before))


def _is_series(written: str) -> bool:
    """Return whether pairs count up evenly, as the marks of an axis do: "10 20 30 40"."""
    steps = {int(later) - int(former) for former, later in pairwise(re.findall(r"\d+", written))}
    return len(steps) == 1 and 0 <= min(steps) <= 10


def _is_in_table(match: re.Match[str]) -> bool:
    """Return whether more numbers than words stand around it on its line, or a number right beside it."""
    text = match.string
    before = text[max(0, match.start() - _LINE_AROUND) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + _LINE_AROUND].partition("\n")[0]
    if before.rstrip()[-1:].isdigit() or after.lstrip()[:1].isdigit():
        return True
    around = f"{before} {after}"
    return len(_NUMBER.findall(around)) > len(_WORD.findall(around))


def _label_of(text: str, start: int) -> str:
    """Return what the nearest word before a number calls it: "cpr", "phone", "call", "other" or ""."""
    before = text[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]
    since = re.split(r"\d|[.!?;] (?=[A-ZÆØÅ])", _REGISTRATION.sub("", before))[-1]
    labels = [match.lastgroup for match in _LABEL.finditer(since)]
    return (labels[-1] or "") if labels else ""
