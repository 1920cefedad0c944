"""The report of an evaluation in a real browser: a file on disk that asks for nothing and runs nothing of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from metrics_sample import build_metrics
from playwright.sync_api import Browser, BrowserContext, Page, expect

from evals.reporting import render_report

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a report with a baseline and return its address."""
    file = tmp_path_factory.mktemp("run") / "report.html"
    baseline = build_metrics(lower=0.04)
    baseline["rows"][0] |= {"right": False, "failure": "refused"}
    baseline["rows"][2] |= {"right": True, "failure": ""}
    file.write_text(render_report(build_metrics(), baseline), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Open a fresh browser context; `@pytest.mark.parametrize("context", [{…}], indirect=True)` chooses its options."""
    opened = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **getattr(request, "param", {})})
    yield opened
    opened.close()


@pytest.fixture
def opened(context: BrowserContext, report: str) -> Iterator[Page]:
    """Open the report; at its end nothing else may have been asked for, and nothing have failed or been blocked."""
    asked: list[str] = []
    troubles: list[str] = []
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text))
    page.goto(report)
    yield page
    assert [address for address in asked if address != "data:,"] == [report]
    assert troubles == []


def shown(page: Page, heading: str = "wrong"):
    return page.locator(f"#cases-{heading} > .case:visible")


def choices(width: int, scheme: str) -> dict[str, object]:
    return {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}


@pytest.mark.parametrize("context", [choices(w, s) for w in (1440, 390) for s in ("light", "dark")], indirect=True)
def test_axe_finds_nothing_wrong(opened: Page):
    opened.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
    found = Axe().run(opened, options=RULES).response
    assert {"color-contrast", "label", "valid-lang"} <= {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], [node["target"] for node in rule["nodes"][:3]]) for rule in found["violations"]] == []


@pytest.mark.parametrize("context", [choices(w, "light") for w in (1440, 768, 390, 320)], indirect=True)
def test_the_page_never_scrolls_sideways_as_a_whole(opened: Page):
    opened.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = """[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, svg'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    assert opened.evaluate(cut) == []


def test_the_style_holds_and_follows_the_scheme(opened: Page):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = opened.evaluate(paper)
    opened.emulate_media(color_scheme="dark")
    assert [light, opened.evaluate(paper)] == ["rgb(246, 247, 248)", "rgb(18, 23, 27)"]


def test_what_a_question_brings_does_not_run(opened: Page):
    expect(shown(opened).filter(has_text="window.ran = true")).to_have_count(1)
    assert opened.evaluate("window.ran === undefined")
    assert opened.locator("script").count() == 1
    assert opened.locator("img").count() == 0


def test_what_would_be_put_into_the_page_later_does_not_run_either(context: BrowserContext, report: str):
    page = context.new_page()
    page.goto(report)
    page.evaluate(
        """() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';
        document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<p onclick="window.ran = true">');
        document.body.lastElementChild.click(); }"""
    )
    assert page.evaluate("window.ran === undefined")


def test_the_filters_work_with_the_keyboard_alone(opened: Page):
    status = opened.get_by_role("status")
    expect(status).to_have_text("Shown: 18 of 18 that went wrong, 48 of 48 that went right.")
    opened.get_by_label("Words").focus()
    opened.keyboard.type("HAVNERÅDET indkalder")
    expect(status).not_to_contain_text("18 of 18")
    narrowed = shown(opened).count()
    assert 0 < narrowed < 18
    opened.keyboard.press("Tab")
    expect(opened.get_by_label("Failure", exact=True)).to_be_focused()
    opened.keyboard.type("refused")
    expect(shown(opened)).to_have_count(1)
    expect(shown(opened).locator(".badge")).to_have_text("refused")
    expect(status).to_have_text("Shown: 1 of 18 that went wrong, 0 of 48 that went right.")
    for label in ("Language", "Kind", "Document, gold or quoted"):
        opened.keyboard.press("Tab")
        expect(opened.get_by_label(label, exact=True)).to_be_focused()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(shown(opened)).to_have_count(18)
    expect(opened.get_by_label("Words")).to_be_focused()


@pytest.mark.parametrize(
    ("label", "option", "text"),
    [
        ("Language", "Norwegian", "Norwegian"),
        ("Kind", "follow-up", "follow-up"),
        ("Failure", "error", "the answer took more than 60 s"),
        ("Document, gold or quoted", "harbour-guide.md", "harbour-guide.md"),
    ],
)
def test_each_filter_shows_what_was_chosen_and_nothing_else(opened: Page, label: str, option: str, text: str):
    control = opened.get_by_label(label, exact=True)
    control.select_option(control.locator("option").filter(has_text=option).get_attribute("value"))
    count = shown(opened).count()
    assert 0 < count < 18
    expect(shown(opened).filter(has_text=text)).to_have_count(count)
    expect(opened.locator("#cases-wrong > .case:not(:visible)").filter(has_text=text)).to_have_count(0)


def test_enter_in_the_words_leaves_the_page_as_it_is(opened: Page):
    opened.get_by_label("Words").fill("moloen")
    opened.get_by_label("Words").press("Enter")
    assert 0 < shown(opened).count() < 18


def test_a_link_to_a_question_shows_it_whatever_hides_it(opened: Page):
    expect(opened.locator("#right-cases")).not_to_have_attribute("open", "")
    opened.get_by_label("Words").fill("nothing has these words")
    expect(shown(opened)).to_have_count(0)
    opened.get_by_role("link", name="da-000").click()
    expect(opened.locator("#right-cases")).to_have_attribute("open", "")
    expect(opened.locator(".case:focus")).to_contain_text("da-000")
    expect(opened.locator(".case:focus")).to_be_in_viewport()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_everything_is_shown_and_the_filters_are_not(opened: Page):
    expect(shown(opened)).to_have_count(18)
    expect(opened.get_by_role("search")).to_be_hidden()
    opened.get_by_text("Show the 48 questions that went right").click()
    expect(shown(opened, "right")).to_have_count(48)


def test_the_first_tab_stop_leads_past_the_contents(opened: Page):
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("link", name="Skip to the report")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("context", [choices(390, "light")], indirect=True)
def test_tables_that_scroll_are_reached_with_the_keyboard_and_only_those(opened: Page):
    table = opened.get_by_role("region", name="Retrieval by kind of question")
    expect(table).to_have_attribute("tabindex", "0")
    table.focus()
    opened.keyboard.press("ArrowRight")
    expect(opened.locator(":focus")).not_to_have_js_property("scrollLeft", 0)
    opened.set_viewport_size({"width": 1440, "height": 900})
    expect(table).not_to_have_attribute("tabindex", "0")


def test_in_print_everything_is_open_and_nothing_is_a_button(opened: Page, tmp_path: Path):
    opened.emulate_media(media="print")
    expect(opened.get_by_role("search")).to_be_hidden()
    expect(opened.get_by_role("navigation")).to_be_hidden()
    expect(opened.get_by_role("button")).to_have_count(0)
    expect(shown(opened, "right").last.locator("h3")).to_be_visible()
    assert len(opened.pdf(format="A4")) > 10_000


def test_plots_are_images_with_names(opened: Page):
    for name in ("The headline rates", "Right, by kind of question", "Risk and coverage"):
        expect(opened.get_by_role("img", name=name)).to_be_visible()
