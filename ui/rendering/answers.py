"""The conversation → HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import quote

from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation, Considered
from corpus.documents import Language
from ui.conversations import Conversation, Exchange, Reference
from ui.rendering.copying import render_copy, render_copy_html, render_copy_words, render_copy_words_html
from ui.rendering.feedback import render_feedback, render_feedback_words
from ui.rendering.filters import render_scope, render_search_everywhere
from ui.rendering.html import escape
from ui.rendering.sentences import plain_answer, render_doubt, render_language, render_lines, where_of
from ui.sentences import lines_of, readable
from ui.texts import Texts

HIGH_CONFIDENCE = 0.6
MEDIUM_CONFIDENCE = 0.4
"""From here up the words are high and medium; below, low. Of an answer's calibrated confidence, 0 to 1."""

MAX_CONSIDERED = 8
"""Considered passages that are listed."""


def announce_answer(answer: Answer, texts: Texts) -> str:
    """Return an answer as plain text to be spoken: the answer, how sure it is, how many sources."""
    spoken = [texts.answer.announced.format(text=plain_answer(answer))]
    if answer.answered:
        spoken.append(f"{_confidence_words(answer.confidence, texts)[1]}.")
        spoken.append(texts.answer.announced_sources.format(count=len(answer.citations)))
    return " ".join(spoken)


def render_conversation(conversation: Conversation, texts: Texts) -> str:
    """Return all exchanges; of an answer that is still being written, the sentences that have come."""
    if not conversation.exchanges:
        return ""
    articles = "".join(
        _render_exchange(exchange, index, conversation.id, texts)
        for index, exchange in enumerate(conversation.exchanges)
    )
    kept = escape(conversation.id)
    return (
        f'<h2 class="visually-hidden" data-conversation="{kept}">{escape(texts.answer.heading)}</h2>'
        f"{render_feedback_words(texts)}{articles}{_render_whole(conversation, texts)}"
    )


def render_arrived(conversation: str) -> str:
    """Mark what `render_conversation` drew as opened by the page's address."""
    return f"<span data-arrived hidden></span>{conversation}"


def render_change(number: int, conversation: str) -> str:
    """Mark what `render_conversation` drew with the change of the page that it belongs to: it yields to a later one."""
    return f'<span data-change="{number}" hidden></span>{conversation}'


def exchange_of(fragment: str) -> str:
    """Return the id of the exchange that the end of an address names, as in the link to an answer.

    >>> exchange_of("#answer-9f02")
    '9f02'
    """
    return fragment.removeprefix("#answer-")


def _render_whole(conversation: Conversation, texts: Texts) -> str:
    if not conversation.id:
        return ""
    address = f"/conversations/{escape(conversation.id)}.docx?lang={texts.language}"
    return f'<p class="actions whole"><a class="copy" href="{address}">{escape(texts.answer.word_all)}</a></p>'


def _render_exchange(exchange: Exchange, index: int, conversation_id: str, texts: Texts) -> str:
    asked = (
        f'<h3 class="asked"><span class="asked-label">{escape(texts.answer.question)}</span> '
        f'<span class="asked-words">{escape(exchange.question)}</span></h3>'
    )
    outcome = f"{render_scope(exchange.scope, texts)}{_render_outcome(exchange, index, conversation_id, texts)}"
    feedback = render_feedback(exchange, conversation_id, texts)
    name = f' id="answer-{escape(exchange.id)}" data-exchange-id="{escape(exchange.id)}"' if exchange.id else ""
    return f'<article class="exchange" data-exchange="{index}"{name}>{asked}{outcome}{feedback}</article>'


def _render_outcome(exchange: Exchange, index: int, conversation_id: str, texts: Texts) -> str:
    answer = exchange.answer
    if exchange.failed:
        return f'<p class="calm">{escape(texts.answer.failed)}</p>'
    if answer is None:
        waiting = texts.answer.writing if exchange.written else texts.answer.searching
        return f'{_render_answer(exchange, index, texts)}<p class="searching">{escape(waiting)}</p>'
    if not answer.answered:
        is_unfound = answer.outcome == "no_evidence"
        explained = f"<p>{escape(texts.answer.refusal_explained)}</p>" if is_unfound else ""
        if is_unfound and not exchange.scope.is_whole:
            explained += render_search_everywhere(index, texts)
        return (
            f'<div class="calm refusal"><p lang="{answer.language}">{escape(answer.text)}</p>{explained}</div>'
            f"{_render_warnings(answer, texts)}{_render_considered(exchange, index, texts)}"
        )
    return (
        f"{_render_answer(exchange, index, texts)}{_render_partial(answer, texts)}"
        f"{_render_confidence(answer, texts)}{_render_model(answer, texts)}{_render_warnings(answer, texts)}"
        f"{_render_quoted(answer, exchange.unpaged, index, texts)}{_render_considered(exchange, index, texts)}"
        f"{_render_actions(answer, exchange, conversation_id, texts)}"
    )


def _render_answer(exchange: Exchange, index: int, texts: Texts) -> str:
    """Return the sentences: one runs on from the other in a paragraph, unless it stands apart."""
    answer = exchange.answer
    if answer is None and not exchange.written:
        return ""
    language = answer.language if answer is not None else exchange.written[0].language
    parts: list[str] = []
    for apart, group in groupby(exchange.sentences, key=lambda said: said.stands_apart):
        said = [_render_sentence(sentence, exchange.citations, language, index, texts) for sentence in group]
        parts += said if apart else [f"<p>{' '.join(said)}</p>"]
    if answer is not None and not answer.sentences:
        parts = [f"<p>{escape(answer.text)}</p>"]
    return f'<div class="answer" lang="{language}">{"".join(parts)}</div>'


def _render_sentence(
    sentence: AnswerSentence, citations: Sequence[Citation], language: Language, index: int, texts: Texts
) -> str:
    positions = {citation.marker: position for position, citation in enumerate(citations)}
    cited = [positions[marker] for marker in sentence.markers if marker in positions]
    buttons = "".join(_render_marker(citations[position], index, position, texts) for position in cited)
    doubt = render_doubt(sentence, texts)
    spoken = render_language(sentence.text, [citations[position] for position in cited], language)
    if not sentence.stands_apart:
        return f"<span{spoken}>{escape(readable(sentence.text))}{doubt}{buttons}</span>"
    return f'<div class="statement"{spoken}>{render_lines(lines_of(sentence.text), f"{doubt}{buttons}")}</div>'


def _render_marker(citation: Citation, index: int, position: int, texts: Texts) -> str:
    label = texts.answer.open_citation.format(marker=citation.marker, title=citation.title)
    reference = Reference(index, "quoted", position)
    return (
        f'<a class="cite" href="{escape(_address_of_source(citation))}" lang="{texts.language}" '
        f'data-reference="{reference}" aria-label="{escape(label)}">[{citation.marker}]</a>'
    )


def _address_of_source(citation: Citation) -> str:
    """Return where a marker leads in a window of its own: the page of a PDF, or the document's chunks."""
    name = quote(citation.document_id, safe="")
    is_pdf = citation.document.lower().endswith(".pdf")
    return f"/originals/{name}#page={citation.page}" if is_pdf else f"/documents/{name}"


def _render_partial(answer: Answer, texts: Texts) -> str:
    if answer.outcome != "partial":
        return ""
    words = texts.answer.incomplete if answer.removed else texts.answer.partial
    return f'<p class="calm">{escape(words)}</p>'


def _confidence_words(confidence: float, texts: Texts) -> tuple[str, str, str]:
    """Return the level's name for the style sheet, its word and its explanation."""
    words = texts.answer
    if confidence >= HIGH_CONFIDENCE:
        return "high", words.confidence_high, words.confidence_high_explained
    if confidence >= MEDIUM_CONFIDENCE:
        return "medium", words.confidence_medium, words.confidence_medium_explained
    return "low", words.confidence_low, words.confidence_low_explained


def _render_confidence(answer: Answer, texts: Texts) -> str:
    level, word, explained = _confidence_words(answer.confidence, texts)
    return f'<p class="confidence" data-level="{level}"><strong>{escape(word)}.</strong> {escape(explained)}</p>'


def _render_model(answer: Answer, texts: Texts) -> str:
    if answer.model == EXTRACTIVE:
        return ""
    return f'<p class="model">{escape(texts.answer.written_by.format(model=answer.model))}</p>'


def _render_warnings(answer: Answer, texts: Texts) -> str:
    if not answer.warnings:
        return ""
    items = "".join(f'<li lang="{answer.language}">{escape(warning)}</li>' for warning in answer.warnings)
    return f'<div class="warnings"><h4>{escape(texts.answer.warnings)}</h4><ul>{items}</ul></div>'


def _render_quoted(answer: Answer, unpaged: frozenset[str], index: int, texts: Texts) -> str:
    """Return the list of citations; neighbours from one place of a document share a line."""
    wheres = [
        (citation.document_id, where_of(citation, unpaged, texts, with_title=True)) for citation in answer.citations
    ]
    items = "".join(
        _render_place(
            [answer.citations[position] for position in group],
            [Reference(index, "quoted", position) for position in group],
            unpaged,
            texts,
        )
        for group in (list(same) for _, same in groupby(range(len(wheres)), key=wheres.__getitem__))
    )
    return f'<div class="quoted"><h4>{escape(texts.answer.quoted)}</h4><ul>{items}</ul></div>' if items else ""


def _render_considered(exchange: Exchange, index: int, texts: Texts) -> str:
    places = exchange.answer.considered[:MAX_CONSIDERED] if exchange.answer is not None else ()
    if not places:
        return ""
    items = "".join(
        _render_place([place], [Reference(index, "considered", position)], exchange.unpaged, texts)
        for position, place in enumerate(places)
    )
    return (
        f'<details class="considered"><summary>{escape(texts.answer.considered)} ({len(places)})</summary>'
        f"<p>{escape(texts.answer.considered_explained)}</p><ul>{items}</ul></details>"
    )


def _render_place(
    places: Sequence[Citation | Considered], references: Sequence[Reference], unpaged: frozenset[str], texts: Texts
) -> str:
    """Return a line of a list: the button opens the first of the places, and is the current one for all of them."""
    place = places[0]
    markers = "".join(f"[{each.marker}]" for each in places if isinstance(each, Citation))
    marker = f'<span class="marker">{markers}</span> ' if markers else ""
    language = f' lang="{place.language}"' if isinstance(place, Citation) else ""
    others = f' data-also="{" ".join(map(str, references[1:]))}"' if len(references) > 1 else ""
    where = " · ".join(escape(part) for part in where_of(place, unpaged, texts, with_title=False))
    return (
        f'<li><button type="button" class="place" data-reference="{references[0]}"{others}>{marker}'
        f"<span{language}>{escape(place.title or place.document)}</span></button>"
        f'<span class="where">{where}</span></li>'
    )


def _render_actions(answer: Answer, exchange: Exchange, conversation_id: str, texts: Texts) -> str:
    words, unpaged = texts.answer, exchange.unpaged
    whole = _render_copy_button(
        words.copy, render_copy(answer, texts, unpaged), render_copy_html(answer, texts, unpaged), texts
    )
    bare = _render_copy_button(
        words.copy_words, render_copy_words(answer), render_copy_words_html(answer, texts), texts
    )
    kept = _render_kept_actions(exchange.id, conversation_id, texts) if conversation_id and exchange.id else ""
    return f'<p class="actions">{whole}{bare}{kept}<span class="copy-state" role="status"></span></p>'


def _render_copy_button(label: str, text: str, html: str, texts: Texts) -> str:
    return (
        f'<button type="button" class="copy" data-copied="{escape(texts.answer.copied)}" '
        f'data-copy-failed="{escape(texts.answer.copy_failed)}" data-copy="{escape(text)}" '
        f'data-copy-html="{escape(html)}">{escape(label)}</button>'
    )


def _render_kept_actions(exchange_id: str, conversation_id: str, texts: Texts) -> str:
    """Return what can be done with an answer that is kept: its address, and a file for Word."""
    words, kept, answer = texts.answer, escape(conversation_id), escape(exchange_id)
    return (
        f'<button type="button" class="copy" data-copied="{escape(words.link_copied)}" '
        f'data-copy-failed="{escape(words.link_failed)}" data-link="/?conversation={kept}#answer-{answer}">'
        f"{escape(words.copy_link)}</button>"
        f'<a class="copy" href="/conversations/{kept}/answers/{answer}.docx?lang={texts.language}">'
        f"{escape(words.word)}</a>"
    )
