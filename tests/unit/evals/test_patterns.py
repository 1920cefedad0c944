"""Patterns of facts: found as the scorer finds them, dear ones known before they run, and empty ones known at all."""

from __future__ import annotations

import math
import re

import pytest

from evals.patterns import find_pattern, is_linear, says_nothing, ways_to_match


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("25,5 mio", "I alt 25,5\u00a0MIO. kr."),
        ("ti dage", "inden for ti\n   dage"),
        ("patient's", "the patient\u2019s own"),
        ("patient\u2019s", "the patient's own"),
        (r"\b104[.\s]?136\b", "104 136 kr."),
    ],
)
def test_a_pattern_is_found_whatever_the_white_space_case_and_apostrophe(pattern: str, text: str) -> None:
    assert find_pattern(pattern, text)
    assert not find_pattern(pattern, "noget helt andet")


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("abc", 1),
        ("ab?c", 2),
        ("a|b|c", 3),
        ("(a|b)(c|d)", 4),
        ("(?:a|b){2}", 4),
        ("(?:ab){2,4}", 3),
        (r"\(a\)+b", 1000),
        ("[)(+*]{1,3}", 3),
        (r"a{,2}", 3),
        ("a{x}", 1),
        ("a{}", 1),
        ("(?P<name>a?)", 2),
        ("(?i:a?)", 2),
        ("(?=a?)b", 2),
        ("(?#a+b+)c", 1),
        ("(a)?(?(1)b|c)", 4),
        ("a+?", 1000),
        ("a{1,20}+", 20),
        ("(?:a+)?", 1001),
        ("(a+)+", math.inf),
        ("(a|b)*", math.inf),
        ("(a?){0,100}", math.inf),
        ("((a+)b)*", math.inf),
        (r"(\w+\s?)*", math.inf),
        ("(a?){0}", 1),
    ],
)
def test_the_ways_to_match_are_counted(pattern: str, ways: float) -> None:
    re.compile(pattern)
    assert ways_to_match(pattern) == ways


@pytest.mark.parametrize(
    "pattern", [r"\b25,5\b", r"os2 .{0,40}juridisk (enhed|part)", r"\d+ ?(uger|weeks)", r"4[.\s]?136", "^ja|nej"]
)
def test_patterns_as_people_write_them_are_linear(pattern: str) -> None:
    assert is_linear(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", ".*a.*b", r"\w+\s+\w+", ".{0,300}.{0,300}", "(?:(?:a{0,9}){0,9}){0,9}", "a?" * 30]
)
def test_patterns_that_can_take_long_are_not(pattern: str) -> None:
    assert not is_linear(pattern)


def test_a_pattern_of_many_groups_is_counted_without_recursion() -> None:
    assert ways_to_match("(" * 50_000 + "a?" + ")" * 50_000) == 2


@pytest.mark.parametrize("pattern", ["", "a*", "x|", ".", r"\w", r"\d", "[aeiou]", "^", r"\b", "en gammel", "[0-9]+"])
def test_a_pattern_that_takes_anything_is_known(pattern: str) -> None:
    assert says_nothing(pattern)


@pytest.mark.parametrize("pattern", ["fire", r"\b4\b", "25,5", r"^ja\b|\bikke\b", r"\d{1,3} (uger|weeks)", "56"])
def test_a_pattern_that_says_something_passes(pattern: str) -> None:
    assert says_nothing(pattern) == ""
