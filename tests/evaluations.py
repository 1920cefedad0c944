"""Small evaluations made by hand: two documents, cases about them, and what a program may have done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.messages import Turn
from corpus.documents import Language
from evals.cases import Case, CaseKind
from evals.results import Passage, Trial
from evals.spans import AnchoredText

FERRY = "Færgen sejler 12 gange om dagen. En billet koster 45 kr."
LIGHTHOUSE = "Fyret ble tent 3. mai 1890. Fyrvokteren bor i tårnet."
TEXTS = {"færge.md": AnchoredText(FERRY), "fyr.md": AnchoredText(LIGHTHOUSE)}
LANGUAGES: Mapping[str, Language] = {"færge.md": "da", "fyr.md": "no"}
SAILINGS = Passage("færge.md", 0, 32)
PRICE = Passage("færge.md", 33, 56)
LIT = Passage("fyr.md", 0, 27)
KEEPER = Passage("fyr.md", 28, 53)


def make_case(
    id_: str,
    document: str = "",
    evidence: str = "",
    fact: str = "",
    *,
    language: Language = "da",
    kind: CaseKind | None = None,
    history: Sequence[Turn] = (),
    stand_alone: str = "",
) -> Case:
    """Return a case about a document, or without one a case that has no answer."""
    return Case(
        id=id_,
        language=language,
        kind=kind or ("number" if document else "unanswerable"),
        question=f"Hvad med {id_}?",
        answerable=bool(document),
        documents=(document,) if document else (),
        evidence=(evidence,) if evidence else (),
        facts=((fact,),) if fact else (),
        history=tuple(history),
        stand_alone=stand_alone,
    )


TRIPS = make_case("trips", "færge.md", "sejler 12 gange", "12")
TICKET = make_case("ticket", "færge.md", "koster 45 kr", "45")
LAMP = make_case("lamp", "fyr.md", "tent 3. mai 1890", "1890", kind="date")
TIMETABLE = make_case("timetable")
COLOUR = make_case("colour", language="no", kind="partial")
CASES = (TRIPS, TICKET, LAMP, TIMETABLE, COLOUR)


def make_answer(text: str, quotes: Sequence[tuple[str, str]] = (), confidence: float = 0.9) -> dict[str, Any]:
    """Return an answer as the command prints it, of one sentence; without quotes, a refusal."""
    markers = list(range(1, len(quotes) + 1))
    return {
        "language": "da",
        "outcome": "answered" if quotes else "no_evidence",
        "answered": bool(quotes),
        "answer": text,
        "confidence": confidence,
        "sentences": [{"text": text, "markers": markers, "supported": True}] if quotes else [],
        "citations": [
            {"marker": marker, "document": document, "quote": quote}
            for marker, (document, quote) in zip(markers, quotes, strict=True)
        ],
    }


REFUSAL = make_answer("Det står ikke i materialet.", confidence=0.1)
RIGHT_TRIPS = make_answer(
    "Færgen sejler 12 gange om dagen.", [("færge.md", "Færgen sejler 12 gange om dagen.")], confidence=0.9
)
WRONG_TICKET = make_answer(
    "Færgen sejler 12 gange om dagen.", [("færge.md", "Færgen sejler 12 gange om dagen.")], confidence=0.5
)
RIGHT_LAMP = make_answer("Fyret ble tent 3. mai 1890.", [("fyr.md", "Fyret ble tent 3. mai 1890.")], confidence=0.4)
KEEPER_SAID = make_answer("Fyrvokteren bor i tårnet.", [("fyr.md", "Fyrvokteren bor i tårnet.")], confidence=0.3)

TRIALS = (
    Trial(
        "trips",
        answer=RIGHT_TRIPS,
        passages=(SAILINGS, PRICE),
        disturbed={"typing_error": ("Hvad med trps?", (PRICE,)), "lower_case": ("hvad med trips?", (SAILINGS,))},
        detected="da",
        milliseconds=10.0,
        retrieval_milliseconds=4.0,
    ),
    Trial("ticket", answer=WRONG_TICKET, passages=(SAILINGS, LIT, PRICE), detected="da", milliseconds=20.0),
    Trial("lamp", answer=REFUSAL, forced=RIGHT_LAMP, passages=(SAILINGS,), detected="no", milliseconds=30.0),
    Trial("timetable", answer=REFUSAL, passages=(PRICE,), detected="da", milliseconds=40.0),
    Trial("colour", answer=KEEPER_SAID, passages=(KEEPER,), detected="no", milliseconds=50.0),
)
RUN: Mapping[str, Any] = {"questions": ["small.jsonl"], "corpus_sha256": "c", "questions_sha256": "q", "seed": 7}
