"""Statements that find rows by their primary key, and lock no others.

Rows that may be there already are written in one statement: a look before would be another way to the server, and two
who find nothing there would wait for each other.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.expression import ClauseElement

from keyword_assets.sql.database.dialects import is_sqlite


def insert_absent(table: sa.Table, dialect: Dialect) -> Any:
    """Insert those rows whose primary key is not there; the others stay, and are locked for writing at once."""
    if is_sqlite(dialect):
        return sqlite.insert(table).on_conflict_do_nothing()
    key = next(iter(table.primary_key))
    return mysql.insert(table).on_duplicate_key_update({key.name: key})


def insert_or_update(table: sa.Table, dialect: Dialect, columns: Collection[str]) -> Any:
    """Insert rows; where the primary key is there, bring these columns up to date."""
    if is_sqlite(dialect):
        insert = sqlite.insert(table)
        return insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: insert.excluded[name] for name in columns}
        )
    replacing = mysql.insert(table)
    return replacing.on_duplicate_key_update({name: replacing.inserted[name] for name in columns})


class delete_by_key(Executable, ClauseElement):  # noqa: N801 - reads as a statement
    """Delete rows that are named by their primary key.

    Where the table is small, a server would go through all of it rather than look for many keys, and wait for each row
    that somebody else has locked.
    """

    inherit_cache = False

    def __init__(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> None:
        self.table = table
        self.where = sa.and_(*where)


@compiles(delete_by_key)
def _delete_by_key(element: delete_by_key, compiler: Any, **options: Any) -> str:
    table = compiler.process(element.table, asfrom=True, **options)
    return f"DELETE {table} FROM {table} FORCE INDEX (PRIMARY) WHERE {compiler.process(element.where, **options)}"


@compiles(delete_by_key, "sqlite")
def _delete_by_key_sqlite(element: delete_by_key, compiler: Any, **options: Any) -> str:
    table = compiler.process(element.table, asfrom=True, **options)
    return f"DELETE FROM {table} WHERE {compiler.process(element.where, **options)}"
