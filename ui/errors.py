"""What ends a command early, and with which exit status.

CommandError      exit status 1: it could not be done
└── UsageError    exit status 2: the command was not given what it needs
"""


class CommandError(Exception):
    """One clear line for a person: names the thing and the way out."""

    status = 1


class UsageError(CommandError):
    """The arguments, or a file of arguments, are not what the command takes."""

    status = 2
