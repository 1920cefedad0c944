"""The texts of the page: complete in every language, with the same blanks to fill."""

from __future__ import annotations

import string
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from assistant.feedback import CAUSES, IMPORTANCES, REASONS, STATES
from corpus.documents import LANGUAGES, Language
from ui import texts as texts_module
from ui.texts import LANGUAGE_NAMES, format_date, load_texts


def flatten(value: Any, path: str = "") -> dict[str, Any]:
    if not is_dataclass(value):
        return {path: value}
    found: dict[str, Any] = {}
    for field in fields(value):
        found |= flatten(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    return found


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_of_the_program_is_offered():
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_empty(language: Language):
    texts = flatten(load_texts(language))
    assert texts.keys() == flatten(load_texts("da")).keys()
    assert all(texts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_same_blanks_in_every_language(language: Language):
    danish, texts = flatten(load_texts("da")), flatten(load_texts(language))
    for key, value in texts.items():
        if isinstance(value, str):
            assert blanks(value) == blanks(danish[key]), key


def test_every_word_of_feedback_has_a_label_and_no_label_is_left_over():
    feedback = load_texts("da").feedback
    labels = (
        (feedback.reasons, REASONS),
        (feedback.causes, CAUSES),
        (feedback.importances, IMPORTANCES),
        (feedback.states, STATES),
    )
    for named, words in labels:
        assert [field.name for field in fields(named)] == [word.replace(" ", "_") for word in words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_as_long_in_every_language(language: Language):
    texts = load_texts(language)
    assert len(texts.dates.months) == 12
    assert len(texts.ask.starters) == len(load_texts("da").ask.starters)


def test_the_texts_are_in_the_language_they_say():
    assert [load_texts(language).language for language in LANGUAGES] == list(LANGUAGES)


def test_a_file_that_lacks_a_key_is_refused_by_name(tmp_path, monkeypatch):
    whole = (texts_module._FOLDER / "da.toml").read_text(encoding="utf-8")
    (tmp_path / "da.toml").write_text(whole.replace('send = "Send"\n', 'sand = "Send"\n'), encoding="utf-8")
    monkeypatch.setattr(texts_module, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"missing \['send'\], unknown \['sand'\]"):
        load_texts.__wrapped__("da")


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        ("2031-03-04", "da", "4. marts 2031"),
        ("2031-03-04", "no", "4. mars 2031"),
        ("2031-03-04", "en", "4 March 2031"),
        ("2031-03", "da", "marts 2031"),
        ("2031", "da", "2031"),
        ("2031-13-01", "da", "2031-13-01"),
        ("2031-xx", "da", "2031-xx"),
        ("2031-²", "da", "2031-²"),
        ("<b>", "da", "<b>"),
        ("", "da", ""),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(date: str, language: Language, written: str):
    assert format_date(date, load_texts(language).dates) == written
