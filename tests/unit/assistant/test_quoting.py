"""A quote stands in a text word for word, or it does not."""

from __future__ import annotations

import pytest

from assistant.quoting import QuotableText

TEXT = "Der er afsat 25,0 mio. kr. i 2026,\nog sam-\narbejdet kan   ikke forlænges. I 2027 er der intet."


@pytest.mark.parametrize(
    "quote",
    [
        "afsat 25,0 mio. kr. i 2026, og",
        "Der er afsat",
        "samarbejdet kan ikke forlænges",
        "SAMARBEJDET KAN IKKE",
        "der intet",
    ],
)
def test_white_space_hyphens_at_line_ends_punctuation_and_case_are_passed_over(quote: str) -> None:
    assert QuotableText(TEXT).find(quote)


@pytest.mark.parametrize(
    "quote",
    ["5,0 mio. kr.", "250 mio. kr.", "25.0 mio.", "kan forlænges", "arbejdet kan ikke forlænge", "", " … ", "ntet"],
)
def test_another_figure_a_missing_word_and_half_a_word_are_not_passed_over(quote: str) -> None:
    assert QuotableText(TEXT).find(quote) is None


def test_every_place_is_found_with_its_offsets() -> None:
    text = "Kan ikke. Kan."
    assert [text[span.start : span.end] for span in QuotableText(text).find_all("kan")] == ["Kan", "Kan"]


def test_a_decomposed_letter_is_the_composed_one() -> None:
    assert QuotableText("bla\u030a dag").find("blå dag")
