"""Whether the account may do with the tables what runs do; found out without doing it.

A server that is asked to EXPLAIN a statement wants the rights for that statement, and carries out nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.faults import DatabaseFault, fault_of
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.schema.migrate import VERSION

_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
_EXPLAINED = {
    "SELECT": "SELECT {column} FROM {table} WHERE 1 = 0",
    "INSERT": "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE 1 = 0",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE 1 = 0",
    "DELETE": "DELETE FROM {table} WHERE 1 = 0",
}


@dataclass(frozen=True)
class Rights:
    """What an account needs, or may not do, with a table. `table` is quoted, as a statement has it."""

    table: str
    rights: tuple[str, ...]

    @property
    def statement(self) -> str:
        """What gives these rights; for whom is for the administrator to say."""
        return f"GRANT {', '.join(self.rights)} ON {self.table} TO …"


def needed(dialect: sa.Dialect, tables: Tables) -> list[Rights]:
    """What runs need, table by table."""
    formatted = dialect.identifier_preparer.format_table
    return [Rights(formatted(table), rights) for table, rights in _needed(tables)]


def _needed(tables: Tables) -> list[tuple[sa.Table, tuple[str, ...]]]:
    return [
        (tables.chattings, ("SELECT",)),
        (tables.admin_categories, ("SELECT", "INSERT")),
        (tables.admin_chat_keywords, _ALL),
        (VERSION, ("SELECT",)),
        *((table, _ALL) for table in tables.ours),
    ]


@repeated
def withheld(engine: Engine, tables: Tables) -> list[Rights]:
    """What is missing of the rights that runs need, table by table; nothing of a file, which has none.

    Args:
        engine: the database, with its schema in place.
        tables: the tables.
    """
    if not is_mysql(engine.dialect):
        return []
    with reading(engine) as connection:
        return [lacking for table, rights in _needed(tables) for lacking in _withheld(connection, table, rights)]


def _withheld(connection: Connection, table: sa.Table, rights: Sequence[str]) -> Iterator[Rights]:
    preparer = connection.dialect.identifier_preparer
    columns = [preparer.format_column(column) for column in table.columns]
    names = {"table": preparer.format_table(table), "column": columns[0], "columns": ", ".join(columns)}
    refused = tuple(right for right in rights if _is_denied(connection, _EXPLAINED[right].format(**names)))
    if refused:
        yield Rights(names["table"], refused)


def _is_denied(connection: Connection, statement: str) -> bool:
    try:
        # Not as a text of SQLAlchemy's: a name may have a colon in it.
        connection.exec_driver_sql(f"EXPLAIN {statement}").all()
    except DBAPIError as error:
        # A column of the user's that wants a value is told of elsewhere.
        if (fault := fault_of(error)) not in (DatabaseFault.DENIED, DatabaseFault.ROW):
            raise
        return fault is DatabaseFault.DENIED
    return False
