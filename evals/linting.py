"""Lint question files: does each case hold together, with its documents, with its language and with the others?

A fault makes a figure wrong, or is no question as a person asks it; a remark is for a person to look at. Drafts are
linted as every case is, so that the faults of a draft are the list of what a person has yet to fill in.

Some rules are about the form that this project writes its cases in: how long an anchor is, that a question is short and
in words of its own, that a refusal has its reason, that repeating the question is not right. A set that was written
elsewhere need not keep them: how grave a breach is, is the caller's to say (`form`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answering import question_language
from assistant.expecting import expect
from corpus.documents import Span
from corpus.language import detect_clear_language
from evals.cases import Case, CaseKind
from evals.patterns import find_pattern, is_linear, says_nothing
from evals.spans import AnchoredText, loose

Severity = Literal["fault", "remark"]

LONGEST_QUESTION = 300
FEWEST_ANCHOR_WORDS, MOST_ANCHOR_WORDS = 2, 9
MOST_PLACES = 4
"""An anchor in more places than this says little about where the answer stands."""
NEAR = 600
NEAR_IN_LISTS = 2500
"""Characters on either side of an anchor in which a fact must stand; a list or a table is long."""
LONGEST_PATTERN = 300
COPIED_WORDS = 8
FEWEST_WORDS_COPIED_WHOLE = 5
"""A whole question stands in a document by chance when it is shorter ("Hvad er en ATMP?")."""
ALIKE = 0.5
"""Two questions whose 4-grams of letters overlap more than this (Jaccard) ask the same."""

_LONG_KINDS: frozenset[CaseKind] = frozenset({"list", "table"})
_REFUSED_KINDS: frozenset[CaseKind] = frozenset({"unanswerable", "false_premise", "followup"})
_WORD = re.compile(r"[^\W_]+")
_ASKING_WORD = re.compile(
    r"\b(?:hv\w+|kva|kven|kvar|kvifor|kor|korleis|når|naar|nævn|nevn|wh\w+|how|name|list)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a case that is wrong (`fault`) or worth a look (`remark`), said in English."""

    case_id: str
    severity: Severity
    message: str


def lint_cases(
    cases: Sequence[Case], texts: Mapping[str, str], others: Sequence[Case] = (), form: Severity = "fault"
) -> list[Finding]:
    """Return what is to be said of cases, in their order, the faults of each before its remarks.

    Args:
        cases: what is linted.
        texts: file name → the document's text, of every document that an answer may come from.
        others: cases of other files, which a case may not repeat; nothing is said of these themselves.
        form: how grave it is that a case has not the form of this project's cases.
    """
    anchored = {name: AnchoredText(text) for name, text in texts.items()}
    findings = [finding for case in cases for finding in _lint_case(case, anchored)]
    findings += [*_find_used_ids(cases, others), *_find_alike(cases, others)]
    findings += [Finding(case.id, form, message) for case in cases for message in _breaches_of_form(case)]
    findings += [Finding(case_id, form, message) for case_id, message in _find_copies(cases, texts)]
    order = {case.id: place for place, case in reversed(list(enumerate(cases)))}
    return sorted(findings, key=lambda finding: (order[finding.case_id], finding.severity != "fault"))


def describe_cases(cases: Sequence[Case]) -> dict[str, Any]:
    """Return how many cases there are by language, kind and answerability, and how many conversations and drafts.

    A conversation is the cases of one name, or a case without a name that has a history.
    """
    named = {case.conversation for case in cases if case.conversation}
    unnamed = sum(bool(case.history) and not case.conversation for case in cases)
    return {
        "questions": len(cases),
        "languages": dict(sorted(Counter(case.language for case in cases).items())),
        "kinds": dict(sorted(Counter(case.kind for case in cases).items())),
        "answerable": sum(case.answerable for case in cases),
        "not_answerable": sum(not case.answerable for case in cases),
        "conversations": len(named) + unnamed,
        "documents": len({name for case in cases for name in case.documents[:1]}),
        "drafts": sum(case.draft for case in cases),
    }


def _lint_case(case: Case, anchored: Mapping[str, AnchoredText]) -> Iterator[Finding]:
    for message in (*_faults_of_question(case), *_faults_of_gold(case), *_faults_of_patterns(case)):
        yield Finding(case.id, "fault", message)
    yield from _lint_language(case)
    if case.history and not case.stand_alone:
        yield Finding(case.id, "remark", "has a history and no stand_alone: retention is not measured on it")
    if case.answerable:
        yield from _lint_parroting(case)
        yield from _lint_evidence(case, anchored)


def _faults_of_question(case: Case) -> Iterator[str]:
    if not loose(case.question):
        yield "the question is empty"
    if case.kind == "followup" and not case.history:
        yield "a follow-up without a history"


def _faults_of_gold(case: Case) -> Iterator[str]:
    given = {"doc": case.documents, "evidence": case.evidence, "facts": case.facts}
    if case.answerable:
        if case.kind == "unanswerable":
            yield "answerable, yet its kind is unanswerable"
        yield from (f"answerable, yet without {field}" for field, value in given.items() if not value)
        return
    if case.kind not in _REFUSED_KINDS:
        yield f"not answerable, yet its kind is {case.kind}"
    yield from (f"not answerable, yet with {field}" for field, value in given.items() if value)


def _breaches_of_form(case: Case) -> Iterator[str]:
    if len(case.question) > LONGEST_QUESTION:
        yield f"the question has {len(case.question)} characters, over {LONGEST_QUESTION}"
    if not case.answerable and not case.why:
        yield "not answerable, and no why"
    for anchor in case.evidence if case.answerable else ():
        words = len(anchor.split())
        if not FEWEST_ANCHOR_WORDS <= words <= MOST_ANCHOR_WORDS:
            yield f"the anchor {anchor!r} has {words} words, not {FEWEST_ANCHOR_WORDS} to {MOST_ANCHOR_WORDS}"
        if anchor != anchor.lower():
            yield f"the anchor {anchor!r} is not in lower case"
    if case.answerable and case.facts and len(_repeated(case)) == len(case.facts) and not _may_repeat(case):
        yield "every group of facts matches the question itself: repeating it would be right"


def _faults_of_patterns(case: Case) -> Iterator[str]:
    for pattern in dict.fromkeys(pattern for group in case.facts for pattern in group):
        if not _is_safe(pattern):
            yield f"the pattern {pattern[:LONGEST_PATTERN]!r} can take long: repeats in repeats, or too many of them"
        elif taken := says_nothing(pattern):
            yield f"the pattern {pattern!r} takes anything for right, even {taken}"


def _is_safe(pattern: str) -> bool:
    """Return whether a pattern may be run; every search here asks this first."""
    return len(pattern) <= LONGEST_PATTERN and is_linear(pattern)


def _is_met(group: Sequence[str], text: str) -> bool:
    return any(_is_safe(pattern) and find_pattern(pattern, text) for pattern in group)


def _lint_language(case: Case) -> Iterator[Finding]:
    """Say where the program would take the question for one of another language."""
    found = question_language(case.question, case.history)
    if found == case.language:
        return
    sure = detect_clear_language(case.question) == found
    doubt = "" if sure else ", though it is too short or too mixed to be sure"
    yield Finding(
        case.id, "fault" if sure else "remark", f"said to be {case.language}, the program reads {found}{doubt}"
    )


def _lint_parroting(case: Case) -> Iterator[Finding]:
    """Say which facts the question has in it, where not all of them are."""
    repeated = _repeated(case)
    if len(repeated) < len(case.facts) or _may_repeat(case):
        for group in repeated:
            yield Finding(case.id, "remark", f"the facts {list(group)} match the question itself")


def _repeated(case: Case) -> list[tuple[str, ...]]:
    return [group for group in case.facts if _is_met(group, case.question)]


def _may_repeat(case: Case) -> bool:
    """Return whether a right answer may well repeat the question: a yes or no is asked for, or a premise is wrong."""
    asks_yes_or_no = expect(case.question).kind == "yes_no" or not _ASKING_WORD.search(case.question)
    return case.kind == "false_premise" or asks_yes_or_no


def _lint_evidence(case: Case, anchored: Mapping[str, AnchoredText]) -> Iterator[Finding]:
    unknown = [name for name in case.documents if name not in anchored]
    for name in unknown:
        yield Finding(case.id, "fault", f"no document {name!r}")
    if unknown or not case.documents:
        return
    places = {anchor: {name: anchored[name].find(anchor) for name in case.documents} for anchor in case.evidence}
    yield from _lint_places(case, places, anchored)
    if not case.inferred:
        yield from _lint_facts(case, places, anchored)


Places = Mapping[str, Mapping[str, Sequence[Span]]]
"""Anchor → document → where it stands in it."""


def _lint_places(case: Case, places: Places, anchored: Mapping[str, AnchoredText]) -> Iterator[Finding]:
    for anchor, spans in places.items():
        count = sum(map(len, spans.values()))
        if not count:
            yield Finding(case.id, "fault", f"the anchor {anchor!r} stands in none of {', '.join(case.documents)}")
        if count > MOST_PLACES:
            yield Finding(case.id, "remark", f"the anchor {anchor!r} stands in {count} places")
        also = sorted(name for name in anchored if name not in spans and anchored[name].holds(anchor))
        if also:
            yield Finding(case.id, "remark", f"the anchor {anchor!r} stands in other documents too: {', '.join(also)}")
    first, *more = (name for name in case.documents)
    if case.evidence and not any(spans[first] for spans in places.values()):
        yield Finding(case.id, "fault", f"no anchor stands in {first}, which it was written for")
    for name in more:
        if not any(spans[name] for spans in places.values()):
            yield Finding(case.id, "remark", f"no anchor stands in {name}, so that no quote of it is right")


def _lint_facts(case: Case, places: Places, anchored: Mapping[str, AnchoredText]) -> Iterator[Finding]:
    reach = NEAR_IN_LISTS if case.kind in _LONG_KINDS else NEAR
    near = [
        anchored[name].text[max(0, span.start - reach) : span.end + reach]
        for spans in places.values()
        for name, found in spans.items()
        for span in found
    ]
    for group in case.facts if near else ():
        if not any(_is_met(group, text) for text in near):
            yield Finding(case.id, "fault", f"none of {list(group)} stands within {reach} letters of an anchor")


def _find_used_ids(cases: Sequence[Case], others: Sequence[Case]) -> Iterator[Finding]:
    counts = Counter(case.id for case in (*cases, *others))
    for case_id in dict.fromkeys(case.id for case in cases):
        if counts[case_id] > 1:
            yield Finding(case_id, "fault", f"the id is used {counts[case_id]} times")


def _find_copies(cases: Sequence[Case], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Say by id which questions are copied from a document: eight words running, or the whole of a shorter one."""
    wanted: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for case in cases:
        words = _words(case.question)
        if len(words) >= FEWEST_WORDS_COPIED_WHOLE:
            for run in set(_runs(words, min(COPIED_WORDS, len(words)))):
                wanted[run].append(case.id)
    lengths = sorted({len(run) for run in wanted})
    said: set[tuple[str, str]] = set()
    for name, text in texts.items():
        words = _words(text)
        for run in (run for length in lengths for run in _runs(words, length) if run in wanted):
            for case_id in wanted[run]:
                if (case_id, name) not in said:
                    said.add((case_id, name))
                    yield case_id, f"copied from {name}: {' '.join(run)!r}"


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _find_alike(cases: Sequence[Case], others: Sequence[Case]) -> Iterator[Finding]:
    every = [*cases, *others]
    pairs = {
        (a, b): share
        for a, b, share in find_alike([_dialogue(case) for case in every])
        if not every[a].conversation or every[a].conversation != every[b].conversation
    }
    conversations: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(every):
        if case.conversation:
            conversations[case.conversation].append(place)
    for places in conversations.values():
        for a, b, share in find_alike([every[place].question for place in places]):
            pairs[places[a], places[b]] = share
    for (a, b), share in sorted(pairs.items()):
        case, other = (every[b], every[a]) if b < len(cases) else (every[a], every[b])
        if min(a, b) < len(cases):
            yield Finding(case.id, "fault", f"asks what {other.id!r} asks (likeness {share:.2f})")


def _dialogue(case: Case) -> str:
    return " ".join([*(part for turn in case.history for part in (turn.question, turn.answer)), case.question])


def find_alike(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Return the pairs of texts that are alike, the earlier first, with their likeness in (`ALIKE`, 1].

    Only texts that share one of their rarest 4-grams are compared: two sets with a Jaccard index of at least t share
    one among the first |A| - ⌈t·|A|⌉ + 1 of each in one order of all 4-grams (prefix filtering, Chaudhuri et al. 2006).
    """
    grams = [_grams(text) for text in texts]
    counts = Counter(gram for found in grams for gram in found)
    seen: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for place, found in enumerate(grams):
        rare_first = sorted(found, key=lambda gram: (counts[gram], gram))
        prefix = rare_first[: len(found) - math.ceil(ALIKE * len(found)) + 1]
        for earlier in sorted({other for gram in prefix for other in seen[gram]}):
            share = len(found & grams[earlier]) / len(found | grams[earlier])
            if share > ALIKE:
                pairs.append((earlier, place, share))
        for gram in prefix:
            seen[gram].append(place)
    return pairs


def _grams(text: str) -> frozenset[str]:
    folded = " ".join(_words(text))
    return frozenset(folded[at : at + 4] for at in range(max(1, len(folded) - 3)))


def count_faults(findings: Iterable[Finding]) -> int:
    """Return how many of the findings are faults."""
    return sum(finding.severity == "fault" for finding in findings)
