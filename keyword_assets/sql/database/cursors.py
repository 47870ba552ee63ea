"""Cursors of mysql-connector, made without a word to the server.

Its own way to make one asks the server whether it is still there, before each statement: as many ways there and back
again as there are statements. The statement itself finds out, and the pool asks before a connection is handed out.
"""

from typing import Any

from mysql.connector.connection import MySQLConnection
from mysql.connector.cursor import MySQLCursor, MySQLCursorBuffered
from sqlalchemy.dialects.mysql.mysqlconnector import MySQLExecutionContext_mysqlconnector
from sqlalchemy.engine import Engine


class _Context(MySQLExecutionContext_mysqlconnector):
    def create_default_cursor(self) -> Any:
        return self._cursor(MySQLCursorBuffered) or super().create_default_cursor()

    def create_server_side_cursor(self) -> Any:
        return self._cursor(MySQLCursor) or super().create_server_side_cursor()

    def _cursor(self, kind: type[MySQLCursor]) -> MySQLCursor | None:
        """One of its own in Python; None of a connection in C, which makes them in its way."""
        connection = self.root_connection.connection.dbapi_connection
        if not isinstance(connection, MySQLConnection):
            return None
        connection.handle_unread_result()
        return kind(connection)


def ask_nothing(engine: Engine) -> None:
    """Have the engine's statements go to the server without a question before each."""
    if engine.dialect.driver == "mysqlconnector":
        engine.dialect.execution_ctx_cls = _Context
