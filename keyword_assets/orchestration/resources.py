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
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.classifying.budget import Budget
from keyword_assets.core.classifying.prompts import classifier_version
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.client import HcxClient, open_client
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
    def open(self, settings: Settings | None = None) -> Iterator[SqlQuestionStore]:
        """A store for one run; see `open_store`. What comes up while it is open is kept by Dagster.

        Args:
            settings: in place of those of the moment of opening.
        """
        with without_secrets(), open_store(settings or Settings.from_env()) as store:
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
