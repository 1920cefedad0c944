"""What an endpoint's refusals mean: from a status and a body to one kind of `ModelError`, in words of our own.

Nothing that the endpoint wrote gets into a message: servers repeat the key and the question in theirs.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from assistant.errors import (
    ContextTooLong,
    ModelBusy,
    ModelDenied,
    ModelError,
    ModelFailed,
    ModelTimeout,
    SchemaUnsupported,
)

BODY_CHARACTERS = 20_000
"""How much of a refusal is looked at."""
RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504})
CONTEXT_WORDS = (
    "context_length_exceeded",  # OpenAI, Azure OpenAI
    "context length",  # OpenAI and vLLM ("maximum context length is"), Ollama ("exceeded max context length")
    "exceed_context_size",  # llama.cpp, and Ollama, which passes it on
    "context size",  # llama.cpp ("exceeds the available context size")
    "context window",  # llama-cpp-python
    "maximum model length",  # vLLM
    "prompt too long",  # Ollama
    "prompt is too long",
    "max_tokens must be at least 1",  # vLLM, when the prompt alone fills the context
)
SCHEMA_WORDS = (
    "response_format",
    "response format",
    "json_schema",
    "json schema",
    "structured output",
    "grammar",  # llama.cpp: a schema that it cannot turn into one
    "guided",  # vLLM
)
SCHEMA_STATUSES = frozenset({400, 415, 422, 500, 501})
PARAMETER_STATUSES = frozenset({400, 422})
MODEL_CODES = frozenset({"model_not_found", "invalid_model"})
QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How messages call the endpoint: by its host, never by its whole address, which may hold a password."""

    host: str
    model: str

    @classmethod
    def of(cls, base_url: str, model: str) -> Endpoint:
        """Return the names of the endpoint at that address."""
        parts = urlsplit(base_url)
        host = parts.hostname or "the endpoint"
        host = f"[{host}]" if ":" in host else host
        return cls(host if parts.port is None else f"{host}:{parts.port}", model)


class Setback(Exception):
    """A try that failed.

    Attributes:
        error: what to raise if nothing can be done.
        again: whether the same request may fare better.
        after: seconds that the endpoint asks to wait; None if it does not say.
        rejected: the optional parameter that the endpoint does not take; empty if it is something else.
    """

    def __init__(
        self, error: ModelError, *, again: bool = False, after: float | None = None, rejected: str = ""
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.after = after
        self.rejected = rejected


def explain_refusal(
    endpoint: Endpoint, status: int, body: object, headers: Mapping[str, str], sent: Collection[str]
) -> Setback:
    """Return what a refusal means.

    Args:
        endpoint: its names.
        status: the HTTP status, or the one that an event within the stream names.
        body: the error object, or the text, that came with it.
        headers: of the reply; names in lower case.
        sent: the optional parameters of the request.
    """
    code, text = _read_code(body), str(body)[:BODY_CHARACTERS].casefold()
    if status == 413 or (status not in (401, 403, 404, 429) and any(words in text for words in CONTEXT_WORDS)):
        return Setback(ContextTooLong(f"{endpoint.host} was given more than {endpoint.model!r} can read: ask less"))
    if code in MODEL_CODES or status in (401, 403, 404):
        return Setback(_deny(endpoint, status, code))
    if status in SCHEMA_STATUSES and "response_format" in sent and any(words in text for words in SCHEMA_WORDS):
        return Setback(SchemaUnsupported(f"{endpoint.host} cannot keep {endpoint.model!r} to a JSON schema"))
    rejected = _find_rejected(body, text, sent) if status in PARAMETER_STATUSES else ""
    again = status in RETRIED and code not in QUOTA_CODES
    return Setback(_name(endpoint, status, code), again=again, after=read_retry_after(headers), rejected=rejected)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the endpoint asks to wait; None where it does not say, or says nothing usable."""
    milliseconds = _parse_seconds(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    seconds = _parse_seconds(text)
    return _seconds_until(text) if seconds is None else seconds


def _parse_seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _read_code(body: object) -> str:
    code = body.get("code") if isinstance(body, Mapping) else None
    return code if isinstance(code, str) else ""


def _find_rejected(body: object, text: str, sent: Collection[str]) -> str:
    """Return the parameter that the refusal is about: the one its `param` names, else one that its text names."""
    named = body.get("param") if isinstance(body, Mapping) else None
    if isinstance(named, str) and named.split(".")[0] in sent:
        return named.split(".")[0]
    return next((name for name in sent if name in text), "")


def _deny(endpoint: Endpoint, status: int, code: str) -> ModelDenied:
    if status == 401:
        return ModelDenied(f"{endpoint.host} does not accept the key (status 401): check ATMP_LLM_API_KEY")
    if status == 403 and code not in MODEL_CODES:
        return ModelDenied(
            f"{endpoint.host} does not let this key use {endpoint.model!r} (status 403): check ATMP_LLM_API_KEY"
        )
    return ModelDenied(
        f"{endpoint.host} has no model {endpoint.model!r} at this address (status {status}): "
        "check ATMP_LLM_MODEL and ATMP_LLM_BASE_URL"
    )


def _name(endpoint: Endpoint, status: int, code: str) -> ModelError:
    host = endpoint.host
    if status == 402 or code in QUOTA_CODES:
        return ModelBusy(f"the quota at {host} is used up (status {status}): raise it there, or use another endpoint")
    if status == 429:
        return ModelBusy(f"{host} is asked too often (status 429): try again later")
    if status in (408, 504):
        return ModelTimeout(f"{host} did not answer within its own time limit (status {status}): try again later")
    if 300 <= status < 400:
        return ModelFailed(
            f"{host} sends on to another address (status {status}), which is not followed: "
            "set ATMP_LLM_BASE_URL to the final one"
        )
    if status >= 500:
        return ModelFailed(f"{host} failed (status {status}): try again later, or look at its log")
    return ModelFailed(f"{host} does not take the request (status {status}): look at its log")
