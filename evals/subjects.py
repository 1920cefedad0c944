"""What is evaluated: a retriever over documents with the reader on top, and what tells it from another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.answering import ReadDocument
from assistant.confidence import ANSWER_FROM
from assistant.cross_encoder import SentenceScorer
from assistant.messages import EXTRACTIVE
from assistant.settings import Settings
from assistant.versions import program_version
from assistant.wiring import build_embedder, build_library, build_retriever, build_scorer
from corpus.documents import Document, Language
from evals.cases import Case, case_to_json
from evals.spans import AnchoredText
from indexing.hits import Retriever

PACKAGES = ("assistant", "corpus", "evals", "indexing")
"""The packages that answers and figures come from."""
NO_SOURCES = ("evals/baseline.json", "evals/training/")
"""Beginnings of the paths below them that no answer and no figure comes from: results, and what was learned from."""
SOURCE_SUFFIXES = (".json", ".md", ".npz", ".onnx", ".py", ".toml", ".txt")
_BETWEEN_TEXTS = "\n\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """A way of answering that can be evaluated. Its parts may be used from several threads.

    `texts` has each document's whole text, and `languages` its language, by file name; documents of one name share
    one text, and `offsets` says by document id where in it a document begins, 0 where nothing is said. `answer_from`
    is the confidence below which the assistant refuses.
    """

    name: str
    retriever: Retriever
    read_document: ReadDocument
    scorer: SentenceScorer
    texts: Mapping[str, str]
    languages: Mapping[str, Language]
    answer_from: float = ANSWER_FROM
    offsets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """What an evaluation was made with; runs that agree in all of it and in the seed have the same figures."""

    corpus_sha256: str
    documents: int
    code_sha256: str
    version: str
    model: str
    embedder: str
    answer_from: float


@dataclass(frozen=True, slots=True)
class BuiltSubject:
    """A subject with the texts that anchors are looked up in, and its identity."""

    subject: Subject
    texts: Mapping[str, AnchoredText]
    identity: Identity


def build_subject(settings: Settings, name: str = "assistant") -> BuiltSubject:
    """Return the assistant as it is, over the library of the settings, searched in memory.

    Files that share their name share their text: a case cannot tell them apart.
    """
    library = build_library(settings)
    retriever = build_retriever(settings, library, "exact")
    by_id = {stored.id: library.read(stored.id) for stored in library.documents()}
    documents = list(by_id.values())
    texts, offsets = join_by_name(by_id)
    languages = _languages_by_name(documents)
    subject = Subject(name, retriever, library.read, build_scorer(), texts, languages, offsets=offsets)
    return BuiltSubject(
        subject=subject,
        texts=anchored_texts(subject.texts),
        identity=Identity(
            corpus_sha256=hash_documents(documents),
            documents=len(documents),
            code_sha256=hash_sources(Path(__file__).resolve().parent.parent),
            version=program_version(),
            model=EXTRACTIVE,
            embedder=build_embedder(settings).name,
            answer_from=subject.answer_from,
        ),
    )


def join_by_name(documents: Mapping[str, Document]) -> tuple[dict[str, str], dict[str, int]]:
    """Return the texts by file name, those of one name joined, and by document id where in it a document begins."""
    same_name: dict[str, list[tuple[str, str]]] = {}
    for id_, document in documents.items():
        same_name.setdefault(document.name, []).append((document.text, id_))
    texts: dict[str, str] = {}
    offsets: dict[str, int] = {}
    for name, found in same_name.items():
        at = 0
        for text, id_ in sorted(found):
            offsets[id_] = at
            at += len(text) + len(_BETWEEN_TEXTS)
        texts[name] = _BETWEEN_TEXTS.join(text for text, _ in sorted(found))
    return texts, offsets


def anchored_texts(texts: Mapping[str, str]) -> dict[str, AnchoredText]:
    """Return the texts, by file name, as anchors are looked up in them."""
    return {name: AnchoredText(text) for name, text in sorted(texts.items())}


def describe_run(cases: Iterable[Case], files: Iterable[Path], identity: Identity, seed: int) -> dict[str, Any]:
    """Return the "run" of metrics.json: what it was made with, by hash; files by their names alone."""
    return {
        "questions": [file.name for file in files],
        "questions_sha256": hash_cases(cases),
        **asdict(identity),
        "seed": seed,
    }


def hash_cases(cases: Iterable[Case]) -> str:
    """Return a hash over the cases in their order: everything of them, nothing of how the file is laid out."""
    return _hash(case_to_json(case) for case in cases)


def hash_documents(documents: Iterable[Document]) -> str:
    """Return a hash over what documents say and what is known about them, whatever their order."""
    return _hash_lines(sorted(_to_line([one.name, one.text, asdict(one.meta)]) for one in documents))


def hash_sources(root: Path) -> str:
    """Return a hash over the project's own sources below `root`, by their names and contents."""
    files = [file for package in PACKAGES for file in (root / package).rglob("*") if file.suffix in SOURCE_SUFFIXES]
    named = sorted((file.relative_to(root).as_posix(), file) for file in files if file.is_file())
    return _hash(
        [name, hashlib.sha256(file.read_bytes()).hexdigest()] for name, file in named if not name.startswith(NO_SOURCES)
    )


def _languages_by_name(documents: Iterable[Document]) -> dict[str, Language]:
    languages: dict[str, Language] = {}
    for document in documents:
        languages.setdefault(document.name, document.meta.language)
    return languages


def _hash(values: Iterable[Any]) -> str:
    return _hash_lines(map(_to_line, values))


def _hash_lines(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _to_line(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
