"""The documents that come with the program: all there, said in our own words, and made the same every time."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from pypdf import PdfReader

from corpus.documents import Document
from corpus.loading import load_document

ROOT = Path(__file__).parents[3]
STARTER = ROOT / "corpus" / "starter"
OFFICIAL = ROOT / "../shared/corpus"
FILES = sorted(path for path in STARTER.iterdir() if path.is_file())
LONGEST_COMMON_RUN = 7
"""Words in a row that an introduction may share with an official document, titles and names of bodies aside."""

TITLES_AND_NAMES = (
    "Kommissorium for samarbejde om udvikling og ibrugtagning af avancerede terapier i Danmark (ATMP Danmark)",
    "Hvordan Europa-Kommissionen arbejder med sjældne sygdomme "
    "og med de europæiske netværk af referencecentre (ERN’er)",
    "EU4Health med ambisiøs plan for nye helseprosjekter i 2024",
    "Norge på full fart inn i EUs helseunion – hvilke muligheter ligger i EU4Health?",
    "Strategi for life science 2024-2027",
    "Strategi for personlig medicin 2025-2027",
    "Dansk Selskab for Klinisk Farmakologi, udpeget af Lægevidenskabelige Selskaber (LVS)",
)
SOURCES = (
    "kommissorium",
    "referatet af 2. møde",
    "en klar retning",
    "faktaark",
    "helsedirektoratet",
    "the danish mandate",
)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {path.name: load_document(path) for path in FILES}


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_starter", ROOT / "scripts" / "build_starter.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def folded(text: str) -> str:
    return " ".join(text.replace("'", "’").split()).lower()


def words(text: str) -> list[str]:
    joined = re.sub(r"(?<=\w)-\s*\n\s*(?=\w)", "", text.replace("\u00ad", ""))
    return re.findall(r"[^\W_]+(?:[.,][^\W_]+)*", folded(joined))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def test_every_format_that_can_be_read_is_there() -> None:
    counts = Counter(path.suffix for path in FILES)
    assert counts == {".pdf": 3, ".docx": 2, ".html": 2, ".md": 3, ".txt": 2}


def test_the_languages_are_mostly_danish_with_norwegian_and_english(documents: dict[str, Document]) -> None:
    counts = Counter(document.meta.language for document in documents.values())
    assert counts == {"da": 10, "no": 1, "en": 1}


def test_every_document_has_a_title_and_the_day_it_was_written(documents: dict[str, Document]) -> None:
    assert len({document.meta.title for document in documents.values()}) == len(FILES)
    assert {document.meta.date for document in documents.values()} == {"2026-11-22"}


def test_no_introduction_passes_itself_off_as_a_rule_or_a_decision(documents: dict[str, Document]) -> None:
    authorities = {name: document.meta.authority for name, document in documents.items()}
    assert not {name for name, authority in authorities.items() if authority in ("binding", "decision record")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_says_near_its_start_what_it_is_and_which_document_it_draws_on(
    path: Path, documents: dict[str, Document]
) -> None:
    opening = folded(documents[path.name].text[:1600])
    assert "november 2026" in opening
    assert re.search(r"introdu[ck]s?tion|introduksjon", opening)
    assert re.search(r"(?:ikke|not) (?:den|det|en|an|på et af de) off?i[cs]i[ae]l", opening)
    if path.name != "vejledning_til_programmet.md":
        assert any(source in opening for source in SOURCES) or "fem officielle dokumenter" in opening


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_short_and_sectioned(path: Path, documents: dict[str, Document]) -> None:
    assert 350 <= len(words(documents[path.name].text)) <= 900
    assert path.stat().st_size < 100_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_sentence_is_taken_from_an_official_document(path: Path, documents: dict[str, Document]) -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("the official documents (../shared/corpus) are not on this machine")
    ours = folded(documents[path.name].text)
    for phrase in TITLES_AND_NAMES:
        ours = ours.replace(folded(phrase), "(titel)")
    shared: set[tuple[str, ...]] = set()
    for official in OFFICIAL.glob("*.txt"):
        shared |= runs(ours, LONGEST_COMMON_RUN + 1) & runs(
            official.read_text(encoding="utf-8"), LONGEST_COMMON_RUN + 1
        )
    assert not shared


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".pdf"], ids=lambda path: path.name)
def test_a_pdf_gives_back_its_danish_letters_and_its_page_numbers(path: Path) -> None:
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert set("æøå") <= set("".join(pages))
    assert "\ufffd" not in "".join(pages)
    for number, text in enumerate(pages, start=1):
        assert f"Side {number} af {len(pages)}" in text


def test_two_pdfs_have_hyphens_at_line_ends(documents: dict[str, Document]) -> None:
    hyphenated = [
        path.name
        for path in FILES
        if path.suffix == ".pdf"
        and sum(len(re.findall(r"[a-zæøå]-\n", page.extract_text())) for page in PdfReader(path).pages) >= 10
    ]
    assert hyphenated == ["kommissoriet_kort_fortalt.pdf", "penge_og_tidsplan.pdf"]
    assert "styregruppen" in documents["penge_og_tidsplan.pdf"].text


def test_a_text_file_has_two_pages(documents: dict[str, Document]) -> None:
    assert len(documents["laesevej_for_nye_medlemmer.txt"].pages) == 2


def test_both_member_lists_are_whole(documents: dict[str, Document]) -> None:
    text = documents["hvem_sidder_hvor.docx"].text
    steering = text.split("har ni punkter:")[1].split("Rækkefølgen")[0]
    reference = text.split("har 16 punkter:")[1].split("Referencegruppen bygger")[0]
    assert len(re.findall(r"^\W*\w", steering, re.MULTILINE)) == 9
    assert len(re.findall(r"^\W*\w", reference, re.MULTILINE)) == 16


def test_the_sums_in_the_table_of_money_add_up(script: ModuleType) -> None:
    source = script.load_source(script.SOURCES / "penge_og_tidsplan.md")
    (table,) = [block.rows for block in source.blocks if block.kind == "table"]
    amgros, agency, both = [[float(cell.replace(",", ".")) for cell in row[1:]] for row in table[1:]]
    assert amgros == [5.0, 3.5, 5.0, 5.0, 18.5]
    assert agency == [1.0, 2.0, 2.0, 2.0, 7.0]
    assert [sum(row[:4]) for row in (amgros, agency, both)] == [row[4] for row in (amgros, agency, both)]
    assert [one + other for one, other in zip(amgros, agency, strict=True)] == both


def test_making_them_again_gives_the_same_bytes(script: ModuleType, tmp_path: Path) -> None:
    missing = [name for name in script.FONT_FILES.values() if not (script.FONTS / name).is_file()]
    if missing:
        pytest.skip(f"the fonts {', '.join(missing)} are not installed (Debian's fonts-dejavu-core)")
    for made in script.build_all(tmp_path):
        assert made.read_bytes() == (STARTER / made.name).read_bytes(), f"{made.name}: run `make starter`"


def test_a_source_without_front_matter_is_refused(script: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "loose.md"
    source.write_text("# Titel\n---\ntitle: Titel\n---\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not with front matter"):
        script.load_source(source)


def test_a_long_word_is_broken_between_its_parts_and_a_short_one_is_left_alone(script: ModuleType) -> None:
    assert script.hyphenate("referencegruppen og Lif").replace(script.SOFT_HYPHEN, "-") == "refe-rence-grup-pen og Lif"
    assert script.hyphenate("sundhedsvæsen").replace(script.SOFT_HYPHEN, "-") == "sund-heds-væsen"
    assert script.hyphenate("EURORDIS") == "EURORDIS"
