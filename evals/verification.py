"""Does the verifier see a damaged sentence, and does it let an undamaged one through?

Run as `python -m evals.verification`: over the starter documents and the labelled claims, and over the documents of
../shared where they are there. Every right sentence is damaged one way at a time by the rules of `evals.damaging`. Only
what passes undamaged is damaged, so that a verifier that refuses everything catches nothing.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from assistant.verifying import Problem, find_problems
from corpus.documents import LANGUAGES
from corpus.errors import CorpusError
from corpus.loading import load_document
from evals.cases import Case, load_cases, without_drafts
from evals.citing import is_factual
from evals.claims import FORMS, Claim, load_claims, load_paraphrases, take_claims
from evals.damaging import Damage, Material, damage, find_names
from evals.errors import EvaluationError
from evals.results import GivenAnswer, Quote, StatedSentence
from evals.statistics import wilson

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
STARTER = CHECKOUT / "corpus" / "starter"
QUESTIONS = CHECKOUT / "evals" / "questions"
CLAIMS = CHECKOUT / "evals" / "labels" / "claims.jsonl"
PARAPHRASES = CHECKOUT / "evals" / "labels" / "paraphrases.jsonl"

DAMAGES: tuple[Damage, ...] = (
    "number",
    "date",
    "negation_in",
    "negation_out",
    "modality",
    "name",
    "citation",
    "sentence",
)
"""What a verifier has to see in a sentence; the other damages are of an answer as a whole."""
VARIANTS = 2
"""Damages of one kind that are made of one sentence at most."""
MATERIAL = 60
"""Claims over other documents from which a damaged one is offered its names, sentences and passages."""
LENT_LENGTHS = range(40, 400)
"""Characters of a sentence that is lent to others."""
_FORBIDDEN = re.compile(
    r"\b(?:may|must|shall|can|should) (?:also )?(?:not|never|only)\b|\bcannot\b|\bno\b", re.IGNORECASE
)

Finder = Callable[[str, Sequence[str], str], tuple[Problem, ...]]
"""(sentence, quotes, question) → what is wrong, as `find_problems`."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence that the verifier was given.

    `how` is None for an undamaged one. `good`: it was let through undamaged, or caught damaged.
    """

    claim: Claim
    how: Damage | None
    text: str
    quotes: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Whether the verifier did as it should."""
        return bool(self.problems) == (self.how is not None)


@dataclass(frozen=True, slots=True)
class Row:
    """Of `n` trials of a part, the verifier did as it should in `good`; `part` is a language, a form, or "all"."""

    name: str
    part: str
    n: int
    good: int

    @property
    def rate(self) -> float:
        """The share, 0 to 1; 0 of nothing, so that what was not measured clears no bar."""
        return self.good / self.n if self.n else 0.0

    def __str__(self) -> str:
        low, high = wilson(self.good, self.n) if self.n else (0.0, 0.0)
        return f"{self.name:22s} {self.part:12s} {self.good:5d} of {self.n:5d}  {self.rate:.3f} [{low:.3f}, {high:.3f}]"


def try_claims(claims: Sequence[Claim], seed: int = 1, find: Finder = find_problems) -> list[Trial]:
    """Return what the verifier says of claims, and of those that pass it when they are damaged in every way.

    Args:
        claims: over two documents or more, since damage is made of what others say.
        seed: of the damage; the same seed gives the same damage.
        find: the verifier.
    """
    trials: list[Trial] = []
    for claim in claims:
        undamaged = Trial(claim, None, claim.text, claim.quotes, find(claim.text, claim.quotes, claim.question))
        trials.append(undamaged)
        if not undamaged.good:
            continue
        for how in DAMAGES:
            for text, quotes in _damaged(claim, how, claims, seed):
                trials.append(Trial(claim, how, text, quotes, find(text, quotes, claim.question)))
    return trials


def count_trials(trials: Sequence[Trial]) -> list[Row]:
    """Return the rows of a report: what was caught by kind, language and form, and what was let through."""
    rows = [_count("caught", how, (t for t in trials if t.how == how)) for how in DAMAGES]
    for how, language in product(DAMAGES, LANGUAGES):
        found = [t for t in trials if t.how == how and t.claim.language == language]
        rows.append(_count("caught", f"{how} {language}", found))
    for how, form in product(DAMAGES, FORMS):
        rows.append(_count("caught", f"{how} {form}", [t for t in trials if t.how == how and t.claim.form == form]))
    rows.append(_count("caught", "all", (t for t in trials if t.how is not None)))
    undamaged = [t for t in trials if t.how is None]
    for form in FORMS:
        of_form = [t for t in undamaged if t.claim.form == form]
        rows.append(_count("let_through", form, of_form))
        rows += [
            _count("let_through", f"{form} {language}", [t for t in of_form if t.claim.language == language])
            for language in LANGUAGES
        ]
    held_out = [t for t in trials if t.claim.held_out]
    rows.append(_count("let_through", "held out", (t for t in held_out if t.how is None)))
    rows.append(_count("caught", "held out", (t for t in held_out if t.how is not None)))
    return rows


def to_metrics(rows: Iterable[Row]) -> dict[str, Any]:
    """Return rows as the figures that bars are held against; the number of damaged sentences is `damaged`."""
    rows = list(rows)
    figures = [{"name": row.name, "part": row.part, "value": row.rate if row.n else None} for row in rows]
    counts = [{"name": "n", "part": f"{row.name} {row.part}", "value": row.n} for row in rows]
    return {"figures": figures + counts}


def load_starter_claims() -> list[Claim]:
    """Return the claims over the starter documents, verbatim and by hand, and those of the labelled file.

    Raises:
        BadCases: a file of questions or claims cannot be read.
        CorpusError: a document cannot be read.
    """
    documents = {path.name: load_document(path) for path in sorted(STARTER.iterdir())}
    cases = _cases("starter.jsonl", "conversations.jsonl")
    return [*take_claims(cases, documents), *load_claims(CLAIMS), *load_paraphrases(PARAPHRASES, documents)]


def load_shared_claims() -> list[Claim]:
    """Return the verbatim claims over the documents of ../shared, none where they are not there."""
    if not SHARED.is_dir():
        return []
    cases = [*_cases("policy.jsonl"), *load_cases([SHARED / "evals" / "seed_questions.jsonl"])]
    named = {name for case in cases for name in case.documents}
    folders = (SHARED / "corpora" / "policy", SHARED / "corpus")
    paths = [folder / name for name in sorted(named) for folder in folders if (folder / name).is_file()]
    return take_claims(cases, {path.name: load_document(path) for path in paths})


def _cases(*names: str) -> list[Case]:
    return without_drafts(load_cases(QUESTIONS / name for name in names))


def _count(name: str, part: str, trials: Iterable[Trial]) -> Row:
    outcomes = [trial.good for trial in trials]
    return Row(name, part, len(outcomes), sum(outcomes))


def _damaged(claim: Claim, how: Damage, claims: Sequence[Claim], seed: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield different sentences with their quotes, damaged in one way; none where the way does not apply."""
    given = _answer(claim)
    seen = {(claim.text, claim.quotes)}
    if how == "modality" and claim.language == "en" and _FORBIDDEN.search(claim.text):
        return  # "may not" and "must not" forbid alike
    for variant in range(VARIANTS):
        chance = random.Random(f"{seed} {how} {claim.id} {claim.form} {claim.text} {variant}")  # noqa: S311 - no secret
        wrong = damage(given, how, _gather_material(claim, claims, chance), chance)
        if wrong is None:
            return
        said = wrong.sentences[-1]
        found = (said.text, tuple(quote.text for quote in said.quotes))
        if found not in seen and not _changes_the_answer_word_alone(claim.text, said.text):
            seen.add(found)
            yield found


def _changes_the_answer_word_alone(text: str, damaged: str) -> bool:
    """Return whether only the "No" of "No, it is not" was changed: what follows says the same."""
    word, comma, rest = text.partition(",")
    return bool(comma) and word == "No" and damaged.endswith(comma + rest)


def _answer(claim: Claim) -> GivenAnswer:
    quotes = tuple(Quote(claim.source, text) for text in claim.quotes)
    return GivenAnswer(True, "answered", claim.text, quotes, (StatedSentence(claim.text, quotes),), confidence=1.0)


def _gather_material(claim: Claim, claims: Sequence[Claim], chance: random.Random) -> Material:
    others = [other for other in chance.sample(claims, min(MATERIAL, len(claims))) if other.source != claim.source]
    alike = [other for other in others if other.language == claim.language]
    return Material(
        language=claim.language,
        unrelated=tuple(one.text for one in alike if len(one.text) in LENT_LENGTHS and is_factual(one.text)),
        passages=tuple(dict.fromkeys(Quote(other.source, text) for other in others for text in other.quotes)),
        names=tuple(dict.fromkeys(name for other in alike for name in find_names(other.text, other.language))),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, and with `--missed` every sentence that was not judged as it should, but none held out."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if [one for one in arguments if one != "--missed"]:
        print("usage: python -m evals.verification [--missed]", file=sys.stderr)
        return 2
    try:
        trials = try_claims([*load_starter_claims(), *load_shared_claims()])
    except (EvaluationError, CorpusError) as error:
        print(f"verification: {error}", file=sys.stderr)
        return 1
    for row in count_trials(trials):
        print(row)
    if arguments:
        for trial in (one for one in trials if not one.good and not one.claim.held_out):
            print(_describe(trial))
    return 0


def _describe(trial: Trial) -> str:
    problems = "; ".join(map(str, trial.problems)) or "let through"
    return f"{trial.how or 'undamaged'} {trial.claim.id}: {trial.text!r} of {list(trial.quotes)!r}: {problems}"


if __name__ == "__main__":
    sys.exit(main())
