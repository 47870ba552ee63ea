"""The client in front of a simulator: its configuration, and the book that its places are kept in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from keyword_assets.configuration.hcx import Hcx
from keyword_assets.configuration.prices import price_of
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.quota.limits import MAX_WAIT_SECONDS, Limits
from keyword_assets.hcx.client import HcxClient, open_client
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import KEY

T = TypeVar("T")
TAXONOMY = load_taxonomy()
PRICE = price_of("HCX-007")


def hcx_at(url: str, model: str = "HCX-007", **changes: Any) -> Hcx:
    """A quota that is never used up, unless a test is about that: `requests`, `tokens` and `window` are of `Limits`."""
    quota = {"requests": 1_000, "tokens": 10_000_000, "window": 0.05}
    quota |= {name: changes.pop(name) for name in quota if name in changes}
    values: dict[str, Any] = {
        "base_url": url,
        "model": model,
        "api_key": KEY,
        "limits": Limits(**quota),
        "timeout_seconds": 10.0,
        "max_retries": 3,
        "max_wait_seconds": MAX_WAIT_SECONDS,
    }
    return Hcx(**values | changes)


@asynccontextmanager
async def opened(hcx: Hcx, budget: Budget | None = None, learned: str | None = None) -> AsyncIterator[HcxClient]:
    """A client whose places are kept in the test's own database, beside those of its other clients."""
    store = make_store("sqlite:///quota.db")
    try:
        book = store.quota_book(hcx.base_url, hcx.model, hcx.require_api_key())
        async with open_client(hcx, TAXONOMY, book=book, budget=budget or Budget(PRICE), learned=learned) as client:
            yield client
    finally:
        store.engine.dispose()


def with_client(
    hcx: Hcx,
    use: Callable[[HcxClient], Awaitable[T]],
    budget: Budget | None = None,
    learned: str | None = None,
) -> T:
    """What comes of using a client."""

    async def run() -> T:
        async with opened(hcx, budget, learned) as client:
            return await use(client)

    return asyncio.run(run())
