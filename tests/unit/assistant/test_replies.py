"""A reply gives the same sentences wherever its pieces are cut, and as many as can be read where it is broken."""

from __future__ import annotations

import contextlib
import json
import random
import time
from typing import Any

import pytest

from assistant.errors import MalformedReply
from assistant.replies import (
    ANSWER_SCHEMA,
    MAX_REPLY_CHARACTERS,
    MAX_SENTENCES,
    DraftCitation,
    DraftReply,
    DraftSentence,
    ReplyReader,
)
from assistant.verifying import MAX_QUOTE_CHARACTERS, MAX_QUOTES, MAX_SENTENCE_CHARACTERS

FENCE = "f3a9c1"
BOARD = DraftSentence(
    "Bestyrelsen mødes »fire« gange om året.",
    (DraftCitation(f"{FENCE}-1", 'Bestyrelsen mødes "fire" gange {om året}.', ""),),
)
FEE = DraftSentence(
    "En stor have koster 400 kr.",
    (
        DraftCitation(f"{FENCE}-2", "400 kroner for a large plot", "400 kroner for en stor have"),
        DraftCitation(f"{FENCE}-1", "[1] Kontingentet \\ betales i marts.", ""),
    ),
)
ANSWER = DraftReply("partial", "Om der er flere møder.", (BOARD, FEE))

LINES = f"""SENTENCE: {BOARD.text}
QUOTE {FENCE}-1: {BOARD.citations[0].quote}
SENTENCE: {FEE.text}
QUOTE {FENCE}-2: {FEE.citations[0].quote}
TRANSLATION: {FEE.citations[0].translation}
QUOTE {FENCE}-1: {FEE.citations[1].quote}
MISSING: {ANSWER.missing}
LABEL: partial"""


def sentence_value(sentence: DraftSentence) -> dict[str, Any]:
    citations = [{"passage": c.passage, "quote": c.quote, "translation": c.translation} for c in sentence.citations]
    return {"text": sentence.text, "citations": citations}


def answer_value() -> dict[str, Any]:
    sentences = [sentence_value(sentence) for sentence in ANSWER.sentences]
    return {"sentences": sentences, "missing": ANSWER.missing, "label": ANSWER.label}


JSON = json.dumps(answer_value(), ensure_ascii=False)
INDENTED = json.dumps(answer_value(), ensure_ascii=False, indent=2)
ESCAPED = json.dumps(answer_value())
FORMS = {
    "json": JSON,
    "indented json": INDENTED,
    "escaped json": ESCAPED,
    "json in a code fence": f"```json\n{INDENTED}\n```\n",
    "json after a preface": f"Her er svaret [1] {{kort}}, som ønsket: {JSON} Håber, det hjælper.",
    "json after thoughts": f'<think>\nMaybe {{"sentences": [{{"text": "no"}}]}}\nSENTENCE: no\n</think>\n\n{JSON}',
    "json after other json": f'{{"plan": ["search", {{"deep": true}}]}}\n{JSON}',
    "json inside json": f'{{"answer": {JSON}}}',
    "json with the label first": json.dumps(dict(reversed(answer_value().items()))),
    "lines": LINES,
    "lines that end in a newline": f"{LINES}\n",
    "lines with carriage returns": LINES.replace("\n", "\r\n"),
    "lines in a code fence": f"```text\n{LINES}\n```",
    "lines after a preface": f"Selvfølgelig! Her er svaret:\n\n{LINES}",
    "lines after thoughts": f"<think>SENTENCE: no\nLABEL: complete</think>\n{LINES}",
    "lines set apart": LINES.replace("\n", "\n\n"),
    "lines in bold": LINES.replace("SENTENCE:", "**SENTENCE:**").replace("LABEL:", "**LABEL**:"),
    "lines of a list": "\n".join(f"- {line}" for line in LINES.split("\n")),
    "lines in Danish": LINES.replace("SENTENCE", "SÆTNING").replace("QUOTE", "CITAT").replace("MISSING", "MANGLER"),
    "lines with brackets": LINES.replace(f"QUOTE {FENCE}-1:", f"QUOTE [{FENCE}-1]:"),
    "lines with a count": LINES.replace("SENTENCE:", "SENTENCE 3:"),
}


def read(*pieces: str, fence: str = FENCE) -> tuple[list[DraftSentence], DraftReply]:
    """Return what came while the pieces did, and the reply."""
    reader = ReplyReader(fence)
    early = [sentence for piece in pieces for sentence in reader.feed(piece)]
    return early, reader.finish()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_reply_wherever_it_is_cut(form: str) -> None:
    text = FORMS[form]
    assert read(text)[1] == ANSWER
    assert read(*text) == (list(ANSWER.sentences), ANSWER)
    for cut in range(len(text) + 1):
        assert read(text[:cut], text[cut:])[1] == ANSWER, text[:cut]


@pytest.mark.parametrize("form", FORMS)
def test_pieces_of_chance_lengths_change_nothing(form: str) -> None:
    chance = random.Random(form)  # noqa: S311 - the same pieces each time
    for _ in range(20):
        rest, pieces = FORMS[form], []
        while rest:
            length = chance.randint(1, 30)
            pieces.append(rest[:length])
            rest = rest[length:]
        assert read(*pieces)[1] == ANSWER


@pytest.mark.parametrize("form", ["json", "lines"])
def test_a_sentence_is_given_as_soon_as_it_is_complete(form: str) -> None:
    text = FORMS[form]
    second = text.index("En stor have")
    reader = ReplyReader()
    assert reader.feed(text[:second]) == (BOARD,)
    assert reader.feed(text[second:])[0] == FEE


@pytest.mark.parametrize("cut", range(0, len(JSON), 7))
def test_json_that_breaks_off_keeps_its_whole_sentences(cut: int) -> None:
    text = JSON[:cut]
    whole = [one for one in ANSWER.sentences if JSON.index(one.text[-9:]) < cut and read_so_far(text, one)]
    if not whole:
        with pytest.raises(MalformedReply):
            read(text)
        return
    early, reply = read(text)
    assert early == whole == list(reply.sentences)
    assert not reply.whole
    assert reply.label == "partial"


def read_so_far(text: str, sentence: DraftSentence) -> bool:
    return json.dumps(sentence_value(sentence), ensure_ascii=False) in text


def test_lines_that_break_off_keep_what_they_had() -> None:
    _, reply = read(LINES[: LINES.index("TRANSLATION")])
    assert reply.sentences == (
        BOARD,
        DraftSentence(FEE.text, (DraftCitation(f"{FENCE}-2", FEE.citations[0].quote, ""),)),
    )
    assert (reply.label, reply.whole) == ("partial", False)


@pytest.mark.parametrize(
    "text",
    [
        '{"sentences": [], "missing": "Prisen på en have.", "label": "not_in_material"}',
        "MISSING: Prisen på en have.\nLABEL: not_in_material",
        "LABEL: Not in material.\nMISSING: Prisen på en have.",
        '{"missing": "Prisen på en have.", "label": "not-in-material", "sentences": []}',
    ],
)
def test_a_refusal_is_a_reply(text: str) -> None:
    assert read(text)[1] == DraftReply("not_in_material", "Prisen på en have.", ())


@pytest.mark.parametrize("nothing", ["", "ingen", "Intet.", "None", "-", '""', "ingenting"])
def test_nothing_missing_is_nothing_however_it_is_said(nothing: str) -> None:
    assert read(f"SENTENCE: Ja.\nMISSING: {nothing}\nLABEL: complete")[1].missing == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "Bestyrelsen mødes fire gange om året [f3a9c1-1].",
        "Det står ikke i materialet.",
        "{}",
        "[]",
        '{"sentences": []}',
        '{"sentences": "none"}',
        '{"sentences": [{"text": ""}]}',
        '{"sentences": [["text"]]}',
        '{"answer": "Ja."}',
        "{" * 100_000,
        "[{" * 50_000,
        '{"a":' * 20_000,
        '{"sentences": [{"text": ' + "[" * 100_000,
        '"' * 1000,
        "\x00\x00\x00",
        "<think>Bestyrelsen mødes",
        "<think>\nSENTENCE: Ja.\nLABEL: complete",
        "LABEL: complete, partial eller not_in_material",
        "QUOTE f3a9c1-1: Bestyrelsen mødes.",
    ],
)
def test_what_has_no_answer_in_it_is_malformed(text: str) -> None:
    with pytest.raises(MalformedReply):
        read(text)
    with pytest.raises(MalformedReply):
        read(*text[:3000])


@pytest.mark.parametrize(
    ("broken", "sentences"),
    [
        ('{"text": "Et "brud" her", "citations": []}, {"text": "To.", "citations": []}', ["To."]),
        ('{"text": 7, "citations": []}, {"text": "To.", "citations": []}', ["To."]),
        ('"Et.", {"text": "To.", "citations": []}', ["To."]),
        ('{"text": "Et.", "citations": null}, {"text": "To."}', ["Et.", "To."]),
        ('{"text": "Et.", "citations": {"passage": 1, "quote": "q"}}', ["Et."]),
        ('{"text": "Et.", "citations": [["q"], 4, {"quote": {}}]}', ["Et."]),
        ('{"text": "Et.", "n": ' + "9" * 5000 + '}, {"text": "To."}', ["To."]),
        ('{"text": "Et."}, {"text": "Et."}, {"text": "Et."}', ["Et."]),
        ('{"text": "Et\nog\tto."}', ["Et og to."]),
        ('{"text": "Et.", "label": "complete", "missing": "x"}', ["Et."]),
        ('{"text": "\\ud800Et\\u0000."}', ["Et."]),
    ],
)
def test_a_sentence_that_cannot_be_read_does_not_take_the_others_along(broken: str, sentences: list[str]) -> None:
    _, reply = read(f'{{"sentences": [{broken}], "missing": "", "label": "partial"}}')
    assert [sentence.text for sentence in reply.sentences] == sentences
    assert (reply.label, reply.missing) == ("partial", "")


def test_an_unreadable_sentence_is_told() -> None:
    assert not read('{"sentences": [{"text": 7}, {"text": "Et."}], "label": "complete", "missing": ""}')[1].whole


def test_a_list_without_anything_around_it_is_read() -> None:
    _, reply = read(json.dumps([sentence_value(BOARD), sentence_value(FEE)]))
    assert reply == DraftReply("partial", "", (BOARD, FEE), whole=False)


def test_closing_brackets_that_do_not_match_lose_no_sentence_before_them() -> None:
    _, reply = read(f'{{"sentences": [{json.dumps(sentence_value(BOARD))}, {{"text": "To.", "citations": [}}]]}}')
    assert reply.sentences == (BOARD,)
    assert not reply.whole


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Rådet mødes i maj [1].", "Rådet mødes i maj."),
        ("Rådet mødes i maj.[1][12]", "Rådet mødes i maj."),
        ("Rådet [f3a9c1-1, f3a9c1-2] mødes i maj.", "Rådet mødes i maj."),
        ("Rådet mødes i maj (f3a9c1-2).", "Rådet mødes i maj."),
        ("Rådet mødes i maj (f3a9c1-2, f3a9c1-11).", "Rådet mødes i maj."),
        ("Rådet mødes i maj f3a9c1-2.", "Rådet mødes i maj."),
        ("[1] Rådet mødes i maj.", "Rådet mødes i maj."),
        ("Rådet mødes i maj [sic] efter forordning [EU] 2019/5 [2025].", None),
        ("Ring til [PHONE-1] eller [EMAIL-2.1].", None),
        ("<b onclick=x>Rådet</b> mødes & drøfter.", None),
    ],
)
def test_markers_go_and_all_else_stays_text(written: str, said: str | None) -> None:
    for text in (json.dumps({"sentences": [{"text": written}], "label": "complete"}), f"SENTENCE: {written}"):
        assert [sentence.text for sentence in read(text)[1].sentences] == [said or written]


def test_a_quote_of_several_lines_stays_one() -> None:
    _, reply = read("SENTENCE: Tre gør det.\nQUOTE x-1: De er:\n- Anna\n- Bo\n\nLABEL: complete\n")
    assert reply.sentences[0].citations == (DraftCitation("x-1", "De er:\n- Anna\n- Bo", ""),)


def test_sizes_are_bounded() -> None:
    long = {"text": "a" * (MAX_SENTENCE_CHARACTERS + 1)}
    quote = {"passage": "x-1", "quote": "a" * (MAX_QUOTE_CHARACTERS + 1), "translation": ""}
    many = {"text": "Et.", "citations": [{"passage": "x" * 500, "quote": "a", "translation": ""}] * 100 + [quote]}
    other = {"text": "To.", "citations": [quote]}
    more = [{"text": f"Nummer nr. {n}."} for n in range(100)]
    _, reply = read(json.dumps({"sentences": [long, many, other, *more], "missing": "m" * 9000, "label": "complete"}))
    assert [sentence.text for sentence in reply.sentences[:2]] == ["Et.", "To."]
    assert len(reply.sentences) == MAX_SENTENCES
    assert len(reply.sentences[0].citations) == MAX_QUOTES
    assert len(reply.sentences[0].citations[0].passage) <= 100
    assert reply.sentences[1].citations == ()
    assert len(reply.missing) <= 500
    assert not reply.whole


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "\n",
        "<think>",
        '{"',
        '{"sentences": [',
        "[ {",
        "SENTENCE: a\n",
        "QUOTE ",
        '"\\',
        "  ",
        '{"text": "a"},',
        "*",
    ],
)
def test_a_model_that_never_stops_is_heard_for_a_while_only(unit: str) -> None:
    began = time.perf_counter()
    for start in ("", '{"sentences": [', "SENTENCE: "):
        reader = ReplyReader(FENCE)
        reader.feed(start)
        for _ in range(MAX_REPLY_CHARACTERS // (3 * len(unit))):
            reader.feed(4 * unit)
        with contextlib.suppress(MalformedReply):
            assert len(reader.finish().sentences) <= MAX_SENTENCES
    assert time.perf_counter() - began < 10


def test_the_schema_is_strict_all_the_way_down() -> None:
    def check(schema: Any) -> None:
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
            for inner in schema["properties"].values():
                check(inner)
        if schema.get("type") == "array":
            check(schema["items"])

    check(ANSWER_SCHEMA)
    sentence = ANSWER_SCHEMA["properties"]["sentences"]["items"]
    assert list(ANSWER_SCHEMA["properties"]) == list(answer_value())
    assert sentence["required"] == ["text", "citations"]
    assert sentence["properties"]["citations"]["items"]["required"] == ["passage", "quote", "translation"]
    assert ANSWER_SCHEMA["properties"]["label"]["enum"] == ["complete", "partial", "not_in_material"]
