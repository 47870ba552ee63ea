"""What is done to the containers while a backfill is at work, and how long each takes to be well again."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from keyword_assets_tests.deploy.commands import say, until
from keyword_assets_tests.deploy.stack import Stack
from keyword_assets_tests.deploy.visit import Visit

CUT_SECONDS = 60


class Faults:
    """One after the other; while the days of the run that is killed wait for another, a second one is cut off."""

    def __init__(self, stack: Stack, engineer: Visit) -> None:
        self._stack = stack
        self._engineer = engineer
        self._figures: dict[str, Any] = {}
        self._cut_off = ""

    def all(self) -> dict[str, Any]:
        """Fault → seconds. The run that was cut off may still be at work."""
        self._run_and_network()
        faults: dict[str, Callable[[], dict[str, float]]] = {
            # The run that has just begun anew has something to write.
            "the database is killed": self._database,
            "the daemon is killed": self._daemon,
            "the code server is killed": self._code,
        }
        for name, harm in faults.items():
            self._tell(name, harm())
        return self._figures

    def went_on(self, engineer: Visit) -> bool:
        """Whether the run that was cut off went on to its end, once it is over; else its days are another's."""
        until("the run that was cut off to end", lambda: engineer.statuses()[self._cut_off] in ("SUCCESS", "FAILURE"))
        return engineer.statuses()[self._cut_off] == "SUCCESS"

    def _tell(self, fault: str, seconds: dict[str, float]) -> None:
        self._figures[fault] = seconds
        say(f"{fault}: {seconds}")

    def _run_and_network(self) -> None:
        """The days of a run that dies are taken up by another that the sensor asks for.

        Both are still early in their days here, so that there is something to go on with.
        """
        before = self._stack.runs()
        (killed, killed_id), (cut, self._cut_off) = list(before.items())[:2]
        self._stack.kill(killed)
        begun = time.monotonic()
        until("the run to be failed", lambda: self._engineer.statuses()[killed_id] == "FAILURE")
        noticed = time.monotonic() - begun
        with ThreadPoolExecutor(1) as pool:
            off = pool.submit(self._cut, cut)
            until("another run in its place", lambda: set(self._stack.runs().values()) - set(before.values()))
            again = time.monotonic() - begun
            self._tell("a run is killed", {"noticed": round(noticed, 1), "its days at work again": round(again, 1)})
            self._tell("a run is cut off the network for a minute", off.result())

    def _cut(self, container: str) -> dict[str, float]:
        """The others wait for its locks at most."""
        growth = Growth(self._stack)
        self._stack.cut(container)
        begun = time.monotonic()
        while time.monotonic() < begun + CUT_SECONDS:
            growth.look()
            time.sleep(1)
        if container in self._stack.runs():
            self._stack.mend(container)
        until("rows written after it", growth.look)
        return {"nothing was written for": round(growth.longest, 1)}

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


class Growth:
    """Whether keywords are being written, and the longest time in which none was.

    A part of it is the quota's: what a minute may have is used up within its first seconds.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._rows, self._grown = stack.rows(), time.monotonic()
        self.longest = 0.0

    def look(self) -> bool:
        """Count them, as often as the longest time is to be exact; whether there are more."""
        rows, now = self._stack.rows(), time.monotonic()
        self.longest = max(self.longest, now - self._grown)
        has_grown = rows > self._rows
        if has_grown:
            self._rows, self._grown = rows, now
        return has_grown
