"""Make tokens for the programs that use the HTTP API."""

from __future__ import annotations

import argparse

from assistant.settings import Settings
from ui.api.tokens import add_token
from ui.commands.options import add_library_option
from ui.errors import UsageError
from ui.terminal import say_error

NAME = "tokens"
HELP = "make tokens for programs that use the HTTP API"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `atmp tokens` takes."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=type(parser))
    help_text = "make a token and print it; only its hash is kept, so it cannot be printed again"
    action = actions.add_parser("add", help=help_text, description=help_text, allow_abbrev=False)
    add_library_option(action)
    action.add_argument("name", metavar="NAME", help="of the program that the token is for")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a token to the file of tokens and print it on standard output, alone."""
    if settings.api_tokens is None:
        raise UsageError("ATMP_API_TOKENS is missing: set it to the file that the tokens' hashes are to be kept in")
    try:
        token = add_token(settings.api_tokens, arguments.name)
    except ValueError as error:
        raise UsageError(str(error)) from error
    print(token)
    say_error("a page that is being served knows the token when it has been started anew")
    return 0
