"""The dense index of the long-running server: embedded Chroma, through llama-index. Only importer of both.

A cache: its folder can be deleted at any time, and one that is torn is thrown away and filled again. One process
owns the folder at a time, because a second one would read stale results.
"""

from __future__ import annotations

import math
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock, Timeout
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import (
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
)
from llama_index.vector_stores.chroma import ChromaVectorStore

from indexing.errors import IndexInUse
from indexing.hits import Matrix, Vector

_SENTENCES = "sentences"
_VERSIONS = "versions"
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
"""Set when the collection is made: later changes need a new process."""
_FEW_VERSIONS = 10
_FEW_SENTENCES = 200
"""Of the versions allowed: so few are read and compared one by one. Over 20,000 sentences of 200 documents that takes
11 ms for a document of 100 and 15 for 200, where Chroma's own filter takes 34 and a search over all of them 27."""
_BATCH = 5_000
"""Rows a call; Chroma's own limit is 5,461 on some builds of SQLite."""


class ChromaIndex:
    """Sentences of document versions in a Chroma collection with cosine distance."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the index, making it anew where it is missing, torn, or made by another embedder.

        Args:
            folder: where Chroma keeps its files.
            name: the embedder's name; vectors of another are thrown away.

        Raises:
            IndexInUse: another process has the folder open.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(f"{folder}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise IndexInUse(f"the index in {folder} is open in another process: stop it, or use that one") from None
        self._folder = folder
        self._name = name
        self._guard = threading.RLock()
        try:
            self._connect()
            if not self._is_whole():
                self._start_over()
        except Exception:  # Chroma's own errors share no base class; whatever the fault, a cache is made anew
            self._start_over()

    def _connect(self) -> None:
        self._client = chromadb.PersistentClient(str(self._folder), ChromaSettings(anonymized_telemetry=False))
        metadata = {"embedder": self._name}
        self._sentences = self._client.get_or_create_collection(
            _SENTENCES, metadata=metadata, configuration={"hnsw": _HNSW}, embedding_function=None
        )
        self._ledger = self._client.get_or_create_collection(_VERSIONS, metadata=metadata, embedding_function=None)
        self._store = ChromaVectorStore(chroma_collection=self._sentences)

    def _is_whole(self) -> bool:
        held = self._ledger_counts()
        return (
            (self._sentences.metadata or {}).get("embedder") == self._name
            and self._sentences.count() == sum(held.values())
            and (not held or bool(self._sentences.peek(1)["ids"]))
        )

    def _start_over(self) -> None:
        SharedSystemClient.clear_system_cache()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._connect()

    def close(self) -> None:
        """Let another process have the folder."""
        SharedSystemClient.clear_system_cache()
        self._lock.release()

    def _ledger_counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for offset in range(0, self._ledger.count(), _BATCH):
            rows: Any = self._ledger.get(limit=_BATCH, offset=offset, include=["metadatas"])
            counts.update({row: int(meta["count"]) for row, meta in zip(rows["ids"], rows["metadatas"], strict=True)})
        return counts

    def versions(self) -> set[str]:
        """Return the ids of the document versions it holds, each of them whole."""
        with self._guard:
            return set(self._ledger_counts())

    def add(self, version: str, chunk_ids: Sequence[int], vectors: Matrix) -> None:
        """Add all sentences of a version: row i of `vectors` is a sentence of chunk `chunk_ids[i]`.

        The version is entered in the ledger last, so that a version cut short by a kill is not taken for whole.
        """
        with self._guard:
            self.remove(version)
            nodes = [
                TextNode(
                    id_=f"{version}:{row}", embedding=vector.tolist(), metadata={"version": version, "chunk": int(c)}
                )
                for row, (c, vector) in enumerate(zip(chunk_ids, vectors, strict=True))
            ]
            for start in range(0, len(nodes), _BATCH):
                self._store.add(list(nodes[start : start + _BATCH]))
            self._ledger.add(ids=[version], embeddings=[[1.0]], metadatas=[{"count": len(nodes)}])

    def remove(self, version: str) -> None:
        """Forget a version; one it does not hold is no error."""
        with self._guard:
            self._ledger.delete(ids=[version])
            self._sentences.delete(where={"version": version})

    def search(self, vector: Vector, limit: int, versions: Iterable[str] | None = None) -> Mapping[int, float]:
        """Return chunk id → highest cosine of its sentences, over the `limit` nearest sentences."""
        allowed = None if versions is None else sorted(set(versions))
        with self._guard:
            count = self._sentences.count()
            if not count or limit < 1:
                return {}
            if allowed is not None and self._are_small(allowed):
                cosines = self._compare_each(vector, allowed)
            else:
                cosines = self._query(vector, min(limit, count), allowed)
        best: dict[int, float] = {}
        for chunk_id, cosine in sorted(cosines, key=lambda pair: (-pair[1], pair[0]))[:limit]:
            best.setdefault(chunk_id, cosine)
        return best

    def _query(self, vector: Vector, limit: int, allowed: Sequence[str] | None) -> list[tuple[int, float]]:
        """Return chunk id and cosine of the nearest sentences."""
        found = self._store.query(
            VectorStoreQuery(
                query_embedding=vector.tolist(),
                similarity_top_k=limit,
                filters=None if allowed is None else _only(allowed),
            )
        )
        pairs = zip(found.nodes or [], found.similarities or [], strict=True)
        return [(int(node.metadata["chunk"]), _cosine(score)) for node, score in pairs]

    def _are_small(self, allowed: Sequence[str]) -> bool:
        if len(allowed) > _FEW_VERSIONS:
            return False
        rows: Any = self._ledger.get(ids=list(allowed), include=["metadatas"])
        return sum(int(meta["count"]) for meta in rows["metadatas"]) <= _FEW_SENTENCES

    def _compare_each(self, vector: Vector, allowed: Sequence[str]) -> list[tuple[int, float]]:
        """Return chunk id and cosine of every sentence of some versions."""
        rows: Any = self._sentences.get(where={"version": {"$in": list(allowed)}}, include=["metadatas", "embeddings"])
        cosines = np.asarray(rows["embeddings"], np.float32).reshape(-1, len(vector)) @ vector
        return [(int(meta["chunk"]), float(cosine)) for meta, cosine in zip(rows["metadatas"], cosines, strict=True)]


def _only(versions: Iterable[str]) -> MetadataFilters:
    return MetadataFilters(filters=[MetadataFilter(key="version", value=sorted(versions), operator=FilterOperator.IN)])


def _cosine(score: float) -> float:
    """Undo the store's exp(-distance); Chroma's cosine distance is 1 - cosine."""
    return 1.0 + math.log(score)
