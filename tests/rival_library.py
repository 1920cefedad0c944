"""A small library that rivals are tried on: two editions of a harbour's rules, and a kitchen's."""

from __future__ import annotations

from pathlib import Path

from corpus.documents import Document, RawDocument, RawPage
from corpus.library import Library
from corpus.splitting import split_document
from corpus.structure import build_document
from indexing.hits import Embedder
from indexing.ingesting import ingest

DOCUMENTS = {
    "havn.md": (
        "# Havnens regler\n\n## Kajen\n\nKajen er 120 meter lang. Den blev bygget i 1962 af kommunen.\n\n"
        "## Kranen\n\nKranen løfter 40 ton ad gangen. Den må kun betjenes af havnefogeden. "
        "En kran koster 300 kr. i timen.\n"
    ),
    "harbour.md": (
        "# Rules of the harbour\n\n## The quay\n\nThe quay is 120 metres long. The town built it in 1962.\n\n"
        "## The crane\n\nThe crane lifts 40 tonnes at a time. Only the harbour master may use it.\n"
    ),
    "koekken.md": "# Køkkenet\n\n## Mad\n\nDer er suppe om mandagen. Brødet bages klokken fem om morgenen.\n",
}


def fill_library(library: Library, embedder: Embedder, folder: Path, texts: dict[str, str] = DOCUMENTS) -> None:
    """Write the texts into files of a folder and add them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest([folder], library, embedder, load=load_marked_up, split=split_document, suffixes=frozenset({".md"}))


def load_marked_up(path: Path, *, ocr: bool = False) -> Document:
    """Read a Markdown file as it is."""
    raw = RawDocument((RawPage(1, path.read_text(encoding="utf-8")),), {}, marked_up=True)
    return build_document(path.name, raw)
