"""Signing in and out over real connections, and what is refused to those who have not."""

from __future__ import annotations

import ipaddress
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi import FastAPI

from assistant.settings import ProxySettings, Settings
from tests.apart import run_apart
from tests.browser.scripted import NoRetriever, ScriptedLibrary, build_assistant, build_library
from ui.api.tokens import Tokens
from ui.people.passwords import hash_password
from ui.people.users import User, put_user, remove_user
from ui.people.wiring import build_entrance

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PHRASE = "tolv tegn og flere"
LOCAL = (ipaddress.ip_network("127.0.0.1"),)
PAGE = {"Accept": "text/html"}
CHANGING = ("/gradio_api/queue/join", "/gradio_api/upload", "/sign-out", "/sign-in")


async def build_site(settings: Settings, library: ScriptedLibrary) -> FastAPI:
    """Build the whole application; inside an event loop, as gradio otherwise makes some and leaves them open."""
    from ui.app import build_app
    from ui.conversation_store import ConversationStore
    from ui.parts import Parts

    entrance = build_entrance(settings, print)
    return build_app(
        Parts(
            build_assistant(library),
            library,
            NoRetriever(),
            ConversationStore(settings.library),
            Tokens({}) if settings.wants_sign_in else None,
            entrance.identify,
            sign_in=entrance.sign_in,
        )
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the whole application, and give its address without a slash at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gradio's own
        from ui.serving import serve_in_thread

        app = run_apart(build_site, settings, build_library())
    with serve_in_thread(app) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file, made = tmp_path_factory.mktemp("people") / "users", hash_password(PHRASE)
    put_user(file, User("anne", "administrator", made))
    for name in ("bo", "carl", "dorte"):
        put_user(file, User(name, "reader", made))
    return file


@pytest.fixture(scope="module")
def address(users: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a site with a users file, behind a proxy that is believed."""
    settings = Settings(tmp_path_factory.mktemp("library"), users=users, proxy=ProxySettings(LOCAL))
    with served(settings) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=30) as client:
        yield client


def sign_in(client: httpx2.Client, name: str, phrase: str = PHRASE, next_: str = "/") -> httpx2.Response:
    return client.post("/sign-in", params={"next": next_}, data={"name": name, "password": phrase})


def test_who_has_not_signed_in_is_led_to_the_page_and_after_it_back(client: httpx2.Client) -> None:
    wanted = "/documents?sort=date&words=h%C3%B8ring"
    led = client.get(wanted, headers=PAGE)
    assert led.status_code == 303
    place = urlsplit(led.headers["location"])
    assert place.path == "/sign-in"
    form = client.get(led.headers["location"], headers=PAGE)
    assert form.status_code == 200
    assert form.headers["cache-control"] == "no-store"
    assert "Brugernavn" in form.text
    back = client.post(led.headers["location"], data={"name": "anne", "password": PHRASE})
    assert (back.status_code, back.headers["location"]) == (303, wanted)
    assert client.get(wanted, headers=PAGE).status_code == 200


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/documents", "/nothing", "/favicon.ico/x"])
def test_without_a_sign_in_nothing_but_a_line_comes_back(client: httpx2.Client, path: str) -> None:
    refused = client.get(path)
    assert (refused.status_code, refused.text) == (401, "Du skal logge ind først.\n")
    assert client.get(path, params={"lang": "en"}).text == "You have to sign in first.\n"


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/upload", "/documents", "/feedback"])
def test_without_a_sign_in_nothing_is_taken(client: httpx2.Client, path: str) -> None:
    assert client.post(path, json={}, headers=PAGE).status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/ui/page.css", "/favicon.ico"])
def test_some_addresses_are_open(client: httpx2.Client, path: str) -> None:
    opened = client.get(path)
    assert opened.status_code == 200
    assert "set-cookie" not in opened.headers


def test_the_api_wants_a_token_where_people_sign_in(client: httpx2.Client) -> None:
    assert sign_in(client, "anne").status_code == 303
    for path in ("/v1/models", "/api/documents", "/metrics"):
        assert client.get(path).status_code == 401


def test_a_session_is_in_a_cookie_that_no_script_reads_and_ends_with_signing_out(client: httpx2.Client) -> None:
    signed_in = sign_in(client, "bo")
    cookie = signed_in.headers["set-cookie"]
    assert all(part in cookie for part in ("atmp_session=", "; HttpOnly", "; SameSite=Strict", "; Path=/"))
    assert "Secure" not in cookie
    token = client.cookies["atmp_session"]
    assert client.get("/", headers=PAGE).status_code == 200
    assert "bo" in client.get("/documents", headers=PAGE).text
    assert client.get("/sign-in", params={"next": "/documents"}).headers["location"] == "/documents"
    left = client.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in?signed_out=1")
    assert "atmp_session" not in client.cookies
    assert client.get("/", headers={"Cookie": f"atmp_session={token}"}).status_code == 401
    assert client.post("/sign-out").status_code == 303


def test_behind_a_proxy_with_https_the_cookie_is_for_https_alone(address: str) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.77"}
    with httpx2.Client(base_url=address, headers=told, timeout=30) as client:
        assert "; Secure" in sign_in(client, "anne").headers["set-cookie"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "documents",
        "/sign-in?next=/",
        "",
        "/" + "x" * 5000,
    ],
)
def test_signing_in_leads_to_no_other_place(client: httpx2.Client, elsewhere: str) -> None:
    assert sign_in(client, "anne", next_=elsewhere).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_told_alike_and_the_name_is_text(client: httpx2.Client) -> None:
    hostile = '"><script>alert(1)</script>'
    wrong, unknown = sign_in(client, "bo", "ikke det rigtige"), sign_in(client, hostile, "ikke det rigtige")
    assert wrong.status_code == unknown.status_code == 403
    for reply in (wrong, unknown):
        assert "Brugernavnet eller adgangskoden er forkert." in reply.text
        assert "<title>Fejl: Log ind" in reply.text
        assert "set-cookie" not in reply.headers
    assert "<script>alert" not in unknown.text
    assert "ikke det rigtige" not in wrong.text


def test_after_some_wrong_passwords_the_right_one_has_to_wait(client: httpx2.Client) -> None:
    statuses = [sign_in(client, "carl", "ikke det rigtige").status_code for _ in range(5)]
    assert statuses == [403] * 5
    for _ in range(8):  # each failure doubles the wait, which a slow machine may have sat out
        refused = sign_in(client, "carl", "ikke det rigtige")
        if refused.status_code == 429:
            break
    assert "Vent" in refused.text
    assert int(refused.headers["retry-after"]) > 0
    assert sign_in(client, "carl").status_code in (303, 429)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"name=anne&password=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"", "multipart/form-data; boundary=x"),
        (b"a=1&" * 1000, "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_told(client: httpx2.Client, content: bytes, kind: str) -> None:
    refused = client.post("/sign-in", content=content, headers={"Content-Type": kind})
    assert refused.status_code in (400, 403)
    assert "<form" in refused.text


def test_a_file_for_a_password_lets_nobody_in(client: httpx2.Client) -> None:
    refused = client.post("/sign-in", files={"password": ("a.txt", PHRASE.encode())}, data={"name": "anne"})
    assert refused.status_code == 403


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_pages_of_other_hosts_change_nothing(client: httpx2.Client, path: str, headers: dict[str, str]) -> None:
    assert sign_in(client, "anne").status_code == 303
    refused = client.post(path, headers=headers)
    assert refused.status_code == 403
    assert refused.text.startswith("Handlingen blev afvist")


def test_pages_of_this_host_change_what_they_may(client: httpx2.Client, address: str) -> None:
    for headers in ({"Origin": address}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://rewritten.example"}, {}):
        assert client.post("/sign-out", headers=headers).status_code == 303


def test_who_is_no_user_any_more_is_out_at_the_next_request(client: httpx2.Client, users: Path) -> None:
    assert sign_in(client, "dorte").status_code == 303
    assert client.get("/", headers=PAGE).status_code == 200
    remove_user(users, "dorte")
    assert client.get("/", headers=PAGE).status_code == 303


def test_a_proxy_may_say_who_has_signed_in(users: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path, users=users, proxy=ProxySettings(LOCAL, "X-Forwarded-User"))
    with served(settings) as address, httpx2.Client(base_url=address, timeout=30) as client:
        named = client.get("/documents", headers={"X-Forwarded-User": "anne"})
        assert named.status_code == 200
        assert "Logget ind som anne" in named.text
        assert "/sign-out" not in named.text
        assert client.get("/", headers=PAGE).status_code == 401
        assert client.get("/sign-in", headers=PAGE | {"X-Forwarded-User": "anne"}).status_code == 404
        assert client.get("/", headers={"X-Forwarded-User": "<b>"}).status_code == 403


def test_a_visitor_keeps_their_cookie_and_a_rebound_name_is_turned_away(tmp_path: Path) -> None:
    with served(Settings(tmp_path)) as address, httpx2.Client(base_url=address, timeout=30) as client:
        first = client.get("/", headers=PAGE)
        assert "SameSite=Lax" in first.headers["set-cookie"]
        assert "set-cookie" not in client.get("/").headers
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
        assert client.post("/gradio_api/queue/join", headers={"Origin": "https://evil.example"}).status_code == 403
        assert client.get("/sign-in").status_code == 404
