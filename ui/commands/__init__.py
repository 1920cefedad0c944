"""The commands of `atmp`, one module each.

A command has a `NAME`, a `HELP` line, `add_arguments(parser)` and `run(arguments, settings)`, which returns the exit
status. Its module imports only what starts quickly; the rest is imported inside `run`.
"""

from ui.commands import ask, doctor, documents, index, search, serve, tokens, users, verify

COMMANDS = (index, ask, search, verify, documents, serve, users, tokens, doctor)
"""In the order in which `atmp --help` lists them."""
