"""How processes on one account take turns, on a clock that leaps: what is told rests on no machine and no load.

The governor and its book are the real ones, on SQLite in memory, a book for each process. The server is the simulator's
meters; it counts a request in the middle of its latency. `seconds` is how long two windows and a fifth of a third take:
they could be over when the third begins, and as soon as a fifth of it is sent.
"""

import asyncio
from typing import Any

from keyword_assets.core.quota.governor import Governor
from keyword_assets.core.quota.limits import Limits
from keyword_assets.core.quota.places import Turn, Wanted
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.quota.book import SqlQuotaBook, account_of, hash_of_key
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.fakes import run_leaping
from keyword_assets_tests.metered import Server, send_all

CASES = ((600, (1, 2, 4, 16)), (6_000, (1, 2, 4)))
WINDOW, WINDOWS = 60.0, 2.2
LATENCY_SECONDS, TOKENS = 0.3, 400


class CountedBook(SqlQuotaBook):
    """A book that counts its claims."""

    claims = 0

    def claim(self, wanted: Wanted) -> Turn:
        """As the book does."""
        self.claims += 1
        return super().claim(wanted)


def turns() -> dict[str, Any]:
    """Small and large quotas of requests, each by one process and by several."""
    return {
        "what": "governors and books on a leaping clock, against the simulator's meters",
        "latency": LATENCY_SECONDS,
        **{f"requests_{n}": {f"processes_{p}": taken(n, p) for p in several} for n, several in CASES},
    }


def taken(requests: int, processes: int) -> dict[str, Any]:
    """What so many processes make of a quota of so many requests a minute."""
    store = make_store("sqlite:///:memory:")
    try:
        return run_leaping(_take(store, Limits(requests, 10**9, WINDOW), processes))
    finally:
        store.engine.dispose()


async def _take(store: SqlQuestionStore, limits: Limits, processes: int) -> dict[str, Any]:
    clock, account = asyncio.get_running_loop().time, account_of("https://hcx", "HCX-007")
    server = Server(["rolling"], limits, LATENCY_SECONDS, lambda: 0.5)
    books = [
        CountedBook(store.engine, store.tables, account, hash_of_key("nv-1"), lambda _: clock())
        for _ in range(processes)
    ]
    governors = [Governor(book, limits, longest=60.0, clock=clock) for book in books]
    began, number = clock(), round(WINDOWS * limits.requests)
    await send_all(governors, server, number, lambda: TOKENS)
    return {
        "share": round(server.share_used(), 3),
        "seconds": round(clock() - began, 1),
        "refused": server.refusals,
        "claims_a_request": round(sum(book.claims for book in books) / number, 2),
    }
