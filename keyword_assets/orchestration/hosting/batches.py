"""Events stored together: that Dagster does so at all, and what its storages need not ask for each of them."""

import os
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqlEventLogStorage
from sqlalchemy.engine import Connection

# More than a day has, or a run of a month plans.
_MOST_EVENTS = 500


def store_in_batches() -> None:
    """Have Dagster store in this process together what belongs together; by itself it stores each event alone."""
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(_MOST_EVENTS))


def stores_any_together(instance: dg.DagsterInstance) -> bool:
    """Whether its storage takes events of any kind in one batch: ours do, Dagster's for PostgreSQL refuses checks."""
    return isinstance(instance.event_log_storage, KnowsTables)


class KnowsTables(SqlEventLogStorage):
    """Asks the database once what tables and columns there are: what is there stays, but Dagster asks at each event."""

    def has_table(self, table_name: str) -> bool:
        """Whether there is such a table."""
        return self._is_known(table_name, super().has_table, table_name)  # type: ignore[safe-super]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        return self._is_known(column_name, super()._has_asset_key_col_on_connection, conn, column_name)

    def _is_known(self, name: str, ask: Any, *arguments: Any) -> bool:
        known: set[str] = self.__dict__.setdefault("_known", set())
        if name not in known and ask(*arguments):
            known.add(name)
        return name in known
