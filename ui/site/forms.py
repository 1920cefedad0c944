"""Forms that people send, read up to a limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

MAX_FIELDS = 50
MAX_FILES = 100
MAX_FIELD_BYTES = 16 << 10


class UnreadableForm(Exception):
    """The body of a request is no form, or has too many parts."""


class FormTooLarge(Exception):
    """The body of a request is over the limit."""


async def read_form(request: Request, max_bytes: int) -> FormData:
    """Read the form of a request; its files lie on the disk until it is closed.

    Args:
        request: with a body that has not been read.
        max_bytes: of the whole body.

    Raises:
        UnreadableForm: the body is no form, or has too many parts.
        FormTooLarge: it is over the limit; what came in before is gone.
    """
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and len(stated) < 20 and int(stated) > max_bytes:
        raise FormTooLarge(f"{stated} bytes, over the limit of {max_bytes}")
    stream = _limited(request, max_bytes)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            parts = MultiPartParser(
                request.headers, stream, max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
            )
            return await parts.parse()
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(
                request.headers, stream, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
            ).parse()
    except MultiPartException as error:
        raise UnreadableForm(error.message) from error
    except ClientDisconnect as error:
        raise UnreadableForm("whoever sent it went away") from error
    raise UnreadableForm(f"a form is wanted, not {kind or 'nothing'}")


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > max_bytes:
            raise FormTooLarge(f"over the limit of {max_bytes} bytes")
        yield piece
