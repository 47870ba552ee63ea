"""The simulator as a server: its port, its thread, its end."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.hcx.simulator import server as server_module
from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets_tests.hcx.simulating import chat, connect, plain, structured


def test_a_taken_port_is_said_clearly_and_leaves_nothing_running(simulator: SimulatorServer) -> None:
    """Two demos on one machine are the usual reason."""
    port = int(simulator.url.rsplit(":", 1)[1])
    threads = threading.active_count()

    with pytest.raises(InputError) as caught, SimulatorServer(port=port):
        pass

    assert (caught.value.key, caught.value.params) == ("listening.port_taken", {"port": port})
    assert threading.active_count() == threads


def test_without_the_analyser_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kiwi is an extra that production does not install."""
    monkeypatch.setattr(server_module, "find_spec", lambda name: None)

    with pytest.raises(InputError) as caught, SimulatorServer():
        pass

    assert caught.value.key == "simulator.kiwi_missing"


def test_it_stops_at_once_even_while_requests_hang() -> None:
    """A test that lets a request hang must not hold up all the others."""
    with SimulatorServer() as server, ThreadPoolExecutor(1) as pool, connect(server.url) as client:
        server.faults.add(Fault("hang", seconds=3600))
        hanging = pool.submit(chat, client, plain(), "HCX-005")
        while not server.stats.records:
            time.sleep(0.01)
        server.__exit__(None, None, None)

        with pytest.raises(httpx.TransportError):
            hanging.result(timeout=20)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/_simulator/stats", trust_env=False)


def test_signal_handlers_of_the_process_are_left_alone() -> None:
    """Ctrl-C belongs to the command line that runs the demo."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    with SimulatorServer():
        during = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    assert during == before


def test_many_requests_are_served_at_once() -> None:
    """Latency is waited for together, or no load test would mean anything."""
    with SimulatorServer(SimulatorSettings(latency_seconds=0.3)) as server, connect(server.url) as client:
        with ThreadPoolExecutor(20) as pool:
            responses = list(pool.map(lambda n: chat(client, structured(f"전학 {n}")), range(20)))

        assert {response.status_code for response in responses} == {200}
        assert server.stats.snapshot.most_in_flight > 10


def test_in_the_foreground_it_says_where_it_is_and_ends_on_ctrl_c() -> None:
    """This is what `keyword-assets simulator` runs."""
    script = (
        "from keyword_assets.hcx.simulator.server import serve\n"
        "from keyword_assets.hcx.simulator.settings import SimulatorSettings\n"
        "from keyword_assets.configuration.taxonomy_file import load_taxonomy\n"
        "serve(SimulatorSettings(), load_taxonomy(), on_ready=lambda url: print(url, flush=True))\n"
        "print('ended')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    status = httpx.get(f"{url}/_simulator/stats", trust_env=False).status_code
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)

    assert (status, rest.strip(), process.returncode) == (200, "ended", 0)
