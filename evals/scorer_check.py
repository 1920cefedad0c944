"""Does the scorer see what it is there to see? Gold answers have to score right, and damaged ones lower."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.documents import Document, Language
from corpus.sentences import split_sentences
from evals.cases import Case
from evals.citing import is_factual
from evals.damaging import DAMAGES, Damage, Material, damage, find_names
from evals.gold import gold_answer
from evals.results import GivenAnswer, Judgement
from evals.scoring import judge
from evals.spans import AnchoredText

SENTENCE_LENGTHS = range(40, 400)
"""Characters of a sentence that is lent to other answers."""
UNMADE = "gold could not be made"
"""The row that counts the cases without a gold answer; none of them is caught."""
MATERIAL = 40
"""Sentences and passages of each sort that an answer is offered."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """Of `n` answers of a kind, the scorer judged `caught` as it should.

    `kind` is "gold right", "gold without fault" (every other figure at its best too), "gold could not be made"
    (`caught` is always 0), or a damage (scored lower).
    """

    kind: str
    n: int
    caught: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A damaged answer that scored no lower than the gold."""

    case_id: str
    how: Damage
    text: str


@dataclass(frozen=True, slots=True)
class ScorerCheck:
    """What the check found: a row a kind, the cases without a gold answer, and what was missed."""

    rows: tuple[CheckRow, ...]
    without_gold: tuple[str, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class _Gold:
    case: Case
    answer: GivenAnswer
    judgement: Judgement
    language: Language
    sentences: tuple[str, ...]
    names: tuple[str, ...]


def check_scorer(cases: Sequence[Case], documents: Mapping[str, Document], seed: int = 1) -> ScorerCheck:
    """Return how the scorer judges gold answers, and the same damaged in every way that applies.

    Args:
        cases: those whose document is missing, and those whose fact is inferred and so not worded anywhere, are left
            out.
        documents: file name → document.
        seed: of the damage.
    """
    texts = {name: AnchoredText(document.text) for name, document in sorted(documents.items())}
    usable = [case for case in cases if all(name in texts for name in case.documents) and not case.inferred]
    answers = [(case, gold_answer(case, documents, texts)) for case in usable]
    golds = [_judge_gold(case, answer, documents, texts) for case, answer in answers if answer is not None]
    without = tuple(case.id for case, answer in answers if answer is None)
    rows = [
        CheckRow("gold right", len(golds), sum(gold.judgement.right for gold in golds)),
        CheckRow("gold without fault", len(golds), sum(set(_merits(gold.judgement)) == {1.0} for gold in golds)),
        CheckRow(UNMADE, len(without), 0),
    ]
    missed: list[Missed] = []
    answerable = [gold for gold in golds if gold.case.answerable]
    for how in DAMAGES:
        row, not_seen = _check_damage(how, answerable, texts, seed)
        rows.append(row)
        missed += not_seen
    return ScorerCheck(tuple(rows), without, tuple(missed))


def scores_lower(damaged: Judgement, whole: Judgement) -> bool:
    """Return whether any figure of a damaged answer is worse than that of the whole one."""
    return any(after < before for after, before in zip(_merits(damaged), _merits(whole), strict=True))


def _merits(judgement: Judgement) -> tuple[float, ...]:
    """Return the figures of which more is better; where one does not apply it is at its best."""
    return (
        float(judgement.right),
        float(not judgement.contradicted),
        1.0 if judgement.supported is None else float(judgement.supported),
        1.0 if judgement.fact_recall is None else judgement.fact_recall,
        _share(judgement.verbatim_quotes, judgement.quotes),
        _share(judgement.supported_sentences, judgement.sentences),
        _share(judgement.needed_citations, judgement.citations),
    )


def _share(count: int, n: int) -> float:
    return count / n if n else 1.0


def _judge_gold(
    case: Case, answer: GivenAnswer, documents: Mapping[str, Document], texts: Mapping[str, AnchoredText]
) -> _Gold:
    cited = [quote.document for quote in answer.quotes]
    language = documents[cited[0]].meta.language if cited else case.language
    said = [sentence.text for sentence in answer.sentences]
    sentences = [text[span.start : span.end] for text in said for span in split_sentences(text)]
    lent = tuple(text for text in sentences if len(text) in SENTENCE_LENGTHS and is_factual(text))
    names = tuple(name for text in lent for name in find_names(text, language))
    return _Gold(case, answer, judge(case, answer, texts), language, lent, names)


def _check_damage(
    how: Damage, golds: Sequence[_Gold], texts: Mapping[str, AnchoredText], seed: int
) -> tuple[CheckRow, list[Missed]]:
    n = 0
    missed: list[Missed] = []
    for gold in golds:
        chance = random.Random(f"{seed} {how} {gold.case.id}")  # noqa: S311 - no secret, and the same in every run
        damaged = damage(gold.answer, how, _gather_material(gold, golds, chance), chance)
        if damaged is None:
            continue
        n += 1
        if not scores_lower(judge(gold.case, damaged, texts), gold.judgement):
            missed.append(Missed(gold.case.id, how, damaged.text))
    return CheckRow(how, n, n - len(missed)), missed


def _gather_material(gold: _Gold, golds: Sequence[_Gold], chance: random.Random) -> Material:
    """Return what the answers over other documents have to lend."""
    own = {quote.document for quote in gold.answer.quotes}
    others = [other for other in golds if own.isdisjoint(quote.document for quote in other.answer.quotes)]
    others = chance.sample(others, min(MATERIAL, len(others)))
    return Material(
        language=gold.language,
        unrelated=tuple(text for other in others if other.language == gold.language for text in other.sentences),
        foreign=tuple(text for other in others if other.language != gold.language for text in other.sentences),
        passages=tuple(dict.fromkeys(quote for other in others for quote in other.answer.quotes)),
        names=tuple(dict.fromkeys(name for other in others for name in other.names)),
    )
