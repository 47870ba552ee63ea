"""The session's simulator, for the tests that do not need switches of their own."""

from collections.abc import Iterator

import httpx
import pytest

from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.hcx.simulating import connect


@pytest.fixture
def simulator(hcx: SimulatorServer) -> SimulatorServer:
    """The session's simulator as good as new, under the name that its own tests know it by."""
    return hcx


@pytest.fixture
def client(simulator: SimulatorServer) -> Iterator[httpx.Client]:
    """A client of the session's simulator."""
    with connect(simulator.url) as client:
        yield client
