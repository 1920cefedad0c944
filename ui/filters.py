"""The part of the library that a question is asked of: what a person can choose, and what they have chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from corpus.documents import LANGUAGES, DocumentMeta, Kind, Language
from indexing.hits import Filters

MAX_SENT = 1000
"""Values of one filter that are read of what a browser sends."""


class Stored(Protocol):
    """A document of the library, as far as it can be chosen by."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """The name of its file."""
        ...

    @property
    def meta(self) -> DocumentMeta:
        """What is known about it."""
        ...


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that can be chosen, with what it is called."""

    id: str
    title: str
    language: Language
    year: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person has chosen to search in; an empty field leaves all in. Years are written "2031", inclusive."""

    documents: tuple[NamedDocument, ...] = ()
    kinds: tuple[Kind, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    first_year: str = ""
    last_year: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Scope()

    @property
    def filters(self) -> Filters:
        """The same as the retriever takes it."""
        return Filters(
            languages=self.languages,
            kinds=self.kinds,
            publishers=self.publishers,
            documents=tuple(document.id for document in self.documents),
            date_from=self.first_year,
            date_to=self.last_year,
        )


WHOLE = Scope()
"""The whole library."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose among: documents by title, kinds, publishers by name, languages, years newest first."""

    documents: tuple[NamedDocument, ...] = ()
    kinds: tuple[Kind, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    years: tuple[str, ...] = ()


def choices_among(stored: Iterable[Stored]) -> Choices:
    """Return what can be chosen among the documents of a library."""
    every = list(stored)
    metas = [document.meta for document in every]
    return Choices(
        documents=tuple(sorted(map(_named, every), key=lambda document: (document.title.casefold(), document.id))),
        kinds=tuple(sorted({meta.kind for meta in metas})),
        publishers=tuple(sorted({meta.publisher for meta in metas} - {""}, key=str.casefold)),
        languages=tuple(language for language in LANGUAGES if any(meta.language == language for meta in metas)),
        years=tuple(sorted({_year(meta) for meta in metas} - {""}, reverse=True)),
    )


def choose(sent: object, choices: Choices) -> Scope:
    """Read what a browser sent as its choice; what there is not to choose is left out.

    Args:
        sent: a mapping of the fields of `Scope` to lists of values, documents by their ids, and years.
        choices: what there is.
    """
    given: Mapping[object, object] = sent if isinstance(sent, Mapping) else {}
    documents, kinds, publishers, languages = (
        _values(given.get(name)) for name in ("documents", "kinds", "publishers", "languages")
    )
    first, last = (_one_of(given.get(name), choices.years) for name in ("first_year", "last_year"))
    if first and last:
        first, last = sorted((first, last))
    return Scope(
        documents=tuple(document for document in choices.documents if document.id in documents),
        kinds=tuple(kind for kind in choices.kinds if kind in kinds),
        publishers=tuple(publisher for publisher in choices.publishers if publisher in publishers),
        languages=tuple(language for language in choices.languages if language in languages),
        first_year=first,
        last_year=last,
    )


def only_document(document_id: object, choices: Choices) -> Scope | None:
    """Return the scope of one document alone, None where there is no such document."""
    found = [document for document in choices.documents if document.id == document_id]
    return Scope(documents=tuple(found)) if found else None


def still_there(scope: Scope, choices: Choices) -> Scope:
    """Return what is left of a choice now that the library may have changed."""
    return choose(_sent(scope), choices)


def scope_to_json(scope: Scope) -> dict[str, Any]:
    """Return a scope as JSON can hold it; without the fields that leave all in."""
    return {name: value for name, value in asdict(scope).items() if value}


def scope_from_json(value: Mapping[str, Any]) -> Scope:
    """Read what `scope_to_json` wrote.

    Raises:
        TypeError: it is something else.
    """
    given: dict[str, Any] = {
        name: tuple(held) if isinstance(held, list | tuple) else held for name, held in value.items()
    }
    given["documents"] = tuple(NamedDocument(**document) for document in given.get("documents", ()))
    return Scope(**given)


def _named(stored: Stored) -> NamedDocument:
    meta = stored.meta
    return NamedDocument(stored.id, meta.title or stored.name, meta.language, _year(meta))


def _year(meta: DocumentMeta) -> str:
    year = meta.date[:4]
    return year if len(year) == 4 and year.isascii() and year.isdigit() else ""


def _values(sent: object) -> frozenset[str]:
    given = sent[:MAX_SENT] if isinstance(sent, list) else []
    return frozenset(value for value in given if isinstance(value, str))


def _one_of(sent: object, years: tuple[str, ...]) -> str:
    return sent if isinstance(sent, str) and sent in years else ""


def _sent(scope: Scope) -> dict[str, object]:
    return {
        "documents": [document.id for document in scope.documents],
        "kinds": list(scope.kinds),
        "publishers": list(scope.publishers),
        "languages": list(scope.languages),
        "first_year": scope.first_year,
        "last_year": scope.last_year,
    }
