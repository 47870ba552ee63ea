"""Does together in one call of the database what would take many: what comes while one is under way goes into the next.

So a database that takes its time is not what limits how many requests can be on their way: the slower it is, the more
one call is for. What comes while there is none under way is done at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

# Texts or rows of one call: with more, what came meanwhile and other processes would wait for long.
MOST_TOGETHER = 50

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Makes one call at a time, in a thread beside the event loop, in the order of coming.

    Args:
        call: does it for all that it is given; blocks.
        size: how many texts or rows there are in what is given.
        began: told with each call for how many it is, and how many are left for the next one.
    """

    def __init__(
        self,
        call: Callable[[Sequence[T]], R],
        size: Callable[[T], int],
        began: Callable[[int, int], None] = lambda these, left: None,
    ) -> None:
        self._call, self._size, self._began = call, size, began
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._calling: asyncio.Task[None] | None = None

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
        while self._waiting:
            group = self._next_group()
            self._began(len(group), len(self._waiting))
            call = asyncio.to_thread(self._call, [what for what, _ in group])
            (outcome,) = await asyncio.gather(call, return_exceptions=True)
            for _, done in group:
                if done.done():
                    # Who waited has been cancelled; the others hear what became of it.
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)
        self._calling = None

    def _next_group(self) -> list[tuple[T, asyncio.Future[R]]]:
        """As many as may go together; the first whatever its size."""
        group = [self._waiting.popleft()]
        size = self._size(group[0][0])
        while self._waiting and (size := size + self._size(self._waiting[0][0])) <= MOST_TOGETHER:
            group.append(self._waiting.popleft())
        return group
