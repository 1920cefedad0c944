"""Documents and chunks as columns of the library, and back."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, cast

from corpus.documents import Chunk, ChunkKind, Document, DocumentMeta, Language, Sentence, Span
from corpus.interchange import structure_from_values, structure_values

KEY_BYTES = 16
_SENTENCE = struct.Struct("<IIB")
_SENTENCE_KINDS: tuple[Literal["sentence", "item", "row"], ...] = ("sentence", "item", "row")
_META_KEYS = frozenset(field.name for field in fields(DocumentMeta))


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the library without its text.

    `version` changes with everything that is searched: text, chunks, metadata. `content_hash` is of the file's bytes,
    `added_at` when this text was stored (ISO 8601, UTC). `meta` has the corrections in it; `corrections` are those
    alone.
    """

    id: str
    version: str
    name: str
    path: str
    content_hash: str
    added_at: str
    meta: DocumentMeta
    corrections: dict[str, str]
    page_count: int
    chunk_count: int
    sentence_count: int
    warnings: tuple[str, ...]

    @property
    def language(self) -> Language:
        """The document's language."""
        return self.meta.language


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk of a current text.

    `text` is the document's text from `chunk.start` to `chunk.end`, `lead` that of `chunk.lead` or "". `keys` has the
    key of a vector for each of `chunk.sentences`, `context_key` that of the document's title and the heading path.
    """

    id: int
    document_id: str
    version: str
    chunk: Chunk
    text: str
    lead: str
    keys: tuple[str, ...]
    context_key: str


DOCUMENT_COLUMNS = (
    "id, version, name, path, content_hash, added_at, meta, corrections, "
    "page_count, chunk_count, sentence_count, warnings"
)
CHUNK_COLUMNS = (
    "starts, ends, page, path, language, kind, lead_starts, lead_ends, lead, text, sentences, keys, context_key"
)


def document_from_row(row: Sequence[Any]) -> StoredDocument:
    """Return the document of a row of `DOCUMENT_COLUMNS`."""
    corrections: dict[str, str] = json.loads(row[7])
    return StoredDocument(
        id=row[0],
        version=row[1],
        name=row[2],
        path=row[3],
        content_hash=row[4],
        added_at=row[5],
        meta=corrected(meta_from_json(row[6]), corrections),
        corrections=corrections,
        page_count=row[8],
        chunk_count=row[9],
        sentence_count=row[10],
        warnings=tuple(json.loads(row[11])),
    )


def chunk_to_row(text: str, chunk: Chunk, keys: Sequence[str], context_key: str) -> tuple[Any, ...]:
    """Return the values of `CHUNK_COLUMNS` for a chunk of a document's text.

    Raises:
        ValueError: not one key for each sentence.
    """
    if len(keys) != len(chunk.sentences):
        raise ValueError(f"{len(keys)} keys for {len(chunk.sentences)} sentences")
    lead = chunk.lead
    return (
        chunk.start,
        chunk.end,
        chunk.page,
        json.dumps(chunk.path),
        chunk.language,
        chunk.kind,
        lead.start if lead else None,
        lead.end if lead else None,
        text[lead.start : lead.end] if lead else "",
        text[chunk.start : chunk.end],
        b"".join(_SENTENCE.pack(s.start, s.end, _SENTENCE_KINDS.index(s.kind)) for s in chunk.sentences),
        pack_keys(keys),
        bytes.fromhex(context_key),
    )


def chunk_from_row(row: Sequence[Any]) -> StoredChunk:
    """Return the chunk of a row of id, document id, version and `CHUNK_COLUMNS`."""
    chunk_id, document_id, version, start, end, page, path, language, kind, lead_start, lead_end, *rest = row
    lead, text, sentences, keys, context_key = rest
    return StoredChunk(
        id=chunk_id,
        document_id=document_id,
        version=version,
        chunk=Chunk(
            start=start,
            end=end,
            page=page,
            path=tuple(json.loads(path)),
            language=cast("Language", language),
            kind=cast("ChunkKind", kind),
            lead=None if lead_start is None else Span(lead_start, lead_end),
            sentences=tuple(Sentence(s, e, _SENTENCE_KINDS[k]) for s, e, k in _SENTENCE.iter_unpack(sentences)),
        ),
        text=text,
        lead=lead,
        keys=tuple(key.hex() for key in unpack_keys(keys)),
        context_key=context_key.hex(),
    )


def pack_keys(keys: Iterable[str]) -> bytes:
    """Return keys in hexadecimal as bytes, one after the other."""
    return bytes.fromhex("".join(keys))


def unpack_keys(packed: bytes) -> list[bytes]:
    """Return the keys that were packed, 16 bytes each."""
    return [packed[at : at + KEY_BYTES] for at in range(0, len(packed), KEY_BYTES)]


def meta_to_json(meta: DocumentMeta) -> str:
    """Return the metadata as a JSON object with sorted keys."""
    return json.dumps(asdict(meta), sort_keys=True)


def meta_from_json(text: str) -> DocumentMeta:
    """Return the metadata of a JSON object; keys that are no longer known are left out."""
    return DocumentMeta(**{key: value for key, value in json.loads(text).items() if key in _META_KEYS})


def corrected(meta: DocumentMeta, corrections: dict[str, str]) -> DocumentMeta:
    """Return the metadata with the corrections in place of what the file says."""
    return replace(meta, **cast("dict[str, Any]", corrections))


def structure_to_json(document: Document) -> str:
    """Return pages, sections and blocks as JSON arrays without names."""
    return json.dumps(structure_values(document), separators=(",", ":"))


def document_from_record(stored: StoredDocument, text: str, structure: str) -> Document:
    """Return the whole document from what the library keeps of it."""
    pages, sections, blocks = structure_from_values(json.loads(structure))
    return Document(
        name=stored.name,
        text=text,
        meta=stored.meta,
        pages=pages,
        sections=sections,
        blocks=blocks,
        warnings=stored.warnings,
    )
