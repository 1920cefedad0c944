"""Questions that are sent while another is being answered: none is lost, asked twice or asked out of turn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest
from asking import IN_A_BROWSER
from holding import Holding
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = IN_A_BROWSER

MEETINGS, MEMBERS, PIER = "Hvor ofte mødes rådet?", "Hvem sidder i rådet?", "Hvad koster molen?"
JOINING = "**/queue/join*"


@dataclass(frozen=True)
class Disk:
    """A disk that keeps nothing until it is let go."""

    reached: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)


@pytest.fixture
def disk(site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    from ui.conversation_store import ConversationStore

    slow, save = Disk(), ConversationStore.save

    def save_when_let_go(*values):
        slow.reached.set()
        slow.let_go.wait(20)
        return save(*values)

    monkeypatch.setattr(ConversationStore, "save", save_when_let_go)
    yield slow
    slow.let_go.set()


def box(page: Page) -> Locator:
    return page.get_by_label("Stil et spørgsmål")


def send(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")


def ask_until_it_is_being_kept(page: Page, disk: Disk, question: str = MEETINGS) -> None:
    send(page, question)
    expect(page.locator(".answer")).to_contain_text("Formanden kan indkalde")
    assert disk.reached.wait(10)


def asked_of(page: Page) -> Locator:
    return page.locator(".asked-words")


@pytest.mark.parametrize("by", ["Enter", "Send"])
def test_a_question_that_is_sent_before_the_answer_is_kept_waits_for_it(page: Page, site, disk: Disk, by: str):
    before = len(site.assistant.asked)
    ask_until_it_is_being_kept(page, disk)
    box(page).fill(MEMBERS)
    for _ in range(2):
        box(page).press("Enter") if by == "Enter" else page.locator("#send").click()
    page.wait_for_timeout(200)
    expect(box(page)).to_have_value(MEMBERS)
    expect(asked_of(page)).to_have_text([MEETINGS])
    disk.let_go.set()
    expect(asked_of(page)).to_have_text([MEETINGS, MEMBERS])
    expect(page.locator(".searching")).to_have_count(0)
    expect(box(page)).to_have_value("")
    expect(page.locator("#question-note .note")).to_be_empty()
    asked = [(question, [turn.question for turn in turns]) for question, turns in site.assistant.asked[before:]]
    assert asked == [(MEETINGS, []), (MEMBERS, [MEETINGS])]
    page.reload()
    expect(asked_of(page)).to_have_text([MEETINGS, MEMBERS])


def test_a_question_that_is_changed_while_it_waits_stays_in_the_box(page: Page, disk: Disk):
    ask_until_it_is_being_kept(page, disk)
    send(page, MEMBERS)
    box(page).press_sequentially(" Og hv")
    disk.let_go.set()
    expect(page.locator(".searching")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(box(page)).to_have_value(f"{MEMBERS} Og hv")
    expect(asked_of(page)).to_have_text([MEETINGS])


def test_what_waits_is_not_sent_in_a_new_conversation(page: Page, site, disk: Disk):
    ask_until_it_is_being_kept(page, disk)
    before = len(site.assistant.asked)
    send(page, MEMBERS)
    page.get_by_role("button", name="Ny samtale").click()
    disk.let_go.set()
    expect(page.locator(".exchange")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(page.locator(".exchange")).to_have_count(0)
    expect(box(page)).to_have_value("")
    expect(box(page)).to_be_focused()
    assert len(site.assistant.asked) == before


def test_what_waits_stays_in_the_box_where_another_conversation_is_opened(page: Page, site, disk: Disk):
    disk.let_go.set()
    send(page, PIER)
    expect(page).to_have_url(re.compile("conversation="))
    page.get_by_role("button", name="Ny samtale").click()
    expect(page.locator(".exchange")).to_have_count(0)
    disk.let_go.clear()
    ask_until_it_is_being_kept(page, disk)
    before = len(site.assistant.asked)
    send(page, MEMBERS)
    page.locator("#conversations summary").click()
    page.locator("#conversations").get_by_role("button", name=PIER, exact=True).click()
    disk.let_go.set()
    expect(asked_of(page)).to_have_text([PIER])
    page.wait_for_timeout(500)
    expect(box(page)).to_have_value(MEMBERS)
    expect(asked_of(page)).to_have_text([PIER])
    assert len(site.assistant.asked) == before


def test_an_answer_that_ends_after_it_was_left_is_not_shown_nor_followed_up(page: Page, site, disk: Disk):
    cancelling: list[Route] = []
    page.route("**/cancel", lambda route: cancelling.append(route))
    ask_until_it_is_being_kept(page, disk)
    page.get_by_role("button", name="Ny samtale").click()
    expect(page.locator(".exchange")).to_have_count(0)
    disk.let_go.set()
    page.wait_for_timeout(500)
    expect(page.locator(".exchange")).to_have_count(0)
    for route in cancelling:
        route.continue_()
    send(page, PIER)
    expect(asked_of(page)).to_have_text([PIER])
    expect(page.locator(".searching")).to_have_count(0)
    assert site.assistant.asked[-1] == (PIER, ())


def test_what_is_drawn_late_yields_to_what_was_opened_since(page: Page, disk: Disk):
    disk.let_go.set()
    send(page, PIER)
    expect(page).to_have_url(re.compile("conversation="))
    holding = Holding(page, 1)
    page.get_by_role("button", name="Ny samtale").click()
    holding.wait()
    send(page, MEETINGS)
    expect(asked_of(page)).to_have_text([MEETINGS])
    expect(page.locator(".searching")).to_have_count(0)
    holding.let_go()
    page.wait_for_timeout(500)
    expect(asked_of(page)).to_have_text([MEETINGS])
    expect(page.locator("#source mark").first).to_be_visible()


def test_a_second_press_asks_nothing_and_says_nothing(page: Page, site):
    before = len(site.assistant.asked)
    box(page).fill("1234 ?")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator("#question-note .note")).to_contain_text("indeholder ingen ord")
    page.wait_for_timeout(300)
    assert len(site.assistant.asked) == before + 1
    expect(box(page)).to_have_value("1234 ?")


def test_what_is_written_before_the_server_has_the_question_stays_in_the_box(page: Page):
    held: list[Route] = []
    page.route(JOINING, lambda route: held.append(route))
    send(page, MEETINGS)
    box(page).press_sequentially("Hvem")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator(".answer")).to_contain_text("Havnerådet mødes")
    expect(page.locator(".searching")).to_have_count(0)
    expect(box(page)).to_have_value("Hvem")
    expect(box(page)).to_be_focused()


def test_a_question_that_the_server_turns_away_is_in_the_box_again(page: Page):
    page.route(JOINING, lambda route: route.fulfill(status=503, json={"detail": "full"}))
    send(page, MEETINGS)
    expect(box(page)).to_have_value(MEETINGS)
    page.wait_for_timeout(200)
    expect(box(page)).to_have_value(MEETINGS)
    page.unroute(JOINING)
    box(page).press("Enter")
    expect(asked_of(page)).to_have_text([MEETINGS])


def test_a_question_that_is_sent_while_another_button_asks_waits_for_that_answer(page: Page, site, disk: Disk):
    disk.let_go.set()
    page.locator("#filters").get_by_text("Dokumenttyper").wait_for(state="attached")
    page.locator("#filters summary").click()
    page.locator("#filters").get_by_label("engelsk").click()
    expect(page.locator("#filters summary")).to_contain_text("1 valgt:")
    send(page, MEETINGS)
    everywhere = page.get_by_role("button", name="Søg i alle dokumenter")
    everywhere.wait_for()
    expect(page).to_have_url(re.compile("conversation="))
    disk.let_go.clear()
    disk.reached.clear()
    everywhere.click()
    assert disk.reached.wait(10)
    send(page, MEMBERS)
    page.wait_for_timeout(200)
    disk.let_go.set()
    expect(asked_of(page)).to_have_text([MEETINGS, MEETINGS, MEMBERS])
    expect(page.locator(".searching")).to_have_count(0)
    assert [turn.question for turn in site.assistant.asked[-1][1]] == [MEETINGS, MEETINGS]
