"""The pages about documents over HTTP: who may do what, what they show, and what hostile input makes of them."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEmbedder
from fastapi import FastAPI
from fpdf import FPDF
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from corpus.library import Library
from corpus.loading import SUPPORTED_SUFFIXES, Limits, load_document
from corpus.splitting import split_document
from indexing.hits import Filters, Hit
from indexing.intake import Intake
from indexing.kept_files import KeptFiles
from ui.conversation_store import ConversationStore
from ui.parts import Parts
from ui.people.middleware import PeopleMiddleware
from ui.people.roles import Person, Role
from ui.rendering.documents import ListRequest
from ui.site.documents import DOCUMENTS_A_PAGE, build_router, sort_documents
from ui.texts import load_texts

HARBOUR = "# Vedtægt for havnen\n\n## Møder\n\nRådet mødes fire gange om året. Formanden indkalder rådet.\n"
HARBOUR_2 = "# Vedtægt for havnen\n\n## Møder\n\nRådet mødes fem gange om året. Formanden indkalder rådet.\n"
FOREST = "# Åbne stier\n\nStierne holdes åbne hele året.\n"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
MAX_BYTES = 100_000
WAIT_SECONDS = 60


class NoAnswers:
    """Stands where the assistant would."""

    def events(self, *_: Any, **__: Any) -> Iterator[Any]:
        raise AssertionError("nobody asks here")

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        raise AssertionError("nobody searches here")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def intake(library: Library, tmp_path: Path) -> Iterator[Intake]:
    built = Intake(
        library,
        HashingEmbedder(),
        KeptFiles(tmp_path / "library", MAX_BYTES),
        load=lambda path, ocr=False: load_document(path, limits=Limits(processor_seconds=3)),
        split=split_document,
        suffixes=SUPPORTED_SUFFIXES,
    )
    yield built
    built.close()


@pytest.fixture
def client(library: Library, intake: Intake) -> Callable[[Role], TestClient]:
    """Open the pages for a person of a role."""

    def open_for(role: Role) -> TestClient:
        def identify(_: HTTPConnection) -> tuple[Person, tuple[str, ...]]:
            return Person(f"user:{role}", role, role), ()

        app = FastAPI()
        app.include_router(build_router(build_parts(library, intake)))
        app.add_middleware(PeopleMiddleware, identify=identify)
        return TestClient(app, follow_redirects=False)

    return open_for


@pytest.fixture
def keeper(client: Callable[[Role], TestClient]) -> TestClient:
    return client("secretariat")


@pytest.fixture
def reader(client: Callable[[Role], TestClient]) -> TestClient:
    return client("reader")


def build_parts(library: Library, intake: Intake | None) -> Parts:
    nobody = NoAnswers()
    kept = ConversationStore(library.file.parent)
    return Parts(assistant=nobody, library=library, retriever=nobody, conversations=kept, intake=intake)


def wait(intake: Intake) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not all(job.is_finished for job in intake.jobs()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def put(intake: Intake, name: str = "havn.md", text: str = HARBOUR) -> str:
    """Bring a document in and return its id."""
    job = intake.add(name, io.BytesIO(text.encode()))
    wait(intake)
    ended = next(known for known in intake.jobs() if known.id == job.id)
    assert ended.state == "done", ended
    return ended.document_id


def upload(name: str, content: bytes) -> tuple[str, tuple[str, bytes]]:
    return ("files", (name, content))


def test_an_upload_becomes_a_document_of_the_list(keeper: TestClient, intake: Intake) -> None:
    sent = keeper.post("/documents", files=[upload("havn.md", HARBOUR.encode()), upload("skov.md", FOREST.encode())])
    assert (sent.status_code, sent.headers["location"]) == (303, "/documents?notice=uploaded#jobs-heading")
    wait(intake)
    page = keeper.get("/documents?notice=uploaded").text
    assert "Filerne er modtaget." in page
    assert page.count('data-state="done"') == 2
    assert re.search(r"<caption>Antal dokumenter: 2</caption>", page)
    assert "Vedtægt for havnen" in page
    assert 'data-condition="ready"' in page


def test_a_script_is_told_of_the_jobs_in_json(keeper: TestClient, intake: Intake) -> None:
    told = keeper.post(
        "/documents", files=[upload("havn.md", HARBOUR.encode())], headers={"Accept": "application/json"}
    )
    assert [job["name"] for job in told.json()["jobs"]] == ["havn.md"]
    wait(intake)
    ended = keeper.get("/documents/jobs").json()
    assert (ended["unfinished"], ended["jobs"][0]["words"]) == (0, "havn.md: Lagt ind")
    assert keeper.post("/documents", data={"x": "1"}, headers={"Accept": "application/json"}).status_code == 422


def test_a_form_without_a_file_says_so(keeper: TestClient) -> None:
    sent = keeper.post("/documents", files=[upload("", b"")])
    assert "nothing_chosen" in sent.headers["location"]
    assert "Vælg mindst én fil" in keeper.get(sent.headers["location"]).text


def test_a_reader_sees_the_documents_and_no_control_and_may_write_nothing(
    reader: TestClient, intake: Intake, library: Library
) -> None:
    identity = put(intake)
    for address in ("/documents", f"/documents/{identity}"):
        page = reader.get(address)
        assert page.status_code == 200
        assert "Vedtægt for havnen" in page.text
        assert 'method="post"' not in page.text
        assert f"/documents/{identity}/remove" not in page.text
    for address in ("/documents", *(f"/documents/{identity}/{act}" for act in ("file", "meta", "remove"))):
        refused = reader.post(address, files=[upload("skov.md", FOREST.encode())])
        assert refused.status_code == 403
        assert "Kun sekretariatet kan ændre dokumenterne." in refused.text
    assert reader.get(f"/documents/{identity}/remove").status_code == 403
    assert reader.get("/documents/jobs").status_code == 403
    assert [stored.id for stored in library.documents()] == [identity]


@pytest.mark.parametrize("name", ["../../../outside.md", "..\\outside.md", "/etc/outside.md", "a/b/outside.md"])
def test_a_name_with_folders_stays_in_the_folder(keeper: TestClient, intake: Intake, tmp_path: Path, name: str) -> None:
    keeper.post("/documents", files=[upload(name, HARBOUR.encode())])
    wait(intake)
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*outside*")] == [
        Path("library/originals/outside.md")
    ]


def test_hostile_names_titles_and_addresses_are_shown_as_text(keeper: TestClient, intake: Intake) -> None:
    identity = put(intake, f"{HOSTILE}.md", f"# Titel {HOSTILE}\n\nTekst {HOSTILE} her.\n")
    keeper.post(f"/documents/{identity}/meta", data={"title": HOSTILE, "publisher": HOSTILE})
    keeper.post("/documents", files=[upload(f"{HOSTILE}.exe", b"MZ")])
    for address in (
        f"/documents?q={HOSTILE}&sort={HOSTILE}&page={HOSTILE}&notice={HOSTILE}",
        "/documents",
        f"/documents/{identity}",
        f"/documents/{identity}/remove",
        f"/documents/{HOSTILE}",
    ):
        page = keeper.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page
    told = keeper.get("/documents/jobs").json()
    assert all("<script>" not in job["html"] and "<img" not in job["html"] for job in told["jobs"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "Filtypen kan ikke læses."),
        ("a.pdf", b"%PDF-1.7 torn", "Filen kan ikke læses."),
        ("a.txt", b"x" * (MAX_BYTES + 1), "Filen er for stor eller for tung at læse."),
        ("tom.txt", b"", "Filen kan ikke læses. Den kan være tom eller beskadiget."),
    ],
)
def test_a_file_that_fails_says_why_in_danish_and_the_page_lives(
    keeper: TestClient, intake: Intake, name: str, content: bytes, words: str
) -> None:
    keeper.post("/documents", files=[upload(name, content)])
    wait(intake)
    page = keeper.get("/documents").text
    assert f"Ikke lagt ind. {words}" in page
    assert "Der er ingen dokumenter i samlingen endnu." in page


def test_a_pdf_bomb_fails_with_its_reason_and_the_page_lives(keeper: TestClient, intake: Intake) -> None:
    keeper.post("/documents", files=[upload("bombe.pdf", make_bomb())])
    wait(intake)
    (job,) = intake.jobs()
    assert (job.state, job.name) == ("failed", "bombe.pdf")
    assert (job.failure, "processor seconds" in job.reason) == ("too_large", True)
    put(intake)
    assert "Vedtægt for havnen" in keeper.get("/documents").text


def test_a_body_over_the_limit_is_refused(keeper: TestClient, intake: Intake) -> None:
    body = b"x" * (2 * MAX_BYTES + (1 << 20) + 1)
    refused = keeper.post("/documents", files=[upload("a.txt", body)])
    assert refused.status_code == 413
    assert intake.jobs() == ()

    def pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        yield from (body[:100_000] for _ in range(30))

    refused = keeper.post("/documents", content=pieces(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert refused.status_code == 413
    assert intake.jobs() == ()


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x", ""])
def test_what_is_no_form_is_refused_in_one_line(keeper: TestClient, kind: str) -> None:
    refused = keeper.post("/documents", content=b"\x00--", headers={"Content-Type": kind})
    assert refused.status_code in (303, 400)


def test_metadata_is_corrected_and_an_error_stands_beside_its_field(
    keeper: TestClient, intake: Intake, library: Library
) -> None:
    identity = put(intake)
    wrong = keeper.post(f"/documents/{identity}/meta", data={"title": " ", "date": "31/12", "publisher": "Havnen"})
    assert wrong.status_code == 422
    assert 'id="date-error">Skriv datoen som 2025, 2025-03 eller 2025-03-31.' in wrong.text
    assert 'id="title-error"' in wrong.text
    assert 'value="Havnen"' in wrong.text
    assert library.find(identity).corrections == {}
    values = {"title": "Havnens vedtægt", "date": "2031-05", "kind": "mandate", "authority": "binding"}
    right = keeper.post(f"/documents/{identity}/meta", data=values)
    assert right.headers["location"] == f"/documents/{identity}?notice=corrected"
    page = keeper.get(right.headers["location"]).text
    for words in ("Oplysningerne er rettet.", "Havnens vedtægt", "maj 2031", "Bindende", "rettet af sekretariatet"):
        assert words in page
    assert library.find(identity).corrections == values
    same = keeper.post(f"/documents/{identity}/meta", data=values)
    assert same.headers["location"].endswith("notice=unchanged")


@pytest.mark.parametrize("field", ["kind", "authority", "language"])
def test_a_choice_that_does_not_exist_is_refused(keeper: TestClient, intake: Intake, field: str) -> None:
    identity = put(intake)
    refused = keeper.post(f"/documents/{identity}/meta", data={field: HOSTILE})
    assert (refused.status_code, f'id="{field}-error"' in refused.text) == (422, True)


def test_a_new_version_keeps_the_id_and_the_old_text_can_be_read(
    keeper: TestClient, intake: Intake, library: Library
) -> None:
    identity = put(intake)
    sent = keeper.post(f"/documents/{identity}/file", files=[upload("ny.md", HARBOUR_2.encode())])
    assert sent.headers["location"].startswith("/documents?notice=replacing")
    wait(intake)
    page = keeper.get(f"/documents/{identity}").text
    assert "fem gange" in page
    assert "Tidligere udgaver" in page
    assert "fire gange" in keeper.get(f"/documents/{identity}/versions/1").text
    for number in ("0", "2", "x", "99999999999"):
        assert keeper.get(f"/documents/{identity}/versions/{number}").status_code in (200, 404)
    assert [stored.id for stored in library.documents()] == [identity]


def test_removing_asks_back_and_takes_the_file_along(keeper: TestClient, intake: Intake, library: Library) -> None:
    identity = put(intake)
    path = Path(library.find(identity).path)
    question = keeper.get(f"/documents/{identity}/remove").text
    assert "Vil du fjerne »Vedtægt for havnen«?" in question
    assert "Filen slettes også." in question
    assert path.exists()
    removed = keeper.post(f"/documents/{identity}/remove", data={"confirm": "1"})
    assert removed.headers["location"] == "/documents?notice=removed"
    assert (library.documents(), path.exists()) == ([], False)
    assert keeper.post(f"/documents/{identity}/remove", data={"confirm": "1"}).status_code == 404


def test_a_document_is_shown_as_it_is_searched(reader: TestClient, intake: Intake) -> None:
    identity = put(intake)
    page = reader.get(f"/documents/{identity}?page=99").text
    for words in (
        "Tekststykke 1",
        "Rådet mødes fire gange om året.",
        "Møder",
        "Åbn originalen",
        f"/?document={identity}",
    ):
        assert words in page
    assert reader.get("/documents/nope").status_code == 404
    assert "Dokumentet findes ikke i samlingen." in reader.get("/documents/nope").text


def test_a_changed_and_a_missing_file_are_told(reader: TestClient, intake: Intake, library: Library) -> None:
    identity = put(intake)
    path = Path(library.find(identity).path)
    path.write_text("noget andet", encoding="utf-8")
    assert "Filen er ændret, siden den blev læst" in reader.get("/documents").text
    path.unlink()
    assert "Filen findes ikke længere" in reader.get("/documents").text
    assert "Åbn originalen" not in reader.get(f"/documents/{identity}").text


def test_the_list_is_found_in_sorted_and_paged(reader: TestClient, intake: Intake, library: Library) -> None:
    put(intake)
    put(intake, "skov.md", FOREST)
    intake.correct(put(intake, "ø.md", "# Øernes plan\n\nPlanen gælder.\n"), {"date": "2030"})

    def titles(address: str) -> list[str]:
        return re.findall(r'<th role="rowheader" scope="row"><a [^>]*>([^<]*)</a>', reader.get(address).text)

    assert titles("/documents") == ["Vedtægt for havnen", "Øernes plan", "Åbne stier"]
    assert titles("/documents?sort=-title") == ["Åbne stier", "Øernes plan", "Vedtægt for havnen"]
    assert titles("/documents?sort=-date")[0] == "Øernes plan"
    assert titles("/documents?q=STIER") == ["Åbne stier"]
    assert titles("/documents?q=skov.md") == ["Åbne stier"]
    assert "Ingen dokumenter passer" in reader.get("/documents?q=findes-ikke").text
    assert 'aria-sort="ascending"' in reader.get("/documents").text
    assert len(titles("/documents?page=500")) == 3
    assert DOCUMENTS_A_PAGE == 100
    for column in ("kind", "authority", "language", "validity", "pages", "-validity"):
        assert len(sort_documents(library.documents(), column, load_texts("da"))) == 3


def test_an_address_of_the_list_names_only_what_is_not_the_standard() -> None:
    assert ListRequest().to_address() == "/documents"
    assert ListRequest("-date", "å b", 2).to_address(page=1) == "/documents?sort=-date&q=%C3%A5+b"


@pytest.mark.parametrize(("language", "words"), [("no", "Legg til dokumenter"), ("en", "Add documents")])
def test_the_page_comes_in_each_language(keeper: TestClient, language: str, words: str) -> None:
    assert words in keeper.get(f"/documents?lang={language}").text


def test_without_an_intake_the_documents_are_only_listed(library: Library, intake: Intake) -> None:
    identity = put(intake)
    app = FastAPI()
    app.include_router(build_router(build_parts(library, None)))
    app.add_middleware(PeopleMiddleware, identify=lambda _: (Person("a", "a", "administrator"), ()))
    client = TestClient(app, follow_redirects=False)
    assert "Vedtægt for havnen" in client.get("/documents").text
    assert 'id="adding"' not in client.get("/documents").text
    assert client.get(f"/documents/{identity}").status_code == 404
    assert client.post("/documents", files=[upload("a.md", b"x")]).status_code == 404


def make_bomb() -> bytes:
    """Return a PDF of some kB that draws for far longer than its reader may take."""
    source = FPDF()
    source.set_font("helvetica", size=9)
    source.add_page()
    source.cell(text="ord")
    writer = PdfWriter(clone_from=io.BytesIO(bytes(source.output())))
    drawing = StreamObject()
    drawing.set_data(b"BT /F1 9 Tf " + b"1 0 0 1 50 700 Tm (ord) Tj " * 400_000 + b"ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(drawing.flate_encode())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
