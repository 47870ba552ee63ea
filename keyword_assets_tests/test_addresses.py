"""Whose machine an address leads to, told alike by us and by whoever connects."""

from pathlib import Path

import pytest

from keyword_assets.addresses import host_of, is_this_machine, origin_of, split
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError

HERE = [
    "http://127.0.0.1:8400",
    "http://127.9.8.7",
    "http://localhost",
    "http://LocalHost:1/path",
    "http://localhost./",
    "http://[::1]:1",
    "http://[::ffff:127.0.0.1]",
    "http://[::ffff:7f00:1]",
]
ELSEWHERE = [
    "http://hcx.example",
    "http://localhost.evil.com",
    "http://evil-localhost",
    "http://foo.localhost",
    "http://127.0.0.1.nip.io",
    "http://127.0.0.1.",
    "http://10.0.0.1",
    "http://192.168.0.1",
    "http://0.0.0.0",
    "http://[::]",
    "http://[fe80::1]",
    "http://[::ffff:10.0.0.1]",
    "http://[2001:db8::7f00:1]",
]
# No host to us, for others may take it for one that it is not.
UNCLEAR = [
    "http://127.0.0.1@evil.com",
    "http://evil.com@127.0.0.1",
    "http://evil.com\\@127.0.0.1",
    "http://127.0.0.1\\.evil.com",
    "http://127.0.0.1#@evil.com",
    "http://127.0.0.1?@evil.com",
    "http://2130706433",
    "http://0177.0.0.1",
    "http://0x7f.0.0.1",
    "http://0x7f000001",
    "http://127.1",
    "http://127.0.0.1%2eevil.com",
    "http://[fe80::1%25lo]",
    "http://loc\u00adalhost",
    "http://\uff4cocalhost",
    "http://\u2460\u2461\u2466.0.0.1",
    "http://127\u30020.0.1",
    "http://local\thost",
    "http://localhost\n.evil.com",
    "http://local host",
    "http:///localhost",
    "http:localhost",
    "//localhost",
    "http://localhost:0",
    "http://localhost:99999",
    "http://[::1",
    "http://-localhost",
    "",
]


@pytest.mark.parametrize(("url", "here"), [(url, True) for url in HERE] + [(url, False) for url in ELSEWHERE])
def test_this_machine_is_known_by_its_address(url: str, here: bool) -> None:
    """Whatever else looks like it is somebody's way to have the key sent to him."""
    parts = split(url)

    assert (parts is not None and is_this_machine(parts.hostname)) is here


@pytest.mark.parametrize("url", HERE)
def test_plain_http_to_this_machine_is_fine(tmp_path: Path, url: str) -> None:
    """The simulator has no certificate."""
    assert Settings.from_env({"HCX_BASE_URL": url}, tmp_path).hcx.base_url == url.rstrip("/")


@pytest.mark.parametrize("url", [url for url in ELSEWHERE if not url.endswith("1.")])
def test_plain_http_to_any_other_is_refused_unless_it_is_allowed(tmp_path: Path, url: str) -> None:
    """Key and questions would be everybody's on the way."""
    with pytest.raises(InputError) as refused:
        Settings.from_env({"HCX_BASE_URL": url}, tmp_path)

    assert refused.value.key == "settings.plain_http"
    assert "KEYWORDS_ALLOW_PLAIN_HTTP=true" in str(refused.value)
    assert Settings.from_env({"HCX_BASE_URL": url, "KEYWORDS_ALLOW_PLAIN_HTTP": "true"}, tmp_path).hcx.base_url == url
    assert Settings.from_env({"HCX_BASE_URL": url.replace("http:", "https:")}, tmp_path)


@pytest.mark.parametrize("name", ["HCX_BASE_URL", "KEYWORDS_UI_URL"])
@pytest.mark.parametrize("url", [*UNCLEAR[:-1], "https://h/?key=CANARY", "https://me:CANARY@h", "https://h/#CANARY"])
@pytest.mark.parametrize("allowed", ["true", "false"])
def test_what_can_be_read_in_two_ways_is_refused_and_not_repeated(
    tmp_path: Path, name: str, url: str, allowed: str
) -> None:
    """A password is what makes most addresses malformed."""
    with pytest.raises(InputError, match=name) as refused:
        Settings.from_env({name: url, "KEYWORDS_ALLOW_PLAIN_HTTP": allowed}, tmp_path)

    assert "CANARY" not in str(refused.value)
    assert url not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://me:pw@h.example:8443/a?b#c", "h.example", "https://h.example:8443"),
        ("http://[::1]:80/a", "::1", "http://[::1]:80"),
        ("mysql+mysqlconnector://me:pw@db/x?y=z", "db", "mysql+mysqlconnector://db"),
        ("me:pw@h", "?", "?"),
        ("http://[bad", "?", "?"),
    ],
)
def test_of_an_address_only_the_place_is_told(url: str, host: str, origin: str) -> None:
    """And nothing of what cannot be parsed."""
    assert (host_of(url), origin_of(url)) == (host, origin)
