"""The quota: requests and tokens per window, counted per key and model, decided when a request arrives.

A request is charged its input and its whole output cap, and nothing is given back when the answer turns out shorter.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from keyword_assets.hcx.simulator.settings import SimulatorSettings, WindowKind

Clock = Callable[[], float]


class Meter(Protocol):
    """One quota of one account."""

    limit: int

    def used(self, now: float) -> float:
        """What counts against the limit now."""

    def charge(self, amount: int, now: float) -> None:
        """Count this much from now on."""

    def wait(self, amount: int, now: float) -> float:
        """Seconds until this much fits, or until all is free if it never will."""


class RollingMeter:
    """Counts what was charged within the last window."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._charges: deque[tuple[float, int]] = deque()
        self._sum = 0

    def used(self, now: float) -> float:
        """What was charged less than a window ago."""
        while self._charges and self._charges[0][0] + self._seconds <= now:
            self._sum -= self._charges.popleft()[1]
        return self._sum

    def charge(self, amount: int, now: float) -> None:
        """Count this much for the length of a window."""
        self._charges.append((now, amount))
        self._sum += amount

    def wait(self, amount: int, now: float) -> float:
        """Seconds until enough of the oldest charges have left the window."""
        excess = self.used(now) + amount - self.limit
        until = now
        for charged_at, charged in self._charges:
            if excess <= 0:
                break
            excess -= charged
            until = charged_at + self._seconds
        return until - now


class FixedMeter:
    """Counts what was charged since the window began; windows follow the clock."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._window = -1
        self._sum = 0

    def used(self, now: float) -> float:
        """What was charged in the present window."""
        window = math.floor(now / self._seconds)
        if window != self._window:
            self._window, self._sum = window, 0
        return self._sum

    def charge(self, amount: int, now: float) -> None:
        """Count this much until the window ends."""
        self.used(now)
        self._sum += amount

    def wait(self, amount: int, now: float) -> float:
        """Seconds until the window ends, or none if it fits."""
        if self.used(now) + amount <= self.limit:
            return 0.0
        return (self._window + 1) * self._seconds - now


class BucketMeter:
    """A bucket as large as the limit that refills evenly, once over in a window."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._rate = limit / seconds
        self._drawn = 0.0
        self._at = 0.0

    def used(self, now: float) -> float:
        """What is missing from a full bucket."""
        self._drawn = max(0.0, self._drawn - (now - self._at) * self._rate)
        self._at = now
        return self._drawn

    def charge(self, amount: int, now: float) -> None:
        """Take this much out of the bucket."""
        self._drawn = self.used(now) + amount

    def wait(self, amount: int, now: float) -> float:
        """Seconds until this much has flowed in."""
        excess = self.used(now) + min(amount, self.limit) - self.limit
        return max(0.0, excess) / self._rate if self._rate else math.inf


_KINDS: dict[WindowKind, Callable[[int, float], Meter]] = {
    "rolling": RollingMeter,
    "fixed": FixedMeter,
    "token-bucket": BucketMeter,
}


@dataclass(frozen=True)
class Admission:
    """Whether a request may go on, and the headers that tell its sender how much quota is left."""

    allowed: bool
    charged: int
    headers: dict[str, str]


class Meters:
    """The meters of every account and model."""

    def __init__(self, settings: SimulatorSettings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._meters: dict[tuple[str, str], dict[str, Meter]] = {}

    def admit(self, account: str, model: str, tokens: int) -> Admission:
        """Charge a request to its account if both quotas have room for it, and to neither otherwise."""
        charges = {"requests": 1, "tokens": tokens}
        with self._lock:
            now = self._clock()
            meters = self._meters.setdefault((account, model), self._new())
            allowed = all(meter.used(now) + charges[name] <= meter.limit for name, meter in meters.items())
            for name, meter in meters.items():
                if allowed or (self._settings.count_refused and name == "requests"):
                    meter.charge(charges[name], now)
            return Admission(allowed, tokens if allowed else 0, self._headers(meters, charges, allowed, now))

    def reset(self) -> None:
        """Forget every charge."""
        with self._lock:
            self._meters.clear()

    def _new(self) -> dict[str, Meter]:
        limits = {"requests": self._settings.qpm, "tokens": self._settings.tpm}
        kind = _KINDS[self._settings.window]
        return {name: kind(limit, self._settings.window_seconds) for name, limit in limits.items() if limit is not None}

    def _headers(self, meters: dict[str, Meter], charges: dict[str, int], allowed: bool, now: float) -> dict[str, str]:
        """A refused request is told when it would fit; a served one, when all that is used will be free again."""
        headers: dict[str, str] = {}
        longest = 0
        for name, meter in meters.items():
            seconds = math.ceil(meter.wait(meter.limit if allowed else charges[name], now))
            longest = max(longest, seconds)
            if self._settings.negative_reset and not allowed:
                seconds = -2
            headers[f"x-ratelimit-limit-{name}"] = str(meter.limit)
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, math.floor(meter.limit - meter.used(now))))
            headers[f"x-ratelimit-reset-{name}"] = f"{seconds}s"
        if self._settings.retry_after and not allowed:
            headers["retry-after"] = str(longest)
        return headers
