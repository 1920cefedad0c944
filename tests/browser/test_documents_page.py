"""The page of the documents in a real browser, over a real library that changes while it is served."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from looks import find_violations
from playwright.sync_api import Browser, BrowserContext, Page, expect
from served import WAIT_SECONDS, ServedDocuments, note, serve_documents

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const form = document.getElementById("adding");
  for (const kind of ["dragenter", "dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def shown(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDocuments]:
    with serve_documents(tmp_path_factory.mktemp("documents") / "library") as served:
        yield served


@pytest.fixture
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Open a fresh browser context; its options can be chosen by `parametrize("context", [{…}], indirect=True)`."""
    opened = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **getattr(request, "param", {})})
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def documents(context: BrowserContext, shown: ServedDocuments) -> Iterator[Page]:
    """Open the page of the documents; at its end nothing may have been asked of another host, and nothing failed."""
    elsewhere: list[str] = []
    troubles: list[str] = []
    page = context.new_page()
    page.on("request", lambda sent: None if sent.url.startswith(shown.address) else elsewhere.append(sent.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{shown.address}/documents")
    yield page
    assert (elsewhere, troubles) == ([], [])


def job(page: Page, name: str):
    return page.locator(".jobs li").filter(has_text=name)


def row(page: Page, title: str):
    return page.get_by_role("row").filter(has_text=title)


def test_files_are_added_with_the_button_and_each_tells_how_far_it_is(documents: Page, tmp_path: Path):
    (tmp_path / "lang.md").write_text(note("Lang plan", 700), encoding="utf-8")
    (tmp_path / "kort.md").write_text(note("Kort plan"), encoding="utf-8")
    documents.get_by_label("Vælg filer").set_input_files([tmp_path / "lang.md", tmp_path / "kort.md"])
    documents.get_by_role("button", name="Tilføj").click()
    expect(job(documents, "lang.md").get_by_role("progressbar", name="Fremdrift for lang.md")).to_be_visible()
    expect(job(documents, "lang.md")).to_contain_text("sætninger")
    expect(job(documents, "kort.md").locator(".job-state")).to_have_text("Lagt ind")
    expect(job(documents, "lang.md").locator(".job-state")).to_have_text("Lagt ind")
    expect(row(documents, "Lang plan")).to_contain_text("Klar")
    expect(row(documents, "Kort plan")).to_contain_text("Klar")
    expect(documents.locator("p.status[role=status]")).to_contain_text("Lagt ind")
    expect(documents.get_by_label("Vælg filer")).to_have_value("")


def test_a_file_is_dropped_on_the_page(documents: Page):
    documents.evaluate(DROP, ["faldet.md", note("Faldet ned")])
    expect(job(documents, "faldet.md").locator(".job-state")).to_have_text("Lagt ind")
    expect(row(documents, "Faldet ned")).to_be_visible()


def test_a_file_that_fails_says_why_and_the_others_come_in(documents: Page):
    documents.evaluate(DROP, ["program.exe", "MZ"])
    documents.evaluate(DROP, ["for stor.md", "x" * 200_001])
    documents.evaluate(DROP, ["revet.pdf", "%PDF-1.7 revet"])
    documents.evaluate(DROP, ["<b>fin</b>.md", note("Fin fil")])
    expect(job(documents, "program.exe")).to_contain_text("Ikke lagt ind. Filtypen kan ikke læses.")
    expect(job(documents, "for stor.md")).to_contain_text("Ikke lagt ind. Filen er for stor")
    expect(job(documents, "revet.pdf")).to_contain_text("Ikke lagt ind. Filen kan ikke læses.")
    expect(row(documents, "Fin fil")).to_be_visible()
    documents.reload()
    expect(job(documents, "revet.pdf")).to_contain_text("Ikke lagt ind")
    assert find_violations(documents) == []


def test_a_document_is_corrected_replaced_and_removed_with_the_keyboard(
    documents: Page, shown: ServedDocuments, tmp_path: Path
):
    identity = shown.put("havn.md", note("Plan for havnen"))
    documents.reload()
    documents.get_by_role("link", name="Plan for havnen").press("Enter")
    expect(documents.get_by_role("heading", level=1)).to_have_text("Plan for havnen")

    documents.locator("#correct summary").press("Enter")
    documents.get_by_label("Dato", exact=True).fill("31/12-2031")
    documents.get_by_label("Dato", exact=True).press("Enter")
    expect(documents.get_by_label("Dato", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(documents.locator("#date-error")).to_have_text("Skriv datoen som 2025, 2025-03 eller 2025-03-31.")
    assert find_violations(documents) == []
    documents.get_by_label("Dato", exact=True).fill("2031-12")
    documents.get_by_label("Dokumenttype").select_option("strategy")
    documents.get_by_role("button", name="Gem rettelser").press("Enter")
    expect(documents.locator("p.status")).to_have_text("Oplysningerne er rettet.")
    expect(documents.locator("dl.facts")).to_contain_text("december 2031")

    (tmp_path / "ny.md").write_text(note("Ny tekst om havnen"), encoding="utf-8")
    documents.locator("#replace summary").press("Enter")
    documents.get_by_label("Ny fil").set_input_files(tmp_path / "ny.md")
    documents.get_by_role("button", name="Erstat dokumentet").press("Enter")
    expect(job(documents, "ny.md").locator(".job-state")).to_have_text("Ny udgave lagt ind")
    documents.get_by_role("link", name="Se dokumentet (ny.md)").press("Enter")
    expect(documents.get_by_role("article").first).to_contain_text("Ny tekst om havnen")
    expect(documents.locator("dl.facts")).to_contain_text("december 2031")
    documents.get_by_role("link", name="Udgave fra").press("Enter")
    expect(documents.locator(".whole-text")).to_contain_text("Plan for havnen har punkt 0")
    documents.get_by_role("link", name="Tilbage til dokumentet").press("Enter")

    documents.get_by_role("link", name="Fjern dokumentet").press("Enter")
    assert find_violations(documents) == []
    documents.get_by_role("link", name="Nej, behold det").press("Enter")
    documents.get_by_role("link", name="Fjern dokumentet").press("Enter")
    documents.get_by_role("button", name="Ja, fjern dokumentet").press("Enter")
    expect(documents.locator("p.status")).to_have_text("Dokumentet er fjernet fra samlingen.")
    assert identity not in {stored.id for stored in shown.library.documents()}


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_files_are_added_without_a_script(documents: Page, tmp_path: Path):
    (tmp_path / "stille.md").write_text(note("Stille vej"), encoding="utf-8")
    documents.get_by_label("Vælg filer").set_input_files(tmp_path / "stille.md")
    documents.get_by_role("button", name="Tilføj").click()
    expect(documents.locator("p.status")).to_contain_text("Filerne er modtaget.")
    deadline = time.monotonic() + WAIT_SECONDS
    while documents.get_by_role("link", name="Opdatér listen").count() and time.monotonic() < deadline:
        documents.get_by_role("link", name="Opdatér listen").click()
        time.sleep(0.1)
    expect(job(documents, "stille.md").locator(".job-state")).to_have_text("Lagt ind")


def test_the_list_is_sorted_and_searched(documents: Page, shown: ServedDocuments):
    shown.put("aa.md", note("Aaa først", 1))
    shown.put("oo.md", note("Øøø sidst", 1))
    documents.reload()
    documents.get_by_role("link", name="Titel", exact=True).click()
    expect(documents.get_by_role("columnheader", name="Titel")).to_have_attribute("aria-sort", "descending")
    expect(documents.get_by_role("rowheader").first).to_have_text("Øøø sidst")
    documents.get_by_label("Find i listen").fill("aaa")
    documents.get_by_label("Find i listen").press("Enter")
    expect(documents.get_by_role("rowheader")).to_have_text(["Aaa først"])
    documents.get_by_role("link", name="Vis alle dokumenter").click()
    expect(documents.get_by_label("Find i listen")).to_have_value("")


@pytest.mark.parametrize(
    "context", [{"viewport": {"width": 390, "height": 844}}, {"viewport": {"width": 320, "height": 600}}], indirect=True
)
def test_on_a_telephone_rows_become_blocks_and_nothing_scrolls_sideways(documents: Page, shown: ServedDocuments):
    identity = shown.put("telefon.md", note("Et dokument med et ganske langt navn om telefonen og havneområdet"))
    for address in (f"{shown.address}/documents", f"{shown.address}/documents/{identity}"):
        documents.goto(address)
        assert documents.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert find_violations(documents) == []
    documents.goto(f"{shown.address}/documents")
    expect(row(documents, "ganske langt navn")).to_contain_text("Klar")


@pytest.mark.parametrize("language", ["da", "no", "en"])
def test_axe_finds_nothing_wrong_with_the_pages_all_opened(documents: Page, shown: ServedDocuments, language: str):
    identity = shown.put(f"alt åbent {language}.md", note("Alt åbent"))
    for address in (f"{shown.address}/documents", f"{shown.address}/documents/{identity}"):
        documents.goto(f"{address}?lang={language}")
        documents.evaluate("for (const closed of document.querySelectorAll('details')) closed.open = true")
        assert find_violations(documents) == []
        assert documents.evaluate("document.documentElement.lang") == language
