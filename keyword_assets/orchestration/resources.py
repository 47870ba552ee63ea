"""Configuration in, plain client or store out, closed after use.

No secret is ever a field: Dagster shows resource configuration in the UI. The key and the database's address are read
from the settings at the moment of opening.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from typing import Self

import dagster as dg

from keyword_assets import privacy
from keyword_assets.core.budget import Budget
from keyword_assets.core.errors import InputError, KeywordAssetsError
from keyword_assets.core.prompts import classifier_version
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.client import HcxClient, HcxConfig, open_client
from keyword_assets.hcx.prices import price_of
from keyword_assets.settings import MODELS, Settings
from keyword_assets.sql.opening import open_store
from keyword_assets.sql.store import SqlQuestionStore

log = logging.getLogger(__name__)


class HcxResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """HyperCLOVA X on CLOVA Studio; the fields are the `HCX_` settings of the same names."""

    model: str
    base_url: str
    qpm: int
    tpm: int
    quota_window_seconds: float
    timeout_seconds: float
    max_retries: int
    batch_size: int | None = None
    token_budget: int | None = None
    daily_budget_krw: float | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> "HcxResource":
        """The resource that the settings describe."""
        return cls(
            model=settings.hcx_model,
            base_url=settings.hcx_base_url,
            qpm=settings.hcx_qpm,
            tpm=settings.hcx_tpm,
            quota_window_seconds=settings.hcx_quota_window_seconds,
            timeout_seconds=settings.hcx_timeout_seconds,
            max_retries=settings.hcx_max_retries,
            batch_size=settings.hcx_batch_size,
            token_budget=settings.hcx_token_budget,
            daily_budget_krw=settings.hcx_daily_budget_krw,
        )

    @asynccontextmanager
    async def open(self, taxonomy: Taxonomy, store: SqlQuestionStore, run_id: str) -> AsyncIterator[HcxClient]:
        """A client for one run, which knows what earlier runs learned and shares the quota with those beside it.

        Raises:
            InputError: there is no key, no such model, or no price for it.
        """
        if self.model not in MODELS:
            raise InputError("settings.model", value=self.model, models=", ".join(MODELS))
        facts, settings = MODELS[self.model], Settings.from_env()
        config = HcxConfig(
            api_key=settings.require_api_key(),
            base_url=self.base_url,
            model=self.model,
            requests_per_window=self.qpm,
            tokens_per_window=self.tpm,
            window_seconds=self.quota_window_seconds,
            timeout_seconds=self.timeout_seconds,
            max_retries=self.max_retries,
            batch_size=self.batch_size,
            context_tokens=facts.context_tokens,
            output_tokens=facts.output_tokens,
            max_wait_seconds=settings.hcx_max_wait_seconds,
            mask=privacy.shown(settings.mask),
        )
        budget = Budget(
            price_of(self.model, settings.hcx_prices),
            tokens=self.token_budget,
            krw_a_day=self.daily_budget_krw,
            today=lambda: settings.now().date(),
            spent_by_others=lambda day: store.spent_krw(day, not_by=run_id),
        )
        book = store.quota_book(self.base_url, self.model, config.api_key)
        version = classifier_version(self.model, taxonomy)
        learned = await asyncio.to_thread(store.learned_sizes, version)
        async with open_client(config, taxonomy, book=book, budget=budget, learned=learned) as client:
            yield client
            sizes = client.learned
            if sizes is not None and sizes != learned:
                await asyncio.to_thread(store.keep_sizes, sizes, version)


class DatabaseResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The database of `KEYWORDS_DATABASE_URL`, which is told of each run for as long as its process lives."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Self]:
        """The resource; in a run, which may first wait for its turn, with an entry that says that its process lives."""
        with ExitStack() as entry:
            # A sensor's tick has none.
            if context.run is not None:
                try:
                    entry.enter_context(entry.enter_context(self.open()).carrying(context.run.run_id))
                except KeywordAssetsError as error:
                    # The step will meet the same, and end the run with it.
                    log.info("%s", error)
            yield self

    def open(self) -> AbstractContextManager[SqlQuestionStore]:
        """A store for one run; see `open_store`."""
        return open_store(Settings.from_env())
