"""An answer as the text of a chat: Markdown that no document can make live, its sources as a list at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from types import MappingProxyType

from assistant.messages import Answer, AnswerSentence, Citation, SentenceChecked, Turn
from corpus.documents import LANGUAGES, Language
from ui.conversations import HISTORY_TURNS
from ui.sentences import readable
from ui.terminal import one_line, printable
from ui.texts import Texts, format_date, load_texts

CORRECTION = MappingProxyType[Language, str](
    {
        "da": "Rettelse: svaret ovenfor gælder ikke. Det endelige svar er:",
        "no": "Rettelse: svaret ovenfor gjelder ikke. Det endelige svaret er:",
        "en": "Correction: the answer above does not stand. The final answer is:",
    }
)
"""Said where the whole answer is not the continuation of what was already sent."""
MAX_HISTORY_CHARACTERS = 4000
"""Of an earlier question or answer; what is longer is cut at its end."""

_WORD_JOINER = "\u2060"
_LIVE = re.compile(r"(?<=\])(?=[(:])|(?<=<)(?=[A-Za-z/!?])")
"""The places where Markdown makes a link, an image, a definition or a tag of what stands around them."""


def inert(text: str) -> str:
    r"""Return text of a document or model so that Markdown makes no link, image or tag of it.

    Clients show chats as Markdown, and an image of another host would be fetched unasked. A word joiner, which nobody
    sees, stands between the signs that would be live together; unlike a backslash, no sign before it undoes it.

    >>> ascii(inert("![x](http://a.example) <b>"))
    "'![x]\\u2060(http://a.example) <\\u2060b>'"
    """
    return _LIVE.sub(_WORD_JOINER, printable(text))


class Written:
    """What has been sent of an answer so far."""

    def __init__(self) -> None:
        self._text = ""
        self._was_block = False

    def add(self, event: SentenceChecked) -> str:
        """Return the piece to send for a sentence."""
        return self._continue(event.sentence, load_texts(event.language))

    def finish(self, answer: Answer, unpaged: frozenset[str]) -> str:
        """Return the last piece: what is left of the answer, or a correction and the whole of it; then its sources."""
        body = render_body(answer)
        if body.startswith(self._text):
            rest = body[len(self._text) :]
        else:
            rest = f"\n\n---\n\n**{CORRECTION[answer.language]}**\n\n{body}"
        return rest + render_ending(answer, unpaged)

    def _continue(self, sentence: AnswerSentence, texts: Texts) -> str:
        words = _render_sentence(sentence, texts)
        is_block = "\n" in words
        between = "" if not self._text else "\n\n" if is_block or self._was_block else " "
        self._text += between + words
        self._was_block = is_block
        return between + words

    def write_all(self, sentences: Sequence[AnswerSentence], texts: Texts) -> str:
        """Return the sentences as one text, lists and tables set apart."""
        return "".join(self._continue(sentence, texts) for sentence in sentences)


def render_content(answer: Answer, unpaged: frozenset[str]) -> str:
    """Return the whole answer with its sources; `unpaged` has the ids of the documents that have no pages to name."""
    return Written().finish(answer, unpaged)


def render_body(answer: Answer) -> str:
    """Return the sentences with their markers, or what is said where there are none."""
    return Written().write_all(answer.sentences, load_texts(answer.language)) or inert(answer.text)


def render_ending(answer: Answer, unpaged: frozenset[str]) -> str:
    """Return the list of sources and that of warnings, "" where there are neither."""
    texts = load_texts(answer.language)
    sources = [_render_source(citation, unpaged, texts) for citation in answer.citations]
    warnings = [inert(one_line(warning)) for warning in answer.warnings]
    return _render_list(texts.answer.copy_sources, sources) + _render_list(texts.answer.warnings, warnings)


def read_turns(messages: Sequence[tuple[str, str]]) -> tuple[str | None, tuple[Turn, ...]]:
    """Return the question and the newest turns before it, oldest first, of (role, text) pairs.

    The question is the last message; None where that is not the user's. A question without an answer, as of one that
    was stopped, is left out; so is an answer without a question. Messages of other roles count for nothing.
    """
    turns: list[Turn] = []
    asked: str | None = None
    for role, text in messages:
        if role == "user":
            asked = text
        elif role == "assistant" and asked is not None:
            turns.append(Turn(asked, strip_ending(text)))
            asked = None
    return asked, keep_turns(turns)


def keep_turns(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Return the newest turns, cut to what is read of them; one whose question has no letters asked nothing."""
    asked = [turn for turn in turns if any(character.isalpha() for character in turn.question)]
    return tuple(
        Turn(turn.question[:MAX_HISTORY_CHARACTERS], turn.answer[:MAX_HISTORY_CHARACTERS])
        for turn in asked[-HISTORY_TURNS:]
    )


def strip_ending(text: str) -> str:
    """Return what an answer said: without its sources and warnings, and without what a correction took back."""
    for language in LANGUAGES:
        words = load_texts(language).answer
        text = text.rpartition(f"**{CORRECTION[language]}**")[2]
        for heading in (words.copy_sources, words.warnings):
            text = text.partition(_heading(heading))[0]
    return text.replace(_WORD_JOINER, "").strip()


def _render_sentence(sentence: AnswerSentence, texts: Texts) -> str:
    doubt = "" if sentence.supported else f" ({texts.answer.unsupported})"
    markers = "".join(f"[{marker}]" for marker in sentence.markers)
    return f"{inert(readable(sentence.text))}{doubt}{f' {markers}' if markers else ''}"


def _render_source(citation: Citation, unpaged: frozenset[str], texts: Texts) -> str:
    page = "" if citation.document_id in unpaged else texts.answer.page.format(page=citation.page)
    title = citation.title or citation.document
    place = [title, citation.section, page, format_date(citation.date, texts.dates)]
    quote = texts.answer.quote.format(text=one_line(readable(citation.quote)))
    translation = f" ({texts.answer.translation}: {citation.translation})" if citation.translation else ""
    return (
        f"[{citation.marker}] {inert(one_line(', '.join(part for part in place if part) + ': ' + quote + translation))}"
    )


def _render_list(heading: str, items: Sequence[str]) -> str:
    return _heading(heading) + "\n".join(f"- {item}" for item in items) if items else ""


def _heading(words: str) -> str:
    return f"\n\n**{words}**\n\n"
