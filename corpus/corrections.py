"""Corrections to a document's metadata, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import get_args

from corpus.documents import LANGUAGES, Authority, DocumentMeta, Kind
from corpus.errors import InvalidCorrection

KEYS = tuple(field.name for field in fields(DocumentMeta))
MAX_CHARACTERS = 1000
"""Longest value."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(Kind),
    "authority": get_args(Authority),
    "language": LANGUAGES,
}
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)


def checked_corrections(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the changes with white space folded.

    Raises:
        InvalidCorrection: a key that metadata does not have, or a value that the key cannot have.
    """
    return {key: _checked(key, value) for key, value in changes.items()}


def _checked(key: str, value: str) -> str:
    if key not in KEYS:
        raise InvalidCorrection(f"a document has no {key!r}: use one of {', '.join(KEYS)}")
    value = " ".join(value.split())
    if len(value) > MAX_CHARACTERS:
        raise InvalidCorrection(f"{key} is {len(value)} characters long: {MAX_CHARACTERS} at most")
    if not value.isprintable():
        raise InvalidCorrection(f"{key} has characters that cannot be shown")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise InvalidCorrection(f"{key} cannot be {value!r}: use one of {', '.join(_CHOICES[key])}")
    if key in _RULES and value:
        _RULES[key](key, value)
    if key == "title" and not value:
        raise InvalidCorrection("title cannot be empty")
    return value


def _check_date(key: str, value: str) -> None:
    problem = f"{key} must be a date like 2025, 2025-03 or 2025-03-31, not {value!r}"
    if not _DATE.fullmatch(value):
        raise InvalidCorrection(problem)
    try:
        date.fromisoformat(value + "-01" * (2 - value.count("-")))
    except ValueError as error:
        raise InvalidCorrection(problem) from error


def _check_address(key: str, value: str) -> None:
    if not value.startswith(("https://", "http://")):
        raise InvalidCorrection(f"{key} must begin with https:// or http://, not {value!r}")


_RULES: dict[str, Callable[[str, str], None]] = {
    "date": _check_date,
    "valid_from": _check_date,
    "valid_to": _check_date,
    "source_url": _check_address,
}
