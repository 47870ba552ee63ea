"""The users of a webserver: a file of names and bcrypt hashes, as `htpasswd -B` writes it."""

import re
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from pathlib import Path

import bcrypt

from keyword_assets.addresses import address_of
from keyword_assets.core.errors import InputError

_LINE = re.compile(r"(?P<name>[^:\s]+):(?P<hash>\$2[aby]\$\d\d\$[./A-Za-z0-9]{53})")
# Of a password no more counts, and the library refuses a longer one.
_MOST_BYTES = 72
# Compared with when there is no such user, so that the time an answer takes does not tell.
_NOBODY = b"$2b$12$OpJL66bRM/ulZmHIC2.LU.7OmiMNCjgKTtn9NXrz.PEAihiMWReIa"


@dataclass(frozen=True)
class Users:
    """The file, read again whenever it has changed: who was taken out of it is out."""

    file: Path

    @classmethod
    def of(cls, file: Path) -> "Users":
        """The users of this file.

        Raises:
            InputError: it cannot be read, or a line of it is not of that kind.
        """
        users = cls(file)
        users.read()
        return users

    def state(self) -> tuple[int, int, int] | None:
        """What changes with the file; None when it is gone."""
        try:
            stat = self.file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def read(self) -> Mapping[str, bytes]:
        """Name → hash.

        Raises:
            InputError: it cannot be read, or a line of it is not of that kind.
        """
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "UTF-8"
            raise InputError("web.users_unreadable", path=self.file, reason=reason) from error
        found = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line.strip())
            if match is None:
                # Without the line: it may hold a password as it is.
                raise InputError("web.users_line", path=self.file, line=number)
            found[match["name"]] = match["hash"].encode()
        if not found:
            raise InputError("web.users_none", path=self.file)
        return found

    def has(self, name: str, password: str) -> bool:
        """Whether this is a user's password; takes as long for a name that is none."""
        try:
            known = self.read().get(name)
        except InputError:
            known = None
        given = password.encode()
        fits = len(given) <= _MOST_BYTES and b"\0" not in given
        right = bcrypt.checkpw(given if fits else b"", known or _NOBODY)
        return right and fits and known is not None


class Guesses:
    """Wrong passwords by where they came from: so many in a while, then none is looked at.

    Args:
        clock: seconds from anywhere.
        most: wrong ones from one place.
    """

    MOST, SECONDS = 10, 300.0
    # More addresses than attack at once; the oldest are forgotten first.
    _MOST_PLACES = 10_000

    def __init__(self, clock: Callable[[], float], most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, peer: str) -> float:
        """Seconds until a password from there is looked at; 0 for at once."""
        wrong = self._wrong.get(_place(peer))
        if wrong is None or len(wrong) < self._most:
            return 0.0
        return max(0.0, wrong[0] + self.SECONDS - self._clock())

    def was_wrong(self, peer: str) -> None:
        """Note a wrong password from there."""
        place = _place(peer)
        self._wrong.setdefault(place, deque(maxlen=self._most)).append(self._clock())
        self._wrong.move_to_end(place)
        while len(self._wrong) > self._MOST_PLACES:
            self._wrong.popitem(last=False)


def _place(peer: str) -> str:
    """The address; of the newer kind the network, whose addresses one machine may have all."""
    address = address_of(peer)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return peer if address is None else str(address)
