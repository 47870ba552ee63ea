"""What a server sends, read as it comes."""

import socket
import threading
from collections.abc import Iterator

import pytest
from mysql.connector.errors import InterfaceError

from keyword_assets.sql.database.sockets import _MOST_BYTES, _READ_BYTES, _Ahead


@pytest.fixture
def way() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end of a connection, and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def _packet(number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([number % 256]) + payload


def test_packets_arrive_whole_whatever_their_length(way: tuple[socket.socket, socket.socket]) -> None:
    """Many in one read, and one in many: neither is lost, and their numbers are told."""
    ours, theirs = way
    lengths = [0, 1, 50, _READ_BYTES - 4, _READ_BYTES - 3, _READ_BYTES, *range(300), 3 * _MOST_BYTES, 7]
    sent = [_packet(number, bytes([number % 251]) * length) for number, length in enumerate(lengths)]
    sender = threading.Thread(target=theirs.sendall, args=(b"".join(sent),))
    sender.start()
    reader = _Ahead(-1)
    numbers, came = [], []
    for _ in sent:
        came.append(bytes(reader.recv(ours, "here")))
        numbers.append(reader._pktnr)
    sender.join()

    assert came == sent
    assert numbers == [number % 256 for number in range(len(sent))]


def test_a_connection_that_ends_within_a_packet_is_lost(way: tuple[socket.socket, socket.socket]) -> None:
    """As mysql-connector says it, so that whoever retries knows."""
    ours, theirs = way
    theirs.sendall(_packet(0, b"whole") + _packet(1, b"cut")[:-1])
    theirs.close()
    reader = _Ahead(-1)

    assert reader.recv(ours, "here").endswith(b"whole")
    with pytest.raises(InterfaceError) as lost:
        reader.recv(ours, "here")
    assert lost.value.errno == 2013
