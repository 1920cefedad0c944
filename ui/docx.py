"""A file for Word, written piece by piece: headings, paragraphs, lists, tables, and real footnotes.

python-docx 1.2 reads and writes no footnotes, so their part, its relationship, styles and settings are made here
(ECMA-376 part 1, § 17.11). The same pieces give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from corpus.documents import Language

LANGUAGE_TAGS: MappingProxyType[Language, str] = MappingProxyType({"da": "da-DK", "no": "nb-NO", "en": "en-GB"})
"""What Word checks the spelling by."""

MOST_COLUMNS = 63
"""The most columns that Word can show."""

_TITLE_CHARACTERS = 255
"""The most that the properties of a file hold (python-docx refuses more)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can name; the clock would make every file another."""
_MARGIN, _PAGE = Mm(25), (Mm(210), Mm(297))
_AFTER_TABLE = Pt(10)
_HEADING_COLOUR = RGBColor(0x1F, 0x38, 0x64)
"""The template's are too pale to be read by everybody: 11.6 to 1 on white instead of 4.0 (WCAG 2.1 asks for 4.5)."""
_SYMBOL_BULLET, _BULLET = "\uf0b7", "•"
"""The template's is a character of one font alone, Symbol, that many machines do not have."""
_UNTRUE = ("/thumbnail", "/extended-properties")
"""Ends of the kinds of the template's parts that say what is not so: another program's name and a picture."""
_FORBIDDEN = re.compile(
    "[^\\n\\u0020-\\u007e\\u00a0-\\u2029\\u202f-\\u2065\\u206a-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd\\U00010000-\\U0010ffff]"
)
"""What XML cannot hold, lone surrogates among it, and characters that turn the direction of the text around them."""
_SEPARATORS = (("-1", "separator"), ("0", "continuationSeparator"))
"""Ids and kinds of the lines between text and footnotes: the ids below 1 are theirs."""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text in one language."""

    text: str
    language: Language
    emphasised: bool = False


@dataclass(frozen=True, slots=True)
class Footnote:
    """Words at the foot of the page; its number stands where the footnote stands among the words of a paragraph."""

    words: tuple[Words, ...]


Piece = Words | Footnote


class WordFile:
    """An A4 document in the making. Texts may hold anything: what a file cannot hold is left out of them."""

    def __init__(self, title: str, author: str, language: Language, created: date) -> None:
        """Begin an empty document; `title` and `author` go to its properties, `language` is what it is mainly in."""
        self._document = docx.Document()
        _drop_untrue_parts(self._document.part.package)
        self._footnotes = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        self._count = 0
        self._after_table = False
        self._text_style, self._reference_style = _add_styles(self._document.styles)
        _set_bullets(self._document.part.numbering_part.element)
        _set_page(self._document.sections[0])
        _set_language(self._document, LANGUAGE_TAGS[language])
        _set_properties(self._document.core_properties, _clean(title), author, LANGUAGE_TAGS[language], created)
        self._add_footnote_part()

    def add_heading(self, words: Words, level: int) -> None:
        """Add a heading of level 1 to 9; 0 is the title of the document."""
        self._fill(self._document.add_heading(level=level), [words])

    def add_paragraph(self, pieces: Iterable[Piece]) -> None:
        """Add a paragraph."""
        paragraph = self._document.add_paragraph()
        if self._after_table:
            paragraph.paragraph_format.space_before = _AFTER_TABLE
        self._after_table = False
        self._fill(paragraph, pieces)

    def add_item(self, pieces: Iterable[Piece], *, bullet: bool = True) -> None:
        """Add an item of a list; one with a number of its own needs no bullet."""
        self._fill(self._document.add_paragraph(style="List Bullet" if bullet else "List"), pieces)

    def add_table(self, rows: Sequence[Sequence[Sequence[Piece]]]) -> None:
        """Add a table of at most `MOST_COLUMNS`; its first row is its header, and a shorter row ends in empty cells."""
        table = self._document.add_table(len(rows), max(map(len, rows)), style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cells, row in zip(rows, table.rows, strict=True):
            for pieces, cell in zip(cells, row.cells, strict=False):
                self._fill(cell.paragraphs[0], pieces)
        for run in (run for cell in table.rows[0].cells for run in cell.paragraphs[0].runs):
            run.bold = True
        self._after_table = True

    def to_bytes(self) -> bytes:
        """Return the file."""
        written = io.BytesIO()
        self._document.save(written)
        return _without_times(written.getvalue())

    def _fill(self, paragraph: Any, pieces: Iterable[Piece]) -> None:
        after_footnote = False
        for piece in pieces:
            if isinstance(piece, Words):
                _add_words(paragraph, piece)
            else:
                if after_footnote:  # two numbers side by side would be read as one
                    self._add_run(paragraph).text = ","
                self._add_run(paragraph)._r.append(_element("w:footnoteReference", id=str(self._add_footnote(piece))))
            after_footnote = isinstance(piece, Footnote)

    def _add_footnote(self, footnote: Footnote) -> int:
        self._count += 1
        element = _element("w:footnote", id=str(self._count))
        self._footnotes.append(element)
        paragraph = _begin_paragraph(element)
        paragraph._p.get_or_add_pPr().append(_element("w:pStyle", val=self._text_style))
        self._add_run(paragraph)._r.append(OxmlElement("w:footnoteRef"))
        paragraph.add_run(" ")
        for words in footnote.words:
            _add_words(paragraph, words)
        return self._count

    def _add_run(self, paragraph: Any) -> Any:
        run = paragraph.add_run()
        run._r.get_or_add_rPr().append(_element("w:rStyle", val=self._reference_style))
        return run

    def _add_footnote_part(self) -> None:
        for number, kind in _SEPARATORS:
            element = _element("w:footnote", type=kind, id=number)
            self._footnotes.append(element)
            _begin_paragraph(element).add_run()._r.append(OxmlElement(f"w:{kind}"))
        part = self._document.part
        footnotes = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, self._footnotes, part.package)
        part.relate_to(footnotes, RELATIONSHIP_TYPE.FOOTNOTES)
        named = OxmlElement("w:footnotePr")
        named.extend([_element("w:footnote", id=number) for number, _ in _SEPARATORS])
        self._document.settings.element.find(qn("w:compat")).addprevious(named)


def _add_words(paragraph: Any, words: Words) -> None:
    run = paragraph.add_run(_clean(words.text))
    run.italic = words.emphasised or None
    run._r.get_or_add_rPr().append(_element("w:lang", val=LANGUAGE_TAGS[words.language]))


def _begin_paragraph(parent: Any) -> Any:
    element = OxmlElement("w:p")
    parent.append(element)
    return Paragraph(element, None)


def _element(name: str, **attributes: str) -> Any:
    return OxmlElement(name, {qn(f"w:{key}"): value for key, value in attributes.items()})


def _add_styles(styles: Any) -> tuple[str, str]:
    """Add the styles that Word has for the text of a footnote and for its number, and return their ids.

    Headings become dark enough to be read.
    """
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].font.color.rgb = _HEADING_COLOUR
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.font.superscript = True
    return text.style_id, reference.style_id


def _set_bullets(numbering: Any) -> None:
    for level in numbering.iter(qn("w:lvl")):
        shown = level.find(qn("w:lvlText"))
        if shown.get(qn("w:val")) == _SYMBOL_BULLET:
            shown.set(qn("w:val"), _BULLET)
            level.remove(level.find(qn("w:rPr")))


def _set_page(section: Any) -> None:
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN


def _set_language(document: Any, tag: str) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for language in (defaults.find(qn("w:lang")), document.settings.element.find(qn("w:themeFontLang"))):
        language.set(qn("w:val"), tag)


def _set_properties(properties: Any, title: str, author: str, tag: str, created: date) -> None:
    properties.title = " ".join(title.split())[:_TITLE_CHARACTERS]
    properties.author = properties.last_modified_by = author
    properties.comments = ""
    properties.language = tag
    properties.created = properties.modified = datetime.combine(created, time())


def _drop_untrue_parts(package: Any) -> None:
    for name, relationship in list(package.rels.items()):
        if relationship.reltype.endswith(_UNTRUE):
            del package.rels[name]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _without_times(file: bytes) -> bytes:
    """Return a ZIP file with the same members, none of which says when it was written."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return rewritten.getvalue()
