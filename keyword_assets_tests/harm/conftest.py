"""The servers' own clients."""

import pytest

from keyword_assets_tests.harm.clients import Clients, find_clients


@pytest.fixture(scope="session")
def clients() -> list[Clients]:
    """The clients on this machine; without any, the tests that need one fail."""
    try:
        return find_clients()
    except FileNotFoundError as fault:
        pytest.fail(str(fault), pytrace=False)
