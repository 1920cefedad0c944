"""Files of JSON objects, one a line, and their fields: what is wrong is said with its place and the field's name."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from assistant.messages import Turn
from evals.errors import BadCases

Made = TypeVar("Made")

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 100


def read_text(path: Path) -> str:
    """Return the text of a file that was named on the command line.

    Raises:
        BadCases: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadCases(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCases(f"{path}: not UTF-8 text") from error


def read_lines(
    lines: Iterable[str], source: object, make: Callable[[Mapping[str, Any]], Made]
) -> Iterator[tuple[str, Made]]:
    """Yield the place of each line ("q.jsonl, line 3") and what is made of its object; empty lines are passed over.

    Raises:
        BadCases: a line is no object, or `make` raised ValueError; the message has the place.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{source}, line {number}"
            try:
                made = make(_parse_object(line))
            except (ValueError, RecursionError) as error:
                raise BadCases(f"{place}: {error}") from error
            yield place, made


def _parse_object(line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ValueError("an object is needed")
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair can never be written
    return value


def text_of(value: Mapping[str, Any], field: str) -> str:
    """Return a field that must be text; it may be empty.

    Raises:
        ValueError: it is missing or is something else.
    """
    found = value.get(field)
    if not isinstance(found, str):
        raise ValueError(f'"{field}" must be text')
    return found


def one_of(value: Mapping[str, Any], field: str, allowed: tuple[Any, ...]) -> Any:
    """Return a field that must be one of some texts or truth values.

    Raises:
        ValueError: it is missing or is something else.
    """
    found = value.get(field)
    if not any(found is one or (isinstance(found, str) and found == one) for one in allowed):
        raise ValueError(f'"{field}" must be one of {", ".join(map(str, allowed))}, it is {short(found)}')
    return found


def history_of(value: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Return the conversation before a question, oldest turn first; a field that is missing or null gives none.

    Raises:
        ValueError: it is no list of pairs of texts.
    """
    pairs = value.get("history") or []
    if not isinstance(pairs, list) or not all(_is_turn(pair) for pair in pairs):
        raise ValueError('"history" must be a list of [question, answer], oldest first')
    return tuple(Turn(question, answer) for question, answer in pairs)


def _is_turn(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def short(value: Any) -> str:
    """Return a value as it is written, cut where it is long."""
    return _SHORT.repr(value)
