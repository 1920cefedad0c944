"""Draft questions from documents, and from what people said of answers. A draft is no case until a person accepts it.

Every draft is marked (`"draft": true`). Drafts from documents pass the linter; one from feedback may lack what only a
person can say, and then the linter lists what that is. A run leaves drafts out (`evals.cases.without_drafts`); a person
accepts a draft by reading it, making it sound like a person, and taking the mark away.
"""

from __future__ import annotations

import hashlib
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from assistant.answering import question_language
from assistant.feedback import REASONS, VERDICTS, Reason
from assistant.messages import Turn
from corpus.documents import LANGUAGES, Block, Document, Language, Section
from corpus.sentences import split_sentences
from evals.cases import Case, CaseKind
from evals.json_lines import history_of, one_of, read_lines, text_of
from evals.linting import COPIED_WORDS, FEWEST_ANCHOR_WORDS, LONGEST_QUESTION, MOST_ANCHOR_WORDS, lint_cases
from evals.spans import AnchoredText, loose
from indexing.words import is_function_word, stem, words_of

Source = Literal["sentence", "item", "list", "row", "heading"]

_SOURCE_IS_RIGHT: frozenset[Reason] = frozenset(
    {"quote not in the source", "missing source", "missing essential detail", "wrong language"}
)
_QUOTE_IS_RIGHT = _SOURCE_IS_RIGHT - {"quote not in the source"}
_FACTS_ARE_RIGHT: frozenset[Reason] = frozenset({"wrong language", "missing source"})

_FEWEST_LETTERS, _MOST_LETTERS = 20, 300
"""Of a sentence that a question is drafted from."""
_MOST_HEADING_WORDS = 6
_FEWEST_CANDIDATES = 8
"""Of each document, before the linter looks at them."""
_LIST_FACTS = 4
_WORD_LETTERS = 5
"""A shorter word says too little to be a fact."""
_ANCHOR_WORDS = (5, 6, 7, 8, 9, 4, 3, 2)
"""How many words an anchor has, the best first."""
_LABEL = re.compile(r"(?:§+ ?\d{1,4}[^.]{0,5}\.|Stk\. ?\d{1,3}\.|\(?[\da-zA-Z]{1,3}[.)]|[-•–▪*])\s")
_NUMBER = re.compile(r"\d{1,4}(?:[.,]\d{1,3}){0,3}")
_CELLS = " | "


@dataclass(frozen=True, slots=True)
class Template:
    """How a question is made of a sentence, an item, a list, a row or a heading; see `suggesting.toml`."""

    language: Language
    of: Source
    kind: CaseKind
    match: re.Pattern[str]
    lead: re.Pattern[str]
    question: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a question is drafted from: the words, what stands before or under them, and the section's heading."""

    of: Source
    text: str
    heading: str
    lead: str = ""
    below: tuple[str, ...] = ()


@cache
def load_templates() -> tuple[Template, ...]:
    """Return the templates of every language."""
    read = _read_toml()
    return tuple(
        Template(
            language=row["language"],
            of=row["of"],
            kind=row["kind"],
            match=re.compile(_filled(row["match"], read["patterns"])),
            lead=re.compile(row.get("lead", "")),
            question=row["question"],
        )
        for row in read["templates"]
    )


@cache
def _read_toml() -> Any:
    return tomllib.loads(files(__package__).joinpath("suggesting.toml").read_text(encoding="utf-8"))


def _filled(pattern: str, named: Mapping[str, str]) -> str:
    for name, part in named.items():
        pattern = pattern.replace(f"%{name}%", part)
    return pattern


def suggest_from_documents(
    documents: Iterable[Document], limit: int, seed: int, existing: Sequence[Case] = ()
) -> list[Case]:
    """Return at most `limit` drafts, spread over the documents and kinds, none like another or like an existing case.

    The same documents and seed give the same drafts. Each passes the linter without a fault.
    """
    chance = random.Random(seed)  # noqa: S311 - a choice that can be made again, no secret
    by_name = {document.name: document for document in sorted(documents, key=lambda document: document.name)}
    each = max(_FEWEST_CANDIDATES, 3 * limit // max(1, len(by_name)))
    candidates = [draft for document in by_name.values() for draft in _draft_document(document, each, chance)]
    texts = {name: document.text for name, document in by_name.items()}
    faulty = {finding.case_id for finding in lint_cases(candidates, texts, existing) if finding.severity == "fault"}
    return _spread([draft for draft in candidates if draft.id not in faulty], limit, chance)


def _spread(drafts: Sequence[Case], limit: int, chance: random.Random) -> list[Case]:
    """Return drafts taken in turn from each document, every time of the kind that was taken least."""
    waiting: dict[str, list[Case]] = {}
    for draft in drafts:
        waiting.setdefault(draft.documents[0], []).append(draft)
    turns = sorted(waiting)
    chance.shuffle(turns)
    taken: list[Case] = []
    kinds: Counter[CaseKind] = Counter()
    while len(taken) < limit and any(waiting.values()):
        for name in turns:
            if waiting[name] and len(taken) < limit:
                draft = min(waiting[name], key=lambda draft: kinds[draft.kind])
                waiting[name].remove(draft)
                kinds[draft.kind] += 1
                taken.append(draft)
    return taken


def _draft_document(document: Document, limit: int, chance: random.Random) -> list[Case]:
    """Return at most `limit` drafts from a document, as many of each kind as there are to be had."""
    anchored = AnchoredText(document.text)
    language = document.meta.language
    words = Counter(words_of(document.text))
    spoken = frozenset(stem(word, language) for word in words if word.islower() and words[word] >= words[word.title()])
    templates = [template for template in load_templates() if template.language == language]
    pieces = list(_pieces(document))
    chance.shuffle(pieces)
    found: dict[str, Case] = {}
    kinds: Counter[CaseKind] = Counter()
    for piece in pieces:
        for template in templates:
            if template.of == piece.of and kinds[template.kind] < limit:
                draft = _draft_piece(piece, template, document, anchored, spoken)
                if draft and draft.id not in found:
                    found[draft.id] = draft
                    kinds[draft.kind] += 1
                    break
    return _spread(list(found.values()), limit, chance)


def _pieces(document: Document) -> Iterator[_Piece]:
    for place, block in enumerate(document.blocks):
        text, heading = document.text[block.start : block.end], _heading_of(document, block)
        lead = document.text[block.lead.start : block.lead.end] if block.lead else ""
        if block.kind == "heading":
            yield from _piece_of_heading(document, place, heading)
        elif block.kind == "row" and lead:
            yield _Piece("row", text, heading, lead)
        elif block.kind == "item":
            yield _Piece("item", _without_label(text), heading, lead)
        if block.kind in ("paragraph", "item"):
            yield from _pieces_of_sentences(document, block, heading)
    yield from _pieces_of_lists(document)


def _piece_of_heading(document: Document, place: int, heading: str) -> Iterator[_Piece]:
    following = document.blocks[place + 1] if place + 1 < len(document.blocks) else None
    if heading and following is not None and following.kind == "paragraph":
        sentences = split_sentences(document.text[following.start : following.end], following.start)
        if sentences:
            yield _Piece("heading", document.text[sentences[0].start : sentences[0].end], heading)


def _pieces_of_sentences(document: Document, block: Block, heading: str) -> Iterator[_Piece]:
    for span in split_sentences(document.text[block.start : block.end], block.start):
        text = _without_label(document.text[span.start : span.end])
        if _FEWEST_LETTERS <= len(text) <= _MOST_LETTERS and "|" not in text:
            yield _Piece("sentence", text, heading)


def _pieces_of_lists(document: Document) -> Iterator[_Piece]:
    """Yield each list that a sentence introduces, with its items."""
    lists: dict[tuple[int, int], list[Block]] = {}
    for block in document.blocks:
        if block.kind == "item" and block.lead:
            lists.setdefault((block.lead.start, block.lead.end), []).append(block)
    for (start, end), items in lists.items():
        texts = tuple(_without_label(document.text[item.start : item.end]) for item in items)
        if len(texts) > 1 and _FEWEST_LETTERS <= end - start <= _MOST_LETTERS:
            lead = _without_label(document.text[start:end])
            yield _Piece("list", lead, _heading_of(document, items[0]), below=texts)


def _heading_of(document: Document, block: Block) -> str:
    """Return the words of the heading that a block stands under, "" where they are none that a question can hold."""
    if block.section is None:
        return ""
    section: Section = document.sections[block.section]
    words = section.title.strip(" .:").split()
    is_short = 0 < len(words) <= _MOST_HEADING_WORDS and not section.title.rstrip().endswith("?")
    content = [word for word in words if sum(map(str.isalpha, word)) >= _WORD_LETTERS]
    is_subject = _is_subject(section.title, document.meta.language) and section.title != document.meta.title
    return " ".join(words) if is_short and content and is_subject else ""


def _without_label(text: str) -> str:
    """Return a text without the number or bullet before it."""
    for _ in range(3):
        label = _LABEL.match(text)
        if not label:
            break
        text = text[label.end() :].lstrip()
    return text


def _draft_piece(
    piece: _Piece, template: Template, document: Document, anchored: AnchoredText, spoken: frozenset[str]
) -> Case | None:
    """Return the draft that a template makes of a piece, None where it makes none."""
    match = template.match.search(piece.text)
    if not match or not template.lead.search(piece.lead):
        return None
    found = {name: value or "" for name, value in match.groupdict().items()}
    subject, heading = (
        _as_spoken(words, spoken, template.language) for words in (found.get("subject", ""), piece.heading)
    )
    fields = {**found, "heading": heading, "subject": subject}
    needed = set(re.findall(r"{(\w+)}", template.question))
    if "subject" in needed and not _is_subject(fields["subject"], template.language):
        return None
    said, behind = found.get("fact", ""), piece.text[match.end() :]
    if template.of == "row":
        cells = _cells_of(piece)
        if not cells:
            return None
        fields["row"], fields["column"], said = cells
    if any(not fields.get(name) for name in needed - {"done"}):
        return None
    question = template.question.format(**fields)
    facts = _facts(question, said, behind, piece, template.language)
    anchor = _find_anchor(piece.text, said, anchored)
    if not facts or not anchor or len(question) > LONGEST_QUESTION:
        return None
    return _draft(
        Case("", template.language, template.kind, question, True, (document.name,), (anchor,), facts, draft=True)
    )


def _facts(question: str, said: str, behind: str, piece: _Piece, language: Language) -> tuple[tuple[str, ...], ...]:
    if piece.of == "list":
        words = [_content_words(item, question, language)[:1] for item in piece.below[:_LIST_FACTS]]
        return tuple((pattern_of(word),) for word in dict.fromkeys(word.lower() for found in words for word in found))
    if said and (piece.of != "row" or _NUMBER.search(said)):
        number = _NUMBER.search(said) if piece.of == "row" else None
        return ((pattern_of(number.group() if number else said),),)
    return tuple((pattern_of(word),) for word in _content_words(said or behind, question, language)[:2])


def _cells_of(piece: _Piece) -> tuple[str, str, str] | None:
    """Return the first cell of a row, the head of another column, and what stands there; a number is preferred."""
    cells, heads = piece.text.split(_CELLS), piece.lead.split(_CELLS)
    if len(cells) != len(heads) or len(cells) < 2 or not any(map(str.isalpha, cells[0])):
        return None
    places = [place for place in range(1, len(cells)) if loose(cells[place]) and loose(heads[place])]
    if not places or max(len(cells[0].split()), *(len(heads[place].split()) for place in places)) >= COPIED_WORDS:
        return None
    place = min(places, key=lambda place: not _NUMBER.search(cells[place]))
    return cells[0].strip(), heads[place].strip(), cells[place].strip()


def _as_spoken(text: str, spoken: frozenset[str], language: Language) -> str:
    """Return a phrase as it stands inside a sentence: a capital that is only the sentence's or heading's is small."""
    first = next(iter(words_of(text)), "")
    is_common = text.startswith(first) and first[1:].islower() and stem(first, language) in spoken
    return text[:1].lower() + text[1:] if is_common else text


def _is_subject(text: str, language: Language) -> bool:
    words = words_of(text)
    if not words or words[0].lower() in _read_toml()["not_subjects"][language].split():
        return False
    return any(not is_function_word(word, language) for word in words)


def _content_words(text: str, question: str, language: Language) -> list[str]:
    """Return the words of a text that say something the question does not, the longest first."""
    asked = {stem(word, language) for word in words_of(question)}
    words = dict.fromkeys(
        word
        for word in words_of(text)
        if len(word) >= _WORD_LETTERS
        and word.isalpha()
        and not is_function_word(word, language)
        and stem(word, language) not in asked
        and word.lower() not in question.lower()
    )
    return sorted(words, key=len, reverse=True)


def pattern_of(fact: str) -> str:
    r"""Return a pattern of facts for a number, a date or a word: white space may be missing or be another.

    >>> bool(re.search(pattern_of("1.250"), "1 250 kr.")), bool(re.search(pattern_of("5"), "25,5"))
    (True, False)
    """
    escaped = r"\s?".join(re.escape(word) for word in fact.lower().split())
    escaped = re.sub(r"(?<=\d)\\\.(?=\d{3}(?!\d))", r"[.\\s]?", escaped).replace(r"\.\s?", r"\.?\s?")
    before, after = fact[:1], fact[-1:]
    begin = r"(?<![\d.,])" if before.isdigit() else r"\b" if before.isalpha() else ""
    end = r"(?![.,]?\d)" if after.isdigit() else r"\b" if after.isalpha() else ""
    return f"{begin}{escaped}{end}"


def _find_anchor(text: str, said: str, anchored: AnchoredText) -> str:
    """Return words of a text that stand once in the document, around what is said where they can; "" without any."""
    words = [word.lower() for word in text.split() if loose(word)]
    wanted = loose(said)
    for count in _ANCHOR_WORDS:
        runs = [" ".join(words[at : at + count]) for at in range(len(words) - count + 1)]
        for run in sorted(runs, key=lambda run: wanted not in loose(run)):
            if wanted in loose(run) and len(anchored.find(run)) == 1:
                return run
    return ""


def _draft(case: Case) -> Case:
    """Return a case marked as a draft, with an id made of what it asks, so that it is the same in every run."""
    asked = "\n".join([*case.documents, *(turn.question for turn in case.history), case.question])
    return replace(case, id=f"draft-{hashlib.sha256(asked.encode()).hexdigest()[:10]}", draft=True)


_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


def suggest_from_feedback(lines: Iterable[str], texts: Mapping[str, str] = _NO_TEXTS) -> list[Case]:
    """Return a draft for each line of feedback, in order; what a line does not tell is left for a person to fill in.

    A line is an object: `question`, `language`, `answer` (the JSON of `atmp ask`, or null), `verdict` ("up" or "down"),
    for "down" a `reason` (one of `REASONS`), and it may have `comment` and `history`. Praise makes a draft of the
    answer as it was, blame one of what was right in it. The same question with the same document is drafted once.

    Args:
        lines: the lines of a feedback file; empty ones are passed over.
        texts: file name → text, so that an anchor is chosen that stands once in its document.

    Raises:
        BadCases: a line is no such object; the message has its number.
    """
    anchored = {name: AnchoredText(text) for name, text in texts.items()}
    drafts: dict[str, Case] = {}
    for _, draft in read_lines(lines, "feedback", lambda value: _draft_feedback(_read_feedback(value), anchored)):
        drafts.setdefault(draft.id, draft)
    return list(drafts.values())


@dataclass(frozen=True, slots=True)
class _Feedback:
    question: str
    language: Language
    praised: bool
    reason: str
    comment: str
    history: tuple[Turn, ...]
    answered: bool
    text: str
    document: str
    quote: str


def _read_feedback(value: Mapping[str, Any]) -> _Feedback:
    verdict = one_of(value, "verdict", VERDICTS)
    answer = value.get("answer")
    if answer is not None and not isinstance(answer, dict):
        raise ValueError('"answer" must be the JSON of an answer, or null')
    question = text_of(value, "question")
    if not question.strip():
        raise ValueError('"question" is empty')
    cited = _first_citation(answer or {})
    return _Feedback(
        question=" ".join(question.split()),
        language=one_of(value, "language", LANGUAGES),
        praised=verdict == "up",
        reason=one_of(value, "reason", REASONS) if verdict == "down" else "",
        comment=" ".join(text_of({"comment": "", **value}, "comment").split()),
        history=history_of(value),
        answered=bool(answer and answer.get("answered")),
        text=str((answer or {}).get("answer") or ""),
        document=str(cited.get("document") or ""),
        quote=str(cited.get("quote") or ""),
    )


def _first_citation(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    citations = answer.get("citations") if answer.get("answered") else None
    if not citations:
        return {}
    if not isinstance(citations, list) or not isinstance(citations[0], dict):
        raise ValueError('"citations" of the answer must be a list of objects')
    first: Mapping[str, Any] = citations[0]
    return first


def _draft_feedback(feedback: _Feedback, anchored: Mapping[str, AnchoredText]) -> Case:
    if feedback.reason == "should have refused" or (feedback.praised and not feedback.answered):
        return _draft(
            Case(
                "",
                feedback.language,
                "unanswerable",
                feedback.question,
                False,
                history=feedback.history,
                why=feedback.comment,
            )
        )
    language = feedback.language
    if feedback.reason == "wrong language":
        language = question_language(feedback.question, feedback.history)
    has_source = feedback.praised or feedback.reason in _SOURCE_IS_RIGHT
    has_quote = feedback.praised or feedback.reason in _QUOTE_IS_RIGHT
    facts = _facts_of_answer(feedback) if feedback.praised or feedback.reason in _FACTS_ARE_RIGHT else ()
    anchor = _anchor_of_quote(feedback, anchored) if has_quote else ""
    remembered = "; ".join(part for part in (feedback.reason, feedback.comment) if part)
    return _draft(
        Case(
            id="",
            language=language,
            kind=_kind_of(feedback, facts),
            question=feedback.question,
            answerable=True,
            documents=(feedback.document,) if has_source and feedback.document else (),
            evidence=(anchor,) if anchor else (),
            facts=facts,
            history=feedback.history,
            why=remembered,
        )
    )


def _facts_of_answer(feedback: _Feedback) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of the quote that the answer repeats, or else the rarer words that it does."""
    answer, question = feedback.text, feedback.question
    numbers = [n for n in _NUMBER.findall(feedback.quote) if n in _NUMBER.findall(answer)]
    new = [number for number in dict.fromkeys(numbers) if number not in _NUMBER.findall(question)]
    said = {word.lower() for word in words_of(answer)}
    words = [word for word in _content_words(feedback.quote, question, feedback.language) if word.lower() in said]
    return tuple((pattern_of(fact),) for fact in (new or words)[:2])


def _anchor_of_quote(feedback: _Feedback, anchored: Mapping[str, AnchoredText]) -> str:
    numbers = [number for number in _NUMBER.findall(feedback.quote) if number in feedback.text]
    text = anchored.get(feedback.document) or AnchoredText(feedback.quote)
    around = [_find_anchor(feedback.quote, said, text) for said in (*numbers[:1], "")]
    words = [word for word in feedback.quote.lower().split() if loose(word)][:MOST_ANCHOR_WORDS]
    fallback = " ".join(words) if len(words) >= FEWEST_ANCHOR_WORDS else ""
    return next((anchor for anchor in around if anchor), fallback)


def _kind_of(feedback: _Feedback, facts: tuple[tuple[str, ...], ...]) -> CaseKind:
    if feedback.history:
        return "followup"
    return "number" if facts and any(map(str.isdigit, facts[0][0])) else "fact"
