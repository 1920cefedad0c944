"""Questions that the assistant declines: advice to a person on illness or a case of his own, and taking sides."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from assistant.word_patterns import Pattern, Patterns, Words, tokens_of
from corpus.documents import Language

DeclineKind = Literal["medical", "legal", "side"]

DECLINED: dict[DeclineKind, dict[Language, str]] = {
    "medical": {
        "da": "Assistenten giver ikke råd til enkeltpersoner om symptomer, behandling eller medicin. Tal med din egen "
        "læge eller den afdeling, der behandler dig, og ændr ikke din medicin, før du har talt med dem. Haster det, "
        "så ring til lægevagten (i hovedstadsområdet Akuttelefonen 1813); er der fare for liv, så ring 112. "
        "Assistenten kan gengive, hvad dokumenterne siger om en behandling eller et lægemiddel i almindelighed.",
        "no": "Assistenten gir ikke råd til enkeltpersoner om symptomer, behandling eller legemidler. Snakk med "
        "fastlegen din eller avdelingen som behandler deg, og endre ikke på legemidlene dine før du har snakket med "
        "dem. Haster det, ring legevakten på 116 117; er det fare for liv, ring 113. Assistenten kan gjengi hva "
        "dokumentene sier om en behandling eller et legemiddel generelt.",
        "en": "The assistant gives no advice to individuals on symptoms, treatment or medicines. Please talk to your "
        "own doctor or to the hospital department that treats you, and do not change your medicines before you have "
        "talked to them. If it is urgent, call the out-of-hours medical service (in Denmark your region's, 1813 in "
        "the Capital Region; in Norway 116 117); if life is in danger, call 112 in Denmark or 113 in Norway. The "
        "assistant can tell you what the documents say about a treatment or a medicine in general.",
    },
    "legal": {
        "da": "Assistenten giver ikke råd i den enkeltes sag. Patientvejlederen i din region vejleder gratis om klage "
        "og erstatning. Styrelsen for Patientklager behandler klager, og Patienterstatningen behandler krav om "
        "erstatning; en advokat kan rådgive dig om din sag. Assistenten kan gengive, hvad dokumenterne siger om "
        "reglerne i almindelighed.",
        "no": "Assistenten gir ikke råd i den enkeltes sak. Pasient- og brukerombudet i fylket ditt gir gratis råd om "
        "klage og erstatning. Statsforvalteren behandler klager, og Norsk pasientskadeerstatning behandler krav om "
        "erstatning; en advokat kan gi deg råd i saken din. Assistenten kan gjengi hva dokumentene sier om reglene "
        "generelt.",
        "en": "The assistant gives no advice on an individual's own case. In Denmark, the patient adviser "
        "(patientvejleder) of your region helps free of charge, the Danish Agency for Patient Complaints (Styrelsen "
        "for Patientklager) handles complaints and Patienterstatningen claims for compensation. In Norway, turn to "
        "the Health and Social Services Ombudsman (Pasient- og brukerombudet). A lawyer can advise you on your case. "
        "The assistant can tell you what the documents say about the rules in general.",
    },
    "side": {
        "da": "Assistenten tager ikke parti og fælder ikke dom over personer, partier eller myndigheder. Den kan i "
        "stedet gengive, hvad dokumenterne siger om hver af dem: Spørg for eksempel, hvad den enkelte part foreslår, "
        "eller hvordan parten begrunder det.",
        "no": "Assistenten tar ikke parti og feller ingen dom over personer, partier eller myndigheter. Den kan i "
        "stedet gjengi hva dokumentene sier om hver av dem: Spør for eksempel hva den enkelte parten foreslår, eller "
        "hvordan parten begrunner det.",
        "en": "The assistant does not take sides, nor does it judge persons, parties or authorities. It can tell you "
        "instead what the documents say about each of them: ask, for example, what a party proposes, or which reasons "
        "it gives.",
    },
}


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a question is declined, and the paragraph that says so and whom to ask instead."""

    kind: DeclineKind
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a question holds that is declined: every one of `wanted`, none of `unwanted`."""

    wanted: tuple[Pattern, ...]
    unwanted: tuple[Pattern, ...]


def declines(question: str, language: Language) -> Decline | None:
    """Return why a question is declined, None for one that is to be answered.

    Declined is who asks for advice on illness, treatment or medicine of his own or of somebody close, for advice on a
    case of his own, or for a judgement between parties or on persons. A question about rules, about rights in general
    or about what documents say is answered, and so is one of a professional. The rules of all languages are tried, as a
    short question tells its own badly.

    Args:
        question: as it was asked.
        language: of the text of the decline.
    """
    tokens = tokens_of(question)
    patterns, rules = _rules()
    for kind, of_kind in rules.items():
        if any(_holds(rule, patterns, tokens) for rule in of_kind):
            return Decline(kind, DECLINED[kind][language])
    return None


def _holds(rule: _Rule, patterns: Patterns, tokens: Sequence[str]) -> bool:
    return all(patterns.is_in(pattern, tokens) for pattern in rule.wanted) and not any(
        patterns.is_in(pattern, tokens) for pattern in rule.unwanted
    )


@cache
def _rules() -> tuple[Patterns, dict[DeclineKind, tuple[_Rule, ...]]]:
    stored = tomllib.loads(files(__package__).joinpath("advising.toml").read_text(encoding="utf-8"))
    patterns = Patterns(Words(stored["words"]), stored["phrases"])
    return patterns, {kind: _read_rules(stored[kind], patterns) for kind in DECLINED}


def _read_rules(stored: dict[str, Any], patterns: Patterns) -> tuple[_Rule, ...]:
    unless = patterns.read(stored["unless"])
    rules = []
    for line in stored["rules"].splitlines():
        if line.strip():
            wanted, _, unwanted = line.partition(" - ")
            rules.append(_Rule(patterns.read("\n".join(wanted.split(" & "))), (*patterns.read(unwanted), *unless)))
    return tuple(rules)
