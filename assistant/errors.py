"""What can go wrong between a question and its answer.

AssistantError
├── QuestionError         the question cannot be answered as it stands: empty, too long, no letters
├── SettingsError         a value of the environment is not what the program can use
├── FeedbackError         what a person said of an answer
│   ├── InvalidFeedback   is not what feedback can be
│   ├── UnknownFeedback   is not kept, or was said by somebody else
│   └── FeedbackUnavailable  cannot be kept or read: no rights, no space, damaged, busy, or of a newer program
└── ModelError            the language model gave nothing that can be used
    ├── ModelUnreachable  nothing answers at its address
    ├── ModelTimeout      it did not answer within the time there was
    ├── ModelDenied       it does not accept the key, or not this model
    ├── ModelBusy         it is asked too often, or too much for its quota
    ├── ModelFailed       it failed by itself, or broke off in the middle
    ├── ContextTooLong    it was given more than it can read
    ├── SchemaUnsupported it cannot keep to a JSON schema
    └── MalformedReply    what it wrote is in no form that can be read
"""


class AssistantError(Exception):
    """One clear line for a person: names the thing and, where there is one, the way out."""


class QuestionError(AssistantError):
    """The question is empty, too long or has no letters."""


class SettingsError(AssistantError):
    """A setting has a value that cannot be used."""


class FeedbackError(AssistantError):
    """What a person said of an answer cannot be kept, found or changed."""


class InvalidFeedback(FeedbackError):
    """A value is not what feedback, or the sorting of it, can be."""


class UnknownFeedback(FeedbackError):
    """No feedback has that id, or it is somebody else's."""


class FeedbackUnavailable(FeedbackError):
    """The store of feedback cannot be opened, read or written."""


class ModelError(AssistantError):
    """The language model gave nothing that can be used."""


class ModelUnreachable(ModelError):
    """Nothing answers at the endpoint's address."""


class ModelTimeout(ModelError):
    """The endpoint did not answer within the time there was."""


class ModelDenied(ModelError):
    """The endpoint does not accept the key, or does not serve the model."""


class ModelBusy(ModelError):
    """The endpoint is asked too often, or too much for its quota."""


class ModelFailed(ModelError):
    """The endpoint failed by itself, or broke off in the middle of an answer."""


class ContextTooLong(ModelError):
    """The endpoint was given more than its model can read."""


class SchemaUnsupported(ModelError):
    """The endpoint cannot keep to a JSON schema."""


class MalformedReply(ModelError):
    """The reply is in no form that can be read as an answer."""
