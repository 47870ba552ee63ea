"""Old rows of our own tables, removed in small steps.

Each step is a short transaction over a few hundred rows found and removed by their primary keys, so that nobody waits
for it; whatever stops it, the steps before it are done and the next call does the rest.

Nothing goes that coverage or money rests on: no answers, corrections, quarantine, facts or counts of a day, and of what
was spent nothing of the last 400 days, whatever is asked for. A gap that is still open keeps all that tells of it, and
each day the newest of its reports.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.configuration.settings import LEAST_KEEP_DAYS
from keyword_assets.sql.database.dialects import database_clock
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing

# A year's spending, and the one before to compare it with until the books are closed.
USAGE_DAYS = 400
STEP_ROWS = 500
# What the others get in between.
_PAUSE_SECONDS = 0.02
_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class _Old:
    """The rows of a table that may go."""

    table: sa.Table
    are_old: sa.ColumnElement[bool]
    # Whether that can change between a look and the removal, so that it is asked again then.
    may_change: bool = False


def count(engine: Engine, tables: Tables, now: datetime, keep_days: int) -> dict[str, int]:
    """How many rows of each table would go."""
    return {old.table.name: _count(engine, old) for old in _old(engine, tables, now, keep_days)}


def prune(
    engine: Engine, tables: Tables, now: datetime, keep_days: int, pause: Callable[[float], None] = time.sleep
) -> dict[str, int]:
    """Remove what is older than so many days; how many rows of each table have gone.

    Args:
        engine: the database.
        tables: the tables.
        now: local wall-clock time.
        keep_days: `LEAST_KEEP_DAYS` or more.
        pause: called between two steps.
    """
    removed = {}
    for old in _old(engine, tables, now, keep_days):
        removed[old.table.name] = 0
        for rows in _steps(engine, old):
            removed[old.table.name] += rows
            pause(_PAUSE_SECONDS)
    return removed


def _old(engine: Engine, tables: Tables, now: datetime, keep_days: int) -> Iterator[_Old]:
    days = max(keep_days, LEAST_KEEP_DAYS)
    before, epoch = now - timedelta(days=days), _clock(engine) - days * _DAY_SECONDS
    gaps, workers, claims = tables.missing_questions, tables.workers, tables.claims
    yield _Old(gaps, gaps.c.closed_at < before)
    yield _Old(tables.day_states, _is_told_by_a_newer_one(tables.day_states, before))
    yield _Old(tables.usage, tables.usage.c.used_on < now.date() - timedelta(days=max(days, USAGE_DAYS)))
    yield _Old(tables.sent_texts, tables.sent_texts.c.sent_on < before.date())
    # Of a delivered message nothing is kept; these are for channels that nobody tries any more.
    yield _Old(tables.outbox, tables.outbox.c.written_at < before)
    yield _Old(tables.runs, tables.runs.c.ended_at < before)
    # A process that was asleep for days may wake up.
    yield _Old(workers, workers.c.alive_until < epoch, may_change=True)
    holder = sa.select(sa.literal(1)).where(workers.c.worker_id == claims.c.worker_id)
    yield _Old(claims, ~holder.correlate(claims).exists(), may_change=True)
    yield _Old(tables.quota, tables.quota.c.free_at < epoch, may_change=True)


def _is_told_by_a_newer_one(states: sa.Table, before: datetime) -> sa.ColumnElement[bool]:
    """Old, and so is a later state of the day without anything missing: it closed whatever gap this one tells of."""
    later = states.alias("later")
    closed = (
        sa.select(sa.literal(1))
        .where(later.c.day == states.c.day, later.c.reported_at > states.c.reported_at)
        .where(later.c.reported_at < before, later.c.questions == later.c.classified)
    )
    return sa.and_(states.c.reported_at < before, closed.correlate(states).exists())


@repeated
def _clock(engine: Engine) -> float:
    with reading(engine) as connection:
        return database_clock(connection)


@repeated
def _count(engine: Engine, old: _Old) -> int:
    with reading(engine) as connection:
        return int(
            connection.execute(sa.select(sa.func.count()).select_from(old.table).where(old.are_old)).scalar_one()
        )


def _steps(engine: Engine, old: _Old) -> Iterator[int]:
    """How many rows each step has removed."""
    lead, start = next(iter(old.table.primary_key)), None
    while keys := _keys(engine, old, lead, start):
        yield _remove(engine, old, keys)
        if len(keys) < STEP_ROWS:
            return
        start = keys[-1][lead.name]


@repeated
def _keys(engine: Engine, old: _Old, lead: sa.Column[Any], start: Any) -> list[dict[str, Any]]:
    """The primary keys of the next rows, from where the step before has ended."""
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(keys_statement(old, lead, start)).mappings()]


def keys_statement(old: _Old, lead: sa.Column[Any], start: Any) -> sa.Select[Any]:
    """Looks along the primary key, and locks nothing."""
    key = list(old.table.primary_key)
    onwards = [lead >= start] if start is not None else []
    return sa.select(*key).where(old.are_old, *onwards).order_by(*key).limit(STEP_ROWS)


@repeated
def _remove(engine: Engine, old: _Old, keys: list[dict[str, Any]]) -> int:
    with writing(engine, locks_what_it_reads=False) as connection:
        return _removed(connection, old, keys)


def _removed(connection: Connection, old: _Old, keys: list[dict[str, Any]]) -> int:
    statement = remove_statement(old)
    bound = [{f"old_{name}": value for name, value in key.items()} for key in keys]
    if not old.may_change:
        connection.execute(statement, bound)
        return len(keys)
    return sum(connection.execute(statement, key).rowcount for key in bound)


def remove_statement(old: _Old) -> sa.Delete:
    """Removes one row by its primary key."""
    this = [column == sa.bindparam(f"old_{column.name}", type_=column.type) for column in old.table.primary_key]
    return sa.delete(old.table).where(*this, *([old.are_old] if old.may_change else []))
