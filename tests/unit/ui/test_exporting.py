"""Files for Word: every footnote is real and in its place, every letter whole, and nothing breaks them."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from assistant.messages import Answer, AnswerSentence, Citation, Timings
from corpus.documents import LANGUAGES, Document, DocumentMeta, Language, Page
from corpus.errors import UnknownDocument
from ui.conversations import Exchange
from ui.docx import LANGUAGE_TAGS, MOST_COLUMNS
from ui.exporting import export_answer, export_conversation, find_publishers
from ui.texts import load_texts

DANISH = load_texts("da")
DAY = date(2031, 5, 6)
LETTERS = "Ærø, Øre, Ålborg: æøåÆØÅ – »é«"
HOSTILE = (
    "<w:p/>&amp;]]><!-- \x00\x01\x0b\x1b\x7f\x85 \ud800 \udfff \ufffe\uffff\ufdd0 \u202e שלום العربية \r\n\t {x} ${y}"
)
PLAIN = AnswerSentence("Rådet mødes fire gange om året.", (1,), True)


def build_citation(marker: int = 1, quote: str = "Rådet mødes fire gange om året.", **changes: Any) -> Citation:
    citation = Citation(marker, "v.pdf", "d", "Vedtægt", 2, "2. Møder", quote, 0, len(quote), "da", "2031-03-04")
    return replace(citation, **changes)


def build_answer(
    sentences: Sequence[AnswerSentence] = (PLAIN,), citations: Sequence[Citation] = (), **changes: Any
) -> Answer:
    answer = Answer(
        id="x",
        question="Hvor ofte mødes rådet?",
        language="da",
        outcome="answered",
        text=" ".join(sentence.text for sentence in sentences),
        confidence=0.9,
        sentences=tuple(sentences),
        citations=tuple(citations) or (build_citation(),),
        considered=(),
        warnings=(),
        model="extractive",
        timings=Timings(1.0, 1.0, 2.0),
    )
    return replace(answer, **changes)


class WordReader:
    """An exported file, opened again."""

    def __init__(self, file: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(file))
        self.document = docx.Document(io.BytesIO(file))
        self.notes = parse_xml(self.archive.read("word/footnotes.xml"))

    @property
    def paragraphs(self) -> list[str]:
        """The words of each paragraph of the text, tables among them, each footnote as [id]."""
        return [words_of(paragraph) for paragraph in self.document.element.body.iter(qn("w:p"))]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    @property
    def references(self) -> list[int]:
        return [int(one.get(qn("w:id"))) for one in self.document.element.body.iter(qn("w:footnoteReference"))]

    @property
    def footnotes(self) -> dict[int, Any]:
        """The footnotes that are not lines, by id, in the order they stand."""
        own = [note for note in self.notes if note.get(qn("w:type")) is None]
        return {int(note.get(qn("w:id"))): note for note in own}

    @property
    def said(self) -> list[str]:
        return [words_of(note).strip() for note in self.footnotes.values()]

    def headings(self) -> list[tuple[str, str]]:
        return [
            (paragraph.style.name, paragraph.text)
            for paragraph in self.document.paragraphs
            if paragraph.style.name.startswith(("Heading", "Title"))
        ]


def words_of(element: Any) -> str:
    said = []
    for part in element.iter(qn("w:t"), qn("w:br"), qn("w:footnoteReference")):
        if part.tag == qn("w:footnoteReference"):
            said.append(f"[{part.get(qn('w:id'))}]")
        else:
            said.append("\n" if part.tag == qn("w:br") else part.text or "")
    return "".join(said)


def tags_of(element: Any) -> list[tuple[str, str]]:
    """Return the words of each run with the language that Word is told they are in."""
    found = []
    for run in element.iter(qn("w:r")):
        language = run.find(f"{qn('w:rPr')}/{qn('w:lang')}")
        if language is not None:
            found.append((words_of(run), language.get(qn("w:val"))))
    return found


def export(answer: Answer, **options: Any) -> WordReader:
    return WordReader(export_answer(answer, options.pop("texts", DANISH), DAY, **options))


def test_each_reference_has_its_footnote_in_the_order_of_the_text():
    citations = [build_citation(1, "Det første."), build_citation(2, "Det andet."), build_citation(3, "Det tredje.")]
    sentences = [
        AnswerSentence("Tredje.", (3,), True),
        AnswerSentence("Første og andet.", (1, 2), True),
        AnswerSentence("Intet.", (), True),
    ]
    file = export(build_answer(sentences, citations))
    assert file.references == [1, 2, 3] == list(file.footnotes)
    assert [note.rpartition(": ")[2] for note in file.said] == ["»Det tredje.«", "»Det første.«", "»Det andet.«"]
    assert "Tredje.[1] Første og andet.[2],[3] Intet." in file.paragraphs


def test_the_footnotes_are_what_word_knows_as_footnotes():
    file = export(build_answer())
    part = next(
        relation.target_part for relation in file.document.part.rels.values() if relation.reltype.endswith("/footnotes")
    )
    assert str(part.partname) == "/word/footnotes.xml"
    assert part.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    lines = {note.get(qn("w:type")): note.get(qn("w:id")) for note in file.notes if note.get(qn("w:type"))}
    assert lines == {"separator": "-1", "continuationSeparator": "0"}
    named = file.document.settings.element.find(qn("w:footnotePr"))
    assert [line.get(qn("w:id")) for line in named] == list(lines.values())
    assert named.getnext().tag == qn("w:compat")
    styles = {style.style_id: style for style in file.document.styles}
    (note,) = file.footnotes.values()
    assert styles[note.find(f".//{qn('w:pStyle')}").get(qn("w:val"))].name == "footnote text"
    numbers = [style.get(qn("w:val")) for style in note.iter(qn("w:rStyle"))]
    numbers += [style.get(qn("w:val")) for style in file.document.element.body.iter(qn("w:rStyle"))]
    assert [styles[number].name for number in numbers] == ["footnote reference"] * 2
    assert styles[numbers[0]].font.superscript
    assert len(list(note.iter(qn("w:footnoteRef")))) == 1


def test_a_footnote_says_where_its_quote_stands():
    assert export(build_answer()).said == [
        "Vedtægt, 2. Møder, side 2, 4. marts 2031: »Rådet mødes fire gange om året.«"
    ]


def test_a_footnote_names_the_file_without_a_title_and_no_page_of_a_document_without_pages():
    citation = build_citation(title="", section="", date="")
    file = export(build_answer(citations=[citation]), unpaged=frozenset({"d"}))
    assert file.said == ["v.pdf: »Rådet mødes fire gange om året.«"]
    assert "v.pdf" in file.paragraphs


@pytest.mark.parametrize(
    ("language", "quoted", "tag"),
    [("da", "»Ja.«", "da-DK"), ("no", "«Ja.»", "nb-NO"), ("en", "“Ja.”", "en-GB")],
)
def test_a_quote_has_the_marks_and_the_tag_of_its_own_language(language: Language, quoted: str, tag: str):
    (note,) = export(build_answer(citations=[build_citation(quote="Ja.", language=language)])).footnotes.values()
    runs = tags_of(note)
    assert (quoted, tag) in runs
    assert ("Vedtægt", tag) in runs
    assert ("side 2", "da-DK") in runs


def test_a_quote_stays_word_for_word_on_its_lines():
    file = export(build_answer(citations=[build_citation(quote="a | b\n- 1 \u00a0 2")]))
    assert file.said[0].endswith(": »a | b\n- 1 \u00a0 2«")


def test_a_translation_is_said_to_be_the_models():
    citation = build_citation(quote="Four times.", language="en", translation="Fire gange.")
    (note,) = export(build_answer(citations=[citation])).footnotes.values()
    assert words_of(note).endswith("“Four times.” (Oversættelse af citatet, lavet af sprogmodellen: »Fire gange.«)")
    assert ("»Fire gange.«", "da-DK") in tags_of(note)


def test_a_sentence_in_another_language_than_the_answer_has_its_tag():
    quote = "The council meets."
    answer = build_answer([AnswerSentence(quote, (1,), True), PLAIN], [build_citation(quote=quote, language="en")])
    runs = tags_of(export(answer).document.element.body)
    assert (quote, "en-GB") in runs
    assert (PLAIN.text, "da-DK") in runs


def test_a_quote_that_two_sentences_lean_on_is_a_footnote_of_each_and_its_source_is_listed_once():
    citations = [
        build_citation(1),
        build_citation(2, "Andet.", page=3),
        build_citation(3, document_id="e", title="Lov"),
    ]
    sentences = [PLAIN, AnswerSentence("Igen.", (1, 2, 3), True)]
    file = export(build_answer(sentences, citations), publishers={"d": "Kommunen"})
    assert file.references == [1, 2, 3, 4]
    assert file.said[0] == file.said[1]
    sources = file.paragraphs[file.paragraphs.index("Kilder") + 1 :]
    assert sources[:3] == [
        "Vedtægt, Kommunen, 4. marts 2031 (v.pdf)",
        "Lov, 4. marts 2031 (v.pdf)",
        "Om dette dokument",
    ]


def test_a_marker_without_a_citation_and_one_forged_in_a_text_are_no_footnotes():
    file = export(build_answer([AnswerSentence("Det står her [1].", (7,), True)]))
    assert file.references == []
    assert file.said == []
    assert "Det står her [1]." in file.paragraphs


def test_a_sentence_that_is_not_supported_is_marked():
    file = export(build_answer([replace(PLAIN, supported=False)]))
    assert f"{PLAIN.text} (ikke bekræftet af kilden)[1]" in file.paragraphs


def test_lists_and_tables_are_lists_and_tables_and_the_footnote_stands_in_the_last():
    text = "Det har:\n- en formand\n1. et medlem\n| År | Beløb |\n|---|---|\n| 2031 | 2 mio. |"
    file = export(build_answer([AnswerSentence(text, (1,), True), PLAIN]))
    styles = {paragraph.text: paragraph.style.name for paragraph in file.document.paragraphs}
    assert (styles["en formand"], styles["Det har:"]) == ("List Bullet", "Normal")
    assert "1. et medlem" in file.paragraphs
    (table,) = file.document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["År", "Beløb"], ["2031", "2 mio."]]
    assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert "2 mio.[1]" in file.paragraphs
    assert file.references == [1, 2]


def test_a_list_whose_items_are_alike_has_its_footnote_once():
    assert export(build_answer([AnswerSentence("a\na\na", (1,), True)])).references == [1]


def test_a_row_that_no_table_can_hold_is_words():
    wide = " | ".join("x" * (MOST_COLUMNS + 1))
    file = export(build_answer([AnswerSentence(f"{wide}\n{wide}", (1,), True)]))
    assert not file.document.tables
    assert file.references == [1]


def test_rows_of_different_lengths_make_a_table():
    file = export(build_answer([AnswerSentence("a | b | c\nd | e", (1,), True)]))
    assert "e[1]" in file.paragraphs


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_what_it_is_in_every_language(language: Language):
    texts = load_texts(language)
    answer = build_answer(outcome="partial", warnings=("Kilden er fra 2019.",), model="den-model", language="da")
    file = export(answer, texts=texts)
    assert texts.answer.partial in file.paragraphs
    assert texts.answer.written_by.format(model="den-model") in file.paragraphs
    assert "Kilden er fra 2019." in file.paragraphs
    assert texts.export.check in file.text
    assert "2031" in file.paragraphs[-1]
    assert file.document.core_properties.language == LANGUAGE_TAGS[language]
    defaults = file.document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert defaults.get(qn("w:val")) == LANGUAGE_TAGS[language]
    assert file.headings() == [
        ("Heading 1", answer.question),
        ("Heading 2", texts.answer.warnings),
        ("Heading 2", texts.answer.copy_sources),
        ("Heading 2", texts.export.about),
    ]


def test_an_answer_of_quotes_says_so():
    file = export(build_answer())
    assert DANISH.export.quoted in file.paragraphs
    assert DANISH.answer.partial not in file.text


def test_a_refusal_is_what_was_said_without_footnotes_and_sources():
    refusal = build_answer((), outcome="no_evidence", text="Det står ikke i dokumenterne.", citations=())
    file = export(replace(refusal, citations=()))
    assert file.paragraphs[:3] == [refusal.question, refusal.text, DANISH.answer.refusal_explained]
    assert file.references == []
    assert "Kilder" not in file.text


def test_danish_letters_are_whole_everywhere():
    citation = build_citation(quote=LETTERS, title=LETTERS, section=LETTERS, document=LETTERS)
    answer = build_answer([AnswerSentence(LETTERS, (1,), True)], [citation], question=LETTERS, warnings=(LETTERS,))
    file = export(answer, publishers={"d": LETTERS})
    assert file.said[0].count(LETTERS) == 3
    assert file.text.count(LETTERS) == 6
    assert file.document.core_properties.title == LETTERS


def test_the_properties_name_the_program_and_no_person():
    properties = export(build_answer()).document.core_properties
    assert properties.title == "Hvor ofte mødes rådet?"
    assert properties.author == properties.last_modified_by == DANISH.page.title
    assert (properties.comments, properties.keywords, properties.category) == ("", "", "")
    assert properties.created.replace(tzinfo=None) == properties.modified.replace(tzinfo=None) == datetime(2031, 5, 6)


def test_nothing_of_the_templates_maker_is_in_the_file():
    file = export(build_answer())
    assert not [name for name in file.archive.namelist() if name.endswith(("app.xml", ".jpeg"))]
    assert not [name for name in file.archive.namelist() if b"python-docx" in file.archive.read(name)]
    section = file.document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_same_answer_gives_the_same_bytes_on_the_same_day():
    first = export_answer(build_answer(), DANISH, DAY)
    assert {member.date_time for member in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert export_answer(build_answer(), DANISH, DAY) == first
    assert export_answer(build_answer(), DANISH, date(2031, 5, 7)) != first


@pytest.mark.parametrize("text", [HOSTILE, f"{HOSTILE}\n| {HOSTILE} | b |\n| c | d |\n- {HOSTILE}", "\x00", "", " \n "])
def test_hostile_text_never_breaks_the_file(text: str):
    citation = build_citation(
        quote=text, title=text, section=text, document=text, date=text, document_id=text, translation=text
    )
    answer = build_answer(
        [AnswerSentence(text, (1,), True), AnswerSentence(text, (1,), False)],
        [citation],
        question=text,
        text=text,
        warnings=(text,),
        model=text or "m",
    )
    file = export(answer, publishers={text: text})
    assert file.references == [1, 2] == list(file.footnotes)
    if "w:p" in text:
        assert "<w:p/>&amp;]]><!--" in file.text
        assert "שלום العربية" in file.said[0]
        assert "\u202e" not in file.text
    conversation = export_conversation([Exchange(text, answer), Exchange(text, failed=True)], DANISH, DAY)
    assert WordReader(conversation).references == [1, 2]


@pytest.mark.parametrize("text", ["å" * 10_000, "å " * 5_000, "a | b\n" * 1_700, "- a\n" * 2_500, "|" * 10_000])
def test_a_long_text_is_whole_and_quick(text: str):
    began = time.perf_counter()
    answer = build_answer([AnswerSentence(text, (1,), True)], [build_citation(quote=text)], question=text)
    file = export(answer)
    assert time.perf_counter() - began < 20
    assert text in file.text
    assert f"»{text}«" in file.said[0]
    assert len(file.document.core_properties.title) <= 255


def test_a_conversation_has_every_question_and_numbers_its_footnotes_through():
    other = build_answer(citations=[build_citation(quote="Andet.", document_id="e", title="Lov")], question="Og så?")
    file = WordReader(
        export_conversation(
            [
                Exchange("Hvor ofte mødes rådet?", build_answer()),
                Exchange("Gik det galt?", failed=True),
                Exchange("Og så?", other, unpaged=frozenset({"e"})),
                Exchange("Venter"),
            ],
            DANISH,
            DAY,
        )
    )
    assert file.headings() == [
        ("Title", DANISH.export.conversation),
        ("Heading 1", "Hvor ofte mødes rådet?"),
        ("Heading 1", "Gik det galt?"),
        ("Heading 1", "Og så?"),
        ("Heading 1", "Kilder"),
        ("Heading 1", "Om dette dokument"),
    ]
    assert file.references == [1, 2] == list(file.footnotes)
    assert file.said[1] == "Lov, 2. Møder, 4. marts 2031: »Andet.«"
    assert DANISH.export.unanswered in file.paragraphs
    assert "Venter" not in file.text


def test_a_conversation_without_questions_is_a_file_all_the_same():
    file = WordReader(export_conversation([], DANISH, DAY))
    assert file.headings()[0] == ("Title", DANISH.export.conversation)


def test_publishers_are_found_for_the_documents_that_are_still_there():
    class Documents:
        def read(self, document_id: str) -> Document:
            if document_id == "gone":
                raise UnknownDocument(document_id)
            meta = DocumentMeta("x", publisher="" if document_id == "unknown" else "Kommunen")
            return Document("v.pdf", "", meta, (Page(1, 0, 0),))

    citations = [build_citation(document_id=name) for name in ("d", "gone", "unknown", "d")]
    assert find_publishers(citations, Documents()) == {"d": "Kommunen"}
