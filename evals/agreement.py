"""Does the scorer judge as a person does? Agreement and Cohen's kappa with answers that were labelled by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.documents import LANGUAGES, Language
from evals.cases import Case
from evals.errors import BadCases
from evals.json_lines import one_of, read_lines, read_text, text_of
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
    return [labelled for _, labelled in read_lines(read_text(path).split("\n"), path, _labelled_from_json)]


def _case_of(labelled: LabelledAnswer, cases: Mapping[str, Case]) -> Case:
    case = cases.get(labelled.case_id)
    if case is None:
        raise BadCases(f"the labelled answer {labelled.case_id!r} is to no case: load the questions it was given to")
    if (case.question, case.answerable) != (labelled.question, labelled.answerable):
        raise BadCases(f"the case {case.id!r} has changed since its answer was labelled: label the answer anew")
    return case


def _judge(labelled: LabelledAnswer, case: Case, texts: Mapping[str, AnchoredText]) -> Label:
    return "right" if judge(case, labelled.given, texts).right else "wrong"


def _labelled_from_json(value: Mapping[str, Any]) -> LabelledAnswer:
    again = value.get("again")
    return LabelledAnswer(
        case_id=text_of(value, "id"),
        question=text_of(value, "question"),
        language=one_of(value, "lang", LANGUAGES),
        answerable=one_of(value, "answerable", (True, False)),
        answer=text_of(value, "answer"),
        quotes=_quotes(value),
        label=one_of(value, "label", LABELS),
        again=None if again is None else one_of(value, "again", LABELS),
        note=str(value.get("note") or ""),
    )


def _quotes(value: Mapping[str, Any]) -> tuple[Quote, ...]:
    found = value.get("quotes")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError('"quotes" must be a list of objects')
    return tuple(Quote(text_of(one, "document"), text_of(one, "quote")) for one in found)
