"""Who asks: the users file, passwords, sessions, proxies, and what is made of a request."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import stat
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from assistant.errors import SettingsError
from assistant.settings import ProxySettings, Settings
from tests.apart import run_apart
from ui.api.tokens import add_token, load_tokens
from ui.people.identifying import (
    SESSION_COOKIE,
    VISITOR_COOKIE,
    ProxyIdentify,
    SessionIdentify,
    TurnedAway,
    VisitorIdentify,
    identify_visitor,
)
from ui.people.passwords import MOST_WAITING, PasswordChecks, TooManyChecks, hash_password, verify_password
from ui.people.proxies import Proxies
from ui.people.roles import Person, Role
from ui.people.sessions import (
    FILE_NAME,
    FORGET_SECONDS,
    IDLE_SECONDS,
    LONGEST_SECONDS,
    TOUCH_SECONDS,
    Limit,
    Session,
    Sessions,
    SessionsUnavailable,
)
from ui.people.signing_in import PAIR_LIMIT, SignIn, TooManyAttempts, WrongPassword
from ui.people.users import User, UsersFile, load_users, normalise_name, put_user, remove_user
from ui.people.wiring import build_entrance, warning_of

PHRASE = "tolv tegn og flere"
HASH = hash_password(PHRASE)
LOCAL = Proxies((ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.0.0.0/8")))


@dataclass
class Clock:
    """Seconds that pass when they are told to."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def request(
    host: str = "127.0.0.1:7860",
    client: str = "127.0.0.1",
    headers: Sequence[tuple[str, str]] = (),
    cookies: str = "",
    scheme: str = "http",
) -> HTTPConnection:
    raw = [("host", host), *headers, *([("cookie", cookies)] if cookies else [])]
    return HTTPConnection(
        {
            "type": "http",
            "scheme": scheme,
            "path": "/",
            "query_string": b"",
            "client": (client, 50000),
            "headers": [(name.lower().encode(), value.encode()) for name, value in raw],
        }
    )


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    file = tmp_path / "users"
    put_user(file, User("anne", "administrator", HASH))
    put_user(file, User("bo", "reader", HASH))
    return file


def touch_later(file: Path) -> None:
    """Let the file's time of change differ, however coarse the disk's clock is."""
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


# The users file


def test_a_user_that_is_put_is_read_back_and_the_file_is_its_owners_alone(users_file: Path) -> None:
    assert load_users(users_file)["anne"] == User("anne", "administrator", HASH)
    assert stat.S_IMODE(users_file.stat().st_mode) == 0o600


def test_changing_a_user_leaves_every_other_line_as_it_was(users_file: Path) -> None:
    users_file.write_text(f"# sekretariatet\n\n{users_file.read_text()}# slut", encoding="utf-8")
    put_user(users_file, User("anne", "reader", HASH))
    lines = users_file.read_text(encoding="utf-8").splitlines()
    assert lines == ["# sekretariatet", "", f"anne:reader:{HASH}", f"bo:reader:{HASH}", "# slut"]
    remove_user(users_file, "anne")
    assert set(load_users(users_file)) == {"bo"}


def test_removing_who_is_not_there_is_said(users_file: Path) -> None:
    with pytest.raises(SettingsError, match="no user of the name carl"):
        remove_user(users_file, "carl")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("anne", "name:role:hash"),
        (f"anne:reader:{HASH}:more", "name:role:hash"),
        (f"anne:boss:{HASH}", "a role is one of reader, secretariat, administrator"),
        (f"a b:reader:{HASH}", "a user's name is"),
        ("carl:reader:secret-in-plain", "no argon2id hash"),
        (f"BO:reader:{HASH}", "a second user of the name bo"),
    ],
)
def test_a_fault_is_named_with_its_line_and_no_hash_is_repeated(users_file: Path, line: str, said: str) -> None:
    users_file.write_text(f"# navne\nbo:reader:{HASH}\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"users, line 3: .*{said}") as caught:
        load_users(users_file)
    assert "secret-in-plain" not in str(caught.value)
    assert HASH not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 1_000_001])
def test_what_is_no_such_file_is_said_in_one_line(users_file: Path, content: bytes) -> None:
    users_file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_users(users_file)
    assert "\n" not in str(caught.value)


def test_names_are_compared_composed_and_in_small_letters() -> None:
    assert normalise_name(" Søren.Å@firma.dk ") == normalise_name("søren.a\u030a@firma.dk") == "søren.å@firma.dk"


@pytest.mark.parametrize("name", ["", " ", "a b", "a:b", "a\nb", "<b>", "x" * 65, "x" * 100_000, "a\u202eb", "a\0"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a user's name is"):
        normalise_name(name)


def test_a_changed_file_is_read_anew_and_a_fault_keeps_those_last_read(users_file: Path) -> None:
    said: list[str] = []
    users = UsersFile(users_file, said.append)
    remove_user(users_file, "bo")
    assert set(users.users()) == {"anne"}
    users_file.write_text("anne\n", encoding="utf-8")
    assert set(users.users()) == {"anne"}
    assert set(users.users()) == {"anne"}
    assert len(said) == 1
    assert "line 1" in said[0]
    put_users = f"carl:secretariat:{HASH}\n"
    users_file.write_text(put_users, encoding="utf-8")
    assert set(users.users()) == {"carl"}


def test_a_file_without_users_lets_nobody_in_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("# ingen\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="atmp users add"):
        UsersFile(tmp_path / "users", print)


def test_two_who_change_the_file_at_once_lose_nothing(users_file: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: put_user(users_file, User(f"nr{number}", "reader", HASH)), range(12)))
    assert len(load_users(users_file)) == 14


def test_a_token_is_added_once_for_a_name_and_its_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = add_token(file, "open-webui")
    assert load_tokens(file).name_of(token.encode()) == "open-webui"
    assert token not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match="already"):
        add_token(file, "open-webui")


# Passwords


def test_a_password_is_known_again_however_its_letters_are_composed() -> None:
    made = hash_password("blåbærgrød er godt")
    assert made.startswith("$argon2id$v=19$m=65536,")
    assert verify_password(made, "bla\u030abærgrød er godt")
    assert not verify_password(made, "blåbærgrød er skidt")


@pytest.mark.parametrize("password", ["", "for kort", "x" * 257])
def test_a_password_is_neither_short_nor_endless(password: str) -> None:
    with pytest.raises(ValueError, match="a password has 12 to 256 characters"):
        hash_password(password)
    assert not verify_password(HASH, password)


def test_who_has_no_password_is_never_right() -> None:
    assert not verify_password("", "")
    assert not verify_password("", PHRASE)


def test_two_passwords_are_checked_at_once_and_only_so_many_wait() -> None:
    running, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def verify(password_hash: str, password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go.wait(10)
        with lock:
            running -= 1
        return True

    async def check() -> list[bool | BaseException]:
        checks = PasswordChecks(verify)
        waiting = [asyncio.create_task(checks.is_right("", "")) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyChecks):
            await checks.is_right("", "")
        go.set()
        return list(await asyncio.gather(*waiting))

    assert run_apart(check) == [True] * MOST_WAITING
    assert most <= 2


# Sessions


def test_a_session_is_found_by_its_token_which_the_file_does_not_hold(tmp_path: Path) -> None:
    sessions, session = Sessions(tmp_path), Session("anne", "f")
    token = sessions.begin(session)
    assert sessions.find(token) == session
    assert Sessions(tmp_path).find(token) == session
    assert sessions.find(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in kept
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    sessions.end(token)
    assert sessions.find(token) is None


def test_a_session_is_over_when_it_has_not_been_used_and_in_the_end_always(tmp_path: Path) -> None:
    clock = Clock()
    sessions = Sessions(tmp_path, clock)
    left, used = sessions.begin(Session("anne", "f")), sessions.begin(Session("bo", "f"))
    clock.now += IDLE_SECONDS - TOUCH_SECONDS
    assert sessions.find(used) is not None
    clock.now += 2 * TOUCH_SECONDS
    assert sessions.find(left) is None
    began = Clock().now
    while clock.now < began + LONGEST_SECONDS:
        assert sessions.find(used) is not None
        clock.now += IDLE_SECONDS / 2
    clock.now += 1
    assert sessions.find(used) is None


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(SessionsUnavailable, match="cannot be used"):
        Sessions(tmp_path)


def test_failures_make_the_next_attempt_wait_and_longer_each_time(tmp_path: Path) -> None:
    clock = Clock()
    sessions, limits = Sessions(tmp_path, clock), [("key", Limit(3, 60.0))]
    assert [sessions.count_attempt(limits) for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
    clock.now += 1
    assert sessions.count_attempt(limits) == 0.0
    assert sessions.count_attempt(limits) == 2.0
    clock.now += 2
    assert sessions.count_attempt(limits) == 0.0
    assert sessions.count_attempt(limits) == 4.0
    sessions.forget("key")
    assert sessions.count_attempt(limits) == 0.0


def test_failures_are_forgotten_after_a_day_without_one(tmp_path: Path) -> None:
    clock = Clock()
    sessions, limits = Sessions(tmp_path, clock), [("key", Limit(1, 1e9))]
    assert sessions.count_attempt(limits) == 0.0
    assert sessions.count_attempt(limits) == 1.0
    clock.now += FORGET_SECONDS + 1
    assert sessions.count_attempt(limits) == 0.0
    assert sessions.count_attempt(limits) == 1.0


def test_the_file_holds_neither_the_names_nor_the_addresses_that_failed(tmp_path: Path) -> None:
    Sessions(tmp_path).count_attempt([("pair anne 192.0.2.7", PAIR_LIMIT)])
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"192.0.2.7" not in kept


# Signing in


def sign_in_of(users_file: Path, folder: Path, clock: Clock | None = None) -> SignIn:
    return SignIn(UsersFile(users_file, print), Sessions(folder, clock or Clock()))


def test_the_right_password_begins_a_session_and_the_person_is_who_it_says(users_file: Path, tmp_path: Path) -> None:
    sign_in = sign_in_of(users_file, tmp_path)
    token = run_apart(sign_in.begin, "ANNE ", PHRASE, "192.0.2.7")
    identify = SessionIdentify(sign_in.users, sign_in.sessions)
    person, cookies = identify(request(cookies=f"{SESSION_COOKIE}={token}"))
    assert person == Person("user:anne", "anne", "administrator", can_sign_out=True)
    assert cookies == ()
    assert identify(request()) == (None, ())
    assert identify(request(cookies=f"{SESSION_COOKIE}={'x' * 43}")) == (None, ())


@pytest.mark.parametrize("change", ["password", "role", "removal"])
def test_a_session_ends_with_the_password_the_role_or_the_user(users_file: Path, tmp_path: Path, change: str) -> None:
    sign_in = sign_in_of(users_file, tmp_path)
    token = run_apart(sign_in.begin, "bo", PHRASE, "192.0.2.7")
    identify, cookies = SessionIdentify(sign_in.users, sign_in.sessions), f"{SESSION_COOKIE}={token}"
    assert identify(request(cookies=cookies))[0] is not None
    if change == "removal":
        remove_user(users_file, "bo")
    else:
        role: Role = "secretariat" if change == "role" else "reader"
        put_user(users_file, User("bo", role, HASH if change == "role" else hash_password("et andet kodeord")))
    touch_later(users_file)
    assert identify(request(cookies=cookies)) == (None, ())
    put_user(users_file, User("bo", "reader", HASH))
    touch_later(users_file)
    assert identify(request(cookies=cookies)) == (None, ())


def test_wrong_passwords_and_unknown_names_are_one_failure_and_are_slowed_down(
    users_file: Path, tmp_path: Path
) -> None:
    sign_in = sign_in_of(users_file, tmp_path)
    for name in ("anne", "ukendt", "a b", "x" * 100_000):
        for _ in range(PAIR_LIMIT.free if name == "anne" else 1):
            with pytest.raises(WrongPassword):
                run_apart(sign_in.begin, name, "forkert kodeord", "192.0.2.7")
    with pytest.raises(TooManyAttempts) as caught:
        run_apart(sign_in.begin, "anne", PHRASE, "192.0.2.7")
    assert caught.value.seconds == 1
    assert run_apart(sign_in.begin, "anne", PHRASE, "192.0.2.8")


def test_a_right_password_is_no_failure(users_file: Path, tmp_path: Path) -> None:
    sign_in = sign_in_of(users_file, tmp_path)
    for _ in range(PAIR_LIMIT.free + 2):
        assert run_apart(sign_in.begin, "anne", PHRASE, "192.0.2.7")


# Proxies


def test_where_a_request_began_is_believed_of_the_proxies_alone() -> None:
    forged = [("X-Forwarded-For", "203.0.113.9, 192.0.2.7"), ("X-Forwarded-For", "10.1.2.3")]
    assert LOCAL.client_of(request(client="127.0.0.1", headers=forged).scope) == "192.0.2.7"
    assert LOCAL.client_of(request(client="198.51.100.1", headers=forged).scope) == "198.51.100.1"
    assert LOCAL.client_of(request(client="10.0.0.1", headers=[("X-Forwarded-For", "nonsense")]).scope) == ""
    assert Proxies().client_of(request(client="2001:db8:1:2:3::4").scope) == "2001:db8:1:2::/64"
    assert LOCAL.sent(request(client="::ffff:10.0.0.1").scope)


def test_https_is_believed_of_the_proxies_alone() -> None:
    headers = [("X-Forwarded-Proto", "https")]
    assert LOCAL.is_https(request(headers=headers).scope)
    assert not LOCAL.is_https(request(client="192.0.2.7", headers=headers).scope)
    assert Proxies().is_https(request(client="192.0.2.7", scheme="https").scope)


def test_a_person_is_whom_a_believed_proxy_names(users_file: Path) -> None:
    identify = ProxyIdentify(LOCAL, "X-Forwarded-User", users=UsersFile(users_file, print))
    assert identify(request(headers=[("X-Forwarded-User", "Anne")]))[0] == Person("user:anne", "anne", "administrator")
    assert identify(request(headers=[("X-Forwarded-User", "søren")]))[0] == Person("user:søren", "søren", "reader")
    assert identify(request()) == (None, ())
    assert identify(request(client="192.0.2.7")) == (None, ())


def test_a_role_may_come_from_the_proxy() -> None:
    identify = ProxyIdentify(LOCAL, "X-Forwarded-User", "X-Role")
    named = ("X-Forwarded-User", "carl")
    assert identify(request(headers=[named, ("X-Role", "Secretariat")]))[0] == Person(
        "user:carl", "carl", "secretariat"
    )
    assert identify(request(headers=[named]))[0] == Person("user:carl", "carl", "reader")


@pytest.mark.parametrize(
    ("client", "headers", "reason"),
    [
        ("192.0.2.7", [("X-Forwarded-User", "anne")], "unknown_proxy"),
        ("192.0.2.7", [("x-role", "administrator")], "unknown_proxy"),
        ("127.0.0.1", [("X-Forwarded-User", "anne"), ("X-Forwarded-User", "bo")], "unusable_name"),
        ("127.0.0.1", [("X-Forwarded-User", "<b>")], "unusable_name"),
        ("127.0.0.1", [("X-Forwarded-User", "anne"), ("X-Role", "boss")], "unusable_name"),
        (
            "127.0.0.1",
            [("X-Forwarded-User", "anne"), ("X-Role", "reader"), ("X-Role", "administrator")],
            "unusable_name",
        ),
    ],
)
def test_headers_that_cannot_be_believed_are_refused_not_passed_over(
    client: str, headers: list[tuple[str, str]], reason: str
) -> None:
    with pytest.raises(TurnedAway) as caught:
        ProxyIdentify(LOCAL, "X-Forwarded-User", "X-Role")(request(client=client, headers=headers))
    assert (caught.value.status, caught.value.reason) == (403, reason)


# Visitors


def test_a_visitor_at_this_machine_may_all_and_one_from_elsewhere_may_ask() -> None:
    person, cookies = identify_visitor(request())
    assert person is not None
    assert person.role == "administrator"
    assert "HttpOnly" in cookies[0]
    again, none = identify_visitor(request(client="192.0.2.7", host="192.0.2.1", cookies=cookies[0].partition(";")[0]))
    assert again is not None
    assert (again.id, again.role, none) == (person.id, "reader", ())
    assert VISITOR_COOKIE in cookies[0]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7860", "localhost.evil.example", "evil."])
def test_a_name_of_another_host_that_leads_here_is_turned_away(host: str) -> None:
    with pytest.raises(TurnedAway) as caught:
        identify_visitor(request(host=host))
    assert (caught.value.status, caught.value.reason) == (403, "unknown_host")


@pytest.mark.parametrize("host", ["", "localhost", "[::1]:7860", "192.0.2.1:7860", "atmp-server", "ATMP.firma.dk:7860"])
def test_addresses_plain_names_and_the_host_that_is_served_are_known(host: str) -> None:
    assert VisitorIdentify(frozenset({"atmp.firma.dk"}))(request(host=host))[0] is not None


def test_who_comes_through_a_believed_proxy_may_ask_by_any_name_and_no_more() -> None:
    identify = VisitorIdentify(proxies=LOCAL)
    for host in ("atmp.firma.dk", "127.0.0.1"):
        person, _ = identify(request(host=host))
        assert person is not None
        assert person.role == "reader"


# How they are put together


def test_the_settings_say_how_people_come_in(users_file: Path, tmp_path: Path) -> None:
    visitors = build_entrance(Settings(tmp_path), print)
    signed_in = build_entrance(Settings(tmp_path, users=users_file), print)
    proxy = ProxySettings(LOCAL.networks, "X-Forwarded-User")
    named = build_entrance(Settings(tmp_path, users=users_file, proxy=proxy), print)
    assert isinstance(visitors.identify, VisitorIdentify)
    assert isinstance(signed_in.identify, SessionIdentify)
    assert isinstance(named.identify, ProxyIdentify)
    assert (visitors.sign_in, named.sign_in) == (None, None)
    assert signed_in.sign_in is not None


def test_what_is_unsafe_is_said_at_start(users_file: Path, tmp_path: Path) -> None:
    proxy = ProxySettings(LOCAL.networks)
    assert warning_of(Settings(tmp_path)) == ""
    assert "no sign-in" in warning_of(Settings(tmp_path, host="0.0.0.0"))  # noqa: S104 (nothing is bound)
    assert "ATMP_PROXY_ADDRESSES" in warning_of(Settings(tmp_path, host="192.0.2.1", users=users_file))
    assert warning_of(Settings(tmp_path, host="192.0.2.1", users=users_file, proxy=proxy)) == ""
