"""The only reader of the environment."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import SettingsError

APPLICATION = "atmp-assistant"
"""The name of the folder inside the user's data folder."""
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
DEFAULT_SECONDS = 60.0
MOST_SECONDS = 3600.0
NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
OPENAI_BASE_URL = "https://api.openai.com/v1"
"""Where a key of OPENAI_API_KEY belongs when OPENAI_BASE_URL is not set, as OpenAI's own client has it."""
HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """An OpenAI-compatible endpoint of a language model; the key is kept out of `repr`.

    `price_in` and `price_out` are for a million tokens read and written, in any one currency, and None where not set;
    `seconds` is the time that all requests for one question may take together.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    price_in: float | None = None
    price_out: float | None = None
    seconds: float = DEFAULT_SECONDS


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """The reverse proxy before the page: the networks it asks from, none where there is no proxy that is believed.

    `user_header` is the header in which it says who has signed in, and `role_header` the one in which it says what
    they may; "" where it does not.
    """

    networks: tuple[Network, ...] = ()
    user_header: str = ""
    role_header: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a person may set.

    `endpoint` is None when no language model is configured; `api_tokens` names the file with the tokens of the API's
    clients, and is None when only programs on this machine may ask; `users` names the file of users, and is None when
    nobody signs in, or the proxy alone says who may what.
    """

    library: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    endpoint: ModelEndpoint | None = None
    api_tokens: Path | None = None
    users: Path | None = None
    proxy: ProxySettings = ProxySettings()

    @property
    def wants_sign_in(self) -> bool:
        """Return whether only people who are known may see the page: signed in here, or by the proxy."""
        return self.users is not None or bool(self.proxy.user_header)

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings from a mapping such as `os.environ`; a variable set to nothing counts as not set.

        Raises:
            SettingsError: a variable has a value that cannot be used; the message names it.
        """
        library = environment.get("ATMP_LIBRARY", "").strip()
        port = environment.get("ATMP_PORT", "").strip()
        tokens = environment.get("ATMP_API_TOKENS", "").strip()
        users = environment.get("ATMP_USERS", "").strip()
        try:
            return cls(
                library=parse_library(library) if library else default_library(),
                host=parse_host(environment.get("ATMP_HOST", "").strip() or DEFAULT_HOST),
                port=parse_port(port) if port else DEFAULT_PORT,
                endpoint=_read_endpoint(environment),
                api_tokens=Path(tokens).expanduser() if tokens else None,
                users=Path(users).expanduser().absolute() if users else None,
                proxy=_read_proxy(environment),
            )
        except ValueError as error:
            raise SettingsError(str(error)) from error


def wants_traceback(environment: Mapping[str, str]) -> bool:
    """Return whether ATMP_DEBUG asks for the traceback of an unexpected error."""
    return environment.get("ATMP_DEBUG", "").strip() not in ("", "0")


def default_library() -> Path:
    """Return the folder of the library where none is named: inside the user's data folder."""
    from platformdirs import user_data_path  # 30 ms that `--help` need not pay

    return user_data_path(APPLICATION, appauthor=False)


def parse_library(text: str) -> Path:
    """Return the absolute path of a library folder; `~` is the home folder.

    Raises:
        ValueError: the path is empty, has a NUL or names something that is not a folder.
    """
    if not text.strip() or "\0" in text:
        raise ValueError(f"the library needs the path of a folder, not {text!r}")
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(f"the library's path {text!r} cannot be used: {error}") from error
    if path.exists() and not path.is_dir():
        raise ValueError(f"the library {text!r} is a file: name a folder")
    return path


def parse_port(text: str) -> int:
    """Return a port from 0 to 65535; 0 takes a free one.

    Raises:
        ValueError: the text is not such a number.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise ValueError(f"the port must be a number from 0 to 65535 (0 takes a free one), not {text!r}")
    return int(text)


def parse_host(text: str) -> str:
    """Return the name or address that the page is served on.

    Raises:
        ValueError: the text is empty or has characters no host has.
    """
    if not text or not all(character.isalnum() or character in ".-:_" for character in text):
        raise ValueError(f"the host must be a name or an address such as {DEFAULT_HOST}, not {text!r}")
    return text


def _read_proxy(environment: Mapping[str, str]) -> ProxySettings:
    """Read ATMP_PROXY_*: who may say who has signed in has to be named, and roles come from one place alone."""
    names = ("ATMP_PROXY_ADDRESSES", "ATMP_PROXY_USER_HEADER", "ATMP_PROXY_ROLE_HEADER", "ATMP_USERS")
    addresses, user_header, role_header, users = (environment.get(name, "").strip() for name in names)
    for name, header in zip(names[1:3], (user_header, role_header), strict=True):
        if header and HEADER_NAME.fullmatch(header) is None:
            raise ValueError(f"{name} must be the name of a header such as X-Forwarded-User, not {header!r}")
    if user_header and not addresses:
        raise ValueError("ATMP_PROXY_ADDRESSES is missing: name the proxy whose ATMP_PROXY_USER_HEADER is believed")
    if role_header and not user_header:
        raise ValueError("ATMP_PROXY_USER_HEADER is missing: a role is nobody's without it")
    if role_header and users:
        raise ValueError("ATMP_PROXY_ROLE_HEADER and ATMP_USERS both say who may what: set one of them")
    networks = tuple(_parse_network(part.strip()) for part in addresses.split(",") if part.strip())
    return ProxySettings(networks, user_header, role_header)


def _parse_network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"ATMP_PROXY_ADDRESSES must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, not {text!r}"
        ) from error


def _read_endpoint(environment: Mapping[str, str]) -> ModelEndpoint | None:
    """Read ATMP_LLM_*, else OPENAI_*; the two are never mixed, so that no key reaches another's endpoint.

    A key of OpenAI alone, which many have for other programs, sends nothing anywhere: OPENAI_MODEL has to be set too.
    The prices and the time limit belong to whichever endpoint is used.
    """
    price_in, price_out = _read_prices(environment)
    seconds = _read_seconds(environment)
    base_url, model, api_key = _read_endpoint_values(environment, "ATMP_LLM")
    if base_url:
        address = _parse_base_url("ATMP_LLM_BASE_URL", base_url)
        if not model:
            raise ValueError("ATMP_LLM_MODEL is missing: name the model that the endpoint is to be asked for")
        return ModelEndpoint(address, model, api_key, price_in, price_out, seconds)
    if model or api_key:
        raise ValueError("ATMP_LLM_BASE_URL is missing: set it to the endpoint's address, or set no ATMP_LLM_*")
    base_url, model, api_key = _read_endpoint_values(environment, "OPENAI")
    if model and (base_url or api_key):
        address = _parse_base_url("OPENAI_BASE_URL", base_url or OPENAI_BASE_URL)
        return ModelEndpoint(address, model, api_key, price_in, price_out, seconds)
    return None


def _read_endpoint_values(environment: Mapping[str, str], prefix: str) -> tuple[str, str, str]:
    values = [environment.get(f"{prefix}_{name}", "").strip() for name in ("BASE_URL", "MODEL", "API_KEY")]
    if not all(32 < ord(character) < 127 for character in values[2]):
        raise ValueError(f"{prefix}_API_KEY must be plain letters, digits and signs without spaces: copy it again")
    return values[0], values[1], values[2]


def _read_prices(environment: Mapping[str, str]) -> tuple[float | None, float | None]:
    read, written = (_read_number(environment, f"ATMP_LLM_PRICE_{name}") for name in ("IN", "OUT"))
    if (read is None) != (written is None):
        missing = "ATMP_LLM_PRICE_IN" if read is None else "ATMP_LLM_PRICE_OUT"
        raise ValueError(f"{missing} is missing: set both prices (0 for none), or neither")
    return read, written


def _read_seconds(environment: Mapping[str, str]) -> float:
    seconds = _read_number(environment, "ATMP_LLM_TIMEOUT")
    if seconds is None:
        return DEFAULT_SECONDS
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"ATMP_LLM_TIMEOUT must be more than 0 and at most {MOST_SECONDS:g} seconds, not {seconds:g}")
    return seconds


def _read_number(environment: Mapping[str, str], variable: str) -> float | None:
    text = environment.get(variable, "").strip()
    if text and not NUMBER.fullmatch(text):
        raise ValueError(f"{variable} must be a number such as 2.5, not {text!r}")
    return float(text) if text else None


def _parse_base_url(variable: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"{variable} must be an address such as http://127.0.0.1:8000/v1, not {text!r}")
    return text.rstrip("/")
