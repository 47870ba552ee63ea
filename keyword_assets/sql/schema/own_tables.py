"""Our own tables: what a database lacks of them, whichever version of ours made the rest."""

from collections.abc import Iterator
from typing import get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.locks import Lock
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.schema.changes import Change, add_column, change_rows, create_indexes, create_table


def require_our_own(connection: Connection, tables: Tables) -> None:
    """Refuse a database in which somebody else has a table by a name of ours: it would be found out half-way.

    Told by its key, which is the same in all versions.
    """
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for table in tables.ours:
        if table.name in there:
            key = inspector.get_pk_constraint(table.name)["constrained_columns"]
            if set(key) != {column.name for column in table.primary_key}:
                raise InputError("upgrade.foreign_table", table=table.name)


def absent_parts(connection: Connection, tables: Tables) -> Iterator[Change]:
    """Make the tables that are not there, and add what the others lack."""
    inspector, dialect = sa.inspect(connection), connection.dialect
    there = set(inspector.get_table_names())
    yield from _misleading_rows(inspector, there, tables)
    for table in tables.ours:
        columns, indexes = _parts(inspector, table.name if table.name in there else None)
        if not columns:
            yield create_table(dialect, table)
        else:
            yield from (add_column(dialect, table, part) for part in table.columns if part.name not in columns)
        yield from create_indexes(dialect, table, indexes)
    yield from _absent_locks(connection, there, tables)


def _parts(inspector: sa.Inspector, table: str | None) -> tuple[set[str], set[str | None]]:
    """Columns and indexes of a table; of none, where it is not there."""
    if table is None:
        return set(), set()
    columns = {column["name"] for column in inspector.get_columns(table)}
    return columns, {index["name"] for index in inspector.get_indexes(table)}


def _absent_locks(connection: Connection, there: set[str], tables: Tables) -> Iterator[Change]:
    """Each lock is a row."""
    locks = tables.locks
    held = set(connection.execute(sa.select(locks.c.name)).scalars()) if locks.name in there else set()
    for name in get_args(Lock):
        if name not in held:
            yield change_rows(connection.dialect, locks, sa.insert(locks).values(name=name))


def _misleading_rows(inspector: sa.Inspector, there: set[str], tables: Tables) -> Iterator[Change]:
    """Delete what older versions kept, and what means something else by now."""
    facts, quota = tables.facts, tables.quota
    if facts.name in there and not {"orphaned", "miscounted"} <= _parts(inspector, facts.name)[0]:
        # Numbers that were kept without these two are counted again.
        yield change_rows(inspector.dialect, facts, sa.delete(facts))
    if quota.name in there and tables.closings.name not in there:
        # Closings of the old kind, which could last for a day, took more than one request's place. Use by strangers,
        # which stands there in the same way, is noticed anew with the next answer.
        closings = sa.delete(quota).where(quota.c.requests != sa.literal_column("1"))
        yield change_rows(inspector.dialect, quota, closings)
