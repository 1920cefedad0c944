"""Check the sentences of an answer against the quotes they cite, and the quotes against the documents."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.settings import Settings
from ui.commands.options import add_json_option, wants_json
from ui.errors import UsageError
from ui.terminal import one_line, well_formed

if TYPE_CHECKING:  # imports numpy
    from assistant.quoting import QuotableText
    from corpus.library import Library

NAME = "verify"
HELP = "check sentences against the quotes they cite (JSON on standard input)"

MAX_BYTES = 20_000_000
"""Of the JSON that is read."""


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A quote and the file name of the document it is said to stand in."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer with what it cites."""

    text: str
    citations: tuple[CitedQuote, ...]


class QuotedDocuments:
    """The documents of a library by file name, each read when a quote of it is first looked up."""

    def __init__(self, library: Library) -> None:
        """Take the library; it is only read."""
        self._library = library
        self._ids: dict[str, list[str]] = defaultdict(list)
        for document in library.documents():
            self._ids[document.name.casefold()].append(document.id)
            self._ids[document.id].append(document.id)
        self._texts: dict[str, QuotableText] = {}

    def problem_of(self, citation: CitedQuote) -> str:
        """Return why a citation is no proof of anything, "" where its quote stands in the document it names.

        Where several documents have the name, it is enough that the quote stands in one of them.
        """
        ids = self._ids.get(citation.document) or self._ids.get(citation.document.casefold(), [])
        if not ids:
            return f"no document of the library is called {citation.document!r}"
        if not any(self._text(identity).find(citation.quote) for identity in ids):
            return f"it does not stand word for word in {citation.document!r}"
        return ""

    def _text(self, identity: str) -> QuotableText:
        from assistant.quoting import QuotableText

        if identity not in self._texts:
            self._texts[identity] = QuotableText(self._library.read(identity).text)
        return self._texts[identity]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp verify` takes."""
    add_json_option(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check the sentences that standard input holds; an unsupported one is a finding, and no failure."""
    if sys.stdin is None:  # it was closed: `atmp verify <&-`
        raise UsageError("standard input is closed: give the sentences as JSON on it")
    question, sentences = parse_sentences(sys.stdin.buffer.read(MAX_BYTES + 1))
    from assistant.wiring import build_library

    documents = QuotedDocuments(build_library(settings))
    problems = [check_sentence(sentence, question, documents) for sentence in sentences]
    if wants_json(arguments):
        checked = [{"supported": not found, "problems": list(found)} for found in problems]
        print(json.dumps({"sentences": checked}, ensure_ascii=False))
    else:
        for number, (sentence, found) in enumerate(zip(sentences, problems, strict=True), 1):
            print(f"{number}. {one_line(sentence.text)}")
            print("\n".join(f"   {one_line(problem)}" for problem in found) or "   supported")
    return 0


def check_sentence(sentence: CitedSentence, question: str, documents: QuotedDocuments) -> tuple[str, ...]:
    """Return the problems of a sentence, each beginning with its kind and a colon.

    A citation that is no proof is a problem by itself; the sentence is held to the quotes of the others.
    """
    from assistant.verifying import Problem, find_problems

    faults = {citation: documents.problem_of(citation) for citation in sentence.citations}
    problems = [Problem("quote", fault) for fault in faults.values() if fault]
    standing = [citation.quote for citation, fault in faults.items() if not fault]
    if standing or not problems:
        problems.extend(find_problems(sentence.text, standing, question))
    return tuple(str(problem) for problem in problems)


def parse_sentences(data: bytes) -> tuple[str, list[CitedSentence]]:
    """Return the question ("" where there is none) and the sentences that JSON holds.

    Raises:
        UsageError: it is not the JSON of the contract; the message names the place.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(f"standard input has more than {MAX_BYTES:,} bytes: verify fewer sentences at a time")
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"standard input is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise UsageError('standard input must be an object with "question" and "sentences"')
    question = value.get("question")
    if question is not None and not isinstance(question, str):
        raise UsageError('"question" must be text')
    sentences = _list(value.get("sentences"), '"sentences"')
    return well_formed(question or ""), [_sentence(item, number) for number, item in enumerate(sentences, 1)]


def _sentence(value: Any, number: int) -> CitedSentence:
    place = f"sentence {number}"
    citations = _list(_field(value, "citations", place), f'{place}: "citations"')
    return CitedSentence(
        _text(value, "text", place),
        tuple(
            CitedQuote(_text(item, "document", where), _text(item, "quote", where))
            for count, item in enumerate(citations, 1)
            for where in (f"{place}, citation {count}",)
        ),
    )


def _field(value: Any, key: str, place: str) -> Any:
    if not isinstance(value, dict):
        raise UsageError(f'{place}: an object with "{key}" is needed')
    return value.get(key)


def _text(value: Any, key: str, place: str) -> str:
    text = _field(value, key, place)
    if not isinstance(text, str):
        raise UsageError(f'{place}: "{key}" must be text')
    return well_formed(text)


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise UsageError(f"{place} must be a list")
    return value
