"""What people do with the pages, from its beginning to its end, in every language and at three widths."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from asking import IN_A_BROWSER
from looks import find_foreign_words, is_within_width
from playwright.sync_api import Browser, Page, expect
from served import (
    PDF_QUESTION,
    PHRASE,
    ServedDocuments,
    ServedPdf,
    note,
    serve_documents,
    serve_guarded,
    serve_pdf,
)

from corpus.documents import LANGUAGES, Language
from indexing.hits import Filters
from ui.texts import Texts, load_texts

pytestmark = IN_A_BROWSER

QUESTION, FOLLOWING = "Hvor ofte mødes rådet?", "Hvad koster molen?"


@pytest.fixture(scope="module")
def documents(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDocuments]:
    with serve_documents(tmp_path_factory.mktemp("documents") / "library", delay_seconds=0.0) as served:
        yield served


@pytest.fixture(scope="module")
def harbour(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPdf]:
    with serve_pdf(tmp_path_factory.mktemp("harbour")) as served:
        yield served


@pytest.fixture(scope="module")
def guarded(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_guarded(tmp_path_factory.mktemp("guarded")) as address:
        yield address


@pytest.fixture(params=[(1440, 900), (768, 1024), (390, 844)], ids=["1440", "768", "390"])
def official(chromium: Browser, language: Language, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window of that size.

    At its end nothing sticks out, is said in another language, failed, or was asked of a host but this machine.
    """
    width, height = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
    )
    elsewhere: list[str] = []
    troubles: list[str] = []
    own = ("http://127.0.0.1:", "data:", "blob:")
    context.on("request", lambda sent: None if sent.url.startswith(own) else elsewhere.append(sent.url))
    opened = context.new_page()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.set_default_timeout(15_000)
    yield opened
    fits, foreign = is_within_width(opened), find_foreign_words(opened, language)
    spoken = opened.evaluate("document.documentElement.lang")
    context.close()
    assert (elsewhere, troubles) == ([], [])
    assert (fits, spoken, foreign) == (True, language, [])


def open_ask(page: Page, address: str, words: Texts) -> None:
    """Open the page to ask in a language, and wait until it is drawn in it."""
    page.goto(f"{address}?lang={words.language}")
    wait_until_drawn(page, words)


def wait_until_drawn(page: Page, words: Texts) -> None:
    """Wait for what the page to ask draws last as it arrives: what there is to choose among the filters."""
    expect(page.locator("#filters [data-clear]")).to_have_text(words.filters.clear)
    expect(page.get_by_role("button", name=words.ask.send, exact=True)).to_be_visible()


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
    open_ask(official, site.address, words)
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_thumb_down_to_a_test_question(official: Page, site, language: Language):
    words = load_texts(language)
    said, remark = words.feedback, f"{language} {official.viewport_size}"
    open_ask(official, site.address, words)
    ask(official, FOLLOWING, words)
    place = official.locator(".feedback").last
    place.get_by_role("button", name=said.down).click()
    place.get_by_label(said.reasons.missing_source).check()
    place.get_by_label(said.comment).fill(remark)
    place.get_by_role("button", name=said.send).click()
    expect(place.get_by_role("status")).to_have_text(said.thanks)

    official.get_by_role("link", name=words.navigation.inbox, exact=True).click()
    entry = official.get_by_role("article", name=FOLLOWING).filter(has_text=remark)
    expect(entry).to_contain_text(said.reasons.missing_source)
    assert is_within_width(official)
    entry.get_by_label(said.cause).select_option(said.causes.program)
    entry.get_by_label(said.importance).select_option(said.importances.high)
    entry.get_by_role("button", name=said.sort, exact=True).click()
    expect(official.get_by_role("status")).to_have_text(words.inbox.sorted)
    official.get_by_role("link", name=said.states.sorted).click()
    with official.expect_download() as loading:
        entry.get_by_role("link", name=said.make_case).click()
    assert FOLLOWING in json.dumps(json.loads(Path(loading.value.path()).read_text("utf-8")), ensure_ascii=False)
    entry.get_by_role("button", name=said.close, exact=True).click()
    expect(official.get_by_role("status")).to_have_text(words.inbox.closed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_limited_search_to_the_whole_library_and_to_one_document(official: Page, site, language: Language):
    words = load_texts(language)
    filters = official.locator("#filters")
    open_ask(official, site.address, words)
    filters.locator("summary").click()
    filters.get_by_label(words.names.en).check()
    expect(filters.locator("summary")).to_contain_text(words.names.en)
    ask(official, QUESTION, words)
    assert site.assistant.searched[-1] == Filters(languages=("en",))
    refused = official.locator(".exchange").first
    expect(refused).to_contain_text(words.filters.partly)
    refused.get_by_role("button", name=words.filters.everywhere).click()
    expect(official.locator(".exchange")).to_have_count(2)
    expect(official.locator(".answer")).to_contain_text("Havnerådet mødes fire gange om året.")
    assert site.assistant.searched[-1] == Filters()
    expect(official.locator(".searching")).to_have_count(0)

    official.get_by_role("button", name=words.filters.only).click()
    expect(filters.locator("summary")).to_contain_text("Vedtægt for Havnerådet")
    ask(official, FOLLOWING, words)
    assert site.assistant.searched[-1].documents == ("board",)
    if not filters.locator("details").evaluate("node => node.open"):
        filters.locator("summary").click()
    filters.get_by_role("button", name=words.filters.clear).click()
    expect(filters.locator("input:checked")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_conversation_is_found_named_linked_to_and_deleted(official: Page, site, language: Language):
    words = load_texts(language)
    said, kept = words.conversations, official.locator("#conversations")
    open_ask(official, site.address, words)
    ask(official, QUESTION, words)
    official.get_by_role("button", name=words.answer.copy_link).click()
    expect(official.get_by_text(words.answer.link_copied)).to_be_visible()
    link = official.evaluate("navigator.clipboard.readText()")
    official.get_by_role("button", name=words.ask.new).click()
    expect(official.locator(".exchange")).to_have_count(0)
    ask(official, FOLLOWING, words)

    kept.locator("summary").click()
    kept.get_by_label(said.search).fill("mødes fire")
    expect(kept.get_by_role("button", name=said.rename_named.format(name=FOLLOWING))).to_have_count(0)
    kept.get_by_role("button", name=said.rename_named.format(name=QUESTION)).click()
    kept.get_by_role("textbox", name=said.name).fill("Møder")
    kept.get_by_role("textbox", name=said.name).press("Enter")
    expect(kept.get_by_role("button", name=said.delete_named.format(name="Møder"))).to_be_visible()
    assert is_within_width(official)

    official.goto("about:blank")
    official.goto(link)
    expect(official.locator(".exchange")).to_be_focused()
    expect(official.locator(".asked-words")).to_have_text(QUESTION)
    kept.locator("summary").click()
    kept.get_by_role("button", name=said.delete_named.format(name="Møder")).click()
    official.get_by_role("dialog").get_by_role("button", name=said.delete, exact=True).click()
    expect(kept.get_by_role("status")).to_have_text(said.deleted)
    expect(official.locator(".exchange")).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_comes_is_corrected_replaced_looked_into_and_removed(
    official: Page, documents: ServedDocuments, language: Language, tmp_path: Path
):
    words = load_texts(language).documents
    details, adding = words.details, words.adding
    title = f"Plan {language} {official.viewport_size}".translate({ord(mark): None for mark in "{}':,"})
    first, second, torn = tmp_path / f"{title}.md", tmp_path / f"{title} 2.md", tmp_path / f"{title} revet.pdf"
    first.write_text(note(title), encoding="utf-8")
    second.write_text(note(f"{title} igen"), encoding="utf-8")
    torn.write_bytes(b"%PDF-1.4\nrevet")
    official.goto(f"{documents.address}/documents?lang={language}")
    official.get_by_label(adding.choose).set_input_files([first, torn])
    official.get_by_role("button", name=adding.send).click()
    expect(official.locator(".jobs li").filter(has_text=first.name).locator(".job-state")).to_have_text(adding.added)
    expect(official.locator(".jobs li").filter(has_text=torn.name)).to_contain_text(words.failures.unreadable)
    assert is_within_width(official)

    official.get_by_role("rowheader").get_by_role("link", name=title).click()
    official.locator("#correct summary").click()
    official.get_by_label(words.title).fill(f"{title} rettet")
    official.get_by_label(words.kind).select_option("strategy")
    official.get_by_role("button", name=details.save).click()
    expect(official.locator("p.status")).to_have_text(words.notices.corrected)
    expect(official.get_by_role("heading", level=1)).to_have_text(f"{title} rettet")
    expect(official.get_by_text(f"{title} har punkt 0")).to_have_count(1)  # what the program searches
    official.locator("#replace summary").click()
    official.get_by_label(details.replace_file).set_input_files(second)
    official.get_by_role("button", name=details.replace_send).click()
    expect(official.locator(".jobs li").filter(has_text=second.name).locator(".job-state")).to_have_text(adding.changed)
    official.get_by_role("link", name=f"{adding.open} ({second.name})").click()
    expect(official.get_by_role("article").first).to_contain_text(f"{title} igen har punkt 0")
    assert is_within_width(official)

    official.get_by_role("link", name=details.remove).click()
    official.get_by_role("button", name=details.remove_confirm).click()
    expect(official.locator("p.status")).to_have_text(words.notices.removed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_is_read_on_the_page_of_its_pdf(official: Page, harbour: ServedPdf, language: Language):
    words = load_texts(language)
    said = words.original
    open_ask(official, harbour.address, words)
    ask(official, PDF_QUESTION, words)
    picture = official.locator(".sheet img")
    expect(picture).to_be_visible()
    official.locator(".cite").nth(1).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=1, title="havnen"))
    expect(official.locator(".quote-box")).to_have_count(2)
    expect(official.locator(".quote-box").first).to_be_in_viewport()
    official.get_by_role("button", name=words.source.next).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=2, title="havnen"))
    official.get_by_role("button", name=said.next, exact=True).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=3, title="havnen"))
    official.get_by_role("button", name=said.previous, exact=True).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=2, title="havnen"))
    official.get_by_role("button", name=said.next, exact=True).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=3, title="havnen"))
    official.get_by_role("button", name=said.to_quote).click()
    expect(picture).to_have_attribute("alt", said.picture.format(page=2, title="havnen"))
    width = picture.evaluate("node => node.clientWidth")
    official.get_by_role("button", name=said.zoom_in).click()
    expect(picture).not_to_have_js_property("clientWidth", width)
    assert is_within_width(official)
    expect(official.get_by_role("link", name=said.open_page.format(page=2))).to_be_visible()
    with official.expect_download() as loading:
        official.get_by_role("link", name=said.download).click()
    assert Path(loading.value.path()).read_bytes() == harbour.pdf.read_bytes()
    official.get_by_role("button", name=said.text, exact=True).click()
    expect(official.locator("mark")).to_be_visible()
    official.get_by_role("button", name=words.source.back).click()
    expect(official.locator(".cite").nth(2)).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_signs_in_asks_and_signs_out(official: Page, guarded: str, language: Language):
    words = load_texts(language)
    people = words.people
    official.goto(f"{guarded}sign-in?lang={language}")
    official.get_by_label(people.name).fill("bo")
    official.get_by_label(people.password).fill("noget ganske andet")
    official.get_by_role("button", name=people.sign_in).click()
    expect(official.get_by_role("alert")).to_have_text(people.wrong)
    assert is_within_width(official)
    official.get_by_label(people.password).fill(PHRASE)
    official.get_by_role("button", name=people.sign_in).click()
    expect(official.get_by_text(people.signed_in.format(name="bo"))).to_be_visible()
    wait_until_drawn(official, words)
    ask(official, QUESTION, words)
    expect(official.get_by_role("link", name=words.navigation.inbox, exact=True)).to_have_count(0)
    assert is_within_width(official)
    official.get_by_role("button", name=people.sign_out).click()
    expect(official.get_by_role("status")).to_have_text(people.signed_out)
