"""The program beside what people would use instead: the same documents, questions, embedder and scorer, in one run.

Run as `python -m evals.comparison`: every set of questions whose documents are there, into `docs/comparison.md`; a set
that is not run keeps what an earlier run wrote. `--library DIR QUESTIONS…` compares over a library of your own and
prints the table. All that is slow is kept in the work folder.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.interchange import answer_to_json
from assistant.settings import Settings
from assistant.wiring import build_embedder, build_keywords, build_library, index_documents
from corpus.documents import Language
from corpus.library import Library
from evals.cases import Case, load_cases, without_drafts
from evals.errors import EvaluationError
from evals.figuring import mean, rate
from evals.observing import Observation, observe_all
from evals.ranking import gold_of, ndcg_at, ranks_of, success_at
from evals.results import Figure, Passage, Trial
from evals.rivals import Rival, build_rivals, query_of
from evals.running import LONGEST_REASON, WIDE
from evals.spans import AnchoredText
from evals.statistics import holm, mcnemar_exact
from evals.stock import StockIndex
from evals.subjects import build_subject
from indexing.hits import Embedder

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared"
PAGE = CHECKOUT / "docs" / "comparison.md"
WORK = CHECKOUT / "build" / "comparison"
SEED = 0
FIRST = 5
"""How many passages Success@5 looks at."""
BUDGET = 3_000
"""Characters to read for the figure that long passages and short ones are held to alike: about five of this program's
chunks, or one passage of llama-index."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over some folders of documents; `name` is that of its section and of its library."""

    name: str
    folders: tuple[Path, ...]
    questions: Path

    @property
    def is_there(self) -> bool:
        """Return whether documents and questions are on this machine."""
        return self.questions.exists() and all(folder.exists() for folder in self.folders)


SETS = (
    QuestionSet("starter", (CHECKOUT / "corpus" / "starter",), CHECKOUT / "evals" / "questions" / "starter.jsonl"),
    QuestionSet("five", (SHARED / "corpus",), SHARED / "evals" / "seed_questions.jsonl"),
    QuestionSet(
        "policy",
        (SHARED / "corpora" / "policy", SHARED / "corpus"),
        CHECKOUT / "evals" / "questions" / "policy.jsonl",
    ),
)


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """What was measured of one rival over one set.

    `figures` are by the names of `measure_rival`; one that is undefined is missing. `right` says which cases are right,
    in their order. `p` is McNemar's, against the first rival, adjusted by Holm over all rivals; None for the first.
    `characters` is the median of what the first five passages hold, `milliseconds` that of an answer's wall time.
    """

    name: str
    figures: Mapping[str, Figure]
    right: tuple[bool, ...]
    errors: int
    characters: int
    milliseconds: float
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of one set, the program first, and what they are over."""

    rows: tuple[ComparisonRow, ...]
    documents: int
    cases: int
    unanswerable: int


COLUMNS: Mapping[str, str] = {
    "right_answerable": "right, answerable",
    "refused_unanswerable": "unanswerable refused",
    "refused_answerable": "answerable refused",
    "success_at_5": "Success@5",
    "success_at_5 same": "same language",
    "success_at_5 across": "across languages",
    "ndcg_at_10": "nDCG@10",
    "success_in_budget": f"in {BUDGET:,} characters",
    "supported": "supported",
}
"""Figure → heading of its column; `right` comes before them."""


def compare_rivals(
    cases: Sequence[Case],
    rivals: Sequence[Rival],
    texts: Mapping[str, AnchoredText],
    languages: Mapping[str, Language],
    progress: Progress,
) -> tuple[ComparisonRow, ...]:
    """Put every case to every rival and return a row a rival, in their order; all but the first have a p.

    Args:
        cases: what is asked.
        rivals: the first is the one that the others are compared with.
        texts: the documents by file name.
        languages: the language of each document by file name.
        progress: is told of each case.
    """
    rows = []
    for rival in rivals:
        trials = []
        for number, case in enumerate(cases, 1):
            trials.append(run_case(case, rival))
            progress(rival.name, number, len(cases))
        rows.append(measure_rival(rival.name, observe_all(cases, trials, texts, languages), texts))
    return tuple(_with_p(rows))


def run_case(case: Case, rival: Rival) -> Trial:
    """Return what a rival does with a case: its answer and, where there is gold, what it finds; or its error."""
    began = time.perf_counter()
    try:
        answer = answer_to_json(rival.answer(case))
        milliseconds = 1000 * (time.perf_counter() - began)
        passages = rival.search(query_of(case), WIDE) if case.answerable else ()
    except MemoryError:
        raise
    except Exception as error:  # whatever a part raises is that case's result, as in every evaluation
        return Trial(case.id, error=" ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON])
    said = {key: value for key, value in answer.items() if key != "timings"}
    return Trial(case.id, answer=said, passages=tuple(passages), milliseconds=milliseconds)


def measure_rival(name: str, observations: Sequence[Observation], texts: Mapping[str, AnchoredText]) -> ComparisonRow:
    """Return the row of a rival, without its p.

    Its figures are `right` and those of `COLUMNS`, defined as in `evals.measuring`. `success_at_5 same` is over the
    cases whose gold stands in a document of the question's own language, `success_at_5 across` over the others.
    `success_in_budget` says how often the first `BUDGET` characters that are found, in order, hold the gold.
    """
    answerable = [one for one in observations if one.case.answerable]
    ranked = [one for one in observations if one.ranks]
    said = [one for one in observations if one.judgement.answered]
    figures = [
        *rate("right", "all", (one.judgement.right for one in observations)),
        *rate("right_answerable", "all", (one.judgement.right for one in answerable)),
        *rate("refused_unanswerable", "all", (one.judgement.right for one in observations if not one.case.answerable)),
        *rate("refused_answerable", "all", (not one.judgement.answered for one in answerable)),
        *rate("success_at_5", "all", map(_succeeds, ranked)),
        *rate("success_at_5 same", "all", (_succeeds(one) for one in ranked if not _is_across(one))),
        *rate("success_at_5 across", "all", (_succeeds(one) for one in ranked if _is_across(one))),
        *mean("ndcg_at_10", "all", ranked, lambda one: ndcg_at(one.ranks or (), 10), SEED),
        *rate("success_in_budget", "all", (_succeeds_in_budget(one, texts) for one in ranked)),
        *rate("supported", "all", (bool(one.judgement.supported) for one in said)),
    ]
    times = [one.trial.milliseconds for one in observations if not one.trial.error]
    return ComparisonRow(
        name=name,
        figures={figure.name: figure for figure in figures},
        right=tuple(one.judgement.right for one in observations),
        errors=sum(bool(one.trial.error) for one in observations),
        characters=round(statistics.median([_length(one.trial.passages[:FIRST]) for one in ranked] or [0])),
        milliseconds=statistics.median(times or [0.0]),
    )


def _with_p(rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    ours, *others = rows
    p_values = holm({row.name: _mcnemar(ours.right, row.right) for row in others})
    return [ours, *(replace(row, p=p_values[row.name]) for row in others)]


def _mcnemar(first: Sequence[bool], second: Sequence[bool]) -> float:
    pairs = list(zip(first, second, strict=True))
    return mcnemar_exact(pairs.count((True, False)), pairs.count((False, True)))


def _succeeds(observation: Observation) -> bool:
    return success_at(observation.ranks or (), FIRST) == 1.0


def _succeeds_in_budget(observation: Observation, texts: Mapping[str, AnchoredText]) -> bool:
    read = cut_to_budget(observation.trial.passages, BUDGET)
    return any(rank is not None for rank in ranks_of(read, gold_of(observation.case, texts)))


def cut_to_budget(passages: Sequence[Passage], characters: int) -> list[Passage]:
    """Return the first passages that together have so many characters; the last of them is cut."""
    read: list[Passage] = []
    for passage in passages:
        end = min(passage.end, passage.start + characters)
        if end > passage.start:
            read.append(replace(passage, end=end))
        characters -= max(0, end - passage.start)
    return read


def _is_across(observation: Observation) -> bool:
    return observation.evidence_language != observation.case.language


def _length(passages: Sequence[Passage]) -> int:
    return sum(passage.end - passage.start for passage in passages)


def run_comparison(settings: Settings, questions: Iterable[Path], vectors: Path, progress: Progress) -> Comparison:
    """Compare the program with its rivals over the library of the settings.

    Args:
        settings: name the library; its documents have been added.
        questions: files of cases; drafts in them are left out.
        vectors: folder that keeps the vectors of the stock pipeline's passages for the next run.
        progress: is told what is being done.

    Raises:
        BadCases: a file holds no cases.
        EvaluationError: the library is empty.
    """
    cases = without_drafts(load_cases(questions))
    built = build_subject(settings)
    if not built.identity.documents:
        raise EvaluationError(f"no document in the library {settings.library}: run `atmp index` first")
    library, keywords = build_library(settings), build_keywords(settings)
    from indexing.chroma import ChromaIndex  # 4 s that only a whole comparison pays

    with Library.open(vectors) as kept, tempfile.TemporaryDirectory(prefix="atmp-comparison-") as folder:
        stores: list[ChromaIndex] = []

        def stock(embedder: Embedder) -> StockIndex:
            stores.append(ChromaIndex(Path(folder) / f"chroma{len(stores)}", embedder.name))
            index = StockIndex(library, embedder, stores[-1], kept)
            index.embed_ahead(lambda done, total: progress("llama-index's passages", done, total))
            return index

        try:
            rivals = build_rivals(library, lambda: build_embedder(settings), keywords, stock, built.subject.scorer)
            rows = compare_rivals(cases, rivals, built.texts, built.subject.languages, progress)
        finally:
            for store in stores:
                store.close()
    return Comparison(
        rows=rows,
        documents=built.identity.documents,
        cases=len(cases),
        unanswerable=sum(not case.answerable for case in cases),
    )


def render_comparison_table(comparison: Comparison) -> str:
    """Return a comparison as Markdown: what it is over, a table with a row a rival, and what the table leaves out."""
    rows = comparison.rows
    characters = _listed((f"{row.characters:,} characters", row.name.partition(",")[0]) for row in rows)
    times = _listed((f"{row.milliseconds:.0f} ms", row.name) for row in rows)
    headings = ["", "right [95 %]", "to this program", *COLUMNS.values()]
    lines = [
        f"{comparison.documents} documents, {comparison.cases} questions, {comparison.unanswerable} of them without an "
        "answer in the documents.",
        "",
        f"| {' | '.join(headings)} |",
        f"|---|{'--:|' * (len(headings) - 1)}",
        *(f"| {' | '.join(_cells(row, rows[0]))} |" for row in rows),
        "",
        f"The first {FIRST} passages hold (median): {characters}.",
        "",
        f"Time an answer took, which no two runs agree in (median): {times}.",
    ]
    if failed := [(str(row.errors), row.name) for row in rows if row.errors]:
        lines += ["", f"Failed, and counted as not answered: {_listed(failed)}."]
    return "\n".join(lines) + "\n"


def _cells(row: ComparisonRow, ours: ComparisonRow) -> list[str]:
    right = row.figures["right"]
    shown = f"{100 * right.value:.1f} % [{100 * right.low:.0f}–{100 * right.high:.0f}]"
    return [row.name, shown, _difference(row, ours), *(_cell(name, row.figures.get(name)) for name in COLUMNS)]


def _difference(row: ComparisonRow, ours: ComparisonRow) -> str:
    if row.p is None:
        return "–"
    points = 100 * (row.figures["right"].value - ours.figures["right"].value)
    return f"{points:+.1f}, {f'p = {row.p:.3f}' if row.p >= 0.0005 else 'p < 0.001'}".replace("-", "−")


def _cell(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.value:.3f}" if name == "ndcg_at_10" else f"{100 * figure.value:.1f} %"


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Return "value name; value name", a pair that comes again only once."""
    return "; ".join(f"{value} {name}" for value, name in dict.fromkeys(pairs))


def replace_section(page: str, name: str, text: str) -> str:
    """Return a page with what stands between the marks of a section replaced.

    Raises:
        EvaluationError: the page lacks a mark.
    """
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise EvaluationError(f"the page lacks {begin.strip()} or {end}: put both back, on lines of their own")
    return f"{before}{begin}{text}{end}{after}"


def build_library_of(chosen: QuestionSet, work: Path) -> Settings:
    """Add the documents of a set to its library below the work folder; what is there already is not read again.

    Raises:
        EvaluationError: a document could not be read.
    """
    settings = Settings.from_env({"ATMP_LIBRARY": str(work / chosen.name)})
    report = index_documents(settings, chosen.folders, prune=True, progress=_tell_files)
    if report.failed:
        raise EvaluationError(f"{report.failed[0].file}: {report.failed[0].reason}")
    return settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and write the page; over a library that is named, print the table instead."""
    parser = argparse.ArgumentParser(prog="python -m evals.comparison", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", metavar="QUESTIONS", nargs="*", type=Path, help="files of questions, JSONL")
    parser.add_argument("--library", metavar="DIR", type=Path, help="compare over this library, with QUESTIONS")
    parser.add_argument("--set", metavar="NAME", action="append", choices=[one.name for one in SETS], help="only this")
    parser.add_argument("--work", metavar="DIR", type=Path, default=WORK, help="folder for libraries and vectors")
    options = parser.parse_args(arguments)
    if bool(options.library) != bool(options.questions):
        parser.error("--library and QUESTIONS go together")
    try:
        if options.library:
            settings = Settings.from_env({"ATMP_LIBRARY": str(options.library)})
            print(render_comparison_table(run_comparison(settings, options.questions, options.work / "vectors", _tell)))
        else:
            _write_page([one for one in SETS if not options.set or one.name in options.set], options.work)
    except EvaluationError as error:
        print(f"comparison: {error}", file=sys.stderr)
        return 1
    return 0


def _write_page(sets: Sequence[QuestionSet], work: Path) -> None:
    for chosen in sets:
        if not chosen.is_there:
            print(
                f"comparison: {chosen.name} is left as it was: its documents are not on this machine", file=sys.stderr
            )
            continue
        comparison = run_comparison(build_library_of(chosen, work), [chosen.questions], work / "vectors", _tell)
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replace_section(page, chosen.name, render_comparison_table(comparison)), encoding="utf-8")


def _tell(what: str, done: int, total: int) -> None:
    if done == total or done % 50 == 0:
        print(f"comparison: {what}: {done} of {total}", file=sys.stderr, flush=True)


def _tell_files(done: int, total: int, file: str) -> None:
    _tell("documents", done, total)


if __name__ == "__main__":
    sys.exit(main())
