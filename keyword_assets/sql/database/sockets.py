"""What the system is told of the connections to a server: statements go out at once, and a way that is cut is noticed.

mysql-connector in Python leaves the system's defaults in force. The last piece of what goes out in several waits until
those before are acknowledged, and a server may put that off for 40 ms; under TLS each statement of more than 16 KB goes
out in several. And whoever waits for an answer over a way that is cut hears nothing of that for hours. It also asks the
system twice for each row, where one call hands out some hundred rows.
"""

import socket
from typing import Any

from mysql.connector.connection import MySQLConnection
from mysql.connector.errors import InterfaceError
from mysql.connector.network import NetworkBrokerPlain
from sqlalchemy import event
from sqlalchemy.engine import Engine

# By tcp(7), where the system knows them. Silence is asked about, and the system answers for a server that is at work,
# however long a statement takes.
_OF_TCP = {
    "TCP_NODELAY": 1,
    "TCP_KEEPIDLE": 30,
    "TCP_KEEPINTVL": 10,
    "TCP_KEEPCNT": 3,
    "TCP_USER_TIMEOUT": 60_000,
}
# Asked for at once; of what is longer, so much.
_READ_BYTES = 32_768
_MOST_BYTES = 1_048_576
_LOST = 2013


class _Ahead(NetworkBrokerPlain):
    """Packets of a connection, of which all that has come is read at once."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._pktnr = number
        self._held = bytearray()
        self._at = 0

    def _recv_chunk(self, sock: Any, size: int = 0) -> bytearray:
        """The next bytes, so many."""
        if len(self._held) - self._at < size:
            self._held, self._at = self._held[self._at :], 0
            while (lacking := size - len(self._held)) > 0:
                more = sock.recv(min(max(lacking, _READ_BYTES), _MOST_BYTES))
                if not more:
                    raise InterfaceError(errno=_LOST)
                self._held += more
        self._at += size
        return self._held[self._at - size : self._at]


def set_up_sockets(engine: Engine) -> None:
    """Have no piece of a statement wait for the acknowledgement of another, and a dead way be lost after a minute.

    What a server sends is read as it comes, and not packet by packet; but where a URL has it compressed.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Another driver's connection is not ours to set up, and a socket file has no packets.
        if isinstance(connection, MySQLConnection):
            way: Any = connection._socket
            if type(way._netbroker) is NetworkBrokerPlain:
                way._netbroker = _Ahead(way._netbroker._pktnr)
            if way.sock.family in (socket.AF_INET, socket.AF_INET6):
                way.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for name, value in _OF_TCP.items():
                    if hasattr(socket, name):
                        way.sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
