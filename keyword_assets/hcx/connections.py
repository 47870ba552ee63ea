"""The connections of a run, each lent to one request at a time."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx

# A client with one connection: see `Connections`.
ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1)
# As long as httpx keeps a connection that is not used.
_IDLE_SECONDS = 5.0


class Connections:
    """Clients of one connection each.

    The pool in a client of httpx looks at each of its connections whenever a request begins or ends, and for each idle
    one at all the others: with a hundred of them that costs more than the request does.

    Args:
        make: makes a client of one connection; what it raises for the first one comes from here.
        clock: seconds that only go forward.
    """

    def __init__(self, make: Callable[[], httpx.AsyncClient], clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._clock = make, clock
        # Made at once: a library is loaded with it, and what cannot be used is told.
        self._unused = [make()]
        # Since when each is idle; the newest, which is lent next, at the right.
        self._idle: deque[tuple[float, httpx.AsyncClient]] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client for one request."""
        http = self._idle.pop()[1] if self._idle else self._unused.pop() if self._unused else self._make()
        try:
            yield http
        finally:
            self._idle.append((self._clock(), http))
        # One a request is enough: each that is too many was opened for a request.
        if self._idle[0][0] < self._clock() - _IDLE_SECONDS:
            await _closed(self._idle.popleft()[1])

    async def close(self) -> None:
        """Close those that are not lent."""
        # One that was never used has nothing to close, and would load a library for it.
        clients = [http for _, http in self._idle]
        self._idle.clear()
        await asyncio.gather(*(_closed(http) for http in clients))


async def _closed(http: httpx.AsyncClient) -> None:
    """Close a client. How its connection takes that must not cost the answer that came over another one."""
    with suppress(httpx.HTTPError, OSError):
        await http.aclose()
