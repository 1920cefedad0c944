"""Right sentences with what they are right about: taken word for word from documents, paraphrased and translated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.documents import LANGUAGES, Block, Document, Language, Span
from corpus.sentences import split_sentences
from evals.cases import Case
from evals.errors import BadCases
from evals.json_lines import one_of, read_lines, read_text, text_of
from evals.spans import AnchoredText

Form = Literal["verbatim", "paraphrased", "translated"]
FORMS: tuple[Form, ...] = get_args(Form)

PLACES = 3
"""Places of one anchor in one document that are taken."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that its quotes bear out.

    `language` is the sentence's own. `source` is what the quotes were taken from: the name of a document, or of a
    line that stands for one. `question` is what was asked, "" for nothing. What is `held_out` is measured, but was
    not looked at when the verifier was made.
    """

    id: str
    form: Form
    language: Language
    text: str
    quotes: tuple[str, ...]
    source: str
    question: str = ""
    held_out: bool = False


def take_claims(cases: Sequence[Case], documents: Mapping[str, Document]) -> list[Claim]:
    """Return the sentences that hold the anchors of cases, as they stand in the documents, each once.

    Args:
        cases: of one that is not answerable, or whose documents are not among those given, nothing is taken.
        documents: file name → document.
    """
    texts = {name: AnchoredText(document.text) for name, document in documents.items()}
    found: dict[tuple[str, str], Claim] = {}
    for case in cases:
        for name in case.documents if case.answerable else ():
            for said in _sentences_of(case, documents[name], texts[name]) if name in texts else ():
                claim = Claim(case.id, "verbatim", documents[name].meta.language, said, (said,), name, case.question)
                found.setdefault((name, said), claim)
    return list(found.values())


def load_claims(path: Path) -> list[Claim]:
    """Return the quotes of a file with their paraphrases and translations, each as a claim.

    A line has "lang", "quote", "paraphrase" and "translation", which is a language and a text.

    Raises:
        BadCases: the file cannot be read, or a line is something else.
    """
    lines = read_text(path).split("\n")
    return [claim for place, three in read_lines(lines, path.name, _read_three) for claim in _named(place, three)]


def load_paraphrases(path: Path, documents: Mapping[str, Document]) -> list[Claim]:
    """Return the paraphrases of a file that were written by hand over documents; those in another language translate.

    A line has "id", "lang", "doc", "question", "quotes", "text" and "held_out".

    Raises:
        BadCases: the file cannot be read, a line is something else, its document is not among those given, or a
            quote does not stand in it.
    """
    texts = {name: AnchoredText(document.text) for name, document in documents.items()}

    def read(value: Mapping[str, Any]) -> Claim:
        name, quotes = text_of(value, "doc"), value.get("quotes")
        if name not in documents:
            raise ValueError(f"there is no document {name!r}")
        if not isinstance(quotes, list) or not quotes or not all(isinstance(quote, str) for quote in quotes):
            raise ValueError('"quotes" must be a list of texts')
        if lost := [quote for quote in quotes if not texts[name].holds(quote)]:
            raise ValueError(f"{lost[0]!r} does not stand in {name}")
        language: Language = one_of(value, "lang", LANGUAGES)
        return Claim(
            id=text_of(value, "id"),
            form="paraphrased" if language == documents[name].meta.language else "translated",
            language=language,
            text=text_of(value, "text"),
            quotes=tuple(quotes),
            source=name,
            question=text_of(value, "question"),
            held_out=one_of(value, "held_out", (True, False)),
        )

    claims = [claim for _, claim in read_lines(read_text(path).split("\n"), path.name, read)]
    if len({claim.id for claim in claims}) < len(claims):
        raise BadCases(f"{path.name}: an id is used twice")
    return claims


def _sentences_of(case: Case, document: Document, text: AnchoredText) -> Iterator[str]:
    for anchor in case.evidence:
        for span in text.find(anchor)[:PLACES]:
            held = [one for one in _sentences_near(document, span) if one.start < span.end and span.start < one.end]
            if held:
                yield document.text[held[0].start : held[-1].end]


def _sentences_near(document: Document, anchor: Span) -> list[Span]:
    first = max(bisect_right(document.blocks, anchor.start, key=lambda block: block.start) - 1, 0)
    last = max(bisect_right(document.blocks, anchor.end - 1, key=lambda block: block.start), first + 1)
    return [span for block in document.blocks[first:last] for span in _split(document, block)]


def _split(document: Document, block: Block) -> list[Span]:
    if block.kind != "paragraph":
        return [Span(block.start, block.end)]
    return split_sentences(document.text[block.start : block.end], block.start)


def _read_three(value: Mapping[str, Any]) -> tuple[Claim, ...]:
    language: Language = one_of(value, "lang", LANGUAGES)
    quote, translation = text_of(value, "quote"), value.get("translation")
    if not isinstance(translation, list) or len(translation) != 2 or not isinstance(translation[1], str):
        raise ValueError('"translation" must be a language and a text')
    other: Language = one_of({"translation": translation[0]}, "translation", LANGUAGES)
    said: tuple[tuple[Form, Language, str], ...] = (
        ("verbatim", language, quote),
        ("paraphrased", language, text_of(value, "paraphrase")),
        ("translated", other, translation[1]),
    )
    return tuple(Claim("", form, spoken, text, (quote,), "") for form, spoken, text in said)


def _named(place: str, claims: Sequence[Claim]) -> Iterator[Claim]:
    for claim in claims:
        yield Claim(place, claim.form, claim.language, claim.text, claim.quotes, source=place)
