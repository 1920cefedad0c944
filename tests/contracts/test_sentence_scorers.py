"""What every scorer of sentences promises: the network, and the stand-in that unit tests use."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.cross_encoder import CrossEncoder, SentenceScorer, Window
from tests.fakes import WordScorer

ASKED = "Hvor ofte mødes havnerådet?"
ANSWER = "Havnerådet mødes syv gange om året."
OTHER = "Kajen er malet grøn."


@pytest.fixture(scope="module", params=["network", "stand-in"])
def scorer(request: pytest.FixtureRequest) -> SentenceScorer:
    return CrossEncoder() if request.param == "network" else WordScorer()


def test_every_sentence_of_every_window_has_a_score(scorer: SentenceScorer) -> None:
    windows = [Window(ASKED, "Havneråd", (OTHER, ANSWER, "")), Window(ASKED, "", (ANSWER,))]
    assert [len(scores) for scores in scorer.score(windows)] == [3, 1]


def test_no_windows_have_no_scores(scorer: SentenceScorer) -> None:
    assert scorer.score([]) == []


def test_the_sentence_that_answers_scores_highest_wherever_it_stands(scorer: SentenceScorer) -> None:
    for sentences in ((ANSWER, OTHER), (OTHER, ANSWER)):
        (scores,) = scorer.score([Window(ASKED, "Havneråd", sentences)])
        assert sentences[scores.index(max(scores))] == ANSWER


def test_a_window_scores_the_same_alone_and_among_shorter_ones(scorer: SentenceScorer) -> None:
    window = Window(ASKED, "Havneråd", (ANSWER, OTHER))
    (alone,) = scorer.score([window])
    among = scorer.score([Window(ASKED, "", ("Kort.",)), window])[1]
    assert among == pytest.approx(alone, abs=1e-4)


def test_threads_get_the_scores_of_their_own_windows(scorer: SentenceScorer) -> None:
    windows = [Window(ASKED, "", (ANSWER,) * count) for count in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        counts = [len(scores) for (scores,) in pool.map(lambda window: scorer.score([window]), windows)]
    assert counts == list(range(1, 9))


@pytest.mark.parametrize("hostile", ["\x00", "a" * 100_000, "🧬" * 500, "<s></s><pad>", "\ud800", "  "])
def test_any_text_can_be_scored(scorer: SentenceScorer, hostile: str) -> None:
    (scores,) = scorer.score([Window(hostile, hostile, (hostile, ANSWER))])
    assert len(scores) == 2
    assert all(-1e4 < score < 1e4 for score in scores)
    assert scorer.tokens(hostile) >= 1
