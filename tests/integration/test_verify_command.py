"""`atmp verify`: sentences and their quotes in, what is wrong with them out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.atmp_command import SECONDS, Atmp

MEETINGS = {"document": "bådklub.md", "quote": "Bestyrelsen mødes fire gange om året."}
CHILDREN = {"document": "bådklub.md", "quote": "Børn under 12 år betaler ikke kontingent."}
HARBOUR = {"document": "havn.md", "quote": "Havnen er åben fra april til oktober."}


def verified(atmp: Atmp, *sentences: tuple[str, list[dict[str, str]]], question: str = "") -> list[dict[str, Any]]:
    given = {
        "question": question,
        "sentences": [{"text": text, "citations": citations} for text, citations in sentences],
    }
    done = atmp("verify", "--json", stdin=json.dumps(given))
    assert (done.returncode, done.stderr) == (0, "")
    checked: list[dict[str, Any]] = json.loads(done.stdout)["sentences"]
    assert all(set(sentence) == {"supported", "problems"} for sentence in checked)
    assert all(sentence["supported"] == (not sentence["problems"]) for sentence in checked)
    return checked


def kinds(sentence: dict[str, Any]) -> list[str]:
    return [problem.partition(":")[0] for problem in sentence["problems"]]


def test_sentences_are_answered_in_order_each_with_the_kinds_of_its_problems(filled: Atmp) -> None:
    checked = verified(
        filled,
        ("Bestyrelsen mødes fire gange om året.", [MEETINGS]),
        ("Bestyrelsen mødes fem gange om året.", [MEETINGS]),
        ("Children under 12 pay no fee.", [CHILDREN]),
        ("Børn under 12 år betaler kontingent.", [CHILDREN]),
        ("Havnen er åben, og bestyrelsen mødes fire gange om året.", [HARBOUR, MEETINGS]),
        ("Bestyrelsen mødes.", []),
    )
    assert [sentence["supported"] for sentence in checked] == [True, False, True, False, True, False]
    assert [kinds(checked[place])[0] for place in (1, 3, 5)] == ["number", "negation", "quote"]
    assert checked[1]["problems"][0] == "number: fem is not in the quote"


@pytest.mark.parametrize(
    ("citation", "reason"),
    [
        (MEETINGS | {"quote": "Bestyrelsen mødes fem gange om året."}, "word for word in 'bådklub.md'"),
        (MEETINGS | {"quote": ""}, "word for word"),
        (MEETINGS | {"document": "havn.md"}, "word for word in 'havn.md'"),
        (MEETINGS | {"document": "ukendt.pdf"}, "no document of the library is called 'ukendt.pdf'"),
    ],
)
def test_a_quote_that_does_not_stand_where_it_is_said_to_is_a_problem_by_itself(
    filled: Atmp, citation: dict[str, str], reason: str
) -> None:
    alone, beside = verified(
        filled,
        ("Bestyrelsen mødes fire gange om året.", [citation]),
        ("Bestyrelsen mødes fire gange om året.", [MEETINGS, citation]),
    )
    for sentence in (alone, beside):
        assert kinds(sentence) == ["quote"]
        assert reason in sentence["problems"][0]


def test_a_quote_over_a_line_break_and_in_capitals_stands_word_for_word(filled: Atmp) -> None:
    quote = MEETINGS | {"quote": "BESTYRELSEN   mø-\ndes fire\ngange om året"}
    assert verified(filled, ("Bestyrelsen mødes fire gange om året.", [quote]))[0]["supported"]


def test_the_questions_own_figures_may_be_repeated(filled: Atmp) -> None:
    sentence = ("I 2026 mødes bestyrelsen fire gange.", [MEETINGS])
    assert verified(filled, sentence, question="Hvor ofte mødes bestyrelsen i 2026?")[0]["supported"]
    assert kinds(verified(filled, sentence)[0]) == ["date"]


def test_no_sentences_give_none_back(filled: Atmp) -> None:
    assert verified(filled) == []


def test_a_person_is_shown_each_sentence_with_its_problems(filled: Atmp) -> None:
    given = {"sentences": [{"text": "Bestyrelsen mødes fem gange.", "citations": [MEETINGS]}]}
    shown = filled("verify", stdin=json.dumps(given)).stdout
    assert shown == "1. Bestyrelsen mødes fem gange.\n   number: fem is not in the quote\n"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "must be an object"),
        ("{}", '"sentences" must be a list'),
        ('{"question": 3, "sentences": []}', '"question" must be text'),
        ('{"sentences": [3]}', "sentence 1"),
        ('{"sentences": [{"text": "a"}]}', 'sentence 1: "citations" must be a list'),
        ('{"sentences": [{"citations": []}]}', 'sentence 1: "text" must be text'),
        ('{"sentences": [{"text": "a", "citations": [{"document": "b"}]}]}', 'citation 1: "quote" must be text'),
    ],
)
def test_what_is_not_the_json_of_the_contract_is_one_line_and_wrong_usage(
    filled: Atmp, one_line_of: Callable[[subprocess.CompletedProcess[str]], str], given: str, reason: str
) -> None:
    done = filled("verify", "--json", stdin=given)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in one_line_of(done)


def test_lone_surrogates_and_control_characters_are_no_crash(filled: Atmp) -> None:
    given = (
        r'{"sentences": [{"text": "\ud800\u0000\u001b[2J", "citations": [{"document": "\udfff", "quote": "\u0000"}]}]}'
    )
    done = filled("verify", "--json", stdin=given)
    assert done.returncode == 0
    assert kinds(json.loads(done.stdout)["sentences"][0]) == ["quote"]


def test_a_closed_standard_input_is_a_clear_line_and_status_2(
    filled: Atmp, one_line_of: Callable[[subprocess.CompletedProcess[str]], str]
) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *filled.command("verify")],
        cwd=filled.checkout,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input is closed" in one_line_of(done)
