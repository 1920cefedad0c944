"""The environment, read."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    ModelEndpoint,
    ProxySettings,
    Settings,
    wants_traceback,
)


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.endpoint) == (DEFAULT_HOST, DEFAULT_PORT, None)
    assert settings.library.is_absolute()
    assert settings.library.name == "atmp-assistant"


def test_a_variable_set_to_nothing_counts_as_not_set() -> None:
    assert Settings.from_env({"ATMP_PORT": " ", "ATMP_LIBRARY": "", "ATMP_HOST": ""}) == Settings.from_env({})


def test_what_is_set_is_read(tmp_path: Path) -> None:
    settings = Settings.from_env({"ATMP_LIBRARY": str(tmp_path), "ATMP_HOST": "::1", "ATMP_PORT": "8000"})
    assert settings == Settings(library=tmp_path, host="::1", port=8000)


def test_the_library_may_lie_in_the_home_folder() -> None:
    assert Settings.from_env({"ATMP_LIBRARY": "~/documents"}).library == Path.home() / "documents"


@pytest.mark.parametrize("port", ["65536", "-1", "x", "7860.0", "٣", "9" * 5000])
def test_a_port_that_is_none_is_said_in_one_line(port: str) -> None:
    with pytest.raises(SettingsError, match=r"port must be a number from 0 to 65535 .*, not ") as caught:
        Settings.from_env({"ATMP_PORT": port})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["a b", "http://localhost", "x;y"])
def test_a_host_that_is_none_is_said(host: str) -> None:
    with pytest.raises(SettingsError, match="the host must be a name or an address"):
        Settings.from_env({"ATMP_HOST": host})


def test_a_library_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(SettingsError, match="is a file: name a folder"):
        Settings.from_env({"ATMP_LIBRARY": str(tmp_path / "file")})


def test_a_library_with_a_nul_in_its_path_is_said() -> None:
    with pytest.raises(SettingsError, match="the path of a folder"):
        Settings.from_env({"ATMP_LIBRARY": "a\0b"})


def test_an_endpoint_is_read_and_its_key_is_not_shown() -> None:
    settings = Settings.from_env(
        {"ATMP_LLM_BASE_URL": "http://127.0.0.1:8000/v1/", "ATMP_LLM_MODEL": "small", "ATMP_LLM_API_KEY": "secret"}
    )
    assert settings.endpoint == ModelEndpoint("http://127.0.0.1:8000/v1", "small", "secret")
    assert "secret" not in repr(settings)


def test_openais_own_variables_are_read_when_there_are_no_others() -> None:
    assert Settings.from_env({"OPENAI_API_KEY": "k", "OPENAI_MODEL": "m"}).endpoint == ModelEndpoint(
        "https://api.openai.com/v1", "m", "k"
    )


def test_openais_key_never_goes_to_another_endpoint() -> None:
    endpoint = Settings.from_env(
        {"ATMP_LLM_BASE_URL": "http://model:8000/v1", "ATMP_LLM_MODEL": "m", "OPENAI_API_KEY": "k"}
    ).endpoint
    assert endpoint == ModelEndpoint("http://model:8000/v1", "m")


def test_a_model_of_openai_without_key_or_address_configures_nothing() -> None:
    assert Settings.from_env({"OPENAI_MODEL": "m"}).endpoint is None


def test_a_model_without_an_address_is_said() -> None:
    with pytest.raises(SettingsError, match="ATMP_LLM_BASE_URL is missing"):
        Settings.from_env({"ATMP_LLM_MODEL": "m"})


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://model", "http://", "http://a:b/", "http://[::1"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(SettingsError, match="ATMP_LLM_BASE_URL must be an address such as"):
        Settings.from_env({"ATMP_LLM_BASE_URL": address})


def test_a_key_without_a_model_sends_nothing_anywhere() -> None:
    assert Settings.from_env({"OPENAI_API_KEY": "k"}).endpoint is None


def test_an_endpoint_without_a_model_names_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="ATMP_LLM_MODEL is missing"):
        Settings.from_env({"ATMP_LLM_BASE_URL": "http://model:8000/v1"})


def test_prices_and_the_time_limit_are_read_for_whichever_endpoint() -> None:
    limits = {"ATMP_LLM_PRICE_IN": "0.15", "ATMP_LLM_PRICE_OUT": " 2 ", "ATMP_LLM_TIMEOUT": "12.5"}
    for prefix in ("ATMP_LLM", "OPENAI"):
        address = {f"{prefix}_BASE_URL": "http://model/v1", f"{prefix}_MODEL": "m"}
        endpoint = Settings.from_env({**address, **limits}).endpoint
        assert endpoint == ModelEndpoint("http://model/v1", "m", price_in=0.15, price_out=2.0, seconds=12.5)


def test_without_them_there_is_no_price_and_a_minute() -> None:
    endpoint = Settings.from_env({"ATMP_LLM_BASE_URL": "http://model/v1", "ATMP_LLM_MODEL": "m"}).endpoint
    assert endpoint is not None
    assert (endpoint.price_in, endpoint.price_out, endpoint.seconds) == (None, None, 60.0)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1_0", "2,5", "1e3", "٣", ".5", "9" * 5000])
@pytest.mark.parametrize("variable", ["ATMP_LLM_PRICE_IN", "ATMP_LLM_PRICE_OUT", "ATMP_LLM_TIMEOUT"])
def test_a_number_that_is_none_is_said(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable} must be a number such as 2.5, not"):
        Settings.from_env({variable: value})


@pytest.mark.parametrize("value", ["0", "0.0", "3601"])
def test_a_time_limit_beyond_its_range_is_said(value: str) -> None:
    with pytest.raises(SettingsError, match="ATMP_LLM_TIMEOUT must be more than 0 and at most 3600 seconds"):
        Settings.from_env({"ATMP_LLM_TIMEOUT": value})


@pytest.mark.parametrize(("given", "missing"), [("IN", "OUT"), ("OUT", "IN")])
def test_one_price_without_the_other_is_said(given: str, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"ATMP_LLM_PRICE_{missing} is missing"):
        Settings.from_env({f"ATMP_LLM_PRICE_{given}": "1"})


@pytest.mark.parametrize("key", ["se cret", "secr\net", "secræt", "secret\x7f"])
@pytest.mark.parametrize("prefix", ["ATMP_LLM", "OPENAI"])
def test_a_key_that_no_header_can_carry_is_said_and_not_shown(prefix: str, key: str) -> None:
    with pytest.raises(SettingsError, match=f"{prefix}_API_KEY must be plain letters") as caught:
        Settings.from_env({f"{prefix}_BASE_URL": "http://model/v1", f"{prefix}_API_KEY": key})
    assert key not in str(caught.value)


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_traceback_is_shown_when_asked_for(value: str, wanted: bool) -> None:
    assert wants_traceback({"ATMP_DEBUG": value}) is wanted


def test_nobody_signs_in_unless_it_is_set() -> None:
    settings = Settings.from_env({})
    assert (settings.users, settings.proxy, settings.wants_sign_in) == (None, ProxySettings(), False)


def test_the_users_file_and_the_proxy_are_read(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "ATMP_USERS": str(tmp_path / "users"),
            "ATMP_PROXY_ADDRESSES": "127.0.0.1, 10.0.0.0/8,fd00::/8",
            "ATMP_PROXY_USER_HEADER": "X-Forwarded-User",
        }
    )
    networks = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.users == tmp_path / "users"
    assert settings.proxy == ProxySettings(networks, "X-Forwarded-User")
    assert settings.wants_sign_in


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ATMP_PROXY_USER_HEADER": "X-User"}, "ATMP_PROXY_ADDRESSES is missing"),
        ({"ATMP_PROXY_ROLE_HEADER": "X-Role"}, "ATMP_PROXY_USER_HEADER is missing"),
        ({"ATMP_PROXY_USER_HEADER": "X User", "ATMP_PROXY_ADDRESSES": "::1"}, "must be the name of a header"),
        ({"ATMP_PROXY_ADDRESSES": "proxy.example"}, "must be addresses or networks"),
        ({"ATMP_PROXY_ADDRESSES": "10.0.0.1/8"}, "must be addresses or networks"),
        (
            {
                "ATMP_PROXY_USER_HEADER": "X-User",
                "ATMP_PROXY_ROLE_HEADER": "X-Role",
                "ATMP_PROXY_ADDRESSES": "::1",
                "ATMP_USERS": "users",
            },
            "both say who may what",
        ),
    ],
)
def test_a_sign_in_that_cannot_be_trusted_is_said(values: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.from_env(values)
