"""What replies brought, written together: what comes while the last of it is being written goes in one transaction.

So a database that takes its time over a transaction is not what limits how many replies can be taken: the slower it is,
the more of them one transaction holds. A reply that comes while nothing is being written is written at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from keyword_assets.core.models.questions import Answer, Question
from keyword_assets.core.models.usage import Spending
from keyword_assets.core.ports.store import Saved

# Of a transaction: the rows of more would keep what came meanwhile, and other processes, waiting for long.
MOST_TOGETHER = 250


@dataclass(frozen=True)
class Unsaved:
    """Rows to be written, what was learned with them, and what they cost."""

    rows: Sequence[tuple[Question, Answer]]
    learned: Mapping[bytes, Answer] = field(default_factory=dict)
    spent: Sequence[Spending] = ()


def merged(parts: Sequence[Unsaved]) -> Unsaved:
    """All of these as one."""
    return Unsaved(
        [row for part in parts for row in part.rows],
        {key: answer for part in parts for key, answer in part.learned.items()},
        [spending for part in parts for spending in part.spent],
    )


class Together:
    """Writes in a thread beside the event loop, one transaction at a time, in the order of coming.

    Args:
        write: writes all that it is given in one transaction; blocks.
    """

    def __init__(self, write: Callable[[Unsaved], Saved]) -> None:
        self._write = write
        self._waiting: deque[tuple[Unsaved, asyncio.Future[Saved]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def save(self, unsaved: Unsaved) -> Saved:
        """Wait until it is written; what is said of refused and skipped questions is about all that went with it.

        Who is cancelled meanwhile has it written all the same: it is paid for.
        """
        written: asyncio.Future[Saved] = asyncio.get_running_loop().create_future()
        self._waiting.append((unsaved, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_on())
        return await written

    async def close(self) -> None:
        """Wait until nothing is left to be written."""
        if self._writing is not None:
            await self._writing

    async def _write_on(self) -> None:
        while self._waiting:
            group = self._next_group()
            writing = asyncio.to_thread(self._write, merged([unsaved for unsaved, _ in group]))
            (outcome,) = await asyncio.gather(writing, return_exceptions=True)
            for _, written in group:
                if written.done():
                    # Who waited has been cancelled; the others hear what became of it.
                    continue
                if isinstance(outcome, BaseException):
                    written.set_exception(outcome)
                else:
                    written.set_result(outcome)
        self._writing = None

    def _next_group(self) -> list[tuple[Unsaved, asyncio.Future[Saved]]]:
        """As many as may go together; the first whatever its size."""
        group = [self._waiting.popleft()]
        rows = len(group[0][0].rows)
        while self._waiting and (rows := rows + len(self._waiting[0][0].rows)) <= MOST_TOGETHER:
            group.append(self._waiting.popleft())
        return group
