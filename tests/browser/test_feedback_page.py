"""Feedback in a real browser: given with the mouse and with the keyboard alone, taken back, sorted, made a case."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import BOX, IN_A_BROWSER
from looks import find_violations
from playwright.sync_api import Browser, Locator, Page, Route, expect

pytestmark = IN_A_BROWSER

UP, DOWN = "Ja, svaret kan bruges", "Nej, der er noget galt"
THANKS = "Tak. Din vurdering er gemt."
QUESTION = "Hvor ofte mødes rådet?"


def ask(page: Page, question: str = QUESTION) -> Locator:
    """Send a question and return what stands under its answer once that is whole."""
    asking.ask(page, question)
    return page.locator(".feedback").last


def thumb(place: Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name)


def blame(page: Page, question: str = QUESTION, reason: str = "Andet", comment: str = "") -> None:
    """Ask, and say what is wrong with the answer."""
    place = ask(page, question)
    thumb(place, DOWN).click()
    place.get_by_label(reason).check()
    place.get_by_label("Kommentar").fill(comment)
    place.get_by_role("button", name="Send vurdering").click()
    expect(place.get_by_role("status")).to_have_text(THANKS)


def refuse(status: int, route: Route) -> None:
    route.fulfill(status=status, json={"error": "nej"})


def run_atmp(library: Path, *arguments: str | Path) -> str:
    """Run a command over a library of its own, and return what it prints."""
    command = [sys.executable, "-m", "atmp", "--library", library, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def inbox(page: Page, site: Any) -> Iterator[Page]:
    """Open the inbox in a page of its own, in the same browser."""
    opened = page.context.new_page()
    opened.set_default_timeout(15_000)
    opened.goto(f"{site.address}inbox")
    yield opened
    opened.close()


def test_a_thumb_up_is_kept_remembered_and_withdrawn(page: Page):
    place = ask(page)
    thumb(place, UP).click()
    expect(place.get_by_role("status")).to_have_text(THANKS)
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "true")
    expect(thumb(place, UP)).to_be_focused()
    expect(place.get_by_role("button", name="Ret vurderingen")).to_be_hidden()
    page.reload()
    place = page.locator(".feedback").last
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "true")
    place.get_by_role("button", name="Fortryd vurderingen").click()
    expect(place.get_by_role("status")).to_have_text("Din vurdering er slettet.")
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "false")
    expect(thumb(place, UP)).to_be_focused()


def test_the_keyboard_alone_gives_a_reason_and_a_comment_and_changes_them(page: Page):
    place = ask(page)
    thumb(place, DOWN).focus()
    page.keyboard.press("Enter")
    first = place.get_by_role("radio", name="Citatet står ikke i kilden")
    expect(first).to_be_focused()
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(place.get_by_role("status")).to_have_text("Vælg, hvad der er galt, før du sender.")
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(place.get_by_label("Kommentar")).to_be_focused()
    page.keyboard.type("Ring til 12 34 56 78. Det står i loven.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(place.get_by_role("status")).to_have_text(THANKS)
    expect(thumb(place, DOWN)).to_be_focused()
    page.keyboard.press("Tab")
    expect(place.get_by_role("button", name="Ret vurderingen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(place.get_by_role("radio", name="Forkert kilde")).to_be_checked()
    expect(place.get_by_label("Kommentar")).to_have_value("Ring til [phone number]. Det står i loven.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(" Side 4.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(place.get_by_role("status")).to_have_text(THANKS)
    page.keyboard.press("Enter")
    expect(place.get_by_role("radio", name="Der mangler en kilde")).to_be_checked()
    for key in ("Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(place.get_by_role("radio")).to_have_count(0)
    expect(thumb(place, DOWN)).to_be_focused()


def test_a_verdict_is_changed_to_the_other(page: Page, inbox: Page):
    place = ask(page, "Hvad er der ikke svar på?")
    thumb(place, UP).click()
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "true")
    thumb(place, DOWN).click()
    place.get_by_label("Burde have svaret").check()
    place.get_by_role("button", name="Send vurdering").click()
    expect(thumb(place, DOWN)).to_have_attribute("aria-pressed", "true")
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "false")
    inbox.reload()
    entry = inbox.get_by_role("article", name="Hvad er der ikke svar på?")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("Burde have svaret")
    expect(entry).to_contain_text("Rettet")


def test_what_is_being_written_outlives_the_answer_to_another_question(
    page: Page, site: Any, monkeypatch: pytest.MonkeyPatch
):
    place = ask(page)
    go_on = threading.Event()
    answered = site.assistant.events

    def answer_slowly(*asked: Any, **options: Any) -> Iterator[Any]:
        for event in answered(*asked, **options):
            go_on.wait(10)
            yield event

    monkeypatch.setattr(site.assistant, "events", answer_slowly)
    page.get_by_label(BOX).fill("Hvem sidder i rådet?")
    page.get_by_label(BOX).press("Enter")
    expect(page.locator(".exchange")).to_have_count(2)
    place = page.locator(".feedback").first
    thumb(place, DOWN).click()
    place.get_by_label("Andet").check()
    place.get_by_label("Kommentar").fill("Jeg er midt i")
    place.get_by_label("Kommentar").press("End")
    go_on.set()
    expect(page.locator(".searching")).to_have_count(0)
    expect(page.locator(".feedback")).to_have_count(2)
    expect(place.get_by_label("Kommentar")).to_be_focused()
    page.keyboard.type(" en sætning.")
    expect(place.get_by_label("Kommentar")).to_have_value("Jeg er midt i en sætning.")
    expect(place.get_by_label("Andet")).to_be_checked()
    page.get_by_role("button", name="English").click()
    expect(place.get_by_label("Comment")).to_have_value("Jeg er midt i en sætning.")
    expect(place.get_by_label("Other")).to_be_checked()
    place.get_by_role("button", name="Send feedback").click()
    expect(place.get_by_role("status")).to_have_text("Thank you. Your feedback has been kept.")


def test_another_conversation_in_its_place_has_only_its_own(page: Page):
    thumb(ask(page), UP).click()
    expect(page.get_by_role("button", name="Fortryd vurderingen")).to_be_visible()
    page.get_by_role("button", name="Ny samtale").click()
    expect(page.locator(".exchange")).to_have_count(0)
    place = ask(page, "Hvem sidder i rådet?")
    expect(thumb(place, UP)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Fortryd vurderingen")).to_have_count(0)
    expect(place.get_by_role("status")).to_be_empty()


def test_what_cannot_be_sent_is_one_line_and_nothing_is_lost(page: Page):
    place = ask(page)
    thumb(place, DOWN).click()
    place.get_by_label("Andet").check()
    place.get_by_label("Kommentar").fill("Behold mig")
    for status, words in ((429, "Vent en time"), (503, "kunne ikke gemmes")):
        page.route("**/feedback", partial(refuse, status))
        place.get_by_role("button", name="Send vurdering").click()
        expect(place.get_by_role("status")).to_contain_text(words)
    page.unroute("**/feedback")
    expect(place.get_by_label("Kommentar")).to_have_value("Behold mig")
    place.get_by_role("button", name="Send vurdering").click()
    expect(place.get_by_role("status")).to_have_text(THANKS)


@pytest.mark.parametrize("page", [(1440, 900), (390, 844)], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_opened_form(page: Page, scheme: Any):
    page.emulate_media(color_scheme=scheme)
    page.reload()  # the scheme is looked at when a page begins
    place = ask(page)
    thumb(place, UP).click()
    expect(place.get_by_role("status")).to_have_text(THANKS)
    thumb(place, DOWN).click()
    place.get_by_label("Andet").check()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("page", [(1440, 900), (390, 844)], indirect=True)
def test_axe_finds_nothing_wrong_with_the_inbox(page: Page, inbox: Page):
    blame(page)
    inbox.reload()
    expect(inbox.get_by_role("article").first).to_be_visible()
    inbox.locator("summary").first.click()
    assert find_violations(inbox) == []
    assert inbox.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_secretariat_sorts_with_the_keyboard_and_makes_a_case(page: Page, site: Any, tmp_path: Path):
    blame(page, "Hvad koster molen?", "Der mangler noget væsentligt", "<b>Året</b> mangler.")
    page.get_by_role("link", name="Vurderinger").click()
    entry = page.get_by_role("article", name="Hvad koster molen?").first
    expect(entry).to_contain_text("<b>Året</b> mangler.")
    expect(entry.locator("blockquote")).to_contain_text("Ny mole")
    entry.get_by_label("Fejlen ligger i").focus()
    page.keyboard.type("Prog")
    page.keyboard.press("Tab")
    page.keyboard.type("Høj")
    page.keyboard.press("Tab")
    page.keyboard.type("Årstallet skal med.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Vurderingen er sorteret.")
    page.get_by_role("link", name="Sorterede").click()
    entry = page.get_by_role("article", name="Hvad koster molen?").first
    expect(entry.get_by_label("Note")).to_have_value("Årstallet skal med.")
    expect(entry.get_by_label("Vigtighed")).to_have_value("high")

    with page.expect_download() as download:
        entry.get_by_role("link", name="Lav til testspørgsmål").click()
    file = tmp_path / "case.jsonl"
    download.value.save_as(file)
    document = tmp_path / "havneraadet.md"
    document.write_text("# Økonomi\n\nMolen koster 2,4 mio. kr. i 2031.\n", encoding="utf-8")
    run_atmp(tmp_path / "library", "index", document)
    assert '"Hvad koster molen?"' in run_atmp(tmp_path / "library", "eval", "suggest", "--feedback", file)

    entry.get_by_role("button", name="Afslut").click()
    expect(page.get_by_role("status")).to_have_text("Vurderingen er afsluttet.")


def test_the_inbox_works_without_javascript(chromium: Browser, page: Page, site: Any):
    blame(page, "Hvem sidder i rådet?")
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site.address}inbox")
    entry = plain.get_by_role("article", name="Hvem sidder i rådet?").first
    entry.get_by_label("Fejlen ligger i").select_option("Dokumentet")
    entry.get_by_role("button", name="Gem").click()
    expect(plain.get_by_text("Vurderingen er sorteret.")).to_be_visible()
    context.close()
