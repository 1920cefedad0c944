"""The pages about documents: the list, each document with what is searched of it, and the ways to change them."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from math import ceil
from typing import cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from corpus.corrections import checked_corrections
from corpus.errors import InvalidCorrection, UnknownDocument
from corpus.records import StoredDocument
from indexing.errors import IndexingError
from indexing.intake import DocumentBusy, Intake, Job
from ui.parts import Parts
from ui.people.roles import Role, person_of
from ui.rendering.document import (
    CHOICES,
    CORRECTABLE,
    DATES,
    Correction,
    DocumentView,
    read_values,
    render_document,
    render_notice,
    render_removal,
    render_version,
)
from ui.rendering.documents import (
    COLUMNS,
    Column,
    Condition,
    DocumentList,
    ListRequest,
    name_authority,
    name_validity,
    render_list,
)
from ui.rendering.html import escape
from ui.rendering.jobs import describe_job, render_adding, render_job
from ui.site.forms import FormTooLarge, UnreadableForm, read_form
from ui.site.frame import Refused, load_page_texts, render_page
from ui.texts import Texts

_log = logging.getLogger(__name__)

DOCUMENTS_A_PAGE = 100
CHUNKS_A_PAGE = 25
MAX_WORDS = 200
"""Characters to find in the list."""
FILES_A_FORM = 2
"""So many files of the greatest size may come at once; the page's script sends them one by one."""
MORE_BYTES = 1 << 20
"""What a form may weigh beside its files."""
MAX_ID = 100

_KEEPER: Role = "secretariat"


def build_router(parts: Parts) -> APIRouter:
    """Return the routes under `/documents`; without an intake they only list what there is."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(parts)

    @router.get("/documents")
    def list_documents(request: Request) -> Response:
        return pages.respond(request, pages.list)

    @router.get("/documents/jobs")
    def list_jobs(request: Request) -> Response:
        return pages.respond(request, pages.jobs)

    @router.get("/documents/{document_id}")
    def show_document(request: Request) -> Response:
        return pages.respond(request, pages.show)

    @router.get("/documents/{document_id}/versions/{number}")
    def show_version(request: Request) -> Response:
        return pages.respond(request, pages.version)

    @router.get("/documents/{document_id}/remove")
    def ask_to_remove(request: Request) -> Response:
        return pages.respond(request, pages.ask_to_remove)

    @router.post("/documents")
    async def add(request: Request) -> Response:
        return await pages.respond_to_form(request, pages.add, pages.max_upload_bytes)

    @router.post("/documents/{document_id}/file")
    async def replace(request: Request) -> Response:
        return await pages.respond_to_form(request, pages.replace, pages.max_upload_bytes)

    @router.post("/documents/{document_id}/meta")
    async def correct(request: Request) -> Response:
        return await pages.respond_to_form(request, pages.correct, MORE_BYTES)

    @router.post("/documents/{document_id}/remove")
    async def remove(request: Request) -> Response:
        return await pages.respond_to_form(request, pages.remove, MORE_BYTES)

    return router


class _Pages:
    """What the routes do. Every method may be called from several threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def max_upload_bytes(self) -> int:
        intake = self._parts.intake
        return FILES_A_FORM * intake.max_bytes + MORE_BYTES if intake else MORE_BYTES

    def respond(self, request: Request, act: Callable[[Request, Texts], Response]) -> Response:
        texts = load_page_texts(request)
        try:
            return act(request, texts)
        except Refused as refused:
            return _refuse(request, texts, refused)

    async def respond_to_form(
        self, request: Request, act: Callable[[Request, Texts, FormData], Response], max_bytes: int
    ) -> Response:
        """Let only those who may do something with what they send, and read nothing of what the others send."""
        texts = load_page_texts(request)
        try:
            _require_keeper(request, texts)
            form = await _read(request, texts, max_bytes)
            try:
                return await run_in_threadpool(act, request, texts, form)
            finally:
                await form.close()
        except Refused as refused:
            return _refuse(request, texts, refused)

    # Pages

    def list(self, request: Request, texts: Texts) -> Response:
        return self._list_page(request, texts, _notice(request, texts))

    def jobs(self, request: Request, texts: Texts) -> Response:
        _require_keeper(request, texts)
        return JSONResponse(_jobs_to_json(self._intake(texts).jobs(), texts), headers={"Cache-Control": "no-store"})

    def show(self, request: Request, texts: Texts) -> Response:
        stored = self._find(request, texts)
        return self._document_page(request, texts, stored, read_correction(stored), _notice(request, texts))

    def version(self, request: Request, texts: Texts) -> Response:
        stored, number = self._find(request, texts), _whole(request.path_params["number"])
        earlier = self._intake(texts).library.past_texts(stored.id)[:-1]
        if not 1 <= number <= len(earlier):
            raise Refused(404, texts.documents.not_found)
        added_at, text = earlier[number - 1]
        return _page(request, texts, render_version(stored, added_at, text, texts), stored.meta.title)

    def ask_to_remove(self, request: Request, texts: Texts) -> Response:
        _require_keeper(request, texts)
        stored = self._find(request, texts)
        body = render_removal(stored, self._intake(texts).keeps(stored), texts)
        return _page(request, texts, body, texts.documents.details.remove)

    # Forms

    def add(self, request: Request, texts: Texts, form: FormData) -> Response:
        intake, uploads = self._intake(texts), _uploads(form)
        jobs = [intake.add(upload.filename or "", upload.file) for upload in uploads]
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(_jobs_to_json(jobs, texts), status_code=200 if jobs else 422)
        return _redirect(f"/documents?notice={'uploaded' if jobs else 'nothing_chosen'}#jobs-heading")

    def replace(self, request: Request, texts: Texts, form: FormData) -> Response:
        intake, stored, uploads = self._intake(texts), self._find(request, texts), _uploads(form)
        if not uploads:
            return _redirect(f"/documents/{stored.id}?notice=nothing_chosen")
        try:
            intake.replace(stored.id, uploads[0].filename or "", uploads[0].file)
        except DocumentBusy as error:
            raise Refused(409, texts.documents.busy) from error
        return _redirect("/documents?notice=replacing#jobs-heading")

    def correct(self, request: Request, texts: Texts, form: FormData) -> Response:
        intake, stored = self._intake(texts), self._find(request, texts)
        before = read_values(stored.meta)
        sent = {key: str(form[key]) for key in CORRECTABLE if key in form}
        changes = {key: value for key, value in sent.items() if " ".join(value.split()) != before[key]}
        if errors := {key: line for key, value in changes.items() if (line := _find_error(key, value, texts))}:
            return self._document_page(request, texts, stored, Correction(before | sent, errors), "", status=422)
        if not changes:
            return _redirect(f"/documents/{stored.id}?notice=unchanged")
        try:
            intake.correct(stored.id, changes)
        except DocumentBusy as error:
            raise Refused(409, texts.documents.busy) from error
        except IndexingError as error:
            _log.warning("%s is corrected, but not embedded anew: %s", stored.name, error)
            return _redirect(f"/documents/{stored.id}?notice=titles_pending")
        return _redirect(f"/documents/{stored.id}?notice=corrected")

    def remove(self, request: Request, texts: Texts, form: FormData) -> Response:
        intake, stored = self._intake(texts), self._find(request, texts)
        try:
            intake.remove(stored.id)
        except DocumentBusy as error:
            raise Refused(409, texts.documents.busy) from error
        except OSError as error:
            _log.warning("the file of %s cannot be removed: %s", stored.name, error)
            return _redirect("/documents?notice=not_deleted")
        return _redirect("/documents?notice=removed")

    # What they share

    def _intake(self, texts: Texts) -> Intake:
        if self._parts.intake is None:
            raise Refused(404, texts.documents.not_found)
        return self._parts.intake

    def _find(self, request: Request, texts: Texts) -> StoredDocument:
        try:
            return self._intake(texts).find(request.path_params["document_id"][:MAX_ID])
        except UnknownDocument as error:
            raise Refused(404, texts.documents.not_found) from error

    def _condition(self, stored: StoredDocument) -> Condition:
        intake = self._parts.intake
        if intake is None:
            return "warnings" if stored.warnings else "ready"
        if stored.id in intake.documents_without_vectors():
            return "without_vectors"
        state = intake.file_state(stored)
        return state if state != "there" else "warnings" if stored.warnings else "ready"

    def _list_page(self, request: Request, texts: Texts, notice: str, status: int = 200) -> Response:
        asked, intake = read_list_request(request), self._parts.intake
        found = sort_documents(find_documents(self._parts.library.documents(), asked.words), asked.sort, texts)
        pages = max(1, ceil(len(found) / DOCUMENTS_A_PAGE))
        asked = ListRequest(asked.sort, asked.words, min(asked.page, pages))
        first = (asked.page - 1) * DOCUMENTS_A_PAGE
        rows = tuple((stored, self._condition(stored)) for stored in found[first : first + DOCUMENTS_A_PAGE])
        adding = ""
        if intake and person_of(request.scope).may(_KEEPER):
            adding = render_adding(intake.jobs(), intake.suffixes, intake.max_bytes, texts)
        body = (
            f"<h1>{escape(texts.documents.heading)}</h1>{render_notice(notice)}{adding}"
            f'<div id="list">{render_list(DocumentList(asked, rows, len(found), pages), texts)}</div>'
        )
        scripts = ("documents.js",) if adding else ()
        return _page(request, texts, body, texts.documents.heading, status, scripts)

    def _document_page(
        self,
        request: Request,
        texts: Texts,
        stored: StoredDocument,
        correction: Correction,
        notice: str,
        status: int = 200,
    ) -> Response:
        intake = self._intake(texts)
        view = view_document(intake, stored, self._condition(stored), _whole(request.query_params.get("page", "1")))
        may = person_of(request.scope).may(_KEEPER)
        body = render_document(view, texts, correction if may else None, sorted(intake.suffixes), notice)
        return _page(request, texts, body, stored.meta.title, status)


def read_list_request(request: Request) -> ListRequest:
    """Return what of the list an address asks for; what it cannot have is left out."""
    asked = request.query_params
    sort = asked.get("sort", "")
    return ListRequest(
        sort=sort if sort.removeprefix("-") in COLUMNS and sort.count("-") < 2 else "title",
        words=" ".join(asked.get("q", "")[:MAX_WORDS].split()),
        page=max(1, _whole(asked.get("page", "1"))),
    )


def find_documents(documents: list[StoredDocument], words: str) -> list[StoredDocument]:
    """Return the documents that have every word in their title, file name or publisher."""
    wanted = _folded(words).split()
    return [
        document
        for document in documents
        if all(word in _folded(f"{document.meta.title} {document.name} {document.meta.publisher}") for word in wanted)
    ]


def sort_documents(documents: list[StoredDocument], sort: str, texts: Texts) -> list[StoredDocument]:
    """Return the documents in the order asked for; those without a value come last, whichever way."""
    column, turned = cast("Column", sort.removeprefix("-")), sort.startswith("-")
    by_title = sorted(documents, key=lambda document: (_alphabetical(document.meta.title), document.id))
    known = [document for document in by_title if _sort_value(document, column, texts)]
    unknown = [document for document in by_title if not _sort_value(document, column, texts)]
    return [*sorted(known, key=lambda document: _sort_value(document, column, texts), reverse=turned), *unknown]


def view_document(intake: Intake, stored: StoredDocument, condition: Condition, page: int) -> DocumentView:
    """Gather what the page of a document shows."""
    chunks = intake.library.chunks_of(stored.version)
    pages = max(1, ceil(len(chunks) / CHUNKS_A_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * CHUNKS_A_PAGE
    return DocumentView(
        stored=stored,
        condition=condition,
        has_original=intake.file_state(stored) == "there",
        sections=intake.library.read(stored.id).sections,
        chunks=tuple(chunks[first : first + CHUNKS_A_PAGE]),
        first_number=first + 1,
        page=page,
        pages=pages,
        versions=tuple(added_at for added_at, _ in intake.library.past_texts(stored.id)),
    )


def read_correction(stored: StoredDocument) -> Correction:
    """Return the form as it is before anybody has changed it."""
    return Correction(read_values(stored.meta), {})


def _find_error(key: str, value: str, texts: Texts) -> str:
    """Return what is wrong with a value, in the page's language; "" where nothing is."""
    words = texts.documents.details
    try:
        checked_corrections({key: value})
    except InvalidCorrection:
        if key in DATES:
            return words.invalid_date
        if key in CHOICES:
            return words.invalid_choice
        return words.invalid_title if key == "title" else words.invalid_text
    return ""


def _sort_value(document: StoredDocument, column: Column, texts: Texts) -> tuple[str | int, ...]:
    """Return what a document is sorted by; () where it has none."""
    meta = document.meta
    if column == "pages":
        return (document.page_count,)
    if column == "validity":
        return (meta.valid_from, meta.valid_to) if name_validity(document, texts) else ()
    values = {
        "title": meta.title,
        "date": meta.date,
        "kind": getattr(texts.names, meta.kind),
        "authority": name_authority(meta.authority, texts),
        "language": getattr(texts.names, meta.language),
    }
    value = values[column]
    return (_alphabetical(value),) if value else ()


_AFTER_Z = str.maketrans({"æ": "{a", "ä": "{a", "ø": "{b", "ö": "{b", "å": "{c"})
"""`{` comes after z: the order of the Danish and the Norwegian alphabet."""


def _alphabetical(text: str) -> str:
    return _folded(text).translate(_AFTER_Z)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _jobs_to_json(jobs: list[Job] | tuple[Job, ...], texts: Texts) -> dict[str, object]:
    """Return jobs for the page's script: as they are drawn, and the words that a screen reader is told."""
    return {
        "unfinished": sum(not job.is_finished for job in jobs),
        "jobs": [
            {
                "id": job.id,
                "name": job.name,
                "state": job.state,
                "done": job.done,
                "total": job.total,
                "words": f"{job.name}: {describe_job(job, texts)}",
                "html": render_job(job, texts),
            }
            for job in jobs
        ],
    }


async def _read(request: Request, texts: Texts, max_bytes: int) -> FormData:
    try:
        return await read_form(request, max_bytes)
    except FormTooLarge as error:
        raise Refused(413, texts.documents.failures.too_large) from error
    except UnreadableForm as error:
        raise Refused(400, texts.documents.unreadable_form) from error


def _uploads(form: FormData) -> list[UploadFile]:
    """Return the files of a form; a browser sends one without a name where none was chosen."""
    return [value for value in form.getlist("files") if isinstance(value, UploadFile) and value.filename]


def _require_keeper(request: Request, texts: Texts) -> None:
    if not person_of(request.scope).may(_KEEPER):
        raise Refused(403, texts.documents.forbidden)


def _notice(request: Request, texts: Texts) -> str:
    """Return the line that an address asks for: one of ours, never words from the address."""
    return str(getattr(texts.documents.notices, request.query_params.get("notice", ""), ""))


def _whole(text: str) -> int:
    """Return a number from an address; 1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _refuse(request: Request, texts: Texts, refused: Refused) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": refused.line}, status_code=refused.status)
    body = (
        f'<h1>{escape(texts.documents.heading)}</h1><p class="status" role="alert">{escape(refused.line)}</p>'
        f'<p><a href="/documents">{escape(texts.documents.back)}</a></p>'
    )
    return _page(request, texts, body, texts.documents.heading, refused.status)


def _redirect(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _page(
    request: Request, texts: Texts, body: str, title: str, status: int = 200, scripts: tuple[str, ...] = ()
) -> Response:
    html = render_page(body, title, "documents", texts, person_of(request.scope), scripts)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
