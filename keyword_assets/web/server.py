"""Serves an application of ours in the foreground, until it is stopped."""

import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from keyword_assets.web.guard import App

# Of what somebody asked for last; an outage of the database is not waited for.
_LEAVING_SECONDS = 3


def serve(app: App, listener: socket.socket, on_ready: Callable[[], None], on_leaving: Callable[[], None]) -> None:
    """Serve until interrupted.

    Args:
        app: what is served.
        listener: where it listens.
        on_ready: called once, as soon as requests are taken.
        on_leaving: called when it is told to stop, before what it is at has come to its end.
    """
    # uvicorn ends in good order on SIGINT and SIGTERM, and then raises them once more.
    with suppress(KeyboardInterrupt):
        _Server(app, on_ready, on_leaving).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, app: App, on_ready: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        # No access log, which would have the token. Whose address it is, the guard decides, and no header.
        super().__init__(
            uvicorn.Config(
                app,
                proxy_headers=False,
                server_header=False,
                access_log=False,
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=_LEAVING_SECONDS,
                ws="none",
            )
        )
        self._on_ready = on_ready
        self._on_leaving = on_leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal has come."""
        self._on_leaving()
        super().handle_exit(sig, frame)
