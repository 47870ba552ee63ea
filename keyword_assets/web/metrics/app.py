"""The application: what Prometheus scrapes, and whether all is well, behind the door of all our servers."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from keyword_assets.core.texts import say
from keyword_assets.core.watching.snapshot import View, questions_a_minute
from keyword_assets.web.door import Door
from keyword_assets.web.guard import App, Guard
from keyword_assets.web.login import Login
from keyword_assets.web.metrics.exposition import exposed
from keyword_assets.web.metrics.shared import Shared

log = logging.getLogger(__name__)

METRICS, HEALTH = "/metrics", "/healthz"
# Prometheus gives up after ten seconds.
_KEPT_SECONDS, _PATIENCE_SECONDS = 5.0, 8.0


class _Metrics:
    def __init__(self, look: Callable[[], View], zone: ZoneInfo) -> None:
        self._shared = Shared(look, _KEPT_SECONDS, _PATIENCE_SECONDS)
        self._zone = zone
        self._before: View | None = None
        self._last: View | None = None
        self._is_away = False

    async def metrics(self, request: Request) -> Response:
        """All numbers."""
        view = await self._view()
        rate = questions_a_minute(self._before.snapshot, view.snapshot) if view and self._before else None
        body, kind = exposed(view, rate, self._zone, request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": kind})

    async def health(self, _request: Request) -> Response:
        """Whether our tables can be read."""
        if await self._view() is not None:
            return PlainTextResponse("ok\n")
        return PlainTextResponse("unavailable\n", HTTPStatus.SERVICE_UNAVAILABLE)

    async def _view(self) -> View | None:
        """What is seen; None where nothing can be, which is logged once."""
        try:
            view = await self._shared.get()
        except Exception as error:
            if not self._is_away:
                log.warning(say("metrics.away", reason=str(error) or type(error).__name__))
            self._is_away = True
            return None
        if self._is_away:
            log.warning(say("metrics.back"))
        self._is_away = False
        if view is not self._last:
            self._before, self._last = self._last, view
        return view


def metrics_app(look: Callable[[], View], zone: ZoneInfo, door: Door) -> App:
    """The application.

    Args:
        look: looks at everything; called in a thread of its own, by one who asks at a time.
        zone: of the times in what it sees.
        door: whom to let in.
    """
    metrics = _Metrics(look, zone)
    app: App = Starlette(routes=[Route(METRICS, metrics.metrics), Route(HEALTH, metrics.health)])
    if door.users is not None:
        app = Login(app, door.users, door, health=HEALTH)
    return Guard(app, door, endpoints={METRICS.strip("/"), HEALTH.strip("/")}, health=HEALTH)
