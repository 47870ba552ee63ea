"""Runs the simulator on a port: in a thread for tests and the demo, in the foreground for the command line."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from importlib.util import find_spec
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.errors import InputError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.simulator.app import create_app
from keyword_assets.hcx.simulator.faults import FaultPlan
from keyword_assets.hcx.simulator.obedience import Order
from keyword_assets.hcx.simulator.service import Service
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.slips import Slips
from keyword_assets.hcx.simulator.stats import Stats
from keyword_assets.listening import listen, url_of

LOOPBACK = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class SimulatorServer:
    """A simulator that serves from a thread of its own for as long as the `with` block lasts.

    Args:
        settings: its switches.
        taxonomy: the categories it knows; the packaged ones by default.
        port: the port on loopback; 0 takes a free one.
    """

    def __init__(
        self, settings: SimulatorSettings | None = None, taxonomy: Taxonomy | None = None, port: int = 0
    ) -> None:
        self.settings = settings or SimulatorSettings()
        self._app = create_app(self.settings, taxonomy or load_taxonomy())
        self._asked_port = port
        self._url = ""
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def _service(self) -> Service:
        service: Service = self._app.state.service
        return service

    @property
    def url(self) -> str:
        """The base URL, for HCX_BASE_URL; empty before the server has started."""
        return self._url

    @property
    def faults(self) -> FaultPlan:
        """The faults in force, to be changed at any time."""
        return self._service.faults

    @property
    def orders(self) -> list[Order]:
        """The orders in questions that it obeys, to be changed at any time."""
        return self._service.orders

    @property
    def slips(self) -> Slips:
        """Which of its answers are wrong, to be changed at any time."""
        return self._service.slips

    @slips.setter
    def slips(self, slips: Slips) -> None:
        self._service.slips = slips

    def live_on(self, day: date | None) -> None:
        """Take this day for today, for drifts; None for that of the machine's clock."""
        self._service.day = day

    def right_category(self, text: str) -> str:
        """What it would answer if it never slipped."""
        return self._service.brain.category(text)

    @property
    def stats(self) -> Stats:
        """What it was asked and answered."""
        return self._service.stats

    def reset(self) -> None:
        """Forget faults, orders, quota used and statistics; slips and the day are as at the start."""
        self._service.reset()

    def warm_up(self) -> None:
        """Load the analyser now instead of with the first question, which takes seconds."""
        self._service.brain.warm_up()

    def __enter__(self) -> Self:
        listener = _listen(LOOPBACK, self._asked_port)
        self._url = url_of(listener)
        self._server = _Server(self._app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="hcx-simulator", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError("the simulator did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(_STOP_SECONDS)


def serve(
    settings: SimulatorSettings,
    taxonomy: Taxonomy,
    host: str = LOOPBACK,
    port: int = 0,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve in the foreground until interrupted.

    Args:
        settings: the simulator's switches.
        taxonomy: the categories it knows.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        on_ready: called once with the base URL, as soon as requests are taken.

    Raises:
        InputError: the port is taken, or Kiwi is not installed.
    """
    listener = _listen(host, port)
    url = url_of(listener)
    server = _Server(create_app(settings, taxonomy), on_ready=lambda: on_ready(url) if on_ready else None)
    # uvicorn ends in good order on SIGINT, and then raises it once more.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it takes requests, and does not wait for those that hang on purpose."""

    def __init__(self, app: Starlette, on_ready: Callable[[], None] | None = None) -> None:
        # log_config=None: the process keeps the logging it has. Headers, and so keys, are never logged.
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=2,
                # Like the usual gateways; with the default of 5 s a busy client meets closed connections.
                timeout_keep_alive=75,
                server_header=False,
            )
        )
        self.ready = threading.Event()
        self._service: Service = app.state.service
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
        if self._on_ready:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.hurry()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    if find_spec("kiwipiepy") is None:
        raise InputError("simulator.kiwi_missing")
    return listen(host, port)
