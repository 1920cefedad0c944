"""Say what is configured, reachable and healthy. Ends with 1 when something is broken."""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from assistant.errors import AssistantError
from assistant.settings import Settings
from corpus.errors import CorpusError
from indexing.errors import IndexingError
from ui.commands.options import add_json_option, wants_json
from ui.terminal import one_line, say_error

if TYPE_CHECKING:  # imports numpy
    from corpus.library import Library

NAME = "doctor"
HELP = "say what is configured, reachable and healthy"

ENDPOINT_SECONDS = 20.0
"""For a word from the language model."""

State = Literal["ok", "note", "broken"]
"""`note`: not as it could be, and nothing is broken by it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found out about one part."""

    name: str
    state: State
    detail: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp doctor` takes."""
    add_json_option(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check every part, report them all, and return 1 when one is broken."""
    checks = [
        check_versions(),
        *check_library(settings),
        check_embedder(settings),
        check_ocr(),
        check_endpoint(settings),
    ]
    broken = [check for check in checks if check.state == "broken"]
    if wants_json(arguments):
        report = {"ok": not broken, "library": str(settings.library), "checks": [asdict(check) for check in checks]}
        print(json.dumps(report, ensure_ascii=False))
    else:
        print("\n".join(f"{check.state:6s}  {check.name:10s}  {one_line(check.detail)}" for check in checks))
    if broken:
        say_error("broken: " + "; ".join(f"{check.name}: {check.detail}" for check in broken))
    return 1 if broken else 0


def check_versions() -> Check:
    """Return the versions of the program and of what it stands on; a package that is missing is broken."""
    from assistant.versions import LIBRARIES, package_version, program_version

    found = {name: package_version(name) for name in LIBRARIES}
    words = [f"atmp {program_version()}", f"Python {platform.python_version()}"]
    words += [f"{name} {version or 'MISSING'}" for name, version in found.items()]
    return Check("versions", "ok" if all(found.values()) else "broken", ", ".join(words))


def check_library(settings: Settings) -> list[Check]:
    """Return what holds for the library and its caches; one that is not there yet is not made."""
    from corpus.library import FILE_NAME

    if not (settings.library / FILE_NAME).exists():
        return [Check("library", "note", f"{settings.library} is not there yet: `atmp index PATH` makes it")]
    from assistant.wiring import build_embedder, build_library

    checks: list[Check] = []
    with _broken_if_it_fails("library", checks):
        library = build_library(settings)
        documents = library.documents()
        chunks = sum(document.chunk_count for document in documents)
        faults = [*library.check()]
        unread = len(library.documents_without_vectors(build_embedder(settings).name))
        if unread:
            faults.append(f"{unread} documents lack vectors: index them again")
        counts = f"{settings.library}: {len(documents)} documents, {chunks} chunks"
        checks.append(Check("library", "broken" if faults else "ok", "; ".join((counts, *faults))))
        checks += [
            _check_cache(settings, library, "keywords", _keyword_versions),
            _check_cache(settings, library, "chroma", _chroma_versions),
        ]
    return checks


def check_embedder(settings: Settings) -> Check:
    """Return whether the embedder loads and embeds, and how long that takes."""
    from assistant.wiring import build_embedder

    checks: list[Check] = []
    with _broken_if_it_fails("embedder", checks):
        started = time.perf_counter()
        embedder = build_embedder(settings)
        embedder.embed_query("Hvem leder mødet?")
        loaded = time.perf_counter()
        embedder.embed_query("Hvornår er mødet?")
        done = time.perf_counter()
        times = f"loaded in {loaded - started:.1f} s, {1000 * (done - loaded):.0f} ms a question"
        checks.append(Check("embedder", "ok", f"{embedder.name}, {embedder.dimensions} dimensions, {times}"))
    return checks[0]


def check_ocr() -> Check:
    """Return whether scanned pages can be read."""
    from corpus.ocr import OCR_LANGUAGES, missing_ocr_packages

    checks: list[Check] = []
    with _broken_if_it_fails("ocr", checks):
        missing = missing_ocr_packages()
        if missing:
            checks.append(Check("ocr", "note", f"scanned pages cannot be read: {', '.join(missing)} not installed"))
        else:
            checks.append(Check("ocr", "ok", f"ocrmypdf and tesseract with {', '.join(OCR_LANGUAGES)}"))
    return checks[0]


def check_endpoint(settings: Settings) -> Check:
    """Return whether the language model answers, where one is configured; without one, answers are quotations."""
    if settings.endpoint is None:
        return Check("model", "ok", "no endpoint configured: answers are quotations, nothing leaves this machine")
    from assistant.chat import ChatMessage, Deadline
    from assistant.openai_chat import OpenAIChat

    checks: list[Check] = []
    with _broken_if_it_fails("model", checks):
        OpenAIChat.prepare()
        started = time.perf_counter()
        question = ChatMessage("user", "Svar med ordet ja.")
        for _ in OpenAIChat(settings.endpoint).stream([question], Deadline.after(ENDPOINT_SECONDS)):
            pass
        spent = f"{1000 * (time.perf_counter() - started):.0f} ms"
        checks.append(
            Check("model", "ok", f"{settings.endpoint.model} at {settings.endpoint.base_url} answers, {spent}")
        )
    return checks[0]


def _check_cache(
    settings: Settings, library: Library, name: str, versions: Callable[[Settings], set[str] | None]
) -> Check:
    """Compare a cache with the library; one that is missing or behind is repaired at the next use."""
    from indexing.errors import IndexInUse

    checks: list[Check] = []
    with _broken_if_it_fails(name, checks):
        try:
            held, wanted = versions(settings), set(library.versions())
        except IndexInUse:
            return Check(name, "ok", "in use by a running page, which keeps it in step")
        if held is None:
            checks.append(Check(name, "note", "not there yet: made at its first use"))
        elif held == wanted:
            checks.append(Check(name, "ok", f"in step with the library, {len(held)} documents"))
        else:
            behind = f"{len(wanted - held)} documents to add, {len(held - wanted)} to remove"
            checks.append(Check(name, "note", f"behind the library: {behind} at its next use"))
    return checks[0]


def _keyword_versions(settings: Settings) -> set[str] | None:
    from assistant.wiring import KEYWORD_FILE, build_keywords

    if not (settings.library / KEYWORD_FILE).exists():
        return None
    keywords = build_keywords(settings)
    try:
        return keywords.versions()
    finally:
        keywords.close()


def _chroma_versions(settings: Settings) -> set[str] | None:
    from assistant.wiring import CHROMA_FOLDER, build_chroma, build_embedder

    if not (settings.library / CHROMA_FOLDER).exists():
        return None
    chroma = build_chroma(settings, build_embedder(settings))
    try:
        return chroma.versions()
    finally:
        chroma.close()


@contextmanager
def _broken_if_it_fails(name: str, checks: list[Check]) -> Iterator[None]:
    """Enter a check that fails as broken, with the reason: a report that ends at the first fault is no report."""
    try:
        yield
    except (AssistantError, CorpusError, IndexingError) as error:
        checks.append(Check(name, "broken", str(error)))
    except Exception as error:
        checks.append(Check(name, "broken", f"{type(error).__name__}: {error}"))
