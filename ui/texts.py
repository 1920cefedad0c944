"""Every word of the page that is not from a document, in Danish, Norwegian and English.

A language is one file, `texts/<language>.toml`; its tables and keys are the classes and fields below, so a key that
one file lacks stops the program at start instead of showing as a hole in the page.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

from corpus.documents import Language

T = TypeVar("T")

DEFAULT_LANGUAGE: Language = "da"
LANGUAGE_NAMES: MappingProxyType[Language, str] = MappingProxyType({"da": "Dansk", "no": "Norsk", "en": "English"})
"""Each language's name in itself, in the order they are offered."""

_FOLDER = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What stands around every page."""

    title: str
    purpose: str
    notice_heading: str
    notice: str
    skip: str
    languages: str


@dataclass(frozen=True, slots=True)
class NavigationTexts:
    """The links to the pages."""

    label: str
    ask: str
    documents: str
    inbox: str
    accessibility: str


@dataclass(frozen=True, slots=True)
class AskTexts:
    """The box, its buttons, and what is said about a question."""

    label: str
    placeholder: str
    hint: str
    send: str
    new: str
    starters_heading: str
    starters: tuple[str, ...]
    empty: str
    unusable: str
    cleared: str


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """The conversation."""

    heading: str
    question: str
    searching: str
    writing: str
    failed: str
    open_citation: str
    quoted: str
    considered: str
    considered_explained: str
    page: str
    unsupported: str
    written_by: str
    translation: str
    partial: str
    incomplete: str
    refusal_explained: str
    confidence_high: str
    confidence_high_explained: str
    confidence_medium: str
    confidence_medium_explained: str
    confidence_low: str
    confidence_low_explained: str
    warnings: str
    copy: str
    copied: str
    copy_failed: str
    copy_sources: str
    quote: str
    announced: str
    announced_sources: str


@dataclass(frozen=True, slots=True)
class SourceTexts:
    """The source panel."""

    heading: str
    empty: str
    quoted_position: str
    considered_position: str
    previous: str
    next: str
    back: str
    passage: str
    publisher: str
    date: str
    kind: str
    section: str
    page: str
    language: str
    file: str
    removed: str
    changed: str
    failed: str
    quote: str


@dataclass(frozen=True, slots=True)
class NameTexts:
    """Names of what documents are and of the languages they are in."""

    mandate: str
    minutes: str
    law: str
    strategy: str
    article: str
    leaflet: str
    brief: str
    guide: str
    other: str
    da: str
    no: str
    en: str


@dataclass(frozen=True, slots=True)
class DateTexts:
    """How a date is written; `day` has {day}, {month} and {year}."""

    day: str
    month: str
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportTexts:
    """What a file says of itself; `exported` has {date}."""

    conversation: str
    about: str
    exported: str
    quoted: str
    check: str
    unanswered: str


@dataclass(frozen=True, slots=True)
class ReasonTexts:
    """Why an answer was not liked: the reasons of `assistant.feedback`, with _ for each space."""

    quote_not_in_the_source: str
    wrong_source: str
    missing_source: str
    missing_essential_detail: str
    wrong_language: str
    should_have_refused: str
    should_have_answered: str
    other: str


@dataclass(frozen=True, slots=True)
class CauseTexts:
    """Where a fault lies."""

    program: str
    document: str
    question: str


@dataclass(frozen=True, slots=True)
class ImportanceTexts:
    """How important a fault is."""

    low: str
    normal: str
    high: str


@dataclass(frozen=True, slots=True)
class StateTexts:
    """What has been done about feedback."""

    new: str
    sorted: str
    closed: str


@dataclass(frozen=True, slots=True)
class FeedbackTexts:
    """What a person says of an answer, and the inbox it comes to."""

    heading: str
    up: str
    down: str
    reason: str
    comment: str
    comment_hint: str
    send: str
    thanks: str
    change: str
    withdraw: str
    withdrawn: str
    failed: str
    inbox: str
    inbox_empty: str
    cause: str
    importance: str
    note: str
    sort: str
    close: str
    make_case: str
    reasons: ReasonTexts
    causes: CauseTexts
    importances: ImportanceTexts
    states: StateTexts


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language; `language` is its code, for `lang` attributes."""

    language: Language
    page: PageTexts
    navigation: NavigationTexts
    ask: AskTexts
    answer: AnswerTexts
    source: SourceTexts
    names: NameTexts
    dates: DateTexts
    export: ExportTexts
    feedback: FeedbackTexts


@cache
def load_texts(language: Language) -> Texts:
    """Read the texts of a language.

    Raises:
        ValueError: the file lacks a key, has one too many, or one of another type; the message names them.
    """
    path = _FOLDER / f"{language}.toml"
    return _build(Texts, tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def format_date(date: str, texts: DateTexts) -> str:
    """Write an ISO 8601 date, which may stop at the month or the year; what is no such date is returned as it is.

    >>> format_date("2025-01", load_texts("da").dates)
    'januar 2025'
    """
    parts = date.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or not 2 <= len(parts) <= 3:
        return date
    month, day = int(parts[1]), int(parts[2]) if len(parts) == 3 else None
    if not 1 <= month <= 12:
        return date
    name = texts.months[month - 1]
    if day is None:
        return texts.month.format(month=name, year=parts[0])
    return texts.day.format(day=day, month=name, year=parts[0])


def _build(shape: type[T], table: dict[str, Any], place: str) -> T:
    names = {field.name for field in fields(shape)}  # type: ignore[arg-type]
    if names != table.keys():
        raise ValueError(f"{place}: missing {sorted(names - table.keys())}, unknown {sorted(table.keys() - names)}")
    types = get_type_hints(shape)
    return shape(**{name: _convert(types[name], table[name], f"{place}: {name}") for name in names})


def _convert(wanted: Any, value: Any, place: str) -> Any:
    if is_dataclass(wanted) and isinstance(value, dict):
        return _build(wanted, value, place)  # type: ignore[arg-type]
    if wanted is str and isinstance(value, str) and value.strip():
        return value
    if wanted is Language and value in get_args(Language):
        return value
    if wanted == tuple[str, ...] and isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ValueError(f"{place} has the wrong type or is empty: {value!r}")
