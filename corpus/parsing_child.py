"""Read one file and give the document as values that JSON knows; run by `corpus.loading` in a child with limits."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.cleaning import clean_document
from corpus.errors import UnreadableDocument
from corpus.interchange import document_values
from corpus.structure import build_document


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document, and the numbers of its pages without text.

    Args:
        request: `path` and `name` of the file, and `reader`: the full name of the module that reads its format.

    Raises:
        UnreadableDocument: or one of its kinds.
    """
    raw = clean_document(importlib.import_module(request["reader"]).read(Path(request["path"])))
    without_text = [page.number for page in raw.pages if not page.text.strip()]
    if len(without_text) == len(raw.pages):
        raise UnreadableDocument("holds no text")
    document = build_document(request["name"], raw)
    return {"document": document_values(document), "pages_without_text": without_text}
