"""Takes back what versions before 0008 had added to the user's tables: virtual columns, and indexes over them.

They made the service's own statements fail: MySQL computes such a column in the session of whoever writes, under the
modes of whoever opened the table first.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.schema.changes import Change, drop

_INDEXES = ("ix_keyword_day", "ix_keyword_text_hash")
_COLUMNS = ("keyword_day", "keyword_text_hash")


def old_additions(connection: Connection, names: Names) -> Iterator[Change]:
    """What takes them back, where there are any; SQLite files never had them."""
    if is_mysql(connection.dialect):
        for logical in ("chattings", "admin_chat_keywords"):
            yield from _additions_to(connection, names.table(logical), names.schema(logical))


def _additions_to(connection: Connection, name: str, schema: str | None) -> Iterator[Change]:
    inspector = sa.inspect(connection)
    # In a dry run on an empty database the table is not there yet.
    if name not in inspector.get_table_names(schema):
        return
    table = sa.table(name, schema=schema)
    computed = {column["name"] for column in inspector.get_columns(name, schema) if "computed" in column}
    columns = [column for column in _COLUMNS if column in computed]
    there = {index["name"] for index in inspector.get_indexes(name, schema)}
    # An index of this name that the user made over columns of his own is not ours.
    if indexes := [index for index in _INDEXES if index in there and columns]:
        yield drop(connection.dialect, "INDEX", table, indexes)
    if columns:
        yield drop(connection.dialect, "COLUMN", table, columns)
