"""Conversations that are kept, in a real browser: found again, opened by their address, deleted, taken along."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import asking
import docx
import pytest
from asking import BOX, IN_A_BROWSER
from holding import Holding
from looks import find_violations
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = IN_A_BROWSER

MEETINGS, MEMBERS, PIER = "Hvor ofte mødes rådet?", "Hvem sidder i rådet?", "Hvad koster molen?"
NOT_FOUND = "Samtalen blev ikke fundet. Den er måske slettet, eller den tilhører en anden."


def ask(page: Page, question: str) -> None:
    """Send a question with Enter and wait until its answer is whole and kept."""
    asking.ask(page, question)
    expect(page).to_have_url(re.compile(r"\?conversation=[0-9a-f]{16}"))


def begin_anew(page: Page) -> None:
    page.get_by_role("button", name="Ny samtale").click()
    expect(page.locator(".exchange")).to_have_count(0)


def kept(page: Page) -> Locator:
    return page.locator("#conversations")


def names(page: Page) -> Locator:
    return kept(page).locator(".kept-name")


def open_list(page: Page) -> None:
    kept(page).locator("summary").click()
    expect(kept(page).locator("[data-list] > *").first).to_be_visible()


def conversation_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["conversation"][0]


def test_a_conversation_comes_back_when_the_page_is_loaded_anew_and_goes_on(page: Page, site):
    ask(page, MEETINGS)
    ask(page, MEMBERS)
    page.reload()
    expect(page.locator(".asked-words")).to_have_text([MEETINGS, MEMBERS])
    expect(page.locator("#source")).to_contain_text("Vedtægt for Havnerådet")
    ask(page, PIER)
    assert [turn.question for turn in site.assistant.asked[-1][1]] == [MEETINGS, MEMBERS]
    page.reload()
    expect(page.locator(".asked-words")).to_have_text([MEETINGS, MEMBERS, PIER])


def test_a_new_conversation_leaves_the_address_and_the_old_one_stays_on_the_list(page: Page, site):
    ask(page, MEETINGS)
    begin_anew(page)
    expect(page).to_have_url(site.address)
    ask(page, PIER)
    open_list(page)
    expect(names(page)).to_have_text([PIER, MEETINGS])
    expect(kept(page).locator("time").first).to_be_visible()
    kept(page).get_by_role("button", name=MEETINGS, exact=True).click()
    expect(page.locator(".asked-words")).to_have_text([MEETINGS])
    expect(page.locator("#announcement")).to_contain_text(f"Samtalen »{MEETINGS}« er åbnet.")
    expect(page.locator(".exchange")).to_be_focused()
    expect(kept(page).locator("details")).not_to_have_attribute("open", "")


@pytest.mark.parametrize("page", [(1440, 900), (390, 844)], indirect=True)
def test_conversations_are_searched_renamed_and_deleted(page: Page):
    ask(page, MEETINGS)
    begin_anew(page)
    ask(page, PIER)
    open_list(page)
    search = kept(page).get_by_label("Søg i dine samtaler")
    search.fill("mødes fire")
    expect(names(page)).to_have_text([MEETINGS])
    search.fill('" OR *')
    expect(kept(page)).to_contain_text("Ingen af dine samtaler passer til søgningen.")
    search.fill("")
    expect(names(page)).to_have_count(2)
    kept(page).get_by_role("button", name=f"Omdøb samtalen {PIER}").click()
    field = kept(page).get_by_role("textbox", name="Samtalens navn")
    expect(field).to_be_focused()
    field.fill("Om <b>molen</b>")
    field.press("Enter")
    expect(names(page)).to_have_text(["Om <b>molen</b>", MEETINGS])
    expect(names(page).first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    kept(page).get_by_role("button", name="Slet samtalen Om <b>molen</b>").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Vil du slette samtalen »Om <b>molen</b>«? Det kan ikke fortrydes.")
    expect(dialog.get_by_role("button", name="Annuller")).to_be_focused()
    page.keyboard.press("Escape")
    expect(names(page)).to_have_count(2)
    kept(page).get_by_role("button", name="Slet samtalen Om <b>molen</b>").click()
    dialog.get_by_role("button", name="Slet").click()
    expect(names(page)).to_have_text([MEETINGS])
    expect(kept(page).get_by_role("status")).to_have_text("Samtalen er slettet.")
    expect(page.locator(".exchange")).to_have_count(0)
    kept(page).get_by_role("button", name="Slet alle samtaler").click()
    dialog.get_by_role("button", name="Slet").click()
    expect(kept(page)).to_contain_text("Du har ingen gemte samtaler.")


def test_the_link_to_an_answer_opens_its_conversation_at_that_answer(page: Page, site):
    ask(page, MEETINGS)
    ask(page, MEMBERS)
    page.locator(".exchange").first.get_by_role("button", name="Kopiér link til svaret").click()
    expect(page.locator(".copy-state").first).to_have_text("Linket er kopieret. Det kan kun åbnes af dig.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{site.address}?conversation={conversation_of(page)}#answer-")
    page.goto("about:blank")
    page.goto(link)
    first = page.locator(".exchange").first
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    expect(page).to_have_url(link)
    expect(page.locator("mark")).to_have_text(["Havnerådet mødes fire gange om året."])
    expect(page.locator(".cite[aria-current=true]")).to_have_count(1)
    expect(first.locator(".cite").first).to_have_attribute("aria-current", "true")
    expect(first).to_be_focused()


def test_the_link_to_an_answer_is_followed_where_its_conversation_is_shown_already(page: Page):
    ask(page, MEETINGS)
    ask(page, MEMBERS)
    first = page.locator(".exchange").first
    expect(first.locator(".cite[aria-current=true]")).to_have_count(0)
    page.evaluate("(id) => { location.hash = id; }", first.get_attribute("id"))
    expect(first.locator(".cite").first).to_have_attribute("aria-current", "true")
    expect(page.locator("mark")).to_have_text(["Havnerådet mødes fire gange om året."])
    expect(first).to_be_in_viewport()


def test_a_link_to_an_answer_that_is_not_there_opens_the_last(page: Page):
    ask(page, MEETINGS)
    ask(page, PIER)
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}#answer-0000")
    last = page.locator(".exchange").last
    expect(last).to_be_focused()
    expect(last.locator(".cite")).to_have_attribute("aria-current", "true")


def test_nobody_else_sees_a_conversation_or_takes_it_along(page: Page, site):
    ask(page, MEETINGS)
    address = page.url
    whole = page.get_by_role("link", name="Hent hele samtalen som Word").get_attribute("href")
    context = page.context.browser.new_context()
    other = context.new_page()
    other.goto(address)
    expect(other.locator("#question-note")).to_contain_text(NOT_FOUND)
    expect(other.locator(".exchange")).to_have_count(0)
    open_list(other)
    expect(kept(other)).to_contain_text("Du har ingen gemte samtaler.")
    refused = context.request.get(f"{site.address}{whole.lstrip('/')}")
    assert refused.status == 404
    assert NOT_FOUND in refused.text()
    ask(other, PIER)
    assert conversation_of(other) not in address
    context.close()


def test_whoever_is_quicker_than_the_conversation_of_the_address_keeps_the_answer(page: Page, chromium: Browser, site):
    ask(page, MEETINGS)
    slow = page.context.new_page()
    holding = Holding(slow, 3)
    slow.goto(page.url)
    assert "data-arrived" in holding.wait()
    slow.get_by_label(BOX).fill(PIER)
    slow.get_by_label(BOX).press("Enter")
    expect(slow.locator(".asked-words").last).to_have_text(PIER)
    expect(slow.locator(".searching")).to_have_count(0)
    holding.let_go()
    slow.wait_for_timeout(500)
    expect(slow.locator(".asked-words")).to_have_text([MEETINGS, PIER])
    slow.close()


def test_an_answer_is_copied_with_and_without_its_references_as_text_and_as_html(page: Page):
    ask(page, MEETINGS)
    page.get_by_role("button", name="Kopiér svar uden henvisninger").click()
    expect(page.locator(".copy-state")).to_have_text("Svaret er kopieret.")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Havnerådet mødes fire gange om året. Formanden kan indkalde til et ekstra møde med to ugers varsel."
    )
    page.get_by_role("button", name="Kopiér svar med henvisninger").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('[1]'))")
    html = page.evaluate(
        "navigator.clipboard.read().then((items) => items[0].getType('text/html')).then((blob) => blob.text())"
    )
    assert "<sup" in html
    assert "Vedtægt for Havnerådet" in html


def test_an_answer_and_a_conversation_are_files_that_word_opens(page: Page):
    ask(page, MEETINGS)
    ask(page, PIER)
    for name, called, questions in (
        ("Hent svaret som Word", MEETINGS, [MEETINGS]),
        ("Hent hele samtalen som Word", MEETINGS, [MEETINGS, PIER]),
    ):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).first.click()
        assert coming.value.suggested_filename == f"{called.rstrip('?')}.docx"
        file = docx.Document(io.BytesIO(coming.value.path().read_bytes()))
        headings = [part.text for part in file.paragraphs if part.style.name == "Heading 1"]
        assert [heading for heading in headings if heading.endswith("?")] == questions
        assert any("Havnerådet mødes fire gange om året." in part.text for part in file.paragraphs)


def test_the_keyboard_alone_goes_from_the_question_to_the_source_and_to_the_file(page: Page):
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type(MEETINGS)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hent svaret som Word").wait_for()
    marker = page.get_by_role("link", name="Vis kilde 2: Vedtægt for Havnerådet")
    step_until(page, marker, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#source-heading")).to_be_focused()
    step_until(page, page.get_by_role("button", name="Tilbage til svaret"), "Tab")
    page.keyboard.press("Enter")
    expect(marker).to_be_focused()
    step_until(page, page.get_by_role("link", name="Hent svaret som Word"), "Tab")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert docx.Document(io.BytesIO(coming.value.path().read_bytes())).paragraphs


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_open_list_and_its_questions(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.reload()
    ask(page, MEETINGS)
    begin_anew(page)
    ask(page, PIER)
    open_list(page)
    kept(page).get_by_role("button", name=f"Omdøb samtalen {MEETINGS}").click()
    assert find_violations(page) == []
    kept(page).get_by_role("button", name=f"Slet samtalen {PIER}").click()
    assert find_violations(page) == []


def step_until(page: Page, wanted: Locator, key: str) -> None:
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{key} never comes to {wanted}")
