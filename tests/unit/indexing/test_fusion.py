"""Adding up, and reciprocal rank fusion."""

from __future__ import annotations

import pytest

from indexing.fusion import add_up, fuse, ranked


def test_equal_scores_are_ordered_by_key_so_that_two_runs_agree() -> None:
    assert ranked({3: 0.5, 1: 0.5, 2: 0.9}) == [2, 1, 3]


def test_the_formula_is_that_of_cormack_and_others() -> None:
    assert fuse([([7], 1.0), ([8, 7], 0.5)]) == pytest.approx({7: 1 / 61 + 0.5 / 62, 8: 0.5 / 61})


def test_what_both_rankings_hold_comes_before_what_one_does() -> None:
    assert ranked(fuse([([1, 2], 1.0), ([2, 3], 1.0)]))[0] == 2


def test_a_weak_match_of_words_does_not_push_out_what_is_near_in_meaning() -> None:
    assert ranked(add_up({1: 0.90, 2: 0.84}, {2: 8.0}, 1 / 75))[0] == 1


def test_a_strong_match_of_words_comes_first() -> None:
    assert ranked(add_up({1: 0.87, 2: 0.85}, {2: 30.0}, 1 / 75))[0] == 2


def test_what_one_way_alone_found_is_kept() -> None:
    assert set(add_up({1: 0.9}, {2: 5.0}, 1 / 75)) == {1, 2}
    assert add_up({}, {2: 7.5}, 1 / 75) == {2: pytest.approx(0.1)}
    assert add_up({}, {}, 1 / 75) == {}
