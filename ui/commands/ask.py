"""Answer a question, or a file of questions, from the documents of the library."""

from __future__ import annotations

import argparse
import json
import time
import uuid
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.interchange import answer_to_json
from assistant.messages import Answer, Citation, Timings
from assistant.phrases import NOT_IN_THE_MATERIAL
from assistant.settings import Settings
from corpus.documents import LANGUAGES, Language
from ui.batch import BatchQuestion, load_batch
from ui.commands.options import add_json_option, require_documents, unpaged_documents, wants_json
from ui.errors import UsageError
from ui.terminal import one_line, printable, say_error, well_formed, wrap

if TYPE_CHECKING:  # imports numpy
    from assistant.answering import Assistant
    from assistant.generating import GeneratingAssistant

NAME = "ask"
HELP = "answer a question, with references"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp ask` takes."""
    parser.add_argument("question", metavar="QUESTION", nargs="?", help="the question, in quotation marks")
    parser.add_argument("--language", choices=LANGUAGES, help="language to answer in (default: that of the question)")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='answer every line of FILE ({"id", "question"[, "lang", "history"]}; - for standard input), '
        "one JSON answer a line",
    )
    add_json_option(parser)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer the question or the file of questions."""
    if (arguments.question is None) == (arguments.batch is None):
        raise UsageError("ask needs one of QUESTION and --batch FILE (see `atmp ask --help`)")
    batch = None if arguments.batch is None else load_batch(arguments.batch)
    from assistant.wiring import build_assistant, build_library

    library = build_library(settings)
    require_documents(library, settings.library)
    assistant = build_assistant(settings, library, dense="exact")
    if batch is not None:
        return _answer_batch(assistant, batch, arguments.language)
    answer = assistant.answer(well_formed(arguments.question), language=arguments.language)
    if wants_json(arguments):
        print(json.dumps(answer_to_json(answer), ensure_ascii=False))
    else:
        print(render_answer(answer, unpaged_documents(library)))
    return 0


def render_answer(answer: Answer, unpaged: frozenset[str] = frozenset()) -> str:
    """Return an answer for a terminal: the text, then each source with its quote; `unpaged` name no page."""
    parts = [wrap(printable(answer.text))]
    parts += [f"  Note: {one_line(warning)}" for warning in answer.warnings]
    parts += [_render_citation(citation, unpaged) for citation in answer.citations]
    return "\n\n".join(parts)


def _render_citation(citation: Citation, unpaged: frozenset[str]) -> str:
    page = "" if citation.document_id in unpaged else f"page {citation.page}"
    place = (citation.title, citation.section, page, citation.date, citation.document)
    heading = ", ".join(one_line(part) for part in place if part)
    quoted = f"[{citation.marker}] {heading}\n{wrap('“' + printable(citation.quote) + '”', indent='    ')}"
    if not citation.translation:
        return quoted
    rendered = f"Translation by the language model: “{printable(citation.translation)}”"
    return f"{quoted}\n{wrap(rendered, indent='    ')}"


def _answer_batch(
    assistant: Assistant | GeneratingAssistant, batch: list[BatchQuestion], language: Language | None
) -> int:
    """Print one JSON answer a line as each is ready; a fault of the program makes the status 1, not a gap."""
    faults = 0
    for question in batch:
        started = time.perf_counter()
        try:
            answer = assistant.answer(question.question, question.history, language=language or question.language)
        except AssistantError as error:
            answer = blocked_answer(question, str(error), started)
        except Exception as error:  # the order and the count of the answers hold, whatever happens to one of them
            reason = f"unexpected {type(error).__name__}: {error}"
            say_error(f"question {question.id}: {reason}")
            answer = blocked_answer(question, reason, started)
            faults += 1
        print(json.dumps({**answer_to_json(answer), "id": question.id}, ensure_ascii=False), flush=True)
    return 1 if faults else 0


def blocked_answer(question: BatchQuestion, reason: str, started: float) -> Answer:
    """Return the answer to a question that could not be put; `started` is a value of `time.perf_counter`."""
    spent = (time.perf_counter() - started) * 1000
    return Answer(
        id=uuid.uuid4().hex,
        question=question.question,
        language=question.language or "da",
        outcome="blocked",
        text=NOT_IN_THE_MATERIAL[question.language or "da"],
        confidence=0.0,
        sentences=(),
        citations=(),
        considered=(),
        warnings=(reason,),
        model="",
        timings=Timings(retrieve_ms=0.0, answer_ms=0.0, total_ms=spent),
    )
