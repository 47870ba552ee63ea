"""Every table and view of a database, with its columns: what somebody looks through who does not know their names."""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from keyword_assets.core.recognising import SeenColumn, SeenTable
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.retries import repeated
from keyword_assets.sql.database.transactions import reading

# The statistics of a server may be old or, on MySQL 8 and later, kept for a day: the number is for the eye.
_OF_SERVER = """
SELECT t.TABLE_NAME, t.TABLE_TYPE, t.TABLE_ROWS, c.COLUMN_NAME, c.DATA_TYPE, c.CHARACTER_MAXIMUM_LENGTH, c.COLUMN_KEY
FROM information_schema.TABLES t
JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA = COALESCE(:schema, DATABASE())
ORDER BY t.TABLE_NAME, c.ORDINAL_POSITION
"""


@repeated
def tables_there(engine: Engine, schema: str | None = None) -> list[SeenTable]:
    """The tables and views that the account may see.

    Args:
        engine: the database.
        schema: another database of the server, which the names then have in front; None for that of the URL.
    """
    with reading(engine) as connection:
        return _on_server(connection, schema) if is_mysql(engine.dialect) else _on_sqlite(connection)


def _on_server(connection: Connection, schema: str | None) -> list[SeenTable]:
    tables: dict[str, tuple[bool, int | None]] = {}
    columns: dict[str, list[SeenColumn]] = defaultdict(list)
    keys: dict[str, int] = defaultdict(int)
    for table, kind, rows, column, type_, length, key in connection.execute(sa.text(_OF_SERVER), {"schema": schema}):
        tables[table] = ("VIEW" in kind, rows)
        type_ = type_.decode() if isinstance(type_, bytes) else type_
        columns[table].append(SeenColumn(column, type_.lower(), length, key == "PRI"))
        keys[table] += key == "PRI"
    return [
        SeenTable(f"{schema}.{table}" if schema else table, _keyed(columns[table], keys[table]), is_view, rows)
        for table, (is_view, rows) in tables.items()
    ]


def _keyed(columns: list[SeenColumn], parts: int) -> tuple[SeenColumn, ...]:
    """The columns; a part of a key is none."""
    if parts == 1:
        return tuple(columns)
    return tuple(SeenColumn(column.name, column.type, column.length) for column in columns)


def _on_sqlite(connection: Connection) -> list[SeenTable]:
    inspector = sa.inspect(connection)
    views = inspector.get_view_names()
    return [
        SeenTable(name, _columns_on_sqlite(connection, name), name in views)
        for name in [*inspector.get_table_names(), *views]
    ]


def _columns_on_sqlite(connection: Connection, table: str) -> tuple[SeenColumn, ...]:
    """What is declared as a text may be a time: there is no type for times."""
    rows = connection.execute(sa.text("SELECT name, type, pk FROM pragma_table_xinfo(:name)"), {"name": table}).all()
    alone = sum(bool(pk) for _, _, pk in rows) == 1
    found = ((name, type_.lower(), alone and bool(pk)) for name, type_, pk in rows)
    return tuple(
        SeenColumn(name, "" if "char" in type_ or "text" in type_ else type_, is_key=pk) for name, type_, pk in found
    )
