"""Answers that a language model writes: from passages it is shown, each sentence checked before anyone sees it.

question → stand-alone question → passages → prompt → sentences → checked → repaired once → answer. Where the model
gives nothing that can be used, the answer is quoted, as without a model.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.advising import declines
from assistant.answering import HITS, Assistant, Documents, ReadDocument, question_language
from assistant.cautions import source_warnings
from assistant.chat import ChatMessage, ChatModel, Deadline, JsonSchema
from assistant.checking import CheckedSentence, Checker, Place
from assistant.composing import (
    UNTIMED,
    answer_id,
    block,
    cite,
    considered_of,
    page_of,
    refuse,
    text_of_sentences,
)
from assistant.disagreeing import Said
from assistant.errors import (
    ContextTooLong,
    MalformedReply,
    ModelError,
    ModelTimeout,
    ModelUnreachable,
    SchemaUnsupported,
)
from assistant.messages import (
    Answer,
    AnswerSentence,
    Citation,
    Event,
    Finished,
    Outcome,
    SentenceChecked,
    Timings,
    Turn,
    Usage,
)
from assistant.passages import BUDGET, Passage, choose_passages
from assistant.phrases import (
    ANSWERED_WITHOUT_MODEL,
    MODEL_OUT_OF_REACH,
    MODEL_OUT_OF_TIME,
    MODEL_UNUSABLE,
    PART_NOT_IN_THE_MATERIAL,
    PARTLY_ANSWERED,
    REFUSED_WITHOUT_MODEL,
    SENTENCE_REMOVED,
    SENTENCES_REMOVED,
)
from assistant.privacy import Mask, redact
from assistant.prompting import (
    FailedSentence,
    answer_prompt,
    marker_of,
    repair_prompt,
    rewrite_prompt,
    without_unseen,
)
from assistant.questions import check_question
from assistant.replies import ANSWER_SCHEMA, DraftReply, DraftSentence, ReplyReader
from assistant.rewriting import stand_alone
from assistant.rivals import RivalQuote, Rivals
from assistant.verifying import Problem, find_problems
from corpus.documents import Language
from corpus.errors import UnknownDocument
from indexing.hits import Filters, Hit, Retriever

_log = logging.getLogger(__name__)

BUDGETS = (BUDGET, BUDGET // 2, BUDGET // 4)
"""Characters of passages that are shown; the smaller ones where the model cannot read as much."""
SECONDS = 60.0
"""For one question, all its requests together."""
MAX_REWRITTEN = 400
"""Characters of a question that the model rewrote; a longer one is no question."""
PART_OF_AN_ANSWER = 0.5
"""An answer's confidence is the share of its sentences that held, and so much of it where it is not a whole answer."""
_LEAST_FOR_REPAIR = 0.2
"""Share of the time that has to be left for a repair."""
_TRIES = 2
"""Times that the model is asked for an answer, should the first be none that can be read."""
_FENCE_BYTES = 4
"""Of chance in the markers of passages, so that no document can know them."""


class GeneratingAssistant:
    """Answers with a language model, and by quoting where that fails. May be used from several threads."""

    def __init__(
        self,
        quoting: Assistant,
        retriever: Retriever,
        read_document: ReadDocument,
        model: ChatModel,
        seconds: float = SECONDS,
    ) -> None:
        """Take the parts.

        Args:
            quoting: answers where the model does not.
            retriever: finds chunks.
            read_document: gives a whole document by its id.
            model: writes.
            seconds: time limit of a question; quoting comes on top of it.
        """
        self._quoting = quoting
        self._retriever = retriever
        self._read_document = read_document
        self._model = model
        self._seconds = seconds
        self._keeps_to_schemas = True

    def warm_up(self) -> None:
        """Do what `Assistant.warm_up` does; the model is asked nothing."""
        self._quoting.warm_up()

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Answer:
        """Return the answer to a question; arguments and errors are those of `Assistant.answer`."""
        *_, last = self.events(question, history, language, filters)
        assert isinstance(last, Finished)  # noqa: S101 - what `events` promises
        return last.answer

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        filters: Filters = Filters(),
    ) -> Iterator[Event]:
        """Yield each sentence as soon as it is written and checked, and at the end the whole answer.

        Raises:
            QuestionError: the question is empty, too long or has no letters.
        """
        began = time.perf_counter()
        asked = check_question(question)
        spoken = language or question_language(asked, history)
        declined = declines(asked, spoken)
        if declined is not None:
            yield Finished(block(asked, spoken, declined.text, self._model.name))
            return
        writing = _Writing(self._model, Deadline.after(self._seconds), self._keeps_to_schemas)
        try:
            yield from self._write(writing, asked, history, spoken, filters, began)
        except ModelError as error:
            _log.warning("answering without the language model: %s", redact(str(error)))
            yield Finished(self._quote(writing, error, asked, history, spoken, filters))
        finally:
            self._keeps_to_schemas = writing.keeps_to_schemas

    def _write(
        self,
        writing: _Writing,
        question: str,
        history: Sequence[Turn],
        language: Language,
        filters: Filters,
        began: float,
    ) -> Iterator[Event]:
        query = writing.rewrite(question, history, language)
        searched = time.perf_counter()
        hits = self._retriever.retrieve(query, HITS, filters)
        retrieving = time.perf_counter() - searched
        documents = Documents(self._read_document)
        drafted = _Drafted(question, language, hits, documents, self._model.name)
        for budget in BUDGETS:
            passages = choose_passages(hits, documents.__getitem__, budget)
            marked = {marker_of(passage, writing.fence): passage for passage in passages}
            checker = Checker(question, language, marked, documents.__getitem__, writing.mask.restore)
            try:
                if passages:
                    yield from drafted.take(writing.draft(question, language, history, passages), checker)
                break
            except ContextTooLong:
                if budget == BUDGETS[-1] or drafted.is_begun:
                    raise
        if drafted.failing and writing.has_time_for_repair():
            drafted.mend(writing.repair(question, language, passages, drafted.failing), checker)
        answer = drafted.answer(writing.reply)
        if drafted.failing and not drafted.held:
            answer = self._quoting.answer(question, history, language, filters)
            answer = replace(answer, removed=len(drafted.failing), warnings=(*drafted.removals(), *answer.warnings))
        total = time.perf_counter() - began
        timings = Timings(*(round(1000 * seconds, 1) for seconds in (retrieving, total - retrieving, total)))
        yield Finished(replace(answer, usage=writing.usage, timings=timings))

    def _quote(
        self,
        writing: _Writing,
        error: ModelError,
        question: str,
        history: Sequence[Turn],
        language: Language,
        filters: Filters,
    ) -> Answer:
        """Return the quoted answer, with one line that says why it is one."""
        answer = self._quoting.answer(question, history, language, filters)
        said = (ANSWERED_WITHOUT_MODEL if answer.answered else REFUSED_WITHOUT_MODEL)[language]
        line = said.format(reason=_reason(error, language))
        return replace(answer, warnings=(line, *answer.warnings), usage=writing.usage)


def _reason(error: ModelError, language: Language) -> str:
    if isinstance(error, ModelTimeout):
        return MODEL_OUT_OF_TIME[language]
    if isinstance(error, ModelUnreachable):
        return MODEL_OUT_OF_REACH[language]
    return MODEL_UNUSABLE[language]


class _Writing:
    """The requests of one question: what they share is masked, counted, and over at one deadline."""

    def __init__(self, model: ChatModel, deadline: Deadline, keeps_to_schemas: bool) -> None:
        self._model = model
        self._deadline = deadline
        self._seconds = deadline.remaining
        self.fence = secrets.token_hex(_FENCE_BYTES)
        self.keeps_to_schemas = keeps_to_schemas
        self.mask = Mask()
        self.usage = Usage()
        self.reply = DraftReply("not_in_material", "", ())

    def has_time_for_repair(self) -> bool:
        """Return whether there is time left for another request."""
        return self._deadline.remaining > _LEAST_FOR_REPAIR * self._seconds

    def rewrite(self, question: str, history: Sequence[Turn], language: Language) -> str:
        """Return the question as it would be asked alone: by the model, or by rule where it gives no question."""
        by_rule = stand_alone(question, history).query
        if not history:
            return by_rule
        messages = rewrite_prompt(self._hide(question), self._hidden(history), language)
        said = self.mask.restore("".join(self._stream(messages))).strip().strip("\"'»«“”")
        usable = said and len(said) <= MAX_REWRITTEN and "\n" not in said and any(c.isalpha() for c in said)
        return said if usable else by_rule

    def draft(
        self, question: str, language: Language, history: Sequence[Turn], passages: Sequence[Passage]
    ) -> Iterator[DraftSentence]:
        """Yield the sentences of the answer as they are written; `reply` has the whole when they are."""

        def messages(structured: bool) -> tuple[ChatMessage, ...]:
            return answer_prompt(
                self._hide(question), language, self._hidden(history), self._shown(passages), self.fence, structured
            )

        yield from self._read(messages)

    def repair(
        self, question: str, language: Language, passages: Sequence[Passage], failing: Sequence[CheckedSentence]
    ) -> list[DraftSentence]:
        """Return sentences in the place of those that failed; none where the model gives none."""
        failed = [
            FailedSentence(one.draft, tuple(Problem(p.kind, self._detail(one, p)) for p in one.problems))
            for one in failing
        ]

        def messages(structured: bool) -> tuple[ChatMessage, ...]:
            shown = self._shown(passages)
            return repair_prompt(failed, self._hide(question), language, shown, self.fence, structured)

        first = self.reply
        try:
            return list(self._read(messages))
        except ModelError as error:
            _log.warning("a repair failed: %s", redact(str(error)))
            return []
        finally:
            self.reply = first

    def _read(self, messages: Callable[[bool], tuple[ChatMessage, ...]]) -> Iterator[DraftSentence]:
        """Yield the sentences of a reply; the request is made once more where nothing of it can be read."""
        for attempt in range(_TRIES):
            reader = ReplyReader(self.fence)
            read = 0
            try:
                for piece in self._stream_as_answer(messages):
                    for sentence in reader.feed(piece):
                        read += 1
                        yield sentence
                self.reply = reader.finish()
            except MalformedReply:
                if read or attempt == _TRIES - 1:
                    raise
                continue
            yield from self.reply.sentences[read:]
            return

    def _stream_as_answer(self, messages: Callable[[bool], tuple[ChatMessage, ...]]) -> Iterator[str]:
        if self.keeps_to_schemas:
            try:
                yield from self._stream(messages(True), ANSWER_SCHEMA)
                return
            except SchemaUnsupported:
                self.keeps_to_schemas = False
        yield from self._stream(messages(False))

    def _stream(self, messages: Sequence[ChatMessage], schema: JsonSchema | None = None) -> Iterator[str]:
        for piece in self._model.stream(messages, self._deadline, schema):
            if isinstance(piece, str):
                yield piece
            else:
                self.usage = _added(self.usage, piece)

    def _hidden(self, history: Sequence[Turn]) -> list[Turn]:
        return [Turn(self._hide(turn.question), self._hide(turn.answer)) for turn in history]

    def _shown(self, passages: Sequence[Passage]) -> list[Passage]:
        return [
            replace(
                passage,
                title=self._hide(passage.title),
                section=self._hide(passage.section),
                lead=self._hide(passage.lead),
                text=self._hide(passage.text),
            )
            for passage in passages
        ]

    def _detail(self, failed: CheckedSentence, problem: Problem) -> str:
        """Return what is wrong in a sentence; nothing of one with something personal, of which it may name a piece."""
        is_personal = self.mask.restore(failed.draft.text) != failed.draft.text
        return "" if is_personal else self._hide(problem.detail)

    def _hide(self, text: str) -> str:
        """Mask what is personal in a text; characters that nobody sees would hide it from that, and go first."""
        return self.mask.hide(without_unseen(text))


def _added(first: Usage, second: Usage) -> Usage:
    costs = [usage.cost for usage in (first, second) if usage.cost is not None]
    return Usage(
        first.requests + second.requests,
        first.prompt_tokens + second.prompt_tokens,
        first.completion_tokens + second.completion_tokens,
        sum(costs) if costs else None,
    )


class _Drafted:
    """The sentences of one answer as they come in: which hold, which do not, and what they cite."""

    def __init__(
        self, question: str, language: Language, hits: Sequence[Hit], documents: Documents, model: str
    ) -> None:
        self._question = question
        self._language = language
        self._hits = hits
        self._documents = documents
        self._model = model
        self._rivals = Rivals(hits)
        self._sentences: list[CheckedSentence] = []
        self._markers: dict[tuple[str, int, int], int] = {}

    @property
    def is_begun(self) -> bool:
        """Whether a sentence has come."""
        return bool(self._sentences)

    @property
    def held(self) -> list[CheckedSentence]:
        """The sentences that their places bear, in order."""
        return [one for one in self._sentences if not one.problems]

    @property
    def failing(self) -> list[CheckedSentence]:
        """The sentences that they do not."""
        return [one for one in self._sentences if one.problems]

    def take(self, drafts: Iterable[DraftSentence], checker: Checker) -> Iterator[SentenceChecked]:
        """Check sentences as they come, and yield those that hold.

        What says otherwise than a sentence is looked up once the sentence is out, while the model writes the next.
        """
        for draft in drafts:
            checked = checker.check(draft)
            self._sentences.append(checked)
            if not checked.problems:
                yield self._number(checked)
                for place in checked.places:
                    self._rivals.look_up(self._said(place))

    def mend(self, drafts: Sequence[DraftSentence], checker: Checker) -> None:
        """Put repaired sentences that hold, and say something new, in the place of those they are likest to."""
        for mended in [checker.check(draft) for draft in drafts]:
            failing = self.failing
            if mended.problems or not failing or any(mended.text == one.text for one in self.held):
                continue
            likest = max(failing, key=lambda one: SequenceMatcher(None, one.text, mended.text).ratio())
            self._sentences[self._sentences.index(likest)] = mended

    def removals(self) -> tuple[str, ...]:
        """Return one line that says how many sentences were removed; none where none was."""
        count = len(self.failing)
        if count < 2:
            return (SENTENCE_REMOVED[self._language],) * count
        return (SENTENCES_REMOVED[self._language].format(count=count),)

    def answer(self, reply: DraftReply) -> Answer:
        """Return the answer of the sentences that hold; the refusal where none does, or the model says so."""
        held = [] if reply.label == "not_in_material" else self.held
        if not held:
            return refuse(self._question, self._language, self._hits, 0.0, self._model)
        self._markers = {}
        numbered = [self._number(one) for one in held]
        rivals = self._quote_rivals(held)
        sentences = (*(one.sentence for one in numbered), *(sentence for sentence, _ in rivals))
        citations = (*(cited for one in numbered for cited in one.citations), *(cited for _, cited in rivals))
        text = text_of_sentences(sentences)
        is_whole = reply.whole and reply.label == "complete" and not self.failing
        outcome: Outcome = "answered" if is_whole else "partial"
        return Answer(
            id=answer_id(self._question, text),
            question=self._question,
            language=self._language,
            outcome=outcome,
            text=text,
            confidence=round(len(held) / len(self._sentences) * (1.0 if is_whole else PART_OF_AN_ANSWER), 3),
            sentences=sentences,
            citations=citations,
            considered=considered_of(self._hits, self._quoted(citations)),
            warnings=(*self._missing(reply), *self.removals(), *self._warnings(citations)),
            model=self._model,
            timings=UNTIMED,
            removed=len(self.failing),
        )

    def _quote_rivals(self, held: Sequence[CheckedSentence]) -> list[tuple[AnswerSentence, Citation]]:
        """Return what says otherwise than the sentences that hold, quoted and cited after them."""
        cited = dict.fromkeys(self._said(place) for one in held for place in one.places)
        quoted: list[tuple[AnswerSentence, Citation]] = []
        for rival in self._rivals.unsaid(list(cited)):
            if self._still_stands(rival):
                marker = len(self._markers) + len(quoted) + 1
                citation = cite(marker, rival.hit, self._documents[rival.hit.document_id], rival.span)
                quoted.append((AnswerSentence(" ".join(citation.quote.split()), (marker,), supported=True), citation))
        return quoted

    def _still_stands(self, rival: RivalQuote) -> bool:
        """Return whether the document is still the one that was searched."""
        chunk = rival.hit.chunk
        try:
            return self._documents[rival.hit.document_id].text[chunk.start : chunk.end] == rival.hit.text
        except UnknownDocument:
            return False

    def _said(self, place: Place) -> Said:
        passage, document = place.passage, self._documents[place.passage.document_id]
        text = document.text[place.span.start : place.span.end]
        return Said(text, passage.language, passage.document_id, document.meta)

    def _missing(self, reply: DraftReply) -> tuple[str, ...]:
        """Return the line that says what is not answered; in the model's words only where they are the question's."""
        if reply.label != "partial":
            return ()
        if not reply.missing or find_problems(reply.missing, [self._question]):
            return (PARTLY_ANSWERED[self._language],)
        return (PART_NOT_IN_THE_MATERIAL[self._language].format(part=reply.missing),)

    def _warnings(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        sources = [
            Said(cited.quote, cited.language, cited.document_id, self._documents[cited.document_id].meta)
            for cited in citations
        ]
        return source_warnings(self._language, sources, time.strftime("%Y-%m-%d"))

    def _quoted(self, citations: Sequence[Citation]) -> set[int]:
        return {
            hit.chunk_id
            for hit in self._hits
            for citation in citations
            if hit.document_id == citation.document_id
            and hit.chunk.start < citation.end
            and citation.start < hit.chunk.end
        }

    def _number(self, checked: CheckedSentence) -> SentenceChecked:
        """Return a sentence with its markers, and the citations that no sentence before it has."""
        markers: list[int] = []
        new: list[Citation] = []
        for place in checked.places:
            key = (place.passage.document_id, place.span.start, place.span.end)
            if key not in self._markers:
                self._markers[key] = len(self._markers) + 1
                new.append(self._cite(self._markers[key], place))
            markers.append(self._markers[key])
        sentence = AnswerSentence(checked.text, tuple(dict.fromkeys(markers)), supported=True)
        return SentenceChecked(sentence, tuple(new), self._language)

    def _cite(self, marker: int, place: Place) -> Citation:
        passage, span = place.passage, place.span
        document = self._documents[passage.document_id]
        return Citation(
            marker=marker,
            document=passage.document,
            document_id=passage.document_id,
            title=passage.title,
            page=page_of(document, span.start) or passage.page,
            section=passage.section,
            quote=document.text[span.start : span.end],
            start=span.start,
            end=span.end,
            language=passage.language,
            date=passage.date,
            translation=place.translation,
        )
