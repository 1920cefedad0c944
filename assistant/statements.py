"""A sentence or a quote, read once into what can be compared: words, language, cues, sentences and their parts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.cues import Cue, implied_kinds, read_cues
from assistant.folding import fold_figures
from assistant.wording import Vocabulary, folded, guess_language, is_content_word, lean_nordic, spelling
from corpus.documents import Language
from corpus.sentences import read_words
from indexing.words import WORD

Reach = Literal["part", "clause"]

_MARKERS = re.compile(r"\[\d{1,3}\]")
_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐\u00ad][^\S\n]{0,9}\n[^\S\n]{0,9}(?=[^\W\d_])|\u00ad")
_NOT = re.compile(r"(?<=\b[Cc]an)(?:['’]t|not)\b|(?<=[a-z])n['’]t\b")
_SHORTENED = read_words("jf jfr nr stk kr mio mia mill pkt art kap bl dvs ca pct no kl eks cf dr prof sec pr d")
"""Words whose full stop ends no sentence."""
_BREAK = re.compile(r"[.!?;:\n|•…]|\s-\s")
_PAUSE = re.compile(r"[.!?;:,\n|•…()–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number as it is written. `opens` says that a sentence, line or item begins with it.

    `part` counts the parts of the text between full stops, semicolons, colons and line breaks; `clause` those between
    commas and parentheses too.
    """

    text: str
    start: int
    end: int
    opens: bool
    part: int
    clause: int

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """What a text says, as far as it can be compared. `language` is None where its function words tell none."""

    text: str
    words: tuple[Word, ...]
    spelled: tuple[str, ...]
    language: Language | None
    nordic: bool
    cues: tuple[Cue, ...]
    vocabulary: Vocabulary

    def is_foreign_to(self, other: Statement) -> bool:
        """Return whether one of the two is English and the other Danish or Norwegian."""
        return (self.language == "en" and other.nordic) or (other.language == "en" and self.nordic)

    def is_near(self, other: Statement) -> bool:
        """Return whether one of the two is Danish and the other Norwegian."""
        return {self.language, other.language} == {"da", "no"}

    def content_around(self, at: int, most: int, *, within: Reach = "part") -> list[str]:
        """Return at most so many content words on each side of a word, none beyond its part or clause."""
        before, after = range(at - 1, -1, -1), range(at + 1, len(self.words))
        return [*self._content(before, at, most, within), *self._content(after, at, most, within)]

    def _content(self, places: range, at: int, most: int, within: Reach) -> Iterator[str]:
        here, count = self.words[at], 0
        for place in places:
            word = self.words[place]
            if count == most or (word.clause != here.clause if within == "clause" else word.part != here.part):
                return
            if is_content_word(word.text) and not implied_kinds(folded(word.text)):
                yield word.text
                count += 1


def tidy(text: str) -> str:
    """Return a text without markers, soft hyphens and hyphens at line ends, its letters and figures in one form."""
    text = _LINE_HYPHEN.sub("", unicodedata.normalize("NFC", _MARKERS.sub(" ", text)))
    return fold_figures(_NOT.sub(" not", text))


@lru_cache(maxsize=1024)
def read_statement(text: str, beside: Language | None = None) -> Statement:
    """Return what a text says; of a text that was read lately, what was found then.

    `beside` is the language of what it is compared with: text that tells no language of its own is taken to be in it.
    """
    text = tidy(text)
    words = _read_words(text)
    written = [word.text for word in words]
    language, lean = guess_language(written), lean_nordic(written)
    if language is None and (lean == 0 or (lean > 0 and beside != "en")):
        language = beside
    return Statement(
        text=text,
        words=words,
        spelled=tuple(folded(word) if word[0].isdigit() else spelling(word) for word in written),
        language=language,
        nordic=language in ("da", "no") or lean > 0,
        cues=tuple(cue for cue in read_cues(written, language) if cue.at or not _answers(words)),
        vocabulary=Vocabulary(written),
    )


def _answers(words: tuple[Word, ...]) -> bool:
    """Return whether a text begins with an answer that stands apart: "No, the fee is not paid"."""
    return len(words) > 1 and words[0].text.lower() == "no" and words[1].clause != words[0].clause


def _read_words(text: str) -> tuple[Word, ...]:
    words: list[Word] = []
    part = clause = before = 0
    for found in WORD.finditer(text):
        gap = text[before : found.start()]
        breaks = not words or (
            gap != " " and bool(_BREAK.search(gap)) and not _is_abbreviation(words[-1].text, found.group(), gap)
        )
        part += breaks
        clause += breaks or (gap != " " and _pauses(words[-1].text, found.group(), gap))
        words.append(Word(found.group(), found.start(), found.end(), breaks, part, clause))
        before = found.end()
    return tuple(words)


def _pauses(before: str, after: str, gap: str) -> bool:
    """Return whether what stands between two words ends a clause; the stop of "kr." and the dash of a range do not."""
    if gap in ("–", "—") and before[-1].isdigit() and after[0].isdigit():
        return False
    return bool(_PAUSE.search(gap, 1 if _is_abbreviation(before, after, gap) else 0))


def _is_abbreviation(before: str, after: str, gap: str) -> bool:
    """Return whether the full stop between two words ends no sentence."""
    if not gap.startswith(".") or _BREAK.search(gap, 1):
        return False
    return gap == "." or after[0].islower() or before.lower() in _SHORTENED
