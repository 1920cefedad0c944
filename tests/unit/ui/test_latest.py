"""A page shows what was asked for last."""

from __future__ import annotations

from ui.pages.latest import Latest


def test_drawings_are_numbered_with_their_change():
    latest = Latest()
    assert list(latest.draw(iter("ab"))) == [(1, "a"), (1, "b")]
    assert list(latest.draw(iter("c"))) == [(2, "c")]


def test_what_has_been_left_draws_no_more():
    latest = Latest()
    drawings = latest.draw(iter("ab"))
    assert next(drawings) == (1, "a")
    assert latest.begin() == 2
    assert list(drawings) == []


def test_a_change_begins_when_it_is_first_drawn():
    latest = Latest()
    latest.draw(iter("a"))
    assert latest.number == 0
