"""HCX's own token counter: asked once by whoever knows nothing yet, and never waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.hcx import tokenizer
from keyword_assets.hcx.client import HcxClient
from keyword_assets.hcx.native import NativeWire
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.wires import wire_of
from keyword_assets_tests.hcx.asking import TAXONOMY, hcx_at, with_client
from keyword_assets_tests.hcx.simulating import connect
from keyword_assets_tests.world import questions

Answer = Callable[[Request], Awaitable[Response]]


@contextmanager
def _counter(server: SimulatorServer, answer: Answer) -> Iterator[list[str]]:
    """Another token counter in place of the simulator's; yields the models that it is asked about."""
    asked: list[str] = []

    async def count(http: Request) -> Response:
        asked.append(http.path_params["model"])
        return await answer(http)

    routes = server._app.router.routes
    routes.insert(0, Route(NativeWire("{model}", MODELS["HCX-007"]).counter_path, count, methods=["POST"]))
    try:
        yield asked
    finally:
        routes.pop(0)


async def _counted(http: Request) -> Response:
    parts = [{"type": "text", "text": "…", "count": 300}]
    result = {"messages": [{"role": "user", "content": parts}], "responseFormat": {"count": 150}}
    return JSONResponse({"status": {"code": "20000", "message": "OK"}, "result": result})


async def _missing(http: Request) -> Response:
    return JSONResponse({"status": {"code": "40400", "message": "Not found"}, "result": None}, status_code=404)


async def _hanging(http: Request) -> Response:
    await asyncio.sleep(5)
    return Response()


async def _nonsense(http: Request) -> Response:
    return JSONResponse({"status": {"code": "20000"}, "result": {"messages": [{"content": None}]}})


async def _page(http: Request) -> Response:
    return Response("<html>maintenance</html>", media_type="text/html")


async def _three_times(model: HcxClient) -> str | None:
    replies = await asyncio.gather(*(model.ask(questions(4)) for _ in range(3)))
    assert all(len(reply.document["answers"]) == 4 for reply in replies)
    return model.learned


def test_it_is_asked_once_by_a_run_that_knows_nothing_and_never_by_one_that_has_learned(hcx: SimulatorServer) -> None:
    """It costs nothing but time, which the next run does not have to spend again."""
    with _counter(hcx, _counted) as asked:
        learned = with_client(hcx_at(hcx.url), _three_times)
        by_the_first = list(asked)
        with_client(hcx_at(hcx.url), _three_times, learned=learned)

    assert learned
    assert (by_the_first, asked) == (["HCX-007"], ["HCX-007"])


@pytest.mark.parametrize("answer", [_counted, _missing, _hanging, _nonsense, _page])
def test_whatever_it_answers_the_first_request_is_on_its_way_within_two_seconds(
    hcx: SimulatorServer, answer: Answer
) -> None:
    """A convenience that is out of order must not keep the run from its work."""
    with _counter(hcx, answer):
        began = time.time()
        with_client(hcx_at(hcx.url), _three_times)
    first, *_ = hcx.stats.records

    assert first.at - began < 2
    assert hcx.stats.snapshot.by_status == {"200": 3}


def test_its_count_sizes_the_very_first_request() -> None:
    """Where our own estimate is far too low, even one request could be too many for the quota."""
    with SimulatorServer(SimulatorSettings()) as server:

        async def reserved(model: HcxClient) -> int:
            return (await model.ask(questions(4))).usage.reserved

        plain = with_client(hcx_at(server.url), reserved)
        (record,) = server.stats.records

        async def doubled(http: Request) -> Response:
            count = {"count": 2 * record.prompt_tokens}
            parts = [{"type": "text", "text": "…", **count}]
            return JSONResponse({"status": {"code": "20000"}, "result": {"messages": [{"content": parts}]}})

        with _counter(server, doubled):
            warned = with_client(hcx_at(server.url), reserved)

    assert warned - plain > 0.8 * record.prompt_tokens


@pytest.mark.parametrize("bare", [False, True], ids=["array", "bare part"])
@pytest.mark.parametrize("model", ["HCX-007", "HCX-005"])
def test_it_counts_what_chat_bills(model: str, bare: bool) -> None:
    """In both forms that the documents show."""
    with SimulatorServer(SimulatorSettings(bare_token_parts=bare)) as server:
        with_client(hcx_at(server.url, model), lambda client: client.ask(questions(3)))
        (record,) = server.stats.records

        async def count() -> int | None:
            async with httpx.AsyncClient(
                base_url=server.url, headers={"Authorization": "Bearer nv-any"}, trust_env=False
            ) as http:
                body = wire_of(model).body(TAXONOMY, questions(3), 1_024)
                return await tokenizer.count_input(http, wire_of(model), body)

        counted = asyncio.run(count())

    assert counted == record.prompt_tokens


@pytest.mark.parametrize(
    "result",
    [None, [], {}, {"messages": None}, {"messages": [{}]}, {"messages": [{"content": [{"count": "many"}]}]}],
    ids=str,
)
def test_a_count_in_another_form_is_an_error_of_a_known_kind(result: Any) -> None:
    """So that `count_input` can pass over it."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        wire_of("HCX-007").count({"result": result})


def test_a_tool_is_counted_too(hcx: SimulatorServer) -> None:
    """HCX-005 takes the schema as a tool, which is most of the prompt."""
    wire = wire_of("HCX-005")
    body = wire.counted(wire.body(TAXONOMY, ["전학"], 1_024))
    with connect(hcx.url) as http:
        counted = http.post(wire.counter_path, json={k: body[k] for k in ("messages", "tools")}).json()

    assert wire.count(counted) > counted["result"]["tools"]["count"] > 0
