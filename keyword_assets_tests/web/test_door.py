"""The door: beyond this machine there is none without a log-in."""

from collections.abc import Mapping
from pathlib import Path

import bcrypt
import pytest

from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.web.door import Door, door_of


@pytest.fixture
def users(tmp_path: Path) -> str:
    """A file of users."""
    path = tmp_path / "users"
    path.write_text(f"kim:{bcrypt.hashpw(b'x', bcrypt.gensalt(4)).decode()}\n", encoding="utf-8")
    return str(path)


def _door(host: str, settings: Mapping[str, str]) -> Door:
    return door_of(Settings.from_env(settings), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.2", "fd00::2", "keywords.school.kr", "127.1.evil.test"])
def test_beyond_this_machine_it_does_not_open_without_a_log_in(host: str, users: str) -> None:
    """And does with one, its own or a proxy's."""
    with pytest.raises(InputError, match="KEYWORDS_WEB_USERS"):
        _door(host, {})

    assert _door(host, {"KEYWORDS_WEB_USERS": users}).users is not None
    assert _door(host, {"KEYWORDS_WEB_PROXIES": "10.0.0.1"}).proxies != ()


def test_a_public_name_asks_for_one_too(users: str) -> None:
    """Whoever says such a name comes by a proxy."""
    with pytest.raises(InputError, match="KEYWORDS_WEB_HOSTS"):
        _door("127.0.0.1", {"KEYWORDS_WEB_HOSTS": "keywords.school.kr"})

    assert _door("127.0.0.1", {"KEYWORDS_WEB_HOSTS": "Keywords.school.kr", "KEYWORDS_WEB_USERS": users}).knows(
        "keywords.school.kr"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_this_machine_nobody_has_to_log_in(host: str) -> None:
    """As before."""
    assert _door(host, {}).users is None


@pytest.mark.parametrize(
    ("host", "name", "known"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "192.0.2.2", False),
        ("192.0.2.2", "192.0.2.2", True),
        ("192.0.2.2", "192.0.2.3", False),
        ("fd00::2", "[fd00::2]", True),
        ("0.0.0.0", "192.0.2.3", True),
        ("0.0.0.0", "[fd00::2]", True),
        ("0.0.0.0", "0.0.0.0", False),
        ("0.0.0.0", "stranger.test", False),
        ("::", "192.0.2.3", True),
    ],
)
def test_which_names_a_server_answers_to(host: str, name: str, known: bool, users: str) -> None:
    """Addresses cannot be rebound; names can."""
    assert _door(host, {"KEYWORDS_WEB_USERS": users}).knows(name) is known


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEYWORDS_WEB_HOSTS", "http://x"),
        ("KEYWORDS_WEB_HOSTS", "x:3000"),
        ("KEYWORDS_WEB_HOSTS", "*"),
        ("KEYWORDS_WEB_PROXIES", "proxy.school.kr"),
        ("KEYWORDS_WEB_PROXIES", "10.0.0.0/33"),
    ],
)
def test_what_is_no_name_or_network_is_told(name: str, value: str) -> None:
    """With the setting."""
    with pytest.raises(InputError, match=name):
        Settings.from_env({name: value})
