"""What people say of answers: kept whole, without their numbers, and theirs to take back."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import FeedbackUnavailable, InvalidFeedback, UnknownFeedback
from assistant.feedback import MOST_ANSWER, MOST_COMMENT, REASONS, Feedback, case_line
from assistant.feedback_store import FILE_NAME, MOST_ENTRIES, FeedbackStore
from assistant.interchange import answer_to_json
from assistant.messages import Answer, AnswerSentence, Citation, Timings, Turn
from evals.suggesting import suggest_from_feedback

QUOTE = "Rådet mødes fire gange om året. Spørgsmål rettes til tlf. 12 34 56 78."
ANSWER = Answer(
    id="x",
    question="Hvor ofte mødes rådet?",
    language="da",
    outcome="answered",
    text="Rådet mødes fire gange om året. [1]",
    confidence=0.9,
    sentences=(AnswerSentence("Rådet mødes fire gange om året.", (1,), True),),
    citations=(Citation(1, "v.pdf", "d", "Vedtægt", 2, "Møder", QUOTE, 0, len(QUOTE), "da", "2031"),),
    considered=(),
    warnings=(),
    model="extractive",
    timings=Timings(1.0, 1.0, 2.0),
)
PRAISE = Feedback(ANSWER.question, "da", "up", ANSWER)
BLAME = Feedback(ANSWER.question, "da", "down", ANSWER, "wrong source", "Den står i loven.")
ME, YOU = "my session", "your session"

WRITER = """
import sys
from pathlib import Path
from assistant.feedback import Feedback
from assistant.feedback_store import FeedbackStore

store = FeedbackStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    print(store.record(Feedback(f"Hvad er {number}?", "da", "up", None), "s"), flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path / "library")


def start_writer(checkout: Path, folder: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(count)]
    return subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True)


def test_what_was_said_is_kept_with_the_answer_as_it_was(store: FeedbackStore) -> None:
    asked = replace(BLAME, history=(Turn("Hvem er med?", "Alle."),))
    kept = store.read(store.record(asked, ME))
    assert (kept.question, kept.language, kept.history) == (asked.question, "da", asked.history)
    assert (kept.verdict, kept.reason, kept.comment) == ("down", "wrong source", "Den står i loven.")
    assert kept.answer == answer_to_json(ANSWER)
    assert (kept.model, kept.state, kept.cause, kept.importance, kept.note) == ("extractive", "new", None, None, "")
    assert kept.program
    assert kept.recorded_at.endswith("+00:00")
    assert kept.changed_at == ""


def test_a_person_reads_what_they_said_and_nobody_else_does(store: FeedbackStore) -> None:
    feedback_id = store.record(BLAME, ME)
    assert store.read_own(feedback_id, ME) == store.read(feedback_id)
    with pytest.raises(UnknownFeedback):
        store.read_own(feedback_id, YOU)
    with pytest.raises(UnknownFeedback):
        store.read_own("0" * 16, ME)


def test_a_question_that_got_no_answer_can_be_spoken_of(store: FeedbackStore) -> None:
    kept = store.read(store.record(Feedback("Hvad nu?", "no", "down", None, "should have answered"), ME))
    assert (kept.answer, kept.model) == (None, "")


def test_what_a_person_wrote_is_kept_without_numbers_and_addresses(store: FeedbackStore, tmp_path: Path) -> None:
    answer = replace(ANSWER, question="Hvad gælder for 010190-1234?", text="For 010190-1234 gælder: se a@b.dk. [1]")
    asked = Feedback(
        "Hvad gælder for 010190-1234?",
        "da",
        "down",
        answer,
        "other",
        "Ring til mig på tlf. 87 65 43 21, eller skriv til a@b.dk",
        (Turn("Jeg er a@b.dk", "Tak, a@b.dk."),),
    )
    kept = store.read(store.record(asked, ME))
    assert kept.question == "Hvad gælder for [CPR number]?"
    assert kept.comment == "Ring til mig på tlf. [phone number], eller skriv til [e-mail address]"
    assert kept.answer is not None
    assert kept.answer["question"] == kept.question
    assert kept.answer["answer"] == "For [CPR number] gælder: se [e-mail address]. [1]"
    everything = b"".join(file.read_bytes() for file in (tmp_path / "library").iterdir())
    for secret in ("010190", "87 65 43 21", "a@b.dk"):
        assert secret.encode() not in everything


def test_a_quote_keeps_the_number_that_its_document_prints(store: FeedbackStore) -> None:
    kept = store.read(store.record(BLAME, ME))
    assert kept.answer is not None
    assert kept.answer["citations"][0]["quote"] == QUOTE


def test_a_personal_number_in_a_document_is_hidden_all_the_same(store: FeedbackStore) -> None:
    citation = replace(ANSWER.citations[0], quote="Borgeren 010190-1234 klagede.")
    kept = store.read(store.record(replace(PRAISE, answer=replace(ANSWER, citations=(citation,))), ME))
    assert kept.answer is not None
    assert kept.answer["citations"][0]["quote"] == "Borgeren [CPR number] klagede."


@pytest.mark.parametrize(
    ("feedback", "message"),
    [
        (replace(PRAISE, verdict="maybe"), "the verdict of feedback must be one of up, down"),  # type: ignore[arg-type]
        (replace(BLAME, reason=None), "the reason of feedback must be one of quote not"),
        (replace(BLAME, reason="bad"), "the reason of feedback must be one of"),  # type: ignore[arg-type]
        (replace(BLAME, reason=["other"]), "the reason of feedback must be one of"),  # type: ignore[arg-type]
        (replace(PRAISE, reason="other"), "praise has no reason"),
        (replace(PRAISE, language="sv"), "the language of feedback must be one of da, no, en"),  # type: ignore[arg-type]
        (replace(PRAISE, question=" \n"), "the question of feedback is empty"),
        (replace(PRAISE, question="a" * 2001), "has 2001 characters, at most 2000"),
        (replace(BLAME, comment="a" * (MOST_COMMENT + 1)), "the comment of feedback has 2001 characters"),
        (replace(BLAME, comment=7), "the comment of feedback must be text"),  # type: ignore[arg-type]
        (replace(BLAME, history=(Turn("a" * 150_000, "b" * 150_000),)), "the history of feedback has 300000"),
        (replace(BLAME, answer=replace(ANSWER, text="a" * MOST_ANSWER)), "the answer of feedback has"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_and_nothing_is_kept(
    store: FeedbackStore, feedback: Feedback, message: str
) -> None:
    with pytest.raises(InvalidFeedback, match=message) as caught:
        store.record(feedback, ME)
    assert "\n" not in str(caught.value)
    assert store.inbox(None) == []


def test_hostile_text_is_kept_as_text(store: FeedbackStore) -> None:
    hostile = "'; DROP TABLE feedback; -- \ud800 \x00 \u202e <script> {x} 🐟"
    kept = store.read(store.record(replace(BLAME, question=f"Hvad {hostile}", comment=hostile), hostile))
    assert kept.comment == hostile.replace("\ud800", "\ufffd").replace("\x00", "\ufffd")
    (line,) = suggest_from_feedback([case_line(kept)])
    assert line.question.startswith("Hvad '; DROP TABLE")


def test_a_person_can_change_their_own_and_it_is_new_again(store: FeedbackStore) -> None:
    kept = store.record(PRAISE, ME)
    store.sort(kept, "document", "low")
    store.change(kept, ME, "down", "wrong language", "Skriv til a@b.dk")
    changed = store.read(kept)
    assert (changed.verdict, changed.reason, changed.comment) == (
        "down",
        "wrong language",
        "Skriv til [e-mail address]",
    )
    assert (changed.state, changed.cause, changed.importance) == ("new", None, None)
    assert changed.changed_at
    assert changed.answer == answer_to_json(ANSWER)


def test_a_bad_change_leaves_what_was_said(store: FeedbackStore) -> None:
    kept = store.record(BLAME, ME)
    before = store.read(kept)
    with pytest.raises(InvalidFeedback):
        store.change(kept, ME, "up", "other")
    assert store.read(kept) == before


def test_what_is_withdrawn_is_gone_from_the_file(store: FeedbackStore, tmp_path: Path) -> None:
    kept = store.record(BLAME, ME)
    store.withdraw(kept, ME)
    with pytest.raises(UnknownFeedback):
        store.read(kept)
    assert store.counts().verdicts == {"up": 0, "down": 0}
    everything = b"".join(file.read_bytes() for file in (tmp_path / "library").iterdir())
    assert "Den står i loven".encode() not in everything


def test_nobody_else_can_change_or_withdraw_it(store: FeedbackStore) -> None:
    kept = store.record(BLAME, ME)
    with pytest.raises(UnknownFeedback):
        store.change(kept, YOU, "up")
    with pytest.raises(UnknownFeedback):
        store.withdraw(kept, YOU)
    assert store.read(kept).verdict == "down"


def test_a_session_is_not_kept_and_its_feedback_cannot_be_told_together(store: FeedbackStore, tmp_path: Path) -> None:
    store.record(BLAME, ME)
    store.record(PRAISE, ME)
    with sqlite3.connect(tmp_path / "library" / FILE_NAME) as connection:
        authors = [row[0] for row in connection.execute("SELECT author FROM feedback")]
    connection.close()
    assert len(set(authors)) == 2
    assert ME.encode() not in (tmp_path / "library" / FILE_NAME).read_bytes()


def test_a_session_without_a_secret_can_keep_nothing(store: FeedbackStore) -> None:
    with pytest.raises(InvalidFeedback, match="the author of feedback is empty"):
        store.record(PRAISE, "")


@pytest.mark.parametrize("feedback_id", ["", "f" * 16, "F" * 16, "\ud800", "x" * 100_000, "' OR 1=1"])
def test_an_id_that_is_none_is_refused_in_every_call(store: FeedbackStore, feedback_id: str) -> None:
    store.record(BLAME, ME)
    calls: list[Callable[[], object]] = [
        lambda: store.read(feedback_id),
        lambda: store.change(feedback_id, ME, "up"),
        lambda: store.withdraw(feedback_id, ME),
        lambda: store.sort(feedback_id, "program", "low"),
        lambda: store.close(feedback_id),
    ]
    for call in calls:
        with pytest.raises(UnknownFeedback, match="no feedback has that id"):
            call()


def test_the_inbox_is_sorted_and_closed_and_shows_the_newest_first(store: FeedbackStore) -> None:
    first, second, third = (store.record(replace(BLAME, comment=str(number)), ME) for number in range(3))
    assert [one.id for one in store.inbox()] == [third, second, first]
    store.sort(second, "question", "high", "Uklart. Ring 12 34 56 78")
    store.close(first)
    assert [one.id for one in store.inbox("new")] == [third]
    assert [(one.id, one.cause, one.importance, one.note) for one in store.inbox("sorted")] == [
        (second, "question", "high", "Uklart. Ring [phone number]")
    ]
    assert [one.id for one in store.inbox("closed")] == [first]
    assert [one.id for one in store.inbox(None)] == [third, second, first]
    store.sort(first, "program", "normal")
    assert store.inbox("closed") == []


def test_the_inbox_is_read_in_parts(store: FeedbackStore) -> None:
    recorded = [store.record(PRAISE, ME) for _ in range(5)]
    first = store.inbox(limit=2)
    second = store.inbox(limit=2, before=first[-1].id)
    last = store.inbox(limit=2, before=second[-1].id)
    assert [one.id for one in (*first, *second, *last)] == recorded[::-1]


def test_a_look_or_a_sorting_that_cannot_be_is_refused(store: FeedbackStore) -> None:
    kept = store.record(PRAISE, ME)
    calls: list[Callable[[], object]] = [
        lambda: store.inbox("lost"),  # type: ignore[arg-type]
        lambda: store.inbox(limit=0),
        lambda: store.inbox(limit=MOST_ENTRIES + 1),
        lambda: store.sort(kept, "weather", "low"),  # type: ignore[arg-type]
        lambda: store.sort(kept, "program", "urgent"),  # type: ignore[arg-type]
        lambda: store.sort(kept, "program", "low", "n" * (MOST_COMMENT + 1)),
    ]
    for call in calls:
        with pytest.raises(InvalidFeedback):
            call()
    assert store.read(kept).state == "new"


def test_counts_have_every_kind(store: FeedbackStore) -> None:
    store.record(PRAISE, ME)
    for reason in (*REASONS, "other"):
        kept = store.record(replace(BLAME, reason=reason), ME)
    store.sort(kept, "program", "low")
    counts = store.counts()
    assert counts.verdicts == {"up": 1, "down": 9}
    assert counts.reasons == dict.fromkeys(REASONS, 1) | {"other": 2}
    assert counts.states == {"new": 9, "sorted": 1, "closed": 0}
    assert counts.causes == {"program": 1, "document": 0, "question": 0}


@pytest.mark.parametrize("reason", REASONS)
def test_feedback_becomes_a_draft_of_a_test_question(store: FeedbackStore, reason: str) -> None:
    asked = replace(BLAME, reason=reason, comment="se\nselv", history=(Turn("Hvem?", "Rådet."),))
    line = case_line(store.read(store.record(asked, ME)))  # type: ignore[arg-type]
    assert "\n" not in line
    (case,) = suggest_from_feedback([line], {"v.pdf": QUOTE})
    assert (case.question, case.history, case.draft) == (ANSWER.question, asked.history, True)
    assert case.answerable == (reason != "should have refused")
    assert "se selv" in case.why


def test_praise_becomes_a_draft_with_the_source_and_the_facts(store: FeedbackStore) -> None:
    (case,) = suggest_from_feedback([case_line(store.read(store.record(PRAISE, ME)))], {"v.pdf": QUOTE})
    assert case.documents == ("v.pdf",)
    assert case.evidence
    assert case.facts


def test_what_was_kept_is_there_when_the_file_is_opened_again(store: FeedbackStore, tmp_path: Path) -> None:
    kept = store.record(BLAME, ME)
    again = FeedbackStore(tmp_path / "library")
    assert again.read(kept) == store.read(kept)
    again.withdraw(kept, ME)


def test_threads_write_at_once_and_nothing_is_lost(store: FeedbackStore) -> None:
    recorded: list[str] = []

    def write() -> None:
        recorded.extend(store.record(PRAISE, ME) for _ in range(10))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.id for one in store.inbox(limit=100)) == sorted(recorded)
    assert len(recorded) == 40


def test_processes_make_the_file_and_write_at_once_and_nothing_is_lost(checkout: Path, tmp_path: Path) -> None:
    writers = [start_writer(checkout, tmp_path, 40) for _ in range(2)]
    recorded = [line for writer in writers for line in writer.communicate(timeout=120)[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(recorded) == 80
    assert sorted(one.id for one in FeedbackStore(tmp_path).inbox(limit=200)) == sorted(recorded)


def test_a_killed_process_loses_nothing_that_it_had_kept(checkout: Path, tmp_path: Path) -> None:
    recorded: list[str] = []
    for killed in range(1, 4):
        writer = start_writer(checkout, tmp_path, 1_000_000)
        assert writer.stdout is not None
        recorded += [writer.stdout.readline().strip() for _ in range(10 * killed)]
        os.kill(writer.pid, signal.SIGKILL)
        recorded += writer.stdout.read().split()
        writer.stdout.close()
        writer.wait(timeout=60)
        store = FeedbackStore(tmp_path)
        assert all(store.read(feedback_id).verdict == "up" for feedback_id in recorded)
        assert len(recorded) <= store.counts().verdicts["up"] <= len(recorded) + killed
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_file_that_is_no_store_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(FeedbackUnavailable, match=FILE_NAME):
        FeedbackStore(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes().startswith(b"no database")


@pytest.mark.parametrize(
    ("pragma", "message"), [("user_version = 99", "has schema 99"), ("application_id = 7", "no feedback of this")]
)
def test_a_file_of_another_program_is_refused(store: FeedbackStore, tmp_path: Path, pragma: str, message: str) -> None:
    with sqlite3.connect(tmp_path / "library" / FILE_NAME) as connection:
        connection.execute(f"PRAGMA {pragma}")
    connection.close()
    with pytest.raises(FeedbackUnavailable, match=message):
        FeedbackStore(tmp_path / "library")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeedbackUnavailable, match="cannot be used: Not a directory"):
        FeedbackStore(tmp_path / "file" / "library")


def test_damaged_feedback_is_said_by_its_id(store: FeedbackStore, tmp_path: Path) -> None:
    kept = store.record(PRAISE, ME)
    with sqlite3.connect(tmp_path / "library" / FILE_NAME) as connection:
        connection.execute("UPDATE feedback SET answer = '{'")
    connection.close()
    with pytest.raises(FeedbackUnavailable, match=f"feedback {kept} .* is damaged"):
        store.inbox()


def test_the_line_of_a_case_has_the_shape_that_the_command_takes(store: FeedbackStore) -> None:
    line = json.loads(case_line(store.read(store.record(PRAISE, ME))))
    assert line.keys() == {"question", "language", "answer", "verdict", "comment", "history"}
    blamed = json.loads(case_line(store.read(store.record(BLAME, ME))))
    assert blamed["reason"] == "wrong source"
