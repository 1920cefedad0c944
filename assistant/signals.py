"""What speaks for a sentence being the answer: the signals that the choice and the confidence are computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.expecting import Expectation, holds_what_is_expected, number_of_what_is_asked, says_what_is_asked
from corpus.documents import Language, Sentence, Span
from indexing.fusion import spread
from indexing.hits import Hit
from indexing.matching import content_words
from indexing.words import all_stems, fold, stem, words_of

NAMES = (
    "similarity",
    "in_context",
    "around",
    "best_of_chunk",
    "coverage",
    "coverage_in_section",
    "coverage_in_context",
    "fits",
    "counts_what_is_asked",
    "says_what_is_asked",
    "pairs",
    "section_asked",
    "column_asked",
    "names_held",
    "names_held_by_sentence",
    "lead",
    "lead_of_wanted_list",
    "item",
    "item_of_wanted_list",
    "row_for_a_number",
    "first_of_chunk",
    "short",
    "long",
    "question",
    "rank",
    "keyword",
    "same_language",
)
"""The signals in order. Cosines are taken from 0.8 and times ten, so that they spread like the shares do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may answer. `score` orders candidates of one question; `signals` go by `NAMES`."""

    hit: Hit
    index: int
    signals: tuple[float, ...]
    score: float = 0.0

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.hit.chunk.sentences[self.index]

    @property
    def text(self) -> str:
        """The sentence's words."""
        return text_of(self.hit, self.sentence)

    @property
    def fits(self) -> bool:
        """Whether something of the expected kind stands in it."""
        return self.signals[NAMES.index("fits")] > 0


def text_of(hit: Hit, span: Span | Sentence) -> str:
    """Return the words of a span that lies within a hit's chunk."""
    return hit.text[span.start - hit.chunk.start : span.end - hit.chunk.start]


def candidates_of(question: str, hits: Sequence[Hit], expectation: Expectation, language: Language) -> list[Candidate]:
    """Return every sentence of the hits with its signals, in the order of the hits."""
    asked = _letters(question)
    names = names_and_numbers(question)
    words = content_words(question)
    pairs = list(pairwise(words))
    top_score = max((hit.score for hit in hits), default=0.0) or 1.0
    top_keyword = max((hit.keyword for hit in hits), default=0.0) or 1.0
    found = []
    for hit in hits:
        ranks = (hit.score / top_score, hit.keyword / top_keyword, float(hit.chunk.language == language))
        held = held_share(names, " ".join((hit.text, hit.meta.title, hit.meta.date, hit.document, *hit.chunk.path)))
        for index, sentence in enumerate(hit.chunk.sentences):
            if asked in _letters(text_of(hit, sentence)):
                continue  # an example of the question is not its answer
            signals = _sentence_signals(question, hit, index, expectation, names, pairs, held)
            found.append(Candidate(hit, index, (*signals, *ranks)))
    return found


def _sentence_signals(
    question: str,
    hit: Hit,
    index: int,
    expectation: Expectation,
    names: set[str],
    pairs: Sequence[tuple[str, str]],
    held: float,
) -> tuple[float, ...]:
    sentence = hit.chunk.sentences[index]
    text = text_of(hit, sentence)
    following = hit.chunk.sentences[index + 1] if index + 1 < len(hit.chunk.sentences) else None
    is_lead = sentence.kind == "sentence" and following is not None and following.kind == "item"
    is_item = sentence.kind == "item"
    return (
        spread(hit.similarities[index]),
        spread(hit.in_context[index]),
        spread(sum(hit.in_context) / len(hit.in_context)),
        spread(max(hit.in_context)),
        hit.coverage[index],
        hit.coverage_in_section[index],
        hit.coverage_in_context[index],
        float(_fits(hit, sentence, text, expectation)),
        float(number_of_what_is_asked(question, text)),
        float(says_what_is_asked(question, expectation.kind, text)),
        _pairs_held(pairs, text, hit.chunk.language),
        _section_asked(question, hit.chunk.path),
        float(sentence.kind == "row" and _cell_asked(question, text, hit)),
        held,
        held_share(names, text),
        float(is_lead),
        float(is_lead and expectation.whole_list),
        float(is_item),
        float(is_item and expectation.whole_list),
        float(sentence.kind == "row" and expectation.kind in ("number", "money", "date")),
        float(index == 0),
        float(len(text) < 40),
        float(len(text) > 350),
        float(text.rstrip().endswith("?") and ":" not in text),
    )


_PAIR_WITHIN = 6
"""Words between two that stand next to each other in the question, and still count as together in the text."""


def _pairs_held(pairs: Sequence[tuple[str, str]], text: str, language: Language) -> float:
    """Return the share of the question's neighbouring content words that stand near each other in a text."""
    if not pairs:
        return 0.0
    places: dict[str, list[int]] = {}
    for place, found in enumerate(all_stems(text, language)):
        places.setdefault(found, []).append(place)
    held = 0
    for one, other in pairs:
        first, second = places.get(stem(one, language), ()), places.get(stem(other, language), ())
        held += any(abs(a - b) <= _PAIR_WITHIN for a in first for b in second)
    return held / len(pairs)


def _fits(hit: Hit, sentence: Sentence, text: str, expectation: Expectation) -> bool:
    """Return whether the expected kind stands in a sentence; a row has its unit from the table it is in."""
    if sentence.kind == "row" and expectation.kind in ("money", "number", "date"):
        return any(character.isdigit() for character in text)
    return holds_what_is_expected(text, expectation.kind)


def _cell_asked(question: str, row: str, hit: Hit) -> bool:
    """Return whether the question names a column of the hit's table and something of the row."""
    lead = hit.chunk.lead
    if lead is None or lead.start < hit.chunk.start or lead.end > hit.chunk.end:
        return False
    asked = {fold(word) for word in words_of(question)}
    names = {fold(word) for word in words_of(text_of(hit, lead))}
    label = {fold(word) for word in content_words(row) if not word[0].isdigit()}
    return bool(names & asked) and any(_same_name(word, other) for word in label - names for other in asked - names)


_SECTION = re.compile(
    r"(?:§+|\b(?:punkt|pkt|dagsordenens punkt|afsnit|avsnitt|kapitel|kapittel|kap|artikel|article|art|section|chapter|"
    r"item|stk|ledd|paragraf|bilag|annex|vedlegg))\.?\s*(\d+(?:[-.]\d+)*(?:\s[a-z]\b)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(\d+(?:[-.]\d+)*(?:\s[a-z]\b)?)")


def _section_asked(question: str, path: Sequence[str]) -> float:
    """Return 1.0 for a sentence of the section a question names ("punkt 3", "§ 11 a"), -1.0 for one of another.

    0.0 where the question names none.
    """
    asked = [number.casefold() for number in _SECTION.findall(question)]
    if not asked:
        return 0.0
    labels = {found.group(1).casefold() for label in path if (found := _LABEL.search(label[:24]))}
    return 1.0 if labels & set(asked) else -1.0


def _letters(text: str) -> str:
    return "".join(words_of(fold(text)))


def held_share(names: set[str], text: str) -> float:
    """Return the share of names and numbers that stand in a text; 1.0 where there are none to look for."""
    if not names:
        return 1.0
    words = {fold(word) for word in words_of(text)}
    return sum(any(_same_name(name, word) for word in words) for name in names) / len(names)


def _same_name(name: str, word: str) -> bool:
    """Compare without endings ("Amgros'", "Danmarks"); numbers and short names must be the same."""
    if name[0].isdigit() or len(name) < 4 or len(word) < 4:
        return name == word
    shorter, longer = sorted((name, word), key=len)
    return longer.startswith(shorter) or (len(longer) - len(shorter) <= 2 and longer.startswith(shorter[:-1]))


_OPENS = re.compile(r"[.?!:]$")


def names_and_numbers(question: str) -> set[str]:
    """Return the folded words of a question that are numbers, or capitalised where no sentence begins.

    >>> sorted(names_and_numbers("Hvem er formand for Medicinrådet i 2026?"))
    ['2026', 'medicinraadet']
    """
    found = set()
    begins = True
    for token in question.split():
        for word in words_of(token):
            is_name = word[0].isupper() and (not begins or word[1:2].isupper() or word[-1].isdigit())
            if word[0].isdigit() or is_name:
                found.add(fold(word))
            begins = False
        begins = bool(_OPENS.search(token))
    return found
