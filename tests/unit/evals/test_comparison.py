"""The table of a comparison: the evaluation's own figures, paired tests, sections of a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.composing import refuse
from assistant.messages import Answer, Citation
from evals.cases import Case
from evals.comparison import (
    SETS,
    Comparison,
    ComparisonRow,
    compare_rivals,
    cut_to_budget,
    main,
    render_comparison_table,
    replace_section,
)
from evals.errors import EvaluationError
from evals.measuring import summarize
from evals.observing import observe_all
from evals.results import Passage, Trial
from evals.rivals import Rival
from evals.spans import AnchoredText
from evals.statistics import mcnemar_exact

TEXT = "The quay is 120 metres long. The crane lifts 40 tonnes. The mast is 9 metres high."
TEXTS = {"harbour.md": AnchoredText(TEXT)}


def case(number: int, anchor: str, fact: str, language: str = "en") -> Case:
    return Case(f"c{number}", language, "number", f"Question {number}?", True, ("harbour.md",), (anchor,), ((fact,),))  # type: ignore[arg-type]


CASES = [
    case(1, "120 metres", "120"),
    case(2, "40 tonnes", "40"),
    case(3, "9 metres", "9", "da"),
    Case("c4", "en", "unanswerable", "Who painted it?", False),
]


def said(text: str) -> Answer:
    refusal = refuse("?", "en", [], 0.0, "test")
    citation = Citation(1, "harbour.md", "id", "Harbour", 1, "", text, 0, len(text), "en", "")
    return replace(refusal, outcome="answered", text=f"{text} [1]", citations=(citation,))


def rival(name: str, quotes: dict[str, str], passages: list[Passage]) -> Rival:
    """Return a rival that quotes by the id of the case, refuses the others, and always finds the same."""

    def answer(asked: Case) -> Answer:
        return said(quotes[asked.id]) if asked.id in quotes else refuse(asked.question, "en", [], 0.0, "test")

    return Rival(name, answer, lambda query, limit: passages[:limit])


GOOD = rival("ours", {"c1": TEXT[:28], "c2": TEXT[29:55], "c3": TEXT[56:]}, [Passage("harbour.md", 0, len(TEXT))])
POOR = rival("theirs", {"c1": TEXT[29:55], "c4": TEXT[:28]}, [Passage("harbour.md", 29, 55)])


def compare(*rivals: Rival) -> tuple[ComparisonRow, ...]:
    return compare_rivals(CASES, rivals, TEXTS, {"harbour.md": "en"}, lambda what, done, total: None)


def test_the_figures_are_those_of_the_evaluation() -> None:
    for one in (GOOD, POOR):
        trials = []
        for asked in CASES:
            value = one.answer(asked)
            quotes = [{"marker": 1, "document": c.document, "quote": c.quote} for c in value.citations]
            trials.append(Trial(asked.id, {"answered": value.answered, "answer": value.text, "citations": quotes}))
        expected = summarize(observe_all(CASES, trials, TEXTS, {"harbour.md": "en"}))
        figures = compare(one)[0].figures
        for name in ("right", "right_answerable", "refused_unanswerable", "refused_answerable", "supported"):
            assert figures[name].value == pytest.approx(expected[name], abs=1e-6), name


def test_searching_is_measured_apart_for_one_language_and_across_two() -> None:
    figures = compare(POOR)[0].figures
    assert figures["success_at_5"].value == pytest.approx(1 / 3, abs=1e-6)
    assert (figures["success_at_5 same"].value, figures["success_at_5 same"].n) == (0.5, 2)
    assert (figures["success_at_5 across"].value, figures["success_at_5 across"].n) == (0.0, 1)


def test_each_rival_is_tested_against_the_first_and_p_is_adjusted() -> None:
    ours, theirs, same = compare(GOOD, POOR, replace(GOOD, name="same"))
    assert ours.p is None
    assert ours.right == (True, True, True, True)
    assert theirs.right == (False, False, False, False)
    assert theirs.p == pytest.approx(2 * mcnemar_exact(4, 0))
    assert same.p == 1.0


def test_a_rival_that_fails_is_a_row_with_its_errors() -> None:
    def fail(asked: Case) -> Answer:
        raise ZeroDivisionError("by chance")

    row = compare(GOOD, Rival("broken", fail, lambda query, limit: []))[1]
    assert row.errors == len(CASES)
    assert row.figures["right_answerable"].value == 0.0
    table = render_comparison_table(Comparison((compare(GOOD)[0], row), 1, 4, 1))
    assert f"Failed, and counted as not answered: {len(CASES)} broken." in table


def test_the_budget_cuts_the_passage_that_goes_beyond_it() -> None:
    passages = [Passage("a", 0, 60), Passage("b", 100, 160), Passage("c", 0, 5)]
    assert cut_to_budget(passages, 100) == [Passage("a", 0, 60), Passage("b", 100, 140)]
    assert cut_to_budget(passages, 60) == [Passage("a", 0, 60)]
    assert cut_to_budget([], 60) == []


def test_every_row_has_a_cell_a_column() -> None:
    table = render_comparison_table(Comparison(compare(GOOD, POOR), 1, 4, 1))
    lines = [line for line in table.splitlines() if line.startswith("|")]
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert "| ours | 100.0 % [51–100] | – |" in lines[2]
    assert "−100.0, p = 0.125" in lines[3]


def test_a_rival_that_answers_nothing_has_a_dash_for_what_is_undefined() -> None:
    silent = rival("silent", {}, [])
    table = render_comparison_table(Comparison(compare(GOOD, silent), 1, 4, 1))
    assert table.splitlines()[5].endswith("| – |")


def test_two_comparisons_agree_but_for_the_clock() -> None:
    first, second = (replace(row, milliseconds=0.0) for row in (compare(POOR)[0], compare(POOR)[0]))
    assert first == second


def test_a_section_is_replaced_and_the_rest_of_the_page_stays() -> None:
    page = "Top\n<!-- begin a -->\nold\n<!-- end a -->\nmiddle\n<!-- begin b -->\n<!-- end b -->\n"
    new = replace_section(page, "a", "new\n")
    assert new == page.replace("old", "new")
    assert replace_section(new, "a", "new\n") == new
    with pytest.raises(EvaluationError, match="begin c"):
        replace_section(page, "c", "x\n")


def test_the_page_has_a_section_for_every_set(checkout: Path) -> None:
    page = (checkout / "docs" / "comparison.md").read_text(encoding="utf-8")
    for one in SETS:
        assert replace_section(page, one.name, "")


def test_a_library_needs_questions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--library", "somewhere"])
    assert ended.value.code == 2
    assert "QUESTIONS" in capsys.readouterr().err


def test_an_empty_library_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        '{"id": "a", "lang": "da", "kind": "unanswerable", "question": "Hvad?", "answerable": false}\n'
    )
    assert main(["--library", str(tmp_path / "library"), "--work", str(tmp_path / "work"), str(questions)]) == 1
    assert "no document in the library" in capsys.readouterr().err
