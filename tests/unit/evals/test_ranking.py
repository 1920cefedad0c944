"""Measures of searching: what is gold, at which rank it is found, and the same figures as ir_measures."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus.documents import Span
from evals.cases import Case
from evals.ranking import Gold, gold_of, ndcg_at, ranks_of, recall_at, reciprocal_rank_at, success_at
from evals.results import Passage
from evals.spans import AnchoredText

DANISH = "Udvalget holder fire møder om året. Referater lægges ud samme uge. Der er fire møder i alt."
ENGLISH = "The committee meets four times a year. Minutes are published the same week."
TEXTS = {"da.md": AnchoredText(DANISH), "en.md": AnchoredText(ENGLISH)}
CASE = Case(
    id="a",
    language="da",
    kind="number",
    question="hvor tit mødes udvalget?",
    answerable=True,
    documents=("da.md", "en.md"),
    evidence=("fire møder", "four times a year"),
)
MEASURES: list[Callable[[list[int | None], int], float]] = [recall_at, success_at, reciprocal_rank_at, ndcg_at]


def passage_of(document: str, text: str, words: str) -> Passage:
    start = text.index(words)
    return Passage(document, start, start + len(words))


def item(document: str, start: int, end: int) -> Gold:
    return ((document, Span(start, end)),)


def test_the_anchors_of_a_case_are_places_of_one_gold_item() -> None:
    (gold,) = gold_of(CASE, TEXTS)
    texts = {"da.md": DANISH, "en.md": ENGLISH}
    assert [(document, texts[document][span.start : span.end]) for document, span in gold] == [
        ("da.md", "fire møder"),
        ("da.md", "fire møder"),
        ("en.md", "four times a year"),
    ]


def test_a_hit_in_one_language_is_all_that_is_asked_of_a_case_in_two() -> None:
    ranks = ranks_of([passage_of("en.md", ENGLISH, ENGLISH)], gold_of(CASE, TEXTS))
    assert ranks == [1]
    assert recall_at(ranks, 5) == success_at(ranks, 5) == 1.0


def test_a_case_can_be_held_to_one_of_its_documents() -> None:
    danish = gold_of(replace(CASE, documents=("da.md",)), TEXTS)
    assert ranks_of([passage_of("en.md", ENGLISH, ENGLISH)], danish) == [None]


def test_places_that_coincide_count_once() -> None:
    assert gold_of(replace(CASE, evidence=("fire møder", "Fire  møder!")), TEXTS) == gold_of(
        replace(CASE, evidence=("fire møder",)), TEXTS
    )


def test_an_anchor_that_stands_nowhere_gives_no_gold() -> None:
    assert gold_of(replace(CASE, evidence=("fem møder",)), TEXTS) == []
    assert gold_of(replace(CASE, documents=("other.md",)), TEXTS) == []
    assert gold_of(replace(CASE, documents=(), evidence=()), TEXTS) == []


def test_a_passage_counts_from_half_of_the_span() -> None:
    gold = [item("d", 10, 20)]
    assert ranks_of([Passage("d", 0, 14), Passage("d", 15, 30)], gold) == [2]
    assert ranks_of([Passage("d", 0, 14), Passage("d", 16, 30)], gold) == [None]


def test_a_passage_of_another_document_does_not_count() -> None:
    assert ranks_of([Passage("other", 0, 50), Passage("d", 0, 50)], [item("d", 10, 20)]) == [2]


def test_each_item_has_the_rank_of_its_first_passage() -> None:
    gold = [item("d", 10, 20), item("d", 40, 50), item("d", 80, 90)]
    passages = [Passage("d", 35, 55), Passage("d", 0, 30), Passage("d", 35, 55)]
    assert ranks_of(passages, gold) == [2, 1, None]


def test_the_measures_of_one_search_worked_by_hand() -> None:
    ranks = [3, None, 1, 7]
    assert recall_at(ranks, 2) == 0.25
    assert recall_at(ranks, 5) == 0.5
    assert success_at(ranks, 1) == 1.0
    assert reciprocal_rank_at(ranks) == 1.0
    assert reciprocal_rank_at([7, 4], k=3) == 0.0
    ideal = 1 + 1 / math.log2(3) + 1 / 2 + 1 / math.log2(5)
    assert ndcg_at(ranks) == pytest.approx((1 + 1 / 2 + 1 / 3) / ideal)


def test_one_item_has_the_discount_of_its_rank_as_ndcg() -> None:
    assert ndcg_at([4]) == pytest.approx(1 / math.log2(5))
    assert ndcg_at([11]) == 0.0


def test_items_in_one_passage_take_the_next_free_places() -> None:
    assert ndcg_at([1, 1, 1]) == 1.0
    assert ndcg_at([1, 1, 2]) == 1.0
    assert ndcg_at([2, 2]) == pytest.approx(ndcg_at([2, 3]))
    assert ndcg_at([10, 10]) == pytest.approx(ndcg_at([10, None]))


def test_ndcg_never_exceeds_one() -> None:
    chance = random.Random(5)  # noqa: S311 - a sample, not a secret
    for _ in range(500):
        ranks = [chance.choice([None, 1, 2, 3, 9, 10, 11]) for _ in range(chance.randint(1, 14))]
        assert 0 <= ndcg_at(ranks) <= 1


@pytest.mark.parametrize("measure", MEASURES)
def test_without_gold_a_measure_is_undefined_and_not_zero(measure: Callable[[list[int | None], int], float]) -> None:
    with pytest.raises(ValueError, match="without gold"):
        measure([], 5)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_of_no_passages_is_refused(measure: Callable[[list[int | None], int], float]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        measure([1], 0)


def test_the_measures_agree_with_ir_measures_on_random_runs() -> None:
    """Every passage is a document to ir_measures; gold that no passage covers is a document the run has not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures
        from ir_measures import RR, R, Success, nDCG

    chance = random.Random(3)  # noqa: S311 - a sample, not a secret
    ours, qrels, run = {}, [], []
    for query in map(str, range(120)):
        length, found, lost = chance.randint(1, 30), chance.randint(0, 6), chance.randint(1, 4)
        covering = chance.sample(range(length), min(found, length))
        passages = [Passage("d", 100 * place, 100 * place + 100) for place in chance.sample(range(length), length)]
        gold = [item("d", 100 * place + 20, 100 * place + 60) for place in covering]
        gold += [item("d", 100 * place + 20, 100 * place + 60) for place in range(length, length + lost)]
        ranks = ranks_of(passages, gold)
        ours[query] = {
            nDCG @ 10: ndcg_at(ranks),
            RR @ 10: reciprocal_rank_at(ranks),
            R @ 5: recall_at(ranks, 5),
            R @ 20: recall_at(ranks, 20),
            Success @ 5: success_at(ranks, 5),
        }
        qrels += [ir_measures.Qrel(query, str(span.start - 20), 1) for ((_, span),) in gold]
        run += [ir_measures.ScoredDoc(query, str(p.start), 100.0 - rank) for rank, p in enumerate(passages)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = list(ir_measures.iter_calc(list(ours["0"]), qrels, run))
    assert len(theirs) == 5 * len(ours)
    for metric in theirs:
        assert ours[metric.query_id][metric.measure] == pytest.approx(metric.value), (metric.query_id, metric.measure)
