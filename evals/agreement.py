"""Does the scorer judge as a person does? Agreement and Cohen's kappa with answers that were labelled by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.documents import LANGUAGES, Language
from evals.cases import Case
from evals.errors import BadCases
from evals.results import GivenAnswer, Quote
from evals.scoring import judge
from evals.spans import AnchoredText

Label = Literal["right", "wrong"]
LABELS: tuple[Label, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer that was really given to the case `case_id`, and what a person said of it.

    An answer without quotes is a refusal. `again` is what was said in a second pass, some time later and without
    sight of the first; None where there was none.
    """

    case_id: str
    question: str
    language: Language
    answerable: bool
    answer: str
    quotes: tuple[Quote, ...]
    label: Label
    again: Label | None = None
    note: str = ""

    @property
    def given(self) -> GivenAnswer:
        """Return the answer as it is judged."""
        answered = bool(self.quotes)
        return GivenAnswer(answered, "answered" if answered else "no_evidence", self.answer, self.quotes)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two judges of the same answers: `agreed` of `n`, and kappa, None where it is undefined."""

    n: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer that the scorer judged otherwise than the person did."""

    case_id: str
    label: Label
    judged: Label
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The scorer against the first pass, the first pass against the second, and where the scorer differs."""

    scorer: Agreement
    passes: Agreement
    disagreements: tuple[Disagreement, ...]


def cohens_kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Return how much two judges agree beyond chance (Cohen 1960), -1 to 1.

    None where it is undefined: nothing was judged, or both gave one and the same label to everything.

    >>> cohens_kappa([("right", "right"), ("wrong", "wrong"), ("right", "wrong"), ("wrong", "wrong")])
    0.5
    """
    both = list(pairs)
    first, second = Counter(one for one, _ in both), Counter(other for _, other in both)
    by_chance = sum(first[label] * second[label] for label in first)
    if by_chance == len(both) ** 2:
        return None
    agreed = sum(one == other for one, other in both)
    return (len(both) * agreed - by_chance) / (len(both) ** 2 - by_chance)


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreement:
    """Return how two judges agree, a pair of labels an answer."""
    both = list(pairs)
    return Agreement(len(both), sum(one == other for one, other in both), cohens_kappa(both))


def report_agreement(
    labelled: Sequence[LabelledAnswer], cases: Iterable[Case], texts: Mapping[str, AnchoredText]
) -> AgreementReport:
    """Return how the scorer's `right` agrees with the labels, and the labels with those of the second pass.

    Args:
        labelled: answers; a case may have several.
        cases: those that were asked, and maybe others.
        texts: file name → text of the documents that quotes are to stand in.

    Raises:
        BadCases: an answer is to no case, or its case no longer asks the same.
    """
    by_id = {case.id: case for case in cases}
    judged = [(one, _judge(one, _case_of(one, by_id), texts)) for one in labelled]
    return AgreementReport(
        scorer=agreement((one.label, verdict) for one, verdict in judged),
        passes=agreement((one.label, one.again) for one in labelled if one.again is not None),
        disagreements=tuple(
            Disagreement(one.case_id, one.label, verdict, one.answer, one.note)
            for one, verdict in judged
            if one.label != verdict
        ),
    )


def load_labelled(path: Path) -> list[LabelledAnswer]:
    """Read labelled answers, one JSON object a line; empty lines are passed over.

    Raises:
        BadCases: the file cannot be read, or a line is no labelled answer.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadCases(f"cannot read the labels in {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCases(f"{path}: not UTF-8 text") from error
    return [_parse(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _case_of(labelled: LabelledAnswer, cases: Mapping[str, Case]) -> Case:
    case = cases.get(labelled.case_id)
    if case is None:
        raise BadCases(f"the labelled answer {labelled.case_id!r} is to no case: load the questions it was given to")
    if (case.question, case.answerable) != (labelled.question, labelled.answerable):
        raise BadCases(f"the case {case.id!r} has changed since its answer was labelled: label the answer anew")
    return case


def _judge(labelled: LabelledAnswer, case: Case, texts: Mapping[str, AnchoredText]) -> Label:
    return "right" if judge(case, labelled.given, texts).right else "wrong"


def _parse(line: str, place: str) -> LabelledAnswer:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadCases(f"{place}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise BadCases(f"{place}: an object is needed")
    again = value.get("again")
    return LabelledAnswer(
        case_id=_text(value, "id", place),
        question=_text(value, "question", place),
        language=_one_of(value, "lang", LANGUAGES, place),
        answerable=_one_of(value, "answerable", (True, False), place),
        answer=_text(value, "answer", place),
        quotes=_quotes(value, place),
        label=_one_of(value, "label", LABELS, place),
        again=None if again is None else _one_of(value, "again", LABELS, place),
        note=str(value.get("note") or ""),
    )


def _text(value: Mapping[str, Any], field: str, place: str) -> str:
    found = value.get(field)
    if not isinstance(found, str):
        raise BadCases(f'{place}: "{field}" must be text')
    return found


def _one_of(value: Mapping[str, Any], field: str, allowed: tuple[Any, ...], place: str) -> Any:
    found = value.get(field)
    if not any(found is one or (isinstance(found, str) and found == one) for one in allowed):
        raise BadCases(f'{place}: "{field}" must be one of {", ".join(map(str, allowed))}, it is {found!r}')
    return found


def _quotes(value: Mapping[str, Any], place: str) -> tuple[Quote, ...]:
    found = value.get("quotes")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadCases(f'{place}: "quotes" must be a list of objects')
    return tuple(Quote(_text(one, "document", place), _text(one, "quote", place)) for one in found)
