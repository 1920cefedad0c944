"""The real command on a real library of small documents, shared by the integration tests."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.wiring import index_documents
from evals.subjects import BuiltSubject, build_subject
from tests.integration.atmp_command import Atmp

BOAT_CLUB = """# Vedtægter for bådklubben

Dato: 2021-05-04

## Bestyrelse

Bestyrelsen mødes fire gange om året. Formanden leder møderne, og kassereren fører regnskabet.

## Kontingent

Kontingentet er 450 kr. om året for voksne. Børn under 12 år betaler ikke kontingent.
"""
HARBOUR = """# Regler for havnen

Havnen er åben fra april til oktober. Havnefogeden anviser pladserne. Både over ti meter ligger ved den ydre mole.
"""


@pytest.fixture
def atmp(checkout: Path, tmp_path: Path) -> Atmp:
    """Return the command over a library that does not exist yet."""
    return Atmp(checkout, tmp_path / "library")


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two small documents."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "bådklub.md").write_text(BOAT_CLUB, encoding="utf-8")
    (folder / "havn.md").write_text(HARBOUR, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def filled(checkout: Path, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Atmp:
    """Return the command over a library with the two documents; tests that share it leave it as it is."""
    command = Atmp(checkout, tmp_path_factory.mktemp("filled"))
    done = command("index", str(documents))
    assert done.returncode == 0, done.stderr
    return command


@pytest.fixture(scope="session")
def starter(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltSubject:
    """Return what answers over the starter documents; embedding them takes half a minute."""
    settings = Settings(library=tmp_path_factory.mktemp("starter"))
    assert not index_documents(settings, [checkout / "corpus" / "starter"]).failed
    return build_subject(settings)


@pytest.fixture
def one_line_of() -> Callable[[subprocess.CompletedProcess[str]], str]:
    """Return a check that a command said what is wrong in one `atmp: …` line, and nothing else, on standard error."""

    def check(done: subprocess.CompletedProcess[str]) -> str:
        assert done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("atmp: "), done.stderr
        return done.stderr.removeprefix("atmp: ").strip()

    return check
