"""A real server on a free port and a real Chromium."""

from __future__ import annotations

import gc
import os
import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from scripted import NoRetriever, ScriptedAssistant, ScriptedLibrary, build_assistant, build_library

from assistant.feedback_store import FeedbackStore

expect.set_options(timeout=15_000)  # a machine that runs tests may be busy; what is expected comes, or never does

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """A page that is being served, and what stands behind it."""

    address: str
    assistant: ScriptedAssistant
    library: ScriptedLibrary


def find_chromium() -> str:
    """Return the path of a Chromium; skip without one, or fail where ATMP_REQUIRE_BROWSER demands one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "no chromium on the path: install Debian's package `chromium`"
    if os.environ.get("ATMP_REQUIRE_BROWSER", "") not in ("", "0"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the page from a small library; after `chromium`, so that nothing heavy is imported without one."""
    library = build_library()
    assistant = build_assistant(library)
    folder = tmp_path_factory.mktemp("conversations")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gradio's own, and the event loops it leaves open while an app is built
        from ui.app import build_app
        from ui.conversation_store import ConversationStore
        from ui.parts import Parts
        from ui.serving import serve_in_thread

        app = build_app(
            Parts(assistant, library, NoRetriever(), ConversationStore(folder), feedback=FeedbackStore(folder))
        )
        gc.collect()
    with serve_in_thread(app) as address:
        yield Site(address, assistant, library)


@pytest.fixture
def page(chromium: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the page in a fresh browser context; at its end nothing may have been asked of another host.

    A test chooses the size of the window with `@pytest.mark.parametrize("page", [(390, 844)], indirect=True)`.
    """
    width, height = getattr(request, "param", (1440, 900))
    context = chromium.new_context(
        viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
    )
    elsewhere: list[str] = []
    troubles: list[str] = []
    opened = context.new_page()
    opened.on("request", lambda sent: None if _is_own(sent.url, site.address) else elsewhere.append(sent.url))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.set_default_timeout(15_000)
    opened.goto(site.address)
    opened.get_by_label("Stil et spørgsmål").wait_for()
    yield opened
    context.close()
    assert elsewhere == []
    assert troubles == []


def _is_own(address: str, site: str) -> bool:
    return address.startswith((site, "data:", "blob:"))
