"""What a reader has to know of the sources of an answer: their language, their age, and where they do not agree."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from assistant.disagreeing import Difference, Said, disagreements_among
from assistant.phrases import (
    ALSO_FOREIGN_QUOTE,
    FOREIGN_QUOTE,
    LANGUAGE_NAMES,
    NEWER_OF_TWO,
    NO_LONGER_VALID,
    OLD_SOURCE,
    ONLY_SOURCE_IS_OLD,
    QUOTED,
    SOURCES_DISAGREE,
    SUPERSEDED,
    UNDATED,
    spoken_date,
)
from corpus.documents import DocumentMeta, Kind, Language

AGEING_KINDS: frozenset[Kind] = frozenset({"minutes", "article", "brief"})
"""Kinds that tell how things stood when they were written: minutes, news, digests and reports."""
OLD_AFTER_YEARS = 5
MOST_DISAGREEMENTS = 3
"""Disagreements that an answer tells of."""
_LONGEST_QUOTE = 200
_AROUND = 80
"""Characters of a longer sentence that are shown on each side of its value."""


def source_warnings(language: Language, sources: Sequence[Said], today: str) -> tuple[str, ...]:
    """Return what a reader has to know of sources, in the language of the answer, each line once.

    First foreign languages, and which sources are replaced or no longer in force. Then where two of them do not agree,
    with their dates and which is newer. Last, which are old: see `is_old`; a source whose date stands in a
    disagreement already, or that is replaced or no longer in force, is not told of again.

    Args:
        language: of the answer.
        sources: the quotes of the answer, in order, those of a rival among them.
        today: ISO 8601, to the day.
    """
    disagreements = list(islice(disagreements_among(sources), MOST_DISAGREEMENTS))
    told = {said.document_id for one, other, _ in disagreements for said in (one, other)}
    lines = [*_languages_of(language, sources)]
    lines += [line for said in sources for line in _state_of(language, said, today)]
    lines += [disagreement_warning(language, one, other, difference) for one, other, difference in disagreements]
    lines += _ages_of(language, sources, today, told)
    return tuple(dict.fromkeys(lines))


def _languages_of(language: Language, sources: Sequence[Said]) -> Iterator[str]:
    spoken = list(dict.fromkeys(said.language for said in sources))
    phrase = FOREIGN_QUOTE if len(spoken) == 1 else ALSO_FOREIGN_QUOTE
    for foreign in spoken:
        if foreign != language:
            yield phrase[language].format(language=LANGUAGE_NAMES[language][foreign])


def _state_of(language: Language, said: Said, today: str) -> Iterator[str]:
    meta = said.meta
    if meta.replaced_by:
        yield SUPERSEDED[language].format(title=meta.title, by=meta.replaced_by)
    elif has_expired(meta, today):
        yield NO_LONGER_VALID[language].format(title=meta.title, until=meta.valid_to)


def has_expired(meta: DocumentMeta, today: str) -> bool:
    """Return whether a document says of itself that it is no longer in force."""
    return bool(meta.valid_to) and meta.valid_to < today[: len(meta.valid_to)]


def disagreement_warning(language: Language, one: Said, other: Said, difference: Difference) -> str:
    """Return the line that gives the sentences of two sources that do not agree, the newer first, with their dates."""
    places = [
        (one.meta, _shown(difference.first, difference.first_value)),
        (other.meta, _shown(difference.second, difference.second_value)),
    ]
    newest = newer_of(one.meta.date, other.meta.date)
    places.sort(key=lambda place: newest != "" and place[0].date != newest)
    newer, older = (_placed(language, *place) for place in places)
    line = SOURCES_DISAGREE[language].format(newer=newer, older=older)
    return f"{line} {NEWER_OF_TWO[language].format(date=spoken_date(newest, language))}" if newest else line


def newer_of(date: str, other: str) -> str:
    """Return the newer of two ISO 8601 dates, "" where one is missing or they may be the same.

    >>> newer_of("2025-03-04", "2026"), newer_of("2025-03-04", "2025")
    ('2026', '')
    """
    length = min(len(date), len(other))
    return max(date, other) if length and date[:length] != other[:length] else ""


def _placed(language: Language, meta: DocumentMeta, sentence: str) -> str:
    date = spoken_date(meta.date, language) or UNDATED[language]
    return f"{QUOTED[language].format(quote=sentence)} ({meta.title}, {date})"


def _shown(sentence: str, value: str) -> str:
    """Return a sentence on one line; of a long one, the words around its value."""
    line = " ".join(sentence.split())
    if len(line) <= _LONGEST_QUOTE:
        return line
    at = max(line.find(value), 0)
    before, after = line[:at], line[at + len(value) :]
    opening = before if len(before) <= _AROUND else "… " + before[-_AROUND:].partition(" ")[2]
    rest = after if len(after) <= _AROUND else after[:_AROUND].rpartition(" ")[0].rstrip(" ,;") + " …"
    return opening + value + rest


def _ages_of(language: Language, sources: Sequence[Said], today: str, told: Collection[str]) -> list[str]:
    documents = {said.document_id: said.meta for said in sources}
    old = [meta for document_id, meta in documents.items() if document_id not in told and is_old(meta, today)]
    if len(documents) == 1:
        return [ONLY_SOURCE_IS_OLD[language].format(year=meta.date[:4]) for meta in old]
    return [OLD_SOURCE[language].format(title=meta.title, year=meta.date[:4]) for meta in old]


def is_old(meta: DocumentMeta, today: str) -> bool:
    """Return whether a reader has to be told how old a document is.

    Minutes, articles and briefs (digests, news, reports) tell how things stood on their date, so they are old when
    more than five years have passed since. Of a date that stops at the year or the month, its last day counts. Laws,
    mandates, strategies, guides and leaflets hold until something else takes their place, whatever their age, as do
    documents that are binding, or say themselves how long they hold; documents of no known kind or date are left
    alone, and one that was replaced carries a warning of its own.

    Args:
        meta: of the document.
        today: ISO 8601, to the day.
    """
    if meta.kind not in AGEING_KINDS or meta.authority == "binding" or not meta.date[:4].isdecimal():
        return False
    if meta.valid_from or meta.valid_to or meta.replaced_by:
        return False
    ends = f"{int(meta.date[:4]) + OLD_AFTER_YEARS:04}{meta.date[4:]}"
    return ends < today[: len(ends)]
