"""What Dagster's own tables tell, read as rows: Dagster itself would take seconds to load, and changes what it opens.

Dagster's version is pinned; a test holds that its tables are as they are read here.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.foreign import visible
from keyword_assets.core.watching.hosts import Hosted, HostedRun, Instigator
from keyword_assets.sql.database.transactions import reading

# Those of Dagster's that have not ended.
_NOT_ENDED = ("NOT_STARTED", "QUEUED", "STARTING", "STARTED", "CANCELING")
# `STOPPED` is the only other; what is declared in code is on as long as nobody turns it off.
_ON = ("RUNNING", "DECLARED_IN_CODE", "AUTOMATICALLY_RUNNING")
_RUNS_MOST = 100
_NAME_CHARS = 60


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))


_HEARTBEATS = sa.table("daemon_heartbeats", sa.column("daemon_type"), sa.column("timestamp", sa.DateTime()))
_RUNS = sa.table(
    "runs",
    *map(sa.column, ("id", "run_id", "pipeline_name", "status")),
    sa.column("create_timestamp", sa.DateTime()),
)
_INSTIGATORS = _table("instigators", "selector_id", "status", "instigator_type", "instigator_body")
_TICKS = sa.table("job_ticks", *map(sa.column, ("id", "selector_id", "status")), sa.column("timestamp", sa.DateTime()))


def look_at_hosted(runs: Engine, schedules: Engine, zone: ZoneInfo) -> Hosted:
    """What Dagster knows.

    Args:
        runs: where its runs and the daemon's signs of life are.
        schedules: where its schedules, sensors and their ticks are; the same on a server.
        zone: of the times that are told.

    Raises:
        DatabaseError: the storage cannot be reached, or has no such tables.
    """

    def local(at: datetime) -> datetime:
        """Dagster keeps UTC."""
        return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)

    with reading(runs) as connection:
        heartbeats = {str(kind): local(at) for kind, at in connection.execute(sa.select(*_HEARTBEATS.c))}
        going = sa.select(*_RUNS.c).where(_RUNS.c.status.in_(_NOT_ENDED)).order_by(_RUNS.c.id).limit(_RUNS_MOST)
        hosted = [
            HostedRun(row.run_id, visible(str(row.pipeline_name), _NAME_CHARS), row.status, local(row.create_timestamp))
            for row in connection.execute(going)
        ]
    with reading(schedules) as connection:
        rows = connection.execute(sa.select(*_INSTIGATORS.c).order_by(_INSTIGATORS.c.selector_id)).all()
        found = [_instigator(connection, row, local) for row in rows]
    return Hosted(heartbeats, sorted(filter(None, found), key=lambda one: one.name), hosted)


def _instigator(connection: Connection, row: Any, local: Callable[[datetime], datetime]) -> Instigator | None:
    """One that Dagster has a state of; None for what a version to come may write there."""
    try:
        body = json.loads(row.instigator_body)
        name = str(body["origin"]["job_name"])
        details = body.get("job_specific_data") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    ticked = _TICKS.c.selector_id == row.selector_id
    tick = connection.execute(
        sa.select(_TICKS.c.status, _TICKS.c.timestamp).where(ticked).order_by(_TICKS.c.timestamp.desc()).limit(1)
    ).first()
    cron = details.get("cron_schedule")
    return Instigator(
        name=visible(name, _NAME_CHARS),
        kind=str(row.instigator_type),
        is_on=row.status in _ON,
        cron=visible(cron, _NAME_CHARS) if isinstance(cron, str) else None,
        last_status=tick.status if tick else None,
        last_at=local(tick.timestamp) if tick else None,
    )
