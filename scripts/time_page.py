"""Time the page in Debian's chromium over the starter documents: until it can be used, and until words of an answer.

usage: python scripts/time_page.py [TIMES]

Needs `make install-dev`, a chromium and an idle machine. The bars are those of the page: 2.5 s until it can be
used once the server is up, 400 ms from Enter to the first words of an offline answer.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
TIMES = 20
QUESTIONS = ("Hvor ofte mødes styregruppen?", "Hvem sidder i styregruppen?", "Hvad er ATMP?", "Hvad er Amgros?")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def main() -> None:
    """Serve, open the page that many times, ask each time, and print medians and 95th percentiles."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    from assistant.settings import Settings
    from assistant.wiring import index_documents
    from ui.app import build_app
    from ui.commands.serve import build_parts
    from ui.serving import serve_in_thread

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(library=Path(folder))
        index_documents(settings, [ROOT / "corpus" / "starter"])
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        parts = build_parts(settings)
        with serve_in_thread(build_app(parts)) as address:
            list(parts.assistant.events(QUESTIONS[0]))  # the models are loaded
            measured = [measure(chromium, address, QUESTIONS[turn % len(QUESTIONS)]) for turn in range(times)]
            chromium.close()  # before the server, which would wait for its connections
    tell("page can be used", [usable for usable, _ in measured])
    tell("first words after Enter", [words for _, words in measured])


def measure(chromium: Browser, address: str, question: str) -> tuple[float, float]:
    """Return the milliseconds until a fresh window can be typed in, and from Enter to the first words."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(address)
    box = page.locator("#question textarea")
    box.fill(question)
    usable = time.perf_counter()
    page.wait_for_timeout(1500)
    sent = time.perf_counter()
    box.press("Enter")
    page.locator(".exchange .answer, .exchange .refusal").first.wait_for()
    words = time.perf_counter()
    page.context.close()
    return 1000 * (usable - began), 1000 * (words - sent)


def tell(name: str, milliseconds: Sequence[float]) -> None:
    """Print the median and the 95th percentile."""
    print(f"{name}: median {median(milliseconds):.0f} ms, p95 {quantiles(milliseconds, n=20)[-1]:.0f} ms")


if __name__ == "__main__":
    main()
