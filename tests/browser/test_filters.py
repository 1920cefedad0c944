"""A search that is limited to a part of the library, in a real browser."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest
from asking import BOX, IN_A_BROWSER, ask
from looks import find_violations
from playwright.sync_api import Browser, Locator, Page, Route, expect
from scripted import NoRetriever, ScriptedLibrary, build_assistant, build_library

from indexing.hits import Filters

pytestmark = IN_A_BROWSER

QUESTION = "Hvor ofte mødes rådet?"


@pytest.fixture(scope="module")
def shelves(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page from a library of a dozen documents, and return its address."""
    library = build_library()
    board = library.read("board")
    more = {
        f"number{n}": replace(board, name=f"{n}.md", meta=replace(board.meta, title=f"Dokument {n}")) for n in range(12)
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ui.app import build_app
        from ui.conversation_store import ConversationStore
        from ui.parts import Parts
        from ui.serving import serve_in_thread

        full = ScriptedLibrary({**library.held, **more})
        kept = ConversationStore(tmp_path_factory.mktemp("conversations"))
        app = build_app(Parts(build_assistant(library), full, NoRetriever(), kept))
        gc.collect()
    with serve_in_thread(app) as address:
        yield address


def filters(page: Page) -> Locator:
    return page.locator("#filters")


def open_filters(page: Page) -> None:
    """Open the disclosure once what there is to choose has come."""
    filters(page).get_by_text("Dokumenttyper").wait_for(state="attached")
    filters(page).locator("summary").click()
    expect(filters(page).get_by_label("engelsk")).to_be_visible()


def choose(page: Page, label: str, count: int) -> None:
    filters(page).get_by_label(label).click()
    expect(filters(page).locator("summary")).to_contain_text(f"{count} valgt:")


def test_the_keyboard_alone_chooses_and_the_question_is_asked_of_that_part(page: Page, site) -> None:
    filters(page).get_by_text("Dokumenttyper").wait_for(state="attached")
    page.get_by_label(BOX).focus()
    page.keyboard.press("Tab")
    expect(filters(page).locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    first = filters(page).get_by_label("Harbour guide")
    expect(first).to_be_visible()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(filters(page).locator("summary")).to_contain_text("(1 valgt: Harbour guide)")
    expect(first).to_be_checked()
    expect(first).to_be_focused()
    ask(page, "Hvor længe må gæster blive?")
    assert site.assistant.searched[-1] == Filters(documents=("harbour",))
    expect(page.locator(".exchange .scope")).to_have_text("Søgt i:Harbour guide")
    expect(filters(page).locator("details")).to_have_attribute("open", "")


def test_quick_choices_are_all_kept(page: Page, site) -> None:
    open_filters(page)
    boxes = filters(page).locator("input[name=languages], input[name=kinds]")
    boxes.evaluate_all("found => found.forEach((box) => box.click())")
    expect(filters(page).locator("summary")).to_contain_text("4 valgt:")
    filters(page).get_by_label("Fra og med").select_option("2030")
    expect(filters(page).locator("summary")).to_contain_text("5 valgt:")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters(languages=("da", "en"), kinds=("guide", "mandate"), date_from="2030")
    for label in ("dansk", "engelsk", "Vejledning", "Kommissorium"):
        expect(filters(page).get_by_label(label)).to_be_checked()
    expect(filters(page).get_by_label("Fra og med")).to_have_value("2030")


def test_a_choice_that_is_lost_on_the_way_is_sent_again(page: Page, site) -> None:
    """Of choices made while an older one is on its way, the page's framework drops some."""
    open_filters(page)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/run/predict*", hold_the_first)
    boxes = filters(page).locator("input[name=languages], input[name=kinds]")
    boxes.evaluate_all("found => found.forEach((box) => box.click())")
    while not held:
        page.wait_for_timeout(20)
    filters(page).get_by_label("Fra og med").select_option("2030")
    held[0].continue_()
    expect(filters(page).locator("summary")).to_contain_text("5 valgt:")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters(languages=("da", "en"), kinds=("guide", "mandate"), date_from="2030")


def test_a_refusal_in_a_part_says_so_and_the_whole_library_is_a_button_away(page: Page, site) -> None:
    open_filters(page)
    choose(page, "engelsk", 1)
    ask(page, QUESTION)
    refused = page.locator(".exchange").first
    expect(refused).to_contain_text("Søgt i:")
    expect(refused).to_contain_text("Der er kun søgt i en del af dokumenterne.")
    page.get_by_label(BOX).fill("Et halvt spørgsmål")
    refused.get_by_role("button", name="Søg i alle dokumenter").click()
    expect(page.locator(".exchange")).to_have_count(2)
    last = page.locator(".exchange").last
    expect(last.locator(".answer")).to_contain_text("Havnerådet mødes fire gange om året.")
    expect(last.locator(".scope")).to_have_count(0)
    assert site.assistant.asked[-1][0] == QUESTION
    assert site.assistant.searched[-2:] == [Filters(languages=("en",)), Filters()]
    expect(page.get_by_label(BOX)).to_have_value("Et halvt spørgsmål")
    expect(filters(page).locator("summary")).to_contain_text("1 valgt: engelsk")


def test_a_refusal_of_the_whole_library_offers_no_wider_search(page: Page) -> None:
    ask(page, "Hvad spiser en hval?")
    expect(page.locator(".refusal")).to_be_visible()
    expect(page.get_by_role("button", name="Søg i alle dokumenter")).to_have_count(0)


def test_the_document_of_a_source_becomes_the_only_one_for_this_conversation(page: Page, site) -> None:
    ask(page, QUESTION)
    page.get_by_role("button", name="Søg kun i dette dokument").press("Enter")
    expect(page.get_by_label(BOX)).to_be_focused()
    expect(filters(page).locator("summary")).to_contain_text("1 valgt: Vedtægt for Havnerådet")
    expect(page.locator("#announcement")).to_contain_text("Der søges nu kun i Vedtægt for Havnerådet.")
    ask(page, "Hvem sidder i rådet?")
    ask(page, "Hvad koster molen?")
    assert site.assistant.searched[-2:] == [Filters(documents=("board",))] * 2
    page.get_by_role("button", name="Ny samtale").click()
    expect(filters(page).locator("summary")).to_have_text("Afgræns søgningen")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters()


def test_all_filters_are_cleared_at_once(page: Page, site) -> None:
    open_filters(page)
    choose(page, "engelsk", 1)
    choose(page, "Vejledning", 2)
    clear = filters(page).get_by_role("button", name="Ryd")
    clear.press("Enter")
    expect(filters(page).locator("summary")).to_have_text("Afgræns søgningen")
    expect(filters(page).locator("input:checked")).to_have_count(0)
    expect(clear).to_be_focused()
    expect(page.locator("#announcement")).to_contain_text("Søgningen er ikke længere afgrænset.")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters()


def test_an_address_begins_with_its_document(page: Page, site) -> None:
    page.goto(f"{site.address}?document=harbour")
    expect(filters(page).locator("summary")).to_contain_text("1 valgt: Harbour guide")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters(documents=("harbour",))


def test_an_address_with_a_document_that_is_not_there_says_so(page: Page, site) -> None:
    page.goto(f"{site.address}?document=%22%3E%3Cscript%3Ewindow.hacked=1%3C/script%3E")
    expect(page.locator(".note")).to_contain_text("Dokumentet findes ikke længere i samlingen")
    ask(page, QUESTION)
    assert site.assistant.searched[-1] == Filters()
    assert page.evaluate("window.hacked") is None


def test_the_filters_follow_the_language_of_the_page_and_stay_chosen(page: Page) -> None:
    open_filters(page)
    choose(page, "engelsk", 1)
    page.get_by_role("button", name="English").click()
    expect(filters(page).locator("summary")).to_have_text("Limit the search (1 chosen: English)")
    filters(page).locator("summary").click()
    expect(filters(page).get_by_label("English")).to_be_checked()


def test_one_visitor_does_not_search_with_the_filters_of_another(page: Page, chromium: Browser, site) -> None:
    open_filters(page)
    choose(page, "engelsk", 1)
    with chromium.new_context() as context:
        other = context.new_page()
        other.goto(site.address)
        other.get_by_label(BOX).wait_for()
        ask(other, QUESTION)
        assert site.assistant.searched[-1] == Filters()


def test_a_long_list_is_searched_and_what_is_chosen_in_it_stays(chromium: Browser, shelves: str) -> None:
    page = chromium.new_page()
    page.goto(shelves)
    open_filters(page)
    rows = filters(page).locator("[data-document]:visible")
    find = filters(page).get_by_label("Find et dokument på listen")
    find.fill("2030")
    expect(rows).to_have_count(1)
    find.fill("dokument 1")
    expect(rows).to_have_count(3)
    expect(filters(page).get_by_role("status")).to_have_text("Antal dokumenter på listen: 3")
    choose(page, "Dokument 11", 1)
    expect(rows).to_have_count(3)
    assert find_violations(page) == []
    find.fill("")
    expect(rows).to_have_count(14)
    expect(filters(page).get_by_label("Dokument 11")).to_be_checked()
    page.close()


@pytest.mark.parametrize("page", [(1440, 900), (390, 844), (320, 640)], indirect=True)
def test_axe_finds_nothing_wrong_and_nothing_sticks_out(page: Page) -> None:
    open_filters(page)
    choose(page, "engelsk", 1)
    assert find_violations(page) == []
    ask(page, QUESTION)
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
