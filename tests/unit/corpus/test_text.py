"""Plain text is decoded, cut at form feeds, and read as Markdown where it is that."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.text import decode, read


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    return path


def test_form_feeds_break_pages(tmp_path: Path) -> None:
    raw = read(written(tmp_path, b"Et\n\fTo\n\f"))
    assert [(page.number, page.text) for page in raw.pages] == [(1, "Et\n"), (2, "To\n")]
    assert not raw.marked_up


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_warning(encoding: str) -> None:
    assert decode("Blåbærgrød\r\nog øl".encode(encoding)) == ("Blåbærgrød\nog øl", ())


def test_windows_text_is_read_with_a_warning() -> None:
    text, warnings = decode("Blåbærgrød – “øl”".encode("cp1252"))
    assert text == "Blåbærgrød – “øl”"
    assert "Windows-1252" in warnings[0]


def test_binary_data_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="not text"):
        read(written(tmp_path, bytes(range(256)) * 4))


def test_a_text_with_hash_headings_is_markdown_page_by_page(tmp_path: Path) -> None:
    raw = read(written(tmp_path, b"# A\n- [link](#)\n\f## B\n**fed**\n"))
    assert [page.text.split() for page in raw.pages] == [["#", "A", "-", "link"], ["##", "B", "fed"]]
    assert raw.marked_up


def test_a_single_hash_line_makes_no_markdown(tmp_path: Path) -> None:
    assert not read(written(tmp_path, b"# 4 er et husnummer\n*ikke* fed\n")).marked_up
