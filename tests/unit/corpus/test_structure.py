"""Cleaned pages become text, blocks and sections, without a word added, lost or moved."""

import re
import time

import pytest

from corpus.documents import Block, Document, RawDocument, RawPage
from corpus.structure import build_document


def build(*pages: str, marked_up: bool = False) -> Document:
    raw = RawDocument(tuple(RawPage(number, text) for number, text in enumerate(pages, start=1)), {}, marked_up)
    return build_document("fil.txt", raw)


def text_of(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]


def blocks_of(document: Document, kind: str = "") -> list[str]:
    return [text_of(document, block) for block in document.blocks if kind in ("", block.kind)]


def paths_of(document: Document) -> list[tuple[str, ...]]:
    return [section.path for section in document.sections]


def leads_of(document: Document, kind: str) -> list[str]:
    return [
        document.text[block.lead.start : block.lead.end] if block.lead else ""
        for block in document.blocks
        if block.kind == kind
    ]


PROSE = "Udvalget følger arbejdet og giver hvert år en redegørelse til regeringen om det."


def test_wrapped_lines_become_one_paragraph() -> None:
    document = build("Udvalget mødes hver måned og drøfter\nde sager som er kommet\nind siden sidst.\n\nDet er alt.\n")
    assert (
        document.text == "Udvalget mødes hver måned og drøfter de sager som er kommet ind siden sidst.\n\nDet er alt."
    )


def test_a_blank_line_between_all_lines_is_no_paragraph_break() -> None:
    lines = [
        "Udvalget følger arbejdet i de fem regioner og giver hvert år en samlet",
        "redegørelse til regeringen om økonomien og om den aftale af den 3. maj",
        "2024 som ligger til grund for arbejdet i hele landet.",
        "Styregruppe",
        "Styregruppen består af formændene for de fem udvalg og mødes mindst fire",
        "gange om året for at drøfte budgettet og træffe beslutning om det videre",
        "arbejde.",
        "Referencegruppe",
        "Referencegruppen rådgiver styregruppen om faglige spørgsmål og udarbejder",
        "notater om dem.",
    ]
    document = build("\n\n".join(lines))
    assert blocks_of(document, "heading") == ["Styregruppe", "Referencegruppe"]
    assert blocks_of(document, "paragraph") == [" ".join(part) for part in (lines[:3], lines[4:7], lines[8:])]


def test_a_paragraph_goes_on_over_a_page_break() -> None:
    document = build("Om sagen\n\nUdvalget mødes hver måned og drøfter de\n", "sager som er kommet ind.\n")
    assert blocks_of(document, "paragraph") == ["Udvalget mødes hver måned og drøfter de sager som er kommet ind."]
    assert [(page.number, document.text[page.start : page.end]) for page in document.pages] == [
        (1, "Om sagen\n\nUdvalget mødes hver måned og drøfter de "),
        (2, "sager som er kommet ind."),
    ]


def test_a_page_without_text_is_kept_empty() -> None:
    document = build("Et.\n", "", "To.\n")
    assert [(page.number, page.end - page.start) for page in document.pages] == [(1, 5), (2, 0), (3, 3)]


def test_a_document_without_text_has_no_blocks() -> None:
    document = build("", "")
    assert (document.text, document.blocks, document.sections, len(document.pages)) == ("", (), (), 2)


def test_the_title_over_two_lines_is_one_title_and_no_section() -> None:
    document = build(f"Kommissorium for udvalget om\ndata og sundhed i Danmark\n\n1. Baggrund\n\n{PROSE}\n")
    assert document.meta.title == "Kommissorium for udvalget om data og sundhed i Danmark"
    assert paths_of(document) == [("1. Baggrund",)]


def test_numbered_headings_nest_and_unnumbered_ones_stand_below_them() -> None:
    document = build(
        f"1. Baggrund\n\n{PROSE}\n\n2. Organisering\n\n{PROSE}\n\n2.1 Møder\n\n{PROSE}\n\n3. Ledelse\n\n{PROSE}\n\n"
        f"Sekretariat\n\n{PROSE}\n"
    )
    assert paths_of(document) == [
        ("1. Baggrund",),
        ("2. Organisering",),
        ("2. Organisering", "2.1 Møder"),
        ("3. Ledelse",),
        ("3. Ledelse", "Sekretariat"),
    ]
    assert [(section.number, section.title) for section in document.sections][2] == ("2.1", "Møder")


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    document = build(f"1. Formål\n\n{PROSE}\n\n1.1 Delmål\n\n{PROSE}\n\n2. Ledelse\n\n{PROSE}\n")
    first, inner, second = document.sections
    assert first.end == inner.end < second.start
    assert second.end == len(document.text)


def test_numbered_sentences_in_a_row_are_entries_and_no_headings() -> None:
    document = build(
        "Rådet foreslår:\n\n1. Staten skal betale for hele\nordningen\n\n2. Regionerne skal samarbejde\n\nDet er alt.\n"
    )
    assert blocks_of(document, "item") == ["1. Staten skal betale for hele ordningen", "2. Regionerne skal samarbejde"]
    assert leads_of(document, "item") == ["Rådet foreslår:"] * 2


def test_a_heading_directly_above_its_text_is_found() -> None:
    document = build(
        "Der er brug for flere hænder i de kommende\når, siger rådet i sin rapport.\n\nFordelingen af\nmidlerne\n"
        "Midlerne går til de store sygehuse og til\nde mindre klinikker i hele landet.\n"
    )
    assert blocks_of(document, "heading") == ["Fordelingen af midlerne"]


def test_numbered_headings_directly_above_their_text_are_found() -> None:
    document = build(
        "1. Baggrund og formål\n1.1 Hvorfor nu\nUdvalget følger arbejdet og giver hvert år en samlet\n"
        "redegørelse til regeringen om det.\n2. Organisering\nUdvalget har tre medlemmer og mødes fire gange om\n"
        "året i hovedstaden.\n"
    )
    assert paths_of(document) == [
        ("1. Baggrund og formål",),
        ("1. Baggrund og formål", "1.1 Hvorfor nu"),
        ("2. Organisering",),
    ]


def test_a_numbered_heading_may_end_in_a_preposition() -> None:
    document = build(f"5. Planer\n\n{PROSE}\n\n6. Spørgsmål at øve sig på\n\n{PROSE}\n")
    assert paths_of(document) == [("5. Planer",), ("6. Spørgsmål at øve sig på",)]


def test_a_paragraph_directly_below_a_list_is_no_part_of_it() -> None:
    document = build(
        "# Titel\n\nRådet har:\n\n- en formand\n- et medlem\nListen er kort og uden navne.\n", marked_up=True
    )
    assert blocks_of(document, "item") == ["- en formand", "- et medlem"]


def test_the_stated_title_is_found_below_a_running_head() -> None:
    raw = RawDocument((RawPage(1, f"Rådet · Om planen\nOm planen\nKort sagt\n{PROSE}\n"),), {"title": "Om planen"})
    document = build_document("fil.pdf", raw)
    assert blocks_of(document, "heading") == ["Om planen", "Kort sagt"]
    assert paths_of(document) == [("Kort sagt",)]


def test_a_date_at_the_beginning_of_a_line_is_no_list_entry() -> None:
    document = build("Aftalen blev indgået den\n21. november 2024 af alle parter i kredsen.\n")
    assert blocks_of(document, "item") == []


def test_a_wrapped_bullet_is_one_entry_and_a_list_goes_on_over_a_page() -> None:
    document = build(
        "Gruppen består af:\n• En formand fra ministeriet og\nen fra regionerne\n", "• Sekretariatet\n\nDe mødes.\n"
    )
    assert blocks_of(document, "item") == [
        "• En formand fra ministeriet og en fra regionerne",
        "• Sekretariatet",
    ]
    assert leads_of(document, "item") == ["Gruppen består af:"] * 2
    assert "regionerne\n• Sekretariatet\n\nDe mødes." in document.text


def test_a_bullet_on_a_line_of_its_own_joins_its_text() -> None:
    assert blocks_of(build("Vi har:\n•\nEt hus\n•\nEn have\n"), "item") == ["• Et hus", "• En have"]


def test_the_sentence_before_a_list_introduces_it() -> None:
    document = build("Planen er ny. Den har to mål:\n\n• Bedre data\n• Flere forsøg\n")
    assert leads_of(document, "item") == ["Den har to mål:"] * 2


def test_a_heading_with_a_colon_introduces_the_list_below_it() -> None:
    document = build("# Møde\n\n## Deltagere:\n\n- Anne\n- Bo\n", marked_up=True)
    assert leads_of(document, "item") == ["Deltagere:"] * 2


def test_entries_within_an_entry_are_introduced_by_it() -> None:
    document = build("Krav:\n\n- Data:\n\na) alder\n\nb) køn\n\n- Samtykke\n", marked_up=True)
    assert leads_of(document, "item") == ["Krav:", "Data:", "Data:", "Krav:"]


def test_a_plain_table_of_years_has_a_header_and_rows_joined_over_lines() -> None:
    document = build(
        "Udgifter i mio. kr.\n\n2024 2025 2026\n\nSekretariat og møder 1,0 2,5 3,0\n\n"
        "Rådgivning af virksomheder om nye\nbehandlinger\n\n0,5 - 1,0\n\nDet er alt.\n"
    )
    assert blocks_of(document, "header") == ["2024 2025 2026"]
    assert blocks_of(document, "row") == [
        "Sekretariat og møder 1,0 2,5 3,0",
        "Rådgivning af virksomheder om nye behandlinger 0,5 - 1,0",
    ]
    assert leads_of(document, "row") == ["2024 2025 2026"] * 2
    assert blocks_of(document, "paragraph") == ["Udgifter i mio. kr.", "Det er alt."]


def test_years_in_prose_are_no_table() -> None:
    assert blocks_of(build("Planen gælder 2024 2025\n\nDen er god.\n"), "header") == []


def test_marked_rows_keep_their_cells_and_their_header() -> None:
    document = build("# T\n\n| Navn | Rolle |\n| Anne | Formand |\n| Bo |  |\n\nSlut.\n", marked_up=True)
    assert document.text == "T\n\nNavn | Rolle\nAnne | Formand\nBo\n\nSlut."
    assert leads_of(document, "row") == ["Navn | Rolle"] * 2


def test_an_empty_cell_keeps_its_place_before_others() -> None:
    document = build("# T\n\n|  | 2024 | 2025 |\n| Kaj |  | 7 |\n| Molo | 3 |  |\n", marked_up=True)
    assert document.text == "T\n\n| 2024 | 2025\nKaj | | 7\nMolo | 3"


def test_the_time_at_which_a_page_was_printed_is_no_heading() -> None:
    text = "Havnen\n\nKajen er lang og bred.\n\nUdskrevet den 3. maj 2031, kl. 9.15\n\nMolen er kort og smal.\n"
    assert blocks_of(build(text), "heading") == ["Havnen"]


def test_a_danish_law_has_its_provisions_as_sections() -> None:
    document = build(
        "# Lov om ting\n\n## Kapitel 1\n\n§ 1. Loven gælder ting.\n\nStk. 2. Den gælder ikke dyr.\n\n"
        "§ 11 a. Ministeren fører tilsyn.\n\n## Kapitel 2\n\n§ 12. Loven træder i kraft straks.\n",
        marked_up=True,
    )
    assert paths_of(document) == [
        ("Kapitel 1",),
        ("Kapitel 1", "§ 1"),
        ("Kapitel 1", "§ 1", "Stk. 2"),
        ("Kapitel 1", "§ 11 a"),
        ("Kapitel 2",),
        ("Kapitel 2", "§ 12"),
    ]
    assert blocks_of(document, "paragraph")[1] == "Stk. 2. Den gælder ikke dyr."


def test_a_law_in_plain_text_has_the_same_sections() -> None:
    document = build(
        "Lov om ting og sager i hele landet\n\nKapitel 1\nFormål\n\n§ 1. Loven gælder ting, som er store, jf.\n§ 2.\n\n"
        "Stk. 2. Den gælder ikke dyr.\n\n§ 2. Ministeren fører tilsyn med alle ting.\n"
    )
    assert ("Kapitel 1", "§ 1", "Stk. 2") in [(path[0][:9], *path[1:]) for path in paths_of(document)]
    assert [section.number for section in document.sections] == ["Kapitel 1", "§ 1", "Stk. 2", "§ 2"]


def test_a_norwegian_provision_has_number_and_title() -> None:
    document = build(f"# Lov\n\n## Kapittel 1. Formål\n\n##### § 1-1. Lovens formål\n\n{PROSE}\n", marked_up=True)
    section = document.sections[-1]
    assert (section.number, section.title) == ("§ 1-1", "Lovens formål")
    assert section.path == ("Kapittel 1. Formål", "§ 1-1. Lovens formål")


def test_an_article_takes_the_title_below_it() -> None:
    document = build(
        "# Regulation\n\n## CHAPTER I\n\n## GENERAL PROVISIONS\n\n### Article 1\n\nSubject matter\n\n"
        "1. This Regulation lays down rules.\n\n2. It applies to:\n\n(a) persons;\n\n(b) bodies.\n",
        marked_up=True,
    )
    assert paths_of(document)[-1] == ("CHAPTER I GENERAL PROVISIONS", "Article 1 Subject matter")
    assert leads_of(document, "item") == ["2. It applies to:"] * 2


def test_a_numbered_list_inside_a_provision_becomes_entries() -> None:
    document = build("# Lov\n\n§ 3. Her forstås ved: 1) Celle: en celle. 2) Væv: flere celler.\n", marked_up=True)
    assert blocks_of(document, "item") == ["1) Celle: en celle.", "2) Væv: flere celler."]
    assert leads_of(document, "item") == ["§ 3. Her forstås ved:"] * 2
    assert {block.section for block in document.blocks[1:]} == {0}


def test_the_only_top_heading_is_the_title_and_several_are_sections() -> None:
    assert paths_of(build(f"# Titel\n\n## A\n\n{PROSE}\n", marked_up=True)) == [("A",)]
    chapters = build(f"# Et\n\n{PROSE}\n\n# To\n\n{PROSE}\n\n# Tre\n\n{PROSE}\n", marked_up=True)
    assert paths_of(chapters) == [("Et",), ("To",), ("Tre",)]


def test_hashes_in_plain_text_are_ordinary_characters() -> None:
    document = build(f"# ikke en overskrift i ren tekst, siger de.\n\n{PROSE}\n")
    assert document.text.startswith("# ikke")


@pytest.mark.parametrize("marked_up", [False, True])
def test_every_word_stays_in_its_place(marked_up: bool) -> None:
    page = (
        "EN STOR PLAN\n\nIndledning\n\nDet  er en\nplan: 1) ét, 2) to.\n\n• a\n•  b\n\n  2024 2025\nX 1 2\n\n"
        "§ 4. Noget.\nStk. 2. Mere.\n\nI. Først\nII. Så\n\nFigur 1\nTekst under figuren.\n\nhttps://a.dk/b\n\n–\n"
    )
    document = build(page, page, marked_up=marked_up)
    assert document.text.split() == (page + page).split()


def test_blocks_cover_the_text_and_lie_in_their_sections() -> None:
    document = build(f"Titel her\n\n1. Formål\n\n{PROSE}\n\n• x\n• y\n\n2. Ledelse\n\n{PROSE}\n")
    end = 0
    for block in document.blocks:
        assert document.text[end : block.start].strip() == ""
        end = block.end
        if block.section is not None:
            section = document.sections[block.section]
            assert section.start <= block.start < block.end <= section.end
    assert end == len(document.text)


@pytest.mark.parametrize(
    "text",
    [
        "Stk. 2. Aa bb cc.\n\n" * 20_000,
        "2024 2025\n" * 30_000,
        "1. a\n" * 60_000,
        "A B\n\n" * 60_000,
        "• x\n\n" * 60_000,
        "1) " * 100_000,
        "x" * 400_000,
        f"# {'y' * 100_000}\n\n" + "## z\n\nTekst.\n\n" * 5_000,
    ],
)
def test_hostile_text_takes_linear_time_and_space(text: str) -> None:
    started = time.process_time()
    document = build(text, marked_up=text.startswith("#"))
    assert time.process_time() - started < 20
    assert sum(len(label) for section in document.sections for label in section.path) < 10 * len(text)
    assert len(re.sub(r"\s", "", document.text)) <= len(text)
