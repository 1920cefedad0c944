"""Sites that the browser's tests visit beside the one of `conftest`: documents, a PDF's pages, behind a sign-in."""

from __future__ import annotations

import gc
import io
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fakes import HashingEmbedder
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from harbour_pdf import ACROSS, CUT, OVER, draw_harbour
from scripted import NoRetriever, ScriptedAssistant, build_answer, build_library
from scripted import build_assistant as build_scripted
from starlette.requests import HTTPConnection

from assistant.messages import AnswerSentence, Citation
from assistant.settings import Settings
from corpus.library import Library
from corpus.loading import SUPPORTED_SUFFIXES, load_document
from corpus.originals import Originals
from corpus.splitting import split_document
from indexing.ingesting import hash_content, hash_file
from indexing.intake import Intake
from indexing.kept_files import KeptFiles
from ui.conversation_store import ConversationStore
from ui.parts import Parts
from ui.passages import page_at
from ui.people.middleware import PeopleMiddleware
from ui.people.passwords import hash_password
from ui.people.roles import Person
from ui.people.users import User, put_user
from ui.serving import HeadersMiddleware, serve_in_thread
from ui.site.documents import build_router

WAIT_SECONDS = 30
STATIC = Path(__file__).parents[2] / "ui" / "static"
PDF_QUESTION, NOTE_QUESTION = "Hvad står der om havnen?", "Hvad står der i notatet?"
NOTE_QUOTE = "Bådene sættes i vandet i april."
PHRASE = "tolv tegn og flere"


@dataclass(frozen=True)
class ServedDocuments:
    """A library that is being served."""

    address: str
    library: Library
    intake: Intake

    def put(self, name: str, text: str) -> str:
        """Bring a document in and return its id."""
        job = self.intake.add(name, io.BytesIO(text.encode()))
        deadline = time.monotonic() + WAIT_SECONDS
        while not (ended := next(known for known in self.intake.jobs() if known.id == job.id)).is_finished:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert ended.state == "done", ended
        return ended.document_id


def note(title: str, sentences: int = 3) -> str:
    """Return a text whose sentences are all its own."""
    return f"# {title}\n\n## Møder\n\n" + "\n\n".join(f"{title} har punkt {n} på listen." for n in range(sentences))


def identify_keeper(_: HTTPConnection) -> tuple[Person, tuple[str, ...]]:
    return Person("user:keeper", "keeper", "secretariat"), ()


@contextmanager
def serve_documents(folder: Path, delay_seconds: float = 0.4) -> Iterator[ServedDocuments]:
    """Serve the pages of a library without Ask; embedding takes its time, so that there is something to see."""
    with Library.open(folder) as library:
        intake = Intake(
            library,
            HashingEmbedder(delay_seconds=delay_seconds),
            KeptFiles(folder, 200_000),
            load=load_document,
            split=split_document,
            suffixes=SUPPORTED_SUFFIXES,
        )
        nobody, conversations = NoRetriever(), ConversationStore(folder)
        app = FastAPI()
        app.mount("/ui", StaticFiles(directory=STATIC))
        app.include_router(build_router(Parts(ScriptedAssistant({}), library, nobody, conversations, intake=intake)))
        app.add_middleware(PeopleMiddleware, identify=identify_keeper)
        app.add_middleware(HeadersMiddleware)
        with serve_in_thread(app) as address:
            yield ServedDocuments(address.rstrip("/"), library, intake)
        intake.close()


@dataclass(frozen=True)
class ServedPdf:
    """A page that is being served, and the file that its answers cite."""

    address: str
    pdf: Path


def cite(library: Library, document_id: str, marker: int, quote: str) -> Citation:
    document = library.read(document_id)
    start = document.text.index(quote)
    return Citation(
        marker,
        document.name,
        document_id,
        document.meta.title,
        page_at(document.pages, start),
        "",
        quote,
        start,
        start + len(quote),
        "da",
        "",
    )


def build_citing_assistant(library: Library, pdf_id: str, note_id: str) -> ScriptedAssistant:
    quotes = [cite(library, pdf_id, marker, quote) for marker, quote in enumerate((CUT, ACROSS, OVER), 1)]
    note = cite(library, note_id, 1, NOTE_QUOTE)
    answers = (
        build_answer(PDF_QUESTION, [AnswerSentence(one.quote, (one.marker,), True) for one in quotes], quotes),
        build_answer(NOTE_QUESTION, [AnswerSentence(note.quote, (1,), True)], [note]),
    )
    return ScriptedAssistant({answer.question: answer for answer in answers})


def put(library: Library, path: Path) -> str:
    return library.put(path, hash_file(path), load_document(path), (), (), ()).id


@contextmanager
def serve_pdf(folder: Path) -> Iterator[ServedPdf]:
    """Serve Ask over a real library of a PDF and a note."""
    pdf, note = folder / "havnen.pdf", folder / "notat.md"
    draw_harbour(pdf)
    note.write_text(f"# Notat om bådene\n\n{NOTE_QUOTE} De tages op igen i oktober.\n", encoding="utf-8")
    with Library.open(folder / "library") as library:
        assistant = build_citing_assistant(library, put(library, pdf), put(library, note))
        originals = Originals(library, hash_content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # gradio's own, and the event loops it leaves open while an app is built
            from ui.app import build_app

            kept = ConversationStore(folder / "kept")
            app = build_app(Parts(assistant, library, NoRetriever(), kept, originals=originals))
            gc.collect()
        with serve_in_thread(app) as address:
            yield ServedPdf(address, pdf)


@contextmanager
def serve_guarded(folder: Path) -> Iterator[str]:
    """Serve Ask to those who sign in, and give its address."""
    made = hash_password(PHRASE)
    put_user(folder / "users", User("anne", "secretariat", made))
    put_user(folder / "users", User("bo", "reader", made))
    library = build_library()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ui.app import build_app
        from ui.people.wiring import build_entrance

        entrance = build_entrance(Settings(folder, users=folder / "users"), print)
        kept = ConversationStore(folder)
        parts = Parts(build_scripted(library), library, NoRetriever(), kept, None, entrance.identify)
        app = build_app(replace(parts, sign_in=entrance.sign_in))
        gc.collect()
    with serve_in_thread(app) as address:
        yield address
