"""An answer as it is copied into a letter or a note: plain text, or HTML to be pasted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from assistant.messages import Answer, AnswerSentence, Citation
from ui.rendering.html import escape
from ui.rendering.sentences import join_said, plain_answer, render_doubt, render_language, render_lines, where_of
from ui.sentences import lines_of, readable
from ui.texts import Texts


def render_copy(answer: Answer, texts: Texts, unpaged: frozenset[str] = frozenset()) -> str:
    """Return an answer as plain text with its references and their quotes, for a letter or a note.

    `unpaged` has the ids of the documents that have no pages to name.
    """
    if not answer.citations:
        return answer.text
    sources = "\n".join(
        f"[{citation.marker}] {', '.join(where_of(citation, unpaged, texts, with_title=True))}: "
        f"{texts.answer.quote.format(text=citation.quote)}{_plain_translation(citation, texts)}"
        for citation in answer.citations
    )
    return f"{plain_answer(answer)}\n\n{texts.answer.copy_sources}:\n{sources}"


def render_copy_words(answer: Answer) -> str:
    """Return an answer as plain text without its references."""
    return join_said(answer.sentences, [""] * len(answer.sentences)) or answer.text


def render_copy_html(answer: Answer, texts: Texts, unpaged: frozenset[str] = frozenset()) -> str:
    """Return an answer as HTML to be pasted elsewhere: superscript markers, and an ordered list of its sources.

    `unpaged` has the ids of the documents that have no pages to name.
    """
    known = {citation.marker for citation in answer.citations}
    endings = [
        "".join(f"<sup>[{marker}]</sup>" for marker in sentence.markers if marker in known)
        for sentence in answer.sentences
    ]
    words = _render_copied(answer, endings, texts)
    if not answer.citations:
        return words
    sources = "".join(_render_copied_source(citation, answer, unpaged, texts) for citation in answer.citations)
    heading = f'<p lang="{texts.language}"><strong>{escape(texts.answer.copy_sources)}</strong></p>'
    return f'{words}{heading}<ol lang="{texts.language}">{sources}</ol>'


def render_copy_words_html(answer: Answer, texts: Texts) -> str:
    """Return an answer as HTML to be pasted elsewhere, without its references."""
    return _render_copied(answer, [""] * len(answer.sentences), texts)


def _render_copied(answer: Answer, endings: Sequence[str], texts: Texts) -> str:
    """Return the sentences, each with its ending, as paragraphs, lists and tables."""
    parts: list[str] = []
    said = zip(answer.sentences, endings, strict=True)
    for apart, group in groupby(said, key=lambda pair: pair[0].stands_apart):
        rendered = [_render_copied_sentence(sentence, ending, answer, texts) for sentence, ending in group]
        parts += rendered if apart else [f"<p>{' '.join(rendered)}</p>"]
    words = "".join(parts) or f"<p>{escape(answer.text)}</p>"
    return f'<div lang="{answer.language}">{words}</div>'


def _render_copied_sentence(sentence: AnswerSentence, ending: str, answer: Answer, texts: Texts) -> str:
    cited = [citation for citation in answer.citations if citation.marker in sentence.markers]
    spoken = render_language(sentence.text, cited, answer.language)
    ending = f"{render_doubt(sentence, texts)}{ending}"
    if not sentence.stands_apart:
        return f"<span{spoken}>{escape(readable(sentence.text))}{ending}</span>"
    return f"<div{spoken}>{render_lines(lines_of(sentence.text), ending)}</div>"


def _render_copied_source(citation: Citation, answer: Answer, unpaged: frozenset[str], texts: Texts) -> str:
    title = f'<span lang="{citation.language}">{escape(citation.title or citation.document)}</span>'
    where = "".join(f", {escape(part)}" for part in where_of(citation, unpaged, texts, with_title=False))
    quote = f'<span lang="{citation.language}">{escape(texts.answer.quote.format(text=citation.quote))}</span>'
    translation = (
        f" ({escape(texts.answer.translation)}: "
        f'<span lang="{answer.language}">{escape(texts.answer.quote.format(text=citation.translation))}</span>)'
        if citation.translation
        else ""
    )
    return f'<li value="{citation.marker}">{title}{where}: {quote}{translation}</li>'


def _plain_translation(citation: Citation, texts: Texts) -> str:
    if not citation.translation:
        return ""
    return f" ({texts.answer.translation}: {texts.answer.quote.format(text=citation.translation)})"
