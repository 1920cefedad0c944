"""What `/v1` takes and gives: the part of OpenAI's chat completions that an answer with sources can keep to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ui.api.schemas import AnswerReply, Line, Text

MODEL = "atmp"
"""The one model there is; which language model wrote an answer, if any, stands in its `atmp.model`."""
MAX_MESSAGES = 2000


@dataclass(frozen=True)
class Only:
    """The values of a parameter that are served, and what is said of any other."""

    values: tuple[Any, ...]
    why: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after whatever the type checks."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Name the values."""
        return {"enum": list(self.values)}

    def _check(self, value: Any) -> Any:
        if value not in self.values:
            raise ValueError(self.why)
        return value


class TextPart(BaseModel):
    """A part of a message that has several."""

    type: Annotated[str, Only(("text",), "only text is read: no images, sound or files")]
    text: Text


class ChatMessageFields(BaseModel):
    """A message; those of `system` and `developer` are accepted and not followed."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Text | list[TextPart] | None = None
    tool_calls: Annotated[Any, Only((None, []), "tools are not supported")] = None

    @property
    def text(self) -> str:
        """The words, of all parts."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream has besides the answer."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A conversation whose last message is the question. What is not named here is accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    model: Line = Field(json_schema_extra={"enum": [MODEL]})
    messages: list[ChatMessageFields] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[Any, Only((None, 1), "one answer is given to a question")] = None
    tools: Annotated[Any, Only((None, []), "tools are not supported")] = None
    functions: Annotated[Any, Only((None, []), "functions are not supported")] = None
    response_format: Annotated[Any, Only((None, {"type": "text"}), "an answer is text in no other format")] = None
    logprobs: Annotated[Any, Only((None, False), "probabilities of tokens are not given")] = None
    modalities: Annotated[Any, Only((None, ["text"]), "an answer is text")] = None
    audio: Annotated[Any, Only((None,), "an answer is text")] = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to end with the counts of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


class ChatUsage(BaseModel):
    """Tokens of the language model; none of an answer that is quoted, as no model was asked."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatAnswer(BaseModel):
    """The message that answers."""

    role: Literal["assistant"]
    content: str
    refusal: None = None


class ChatChoice(BaseModel):
    """The one answer."""

    index: Literal[0]
    message: ChatAnswer
    logprobs: None = None
    finish_reason: Literal["stop"]


class ChatCompletion(BaseModel):
    """An answer; `atmp` has all of it: sentences, quotes and where they stand, confidence, warnings."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: ChatUsage
    atmp: AnswerReply


class ModelReply(BaseModel):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsReply(BaseModel):
    """The models."""

    object: Literal["list"]
    data: list[ModelReply]
