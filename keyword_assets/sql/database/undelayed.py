"""Statements that go to the server at once.

mysql-connector in Python leaves the system's default in force: the last piece of what goes out in several waits until
those before are acknowledged, and a server may put that off for 40 ms. Under TLS each statement of more than 16 KB goes
out in several.
"""

import socket
from typing import Any

from mysql.connector.connection import MySQLConnection
from sqlalchemy import event
from sqlalchemy.engine import Engine


def send_at_once(engine: Engine) -> None:
    """Have no piece of a statement wait for the acknowledgement of another."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # A connection in C does so by itself, and a socket file has no packets.
        if isinstance(connection, MySQLConnection):
            way: Any = connection._socket
            if way.sock.family in (socket.AF_INET, socket.AF_INET6):
                way.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
