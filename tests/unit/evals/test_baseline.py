"""The baseline without its data: samples, the scores of reading, refusal at a threshold, tests, bars, merging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.library import Library
from corpus.splitting import split_document
from evals import baseline
from evals.baseline import load_stored, main, merge, run
from evals.baseline_common import OURS, PartResult, Place, adjust, compare_paired, sample_by_hash
from evals.baseline_page import judge_bars, render_page
from evals.baseline_questions import lend_vectors
from evals.baseline_ranking import choose_queries, gold_of_span, page_name
from evals.baseline_reading import (
    Asked,
    LeavingOut,
    best_of,
    exact_match,
    holds_answer,
    measure_telling_apart,
    nearest_sentence,
    normalized_words,
    share_refused,
    token_f1,
)
from evals.errors import EvaluationError
from evals.results import Figure
from evals.spans import AnchoredText
from indexing.exact import ExactIndex
from indexing.ingesting import ingest
from indexing.keywords import FtsKeywordIndex
from indexing.retrieving import HybridRetriever
from tests.fakes import HashingEmbedder
from tests.rival_library import fill_library, load_marked_up


def test_a_sample_does_not_depend_on_the_order_and_a_smaller_one_is_part_of_it() -> None:
    names = [f"item {number}" for number in range(50)]
    some = sample_by_hash(names, str, 20)
    assert some == sample_by_hash(reversed(names), str, 20)
    assert some[:7] == sample_by_hash(names, str, 7)
    assert some != sorted(some)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Et fyr, en båt og ei bru!", ["fyr", "båt", "og", "bru"]),
        ("«12,5 %» – omtrent", ["125", "omtrent"]),
        ("  ", []),
        ("e\u0301n", ["én"]),
    ],
)
def test_words_are_compared_without_case_punctuation_and_articles(text: str, words: list[str]) -> None:
    assert normalized_words(text) == words


def test_f1_counts_a_word_as_often_as_both_have_it() -> None:
    assert token_f1("fire fire båter", "fire båter båter") == pytest.approx(2 / 3)
    assert token_f1("Båten", "båten.") == 1.0
    assert token_f1("hus", "båt") == 0.0
    assert token_f1("", "båt") == 0.0
    assert token_f1("en", "et") == 1.0


def test_the_best_of_several_answers_counts() -> None:
    assert best_of(exact_match, "Anna Lund", ["Lund", "Anna Lund"]) == 1.0
    assert best_of(token_f1, "Anna", []) == 0.0


def test_an_answer_is_held_in_whole_words_only() -> None:
    assert holds_answer("Broen er 210 meter lang.", ["210 meter"])
    assert not holds_answer("Broen er 2100 meter lang.", ["210"])
    assert not holds_answer("Broen er lang.", ["..."])


def test_the_threshold_refuses_no_more_answerable_ones_than_allowed() -> None:
    answerable = [0.1, 0.2, *[0.9] * 38]
    others = [0.05, 0.15, 0.5, 0.95]
    labels = [True] * len(answerable) + [False] * len(others)
    assert share_refused([*answerable, *others], labels) == 0.75
    assert share_refused([0.5, 0.5], [True, False]) == 0.0


def test_confidence_that_parts_everything_has_an_area_of_one() -> None:
    sure = [Asked(f"a{number}", 0.9, refused=False) for number in range(30)]
    unsure = [Asked(f"b{number}", 0.1, refused=True) for number in range(30)]
    found = {one.name: one for one in measure_telling_apart("both", sure, unsure)}
    assert (found["auroc"].value, found["auroc"].low, found["auroc"].high) == (1.0, 1.0, 1.0)
    assert found["refused_at_5_percent"].value == 1.0
    assert measure_telling_apart("both", sure, []) == []


def test_gold_is_the_place_that_was_marked_and_not_one_before_it() -> None:
    context = "I 1921 kom han hit. Han reiste igjen i 1921, og kom tilbake."
    question = {"answers": ["1921"], "answer_start": [context.rindex("1921")]}
    text = AnchoredText(f"Overskrift\n\n{context}\n")
    [[(document, span)]] = gold_of_span(question, context, "a.md", text)
    assert document == "a.md"
    assert span.start == text.text.rindex("1921")
    assert gold_of_span({"answers": ["1950"], "answer_start": [0]}, context, "a.md", text) == []


def test_titles_are_asked_for_across_languages_only_and_pages_have_to_be_there() -> None:
    def query(kind: str, language: str, page: str) -> dict[str, Any]:
        return {"kind": kind, "lang": language, "context_ids": [page]}

    queries = [query("index_keyword", "da", "a"), query("page_title", "da", "a"), query("index_keyword", "da", "b")]
    assert choose_queries(queries, {"a"}, "da", "da") == queries[:1]
    assert choose_queries(queries, {"a"}, "da", "no") == queries[:2]
    assert choose_queries(queries, {"a", "b"}, "no", "en") == []
    assert page_name("lo:a/b_1", "da") == "da-lo_a_b_1.md"


def test_what_is_left_out_is_not_found_and_what_follows_moves_up(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        embedder = HashingEmbedder()
        fill_library(library, embedder, tmp_path / "documents")
        keywords = FtsKeywordIndex(tmp_path / "keywords.sqlite")
        retriever = HybridRetriever(library, embedder, ExactIndex(embedder.dimensions), keywords)
        everything = retriever.retrieve("Hvor lang er kajen?", 20)
        chunks = sum(hit.document == "havn.md" for hit in everything)
        found = LeavingOut(retriever, "havn.md", chunks).retrieve("Hvor lang er kajen?", 2)
        assert [hit.chunk_id for hit in found] == [h.chunk_id for h in everything if h.document != "havn.md"][:2]
        assert nearest_sentence(retriever.retrieve("Kajen er 120 meter lang.", 5)) == "Kajen er 120 meter lang."
        assert nearest_sentence([]) == ""
        keywords.close()


def test_vectors_that_were_lent_are_not_made_again(tmp_path: Path) -> None:
    with Library.open(tmp_path / "one") as source, Library.open(tmp_path / "two") as target:
        embedder = HashingEmbedder()
        fill_library(source, embedder, tmp_path / "documents")
        lend_vectors(source, target, embedder.name)
        again = HashingEmbedder()
        added = ingest(
            [tmp_path / "documents"],
            target,
            again,
            load=load_marked_up,
            split=split_document,
            suffixes=frozenset({".md"}),
        )
        assert len(added.added) == 3
        assert again.texts == []


def test_p_is_adjusted_over_all_tests_of_a_part() -> None:
    ours, worse, alike = [True] * 10, [False] * 10, [True] * 9 + [False]
    tests = adjust(compare_paired("success_at_5", "all", {OURS: ours, "worse": worse, "alike": alike}))
    assert [(test.other, test.difference, test.only_ours, test.only_other) for test in tests] == [
        ("worse", 1.0, 10, 0),
        ("alike", 0.1, 1, 0),
    ]
    assert tests[0].p_holm == pytest.approx(2 * tests[0].p, rel=1e-3)
    assert tests[1].p_holm == tests[1].p == 1.0


RESULT = PartResult(
    figures=(
        Figure("right", "all", 0.93, 0.88, 0.97, 100),
        Figure("median_words", "all", 50.0, 40.0, 60.0, 90),
        Figure("recall_lost", "disturbance lower_case", -0.01, -0.02, 0.01, 80),
    ),
    timings=(Figure("answer_ms", "p95", 120.0, 100.0, 150.0, 80),),
    made_with={"documents": 5},
)


def test_a_part_replaces_its_own_figures_alone_and_times_stand_apart() -> None:
    stored = merge({"parts": {"help": {"figures": []}}, "timings": {"time": []}}, "seed", RESULT)
    assert list(stored["parts"]) == ["help", "seed"]
    assert "timings" not in stored["parts"]["seed"]
    assert list(stored["timings"]) == ["seed"]
    assert merge(stored, "seed", PartResult())["timings"] == {}


def test_every_bar_says_whether_it_is_met_or_not_measured() -> None:
    found = {one.measure: one for one in judge_bars(merge({}, "seed", RESULT))}
    assert found["seed: right"].met is True
    assert found["seed: right"].found == "93.0 % [88.0; 97.0] 100"
    assert found["seed: median_words"].met is False
    assert found["seed: median_words"].bar == "≤ 45"
    assert found["seed: recall_lost (disturbance lower_case)"].met is True
    assert found["policy: right"].met is None
    assert found["norquad and help: success_at_5 above every other way of searching"].met is None


def test_ranking_is_met_where_every_rival_is_below_and_most_plainly() -> None:
    def part(*pairs: tuple[list[bool], list[bool]]) -> PartResult:
        tests = [t for ours, other in pairs for t in compare_paired("success_at_5", "all", {OURS: ours, "x": other})]
        return PartResult(tests=tuple(tests))

    good, bad, near = [True] * 10, [False] * 10, [True] * 9 + [False]
    stored = merge(merge({}, "norquad", part((good, bad), (good, bad))), "help", part((good, near)))
    above, plainly = judge_bars(stored)[-2:]
    assert (above.found, above.met) == ("3 of 3", True)
    assert (plainly.found, plainly.met) == ("2 of 3", True)
    stored = merge(stored, "help", part((near, good), (good, near)))
    above, plainly = judge_bars(stored)[-2:]
    assert (above.found, above.met) == ("3 of 4", False)
    assert (plainly.found, plainly.met) == ("2 of 4", False)


def test_the_page_has_a_table_for_each_part_there_is() -> None:
    page = render_page(merge({}, "seed", RESULT))
    assert "## Seed questions" in page
    assert "## NorQuAD" not in page
    assert "5 documents." in page
    assert "| disturbance lower_case | −1.0 % [−2.0; 1.0] 80 |" in page


def test_without_the_shared_folder_it_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "SHARED", tmp_path / "nowhere")
    assert main(["--only", "langid", "--work", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "baseline: the folder ../shared with documents and data is not there, so nothing can be measured\n"
    )


def test_a_data_set_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"langid/questions\.jsonl is not in the data"):
        run(["langid"], Place(tmp_path, tmp_path), tmp_path / "b.json", tmp_path / "b.md")
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.json").write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"^b\.json "):
        load_stored(tmp_path / "b.json")
