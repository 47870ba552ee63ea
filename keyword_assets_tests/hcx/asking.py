"""The client in front of a simulator: its configuration, and the book that its places are kept in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.taxonomy_file import load_taxonomy
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.hcx.client import HcxClient, HcxConfig, open_client
from keyword_assets.hcx.prices import price_of
from keyword_assets.hcx.simulator.server import SimulatorServer
from keyword_assets_tests.builders import make_store
from keyword_assets_tests.world import KEY

T = TypeVar("T")
TAXONOMY = load_taxonomy()
PRICE = price_of("HCX-007")


def config_for(server: SimulatorServer, model: str = "HCX-007", **changes: Any) -> HcxConfig:
    """A quota that is never used up, unless a test is about that."""
    facts = MODELS[model]
    values: dict[str, Any] = {
        "api_key": KEY,
        "base_url": server.url,
        "model": model,
        "requests_per_window": 1_000,
        "tokens_per_window": 10_000_000,
        "window_seconds": 0.05,
        "timeout_seconds": 10.0,
        "max_retries": 3,
        "batch_size": None,
        "context_tokens": facts.context_tokens,
        "output_tokens": facts.output_tokens,
    }
    return HcxConfig(**values | changes)


@asynccontextmanager
async def opened(
    config: HcxConfig, budget: Budget | None = None, learned: str | None = None
) -> AsyncIterator[HcxClient]:
    """A client whose places are kept in the test's own database, beside those of its other clients."""
    store = make_store("sqlite:///quota.db")
    try:
        book = store.quota_book(config.base_url, config.model, config.api_key)
        async with open_client(config, TAXONOMY, book=book, budget=budget or Budget(PRICE), learned=learned) as client:
            yield client
    finally:
        store.engine.dispose()


def with_client(
    config: HcxConfig,
    use: Callable[[HcxClient], Awaitable[T]],
    budget: Budget | None = None,
    learned: str | None = None,
) -> T:
    """What comes of using a client."""

    async def run() -> T:
        async with opened(config, budget, learned) as client:
            return await use(client)

    return asyncio.run(run())
