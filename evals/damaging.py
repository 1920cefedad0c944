"""Rules that damage a right answer in one way at a time, so that it can be seen whether a scorer notices."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from corpus.documents import Language
from evals.citing import is_factual
from evals.quantities import MONTHS
from evals.results import GivenAnswer, Quote, StatedSentence
from evals.spans import loose
from indexing.words import is_function_word

Damage = Literal[
    "number",
    "date",
    "negation_in",
    "negation_out",
    "modality",
    "name",
    "citation",
    "language",
    "padding",
    "refusal",
    "sentence",
]
"""`citation`: the quotes are of other passages. `sentence`: one more, from nowhere, that cites what is cited.
`language`: what an answer in another language says to another question, with the quotes left as they are."""
DAMAGES: tuple[Damage, ...] = get_args(Damage)

PADDING = 900
"""Characters that padding adds at least: with them no answer is short enough."""


@dataclass(frozen=True, slots=True)
class Material:
    """What damage is made of, all of it from answers to other cases.

    `language` is the answer's own; `unrelated` are sentences in it and `foreign` sentences in others; `passages` are
    quotes of other places and `names` proper names.
    """

    language: Language
    unrelated: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    passages: tuple[Quote, ...] = ()
    names: tuple[str, ...] = ()


_Rewording = Callable[[str, str, Material, random.Random], str | None]
"""(sentence, all that is quoted, material, chance) → the damaged sentence, None where the rule does not apply."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS: dict[Language, tuple[str, ...]] = {
    "da": ("to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv"),
    "no": ("to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"),
    "en": ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_MONTH_NAMES: dict[Language, tuple[str, ...]] = {
    "da": tuple(names[0] for names in MONTHS),
    "no": ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
_MONTH_WORDS = frozenset(name.lower() for names in _MONTH_NAMES.values() for name in names)
_MONTH = "|".join(sorted(_MONTH_WORDS))
_DATE = re.compile(
    rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b(?:,? (?P<year>\d{{4}})(?!\d))?"
    rf"|\b(?P<month_first>{_MONTH}) (?:(?P<day_second>\d{{1,2}})(?!\d),? )?(?P<year_last>\d{{4}})(?!\d)"
    rf"|(?<!\d)(?P<iso_year>\d{{4}})-(?P<iso_month>\d{{1,2}})-(?P<iso_day>\d{{1,2}})(?!\d)"
    rf"|(?<![\d.,])(?P<short_day>\d{{1,2}})[./](?P<short_month>\d{{1,2}})[./-](?P<short_year>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_NEGATED: dict[Language, dict[str, str]] = {
    "da": {"ikke": "", "ingen": "alle", "intet": "alt", "aldrig": "altid"},
    "no": {"ikke": "", "ikkje": "", "ingen": "alle", "intet": "alt", "aldri": "alltid"},
    "en": {"not": "", "cannot": "can", "never": "always", "no": "every", "none": "all"},
}
_NEGATION: dict[Language, str] = {"da": "ikke", "no": "ikke", "en": "not"}
_VERBS: dict[Language, tuple[str, ...]] = {
    "da": ("er", "var", "har", "havde", "kan", "skal", "må", "bør", "vil", "bliver", "får", "gælder", "omfatter"),
    "no": ("er", "var", "har", "hadde", "kan", "skal", "må", "bør", "vil", "blir", "får", "gjelder", "omfatter"),
    "en": ("is", "are", "was", "were", "has", "had", "can", "shall", "must", "may", "should", "will"),
}
_MODALS: dict[Language, dict[str, str]] = {
    "da": {"kan": "skal", "skal": "kan", "må": "skal", "bør": "skal"},
    "no": {"kan": "skal", "skal": "kan", "må": "kan", "bør": "skal"},
    "en": {"can": "must", "may": "must", "must": "may", "shall": "may", "should": "must"},
}
_LIST_LABEL = re.compile(r"\d$|\b\w{1,2}\)$")
_NAME = re.compile(r"[A-ZÆØÅ][\w’'-]{1,40}(?: [A-ZÆØÅ][\w’'-]{1,40}){0,4}")


def damage(given: GivenAnswer, how: Damage, material: Material, chance: random.Random) -> GivenAnswer | None:
    """Return an answer damaged in one way, or None where that way does not apply to it.

    Args:
        given: an answer; a refusal cannot be damaged.
        how: which rule.
        material: what to take wrong names, sentences and passages from.
        chance: draws among the places to damage and the material; the same seed gives the same damage.
    """
    if not given.answered or not given.text.strip():
        return None
    if how in _REWORDINGS:
        return _reword(given, _REWORDINGS[how], material, chance)
    return _REMAKINGS[how](given, material, chance)


def find_names(text: str, language: Language) -> list[str]:
    """Return the proper names inside a text, in order: runs of capitalised words that do not open a sentence.

    In English, which also capitalises other words, a name has several words or is an acronym.
    """
    found = [text[start:end] for start, end in _name_places(text)]
    names = [name for name in found if not is_function_word(name, language)]
    return [name for name in names if language != "en" or " " in name or name.isupper()]


# Rules that change the wording of one sentence


def _reword(given: GivenAnswer, rule: _Rewording, material: Material, chance: random.Random) -> GivenAnswer | None:
    """Return the answer with the first sentence, in an order drawn by chance, that the rule applies to damaged."""
    sentences = given.sentences or (StatedSentence(given.text, given.quotes),)
    quoted = " ".join(quote.text for quote in given.quotes)
    for at in chance.sample(range(len(sentences)), len(sentences)):
        said = sentences[at].text
        if not is_factual(said) or said not in given.text:
            continue
        wrong = rule(said, f"{quoted} {given.text}", material, chance)
        if wrong is not None and wrong != said:
            changed = replace(sentences[at], text=wrong)
            own = (*sentences[:at], changed, *sentences[at + 1 :]) if given.sentences else ()
            return replace(given, text=given.text.replace(said, wrong, 1), sentences=own)
    return None


def _change_number(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    words = _NUMBER_WORDS[material.language]
    dates = [found.span() for found in _DATE.finditer(text)]
    marks = [found.span() for found in re.finditer(r"\[\d{1,4}\]", text)]
    digits = [found.span() for found in _NUMBER.finditer(text) if not _inside(found.span(), (*dates, *marks))]
    places = digits or _word_places(text, words)
    if not places:
        return None
    start, end = chance.choice(places)
    written = text[start:end]
    if written.lower() in words:
        others = [word for word in words if not _word_places(quoted, (word,))]
    else:
        held = set(_NUMBER.findall(quoted))
        others = [f"{digit}{written[1:]}" for digit in "123456789" if f"{digit}{written[1:]}" not in held]
    return _put(text, start, end, chance.choice(others)) if others else None


def _change_date(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    parts = [
        (found.start(name), found.end(name), name.rpartition("_")[2] if name.startswith(("iso", "short")) else name)
        for found in _DATE.finditer(text)
        for name, value in found.groupdict().items()
        if value
    ]
    parts += [(start, end, "year") for start, end in _bare_years(text)] if not parts else []
    if not parts:
        return None
    start, end, name = chance.choice(parts)
    others = [other for other in _other_dates(text[start:end], name) if not _word_places(quoted, (other,))]
    return _put(text, start, end, chance.choice(others)) if others else None


def _bare_years(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(r"(?<![\d.,])(?:19|20)\d{2}(?![.,]?\d)", text)]


def _other_dates(written: str, name: str) -> list[str]:
    if "year" in name:
        return [str(int(written) + change) for change in (-3, -2, -1, 1, 2, 3)]
    if written.isdigit():
        return [str(number) for number in range(1, 29 if "day" in name else 13) if number != int(written)]
    names = next(names for names in _MONTH_NAMES.values() if written.lower() in map(str.lower, names))
    return [month if written[0].isupper() else month.lower() for month in names if month.lower() != written.lower()]


def _negate(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    if _word_places(text, _NEGATED[material.language]):
        return None
    places = _word_places(text, _VERBS[material.language])
    if not places:
        return None
    _, end = places[0]
    return _put(text, end, end, f" {_NEGATION[material.language]}")


def _affirm(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    return _swap_word(text, _NEGATED[material.language], chance)


def _change_modality(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    return _swap_word(text, _MODALS[material.language], chance)


def _change_name(text: str, quoted: str, material: Material, chance: random.Random) -> str | None:
    places = _name_places(text)
    others = [name for name in material.names if loose(name) not in loose(quoted)]
    if not places or not others:
        return None
    start, end = chance.choice(places)
    return _put(text, start, end, chance.choice(others))


def _swap_word(text: str, swaps: dict[str, str], chance: random.Random) -> str | None:
    places = _word_places(text, swaps)
    if not places:
        return None
    start, end = chance.choice(places)
    new = swaps[text[start:end].lower()]
    if new:
        return _put(text, start, end, new.capitalize() if text[start].isupper() else new)
    return " ".join(f"{text[:start].rstrip()} {text[end:].lstrip()}".split(" "))


def _word_places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    wanted = {word.lower() for word in words}
    return [found.span() for found in re.finditer(r"\w+", text) if found[0].lower() in wanted]


def _name_places(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _NAME.finditer(text) if _is_name(text, found.start(), found[0])]


def _is_name(text: str, start: int, name: str) -> bool:
    if start and (text[start - 1].isalnum() or text[start - 1] in "_-’'"):
        return False
    before = text[max(0, start - 40) : start].rstrip("\"'»«“”‘’([ ")
    opens = not before or before[-1] in ".:;!?|•–—-*#>\n" or bool(_LIST_LABEL.search(before))
    is_acronym = len(name) > 1 and name.isupper()
    return (is_acronym or not opens) and name.lower() not in _MONTH_WORDS


def _inside(place: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in others)


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


# Rules that change the answer as a whole


def _move_citations(given: GivenAnswer, material: Material, chance: random.Random) -> GivenAnswer | None:
    quoted = loose(" ".join(quote.text for quote in given.quotes))
    others = [one for one in material.passages if loose(one.text) not in quoted and quoted not in loose(one.text)]
    if not given.quotes or not others:
        return None
    moved = {quote: chance.choice(others) for quote in given.quotes}
    sentences = tuple(
        StatedSentence(sentence.text, tuple(moved.get(quote, quote) for quote in sentence.quotes))
        for sentence in given.sentences
    )
    return replace(given, quotes=tuple(moved[quote] for quote in given.quotes), sentences=sentences)


def _say_foreign(given: GivenAnswer, material: Material, chance: random.Random) -> GivenAnswer | None:
    if not material.foreign:
        return None
    said = chance.choice(material.foreign)
    return replace(given, text=said, sentences=(StatedSentence(said, given.quotes),))


def _pad(given: GivenAnswer, material: Material, chance: random.Random) -> GivenAnswer | None:
    if not material.unrelated:
        return None
    added: list[str] = []
    while sum(map(len, added)) < PADDING:
        added += chance.sample(material.unrelated, 1)
    return _append(given, added)


def _add_sentence(given: GivenAnswer, material: Material, chance: random.Random) -> GivenAnswer | None:
    return _append(given, [chance.choice(material.unrelated)]) if material.unrelated else None


def _append(given: GivenAnswer, added: Sequence[str]) -> GivenAnswer:
    """Return an answer that goes on with sentences that lean on what its last one leans on."""
    before = given.sentences or (StatedSentence(given.text, given.quotes),)
    more = tuple(StatedSentence(text, before[-1].quotes) for text in added)
    return replace(given, text=" ".join((given.text, *added)), sentences=before + more)


def _refuse(given: GivenAnswer, material: Material, chance: random.Random) -> GivenAnswer | None:
    return GivenAnswer(answered=False, outcome="no_evidence", text="", confidence=given.confidence)


_REWORDINGS: dict[Damage, _Rewording] = {
    "number": _change_number,
    "date": _change_date,
    "negation_in": _negate,
    "negation_out": _affirm,
    "modality": _change_modality,
    "name": _change_name,
}
_REMAKINGS: dict[Damage, Callable[[GivenAnswer, Material, random.Random], GivenAnswer | None]] = {
    "citation": _move_citations,
    "language": _say_foreign,
    "padding": _pad,
    "refusal": _refuse,
    "sentence": _add_sentence,
}
