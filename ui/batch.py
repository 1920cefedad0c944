"""A file of questions, one JSON object a line, read and checked whole before the first is answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.messages import Turn
from corpus.documents import Language
from ui.errors import UsageError
from ui.terminal import well_formed

LANGUAGE_CODES: dict[str, Language] = {"da": "da", "no": "no", "nb": "no", "nn": "no", "en": "en"}
"""Language codes of a question file → the language to answer in; any other code leaves it to detection."""


class BadBatch(UsageError):
    """The file of questions cannot be used; the message names the line, counted from 1."""


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of the file. `id` is what the line has, a string or a number; without one, the line's number."""

    id: str | int | float
    question: str
    language: Language | None = None
    history: tuple[Turn, ...] = ()


def load_batch(source: str) -> list[BatchQuestion]:
    """Read a file of questions, `-` for standard input; empty lines are passed over.

    Raises:
        BadBatch: the file cannot be read, or a line of it is not a question.
    """
    if source == "-" and sys.stdin is None:  # it was closed: `--batch - <&-`
        raise BadBatch("cannot read the questions: standard input is closed")
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadBatch(f"cannot read the questions in {source}: {reason}") from error
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise BadBatch(f"{source}, line {number}: not UTF-8 text") from error
    return [
        _parse_line(line, f"{source}, line {number}", number) for number, line in enumerate(lines, 1) if line.strip()
    ]


def _parse_line(line: str, place: str, number: int) -> BatchQuestion:
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadBatch(f"{place}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise BadBatch(f'{place}: an object with "id" and "question" is needed, this is {_kind(value)}')
    question = value.get("question")
    if not isinstance(question, str):
        raise BadBatch(f'{place}: "question" must be text, it is {_kind(question)}')
    identity = value.get("id", str(number))
    if isinstance(identity, bool) or not isinstance(identity, str | int | float):
        raise BadBatch(f'{place}: "id" must be text or a number, it is {_kind(identity)}')
    language = value.get("lang")
    if language is not None and not isinstance(language, str):
        raise BadBatch(f'{place}: "lang" must be text, it is {_kind(language)}')
    return BatchQuestion(
        id=identity,
        question=well_formed(question),
        language=LANGUAGE_CODES.get(language or ""),
        history=_parse_history(value.get("history"), place),
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _parse_history(value: Any, place: str) -> tuple[Turn, ...]:
    pairs: Sequence[Any] = value if isinstance(value, list) else ()
    turns = tuple(Turn(well_formed(pair[0]), well_formed(pair[1])) for pair in pairs if _is_pair(pair))
    if (value is not None and not isinstance(value, list)) or len(turns) != len(pairs):
        raise BadBatch(f'{place}: "history" must be a list of [question, answer], oldest first')
    return turns


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "missing")
