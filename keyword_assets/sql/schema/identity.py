"""What tells the keyword rows of the user's table apart, so that one of two that say the same can be removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.errors import InputError
from keyword_assets.sql.database.dialects import is_sqlite
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading

# Types of which the server's text is the whole value. The text of a FLOAT is not.
_EXACT = frozenset(
    "tinyint smallint mediumint int bigint decimal char varchar tinytext text mediumtext longtext enum set "
    "binary varbinary tinyblob blob mediumblob longblob date datetime timestamp time year".split()
)


@dataclass(frozen=True)
class Identity:
    """What tells rows apart: the columns of a key, or, where there is none, all columns together."""

    key: tuple[str, ...]
    columns: tuple[str, ...]


def row_identity(engine: Engine, tables: Tables) -> Identity | None:
    """How the rows of the user's table can be told apart; None while there is no table.

    Raises:
        InputError: duplicates cannot be removed safely there; the message says why and what helps.
    """
    table, schema = tables.admin_chat_keywords.name, tables.admin_chat_keywords.schema
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        if table in inspector.get_view_names(schema):
            raise InputError("dedupe.view", table=table)
        if not inspector.has_table(table, schema):
            return None
        if is_sqlite(connection.dialect):
            return _sqlite_identity(connection, table)
        return _mysql_identity(connection, table, schema)


def _sqlite_identity(connection: Connection, table: str) -> Identity:
    inspector = sa.inspect(connection)
    for other in inspector.get_table_names():
        if any(foreign["referred_table"] == table for foreign in inspector.get_foreign_keys(other)):
            raise InputError("dedupe.referenced", table=table, by=other)
    columns = tuple(column["name"] for column in inspector.get_columns(table))
    # SQLite's own number of a row, under whichever of its names no column took. WITHOUT ROWID, the key is not null.
    listed = connection.exec_driver_sql("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'").all()
    if table not in {name for name, without_rowid in listed if without_rowid}:
        taken = {name.lower() for name in columns}
        free = [name for name in ("rowid", "_rowid_", "oid") if name not in taken]
        if free:
            return Identity((free[0],), columns)
    return Identity(tuple(inspector.get_pk_constraint(table)["constrained_columns"]), columns)


def _mysql_identity(connection: Connection, table: str, schema: str | None) -> Identity:
    def rows(statement: str) -> Sequence[Any]:
        return connection.execute(sa.text(statement), {"table": table, "schema": schema}).all()

    ((engine,),) = rows(
        "SELECT ENGINE FROM information_schema.TABLES "
        "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table"
    )
    if engine != "InnoDB":
        raise InputError("dedupe.engine", table=table, engine=engine)
    referring = rows(
        "SELECT TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE "
        "WHERE REFERENCED_TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND REFERENCED_TABLE_NAME = :table"
    )
    if referring:
        raise InputError("dedupe.referenced", table=table, by=referring[0][0])
    found = rows(
        "SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE, GENERATION_EXPRESSION FROM information_schema.COLUMNS "
        "WHERE TABLE_SCHEMA = COALESCE(:schema, DATABASE()) AND TABLE_NAME = :table ORDER BY ORDINAL_POSITION"
    )
    # What we had the server compute is no part of the user's row.
    theirs = [row for row in found if not (row[3] and row[0].startswith("keyword_"))]
    columns = tuple(row[0] for row in theirs)
    nullable = {row[0] for row in found if row[2] == "YES"}
    inspector = sa.inspect(connection)
    if key := inspector.get_pk_constraint(table, schema)["constrained_columns"]:
        return Identity(tuple(key), columns)
    for index in inspector.get_indexes(table, schema):
        names = index["column_names"]
        if index["unique"] and not any(name is None or name in nullable for name in names):
            return Identity(tuple(str(name) for name in names), columns)
    if inexact := [f"{row[0]} {row[1]}" for row in theirs if row[1].lower() not in _EXACT]:
        raise InputError("dedupe.no_key", table=table, columns=", ".join(inexact))
    return Identity((), columns)
