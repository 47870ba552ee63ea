"""A server that counts, and clients that obey governors, on a loop whose clock leaps."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import get_args

from keyword_assets.core.quota.governor import Governor
from keyword_assets.core.quota.limits import Limits, MeterReading
from keyword_assets.hcx.simulator.meters import Admission
from keyword_assets.hcx.simulator.meters import Meters as ServerMeters
from keyword_assets.hcx.simulator.settings import SimulatorSettings, WindowKind

RULES: tuple[WindowKind, ...] = get_args(WindowKind)


@dataclass
class Server:
    """The simulator's own meters, on the running loop's clock; counts a request after a share of its latency.

    By each of its rules by itself: what one of them refuses is refused. What it says of its meters is by each in turn.
    """

    rules: Sequence[WindowKind]
    quota: Limits
    latency: float
    counts_at: Callable[[], float]
    refusals: int = 0
    served: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = asyncio.get_running_loop().time
        self._meters = [ServerMeters(self._settings(rule), clock) for rule in self.rules]

    def _settings(self, rule: WindowKind) -> SimulatorSettings:
        return SimulatorSettings(
            qpm=self.quota.requests,
            tpm=self.quota.tokens,
            window=rule,
            window_seconds=self.quota.window,
            count_refused=True,
        )

    def count(self, tokens: int) -> list[Admission]:
        """A request arrives; what each of the rules makes of it."""
        return [meters.admit("account", "HCX-007", tokens) for meters in self._meters]

    def share_used(self) -> float:
        """How long a window is, of how long it took on the average to be served a window's worth."""
        self.served.sort()
        scarcer = max(
            [1 / self.quota.requests for _ in self.served],
            [tokens / self.quota.tokens for _, tokens in self.served],
            key=sum,
        )
        passed = list(accumulate(scarcer))
        took = [
            self.served[later][0] - at
            for (at, _), before in zip(self.served, passed, strict=True)
            if (later := bisect_left(passed, before + 1 - 1e-9)) < len(passed)
        ]
        return self.quota.window * len(took) / sum(took)

    async def serve(self, governor: Governor, reserved: int, charged: int) -> None:
        """A request of a client that obeys the governor."""
        place = await governor.admit(lambda: reserved)
        share = self.counts_at()
        await asyncio.sleep(self.latency * share)
        admissions = self.count(charged)
        await asyncio.sleep(self.latency * (1 - share))
        self.refusals += not all(admission.allowed for admission in admissions)
        admission = admissions[len(self.served) % len(admissions)]
        self.served.append((asyncio.get_running_loop().time(), admission.charged))
        said = {name.removeprefix("x-ratelimit-"): value for name, value in admission.headers.items()}
        meters = MeterReading(
            *(int(said[f"{what}-{of}"]) for of in ("requests", "tokens") for what in ("limit", "remaining"))
        )
        governor.settled(place, charged, meters)
        governor.served()


async def send_all(governors: list[Governor], server: Server, number: int, tokens: Callable[[], int]) -> None:
    """Send so many requests, never more of them open than are worth asking."""
    left = number

    async def process(governor: Governor) -> None:
        nonlocal left
        flying: set[asyncio.Task[None]] = set()
        while left > 0:
            left -= 1
            charged = tokens()
            flying.add(asyncio.create_task(server.serve(governor, round(charged * 1.02), charged)))
            while len(flying) >= governor.worth_asking:
                done, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        await asyncio.gather(*flying)

    async with asyncio.TaskGroup() as group:
        for governor in governors:
            group.create_task(process(governor))
