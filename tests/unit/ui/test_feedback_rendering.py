"""The thumbs under an answer, and what the page's script makes their form of."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from assistant.feedback import REASONS
from assistant.messages import Answer, Timings
from corpus.documents import LANGUAGES, Language
from ui.conversations import Conversation
from ui.rendering.answers import render_conversation
from ui.rendering.feedback import render_feedback, render_feedback_words
from ui.texts import load_texts

DANISH = load_texts("da")
REFUSAL = Answer(
    id="x",
    question="Hvad nu?",
    language="da",
    outcome="no_evidence",
    text="Det fremgår ikke.",
    confidence=0.1,
    sentences=(),
    citations=(),
    considered=(),
    warnings=(),
    model="extractive",
    timings=Timings(1.0, 1.0, 2.0),
)
ASKED = Conversation(id="c" * 16).ask("Hvad nu?", exchange_id="e" * 16)


class Tags(HTMLParser):
    """The tags of a page, which must be closed in their order."""

    VOID = ("input", "path")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def words_of(language: Language) -> dict[str, str]:
    (place,) = re.findall(r"<div[^>]*>", render_feedback_words(load_texts(language)))
    return {name: html.unescape(value) for name, value in re.findall(r'data-([a-z-]+)="([^"]*)"', place)}


def test_a_refusal_has_thumbs_with_words_and_a_line_for_what_comes_of_them() -> None:
    drawn = Tags(render_feedback(ASKED.settle(REFUSAL).exchanges[0], "c" * 16, DANISH))
    buttons = [attributes for tag, attributes in drawn.found if tag == "button"]
    assert [(each["data-verdict"], each["aria-pressed"]) for each in buttons] == [("up", "false"), ("down", "false")]
    assert [attributes["role"] for tag, attributes in drawn.found if "role" in attributes] == ["group", "status"]
    assert drawn.found[0][1]["aria-labelledby"] == drawn.found[1][1]["id"]


def test_what_was_not_answered_has_no_thumbs() -> None:
    assert render_feedback(ASKED.exchanges[0], "c" * 16, DANISH) == ""
    assert render_feedback(ASKED.fail().exchanges[0], "c" * 16, DANISH) == ""


def test_an_answer_of_a_conversation_that_is_not_kept_says_that_it_cannot_be_rated() -> None:
    drawn = render_feedback(ASKED.settle(REFUSAL).exchanges[0], "", DANISH)
    assert DANISH.feedback.unkept in drawn
    assert "<button" not in drawn


def test_each_answer_of_a_conversation_has_thumbs_and_the_words_are_there_once() -> None:
    conversation = ASKED.settle(REFUSAL).ask("Og nu?", exchange_id="f" * 16).settle(REFUSAL)
    drawn = render_conversation(conversation, DANISH)
    assert re.findall(r'data-feedback="(\w+)" data-conversation="(\w+)"', drawn) == [
        ("e" * 16, "c" * 16),
        ("f" * 16, "c" * 16),
    ]
    assert drawn.count('class="feedback-words"') == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_has_every_reason_as_a_required_choice(language: Language) -> None:
    form = Tags(words_of(language)["form"])
    radios = [attributes for _, attributes in form.found if attributes.get("type") == "radio"]
    assert [each["value"] for each in radios] == list(REASONS)
    assert {each["name"] for each in radios} == {"reason"}
    assert all("required" in each for each in radios)
    assert [tag for tag, _ in form.found if tag in ("fieldset", "legend", "textarea")] == [
        "fieldset",
        "legend",
        "textarea",
    ]


def test_the_script_finds_every_line_it_says() -> None:
    assert words_of("da").keys() == {
        "form",
        "own",
        "thanks",
        "withdrawn",
        "failed",
        "too-many",
        "gone",
        "reason-missing",
    }


def test_ids_are_shown_as_text_whatever_they_hold() -> None:
    hostile = '"><script>x()</script>'
    exchange = Conversation().ask("Hvad?", exchange_id=hostile).settle(REFUSAL).exchanges[0]
    assert "<script>" not in render_feedback(exchange, hostile, DANISH)
