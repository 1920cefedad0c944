"""Right answers, damaged one way at a time by rule, are caught; undamaged, reworded and translated, they pass.

`evals/labels/claims.jsonl` has a quote a line, with an honest paraphrase and a translation of it; all are damaged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from assistant.verifying import find_problems

CLAIMS_FILE = Path(__file__).resolve().parents[3] / "evals" / "labels" / "claims.jsonl"
BAR = 0.95
VERBATIM_BAR = 0.97
PARAPHRASE_BAR = 0.90
VARIANTS = 4
"""Damages of one kind that are made of one sentence at most."""


def listed(words: str) -> list[str]:
    return words.split()


NUMBERS = {
    "da": listed("to tre fire fem seks syv otte ni ti tolv"),
    "no": listed("to tre fire fem seks sju åtte ni ti tolv"),
    "en": listed("two three four five six seven eight nine ten twelve"),
}
MONTHS = {
    "da": listed("januar februar marts april maj juni juli august september oktober november december"),
    "no": listed("januar februar mars april mai juni juli august september oktober november desember"),
    "en": listed("January February March April May June July August September October November December"),
}
VERBS = {
    "da": "kan|skal|er|har|bliver|blev|bør|må",
    "no": "kan|skal|er|har|blir|ble|bør|må",
    "en": "can|may|shall|must|should|is|are|was|were|will",
}
SWAPPED_MODALS = {
    "da": {"kan": "skal", "skal": "kan", "må": "skal", "bør": "skal"},
    "no": {"kan": "skal", "skal": "kan", "må": "kan", "bør": "skal"},
    "en": {"may": "must", "must": "may", "shall": "may", "should": "must", "can": "must"},
}
WITHOUT_NEGATION = {
    **{"ikke": "", "not": "", "ingen": "alle", "intet": "et", "uden": "med", "uten": "med", "no": "any"},
    **{"without": "with", "cannot": "can"},
}
OTHER_NAMES = ("Sørensen", "Kattegat", "Trondheim", "Rambøll", "Birmingham", "Sundhedsstyrelsen", "Roskilde")
CAPITALISED = re.compile(r"(?<=[a-zæøå,] )[A-ZÆØÅ][a-zæøå]{2,}")
NEGATED = re.compile(r"\b(?:not|ikke|no|ingen|intet)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """A sentence in one of its forms, with the quote it is right about."""

    form: str
    lang: str
    text: str
    quote: str


def load_claims() -> list[Claim]:
    claims = []
    for line in CLAIMS_FILE.read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        quote, (lang, translation) = value["quote"], value["translation"]
        claims.append(Claim("verbatim", value["lang"], quote, quote))
        claims.append(Claim("paraphrase", value["lang"], value["paraphrase"], quote))
        claims.append(Claim("translation", lang, translation, quote))
    return claims


CLAIMS = load_claims()


def replaced(text: str, found: re.Match[str], words: str) -> str:
    return re.sub(r"  +", " ", text[: found.start()] + words + text[found.end() :]).strip()


def other_numbers(text: str, lang: str) -> Iterator[str]:
    day = re.compile(rf"\.? ?(?:{'|'.join(MONTHS[lang])})")
    for found in re.finditer(r"(?<![\w.,/-])\d{1,3}(?![\w/-]|[.,]\d)", text):
        if not day.match(text, found.end()):
            yield replaced(text, found, str(int(found.group()) + 1))
            yield replaced(text, found, found.group() + "7")
    for found in re.finditer(rf"\b(?:{'|'.join(NUMBERS[lang])})\b", text):
        if found.group() != "to" or lang != "en":
            words = NUMBERS[lang]
            yield replaced(text, found, words[(words.index(found.group()) + 1) % len(words)])
    for found in re.finditer(r"\bmio\.|\bmillioner\b|\bmillion\b", text):
        yield replaced(text, found, {"mio.": "mia.", "millioner": "milliarder", "million": "thousand"}[found.group()])


def other_dates(text: str, lang: str) -> Iterator[str]:
    months = MONTHS[lang]
    for found in re.finditer(rf"\b(?:{'|'.join(months)})\b", text):
        yield replaced(text, found, months[(months.index(found.group()) + 1) % 12])
    for found in re.finditer(rf"\b\d{{1,2}}(?=\.? (?:{'|'.join(months)}))", text):
        yield replaced(text, found, str(int(found.group()) % 28 + 1))
    for found in re.finditer(r"\b20\d\d\b", text):
        yield replaced(text, found, str(int(found.group()) + 1))


def negated(text: str, lang: str) -> Iterator[str]:
    for found in re.finditer(rf"\b(?:{VERBS[lang]})\b", text):
        after = text[found.end() : found.end() + 12]
        if not re.match(r" (?:ikke|not|bare|kun|minst|mindst|ingen|only)\b", after) and found.start():
            yield replaced(text, found, f"{found.group()} {'not' if lang == 'en' else 'ikke'}")


def affirmed(text: str, lang: str) -> Iterator[str]:
    for found in re.finditer(rf"\b(?:{'|'.join(WITHOUT_NEGATION)})\b", text, re.IGNORECASE):
        if found.group().lower() != "no" or lang == "en":
            yield replaced(text, found, WITHOUT_NEGATION[found.group().lower()])


def other_modals(text: str, lang: str) -> Iterator[str]:
    """Yield swaps of modals that are not negated: "may not" and "must not" forbid alike."""
    swaps = SWAPPED_MODALS[lang]
    for found in re.finditer(rf"\b(?:{'|'.join(swaps)})\b", text):
        clause = re.split(r"[.,;:]", text[: found.start()])[-1] + re.split(r"[.,;:]", text[found.end() :])[0]
        if not NEGATED.search(clause):
            yield replaced(text, found, swaps[found.group()])


def other_names(text: str, lang: str) -> Iterator[str]:
    for place, found in enumerate(CAPITALISED.finditer(text)):
        if found.group() not in MONTHS[lang]:
            yield replaced(text, found, OTHER_NAMES[(place + len(text)) % len(OTHER_NAMES)])


DAMAGES: dict[str, Callable[[str, str], Iterator[str]]] = {
    "number": other_numbers,
    "date": other_dates,
    "negation in": negated,
    "negation out": affirmed,
    "modality": other_modals,
    "name": other_names,
}


def rate(outcomes: list[tuple[str, str, bool]]) -> float:
    return sum(good for _, _, good in outcomes) / len(outcomes)


def complaint(outcomes: list[tuple[str, str, bool]]) -> str:
    return "\n".join(f"{text!r} of {quote!r}" for text, quote, good in outcomes if not good)


@pytest.mark.parametrize("lang", ["da", "no", "en"])
@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_of_every_kind_is_caught_in_every_language(kind: str, lang: str) -> None:
    outcomes = [
        (damaged, claim.quote, bool(find_problems(damaged, [claim.quote])))
        for claim in CLAIMS
        if claim.lang == lang
        for damaged in islice(DAMAGES[kind](claim.text, lang), VARIANTS)
        if damaged != claim.text
    ]
    assert len(outcomes) >= 10
    assert rate(outcomes) >= BAR, complaint(outcomes)


@pytest.mark.parametrize("form", ["verbatim", "paraphrase", "translation"])
def test_a_citation_moved_to_another_source_is_caught(form: str) -> None:
    sentences = [claim for claim in CLAIMS if claim.form == form]
    outcomes = [
        (claim.text, other.quote, bool(find_problems(claim.text, [other.quote])))
        for place, claim in enumerate(sentences)
        for step in range(1, len(sentences), 5)
        for other in [sentences[(place + step) % len(sentences)]]
    ]
    assert rate(outcomes) >= BAR, complaint(outcomes)


def test_a_sentence_from_nowhere_is_caught() -> None:
    nowhere = {
        "da": "Fyret på øen blev malet rødt og hvidt af en lokal kunstner.",
        "no": "Fyret på øya ble malt rødt og hvitt av en lokal kunstner.",
        "en": "The lighthouse on the island was painted red and white by a local artist.",
    }
    outcomes = [
        (text, claim.quote, bool(find_problems(text, [claim.quote])))
        for claim in CLAIMS
        if claim.form == "verbatim"
        for text in nowhere.values()
    ]
    assert rate(outcomes) >= BAR, complaint(outcomes)


@pytest.mark.parametrize(
    ("form", "bar"), [("verbatim", VERBATIM_BAR), ("paraphrase", PARAPHRASE_BAR), ("translation", PARAPHRASE_BAR)]
)
def test_undamaged_claims_pass(form: str, bar: float) -> None:
    outcomes = [
        (claim.text, claim.quote, not find_problems(claim.text, [claim.quote]))
        for claim in CLAIMS
        if claim.form == form
    ]
    assert len(outcomes) >= 60
    assert rate(outcomes) >= bar, complaint(outcomes)
