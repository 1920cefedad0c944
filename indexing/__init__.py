"""Chunks are found again: by meaning, by words, and by both together."""
