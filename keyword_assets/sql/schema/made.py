"""The tables of the user's that are absent, and that we make; one that is there gets nothing from us.

A column, even an index, that we add to somebody's table can make statements of his fail that worked before, and be it
an ALTER TABLE.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Connection

from keyword_assets.sql.database.columns import BIG_ID, LONG_TEXT, SHORT_TEXT, UTF8MB4, WallClock
from keyword_assets.sql.database.dialects import MYSQL, is_mysql, is_sqlite
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.schema.changes import Change, create_indexes, create_table, is_there

# The comment of a table of the user's that was absent. It tells those that we made for good, also after an
# interruption: MySQL commits each DDL statement, and the indexes come after their table.
MADE_BY_US = "keyword_assets"
# On such tables.
ROWS_BY_TEXT = "ix_keyword_text"
# Characters of a text that it holds: questions are short, and the rows themselves decide.
TEXT_PREFIX = 64

_KEYWORD = sa.String(100).with_variant(mysql.VARCHAR(100, collation="utf8mb4_bin"), *MYSQL)
_KEY, _FULL = {"primary_key": True}, {"nullable": False}
_COLUMNS: Mapping[str, Mapping[str, tuple[Any, dict[str, Any]]]] = {
    "chattings": {
        "chatting_pk": (BIG_ID, _KEY),
        "input_text": (LONG_TEXT, {}),
        "created_at": (WallClock(), _FULL),
    },
    "admin_categories": {
        "category_id": (sa.Integer(), {**_KEY, "autoincrement": False}),
        "category_name": (SHORT_TEXT, _FULL),
    },
    "admin_chat_keywords": {
        "chat_keyword_pk": (BIG_ID, _KEY),
        "query_text": (LONG_TEXT, _FULL),
        "keyword": (_KEYWORD, _FULL),
        "category_id": (sa.Integer(), _FULL),
        "query_count": (sa.Integer(), _FULL),
        "created_at": (WallClock(), _FULL),
        "batch_created_at": (WallClock(), _FULL),
    },
}


def made_by_us(inspector: sa.Inspector, name: str, schema: str | None) -> bool:
    """Whether a table of the user's is one that was absent, and that we made.

    SQLite keeps no comments: there it is told by the names of its indexes alone.
    """
    return is_sqlite(inspector.dialect) or inspector.get_table_comment(name, schema)["text"] == MADE_BY_US


def absent_tables(connection: Connection, names: Names) -> Iterator[Change]:
    """Make the tables that are not there; and the indexes of those that we made, now or earlier."""
    inspector = sa.inspect(connection)
    for table in _declared(names):
        there = is_there(connection, table.name, table.schema)
        if not there:
            yield create_table(connection.dialect, table)
        if not there or _is_ours(inspector, table):
            indexes = inspector.get_indexes(table.name, table.schema) if there else []
            yield from create_indexes(connection.dialect, table, {index["name"] for index in indexes})


def _is_ours(inspector: sa.Inspector, table: sa.Table) -> bool:
    # SQLite needs no second look: there an interruption leaves nothing of an upgrade.
    is_table = table.name in inspector.get_table_names(table.schema)
    return is_mysql(inspector.dialect) and is_table and made_by_us(inspector, table.name, table.schema)


def _declared(names: Names) -> list[sa.Table]:
    messages, categories, rows = (_table(names, logical) for logical in _COLUMNS)
    for indexed in (messages, rows):
        sa.Index(f"ix_{indexed.name}_created_at", indexed.c.created_at)
    text = rows.c.query_text
    lengths: dict[str, Any] = {f"{server}_length": {text.name: TEXT_PREFIX} for server in MYSQL}
    sa.Index(ROWS_BY_TEXT, text, rows.c.created_at, **lengths)
    return [messages, categories, rows]


def _table(names: Names, logical: str) -> sa.Table:
    columns = (
        sa.Column(names.column(logical, name), type_, key=name, **more)
        for name, (type_, more) in _COLUMNS[logical].items()
    )
    name, schema = names.table(logical), names.schema(logical)
    return sa.Table(name, sa.MetaData(), *columns, schema=schema, comment=MADE_BY_US, **UTF8MB4)
