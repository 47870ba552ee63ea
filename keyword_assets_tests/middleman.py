"""A man in the middle of a MySQL connection, and certificates that nobody should trust."""

import select
import socket
import ssl
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Literal

from keyword_assets_tests.listening import Listening

_SSL = 0x0800
# Of a server's first packet: what it can do, its lower half.
_SSL_REQUEST_BYTES = 32


class Middleman(Listening):
    """Stands between clients and a server that speaks TLS, and reads along.

    Args:
        port: the server's.
        way: `strip` tells clients that the server knows no TLS; `own_certificate` shows them one of ours.
        folder: where the certificate is made.
    """

    def __init__(self, port: int, way: Literal["strip", "own_certificate"], folder: Path) -> None:
        self._server_port, self._way = port, way
        self._certificate = certificate(folder, "middleman") if way == "own_certificate" else None
        self.read = b""
        """What clients said, as far as it could be read."""
        super().__init__()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._server_port))
        with suppress(OSError, struct.error):
            greeting = _packet(server)
            if self._way == "strip":
                greeting = _without_tls(greeting)
            client.sendall(greeting)
            if self._way == "own_certificate":
                first = _packet(client)
                server.sendall(first)
                if len(first) == 4 + _SSL_REQUEST_BYTES:
                    assert self._certificate is not None
                    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    ours.load_cert_chain(*self._certificate)
                    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                    theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
                    client, server = ours.wrap_socket(client, server_side=True), theirs.wrap_socket(server)
            self._pass(client, server)
        for end in (client, server):
            end.close()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        """Both ways in one thread: a TLS socket is not for two."""
        while True:
            waiting = [end for end in (client, server) if isinstance(end, ssl.SSLSocket) and end.pending()]
            for end in waiting or select.select([client, server], [], [])[0]:
                end.settimeout(0)
                try:
                    data = end.recv(65536)
                except (ssl.SSLWantReadError, BlockingIOError):
                    # TLS's own, such as a ticket.
                    continue
                finally:
                    end.settimeout(None)
                if not data:
                    return
                if end is client:
                    self.read += data
                (server if end is client else client).sendall(data)


def certificate(folder: Path, name: str, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A self-signed certificate for a host, with its key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-days", "2", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *files, *subject], check=True, capture_output=True)
    return cert, key


def _packet(source: socket.socket) -> bytes:
    head = _exactly(source, 4)
    return head + _exactly(source, int.from_bytes(head[:3], "little"))


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            raise OSError("closed")
        data += more
    return data


def _without_tls(greeting: bytes) -> bytes:
    # Header, protocol version, the server's version, thread id, eight bytes of the challenge and a zero.
    at = greeting.index(b"\0", 5) + 1 + 4 + 8 + 1
    (abilities,) = struct.unpack_from("<H", greeting, at)
    return greeting[:at] + struct.pack("<H", abilities & ~_SSL) + greeting[at + 2 :]
