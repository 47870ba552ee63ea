"""Dagster's runs, events and schedules in SQLite files, over connections that are kept.

Dagster makes an engine and opens its file anew for each event: half of what an event costs is that, and the statements
that are compiled again for each engine. Here one storage keeps the few files that it works with open, and what is
stored together is one transaction of each file. Nor are all of Dagster's migrations loaded, for each file, only to see
that it has been through them.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.runs.schema import InstanceInfo
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.schedules.schema import JobTickTable
from dagster._core.storage.sqlite import create_db_conn_string
from dagster._serdes import ConfigurableClassData
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from keyword_assets.orchestration.hosting.batches import KnowsTables

# The index of all runs, the run at work, and some that somebody looks at.
KEPT_FILES = 4
# How long another process may be writing; as in Dagster's own.
_BUSY_SECONDS = 30
# Where Alembic keeps the number of the newest migration that a file has been through.
_REVISION = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))


class KeptRunStorage(SqliteRunStorage):
    """Dagster's own storage and file; only the engine is kept, and with it the statements that it has compiled."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engine = sa.create_engine(conn_string, poolclass=sa.NullPool)
        self._has_run_stats = False
        super().__init__(conn_string, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptRunStorage":
        """What Dagster calls with its configuration."""
        url = create_db_conn_string(config_value["base_dir"], "runs")
        # The table is newer than some files that stand at a migration.
        if not _is_made(url, InstanceInfo.name):
            cls.from_local(inst_data=inst_data, **config_value)
        return cls(url, inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction on a connection of its own."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def has_run_stats_index_cols(self) -> bool:
        """Whether the file has these columns: what is there stays, but Dagster asks at each event."""
        self._has_run_stats = self._has_run_stats or super().has_run_stats_index_cols()
        return self._has_run_stats


class KeptScheduleStorage(SqliteScheduleStorage):
    """Dagster's own storage and file."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptScheduleStorage":
        """What Dagster calls with its configuration."""
        url = create_db_conn_string(config_value["base_dir"], "schedules")
        if not _is_made(url, JobTickTable.name):
            cls.from_local(inst_data=inst_data, **config_value)
        return cls(url, inst_data)


class KeptEventLogStorage(KnowsTables, SqliteEventLogStorage):
    """Dagster's own storage and files; only its connections stay open.

    Args:
        base_dir: the folder of the files.
        inst_data: what the instance was configured with.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._open: dict[str, Connection] = {}
        super().__init__(base_dir, inst_data)
        # What is stored together comes back for the lock that it holds.
        self._db_lock = threading.RLock()  # type: ignore[assignment]

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptEventLogStorage":
        """What Dagster calls with its configuration."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        # One at a time, as in Dagster's own: so no engine is closed that somebody else works with.
        with self._db_lock:
            if shard in self._open:
                yield self._open[shard]
                return
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    @contextmanager
    def _as_one(self, shard: str) -> Iterator[None]:
        """All that is done with the file meanwhile is one transaction."""
        with self._connect(shard) as connection:
            self._open[shard] = connection
            try:
                yield
            finally:
                del self._open[shard]

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of a run and what follows from them, with one commit for each file."""
        # The run's own file first, as with a single event.
        with self._as_one(INDEX_SHARD_NAME), self._as_one(events[0].run_id):
            for entry in events:
                self.store_event(entry)

    def _initdb(self, engine: Engine, for_index_shard: bool = False) -> None:
        """Make the tables of a new file as those of the index were made, if these are there."""
        if _revision(engine) is not None:
            return
        made_like = None if for_index_shard else _revision(self._engine(INDEX_SHARD_NAME))
        if made_like is None:
            super()._initdb(engine, for_index_shard)
            return
        with engine.begin() as connection:
            # Another process that has found the file new, as a webserver that shows the run, waits and finds it made.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if not sa.inspect(connection).has_table(_REVISION.name):
                SqlEventLogStorageMetadata.create_all(connection)
                _REVISION.create(connection)
                connection.execute(sa.insert(_REVISION).values(version_num=made_like))

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = sa.create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _prepare)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        if len(self._engines) > KEPT_FILES:
            _, oldest = self._engines.popitem(last=False)
            oldest.dispose()
        return self._engines[shard]

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _prepare(connection: Any, _record: Any) -> None:
    # What is committed outlives the process in any case, and in WAL the file stays whole when the power fails.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _revision(engine: Engine) -> str | None:
    """The migration that a file stands at; None where it is new, or older than this is noted."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(_REVISION.name):
            return None
        return connection.execute(sa.select(_REVISION.c.version_num)).scalar()


def _is_made(url: str, table: str) -> bool:
    """Whether the file is there, stands at a migration, and has this table."""
    path = sa.make_url(url).database
    if path is None or not Path(path).exists():
        return False
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            has_table = sa.inspect(connection).has_table(table)
        return has_table and _revision(engine) is not None
    finally:
        engine.dispose()
