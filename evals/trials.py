"""Trials in a file, one a line, so that a run that was ended goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from filelock import FileLock, Timeout

from corpus.documents import LANGUAGES
from evals.errors import EvaluationError
from evals.results import Passage, Trial

IDENTITY = "run"
"""The one key of the first line: what the run was made with."""
_IN_WORDS: Mapping[str, str] = {
    "code_sha256": "the code",
    "corpus_sha256": "the documents",
    "documents": "the documents",
    "questions_sha256": "the questions",
    "questions": "the question files",
    "seed": "the seed",
    "version": "the version",
    "model": "the model",
    "embedder": "the embedder",
    "answer_from": "the confidence to answer from",
}


class TrialsFile:
    """The trials of one run: those it had when opened, and each new one as soon as it is added.

    `begun_anew_because` names what changed, where trials of another run were discarded ("the code, the seed"); it is
    "" where none were. Until it is closed no other process can open the file.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        """Open the file of a run.

        Args:
            path: made where it is missing; begun anew where it is of a run with another identity.
            identity: what the trials depend on, as JSON: hashes of questions, corpus and code, the seed.

        Raises:
            EvaluationError: the file cannot be read or written, is something else, or another process has it open.
        """
        self._path = path
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise EvaluationError(
                f"another process is evaluating into {path.parent}: wait for it, or give another folder with --out"
            ) from None
        except OSError as error:
            raise _cannot_keep(path, error) from error
        try:
            self._open(identity)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, identity: Mapping[str, Any]) -> None:
        try:
            self.done, whole, self.begun_anew_because = _read(self._path, json.loads(json.dumps(dict(identity))))
            self._file: IO[bytes] = self._path.open("r+b" if whole else "wb")
            self._file.truncate(whole)
            self._file.seek(whole)
        except OSError as error:
            raise _cannot_keep(self._path, error) from error
        if not whole:
            self._append({IDENTITY: dict(identity)})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, trial: Trial) -> None:
        """Write a trial.

        Raises:
            EvaluationError: the file cannot be written.
        """
        self._append(trial_to_json(trial))

    def close(self) -> None:
        """Close the file; another process may open it."""
        self._file.close()
        self._lock.release()

    def _append(self, value: Mapping[str, Any]) -> None:
        try:
            self._file.write(json.dumps(value).encode("ascii") + b"\n")
            self._file.flush()
        except OSError as error:
            raise _cannot_keep(self._path, error) from error


def trial_to_json(trial: Trial) -> dict[str, Any]:
    """Return the object of a trial; `trial_from_json` makes an equal trial of it."""
    return {
        "id": trial.case_id,
        "answer": trial.answer,
        "forced": trial.forced,
        "passages": _passages_to_json(trial.passages),
        "stand_alone": None if trial.stand_alone is None else _passages_to_json(trial.stand_alone),
        "disturbed": {name: [text, _passages_to_json(found)] for name, (text, found) in trial.disturbed.items()},
        "detected": trial.detected,
        "error": trial.error,
        "milliseconds": trial.milliseconds,
        "retrieval_milliseconds": trial.retrieval_milliseconds,
    }


def trial_from_json(value: Mapping[str, Any]) -> Trial:
    """Return the trial that an object describes.

    Raises:
        ValueError: the object is no trial.
    """
    try:
        return Trial(
            case_id=_required(value["id"], str),
            answer=_optional(value["answer"], dict),
            forced=_optional(value["forced"], dict),
            passages=_passages_from_json(value["passages"]),
            stand_alone=None if value["stand_alone"] is None else _passages_from_json(value["stand_alone"]),
            disturbed={
                name: (_required(text, str), _passages_from_json(found))
                for name, (text, found) in value["disturbed"].items()
            },
            detected=next((language for language in LANGUAGES if language == value["detected"]), None),
            error=_required(value["error"], str),
            milliseconds=float(value["milliseconds"]),
            retrieval_milliseconds=float(value["retrieval_milliseconds"]),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no trial: {error}") from error


def _cannot_keep(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(f"cannot keep the trials in {path}: {error.strerror or error}")


def _read(path: Path, identity: Mapping[str, Any]) -> tuple[dict[str, Trial], int, str]:
    """Return the trials of the run by case id, how many bytes of the file are whole lines of it, and what changed.

    A line that a crash has torn, or that is no trial, is passed over; a case that failed is to be tried again.

    Raises:
        EvaluationError: the file is something else.
    """
    content = path.read_bytes() if path.exists() else b""
    whole = content.rfind(b"\n") + 1
    if not whole and _is_torn_beginning(content):
        return {}, 0, ""
    lines = [_parse(line) for line in content[:whole].split(b"\n")]
    former = lines[0].get(IDENTITY)
    if len(lines[0]) != 1 or not isinstance(former, dict):
        raise EvaluationError(
            f"{path} does not hold the trials of a run and is left as it is: give another folder with --out"
        )
    if former != identity:
        return {}, 0, _what_changed(former, identity) if any(lines[1:]) else ""
    done: dict[str, Trial] = {}
    for line in lines[1:]:
        try:
            trial = trial_from_json(line)
        except ValueError:
            continue
        if not trial.error:
            done[trial.case_id] = trial
    return done, whole, ""


def _is_torn_beginning(content: bytes) -> bool:
    """Return whether a file without a whole line is what a crash leaves of the first one."""
    begins = json.dumps({IDENTITY: {}}).encode("ascii").rstrip(b"}")
    return content.startswith(begins) or begins.startswith(content)


def _what_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    keys = [key for key in dict.fromkeys([*now, *before]) if before.get(key) != now.get(key)]
    return ", ".join(dict.fromkeys(_IN_WORDS.get(key, key) for key in keys)) or "how runs are described"


def _parse(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _required(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not {kind.__name__}")
    return value


def _optional(value: Any, kind: type) -> Any:
    return None if value is None else _required(value, kind)


def _passages_to_json(passages: tuple[Passage, ...]) -> list[list[Any]]:
    return [[passage.document, passage.start, passage.end] for passage in passages]


def _passages_from_json(rows: Any) -> tuple[Passage, ...]:
    return tuple(
        Passage(_required(document, str), _required(start, int), _required(end, int)) for document, start, end in rows
    )
