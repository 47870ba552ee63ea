"""Proxies and files of TLS that the environment names: used where they can be, and told by name where they cannot."""

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest

from keyword_assets.configuration import surroundings
from keyword_assets.core.errors import HcxUnreachable, InputError
from keyword_assets.hcx.connection import http_client, is_local, proxy_of, way_to
from keyword_assets.hcx.probe import probe
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.hcx.asking import hcx_at

# Reserved for names that lead nowhere (RFC 2606): nothing leaves the machine.
ELSEWHERE = "https://hcx.invalid"
PASSWORD = "s3cret-of-the-proxy"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's own proxies and certificates are out of the way; a few files are at hand."""
    for name in (*VARIABLES, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.pem").write_text("no certificate", encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("SSL_CERT_FILE", "nowhere.pem", "certificates"),
        ("SSL_CERT_FILE", "empty", "certificates"),
        ("SSL_CERT_FILE", "text.pem", "certificates"),
        ("SSL_CERT_DIR", "nowhere", "certificates"),
        ("SSL_CERT_DIR", "text.pem", "certificates"),
        ("SSL_CERT_DIR", "empty", "certificates"),
        ("SSL_CERT_DIR", "empty:nowhere", "certificates"),
        ("SSLKEYLOGFILE", "nowhere/keys", "key_log"),
        ("SSLKEYLOGFILE", "empty", "key_log"),
        ("HTTPS_PROXY", f"socks4://me:{PASSWORD}@127.0.0.1:9", "proxy_scheme"),
        ("https_proxy", f"ftp://me:{PASSWORD}@127.0.0.1:9", "proxy_scheme"),
        ("ALL_PROXY", "nonsense://127.0.0.1:9", "proxy_scheme"),
        ("HTTP_PROXY", f"http://me:{PASSWORD}@host:99999", "proxy_url"),
        ("http_proxy", "http://host:0", "proxy_url"),
        ("HTTPS_PROXY", f"http://me:{PASSWORD}@host:port", "proxy_url"),
        ("HTTPS_PROXY", "http://", "proxy_url"),
        ("HTTPS_PROXY", "http://two words:80", "proxy_url"),
        ("all_proxy", "http://[::1", "proxy_url"),
        ("NO_PROXY", "::1/128,localhost", "no_proxy"),
        ("no_proxy", "localhost,[::1", "no_proxy"),
        ("NO_PROXY", "[::1]", "no_proxy"),
        ("NO_PROXY", "host:99999", "no_proxy"),
        ("NO_PROXY", "two words", "no_proxy"),
    ],
)
def test_what_cannot_be_used_is_told_by_name_and_without_its_password(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    """Each was a traceback that named neither the variable nor the remedy, or a failure at every request."""
    monkeypatch.setenv(name, value)

    with pytest.raises(InputError) as refused:
        http_client(httpx.Client, ELSEWHERE)

    assert refused.value.key == f"surroundings.{key}"
    assert name in str(refused.value)
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "CERTIFI"),
        ("HTTPS_PROXY", "127.0.0.1:9"),
        ("HTTPS_PROXY", "http://[::1]:9"),
        ("HTTPS_PROXY", "https://proxy.example"),
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("all_proxy", "SOCKS5H://me:pw@127.0.0.1:9"),
        ("NO_PROXY", "localhost,.example.com, 10.0.0.0/8,::1,host:8080,*.example.org,https://exact.example,"),
        ("REQUESTS_CA_BUNDLE", "nowhere"),
        ("CURL_CA_BUNDLE", "nowhere"),
    ],
)
def test_what_can_be_used_or_does_not_matter_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """What other programs on the machine live with must not stop this one."""
    import certifi

    monkeypatch.setenv(name, certifi.where() if value == "CERTIFI" else value)

    http_client(httpx.Client, ELSEWHERE).close()


def test_certificates_are_read_once_however_many_proxies_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop waits for it, and so does the first request."""
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "127.0.0.1:9")
    read = Mock(wraps=ssl.create_default_context)
    monkeypatch.setattr(ssl, "create_default_context", read)

    http_client(httpx.Client, ELSEWHERE).close()

    assert read.call_count == 1


def test_proxies_that_no_host_goes_through_need_not_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_PROXY=*` switches them all off."""
    monkeypatch.setenv("HTTPS_PROXY", "socks4://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "*")

    http_client(httpx.Client, ELSEWHERE).close()


def test_small_letters_win_also_when_they_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is how a shell takes away a proxy that a machine's profile has set."""
    monkeypatch.setenv("HTTPS_PROXY", "socks4://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "")

    http_client(httpx.Client, ELSEWHERE).close()


@pytest.mark.parametrize("name", VARIABLES)
def test_a_server_on_this_machine_is_reached_whatever_they_say(
    monkeypatch: pytest.MonkeyPatch, hcx_server: SimulatorServer, name: str
) -> None:
    """The demo and the simulator need no network."""
    monkeypatch.setenv(name, "nonsense://[nowhere/")

    probe(hcx_at(hcx_server.url))


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_hcx_is_reached_through_a_socks_proxy(
    monkeypatch: pytest.MonkeyPatch, hcx_server: SimulatorServer, scheme: str
) -> None:
    """Many a company's only way out. Both leave it to the proxy to look the name up."""
    with closing(_Socks(hcx_server)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
        probe(hcx_at("http://hcx.invalid"))

    assert proxy.asked == [b"hcx.invalid"]


def test_without_the_extra_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx says so in a traceback, and names a package that is not ours."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "socksio", None)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=r"ALL_PROXY.*keyword-assets\[socks\]"):
        http_client(httpx.Client, ELSEWHERE)


def test_what_httpx_alone_refuses_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own look cannot know all that a library may trip over."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@xn--\u00e9.example:80")
    monkeypatch.setattr(surroundings, "require_usable", lambda: None)
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:9")

    with pytest.raises(InputError) as refused:
        http_client(httpx.Client, ELSEWHERE)

    assert "ALL_PROXY" in str(refused.value)
    assert PASSWORD not in str(refused.value)


def test_a_proxy_that_is_not_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong with the settings then: exit code 4."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with pytest.raises(HcxUnreachable):
        probe(hcx_at(ELSEWHERE))


@pytest.mark.parametrize(
    ("name", "value"), [("REQUESTS_CA_BUNDLE", "nowhere"), ("CURL_CA_BUNDLE", "text.pem"), ("ALL_PROXY", "socks4://h")]
)
def test_what_the_channels_of_alerts_cannot_use_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """They are on another library, which reads other variables."""
    monkeypatch.setenv(name, value)

    (fault,) = surroundings.faults_of_alerts()

    assert name in str(fault)


class _Socks:
    """A SOCKS5 proxy on loopback that takes every name for the simulator's."""

    def __init__(self, server: SimulatorServer) -> None:
        self.asked: list[bytes] = []
        self._target = httpx.URL(server.url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            # Greeting with its methods; then version, CONNECT, reserved, and a name with its length and port.
            client.recv(2 + client.recv(2, socket.MSG_PEEK)[1])
            client.sendall(b"\x05\x00")
            length = client.recv(5)[4]
            self.asked.append(client.recv(length))
            client.recv(2)
            with socket.create_connection((self._target.host, self._target.port or 80)) as far:
                client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
                threading.Thread(target=_pump, args=(far, client), daemon=True).start()
                _pump(client, far)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    for data in _read(source):
        sink.sendall(data)


def _read(source: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            data = source.recv(65536)
        except OSError:
            return
        if not data:
            return
        yield data


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.0.0.1:8400", True), ("http://localhost", True), ("http://[::1]:1", True), ("https://x.com", False)],
)
def test_only_a_server_on_this_machine_is_asked_without_the_proxy(url: str, local: bool) -> None:
    """An office's proxy cannot reach our loopback, and the way to HCX may lead through it."""
    assert is_local(url) is local


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({"HTTPS_PROXY": "http://me:secret@proxy.corp:3128"}, "proxy.corp:3128"),
        ({"https_proxy": "proxy.corp:3128"}, "proxy.corp:3128"),
        ({"ALL_PROXY": "socks5://proxy.corp"}, "proxy.corp"),
        ({"HTTP_PROXY": "http://proxy.corp:3128"}, None),
        ({"HTTPS_PROXY": "http://proxy.corp:3128", "NO_PROXY": "hcx.example"}, None),
        ({"HTTPS_PROXY": "http://proxy.corp:99999999"}, None),
        ({"HTTPS_PROXY": "http://[bad"}, None),
        ({}, None),
    ],
)
def test_the_proxy_on_the_way_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
) -> None:
    """Whoever has to be asked why nothing passes; the message ends in tickets and chats."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert proxy_of("https://hcx.example") == proxy
    assert "secret" not in way_to("https://hcx.example")
    assert proxy_of("http://127.0.0.1:8400") is None
