"""Judge an answer against its case, without any language model.

`right`, `correct`, `cited`, `fact_recall`, `supported` and the count of verbatim quotes are those of the acceptance
scorer, to the letter; that a case may have several documents, any of which may be cited, is the only extension.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.verifying import find_problems
from evals.cases import Case, CaseKind
from evals.citing import Supports, count_citations, stated_sentences
from evals.patterns import find_pattern
from evals.quantities import find_unheld
from evals.results import GivenAnswer, Judgement, Quote
from evals.spans import AnchoredText

SHORT_KINDS: frozenset[CaseKind] = frozenset({"number", "date", "person"})
SHORT_LIMIT = 450
"""Characters of a right answer to a case of `SHORT_KINDS`."""
LONG_LIMIT = 900
"""Characters of a right answer to any other case."""
QUOTE_LIMIT = 1500
"""Characters of a quote that may count as citing the evidence."""
NEAR = 300
"""Characters on either side of an anchor that belong to the gold."""

_GROUPED_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
_MARKER = re.compile(r"\[\d+\]")


def judge(case: Case, given: GivenAnswer, texts: Mapping[str, AnchoredText]) -> Judgement:
    """Return how an answer is judged.

    Args:
        case: what was asked, and what a right answer says and cites.
        given: the answer; for a question that got none, a refusal.
        texts: file name → text of the documents that quotes are to stand in; one that is missing holds no quote.
    """
    return judge_with(case, given, texts, supported_by_rules(case))


def supported_by_rules(case: Case) -> Supports:
    """Return the test of support that the assistant's own verifier makes, with the case's question known."""
    return lambda sentence, quotes: not find_problems(sentence, quotes, case.question)


def judge_with(case: Case, given: GivenAnswer, texts: Mapping[str, AnchoredText], supports: Supports) -> Judgement:
    """Return how an answer is judged by another test of support than the assistant's."""
    counts = count_citations(stated_sentences(given), supports)
    quotes = _quotes(given)
    return Judgement(
        answered=given.answered,
        right=is_right(case, given),
        correct=is_correct(case, given) if case.answerable else None,
        cited=is_cited(case, given) if case.answerable else None,
        fact_recall=fact_recall(case, given.text) if case.answerable else None,
        contradicted=given.answered and is_contradicted(case, given, texts),
        supported=has_supported_numbers(case, given) if given.answered else None,
        verbatim_quotes=sum(_stands_in(quote, texts) for quote in quotes),
        quotes=len(quotes),
        sentences=counts.sentences,
        supported_sentences=counts.supported_sentences,
        citations=counts.citations,
        needed_citations=counts.needed_citations,
        words=len(given.text.split()),
    )


def is_right(case: Case, given: GivenAnswer) -> bool:
    """Return whether an answer is correct and cited or, where the case has no answer, whether it is a refusal."""
    return is_correct(case, given) and is_cited(case, given) if case.answerable else not given.answered


def is_correct(case: Case, given: GivenAnswer) -> bool:
    """Return whether an answer is short enough and meets every group of facts."""
    return given.answered and len(given.text) <= length_limit(case) and all(_met(case, given.text))


def is_cited(case: Case, given: GivenAnswer) -> bool:
    """Return whether a quote of at most `QUOTE_LIMIT` characters, from a document of the case, holds an anchor."""
    anchors = [_loose(anchor) for anchor in case.evidence]
    return any(
        quote.document in case.documents
        and len(quote.text) <= QUOTE_LIMIT
        and any(anchor in _loose(quote.text) for anchor in anchors)
        for quote in _quotes(given)
    )


def fact_recall(case: Case, text: str) -> float:
    """Return the share of the case's groups of facts that a text meets; 1.0 where there are none."""
    met = _met(case, text)
    return sum(met) / len(met) if met else 1.0


def length_limit(case: Case) -> int:
    """Return how many characters a right answer to a case has at most."""
    return SHORT_LIMIT if case.kind in SHORT_KINDS else LONG_LIMIT


def has_supported_numbers(case: Case, given: GivenAnswer) -> bool:
    """Return whether there are quotes, and each number of the answer stands in one of them or in the question.

    Numbers are compared by their digits, as the acceptance scorer does.
    """
    quotes = _quotes(given)
    held = _digits(" ".join(quote.text for quote in quotes)) | _digits(case.question)
    return bool(quotes) and _digits(given.text) <= held


def is_contradicted(case: Case, given: GivenAnswer, texts: Mapping[str, AnchoredText]) -> bool:
    """Return whether the answer has a number or a date that neither gold, quotes nor question have, in any form.

    The gold is what stands around the anchors, `NEAR` characters on either side.
    """
    sources = (case.question, *(quote.text for quote in _quotes(given)))
    if not find_unheld(given.text, sources, case.language):
        return False
    return bool(find_unheld(given.text, (*sources, *case.evidence, *gold_passages(case, texts)), case.language))


def gold_passages(case: Case, texts: Mapping[str, AnchoredText]) -> list[str]:
    """Return what stands around each anchor in each document of a case, in the order of documents and anchors."""
    return [
        texts[name].text[max(0, span.start - NEAR) : span.end + NEAR]
        for name in case.documents
        if name in texts
        for anchor in case.evidence
        for span in texts[name].find(anchor)
    ]


def _quotes(given: GivenAnswer) -> Sequence[Quote]:
    return given.quotes if given.answered else ()


def _stands_in(quote: Quote, texts: Mapping[str, AnchoredText]) -> bool:
    return quote.document in texts and texts[quote.document].holds(_loose(quote.text))


def _met(case: Case, text: str) -> list[bool]:
    return [any(find_pattern(pattern, text) for pattern in group) for group in case.facts]


def _loose(text: str) -> str:
    """Return the letters and digits alone, in lower case, as the acceptance scorer compares quotes.

    Other than `spans.loose` it leaves letters and their accents as they are composed.
    """
    return re.sub(r"[\W_]+", "", text.lower())


def _digits(text: str) -> set[str]:
    numbers = _GROUPED_NUMBER.findall(_MARKER.sub(" ", text))
    return {re.sub(r"\D", "", number) for number in numbers}
