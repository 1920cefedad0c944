"""The verifier's figures are counted over what it passes undamaged, and refused where there is nothing to count."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.verifying import Problem, find_problems
from evals import verification
from evals.claims import Claim, Form
from evals.gating import Bar, broken_bars
from evals.verification import DAMAGES, Row, count_trials, load_starter_claims, to_metrics, try_claims


def claim(name: str, text: str, quote: str, form: Form = "paraphrased", *, held_out: bool = False) -> Claim:
    return Claim(name, form, "da", text, (quote,), source=name, held_out=held_out)


COUNCIL = claim(
    "council",
    "Rådet i Nordhavn skal ikke mødes før den 3. maj 2026, og det har 12 medlemmer.",
    "Rådet i Nordhavn skal ikke mødes før den 3. maj 2026 og har 12 medlemmer.",
)
FOREMAN = claim(
    "foreman",
    "Fogeden i Sydby kan leje 7 både ud til gæster om sommeren.",
    "Fogeden i Sydby kan leje 7 både ud til gæster om sommeren.",
    "verbatim",
    held_out=True,
)
CLAIMS = (COUNCIL, FOREMAN)


def refuse(sentence: str, quotes: Sequence[str], question: str) -> tuple[Problem, ...]:
    return (Problem("content", "no"),)


def test_a_right_sentence_is_damaged_in_every_way_that_applies() -> None:
    trials = [trial for trial in try_claims(CLAIMS) if trial.claim is COUNCIL and trial.how is not None]
    assert {trial.how for trial in trials} == set(DAMAGES) - {"negation_in"}
    assert all(trial.text != COUNCIL.text or trial.quotes != COUNCIL.quotes for trial in trials)
    assert all(trial.good for trial in trials)


def test_the_same_seed_gives_the_same_damage() -> None:
    assert try_claims(CLAIMS, seed=3) == try_claims(CLAIMS, seed=3)


def test_a_verifier_that_refuses_everything_catches_nothing() -> None:
    rows = count_trials(try_claims(CLAIMS, find=refuse))
    assert all(row.good == 0 for row in rows)
    assert next(row for row in rows if (row.name, row.part) == ("caught", "all")).n == 0
    assert broken_bars(to_metrics(rows), [Bar("caught", "number", at_least=0.95)])


def test_what_is_held_out_is_counted_apart_too() -> None:
    rows = {(row.name, row.part): row for row in count_trials(try_claims(CLAIMS))}
    assert rows["let_through", "held out"].n == rows["let_through", "verbatim"].n == 1
    assert rows["let_through", "paraphrased da"] == Row("let_through", "paraphrased da", 1, 1)
    assert 0 < rows["caught", "held out"].n < rows["caught", "all"].n


def test_forbidding_in_another_word_is_no_damage() -> None:
    english = Claim("e", "verbatim", "en", "Guests may not rent boats.", ("Guests may not rent boats.",), source="e")
    assert not [trial for trial in try_claims([english, *CLAIMS]) if trial.claim is english and trial.how == "modality"]


def test_the_figures_carry_their_counts_and_intervals() -> None:
    row = Row("caught", "number", 40, 39)
    figures = to_metrics([row])["figures"]
    assert {"name": "caught", "part": "number", "value": 0.975} in figures
    assert {"name": "n", "part": "caught number", "value": 40} in figures
    assert "0.975 [0.871, 0.996]" in str(row)


def test_the_claims_over_the_starter_documents_are_enough_of_each_form_and_all_stand_in_them() -> None:
    claims = load_starter_claims()
    by_hand = [one for one in claims if one.id.startswith("paraphrase-")]
    assert len([one for one in claims if one.form == "verbatim"]) >= 300
    assert len(by_hand) >= 150
    assert len([one for one in by_hand if one.held_out]) >= len(by_hand) // 3 - 1
    assert 0.55 <= len([one for one in by_hand if one.form == "paraphrased"]) / len(by_hand) <= 0.75


def test_a_wrong_argument_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert verification.main(["--all"]) == 2
    assert "--missed" in capsys.readouterr().err


def test_what_was_missed_is_told_but_for_what_is_held_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = claim("wrong", "Kajen har 9 pladser.", "Kajen har 8 pladser.")
    hidden = claim("hidden", "Molen har 9 pladser.", "Molen har 8 pladser.", held_out=True)
    assert find_problems(wrong.text, wrong.quotes)
    monkeypatch.setattr(verification, "load_starter_claims", lambda: [*CLAIMS, wrong, hidden])
    monkeypatch.setattr(verification, "load_shared_claims", list)
    assert verification.main(["--missed"]) == 0
    shown = capsys.readouterr().out
    assert "undamaged wrong" in shown
    assert "hidden" not in shown


def test_another_word_for_the_no_of_an_answer_is_no_damage() -> None:
    quote = "The fee is not paid by guests in Southport."
    english = Claim("e", "paraphrased", "en", f"No, {quote[0].lower()}{quote[1:]}", (quote,), source="e")
    damaged = [one for one in try_claims([english, *CLAIMS]) if one.claim is english and one.how == "negation_out"]
    assert [trial.text for trial in damaged] == ["No, the fee is paid by guests in Southport."]
