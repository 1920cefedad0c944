"""The command as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120


@dataclass(frozen=True, slots=True)
class Atmp:
    """Runs `atmp` as a process of its own, over one library."""

    checkout: Path
    library: Path

    def __call__(
        self, *arguments: str, stdin: str = "", library: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*arguments, library=library),
            cwd=self.checkout,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )

    def command(self, *arguments: str, library: Path | None = None) -> Sequence[str]:
        """Return what is run."""
        return [sys.executable, "-m", "atmp", "--library", str(library or self.library), *arguments]
