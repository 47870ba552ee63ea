"""What is done to the containers while a backfill is at work, and how long each takes to be well again."""

import sys
import time
from collections.abc import Callable
from typing import Any

from keyword_assets_tests.deploy.stack import Stack, until
from keyword_assets_tests.deploy.visit import Visit

CUT_SECONDS = 60


class Faults:
    """Each in turn; the next begins when things are well again."""

    def __init__(self, stack: Stack, engineer: Visit) -> None:
        self._stack = stack
        self._engineer = engineer

    def all(self) -> dict[str, Any]:
        """Fault → seconds."""
        faults: dict[str, Callable[[], dict[str, float]]] = {
            "a run is killed": self._run,
            "the daemon is killed": self._daemon,
            "the code server is killed": self._code,
            "the database is killed": self._database,
            "a run is cut off the network for a minute": self._network,
        }
        found = {}
        for name, harm in faults.items():
            found[name] = harm()
            print(f"{name}: {found[name]}", file=sys.stderr, flush=True)
        return found

    def _run(self) -> dict[str, float]:
        """Its days are taken up by a run that the sensor asks for."""
        before = self._stack.runs()
        container, run_id = next(iter(before.items()))
        self._stack.kill(container)
        begun = time.monotonic()
        until("the run to be failed", lambda: self._engineer.statuses()[run_id] == "FAILURE")
        noticed = time.monotonic() - begun
        until("another run in its place", lambda: set(self._stack.runs().values()) - set(before.values()))
        return {"noticed": round(noticed, 1), "its days at work again": round(time.monotonic() - begun, 1)}

    def _daemon(self) -> dict[str, float]:
        killed = time.time()
        self._stack.kill("daemon")
        return {"all its parts well again": until("the daemon", lambda: self._engineer.daemons_are_well_since(killed))}

    def _code(self) -> dict[str, float]:
        self._stack.kill("code")
        return {"it answers the UI again": until("the code server", self._engineer.reload)}

    def _database(self) -> dict[str, float]:
        before = self._stack.rows()
        self._stack.kill("database")
        begun = time.monotonic()
        until("the database", self._stack.rows)
        answers = time.monotonic() - begun
        until("rows written again", lambda: self._stack.rows() > before)
        return {"it answers again": round(answers, 1), "runs write again": round(time.monotonic() - begun, 1)}

    def _network(self) -> dict[str, float]:
        """It goes on, or is given up and its days are taken up by another; the others wait for its locks at most."""
        container, run_id = next(iter(self._stack.runs().items()))
        growth = Growth(self._stack)
        self._stack.cut(container)
        begun = time.monotonic()
        while time.monotonic() < begun + CUT_SECONDS:
            growth.look()
            time.sleep(1)
        if container in self._stack.runs():
            self._stack.mend(container)
        status = "nothing"

        def over() -> bool:
            nonlocal status
            growth.look()
            status = self._engineer.statuses()[run_id]
            return status in ("SUCCESS", "FAILURE")

        until("the run to end", over, 400)
        return {
            "nothing was written for": round(growth.longest, 1),
            "ended after": round(time.monotonic() - begun, 1),
            "well": float(status == "SUCCESS"),
        }


class Growth:
    """Whether keywords are being written, and the longest time in which none was.

    A part of it is the quota's: what a minute may have is used up within its first seconds.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._rows, self._grown = stack.rows(), time.monotonic()
        self.longest = 0.0

    def look(self) -> None:
        """Count them; as often as the longest time is to be exact."""
        rows, now = self._stack.rows(), time.monotonic()
        self.longest = max(self.longest, now - self._grown)
        if rows > self._rows:
            self._rows, self._grown = rows, now
