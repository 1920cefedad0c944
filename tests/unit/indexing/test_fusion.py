"""Reciprocal rank fusion."""

from __future__ import annotations

import pytest

from indexing.fusion import fuse, ranked


def test_equal_scores_are_ordered_by_key_so_that_two_runs_agree() -> None:
    assert ranked({3: 0.5, 1: 0.5, 2: 0.9}) == [2, 1, 3]


def test_the_formula_is_that_of_cormack_and_others() -> None:
    assert fuse([([7], 1.0), ([8, 7], 0.5)]) == pytest.approx({7: 1 / 61 + 0.5 / 62, 8: 0.5 / 61})


def test_what_both_rankings_hold_comes_before_what_one_does() -> None:
    assert ranked(fuse([([1, 2], 1.0), ([2, 3], 1.0)]))[0] == 2
