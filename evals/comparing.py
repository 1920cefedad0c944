"""Two runs side by side: what changed in which figure, how sure that is, and which questions got better or worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals.statistics import bootstrap_mean, holm, mcnemar_exact, sign_flip

Row = Mapping[str, Any]
Value = Callable[[Row], float | None]
"""What a figure counts of a row, None where it does not apply."""

SAME_QUESTION = ("question", "history", "answerable", "documents", "evidence", "facts")
"""A row can be compared with one of another run that has the same of these."""
IMPORTANT = {
    "corpus_sha256": "the documents",
    "questions_sha256": "the questions",
    "embedder": "the embedders",
    "model": "the models",
}
"""Keys of "run" whose difference has to be said."""
ALPHA = 0.05
WIDTH = 72
"""Characters of a question that are shown."""
IDS = 8
"""How many ids a note names."""


def _when(applies: Callable[[Row], bool], value: Callable[[Row], Any]) -> Value:
    return lambda row: None if not applies(row) or value(row) is None else float(value(row))


def _is_answerable(row: Row) -> bool:
    return bool(row["answerable"])


def _reciprocal_rank(row: Row) -> float:
    return 1 / row["rank"] if row["rank"] and 0 < row["rank"] <= 10 else 0.0


RATES: Mapping[str, Value] = {
    "right": lambda row: float(row["right"]),
    "correct": _when(_is_answerable, lambda row: row.get("correct")),
    "cited": _when(_is_answerable, lambda row: row.get("cited")),
    "refused_unanswerable": _when(lambda row: not row["answerable"], lambda row: not row["answered"]),
    "refused_answerable": _when(_is_answerable, lambda row: not row["answered"]),
}
"""Figures that a question has or has not: tested by McNemar."""
MEANS: Mapping[str, Value] = {
    "recall_at_5": _when(lambda row: row["recall_at_5"] is not None, lambda row: row["recall_at_5"]),
    "mrr_at_10": _when(lambda row: row["recall_at_5"] is not None, _reciprocal_rank),
}
"""Figures that a question has more or less of: tested by turning signs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one figure differs: `difference` is `second` - `first` over the same `n` questions, with its 95 % interval.

    `p` is that of the paired test, `p_adjusted` the same after Holm over all figures.
    """

    name: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    n: int
    p: float
    p_adjusted: float

    @property
    def is_sure(self) -> bool:
        """Return whether chance is an unlikely reason, all figures taken together."""
        return self.p_adjusted < ALPHA


@dataclass(frozen=True, slots=True)
class Change:
    """A question in which only one run went wrong; `before` and `after` say what was wrong, "" where nothing was."""

    id: str
    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions that both have.

    `notes` say what else differs. `only_first` and `only_second` are ids that one run alone has, `asked_otherwise`
    those that both have for different questions or gold; none of them is compared. `failed` are ids that ended in an
    error in either run: `differences` leave them out.
    """

    questions: int
    failed: tuple[str, ...]
    differences: tuple[Difference, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    asked_otherwise: tuple[str, ...]
    notes: tuple[str, ...]


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """Return how the second run differs from the first, question by question.

    Args:
        first: the figures of a run, from `evals.folders.load_metrics`.
        second: those of the run that is compared with it.
    """
    ours, theirs = ({row["id"]: row for row in metrics["rows"]} for metrics in (first, second))
    shared = [(ours[id_], row) for id_, row in theirs.items() if id_ in ours]
    pairs = [pair for pair in shared if _is_same_question(*pair)]
    failed = [pair for pair in pairs if any(map(_has_failed, pair))]
    ran = [pair for pair in pairs if not any(map(_has_failed, pair))]
    return Comparison(
        questions=len(pairs),
        failed=tuple(row["id"] for row, _ in failed),
        differences=_adjusted([*_differences(ran, _seed(second))]),
        better=tuple(_change(*pair) for pair in pairs if pair[0]["failure"] and not pair[1]["failure"]),
        worse=tuple(_change(*pair) for pair in pairs if pair[1]["failure"] and not pair[0]["failure"]),
        only_first=tuple(id_ for id_ in ours if id_ not in theirs),
        only_second=tuple(id_ for id_ in theirs if id_ not in ours),
        asked_otherwise=tuple(pair[0]["id"] for pair in shared if not _is_same_question(*pair)),
        notes=tuple(
            f"{what} of the two runs are not the same: a difference may be due to that"
            for key, what in IMPORTANT.items()
            if first["run"].get(key) != second["run"].get(key)
        ),
    )


def render_comparison(comparison: Comparison) -> str:
    """Return a comparison as plain text for a terminal, lines of up to about 100 characters."""
    return "\n".join(_lines(comparison)) + "\n"


def _has_failed(row: Row) -> bool:
    return bool(row["failure"] == "error")


def _is_same_question(before: Row, after: Row) -> bool:
    return all(before.get(key) == after.get(key) for key in SAME_QUESTION)


def _differences(pairs: Sequence[tuple[Row, Row]], seed: int) -> Iterator[Difference]:
    for name, value in {**RATES, **MEANS}.items():
        counted = [(value(before), value(after), before) for before, after in pairs]
        both = [(before, after, row) for before, after, row in counted if before is not None and after is not None]
        if not both:
            continue
        changes = [after - before for before, after, _ in both]
        p = mcnemar_exact(changes.count(-1.0), changes.count(1.0)) if name in RATES else sign_flip(changes, seed)
        low, high = bootstrap_mean(changes, [_cluster(row) for *_, row in both], seed)
        yield Difference(
            name=name,
            first=math.fsum(before for before, _, _ in both) / len(both),
            second=math.fsum(after for _, after, _ in both) / len(both),
            difference=math.fsum(changes) / len(both),
            low=low,
            high=high,
            n=len(both),
            p=p,
            p_adjusted=p,
        )


def _adjusted(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    p_values = holm({difference.name: difference.p for difference in differences})
    return tuple(replace(difference, p_adjusted=p_values[difference.name]) for difference in differences)


def _cluster(row: Row) -> str:
    return str(row["documents"][0]) if row["documents"] else f"\0{row['id']}"


def _seed(metrics: Mapping[str, Any]) -> int:
    seed = metrics["run"].get("seed")
    return seed if isinstance(seed, int) and seed >= 0 else 0


def _change(before: Row, after: Row) -> Change:
    return Change(after["id"], after["question"], before["failure"], after["failure"])


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"{comparison.questions} questions in both runs"
    for note in comparison.notes:
        yield f"note: {note}"
    for ids, what in (
        (comparison.only_first, "in the first run alone, not compared"),
        (comparison.only_second, "in the second run alone, not compared"),
        (comparison.asked_otherwise, "asked or judged otherwise, not compared"),
        (comparison.failed, "failed in a run, left out of the figures"),
    ):
        if ids:
            more = f" and {len(ids) - IDS} more" if len(ids) > IDS else ""
            yield f"note: {what}: {', '.join(ids[:IDS])}{more}"
    yield ""
    yield f"{'':22s}{'first':>8s}{'second':>8s}{'change':>9s}   {'95 % interval':19s}{'p':>7s}{'p (Holm)':>10s}"
    yield from (_line(difference) for difference in comparison.differences)
    for changes, what in ((comparison.better, "better"), (comparison.worse, "worse")):
        yield ""
        yield f"{what}: {len(changes)}"
        yield from (f"  {change.id}  {_moved(change)}  {_cut(change.question)}" for change in changes)


def _line(one: Difference) -> str:
    interval = f"{one.low:+.3f} to {one.high:+.3f}"
    return (
        f"{one.name:22s}{one.first:8.3f}{one.second:8.3f}{one.difference:+9.3f}   {interval:19s}"
        f"{one.p:7.3f}{one.p_adjusted:10.3f}{' *' if one.is_sure else ''}"
    )


def _moved(change: Change) -> str:
    return f"{change.before or 'right'} → {change.after or 'right'}"


def _cut(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
