"""The types of columns, which MySQL, MariaDB and SQLite all take."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from keyword_assets.sql.database.dialects import MYSQL, is_sqlite

# Byte order is the only order in which every text is itself; 4 GB because a chat message has no limit of ours.
LONG_TEXT = sa.Text().with_variant(mysql.LONGTEXT(collation="utf8mb4_bin"), *MYSQL)
SHORT_TEXT = sa.String(255).with_variant(mysql.VARCHAR(255, collation="utf8mb4_bin"), *MYSQL)
HASH = sa.LargeBinary(32).with_variant(mysql.BINARY(32), *MYSQL)
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTF8MB4: Mapping[str, Any] = {f"{server}_charset": "utf8mb4" for server in MYSQL}


class _TimeAsText(sa.String):
    """What a time is bound and read as on SQLite, where a column of this kind is declared as any time is."""

    __visit_name__ = "DATETIME"


class WallClock(TypeDecorator[datetime]):
    """Local wall-clock time, or a day standing for its midnight.

    SQLite keeps it as text, and other programs write it with or without a fraction. A plain `2025-06-11` sorts before
    every way to write that midnight, so days are bound as they are.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, microseconds on MySQL."""
        return dialect.type_descriptor(_TimeAsText() if is_sqlite(dialect) else mysql.DATETIME(fsp=6))

    def process_bind_param(self, value: date | datetime | None, dialect: Dialect) -> Any:
        """A datetime as its text on SQLite; a day as its text, or its midnight elsewhere."""
        if value is None:
            return value
        if is_sqlite(dialect):
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """A datetime, from whatever form it was stored in."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def numbers(*columns: str) -> list[sa.Column[Any]]:
    """Columns of whole numbers that are always known."""
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in columns]
