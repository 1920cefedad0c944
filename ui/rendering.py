"""Values → HTML strings, purely.

Whatever comes from a document, a question or an answer goes through `escape` and nothing else; tags are written here
only. Buttons carry what they do in data attributes: `data-reference` opens a source, `data-fill` fills the box,
`data-copy` is copied, `data-language` changes the language of the page.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import groupby

from assistant.messages import EXTRACTIVE, Answer, AnswerSentence, Citation, Considered
from corpus.documents import Language
from ui.conversations import Conversation, Exchange, Reference
from ui.passages import Passage, Piece, Run
from ui.sentences import cells_of, group_lines, has_own_number, item_of, language_of_words, lines_of, readable
from ui.sources import Source
from ui.texts import LANGUAGE_NAMES, Texts, format_date

HIGH_CONFIDENCE = 0.6
MEDIUM_CONFIDENCE = 0.4
"""From here up the words are high and medium; below, low. Of an answer's calibrated confidence, 0 to 1."""

MAX_CONSIDERED = 8
"""Considered passages that are listed."""

_CODES = {ord(character): f"&#{ord(character)};" for character in "`${}"}
"""What means something to a template of the browser's framework, should it ever read a text as one."""
_UNSEEN = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Control characters, and those that turn the direction of the text around them."""


def escape(text: str) -> str:
    """Return the text as HTML that shows it and does nothing, in an element or a quoted attribute.

    >>> escape('<b onclick="x">${1}')
    '&lt;b onclick=&quot;x&quot;&gt;&#36;&#123;1&#125;'
    """
    return html.escape(text.translate(_UNSEEN), quote=True).translate(_CODES)


def render_header(texts: Texts, language: Language) -> str:
    """Return the head of the page: skip link, title, purpose, languages, and the notice of talking to a machine."""
    page = texts.page
    buttons = "".join(
        f'<button type="button" lang="{code}" data-language="{code}" aria-pressed="{str(code == language).lower()}">'
        f"{escape(name)}</button>"
        for code, name in LANGUAGE_NAMES.items()
    )
    return (
        f'<a class="skip-link" href="#question" data-skip>{escape(page.skip)}</a>'
        f'<div class="masthead" data-page-language="{language}" data-page-title="{escape(page.title)}">'
        f'<div class="masthead-words"><h1>{escape(page.title)}</h1><p class="purpose">{escape(page.purpose)}</p></div>'
        f'<div class="languages" role="group" aria-label="{escape(page.languages)}">{buttons}</div></div>'
        f'<p class="notice"><strong>{escape(page.notice_heading)}:</strong> {escape(page.notice)}</p>'
    )


def render_starters(texts: Texts) -> str:
    """Return the starter questions: buttons that fill the box and do not send."""
    buttons = "".join(
        f'<li><button type="button" data-fill="{escape(question)}">{escape(question)}</button></li>'
        for question in texts.ask.starters
    )
    return f'<h2 class="starters-heading">{escape(texts.ask.starters_heading)}</h2><ul class="starters">{buttons}</ul>'


def render_note(text: str, texts: Texts) -> str:
    """Return what stands under the box: how to send, and a line about the question where there is one to say."""
    return f'<p class="hint">{escape(texts.ask.hint)}</p><p class="note" role="status">{escape(text)}</p>'


def render_announcement(text: str) -> str:
    """Return the live region that a screen reader speaks from."""
    return f'<p role="status" aria-live="polite" aria-atomic="true">{escape(text)}</p>'


def announce_answer(answer: Answer, texts: Texts) -> str:
    """Return an answer as plain text to be spoken: the answer, how sure it is, how many sources."""
    spoken = [texts.answer.announced.format(text=_plain(answer))]
    if answer.answered:
        spoken.append(f"{_confidence_words(answer.confidence, texts)[1]}.")
        spoken.append(texts.answer.announced_sources.format(count=len(answer.citations)))
    return " ".join(spoken)


def render_conversation(conversation: Conversation, texts: Texts) -> str:
    """Return all exchanges; of an answer that is still being written, the sentences that have come."""
    if not conversation.exchanges:
        return ""
    articles = "".join(
        _render_exchange(exchange, index, texts) for index, exchange in enumerate(conversation.exchanges)
    )
    return f'<h2 class="visually-hidden">{escape(texts.answer.heading)}</h2>{articles}'


def render_source(source: Source | None, texts: Texts) -> str:
    """Return the source panel; None is the panel before there is anything to show."""
    words = texts.source
    if source is None:
        return (
            '<section class="source" aria-labelledby="source-heading">'
            f'<h2 id="source-heading" tabindex="-1">{escape(words.heading)}</h2>'
            f'<p class="source-empty">{escape(words.empty)}</p></section>'
        )
    return (
        f'<section class="source" aria-labelledby="source-heading" data-opened="{source.reference}">'
        f'<div class="source-head"><h2 id="source-heading" tabindex="-1">{escape(words.heading)}</h2>'
        f"{_render_position(source, texts)}</div>"
        f'<h3 class="source-title"{_language_of(source)}>{escape(_title(source))}</h3>'
        f"{_render_facts(source, texts)}{_render_excerpt(source, texts)}"
        f'<button type="button" class="back" data-back="{source.reference}">{escape(words.back)}</button></section>'
    )


def render_copy(answer: Answer, texts: Texts, unpaged: frozenset[str] = frozenset()) -> str:
    """Return an answer as plain text with its references and their quotes, for a letter or a note.

    `unpaged` has the ids of the documents that have no pages to name.
    """
    if not answer.citations:
        return answer.text
    sources = "\n".join(
        f"[{citation.marker}] {', '.join(_where(citation, unpaged, texts, with_title=True))}: "
        f"{texts.answer.quote.format(text=citation.quote)}{_plain_translation(citation, texts)}"
        for citation in answer.citations
    )
    return f"{_plain(answer)}\n\n{texts.answer.copy_sources}:\n{sources}"


def render_copy_words(answer: Answer) -> str:
    """Return an answer as plain text without its references."""
    return _join_said([readable(sentence.text) for sentence in answer.sentences]) or answer.text


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
    for several, group in groupby(said, key=lambda pair: len(lines_of(pair[0].text)) > 1):
        rendered = [_render_copied_sentence(sentence, ending, answer, texts) for sentence, ending in group]
        parts += rendered if several else [f"<p>{' '.join(rendered)}</p>"]
    words = "".join(parts) or f"<p>{escape(answer.text)}</p>"
    return f'<div lang="{answer.language}">{words}</div>'


def _render_copied_sentence(sentence: AnswerSentence, ending: str, answer: Answer, texts: Texts) -> str:
    cited = [citation for citation in answer.citations if citation.marker in sentence.markers]
    spoken = _language_of_words(sentence.text, cited, answer.language)
    ending = f"{_render_doubt(sentence, texts)}{ending}"
    lines = lines_of(sentence.text)
    if len(lines) < 2:
        return f"<span{spoken}>{escape(readable(sentence.text))}{ending}</span>"
    return f"<div{spoken}>{_render_lines(lines, ending)}</div>"


def _render_copied_source(citation: Citation, answer: Answer, unpaged: frozenset[str], texts: Texts) -> str:
    title = f'<span lang="{citation.language}">{escape(citation.title or citation.document)}</span>'
    where = "".join(f", {escape(part)}" for part in _where(citation, unpaged, texts, with_title=False))
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


def _plain(answer: Answer) -> str:
    if not answer.sentences:
        return answer.text
    said = [
        readable(sentence.text) + "".join(f" [{marker}]" for marker in sentence.markers)
        for sentence in answer.sentences
    ]
    return _join_said(said)


def _join_said(said: Sequence[str]) -> str:
    """Return sentences after one another, on lines of their own where one of them has several."""
    return ("\n" if any("\n" in words for words in said) else " ").join(said)


def _render_doubt(sentence: AnswerSentence, texts: Texts) -> str:
    if sentence.supported:
        return ""
    return f' <em class="unsupported" lang="{texts.language}">({escape(texts.answer.unsupported)})</em>'


def _render_exchange(exchange: Exchange, index: int, texts: Texts) -> str:
    asked = (
        f'<h3 class="asked"><span class="asked-label">{escape(texts.answer.question)}</span> '
        f'<span class="asked-words">{escape(exchange.question)}</span></h3>'
    )
    outcome = _render_outcome(exchange, index, texts)
    return f'<article class="exchange" data-exchange="{index}">{asked}{outcome}</article>'


def _render_outcome(exchange: Exchange, index: int, texts: Texts) -> str:
    answer = exchange.answer
    if exchange.failed:
        return f'<p class="calm">{escape(texts.answer.failed)}</p>'
    if answer is None:
        waiting = texts.answer.writing if exchange.written else texts.answer.searching
        return f'{_render_answer(exchange, index, texts)}<p class="searching">{escape(waiting)}</p>'
    if not answer.answered:
        explained = f"<p>{escape(texts.answer.refusal_explained)}</p>" if answer.outcome == "no_evidence" else ""
        return (
            f'<div class="calm refusal"><p lang="{answer.language}">{escape(answer.text)}</p>{explained}</div>'
            f"{_render_warnings(answer, texts)}{_render_considered(exchange, index, texts)}"
        )
    return (
        f"{_render_answer(exchange, index, texts)}{_render_partial(answer, texts)}"
        f"{_render_confidence(answer, texts)}{_render_model(answer, texts)}{_render_warnings(answer, texts)}"
        f"{_render_quoted(answer, exchange.unpaged, index, texts)}{_render_considered(exchange, index, texts)}"
        f"{_render_actions(answer, exchange.unpaged, texts)}"
    )


def _render_answer(exchange: Exchange, index: int, texts: Texts) -> str:
    """Return the sentences: those of one line run on in a paragraph, those of several are blocks of their own."""
    answer = exchange.answer
    if answer is None and not exchange.written:
        return ""
    language = answer.language if answer is not None else exchange.written[0].language
    parts: list[str] = []
    for several, group in groupby(exchange.sentences, key=lambda said: len(lines_of(said.text)) > 1):
        said = [_render_sentence(sentence, exchange.citations, language, index, texts) for sentence in group]
        parts += said if several else [f"<p>{' '.join(said)}</p>"]
    if answer is not None and not answer.sentences:
        parts = [f"<p>{escape(answer.text)}</p>"]
    return f'<div class="answer" lang="{language}">{"".join(parts)}</div>'


def _render_sentence(
    sentence: AnswerSentence, citations: Sequence[Citation], language: Language, index: int, texts: Texts
) -> str:
    positions = {citation.marker: position for position, citation in enumerate(citations)}
    cited = [positions[marker] for marker in sentence.markers if marker in positions]
    buttons = "".join(_render_marker(citations[position], index, position, texts) for position in cited)
    doubt = _render_doubt(sentence, texts)
    spoken = _language_of_words(sentence.text, [citations[position] for position in cited], language)
    lines = lines_of(sentence.text)
    if len(lines) < 2:
        return f"<span{spoken}>{escape(readable(sentence.text))}{doubt}{buttons}</span>"
    return f'<div class="statement"{spoken}>{_render_lines(lines, f"{doubt}{buttons}")}</div>'


def _render_lines(lines: Sequence[str], ending: str) -> str:
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
    return f"<li{_numbered(words)}>{escape(words)}{ending}</li>"


def _numbered(words: str) -> str:
    return ' class="numbered"' if has_own_number(words) else ""


def _language_of_words(text: str, citations: Sequence[Citation], language: Language) -> str:
    """Return the lang attribute of a sentence that is a quote in another language than the answer."""
    spoken = language_of_words(text, citations, language)
    return f' lang="{spoken}"' if spoken != language else ""


def _render_marker(citation: Citation, index: int, position: int, texts: Texts) -> str:
    label = texts.answer.open_citation.format(marker=citation.marker, title=citation.title)
    reference = Reference(index, "quoted", position)
    return (
        f'<button type="button" class="cite" lang="{texts.language}" data-reference="{reference}" '
        f'aria-label="{escape(label)}">[{citation.marker}]</button>'
    )


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
        (citation.document_id, _where(citation, unpaged, texts, with_title=True)) for citation in answer.citations
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
    where = " · ".join(escape(part) for part in _where(place, unpaged, texts, with_title=False))
    return (
        f'<li><button type="button" class="place" data-reference="{references[0]}"{others}>{marker}'
        f"<span{language}>{escape(place.title or place.document)}</span></button>"
        f'<span class="where">{where}</span></li>'
    )


def _where(place: Citation | Considered, unpaged: frozenset[str], texts: Texts, *, with_title: bool) -> list[str]:
    date = format_date(place.date, texts.dates) if isinstance(place, Citation) else ""
    title = (place.title or place.document) if with_title else ""
    page = "" if place.document_id in unpaged else texts.answer.page.format(page=place.page)
    return [part for part in (title, place.section, page, date) if part]


def _render_actions(answer: Answer, unpaged: frozenset[str], texts: Texts) -> str:
    words = texts.answer
    return (
        f'<p class="actions"><button type="button" class="copy" data-copied="{escape(words.copied)}" '
        f'data-copy-failed="{escape(words.copy_failed)}" data-copy="{escape(render_copy(answer, texts, unpaged))}">'
        f"{escape(words.copy)}</button>"
        '<span class="copy-state" role="status"></span></p>'
    )


def _title(source: Source) -> str:
    stated = source.meta.title if source.meta is not None else ""
    return stated or source.place.title or source.place.document


def _language_of(source: Source) -> str:
    if source.meta is not None:
        return f' lang="{source.meta.language}"'
    return f' lang="{source.place.language}"' if isinstance(source.place, Citation) else ""


def _render_position(source: Source, texts: Texts) -> str:
    words, reference = texts.source, source.reference
    if reference.kind == "considered":
        return f'<p class="position">{escape(words.considered_position)}</p>'
    position = words.quoted_position.format(position=reference.position + 1, count=source.count)
    if source.count < 2:
        return f'<p class="position">{escape(position)}</p>'
    steps = "".join(
        _render_step(label, reference, to, source.count) for label, to in ((words.previous, -1), (words.next, 1))
    )
    return f'<p class="position">{escape(position)}</p><div class="steps">{steps}</div>'


def _render_step(label: str, reference: Reference, to: int, count: int) -> str:
    position = reference.position + to
    if 0 <= position < count:
        target = Reference(reference.exchange, reference.kind, position)
        return f'<button type="button" data-reference="{target}">{escape(label)}</button>'
    return f'<button type="button" aria-disabled="true">{escape(label)}</button>'


def _render_facts(source: Source, texts: Texts) -> str:
    words, place, meta = texts.source, source.place, source.meta
    names = {field.name: getattr(texts.names, field.name) for field in fields(texts.names)}
    date = meta.date if meta is not None else getattr(place, "date", "")
    facts = (
        (words.section, place.section),
        (words.page, str(place.page) if source.pages != 1 else ""),
        (words.date, format_date(date, texts.dates) if date else ""),
        (words.publisher, meta.publisher if meta is not None else ""),
        (words.kind, names.get(meta.kind, "") if meta is not None and meta.kind != "other" else ""),
        (words.language, names.get(meta.language, "") if meta is not None else ""),
        (words.file, place.document),
    )
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value)
    return f'<dl class="facts">{rows}</dl>'


def _render_excerpt(source: Source, texts: Texts) -> str:
    words = texts.source
    if source.passage is not None:
        label, language = escape(words.passage), _language_of(source)
        passage = _render_passage(source.passage, source.pages, texts)
        shown = f'<div class="passage" role="region" tabindex="0" aria-label="{label}"{language}>{passage}</div>'
        return f"{_render_translation(source, texts)}{shown}"
    problem = {"removed": words.removed, "changed": words.changed}.get(source.problem, words.failed)
    quote = (
        f'<p class="quote-label">{escape(words.quote)}</p>'
        f"<blockquote{_language_of(source)}>{escape(source.quote)}</blockquote>"
        if source.quote
        else ""
    )
    return f'<p class="calm">{escape(problem)}</p>{quote}'


def _render_translation(source: Source, texts: Texts) -> str:
    if not source.translation:
        return ""
    return (
        f'<p class="quote-label">{escape(texts.answer.translation)}</p>'
        f'<blockquote class="translation">{escape(source.translation)}</blockquote>'
    )


def _render_passage(passage: Passage, pages: int, texts: Texts) -> str:
    more = '<p class="more" aria-hidden="true">…</p>'
    parts = [more] if passage.more_before else []
    page: int | None = None
    for (shape, _), group in groupby(passage.pieces, key=_shape):
        pieces = list(group)
        if pages > 1 and pieces[0].page != page:
            page = pieces[0].page
            parts.append(f'<p class="page-mark" lang="{texts.language}">{escape(texts.source.page)} {page}</p>')
        parts.append(_render_pieces(shape, pieces))
    if passage.more_after:
        parts.append(more)
    return "".join(parts)


def _shape(piece: Piece) -> tuple[str, int]:
    """Return what pieces must share to stand in one element: a table may run over pages, a list may not."""
    shape = "row" if piece.kind == "header" else piece.kind
    return shape, 0 if shape == "row" else piece.page


def _render_pieces(shape: str, pieces: Sequence[Piece]) -> str:
    if shape == "row":
        return f'<div class="table"><table>{"".join(_render_row(piece) for piece in pieces)}</table></div>'
    if shape == "item":
        return f'<ul class="items">{"".join(_render_item(piece) for piece in pieces)}</ul>'
    if shape == "heading":
        return "".join(
            f"<h{3 + min(piece.level, 3)}>{_render_cells(piece)}</h{3 + min(piece.level, 3)}>" for piece in pieces
        )
    return "".join(f"<p>{_render_cells(piece)}</p>" for piece in pieces)


def _render_row(piece: Piece) -> str:
    tag = 'th scope="col"' if piece.kind == "header" else "td"
    cells = "".join(f"<{tag}>{_render_runs(cell)}</{tag[:2]}>" for cell in piece.cells)
    return f"<tr>{cells}</tr>"


def _render_item(piece: Piece) -> str:
    words = "".join(run.text for cell in piece.cells for run in cell)
    return f"<li{_numbered(words)}>{_render_cells(piece)}</li>"


def _render_cells(piece: Piece) -> str:
    return "".join(_render_runs(cell) for cell in piece.cells)


def _render_runs(runs: Iterable[Run]) -> str:
    return "".join(f"<mark>{escape(run.text)}</mark>" if run.marked else escape(run.text) for run in runs)
