"""The place of every request in the quota: requests and tokens a window, as the server may count them.

A request is counted by the server some time between our sending it and its answer reaching us, and by rules we are not
told (rolling window, fixed window, token bucket). So a request keeps its place here until its answer came *and* one
whole window has passed since: whatever the server's rule, it has forgotten the request by then.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(eq=False)
class Place:
    """What one admitted request holds: `tokens` of input plus output cap, until `free_at` (None: not answered yet)."""

    tokens: int
    free_at: float | None = None


class QuotaLedger:
    """Admission before sending, in the order of asking.

    Args:
        requests: the most requests in a window.
        tokens: the most tokens (input plus requested output cap) in a window.
        window: the window's length in seconds.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        requests: int,
        tokens: int,
        window: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.requests = requests
        self.tokens = tokens
        self.window = window
        self._clock = clock
        self._places: list[Place] = []
        self._closed_until = 0.0
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    async def admit(self, tokens: int) -> Place:
        """Wait until a request of so many tokens has room in both meters, and take its place."""
        async with self._turn:
            while (wait := self._seconds_to_wait(tokens)) != 0:
                self._changed.clear()
                try:
                    async with asyncio.timeout(wait):
                        await self._changed.wait()
                except TimeoutError:
                    continue
            place = Place(tokens)
            self._places.append(place)
            return place

    def answered(self, place: Place, tokens: int | None = None) -> None:
        """The answer came (or the request failed): start the place's last window, with the tokens really charged."""
        place.free_at = self._clock() + self.window
        if tokens is not None:
            place.tokens = tokens
        self._changed.set()

    def close_for(self, seconds: float) -> None:
        """Admit nothing for so long: the server told us that its window is full."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)
        self._changed.set()

    def _seconds_to_wait(self, tokens: int) -> float | None:
        """0 when there is room now, else seconds until looking again is worth it; None when only an answer helps."""
        now = self._clock()
        if self._closed_until > now:
            return self._closed_until - now
        self._places = [place for place in self._places if place.free_at is None or place.free_at > now]
        held = sum(place.tokens for place in self._places)
        # A request larger than the whole quota is let through alone, to be refused by the server in its own words.
        if not self._places or (len(self._places) < self.requests and held + tokens <= self.tokens):
            return 0
        return min(
            (place.free_at - now for place in self._places if place.free_at is not None),
            default=None,
        )
