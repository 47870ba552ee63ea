"""Dagster's events in SQLite files, over connections that are kept.

Dagster makes an engine and opens its file anew for each event: half of what an event costs is that, and the statements
that are compiled again for each engine. Here one storage keeps the few files that it works with open.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine

# The index of all runs, the run at work, and some that somebody looks at.
KEPT_FILES = 4
# How long another process may be writing; as in Dagster's own.
_BUSY_SECONDS = 30


class KeptEventLogStorage(SqliteEventLogStorage):
    """Dagster's own storage and files; only its connections stay open.

    Args:
        base_dir: the folder of the files.
        inst_data: what the instance was configured with.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "KeptEventLogStorage":
        """What Dagster calls with its configuration."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        # One at a time, as in Dagster's own: so no engine is closed that somebody else works with.
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._engines[shard] = sa.create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
            )
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
