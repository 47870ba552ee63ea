"""Dagster's runs, events and schedules on a MySQL server that may fail over.

dagster-mysql connects anew for each statement, waits for ever on a server that went silent, and gives up on one that is
away for a second. Here each process keeps a few connections, tries them before use, waits for an answer only so long,
and repeats what a lost connection has undone for as long as `retry_seconds` says.

What may be repeated: a transaction that was not committed is rolled back by the server, so all of them. Where the
acknowledgement of a commit was lost, nobody knows. Most of Dagster's calls come to the same when they are done twice.
The few that insert something without a key look first whether it is there, by a read that waits for the locks of the
lost transaction, should the server still be busy with it.
"""

import copy
import functools
import inspect
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, TypeVar

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
from dagster_mysql.utils import DagsterMySQLException
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from keyword_assets.configuration.secrecy import Secrets
from keyword_assets.configuration.sources import scrubbed
from keyword_assets.core.texts import say
from keyword_assets.sql.database.engine import Limits, make_engine, redacted
from keyword_assets.sql.database.faults import PASSING, DatabaseFault, fault_of, fault_of_driver, is_silence

# Not one of our loggers: their lines become events of the run, and would have to be stored in what is away just now.
log = logging.getLogger("dagster.mysql_storage")
T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS, RETRY_SECONDS = 10, 30, 300
# Somebody looks at a page, and may reload it.
PAGE_SECONDS = 15
KEPT_CONNECTIONS, MORE_CONNECTIONS = 5, 20
_LONGEST_PAUSE = 3.0
# A session whose client has gone without a word holds its locks until the server gives it up; eight hours by default.
# Who waits for a lock is told so before he takes the server for silent.
_SESSION = (
    "SET SESSION innodb_lock_wait_timeout = 20 /*!80000 , wait_timeout = 120 */ "
    "/*M!100300 , idle_transaction_timeout = 60 */"
)
# A server that was the primary until a moment ago takes no writes, though it still answers.
_AWAY = PASSING | {DatabaseFault.READ_ONLY}
# A table or the whole database that is not there: most likely another server than before.
_ELSEWHERE = (DatabaseFault.UNKNOWN_DATABASE, DatabaseFault.NO_SUCH_NAME)


class _UnansweredError(Exception):
    """A commit of which nobody knows whether it happened."""

    def __init__(self, cause: SQLAlchemyError) -> None:
        super().__init__(str(cause))
        self.cause = cause


# -- engines ----------------------------------------------------------------------------------------------------------

_engines: dict[tuple[str, Limits, bool], Engine] = {}
_engines_lock = threading.Lock()


def _engine_for(url: str, limits: Limits, patient: bool) -> Engine:
    """One for all storages and instances of the process: instances come and go, with each look at a sensor."""
    with _engines_lock:
        key = (url, limits, patient)
        if key not in _engines:
            _engines[key] = _make_engine(url, limits, patient)
        return _engines[key]


def _make_engine(url: str, limits: Limits, patient: bool) -> Engine:
    engine = make_engine(url, patient=patient, limits=limits, setting="DAGSTER_MYSQL_URL")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_SESSION)
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def leave(context: ExceptionContext) -> None:
        # The next connection may be to the server that has taken over.
        if fault_of_driver(context.original_exception) is DatabaseFault.READ_ONLY:
            context.is_disconnect = True

    return engine


# Kept for ever: the driver says goodbye to the server when a connection is forgotten, and the parent would be cut off.
_inherited: list[sa.Pool] = []


def _after_fork() -> None:
    """A child has its parent's sockets, and would talk on them in between: it leaves them alone and opens its own."""
    global _engines_lock
    _engines_lock = threading.Lock()
    for engine in _engines.values():
        _inherited.append(engine.pool)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_after_fork)


# -- what the three storages share ------------------------------------------------------------------------------------

# What hands out connections, watches in threads of its own, or calls another one many times.
_AS_IT_IS = {
    *("connect", "run_connection", "index_connection", "index_transaction", "watch", "end_watch", "dispose"),
    *("upgrade", "optimize_for_webserver", "store_event_batch", "register_instance"),
}


class _Lasting:
    """Has a storage of dagster-mysql use our engine, and go on after a lost connection."""

    mysql_url: str

    def __init__(self, mysql_url: str, limits: Limits, retry_seconds: float) -> None:
        self._limits = limits
        self._retry_seconds = retry_seconds
        self._patient = False
        self._here = threading.local()
        self.mysql_url = mysql_url
        # Asks the server what there is, and makes the tables where there are none.
        begin = super().__init__
        self._go_on(lambda: begin(mysql_url))  # type: ignore[call-arg]

    def __init_subclass__(cls) -> None:
        """Every public call of the storage goes on."""
        for name in dir(cls):
            call = inspect.getattr_static(cls, name)
            own = name in vars(cls) or name.startswith("_") or name in _AS_IT_IS
            if not own and isinstance(call, FunctionType) and not inspect.isgeneratorfunction(call):
                setattr(cls, name, _going_on(call))

    @property
    def _engine(self) -> Engine:
        return _engine_for(self.mysql_url, self._limits, self._patient)

    @_engine.setter
    def _engine(self, made: Engine) -> None:
        """dagster-mysql makes one of its own; nothing was asked of it yet."""
        made.dispose()

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """There is a pool already; but a page is an error sooner than a run is."""
        self._retry_seconds = min(self._retry_seconds, PAGE_SECONDS)

    def upgrade(self) -> None:
        """Change the tables; the server says nothing while it copies one."""
        self._patient = True
        try:
            super().upgrade()  # type: ignore[misc]
        finally:
            self._patient = False

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A connection with a transaction; that of `_as_one`, where there is one."""
        if (outer := getattr(self._here, "connection", None)) is not None:
            yield outer
            return
        with self._go_on(self._engine.connect) as connection, connection.begin() as transaction:
            yield connection
            try:
                transaction.commit()
            except SQLAlchemyError as error:
                if not getattr(self._here, "going_on", False):
                    raise
                raise _UnansweredError(error) from error

    @contextmanager
    def _as_one(self) -> Iterator[None]:
        """All that this thread does with the storage meanwhile is one transaction."""
        with self._transaction() as connection:
            self._here.connection = connection
            try:
                yield
            finally:
                self._here.connection = None

    def _go_on(self, work: Callable[[], T], done: Callable[[], T | None] = lambda: None) -> T:
        """Do it until it is done, or the server has been away for too long.

        Args:
            work: one or more transactions.
            done: after a commit without an answer: what `work` returns if it has happened, None if not. Not needed
                for what comes to the same when it is done twice.

        Raises:
            DagsterMySQLException: the server was away for too long, or is another one.
        """
        if getattr(self._here, "going_on", False):
            return work()
        self._here.going_on = True
        try:
            return self._repeat(work, done)
        finally:
            self._here.going_on = False

    def _repeat(self, work: Callable[[], T], done: Callable[[], T | None]) -> T:
        began, unanswered = time.monotonic(), False
        for attempt in itertools.count(1):
            try:
                if unanswered and (found := done()) is not None:
                    return found
                unanswered = False
                return work()
            except _UnansweredError as error:
                unanswered, cause = True, error.cause
            except SQLAlchemyError as error:
                cause = error
            # Dagster keeps what it says, with all it came from. The URL may stand in `dagster.yaml` alone.
            Secrets.of({"DAGSTER_MYSQL_URL": self.mysql_url}).scrub(cause)
            fault = fault_of(cause)
            waited = time.monotonic() - began
            params = {"url": redacted(self.mysql_url), "seconds": round(waited), "reason": _reason(cause)}
            if fault in _ELSEWHERE:
                raise DagsterMySQLException(say("dagster.elsewhere", **params)) from cause
            if fault not in _AWAY:
                raise cause
            if waited > self._retry_seconds:
                raise DagsterMySQLException(say("dagster.gave_up", **params)) from cause
            log.warning(say("dagster.goes_on", **params))
            time.sleep(min(_LONGEST_PAUSE, 0.1 * 2 ** min(attempt, 8)))
        raise AssertionError

    def _is_there(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> bool:
        """Whether there is such a row; waits for whoever has inserted one and not yet committed it."""
        query = sa.select(table.c.id).where(*conditions).limit(1).with_for_update()
        with self._transaction() as connection:
            return connection.execute(query).first() is not None


def _going_on(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def goes_on(self: _Lasting, *args: Any, **kwargs: Any) -> Any:
        return self._go_on(lambda: call(self, *args, **kwargs))

    return goes_on


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return say("database.silent") if is_silence(cause) else " ".join(scrubbed(cause).split())[:300]


# -- the storages -----------------------------------------------------------------------------------------------------


class RunStorage(_Lasting, MySQLRunStorage):
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


class EventLogStorage(_Lasting, MySQLEventLogStorage):
    """Events, assets, checks, and the places in pools."""

    def _connect(self) -> Any:
        return self._transaction()

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event and what follows from it for its asset or check, both or neither, and once."""
        columns = SqlEventLogStorageTable.c
        there = (columns.run_id == event.run_id, columns.event == serialize_value(event))
        store = super().store_event

        def work() -> bool:
            with self._as_one():
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


class ScheduleStorage(_Lasting, MySQLScheduleStorage):
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
