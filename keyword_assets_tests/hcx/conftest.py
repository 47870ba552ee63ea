"""One simulator for all the tests that do not need switches of their own: its analyser takes seconds to load."""

from collections.abc import Iterator

import httpx
import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.hcx.simulating import connect


@pytest.fixture(scope="session")
def session_simulator() -> Iterator[SimulatorServer]:
    """A simulator with the default switches and the packaged taxonomy."""
    with SimulatorServer() as server:
        server.warm_up()
        yield server


@pytest.fixture
def simulator(session_simulator: SimulatorServer) -> SimulatorServer:
    """The session's simulator as good as new."""
    session_simulator.reset()
    return session_simulator


@pytest.fixture
def client(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    """A client of the session's simulator."""
    with connect(simulator.url) as client:
        yield client
