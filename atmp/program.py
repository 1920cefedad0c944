"""The one place that knows every command: those of `ui`, and `eval`, which puts `ui` and `evals` together."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from atmp import evaluate
from ui import cli
from ui.commands import COMMANDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments ask for and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return cli.main(evaluate.with_run(given), (*COMMANDS, evaluate))
