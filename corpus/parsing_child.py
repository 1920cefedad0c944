"""The child process that reads one file under limits and writes the document as JSON to standard output.

Run by `corpus.loading` with the request as its last argument; not meant to be imported elsewhere. Our own modules are
imported before the limits are set, so that Python can keep their bytecode; the file is touched only after.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.cleaning import clean_document
from corpus.documents import Document, RawDocument
from corpus.errors import UnreadableDocument
from corpus.interchange import document_values


def main() -> None:
    """Answer the request in the last argument: a document, or the kind and text of an error."""
    request = json.loads(sys.argv[-1])
    output = _private_output()
    reader = importlib.import_module(request["reader"])
    structure = importlib.import_module("corpus.structure")
    _set_limits(request["memory_bytes"], request["processor_seconds"])
    answer = _answer(request, reader.read, structure.build_document)
    with os.fdopen(output, "wb") as stream:
        stream.write(answer.encode("ascii"))
    os._exit(0)  # nothing is left to tidy, and big libraries take their time over it


def _answer(
    request: dict[str, Any],
    read: Callable[[Path], RawDocument],
    build_document: Callable[[str, RawDocument], Document],
) -> str:
    """Return the answer as ASCII JSON; an error is an answer too."""
    try:
        raw = clean_document(read(Path(request["path"])))
        without_text = [page.number for page in raw.pages if not page.text.strip()]
        if len(without_text) == len(raw.pages):
            raise UnreadableDocument("holds no text")
        values = document_values(build_document(request["name"], raw))
        return json.dumps({"document": values, "pages_without_text": without_text}, separators=(",", ":"))
    except UnreadableDocument as error:
        return json.dumps({"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        limit = f"{request['memory_bytes'] >> 20:,} MiB"
        message = f"takes more than {limit} of memory to read: split it"
        return json.dumps({"error": "DocumentTooLarge", "message": message})
    except Exception as error:  # whatever a hostile file does to a library, the parent gets one line about it
        message = f"is damaged or not of its format ({type(error).__name__}: {error})"
        return json.dumps({"error": "UnreadableDocument", "message": message})


def _private_output() -> int:
    """Return a descriptor of its own for the answer; what libraries print then goes nowhere."""
    output = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return output


def _set_limits(memory_bytes: int, processor_seconds: int) -> None:
    """Let this process take so much memory and processor time, write no file and leave no core."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CPU, processor_seconds, grace=5)
    if sys.platform != "darwin":  # macOS refuses a limit on address space; time and output are bounded there too
        _lower(resource.RLIMIT_AS, memory_bytes)


def _lower(kind: int, wanted: int, *, grace: int = 0) -> None:
    """Set the soft limit, which is signalled, and above it by `grace` the hard one, which kills."""
    _, highest = resource.getrlimit(kind)
    allowed = [wanted, wanted + grace] if highest == resource.RLIM_INFINITY else [wanted, wanted + grace, highest]
    resource.setrlimit(kind, (min(allowed), min(allowed[1:])))
