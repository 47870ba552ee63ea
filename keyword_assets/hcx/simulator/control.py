"""`/_simulator`: statistics and faults over HTTP, for those who run the simulator as a process of its own."""

from json import JSONDecodeError

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from keyword_assets.hcx.simulator.faults import read_faults
from keyword_assets.hcx.simulator.service import Service


def control_routes(service: Service) -> list[Route]:
    """The routes for one service. They ask for no key: the simulator listens on loopback."""

    async def stats(http: Request) -> Response:
        faults = {"in_force": service.faults.in_force, "struck": service.faults.struck}
        return JSONResponse(service.stats.as_json() | {"faults": faults})

    async def add_faults(http: Request) -> Response:
        try:
            faults = read_faults(await http.json())
        except (JSONDecodeError, UnicodeDecodeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        service.faults.add(*faults)
        return JSONResponse(service.faults.in_force, status_code=201)

    async def clear_faults(http: Request) -> Response:
        service.faults.clear()
        return Response(status_code=204)

    async def reset(http: Request) -> Response:
        service.reset()
        return Response(status_code=204)

    return [
        Route("/_simulator/stats", stats, methods=["GET"]),
        Route("/_simulator/faults", add_faults, methods=["POST"]),
        Route("/_simulator/faults", clear_faults, methods=["DELETE"]),
        Route("/_simulator/reset", reset, methods=["POST"]),
    ]
