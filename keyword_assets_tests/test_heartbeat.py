"""The dead man's switch: called where it is, never led elsewhere, and never in the way."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from keyword_assets import heartbeat

TOKEN = "5f0c-not-to-be-seen"


class Service:
    """Notes who called, and answers as it is told."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.status = 200
        self.may_answer = threading.Event()
        self.may_answer.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.paths.append(self.path)
                service.may_answer.wait(30)
                self.send_response(service.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{TOKEN}?status=up"


@pytest.fixture
def service() -> Iterator[Service]:
    """On this machine."""
    found = Service()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.may_answer.set()
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def call(url: str) -> bool:
    """Once."""
    return asyncio.run(heartbeat.call(url))


def test_it_is_called_as_it_stands(service: Service) -> None:
    """With its query, which some services need."""
    assert call(service.url)
    assert service.paths == [f"/{TOKEN}?status=up"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_did_not_take_it_is_told_without_the_address(
    service: Service, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A page of a log-in, to which one is led, has not taken it either."""
    service.status = status
    with caplog.at_level(logging.WARNING):
        assert not call(service.url)

    assert len(service.paths) == 1
    assert f"HTTP {status}" in caplog.text
    assert TOKEN not in caplog.text


def test_silence_and_absence_are_told_in_time(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A run has ended, and does not wait for somebody who counts its signs of life."""
    monkeypatch.setattr(heartbeat, "SECONDS", 0.05)
    monkeypatch.setenv("KEYWORDS_HEARTBEAT_URL", service.url)
    service.may_answer.clear()
    with caplog.at_level(logging.WARNING):
        assert not call(service.url)
        assert not call(f"http://127.0.0.1:9/{TOKEN}")

    assert len(caplog.messages) == 2
    assert TOKEN not in caplog.text
