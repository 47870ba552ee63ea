"""`/_simulator`: statistics, faults and slips over HTTP, for who runs the simulator as a process of its own."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from keyword_assets.hcx.simulator.faults import read_faults
from keyword_assets.hcx.simulator.service import Service
from keyword_assets.hcx.simulator.slips import read_day, read_slips


def control_routes(service: Service) -> list[Route]:
    """The routes for one service. They ask for no key: the simulator listens on loopback."""

    async def stats(http: Request) -> Response:
        faults = {"in_force": service.faults.in_force, "struck": service.faults.struck}
        return JSONResponse(service.stats.as_json() | {"faults": faults})

    def add_faults(document: Any) -> Response:
        service.faults.add(*read_faults(document))
        return JSONResponse(service.faults.in_force, status_code=201)

    def set_slips(document: Any) -> Response:
        service.slips = read_slips(document)
        return Response(status_code=204)

    def set_day(document: Any) -> Response:
        service.day = None if document is None else read_day(document)
        return Response(status_code=204)

    def right_categories(document: Any) -> Response:
        """What it would answer if it never slipped, for tests that need the truth."""
        if not isinstance(document, list):
            raise ValueError("texts come as a list")
        return JSONResponse([service.brain.category(str(text)) for text in document])

    async def clear_faults(http: Request) -> Response:
        service.faults.clear()
        return Response(status_code=204)

    async def reset(http: Request) -> Response:
        service.reset()
        return Response(status_code=204)

    return [
        Route("/_simulator/stats", stats, methods=["GET"]),
        Route("/_simulator/faults", _taking(add_faults), methods=["POST"]),
        Route("/_simulator/faults", clear_faults, methods=["DELETE"]),
        Route("/_simulator/slips", _taking(set_slips), methods=["PUT"]),
        Route("/_simulator/day", _taking(set_day), methods=["PUT"]),
        Route("/_simulator/right", _taking(right_categories), methods=["POST"]),
        Route("/_simulator/reset", reset, methods=["POST"]),
    ]


def _taking(endpoint: Callable[[Any], Response]) -> Callable[[Request], Any]:
    """What takes the document of a request, or says what is wrong with that."""

    async def served(http: Request) -> Response:
        try:
            return endpoint(await http.json())
        # That of a document that is no JSON is one as well.
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return served
