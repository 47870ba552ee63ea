"""The log-in: users of the file come in, guesses are few, and it does not tell who there is."""

import asyncio
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.web.door import Door
from keyword_assets.web.login import Login
from keyword_assets.web.users import Guesses, Users
from keyword_assets_tests.web.asking import ask, asked, basic, page, scope_of

PASSWORD = "긴 암호 7"
DOOR = Door()
PROXIED = Door(proxies=(ip_network("10.0.0.2"),))


def _line(name: str, password: str = PASSWORD) -> str:
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    # As htpasswd writes it.
    return f"{name}:{hashed.replace('$2b$', '$2y$')}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    path.write_text("# ours\n" + _line("kim") + "\n" + _line("lee", "another"), encoding="utf-8")
    return path


def _login(file: Path, door: Door = DOOR) -> Login:
    return Login(page, Users.of(file), door, "/server_info", clock=lambda: 0.0)


def _from(visitor: str, password: str = PASSWORD, peer: str = "10.0.0.2") -> dict[str, Any]:
    """A log-in that a proxy has passed on, and what it says of where it comes from."""
    return scope_of(headers={**basic("kim", password), "x-forwarded-for": visitor}, peer=peer)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (basic("kim", PASSWORD), 200),
        ({"authorization": basic("kim", PASSWORD)["authorization"].replace("Basic", "bAsIc")}, 200),
        ({}, 401),
        (basic("kim", "another"), 401),
        (basic("nobody", PASSWORD), 401),
        (basic("", ""), 401),
        (basic("kim", ""), 401),
        (basic("kim", "x" * 500), 401),
        (basic("kim", "a\0b"), 401),
        (basic("kim", "x" * 5000), 401),
        ({"authorization": "Bearer abc"}, 401),
        ({"authorization": "Basic !!!"}, 401),
        ({"authorization": "Basic /////w=="}, 401),
    ],
)
def test_users_come_in_and_others_do_not(file: Path, headers: dict[str, str], status: int) -> None:
    """Whatever stands in the header."""
    answer = ask(_login(file), "GET", "/", headers, peer="192.0.2.9")

    assert answer.status == status
    assert bool(answer.all("www-authenticate")) == (status == 401)


def test_a_websocket_needs_it_too(file: Path) -> None:
    """Else the live logs would be open."""
    login = _login(file)

    assert ask(login, "WS", "/graphql", {}).status == 403
    assert ask(login, "WS", "/graphql", basic("kim", PASSWORD)).status == 101


def test_only_this_machine_asks_for_health_without(file: Path) -> None:
    """It tells versions, which are nobody else's business."""
    login = _login(file)

    assert ask(login, "GET", "/server_info", {}, peer="127.0.0.1").status == 200
    assert ask(login, "GET", "/server_info", {}, peer="192.0.2.9").status == 401
    assert ask(login, "GET", "/server_info", {"x-forwarded-for": "127.0.0.1"}, peer="127.0.0.1").status == 401


def test_guesses_are_few_and_cost_others_nothing(file: Path) -> None:
    """Also when they come all at once; the right one is not looked at either until the time is over."""
    login = _login(file)

    async def guess() -> tuple[list[int], int, int]:
        guesses = [asked(login, scope_of(headers=basic("kim", f"guess {n}"), peer="192.0.2.9")) for n in range(30)]
        statuses = [answer.status for answer in await asyncio.gather(*guesses)]
        right = await asked(login, scope_of(headers=basic("kim", PASSWORD), peer="192.0.2.9"))
        elsewhere = await asked(login, scope_of(headers=basic("lee", "another"), peer="192.0.2.10"))
        return statuses, right.status, elsewhere.status

    statuses, right, elsewhere = asyncio.run(guess())

    assert sorted(statuses) == [401] * Guesses.MOST + [429] * (30 - Guesses.MOST)
    assert (right, elsewhere) == (429, 200)


def test_behind_a_proxy_who_guesses_keeps_nobody_else_out(file: Path) -> None:
    """All come from the proxy's address; what it has added itself, the last one, says who it is."""
    login = _login(file, PROXIED)

    async def guess() -> list[int]:
        # The proxy appends to what visitors say of themselves, which changes with each guess.
        asks = [_from(f"192.0.2.{n}, 203.0.113.9", f"guess {n}") for n in range(Guesses.MOST + 1)]
        asks += [_from("203.0.113.9"), _from("203.0.113.10")]
        return [(await asked(login, each)).status for each in asks]

    assert asyncio.run(guess()) == [401] * Guesses.MOST + [429, 429, 200]


def test_a_proxy_that_passes_on_what_visitors_say_does_not_make_guesses_free(file: Path) -> None:
    """nginx does, unless it is told to set the header."""
    login = _login(file, PROXIED)
    most = 10 * Guesses.MOST

    async def guess() -> list[int]:
        asks = [_from(f"192.0.2.{n}", f"guess {n}") for n in range(most + 1)]
        return [(await asked(login, each)).status for each in asks]

    assert asyncio.run(guess()) == [401] * most + [429]


@pytest.mark.parametrize("visitor", ["", "unknown", "203.0.113.9:4711, -", "::1%x"])
def test_what_is_no_address_stands_for_the_proxy(file: Path, visitor: str) -> None:
    """Else each such word would be a place of its own."""
    login = _login(file, PROXIED)

    async def guess() -> list[int]:
        asks = [_from(f"{visitor}{n if visitor else ''}", f"guess {n}") for n in range(Guesses.MOST + 1)]
        return [(await asked(login, each)).status for each in asks]

    assert asyncio.run(guess()) == [401] * Guesses.MOST + [429]


def test_others_cannot_say_that_they_are_somebody_else(file: Path) -> None:
    """The header counts for nothing from an address that is no proxy's."""
    login = _login(file)

    async def guess() -> list[int]:
        asks = [_from(f"192.0.2.{n}", f"guess {n}") for n in range(Guesses.MOST + 1)]
        return [(await asked(login, each)).status for each in asks]

    assert asyncio.run(guess()) == [401] * Guesses.MOST + [429]


def test_guesses_are_forgotten_in_time_and_counted_by_network() -> None:
    """One machine may have all addresses of its network of the newer kind."""
    clock = [0.0]
    guesses = Guesses(lambda: clock[0])
    for n in range(Guesses.MOST):
        guesses.was_wrong(f"2001:db8::{n}")

    assert guesses.wait("2001:db8::ffff") == Guesses.SECONDS
    assert guesses.wait("2001:db8:0:1::1") == 0
    clock[0] = Guesses.SECONDS
    assert guesses.wait("2001:db8::1") == 0


def test_addresses_of_the_older_kind_are_counted_apart_in_either_dress() -> None:
    """A server that listens on both kinds sees them all within one network of the newer kind."""
    guesses = Guesses(lambda: 0.0)
    for _ in range(Guesses.MOST):
        guesses.was_wrong("::ffff:192.0.2.7")

    assert guesses.wait("192.0.2.7") == Guesses.SECONDS
    assert guesses.wait("::ffff:192.0.2.8") == 0


def test_who_is_taken_out_of_the_file_is_out(file: Path) -> None:
    """Without a restart; also when the file is gone or broken."""
    login = _login(file)
    kim = basic("kim", PASSWORD)
    assert ask(login, "GET", "/", kim).status == 200

    file.write_text(_line("lee"), encoding="utf-8")
    assert ask(login, "GET", "/", kim).status == 401
    file.unlink()
    assert ask(login, "GET", "/", kim).status == 401


@pytest.mark.parametrize(
    "text", ["", "# nobody\n", "kim:secret\n", "kim:$apr1$x$y\n", "kim:{SHA}abc\n", "kim\n", "kim:$2y$10$short\n"]
)
def test_a_file_of_another_kind_is_refused_without_a_word_of_it(tmp_path: Path, text: str) -> None:
    """It may hold a password as it is."""
    path = tmp_path / "users"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="KEYWORDS_WEB_USERS") as told:
        Users.of(path)

    assert "secret" not in str(told.value)
