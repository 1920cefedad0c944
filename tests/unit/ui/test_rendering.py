"""What the page shows of an answer, and what a document can never make of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assistant.messages import Answer, AnswerSentence, Citation, Considered, SentenceChecked, Timings
from corpus.documents import LANGUAGES, Block, Document, DocumentMeta, Language, Page
from corpus.errors import UnknownDocument
from ui.conversation_store import KeptConversation
from ui.conversations import HISTORY_TURNS, MAX_EXCHANGES, Conversation, Exchange, Reference, parse_reference
from ui.rendering.answers import announce_answer, exchange_of, render_conversation
from ui.rendering.conversations import render_kept
from ui.rendering.copying import render_copy, render_copy_html, render_copy_words, render_copy_words_html
from ui.rendering.frame import render_header, render_note, render_starters
from ui.rendering.html import escape
from ui.rendering.sources import render_source
from ui.sources import Source, find_unpaged, open_source
from ui.texts import load_texts

DANISH = load_texts("da")
HOSTILE = (
    '</p><script>x()</script><img src=x onerror="x()"> [1] **b** ![i](https://e.example/i) ${x()} {{x}} `x` \u202e\x00'
)
FIRST = Reference(0, "quoted", 0)
TEXT = "Rådet mødes fire gange om året. Formanden leder mødet."


class Outline(HTMLParser):
    """The tags of a page, and what stands as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def with_attribute(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in attributes]

    @property
    def text(self) -> str:
        return "".join(self.words)


class OneDocument:
    """A library with a single document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def read(self, document_id: str) -> Document:
        if document_id != "d":
            raise UnknownDocument(document_id)
        return self._document


def build_document(text: str = TEXT, title: str = "Vedtægt", language: Language = "da", pages: int = 2) -> Document:
    meta = DocumentMeta(title, publisher="Kommunen", date="2031-03-04", kind="mandate", language=language)
    blocks = (Block("paragraph", 0, len(text), 1),)
    return Document("v.pdf", text, meta, tuple(Page(n, 0, len(text)) for n in range(1, pages + 1)), (), blocks)


def build_citation(marker: int = 1, quote: str = "Rådet mødes fire gange om året.", **changes: object) -> Citation:
    start = max(TEXT.find(quote), 0)
    citation = Citation(
        marker, "v.pdf", "d", "Vedtægt", 2, "2. Møder", quote, start, start + len(quote), "da", "2031-03-04"
    )
    return replace(citation, **changes)  # type: ignore[arg-type]


def build_answer(
    sentences: Sequence[AnswerSentence] = (AnswerSentence("Rådet mødes fire gange om året.", (1,), True),),
    citations: Sequence[Citation] = (),
    **changes: object,
) -> Answer:
    answer = Answer(
        id="x",
        question="Hvor ofte?",
        language="da",
        outcome="answered",
        text=" ".join(sentence.text for sentence in sentences),
        confidence=0.9,
        sentences=tuple(sentences),
        citations=tuple(citations) or (build_citation(),),
        considered=(),
        warnings=(),
        model="extractive",
        timings=Timings(1.0, 1.0, 2.0),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def show(answer: Answer) -> Outline:
    return Outline(render_conversation(Conversation().ask(answer.question).settle(answer), DANISH))


def show_source(answer: Answer, document: Document, reference: Reference = FIRST) -> Outline:
    conversation = Conversation().ask(answer.question).settle(answer)
    return Outline(render_source(open_source(conversation, reference, OneDocument(document)), DANISH))


def test_a_marker_is_a_link_that_opens_its_citation():
    page = show(build_answer())
    buttons = [attributes for attributes in page.with_attribute("data-reference") if attributes["class"] == "cite"]
    assert [button["data-reference"] for button in buttons] == ["0-quoted-0"]
    assert buttons[0]["aria-label"] == "Vis kilde 1: Vedtægt"
    assert buttons[0]["href"].startswith(("/documents/", "/originals/"))


def test_a_marker_without_a_citation_is_no_link():
    page = show(build_answer([AnswerSentence("Et svar.", (1, 7), True)]))
    assert [item["data-reference"] for item in page.with_attribute("data-reference")] == ["0-quoted-0"] * 2


def test_a_marker_forged_in_a_text_stays_text():
    page = show(build_answer([AnswerSentence("Det står her [1] og [2].", (), True)]))
    assert "Det står her [1] og [2]." in page.text
    assert not [attributes for attributes in page.with_attribute("data-reference") if attributes["class"] == "cite"]


def test_hostile_text_makes_no_tag_and_no_attribute_anywhere():
    citation = build_citation(
        quote=HOSTILE, start=0, end=len(HOSTILE), title=HOSTILE, section=HOSTILE, document=HOSTILE, date=HOSTILE
    )
    considered = Considered(HOSTILE, "d", HOSTILE, 1, HOSTILE, 0, 5, 0.5)
    answer = build_answer(
        [AnswerSentence(HOSTILE, (1,), False)],
        [citation],
        considered=(considered,),
        warnings=(HOSTILE,),
        question=HOSTILE,
    )
    document = build_document(HOSTILE, title=HOSTILE)
    plain = build_answer([AnswerSentence("a", (1,), False)], considered=(considered,), warnings=("a",), question="a")
    calm = build_document()
    for hostile_page, plain_page in (
        (show(answer), show(plain)),
        (show_source(answer, document), show_source(plain, calm)),
        (Outline(render_note(HOSTILE, DANISH)), Outline(render_note("a", DANISH))),
        (
            show(replace(answer, outcome="no_evidence", text=HOSTILE)),
            show(replace(plain, outcome="no_evidence", text="a")),
        ),
    ):
        assert [(tag, set(names)) for tag, names in hostile_page.tags] == [
            (tag, set(names)) for tag, names in plain_page.tags
        ]
        assert "<script>x()</script>" in hostile_page.text


def test_escaping_leaves_nothing_for_a_template_and_nothing_unseen():
    escaped = escape("${a} {{b}} `c` \u202eabc\u2066\x07\tæøå")
    assert not set("${}`\u202e\u2066\x07") & set(escaped)
    assert escaped.endswith("\tæøå")


def test_quoted_and_considered_stand_apart():
    considered = Considered("w.pdf", "w", "Referat", 4, "", 0, 5, 0.5)
    page = show(build_answer(considered=(considered,)))
    assert page.text.index("Citeret") < page.text.index("Også overvejet (1)") < page.text.index("Referat")
    assert ("details", {"class": "considered"}) in page.tags
    assert "2. Møder · side 2 · 4. marts 2031" in page.text


@pytest.mark.parametrize(
    ("confidence", "words"), [(0.99, "Høj sikkerhed"), (0.5, "Middel sikkerhed"), (0.2, "Lav sikkerhed")]
)
def test_confidence_is_said_in_words(confidence: float, words: str):
    assert words in show(build_answer(confidence=confidence)).text


def test_a_refusal_is_calm_and_says_nothing_of_confidence():
    page = show(build_answer((), outcome="no_evidence", text="Det står ikke i materialet.", citations=()))
    assert "Det står ikke i materialet." in page.text
    assert "sikkerhed" not in page.text
    assert not page.with_attribute("data-copy")


def test_a_partial_answer_and_an_unsupported_sentence_say_so():
    page = show(build_answer([AnswerSentence("Måske.", (1,), False)], outcome="partial"))
    assert DANISH.answer.partial in page.text
    assert "(ikke bekræftet af kilden)" in page.text


def test_an_answer_that_is_being_written_shows_its_first_sentences_alone():
    sentences = [AnswerSentence("Første.", (1,), True), AnswerSentence("Anden.", (1,), True)]
    written = (SentenceChecked(sentences[0], (), "da"),)
    page = Outline(render_conversation(Conversation((Exchange("Hvad?", written=written),)), DANISH))
    assert "Første." in page.text
    assert "Anden." not in page.text
    assert "Citeret" not in page.text


def test_a_quote_in_another_language_is_marked_as_that_language():
    quote = "Boats may stay for seven nights."
    answer = build_answer([AnswerSentence(quote, (1,), True)], [build_citation(quote=quote, language="en")])
    spans = [attributes for tag, attributes in show(answer).tags if tag == "span" and attributes.get("lang") == "en"]
    assert spans


def test_the_items_of_a_list_stand_on_lines_of_their_own_and_the_marker_in_the_last():
    page = show(build_answer([AnswerSentence("Rådet består af:\n• en formand\n• to fiskere", (1,), True)]))
    assert [tag for tag, _ in page.tags].count("li") == 3  # two of them the answer's, one the list of citations
    assert "Rådet består af:en formandto fiskere[1]" in page.text


def test_an_item_with_a_number_of_its_own_keeps_it():
    page = show(build_answer([AnswerSentence("Det gælder:\n• 1. for både\n• for biler", (1,), True)]))
    assert [attributes.get("class") for tag, attributes in page.tags if tag == "li"][:2] == ["numbered", None]


def test_a_table_of_an_answer_is_a_table_with_its_header():
    table = "Udgifter til molen\n| År | Beløb |\n|---|---|\n| 2031 | 2 mio. kr. |"
    answer = build_answer([AnswerSentence(table, (1,), True)])
    page = show(answer)
    assert [tag for tag, _ in page.tags if tag in ("th", "td")] == ["th", "th", "td", "td"]
    assert "---" not in page.text
    assert render_copy(answer, DANISH).startswith("Udgifter til molen\nÅr · Beløb\n2031 · 2 mio. kr. [1]\n")


def test_sentences_of_one_line_share_a_paragraph_and_a_list_stands_alone():
    said = [AnswerSentence(text, (1,), True) for text in ("Første.", "Anden.", "Dem:\n• en\n• to", "Sidste.")]
    page = show(build_answer(said))
    inside = page.tags[next(n for n, (_, attributes) in enumerate(page.tags) if attributes.get("class") == "answer") :]
    shape = [attributes.get("class", tag) for tag, attributes in inside if tag in ("p", "ul", "div")]
    assert shape[:6] == ["answer", "p", "statement", "p", "points", "p"]
    assert render_copy(build_answer(said), DANISH).splitlines()[:3] == ["Første. [1]", "Anden. [1]", "Dem:"]


def test_a_document_without_pages_is_listed_and_copied_without_one():
    considered = Considered("w.md", "w", "Referat", 1, "Punkt 2", 0, 5, 0.5)
    answer = build_answer(citations=[build_citation(page=1)], considered=(considered,))
    conversation = Conversation().ask("Hvor ofte?").settle(answer, frozenset({"d", "w"}))
    page = Outline(render_conversation(conversation, DANISH))
    assert "side 1" not in page.text
    assert "side 1" not in str(page.with_attribute("data-copy")[0]["data-copy"])
    assert "side 1" in show(answer).text


def test_documents_of_one_page_and_missing_ones_have_no_page_to_name():
    places = [build_citation(1), build_citation(2, document_id="gone")]
    assert find_unpaged(build_answer(citations=places), OneDocument(build_document(pages=1))) == {"d", "gone"}
    assert find_unpaged(build_answer(citations=places), OneDocument(build_document(pages=2))) == {"gone"}


def test_citations_of_one_place_share_a_line_in_the_list():
    citations = [build_citation(1), build_citation(2, "Formanden leder mødet."), build_citation(3, section="3. Andet")]
    page = show(build_answer(citations=citations))
    places = [item for item in page.with_attribute("data-reference") if item["class"] == "place"]
    assert [(item["data-reference"], item.get("data-also")) for item in places] == [
        ("0-quoted-0", "0-quoted-1"),
        ("0-quoted-2", None),
    ]
    assert "[1][2]" in page.text


def test_quotes_that_carry_one_statement_are_marked_together():
    citations = [build_citation(1), build_citation(2, "Formanden leder mødet.")]
    together = build_answer([AnswerSentence("Begge dele.", (1, 2), True)], citations)
    apart = build_answer([AnswerSentence("Den ene.", (1,), True), AnswerSentence("Den anden.", (2,), True)], citations)
    assert [tag for tag, _ in show_source(together, build_document()).tags].count("mark") == 2
    assert [tag for tag, _ in show_source(apart, build_document()).tags].count("mark") == 1


def test_table_bars_are_not_shown_in_an_answer():
    assert "2031 · 2 mio. kr." in show(build_answer([AnswerSentence("| 2031 | 2 mio. kr. |", (1,), True)])).text


def test_a_waiting_and_a_failed_question_say_so():
    asked = Conversation().ask("Hvor ofte?")
    assert DANISH.answer.searching in Outline(render_conversation(asked, DANISH)).text
    assert DANISH.answer.failed in Outline(render_conversation(asked.fail(), DANISH)).text


def test_a_copy_keeps_the_references_and_their_quotes():
    copy = render_copy(build_answer(), DANISH)
    assert copy.startswith(
        "Rådet mødes fire gange om året. [1]\n\nKilder:\n[1] Vedtægt, 2. Møder, side 2, 4. marts 2031: »"
    )
    assert show(build_answer()).with_attribute("data-copy")[0]["data-copy"] == copy


def test_what_is_spoken_has_the_answer_and_how_sure_it_is():
    spoken = announce_answer(build_answer(), DANISH)
    assert spoken == "Svar: Rådet mødes fire gange om året. [1] Høj sikkerhed. Antal citerede kilder: 1."


def test_the_source_names_the_document_and_marks_the_quote():
    page = show_source(build_answer(), build_document())
    for words in ("Vedtægt", "2. Møder", "4. marts 2031", "Kommunen", "Kommissorium", "Citat 1 af 1"):
        assert words in page.text
    assert [tag for tag, _ in page.tags].count("mark") == 1
    assert "Formanden leder mødet." in page.text


def test_a_document_of_one_page_names_no_page():
    assert "Side" not in show_source(build_answer(), build_document(pages=1)).words


def test_the_steps_lead_to_the_neighbours_and_stop_at_the_ends():
    citations = [build_citation(1), build_citation(2, "Formanden leder mødet.")]
    page = show_source(build_answer(citations=citations), build_document(), Reference(0, "quoted", 1))
    assert [item["data-reference"] for item in page.with_attribute("data-reference")] == ["0-quoted-0"]
    assert len(page.with_attribute("aria-disabled")) == 1


def test_a_foreign_passage_carries_its_language():
    page = show_source(build_answer(), build_document(language="en"))
    assert [attributes["lang"] for attributes in page.with_attribute("aria-label")] == ["en"]


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        (build_citation(document_id="gone"), DANISH.source.removed),
        (build_citation(quote="Rådet mødes aldrig."), DANISH.source.changed),
    ],
)
def test_a_source_that_cannot_be_shown_says_why_and_keeps_the_quote(citation: Citation, words: str):
    page = show_source(build_answer(citations=[citation]), build_document())
    assert words in page.text
    assert citation.quote in page.text
    assert "mark" not in [tag for tag, _ in page.tags]


def test_a_library_that_fails_is_logged_without_what_was_asked(caplog):
    class Broken:
        def read(self, document_id: str) -> Document:
            raise RuntimeError(secret)

    secret = "Hvor " + "ofte?"
    conversation = Conversation().ask(secret).settle(build_answer())
    source = open_source(conversation, Reference(0, "quoted", 0), Broken())
    assert isinstance(source, Source)
    assert source.problem == "failed"
    assert "RuntimeError" in caplog.text
    assert secret not in caplog.text


def test_a_considered_passage_is_shown_without_a_mark():
    answer = build_answer(considered=(Considered("v.pdf", "d", "Vedtægt", 1, "", 0, 10, 0.5),))
    page = show_source(answer, build_document(), Reference(0, "considered", 0))
    assert DANISH.source.considered_position in page.text
    assert "mark" not in [tag for tag, _ in page.tags]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_has_one_title_the_notice_and_the_chosen_language(language: Language):
    texts = load_texts(language)
    page = Outline(render_header(texts, language))
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert texts.page.notice in page.text
    assert [item["lang"] for item in page.with_attribute("aria-pressed") if item["aria-pressed"] == "true"] == [
        language
    ]


def test_starter_questions_only_fill_the_box():
    page = Outline(render_starters(DANISH))
    assert [item["data-fill"] for item in page.with_attribute("data-fill")] == list(DANISH.ask.starters)


@pytest.mark.parametrize(
    "text",
    ["0-quoted-99", "9-quoted-0", "x", "0-quoted-", "0-cited-0", "-1-quoted-0", "0-quoted-²", None, 5, "0-" * 50],
)
def test_a_reference_from_a_browser_that_points_nowhere_opens_nothing(text: object):
    conversation = Conversation().ask("Hvor ofte?").settle(build_answer())
    assert open_source(conversation, parse_reference(text), OneDocument(build_document())) is None


def test_a_conversation_keeps_the_newest_exchanges_and_turns():
    conversation = Conversation()
    for number in range(MAX_EXCHANGES + 5):
        conversation = conversation.ask(f"Spørgsmål {number}").settle(build_answer())
    assert len(conversation.exchanges) == MAX_EXCHANGES
    assert [turn.question for turn in conversation.turns()] == [
        f"Spørgsmål {number}" for number in range(MAX_EXCHANGES + 5 - HISTORY_TURNS, MAX_EXCHANGES + 5)
    ]


def test_the_link_to_an_answer_leads_to_its_first_citation():
    conversation = Conversation().ask("Hvor ofte?", exchange_id="a1").settle(build_answer())
    conversation = conversation.ask("Hvem?", exchange_id="b2").fail()
    link = Outline(render_conversation(conversation, DANISH)).with_attribute("data-exchange-id")[0]["id"]
    assert conversation.first_citation(conversation.position_of(exchange_of(f"#{link}"))) == FIRST
    for fragment in ("", "#answer-b2", "#answer-", "#question", "#answer-c3"):
        assert conversation.first_citation(conversation.position_of(exchange_of(fragment))) is None


def test_a_copy_without_references_has_the_words_alone():
    answer = build_answer([AnswerSentence("Første.", (1,), True), AnswerSentence("Anden.", (1, 7), True)])
    assert render_copy_words(answer) == "Første. Anden."
    assert Outline(render_copy_words_html(answer, DANISH)).text == "Første. Anden."


def test_a_copy_as_html_has_superscript_markers_and_an_ordered_list_of_sources():
    citations = [build_citation(1), build_citation(2, "Four times.", language="en", translation="Fire gange.")]
    page = Outline(render_copy_html(build_answer([AnswerSentence("Fire gange.", (2, 1, 7), True)], citations), DANISH))
    assert [tag for tag, _ in page.tags] == [
        *("div", "p", "span", "sup", "sup", "p", "strong", "ol"),
        *("li", "span", "span", "li", "span", "span", "span"),
    ]
    assert [attributes["value"] for tag, attributes in page.tags if tag == "li"] == ["1", "2"]
    assert page.text == (
        "Fire gange.[2][1]Kilder"
        "Vedtægt, 2. Møder, side 2, 4. marts 2031: »Rådet mødes fire gange om året.«"
        "Vedtægt, 2. Møder, side 2, 4. marts 2031: »Four times.« "
        "(Oversættelse af citatet, lavet af sprogmodellen: »Fire gange.«)"
    )
    assert page.tags[-2][1] == {"lang": "en"}
    assert page.tags[-1][1] == {"lang": "da"}


def test_a_copy_as_html_leaves_out_pages_that_are_none_and_marks_doubt():
    answer = build_answer([AnswerSentence("Sådan.", (1,), False)])
    page = Outline(render_copy_html(answer, DANISH, frozenset({"d"})))
    assert "side 2" not in page.text
    assert page.text.startswith("Sådan. (ikke bekræftet af kilden)[1]")


def test_a_copy_of_a_refusal_is_the_refusal():
    answer = replace(build_answer((), outcome="no_evidence", text="Det står der ikke."), citations=())
    assert Outline(render_copy_html(answer, DANISH)).text == "Det står der ikke."
    assert render_copy_words(answer) == "Det står der ikke."


def test_a_copy_as_html_keeps_lists_and_tables():
    answer = build_answer([AnswerSentence("Det har:\n- en\n- to\nÅr | Beløb\n2031 | 2", (1,), True)])
    tags = [tag for tag, _ in Outline(render_copy_html(answer, DANISH)).tags]
    assert (tags.count("li"), tags.count("td"), tags.count("th"), tags.count("sup")) == (3, 2, 2, 1)


def test_hostile_text_in_a_copy_as_html_makes_no_tag_and_no_attribute():
    citation = build_citation(quote=HOSTILE, title=HOSTILE, section=HOSTILE, document=HOSTILE, date=HOSTILE)
    answer = build_answer([AnswerSentence(HOSTILE, (1,), False)], [replace(citation, translation=HOSTILE)])
    page = Outline(render_copy_html(answer, DANISH))
    assert {tag for tag, _ in page.tags} <= {"div", "p", "span", "em", "sup", "strong", "ol", "li"}
    assert {name for _, attributes in page.tags for name in attributes} <= {"lang", "class", "value"}
    assert page.text.count("<script>") == 6


def files_of(page: Outline) -> list[str]:
    return [link["href"] for link in page.with_attribute("href") if link["class"] != "cite"]


def test_only_an_answer_that_is_kept_has_a_link_and_files():
    asked = Conversation().ask("Hvad?", exchange_id="e1").settle(build_answer())
    loose = Outline(render_conversation(asked, DANISH))
    assert not loose.with_attribute("data-link")
    assert not files_of(loose)
    kept = Outline(render_conversation(replace(asked, id="c1"), load_texts("no")))
    assert [link["data-link"] for link in kept.with_attribute("data-link")] == ["/?conversation=c1#answer-e1"]
    assert files_of(kept) == [
        "/conversations/c1/answers/e1.docx?lang=no",
        "/conversations/c1.docx?lang=no",
    ]
    assert kept.with_attribute("data-exchange-id")[0]["id"] == "answer-e1"


def test_a_copy_is_text_and_html_with_and_without_references():
    whole, bare = show(build_answer()).with_attribute("data-copy")
    assert "[1]" in str(whole["data-copy"])
    assert "<sup>[1]</sup>" in str(whole["data-copy-html"])
    assert "[1]" not in f"{bare['data-copy']}{bare['data-copy-html']}"


def test_the_name_of_a_conversation_stays_text():
    texts = load_texts("en")
    rows = render_kept([KeptConversation("c1", HOSTILE, "2031-03-04T12:00:00+00:00")], "", True, texts)
    assert not any(live in rows for live in ("<script", "<img", "${", "{{"))
    assert "4 March 2031" in rows
    assert "The 1 newest are shown." in rows
