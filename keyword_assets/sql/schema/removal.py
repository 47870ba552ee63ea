"""Leaving: what of ours stands in a database, and the statements that take it away again."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from keyword_assets.core.errors import InputError
from keyword_assets.sql.classifying.workers import is_alive
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.engine import reading, writing
from keyword_assets.sql.database.tables import Names, Tables
from keyword_assets.sql.schema.migrate import LOCK_WAIT_SECONDS, VERSION_TABLE

# The comment of a table of the user's that was absent. It tells those that we made for good, also after an
# interruption: MySQL commits each DDL statement, and the indexes come after their table.
MADE_BY_US = "keyword_assets"
# On such tables.
ROWS_BY_TEXT = "ix_keyword_text"
# Characters of a text that it holds: questions are short, and the rows themselves decide.
TEXT_PREFIX = 64
# What revisions before 0008 had added to tables of the user's.
_OLD_INDEXES = ("ix_keyword_day", "ix_keyword_text_hash")
_OLD_COLUMNS = ("keyword_day", "keyword_text_hash")
# How a server does it beside the work of others.
# Refused: this algorithm or this lock, or not with this kind of table.
_NOT_BESIDE = frozenset({1221, 1235, 1845, 1846})
_INDEX_BESIDE, _COLUMN_BESIDE = "ALGORITHM=INPLACE, LOCK=NONE", "ALGORITHM=INSTANT"

Change = tuple[str, str]
"""An ALTER TABLE, and the gentle way to do it, which not every server knows."""


def old_additions(connection: Connection, names: Names) -> list[Change]:
    """What takes back the columns and indexes that earlier revisions added to the user's tables."""
    if connection.dialect.name == "sqlite":
        return []
    return [
        change
        for logical in ("chattings", "admin_chat_keywords")
        for change in _old_additions_to(connection, names.table(logical), names.schema(logical))
    ]


def _old_additions_to(connection: Connection, name: str, schema: str | None) -> list[Change]:
    inspector = sa.inspect(connection)
    # In a dry run on an empty database the table is not there yet.
    if name not in inspector.get_table_names(schema):
        return []
    table = _quoted(connection, name, schema)
    columns = {column["name"] for column in inspector.get_columns(name, schema) if "computed" in column}
    ours = [column for column in _OLD_COLUMNS if column in columns]
    indexes = {index["name"] for index in inspector.get_indexes(name, schema)}
    # An index of this name that the user made over columns of his own is not ours.
    drops = [index for index in _OLD_INDEXES if index in indexes and ours]
    changes = [(f"ALTER TABLE {table} {', '.join(f'DROP INDEX {index}' for index in drops)}", _INDEX_BESIDE)]
    changes += [(f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {column}' for column in ours)}", _COLUMN_BESIDE)]
    return [change for change, there in zip(changes, (drops, ours), strict=True) if there]


def _quoted(connection: Connection, name: str, schema: str | None) -> str:
    return connection.dialect.identifier_preparer.format_table(sa.table(name, schema=schema))


def statements(connection: Connection, names: Names, *, tables: bool) -> list[Change]:
    """Everything that takes ours away; `tables` with our own tables, and all that they know."""
    changes = [*old_additions(connection, names), *_index_by_text(connection, names)]
    if tables:
        quote = connection.dialect.identifier_preparer.quote
        there = set(sa.inspect(connection).get_table_names())
        known = Tables(names)
        ours = [table.name for table in known.metadata.sorted_tables if table not in known.of_the_user]
        changes += [(f"DROP TABLE {quote(name)}", "") for name in (*ours, VERSION_TABLE) if name in there]
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
    if connection.dialect.name == "sqlite":
        return [(f"DROP INDEX {ROWS_BY_TEXT}", "")]
    table = _quoted(connection, name, schema)
    return [(f"ALTER TABLE {table} DROP INDEX {ROWS_BY_TEXT}", _INDEX_BESIDE)]


def made_by_us(inspector: sa.Inspector, name: str, schema: str | None) -> bool:
    """Whether a table of the user's is one that was absent, and that we made.

    SQLite keeps no comments: there it is told by the names of its indexes alone.
    """
    return inspector.dialect.name == "sqlite" or inspector.get_table_comment(name, schema)["text"] == MADE_BY_US


def plan(engine: Engine, names: Names, *, tables: bool) -> list[str]:
    """The statements that `remove` would run. Changes nothing."""
    with reading(engine) as connection:
        return [", ".join(filter(None, change)) for change in statements(connection, names, tables=tables)]


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
        for statement, how in changes:
            alter(connection, statement, how)
    return len(changes)


def alter(connection: Connection, statement: str, how: str) -> None:
    """Run a statement in the gentle way that `how` names, and in the server's own way if it cannot."""
    if how:
        try:
            connection.exec_driver_sql(f"{statement}, {how}")
        except DBAPIError as error:
            if getattr(error.orig, "errno", None) not in _NOT_BESIDE:
                raise
        else:
            return
    connection.exec_driver_sql(statement)


def _require_nobody_at_work(connection: Connection, names: Names) -> None:
    workers = Tables(names).workers
    if not sa.inspect(connection).has_table(workers.name):
        return
    alive = sa.select(workers.c.host, workers.c.pid).where(is_alive(workers)).limit(1)
    if (found := connection.execute(alive).first()) is not None:
        raise InputError("remove.at_work", host=found.host, pid=found.pid)
