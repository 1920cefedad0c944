"""A web page becomes marked-up lines without its menus and scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.html import read

PAGE = """<!doctype html><html lang="nn-NO"><head><title>Om biene i byen</title>
<meta property="og:site_name" content="Bylaget"><meta property="article:published_time" content="2031-03-04T10:00:00Z">
<link rel="canonical" href="https://bylaget.example/bier"></head>
<body><nav><ul><li>Framside</li><li>Kontakt</li></ul></nav><article><h1>Om biene i byen</h1>
<p>Bylaget har <b>fire</b> kubar på taket av biblioteket, og dei gjev om lag tretti kilo honning i året.</p>
<h2>Kven steller dei</h2><p>Det gjer tre frivillige etter ein fast turnus gjennom heile sommaren:</p>
<ul><li>ein lærar<ul><li>frå aust</li></ul></li><li>ein snikkar</li></ul>
<table><tr><th>År</th><th>Kilo</th></tr><tr><td>2030</td><td>28,5</td></tr></table>
<p>Honningen blir seld på torget den siste laurdagen i august.</p></article>
<script>alert("bier")</script></body></html>"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    return path


def test_headings_lists_and_tables_keep_their_marks(tmp_path: Path) -> None:
    lines = read(written(tmp_path, PAGE)).pages[0].text.split("\n")
    for line in ("# Om biene i byen", "## Kven steller dei", "- ein lærar", "- frå aust", "- ein snikkar"):
        assert line in lines
    assert lines[lines.index("| År | Kilo |") + 1] == "| 2030 | 28,5 |"


def test_menus_and_scripts_are_left_out(tmp_path: Path) -> None:
    text = read(written(tmp_path, PAGE)).pages[0].text
    assert "Framside" not in text
    assert "alert" not in text


def test_the_page_states_its_title_publisher_date_address_and_language(tmp_path: Path) -> None:
    assert read(written(tmp_path, PAGE)).stated == {
        "title": "Om biene i byen",
        "publisher": "Bylaget",
        "date": "2031-03-04",
        "source_url": "https://bylaget.example/bier",
        "language": "no",
    }


@pytest.mark.parametrize("text", ["<html><body><script>x()</script></body></html>", "\n \n"])
def test_a_page_without_text_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableDocument):
        read(written(tmp_path, text))


def test_meta_elements_state_what_is_known(tmp_path: Path) -> None:
    page = PAGE.replace(
        "<head>",
        '<head><meta name="kind" content="brief"><meta name="authority" content="information">'
        '<meta name="DC.publisher" content="Byen"><meta name="licence" content="CC0">'
        '<meta name="viewport" content="width=1">',
    )
    stated = read(written(tmp_path, page)).stated
    assert (stated["kind"], stated["authority"], stated["licence"]) == ("brief", "information", "CC0")
    assert stated["publisher"] == "Byen"
    assert stated["language"] == "no"


def test_our_own_names_win_over_those_of_dublin_core(tmp_path: Path) -> None:
    page = PAGE.replace(
        "<head>", '<head><meta name="dc.publisher" content="Byen"><meta name="publisher" content="Laget">'
    )
    assert read(written(tmp_path, page)).stated["publisher"] == "Laget"


def test_a_page_nested_without_end_is_said_to_be_nested_too_deeply(tmp_path: Path) -> None:
    page = "<html><body>" + "<div>" * 50_000 + "dybt nede" + "</div>" * 50_000
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        read(written(tmp_path, page))
