"""What a person can limit a search to, what a browser can make of it, and how it is drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest

from corpus.documents import LANGUAGES, DocumentMeta, Language
from indexing.hits import Filters
from ui.conversations import Conversation
from ui.filters import (
    MAX_SENT,
    WHOLE,
    Choices,
    NamedDocument,
    Scope,
    choices_among,
    choose,
    only_document,
    scope_from_json,
    scope_to_json,
    still_there,
)
from ui.rendering.answers import render_conversation
from ui.rendering.filters import MOST_LISTED, MOST_NAMED, render_filters, render_only_document, render_scope
from ui.texts import load_texts

DANISH = load_texts("da")
HOSTILE = '"><script>x()</script>${x}{{y}}\u202e'


@dataclass(frozen=True)
class Held:
    """A document as a library holds it."""

    id: str
    name: str
    meta: DocumentMeta


SHELF = (
    Held("one", "vedtaegt.pdf", DocumentMeta("Vedtægt", "Kommunen", "2024-03-01", kind="mandate", language="da")),
    Held("two", "guide.md", DocumentMeta("Harbour guide", "Harbour", "2022", kind="guide", language="en")),
    Held("three", "notat.txt", DocumentMeta("", "", "", kind="other", language="da")),
    Held("four", "referat.md", DocumentMeta("Referat", "Kommunen", "2030-05", kind="minutes", language="no")),
)
CHOICES = choices_among(SHELF)


class Drawn(HTMLParser):
    """The tags of some HTML, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def checked(self) -> list[str | None]:
        return [box["value"] for box in self.of("input") if "checked" in box]


def test_what_can_be_chosen_is_what_the_documents_are() -> None:
    assert [document.title for document in CHOICES.documents] == ["Harbour guide", "notat.txt", "Referat", "Vedtægt"]
    assert CHOICES.kinds == ("guide", "mandate", "minutes", "other")
    assert CHOICES.publishers == ("Harbour", "Kommunen")
    assert CHOICES.languages == ("da", "no", "en")
    assert CHOICES.years == ("2030", "2024", "2022")


def test_a_choice_becomes_the_filters_of_a_search() -> None:
    sent = {
        "documents": ["one"],
        "kinds": ["mandate", "guide"],
        "publishers": ["Kommunen"],
        "languages": ["da"],
        "first_year": "2022",
        "last_year": "2024",
    }
    scope = choose(sent, CHOICES)
    assert scope.filters == Filters(
        languages=("da",),
        kinds=("guide", "mandate"),
        publishers=("Kommunen",),
        documents=("one",),
        date_from="2022",
        date_to="2024",
    )
    assert [held.id for held in SHELF if scope.filters.allow(held.id, held.meta)] == ["one"]


def test_the_year_chosen_last_is_in() -> None:
    scope = choose({"first_year": "2024", "last_year": "2030"}, CHOICES)
    assert [held.id for held in SHELF if scope.filters.allow(held.id, held.meta)] == ["one", "four"]


def test_years_the_wrong_way_round_are_turned() -> None:
    assert choose({"first_year": "2030", "last_year": "2022"}, CHOICES) == Scope(first_year="2022", last_year="2030")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "documents",
        [],
        {"documents": "one"},
        {"documents": {"one": 1}},
        {"documents": [["one"], None, 3, {"id": "one"}, HOSTILE]},
        {"kinds": ["law", "' OR 1=1 --"], "publishers": [""], "languages": ["sv", "DA"]},
        {"first_year": 2024, "last_year": "2023"},
        {"first_year": ["2024"], "filters": {"documents": ["one"]}},
    ],
)
def test_what_there_is_not_to_choose_is_left_out(sent: object) -> None:
    assert choose(sent, CHOICES).is_whole


def test_of_a_flood_of_values_the_first_are_read() -> None:
    assert choose({"documents": ["x"] * MAX_SENT + ["one"]}, CHOICES).is_whole
    assert choose({"documents": ["x" * 1000] * 100_000 + ["one"]}, CHOICES).is_whole


def test_one_document_alone_is_the_whole_choice() -> None:
    scope = only_document("two", CHOICES)
    assert scope is not None
    assert scope.filters == Filters(documents=("two",))
    assert only_document("gone", CHOICES) is None
    assert only_document(["two"], CHOICES) is None


def test_what_is_removed_from_the_library_is_no_longer_chosen() -> None:
    scope = choose({"documents": ["one", "two"], "languages": ["en"]}, CHOICES)
    left = still_there(scope, choices_among(SHELF[:1]))
    assert left == Scope(documents=(NamedDocument("one", "Vedtægt", "da", "2024"),))


def test_a_scope_survives_as_json() -> None:
    for scope in (WHOLE, choose({"documents": ["one", "two"], "kinds": ["guide"], "first_year": "2022"}, CHOICES)):
        assert scope_from_json(json.loads(json.dumps(scope_to_json(scope)))) == scope


def test_what_is_no_scope_is_refused() -> None:
    with pytest.raises(TypeError):
        scope_from_json({"documents": [{"id": "one"}]})
    with pytest.raises(TypeError):
        scope_from_json({"colour": "red"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_be_chosen_is_a_named_field_of_a_named_group(language: Language) -> None:
    texts = load_texts(language)
    drawn = Drawn(render_filters(CHOICES, WHOLE, texts))
    words = texts.filters
    for name in (
        words.heading,
        words.documents,
        words.kinds,
        words.publishers,
        words.languages,
        words.years,
        words.clear,
    ):
        assert name in drawn.text
    assert len(drawn.of("fieldset")) == len(drawn.of("legend")) == 5
    assert len(drawn.of("label")) == len(drawn.of("input")) + len(drawn.of("select"))
    assert texts.names.minutes in drawn.text
    assert drawn.checked() == []
    assert "open" not in drawn.of("details")[0]


def test_the_summary_says_how_many_filters_are_set_and_which() -> None:
    scope = choose({"documents": ["one"], "languages": ["no"], "first_year": "2022"}, CHOICES)
    drawn = Drawn(render_filters(CHOICES, scope, DANISH, is_open=True, turn=3))
    assert "(3 valgt: Vedtægt, norsk, fra og med 2022)" in drawn.text
    assert drawn.checked() == ["one", "no"]
    assert [option["value"] for option in drawn.of("option") if "selected" in option] == ["2022", ""]
    assert drawn.of("details")[0] == {"class": "filters", "data-turn": "3", "open": None}


def test_many_filters_are_counted_and_not_all_named() -> None:
    many = tuple(NamedDocument(str(number), f"Dokument {number}", "da") for number in range(MOST_NAMED + 3))
    scope = Scope(documents=many)
    assert "og 3 mere)" in Drawn(render_filters(Choices(documents=many), scope, DANISH)).text
    assert len(Drawn(render_scope(scope, DANISH)).of("li")) == MOST_NAMED + 1


def test_a_search_box_comes_with_many_documents_and_a_note_with_more_than_are_listed() -> None:
    many = tuple(NamedDocument(str(number), f"Dokument {number:04}", "da") for number in range(MOST_LISTED + 5))
    few, full = render_filters(CHOICES, WHOLE, DANISH), render_filters(Choices(documents=many), WHOLE, DANISH)
    assert "data-find" not in few
    assert "data-find" in full
    assert full.count("<li data-document>") == MOST_LISTED
    assert f"de første {MOST_LISTED} dokumenter" in full
    chosen = render_filters(Choices(documents=many), Scope(documents=many[-1:]), DANISH)
    assert Drawn(chosen).checked() == [many[-1].id]


def test_a_filter_that_leaves_nothing_out_is_not_offered() -> None:
    assert DANISH.filters.nothing_to_choose in render_filters(choices_among(SHELF[:1]), WHOLE, DANISH)
    assert "fieldset" not in render_filters(Choices(), WHOLE, DANISH)


def test_what_a_document_is_called_is_never_live() -> None:
    hostile = Held(HOSTILE, HOSTILE, DocumentMeta(HOSTILE, HOSTILE, HOSTILE, kind="guide", language="da"))
    choices = choices_among((hostile, *SHELF))
    scope = choose({"documents": [HOSTILE], "publishers": [HOSTILE]}, choices)
    assert len(scope.documents) == len(scope.publishers) == 1
    for html in (
        render_filters(choices, scope, DANISH),
        render_scope(scope, DANISH),
        render_only_document(HOSTILE, DANISH),
    ):
        assert not Drawn(html).of("script")
        assert "<script" not in html
        assert not any(character in html for character in "${}\u202e")


def test_chips_say_what_an_answer_was_searched_in_and_a_whole_search_has_none() -> None:
    scope = choose({"documents": ["two"], "kinds": ["guide"]}, CHOICES)
    drawn = Drawn(render_scope(scope, DANISH))
    assert "Søgt i:" in drawn.text
    assert {"lang": "en"} in drawn.of("li")
    assert render_scope(WHOLE, DANISH) == ""
    asked = render_conversation(Conversation().ask("Hvor længe?", scope), DANISH)
    assert "Harbour guide" in asked
    assert "Søgt i:" not in render_conversation(Conversation().ask("Hvor længe?"), DANISH)


def test_the_question_of_an_exchange_is_found_by_its_place_alone() -> None:
    conversation = Conversation().ask("Først?").ask("Så?")
    assert conversation.question_at(1) == "Så?"
    for wrong in (2, -1, None, "0", 0.0, [0]):
        assert conversation.question_at(wrong) == ""
    assert replace(conversation.exchanges[0]).scope is WHOLE
