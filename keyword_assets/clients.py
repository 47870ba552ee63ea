"""A client of HCX for one run, which knows what earlier ones learned, shares the quota and keeps to the budget."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from keyword_assets import privacy
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.client import HcxClient, open_client
from keyword_assets.sql.classifying.store import SqlQuestionStore


@asynccontextmanager
async def client_for_run(
    settings: Settings, taxonomy: Taxonomy, store: SqlQuestionStore, run_id: str
) -> AsyncIterator[HcxClient]:
    """A client for one run, as the settings have it.

    Raises:
        InputError: there is no key, or no price for the model.
    """
    hcx = settings.hcx
    book = store.quota_book(hcx.base_url, hcx.model, hcx.require_api_key())
    budget = Budget(
        hcx.price,
        tokens=hcx.token_budget,
        krw_a_day=hcx.daily_budget_krw,
        today=lambda: settings.now().date(),
        spent_by_others=lambda day: store.spent_krw(day, not_by=run_id),
    )
    version = classifier_version(hcx.model, taxonomy)
    learned = await asyncio.to_thread(store.learned_sizes, version)
    mask = privacy.shown(settings.mask)
    async with open_client(hcx, taxonomy, book=book, budget=budget, learned=learned, mask=mask) as client:
        yield client
        sizes = client.learned
        if sizes is not None and sizes != learned:
            await asyncio.to_thread(store.keep_sizes, sizes, version)
