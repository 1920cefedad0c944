"""Questions as people also write them: mistyped, without æøå or capitals, compounds apart, or in other words."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from evals.cases import Case

Disturbance = Callable[[Case, frozenset[str], int], str | None]
"""(case, vocabulary of the library, seed) → the disturbed question, None where the disturbance does not apply."""

WORD = re.compile(r"\w+")
HYPHENATED = re.compile(r"\w+(?:(?:['’]|[-\u00ad\u2010\ufffe]\s{0,9})\w+)*")
"""A word with all that hyphens, over the end of a line too, and apostrophes join to it."""
WORDS_AN_ERROR = 8
SHORTEST_MISTYPED = 4
SHORTEST_PART = 4
LONGEST_COMPOUND = 60
"""Letters; what is longer is no word, and is not searched for parts."""
LINKS = ("s", "e")
"""Letters that may join the parts of a compound: forskning-s-projekt."""
LETTER_ROWS = ("qwertyuiopå", "asdfghjklæø", "zxcvbnm")
"""The letters of a Danish keyboard; each row is shifted half a key to the right of the one above."""
WRITTEN_OUT = {"æ": "ae", "ø": "oe", "å": "aa"}


def typing_error(case: Case, vocabulary: frozenset[str], seed: int) -> str | None:
    """Return the question with one typing error in eight words, at least one.

    Two neighbours change places, a letter is dropped or doubled, or the key beside it is hit. The first letter stays,
    and so do words of fewer than four letters and all that holds a digit. None where no word is left.
    """
    return mistyped(case.question, _chance(seed, case.id, "typing_error"))


def mistyped(question: str, chance: random.Random) -> str | None:
    """Return a question with typing errors, as `typing_error` does, by a source of chance."""
    text = _composed(question)
    words = [match.span() for match in WORD.finditer(text) if _may_be_mistyped(match[0])]
    if not words:
        return None
    errors = max(1, round(len(text.split()) / WORDS_AN_ERROR))
    for start, end in sorted(chance.sample(words, min(errors, len(words))), reverse=True):
        text = text[:start] + _mistype(text[start:end], chance) + text[end:]
    return text


def danish_letters_written_out(case: Case, vocabulary: frozenset[str], seed: int) -> str | None:
    """Return the question with ae, oe and aa for æ, ø and å; None where it has none of them."""
    text = _composed(case.question)
    return _changed("".join(_write_out(text, at) for at in range(len(text))), text)


def lower_case(case: Case, vocabulary: frozenset[str], seed: int) -> str | None:
    """Return the question without capitals; None where it has none."""
    return _changed(case.question.lower(), case.question)


def split_compounds(case: Case, vocabulary: frozenset[str], seed: int) -> str | None:
    """Return the question with its compounds written apart ("reference gruppe"); None where it has none.

    A compound is a word made of two words of the vocabulary of at least four letters, the first perhaps with a
    linking s or e, which stays with it. Where a word can be cut in several places the most even cut is made. English
    writes its compounds apart already, so an English question is not disturbed.
    """
    if case.language == "en":
        return None
    text = _composed(case.question)
    return _changed(WORD.sub(lambda match: _split_compound(match[0], vocabulary), text), text)


def paraphrase(case: Case, vocabulary: frozenset[str], seed: int) -> str | None:
    """Return the question in the words of another person that come with the case; None where nobody wrote them."""
    return case.paraphrase or None


DISTURBANCES: Mapping[str, Disturbance] = {
    "typing_error": typing_error,
    "danish_letters_written_out": danish_letters_written_out,
    "lower_case": lower_case,
    "split_compounds": split_compounds,
    "paraphrase": paraphrase,
}
"""Every disturbance by its name, in the order they are reported."""


def vocabulary_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts that can be part of a compound: letters alone, at least four, in lower case.

    What stands at a hyphen or apostrophe is left out: it may be the piece of a word that was broken at the end of a
    line, or an ending ("EU'erne").
    """
    return frozenset(
        word
        for text in texts
        for word in HYPHENATED.findall(_composed(text).lower())
        if SHORTEST_PART <= len(word) <= LONGEST_COMPOUND and word.isalpha()
    )


def _chance(seed: int, case_id: str, name: str) -> random.Random:
    digest = hashlib.sha256(f"{seed}\n{name}\n{case_id}".encode()).digest()
    return random.Random(int.from_bytes(digest, "big"))  # noqa: S311 - a repeatable choice, not a secret


def _composed(text: str) -> str:
    """Return the text with å as one character, so that a letter is a letter."""
    return unicodedata.normalize("NFC", text)


def _changed(disturbed: str, question: str) -> str | None:
    return disturbed if disturbed != question else None


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= SHORTEST_MISTYPED and word.isalpha()


def _mistype(word: str, chance: random.Random) -> str:
    """Return the word with one error after its first letter."""
    swaps = [at for at in range(1, len(word) - 1) if word[at] != word[at + 1]]
    misses = [at for at in range(1, len(word)) if word[at].lower() in NEIGHBOURS]
    errors: list[Callable[[], str]] = [
        lambda: _drop(word, chance.randrange(1, len(word))),
        lambda: _double(word, chance.randrange(1, len(word))),
    ]
    if swaps:
        errors.append(lambda: _swap(word, chance.choice(swaps)))
    if misses:
        errors.append(lambda: _miss(word, chance.choice(misses), chance))
    return chance.choice(errors)()


def _drop(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _double(word: str, at: int) -> str:
    return word[: at + 1] + word[at:]


def _swap(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _miss(word: str, at: int, chance: random.Random) -> str:
    hit = chance.choice(NEIGHBOURS[word[at].lower()])
    return word[:at] + (hit.upper() if word[at].isupper() else hit) + word[at + 1 :]


def _find_neighbours(rows: tuple[str, ...]) -> dict[str, str]:
    """Return letter → the letters whose keys touch its key."""
    keys = {(row, column): letter for row, letters in enumerate(rows) for column, letter in enumerate(letters)}
    beside = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
    return {
        letter: "".join(keys.get((row + down, column + right), "") for down, right in beside)
        for (row, column), letter in keys.items()
    }


NEIGHBOURS: Mapping[str, str] = _find_neighbours(LETTER_ROWS)
"""Letter → the letters beside it on a Danish keyboard."""


def _write_out(text: str, at: int) -> str:
    letter = text[at]
    written = WRITTEN_OUT.get(letter.lower(), letter)
    if written == letter or letter.islower():
        return written
    in_capitals = text[at + 1 : at + 2].isupper() or text[max(0, at - 1) : at].isupper()
    return written.upper() if in_capitals else written.capitalize()


def _split_compound(word: str, vocabulary: frozenset[str]) -> str:
    if not word.isalpha() or len(word) > LONGEST_COMPOUND:
        return word
    cuts = [at for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1) if _are_words(word, at, vocabulary)]
    if not cuts:
        return word
    cut = max(cuts, key=lambda at: (min(at, len(word) - at), -at))
    return f"{word[:cut]} {word[cut:]}"


def _are_words(word: str, at: int, vocabulary: frozenset[str]) -> bool:
    first, second = word[:at].lower(), word[at:].lower()
    linked = first.endswith(LINKS) and len(first) > SHORTEST_PART and first[:-1] in vocabulary
    return second in vocabulary and (first in vocabulary or linked)
