"""Faults of a server that may be over in a moment: what meets one is done again, for as long as there is hope."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import tenacity
from sqlalchemy.engine import URL

from keyword_assets.core.errors import DatabaseError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.faults import DatabaseFault

log = logging.getLogger(__name__)

# A server that restarts is back within seconds, and after a crash within a minute unless it has much to recover.
OUTAGE_SECONDS = 60.0
# Who loses a deadlock wins the next one, or the one after it. A lock wait time-out comes after 50 s by default.
BUSY_TRIES = 5
_LONGEST_PAUSE = 3.0


class MayPass(DatabaseError):
    """A fault that may be over in a moment. `hopeless`: waiting for it is not worth it, or not any more."""

    def __init__(self, fault: DatabaseFault, hopeless: bool, **params: object) -> None:
        super().__init__(fault.key, **params)
        self.fault = fault
        self.hopeless = hopeless


@dataclass
class _Outage:
    began: float
    last_seen: float


# Of the whole process, because all its threads and all its engines meet the same server: they wait for it together and
# give up together, and whoever cleans up after that does not wait for it once more.
_reached: set[URL] = set()
_written: set[URL] = set()
_not_waited_for: set[URL] = set()
# One that takes no writes answers those who read.
_outages: dict[tuple[URL, bool], _Outage] = {}
_at_once: ContextVar[bool] = ContextVar("at_once", default=False)
_leaving = threading.Event()


@contextmanager
def at_once() -> Iterator[None]:
    """Within, a fault is told at once, and nothing is done again: who looks every few seconds will look again."""
    token = _at_once.set(True)
    try:
        yield
    finally:
        _at_once.reset(token)


@contextmanager
def impatient() -> Iterator[Callable[[], None]]:
    """Gives what ends all waiting for servers in this process, until the block is left: somebody wants it to stop."""
    try:
        yield _leaving.set
    finally:
        _leaving.clear()


def reached(url: URL) -> None:
    """There is a server at this address."""
    _reached.add(url)


def not_waited_for(url: URL) -> None:
    """Whoever asks this server has another one to ask."""
    _not_waited_for.add(url)


def answered(url: URL, *, wrote: bool = False) -> None:
    """The server does its work: an outage is over. `wrote`: also that of a server which takes no writes."""
    _outages.pop((url, False), None)
    if wrote:
        _outages.pop((url, True), None)
        _written.add(url)


def is_hopeless(url: URL, fault: DatabaseFault) -> bool:
    """Whether waiting for this to pass is not worth it, or not any more."""
    if url in _not_waited_for or _never_was(url, fault):
        return True
    if fault is DatabaseFault.BUSY:
        return False
    now, kind = time.monotonic(), (url, fault is DatabaseFault.DEMOTED)
    outage = _outages.get(kind)
    if outage is None or now - outage.last_seen > OUTAGE_SECONDS:
        outage = _outages[kind] = _Outage(now, now)
    outage.last_seen = now
    return now - outage.began > OUTAGE_SECONDS


def _never_was(url: URL, fault: DatabaseFault) -> bool:
    """More often a wrong address than a server that is just restarting, or than a primary that is being replaced."""
    if fault is DatabaseFault.DEMOTED:
        return url not in _written
    return fault is DatabaseFault.LOST and url not in _reached


def _enough(state: tenacity.RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, MayPass)
    if _at_once.get() or _leaving.is_set():
        return True
    if error.fault is DatabaseFault.BUSY:
        return state.attempt_number >= BUSY_TRIES
    # The second limit is for a connection that only this transaction loses, every time.
    return error.hopeless or state.idle_for > OUTAGE_SECONDS


def _pause(state: tenacity.RetryCallState) -> float:
    """Doubling, with jitter of half up or down so that not all come back in the same instant."""
    return float(min(_LONGEST_PAUSE, 0.05 * 2.0**state.attempt_number) * random.uniform(0.5, 1.5))


def _rest(seconds: float) -> None:
    """Sleep, but for who is told to leave."""
    _leaving.wait(seconds)


def _tell(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, MayPass)
    log.warning(say("database.retry", reason=error.params["reason"], attempt=state.attempt_number))


repeated = tenacity.retry(
    retry=tenacity.retry_if_exception_type(MayPass),
    stop=_enough,
    wait=_pause,
    sleep=_rest,
    before_sleep=_tell,
    reraise=True,
)
"""Decorates a function that is one transaction, from `reading` or `writing`: it is done again as a whole, as often as
it meets a fault that may pass and within limits. A commit whose acknowledgement was lost may have happened, so the
function must come to the same when it is done twice."""
