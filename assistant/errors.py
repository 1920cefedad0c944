"""What can go wrong between a question and its answer.

AssistantError
├── QuestionError    the question cannot be answered as it stands: empty, too long, no letters
└── SettingsError    a value of the environment is not what the program can use
"""


class AssistantError(Exception):
    """One clear line for a person: names the thing and, where there is one, the way out."""


class QuestionError(AssistantError):
    """The question is empty, too long or has no letters."""


class SettingsError(AssistantError):
    """A setting has a value that cannot be used."""
