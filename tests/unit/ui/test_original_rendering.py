"""What the source panel says of the file that a source was read from."""

from __future__ import annotations

import html
import re

import pytest

from corpus.documents import Span
from corpus.originals import OriginalState
from ui.quote_places import place_quote
from ui.rendering.originals import render_original_links, render_picture
from ui.sources import Original
from ui.texts import load_texts

TEXTS = load_texts("da")
PLACE = place_quote("Kajen er ny.", Span(0, 5))


def read_attribute(page: str, name: str) -> str:
    found = re.search(f' data-{name}="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def test_the_picture_has_its_page_its_quotes_and_its_name() -> None:
    page = render_picture(Original("there", True, 3, (PLACE,)), "a1", 'Kaj & "mole" {page}', 12, TEXTS)
    assert read_attribute(page, "page") == "3"
    assert read_attribute(page, "boxes") == f"/originals/a1/boxes?quote={PLACE}&lang=da"
    assert read_attribute(page, "picture") == 'Side {page} af Kaj & "mole" {page}'
    assert "<script" not in render_picture(Original("there", True, 1), "<script>", "<script>", 1, TEXTS)


def test_a_passage_that_was_only_considered_has_a_page_and_no_boxes() -> None:
    page = render_picture(Original("there", True, 3), "a1", "Kaj", 12, TEXTS)
    assert read_attribute(page, "boxes") == ""
    assert TEXTS.original.to_quote not in page


def test_a_document_of_one_page_has_nothing_to_turn() -> None:
    page = render_picture(Original("there", True, 1, (PLACE,)), "a1", "Kaj", 1, TEXTS)
    assert TEXTS.original.next not in page


@pytest.mark.parametrize(
    ("state", "is_pdf", "page", "shown"),
    [("there", True, 2, True), ("there", False, 1, False), ("there", True, 0, False), ("gone", True, 2, False)],
)
def test_only_the_known_page_of_an_unchanged_pdf_has_a_picture(
    state: OriginalState, is_pdf: bool, page: int, shown: bool
) -> None:
    assert Original(state, is_pdf, page).has_picture is shown


def test_a_pdf_opens_at_its_page_and_other_files_are_only_fetched() -> None:
    pdf = render_original_links(Original("there", True, 2), "a1", 12, TEXTS)
    assert 'href="/originals/a1?lang=da#page=2" target="_blank"' in pdf
    assert "Åbn originalen på side 2 (ny fane)" in pdf
    assert "Åbn originalen (ny fane)" in render_original_links(Original("there", True), "a1", 12, TEXTS)
    note = render_original_links(Original("there", False, 1), "a1", 1, TEXTS)
    assert "target" not in note
    assert 'href="/originals/a1?download=1&amp;lang=da"' in note


@pytest.mark.parametrize(("state", "line"), [("gone", TEXTS.original.gone), ("changed", TEXTS.original.changed)])
def test_a_file_that_is_not_the_one_that_was_read_is_not_linked_to(state: OriginalState, line: str) -> None:
    page = render_original_links(Original(state, True, 2), "a1", 12, TEXTS)
    assert line in page
    assert "href" not in page
