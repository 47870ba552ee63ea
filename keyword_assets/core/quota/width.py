"""How many requests may be in flight: by how long they take, by what they met with, and by what we take of a quota."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from keyword_assets.core.quota.limits import Limits

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


@dataclass
class Width:
    """How many requests in flight use the quota to the full, and no more than that.

    Args:
        warm: whether requests are sized by experience; else one goes ahead and the others wait for what it teaches.
        clock: seconds that only go forward.
    """

    warm: bool = True
    clock: Callable[[], float] = time.monotonic

    _latency: float | None = field(default=None, init=False)
    _charge: float | None = field(default=None, init=False)
    _share: float = field(default=1.0, init=False)
    _share_moved_at: float = field(default=0.0, init=False)
    _doubling_below: float = field(default=float(MOST_AT_ONCE), init=False)
    _narrowed_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        # How many may be in flight by what we have been through: doubling until the first trouble, then one by one.
        self._open = float(_FIRST_AT_ONCE if self.warm else 1)

    # -- telling ------------------------------------------------------------------------------------------------------

    def at_once(self, limits: Limits) -> int:
        """How many requests in flight use the limits to the full at the present latency."""
        useful, a_second = float(MOST_AT_ONCE), self._a_second(limits)
        if self._latency is not None and a_second is not None:
            steady = _HEADROOM * a_second * self._latency
            # Whoever gives many a second can take a burst of them, of a small part of what a window gives: where others
            # use the account, all that is in flight may be refused at once.
            burst = min(steady * (2 * a_second - 1), _BURST * a_second * limits.window)
            useful = 2 + max(steady, burst)
        return max(1, int(min(useful, self._open, MOST_AT_ONCE)))

    def _a_second(self, limits: Limits) -> float | None:
        """How many requests the quota gives a second; None until the first answer tells."""
        if self._charge is None:
            return None
        ours = self.ours(limits)
        return min(ours.requests, ours.tokens / self._charge) / ours.window

    def ours(self, limits: Limits) -> Limits:
        """What we take of the limits: less than all for a while after a refusal."""
        if self._share < 1:
            windows = (self.clock() - self._share_moved_at) / limits.window
            self._share = min(1.0, self._share + _BACK * int(windows))
            self._share_moved_at += int(windows) * limits.window
        return replace(
            limits,
            requests=max(1, int(limits.requests * self._share)),
            tokens=max(1, int(limits.tokens * self._share)),
        )

    # -- hearing ------------------------------------------------------------------------------------------------------

    def settled(self, seconds: float, tokens: int) -> None:
        """A request took so long, and was charged so much."""
        self._latency = _moved(self._latency, seconds)
        self._charge = _moved(self._charge, float(tokens))

    def served(self, limits: Limits) -> None:
        """An answer without complaint: open a little more."""
        more = min(_MOST_OPENED, max(1.0, self._a_second(limits) or 1.0))
        self._open += more if self._open < self._doubling_below else 1 / self._open
        self._open = min(self._open, MOST_AT_ONCE)

    def overloaded(self, in_flight: int) -> None:
        """The server has too much to do, whatever our quota: take back some of what is in flight."""
        # Requests sent together fail together: that is one trouble, not many.
        if self.clock() - self._narrowed_at >= (self._latency or 0.0):
            self._narrow(min(self._open, in_flight + 1.0) * 0.7)

    def refused(self, window: float) -> None:
        """The quota is used up: take less of it than we think is there, and begin with one request."""
        now = self.clock()
        if self._share == 1.0 or now - self._share_moved_at >= window:
            self._share, self._share_moved_at = max(_LEAST_SHARE, self._share * _LESS), now
        self._narrow(1.0)

    def _narrow(self, opening: float) -> None:
        self._open = self._doubling_below = max(1.0, opening)
        self._narrowed_at = self.clock()


def _moved(mean: float | None, value: float) -> float:
    return value if mean is None else mean + _NEWEST * (value - mean)
