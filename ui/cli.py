"""The `atmp` command: reads the arguments, runs one command, turns what goes wrong into a line and a status.

Nothing heavy is imported before the command that needs it runs, so that `atmp --help` is there at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from assistant.errors import AssistantError
from assistant.settings import Settings, wants_traceback
from corpus.errors import CorpusError
from indexing.errors import IndexingError
from ui.commands import COMMANDS
from ui.commands.options import add_library_option
from ui.errors import CommandError
from ui.terminal import prepare_streams, say_error

DONE, FAILED, WRONG_USAGE = 0, 1, 2
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""
PIPE_CLOSED = 141
"""128 + SIGPIPE: whoever read the output has gone."""


class OneLineParser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is, and end with status 2."""
        say_error(f"{message} (see `{self.prog} --help`)")
        raise SystemExit(WRONG_USAGE)


class PrintVersion(argparse.Action):
    """Print the version; a class of its own because looking it up takes longer than all of `--help`."""

    def __call__(self, *_: object) -> NoReturn:
        """Print it and end with status 0."""
        from assistant.versions import program_version

        print(f"atmp {program_version()}")
        raise SystemExit(DONE)


def main(arguments: Sequence[str] | None = None, commands: Sequence[ModuleType] = COMMANDS) -> int:
    """Run the command of `commands` that the arguments ask for and return the exit status."""
    prepare_streams()
    try:
        status = _run(arguments, commands)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except CommandError as error:
        say_error(str(error))
        return error.status
    except (AssistantError, CorpusError, IndexingError) as error:
        say_error(str(error))
        return FAILED
    except Exception as error:
        return _fail_unexpectedly(error)
    return status


def build_parser(commands: Sequence[ModuleType] = COMMANDS) -> argparse.ArgumentParser:
    """Build the parser of commands, modules as `ui.commands` describes them."""
    parser = OneLineParser(
        prog="atmp",
        description="Cited answers from the documents around ATMP Danmark, in Danish, Norwegian and English, offline.",
        epilog="Exit status: 0 done, 1 something failed (said in one line), 2 wrong usage.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=PrintVersion, nargs=0, help="print the version and end")
    add_library_option(parser)
    parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=OneLineParser)
    for module in commands:
        _add_command(parsers, module)
    return parser


def _add_command(parsers: argparse._SubParsersAction[OneLineParser], module: ModuleType) -> None:
    parser = parsers.add_parser(module.NAME, help=module.HELP, description=module.__doc__, allow_abbrev=False)
    add_library_option(parser)
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def _run(arguments: Sequence[str] | None, commands: Sequence[ModuleType]) -> int:
    parsed = build_parser(commands).parse_args(arguments)
    named = {"ATMP_LIBRARY": parsed.library} if "library" in parsed else {}
    status: int = parsed.run(parsed, Settings.from_env({**os.environ, **named}))
    return status


def _fail_unexpectedly(error: Exception) -> int:
    from assistant.privacy import redact  # what failed may quote what a person wrote

    if wants_traceback(os.environ):
        print(redact("".join(traceback.format_exception(error))), file=sys.stderr)
    if isinstance(error, OSError) and error.strerror:
        say_error(f"{error.filename}: {error.strerror}" if error.filename else error.strerror)
    else:
        say_error(redact(f"unexpected {type(error).__name__}: {error} (ATMP_DEBUG=1 shows where)"))
    return FAILED


def _discard_output() -> None:
    """Point standard output nowhere, so that flushing at exit does not fail a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
