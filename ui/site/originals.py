"""The files that the documents were read from: whole, page by page as pictures, and where on a page a quote stands.

Nothing here is ever shown as HTML: a PDF goes to the browser's own viewer, a page is a picture, the rest is a download.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import anyio
from anyio import to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from corpus.errors import (
    CorpusError,
    LibraryUnavailable,
    OriginalChanged,
    OriginalGone,
    UnknownDocument,
    UnknownPage,
    UnreadableDocument,
    UnsupportedFormat,
)
from corpus.originals import SCALES, Originals
from corpus.quote_boxes import PageBoxes
from ui.api.routes import Shelf
from ui.parts import Parts
from ui.passages import page_at
from ui.people.roles import person_of
from ui.quote_places import parse_quote_place
from ui.rendering.html import escape
from ui.site.frame import Refused, load_page_texts, render_page
from ui.sources import MOST_QUOTES, log_failure
from ui.texts import OriginalTexts, Texts

WORKERS = 6
"""Requests worked on at once, most of which wait for a child process; the rest of the page has other threads."""
SCALE = 1.5
"""Pixels a point where the address does not say."""

_REVALIDATE = "private, no-cache"
"""A browser may keep it, and asks with its tag before it shows it again: a document may have another file by then."""
_FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""Whatever a browser makes of a file runs nothing and reaches nothing; Chromium's viewer of PDFs opens in it."""

Act = Callable[[Request, Texts], Response]


def build_router(parts: Parts) -> APIRouter:
    """Return the routes under `/originals`; where the library's files are not shown, each answers 404."""
    router = APIRouter(include_in_schema=False)
    files = _Files(parts.library, parts.originals)
    limiter: list[anyio.CapacityLimiter] = []

    async def respond(request: Request, act: Act) -> Response:
        if not limiter:  # it belongs to the event loop, which runs only now
            limiter.append(anyio.CapacityLimiter(WORKERS))
        return await to_thread.run_sync(_respond, request, act, limiter=limiter[0])

    @router.api_route("/originals/{document_id}", methods=["GET", "HEAD"])
    async def show_file(request: Request) -> Response:
        return await respond(request, files.file)

    @router.get("/originals/{document_id}/pages/{page}.png")
    async def show_page(request: Request) -> Response:
        return await respond(request, files.page)

    @router.get("/originals/{document_id}/boxes")
    async def show_boxes(request: Request) -> Response:
        return await respond(request, files.boxes)

    return router


@dataclass(frozen=True, slots=True)
class _Files:
    """What the routes do. Every method may be called from several threads."""

    library: Shelf
    originals: Originals | None

    def file(self, request: Request, texts: Texts) -> Response:
        found = self._shown(texts).file(_document_id(request))
        is_pdf = found.name.lower().endswith(".pdf")
        is_inline = is_pdf and request.query_params.get("download") is None
        headers = {
            "ETag": f'"{found.tag}"',
            "Cache-Control": _REVALIDATE,
            "Content-Disposition": _disposition("inline" if is_inline else "attachment", found.name),
            "Content-Security-Policy": _FILE_POLICY,
        }
        if _has(request, found.tag):
            return Response(status_code=304, headers=headers)
        return Response(
            found.content, media_type="application/pdf" if is_pdf else "application/octet-stream", headers=headers
        )

    def page(self, request: Request, texts: Texts) -> Response:
        originals, document_id, number = self._shown(texts), _document_id(request), _number(request, texts)
        scale = _scale(request.query_params.get("scale", ""))
        tag = originals.page_tag(document_id, number, scale)
        headers = {"ETag": f'"{tag}"', "Cache-Control": _REVALIDATE}
        if _has(request, tag):
            return Response(status_code=304, headers=headers)
        image = originals.page_image(document_id, number, scale)
        return Response(image.png, media_type="image/png", headers={**headers, "ETag": f'"{image.tag}"'})

    def boxes(self, request: Request, texts: Texts) -> Response:
        """Return the boxes of each `quote` of the address, of which the document must have the very words."""
        originals, document_id = self._shown(texts), _document_id(request)
        document = self.library.read(document_id)
        found = []
        for asked in request.query_params.getlist("quote")[:MOST_QUOTES]:
            place = parse_quote_place(asked)
            if place is None:
                raise Refused(404, texts.original.no_page)
            words = place.read(document.text)
            if words is None:
                raise OriginalChanged(f"{document.name} has other words there by now")
            start = place.span.start
            found.append(originals.quote_boxes(document_id, words, page_at(document.pages, start), start))
        return JSONResponse(
            {"quotes": [_boxes_to_json(pages) for pages in found]}, headers={"Cache-Control": "no-store"}
        )

    def _shown(self, texts: Texts) -> Originals:
        if self.originals is None:
            raise Refused(404, texts.original.unknown)
        return self.originals


def _respond(request: Request, act: Act) -> Response:
    texts = load_page_texts(request)
    try:
        return act(request, texts)
    except Refused as refused:
        return _refuse(request, texts, refused.status, refused.line)
    except CorpusError as error:
        status, line = _meaning(error, texts.original)
        if status >= 500:
            log_failure("showing an original", error)
        return _refuse(request, texts, status, line)


def _meaning(error: CorpusError, words: OriginalTexts) -> tuple[int, str]:
    """Return the status and the line of an error."""
    kinds: Sequence[tuple[type[CorpusError] | tuple[type[CorpusError], ...], int, str]] = (
        (UnknownDocument, 404, words.unknown),
        ((UnknownPage, UnsupportedFormat), 404, words.no_page),
        (OriginalGone, 410, words.gone),
        (OriginalChanged, 409, words.changed),
        (UnreadableDocument, 422, words.unreadable),
        (LibraryUnavailable, 503, words.unavailable),
    )
    return next(((status, line) for kind, status, line in kinds if isinstance(error, kind)), (500, words.unavailable))


def _refuse(request: Request, texts: Texts, status: int, line: str) -> Response:
    """Say it as a page to whoever followed a link, and as JSON to a script."""
    headers = {"Cache-Control": "no-store"}
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": line}, status_code=status, headers=headers)
    body = f'<h1>{escape(texts.original.heading)}</h1><p class="status" role="alert">{escape(line)}</p>'
    page = render_page(body, texts.original.heading, "documents", texts, person_of(request.scope))
    return HTMLResponse(page, status_code=status, headers=headers)


def _document_id(request: Request) -> str:
    return str(request.path_params["document_id"])


def _number(request: Request, texts: Texts) -> int:
    written = str(request.path_params["page"])
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        raise Refused(404, texts.original.no_page)
    return int(written)


def _scale(written: str) -> float:
    """Return a scale that pages are drawn at; what is no number is `SCALE`."""
    try:
        scale = float(written)
    except ValueError:
        return SCALE
    return min(max(scale, SCALES[0]), SCALES[-1]) if math.isfinite(scale) else SCALE


def _has(request: Request, tag: str) -> bool:
    """Return whether the browser has what has that tag."""
    tags = request.headers.get("if-none-match", "")
    return f'"{tag}"' in [one.strip().removeprefix("W/") for one in tags.split(",")]


def _disposition(kind: str, name: str) -> str:
    """Return the header of a file's name, whatever characters it has (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"


def _boxes_to_json(pages: Sequence[PageBoxes]) -> list[dict[str, Any]]:
    return [
        {
            "page": page.page,
            "width": page.width,
            "height": page.height,
            "boxes": [[box.left, box.top, box.right, box.bottom] for box in page.boxes],
        }
        for page in pages
    ]
