"""Connections are lent to one request each: as few as can be, used again, and closed when they are not needed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from keyword_assets.hcx.connection import http_clients
from keyword_assets.hcx.connections import ONE, Connections


class Server:
    """Answers one request after another on each connection; knows how many of these are open and were."""

    def __init__(self) -> None:
        self.opened = self.open = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the client goes."""
        self.opened += 1
        self.open += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        except asyncio.IncompleteReadError:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def connections(
    kind: type[httpx.AsyncClient] = httpx.AsyncClient,
) -> AsyncIterator[tuple[Server, Connections, list[float]]]:
    """A server, the connections to it, and the time that they go by."""
    server, now = Server(), [100.0]
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    lent = Connections(http_clients(kind, server.url, limits=ONE), lambda: now[0])
    try:
        yield server, lent, now
    finally:
        await lent.close()
        listening.close()


async def ask(lent: Connections) -> None:
    """One request, as short as can be."""
    async with lent.one() as http:
        assert (await http.get("/")).text == "OK"


def test_one_after_the_other_needs_one_connection() -> None:
    """TLS takes two ways to the server and back, and some milliseconds of each processor."""

    async def scenario() -> int:
        async with connections() as (server, lent, _):
            for _ in range(5):
                await ask(lent)
            return server.opened

    assert asyncio.run(scenario()) == 1


def test_as_many_as_are_on_their_way_are_opened_and_kept() -> None:
    """The second eight find the connections of the first."""

    async def scenario() -> int:
        async with connections() as (server, lent, _):
            for _ in range(2):
                await asyncio.gather(*(ask(lent) for _ in range(8)))
            return server.opened

    assert asyncio.run(scenario()) == 8


def test_those_that_nobody_has_needed_for_a_while_are_closed() -> None:
    """One with each request that follows; the one that is used stays open."""

    async def scenario() -> tuple[int, int]:
        async with connections() as (server, lent, now):
            await asyncio.gather(*(ask(lent) for _ in range(4)))
            for _ in range(6):
                now[0] += 4
                await ask(lent)
            await asyncio.sleep(0.05)
            return server.open, server.opened

    assert asyncio.run(scenario()) == (1, 4)


def test_a_request_that_fails_or_is_given_up_leaves_its_client_to_the_next() -> None:
    """Whatever state httpx has left it in, the next request gets a connection."""

    async def scenario() -> int:
        async with connections() as (server, lent, _):
            waiting = asyncio.create_task(_given_up(lent))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await ask(lent)
            await lent.close()
            await asyncio.sleep(0.05)
            return server.open

    assert asyncio.run(scenario()) == 0


def test_one_that_cannot_be_closed_costs_no_answer() -> None:
    """A network that was away resets what nobody has used for a while."""

    class Stubborn(httpx.AsyncClient):
        async def aclose(self) -> None:
            await super().aclose()
            raise ConnectionResetError

    async def scenario() -> int:
        async with connections(Stubborn) as (server, lent, now):
            await asyncio.gather(ask(lent), ask(lent))
            now[0] += 60
            await ask(lent)
            return server.opened

    assert asyncio.run(scenario()) == 2


async def _given_up(lent: Connections) -> None:
    async with lent.one() as http, http.stream("GET", "/"):
        await asyncio.sleep(60)
