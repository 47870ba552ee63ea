"""The routes of the simulator: the API itself, and `/_simulator` to watch and disturb it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.simulator.control import control_routes
from keyword_assets.hcx.simulator.envelope import MESSAGES, Refusal, failure, success
from keyword_assets.hcx.simulator.meters import Clock
from keyword_assets.hcx.simulator.service import JsonBody, Service
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.tokenizer import tokenize

# Older clients put the kind of their key in front of the path.
_PREFIXES = ("", "/testapp", "/serviceapp")


def create_app(settings: SimulatorSettings, taxonomy: Taxonomy, clock: Clock = time.monotonic) -> Starlette:
    """The simulator as an ASGI application; its parts are under `app.state.service`."""
    service = Service(settings, taxonomy, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    app = Starlette(
        routes=[*_api_routes(service), *control_routes(service)],
        exception_handlers={HTTPException: _not_found, Exception: _broken},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app


def _api_routes(service: Service) -> list[Route]:
    async def chat(http: Request) -> Response:
        return await service.chat(http)

    async def chat_v1(http: Request) -> Response:
        return await service.chat(http, "v1")

    async def count(http: Request) -> Response:
        try:
            return JsonBody(success(await tokenize(http, service.settings)))
        except Refusal as refusal:
            return JsonBody(failure(refusal.code, refusal.message), status_code=refusal.status)

    endpoints: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/v3/chat-completions/{model}": chat,
        "/v1/chat-completions/{model}": chat_v1,
        "/v3/api-tools/chat-tokenize/{model}": count,
    }
    return [
        Route(prefix + path, endpoint, methods=["POST"]) for prefix in _PREFIXES for path, endpoint in endpoints.items()
    ]


async def _not_found(http: Request, error: Exception) -> Response:
    """An unknown path, or a method that a path does not take: the API has no code of its own for the latter."""
    return JsonBody(failure("40400", MESSAGES["40400"]), status_code=404)


async def _broken(http: Request, error: Exception) -> Response:
    """A defect of the simulator itself; the traceback goes to the log."""
    return JsonBody(failure("50000", MESSAGES["50000"]), status_code=500)
