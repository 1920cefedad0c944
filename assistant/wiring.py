"""The composition root: the one place that knows which parts the program is put together from.

Parts are imported inside the functions that build them, because a command should pay only for what it uses.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.settings import ModelEndpoint, Settings

if TYPE_CHECKING:
    from assistant.answering import Assistant, ReadDocument
    from assistant.cross_encoder import SentenceScorer
    from assistant.generating import GeneratingAssistant
    from corpus.library import Library
    from corpus.originals import Originals
    from indexing.chroma import ChromaIndex
    from indexing.hits import DenseIndex, Embedder, Retriever
    from indexing.ingesting import IngestReport
    from indexing.intake import Intake
    from indexing.keywords import FtsKeywordIndex
    from indexing.retrieving import HybridRetriever

_log = logging.getLogger(__name__)

Dense = Literal["exact", "chroma"]
"""`exact` starts at once and lives in memory, for a single command; `chroma` keeps its own folder, for the server."""

KEYWORD_FILE = "keywords.sqlite"
CHROMA_FOLDER = "chroma"


def build_library(settings: Settings) -> Library:
    """Open the library, making its folder where there is none."""
    from corpus.library import Library

    return Library.open(settings.library)


def build_embedder(settings: Settings) -> Embedder:
    """Return the bundled embedder; it loads its weights at the first text."""
    from indexing.local_embedding import LocalEmbedder

    return LocalEmbedder()


def build_keywords(settings: Settings) -> FtsKeywordIndex:
    """Open the keyword index beside the library."""
    from indexing.keywords import FtsKeywordIndex

    return FtsKeywordIndex(settings.library / KEYWORD_FILE)


def build_dense(settings: Settings, embedder: Embedder, dense: Dense, say: Callable[[str], None]) -> DenseIndex:
    """Open the dense index of that kind; the exact one where another process has Chroma open, which is then said."""
    from indexing.errors import IndexInUse
    from indexing.exact import ExactIndex

    if dense == "exact":
        return ExactIndex(embedder.dimensions)
    try:
        return build_chroma(settings, embedder)
    except IndexInUse:
        say(f"another process has {settings.library / CHROMA_FOLDER} open: this one searches in memory instead")
        return ExactIndex(embedder.dimensions)


def build_chroma(settings: Settings, embedder: Embedder) -> ChromaIndex:
    """Open the Chroma index beside the library.

    Raises:
        IndexInUse: another process, such as a running page, has it open.
    """
    from indexing.chroma import ChromaIndex

    return ChromaIndex(settings.library / CHROMA_FOLDER, embedder.name)


def build_retriever(
    settings: Settings, library: Library, dense: Dense, say: Callable[[str], None] = _log.warning
) -> HybridRetriever:
    """Return the retriever over a library; `say` is told in one line of an index that had to be replaced."""
    from indexing.retrieving import HybridRetriever

    embedder = build_embedder(settings)
    return HybridRetriever(library, embedder, build_dense(settings, embedder, dense, say), build_keywords(settings))


def build_assistant(
    settings: Settings, library: Library, dense: Dense, say: Callable[[str], None] = _log.warning
) -> Assistant | GeneratingAssistant:
    """Return the assistant over a library, with a language model where one is set; `say` as in `build_retriever`."""
    return build_assistant_over(build_retriever(settings, library, dense, say), settings, library)


def build_assistant_over(retriever: Retriever, settings: Settings, library: Library) -> Assistant | GeneratingAssistant:
    """Return the assistant over a retriever that others search with too."""
    from assistant.answering import Assistant

    scorer = build_scorer()
    if settings.endpoint is None:
        return Assistant(retriever, library.read, scorer)
    return build_generating(settings.endpoint, retriever, library.read, scorer)


def build_generating(
    endpoint: ModelEndpoint, retriever: Retriever, read_document: ReadDocument, scorer: SentenceScorer
) -> GeneratingAssistant:
    """Return the assistant that writes with the model at an endpoint, and quotes where that fails."""
    from assistant.answering import Assistant
    from assistant.generating import GeneratingAssistant
    from assistant.openai_chat import OpenAIChat

    threading.Thread(target=OpenAIChat.prepare, name="prepare-endpoint", daemon=True).start()
    quoting = Assistant(retriever, read_document, scorer)
    return GeneratingAssistant(quoting, retriever, read_document, OpenAIChat(endpoint), endpoint.seconds)


def build_intake(settings: Settings, library: Library) -> Intake:
    """Return what adds, replaces, corrects and removes documents of a library while it is being served."""
    from corpus.loading import SUPPORTED_SUFFIXES, Limits, load_document
    from corpus.splitting import split_document
    from indexing.intake import Intake
    from indexing.kept_files import KeptFiles

    return Intake(
        library,
        build_embedder(settings),
        KeptFiles(settings.library, Limits().file_bytes),
        load=load_document,
        split=split_document,
        suffixes=SUPPORTED_SUFFIXES,
    )


def build_originals(library: Library) -> Originals:
    """Return what shows the files that a library's documents were read from."""
    from corpus.originals import Originals
    from indexing.ingesting import hash_content

    return Originals(library, hash_content)


def build_scorer() -> SentenceScorer:
    """Return the reader's network; it loads its weights at the first question."""
    from assistant.cross_encoder import CrossEncoder

    return CrossEncoder()


def index_documents(
    settings: Settings,
    paths: Sequence[Path],
    *,
    prune: bool = False,
    ocr: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> IngestReport:
    """Add or refresh files and folders in the library of the settings."""
    from corpus.loading import SUPPORTED_SUFFIXES, load_document
    from corpus.splitting import split_document
    from indexing.ingesting import ingest

    return ingest(
        paths,
        build_library(settings),
        build_embedder(settings),
        load=load_document,
        split=split_document,
        suffixes=SUPPORTED_SUFFIXES,
        prune=prune,
        ocr=ocr,
        progress=progress,
    )
