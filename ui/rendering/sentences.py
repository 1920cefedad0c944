"""Sentences of an answer, and where a source stands, → HTML and plain text: what is shown and what is copied share."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.messages import Answer, AnswerSentence, Citation, Considered
from corpus.documents import Language
from ui.rendering.html import escape
from ui.sentences import cells_of, group_lines, has_own_number, item_of, language_of_words, readable
from ui.texts import Texts, format_date


def plain_answer(answer: Answer) -> str:
    """Return an answer as plain text, its markers in brackets."""
    if not answer.sentences:
        return answer.text
    return join_said(
        answer.sentences, ["".join(f" [{marker}]" for marker in sentence.markers) for sentence in answer.sentences]
    )


def join_said(sentences: Sequence[AnswerSentence], endings: Sequence[str]) -> str:
    """Return sentences with their endings after one another, on lines of their own where one of them stands apart."""
    said = [readable(sentence.text) + ending for sentence, ending in zip(sentences, endings, strict=True)]
    return ("\n" if any(sentence.stands_apart for sentence in sentences) else " ").join(said)


def render_doubt(sentence: AnswerSentence, texts: Texts) -> str:
    """Return the words that say a sentence is not supported; "" where it is."""
    if sentence.supported:
        return ""
    return f' <em class="unsupported" lang="{texts.language}">({escape(texts.answer.unsupported)})</em>'


def render_lines(lines: Sequence[str], ending: str) -> str:
    """Return several lines as paragraphs, lists and tables; the ending stands at the end of the last."""
    groups = list(group_lines(lines))
    last = len(groups) - 1
    return "".join(
        _render_line_group(shape, group, ending if number == last else "")
        for number, (shape, group) in enumerate(groups)
    )


def _render_line_group(shape: str, lines: Sequence[str], ending: str) -> str:
    if shape == "row":
        rows = "".join(_render_answer_row(line, "td" if number else "th") for number, line in enumerate(lines))
        return f'<div class="table"><table>{rows}</table></div>' + (f"<p>{ending}</p>" if ending else "")
    ends = [*[""] * (len(lines) - 1), ending]
    if shape == "item":
        items = "".join(_render_answer_item(item_of(line), end) for line, end in zip(lines, ends, strict=True))
        return f'<ul class="points">{items}</ul>'
    return "".join(f"<p>{escape(readable(line))}{end}</p>" for line, end in zip(lines, ends, strict=True))


def _render_answer_row(line: str, tag: str) -> str:
    start = '<th scope="col">' if tag == "th" else "<td>"
    return f"<tr>{''.join(f'{start}{escape(cell)}</{tag}>' for cell in cells_of(line))}</tr>"


def _render_answer_item(words: str, ending: str) -> str:
    return f"<li{numbered(words)}>{escape(words)}{ending}</li>"


def numbered(words: str) -> str:
    """Return the class attribute of a list item that brings its own number."""
    return ' class="numbered"' if has_own_number(words) else ""


def render_language(text: str, citations: Sequence[Citation], language: Language) -> str:
    """Return the lang attribute of a sentence that is a quote in another language than the answer."""
    spoken = language_of_words(text, citations, language)
    return f' lang="{spoken}"' if spoken != language else ""


def where_of(place: Citation | Considered, unpaged: frozenset[str], texts: Texts, *, with_title: bool) -> list[str]:
    """Return where a place stands, from the document inwards, then its date; what is not known is left out."""
    date = format_date(place.date, texts.dates) if isinstance(place, Citation) else ""
    title = (place.title or place.document) if with_title else ""
    page = "" if place.document_id in unpaged else texts.answer.page.format(page=place.page)
    return [part for part in (title, place.section, page, date) if part]
