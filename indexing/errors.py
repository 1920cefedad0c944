"""What can go wrong while indexing and searching.

IndexingError
├── EmbeddingFailed     the embedder could not make vectors
└── IndexInUse          another process has the index open
"""


class IndexingError(Exception):
    """One clear line for a person: names the thing and, where there is one, the way out."""


class EmbeddingFailed(IndexingError):
    """The embedder cannot be loaded, or ended before its work was done."""


class IndexInUse(IndexingError):
    """Another process has the index open, and a second one would read stale results."""
