"""Sockets on which a server of ours listens, and what is said where it cannot."""

import errno
import re
import socket

from keyword_assets.core.errors import InputError

_PLACE = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")


def place_of(text: str) -> tuple[str, int]:
    """Host and port of what somebody typed as HOST:PORT.

    Raises:
        InputError: it is none.
    """
    found = _PLACE.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65_535:
        raise InputError("listening.place", value=text)
    return found["address"] or found["name"], int(found["port"])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; the port 0 takes a free one.

    Raises:
        InputError: the port is taken, or the host is none of this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError("listening.port_taken", port=port) from error
        raise InputError("listening.refused", host=host, port=port, reason=error.strerror or error) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a server that listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
