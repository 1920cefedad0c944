"""Parts are put together, also where one of them is taken."""

from __future__ import annotations

from pathlib import Path

from assistant.settings import Settings
from assistant.wiring import build_chroma, build_dense, build_embedder
from indexing.exact import ExactIndex


def test_where_another_process_has_chroma_open_the_exact_index_takes_its_place_and_it_is_said(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path)
    embedder = build_embedder(settings)
    first = build_chroma(settings, embedder)
    said: list[str] = []
    try:
        second = build_dense(settings, embedder, "chroma", said.append)
    finally:
        first.close()
    assert isinstance(second, ExactIndex)
    assert said == [f"another process has {tmp_path / 'chroma'} open: this one searches in memory instead"]
