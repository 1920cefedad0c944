"""How a test of the page begins: its marks, and a question that is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

IN_A_BROWSER = [
    pytest.mark.browser,
    # gradio's queue keeps its figures with what pandas has deprecated, in a thread of its own
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    # gradio leaves event loops and sockets open, which are collected in whatever test runs then
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
BOX = "Stil et spørgsmål"


def ask(page: Page, question: str) -> None:
    """Send a question with Enter and wait until its answer is whole."""
    count = page.locator(".exchange").count()
    page.get_by_label(BOX).fill(question)
    page.get_by_label(BOX).press("Enter")
    expect(page.locator(".exchange")).to_have_count(count + 1)
    expect(page.locator(".searching")).to_have_count(0)
