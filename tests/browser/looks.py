"""What every page is held to: nothing that axe finds, nothing that sticks out sideways, no word of another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from corpus.documents import LANGUAGES, Language
from ui.texts import load_texts

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}

_WITHOUT_FOCUS = """async () => {
  const found = [];
  for (const node of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
    if (!node.checkVisibility({ visibilityProperty: true }) || node.disabled || node.tabIndex < 0) continue;
    const look = () => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(node);
      return [outlineStyle, outlineWidth, boxShadow, borderColor].join();
    };
    node.blur();
    const before = look();
    node.focus({ focusVisible: true });
    await new Promise((done) => setTimeout(done, 0));
    const around = node.closest(".block, label");
    if (document.activeElement === node && look() === before && !around?.matches(":focus-within"))
      found.push(node.outerHTML.slice(0, 120));
  }
  document.activeElement?.blur();
  return found;
}"""

_WORDS = """() => {
  const language = document.documentElement.lang;
  const isOwn = (node) => (node.closest("[lang]")?.lang ?? language) === language;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (isOwn(node) && !node.closest("script, style")) found.push(walker.currentNode.textContent);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const node of document.querySelectorAll(`[${name}]`)) if (isOwn(node)) found.push(node.getAttribute(name));
  return found.map((words) => words.trim()).filter(Boolean);
}"""


def find_violations(page: Page) -> list[tuple[str, list[Any]]]:
    """Return what axe finds wrong with the page as it is: rules, and where the first nodes are."""
    found = Axe().run(page, options=RULES).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}  # it did look
    return [(rule["id"], [node["target"] for node in rule["nodes"][:3]]) for rule in found["violations"]]


def find_incomplete(page: Page) -> list[str]:
    """Return the rules that axe cannot decide by itself."""
    return [rule["id"] for rule in Axe().run(page, options=RULES).response["incomplete"]]


def is_within_width(page: Page) -> bool:
    """Return whether the page as a whole needs no scrolling sideways."""
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits


def find_without_focus(page: Page) -> list[str]:
    """Return the elements that the keyboard reaches and that do not show it."""
    found: list[str] = page.evaluate(_WITHOUT_FOCUS)
    return found


def find_foreign_words(page: Page, language: Language) -> list[str]:
    """Return what the page says as its own that only the texts of another language have, names of controls too."""
    others = set[str]().union(*(_words_of(load_texts(other)) for other in LANGUAGES)) - _words_of(load_texts(language))
    said: list[str] = page.evaluate(_WORDS)
    return [words for words in said if words in others]


def _words_of(texts: Any) -> set[str]:
    if isinstance(texts, str):
        return {texts}
    held = (getattr(texts, field.name) for field in fields(texts)) if is_dataclass(texts) else texts
    parts = held.values() if isinstance(held, Mapping) else held
    return set[str]().union(*map(_words_of, parts))


def find_heading_faults(page: Page) -> list[str]:
    """Return what is wrong with the order of headings: not one `h1`, or a level that is left out."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
    )
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    return faults + [f"h{one} → h{two}" for one, two in pairwise(levels) if two > one + 1]
