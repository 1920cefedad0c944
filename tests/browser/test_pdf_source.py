"""The source as the reader knows it, in a real browser: the page of the PDF with the quoted words marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from asking import BOX, IN_A_BROWSER
from harbour_pdf import ACROSS, CUT, OVER
from looks import find_violations
from playwright.sync_api import Browser, Page, expect
from served import NOTE_QUESTION, NOTE_QUOTE, PDF_QUESTION, ServedPdf, serve_pdf

pytestmark = IN_A_BROWSER

WORDS_UNDER = """nodes => nodes.map(node => {
  const page = node.parentElement.querySelector("img").getBoundingClientRect();
  const box = node.getBoundingClientRect();
  return [box.left - page.left, box.top - page.top, box.right - page.left, box.bottom - page.top]
    .map((value, place) => value / (place % 2 ? page.height : page.width));
})"""


@pytest.fixture(scope="module")
def shown(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPdf]:
    with serve_pdf(tmp_path_factory.mktemp("pdf-source")) as served:
        yield served


@pytest.fixture
def page(chromium: Browser, shown: ServedPdf, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the page in a fresh browser context; its size can be chosen by `parametrize("page", …, indirect=True)`."""
    width, height = getattr(request, "param", (1440, 900))
    context = chromium.new_context(viewport={"width": width, "height": height})
    elsewhere: list[str] = []
    troubles: list[str] = []
    opened = context.new_page()
    opened.on("request", lambda sent: None if sent.url.startswith(shown.address) else elsewhere.append(sent.url))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.set_default_timeout(20_000)
    opened.goto(shown.address)
    opened.get_by_label(BOX).wait_for()
    yield opened
    context.close()
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []
    assert troubles == []


def ask(page: Page, question: str = PDF_QUESTION) -> None:
    page.get_by_label(BOX).fill(question)
    page.get_by_label(BOX).press("Enter")
    page.locator("#source [data-opened]").wait_for()


def picture(page: Page):
    return page.locator(".sheet img")


def open_citation(page: Page, marker: int) -> None:
    page.locator(".cite").nth(marker - 1).click()
    expect(page.locator("#source .position").first).to_have_text(f"Citat {marker} af 3")


def letters_of(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def words_under_the_boxes(page: Page, shown: ServedPdf, number: int) -> str:
    """Return what pdfium reads where the boxes lie on the picture, as the browser has laid them out."""
    sheet = pdfium.PdfDocument(shown.pdf)[number - 1]
    width, height = sheet.get_size()
    text = sheet.get_textpage()
    found = []
    for left, top, right, bottom in page.locator(".quote-box").evaluate_all(WORDS_UNDER):
        inside = (left * width + 0.5, (1 - bottom) * height + 0.5, right * width - 0.5, (1 - top) * height - 0.5)
        found.append(text.get_text_bounded(*inside))
    return letters_of(" ".join(found))


def test_the_page_stands_there_with_the_quoted_words_marked_and_in_view(page: Page, shown: ServedPdf):
    ask(page)
    expect(picture(page)).to_have_attribute("alt", "Side 1 af havnen")
    expect(page.locator(".quote-box")).to_have_count(3)
    expect(page.locator(".quote-box").first).to_be_in_viewport()
    assert words_under_the_boxes(page, shown, 1) == letters_of(CUT)
    assert picture(page).evaluate("node => [node.width > 0, node.naturalWidth >= node.clientWidth]") == [True, True]
    open_citation(page, 2)
    expect(page.locator(".quote-box")).to_have_count(2)
    assert words_under_the_boxes(page, shown, 1) == letters_of(ACROSS)


def test_next_and_previous_lead_through_the_quotes_and_the_pages(page: Page, shown: ServedPdf):
    ask(page)
    open_citation(page, 2)
    page.get_by_role("button", name="Næste citat").click()
    expect(picture(page)).to_have_attribute("alt", "Side 2 af havnen")
    expect(page.locator(".turning .position")).to_have_text("Side 2 af 3 Citatet fortsætter på side 3.")
    first = words_under_the_boxes(page, shown, 2)
    page.get_by_role("button", name="Næste side").click()
    expect(picture(page)).to_have_attribute("alt", "Side 3 af havnen")
    assert first + words_under_the_boxes(page, shown, 3) == letters_of(OVER)
    expect(page.get_by_role("button", name="Næste side")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Tilbage til citatet").click()
    expect(picture(page)).to_have_attribute("alt", "Side 2 af havnen")
    page.get_by_role("button", name="Forrige side").click()
    expect(picture(page)).to_have_attribute("alt", "Side 1 af havnen")
    expect(page.locator(".quote-box")).to_have_count(0)
    page.get_by_role("button", name="Forrige citat").click()
    expect(page.locator(".quote-box")).to_have_count(2)


def test_text_is_a_choice_that_the_browser_remembers(page: Page):
    ask(page)
    expect(picture(page)).to_be_visible()
    page.get_by_role("button", name="Tekst", exact=True).click()
    expect(page.locator(".sheet")).to_be_hidden()
    expect(page.get_by_role("region", name="Uddrag af dokumentet")).to_be_visible()
    expect(page.locator("mark")).to_have_text(CUT)
    page.reload()
    page.get_by_label(BOX).wait_for()
    fetched: list[str] = []
    page.on("request", lambda sent: fetched.append(sent.url) if "/originals/" in sent.url else None)
    ask(page)
    expect(page.locator("mark")).to_have_text(CUT)
    expect(page.get_by_role("button", name="Tekst", exact=True)).to_have_attribute("aria-pressed", "true")
    assert fetched == []
    page.get_by_role("button", name="Side", exact=True).click()
    expect(picture(page)).to_be_visible()


def test_the_words_are_there_for_a_screen_reader_in_either_view(page: Page):
    ask(page)
    expect(picture(page)).to_be_visible()
    region = page.get_by_role("region", name="Uddrag af dokumentet")
    assert CUT in region.inner_text()
    expect(region).not_to_have_attribute("tabindex", "0")
    assert region.bounding_box()["width"] <= 2


def test_a_page_can_be_enlarged_without_moving_the_rest(page: Page, shown: ServedPdf):
    ask(page)
    expect(picture(page)).to_be_visible()
    before = picture(page).bounding_box()["width"]
    page.get_by_role("button", name="Forstør siden").click()
    expect(picture(page)).to_have_js_property("clientWidth", round(before * 1.5))
    expect(page.locator(".quote-box").first).to_be_in_viewport()
    assert words_under_the_boxes(page, shown, 1) == letters_of(CUT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Formindsk siden").click()
    expect(picture(page)).to_have_js_property("clientWidth", round(before))


def test_the_keyboard_alone_turns_the_page_changes_the_view_and_goes_back(page: Page):
    page.get_by_label(BOX).focus()
    page.keyboard.type(PDF_QUESTION)
    page.keyboard.press("Enter")
    expect(picture(page)).to_be_visible()
    marker = page.locator(".cite").nth(2)
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source-heading")).to_be_focused()
    expect(picture(page)).to_have_attribute("alt", "Side 2 af havnen")
    press_until(page, "Næste side")
    page.keyboard.press("Enter")
    expect(picture(page)).to_have_attribute("alt", "Side 3 af havnen")
    expect(page.get_by_role("button", name="Næste side")).to_be_focused()
    press_until(page, "Tekst", key="Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("mark")).to_have_text(OVER)
    press_until(page, "Tilbage til svaret")
    page.keyboard.press("Enter")
    expect(marker).to_be_focused()


def press_until(page: Page, name: str, key: str = "Tab") -> None:
    """Move the focus until it is on the button of that name; everything on the way must be seen to have it."""
    for _ in range(15):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 2
        if page.evaluate("document.activeElement.textContent") == name:
            return
    raise AssertionError(f"the focus did not come to {name!r}")


@pytest.mark.parametrize("page", [(390, 844), (320, 600)], indirect=True)
def test_on_a_phone_the_page_stands_below_and_nothing_sticks_out(page: Page, shown: ServedPdf):
    ask(page)
    open_citation(page, 1)
    expect(picture(page)).to_be_visible()
    expect(page.locator("#source-heading")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert words_under_the_boxes(page, shown, 1) == letters_of(CUT)
    assert find_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_either_view(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme)
    ask(page)
    expect(picture(page)).to_be_visible()
    assert find_violations(page) == []
    page.get_by_role("button", name="Tekst", exact=True).click()
    assert find_violations(page) == []


def test_the_original_opens_at_the_page_and_can_be_fetched(page: Page, shown: ServedPdf):
    ask(page)
    open_citation(page, 3)
    link = page.get_by_role("link", name="Åbn originalen på side 2 (ny fane)")
    assert link.get_attribute("href").endswith("#page=2")
    with page.expect_download() as download:
        page.get_by_role("link", name="Hent originalen").click()
    assert download.value.suggested_filename == "havnen.pdf"
    assert Path(download.value.path()).read_bytes() == shown.pdf.read_bytes()


def test_a_text_document_is_shown_as_text_and_can_be_fetched(page: Page):
    ask(page, NOTE_QUESTION)
    expect(page.locator("mark")).to_have_text(NOTE_QUOTE)
    expect(page.get_by_role("link", name="Hent originalen")).to_be_visible()
    expect(page.locator(".original")).to_have_count(0)
    expect(page.get_by_role("link", name="Åbn originalen")).to_have_count(0)


def test_a_changed_and_a_missing_file_leave_the_text_and_a_calm_line(page: Page, shown: ServedPdf):
    whole = shown.pdf.read_bytes()
    try:
        shown.pdf.write_bytes(whole + b"\n")
        ask(page)
        expect(page.locator("#source")).to_contain_text("Originalfilen er ændret, siden den blev læst.")
        expect(page.locator("mark")).to_have_text(CUT)
        expect(page.get_by_role("link", name="Hent originalen")).to_have_count(0)
        shown.pdf.unlink()
        open_citation(page, 2)
        expect(page.locator("#source")).to_contain_text("Originalfilen ligger ikke længere, hvor den blev læst.")
    finally:
        shown.pdf.write_bytes(whole)


def test_a_page_that_cannot_be_fetched_leaves_the_text_and_says_why(page: Page):
    page.route("**/boxes?*", lambda route: route.fulfill(status=409, json={"error": "Filen er ændret."}))
    ask(page)
    expect(page.locator(".original-said")).to_have_text("Filen er ændret.")
    expect(page.locator(".sheet")).to_be_hidden()
    expect(page.locator("mark")).to_have_text(CUT)
    page.unroute("**/boxes?*")
    page.get_by_role("button", name="Side", exact=True).click()
    expect(picture(page)).to_be_visible()
    expect(page.locator(".original-said")).to_be_hidden()


def test_a_quote_that_is_not_found_on_its_page_is_shown_in_the_text(page: Page):
    page.route("**/boxes?*", lambda route: route.fulfill(json={"quotes": [[]]}))
    ask(page)
    expect(page.locator(".original-said")).to_contain_text("Citatet kunne ikke markeres på siden.")
    expect(page.locator("mark")).to_have_text(CUT)
    expect(page.locator(".sheet")).to_be_hidden()


def test_the_page_is_drawn_in_the_language_that_is_chosen(page: Page):
    ask(page)
    expect(picture(page)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(picture(page)).to_have_attribute("alt", "Page 1 of havnen")
    expect(page.get_by_role("button", name="Next page")).to_be_visible()
