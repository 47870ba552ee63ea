"""Leaving: what of ours stands in a database, and the statements that take it away again."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.classifying.workers import is_alive
from keyword_assets.sql.database.dialects import is_mysql, is_sqlite
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets.sql.schema.changes import Change, drop
from keyword_assets.sql.schema.made import ROWS_BY_TEXT, made_by_us
from keyword_assets.sql.schema.migrate import LOCK_WAIT_SECONDS, VERSION_TABLE
from keyword_assets.sql.schema.old_additions import old_additions


def statements(connection: Connection, names: Names, *, tables: bool) -> list[Change]:
    """Everything that takes ours away; `tables` with our own tables, and all that they know."""
    changes = [*old_additions(connection, names), *_index_by_text(connection, names)]
    if tables:
        quote = connection.dialect.identifier_preparer.quote
        there = set(sa.inspect(connection).get_table_names())
        ours = [table.name for table in Tables(names).ours]
        drops = [name for name in (*ours, VERSION_TABLE) if name in there]
        changes += [Change(f"DROP TABLE {quote(name)}", name, "instant") for name in drops]
    return changes


def _index_by_text(connection: Connection, names: Names) -> list[Change]:
    name, schema = names.table("admin_chat_keywords"), names.schema("admin_chat_keywords")
    inspector = sa.inspect(connection)
    if name not in inspector.get_table_names(schema):
        return []
    columns = [names.column("admin_chat_keywords", column) for column in ("query_text", "created_at")]
    there = {index["name"]: index["column_names"] for index in inspector.get_indexes(name, schema)}
    # One of this name that somebody made himself stays: over other columns, or on a table that is not from us.
    if there.get(ROWS_BY_TEXT) != columns or not made_by_us(inspector, name, schema):
        return []
    if is_sqlite(connection.dialect):
        return [Change(f"DROP INDEX {ROWS_BY_TEXT}", name, "instant")]
    return [drop(connection.dialect, "INDEX", sa.table(name, schema=schema), [ROWS_BY_TEXT])]


def plan(engine: Engine, names: Names, *, tables: bool) -> list[str]:
    """The statements that `remove` would run. Changes nothing."""
    with reading(engine) as connection:
        return [change.shown for change in statements(connection, names, tables=tables)]


def remove(engine: Engine, names: Names, *, tables: bool) -> int:
    """Take ours away; returns how many statements that took. Can be interrupted, and run again for the rest.

    Raises:
        InputError: a process of ours is at work on the database; nothing was changed.
        DatabaseError: a table is in use for too long, or the account may not alter it; what was done stays.
    """
    with writing(engine) as connection:
        _require_nobody_at_work(connection, names)
        if is_mysql(connection.dialect):
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS}")
        changes = statements(connection, names, tables=tables)
        for change in changes:
            change.make(connection)
    return len(changes)


def _require_nobody_at_work(connection: Connection, names: Names) -> None:
    workers = Tables(names).workers
    if not sa.inspect(connection).has_table(workers.name):
        return
    alive = sa.select(workers.c.host, workers.c.pid).where(is_alive(workers)).limit(1)
    if (found := connection.execute(alive).first()) is not None:
        raise InputError("remove.at_work", host=found.host, pid=found.pid)
