"""What people say of answers, and what the secretariat makes of it: the values, their limits, and what is hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from assistant.errors import InvalidFeedback
from assistant.interchange import answer_to_json
from assistant.messages import Answer, Turn
from assistant.privacy import redact, redact_json, writable
from assistant.questions import MAX_QUESTION_CHARACTERS
from corpus.documents import LANGUAGES, Language

Verdict = Literal["up", "down"]
Reason = Literal[
    "quote not in the source",
    "wrong source",
    "missing source",
    "missing essential detail",
    "wrong language",
    "should have refused",
    "should have answered",
    "other",
]
"""Why a person did not like an answer."""
Cause = Literal["program", "document", "question"]
"""Where the fault lies."""
Importance = Literal["low", "normal", "high"]
State = Literal["new", "sorted", "closed"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
REASONS: tuple[Reason, ...] = get_args(Reason)
CAUSES: tuple[Cause, ...] = get_args(Cause)
IMPORTANCES: tuple[Importance, ...] = get_args(Importance)
STATES: tuple[State, ...] = get_args(State)

MOST_COMMENT = 2000
"""Characters of a comment or a note."""
MOST_HISTORY = 200_000
MOST_ANSWER = 1_000_000
"""Characters of the turns before a question, and of the JSON of an answer."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person says of an answer; `reason` belongs to "down" alone.

    `language` is the answer's, `answer` None where the question got none, `history` the turns before the question,
    oldest first.
    """

    question: str
    language: Language
    verdict: Verdict
    answer: Answer | None
    reason: Reason | None = None
    comment: str = ""
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Feedback as it is kept, with personal numbers and addresses hidden.

    `answer` is the JSON of `assistant.interchange`, `program` and `model` say what answered ("" where nothing did).
    Times are ISO 8601 in UTC; `changed_at` is "" where nothing was changed. `cause` and `importance` are None until
    somebody has sorted it.
    """

    id: str
    recorded_at: str
    changed_at: str
    program: str
    model: str
    question: str
    language: Language
    history: tuple[Turn, ...]
    answer: Json | None
    verdict: Verdict
    reason: Reason | None
    comment: str
    state: State
    cause: Cause | None
    importance: Importance | None
    note: str


def prepare_feedback(feedback: Feedback) -> tuple[Feedback, Json | None]:
    """Return feedback as it may be kept, and the JSON of its answer likewise.

    In what the person wrote (question, history, comment) every personal number, address and phone number is hidden. An
    answer stays word for word, so that its quotes can be held against their documents, but for personal numbers and for
    what it repeats of the person's own.

    Raises:
        InvalidFeedback: a value is none of those there are, is too long, or a question has no words.
    """
    check_verdict(feedback.verdict, feedback.reason)
    require_one_of("language", feedback.language, LANGUAGES)
    question = _writable("question", feedback.question, MAX_QUESTION_CHARACTERS)
    if not question.strip():
        raise InvalidFeedback("the question of feedback is empty")
    history = tuple(
        Turn(_writable("history", turn.question, MOST_HISTORY), _writable("history", turn.answer, MOST_HISTORY))
        for turn in feedback.history
    )
    _require_short("history", sum(len(turn.question) + len(turn.answer) for turn in history), MOST_HISTORY)
    comment = _writable("comment", feedback.comment, MOST_COMMENT)
    own = "\n".join((question, comment, *(turn.question for turn in history)))
    answer = None if feedback.answer is None else _hide_in_answer(answer_to_json(feedback.answer), own)
    kept = replace(
        feedback,
        question=redact(question),
        history=tuple(Turn(redact(turn.question), redact(turn.answer)) for turn in history),
        comment=redact(comment),
    )
    return kept, answer


def prepare_remark(name: str, text: str) -> str:
    """Return a comment or note as it may be kept, with what is personal hidden.

    Raises:
        InvalidFeedback: it is no text, or is longer than `MOST_COMMENT`.
    """
    return redact(_writable(name, text, MOST_COMMENT))


def check_verdict(verdict: object, reason: object) -> None:
    """Check that a verdict has the reason that belongs to it.

    Raises:
        InvalidFeedback: "down" without one of the reasons, "up" with one, or another verdict.
    """
    require_one_of("verdict", verdict, VERDICTS)
    if verdict == "down":
        require_one_of("reason", reason, REASONS)
    elif reason is not None:
        raise InvalidFeedback("praise has no reason: leave it out")


def require_one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Check that a value is one of some words.

    Raises:
        InvalidFeedback: it is not; the message has the words.
    """
    if not isinstance(value, str) or value not in allowed:
        raise InvalidFeedback(f"the {name} of feedback must be one of {', '.join(allowed)}")


def case_line(kept: Kept) -> str:
    """Return feedback as a line of the file that `atmp eval suggest --feedback` makes a test question of."""
    line: Json = {
        "question": kept.question,
        "language": kept.language,
        "answer": kept.answer,
        "verdict": kept.verdict,
        "comment": kept.comment,
        "history": [[turn.question, turn.answer] for turn in kept.history],
    }
    if kept.reason is not None:
        line["reason"] = kept.reason
    return json.dumps(line, ensure_ascii=False)


def _writable(name: str, text: object, most: int) -> str:
    if not isinstance(text, str):
        raise InvalidFeedback(f"the {name} of feedback must be text")
    _require_short(name, len(text), most)
    return writable(text)


def _require_short(name: str, length: int, most: int) -> None:
    if length > most:
        raise InvalidFeedback(f"the {name} of feedback has {length} characters, at most {most} are kept")


def _hide_in_answer(answer: Json, own: str) -> Json:
    _require_short("answer", len(json.dumps(answer, ensure_ascii=False)), MOST_ANSWER)
    hidden: Json = redact_json({**answer, "question": redact(answer["question"])}, own)
    return hidden
