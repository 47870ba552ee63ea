"""The governor: when a request may go out, so that the account's quota is used to the full and never passed.

A request is counted by the server some time between our sending it and its answer reaching us, and by rules we are not
told (rolling window, fixed window, token bucket). So a request keeps its place in the quota until its answer came *and*
one whole window has passed since: whatever the server's rule, it has forgotten the request by then. The places are kept
in a book that all processes on the same account share.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits, MeterReading, credible
from keyword_assets.core.quota.places import Closing, Place, QuotaBook, Settled, Turn, Wanted
from keyword_assets.core.texts import say

log = logging.getLogger(__name__)

# More than any published quota needs at the latencies measured.
MOST_AT_ONCE = 128
# Until the first answers tell how long one takes.
_FIRST_AT_ONCE = 8
# Enough in flight for twice the latency expected, so that a slow answer does not leave the quota idle.
_HEADROOM = 2.0
# Each answer opens for one more, or for as many more as the quota gives a second, up to so many: what a window gives
# comes free in the same rhythm in which it was used, and a large one that was used slowly stays slow.
_MOST_OPENED = 3.0
# Of what a window gives, so much may be on its way at once beyond what the latency asks for.
_BURST = 0.1
# How much one answer's latency or charge counts in their running means.
_NEWEST = 0.2
# After a refusal for quota we take less of it than we think is there; it comes back this much a window.
_LESS, _BACK = 0.8, 0.05
_LEAST_SHARE = 0.1
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
        limits: the quota by the settings.
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
    doubted: Callable[[str, object], None] = field(default_factory=lambda: lambda name, said: None, init=False)
    """Told what the server said and cannot be."""
    _told_until: float = field(default=-math.inf, init=False)
    _told_at: float = field(default=-math.inf, init=False)
    _in_flight: int = field(default=0, init=False)
    _pausing: int = field(default=0, init=False)
    _latency: float | None = field(default=None, init=False)
    _charge: float | None = field(default=None, init=False)
    _share: float = field(default=1.0, init=False)
    _share_moved_at: float = field(default=0.0, init=False)
    _settled: list[tuple[Place, float, MeterReading | None, bool]] = field(default_factory=list, init=False)
    _served: deque[tuple[float, int]] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self._given = self.limits
        self._told_limits: set[Limits] = set()
        self._turn = asyncio.Lock()
        self._line: list[_Waiting] = []
        self._changed = asyncio.Event()
        # How many may be in flight by what we have been through: doubling until the first trouble, then one by one.
        self._open = float(_FIRST_AT_ONCE if self.warm else 1)
        self._doubling_below = float(MOST_AT_ONCE)
        self._narrowed_at = 0.0

    # -- how many -----------------------------------------------------------------------------------------------------

    @property
    def at_once(self) -> int:
        """How many requests in flight use the quota to the full at the present latency, and no more than that."""
        useful, a_second = float(MOST_AT_ONCE), self._a_second
        if self._latency is not None and a_second is not None:
            steady = _HEADROOM * a_second * self._latency
            # Whoever gives many a second can take a burst of them, of a small part of what a window gives: where others
            # use the account, all that is in flight may be refused at once.
            burst = min(steady * (2 * a_second - 1), _BURST * a_second * self.limits.window)
            useful = 2 + max(steady, burst)
        return max(1, int(min(useful, self._open, MOST_AT_ONCE)))

    @property
    def _a_second(self) -> float | None:
        """How many requests the quota gives a second; None until the first answer tells."""
        if self._charge is None:
            return None
        limits = self._effective()
        return min(limits.requests, limits.tokens / self._charge) / limits.window

    @property
    def worth_asking(self) -> int:
        """How many requests are worth having ready: those in flight, one more in the queue, and the pausing ones."""
        return self.at_once + 1 + self._pausing

    def _effective(self) -> Limits:
        if self._share < 1:
            windows = (self.clock() - self._share_moved_at) / self.limits.window
            self._share = min(1.0, self._share + _BACK * int(windows))
            self._share_moved_at += int(windows) * self.limits.window
        return replace(
            self.limits,
            requests=max(1, int(self.limits.requests * self._share)),
            tokens=max(1, int(self.limits.tokens * self._share)),
        )

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
            wanted = Wanted(ticket, tokens, self._effective(), self.longest, settled, tuple(behind))
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
        self._latency = _moved(self._latency, now - place.sent_at)
        self._charge = _moved(self._charge, float(place.tokens))
        if served:
            self._served.append((now, place.tokens))
        meters = self._believed(meters, now)
        self._settled.append((place, now, meters, served))
        self._changed.set()

    def served(self) -> None:
        """An answer without complaint: open a little more."""
        more = min(_MOST_OPENED, max(1.0, self._a_second or 1.0))
        self._open += more if self._open < self._doubling_below else 1 / self._open
        self._open = min(self._open, MOST_AT_ONCE)
        self._changed.set()

    def overloaded(self) -> None:
        """The server has too much to do, whatever our quota: take back some of what is in flight."""
        self._narrow(max(1.0, min(self._open, self._in_flight + 1.0) * 0.7))

    async def refused(self, seconds: float | None, reason: str) -> None:
        """The server says that the quota is used up, for so long if it says so: somebody else uses it, or it is less
        than the settings say.

        It is believed for `max_wait`; then one request goes out to see whether it still says so.
        """
        now = self.clock()
        if self._share == 1.0 or now - self._share_moved_at >= self.limits.window:
            self._share, self._share_moved_at = max(_LEAST_SHARE, self._share * _LESS), now
        self._narrow(1.0, at_once=True)
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

    def _narrow(self, opening: float, *, at_once: bool = False) -> None:
        # Requests sent together fail together: that is one trouble, not many.
        now = self.clock()
        if at_once or now - self._narrowed_at >= (self._latency or 0.0):
            self._open = self._doubling_below = max(1.0, opening)
            self._narrowed_at = now

    def _believed(self, meters: MeterReading | None, now: float) -> MeterReading | None:
        """What can be true of the meters; the server's limits are taken where they are tighter than the settings'.

        Its newest word counts: a limit that was stated by mistake is over with the next answer.
        """
        if meters is None:
            return None
        while self._served and now - self._served[0][0] > self.limits.window:
            self._served.popleft()
        had = replace(self._given, requests=len(self._served), tokens=sum(tokens for _, tokens in self._served))
        meters, doubted = credible(meters, self._given, had)
        for name, said in doubted.items():
            self.doubted(name, said)
        requests = min(self._given.requests, meters.limit_requests or self._given.requests)
        tokens = min(self._given.tokens, meters.limit_tokens or self._given.tokens)
        if (requests, tokens) != (self.limits.requests, self.limits.tokens):
            self.limits = replace(self.limits, requests=requests, tokens=tokens)
            if self.limits != self._given and self.limits not in self._told_limits:
                self._told_limits.add(self.limits)
                log.warning(say("hcx.tighter_limits", requests=requests, tokens=tokens))
        return meters

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


def _moved(mean: float | None, value: float) -> float:
    return value if mean is None else mean + _NEWEST * (value - mean)
