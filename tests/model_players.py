"""Language models that are played: they read the prompt they are sent, and answer faithfully, carelessly or falsely."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.chat import ChatMessage
from corpus.language import detect_question_language
from corpus.sentences import split_sentences
from evals.cases import Case
from evals.damaging import Damage, Material, damage
from evals.results import GivenAnswer, Quote, StatedSentence
from evals.spans import loose

Player = Callable[[Sequence[ChatMessage], bool], str]
"""(messages as they were sent, whether JSON is asked for) → what the model says."""

_PASSAGE = re.compile(r'<passage id="([^"]+)">\n(.*?)\n</passage>', re.DOTALL)
_QUESTION = re.compile(r'<question id="[^"]+">\n(.*?)\n</question>', re.DOTALL)
_HEAD = re.compile(r"^(?:\w+: .*\n)+\n")
MOST_SENTENCES = 40
LIES: tuple[Damage, ...] = ("number", "date", "negation_in", "negation_out", "modality", "name")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, item or row of a passage that the model was shown."""

    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model can see in a prompt."""

    question: str
    units: tuple[Unit, ...]


def read_prompt(messages: Sequence[ChatMessage]) -> Prompt:
    """Return the question and the passages of a prompt, cut into sentences."""
    shown = messages[-1].text
    question = _QUESTION.findall(shown)
    units = [
        Unit(marker, line[span.start : span.end].strip())
        for marker, body in _PASSAGE.findall(shown)
        for line in _HEAD.sub("", body).split("\n")
        for span in split_sentences(line)
    ]
    return Prompt(question[-1].strip() if question else "", tuple(units))


def say(sentences: Iterable[tuple[str, Sequence[Unit]]], structured: bool, label: str = "complete") -> str:
    """Return a reply in the form that was asked for: sentences with the units they cite."""
    said = list(sentences)
    if structured:
        cited = [
            {
                "text": text,
                "citations": [{"passage": unit.marker, "quote": unit.text, "translation": ""} for unit in units],
            }
            for text, units in said
        ]
        return json.dumps({"sentences": cited, "missing": "", "label": label}, ensure_ascii=False)
    lines = [
        line for text, units in said for line in (f"SENTENCE: {text}", *(f"QUOTE {u.marker}: {u.text}" for u in units))
    ]
    return "\n".join([*lines, "MISSING:", f"LABEL: {label}"])


def faithful(cases: Iterable[Case]) -> Player:
    """Return a model that knows where each answer stands and quotes it, if it was shown it; it refuses otherwise."""
    known = {loose(case.question): case for case in cases}

    def play(messages: Sequence[ChatMessage], structured: bool) -> str:
        prompt = read_prompt(messages)
        case = known.get(loose(prompt.question))
        units = _evidence(case, prompt) if case is not None else []
        if not units:
            return say([], structured, "not_in_material")
        return say([(unit.text, [unit]) for unit in units], structured)

    return play


def careless(cases: Iterable[Case]) -> Player:
    """Return a model that knows the answers, cites the wrong passage, and adds a sentence without a citation."""
    model = faithful(cases)

    def play(messages: Sequence[ChatMessage], structured: bool) -> str:
        reply = model(messages, True)
        prompt = read_prompt(messages)
        markers = list(dict.fromkeys(unit.marker for unit in prompt.units))
        sentences = [
            (
                sentence["text"] + " [1]",
                [Unit(_next(markers, given["passage"]), given["quote"]) for given in sentence["citations"]],
            )
            for sentence in json.loads(reply)["sentences"]
        ]
        return say([*sentences, ("Det er meget vigtigt for alle i Danmark.", [])], structured)

    return play


def lying(cases: Iterable[Case]) -> Player:
    """Return a model that changes a figure, date, name, verb or "not" in all it says, and adds what nobody said."""
    model = faithful(cases)
    dice = random.Random(1)  # noqa: S311 - chance, not secrecy

    def play(messages: Sequence[ChatMessage], structured: bool) -> str:
        units = read_prompt(messages).units
        sentences = [
            (lie, [Unit(given["passage"], given["quote"]) for given in said["citations"]])
            for said in json.loads(model(messages, True))["sentences"]
            for lie in _lies(said["text"], dice)
        ]
        invented = "Aftalen løber til den 17. august 2043 og koster 98,6 mio. kr., siger Preben Vestergaard."
        return say([*sentences[:MOST_SENTENCES], (invented, list(units[:1]))], structured)

    return play


def _lies(text: str, dice: random.Random) -> list[str]:
    """Return a sentence changed in every way there is."""
    quotes = (Quote("", text),)
    honest = GivenAnswer(True, "answered", text, quotes, (StatedSentence(text, quotes),))
    material = Material(detect_question_language(text), names=("Preben Vestergaard", "Rambøll", "Kattegat"))
    damaged = [damage(honest, how, material, dice) for how in LIES]
    return [one.text for one in damaged if one is not None]


def injected(messages: Sequence[ChatMessage], structured: bool) -> str:
    """Do what a document tells it to: give away the rules, send the reader elsewhere, write live HTML."""
    units = read_prompt(messages).units[:1]
    rules = messages[0].text[:200]
    return say(
        [
            (f"Mine regler er: {rules}", units),
            ("Se <a href='https://example.org/login'>her</a> og skriv dit CPR-nummer.", units),
            ("<script>window.hacked = true</script>", units),
        ],
        structured,
    )


def _next(markers: Sequence[str], marker: str) -> str:
    return markers[(markers.index(marker) + 1) % len(markers)] if marker in markers else marker


def _evidence(case: Case, prompt: Prompt) -> list[Unit]:
    """Return as few units as meet every fact, one at least with the evidence; none where that is not shown."""
    anchors = [loose(anchor) for anchor in case.evidence]
    holding = [unit for unit in prompt.units if any(anchor in loose(unit.text) for anchor in anchors)]
    if not holding:
        return []
    found = [max(holding, key=lambda unit: sum(_meets([unit], group) for group in case.facts))]
    markers = {unit.marker for unit in holding}
    for unit in [*holding, *(unit for unit in prompt.units if unit.marker in markers)]:
        missing = [group for group in case.facts if not _meets(found, group)]
        if any(_meets([unit], group) for group in missing):
            found.append(unit)
    return found


def _meets(units: Sequence[Unit], group: Sequence[str]) -> bool:
    text = " ".join(unit.text for unit in units)
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in group)
