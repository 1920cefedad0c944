"""The baseline's figures of searching alone: NorQuAD and help pages, beside dense, BM25 and plain fusion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.wiring import build_embedder, build_keywords
from corpus.documents import LANGUAGES, Language
from evals.baseline_common import (
    OURS,
    Opened,
    PairedTest,
    PartResult,
    Place,
    adjust,
    compare_paired,
    language_of,
    open_place,
    sample_by_hash,
    tell,
)
from evals.cases import Case
from evals.figuring import rate
from evals.fitting import write_context, write_norquad
from evals.ranking import Gold, ranks_of, success_at
from evals.results import Figure, Passage
from evals.rivals import BY_BOTH_ALIKE, BY_MEANING, BY_WORDS, PlainSentences, query_of
from evals.spans import AnchoredText
from indexing.hits import Filters, Hit, Retriever
from indexing.retrieving import HybridRetriever, RetrievalSettings

FIRST = 5
"""How many hits Success@5 looks at."""
DENSE = "dense alone"
MOST_VALIDATION = 600
HELP_PAGES = 300
FURTHER_PAGES = 1300
"""Danish help pages beyond the sample that the library for the times is filled up with."""
DIRECTIONS: tuple[tuple[Language, Language], ...] = (("da", "da"), ("da", "no"), ("da", "en"), ("no", "en"))
"""The language of the question, and of the pages that may be found."""
KEYWORD = "index_keyword"
"""The kind of query that is fair in the page's own language: a title stands in its own page."""

Succeeds = Callable[[Sequence[Hit]], bool]


def build_rankers(opened: Opened) -> dict[str, Retriever]:
    """Return the program's retriever and, over the same library and embedder, the rivals of `evals.rivals`."""
    embedder, keywords = build_embedder(opened.settings), build_keywords(opened.settings)
    plain = PlainSentences(opened.library, embedder)

    def rival(settings: RetrievalSettings) -> Retriever:
        return HybridRetriever(opened.library, embedder, plain, keywords, settings)

    return {
        OURS: opened.built.subject.retriever,
        "plain fusion": rival(BY_BOTH_ALIKE),
        DENSE: rival(BY_MEANING),
        "BM25 alone": rival(BY_WORDS),
    }


def measure_rankers(
    part: str, rankers: Mapping[str, Retriever], asked: Sequence[tuple[str, Succeeds]], filters: Filters = Filters()
) -> tuple[tuple[Figure, ...], tuple[PairedTest, ...]]:
    """Return Success@5 of every ranker, and its tests, not yet adjusted.

    Args:
        part: what the questions are.
        rankers: `OURS` among them.
        asked: each question with what says whether hits hold its gold.
        filters: what may be found.
    """
    marks: dict[str, list[bool]] = {name: [] for name in rankers}
    for number, (query, succeeds) in enumerate(asked, 1):
        for name, ranker in rankers.items():
            marks[name].append(succeeds(ranker.retrieve(query, FIRST, filters)))
        tell(f"{part}: searched", number, len(asked))
    figures = [figure for name, found in marks.items() for figure in rate("success_at_5", _part_of(part, name), found)]
    return tuple(figures), compare_paired("success_at_5", part, marks)


def _part_of(part: str, ranker: str) -> str:
    return f"{part}, {ranker}"


def open_norquad(place: Place) -> Opened:
    """Return a library with every context of NorQuAD as a document."""
    place.lines("norquad", "contexts.jsonl")
    return open_place(place, "norquad", [write_norquad(place.data, place.work / "norquad-contexts")])


def validation_questions(place: Place) -> list[dict[str, Any]]:
    """Return the fixed sample of NorQuAD's validation questions.

    The few that are among the unanswerable ones too, with their context left out, are not: the confidence was fitted
    on those.
    """
    fitted_on = {question["question"] for question in place.lines("unanswerable", "questions.jsonl")}
    questions = [
        question
        for question in place.lines("norquad", "questions.jsonl")
        if question["split"] == "validation" and question["question"] not in fitted_on
    ]
    return sample_by_hash(questions, lambda question: str(question["id"]), MOST_VALIDATION)


def norquad_case(question: Mapping[str, Any]) -> Case:
    """Return a question of NorQuAD as a case."""
    return Case(
        id=str(question["id"]),
        language=language_of(question),
        kind="fact",
        question=str(question["question"]),
        answerable=True,
        documents=(f"{question['context_id']}.md",),
        evidence=tuple(question["answers"]),
    )


def gold_of_span(question: Mapping[str, Any], context: str, document: str, text: AnchoredText) -> list[Gold]:
    """Return where the answers of a question stand in a document: the very places that people marked in its context.

    A short answer may stand elsewhere in the same document; only as often as before it in the context is it meant.

    Args:
        question: with "answers" and, for each, "answer_start" in the context.
        context: the text that people marked the answers in.
        document: the file's name.
        text: the document's text as the library has it.
    """
    source = AnchoredText(context)
    places = []
    for answer, start in zip(question["answers"], question["answer_start"], strict=True):
        held, marked = text.find(answer), source.find(answer)
        if held:
            number = min(range(len(marked)), key=lambda at: abs(marked[at].start - start), default=0)
            places.append((document, held[min(number, len(held) - 1)]))
    return [tuple(places)] if places else []


def measure_norquad_search(
    place: Place, opened: Opened, rankers: Mapping[str, Retriever], questions: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Figure, ...], tuple[PairedTest, ...]]:
    """Return Success@5 over NorQuAD: one of the first five hits holds the marked answer."""
    contexts = {c["context_id"]: str(c["text"]) for c in place.lines("norquad", "contexts.jsonl")}
    asked = []
    for question in questions:
        case = norquad_case(question)
        name = case.documents[0]
        gold = gold_of_span(question, contexts[question["context_id"]], name, opened.built.texts[name])
        asked.append((query_of(case), _holds(gold)))
    return measure_rankers("validation", rankers, asked)


def _holds(gold: Sequence[Gold]) -> Succeeds:
    def holds(hits: Sequence[Hit]) -> bool:
        passages = [Passage(hit.document, hit.chunk.start, hit.chunk.end) for hit in hits]
        return bool(gold) and success_at(ranks_of(passages, gold), FIRST) == 1.0

    return holds


def measure_help(place: Place) -> PartResult:
    """Measure searching help pages in their own language and across languages."""
    pages = help_pages(place)
    opened = open_place(place, "help", [write_help(place, pages, place.work / "help-pages")])
    rankers = build_rankers(opened)
    questions = place.lines("libreoffice_help", "questions.jsonl")
    figures: list[Figure] = []
    tests: list[PairedTest] = []
    put: list[Mapping[str, Any]] = []
    for asked, held in DIRECTIONS:
        chosen = choose_queries(questions, set(pages), asked, held)
        put += chosen
        pairs = [(_query(question), _is_page(question, held)) for question in chosen]
        found, tested = measure_rankers(f"{asked}→{held}", rankers, pairs, Filters(languages=(held,)))
        figures += found
        tests += tested
    return PartResult(tuple(figures), adjust(tests), made_with=opened.made_with(put))


def help_pages(place: Place) -> list[str]:
    """Return the ids of the fixed sample of pages that some query asks for."""
    questions = place.lines("libreoffice_help", "questions.jsonl")
    asked_for = {str(page) for question in questions for page in question["context_ids"]}
    return sample_by_hash(asked_for, str, HELP_PAGES)


def write_help(place: Place, pages: Iterable[str], folder: Path, languages: Sequence[Language] = LANGUAGES) -> Path:
    """Write pages, a document a language, into a folder that has no other files then; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted, written = set(pages), set()
    for language in languages:
        for context in place.lines("libreoffice_help", f"contexts_{language}.jsonl"):
            if context["context_id"] in wanted:
                name = page_name(context["context_id"], language)
                write_context(folder, name, context)
                written.add(name)
    for file in folder.glob("*.md"):
        if file.name not in written:
            file.unlink()
    return folder


def further_pages(place: Place) -> list[str]:
    """Return the ids of the pages that follow, by hash, and are not in the sample."""
    sampled = set(help_pages(place))
    every = [str(context["context_id"]) for context in place.lines("libreoffice_help", "contexts_da.jsonl")]
    return sample_by_hash((page for page in every if page not in sampled), str, FURTHER_PAGES)


def page_name(context_id: str, language: Language) -> str:
    """Return the name of the file of a page."""
    return f"{language}-{re.sub(r'[^a-zA-Z0-9]', '_', context_id)}.md"


def choose_queries(
    questions: Iterable[Mapping[str, Any]], pages: set[str], asked: Language, held: Language
) -> list[Mapping[str, Any]]:
    """Return the queries in a language that some of the pages answer; titles only where they are of another language.

    Args:
        questions: all there are.
        pages: ids of the pages that are there.
        asked: the language of the query.
        held: the language of the pages.
    """
    return [
        question
        for question in questions
        if question["lang"] == asked
        and not pages.isdisjoint(question["context_ids"])
        and (asked != held or question["kind"] == KEYWORD)
    ]


def _query(question: Mapping[str, Any]) -> str:
    text = str(question["question"])
    return query_of(Case(str(question["id"]), language_of(question), "fact", text, answerable=True))


def _is_page(question: Mapping[str, Any], held: Language) -> Succeeds:
    names = {page_name(page, held) for page in question["context_ids"]}
    return lambda hits: any(hit.document in names for hit in hits)
