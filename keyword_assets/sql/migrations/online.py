"""Changes of the user's tables that do not stop those who work with them, as far as the server can."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.exc import DBAPIError

# Refused: this algorithm or this lock, or not with this kind of table.
_NOT_ONLINE = frozenset({1221, 1235, 1845, 1846})


def invisible(connection: sa.Connection) -> str:
    """`INVISIBLE` where the server knows it: then `SELECT *` and `INSERT` without column names go on as before."""
    version = connection.dialect.server_version_info or ()
    known = (10, 3) if getattr(connection.dialect, "is_mariadb", False) else (8, 0, 23)
    return " INVISIBLE" if tuple(version) >= known else ""


def depends_on_time_zone(connection: sa.Connection, table: str, column: str) -> bool:
    """Whether a column's calendar day is another one for each session: then no index may hold it.

    MySQL refuses such a column; MariaDB 10.11 takes it, and would keep the day of whoever wrote the row.
    """
    inspector = sa.inspect(connection)
    # In a dry run on an empty database the first revision's table is not there yet.
    columns = inspector.get_columns(table) if inspector.has_table(table) else []
    return any(found["name"] == column and isinstance(found["type"], sa.TIMESTAMP) for found in columns)


def alter(statement: str, how: str) -> None:
    """Run an ALTER TABLE in the gentle way that `how` names, and in the server's own way if it cannot."""
    if context.is_offline_mode():
        op.execute(sa.text(f"{statement}, {how}"))
        return
    try:
        op.execute(_verbatim(f"{statement}, {how}"))
    except DBAPIError as error:
        if getattr(error.orig, "errno", None) not in _NOT_ONLINE:
            raise
        op.execute(_verbatim(statement))


def _verbatim(statement: str) -> Any:
    """The statement with its colons, which are no parameters."""
    return sa.text(statement.replace(":", "\\:"))
