"""Sockets of servers of ours: a place that cannot be had is told in words."""

import pytest

from keyword_assets.core.errors import InputError
from keyword_assets.listening import listen, url_of


def test_a_port_that_is_taken_is_told() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert url_of(first) == f"http://127.0.0.1:{port}"
        with pytest.raises(InputError, match=str(port)):
            listen("127.0.0.1", port)


def test_a_host_of_others_is_told() -> None:
    with pytest.raises(InputError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
