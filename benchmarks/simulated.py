"""The simulator in a process of its own, and what it says it was asked."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from keyword_assets.hcx.simulator.faults import Fault
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets.hcx.simulator.settings import SimulatorSettings
from keyword_assets.hcx.simulator.stats import key_hash

# More than any benchmark sends: every request's record is kept.
EVERY_REQUEST = 100_000


@dataclass(frozen=True)
class Simulator:
    """A running simulator. Every key is an account with a quota of its own."""

    url: str
    pid: int = 0

    def records(self, key: str) -> list[dict[str, Any]]:
        """The requests of one account, in the order of arrival."""
        found = [r for r in self._stats()["records"] if r["key_hash"] == key_hash(key)]
        return sorted(found, key=lambda record: record["at"])

    def struck(self) -> dict[str, int]:
        """How many requests each fault has struck."""
        struck: dict[str, int] = self._stats()["faults"]["struck"]
        return struck

    def reset(self, faults: Sequence[Fault] = ()) -> None:
        """Forget everything, then put these faults into force."""
        httpx.post(f"{self.url}/_simulator/reset").raise_for_status()
        given = [{name: value for name, value in asdict(fault).items() if value is not None} for fault in faults]
        httpx.post(f"{self.url}/_simulator/faults", json=given).raise_for_status()

    def _stats(self) -> dict[str, Any]:
        answer = httpx.get(f"{self.url}/_simulator/stats", timeout=60)
        answer.raise_for_status()
        stats: dict[str, Any] = answer.json()
        return stats


@contextmanager
def simulator(**switches: Any) -> Iterator[Simulator]:
    """A simulator with these switches for as long as the `with` block lasts."""
    context = multiprocessing.get_context("spawn")
    urls, stop = context.SimpleQueue(), context.Event()
    settings = SimulatorSettings(keep_requests=EVERY_REQUEST, **switches)
    process = context.Process(target=_serve, args=(settings, urls, stop))
    process.start()
    try:
        yield Simulator(urls.get(), process.pid or 0)
    finally:
        stop.set()
        process.join()


def _serve(settings: SimulatorSettings, urls: Any, stop: Any) -> None:
    with SimulatorServer(settings) as server:
        server.warm_up()
        urls.put(server.url)
        stop.wait()
