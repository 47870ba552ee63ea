"""Rows follow in the background: once for many verdicts, and again where it went wrong."""

import threading
from collections.abc import Callable

from keyword_assets.core.errors import InputError
from keyword_assets.quality.finishing import Finishing

PATIENCE = 60


class Rows:
    """What `finish` is to do; it waits to be let go on."""

    def __init__(self, *faults: Exception | None) -> None:
        self.calls = 0
        self._faults = iter(faults)
        self.begun, self.may_go_on = threading.Semaphore(0), threading.Semaphore(0)

    def finish(self) -> None:
        """Once more."""
        self.calls += 1
        self.begun.release()
        assert self.may_go_on.acquire(timeout=PATIENCE)
        fault = next(self._faults, None)
        if fault is not None:
            raise fault


def until(condition: Callable[[], bool]) -> None:
    event = threading.Event()
    for _ in range(PATIENCE * 1_000):
        if condition():
            return
        event.wait(0.001)
    raise AssertionError


def test_verdicts_of_the_time_of_a_pass_share_the_next_one() -> None:
    """Ten corrections are no ten passes over all rows."""
    rows = Rows()
    with Finishing(rows.finish, pause=0) as finishing:
        finishing.wake()
        assert rows.begun.acquire(timeout=PATIENCE)
        for _ in range(10):
            finishing.wake()
        rows.may_go_on.release(3)
        assert rows.begun.acquire(timeout=PATIENCE)
        until(lambda: rows.calls == 2)

    # The last one is for what may have been said while it was left.
    assert rows.calls in (2, 3)


def test_what_went_wrong_is_told_until_it_goes_right() -> None:
    """Whatever it was: the thread goes on."""
    rows = Rows(InputError("review.nothing"), ZeroDivisionError())
    rows.may_go_on.release(4)
    with Finishing(rows.finish, pause=0) as finishing:
        finishing.wake()
        until(lambda: "검토할 것이 없습니다" in (finishing.trouble or ""))
        finishing.wake()
        until(lambda: finishing.trouble == "ZeroDivisionError")
        finishing.wake()
        until(lambda: finishing.trouble is None)
