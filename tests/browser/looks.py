"""What every page is held to: nothing that axe finds, and nothing that sticks out sideways."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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


def find_violations(page: Page) -> list[tuple[str, list[Any]]]:
    """Return what axe finds wrong with the page as it is: rules, and where the first nodes are."""
    found = Axe().run(page, options=RULES).response
    assert {"color-contrast", "html-has-lang"} <= {rule["id"] for rule in found["passes"]}  # it did look
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


def find_heading_faults(page: Page) -> list[str]:
    """Return what is wrong with the order of headings: not one `h1`, or a level that is left out."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
    )
    faults = [] if levels.count(1) == 1 else [f"{levels.count(1)} h1"]
    return faults + [f"h{one} → h{two}" for one, two in pairwise(levels) if two > one + 1]
