"""Personal numbers and addresses are masked before anything is sent or logged, and restored on the way back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.personal import Personal, PersonalKind, apart, find_personal

REDACTED: dict[PersonalKind, str] = {
    "CPR": "[CPR number]",
    "FNR": "[Norwegian personal number]",
    "EMAIL": "[e-mail address]",
    "PHONE": "[phone number]",
}
"""What stands in a log instead."""

_ALWAYS_HIDDEN = ("CPR", "FNR")
"""What is never kept, not even where an answer quotes it from a document."""
_UNWRITABLE = re.compile(r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Halves of surrogate pairs, which are no text, and control characters."""

_PLACEHOLDER = re.compile(r"\[ ?(CPR|FNR|EMAIL|PHONE|TEXT)[ _-](\d{1,5})(?:\.(\d{1,5}))? ?\]", re.IGNORECASE)
"""As a model may write it down; whatever is read as a placeholder on the way back is hidden on the way out."""


def redact(text: str) -> str:
    """Return a text as it may stand in a log: fixed words instead of what is personal.

    >>> redact("Jeg hedder Anna, cpr 010190-1234")
    'Jeg hedder Anna, cpr [CPR number]'
    """
    found = find_personal(text)
    return _replaced(text, found, [REDACTED[one.kind] for one in found])


def redact_json(value: Any, own: str) -> Any:
    """Return JSON as it may be kept: an answer that quotes documents, for one.

    Its texts stay word for word, so that quotes can be held against their documents. A text that holds a personal
    number, or something personal that also stands in `own`, what the person wrote, has everything personal hidden.
    """
    return _redact_json(value, frozenset((found.kind, found.identity) for found in find_personal(own)))


def writable(text: str) -> str:
    """Return a text as any file can hold it: a mark instead of what is no text, or a control character."""
    return _UNWRITABLE.sub("\ufffd", text)


class Mask:
    """What is hidden in the texts of one request, so that it can be restored in the reply.

    The same number has the same placeholder in every text ("[PHONE-1]"); written another way it has "[PHONE-1.2]", so
    that a quote comes back as it stands in its document. A text of the request that looks like a placeholder is hidden
    too: it comes back as itself, never as somebody's number. One that the model makes up stays as it is. Placeholders
    and what they stand for need no escape in JSON: a reply can be restored before or after it is parsed.
    """

    def __init__(self) -> None:
        self._originals: dict[str, str] = {}
        self._placeholders: dict[tuple[PersonalKind, str], str] = {}
        self._numbers: dict[tuple[PersonalKind, str], int] = {}
        self._spellings: Counter[tuple[PersonalKind, int]] = Counter()
        self._counts: Counter[PersonalKind] = Counter()

    def hide(self, text: str) -> str:
        """Return a text with a placeholder for everything personal in it."""
        personal = find_personal(text)
        lookalikes = (
            Personal("TEXT", match.start(), match.end(), match.group()) for match in _PLACEHOLDER.finditer(text)
        )
        found = sorted([*personal, *apart(lookalikes, personal)], key=lambda one: one.start)
        return _replaced(text, found, [self._placeholder(one, text[one.start : one.end]) for one in found])

    def restore(self, text: str) -> str:
        """Return a text with everything that was hidden back in its place."""
        return _PLACEHOLDER.sub(lambda match: self._originals.get(_canonical(match), match.group()), text)

    def _placeholder(self, personal: Personal, written: str) -> str:
        known = self._placeholders.get((personal.kind, written))
        if known is not None:
            return known
        kind = personal.kind
        if (kind, personal.identity) not in self._numbers:
            self._counts[kind] += 1
            self._numbers[(kind, personal.identity)] = self._counts[kind]
        number = self._numbers[(kind, personal.identity)]
        self._spellings[(kind, number)] += 1
        spelling = self._spellings[(kind, number)]
        placeholder = f"[{kind}-{number}]" if spelling == 1 else f"[{kind}-{number}.{spelling}]"
        self._placeholders[(kind, written)] = placeholder
        self._originals[placeholder] = written
        return placeholder


def _redact_json(value: Any, known: frozenset[tuple[PersonalKind, str]]) -> Any:
    if isinstance(value, Mapping):
        return {key: _redact_json(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_redact_json(part, known) for part in value]
    if not isinstance(value, str):
        return value
    text = writable(value)
    found = find_personal(text)
    return redact(text) if any(o.kind in _ALWAYS_HIDDEN or (o.kind, o.identity) in known for o in found) else text


def _canonical(match: re.Match[str]) -> str:
    kind, number, spelling = match.groups()
    return f"[{kind.upper()}-{int(number)}]" if spelling is None else f"[{kind.upper()}-{int(number)}.{int(spelling)}]"


def _replaced(text: str, found: Sequence[Personal], instead: Sequence[str]) -> str:
    parts, at = [], 0
    for one, words in zip(found, instead, strict=True):
        parts += [text[at : one.start], words]
        at = one.end
    return "".join([*parts, text[at:]])
