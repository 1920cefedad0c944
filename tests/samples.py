"""Small documents made by the simplest means: paragraphs, and one sentence a full stop."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.documents import Block, Chunk, Document, DocumentMeta, Page, Section, Sentence, Span
from corpus.errors import UnreadableDocument

SENTENCE = re.compile(r"[^.\n]+\.?")


def make_document(text: str, name: str = "note.txt", title: str = "A note") -> Document:
    """Return a document of one page and one section."""
    return Document(
        name=name,
        text=text,
        meta=DocumentMeta(title=title, language="en"),
        pages=(Page(1, 0, len(text)),),
        sections=(Section("1", "All of it", ("1. All of it",), 0, len(text), 1),),
        blocks=(Block("paragraph", 0, len(text), 1, 0), Block("item", 0, len(text), 1, None, Span(0, 1))),
    )


def split_paragraphs(document: Document) -> tuple[Chunk, ...]:
    """Return a chunk for each line that has text."""
    chunks = []
    for line in re.finditer(r"[^\n]+", document.text):
        sentences = tuple(
            Sentence(found.start(), found.end()) for found in SENTENCE.finditer(document.text, line.start(), line.end())
        )
        chunks.append(Chunk(line.start(), line.end(), 1, ("1. All of it",), "en", sentences=sentences))
    return tuple(chunks)


def load_plain(path: Path, *, ocr: bool = False) -> Document:
    """Read a text file; the word BROKEN makes it unreadable, the word SURPRISE raises what no reader should."""
    text = path.read_text(encoding="utf-8")
    if "BROKEN" in text:
        raise UnreadableDocument("the file is broken")
    if "SURPRISE" in text:
        raise ZeroDivisionError("by chance")
    return make_document(text, path.name, path.stem)


def write_files(folder: Path, count: int, sentences: int = 5) -> list[Path]:
    """Write files with sentences that are all different."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        lines = [f"Sentence {place} of file {number} says {number * 1000 + place}." for place in range(sentences)]
        path = folder / f"file{number:02}.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        paths.append(path)
    return paths
