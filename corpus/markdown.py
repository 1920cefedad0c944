"""Markdown with YAML front matter → one page of marked-up lines and what the front matter states."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import yaml

from corpus.documents import RawDocument, RawPage
from corpus.markup import plain_lines
from corpus.stated import without_unknown
from corpus.text import decode

_KEYS = {
    "title": "title",
    "publisher": "publisher",
    "url": "source_url",
    "source_url": "source_url",
    "language": "language",
    "lang": "language",
    "licence": "licence",
    "license": "licence",
    "date": "date",
    "kind": "kind",
    "authority": "authority",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "replaces": "replaces",
    "replaced_by": "replaced_by",
}
"""Front matter key → field of `DocumentMeta`; other keys are passed over."""

_ENTRY = re.compile(r"([A-Za-z_]{1,40}):[ \t]+(\S.*)$")
_LONGEST_FRONT_MATTER = 50_000


def read(path: Path) -> RawDocument:
    """Read a Markdown file; HTML comments, emphasis marks and image marks are not part of its text.

    Raises:
        UnreadableDocument: the file holds no text but binary data.
    """
    text, warnings = decode(path.read_bytes())
    front_matter, body = split_front_matter(text.replace("\f", "\n"))
    return RawDocument(
        pages=(RawPage(1, plain_lines(body)),), stated=stated_in(front_matter), marked_up=True, warnings=warnings
    )


def split_front_matter(text: str) -> tuple[str, str]:
    """Return what stands between the `---` lines at the very top, and the rest; without them, "" and all of it."""
    if not text.startswith("---\n"):
        return "", text
    ends = [end for mark in ("\n---", "\n...") if (end := text.find(f"{mark}\n", 3, _LONGEST_FRONT_MATTER)) >= 0]
    if not ends:
        return "", text
    return text[4 : min(ends)], text[min(ends) + 5 :]


def stated_in(front_matter: str) -> dict[str, str]:
    """Return the fields of `DocumentMeta` that front matter states.

    Much front matter is not YAML ("title: Notat: En strategi"): then each line is read as a key and a value.
    """
    try:
        values = yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        values = {
            entry[1]: entry[2].strip("\"' ") for line in front_matter.split("\n") if (entry := _ENTRY.match(line))
        }
    stated = {
        _KEYS[str(key).lower()]: str(value)
        for key, value in values.items()
        if str(key).lower() in _KEYS and isinstance(value, str | int | float | datetime.date)
    }
    return without_unknown(stated)
