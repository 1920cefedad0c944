"""Take the pictures of docs/screenshots anew: the real pages over the starter documents, in Debian's chromium.

usage: python scripts/take_screenshots.py [QUESTION [REFUSED]]

Needs `make install-dev` and a chromium on the path. Ends with an error where QUESTION is refused, or REFUSED answered.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
QUESTION = "Hvor meget får Amgros i 2025?"
REFUSED = "Hvad koster en behandling med Zolgensma?"
SIZES = ((1440, 1000), (768, 1024), (390, 844))
COLOURS = 128
"""Of the palette: text on flat colours needs no more, and the files stay small."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SETTLING_MILLISECONDS = 2000


def main() -> None:
    """Index the starter documents in a library of their own, serve them, and take the pictures."""
    question, refused = (*sys.argv[1:3], *(QUESTION, REFUSED)[len(sys.argv[1:3]) :])
    from assistant.settings import Settings
    from assistant.wiring import index_documents
    from ui.app import build_app
    from ui.commands.serve import build_parts
    from ui.serving import serve_in_thread

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(library=Path(folder))
        index_documents(settings, [ROOT / "corpus" / "starter"])
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        with serve_in_thread(build_app(build_parts(settings))) as address:
            for size in SIZES:
                page = ask(chromium, address, question, ".quoted", size)
                save(page, f"ask-{size[0]}", whole_page=size[0] < 1000)
                for name in ("documents", "inbox", "accessibility"):
                    page.goto(f"{address}{name}")
                    save(page, f"{name}-{size[0]}")
            save(ask(chromium, address, question, ".quoted", SIZES[0], dark=True), "ask-dark-1440")
            save(ask(chromium, address, refused, ".refusal", (1440, 900)), "refusal-1440")
            for language in ("no", "en"):
                page = ask(chromium, address, question, ".quoted", SIZES[0], language)
                save(page, f"ask-{language}-1440")
            chromium.close()  # before the server, which would wait for its connections


def ask(
    chromium: Browser,
    address: str,
    question: str,
    awaited: str,
    size: tuple[int, int],
    language: str = "da",
    *,
    dark: bool = False,
) -> Page:
    """Ask in a fresh window of that size, wait until `awaited` is on the page, and return the page."""
    page = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="da-DK", color_scheme="dark" if dark else "light"
    ).new_page()
    page.goto(f"{address}?lang={language}")
    page.wait_for_timeout(SETTLING_MILLISECONDS)
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.locator(f".exchange {awaited}").first.wait_for(timeout=20_000)
    return page


def save(page: Page, name: str, *, whole_page: bool = False) -> None:
    """Save a picture of the page as it is, from its top."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(SETTLING_MILLISECONDS)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=whole_page)
    picture = Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
