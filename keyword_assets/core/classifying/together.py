"""Does together in one call of the database what would take many: what comes while one is under way goes into the next.

So a database that takes its time is not what limits how many requests can be on their way: the slower it is, the more
one call is for. What comes while there is none under way is done at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import accumulate, takewhile
from typing import Generic, TypeVar

# Texts or rows of one call: with more, what came meanwhile and other processes would wait for long.
MOST_TOGETHER = 50
# Where calls are as quick as this, so many are enough: more of them only show that more was sent than we, or the
# database, can deal with, and all of it waits the longer. Where each takes longer, it is for as many as may be.
SOON_TOGETHER, QUICK_SECONDS = 30, 0.1

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Makes one call at a time, in a thread beside the event loop, in the order of coming.

    Args:
        call: does it for all that it is given; blocks.
        size: how many texts or rows there are in what is given.
        began: told with each call for how many it is, and how many came beyond those that are enough for one, whether
            they are left for the next one or not.
    """

    def __init__(
        self,
        call: Callable[[Sequence[T]], R],
        size: Callable[[T], int],
        began: Callable[[int, int], None] = lambda these, beyond: None,
    ) -> None:
        self._call, self._size, self._began = call, size, began
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._calling: asyncio.Task[None] | None = None
        self._seconds = 0.0

    async def do(self, what: T) -> R:
        """Wait until it is done; what is returned is about all that went with it.

        Who is cancelled meanwhile has it done all the same: what is written is paid for.
        """
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, done))
        if self._calling is None:
            self._calling = asyncio.create_task(self._go_on())
        return await done

    async def close(self) -> None:
        """Wait until nothing is left to be done."""
        if self._calling is not None:
            await self._calling

    async def _go_on(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._waiting:
            came, enough = len(self._waiting), self._fitting(self._enough)
            group = [self._waiting.popleft() for _ in range(self._fitting(MOST_TOGETHER))]
            self._began(len(group), came - enough)
            began = clock()
            call = asyncio.to_thread(self._call, [what for what, _ in group])
            (outcome,) = await asyncio.gather(call, return_exceptions=True)
            self._seconds = clock() - began
            for _, done in group:
                if done.done():
                    # Who waited has been cancelled; the others hear what became of it.
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)
        self._calling = None

    @property
    def _enough(self) -> int:
        """Texts or rows that are enough for one call, by how long the last one took."""
        return SOON_TOGETHER if self._seconds < QUICK_SECONDS else MOST_TOGETHER

    def _fitting(self, most: int) -> int:
        """How many of those who wait have no more texts or rows than this together; the first whatever its size."""
        sizes = accumulate(self._size(what) for what, _ in self._waiting)
        return max(1, sum(1 for _ in takewhile(lambda size: size <= most, sizes)))
