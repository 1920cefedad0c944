"""What is read: windows of whole sentences around the likeliest candidates, each sentence once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.cross_encoder import Window
from assistant.reading import READ_NAMES, WINDOW_TOKENS, WINDOWS, around, read_candidates, with_own_letters
from assistant.signals import NAMES, Candidate
from corpus.documents import Chunk, DocumentMeta, Language, Sentence
from indexing.hits import Hit
from tests.fakes import WordScorer

CHEAP = (0.0,) * len(NAMES)


def make_hit(sentences: Sequence[str], chunk_id: int = 1) -> Hit:
    text = " ".join(sentences)
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Sentence(at, at + len(sentence)))
        at += len(sentence) + 1
    none = (0.0,) * len(sentences)
    return Hit(
        chunk_id=chunk_id,
        document_id="d",
        document="d.md",
        meta=DocumentMeta(title="Havn"),
        chunk=Chunk(0, len(text), 1, ("2. Kaj",), "da", sentences=tuple(spans)),
        text=text,
        score=1.0,
        similarities=none,
        in_context=none,
        coverage=none,
        coverage_in_section=none,
        coverage_in_context=none,
        keyword=0.0,
    )


class NotingScorer(WordScorer):
    """Notes the windows it is given."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def score(self, windows: Sequence[Window]) -> list[tuple[float, ...]]:
        self.windows += windows
        return super().score(windows)


def candidates(hit: Hit) -> list[Candidate]:
    return [Candidate(hit, index, CHEAP) for index in range(len(hit.chunk.sentences))]


def test_a_window_grows_on_both_sides_until_it_is_full() -> None:
    hit = make_hit(["en to tre."] * 9)
    assert around(hit, 4, WordScorer().tokens, most=12) == [3, 4, 5]
    assert around(hit, 0, WordScorer().tokens, most=12) == [0, 1, 2]


def test_a_sentence_longer_than_a_window_is_read_by_itself() -> None:
    hit = make_hit(["kort.", "ord " * (WINDOW_TOKENS + 1), "kort."])
    assert around(hit, 1, WordScorer().tokens) == [1]


def test_sentences_are_read_once_and_under_their_title_and_headings() -> None:
    scorer = NotingScorer()
    read = read_candidates("Hvor er kajen?", candidates(make_hit(["Kajen er lang.", "Den er grøn."])), scorer)
    (window,) = scorer.windows
    assert window == Window("Hvor er kajen?", "Havn › 2. Kaj", ("Kajen er lang.", "Den er grøn."))
    assert [candidate.index for candidate in read] == [0, 1]


def test_the_score_becomes_a_signal() -> None:
    read = read_candidates("kajen er lang", candidates(make_hit(["Kajen er lang.", "Den er grøn."])), WordScorer())
    signals = [candidate.signals[READ_NAMES.index("read")] for candidate in read]
    assert signals == pytest.approx([2.0, 4 / 3 - 2])


def test_no_more_windows_are_read_than_there_is_time_for() -> None:
    scorer = NotingScorer()
    ranked = [c for chunk_id in range(40) for c in candidates(make_hit([f"Kaj {chunk_id}."], chunk_id))]
    read = read_candidates("Hvilken kaj?", ranked, scorer)
    assert len(scorer.windows) == WINDOWS
    assert [candidate.hit.chunk_id for candidate in read] == list(range(WINDOWS))


def test_what_is_no_candidate_is_not_read() -> None:
    scorer = NotingScorer()
    hit = make_hit(["Hvor er kajen?", "Kajen er her."])
    read_candidates("Hvor er kajen?", candidates(hit)[1:], scorer)
    assert scorer.windows[0].sentences == ("Kajen er her.",)


def test_nothing_found_is_nothing_read() -> None:
    assert read_candidates("Hvor?", [], WordScorer()) == []


@pytest.mark.parametrize(
    ("question", "language", "read"),
    [
        ("hvor tit moedes raadet", "da", "hvor tit mødes rådet"),
        ("Aarlig plan for loevsalg", "da", "Årlig plan for løvsalg"),
        ("Når møtes rådet i Isdalaane?", "no", "Når møtes rådet i Isdalaane?"),
        ("How often does the council meet?", "en", "How often does the council meet?"),
    ],
)
def test_letters_that_were_written_out_are_read_as_the_letters(question: str, language: Language, read: str) -> None:
    assert with_own_letters(question, language) == read
