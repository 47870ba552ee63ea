"""One look for all who ask within some seconds: ten scrapes at once cost as much as one."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from keyword_assets.aside import aside

_Seen = TypeVar("_Seen")


class Shared(Generic[_Seen]):
    """What was seen last, looked for anew when somebody asks and it is old; a failure is kept for as long.

    While a look goes on no other is begun, however long it takes.

    Args:
        look: looks; called in a thread of its own.
        seconds: how old what is told may be.
        patience: how many seconds one who asks waits for a look.
        clock: seconds from anywhere.
    """

    def __init__(
        self,
        look: Callable[[], _Seen],
        seconds: float,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._seconds = seconds
        self._patience = patience
        self._clock = clock
        self._began = 0.0
        self._seen: Future[_Seen] | None = None

    async def get(self) -> _Seen:
        """What is seen; called in one event loop.

        Raises:
            TimeoutError: it took too long.
            Exception: whatever the look ended with.
        """
        if self._seen is None or (self._seen.done() and self._clock() - self._began >= self._seconds):
            self._began = self._clock()
            self._seen = aside(self._look)
        # Shielded, for others wait for it, too.
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._seen)), self._patience)
