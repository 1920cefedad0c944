"""Originals over HTTP: the very file, its pages as pictures, the boxes of words it has, and clear refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fpdf import FPDF
from starlette.testclient import TestClient

from corpus.documents import Document, Span
from corpus.library import Library
from corpus.loading import load_document
from corpus.originals import Originals
from corpus.records import StoredDocument
from indexing.hits import Filters, Hit
from indexing.ingesting import hash_content, hash_file
from ui.conversation_store import ConversationStore
from ui.parts import Parts
from ui.people.middleware import PeopleMiddleware
from ui.quote_places import parse_quote_place, place_quote
from ui.serving import HeadersMiddleware
from ui.site.originals import build_router
from ui.sources import MOST_QUOTES
from ui.texts import load_texts

SENTENCES = ("Kajen er ny og lang.", "Molen blev bygget i 2031.")
DANISH, ENGLISH = load_texts("da").original, load_texts("en").original


class Nobody:
    """Stands where the assistant and the search would."""

    def events(self, *_: Any, **__: Any) -> Iterator[Any]:
        raise AssertionError("nobody asks here")

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        raise AssertionError("nobody searches here")


def draw(path: Path) -> Path:
    """Write a PDF with a sentence a page."""
    sheet = FPDF(format="A4")
    for sentence in SENTENCES:
        sheet.add_page()
        sheet.set_font("helvetica", size=12)
        sheet.text(20, 30, sentence)
    sheet.output(str(path))
    return path


def put(library: Library, path: Path) -> StoredDocument:
    return library.put(path, hash_file(path), load_document(path), (), (), ())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def stored(library: Library, tmp_path: Path) -> StoredDocument:
    return put(library, draw(tmp_path / 'Åben "kaj"; æøå.pdf'))


@pytest.fixture
def client(library: Library, tmp_path: Path) -> TestClient:
    return build_client(library, Originals(library, hash_content), tmp_path)


def build_client(library: Library, originals: Originals | None, folder: Path) -> TestClient:
    app = FastAPI()
    app.include_router(
        build_router(Parts(Nobody(), library, Nobody(), ConversationStore(folder / "kept"), originals=originals))
    )
    app.add_middleware(PeopleMiddleware)
    app.add_middleware(HeadersMiddleware)
    return TestClient(app)


def boxes_address(stored: StoredDocument, document: Document, *spans: Span) -> str:
    return f"/originals/{stored.id}/boxes?" + "&".join(f"quote={place_quote(document.text, span)}" for span in spans)


def find(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def test_the_hash_of_bytes_is_the_hash_of_their_file(tmp_path: Path) -> None:
    path = draw(tmp_path / "kaj.pdf")
    assert hash_content(path.read_bytes()) == hash_file(path)
    assert hash_content(b"") != hash_file(path)


def test_a_pdf_is_shown_by_the_browser_under_its_own_name(client: TestClient, stored: StoredDocument) -> None:
    answer = client.get(f"/originals/{stored.id}")
    assert answer.content == Path(stored.path).read_bytes()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"_ben _kaj__ ___.pdf\"; filename*=UTF-8''%C3%85ben%20%22kaj%22%3B%20%C3%A6%C3%B8%C3%A5.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_download_is_an_attachment_and_a_head_has_no_body(client: TestClient, stored: StoredDocument) -> None:
    assert client.get(f"/originals/{stored.id}?download=1").headers["content-disposition"].startswith("attachment; ")
    head = client.head(f"/originals/{stored.id}")
    assert (head.status_code, head.content) == (200, b"")


def test_what_is_no_pdf_is_only_ever_a_download(client: TestClient, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "kaj.html"
    path.write_text("<html><body><script>alert(1)</script><p>Kajen er ny og lang.</p></body></html>", encoding="utf-8")
    answer = client.get(f"/originals/{put(library, path).id}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith('attachment; filename="kaj.html"')
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("rest", ["", "/pages/1.png", "/pages/2.png?scale=3"])
def test_what_the_browser_has_is_not_sent_again(client: TestClient, stored: StoredDocument, rest: str) -> None:
    address = f"/originals/{stored.id}{rest}"
    first = client.get(address)
    assert "private" in first.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_a_page_is_a_picture_at_a_scale_within_bounds(client: TestClient, stored: StoredDocument) -> None:
    sizes = {}
    for scale in ("", "1", "nan", "-5", "1e99", "stor"):
        answer = client.get(f"/originals/{stored.id}/pages/1.png", params={"scale": scale})
        assert answer.headers["content-type"] == "image/png"
        sizes[scale] = int.from_bytes(answer.content[16:20], "big")
    assert sizes["1"] == sizes["-5"] < sizes[""] == sizes["nan"] == sizes["stor"] < sizes["1e99"] < 2000


def test_the_boxes_of_words_come_with_their_page(client: TestClient, library: Library, stored: StoredDocument) -> None:
    document = library.read(stored.id)
    spans = [find(document, sentence) for sentence in SENTENCES]
    quotes = client.get(boxes_address(stored, document, *spans)).json()["quotes"]
    assert [[page["page"] for page in pages] for pages in quotes] == [[1], [2]]
    page = quotes[0][0]
    ((left, top, right, bottom),) = page["boxes"]
    assert (round(page["width"]), round(page["height"])) == (595, 842)
    assert 50 < left < right < 200
    assert 70 < top < bottom < 90


def test_other_words_than_the_document_has_are_not_looked_for(
    client: TestClient, library: Library, stored: StoredDocument
) -> None:
    document = library.read(stored.id)
    place = str(place_quote(document.text.replace("ny", "gl"), find(document, SENTENCES[0])))
    answer = client.get(f"/originals/{stored.id}/boxes?quote={place}")
    assert (answer.status_code, answer.json()) == (409, {"error": DANISH.changed})


def test_no_more_quotes_are_looked_for_than_are_marked(
    client: TestClient, library: Library, stored: StoredDocument
) -> None:
    document = library.read(stored.id)
    address = boxes_address(stored, document, *[find(document, SENTENCES[0])] * (MOST_QUOTES + 3))
    assert len(client.get(address).json()["quotes"]) == MOST_QUOTES


@pytest.mark.parametrize(
    "quote", ["", "1-2", "0-5-xyz", "5-5-0123456789abcdef", "9-3-0123456789abcdef", "１-2-0123456789abcdef"]
)
def test_what_is_no_place_of_a_quote_is_not_found(client: TestClient, stored: StoredDocument, quote: str) -> None:
    assert parse_quote_place(quote) is None
    assert client.get(f"/originals/{stored.id}/boxes", params={"quote": quote}).status_code == 404


def test_a_quote_over_the_limit_is_no_place() -> None:
    assert parse_quote_place("0-20000-0123456789abcdef") is not None
    assert parse_quote_place("0-20001-0123456789abcdef") is None


@pytest.mark.parametrize(
    "rest", ["/pages/0.png", "/pages/3.png", "/pages/-1.png", "/pages/1e1.png", "/pages/9999999.png"]
)
def test_a_page_that_is_not_there_is_not_found(client: TestClient, stored: StoredDocument, rest: str) -> None:
    answer = client.get(f"/originals/{stored.id}{rest}")
    assert (answer.status_code, answer.json()) == (404, {"error": DANISH.no_page})


@pytest.mark.parametrize("name", ["ukendt", "..%2f..%2fetc%2fpasswd", "%00"])
def test_only_the_id_of_a_document_opens_a_file(client: TestClient, stored: StoredDocument, name: str) -> None:
    for rest in ("", "/pages/1.png", "/boxes"):
        assert client.get(f"/originals/{name}{rest}").status_code == 404
    assert client.get(f"/originals/{stored.name}").status_code == 404


def test_a_changed_file_and_a_gone_one_are_refused_in_the_page_s_language(
    client: TestClient, stored: StoredDocument
) -> None:
    path = Path(stored.path)
    path.write_bytes(path.read_bytes() + b"\n")
    for rest in ("", "/pages/1.png"):
        answer = client.get(f"/originals/{stored.id}{rest}", params={"lang": "en"})
        assert (answer.status_code, answer.json()) == (409, {"error": ENGLISH.changed})
    path.unlink()
    assert client.get(f"/originals/{stored.id}/pages/2.png").status_code == 410
    page = client.get(f"/originals/{stored.id}", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert f'<p class="status" role="alert">{DANISH.gone}</p>' in page.text


def test_a_damaged_file_is_refused(client: TestClient, library: Library, tmp_path: Path) -> None:
    text = tmp_path / "kaj.md"
    text.write_text("# Kaj\n\nKajen er ny og lang.\n", encoding="utf-8")
    path = tmp_path / "skadet.pdf"
    path.write_bytes(b"%PDF-1.7 og ikke mere")
    stored = library.put(path, hash_file(path), load_document(text), (), (), ())
    answer = client.get(f"/originals/{stored.id}/pages/1.png")
    assert (answer.status_code, answer.json()) == (422, {"error": DANISH.unreadable})


def test_without_originals_nothing_is_shown(library: Library, stored: StoredDocument, tmp_path: Path) -> None:
    client = build_client(library, None, tmp_path)
    for rest in ("", "/pages/1.png", "/boxes"):
        assert client.get(f"/originals/{stored.id}{rest}").status_code == 404
