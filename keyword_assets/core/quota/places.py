"""The places of an account's quota, as a book keeps them that all processes share."""

from dataclasses import dataclass
from typing import Protocol

from keyword_assets.core.quota.limits import Limits, MeterReading


@dataclass(eq=False)
class Place:
    """An admitted request's place in the book, with the tokens reserved for it."""

    id: int
    tokens: int
    sent_at: float


@dataclass(frozen=True)
class Settled:
    """A request has come to its end: since `ago` seconds its place has only a window to stay.

    `tokens` is what it was really charged. `meters` is what the server said `ago` seconds ago about itself, to a
    request that was sent `sent_ago` seconds ago.
    """

    place: int
    tokens: int
    ago: float
    sent_ago: float
    meters: MeterReading | None = None
    served: bool = True
    """Whether an answer came: who is served is not shut out."""


@dataclass(frozen=True)
class Closing:
    """The server shut our key out: for so many seconds more, and why."""

    seconds: float
    reason: str


@dataclass(frozen=True)
class Wanted:
    """A request that wants a place: `ticket` is its place in the queue, None when it comes for the first time."""

    ticket: int | None
    tokens: int
    limits: Limits
    longest: float
    """Seconds after which a place whose request never reported back is given up, without the window."""
    settled: tuple[Settled, ...] = ()
    behind: tuple[int, ...] = ()
    """The tokens of those that wait behind it in the same process, and may go with it."""


@dataclass(frozen=True)
class Turn:
    """The book's word: `wait` 0 means that `place` is taken; else it is a ticket in the queue, and a time to wait."""

    place: int
    wait: float
    closing: Closing | None = None
    """Why there is a wait, where the server asked for it."""
    behind: tuple[int, ...] = ()
    """The places of the first of those behind, as many as there was room for."""

    @property
    def places(self) -> tuple[int, ...]:
        """All that it says."""
        return self.place, *self.behind


class QuotaBook(Protocol):
    """The places of all processes on one account. Calls block; each is one transaction."""

    def claim(self, wanted: Wanted) -> Turn:
        """Note what has settled, then take a place if there is room and nobody waits before us."""

    def settle(self, settled: tuple[Settled, ...], limits: Limits) -> None:
        """Note what has settled."""

    def give_back(self, place: int) -> None:
        """Leave the queue, or give up a place whose request was not sent."""

    def close(self, seconds: float, reason: str) -> None:
        """The server shut our key out for so long: let none of its requests in before, and then one, to see."""
