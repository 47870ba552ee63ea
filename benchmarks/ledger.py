"""What the quota's ledger costs the process that keeps it: calls of its book, their statements and their time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from keyword_assets.sql.quota.book import SqlQuotaBook

# All that write; each is a transaction.
_CALLS = ("claim", "settle", "give_back", "close")


class Ledger:
    """Listens to all calls of the book in this process, whichever threads they come from."""

    def __init__(self) -> None:
        self._here = threading.local()
        # Statements, seconds and processor seconds of each call.
        self._calls: list[tuple[int, float, float]] = []

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """The call, listened to."""

        def listened(*arguments: Any) -> Any:
            self._here.statements = 0
            began, used = time.perf_counter(), time.thread_time()
            try:
                return call(*arguments)
            finally:
                took = time.perf_counter() - began, time.thread_time() - used
                self._calls.append((self._here.statements, *took))
                del self._here.statements

        return listened

    def statement(self, *_: Any) -> None:
        """A statement is said, by the book or by others."""
        if hasattr(self._here, "statements"):
            self._here.statements += 1

    def figures(self) -> dict[str, float]:
        """Of all calls together, and the longest but for one of a hundred. Commits are not among the statements."""
        statements, seconds, used = (sum(column) for column in zip(*self._calls, strict=True))
        longest = sorted(took for _, took, _ in self._calls)
        return {
            "calls": len(self._calls),
            "statements": statements,
            "wall_ms": seconds * 1000,
            "cpu_ms": used * 1000,
            "call_ms_p99": round(longest[len(longest) * 99 // 100] * 1000, 1),
        }


@contextmanager
def watched() -> Iterator[Ledger]:
    """While it lasts, the ledger of this process is listened to."""
    ledger = Ledger()
    sa.event.listen(sa.Engine, "before_cursor_execute", ledger.statement)
    try:
        with ExitStack() as stack:
            for name in _CALLS:
                stack.enter_context(patch.object(SqlQuotaBook, name, ledger.timed(getattr(SqlQuotaBook, name))))
            yield ledger
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", ledger.statement)
