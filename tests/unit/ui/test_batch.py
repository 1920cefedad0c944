"""A file of questions, read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.messages import Turn
from ui.batch import BadBatch, BatchQuestion, load_batch


def write(folder: Path, text: str | bytes) -> str:
    file = folder / "questions.jsonl"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(file)


def test_questions_keep_their_order_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    source = write(tmp_path, '{"id": "b", "question": "Hvem?"}\n\n{"id": 7, "question": "Hvor?", "lang": "nb"}\r\n')
    assert load_batch(source) == [BatchQuestion("b", "Hvem?"), BatchQuestion(7, "Hvor?", "no")]


def test_the_history_becomes_turns(tmp_path: Path) -> None:
    source = write(tmp_path, '{"id": "a", "question": "Og hvor?", "history": [["Hvem?", "Formanden."]]}')
    assert load_batch(source)[0].history == (Turn("Hvem?", "Formanden."),)


def test_a_line_without_an_id_is_known_by_its_number(tmp_path: Path) -> None:
    assert load_batch(write(tmp_path, '\n{"question": "Hvem?"}'))[0].id == "2"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert load_batch(write(tmp_path, b'\xef\xbb\xbf{"id": "a", "question": "Hvem?"}'))[0].id == "a"


def test_a_language_that_the_program_does_not_answer_in_is_left_to_detection(tmp_path: Path) -> None:
    assert load_batch(write(tmp_path, '{"id": "a", "question": "Wer?", "lang": "de"}'))[0].language is None


def test_a_line_separator_inside_a_question_does_not_end_the_line(tmp_path: Path) -> None:
    assert len(load_batch(write(tmp_path, '{"id": "a", "question": "Hvem\u2028er det?"}'))) == 1


def test_half_a_surrogate_becomes_a_replacement_character(tmp_path: Path) -> None:
    assert load_batch(write(tmp_path, '{"id": "a", "question": "Hvem \\ud800?"}'))[0].question == "Hvem \ufffd?"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "this is a list"),
        ("null", "this is missing"),
        ('{"id": "a"}', '"question" must be text, it is missing'),
        ('{"id": "a", "question": 3}', '"question" must be text, it is a number'),
        ('{"id": ["a"], "question": "Hvem?"}', '"id" must be text or a number'),
        ('{"id": true, "question": "Hvem?"}', '"id" must be text or a number'),
        ('{"id": "a", "question": "Hvem?", "lang": 1}', '"lang" must be text'),
        ('{"id": "a", "question": "Hvem?", "history": {}}', '"history" must be a list'),
        ('{"id": "a", "question": "Hvem?", "history": [["Hvem?"]]}', '"history" must be a list'),
        ('{"id": "a", "question": "Hvem?", "history": [["Hvem?", null]]}', '"history" must be a list'),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str | bytes, reason: str) -> None:
    good = b'{"id": "a", "question": "Hvem?"}\n'
    source = write(tmp_path, good + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(BadBatch, match="line 2: ") as caught:
        load_batch(source)
    assert reason in str(caught.value)


@pytest.mark.parametrize("source", ["nowhere.jsonl", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_said(source: str) -> None:
    with pytest.raises(BadBatch, match="cannot read the questions in"):
        load_batch(source)


def test_a_closed_standard_input_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadBatch, match="standard input is closed"):
        load_batch("-")
