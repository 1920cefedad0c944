"""What ends an evaluation early.

EvaluationError    it could not be measured
└── BadCases       a file of questions, bars or results is not what it has to be
"""


class EvaluationError(Exception):
    """One clear line for a person: names the thing and the way out."""


class BadCases(EvaluationError):
    """A file that was named cannot be used; the message names it and, where there is one, the line from 1."""
