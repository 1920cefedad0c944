"""Put questions to a real, small language model on this machine, through the program. Run it as `make real-model`.

usage: python scripts/real_model.py [--questions N] [--context TOKENS] [--threads N] [--seconds S]

It proves that the program works with a server that is not ours (streaming, the schema, the key, the context), and that
checking stops what a model makes up: it ends with 1 where a shown sentence has a number, a date or a name that neither
its quotes nor its question have. How many answers are right is counted, and decides nothing: the model is too small.

All is kept in build/real-model: what pip gets (530 MB), the library, the server's log, and result.json with each answer
and each reply as the model wrote it. Neither the tests nor CI run it.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

from real_model_server import (
    MODEL,
    MOST_CONTEXT,
    CannotRun,
    fetch_engine,
    fetch_model,
    serving,
)

from assistant import generating
from assistant.chat import ChatMessage, Deadline, JsonSchema
from assistant.checking import CheckedSentence, Checker
from assistant.errors import MalformedReply, ModelError
from assistant.generating import GeneratingAssistant
from assistant.interchange import answer_to_json
from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation, SentenceChecked, Usage
from assistant.openai_chat import OpenAIChat
from assistant.passages import Passage
from assistant.replies import ANSWER_SCHEMA, DraftSentence, ReplyReader
from assistant.settings import ModelEndpoint, Settings
from assistant.verifying import find_problems
from assistant.wiring import build_generating, index_documents
from corpus.documents import Language
from evals.cases import Case, load_cases
from evals.quantities import find_unheld
from evals.results import Judgement, given_answer
from evals.scoring import judge
from evals.subjects import BuiltSubject, build_subject

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("build", "real-model")
"""Below the root; said as it is here, so that no line of the output names a folder of one machine."""
QUESTIONS = ROOT / "evals" / "questions" / "starter.jsonl"
DOCUMENTS = ROOT / "corpus" / "starter"
SEED = 5
CHOSEN: Mapping[Language, tuple[int, int]] = {"da": (8, 2), "no": (6, 2), "en": (6, 2)}
"""How many questions of each language are put: those with an answer, and those without."""
CONTEXT_TOKENS = 16_384
SECONDS = 900.0
"""For one question: two cores read some hundred tokens a second, and a prompt has thousands."""
THREADS = 2
HELD_KINDS = ("number", "date", "section", "name")
"""The problems that a shown sentence may never have."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the model, and what came of it; `error` is the kind of `ModelError`, "" where there is none."""

    has_schema: bool
    prompt_characters: int
    reply: str
    first_seconds: float | None
    seconds: float
    usage: Usage
    error: str

    @property
    def is_readable(self) -> bool:
        """Whether the reply can be read as an answer."""
        return _read(self.reply) is not None

    @property
    def keeps_to_schema(self) -> bool:
        """Whether the reply is one JSON object by the schema."""
        try:
            return _follows(json.loads(self.reply), ANSWER_SCHEMA)
        except ValueError:
            return False

    @property
    def is_cut(self) -> bool:
        """Whether the reply ends in the middle: the model came to its last token, or went round in a circle."""
        return self.is_readable and not self.keeps_to_schema


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the model, with the kinds of its problems and how many wrong markers of its were put right."""

    text: str
    problems: tuple[str, ...]
    put_right: int
    is_repair: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and all that came of it; times are in seconds, None for a first sentence where none came."""

    case: Case
    answer: Answer
    judgement: Judgement
    requests: tuple[Request, ...]
    written: tuple[Written, ...]
    first_seconds: float | None
    seconds: float
    unheld: tuple[str, ...]
    from_question: int
    """Shown sentences with a number or date that only the question has, which is allowed."""

    @property
    def by_model(self) -> bool:
        """Whether the answer, or the refusal, is the model's."""
        return self.answer.model != EXTRACTIVE

    @property
    def outcome(self) -> str:
        """Who answered or refused."""
        if self.by_model:
            return "answered by the model" if self.answer.answered else "refused by the model"
        return "quoted after all" if self.answer.answered else "refused after all"


@dataclass(slots=True)
class Record:
    """What is noted while a question is answered."""

    requests: list[Request] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)


def main() -> int:
    """Fetch, serve, ask, print and write; return 0, or 1 where something unsaid was shown, or 2 without a model."""
    options = _parse_arguments()
    folder = ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(16)
    asked: list[Asked] = []
    try:
        packages, model = fetch_engine(folder), fetch_model(folder)
        log = folder / "server.log"
        with serving(model, packages, log, key, context_tokens=options.context, threads=options.threads) as base_url:
            built = index_starter(folder / "library")
            endpoint = ModelEndpoint(base_url, MODEL, key, seconds=options.seconds)
            cases = choose_cases(load_cases([QUESTIONS]))[: options.questions]
            for one in ask_all(built, endpoint, cases):
                asked.append(one)
                print(f"{len(asked):>2}/{len(cases)} {_line(one)}", flush=True)
                write_result(folder / "result.json", asked, {"model": MODEL, "seed": SEED, **vars(options)})
    except CannotRun as error:
        print(f"real-model: {str(error).replace(str(ROOT), '.')}", file=sys.stderr)
        return 2
    print(render_table(figures_of(asked)))
    print(f"written to {FOLDER / 'result.json'}")
    return 1 if any(one.unheld for one in asked) else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Put questions to a real, small language model on this machine.")
    parser.add_argument(
        "--questions", type=int, default=sum(map(sum, CHOSEN.values())), help="ask only the first so many"
    )
    parser.add_argument("--context", type=int, default=CONTEXT_TOKENS, help=f"tokens, at most {MOST_CONTEXT}")
    parser.add_argument("--threads", type=int, default=THREADS, help="of the server; 1 where the machine is busy")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="time limit of a question")
    options = parser.parse_args()
    if not 1024 <= options.context <= MOST_CONTEXT:
        parser.error(f"--context has to be from 1024 to {MOST_CONTEXT}, not {options.context}")
    return options


# Asking


def choose_cases(cases: Sequence[Case]) -> list[Case]:
    """Return the questions that are put: a sample by `CHOSEN` and `SEED`, the languages by turns."""
    dice = random.Random(SEED)  # noqa: S311 - chooses questions, guards nothing
    chosen: list[tuple[float, Case]] = []
    for language, counts in CHOSEN.items():
        for answerable, count in zip((True, False), counts, strict=True):
            fitting = [
                case
                for case in cases
                if case.language == language and case.answerable is answerable and not case.history
            ]
            sample = dice.sample(fitting, count)
            chosen += [((place + 0.5) / count, case) for place, case in enumerate(sample)]
    return [case for _, case in sorted(chosen, key=lambda one: one[0])]


def index_starter(library: Path) -> BuiltSubject:
    """Index the starter documents in a library of their own, and return what is asked."""
    shutil.rmtree(library, ignore_errors=True)
    settings = Settings(library=library)
    index_documents(settings, [DOCUMENTS])
    return build_subject(settings)


def ask_all(built: BuiltSubject, endpoint: ModelEndpoint, cases: Sequence[Case]) -> Iterator[Asked]:
    """Ask the questions one after the other, and yield what comes of each."""
    subject = built.subject
    record = Record()
    with recording(record), patience(endpoint.seconds):
        assistant = build_generating(endpoint, subject.retriever, subject.read_document, subject.scorer)
        assistant.warm_up()
        for case in cases:
            record.requests, record.written = [], []
            yield ask(assistant, case, built, record)


def ask(assistant: GeneratingAssistant, case: Case, built: BuiltSubject, record: Record) -> Asked:
    """Ask one question, in the language of its case."""
    began = time.perf_counter()
    first: float | None = None
    shown: list[tuple[AnswerSentence, Sequence[Citation]]] = []
    citations: list[Citation] = []
    for event in assistant.events(case.question, case.history, case.language):
        if isinstance(event, SentenceChecked):
            first = first or time.perf_counter() - began
            citations += event.citations
            shown.append((event.sentence, tuple(citations)))
        else:
            answer = event.answer
    seconds = time.perf_counter() - began
    shown += [(sentence, answer.citations) for sentence in answer.sentences]
    unheld, from_question = look_for_unheld(shown, case)
    return Asked(
        case=case,
        answer=answer,
        judgement=judge(case, given_answer(answer_to_json(answer)), built.texts),
        requests=tuple(record.requests),
        written=tuple(record.written),
        first_seconds=first,
        seconds=seconds,
        unheld=unheld,
        from_question=from_question,
    )


def look_for_unheld(
    shown: Sequence[tuple[AnswerSentence, Sequence[Citation]]], case: Case
) -> tuple[tuple[str, ...], int]:
    """Return what shown sentences have that nothing bears out, and how many lean on the question for a figure.

    Numbers and dates are read twice: by the evaluation, which reads them apart from the verifier, and by the verifier,
    which reads names as well, once more over the quotes that were shown.
    """
    unheld: list[str] = []
    leaning = 0
    for sentence, citations in shown:
        quotes = [one.quote for one in citations if one.marker in sentence.markers]
        read = find_unheld(sentence.text, [*quotes, case.question], case.language)
        problems = [str(one) for one in find_problems(sentence.text, quotes, case.question) if one.kind in HELD_KINDS]
        unheld += [f"{sentence.text!r}: {what}" for what in (*map(str, read), *problems)]
        leaning += bool(not read and find_unheld(sentence.text, quotes, case.language))
    return tuple(dict.fromkeys(unheld)), leaning


# Recording, from outside


class RecordingChecker(Checker):
    """A checker that notes each sentence it is given."""

    def __init__(
        self,
        record: Record,
        question: str,
        language: Language,
        passages: Mapping[str, Passage],
        read_document: Callable[..., Any],
        restore: Callable[[str], str],
    ) -> None:
        """Take where to note it, and what a `Checker` takes."""
        super().__init__(question, language, passages, read_document, restore)
        self._record = record
        self._shown = passages

    def check(self, draft: DraftSentence) -> CheckedSentence:
        """Check a sentence, as `Checker` does."""
        checked = super().check(draft)
        kinds = tuple(dict.fromkeys(problem.kind for problem in checked.problems))
        is_repair = any(request.is_readable for request in self._record.requests[:-1])
        self._record.written.append(Written(checked.text, kinds, self._count_put_right(draft), is_repair))
        return checked

    def _count_put_right(self, draft: DraftSentence) -> int:
        """Return how many quotes were found in another passage than the one they name."""
        count = 0
        for citation in draft.citations:
            places = super().check(replace(draft, citations=(citation,))).places
            count += bool(places) and self._shown.get(citation.passage) != places[0].passage
        return count


@contextmanager
def recording(record: Record) -> Iterator[None]:
    """Note every request that is made, and every sentence that is checked, as long as the block lasts."""
    stream = OpenAIChat.stream

    def recorded(
        chat: OpenAIChat, messages: Sequence[ChatMessage], deadline: Deadline, schema: JsonSchema | None = None
    ) -> Iterator[str | Usage]:
        place, began = len(record.requests), time.perf_counter()
        pieces: list[str] = []
        first: float | None = None
        usage = Usage()
        error = ""

        def noted() -> Request:
            characters = sum(len(message.text) for message in messages)
            spent = time.perf_counter() - began
            return Request(schema is not None, characters, "".join(pieces), first, spent, usage, error)

        record.requests.append(noted())
        try:
            for piece in stream(chat, messages, deadline, schema):
                if isinstance(piece, str):
                    first = first or time.perf_counter() - began
                    pieces.append(piece)
                else:
                    usage = piece
                yield piece
        except ModelError as failure:
            error = type(failure).__name__
            raise
        finally:
            record.requests[place] = noted()

    with replaced(OpenAIChat, "stream", recorded), replaced(generating, "Checker", partial(RecordingChecker, record)):
        yield


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Put something in the place of a class's or module's own, as long as the block lasts."""
    own = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, own)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait so long for a reply's first token: a processor reads a prompt slower than the 20 seconds that are usual."""
    patient = partialmethod(OpenAIChat.__init__, first_token_seconds=seconds)
    with replaced(OpenAIChat, "__init__", patient):
        yield


def _read(reply: str) -> Any:
    reader = ReplyReader()
    reader.feed(reply)
    try:
        return reader.finish()
    except MalformedReply:
        return None


def _follows(value: object, schema: JsonSchema) -> bool:
    """Return whether a value is by a schema, of the kinds that `ANSWER_SCHEMA` is made of."""
    if schema["type"] == "object":
        properties: Mapping[str, JsonSchema] = schema["properties"]
        return (
            isinstance(value, dict)
            and value.keys() == properties.keys()
            and all(_follows(value[name], one) for name, one in properties.items())
        )
    if schema["type"] == "array":
        return isinstance(value, list) and all(_follows(one, schema["items"]) for one in value)
    return isinstance(value, str) and value in schema.get("enum", (value,))


# Figures


def figures_of(asked: Sequence[Asked]) -> dict[str, Any]:
    """Return the figures of a run; a median is None where there is nothing to take it of."""
    answerable = [one for one in asked if one.case.answerable]
    unanswerable = [one for one in asked if not one.case.answerable]
    requests = [request for one in asked for request in one.requests]
    answered = [request for request in requests if not request.error]
    with_schema = [request for request in answered if request.has_schema]
    written = [sentence for one in asked for sentence in one.written]
    drafted = [sentence for sentence in written if not sentence.is_repair]
    outcomes = Counter(one.outcome for one in asked)
    return {
        "questions": {"with an answer": len(answerable), "without": len(unanswerable)},
        "right": {
            "with an answer": _right(answerable),
            "of them by the model": _right([one for one in answerable if one.by_model]),
            "without (refused)": _right(unanswerable),
            **{f"in {language}": _right(_in(language, asked)) for language in CHOSEN},
        },
        "outcome": dict(outcomes.most_common()),
        "sentences": {
            "written": len(drafted),
            "held": sum(not one.problems for one in drafted),
            "written in a repair": len(written) - len(drafted),
            "held in a repair": sum(not one.problems for one in written if one.is_repair),
            "removed, as the answers say": sum(one.answer.removed for one in asked),
            "wrong markers put right": sum(one.put_right for one in written),
        },
        "problems": dict(Counter(kind for one in written for kind in one.problems).most_common()),
        "requests": {
            "made": len(requests),
            "failed": sum(bool(request.error) for request in requests),
            **Counter(f"failed: {request.error}" for request in requests if request.error),
            "not readable": sum(not request.is_readable for request in answered),
            "asked for the schema, and answered": len(with_schema),
            "kept to the schema": sum(request.keeps_to_schema for request in with_schema),
            "cut in the middle": sum(request.is_cut for request in with_schema),
        },
        "seconds (median)": {
            "first token": _median(request.first_seconds for request in answered),
            "first sentence": _median(one.first_seconds for one in asked),
            "whole answer": _median(one.seconds for one in asked),
            "longest answer": round(max((one.seconds for one in asked), default=0.0), 1),
        },
        "tokens": {
            "read": sum(request.usage.prompt_tokens for request in requests),
            "read for a request (median)": _median(float(request.usage.prompt_tokens) for request in answered),
            "written": sum(request.usage.completion_tokens for request in requests),
            "written for a request (median)": _median(float(request.usage.completion_tokens) for request in answered),
        },
        "shown and not borne out": {
            "numbers, dates and names": sum(len(one.unheld) for one in asked),
            "figures that only the question has (allowed)": sum(one.from_question for one in asked),
        },
    }


def _right(asked: Collection[Asked]) -> str:
    return f"{sum(one.judgement.right for one in asked)} of {len(asked)}"


def _in(language: Language, asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.case.language == language]


def _median(values: Iterator[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 1) if known else None


def render_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the figures as lines of three columns."""
    rows = [(group, name, value) for group, named in figures.items() for name, value in named.items()]
    widths = [max(len(str(row[column])) for row in rows) for column in range(2)]
    lines: list[str] = []
    before = ""
    for group, name, value in rows:
        shown = "–" if value is None else str(value)
        lines.append(f"{group if group != before else '':<{widths[0]}}  {name:<{widths[1]}}  {shown}")
        before = group
    return "\n".join(lines)


def _line(asked: Asked) -> str:
    held = sum(not one.problems for one in asked.written)
    errors = [request.error for request in asked.requests if request.error]
    said = [
        f"{asked.case.id} {asked.case.language} {asked.outcome}, {'right' if asked.judgement.right else 'wrong'}",
        f"{held} of {len(asked.written)} sentences held",
        f"{asked.seconds:.0f} s",
        *errors,
        *(f"NOT BORNE OUT {one}" for one in asked.unheld),
    ]
    return "; ".join(said)


def write_result(file: Path, asked: Sequence[Asked], settings: Mapping[str, Any]) -> None:
    """Write what a run has come to: it takes long, and may be broken off."""
    result = {"settings": settings, "figures": figures_of(asked), "cases": [_to_json(one) for one in asked]}
    file.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _to_json(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.case.id,
        "language": asked.case.language,
        "answerable": asked.case.answerable,
        "outcome": asked.outcome,
        "right": asked.judgement.right,
        "first_sentence_seconds": asked.first_seconds,
        "seconds": asked.seconds,
        "unheld": asked.unheld,
        "requests": [asdict(request) for request in asked.requests],
        "written": [asdict(sentence) for sentence in asked.written],
        "answer": answer_to_json(asked.answer),
    }


if __name__ == "__main__":
    sys.exit(main())
