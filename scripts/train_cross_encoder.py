"""Train the reader's network anew, from data read in place. Run it as `make cross-encoder`, which installs PyTorch.

About an hour and a half on two idle cores, half an hour of it to index. Trained on the project's reading questions over
the policy documents of `../shared`, on questions over governance texts that were made up for it, on NorQuAD's training
questions (none whose context the refusal figures leave out) and on questions off the subject. The policy, starter and
seed questions are not trained on: they measure it.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from cross_encoder_network import Network, write_difference, write_graph
from torch import Tensor

from assistant.cross_encoder import Encoded, WindowEncoder
from assistant.extracting import rank_candidates
from assistant.reading import around, window
from assistant.signals import Candidate
from assistant.weights import reader_weights
from evals.disturbing import mistyped
from evals.fitting import (
    GOVERNANCE_QUESTIONS,
    GOVERNANCE_TEXTS,
    READING_QUESTIONS,
    SHARED,
    Example,
    build_examples,
    load_lines,
    norquad_questions,
    off_subject_questions,
    open_library,
    write_norquad,
)
from indexing.e5_file import E5File

ASSISTANT = Path(__file__).resolve().parents[1] / "assistant"
SEED = 1
BATCH = 6
"""Questions a step; each has up to three windows."""
NEGATIVE_WINDOWS = 2
WINDOW_TOKENS = (80, 110, 150)
NEAREST = 6
"""Windows without an answer come three times in four from so many of the likeliest chunks."""
FARTHER = 20
FIRST_EPOCHS, FIRST_RATE = 1.0, 1.5e-4
"""On NorQuAD alone."""
THEN_EPOCHS, THEN_RATE = 3, 1.2e-4
"""On the project's questions, with a quarter as many of NorQuAD's and a twentieth as many off the subject."""
MISTYPED, LOWER_CASE = 0.2, 0.2
"""Shares of the questions that are read with typing errors, and without capitals and the question mark."""
HEADS_RATE = 5
WARM_UP = 30


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question: the places of right candidates, and the others by chunk, likeliest chunk first."""

    query: str
    right: tuple[Candidate, ...]
    wrong: tuple[tuple[Candidate, ...], ...]
    right_places: frozenset[tuple[int, int]]


def lesson_of(example: Example) -> Lesson | None:
    """Return what there is to learn from an example; nothing where no right sentence was found, or too little else."""
    ranked = rank_candidates(example.candidates, reader_weights().first)
    places = {(c.hit.chunk_id, c.index) for c, is_one in zip(example.candidates, example.right, strict=True) if is_one}
    by_chunk: dict[int, list[Candidate]] = {}
    for candidate in ranked:
        by_chunk.setdefault(candidate.hit.chunk_id, []).append(candidate)
    right_chunks = {chunk for chunk, _ in places}
    wrong = tuple(tuple(found) for chunk, found in by_chunk.items() if chunk not in right_chunks)
    if len(wrong) < NEGATIVE_WINDOWS or (example.answerable and not places):
        return None
    right = tuple(c for c in ranked if (c.hit.chunk_id, c.index) in places)
    return Lesson(example.query, right, wrong, frozenset(places))


def lessons_of(examples: Sequence[Example]) -> list[Lesson]:
    """Return what there is to learn from examples."""
    return [lesson for example in examples if (lesson := lesson_of(example))]


class Windows:
    """Cuts windows of lessons."""

    def __init__(self, encoder: WindowEncoder, dice: random.Random) -> None:
        """Take the encoder and the source of chance."""
        self._encoder, self._dice = encoder, dice

    def of_all(self, lessons: Sequence[Lesson]) -> list[list[tuple[Encoded, list[bool]]]]:
        """Give the windows of the lessons of one step, all of one size, so that little of it is padding."""
        size = self._dice.choice(WINDOW_TOKENS)
        return [list(self._of(lesson, size)) for lesson in lessons]

    def _of(self, lesson: Lesson, size: int) -> Iterator[tuple[Encoded, list[bool]]]:
        """Give the windows of a lesson with what is right in each: first one that answers, if any, then others."""
        query = self._as_typed(lesson.query)
        if lesson.right:
            yield self._cut(lesson, query, self._dice.choice(lesson.right), size)
        chunks = lesson.wrong[: NEAREST if self._dice.random() < 0.75 else FARTHER]
        for found in self._dice.sample(chunks, min(len(chunks), NEGATIVE_WINDOWS)):
            middle = found[0] if self._dice.random() < 0.75 else self._dice.choice(found)
            yield self._cut(lesson, query, middle, size)

    def _as_typed(self, query: str) -> str:
        """Return a question as people also type it."""
        if self._dice.random() < LOWER_CASE:
            query = query.lower().rstrip("? ")
        return (self._dice.random() < MISTYPED and mistyped(query, self._dice)) or query

    def _cut(self, lesson: Lesson, query: str, middle: Candidate, size: int) -> tuple[Encoded, list[bool]]:
        hit = middle.hit
        indexes = around(hit, middle.index, self._encoder.tokens, size)
        encoded = self._encoder.encode(window(query, hit, indexes))
        return encoded, [(hit.chunk_id, index) in lesson.right_places for index in indexes]


def loss_of(scores: Sequence[Tensor], none: Tensor, right: Sequence[list[bool]]) -> Tensor:
    """Return the loss of one question over its windows.

    In each window, cross-entropy over its sentences and "no answer"; over all, that of the right sentences.
    """
    total = torch.zeros(())
    for some, no_answer, labels in zip(scores, none, right, strict=True):
        wanted = some[torch.tensor(labels)] if any(labels) else no_answer[None]
        total = total + torch.logsumexp(torch.cat([no_answer[None], some]), 0) - torch.logsumexp(wanted, 0)
    above = torch.cat([some - no_answer for some, no_answer in zip(scores, none, strict=True)])
    labels = torch.tensor([label for window_labels in right for label in window_labels])
    if labels.any():
        total = total + torch.logsumexp(above, 0) - torch.logsumexp(above[labels], 0)
    return total


def train(network: Network, windows: Windows, lessons: Sequence[Lesson], rate: float) -> None:
    """Go once through lessons in their order, the learning rate falling to nothing."""
    upper, heads = network.parts()
    rates = (rate, rate * HEADS_RATE)
    optimiser = torch.optim.AdamW([{"params": upper}, {"params": heads}], weight_decay=0.01)
    steps = len(lessons) // BATCH
    network.train()
    running = 0.0
    for step in range(steps):
        for group, highest in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = highest * min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
        cut = windows.of_all(lessons[step * BATCH : (step + 1) * BATCH])
        scores, none = network([encoded for some in cut for encoded, _ in some])
        at = 0
        losses = []
        for some in cut:
            here = slice(at, at + len(some))
            losses.append(loss_of(scores[here], none[here], [labels for _, labels in some]))
            at += len(some)
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*upper, *heads], 1.0)
        optimiser.step()
        running = 0.97 * running + 0.03 * loss.item() if step else loss.item()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {running:.3f}", file=sys.stderr, flush=True)


def main() -> int:
    """Index, search, train, and write the difference and the graph."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("work", type=Path, help="folder for the libraries; `make reader` uses the same")
    parser.add_argument("--sample", type=int, help="learn from so many questions of each kind only: a trial")
    parser.add_argument("--out", type=Path, default=ASSISTANT, help="folder for the two files")
    given = parser.parse_args()
    work, out = given.work, given.out
    if not SHARED.exists():
        print(f"training needs the data in {SHARED}, which is not there", file=sys.stderr)
        return 1
    torch.manual_seed(SEED)
    dice = random.Random(SEED)  # noqa: S311 - chance, not secrecy
    data = SHARED / "evals" / "data"
    norquad = open_library(work, "norquad", [write_norquad(data, work / "norquad-contexts")])
    left_out = {q["left_out"] for q in norquad_questions(data) if not q["answerable"]}
    foreign = [q for q in norquad_training(data) if q["doc"] not in left_out]
    others = lessons_of(build_examples(foreign[: given.sample], norquad, "norquad"))
    file = E5File()
    network, windows = Network(file), Windows(WindowEncoder(file), dice)
    train(network, windows, repeated(others, FIRST_EPOCHS, dice), FIRST_RATE)
    policy = open_library(work, "policy", [SHARED / "corpora" / "policy", SHARED / "corpus"])
    made_up = open_library(work, "governance", [GOVERNANCE_TEXTS])
    own = [
        *lessons_of(build_examples(load_lines(READING_QUESTIONS)[: given.sample], policy, "policy")),
        *lessons_of(build_examples(load_lines(GOVERNANCE_QUESTIONS)[: given.sample], made_up, "governance")),
    ]
    off_subject = lessons_of(build_examples(off_subject_questions(data)[: given.sample], policy, "off-subject"))
    mixed: list[Lesson] = []
    for _ in range(THEN_EPOCHS):
        epoch = [
            *own,
            *dice.sample(others, min(len(others), len(own) // 4)),
            *dice.sample(off_subject, min(len(off_subject), len(own) // 20)),
        ]
        dice.shuffle(epoch)
        mixed += epoch
    train(network, windows, mixed, THEN_RATE)
    write_difference(network, out / "cross_encoder.npz")
    write_graph(file, out / "cross_encoder.onnx")
    print("written; now run `make reader` to fit the choice and the confidence on it", file=sys.stderr)
    return 0


def norquad_training(data: Path) -> list[dict[str, object]]:
    """Return NorQuAD's training questions."""
    return [
        {
            "question": q["question"],
            "answerable": True,
            "doc": f"{q['context_id']}.md",
            "evidence": q["answers"],
            "facts": [],
        }
        for q in load_lines(data / "norquad" / "questions.jsonl")
        if q["split"] == "train"
    ]


def repeated(lessons: Sequence[Lesson], times: float, dice: random.Random) -> list[Lesson]:
    """Return lessons in random order, over and over, until there are so many times as many."""
    found: list[Lesson] = []
    while len(found) < times * len(lessons):
        found += dice.sample(list(lessons), len(lessons))
    return found[: int(times * len(lessons))]


if __name__ == "__main__":
    sys.exit(main())
