"""Make the PDF and DOCX starter documents from their Markdown sources.

    python scripts/build_starter.py [--out corpus/starter]

The same sources, libraries and fonts give the same bytes: dates are fixed, and nothing is compressed, so that the
result does not depend on the machine's zlib. Needs fpdf2 and, when building only, Debian's `fonts-dejavu-core`;
each PDF carries the glyphs it uses, and no font file is kept in the repository.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "corpus" / "starter_sources"
STARTER = ROOT / "corpus" / "starter"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT_FILES = {"": "DejaVuSerif.ttf", "B": "DejaVuSerif-Bold.ttf"}

COMPOUNDS = (
    "koordinerings|funktion",
    "læge|middel|industri",
    "læge|middel|styrelse",
    "projekt|beskrivelse",
    "sundheds|direktør",
    "data|ind|samling",
    "fælles|betegnelse",
    "reference|gruppe",
    "projekt|ledelse",
    "samarbejds|form",
    "arbejds|gruppe",
    "sundheds|væsen",
    "vævs|teknologi",
    "pilot|projekt",
    "til|skyndelse",
    "analyse|spor",
    "celle|terapi",
    "markeds|føre",
    "side|løbende",
    "styre|gruppe",
    "virk|som|hed",
    "læge|middel",
    "råd|givning",
    "sam|arbejde",
    "gen|terapi",
    "tids|punkt",
    "ud|vikling",
    "ned|satte",
    "ned|sætte",
    "over|gang",
    "sam|tidig",
    "tids|plan",
    "ud|bytte",
    "op|gave",
    "ud|gang",
)
"""Danish compounds of the two-column texts, longest first, parted where they are joined; endings follow by rule."""

ONSETS = re.compile(r"(?:s[kpt]r|[bfgkp][lr]|[dt]r|k[nv]|s[klmnptv]|tv)$")
"""Consonants that begin a syllable together."""
VOWELS = "aeiouyæøåé"
SHORTEST_WORD = 7
FEWEST_LETTERS_BEFORE = 3
FEWEST_LETTERS_AFTER = 3
SOFT_HYPHEN = "\u00ad"

PAGE_MARGIN_MM = 18
COLUMN_GAP_MM = 8
FOOT_MARGIN_MM = 20
BODY_POINTS = 9.5
HEADING_POINTS = 11
LINE_MM = 4.5
ITEM_INDENT_MM = 6.5
SPACE_ABOVE_HEADING_MM = 2.5
SPACE_BELOW_MM = 1.6

BlockKind = Literal["heading", "paragraph", "item", "table"]


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """A block of a source file.

    `level` is 1 to 3 for a heading, else 0. `mark` is what stands before a list item: "•" or its number as written.
    `rows` are the cells of a table, its header first.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A source file: its front matter and its blocks, the title left out."""

    front: Mapping[str, str]
    blocks: tuple[SourceBlock, ...]

    @property
    def title(self) -> str:
        """The title as the front matter states it."""
        return self.front["title"]

    @property
    def written(self) -> datetime:
        """The day it was written, at noon UTC."""
        return datetime.fromisoformat(self.front["date"]).replace(hour=12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Product:
    """A file to make: its name, its source, and for a PDF the number of text columns."""

    file: str
    columns: int = 1

    @property
    def source(self) -> Path:
        """The Markdown file of the same stem."""
        return (SOURCES / self.file).with_suffix(".md")


PRODUCTS = (
    Product("kommissoriet_kort_fortalt.pdf", columns=2),
    Product("penge_og_tidsplan.pdf", columns=2),
    Product("regionernes_forskningsudspil.pdf"),
    Product("hvem_sidder_hvor.docx"),
    Product("andet_moede_i_referencegruppen.docx"),
)


def load_source(path: Path) -> Source:
    """Read a source file: YAML front matter, then headings, paragraphs, lists and tables of one line each.

    Raises:
        ValueError: There is no front matter, or the first block is not the title.
    """
    start, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    if start:
        raise ValueError(f"{path.name}: begins with {start[:20]!r}, not with front matter")
    fields = {key: str(value) for key, value in yaml.safe_load(front).items()}
    blocks = tuple(_blocks(body.splitlines()))
    if not blocks or blocks[0].level != 1 or blocks[0].text != fields["title"]:
        raise ValueError(f"{path.name}: the first heading is not the title {fields['title']!r}")
    return Source(fields, blocks[1:])


def _blocks(lines: list[str]) -> Iterator[SourceBlock]:
    rows: list[tuple[str, ...]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            if not line.startswith("|---"):
                rows.append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
            continue
        if rows:
            yield SourceBlock("table", rows=tuple(rows))
            rows = []
        if line.startswith("#"):
            marks, _, text = line.partition(" ")
            yield SourceBlock("heading", text, level=len(marks))
        elif line.startswith("- "):
            yield SourceBlock("item", line[2:], mark="•")
        elif numbered := re.match(r"(\d{1,2}\.|[IVX]{1,4}\.) ", line):
            yield SourceBlock("item", line[numbered.end() :], mark=numbered[1])
        elif line:
            yield SourceBlock("paragraph", line)


def hyphenate(text: str) -> str:
    """Return the Danish text with a soft hyphen wherever a long word may be broken.

    >>> hyphenate("styregruppen").replace(SOFT_HYPHEN, "-")
    'styre-grup-pen'
    """
    return re.sub(rf"[A-Za-zÆØÅæøåé]{{{SHORTEST_WORD},}}", lambda match: _hyphenate_word(match[0]), text)


def _hyphenate_word(word: str) -> str:
    if word.isupper():
        return word
    places = [
        place
        for place in sorted(_break_places(word.lower()))
        if FEWEST_LETTERS_BEFORE <= place <= len(word) - FEWEST_LETTERS_AFTER
    ]
    return SOFT_HYPHEN.join(word[start:end] for start, end in zip([0, *places], [*places, len(word)], strict=True))


def _break_places(word: str) -> set[int]:
    joints = _joints(word)
    edges = [0, *joints, len(word)]
    parts = [(begin, word[begin:end]) for begin, end in pairwise(edges)]
    return {*joints, *(begin + place for begin, part in parts for place in _syllable_breaks(part))}


def _joints(word: str) -> list[int]:
    """Return where the parts of a compound meet, in order; a word that is in no list has none."""
    for compound in COMPOUNDS:
        start = word.find(compound.replace("|", ""))
        if start >= 0:
            parts = compound.split("|")[:-1]
            joints = [start, *(start + len("".join(parts[: count + 1])) for count in range(len(parts)))]
            return [joint for joint in joints if joint]
    return []


def _syllable_breaks(word: str) -> set[int]:
    """Break before the last consonant between two vowels, or before the last two or three that begin a syllable."""
    breaks = set()
    for match in re.finditer(rf"(?<=[{VOWELS}])[^{VOWELS}]{{1,5}}(?=[{VOWELS}])", word):
        cluster = match[0]
        onset = ONSETS.search(cluster, 1)
        breaks.add(match.start() + onset.start() if onset else match.end() - 1)
    return {place for place in breaks if place >= FEWEST_LETTERS_BEFORE and len(word) - place >= FEWEST_LETTERS_AFTER}


def build_pdf(source: Source, columns: int) -> bytes:
    """Return the PDF: an outline, a running head and "Side 1 af 3" on each page, tables across the whole width.

    Raises:
        FileNotFoundError: The fonts to embed are not installed.
    """
    with _drawn_pdf(source, columns, pages=0) as measured:
        pages = measured.page_no()
    with _drawn_pdf(source, columns, pages) as pdf:
        return bytes(pdf.output())


@contextmanager
def _drawn_pdf(source: Source, columns: int, pages: int) -> Iterator[Any]:
    pdf = _blank_pdf(source, pages)
    try:
        _draw_pdf(pdf, source, columns)
        yield pdf
    finally:
        for font in pdf.fonts.values():  # fpdf2 leaves its font files open
            font.ttfont.close()


def _draw_pdf(pdf: Any, source: Source, columns: int) -> None:
    pdf.add_page()
    pdf.set_font("body", "B", 17)
    pdf.multi_cell(0, 8, source.title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    for is_table, blocks in _runs(source.blocks):
        if is_table:
            _draw_tables(pdf, blocks)
        else:
            _draw_text(pdf, blocks, columns)


def _blank_pdf(source: Source, pages: int) -> Any:
    from fpdf import FPDF

    for name in FONT_FILES.values():
        if not (FONTS / name).is_file():
            raise FileNotFoundError(f"{FONTS / name} is missing: install Debian's fonts-dejavu-core")
    pdf = FPDF(format="A4")
    pdf.set_compression(False)
    pdf.c_margin = 0
    pdf.set_margins(PAGE_MARGIN_MM, PAGE_MARGIN_MM)
    pdf.set_auto_page_break(True, FOOT_MARGIN_MM)
    for style, name in FONT_FILES.items():
        pdf.add_font("body", style, FONTS / name)
    pdf.set_lang(source.front["language"])
    pdf.set_title(source.title)
    pdf.set_author(source.front["publisher"])
    pdf.set_creator(source.front["publisher"])
    pdf.set_producer("fpdf2")
    pdf.set_subject("Introduktion, ikke en officiel tekst")
    pdf.set_keywords(", ".join(f"{key}={source.front[key]}" for key in ("kind", "authority", "language", "licence")))
    pdf.set_creation_date(source.written)
    pdf.header = lambda: _draw_running_head(pdf, source)
    pdf.footer = lambda: _draw_page_number(pdf, pages)
    return pdf


def _draw_running_head(pdf: Any, source: Source) -> None:
    pdf.set_font("body", "", 8)
    pdf.set_text_color(90)
    pdf.cell(0, 5, f"{source.front['publisher']} · {source.title}", border="B", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(0)
    pdf.ln(5)


def _draw_page_number(pdf: Any, pages: int) -> None:
    pdf.set_y(-15)
    pdf.set_font("body", "", 8)
    pdf.set_text_color(90)
    pdf.cell(0, 5, f"Side {pdf.page_no()} af {pages}", align="R")
    pdf.set_text_color(0)


def _runs(blocks: tuple[SourceBlock, ...]) -> Iterator[tuple[bool, list[SourceBlock]]]:
    """Yield stretches of tables and of other blocks; a heading or lead directly before a table goes with the text."""
    run: list[SourceBlock] = []
    for block in blocks:
        if run and (run[-1].kind == "table") != (block.kind == "table"):
            yield run[-1].kind == "table", run
            run = []
        run.append(block)
    if run:
        yield run[-1].kind == "table", run


def _draw_text(pdf: Any, blocks: list[SourceBlock], columns: int) -> None:
    """Set the blocks in balanced columns from the current place on; no block is cut by a column's or page's end."""
    units = list(_units(blocks))
    width = (pdf.epw - COLUMN_GAP_MM * (columns - 1)) / columns
    while units:
        top = pdf.get_y()
        heights = [sum(_height(pdf, block, width, columns) for block in unit) for unit in units]
        ends = _column_ends(heights, columns, pdf.h - FOOT_MARGIN_MM - top)
        if not ends[-1]:
            if top < PAGE_MARGIN_MM * 2:
                raise ValueError(f"{units[0][0].text[:40]!r} is longer than a page")
            pdf.add_page()
            continue
        bottoms = []
        for column, (begin, end) in enumerate(pairwise([0, *ends])):
            x = pdf.l_margin + column * (width + COLUMN_GAP_MM)
            placed = [block for unit in units[begin:end] for block in unit]
            bottoms.append(_draw_column(pdf, placed, x, top, width, columns))
        units = units[ends[-1] :]
        pdf.set_y(max(bottoms) + 2)


def _units(blocks: list[SourceBlock]) -> Iterator[list[SourceBlock]]:
    """Yield blocks that stay together: a heading, or a sentence that introduces a list, and what follows it."""
    unit: list[SourceBlock] = []
    for block in blocks:
        unit.append(block)
        if block.kind != "heading" and not block.text.endswith(":"):
            yield unit
            unit = []
    if unit:
        yield unit


def _column_ends(heights: list[float], columns: int, room: float) -> list[int]:
    """Return for each column the index after its last unit, in the lowest columns that hold all, or else in full ones.

    `room` and `heights` are in millimetres.
    """
    limit = sum(heights) / columns
    while limit < room:
        ends = _fill(heights, columns, limit)
        if ends[-1] == len(heights):
            return ends
        limit += 1
    return _fill(heights, columns, room)


def _fill(heights: list[float], columns: int, limit: float) -> list[int]:
    ends, index = [], 0
    for _ in range(columns):
        used = 0.0
        while index < len(heights) and used + heights[index] <= limit:
            used += heights[index]
            index += 1
        ends.append(index)
    return ends


def _draw_column(pdf: Any, blocks: list[SourceBlock], x: float, top: float, width: float, columns: int) -> float:
    """Draw the blocks from `top` down and return where they end, in millimetres."""
    y = top
    for block in blocks:
        y += SPACE_ABOVE_HEADING_MM if block.kind == "heading" and y > top else 0
        pdf.set_xy(x, y)
        if block.level:
            pdf.start_section(block.text, level=block.level - 2)
        if block.mark:
            pdf.cell(ITEM_INDENT_MM, LINE_MM, block.mark)
        height = _set_block(pdf, block, width, columns, dry_run=False)
        y += height + SPACE_BELOW_MM
    return y


def _height(pdf: Any, block: SourceBlock, width: float, columns: int) -> float:
    above = SPACE_ABOVE_HEADING_MM if block.kind == "heading" else 0
    return above + _set_block(pdf, block, width, columns, dry_run=True) + SPACE_BELOW_MM


def _set_block(pdf: Any, block: SourceBlock, width: float, columns: int, dry_run: bool) -> float:
    """Set the block at the current place, or only measure it, and return its height in millimetres."""
    prose = columns > 1 and block.kind != "heading"
    pdf.set_font("body", "B" if block.kind == "heading" else "", HEADING_POINTS if block.level else BODY_POINTS)
    height: float = pdf.multi_cell(
        width - (ITEM_INDENT_MM if block.mark else 0),
        LINE_MM,
        hyphenate(block.text) if prose else block.text,
        align="J" if prose else "L",
        dry_run=dry_run,
        output="HEIGHT",
    )
    return height


def _draw_tables(pdf: Any, blocks: list[SourceBlock]) -> None:
    from fpdf.fonts import FontFace

    for block in blocks:
        pdf.set_font("body", "", BODY_POINTS)
        widest = [max(pdf.get_string_width(row[column]) for row in block.rows) for column in range(len(block.rows[0]))]
        align = ["RIGHT" if column and len(widest) > 2 else "LEFT" for column in range(len(widest))]
        with pdf.table(
            col_widths=[width + 6 for width in widest],
            text_align=align,
            padding=(0, 1),
            line_height=6,
            headings_style=FontFace(emphasis="BOLD", fill_color=(228, 234, 240)),
            borders_layout="HORIZONTAL_LINES",
        ) as table:
            for cells in block.rows:
                table.row(cells)
        pdf.ln(4)


def build_docx(source: Source) -> bytes:
    """Return the Word document: heading and list styles, real tables, fixed core properties."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    language = document.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:val"), "da-DK")
    _set_properties(document.core_properties, source)
    document.add_heading(source.title, level=0)
    for block in source.blocks:
        _add_block(document, block)
    _drop_unused(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return _stored(buffer.getvalue(), source.written)


def _set_properties(properties: Any, source: Source) -> None:
    properties.title = source.title
    properties.author = source.front["publisher"]
    properties.last_modified_by = source.front["publisher"]
    properties.subject = "Introduktion, ikke en officiel tekst"
    properties.category = source.front["kind"]
    properties.keywords = ", ".join(
        f"{key}={source.front[key]}" for key in ("kind", "authority", "language", "licence")
    )
    properties.language = source.front["language"]
    properties.comments = ""
    properties.revision = 1
    properties.created = properties.modified = source.written.replace(tzinfo=None)


def _add_block(document: Any, block: SourceBlock) -> None:
    if block.kind == "heading":
        document.add_heading(block.text, level=block.level - 1)
    elif block.kind == "table":
        table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for number, cells in enumerate(block.rows):
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.paragraphs[0].add_run(text).bold = number == 0 or None
        document.add_paragraph()
    elif block.kind == "item":
        document.add_paragraph(block.text, style="List Bullet" if block.mark == "•" else "List Number")
    else:
        document.add_paragraph(block.text)


def _drop_unused(document: Any) -> None:
    """Drop what python-docx's template brings and nothing here uses: most of 840 kB."""
    from docx.oxml.ns import qn

    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in ("TableNormal", "TableGrid"):
            styles.remove(style)
    for owner in (document.part, document.part.package):
        unused = [key for key, rel in owner.rels.items() if rel.reltype.endswith(("/stylesWithEffects", "/thumbnail"))]
        for key in unused:
            del owner.rels[key]


def _stored(archive: bytes, written: datetime) -> bytes:
    """Return the archive with its members uncompressed and dated `written`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as packed, zipfile.ZipFile(buffer, "w") as plain:
        for name in packed.namelist():
            info = zipfile.ZipInfo(name, date_time=written.timetuple()[:6])
            plain.writestr(info, packed.read(name))
    return buffer.getvalue()


def build(product: Product) -> bytes:
    """Return the bytes of one starter document."""
    source = load_source(product.source)
    return build_docx(source) if product.file.endswith(".docx") else build_pdf(source, product.columns)


def build_all(folder: Path) -> list[Path]:
    """Write every product into `folder` and return the files."""
    files = []
    for product in PRODUCTS:
        files.append(folder / product.file)
        files[-1].write_bytes(build(product))
    return files


def main() -> int:
    """Run the command; the exit status is 1 where a font is missing."""
    parser = argparse.ArgumentParser(description="Make the PDF and DOCX starter documents.")
    parser.add_argument("--out", type=Path, default=STARTER, help="the folder to write into")
    try:
        files = build_all(parser.parse_args().out)
    except FileNotFoundError as error:
        print(f"build_starter: {error}", file=sys.stderr)
        return 1
    for file in files:
        print(f"{file.name}: {file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
