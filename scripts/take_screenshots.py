"""Take the pictures of docs/screenshots anew: the real pages over the starter documents, in Debian's chromium.

usage: python scripts/take_screenshots.py [QUESTION [REFUSED]]

Needs `make install-dev` and a chromium on the path. Ends with an error where QUESTION is refused, or REFUSED answered.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from assistant.settings import Settings
from ui.people.passwords import hash_password
from ui.people.users import User, put_user

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
                page.goto(f"{address}documents")
                page.locator(".documents tbody a").first.click()
                save(page, f"document-{size[0]}")
            save(ask(chromium, address, question, ".quoted", SIZES[0], dark=True), "ask-dark-1440")
            save(ask(chromium, address, refused, ".refusal", (1440, 900)), "refusal-1440")
            for language in ("no", "en"):
                page = ask(chromium, address, question, ".quoted", SIZES[0], language)
                save(page, f"ask-{language}-1440")
            for window in chromium.contexts:  # before the server, which would wait for their connections
                window.close()
        with serve_in_thread(build_app(build_parts(with_users(settings)))) as address:
            for size in SIZES:
                page = open_window(chromium, size)
                page.goto(f"{address}sign-in")
                save(page, f"sign-in-{size[0]}")
            chromium.close()


def with_users(settings: Settings) -> Settings:
    """Return settings of a page to which one signs in."""
    users = settings.library / "users"
    put_user(users, User("anne", "secretariat", hash_password(secrets.token_hex())))
    return replace(settings, users=users)


def open_window(chromium: Browser, size: tuple[int, int], *, dark: bool = False) -> Page:
    """Return a fresh window of a Danish browser."""
    width, height = size
    colours: Literal["dark", "light"] = "dark" if dark else "light"
    return chromium.new_context(
        viewport={"width": width, "height": height}, locale="da-DK", color_scheme=colours
    ).new_page()


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
    page = open_window(chromium, size, dark=dark)
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
