"""An exported answer as LibreOffice sets it: the footnotes stand at the foot of the page, every letter whole."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from assistant.messages import Answer, AnswerSentence, Citation, Timings
from ui.exporting import export_answer
from ui.texts import load_texts

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: no soffice on the path")

MEETINGS = "Ældrerådet på Ærø mødes fire gange årligt."
ENGLISH = "The council decides by a simple majority."
ANSWER = Answer(
    id="x",
    question="Hvor ofte mødes Ældrerådet på Ærø?",
    language="da",
    outcome="answered",
    text="",
    confidence=0.9,
    sentences=(
        AnswerSentence("Rådet mødes hvert kvartal.", (1,), True),
        AnswerSentence("Det har:\n- en formand\n- en næstformand", (2, 1), True),
        AnswerSentence("År | Beløb\n2031 | 40 kr.", (1,), True),
    ),
    citations=(
        Citation(1, "vedtægt.pdf", "d", "Vedtægt for Ældrerådet", 2, "§ 4", MEETINGS, 0, 9, "da", "2031-03-04"),
        Citation(2, "act.html", "e", "Council Act", 7, "Voting", ENGLISH, 0, 9, "en", "2030", "Med simpelt flertal."),
    ),
    considered=(),
    warnings=("Kilden er gammel.",),
    model="extractive",
    timings=Timings(1.0, 1.0, 2.0),
)
LONG = 3000
"""Words of a quote that no page has room for."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for LibreOffice's own files, as a new user has none."""
    return tmp_path_factory.mktemp("office")


def set_pages(file: bytes, folder: Path, office: Path) -> list[str]:
    """Return the text of each page that LibreOffice makes of a file, with white space folded."""
    assert SOFFICE is not None
    (folder / "export.docx").write_bytes(file)
    profile = f"-env:UserInstallation={office.as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "export.docx"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert (folder / "export.pdf").exists(), f"LibreOffice made no PDF: {done.stdout}{done.stderr}"
    return [" ".join(page.extract_text().split()) for page in PdfReader(folder / "export.pdf").pages]


def test_the_footnotes_stand_below_the_text_and_the_letters_are_whole(tmp_path: Path, office: Path) -> None:
    file = export_answer(ANSWER, load_texts("da"), date(2031, 5, 6), publishers={"d": "Ærø Kommune"})
    (page,) = set_pages(file, tmp_path, office)
    first = f"Vedtægt for Ældrerådet, § 4, side 2, 4. marts 2031: »{MEETINGS}«"
    second = f"Council Act, Voting, side 7, 2030: “{ENGLISH}” (Oversættelse af citatet, lavet af sprogmodellen: »Med"
    for words in (ANSWER.question, "Rådet mødes hvert kvartal.", "en næstformand", "Kilden er gammel.", "6. maj 2031"):
        assert words in page
    assert "Vedtægt for Ældrerådet, Ærø Kommune, 4. marts 2031 (vedtægt.pdf)" in page
    foot = page[page.index("6. maj 2031") :]
    assert foot.count(first) == 3 == page.count(first)
    assert foot.count(second) == 1
    numbers = [foot[: foot.index(words)].split()[-1] for words in (first, second)]
    assert numbers == ["1", "2"]


def test_a_footnote_longer_than_a_page_runs_on(tmp_path: Path, office: Path) -> None:
    citation = replace(ANSWER.citations[0], quote=" ".join(f"ø{number}" for number in range(LONG)))
    file = export_answer(replace(ANSWER, citations=(citation,)), load_texts("da"), date(2031, 5, 6))
    pages = set_pages(file, tmp_path, office)
    assert len(pages) > 1
    whole = " ".join(pages)
    assert "ø0 " in whole
    assert f"ø{LONG - 1}«" in whole
