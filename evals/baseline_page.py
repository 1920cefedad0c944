"""The baseline as a page, and its figures beside the bars they are to meet; both from `baseline.json` alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.baseline_common import OURS

Json = Mapping[str, Any]

WITHOUT_PERCENT: Mapping[str, str] = {
    "median_words": ".0f",
    "auroc": ".3f",
    "retrieval_ms": ".0f",
    "answer_ms": ".0f",
}
"""Figures that are no share, and how they are written."""
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure of a part has to be: at least `bound`, or at most."""

    part: str
    name: str
    of: str
    bound: float
    at_least: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """A measure, what was found, what was asked for, and whether it is met; None where it was not measured."""

    measure: str
    found: str
    bar: str
    met: bool | None


BARS = (
    Bar("seed", "right", "all", 0.92),
    Bar("seed", "refused_unanswerable", "all", 0.85),
    Bar("seed", "refused_answerable", "all", 0.05, at_least=False),
    Bar("seed", "median_words", "all", 45, at_least=False),
    Bar("seed", "success_at_5", "all, same language", 0.98),
    Bar("seed", "success_at_5", "all, across languages", 0.95),
    Bar("policy", "right", "all", 0.85),
    Bar("norquad", "sentence_hit", OURS, 0.80),
    Bar("refusal", "auroc", "both", 0.93),
    Bar("refusal", "refused_at_5_percent", "both", 0.75),
    Bar("time", "retrieval_ms", "p95", 40, at_least=False),
    Bar("time", "answer_ms", "p95", 300, at_least=False),
)
MOST_LOST = 0.03
"""Of Recall@5, by any disturbance."""
DISTURBED = ("seed", "policy")
RANKED = ("norquad", "help")

SECTIONS: Mapping[str, tuple[str, str]] = {
    "seed": (
        "Seed questions",
        "The seed questions over the five documents. No fit has seen them, but the work on the program has.",
    ),
    "starter": (
        "Starter questions",
        "Questions and conversations of this project over the starter documents. The reader was fitted on them: the "
        "cross-validated figures are in `reader-card.md`.",
    ),
    "policy": (
        "Policy questions",
        "Questions and conversations of this project over the policy documents. The reader was fitted on them: the "
        "cross-validated figures are in `reader-card.md`.",
    ),
    "norquad": (
        "NorQuAD",
        "Validation questions with every context in the library as a document of its own; no fit has seen them: the "
        "few that are among the unanswerable questions too are left out. Nearly all of their contexts have training "
        "questions as well, which fits have seen. "
        "Success@5: one of the first five chunks holds at least half of the very answer that was marked. Exact match "
        "and F1 are SQuAD's, with Norwegian articles: of the first sentence that the program says when it may not "
        "refuse, and of the sentence with the highest cosine (“best sentence”). Both are sentences and the gold is a "
        "few words, so exact match is bound to be low. Sentence hit: the answer stands in it, word for word.",
    ),
    "help": (
        "Help pages",
        "A fixed sample of LibreOffice's help pages that some query asks for, each a document in three languages; only "
        "those of one language may be found. Queries are index keywords and, across languages, page titles. Success@5: "
        "one of the first five chunks is of a page that is asked for.",
    ),
    "refusal": (
        "Refusal",
        "How well confidence tells NorQuAD's validation questions, which can be answered, from others. “Context held "
        "out” and “off the subject” are the questions of the folder `unanswerable`, the former with their context left "
        "out of what is found: **the confidence was fitted on them**. “Own context left out” are the validation "
        "questions themselves without their context, which no fit has seen. `refused_at_5_percent`: the share refused "
        "where 5 % of the answerable ones are. `refused_as_it_is`: with the program's own threshold.",
    ),
    "langid": (
        "Languages of questions",
        "Short questions; “nn” is nynorsk, which is to be understood as Norwegian. The margins of "
        "`corpus/language.py` were chosen on these questions.",
    ),
    "time": (
        "Time",
        "Over policy documents, NorQuAD's contexts and help pages in one library; warm, one question at a time, each "
        "asked once. Milliseconds; no two runs agree in them.",
    ),
}
"""Part → heading and what it is over, in the order of the page."""


def render_page(stored: Json) -> str:
    """Return the page as Markdown."""
    lines = [
        "# Baseline of the offline answer",
        "",
        "Written by `make baseline` (`evals/baseline.py`) from `evals/baseline.json`. In brackets: 95 % intervals, "
        "Wilson's for rates, else by a bootstrap over documents; then the number of observations.",
        "",
        "## Beside the bars",
        "",
        "| measure | found | bar | met |",
        "|---|--:|--:|---|",
        *(f"| {one.measure} | {one.found} | {one.bar} | {_word(one.met)} |" for one in judge_bars(stored)),
    ]
    for name, (heading, text) in SECTIONS.items():
        if section := _render_section(name, stored):
            lines += ["", f"## {heading}", "", text, "", *section]
    return "\n".join(lines) + "\n"


def judge_bars(stored: Json) -> list[Verdict]:
    """Return every bar with what was found, in their order."""
    return [
        *(_judge(bar, stored) for bar in BARS),
        *_judge_disturbances(stored),
        *_judge_rankers(stored),
    ]


def _judge(bar: Bar, stored: Json) -> Verdict:
    found = next(
        (one for one in figures_of(stored, bar.part) if (one["name"], one["part"]) == (bar.name, bar.of)), None
    )
    sign = "≥" if bar.at_least else "≤"
    measure = f"{bar.part}: {bar.name}" + (f" ({bar.of})" if bar.of != "all" else "")
    asked = f"{sign} {_number(bar.name, bar.bound)}"
    if found is None:
        return Verdict(measure, "–", asked, None)
    met = found["value"] >= bar.bound if bar.at_least else found["value"] <= bar.bound
    return Verdict(measure, _cell(found), asked, met)


def _judge_disturbances(stored: Json) -> Iterator[Verdict]:
    for part in DISTURBED:
        for one in figures_of(stored, part):
            if one["name"] == "recall_lost":
                measure = f"{part}: recall_lost ({one['part']})"
                asked = f"≤ {_number('recall_lost', MOST_LOST)}"
                yield Verdict(measure, _cell(one), asked, one["value"] <= MOST_LOST)


def _judge_rankers(stored: Json) -> Iterator[Verdict]:
    tests = [test for part in RANKED for test in _part(stored, part).get("tests", []) if test["name"] == "success_at_5"]
    complete = all(_part(stored, part) for part in RANKED)
    above = sum(test["difference"] > 0 for test in tests)
    plainly = sum(test["difference"] > 0 and test["p_holm"] < SIGNIFICANT for test in tests)
    total = len(tests)
    measure = f"{' and '.join(RANKED)}: success_at_5 above every other way of searching"
    yield Verdict(measure, f"{above} of {total}", "all", above == total if complete and tests else None)
    yield Verdict(
        f"{measure}, significantly", f"{plainly} of {total}", "most", 2 * plainly > total if complete else None
    )


def figures_of(stored: Json, part: str) -> list[Json]:
    """Return the figures of a part, those of times among them."""
    return [*_part(stored, part).get("figures", []), *stored.get("timings", {}).get(part, [])]


def _part(stored: Json, part: str) -> Json:
    found: Json = stored.get("parts", {}).get(part, {})
    return found


def _render_section(name: str, stored: Json) -> list[str]:
    figures = figures_of(stored, name)
    if not figures:
        return []
    made_with = _part(stored, name).get("made_with", {})
    about = [f"{made_with[key]:,} {key}" for key in ("documents", "chunks", "questions") if key in made_with]
    disturbed = [one for one in figures if one["part"].startswith("disturbance ")]
    lines = [f"{', '.join(about)}.", ""] if about else []
    lines += _table([one for one in figures if one not in disturbed])
    if disturbed:
        lines += ["", *_table(disturbed)]
    if tests := _part(stored, name).get("tests"):
        lines += ["", *_table_of_tests(tests)]
    return lines


def _table(figures: Sequence[Json]) -> list[str]:
    names = list(dict.fromkeys(one["name"] for one in figures))
    rows = list(dict.fromkeys(one["part"] for one in figures))
    cells = {(one["part"], one["name"]): _cell(one) for one in figures}
    return [
        f"| | {' | '.join(names)} |",
        f"|---|{'--:|' * len(names)}",
        *(f"| {row} | {' | '.join(cells.get((row, name), '–') for name in names)} |" for row in rows),
    ]


def _table_of_tests(tests: Sequence[Json]) -> list[str]:
    return [
        "McNemar's exact test, p adjusted by Holm over this table.",
        "",
        "| | over | against | difference | it alone | other alone | p |",
        "|---|---|---|--:|--:|--:|--:|",
        *(
            f"| {test['name']} | {test['part']} | {test['other']} | {_signed(test['difference'])} "
            f"| {test['only_ours']} | {test['only_other']} | {_p(test['p_holm'])} |"
            for test in tests
        ),
    ]


def _cell(one: Json) -> str:
    low, high = (_number(one["name"], one[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{_number(one['name'], one['value'])} [{low}; {high}] {one['n']}"


def _number(name: str, value: float) -> str:
    if name in WITHOUT_PERCENT:
        return f"{value:{WITHOUT_PERCENT[name]}}"
    return f"{100 * value:.1f} %".replace("-", "−")


def _signed(difference: float) -> str:
    return f"{100 * difference:+.1f}".replace("-", "−")


def _p(p: float) -> str:
    return f"{p:.3f}" if p >= 0.0005 else "< 0.001"


def _word(met: bool | None) -> str:
    return "not measured" if met is None else "yes" if met else "**no**"
