"""Changes of the user's tables that do not stop those who work with them, as far as the server can."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.exc import DBAPIError

# Refused: this algorithm or this lock, or not with this kind of table.
_NOT_ONLINE = frozenset({1221, 1235, 1845, 1846})
# Refused: the expression of a virtual column, because it depends on the session (a TIMESTAMP's day on its time zone).
_NOT_VIRTUAL = frozenset({1901, 1907, 3102, 3105, 3106, 3758, 3763})


def invisible(connection: sa.Connection) -> str:
    """`INVISIBLE` where the server knows it: then `SELECT *` and `INSERT` without column names go on as before."""
    version = connection.dialect.server_version_info or ()
    known = (10, 3) if getattr(connection.dialect, "is_mariadb", False) else (8, 0, 23)
    return " INVISIBLE" if tuple(version) >= known else ""


def alter(statement: str, how: str) -> bool:
    """Run an ALTER TABLE in the gentle way that `how` names, and in the server's own way if it cannot.

    Returns:
        False if the server refuses the expression of a virtual column, else True.
    """
    if context.is_offline_mode():
        op.execute(sa.text(f"{statement}, {how}"))
        return True
    for form in (f"{statement}, {how}", statement):
        try:
            op.execute(_verbatim(form))
            return True
        except DBAPIError as error:
            number = getattr(error.orig, "errno", None)
            if number in _NOT_VIRTUAL:
                return False
            if number not in _NOT_ONLINE or form == statement:
                raise
    return True


def _verbatim(statement: str) -> Any:
    """The statement with its colons, which are no parameters."""
    return sa.text(statement.replace(":", "\\:"))
