"""Tables of users, as different as they are, before one schema of ours that is made once."""

from typing import Any

import sqlalchemy as sa

from keyword_assets.sql.classifying.store import SqlQuestionStore
from keyword_assets.sql.database.names import DEFAULT_NAMES, Names
from keyword_assets.sql.database.stored_days import LOCAL_DAYS, StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets_tests.builders import execute, open_store

CHATS = "CREATE TABLE chattings (chatting_pk INT PRIMARY KEY, input_text TEXT, created_at DATETIME)"
CATEGORIES = "CREATE TABLE admin_categories (category_id INT PRIMARY KEY, category_name VARCHAR(50))"
ROWS = (
    "CREATE TABLE admin_chat_keywords (query_text TEXT, keyword VARCHAR(100), category_id INT, query_count INT, "
    "created_at DATETIME, batch_created_at DATETIME)"
)
_MONTHS = ", ".join(f"PARTITION p{month} VALUES LESS THAN ('2025-0{month + 1}-01')" for month in (4, 5, 6, 7))


def by_month(column: str) -> str:
    """Partitions of 2025 by month."""
    return f"PARTITION BY RANGE COLUMNS ({column}) ({_MONTHS}, PARTITION p8 VALUES LESS THAN (MAXVALUE))"


_BY_MONTH = by_month("created_at")
# Messages and keyword rows by month; each key has the time in it, as a server wants it.
IN_PARTITIONS = (
    "CREATE TABLE chattings (chatting_pk BIGINT AUTO_INCREMENT, input_text LONGTEXT, created_at DATETIME(6) NOT NULL, "
    f"PRIMARY KEY (chatting_pk, created_at), KEY (created_at)) {_BY_MONTH}",
    "CREATE TABLE admin_chat_keywords (id BIGINT AUTO_INCREMENT, query_text LONGTEXT NOT NULL, "
    "keyword VARCHAR(100) NOT NULL, category_id INT NOT NULL, query_count INT NOT NULL, created_at DATETIME NOT NULL, "
    f"batch_created_at DATETIME NOT NULL, PRIMARY KEY (id, created_at), KEY (created_at)) {_BY_MONTH}",
)


class UsersDatabase:
    """A database with our schema in place, whose user's tables change from test to test."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def store(self, *statements: str, names: Names = DEFAULT_NAMES, days: StoredDays = LOCAL_DAYS) -> SqlQuestionStore:
        """A store over these tables of the user's, or the usual ones where none is made; ours are empty."""
        self.clear()
        for statement in statements:
            execute(self.engine, statement)
        there = {*sa.inspect(self.engine).get_table_names(), *sa.inspect(self.engine).get_view_names()}
        usual = {"chattings": CHATS, "admin_categories": CATEGORIES, "admin_chat_keywords": ROWS}
        for logical, statement in usual.items():
            if names.schema(logical) is None and names.table(logical) not in there:
                execute(self.engine, statement)
        return open_store(self.engine, names, days=days)

    def clear(self) -> None:
        """Drop what is not ours, and empty what is."""
        inspector = sa.inspect(self.engine)
        tables = Tables()
        ours = {table.name for table in tables.metadata.tables.values() if table not in tables.of_the_user}
        quote = self.engine.dialect.identifier_preparer.quote
        for view in inspector.get_view_names():
            execute(self.engine, f"DROP VIEW {quote(view)}")
        for table in inspector.get_table_names():
            if table not in ours | {"keyword_schema_version"}:
                execute(self.engine, f"DROP TABLE {quote(table)}")
        for table in ours - {"keyword_locks"}:
            execute(self.engine, f"DELETE FROM {table}")


def insert(engine: sa.Engine, table: str, *rows: tuple[Any, ...]) -> None:
    """Put rows into a table, each value in its place."""
    places = ", ".join(f":v{n}" for n in range(len(rows[0])))
    values = [{f"v{n}": value for n, value in enumerate(row)} for row in rows]
    execute(engine, f"INSERT INTO {table} VALUES ({places})", values)
