"""A case together with what was seen of it: the answer, how it was judged, and where its gold was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.documents import Language
from evals.cases import Case
from evals.ranking import Gold, gold_of, ranks_of
from evals.results import GivenAnswer, Judgement, Passage, Trial, given_answer
from evals.scoring import judge
from evals.spans import AnchoredText

NO_ANSWER = GivenAnswer(answered=False, outcome="", text="")
"""What a case that failed is judged by, as the acceptance scorer does with a question that got no answer."""

Ranks = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one case.

    `forced` is how the answer would have been judged that was held back, None where there was none. `ranks` has the
    rank of each gold item, `stand_alone` and `disturbed` the same for the question in other words; `ranks` is None
    where nothing can be ranked: the case has no answer, it failed, or its gold stands in no document.
    `evidence_language` is the language of the document its gold stands in, the question's own if there are several.
    """

    case: Case
    trial: Trial
    given: GivenAnswer
    judgement: Judgement
    forced: Judgement | None
    ranks: Ranks | None
    stand_alone: Ranks | None
    disturbed: Mapping[str, Ranks]
    evidence_language: Language | None

    @property
    def failed(self) -> bool:
        """Return whether the program ended in an error, or was not run: it is not known what it would have said."""
        return bool(self.trial.error)

    @property
    def cluster(self) -> str:
        """Return the document the case was written for: what is drawn again in a bootstrap; its id where it has none.

        Cases over one document succeed and fail together.
        """
        return self.case.documents[0] if self.case.documents else f"\0{self.case.id}"

    @property
    def confidence(self) -> float:
        """Return how sure the program was of its answer, or of the one it held back, 0 to 1."""
        return self.given.confidence

    @property
    def right_if_asked(self) -> bool:
        """Return whether its answer is right, or the one it held back; nobody can answer what has no answer."""
        said = self.judgement if self.judgement.answered else self.forced
        return self.case.answerable and said is not None and said.right


def observe_all(
    cases: Sequence[Case],
    trials: Iterable[Trial],
    texts: Mapping[str, AnchoredText],
    languages: Mapping[str, Language],
) -> list[Observation]:
    """Return an observation a case, in their order; a case without a trial has failed.

    Args:
        cases: what was asked.
        trials: what was seen, in any order.
        texts: the documents by file name.
        languages: the language of each document by file name.
    """
    by_case = {trial.case_id: trial for trial in trials}
    return [
        _observe(case, by_case.get(case.id, Trial(case.id, error="it was not run")), texts, languages) for case in cases
    ]


def _observe(
    case: Case, trial: Trial, texts: Mapping[str, AnchoredText], languages: Mapping[str, Language]
) -> Observation:
    given = NO_ANSWER if trial.answer is None else given_answer(trial.answer)
    gold = gold_of(case, texts) if case.answerable and not trial.error else []
    found = {name: _ranks(passages, gold) for name, (_, passages) in trial.disturbed.items()}
    return Observation(
        case=case,
        trial=trial,
        given=given,
        judgement=judge(case, given, texts),
        forced=None if trial.forced is None else judge(case, given_answer(trial.forced), texts),
        ranks=_ranks(trial.passages, gold),
        stand_alone=None if trial.stand_alone is None else _ranks(trial.stand_alone, gold),
        disturbed={name: ranks for name, ranks in found.items() if ranks is not None},
        evidence_language=_evidence_language(case, texts, languages) if gold else None,
    )


def _ranks(passages: Sequence[Passage], gold: Sequence[Gold]) -> Ranks | None:
    return tuple(ranks_of(passages, gold)) if gold else None


def _evidence_language(
    case: Case, texts: Mapping[str, AnchoredText], languages: Mapping[str, Language]
) -> Language | None:
    held = [languages.get(name) for name in case.documents if gold_of(replace(case, documents=(name,)), texts)]
    known = [language for language in held if language]
    return case.language if case.language in known else next(iter(known), None)
