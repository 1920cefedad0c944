"""What the parts of the baseline share: where data and libraries are, what a part returns, samples and paired tests."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.settings import Settings
from assistant.wiring import build_library, index_documents
from corpus.documents import LANGUAGES, Language
from corpus.library import Library
from evals.errors import EvaluationError
from evals.figuring import DIGITS
from evals.fitting import load_lines
from evals.json_lines import one_of
from evals.results import Figure
from evals.statistics import holm, mcnemar_exact
from evals.subjects import BuiltSubject, build_subject

CHECKOUT = Path(__file__).resolve().parent.parent
QUESTIONS = CHECKOUT / "evals" / "questions"
STARTER = CHECKOUT / "corpus" / "starter"
SEED = 20251
"""Of the bootstrap and the disturbances."""
OURS = "this program"

Json = dict[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: `shared` is the folder with documents and data, `work` keeps libraries between runs."""

    shared: Path
    work: Path

    @property
    def data(self) -> Path:
        """Return the folder of the data sets."""
        return self.shared / "evals" / "data"

    def lines(self, *names: str) -> list[Json]:
        """Return the objects of a JSON lines file of the data, in its order.

        Raises:
            EvaluationError: the file is not there.
        """
        file = self.data.joinpath(*names)
        if not file.exists():
            raise EvaluationError(f"{'/'.join(names)} is not in the data of ../shared")
        return load_lines(file)


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Whether this program and another succeed equally often over the same questions.

    `difference` is this program's rate minus the other's. `p` is McNemar's, exact and two-sided; `p_holm` is adjusted
    over all tests of the part.
    """

    name: str
    part: str
    other: str
    difference: float
    only_ours: int
    only_other: int
    n: int
    p: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class PartResult:
    """What a part found. `timings` are the figures that no two runs agree in, `made_with` what the others rest on."""

    figures: tuple[Figure, ...] = ()
    tests: tuple[PairedTest, ...] = ()
    timings: tuple[Figure, ...] = ()
    made_with: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A library with its documents in it, and the assistant over it."""

    settings: Settings
    library: Library
    built: BuiltSubject

    def made_with(self, questions: Iterable[Mapping[str, Any]]) -> Json:
        """Return what figures over these questions rest on: hashes and counts, nothing of this machine."""
        identity = self.built.identity
        return {
            "answer_from": identity.answer_from,
            "corpus_sha256": identity.corpus_sha256,
            "documents": identity.documents,
            "embedder": identity.embedder,
            "reader_sha256": hash_reader(),
            **describe_questions(questions),
        }


def open_place(place: Place, name: str, folders: Sequence[Path]) -> Opened:
    """Return the library of that name in the work folder with the documents of the folders and no others.

    What is in it already is not read again.

    Raises:
        EvaluationError: a folder is not there or a document could not be read.
    """
    if missing := [folder for folder in folders if not folder.exists()]:
        raise EvaluationError(f"the folder {missing[0].name} of ../shared is not there")
    settings = Settings.from_env({"ATMP_LIBRARY": str(place.work / name)})
    report = index_documents(
        settings, folders, prune=True, progress=lambda done, total, _: tell(f"{name}: sentences", done, total, 2000)
    )
    if report.failed:
        raise EvaluationError(f"{Path(report.failed[0].file).name}: {report.failed[0].reason}")
    return Opened(settings, build_library(settings), build_subject(settings))


def tell(what: str, done: int, total: int, every: int = 50) -> None:
    """Say on standard error how far something is."""
    if done == total or done % every == 0:
        print(f"baseline: {what}: {done} of {total}", file=sys.stderr, flush=True)


def sample_by_hash(items: Iterable[Item], key: Callable[[Item], str], most: int) -> list[Item]:
    """Return at most so many items, always the same: those whose keys have the lowest hashes, in that order."""
    return sorted(items, key=lambda item: (_hash(key(item)), key(item)))[:most]


def language_of(value: Mapping[str, Any]) -> Language:
    """Return the language that an object of the data names.

    Raises:
        ValueError: it names none of the three.
    """
    language: Language = one_of(value, "lang", LANGUAGES)
    return language


def compare_paired(
    name: str, part: str, marks: Mapping[str, Sequence[bool]], ours: str = OURS
) -> tuple[PairedTest, ...]:
    """Return a test of `ours` against each other one, over the same questions in the same order; `p_holm` is `p` yet.

    Raises:
        ValueError: the marks are not of the same length.
    """
    tests = []
    for other, theirs in marks.items():
        if other == ours or not theirs:
            continue
        pairs = list(zip(marks[ours], theirs, strict=True))
        only_ours, only_other = pairs.count((True, False)), pairs.count((False, True))
        difference = round((only_ours - only_other) / len(pairs), DIGITS)
        p = float(f"{mcnemar_exact(only_ours, only_other):.4g}")
        tests.append(PairedTest(name, part, other, difference, only_ours, only_other, len(pairs), p, p))
    return tuple(tests)


def adjust(tests: Sequence[PairedTest]) -> tuple[PairedTest, ...]:
    """Return the tests of a part with their p adjusted by Holm over all of them."""
    adjusted = holm({str(number): test.p for number, test in enumerate(tests)})
    return tuple(
        replace(test, p_holm=float(f"{adjusted[str(number)]:.4g}"))  # as many digits as p has
        for number, test in enumerate(tests)
    )


def describe_questions(questions: Iterable[Mapping[str, Any]]) -> Json:
    """Return how many questions there are and a hash over them in their order."""
    lines = [json.dumps(question, sort_keys=True) for question in questions]
    return {"questions": len(lines), "questions_sha256": _hash("\n".join(lines))}


def hash_reader() -> str:
    """Return a hash over the fitted parts of the reader: its weights and its network."""
    files = [file for file in (CHECKOUT / "assistant").iterdir() if file.suffix in (".json", ".npz", ".onnx")]
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
