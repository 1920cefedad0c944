"""A PDF as authorities set them: two columns, a word cut at the end of a line, a sentence over two pages."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

LEFT = (
    "Havnen har tre kajer og en mole,",
    "der beskytter bådene mod blæst fra",
    "vest. Den nordlige kaj er forbe-",
    "holdt fiskerne, som lander deres",
    "fangst der hver morgen. Kommunen",
    "rydder kajen for sne og is, og det",
    "sker inden klokken seks.",
)
RIGHT = (
    "Gæstebåde lægger til ved den syd-",
    "lige kaj og betaler for hvert døgn.",
    "Betalingen sker ved automaten på",
    "havnekontoret. Havnefogeden fører",
    "tilsyn med pladserne og kan anvise",
    "en anden plads, når vejret kræver",
    "det.",
)
ENDING = ("Om vinteren holder havnen lukket for gæster.", "Molen efterses hvert år, og rapporten")
BEGINNING = ("sendes til kommunen inden den første maj.", "Havnen åbner igen i april.")

CUT = "Den nordlige kaj er forbeholdt fiskerne, som lander deres fangst der hver morgen."
"""A sentence of the left column whose words a line end cuts."""
ACROSS = "Gæstebåde lægger til ved den sydlige kaj og betaler for hvert døgn."
"""A sentence of the right column."""
OVER = "Molen efterses hvert år, og rapporten sendes til kommunen inden den første maj."
"""A sentence that begins on page 2 and ends on page 3."""


def draw_harbour(path: Path) -> None:
    """Write the PDF: three pages of A4."""
    sheet = FPDF(unit="pt", format="A4")
    sheet.set_auto_page_break(False)
    _add_page(sheet)
    _set_column(sheet, 60, 300, LEFT)
    _set_column(sheet, 320, 300, RIGHT)
    _add_page(sheet)
    _set_column(sheet, 60, 740, ENDING)
    _add_page(sheet)
    _set_column(sheet, 60, 80, BEGINNING)
    sheet.output(str(path))


def _add_page(sheet: FPDF) -> None:
    sheet.add_page()
    sheet.set_font("helvetica", size=12)


def _set_column(sheet: FPDF, left: float, top: float, lines: tuple[str, ...]) -> None:
    for number, line in enumerate(lines):
        sheet.text(left, top + 18 * number, line)
