"""The governor: when a request may go out, so that the account's quota is used to the full and never passed.

A request is counted by the server some time between our sending it and its answer reaching us, and by rules we are not
told (rolling window, fixed window, token bucket). So a request keeps its place in the quota until its answer came *and*
one whole window has passed since: whatever the server's rule, it has forgotten the request by then. The places are kept
in a book that all processes on the same account share.
"""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits, MeterReading
from keyword_assets.core.quota.places import Closing, Place, QuotaBook, Settled, Turn, Wanted
from keyword_assets.core.quota.stated import StatedLimits
from keyword_assets.core.quota.width import Width
from keyword_assets.core.texts import say

# How often a waiting request looks at the book: other processes may give places back or take them.
_LOOK_SECONDS = 1.0
# A wait that a window does not explain is told from so many seconds on, and again when its end moves by as many.
TOLD_FROM_SECONDS = 10.0
_REASON_CHARS = 200


@dataclass(eq=False)
class _Waiting:
    """A request that waits to be admitted: by itself when it is first, or together with the one that is."""

    size: Callable[[], int]
    place: Place | None = None
    gone: bool = False


@dataclass
class Governor:
    """Admission before sending, in the order of asking.

    Args:
        book: the account's places.
        limits: the quota by the settings, and from the first answer on what holds of it by the server's word.
        longest: seconds that a request can take at most.
        warm: whether requests are sized by experience; else one goes ahead and the others wait for what it teaches.
        clock: seconds that only go forward.
        max_wait: the longest that the book is closed by one word of the server.
    """

    book: QuotaBook
    limits: Limits
    longest: float
    warm: bool = True
    clock: Callable[[], float] = time.monotonic
    max_wait: float = MAX_WAIT_SECONDS

    held: Callable[[Closing], None] = field(default_factory=lambda: lambda closing: None, init=False)
    """Told why nothing goes out, where a window does not explain it."""
    _told_until: float = field(default=-math.inf, init=False)
    _told_at: float = field(default=-math.inf, init=False)
    _in_flight: int = field(default=0, init=False)
    _pausing: int = field(default=0, init=False)
    _settled: list[tuple[Place, float, MeterReading | None, bool]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._width = Width(self.warm, self.clock)
        self.stated = StatedLimits(self.limits)
        self._turn = asyncio.Lock()
        self._line: list[_Waiting] = []
        self._changed = asyncio.Event()

    @property
    def at_once(self) -> int:
        """How many requests in flight use the quota to the full at the present latency, and no more than that."""
        return self._width.at_once(self.limits)

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having ready: those in flight, one more in the queue, and the pausing ones."""
        return self.at_once + 1 + self._pausing

    # -- the life of a request ----------------------------------------------------------------------------------------

    async def admit(self, size: Callable[[], int]) -> Place:
        """Wait until a request has room in both meters, and take its place.

        Args:
            size: the tokens that the request would be charged now; asked again as long as it waits, because the ones
                before it teach.
        """
        waiting = _Waiting(size)
        self._line.append(waiting)
        try:
            async with self._turn:
                if waiting.place is None:
                    await self._let_in(waiting)
        except BaseException:
            waiting.gone = True
            if waiting.place is not None:
                self._in_flight -= 1
                self.book.give_back(waiting.place.id)
            raise
        finally:
            if waiting in self._line:
                self._line.remove(waiting)
        assert waiting.place is not None
        return waiting.place

    async def _let_in(self, first: _Waiting) -> None:
        """Wait for the turn of the first in the line; others behind go with it where there is room."""
        while self._in_flight >= self.at_once:
            await self._change()
        ticket: int | None = None
        began = self.clock()
        while True:
            group = [first, *self._behind(first)]
            tokens, *behind = (waiting.size() for waiting in group)
            settled = self._just_settled()
            wanted = Wanted(ticket, tokens, self._width.ours(self.limits), self.longest, settled, tuple(behind))
            turn = await self._claim(wanted)
            del self._settled[: len(settled)]
            if turn.wait <= 0:
                break
            ticket = turn.place
            self._tell(turn, self.clock() - began)
            try:
                await self._change(min(turn.wait, _LOOK_SECONDS))
            except asyncio.CancelledError:
                self.book.give_back(ticket)
                raise
        for waiting, reserved, place in zip(group, (tokens, *behind), turn.places, strict=False):
            await self._seat(waiting, Place(place, reserved, self.clock()))

    def _behind(self, first: _Waiting) -> list[_Waiting]:
        """Who is next in the line, as many as may be in flight beside the first."""
        others = [waiting for waiting in self._line if waiting is not first]
        return others[: max(0, self.at_once - self._in_flight - 1)]

    async def _seat(self, waiting: _Waiting, place: Place) -> None:
        if waiting.gone:
            await asyncio.to_thread(self.book.give_back, place.id)
            return
        self._line.remove(waiting)
        waiting.place = place
        self._in_flight += 1

    async def give_back(self, place: Place) -> None:
        """The request will not be sent after all."""
        self._in_flight -= 1
        self._changed.set()
        await asyncio.to_thread(self.book.give_back, place.id)

    def settled(
        self, place: Place, tokens: int | None = None, meters: MeterReading | None = None, *, served: bool = True
    ) -> None:
        """The answer came, or the request failed: start the place's last window, with the tokens really charged."""
        now = self.clock()
        if tokens is not None:
            place.tokens = tokens
        self._in_flight -= 1
        self._width.settled(now - place.sent_at, place.tokens)
        if served:
            self.stated.served(now, place.tokens)
        meters = self.stated.believed(meters, now)
        self.limits = self.stated.now
        self._settled.append((place, now, meters, served))
        self._changed.set()

    def served(self) -> None:
        """An answer without complaint: open a little more."""
        self._width.served(self.limits)
        self._changed.set()

    def overloaded(self) -> None:
        """The server has too much to do, whatever our quota: take back some of what is in flight."""
        self._width.overloaded(self._in_flight)

    async def refused(self, seconds: float | None, reason: str) -> None:
        """The server says that the quota is used up, for so long if it says so: somebody else uses it, or it is less
        than the settings say.

        It is believed for `max_wait`; then one request goes out to see whether it still says so.
        """
        self._width.refused(self.limits.window)
        wait, reason = self.limits.window, reason[:_REASON_CHARS]
        if seconds is not None:
            # Written so that a number which is none counts as too large.
            wait = seconds if seconds <= self.max_wait else self.max_wait
        if wait != seconds and seconds is not None:
            # What it asked for, in a form for readers of any language: other processes will tell it.
            reason = f"{reason} ({seconds:,.0f} s)"
        await asyncio.to_thread(self.book.close, wait, reason)

    async def pause(self, seconds: float) -> None:
        """Sleep before a retry, without taking the place of one that could be sent meanwhile."""
        self._pausing += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._pausing -= 1

    async def close(self) -> None:
        """Write down what has settled since the last claim."""
        if settled := self._just_settled():
            await asyncio.to_thread(self.book.settle, settled, self.limits)
            del self._settled[: len(settled)]

    async def _claim(self, wanted: Wanted) -> Turn:
        """Claim in a thread. Who is cancelled meanwhile leaves no place behind that nobody uses."""
        claim = asyncio.ensure_future(asyncio.to_thread(self.book.claim, wanted))
        try:
            return await asyncio.shield(claim)
        except asyncio.CancelledError:
            for place in (await claim).places:
                self.book.give_back(place)
            raise

    # -- parts --------------------------------------------------------------------------------------------------------

    def _tell(self, turn: Turn, waited: float) -> None:
        """Say why nothing goes out: once for each wait, and again where its end has moved."""
        now = self.clock()
        if turn.closing is not None:
            until = now + turn.closing.seconds
            if turn.closing.seconds >= TOLD_FROM_SECONDS and until - self._told_until >= TOLD_FROM_SECONDS:
                self._told_until = until
                self.held(turn.closing)
        elif min(waited, now - self._told_at) > self.limits.window + TOLD_FROM_SECONDS:
            self._told_at = now
            self.held(Closing(turn.wait, say("hcx.quota_taken")))

    def _just_settled(self) -> tuple[Settled, ...]:
        now = self.clock()
        return tuple(
            Settled(place.id, place.tokens, now - at, now - place.sent_at, meters, served)
            for place, at, meters, served in self._settled
        )

    async def _change(self, seconds: float | None = None) -> None:
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
