"""Take the pictures of README.md anew: the real page over the starter documents, in Debian's chromium.

usage: python scripts/take_screenshots.py [QUESTION [REFUSED]]

Needs `make install-dev` and a chromium on the path. Writes docs/screenshots/ask-1440.png, ask-390.png and
refusal-1440.png; ends with an error where QUESTION is refused or REFUSED is answered.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
QUESTION = "Hvor ofte mødes styregruppen?"
REFUSED = "Hvad koster en behandling med Zolgensma?"
COLOURS = 128
"""Of the palette: text on flat colours needs no more, and the files stay under 100 kB."""
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SETTLING_MILLISECONDS = 1200


def main() -> None:
    """Index the starter documents in a library of their own, serve them, and take the pictures."""
    question, refused = (*sys.argv[1:3], *(QUESTION, REFUSED)[len(sys.argv[1:3]) :])
    from assistant.settings import Settings
    from assistant.wiring import build_assistant, build_library, index_documents
    from ui.app import build_app
    from ui.serving import serve_in_thread

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings(library=Path(folder))
        index_documents(settings, [ROOT / "corpus" / "starter"])
        library = build_library(settings)
        assistant = build_assistant(settings, library, dense="exact")
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        with serve_in_thread(build_app(assistant, library)) as address:
            take(chromium, address, question, ".quoted", "ask-1440", (1440, 940))
            take(chromium, address, question, ".quoted", "ask-390", (390, 844), whole_page=True)
            take(chromium, address, refused, ".refusal", "refusal-1440", (1440, 560))
            chromium.close()  # before the server, which would wait for its connections


def take(
    chromium: Browser,
    address: str,
    question: str,
    awaited: str,
    name: str,
    size: tuple[int, int],
    whole_page: bool = False,
) -> None:
    """Ask in a fresh window of that size, wait until `awaited` is on the page, and save the picture."""
    page = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="da-DK").new_page()
    page.goto(address)
    box = page.get_by_label("Stil et spørgsmål")
    box.fill(question)
    box.press("Enter")
    page.locator(f".exchange {awaited}").first.wait_for(timeout=20_000)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(SETTLING_MILLISECONDS)
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=whole_page)
    picture = Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {picture.width} × {picture.height}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
