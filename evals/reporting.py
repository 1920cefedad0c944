"""The report of an evaluation: `metrics.json` as one HTML page that asks nothing of a network.

Questions, answers and documents are written by others. They reach the page as text alone: the template escapes
everything, and the page's own style and script are the only ones its Content-Security-Policy lets through.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpus.documents import LANGUAGES
from evals.plotting import Bar, plot_bars, plot_risk_coverage
from evals.readings import (
    Figures,
    Json,
    Line,
    Measure,
    Reading,
    finite,
    format_difference,
    format_rate,
    kind_label,
    language_label,
    line_of,
    measure_named,
    order_of,
    part_label,
)

_TEMPLATES = Path(__file__).with_name("templates")
_HEADLINE = (
    "right",
    "right_answerable",
    "refused_unanswerable",
    "refused_answerable",
    "truthfulness",
    "success_at_5",
    "citation_precision",
    "citation_recall",
    "supported",
    "verbatim",
)
_NOT_BARS = ("truthfulness",)
"""A difference of two rates can lie below 0 and has no place on an axis from 0 to 1."""
_REFUSAL = ("refused_unanswerable", "refused_answerable", "refusal_precision", "coverage_at_2_percent_risk")
_REFUSAL_CURVE = ("aurc", "e_aurc", "auroc_answerable", "refusal_gap_between_languages")
_CONVERSATION = (("retention_at_5", "all"), ("right", "kind followup"), ("language_of_last_turn", "all"))
_DISTURBED = ("recall_at_5", "recall_lost")
_FAILURES = {
    "wrong": "answered, but a fact is missing or the answer is too long",
    "answered anyway": "answered, though the documents do not say",
    "contradicted": "the facts and the quote are there, but also a number or date that nothing bears out",
    "not cited": "the facts are there, but no quote holds the expected passage",
    "refused": "refused, though the documents answer it",
    "error": "ended in an error, so it is not known what it would have said",
    "not right": "not right, for a reason the run does not give",
}
"""What each failure means, from the gravest on."""
_NO_ROW: Mapping[str, Any] = {
    "id": "",
    "file": "",
    "lang": "",
    "kind": "",
    "answerable": None,
    "question": "",
    "history": (),
    "documents": (),
    "evidence": (),
    "facts": (),
    "why": "",
    "outcome": "",
    "answered": None,
    "answer": "",
    "quotes": (),
    "confidence": None,
    "right": False,
    "correct": None,
    "cited": None,
    "contradicted": None,
    "supported": None,
    "rank": None,
    "recall_at_5": None,
    "detected": None,
    "error": "",
    "forced": "",
    "failure": "",
}
_NO_RUN: Mapping[str, Any] = dict.fromkeys(
    (
        "questions",
        "questions_sha256",
        "corpus_sha256",
        "documents",
        "code_sha256",
        "version",
        "model",
        "embedder",
        "answer_from",
        "seed",
    )
)
_SHOWN_CHARACTERS = 8000
_CURVE_ROWS = 20
_SHADES = 5
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Table:
    """Readings by row and column; a cell of None was not measured. A row's second text explains its first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Reading | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the metrics with what the page adds: its anchor, the keys of its documents, its failure."""

    row: Json
    anchor: str
    document_keys: tuple[int, ...]
    failure: str

    @property
    def right(self) -> bool:
        """Whether nothing went wrong."""
        return not self.failure


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that was right in one of two runs only."""

    question: Question
    before: str
    now: str


def render_report(metrics: Mapping[str, Any], baseline: Mapping[str, Any] | None = None) -> str:
    """Return the report of a run as one HTML page, the same for the same metrics.

    Args:
        metrics: the object of `metrics.json`.
        baseline: that of an earlier run, to show the differences to; None leaves them out.
    """
    figures = Figures(metrics)
    earlier = Figures(baseline) if baseline is not None else None
    documents = _documents(metrics)
    questions = [_question(row, number, documents) for number, row in enumerate(metrics.get("rows") or (), 1)]
    page = _environment().get_template("report.html")
    text = page.render(
        **_page_parts(),
        run={**_NO_RUN, **(metrics.get("run") or {})},
        kinds=list((metrics.get("kinds") or {}).items()),
        languages=_languages(questions),
        answerable=sum(q.row["answerable"] is True for q in questions),
        errors=int(metrics.get("unanswered_ids") or 0),
        median_words=finite(metrics.get("median_words")),
        headline=[line_of(name, "all", figures, earlier) for name in _HEADLINE],
        not_measured=list(metrics.get("not_measured") or ()),
        baseline=None if baseline is None else _differences(metrics, baseline, questions),
        by_language=_by_language(figures),
        by_kind=_by_part(figures, "kind"),
        by_pair=_by_part(figures, "pair"),
        plots=_plots(figures, earlier),
        refusal=[line_of(name, "all", figures) for name in _REFUSAL + _REFUSAL_CURVE],
        curve=_curve(metrics, figures),
        curve_rows=_thinned(_points(metrics)),
        conversation=[line_of(name, part, figures) for name, part in _CONVERSATION],
        robustness=[[line_of(name, part, figures) for name in _DISTURBED] for part in figures.parts("disturbance")],
        confusion=_confusion(metrics),
        wrong=[q for q in questions if not q.right],
        right=[q for q in questions if q.right],
        failures=_failures(questions),
        choices=_choices(questions, documents),
        every=[line_of(name, part, figures) for name, part in figures.measured()],
    )
    return _CONTROL.sub("\ufffd", text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "rate": format_rate,
        "difference": format_difference,
        "part": part_label,
        "language": language_label,
        "kind": kind_label,
        "clip": _clip,
        "spaced": lambda text: str(text).replace("_", " "),
    }
    environment.globals |= {"LANGUAGES": LANGUAGES}
    return environment


@cache
def _page_parts() -> dict[str, Any]:
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return {
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": policy,
    }


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _clip(text: Any) -> str:
    whole = str(text)
    left = len(whole) - _SHOWN_CHARACTERS
    return whole if left <= 0 else f"{whole[:_SHOWN_CHARACTERS]} … ({left} more characters are in metrics.json)"


def _documents(metrics: Json) -> list[str]:
    """Return every file that gold or a quote names, sorted; its place is its key in the page."""
    names: set[str] = set()
    for row in metrics.get("rows") or ():
        names |= _named(row)
    return sorted(names)


def _named(row: Json) -> set[str]:
    quoted = (quote.get("document") for quote in row.get("quotes") or ())
    return {str(name) for name in (*(row.get("documents") or ()), *quoted) if name}


def _question(row: Json, number: int, documents: Sequence[str]) -> Question:
    whole = {**_NO_ROW, **{key: value for key, value in row.items() if value is not None}}
    failure = str(whole["failure"]) or ("" if whole["right"] else "not right")
    named = _named(row)
    keys = tuple(key for key, name in enumerate(documents) if name in named)
    return Question(whole, f"question-{number}", keys, failure)


def _languages(questions: Sequence[Question]) -> dict[str, int]:
    """Return how many questions each language has, in the order languages are shown."""
    counts = Counter(str(q.row["lang"]) for q in questions)
    return {name: counts[name] for name in sorted(counts, key=lambda name: order_of(f"lang {name}"))}


def _failures(questions: Sequence[Question]) -> dict[str, Any]:
    """Return how often each failure befell each language, the gravest first, with totals."""
    counts = Counter((q.failure, str(q.row["lang"])) for q in questions if not q.right)
    languages = list(_languages(questions))
    rows = []
    for name in _by_gravity(failure for failure, _ in counts):
        found = [counts[name, language] for language in languages]
        rows.append((name, _FAILURES.get(name, ""), found, sum(found)))
    return {"languages": languages, "rows": rows}


def _choices(questions: Sequence[Question], documents: Sequence[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the filters: key, label, and the values to choose from with how many questions each has."""
    failures = Counter(q.failure for q in questions if q.failure)
    languages = _languages(questions)
    kinds = Counter(str(q.row["kind"]) for q in questions)
    named = Counter(key for q in questions for key in q.document_keys)
    by_kind = sorted(kinds, key=lambda name: order_of(f"kind {name}"))
    return [
        ("failure", "Failure", [(name, f"{name} ({failures[name]})") for name in _by_gravity(failures)]),
        ("language", "Language", [(name, f"{language_label(name)} ({languages[name]})") for name in languages]),
        ("kind", "Kind", [(name, f"{kind_label(name)} ({kinds[name]})") for name in by_kind]),
        (
            "document",
            "Document, gold or quoted",
            [(str(key), f"{name} ({named[key]})") for key, name in enumerate(documents)],
        ),
    ]


def _by_gravity(failures: Iterable[str]) -> list[str]:
    found = set(failures)
    return [name for name in _FAILURES if name in found] + sorted(found - set(_FAILURES))


def _by_language(figures: Figures) -> list[tuple[str, Table]]:
    """Return a table a group of measures: a row a measure, a column a language, after one for all together."""
    parts = figures.parts("lang")
    columns = ("all", *parts)
    groups: dict[str, list[tuple[str, str, tuple[Reading | None, ...]]]] = {}
    for measure in map(measure_named, figures.names(parts)):
        cells = tuple(figures.get(measure.name, column) for column in columns)
        groups.setdefault(measure.group, []).append((measure.label, measure.meaning, cells))
    return [(group, Table(tuple(map(part_label, columns)), tuple(rows))) for group, rows in groups.items()]


def _by_part(figures: Figures, kind: str) -> list[tuple[str, Table]]:
    """Return a table a group of measures: a row a part and a column a measure that any of the parts has."""
    parts = figures.parts(kind)
    groups: dict[str, list[Measure]] = {}
    for measure in map(measure_named, figures.names(parts)):
        groups.setdefault(measure.group, []).append(measure)
    return [(group, _table(figures, parts, measures)) for group, measures in groups.items()]


def _table(figures: Figures, parts: Sequence[str], measures: Sequence[Measure]) -> Table:
    rows = tuple((part_label(part), "", tuple(figures.get(m.name, part) for m in measures)) for part in parts)
    return Table(tuple(m.label for m in measures), tuple(row for row in rows if any(row[2])))


def _plots(figures: Figures, earlier: Figures | None) -> list[tuple[str, Markup]]:
    """Return the plots of rates, each with its heading; one without anything measured is left out."""

    def bars(keys: Iterable[tuple[str, str, str]]) -> list[Bar]:
        return [_bar(label, line_of(name, part, figures, earlier)) for label, name, part in keys]

    headline = [(measure_named(name).label, name, "all") for name in _HEADLINE if name not in _NOT_BARS]
    plots = [("The headline rates", "plot-headline", bars(headline))]
    for heading, name, kind in (
        ("Right, by kind of question", "right", "kind"),
        ("Right, by language of the question", "right", "lang"),
        ("Success@5, by language of question and document", "success_at_5", "pair"),
        ("Recall@5 of disturbed questions", "recall_at_5", "disturbance"),
    ):
        parts = figures.parts(kind)
        plots.append((heading, f"plot-{name}-{kind}", bars((part_label(part), name, part) for part in parts)))
    return [
        (heading, Markup(plot_bars(shown, name, heading)))  # noqa: S704 - the plot escapes its texts
        for heading, name, shown in plots
        if any(bar.value is not None for bar in shown)
    ]


def _bar(label: str, line: Line) -> Bar:
    before = line.before.value if line.before is not None else None
    if line.now is None:
        return Bar(label, "not measured", None, before=before)
    return Bar(label, line.now.text, line.now.value, line.now.low, line.now.high, before)


def _points(metrics: Json) -> list[tuple[float, float]]:
    pairs = [(finite(point[0]), finite(point[1])) for point in metrics.get("risk_coverage") or ()]
    return [(coverage, risk) for coverage, risk in pairs if coverage is not None and risk is not None]


def _curve(metrics: Json, figures: Figures) -> Markup | None:
    points = _points(metrics)
    if not points:
        return None
    reached = figures.get("coverage_at_2_percent_risk")
    plot = plot_risk_coverage(
        points, "plot-risk", "Risk and coverage", reached=reached.value if reached is not None else None
    )
    return Markup(plot)  # noqa: S704 - the plot escapes its texts


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most `_CURVE_ROWS` points, evenly spread and with the last one."""
    if len(points) <= _CURVE_ROWS:
        return list(points)
    places = [round((len(points) - 1) * (row + 1) / _CURVE_ROWS) for row in range(_CURVE_ROWS)]
    return [points[place] for place in places]


def _confusion(metrics: Json) -> dict[str, Any] | None:
    """Return the languages asked and detected: for each pair the count, the share of the row and its shade from 0."""
    counts = metrics.get("language_confusion")
    if not counts:
        return None
    names = sorted({*counts, *(found for row in counts.values() for found in row)}, key=lambda n: order_of(f"lang {n}"))
    rows = []
    for asked in (name for name in names if name in counts):
        total = sum(counts[asked].values())
        cells = [_confusion_cell(counts[asked].get(found, 0), total) for found in names]
        rows.append((asked, cells, total))
    return {"detected": names, "rows": rows}


def _confusion_cell(count: int, total: int) -> tuple[int, float | None, int]:
    share = count / total if total else None
    return count, share, math.ceil(share * _SHADES) if share else 0


def _differences(metrics: Json, baseline: Json, questions: Sequence[Question]) -> dict[str, Any]:
    """Return what changed from the baseline: the run, the figures, and the questions that turned."""
    figures, earlier = Figures(metrics), Figures(baseline)
    keys = list(dict.fromkeys([*figures.measured(), *earlier.measured()]))
    lines = [line_of(name, part, figures, earlier) for name, part in keys]
    before = {str(row.get("id")): _question(row, 0, ()) for row in baseline.get("rows") or ()}
    shared = [q for q in questions if str(q.row["id"]) in before]
    flips = [Flip(q, before[str(q.row["id"])].failure or "right", q.failure or "right") for q in shared]
    return {
        "run": list(_run_differences(metrics.get("run") or {}, baseline.get("run") or {})),
        "whole": [line for line in lines if line.part == "all"],
        "parts": [line for line in lines if line.part != "all" and line.difference],
        "better": [flip for flip in flips if flip.before != "right" and flip.now == "right"],
        "worse": [flip for flip in flips if flip.before == "right" and flip.now != "right"],
        "shared": len(shared),
        "added": len(questions) - len(shared),
        "gone": len(before) - len(shared),
    }


def _run_differences(now: Json, before: Json) -> Iterator[tuple[str, str, str]]:
    for key in dict.fromkeys([*now, *before]):
        if now.get(key) != before.get(key):
            yield str(key).replace("_", " "), _run_text(before.get(key)), _run_text(now.get(key))


def _run_text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "not said" if value is None else str(value)
