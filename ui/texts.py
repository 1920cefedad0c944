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
    copy_words: str
    copied: str
    copy_failed: str
    copy_link: str
    link_copied: str
    link_failed: str
    word: str
    word_all: str
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
class OriginalTexts:
    """The file that a source was read from, and its pages; {page} is a number, {title} a document's."""

    heading: str
    view: str
    page: str
    text: str
    sheet: str
    picture: str
    position: str
    previous: str
    next: str
    to_quote: str
    zoom_in: str
    zoom_out: str
    continues: str
    unmarked: str
    unshown: str
    open: str
    open_page: str
    download: str
    gone: str
    changed: str
    unknown: str
    no_page: str
    unreadable: str
    unavailable: str


@dataclass(frozen=True, slots=True)
class ConversationTexts:
    """The conversations that are kept; {name} is one's name, {count} a number of them."""

    heading: str
    explained: str
    search: str
    empty: str
    unfound: str
    newest: str
    rename: str
    rename_named: str
    name: str
    save: str
    cancel: str
    delete: str
    delete_named: str
    delete_asked: str
    delete_all: str
    delete_all_asked: str
    opened: str
    renamed: str
    deleted: str
    all_deleted: str
    not_found: str
    answer_not_found: str
    nameless: str
    not_kept: str
    unavailable: str
    export_failed: str


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
    unkept: str
    reason_missing: str
    too_many: str
    gone: str
    cancel: str
    reasons: ReasonTexts
    causes: CauseTexts
    importances: ImportanceTexts
    states: StateTexts


@dataclass(frozen=True, slots=True)
class InboxTexts:
    """The page of the inbox.

    `tab` has {state} and {count}, `total` {count}, {up} and {down}, `moment` {date} and {time}, `cases_explained`
    {command}, `invalid` {most}.
    """

    tabs: str
    tab: str
    total: str
    spread: str
    question: str
    answer: str
    unanswered: str
    quotes: str
    earlier: str
    verdict: str
    reason: str
    received: str
    changed: str
    moment: str
    program: str
    model: str
    extractive: str
    sorting: str
    choose: str
    make_cases: str
    cases_explained: str
    closed: str
    sorted: str
    invalid: str
    gone: str
    older: str
    newest: str
    pager: str
    forbidden: str
    unavailable: str


@dataclass(frozen=True, slots=True)
class FilterTexts:
    """What limits a search to a part of the documents, and what is said of it over an answer."""

    heading: str
    chosen: str
    more: str
    documents: str
    find: str
    found: str
    unlisted: str
    kinds: str
    publishers: str
    languages: str
    years: str
    years_hint: str
    first_year: str
    last_year: str
    any_year: str
    since: str
    until: str
    clear: str
    cleared: str
    nothing_to_choose: str
    searched: str
    partly: str
    everywhere: str
    only: str
    only_announced: str
    gone: str


@dataclass(frozen=True, slots=True)
class DocumentStateTexts:
    """How a document is doing."""

    ready: str
    without_vectors: str
    warnings: str
    changed: str
    gone: str


@dataclass(frozen=True, slots=True)
class AuthorityTexts:
    """What a document counts for, with _ for each space."""

    binding: str
    guidance: str
    decision_record: str
    information: str


@dataclass(frozen=True, slots=True)
class DocumentNoticeTexts:
    """What is said when something has been done."""

    uploaded: str
    nothing_chosen: str
    corrected: str
    unchanged: str
    removed: str
    not_deleted: str
    titles_pending: str
    replacing: str


@dataclass(frozen=True, slots=True)
class AddingTexts:
    """Handing files in; `limits` has {megabytes} and {suffixes}."""

    heading: str
    choose: str
    drop: str
    limits: str
    send: str
    jobs: str
    no_jobs: str
    refresh: str
    progress: str
    sentences: str
    open: str
    details: str
    sending: str
    waiting: str
    reading: str
    embedding: str
    added: str
    changed: str
    kept: str
    failed: str


@dataclass(frozen=True, slots=True)
class IntakeFailureTexts:
    """Why a file was not taken in."""

    needs_ocr: str
    needs_password: str
    too_large: str
    unsupported: str
    unreadable: str
    full: str
    program: str
    sending: str


@dataclass(frozen=True, slots=True)
class DocumentDetailsTexts:
    """One document; `remove_question` has {title}."""

    facts: str
    corrected: str
    valid_from: str
    valid_to: str
    open_original: str
    download_original: str
    ask_here: str
    warnings: str
    outline: str
    chunks: str
    chunk: str
    no_chunks: str
    versions: str
    version: str
    version_shortened: str
    correct: str
    date_hint: str
    save: str
    invalid_date: str
    invalid_title: str
    invalid_text: str
    invalid_choice: str
    invalid_summary: str
    replace: str
    replace_explained: str
    replace_file: str
    replace_send: str
    remove: str
    remove_question: str
    remove_explained: str
    remove_with_file: str
    remove_without_file: str
    remove_confirm: str
    keep: str


@dataclass(frozen=True, slots=True)
class DocumentsTexts:
    """What stands on the pages about documents; `caption` has {count}, `sort_by` has {column}."""

    heading: str
    caption: str
    find: str
    find_hint: str
    sort: str
    sort_by: str
    newest_first: str
    show: str
    show_all: str
    none: str
    none_found: str
    title: str
    kind: str
    date: str
    publisher: str
    authority: str
    language: str
    validity: str
    pages: str
    state: str
    file: str
    added: str
    valid_between: str
    valid_since: str
    valid_until: str
    unknown: str
    previous: str
    next: str
    pager: str
    position: str
    back: str
    back_to_document: str
    not_found: str
    forbidden: str
    busy: str
    unreadable_form: str
    states: DocumentStateTexts
    authorities: AuthorityTexts
    notices: DocumentNoticeTexts
    adding: AddingTexts
    failures: IntakeFailureTexts
    details: DocumentDetailsTexts


@dataclass(frozen=True, slots=True)
class RefusalTexts:
    """Why a request is turned away: the reasons of `ui.people.identifying`."""

    not_signed_in: str
    cross_site: str
    unknown_host: str
    unknown_proxy: str
    unusable_name: str
    unavailable: str


@dataclass(frozen=True, slots=True)
class PeopleTexts:
    """Signing in and out; `wait` has {seconds}, `error_title` {title} and `signed_in` {name}."""

    sign_in: str
    name: str
    password: str
    help: str
    wrong: str
    wait: str
    busy: str
    unreadable: str
    error_title: str
    signed_in: str
    sign_out: str
    signed_out: str
    refusals: RefusalTexts


@dataclass(frozen=True, slots=True)
class AccessibilityTexts:
    """The statement of accessibility; `reviewed` has {date}."""

    title: str
    intro: tuple[str, ...]
    works_heading: str
    works: tuple[str, ...]
    lacks_heading: str
    lacks: tuple[str, ...]
    tested_heading: str
    tested: tuple[str, ...]
    report_heading: str
    report: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language; `language` is its code, for `lang` attributes."""

    language: Language
    page: PageTexts
    navigation: NavigationTexts
    ask: AskTexts
    answer: AnswerTexts
    source: SourceTexts
    original: OriginalTexts
    conversations: ConversationTexts
    filters: FilterTexts
    names: NameTexts
    dates: DateTexts
    export: ExportTexts
    feedback: FeedbackTexts
    people: PeopleTexts
    inbox: InboxTexts
    documents: DocumentsTexts
    accessibility: AccessibilityTexts


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
