"""Every page, in every language and width: nothing wrong for axe, headings in order, the focus to be seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from asking import IN_A_BROWSER
from looks import find_foreign_words, find_heading_faults, find_violations, find_without_focus, is_within_width
from playwright.sync_api import Browser, Page, expect

from corpus.documents import LANGUAGES, Language
from ui.rendering.frame import PageName
from ui.texts import load_texts

pytestmark = IN_A_BROWSER

BESIDE_ASK = tuple(name for name in get_args(PageName) if name not in ("ask", "sign_in"))
"""The page to sign in is another site's: see test_sign_in."""
WIDTHS = (1440, 768, 390, 320)
"""320 is what 1280 enlarged to 400 % leaves."""


@pytest.fixture(params=["light", "dark"])
def visitor(chromium: Browser, site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window of somebody on this machine; at its end nothing may have been asked of another host."""
    context = chromium.new_context(color_scheme=request.param)
    elsewhere: list[str] = []
    opened = context.new_page()
    own = (site.address, "data:", "blob:")
    opened.on("request", lambda sent: None if sent.url.startswith(own) else elsewhere.append(sent.url))
    opened.set_default_timeout(15_000)
    yield opened
    context.close()
    assert elsewhere == []


@pytest.mark.parametrize("name", BESIDE_ASK)
def test_the_pages_beside_ask_are_in_order(visitor: Page, site, name: str):
    for language in LANGUAGES:
        visitor.goto(f"{site.address}{name}?lang={language}")
        assert visitor.evaluate("document.documentElement.lang") == language
        for width in WIDTHS:
            visitor.set_viewport_size({"width": width, "height": 900})
            assert is_within_width(visitor), (language, width)
            assert find_violations(visitor) == [], (language, width)
        assert find_heading_faults(visitor) == []
        assert find_without_focus(visitor) == []
        assert find_foreign_words(visitor, language) == []


def ask(page: Page, label: str, question: str, count: int) -> None:
    """Send a question; Enter does nothing while the answer before is being kept, so it is pressed until it does."""
    page.get_by_label(label).fill(question)
    while page.locator(".exchange").count() < count:
        page.get_by_label(label).press("Enter")
        page.wait_for_timeout(500)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ask_is_in_order_in_each_of_its_states(visitor: Page, site, language: Language):
    words = load_texts(language)
    visitor.set_viewport_size({"width": 1440, "height": 900})
    visitor.goto(f"{site.address}?lang={language}")
    expect(visitor.get_by_role("button", name=words.ask.send, exact=True)).to_be_visible()
    states = ("", "Hvad spiser en hval?", "Hvor længe må gæster blive?", "Hvad koster molen?", "Fejl!")
    for asked, question in enumerate(states):
        if question:
            ask(visitor, words.ask.label, question, asked)
            expect(visitor.locator(".searching")).to_have_count(0)
        assert find_violations(visitor) == [], question
        assert find_heading_faults(visitor) == [], question
    for width in WIDTHS:
        visitor.set_viewport_size({"width": width, "height": 900})
        assert is_within_width(visitor), width
        assert find_violations(visitor) == [], width
    assert find_without_focus(visitor) == []
    assert find_foreign_words(visitor, language) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_answer_being_written_and_a_source_being_read_are_in_order(
    visitor: Page, site, width: int, monkeypatch: pytest.MonkeyPatch
):
    words = load_texts("da")
    go_on = threading.Event()
    answered = site.assistant.events

    def answer_slowly(*asked: Any, **options: Any) -> Iterator[Any]:
        first, *rest = answered(*asked, **options)
        yield first
        go_on.wait(30)
        yield from rest

    monkeypatch.setattr(site.assistant, "events", answer_slowly)
    visitor.set_viewport_size({"width": width, "height": 900})
    visitor.goto(site.address)
    ask(visitor, words.ask.label, "Hvor ofte mødes rådet?", 1)
    expect(visitor.locator(".searching")).to_have_text(words.answer.writing)
    expect(visitor.locator(".cite")).to_have_count(1)
    assert find_violations(visitor) == []
    assert find_heading_faults(visitor) == []
    go_on.set()
    expect(visitor.locator(".searching")).to_have_count(0)
    visitor.locator(".cite").nth(1).click()
    expect(visitor.locator("#source-heading")).to_be_focused()
    assert is_within_width(visitor)
    assert find_violations(visitor) == []
    assert find_heading_faults(visitor) == []
    assert find_without_focus(visitor) == []


@pytest.mark.parametrize("width", [320, 1440])
def test_a_table_is_a_stop_of_the_keyboard_only_where_it_scrolls(visitor: Page, site, width: int):
    visitor.set_viewport_size({"width": width, "height": 900})
    visitor.goto(site.address)
    ask(visitor, load_texts("da").ask.label, "Hvor ofte mødes rådet?", 1)
    table = visitor.locator("#source .table").first
    expect(table).to_be_visible()
    scrolls = table.evaluate("node => node.scrollWidth > node.clientWidth")
    assert scrolls is (width == 320)
    expect(visitor.locator("#source .table[tabindex='0']")).to_have_count(1 if scrolls else 0)


def test_on_paper_an_answer_stands_with_its_source_and_without_buttons(visitor: Page, site):
    words = load_texts("da")
    visitor.goto(site.address)
    ask(visitor, words.ask.label, "Hvor ofte mødes rådet?", 1)
    expect(visitor.locator("mark")).to_be_visible()
    visitor.emulate_media(media="print")
    for part in (".asked", ".answer", ".quoted", ".source-title", "mark", ".notice"):
        expect(visitor.locator(part).first).to_be_visible()
    for part in ("#ask-form", ".languages", ".navigation", ".actions", ".feedback", "#conversations", ".steps"):
        expect(visitor.locator(part).first).to_be_hidden()
    expect(visitor.locator(".answer")).to_have_css("color", "rgb(27, 31, 35)")


def test_a_chosen_language_goes_along_to_the_other_pages(visitor: Page, site):
    visitor.goto(f"{site.address}documents")
    visitor.get_by_role("link", name="English").click()
    visitor.get_by_role("link", name="Accessibility").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Accessibility statement")
    visitor.get_by_role("link", name="Ask").click()
    expect(visitor.get_by_label(load_texts("en").ask.label)).to_be_visible()


def test_the_statement_names_no_word_of_another_language(visitor: Page, site):
    for language in LANGUAGES:
        visitor.goto(f"{site.address}accessibility?lang={language}")
        shown = visitor.get_by_role("main").inner_text()
        assert load_texts(language).accessibility.report[0] in shown
        assert all(load_texts(other).accessibility.title not in shown for other in LANGUAGES if other != language)
