"""The tables of the library's SQLite file."""

APPLICATION_ID = 0x41544D50
"""Marks the file as a library of this program ("ATMP")."""

SCHEMA_VERSION = 1
"""Stored in the file; grows when the tables change."""

PAGE_SIZE = 8192
"""Bytes. Five vectors of 384 numbers fit in a page with little left over; in the default of 4096, two do."""

SCHEMA = """
CREATE TABLE state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    generation INTEGER NOT NULL
);
INSERT INTO state VALUES (1, 0);

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    version TEXT NOT NULL UNIQUE,     -- of what is searched: text, chunks and metadata
    fingerprint TEXT NOT NULL,        -- of text and chunks: equal when they are
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    added_at TEXT NOT NULL,
    meta TEXT NOT NULL,               -- JSON: what the file says of itself
    corrections TEXT NOT NULL,        -- JSON: what a person has put in its place
    page_count INTEGER NOT NULL,
    chunk_count INTEGER NOT NULL,
    sentence_count INTEGER NOT NULL,
    warnings TEXT NOT NULL            -- JSON
);

CREATE TABLE texts (                  -- of a document, the newest is the current one
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    content_hash TEXT NOT NULL,
    added_at TEXT NOT NULL,
    text TEXT NOT NULL,
    structure TEXT NOT NULL           -- JSON: pages, sections, blocks
);
CREATE INDEX texts_by_document ON texts (document_id, id);

CREATE TABLE chunks (                 -- of current texts only; an id is never used twice
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    page INTEGER NOT NULL,
    path TEXT NOT NULL,               -- JSON
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    lead_starts INTEGER,
    lead_ends INTEGER,
    lead TEXT NOT NULL,
    text TEXT NOT NULL,
    sentences BLOB NOT NULL,          -- packed, see records.py
    keys BLOB NOT NULL,               -- 16 bytes a sentence
    context_key BLOB NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document_id, id);

CREATE TABLE embedders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dimensions INTEGER NOT NULL
);

CREATE TABLE vectors (                -- found by what was embedded, whichever document it stands in
    id INTEGER PRIMARY KEY,
    embedder INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
    key BLOB NOT NULL,
    added_at INTEGER NOT NULL,        -- seconds since 1970
    vector BLOB NOT NULL              -- float32, little-endian
);
CREATE UNIQUE INDEX vectors_by_key ON vectors (embedder, key);
"""
