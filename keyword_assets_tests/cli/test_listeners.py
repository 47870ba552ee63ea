"""Dagster's own webservers that others reach, as `doctor` finds them: real processes that listen."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from keyword_assets.cli.doctor.listeners import bare_webservers
from keyword_assets.core.texts import use

_LISTENS = """
import socket, sys
with socket.create_server((sys.argv[1], 0), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET) as server:
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def listener(request: pytest.FixtureRequest) -> Iterator[tuple[int, str, int]]:
    """A process by this name that listens on this address: its number, the address and the port."""
    name, host = request.param
    command = [name, "-c", _LISTENS, host]
    with subprocess.Popen(
        command, executable=sys.executable, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.pid, host, int(process.stdout.readline())
        assert process.stdin is not None
        process.stdin.close()


def _told(process: int) -> list[str]:
    return [line for line in bare_webservers() if f"process {process})" in line]


@pytest.mark.parametrize(
    "listener", [("dagster-webserver", "0.0.0.0"), ("/srv/bin/dagster-webserver", "::")], indirect=True
)
def test_a_webserver_without_a_log_in_that_others_reach_is_told(listener: tuple[int, str, int]) -> None:
    """Anybody in the network may launch paid runs by it, and nothing of ours is asked."""
    use("en")
    process, host, port = listener

    (line,) = _told(process)

    assert f"{f'[{host}]' if ':' in host else host}:{port} without a log-in" in line
    assert "keyword-assets webserver" in line


@pytest.mark.parametrize("listener", [("dagster-webserver", "127.0.0.1"), ("uvicorn", "0.0.0.0")], indirect=True)
def test_what_others_do_not_reach_and_what_is_none_of_dagsters_is_not(listener: tuple[int, str, int]) -> None:
    """Every machine has servers."""
    use("en")

    assert _told(listener[0]) == []
