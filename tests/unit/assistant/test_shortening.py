"""A long sentence is said by the clauses that answer, and never changed otherwise."""

from __future__ import annotations

from assistant.shortening import LONGEST, shortened

LONG = (
    "På den baggrund har byrådet, som følge af den aftale der blev indgået med foreningerne, besluttet at "
    "afsætte i alt 7,5 mio. kr. til stierne i perioden, idet pengene fordeles ligeligt mellem de tre skove, "
    "og idet foreningerne selv skal stå for det daglige arbejde, for vedligehold af broer, for skilte, for "
    "hegn og for oprydning efter storm, herunder for at hente hjælp udefra når det er nødvendigt."
)


def test_a_short_sentence_is_left_as_it_is() -> None:
    assert shortened("Mødet er den 4. maj.", "Hvornår er mødet?", "date") == "Mødet er den 4. maj."


def test_the_part_with_what_is_asked_for_is_kept() -> None:
    said = shortened(LONG, "Hvor mange penge er der afsat til stierne?", "money")
    assert "7,5 mio. kr. til stierne" in said
    assert len(said) <= LONGEST + 4


def test_what_is_left_out_is_shown_and_the_rest_is_word_for_word() -> None:
    said = shortened(LONG, "Hvor mange penge er der afsat til stierne?", "money")
    assert "…" in said
    assert said.strip("… ") in LONG


def test_a_sentence_without_clauses_stays_whole() -> None:
    endless = "ord " * 100
    assert shortened(endless, "Hvor mange?", "number") == endless
