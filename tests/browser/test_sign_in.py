"""Signing in, working and signing out in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from asking import BOX, IN_A_BROWSER
from looks import find_foreign_words, find_heading_faults, find_violations, find_without_focus, is_within_width
from playwright.sync_api import Browser, Page, expect
from served import PHRASE, serve_guarded

from corpus.documents import LANGUAGES, Language
from ui.texts import load_texts

pytestmark = IN_A_BROWSER

ELSEWHERE = "http://elsewhere.test/"
"""Another host, which the browser is given by the test alone."""
QUESTION = "Hvor ofte mødes rådet?"


@pytest.fixture(scope="module")
def guarded(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_guarded(tmp_path_factory.mktemp("library")) as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser, guarded: str) -> Iterator[Callable[..., Page]]:
    """Return what opens a page in a browser of its own; nothing may have been asked of another host."""
    contexts, elsewhere = [], []

    def open_one(path: str = "", size: tuple[int, int] = (1440, 900), **options: object) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "request",
            lambda sent: None if sent.url.startswith((guarded, ELSEWHERE, "data:")) else elsewhere.append(sent.url),
        )
        page.goto(guarded + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert elsewhere == []


def sign_in(page: Page, name: str, phrase: str = PHRASE) -> None:
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(phrase)
    page.get_by_label("Adgangskode").press("Enter")


def ask(page: Page, question: str = QUESTION) -> None:
    page.get_by_label(BOX).fill(question)
    page.get_by_label(BOX).press("Enter")
    expect(page.locator(".answer")).to_contain_text("Havnerådet mødes fire gange om året.")


def test_a_person_signs_in_with_the_keyboard_asks_and_signs_out(open_page: Callable[..., Page], guarded: str):
    page = open_page("?q=Hvor%20ofte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    expect(page.get_by_label("Brugernavn")).to_be_focused()
    page.keyboard.type("Anne")
    page.keyboard.press("Tab")
    page.keyboard.type(PHRASE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Log ind")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label(BOX)).to_have_value("Hvor ofte")
    expect(page.get_by_text("Logget ind som anne")).to_be_visible()
    expect(page.get_by_role("link", name="Vurderinger")).to_be_visible()
    ask(page)
    page.get_by_role("button", name="Log ud").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Du er logget ud.")
    page.goto(guarded)
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")


def test_a_wrong_password_is_said_and_the_name_stays(open_page: Callable[..., Page]):
    page = open_page("documents")
    sign_in(page, "bo", "ikke det rigtige")
    expect(page.get_by_role("alert")).to_have_text("Brugernavnet eller adgangskoden er forkert.")
    expect(page.get_by_label("Brugernavn")).to_have_value("bo")
    expect(page.get_by_label("Adgangskode")).to_be_focused()
    assert page.title() == "Fejl: Log ind – ATMP-assistenten"
    sign_in(page, "bo")
    page.wait_for_url("**/documents")


def test_a_reader_asks_and_sees_no_inbox(open_page: Callable[..., Page]):
    page = open_page()
    sign_in(page, "bo")
    expect(page.get_by_text("Logget ind som bo")).to_be_visible()
    ask(page)
    expect(page.get_by_role("link", name="Dokumenter")).to_be_visible()
    expect(page.get_by_role("link", name="Vurderinger")).to_have_count(0)


def test_a_link_from_another_place_leads_on_where_one_has_signed_in(open_page: Callable[..., Page], guarded: str):
    page = open_page()
    sign_in(page, "bo")
    page.get_by_label(BOX).wait_for()
    page.route(
        ELSEWHERE,
        lambda route: route.fulfill(body=f'<a href="{guarded}documents">her</a>', content_type="text/html"),
    )
    page.goto(ELSEWHERE)
    page.get_by_role("link", name="her").click()
    page.wait_for_url("**/documents")
    expect(page.get_by_text("Logget ind som bo")).to_be_visible()


def test_the_language_is_changed_and_the_way_is_kept(open_page: Callable[..., Page]):
    page = open_page("documents")
    page.get_by_role("link", name="English").click()
    words = load_texts("en").people
    expect(page.get_by_role("heading", level=1)).to_have_text(words.sign_in)
    page.get_by_label(words.name).fill("bo")
    page.get_by_label(words.password).fill(PHRASE)
    page.get_by_role("button", name=words.sign_in).click()
    page.wait_for_url("**/documents")
    expect(page.get_by_text("Signed in as bo")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_to_sign_in_is_in_order(open_page: Callable[..., Page], language: Language):
    page = open_page(f"sign-in?lang={language}")
    assert page.evaluate("document.documentElement.lang") == language
    for width in (1440, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert is_within_width(page), width
        assert find_violations(page) == [], width
    assert find_heading_faults(page) == []
    assert find_without_focus(page) == []
    assert find_foreign_words(page, language) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_a_phone(open_page: Callable[..., Page], scheme: str):
    page = open_page(size=(390, 844), color_scheme=scheme)
    assert find_violations(page) == []
    sign_in(page, "ukendt", "ikke det rigtige")
    page.get_by_role("alert").wait_for()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    sign_in(page, "anne")
    page.get_by_text("Logget ind som anne").wait_for()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
