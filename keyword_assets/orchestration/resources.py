"""The settings of the process in, plain client or store out, closed after use.

No resource has a field: Dagster lets whoever launches a run replace the fields of its resources, and shows them in the
UI. Where the key and the questions go, and how much may be spent, is read from the settings at the moment of opening.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Self

import dagster as dg

from keyword_assets import privacy
from keyword_assets.configuration.hcx_models import MODELS
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.client import HcxClient, HcxConfig, open_client
from keyword_assets.hcx.prices import price_of
from keyword_assets.orchestration.running.failing import without_secrets
from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.opening import open_store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HcxResource:
    """HyperCLOVA X on CLOVA Studio, as the settings of the process have it.

    Args:
        given: in place of the settings of the moment of opening.
    """

    given: Settings | None = None

    def settings(self) -> Settings:
        """What holds now. A run takes it once, so that its parts cannot come from different times."""
        return self.given or Settings.from_env()

    @asynccontextmanager
    async def open(
        self, settings: Settings, taxonomy: Taxonomy, store: SqlQuestionStore, run_id: str
    ) -> AsyncIterator[HcxClient]:
        """A client for one run, which knows what earlier runs learned and shares the quota with those beside it.

        Raises:
            InputError: there is no key, or no price for the model.
        """
        facts = MODELS[settings.hcx_model]
        config = HcxConfig(
            api_key=settings.require_api_key(),
            base_url=settings.hcx_base_url,
            model=settings.hcx_model,
            requests_per_window=settings.hcx_qpm,
            tokens_per_window=settings.hcx_tpm,
            window_seconds=settings.hcx_quota_window_seconds,
            timeout_seconds=settings.hcx_timeout_seconds,
            max_retries=settings.hcx_max_retries,
            batch_size=settings.hcx_batch_size,
            context_tokens=facts.context_tokens,
            output_tokens=facts.output_tokens,
            max_wait_seconds=settings.hcx_max_wait_seconds,
            mask=privacy.shown(settings.mask),
        )
        budget = Budget(
            price_of(config.model, settings.hcx_prices),
            tokens=settings.hcx_token_budget,
            krw_a_day=settings.hcx_daily_budget_krw,
            today=lambda: settings.now().date(),
            spent_by_others=lambda day: store.spent_krw(day, not_by=run_id),
        )
        book = store.quota_book(config.base_url, config.model, config.api_key)
        version = classifier_version(config.model, taxonomy)
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

    @contextmanager
    def open(self) -> Iterator[SqlQuestionStore]:
        """A store for one run; see `open_store`. What comes up while it is open is kept by Dagster."""
        with without_secrets(), open_store(Settings.from_env()) as store:
            yield store


class _NothingIsStored(dg.IOManager):
    """In place of Dagster's own, which writes pickles into a folder that a run's configuration may name."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        """Never called: our assets leave everything in the database."""
        raise NotImplementedError

    def load_input(self, context: dg.InputContext) -> Any:
        """Never called, for the same reason."""
        raise NotImplementedError


NOTHING_IS_STORED = dg.IOManagerDefinition(resource_fn=lambda _: _NothingIsStored(), config_schema={})


def unconfigurable(value: object) -> object:
    """The resource as it is: Dagster takes any configuration for a plain object, and drops it without a word."""
    if isinstance(value, (dg.ResourceDefinition, dg.ConfigurableResource)):
        return value
    return dg.ResourceDefinition(resource_fn=lambda _: value, config_schema={})
