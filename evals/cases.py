"""Cases: questions with what a right answer has to say and which words of which document bear it out.

A file may hold drafts (`"draft": true`), which the program suggested. They are read and linted as every case is, but a
run leaves them out (`without_drafts`) unless it is asked for them. A person accepts a draft by removing the field. A
draft may lack what only a person can fill in; a case may not.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.messages import Turn
from corpus.documents import LANGUAGES, Language
from evals.errors import BadCases
from evals.json_lines import history_of, one_of, read_lines, read_text, short, text_of

CaseKind = Literal[
    "number",
    "date",
    "person",
    "fact",
    "list",
    "table",
    "definition",
    "cross",
    "followup",
    "unanswerable",
    "false_premise",
    "partial",
]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)


@dataclass(frozen=True, slots=True)
class Case:
    """One question and its gold.

    `documents` are the file names of which any may be cited, the first the one the case was written for; empty when
    the case is not answerable. `evidence` are anchors, any of which a right quote holds; `facts` are groups of regular
    expressions, of each of which one is found in a right answer, case ignored. `history` is the conversation before,
    oldest first; `stand_alone` is how the question would be asked without it and `paraphrase` how another person would
    ask it ("" where nobody wrote one). Cases of one `conversation` follow each other. `why` says why it, or a part
    of it, cannot be answered; on a draft, what the person said who asked. `inferred`: the fact follows from the
    evidence, but is not worded there.

    An answerable case has documents and evidence; a draft may lack them.
    """

    id: str
    language: Language
    kind: CaseKind
    question: str
    answerable: bool
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    history: tuple[Turn, ...] = ()
    stand_alone: str = ""
    paraphrase: str = ""
    conversation: str = ""
    why: str = ""
    draft: bool = False
    inferred: bool = False


def load_cases(paths: Iterable[Path]) -> list[Case]:
    """Read question files, one JSON object a line; empty lines are passed over.

    Raises:
        BadCases: a file cannot be read, a line is no case, or an id is used twice.
    """
    cases: dict[str, Case] = {}
    for path in paths:
        for place, case in read_lines(read_text(path).split("\n"), path, case_from_json):
            if case.id in cases:
                raise BadCases(f"{place}: the id {case.id!r} is used twice")
            cases[case.id] = case
    if not cases:
        raise BadCases(f"no question in {', '.join(map(str, paths)) or 'no file'}")
    return list(cases.values())


def without_drafts(cases: Iterable[Case]) -> list[Case]:
    """Return the cases that a person wrote or accepted, in order: what a run asks."""
    return [case for case in cases if not case.draft]


def without_incomplete(cases: Iterable[Case]) -> list[Case]:
    """Return the cases that can be run, in order: all but drafts that lack documents or evidence."""
    return [case for case in cases if _is_complete(case)]


def case_from_json(value: Mapping[str, Any]) -> Case:
    """Return the case that an object of a question file describes.

    Raises:
        ValueError: a field is missing or is not what it has to be; the message names it.
    """
    answerable = one_of(value, "answerable", (True, False))
    case = Case(
        id=_text(value, "id"),
        language=one_of(value, "lang", LANGUAGES),
        kind=one_of(value, "kind", CASE_KINDS),
        question=_text(value, "question"),
        answerable=answerable,
        documents=_documents(value),
        evidence=_texts(value, "evidence"),
        facts=_facts(value),
        history=history_of(value),
        stand_alone=_optional_text(value, "stand_alone"),
        paraphrase=_optional_text(value, "paraphrase"),
        conversation=_optional_text(value, "conversation"),
        why=_optional_text(value, "why"),
        draft=one_of({"draft": False, **value}, "draft", (True, False)),
        inferred=one_of({"inferred": False, **value}, "inferred", (True, False)),
    )
    if not case.draft and not _is_complete(case):
        raise ValueError('an answerable case that is no draft needs "doc" and "evidence"')
    return case


def case_to_json(case: Case) -> dict[str, Any]:
    """Return the object of a question file that describes a case; empty optional fields are left out."""
    optional = {
        "docs": list(case.documents) if len(case.documents) > 1 else [],
        "history": [[turn.question, turn.answer] for turn in case.history],
        "stand_alone": case.stand_alone,
        "paraphrase": case.paraphrase,
        "conversation": case.conversation,
        "why": case.why,
        "draft": case.draft,
        "inferred": case.inferred,
    }
    return {
        "id": case.id,
        "lang": case.language,
        "kind": case.kind,
        "question": case.question,
        "answerable": case.answerable,
        "doc": case.documents[0] if case.documents else None,
        "evidence": list(case.evidence),
        "facts": [list(group) for group in case.facts],
        **{key: value for key, value in optional.items() if value},
    }


def _is_complete(case: Case) -> bool:
    return not case.answerable or bool(case.documents and case.evidence)


def _text(value: Mapping[str, Any], field: str) -> str:
    found = text_of(value, field)
    if not found.strip():
        raise ValueError(f'"{field}" must be text')
    return found


def _optional_text(value: Mapping[str, Any], field: str) -> str:
    found = value.get(field)
    if found is not None and not isinstance(found, str):
        raise ValueError(f'"{field}" must be text')
    return found or ""


def _texts(value: Mapping[str, Any], field: str) -> tuple[str, ...]:
    found = value.get(field) or []
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise ValueError(f'"{field}" must be a list of texts')
    return tuple(found)


def _documents(value: Mapping[str, Any]) -> tuple[str, ...]:
    named = value.get("doc")
    if named is not None and not isinstance(named, str):
        raise ValueError('"doc" must be a file name or null')
    return tuple(dict.fromkeys(([named] if named else []) + list(_texts(value, "docs"))))


def _facts(value: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    groups = value.get("facts") or []
    if not isinstance(groups, list) or not all(isinstance(group, list) and group for group in groups):
        raise ValueError('"facts" must be a list of lists of patterns')
    for pattern in (pattern for group in groups for pattern in group):
        _require_pattern(pattern)
    return tuple(tuple(group) for group in groups)


def _require_pattern(pattern: Any) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern, re.IGNORECASE)
    except (re.error, TypeError, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"the pattern {short(pattern)} of facts: {error}") from error
