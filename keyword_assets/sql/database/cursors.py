"""Cursors of mysql-connector, made without a word to the server, whose rows come by the page.

Its own way to make one asks the server whether it is still there, before each statement: as many ways there and back
again as there are statements. The statement itself finds out, and the pool asks before a connection is handed out.
Its own way to hand out a page of a stream goes through a dozen calls for each row.
"""

from typing import Any, cast

from mysql.connector.connection import MySQLConnection
from mysql.connector.cursor import MySQLCursor, MySQLCursorBuffered
from sqlalchemy.dialects.mysql.mysqlconnector import MySQLExecutionContext_mysqlconnector
from sqlalchemy.engine import Engine


class _Stream(MySQLCursor):
    """Rows that are read while they come."""

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, at most so many; none at the end."""
        self._check_executed()
        wanted, rows = size or self.arraysize, []
        # One that was read while the one before it was handed out alone.
        if self._nextrow[0]:
            rows.append(self._nextrow[0])
            self._nextrow = (None, None)
        if len(rows) < wanted and self._have_unread_result():
            more, end = self._connection.get_rows(wanted - len(rows), raw=False, read_timeout=self._read_timeout)
            rows += more
            if end is not None:
                self._handle_eof(end)
        self._rowcount = max(self._rowcount, 0) + len(rows)
        return rows


class _Context(MySQLExecutionContext_mysqlconnector):
    def create_default_cursor(self) -> Any:
        return self._cursor(MySQLCursorBuffered)

    def create_server_side_cursor(self) -> Any:
        return self._cursor(_Stream)

    def _cursor(self, kind: type[MySQLCursor]) -> MySQLCursor:
        # In Python, see `engine._NOT_OF_THE_URL`.
        connection = cast(MySQLConnection, self.root_connection.connection.dbapi_connection)
        connection.handle_unread_result()
        return kind(connection)


def ask_nothing(engine: Engine) -> None:
    """Have the engine's statements go to the server without a question before each."""
    if engine.dialect.driver == "mysqlconnector":
        engine.dialect.execution_ctx_cls = _Context
