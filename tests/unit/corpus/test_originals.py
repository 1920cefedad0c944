"""Pages are shown by a document's id, from the file that was read and from no other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fpdf import FPDF

from corpus.documents import Document, DocumentMeta, Page
from corpus.errors import OriginalChanged, OriginalGone, UnknownDocument, UnknownPage, UnsupportedFormat
from corpus.library import Library
from corpus.originals import SCALES, Originals
from corpus.records import StoredDocument

TEXT = "Mod nord.\n\nKajen er ny.\n\nMod syd.\n\nKajen er ny."


def hash_content(content: bytes) -> str:
    return hashlib.sha256(b"1" + content).hexdigest()


def draw(path: Path, text: str = TEXT) -> Path:
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=12)
    for number, line in enumerate(text.split("\n\n")):
        sheet.text(20, 30 + 10 * number, line)
    sheet.output(str(path))
    return path


def add(library: Library, path: Path) -> StoredDocument:
    document = Document(path.name, TEXT, DocumentMeta(title="Kajen"), (Page(1, 0, len(TEXT)),))
    return library.put(path, hash_content(path.read_bytes()), document, (), (), ())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def stored(library: Library, tmp_path: Path) -> StoredDocument:
    return add(library, draw(tmp_path / "kaj.pdf"))


def test_a_page_is_shown_at_the_next_greater_scale(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content)
    shown = originals.page_image(stored.id, 1, 1.2)
    assert shown.png.startswith(b"\x89PNG")
    assert shown == originals.page_image(stored.id, 1, 1.5)
    assert shown.tag != originals.page_image(stored.id, 1, 1e9).tag
    assert originals.page_image(stored.id, 1, 1e9).tag.endswith(f"-{SCALES[-1]:g}")


def test_a_citation_has_boxes_at_its_own_place(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content)
    places = [TEXT.index("Kajen"), TEXT.rindex("Kajen")]
    found = [originals.quote_boxes(stored.id, "Kajen er ny.", 1, start) for start in places]
    tops = [pages[0].boxes[0].top * 25.4 / 72 for pages in found]
    assert 35 < tops[0] < 40
    assert 55 < tops[1] < 60
    assert originals.quote_boxes(stored.id, "Kajen er gammel.", 1, 0) == ()


@pytest.mark.parametrize("name", ["kaj.pdf", "../kaj.pdf", "/etc/passwd", ""])
def test_only_an_id_names_a_document(library: Library, stored: StoredDocument, name: str) -> None:
    originals = Originals(library, hash_content)
    assert stored.id != name
    with pytest.raises(UnknownDocument):
        originals.page_image(name, 1, 1.0)
    with pytest.raises(UnknownDocument):
        originals.file(name)


def test_a_file_that_is_gone_or_changed_is_not_shown(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content)
    draw(Path(stored.path), "Noget andet.")
    for ask in (originals.file, lambda name: originals.page_image(name, 1, 1.0)):
        with pytest.raises(OriginalChanged, match=r"kaj\.pdf has changed since it was read"):
            ask(stored.id)
    Path(stored.path).unlink()
    with pytest.raises(OriginalGone, match=r"kaj\.pdf cannot be opened where it was read"):
        originals.quote_boxes(stored.id, "Kajen er ny.", 1, 0)


def test_a_page_that_was_drawn_is_shown_though_its_file_is_gone(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content)
    shown = originals.page_image(stored.id, 1, 1.0)
    boxes = originals.quote_boxes(stored.id, "Kajen er ny.", 1, 0)
    Path(stored.path).unlink()
    assert originals.page_image(stored.id, 1, 1.0) == shown
    assert originals.quote_boxes(stored.id, "Kajen er ny.", 1, 0) == boxes


def test_pictures_over_the_limit_are_not_kept(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content, picture_bytes=10)
    originals.page_image(stored.id, 1, 1.0)
    Path(stored.path).unlink()
    with pytest.raises(OriginalGone):
        originals.page_image(stored.id, 1, 1.0)


def test_pages_are_drawn_for_several_people_at_once(library: Library, stored: StoredDocument) -> None:
    originals = Originals(library, hash_content)
    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(lambda scale: originals.page_image(stored.id, 1, scale), SCALES))
    assert len({image.tag for image in shown}) == len(SCALES)


def test_a_page_that_is_not_there_and_a_file_without_pages_say_so(
    library: Library, stored: StoredDocument, tmp_path: Path
) -> None:
    originals = Originals(library, hash_content)
    for page in (0, 2):
        with pytest.raises(UnknownPage, match=rf"has no page {page}: it has 1"):
            originals.page_image(stored.id, page, 1.0)
    (tmp_path / "kaj.txt").write_text(TEXT, encoding="utf-8")
    plain = add(library, tmp_path / "kaj.txt")
    with pytest.raises(UnsupportedFormat, match=r"kaj\.txt is no PDF"):
        originals.page_image(plain.id, 1, 1.0)
    assert originals.file(plain.id).content == TEXT.encode()
    assert originals.file(plain.id).name == plain.name
