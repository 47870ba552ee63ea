"""Dagster's own webservers on this machine that others reach: they have no log-in, and ours has not started them.

Read from Linux's /proc, of one's own processes; where there is none of it, nothing is found.
"""

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from keyword_assets.addresses import is_this_machine
from keyword_assets.core.texts import say

_PROC = Path("/proc")
# The command, its module, and what `dagster dev` is typed as; ours has another module.
_BARE = re.compile(rb"(?:^|/|\0)(?:dagster-webserver|dagster_webserver|dagit)(?:\0|$)")
_LISTENING = "0A"


def bare_webservers() -> Iterator[str]:
    """What to say of each webserver that anybody may use who reaches it."""
    addresses = dict(_open_sockets())
    for process in sorted(_PROC.glob("[0-9]*"), key=lambda path: int(path.name)):
        # It may end meanwhile, or be somebody else's.
        with suppress(OSError):
            if not _BARE.search((process / "cmdline").read_bytes()):
                continue
            for address in sorted({addresses[name] for name in _sockets(process) if name in addresses}):
                yield say("doctor.bare_webserver", pid=process.name, address=address)


def _open_sockets() -> Iterator[tuple[str, str]]:
    """Names of sockets that listen beyond this machine, with their addresses."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, *others = line.split()
                host, port = local.split(":")
                address = _address(host)
                if state == _LISTENING and not is_this_machine(address):
                    shown = f"[{address}]" if ":" in address else address
                    yield f"socket:[{others[5]}]", f"{shown}:{int(port, 16)}"


def _address(words: str) -> str:
    """An address as Linux shows it there: in words of the machine's own order."""
    packed = b"".join(struct.pack("=I", int(words[at : at + 8], 16)) for at in range(0, len(words), 8))
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _sockets(process: Path) -> Iterator[str]:
    for file in (process / "fd").iterdir():
        with suppress(OSError):
            yield str(file.readlink())
