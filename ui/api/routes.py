"""Questions, searches and the list of documents, in the program's own shapes."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path, Query

from assistant.interchange import answer_to_json, hit_to_json
from assistant.messages import Answer, Finished, Turn
from assistant.questions import check_question
from corpus.documents import Document
from corpus.errors import UnknownDocument
from corpus.records import StoredDocument
from indexing.hits import Retriever
from ui.api.chat_text import keep_turns
from ui.api.failures import ApiFailure
from ui.api.metrics import CountedAssistant
from ui.api.schemas import (
    AnswerReply,
    AskRequest,
    DocumentDetailsReply,
    DocumentsQuery,
    DocumentsReply,
    SearchQuery,
    SearchReply,
    document_to_json,
)
from ui.api.working import Slots


class Shelf(Protocol):
    """The library as the API reads it."""

    def generation(self) -> int:
        """Return a number that grows with every change."""
        ...

    def documents(self) -> list[StoredDocument]:
        """Return all documents, sorted by name."""
        ...

    def read(self, document_id: str) -> Document:
        """Return a whole document.

        Raises:
            UnknownDocument: no document has that id.
        """
        ...


def build_router(assistant: CountedAssistant, library: Shelf, retriever: Retriever, slots: Slots) -> APIRouter:
    """Return the routes under `/api`."""
    router = APIRouter(prefix="/api", tags=["Questions and documents"])

    @router.post("/ask", response_model=AnswerReply)
    async def ask(request: AskRequest) -> dict[str, Any]:
        """Answer a question, with quotes and where they stand."""
        return answer_to_json(await slots.run(lambda: _answer(assistant, request)))

    @router.get("/search", response_model=SearchReply)
    async def search(query: Annotated[SearchQuery, Query()]) -> dict[str, Any]:
        """Find the passages nearest to a question or some words, best first."""
        wanted = check_question(query.q)
        hits = await slots.run(lambda: retriever.retrieve(wanted, query.limit, query.to_filters()))
        return {"query": wanted, "hits": [hit_to_json(hit) for hit in hits]}

    @router.get("/documents", response_model=DocumentsReply)
    async def list_documents(query: Annotated[DocumentsQuery, Query()]) -> dict[str, Any]:
        """List the documents of the library, sorted by name."""
        filters, stored = query.to_filters(), await slots.run(library.documents)
        found = [document for document in stored if filters.allow(document.id, document.meta)]
        shown = found[query.offset : query.offset + query.limit]
        return {"total": len(found), "documents": [document_to_json(document) for document in shown]}

    @router.get("/documents/{document_id}", response_model=DocumentDetailsReply)
    async def show_document(document_id: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
        """Show what is known about a document, and its headings."""
        return await slots.run(lambda: _read_document(library, document_id))

    return router


def _answer(assistant: CountedAssistant, request: AskRequest) -> Answer:
    turns = keep_turns(Turn(turn.question, turn.answer) for turn in request.history)
    *_, last = assistant.events(request.question, turns, request.language, request.filters.to_filters())
    if not isinstance(last, Finished):
        raise TypeError("the assistant ended without an answer")
    return last.answer


def _read_document(library: Shelf, document_id: str) -> dict[str, Any]:
    stored = next((document for document in library.documents() if document.id == document_id), None)
    try:
        if stored is None:
            raise UnknownDocument(document_id)
        sections = library.read(document_id).sections
    except UnknownDocument as error:
        raise ApiFailure(404, "no document of the library has that id", "document_not_found", "document_id") from error
    outline = [{"path": list(section.path), "page": section.page} for section in sections]
    return document_to_json(stored) | {"sections": outline}
