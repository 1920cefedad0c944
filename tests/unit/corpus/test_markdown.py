"""Markdown becomes marked-up lines; front matter becomes what the document states."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from corpus.markdown import read, stated_in
from corpus.markup import plain_lines, without_comments


def test_front_matter_states_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text(
        "---\ntitle: Plan for havnen\npublisher: Havnerådet\nurl: https://havn.example/plan\nlanguage: nb\n"
        "licence: CC0\ndate: 2031-05-04\nkind: strategy\nauthority: guidance\nvalid_from: 2031-06\nnote: privat\n"
        "---\n# Plan\n",
        encoding="utf-8",
    )
    raw = read(path)
    assert raw.stated == {
        "title": "Plan for havnen",
        "publisher": "Havnerådet",
        "source_url": "https://havn.example/plan",
        "language": "no",
        "licence": "CC0",
        "date": "2031-05-04",
        "kind": "strategy",
        "authority": "guidance",
        "valid_from": "2031-06",
    }
    assert raw.marked_up
    assert raw.pages[0].text.strip() == "# Plan"


def test_front_matter_that_is_not_yaml_is_read_line_by_line() -> None:
    assert stated_in("title: Notat: Om havnen\nlicence: A: b; see c") == {
        "title": "Notat: Om havnen",
        "licence": "A: b; see c",
    }


@pytest.mark.parametrize(("written", "stated"), [("2031-02-03 (ændret 2032)", "2031-02-03"), ("2031-2033", "2031")])
def test_a_date_with_a_remark_is_stated_without_it(written: str, stated: str) -> None:
    assert stated_in(f"date: {written}") == {"date": stated}


def test_unknown_kinds_languages_and_dates_are_not_stated() -> None:
    assert stated_in("kind: poem\nlanguage: de\ndate: ukendt\nauthority: me\ntitle: plan.md") == {}


def test_nested_aliases_in_front_matter_cost_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    assert stated_in(f"{bomb}title: *k\ndate: 2031") == {"date": "2031"}


def test_a_rule_in_the_text_is_no_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Tekst\n\n---\n\ntitle: nej\n", encoding="utf-8")
    assert read(path).stated == {}


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("# Titel #", "# Titel"),
        ("Titel\n=====\nMere\n----", "# Titel\n## Mere"),
        ("* et\n  + to\n- [x] tre", "- et\n- to\n- tre"),
        ("1. et\n2) to", "1. et\n2) to"),
        ("**fed** og *skrå* og __to__ og _en_ og `kode`", "fed og skrå og to og en og kode"),
        ("snake_case_navn og 5 * 3 * 2 og 2*3*4", "snake_case_navn og 5 * 3 * 2 og 2*3*4"),
        ("[her](#afsnit) og [der](../fil.md)", "her og der"),
        ("[loven](https://lov.example/a_(b))", "loven (https://lov.example/a_(b))"),
        ('[loven](https://lov.example "titel")', "loven (https://lov.example)"),
        ("[[A] Sag](https://lov.example)", "[A] Sag (https://lov.example)"),
        ("<https://lov.example>", "https://lov.example"),
        ("![billede](x.png)Tekst", "Tekst"),
        ("Tekst[^1]\n\n[^1]: Noten", "Tekst(1)\n\n(1) Noten"),
        ("> Citat\n> > inderst", "Citat\ninderst"),
        ("før <!-- skjult\n\nmere --> efter", "før  efter"),
        ("<span style='x'>synlig</span> 5 < 6 og a<b>c", "synlig 5 < 6 og ac"),
        ("| a | b |\n|:--|--:|\n| **1** | 2\\|3 |", "| a | b |\n| 1 | 2/3 |"),
        ("a | b\n--- | ---\n1 | 2\n\nslut | her", "| a | b |\n| 1 | 2 |\n\nslut | her"),
        ("```sh\n# ikke en overskrift\n```\n# En", "ikke en overskrift\n# En"),
        ("{: .warning }\nTekst", "Tekst"),
        (r"\*ikke skrå\* &amp; \# ej", "*ikke skrå* & # ej"),
        ("Tekst\n\n***\n\nmere", "Tekst\n\n\n\nmere"),
    ],
)
def test_marks_are_kept_or_dropped(markdown: str, lines: str) -> None:
    assert [line.strip() for line in plain_lines(markdown).split("\n")] == lines.split("\n")


def test_a_comment_that_never_ends_hides_only_its_paragraph() -> None:
    assert without_comments("før <!-- åben\nskjult\n\nefter").split() == ["før", "efter"]


@pytest.mark.parametrize(
    "hostile",
    [
        mark * 50_000
        for mark in ("[", "[a](", "*", "*a ", "<", "`", "![", "|", "|-", "> ", "_a", "[[x]", "[[x][", "~~a")
    ],
)
def test_hostile_marks_cost_linear_time(hostile: str) -> None:
    started = time.perf_counter()
    plain_lines(f"a | b\n{hostile}\nslut")
    assert time.perf_counter() - started < 5
