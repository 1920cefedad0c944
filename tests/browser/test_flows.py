"""The way of an official through the page, in every language and width: from a question to a letter."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from corpus.documents import LANGUAGES, Language
from ui.texts import Texts, load_texts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

QUESTION, FOLLOWING = "Hvor ofte mødes rådet?", "Hvad koster molen?"


@pytest.fixture(params=[(1440, 900), (768, 1024), (390, 844)], ids=["1440", "768", "390"])
def official(chromium: Browser, site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window of that size; at its end nothing may have been asked of another host."""
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
    )
    elsewhere: list[str] = []
    own = (site.address, "data:", "blob:")
    context.on("request", lambda sent: None if sent.url.startswith(own) else elsewhere.append(sent.url))
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    yield opened
    context.close()
    assert elsewhere == []


def ask(page: Page, question: str, words: Texts) -> None:
    """Send a question and wait until its answer is whole and kept."""
    count = page.locator(".exchange").count()
    page.get_by_label(words.ask.label).fill(question)
    page.get_by_label(words.ask.label).press("Enter")
    expect(page.locator(".exchange")).to_have_count(count + 1)
    expect(page.locator(".searching")).to_have_count(0)
    expect(page).to_have_url(re.compile("conversation=[0-9a-f]{16}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_question_to_a_letter(official: Page, site, language: Language):
    words = load_texts(language)
    official.goto(f"{site.address}?lang={language}")
    expect(official.get_by_role("button", name=words.ask.send, exact=True)).to_be_visible()
    official.wait_for_timeout(1000)  # the address asked for a language, which is drawn when it has come
    ask(official, QUESTION, words)

    official.locator(".cite").nth(1).click()
    expect(official.locator("#source-heading")).to_be_focused()
    expect(official.locator("mark")).to_have_text("Formanden kan indkalde til et ekstra møde med to ugers varsel.")
    official.get_by_role("button", name=words.source.previous).click()
    expect(official.locator("mark")).to_have_text("Havnerådet mødes fire gange om året.")

    official.get_by_role("button", name=words.answer.copy, exact=True).click()
    expect(official.get_by_text(words.answer.copied)).to_be_visible()
    copied = official.evaluate("navigator.clipboard.readText()")
    assert "Havnerådet mødes fire gange om året. [1]" in copied
    assert words.answer.copy_sources in copied

    official.get_by_role("button", name=words.feedback.up).click()
    expect(official.get_by_text(words.feedback.thanks)).to_be_visible()

    ask(official, FOLLOWING, words)
    with official.expect_download() as loading:
        official.get_by_role("link", name=words.answer.word_all).click()
    with open(loading.value.path(), "rb") as file:
        letter = docx.Document(io.BytesIO(file.read()))
    said = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert QUESTION in said
    assert FOLLOWING in said

    official.locator("#conversations summary").click()
    expect(official.locator("#conversations").get_by_text(QUESTION, exact=True)).to_be_visible()
    official.get_by_role("button", name=words.ask.new).click()
    expect(official.locator(".exchange")).to_have_count(0)
