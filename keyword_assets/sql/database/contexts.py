"""One TLS context for all connections of a process that are made alike.

mysql-connector in Python makes a context for each connection, and reads all certificates that the system trusts twice
for it, also where none is checked: 40 ms of a processor.
"""

import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

from mysql.connector.network import MySQLSocket

_FILES = ("ssl_ca", "ssl_cert", "ssl_key")
_build = MySQLSocket.build_ssl_context
_contexts: dict[str, Any] = {}
_building = threading.Lock()


def share_contexts() -> None:
    """Have connections of this process share their contexts from now on."""
    MySQLSocket.build_ssl_context = _shared  # type: ignore[method-assign, assignment]


def _shared(way: MySQLSocket, **options: Any) -> Any:
    """The context for these options; another one once a file that they name has changed."""
    try:
        files = [_fingerprint(options[name]) for name in _FILES if options.get(name)]
    except OSError:
        # The connector has its own words for a file that cannot be read.
        return _build(way, **options)
    made_of = repr((sorted(options.items()), files))
    with _building:
        if made_of not in _contexts:
            _contexts[made_of] = _build(way, **options)
        return _contexts[made_of]


def _fingerprint(file: str) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()
