"""The command itself, as it is started for others to reach: Dagster's webserver, behind the door."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import bcrypt
import httpx
import pytest

from keyword_assets_tests.services import free_ports
from keyword_assets_tests.web.asking import basic

PATIENCE = 150
COMMAND = [sys.executable, "-m", "keyword_assets", "webserver", "--host", "0.0.0.0"]
KIM = basic("kim", "secret-7")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Read-only, without a code location, open to all of the machine's networks."""
    folder = tmp_path_factory.mktemp("web")
    users = folder / "users"
    users.write_text(f"kim:{bcrypt.hashpw(b'secret-7', bcrypt.gensalt(4)).decode()}\n")
    (port,) = free_ports(1)
    environment = {**os.environ, "KEYWORDS_WEB_USERS": str(users), "DAGSTER_DISABLE_TELEMETRY": "1"}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            # From a background process it would inherit "ignore", and could not be stopped politely.
            ["env", "--default-signal=INT,TERM", *COMMAND, "-p", str(port), "--empty-workspace", "--read-only"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.TransportError):
                # Health needs no log-in from this machine.
                assert httpx.get(f"http://127.0.0.1:{port}/server_info", trust_env=False).status_code == 200
                break
            time.sleep(0.2)
        else:
            pytest.fail(log.read_text(errors="replace"), pytrace=False)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0, log.read_text(errors="replace")


def _graphql(server: str, query: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(
        f"http://{server}/graphql", json={"query": query}, headers=headers, trust_env=False, timeout=PATIENCE
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (KIM, 200),
        ({}, 401),
        (basic("kim", "wrong"), 401),
        ({**KIM, "host": "stranger.test"}, 421),
        ({**KIM, "origin": "http://stranger.test"}, 403),
        # What a proxy would say counts for nothing where none is named.
        ({"x-forwarded-for": "127.0.0.1", "x-forwarded-user": "kim"}, 401),
    ],
)
def test_others_have_to_log_in(server: str, headers: dict[str, str], status: int) -> None:
    """And a log-in is no leave for pages of strangers."""
    assert _graphql(server, "{version}", headers).status_code == status


def test_read_only_means_that_nothing_can_be_launched(server: str) -> None:
    """Dagster's own option passes through."""
    permissions = _graphql(server, "{permissions {permission value}}", KIM).json()["data"]["permissions"]

    assert {one["permission"]: one["value"] for one in permissions}["launch_pipeline_execution"] is False


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 403), (KIM, 101), ({**KIM, "origin": "http://stranger.test"}, 403)]
)
def test_the_live_logs_are_behind_it_too(server: str, headers: dict[str, str], status: int) -> None:
    """They come by WebSocket."""
    connection = http.client.HTTPConnection(server, timeout=PATIENCE)
    upgrade = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13"}
    key = {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": "graphql-ws"}
    connection.request("GET", "/graphql", headers={**upgrade, **key, **headers})
    try:
        assert connection.getresponse().status == status
    finally:
        connection.close()


def test_it_does_not_start_for_others_without_a_log_in(tmp_path: Path) -> None:
    """Whoever forgets it is told, and nobody listens."""
    ended = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)

    assert ended.returncode == 2
    assert "KEYWORDS_WEB_USERS" in ended.stderr
    assert "Traceback" not in ended.stderr
