"""Old events and ticks of Dagster's, removed in small steps.

Of a run that ended long ago stay the run itself, its beginning and end, and all that is about assets and their checks:
the squares of the partitions rest on them. Its log lines and steps go, which are nine events of ten. Of the ticks of a
schedule or sensor the newest stays: it says from when to go on.

Dagster has a call to delete a whole run, which takes its squares along, and none for less; so this reads and writes the
tables of its storage, whichever that is, by the storage's own connections.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.schedules.schema import JobTickTable
from sqlalchemy.engine import Connection

from keyword_assets.sql.prune import STEP_ROWS

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_KEPT = [kind.value for kind in dg.DagsterEventType if kind.value.startswith(("ASSET_", "PIPELINE_", "FRESHNESS_"))]
_RUNS_A_LOOK = 100
_PAUSE_SECONDS = 0.02
_events, _ticks = SqlEventLogStorageTable, JobTickTable


def prune_instance(instance: dg.DagsterInstance, before: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Remove the events of runs that ended before then, and older ticks; how many of each table.

    Args:
        instance: the instance.
        before: with its zone.
        dry_run: only count.
    """
    return {
        _events.name: sum(_prune_run(instance, run_id, dry_run) for run_id in _ended_before(instance, before)),
        _ticks.name: _prune_ticks(instance, before, dry_run),
    }


def _ended_before(instance: dg.DagsterInstance, before: datetime) -> Iterator[str]:
    """The runs, oldest first."""
    cursor = None
    while records := instance.get_run_records(
        dg.RunsFilter(statuses=_ENDED, updated_before=before), limit=_RUNS_A_LOOK, cursor=cursor, ascending=True
    ):
        cursor = records[-1].dagster_run.run_id
        yield from (record.dagster_run.run_id for record in records)


def _prune_run(instance: dg.DagsterInstance, run_id: str, dry_run: bool) -> int:
    storage: Any = instance.event_log_storage
    file = Path(storage.path_for_shard(run_id)) if isinstance(storage, SqliteEventLogStorage) else None
    # To ask for a run that has none would make one.
    if file is not None and not file.exists():
        return 0
    columns = _events.c
    old = sa.and_(
        columns.run_id == run_id,
        sa.or_(columns.dagster_event_type.is_(None), columns.dagster_event_type.not_in(_KEPT)),
    )
    removed = _prune(lambda: storage.run_connection(run_id), _events, old, dry_run)
    if file is not None and removed and not dry_run:
        # SQLite keeps the room otherwise, and this file is never written to again.
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM")
    return removed


def _prune_ticks(instance: dg.DagsterInstance, before: datetime, dry_run: bool) -> int:
    storage: Any = instance.schedule_storage
    columns, utc = _ticks.c, before.astimezone(UTC).replace(tzinfo=None)
    with storage.connect() as connection:
        newest = sa.select(columns.selector_id, sa.func.max(columns.id)).group_by(columns.selector_id)
        found = [tuple(row) for row in connection.execute(newest)]
    return sum(
        _prune(
            storage.connect,
            _ticks,
            sa.and_(columns.selector_id == selector, columns.timestamp < utc, columns.id != last),
            dry_run,
        )
        for selector, last in found
    )


def _prune(connect: Any, table: sa.Table, old: sa.ColumnElement[bool], dry_run: bool) -> int:
    """Find some by an index, remove them by their numbers, and so on."""
    if dry_run:
        with _connection(connect) as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(old)) or 0)
    removed = 0
    while True:
        with _connection(connect) as connection:
            ids = list(connection.scalars(sa.select(table.c.id).where(old).limit(STEP_ROWS)))
            if ids:
                connection.execute(sa.delete(table).where(table.c.id.in_(ids)))
        removed += len(ids)
        if len(ids) < STEP_ROWS:
            return removed
        time.sleep(_PAUSE_SECONDS)


def _connection(connect: Any) -> AbstractContextManager[Connection]:
    made: AbstractContextManager[Connection] = connect()
    return made
