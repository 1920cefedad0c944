"""How a language model's reply is read: sentences with their quotes, each as soon as it is complete.

A reply has one of two forms, and is read by what it is, not by what was asked for: a JSON object by `ANSWER_SCHEMA`, or
lines that begin with `SENTENCE:`, `QUOTE id:`, `TRANSLATION:`, `MISSING:` and `LABEL:`. What stands before and after it
(thoughts, a preface, a code fence) is passed over. Nothing here is known to be true: `verifying` finds that out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from assistant.chat import JsonSchema
from assistant.errors import MalformedReply
from assistant.verifying import MAX_QUOTE_CHARACTERS, MAX_QUOTES, MAX_SENTENCE_CHARACTERS

Label = Literal["complete", "partial", "not_in_material"]

MAX_SENTENCES = 40
MAX_REPLY_CHARACTERS = 200_000
"""Characters that are read, thoughts included; a model that writes on and on is heard no longer."""
MAX_MISSING_CHARACTERS = 500
_DEEPEST = 12
"""Objects and lists inside each other; the schema has five."""

_STRING: JsonSchema = {"type": "string"}


def _object(**properties: JsonSchema) -> JsonSchema:
    """Return the schema of an object with all of these and nothing else, as OpenAI's strict mode demands."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


ANSWER_SCHEMA: JsonSchema = _object(
    sentences={
        "type": "array",
        "items": _object(
            text=_STRING,
            citations={"type": "array", "items": _object(passage=_STRING, quote=_STRING, translation=_STRING)},
        ),
    },
    missing=_STRING,
    label={"type": "string", "enum": list(get_args(Label))},
)
"""JSON schema of an answer, in strict form.

The sentences come first, so that a person sees one at once; the label comes last, when the model has written what it
labels.
"""


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """What a model says it leans on; neither the marker nor the quote need exist. `translation` may be ""."""

    passage: str
    quote: str
    translation: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a model, in one line and without markers, as yet unchecked; HTML in it is text."""

    text: str
    citations: tuple[DraftCitation, ...]


@dataclass(frozen=True, slots=True)
class DraftReply:
    """A whole reply, as yet unchecked.

    Attributes:
        label: how much of the question it says it answers; where it broke off before, or gave no label that is known,
            `partial`, or `not_in_material` where it has no sentence.
        missing: what of the question it says is not in the passages; "" for nothing.
        sentences: in order, none twice.
        whole: whether it came to its end and all of it could be read.
    """

    label: Label
    missing: str
    sentences: tuple[DraftSentence, ...]
    whole: bool = True


_KEYWORDS = {
    "SENTENCE": "sentence",
    "SÆTNING": "sentence",
    "SETNING": "sentence",
    "Sentence": "sentence",
    "QUOTE": "quote",
    "CITAT": "quote",
    "SITAT": "quote",
    "Quote": "quote",
    "TRANSLATION": "translation",
    "OVERSÆTTELSE": "translation",
    "OVERSETTELSE": "translation",
    "Translation": "translation",
    "MISSING": "missing",
    "MANGLER": "missing",
    "Missing": "missing",
    "LABEL": "label",
    "Label": "label",
}
"""What a line begins with → what it holds; a model that writes Danish sometimes translates the word."""
_ADORNMENT = r"[ \t>*#_•\-]{0,8}"
_ANY_KEYWORD = "|".join(_KEYWORDS)
_LINE = re.compile(rf"{_ADORNMENT}({_ANY_KEYWORD})(?![^\W_])([^\n:]{{0,100}}):(.*)", re.DOTALL)
_COUNT = re.compile(r"[ \t\d.)*_#]{0,8}")
"""What may stand between a word other than QUOTE and its colon: "SENTENCE 2:", "**LABEL**:"."""
_FIRST = "|".join(word for word, what in _KEYWORDS.items() if what in ("sentence", "missing", "label"))
_BEGINS = re.compile(
    rf'(?P<json>\{{\s{{0,99}}"|\[\s{{0,99}}\{{)|(?P<lines>^{_ADORNMENT}(?:{_FIRST})[ \t\d.)*_#]{{0,8}}:)', re.MULTILINE
)
_LONGEST_BEGINNING = 200
"""Characters that `_BEGINS` and `_THOUGHTS_END` need at most."""
_THOUGHTS = re.compile(r"\s{0,99}<think(?:ing)?>")
_THOUGHTS_END = re.compile(r"</think(?:ing)?>")
_CODE_FENCE = re.compile(r"\s{0,20}```\w{0,20}\s{0,20}")

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ONE_MARKER = r"(?:[a-z0-9]{6,64}-)?\d{1,3}"
"""Not what stands for a personal number ("[PHONE-1]"), which is restored later."""
_MARKERS = re.compile(rf"\s?\[{_ONE_MARKER}(?:\s?[,;]\s?{_ONE_MARKER}){{0,20}}\]")
_NOTHING = re.compile(
    r'(?:[-–—]|""|none|n/a|empty|tom|ingen|nothing(?: is missing)?|(?:intet|ingenting)(?: mangler)?)?\.?', re.IGNORECASE
)
"""What a model writes where it should have written nothing."""


class ReplyReader:
    """Reads one reply piece by piece; what it gives does not depend on where the pieces are cut."""

    def __init__(self, fence: str = "") -> None:
        """Take the token of the request's markers, which is removed wherever a sentence has one in it."""
        own = rf"{re.escape(fence)}-\d{{1,3}}"
        self._own_markers = re.compile(rf"\s?[\[(<]?{own}(?:\s?[,;]?\s?{own}){{0,20}}[\])>]?") if fence else None
        self._head = ""
        self._head_is_cut = False
        self._thinks = False
        self._form: _JsonForm | _LineForm | None = None
        self._length = 0
        self._sentences: list[DraftSentence] = []
        self._whole = True

    def feed(self, piece: str) -> tuple[DraftSentence, ...]:
        """Return the sentences that the next piece of the reply completes, in order."""
        taken = piece[: MAX_REPLY_CHARACTERS - self._length]
        self._length += len(taken)
        self._whole = self._whole and len(taken) == len(piece)
        before = len(self._sentences)
        self._read(taken)
        return tuple(self._sentences[before:])

    def finish(self) -> DraftReply:
        """Return the whole reply, with a last sentence that nothing came after.

        Raises:
            MalformedReply: nothing of it could be read.
        """
        if self._form is None:
            raise MalformedReply("the model's reply is neither JSON nor lines of the form asked for")
        self._accept(self._form.finish())
        missing = _read_missing(self._form.missing)
        label = _read_label(self._form.label)
        whole = self._whole and self._form.whole and label is not None
        if label is None and not self._sentences and not missing:
            raise MalformedReply("the model's reply has neither a sentence nor a label")
        instead: Label = "partial" if self._sentences else "not_in_material"
        return DraftReply(label or instead, missing, tuple(self._sentences), whole)

    def _read(self, piece: str) -> None:
        while piece:
            if self._form is None:
                piece = self._find_form(piece)
            if self._form is not None:
                drafts, piece = self._form.feed(piece)
                self._accept(drafts)
                if self._form.over and not self._form.said_something:
                    self._form = None
                else:
                    piece = ""

    def _find_form(self, piece: str) -> str:
        """Return the reply from where its form begins; "" where it has not yet."""
        self._head += piece
        if not self._head_is_cut and _THOUGHTS.match(self._head):
            self._thinks = True
        ended = _THOUGHTS_END.search(self._head) if self._thinks else None
        if ended is not None:
            self._head, self._head_is_cut, self._thinks = self._head[ended.end() :], False, False
        begins = None if self._thinks else _BEGINS.search(self._head, int(self._head_is_cut))
        if begins is None:
            self._head_is_cut = self._head_is_cut or len(self._head) > _LONGEST_BEGINNING
            self._head = self._head[-_LONGEST_BEGINNING:]
            return ""
        rest = self._head[begins.start() :]
        self._head, self._head_is_cut = "", False
        self._form = _JsonForm() if begins["json"] else _LineForm()
        return rest

    def _accept(self, drafts: Sequence[DraftSentence | None]) -> None:
        for draft in drafts:
            clean = self._without_markers(draft) if draft is not None else None
            if clean is None or len(self._sentences) == MAX_SENTENCES:
                self._whole = False
            elif clean not in self._sentences:
                self._sentences.append(clean)

    def _without_markers(self, draft: DraftSentence) -> DraftSentence | None:
        text = _MARKERS.sub("", draft.text)
        text = (self._own_markers.sub("", text) if self._own_markers else text).strip()
        return DraftSentence(text, draft.citations) if text else None


class _JsonForm:
    """The JSON form, read a character at a time: every object of the list `sentences` as soon as it is closed.

    A list of such objects without anything around it is read too.
    """

    def __init__(self) -> None:
        self.label = ""
        self.missing = ""
        self.over = False
        self._broken = False
        self._said = False
        self._open: list[tuple[str, str]] = []
        """The bracket and the key of each object and list that is open."""
        self._sentence: list[str] = []
        """The characters of the sentence that is open, at depth `_sentence_depth`."""
        self._sentence_depth = 0
        self._string: list[str] | None = None
        self._escaped = False
        self._key = ""
        self._after_colon = False

    @property
    def whole(self) -> bool:
        """Whether it was closed, with brackets that match."""
        return self.over and not self._broken

    @property
    def said_something(self) -> bool:
        """Whether it was an answer, and not some other JSON in a preface."""
        return self._said

    def feed(self, piece: str) -> tuple[list[DraftSentence | None], str]:
        """Return the sentences completed, None for one that cannot be read, and what stands behind the end."""
        drafts: list[DraftSentence | None] = []
        for position, character in enumerate(piece):
            if self.over:
                return drafts, piece[position:]
            if self._take(character):
                drafts.append(_sentence_of_json("".join(self._sentence)))
                self._sentence, self._sentence_depth = [], 0
        return drafts, ""

    def finish(self) -> list[DraftSentence | None]:
        """Return nothing: a sentence that is still open is not whole."""
        return []

    def _take(self, character: str) -> bool:
        """Read a character; return whether it closes a sentence."""
        if self._sentence_depth:
            self._sentence.append(character)
        if self._string is not None:
            self._go_on_with_string(character)
        elif character == '"':
            self._string = []
        elif character in "{[":
            self._open_bracket(character)
        elif character in "}]":
            return self._close_bracket("{" if character == "}" else "[")
        elif character in ":,":
            self._after_colon = character == ":"
        return False

    def _go_on_with_string(self, character: str) -> None:
        string = self._string
        if string is None:
            return
        if character == '"' and not self._escaped:
            self._string = None
            self._end_string("".join(string))
            return
        self._escaped = character == "\\" and not self._escaped
        string.append(character)

    def _end_string(self, string: str) -> None:
        if not self._after_colon:
            self._key = string
        elif not self._sentence_depth and self._key in ("label", "missing"):
            value = _load(f'"{string}"')
            self._said = True
            if self._key == "label":
                self.label = str(value or "")
            else:
                self.missing = str(value or "")

    def _open_bracket(self, bracket: str) -> None:
        around = self._open[-1] if self._open else ("", "")
        is_listed = around == ("[", "sentences") or self._open == [("[", "")]
        if bracket == "{" and is_listed and not self._sentence_depth:
            self._sentence, self._sentence_depth = ["{"], len(self._open) + 1
        self._open.append((bracket, self._key if self._after_colon else ""))
        self._said = self._said or is_listed or self._open[-1] == ("[", "sentences")
        self._after_colon = False
        if len(self._open) > _DEEPEST:
            self.over = self._broken = True

    def _close_bracket(self, bracket: str) -> bool:
        while self._open and self._open[-1][0] != bracket:
            self._broken = True
            self._open.pop()
        if self._open:
            self._open.pop()
        self._after_colon = False
        self.over = not self._open
        return len(self._open) < self._sentence_depth


class _LineForm:
    """The form of lines. A line that begins with none of the words goes on with the one before it."""

    def __init__(self) -> None:
        self.label = ""
        self.missing = ""
        self.over = False
        self.said_something = True
        self._text: str | None = None
        self._citations: list[DraftCitation] = []
        self._what = ""
        self._marker = ""
        self._field: list[str] = []
        """The pieces of what the last word introduced."""
        self._line = ""
        """The line as far as it is known, while it may yet begin with a word."""
        self._line_is_told = False

    @property
    def whole(self) -> bool:
        """Whether it came to the label, which stands last."""
        return bool(self.label)

    def feed(self, piece: str) -> tuple[list[DraftSentence | None], str]:
        """Return the sentences completed, None for one that cannot be read, and ""."""
        drafts: list[DraftSentence | None] = []
        for number, part in enumerate(piece.split("\n")):
            if number:
                self._end_line()
            drafts += self._go_on(part)
        return drafts, ""

    def finish(self) -> list[DraftSentence | None]:
        """Return the last sentence, where no line behind it has completed it."""
        self._end_line()
        return list(self._end_sentence())

    def _go_on(self, part: str) -> Iterator[DraftSentence | None]:
        """Read on in a line; a word at its beginning completes what stands before, however the line goes on."""
        if self._line_is_told:
            self._field.append(part)
            return
        self._line += part
        begun = _LINE.match(self._line)
        if begun is not None and self._may_begin(begun):
            self._end_field()
            if _KEYWORDS[begun[1]] not in ("quote", "translation"):
                yield from self._end_sentence()
            self._what, self._marker, self._field = _KEYWORDS[begun[1]], begun[2], [begun[3]]
            self._line_is_told = True
        elif len(self._line) > _LONGEST_BEGINNING:
            self._field.append(self._line)
            self._line_is_told = True

    def _end_line(self) -> None:
        if not self._line_is_told and not _CODE_FENCE.fullmatch(self._line):
            self._field.append(self._line)
        self._field.append("\n")
        self._line, self._line_is_told = "", False

    def _may_begin(self, begun: re.Match[str]) -> bool:
        return _KEYWORDS[begun[1]] == "quote" or _COUNT.fullmatch(begun[2]) is not None

    def _end_field(self) -> None:
        """Put what the last word introduced in its place."""
        said = "".join(self._field).strip().lstrip("*_").strip()
        if self._what == "sentence":
            self._text = said
        elif self._what == "quote":
            self._citations.append(DraftCitation(self._marker, said, ""))
        elif self._what == "translation" and self._citations:
            last = self._citations[-1]
            self._citations[-1] = DraftCitation(last.passage, last.quote, said)
        elif self._what == "missing":
            self.missing = said
        elif self._what == "label":
            self.label = said.split("\n")[0]
        self._what, self._field = "", []

    def _end_sentence(self) -> Iterator[DraftSentence | None]:
        self._end_field()
        if self._text is not None:
            yield _draft(self._text, self._citations)
        self._text, self._citations = None, []


# What is read → drafts


def _sentence_of_json(text: str) -> DraftSentence | None:
    """Return a sentence from its JSON object; None where it is none."""
    value = _load(text)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return None
    listed = value.get("citations")
    cited = listed if isinstance(listed, list) else [listed]
    return _draft(value["text"], [_citation_of_json(one) for one in cited if isinstance(one, dict)])


def _citation_of_json(value: dict[str, Any]) -> DraftCitation:
    def word(key: str) -> str:
        found = value.get(key)
        return str(found) if isinstance(found, str | int) else ""

    return DraftCitation(word("passage"), word("quote"), word("translation"))


def _load(text: str) -> Any:
    """Return a JSON value, with line breaks allowed in strings; None where it is none."""
    try:
        return json.loads(text, strict=False)
    except ValueError:  # malformed, or an integer of thousands of digits
        return None


def _draft(text: str, citations: Sequence[DraftCitation]) -> DraftSentence | None:
    """Return a sentence in bounds; None where it says nothing or far too much. A citation out of bounds is left out."""
    said = " ".join(_UNREADABLE.sub("", text).split())
    if not said or len(said) > MAX_SENTENCE_CHARACTERS:
        return None
    cited = (_bounded(citation) for citation in citations[:MAX_QUOTES])
    return DraftSentence(said, tuple(citation for citation in cited if citation is not None))


def _bounded(citation: DraftCitation) -> DraftCitation | None:
    quote, translation = (_UNREADABLE.sub("", text).strip() for text in (citation.quote, citation.translation))
    if not quote or len(quote) > MAX_QUOTE_CHARACTERS:
        return None
    marker = _UNREADABLE.sub("", citation.passage)[:100].split()
    short = translation if len(translation) <= MAX_QUOTE_CHARACTERS else ""
    return DraftCitation(marker[-1].strip("[](){}<>\"'`*_=,;") if marker else "", quote, short)


def _read_label(text: str) -> Label | None:
    written = "_".join(re.findall(r"[a-z]+", text[:100].lower()))
    labels: tuple[Label, ...] = get_args(Label)
    return next((label for label in labels if label == written), None)


def _read_missing(text: str) -> str:
    said = " ".join(_UNREADABLE.sub("", text).split())[:MAX_MISSING_CHARACTERS]
    return "" if _NOTHING.fullmatch(said) else said
