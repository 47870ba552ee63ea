"""Tells who listens to a run in a thread of its own: a day may take seconds to count, and the quota does not wait."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any


class Teller:
    """Makes calls beside the event loop: in the order in which they were handed in, never two at a time.

    Create it in the event loop, whose thread alone hands calls in.
    """

    def __init__(self) -> None:
        self._untold: deque[Callable[[], object]] = deque()
        self._news = asyncio.Event()
        self._over = False

    def tell(self, call: Callable[..., object], *arguments: object) -> None:
        """Make this call when its turn comes. The arguments are to be left as they are from now on."""
        self._untold.append(partial(call, *arguments))
        self._news.set()

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work and make the calls meanwhile; all are made when this ends, also by a failure or a cancellation.

        Raises:
            Exception: what the work raised; or what a call raised, which cancels the work and the calls after it.
        """
        working = asyncio.ensure_future(work)
        telling = asyncio.ensure_future(self._tell_on())
        try:
            await asyncio.wait({working, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            await asyncio.wait({working})
            self._over = True
            self._news.set()
            await asyncio.wait({telling})
            for ended in (working, telling):
                if not ended.cancelled():
                    ended.result()

    async def _tell_on(self) -> None:
        while self._untold or not self._over:
            await self._news.wait()
            self._news.clear()
            await asyncio.to_thread(self._tell)

    def _tell(self) -> None:
        while self._untold:
            self._untold.popleft()()
