"""A run's `metrics.json` as the report gets it, made up: a harbour, its council, and questions in three languages."""

from __future__ import annotations

from typing import Any

HOSTILE = "</script><script>window.ran = true</script><img src=x onerror='window.ran = true'> \u202eomvendt"
"""A question that would run, if the page let it."""

COUNT = 66
QUESTIONS = {
    "da": "hvor mange gange mødes havnerådet om året, og hvem indkalder til møderne?",
    "no": "når skal høringssvaret om den nye moloen være sendt inn?",
    "en": "Who chairs the harbour council, and for how long?",
}
ANSWERS = {
    "da": "Havnerådet mødes fire gange om året, og formanden indkalder. [1]",
    "no": "Høringssvaret skal være sendt innen 1. oktober 2031. [1]",
    "en": "The mayor of Nordstrand chairs the council for four years. [1]",
}
FILES = ("vedtægt-for-havnerådet.pdf", "høring-om-molo.docx", "harbour-guide.md")
KINDS = ("number", "date", "person", "fact", "list", "table", "definition", "cross", "followup", "false_premise")
FAILURES = ("", "", "refused", "", "wrong", "", "", "not cited", "", "", "")
DISTURBANCES = ("typing_errors", "ascii_letters", "lower_case", "split_compounds", "paraphrase")
RETRIEVAL = ("success_at_1", "success_at_5", "recall_at_5", "recall_at_10", "recall_at_30", "mrr_at_10", "ndcg_at_10")
OVER_ALL = {
    "right": 0.8312,
    "correct": 0.86,
    "cited": 0.88,
    "fact_recall": 0.9,
    "wrong": 0.07,
    "truthfulness": 0.79,
    "contradicted": 0.012,
    "citation_recall": 0.962,
    "citation_precision": 0.941,
    "verbatim": 1.0,
    "supported": 0.9985,
    "refused_unanswerable": 0.92,
    "refused_answerable": 0.071,
    "refusal_precision": 0.88,
    "coverage_at_2_percent_risk": 0.4545,
    "aurc": 0.034,
    "e_aurc": 0.021,
    "auroc_answerable": 0.91,
    "refusal_gap_between_languages": 0.043,
    "retention_at_5": 0.97,
    "language_of_last_turn": 1.0,
    "language_detected": 0.98,
    "cross_language_gap": 0.06,
}


def build_row(number: int, **changes: Any) -> dict[str, Any]:
    """Return row `number` of a run, from 0."""
    language = ("da", "no", "en")[number % 3]
    answerable = number % 5 != 4
    failure = FAILURES[number % len(FAILURES)] if answerable else ("answered anyway" if number % 20 == 19 else "")
    answered = failure != "refused" if answerable else bool(failure)
    file = FILES[number % 3]
    row = {
        "id": f"{language}-{number:03d}",
        "file": "harbour.jsonl",
        "lang": language,
        "kind": KINDS[number % len(KINDS)] if answerable else "unanswerable",
        "answerable": answerable,
        "question": QUESTIONS[language],
        "history": [["Hvad er havnerådet?", "Et råd for havnen."]] if number % 10 == 8 else [],
        "documents": [file] if answerable else [],
        "evidence": ["fire gange om året", "kvartalsvis"] if answerable else [],
        "facts": [[r"\bfire\b", r"\b4\b"], [r"formand|mayor"]] if answerable else [],
        "why": "" if answerable else "No document names a price.",
        "outcome": "answered" if answered else "no_evidence",
        "answered": answered,
        "answer": ANSWERS[language] if answered else "Det står ikke i materialet.",
        "quotes": [{"document": file, "quote": "Rådet mødes fire gange om året.\nFormanden indkalder."}] * answered,
        "confidence": round(0.3 + (number * 37 % 70) / 100, 2),
        "right": not failure,
        "correct": (answered and failure != "wrong") if answerable else None,
        "cited": (answered and failure != "not cited") if answerable else None,
        "contradicted": failure == "wrong",
        "supported": True if answered else None,
        "rank": None if not answerable or number % 11 == 4 else 1 + number % 4,
        "recall_at_5": (0.0 if number % 11 == 4 else 1.0) if answerable else None,
        "detected": "no" if number % 30 == 3 else language,
        "error": "",
        "forced": ANSWERS[language] if failure == "refused" else "",
        "failure": failure,
    }
    return row | changes


def build_metrics(lower: float = 0.0) -> dict[str, Any]:
    """Return the metrics of a run; `lower` is taken off every rate, for a run that was worse."""
    rows = [build_row(number) for number in range(COUNT)]
    rows[7] = build_row(7, failure="error", error="the answer took more than 60 s", right=False, answer="", quotes=[])
    rows[4] = build_row(4, id="<b>4</b>", question=HOSTILE, answer=HOSTILE, answered=True, right=False)
    rows[4] |= {"failure": "answered anyway", "quotes": [{"document": "<i>x</i>.md", "quote": HOSTILE}]}
    figures = _figures(lower)
    over_all = {figure["name"]: figure for figure in figures if figure["part"] == "all"}
    scored = ("right", "correct", "cited", "fact_recall", "refused_unanswerable", "refused_answerable")
    scored += ("refusal_precision", "verbatim", "supported")
    return {
        "questions": COUNT,
        "unanswered_ids": 1,
        **{name: over_all[name]["value"] for name in scored},
        "right_answerable": 0.81,
        "median_words": 17.5,
        "by": {"lang da": [0.84, 22], "kind number": [0.79, 6]},
        "intervals": {name: [over_all[name]["low"], over_all[name]["high"]] for name in scored}
        | {"right_answerable": [0.70, 0.89]},
        "figures": figures,
        "risk_coverage": [[(n + 1) / COUNT, round(max(0.0, n - 26) / COUNT / 2.4, 4)] for n in range(COUNT)],
        "language_confusion": {"da": {"da": 21, "no": 1}, "no": {"no": 22}, "en": {"en": 22}},
        "kinds": {"number": 6, "date": 6, "unanswerable": 13},
        "not_measured": ["Nobody wrote paraphrases for 41 of the questions, so the paraphrase disturbance is over 25."],
        "run": {
            "questions": ["harbour.jsonl"],
            "questions_sha256": "3f" * 32,
            "corpus_sha256": "a7" * 32,
            "documents": 3,
            "code_sha256": "c1" * 32 if not lower else "d2" * 32,
            "version": "0.1.0",
            "model": "extractive",
            "embedder": "multilingual-e5-small",
            "answer_from": 0.5,
            "seed": 7,
        },
        "rows": rows,
    }


def _figures(lower: float) -> list[dict[str, Any]]:
    figures = [_figure(name, "all", max(0.0, value - lower), COUNT) for name, value in OVER_ALL.items()]
    for at, name in enumerate(RETRIEVAL):
        figures.append(_figure(name, "all", 0.78 + 0.03 * at - lower, COUNT))
        for place, language in enumerate(("da", "no", "en")):
            figures.append(_figure(name, f"lang {language}", 0.8 + 0.02 * at - 0.03 * place - lower, COUNT // 3))
        for pair in ("da-da", "no-da", "no-no", "en-da", "en-en"):
            figures.append(_figure(name, f"pair {pair}", (0.9 if pair[:2] == pair[3:] else 0.7) + 0.01 * at, 13))
        for place, kind in enumerate(KINDS):
            figures.append(_figure(name, f"kind {kind}", 0.95 - 0.03 * place - lower, 6))
    for name in ("right", "correct", "cited", "refused_unanswerable", "refused_answerable", "language_detected"):
        for place, language in enumerate(("da", "no", "en")):
            figures.append(_figure(name, f"lang {language}", abs(OVER_ALL[name] - 0.02 * place - lower), COUNT // 3))
    for place, kind in enumerate((*KINDS, "unanswerable", "partial")):
        figures.append(_figure("right", f"kind {kind}", 0.95 - 0.04 * place - lower, 6))
    for place, name in enumerate(DISTURBANCES):
        figures.append(_figure("recall_at_5", f"disturbance {name}", 0.83 - 0.012 * place, COUNT - 13))
        figures.append(_figure("recall_lost", f"disturbance {name}", 0.012 * place - 0.01, COUNT - 13))
    return figures


def _figure(name: str, part: str, value: float, n: int) -> dict[str, Any]:
    spread = 0.6 / n**0.5
    floor = 0.0 if value >= 0 else -1.0
    return {
        "name": name,
        "part": part,
        "value": round(value, 6),
        "low": round(max(floor, value - spread), 6),
        "high": round(min(1.0, value + spread), 6),
        "n": n,
    }
