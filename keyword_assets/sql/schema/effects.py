"""What an upgrade would do to a database in use: each statement with what it locks, and about how long it takes."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.sql.database.dialects import is_mysql, is_sqlite
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema.changes import Change, Work
from keyword_assets.sql.schema.migrate import outstanding

# Measured on MariaDB 10.11 and MySQL 9.7 with two cores: an index over a million rows of 217 MB takes 1.3 to 3.3 s from
# memory, a copy of the table 11 s. Tables in use are busy and partly on disk: about twice that.
_INDEX_ROWS_PER_SECOND, _INDEX_BYTES_PER_SECOND = 300_000, 100_000_000
_COPY_ROWS_PER_SECOND, _COPY_BYTES_PER_SECOND = 100_000, 20_000_000

Locks = Literal["nothing", "moment", "writes", "file"]


@dataclass(frozen=True)
class Size:
    """How large a table is, by the server's own statistics; `engine` only on MySQL."""

    rows: int = 0
    bytes: int = 0
    engine: str | None = None


@dataclass(frozen=True)
class Step:
    """One statement of an upgrade; `seconds` is an estimate. `table` has its schema in front where it is named."""

    statement: str
    table: str
    work: Work
    size: Size
    seconds: float
    locks: Locks


def plan(engine: Engine, names: Names) -> list[Step]:
    """Each statement that an upgrade would run, with what it means for who is using the tables. Changes nothing."""
    changes = outstanding(engine, names)
    with reading(engine) as connection:
        return [_step(connection, change) for change in changes]


def messages_about(engine: Engine, tables: Tables) -> int:
    """About how many messages there are: what counting them takes goes by it."""
    with reading(engine) as connection:
        return _size(connection, tables.chattings.name, tables.chattings.schema).rows


def _step(connection: Connection, change: Change) -> Step:
    table, work = ".".join(filter(None, (change.schema, change.table))), change.work
    size = Size() if work in ("create", "row") else _size(connection, change.table, change.schema)
    return Step(change.shown, table, work, size, _seconds(work, size), _locks(connection, work, size))


def _size(connection: Connection, table: str, schema: str | None) -> Size:
    """As the server estimates it; SQLite keeps no such figures, and counts."""
    if is_mysql(connection.dialect):
        row = connection.execute(
            sa.text(
                "SELECT TABLE_ROWS, DATA_LENGTH, ENGINE FROM information_schema.TABLES "
                "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :name"
            ),
            {"name": table, "schema": schema},
        ).first()
        return Size(int(row[0] or 0), int(row[1] or 0), row[2]) if row else Size()
    if not sa.inspect(connection).has_table(table):
        return Size()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    return Size(connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one(), pages * page)


def _seconds(work: Work, size: Size) -> float:
    if work == "index":
        return size.rows / _INDEX_ROWS_PER_SECOND + size.bytes / _INDEX_BYTES_PER_SECOND
    if work == "copy":
        return size.rows / _COPY_ROWS_PER_SECOND + size.bytes / _COPY_BYTES_PER_SECOND
    return 0.0


def _locks(connection: Connection, work: Work, size: Size) -> Locks:
    if is_sqlite(connection.dialect):
        return "file"
    if work in ("create", "row"):
        return "nothing"
    # Only InnoDB builds an index beside the work of others; a table that is not there yet has nobody at work.
    return "moment" if work in ("instant", "index") and size.engine in ("InnoDB", None) else "writes"
