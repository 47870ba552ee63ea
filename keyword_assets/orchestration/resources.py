"""The settings of the process in, plain client or store out, closed after use.

No resource has a field: Dagster lets whoever launches a run replace the fields of its resources, and shows them in the
UI. Where the key and the questions go, and how much may be spent, is read from the settings at the moment of opening.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Self

import dagster as dg

from keyword_assets.clients import client_for_run
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import KeywordAssetsError
from keyword_assets.core.ports.watcher import NOBODY
from keyword_assets.core.taxonomy import Taxonomy
from keyword_assets.hcx.client import HcxClient
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

    def open(
        self, settings: Settings, taxonomy: Taxonomy, store: SqlQuestionStore, run_id: str
    ) -> AbstractAsyncContextManager[HcxClient]:
        """A client for one run; see `client_for_run`."""
        return client_for_run(settings, taxonomy, store, run_id)


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


_NOTHING_IS_STORED = dg.IOManagerDefinition(resource_fn=lambda _: _NothingIsStored(), config_schema={})


def resources_with(**given: object) -> dict[str, object]:
    """What runs are given; `given` replaces those of the same names."""
    return {
        "database": DatabaseResource(),
        "io_manager": _NOTHING_IS_STORED,
        **{name: _unconfigurable(value) for name, value in {"hcx": HcxResource(), "watcher": NOBODY, **given}.items()},
    }


def _unconfigurable(value: object) -> object:
    """The resource as it is: Dagster takes any configuration for a plain object, and drops it without a word."""
    if isinstance(value, (dg.ResourceDefinition, dg.ConfigurableResource)):
        return value
    return dg.ResourceDefinition(resource_fn=lambda _: value, config_schema={})
