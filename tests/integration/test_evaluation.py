"""A whole evaluation over a small real library: real embedder, real indexes, documents and questions written here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from assistant.wiring import index_documents
from evals.cases import Case, case_from_json
from evals.folders import METRICS, TRIALS, load_metrics, save_json
from evals.measuring import measure
from evals.ranking import gold_of, ranks_of
from evals.results import Trial
from evals.running import run_cases
from evals.subjects import BuiltSubject, Subject, build_subject, describe_run
from evals.trials import TrialsFile
from indexing.hits import Filters, Hit, Retriever

LIBRARY_RULES = """# Regler for biblioteket i Vesterby

## Lån

En bog kan lånes i 28 dage. Den, der afleverer for sent, betaler 15 kr. om ugen.

## Åbningstid

Biblioteket har åbent fra kl. 9 til kl. 19 på hverdage.
"""
CHOIR = """# Vedtekter for koret

Koret øver hver tirsdag. Dirigenten heter Åse Lunde og ble ansatt i 2019.
"""
LINES = [
    ("loan", "da", "number", "hvor længe må man have en bog?", "bibliotek.md", "lånes i 28 dage", "28"),
    ("late", "da", "number", "Hvad koster det at aflevere for sent?", "bibliotek.md", "betaler 15 kr. om ugen", "15"),
    ("open", "en", "number", "When is the library open on weekdays?", "bibliotek.md", "kl. 9 til kl. 19", "19"),
    ("choir", "no", "person", "Hvem er dirigent i koret?", "kor.md", "Dirigenten heter Åse Lunde", "Lunde"),
    ("since", "no", "date", "Når ble dirigenten ansatt?", "kor.md", "ansatt i 2019", "2019"),
]
UNANSWERABLE = [("bread", "da", "Hvordan bager man rugbrød?"), ("moon", "en", "How far away is the moon?")]
SEED = 5


def make_cases() -> list[Case]:
    answerable = [
        {"id": id_, "lang": lang, "kind": kind, "question": question, "answerable": True}
        | {"doc": document, "evidence": [anchor], "facts": [[fact]]}
        for id_, lang, kind, question, document, anchor, fact in LINES
    ]
    follow_up: dict[str, Any] = {
        **answerable[0],
        "id": "and-late",
        "kind": "followup",
        "question": "Og hvad hvis den afleveres for sent?",
        "evidence": ["betaler 15 kr. om ugen"],
        "facts": [["15"]],
        "history": [["Hvor længe må man låne en bog på biblioteket?", "En bog kan lånes i 28 dage."]],
        "stand_alone": "Hvad betaler man, hvis en bog afleveres for sent?",
    }
    refusals = [
        {"id": id_, "lang": lang, "kind": "unanswerable", "question": question, "answerable": False}
        for id_, lang, question in UNANSWERABLE
    ]
    return [case_from_json(value) for value in (*answerable, follow_up, *refusals)]


CASES = make_cases()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltSubject:
    folder = tmp_path_factory.mktemp("evaluated")
    for name, text in {"bibliotek.md": LIBRARY_RULES, "kor.md": CHOIR}.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(library=folder / "library")
    report = index_documents(settings, [folder / "bibliotek.md", folder / "kor.md"])
    assert not report.failed
    return build_subject(settings)


@pytest.fixture(scope="module")
def whole(built: BuiltSubject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run without interruption."""
    folder = tmp_path_factory.mktemp("whole")
    evaluate(built, folder)
    return folder


def evaluate(built: BuiltSubject, folder: Path, subject: Subject | None = None, stop_after: int = 0) -> list[str]:
    """Run the cases into a folder, as the command does; return the ids that were asked.

    A run that is stopped is interrupted as by Ctrl-C.
    """
    run = describe_run(CASES, [Path("small.jsonl")], built.identity, SEED)
    asked: list[str] = []

    def stop(done: int, total: int, case_id: str) -> None:
        if stop_after and done == stop_after:
            raise KeyboardInterrupt

    with TrialsFile(folder / TRIALS, run) as file:

        def keep(trial: Trial) -> None:
            asked.append(trial.case_id)
            file.add(trial)

        trials: Sequence[Trial] = run_cases(CASES, subject or built.subject, SEED, file.done, keep, stop)
    save_json(folder / METRICS, measure(CASES, trials, built.texts, run, built.subject.languages))
    return asked


def test_two_runs_are_the_same_to_the_last_byte(built: BuiltSubject, whole: Path, tmp_path: Path) -> None:
    assert evaluate(built, tmp_path) == [case.id for case in CASES]
    assert (tmp_path / METRICS).read_bytes() == (whole / METRICS).read_bytes()


def test_a_run_that_was_interrupted_goes_on_and_ends_the_same(built: BuiltSubject, whole: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        evaluate(built, tmp_path, stop_after=3)
    assert not (tmp_path / METRICS).exists()
    with (tmp_path / TRIALS).open("ab") as file:
        file.write(b'{"id": "torn')
    assert evaluate(built, tmp_path) == [case.id for case in CASES[3:]]
    assert (tmp_path / METRICS).read_bytes() == (whole / METRICS).read_bytes()
    assert evaluate(built, tmp_path) == []


class FailingRetriever:
    """Searches, but fails for a question with a certain word."""

    def __init__(self, retriever: Retriever, word: str) -> None:
        self._retriever, self._word = retriever, word

    def retrieve(self, query: str, limit: int, filters: Filters = Filters()) -> list[Hit]:
        if self._word in query:
            raise OSError("the index is gone")
        return self._retriever.retrieve(query, limit, filters)


def test_a_search_that_fails_for_one_case_leaves_the_others_as_they_are(
    built: BuiltSubject, whole: Path, tmp_path: Path
) -> None:
    failing = replace(built.subject, retriever=FailingRetriever(built.subject.retriever, "rugbrød"))
    evaluate(built, tmp_path, failing)
    rows, expected = ({row["id"]: row for row in load_metrics(folder)["rows"]} for folder in (tmp_path, whole))
    assert rows.pop("bread")["error"] == "OSError: the index is gone"
    expected.pop("bread")
    assert rows == expected
    assert load_metrics(tmp_path)["unanswered_ids"] == 1


def test_gold_in_the_second_document_of_a_name_is_found_and_none_is_credited_wrongly(tmp_path: Path) -> None:
    texts = {
        "east": "# Regler for østbroen\n\nBroen ved Østby må bære 18 tons.\n",
        "west": "# Regler for vestbroen\n\nFærgelejet ved Vestby lukker kl. 21 om aftenen.\n",
    }
    for folder, text in texts.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "regler.md").write_text(text, encoding="utf-8")
    settings = Settings(library=tmp_path / "library")
    assert not index_documents(settings, [tmp_path / folder / "regler.md" for folder in texts]).failed
    twins = build_subject(settings)
    lines = [("Hvor meget må broen bære?", "bære 18 tons"), ("Hvornår lukker færgelejet?", "lukker kl. 21 om aftenen")]
    cases = [
        case_from_json(
            {"id": anchor, "lang": "da", "kind": "number", "question": question, "answerable": True}
            | {"doc": "regler.md", "evidence": [anchor], "facts": [["1"]]}
        )
        for question, anchor in lines
    ]
    for case, trial in zip(
        cases, run_cases(cases, twins.subject, SEED, {}, lambda t: None, lambda *t: None), strict=True
    ):
        shown = [twins.texts["regler.md"].text[found.start : found.end] for found in trial.passages]
        [gold] = gold_of(case, twins.texts)
        assert [ranks_of([found], [gold]) == [1] for found in trial.passages] == [
            case.evidence[0] in text for text in shown
        ]
        assert ranks_of(trial.passages, [gold]) == [1]
        assert all(any(text.strip() in whole for whole in texts.values()) for text in shown)


def test_what_is_measured_is_what_a_person_would_see(built: BuiltSubject, whole: Path) -> None:
    metrics = load_metrics(whole)
    assert metrics["verbatim"] == 1.0
    assert metrics["unanswered_ids"] == 0
    assert metrics["refused_unanswerable"] == 1.0
    assert metrics["right_answerable"] >= 0.5
    figures = {(one["name"], one["part"]): one for one in metrics["figures"]}
    assert figures["recall_at_5", "all"]["value"] == 1.0
    assert figures["retention_at_5", "all"]["n"] == 1
    assert ("success_at_5", "pair en-da") in figures
    assert figures["recall_lost", "disturbance lower_case"]["n"] >= 3


def test_the_figures_name_no_path_of_the_machine_and_no_clock(built: BuiltSubject, whole: Path) -> None:
    text = (whole / METRICS).read_text(encoding="utf-8")
    assert str(Path.home()) not in text
    assert "evaluated" not in text
    assert "_ms" not in text
    run = json.loads(text)["run"]
    assert run == {"questions": ["small.jsonl"], **asdict(built.identity), "seed": SEED} | {
        "questions_sha256": run["questions_sha256"]
    }
    assert run["documents"] == 2
