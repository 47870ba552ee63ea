"""Dagster's runs, events and schedules on a MySQL server that may fail over; `dagster.yaml` names this module.

dagster-mysql connects anew for each statement, waits for ever on a server that went silent, and gives up on one that is
away for a second. Here each process keeps a few connections, tries them before use, waits for an answer only so long,
and repeats what a lost connection has undone for as long as `retry_seconds` says. The connections are in
`hosting.mysql_engines`, the patience in `hosting.failover`; here is which call needs more than to be repeated.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from dagster import Field, IntSource, StringSource
from dagster._config.config_schema import UserConfigSchema
from dagster._core.events.log import EventLogEntry
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.scheduler.instigation import InstigatorState, InstigatorTick, TickData
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.runs.schema import BulkActionsTable, RunsTable
from dagster._core.storage.schedules.schema import JobTable, JobTickTable
from dagster._serdes import ConfigurableClass, ConfigurableClassData, serialize_value
from dagster_mysql import MySQLEventLogStorage, MySQLRunStorage, MySQLScheduleStorage

from keyword_assets.orchestration.hosting.batches import KnowsTables
from keyword_assets.orchestration.hosting.failover import Lasting
from keyword_assets.orchestration.hosting.known_server import note_tables
from keyword_assets.sql.database.engine import Limits

CONNECT_SECONDS, READ_SECONDS, RETRY_SECONDS = 10, 30, 300
KEPT_CONNECTIONS, MORE_CONNECTIONS = 5, 20


class RunStorage(Lasting, MySQLRunStorage):
    """Runs, backfills, cursors and heartbeats."""

    def connect(self, run_id: str | None = None) -> Any:
        """A connection with a transaction."""
        return self._transaction()

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Add a run, once."""
        there = RunsTable.c.run_id == dagster_run.run_id
        add = super().add_run
        return self._go_on(lambda: add(dagster_run), lambda: dagster_run if self._is_there(RunsTable, there) else None)

    def add_backfill(self, partition_backfill: PartitionBackfill) -> None:
        """Add a backfill, once."""
        there = BulkActionsTable.c.key == partition_backfill.backfill_id
        add = super().add_backfill
        self._go_on(lambda: add(partition_backfill) or True, lambda: self._is_there(BulkActionsTable, there) or None)


class EventLogStorage(Lasting, KnowsTables, MySQLEventLogStorage):
    """Events, assets, checks, and the places in pools."""

    def _connect(self) -> Any:
        return self._transaction()

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event and what follows from it for its asset or check, both or neither, and once."""
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events and what follows from them, all or none, and once."""
        columns, last = SqlEventLogStorageTable.c, events[-1]
        there = (columns.run_id == last.run_id, columns.event == serialize_value(last))
        store = super().store_event

        def work() -> bool:
            with self._as_one():
                for event in events:
                    store(event)
            return True

        self._go_on(work, lambda: self._is_there(SqlEventLogStorageTable, *there) or None)

    def free_concurrency_slots_for_run(self, run_id: str) -> None:
        """Give back the places of a run, and hand them to who waits, both or neither."""
        free = super().free_concurrency_slots_for_run
        self._go_on(lambda: self._in_one(lambda: free(run_id)))

    def free_concurrency_slot_for_step(self, run_id: str, step_key: str) -> None:
        """The same of a step."""
        free = super().free_concurrency_slot_for_step
        self._go_on(lambda: self._in_one(lambda: free(run_id, step_key)))

    def _in_one(self, work: Callable[[], None]) -> None:
        with self._as_one():
            work()

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        """Tell of the run's new events. Who watches does not give up with the page: nobody would start him again."""
        if self._event_watcher is None:
            lasting = copy.copy(self)
            lasting._retry_seconds = max(self._retry_seconds, 24 * 3600)
            self._event_watcher = SqlPollingEventWatcher(lasting)
        super().watch(run_id, cursor, callback)


class ScheduleStorage(Lasting, MySQLScheduleStorage):
    """Schedules, sensors and their ticks."""

    def connect(self) -> Any:
        """A connection with a transaction."""
        return self._transaction()

    def create_tick(self, tick_data: TickData) -> InstigatorTick:
        """Add a tick, once."""
        create = super().create_tick
        return self._go_on(lambda: create(tick_data), lambda: self._created(tick_data))

    def _created(self, tick_data: TickData) -> InstigatorTick | None:
        columns = JobTickTable.c
        query = (
            sa.select(columns.id)
            .where(columns.job_origin_id == tick_data.instigator_origin_id)
            .where(columns.tick_body == serialize_value(tick_data))
            .order_by(columns.id.desc())
            .limit(1)
            .with_for_update()
        )
        with self._transaction() as connection:
            tick_id = connection.scalar(query)
        return None if tick_id is None else InstigatorTick(tick_id, tick_data)

    def add_instigator_state(self, state: InstigatorState) -> InstigatorState:
        """Add what is known of a schedule or sensor, once."""
        there = JobTable.c.job_origin_id == state.instigator_origin_id
        add = super().add_instigator_state
        return self._go_on(lambda: add(state), lambda: state if self._is_there(JobTable, there) else None)


class MySQLStorage(DagsterStorage[Any], ConfigurableClass):
    """All three, as `storage: custom:` in `dagster.yaml` names them."""

    def __init__(
        self,
        mysql_url: str,
        limits: Limits,
        retry_seconds: float,
        inst_data: ConfigurableClassData | None = None,
    ) -> None:
        self._inst_data = inst_data
        self._run_storage = RunStorage(mysql_url, limits, retry_seconds)
        self._event_log_storage = EventLogStorage(mysql_url, limits, retry_seconds)
        self._schedule_storage = ScheduleStorage(mysql_url, limits, retry_seconds)
        note_tables(mysql_url)
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """How it was configured, with the names of environment variables in place of what they hold."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """The URL, and the times and numbers that have a default."""
        return {
            "mysql_url": StringSource,
            "connect_seconds": _number(CONNECT_SECONDS),
            "read_seconds": _number(READ_SECONDS),
            "retry_seconds": _number(RETRY_SECONDS),
            "kept_connections": _number(KEPT_CONNECTIONS),
        }

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "MySQLStorage":
        """The storage of this configuration."""
        limits = Limits(
            config_value["connect_seconds"],
            config_value["read_seconds"],
            config_value["kept_connections"],
            MORE_CONNECTIONS,
        )
        return cls(config_value["mysql_url"], limits, config_value["retry_seconds"], inst_data)

    @property
    def run_storage(self) -> RunStorage:
        """Of runs."""
        return self._run_storage

    @property
    def event_log_storage(self) -> EventLogStorage:
        """Of events."""
        return self._event_log_storage

    @property
    def schedule_storage(self) -> ScheduleStorage:
        """Of schedules."""
        return self._schedule_storage


def _number(default: int) -> Field:
    return Field(IntSource, is_required=False, default_value=default)
