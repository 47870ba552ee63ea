"""What the text of a setting can be: each function makes a value of it, or says what is wrong, naming the setting."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote
from zoneinfo import ZoneInfo

from keyword_assets import addresses
from keyword_assets.configuration.fields import Given, Kind
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible

_OWNER = re.compile(r"team:\S+|[A-Za-z0-9_][A-Za-z0-9._%+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}")
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]+\]")
# A comma that no scheme follows belongs to its URL, as between recipients.
_BETWEEN_URLS = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9]*://)")
_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9]*://\S+")
# A question mark may belong to a path; what follows begins the driver's parameters only where it looks like them.
_SQLITE = re.compile(r"(sqlite(?:\+\w+)?:///)(.+?)(\?[A-Za-z_]\w*=[^/?]*)?")
# The owner keeps all rights: without them nothing of ours could be read again.
_UMASK = re.compile(r"0?0[0-7]{2}")
# An amount of money that is larger is a slip of the pen.
_MOST_KRW = 1e12


def text(given: Given) -> str:
    """Any."""
    return given.text


def path(given: Given) -> Path:
    """A path, seen from the folder of the settings."""
    return given.sources.path(given.name, given.text)


# -- words ------------------------------------------------------------------------------------------------------------


def choice(*words: str) -> Kind:
    """One of these."""

    def read(given: Given) -> str:
        if given.text not in words:
            raise InputError("settings.choice", name=given.name, value=given.text, values=", ".join(words))
        return given.text

    return read


def switch(given: Given) -> bool:
    """On or off."""
    return bool(choice("false", "true")(given) == "true")


def timezone(given: Given) -> ZoneInfo:
    """The name of a time zone."""
    try:
        return ZoneInfo(given.text)
    except (KeyError, ValueError, OSError) as error:
        raise InputError("settings.timezone", name=given.name, value=given.text) from error


def day(given: Given) -> date:
    """A day as 2025-06-01."""
    try:
        return date.fromisoformat(given.text)
    except ValueError as error:
        raise InputError("settings.day", name=given.name, value=given.text) from error


def key(given: Given) -> str:
    """A secret that goes into a header; what is wrong with it is told without it."""
    if not (given.text.isascii() and given.text.isprintable() and " " not in given.text):
        raise InputError("settings.key", name=given.name)
    return given.text


# -- numbers ----------------------------------------------------------------------------------------------------------


def whole(least: int, most: float = math.inf) -> Kind:
    """A whole number, also written as 60,000 or 60_000."""

    def read(given: Given) -> int:
        try:
            number = int(_without_separators(given.text))
        except ValueError:
            number = least - 1
        if number < least:
            raise InputError("settings.whole", name=given.name, value=given.text, least=least)
        if number > most:
            raise InputError("settings.whole_most", name=given.name, value=given.text, least=least, most=most)
        return number

    return read


def _number(complaint: str, fits: Callable[[float], bool], written: Callable[[str], str] = str) -> Kind:
    def read(given: Given) -> float:
        try:
            number = float(written(given.text))
        except ValueError:
            number = math.nan
        if not fits(number):
            raise InputError(complaint, name=given.name, value=given.text)
        return number

    return read


def _without_separators(number: str) -> str:
    return number.replace("_", "").replace(",", "")


seconds = _number("settings.seconds", lambda number: 0 < number < 1e6)
times = _number("settings.times", lambda number: 1 < number < 1e6)
share = _number("settings.share", lambda number: 0 <= number <= 1)
amount = _number("settings.amount", lambda number: 0 <= number < _MOST_KRW, _without_separators)


def hour(given: Given) -> int:
    """An hour of the day."""
    if not (given.text.isascii() and given.text.isdigit() and int(given.text) < 24):
        raise InputError("settings.hour", name=given.name, value=given.text)
    return int(given.text)


def umask(given: Given) -> int:
    """Which rights files are made without, in octal digits."""
    if not _UMASK.fullmatch(given.text):
        raise InputError("settings.umask", name=given.name, value=given.text)
    return int(given.text, 8)


# -- lists, separated by commas ---------------------------------------------------------------------------------------


def _parts(given: Given) -> Iterator[str]:
    return filter(None, map(str.strip, given.text.split(",")))


def some_of(*words: str) -> Kind:
    """Any of these."""

    def read(given: Given) -> tuple[str, ...]:
        for word in (found := tuple(_parts(given))):
            if word not in words:
                raise InputError("settings.choice", name=given.name, value=visible(word), values=", ".join(words))
        return found

    return read


def owners(given: Given) -> tuple[str, ...]:
    """What Dagster takes for owners: `team:…` or an address."""
    for owner in (found := tuple(_parts(given))):
        if not _OWNER.fullmatch(owner):
            raise InputError("settings.owner", name=given.name, value=owner)
    return found


def hosts(given: Given) -> tuple[str, ...]:
    """Names as they stand in a browser's address, without port."""
    for host in (found := tuple(_parts(given))):
        if not _HOST.fullmatch(host):
            raise InputError("settings.host", name=given.name, value=visible(host))
    return found


def networks(given: Given) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses, or networks like 10.0.0.0/8."""
    return tuple(_network(given.name, value) for value in _parts(given))


def _network(name: str, value: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value, strict=False)
    except ValueError as error:
        raise InputError("settings.network", name=name, value=visible(value)) from error


def channels(given: Given) -> tuple[str, ...]:
    """URLs of whatever scheme, separated also by white space; what is wrong is told without them."""
    urls = [url.rstrip(",") for url in _BETWEEN_URLS.split(given.text)]
    for place, url in enumerate(urls, 1):
        if not _CHANNEL.fullmatch(url):
            raise InputError("settings.alert_url", name=given.name, place=place)
    return tuple(urls)


# -- addresses --------------------------------------------------------------------------------------------------------


def url(given: Given) -> str:
    """An http address. It is never quoted: what is wrong with it may be a password that is in the wrong place."""
    value = given.text.rstrip("/")
    parts = addresses.split(value)
    if parts is None or parts.scheme not in ("http", "https"):
        raise InputError("settings.url", name=given.name)
    if "@" in parts.netloc or "?" in value or "#" in value:
        raise InputError("settings.url_extra", name=given.name)
    return value


def heartbeat(given: Given) -> str:
    """An address that is called: encrypted, or of this machine. All of it is secret, so nothing of it is told."""
    parts = addresses.split(given.text)
    fits = parts is not None and "@" not in parts.netloc and "#" not in given.text
    if parts is None or not fits or not _keeps_secrets(parts):
        raise InputError("settings.heartbeat", name=given.name)
    return given.text


def _keeps_secrets(parts: SplitResult) -> bool:
    """Whether nobody on the way can read what goes there."""
    return parts.scheme == "https" or (parts.scheme == "http" and addresses.is_this_machine(parts.hostname))


def service(plain: str) -> Kind:
    """Where a key goes: encrypted, or to this machine, or anywhere if the switch `plain` is on."""

    def read(given: Given) -> str:
        value = url(given)
        parts, allowed = addresses.split(value), Given.of(given.sources, plain)
        assert parts is not None
        if not (_keeps_secrets(parts) or (allowed is not None and switch(allowed))):
            raise InputError("settings.plain_http", name=given.name, host=parts.hostname)
        return value

    return read


def database(given: Given) -> str:
    """A URL; that of a SQLite file with the whole path, because its driver would look from the working folder."""
    found = _SQLITE.fullmatch(given.text)
    if found is None or found[2] == ":memory:" or found[2].startswith("file:"):
        return given.text
    written, unquoted = (given.sources.path(given.name, text) for text in (found[2], unquote(found[2])))
    # A path that was pasted as it is, with a percent sign in it.
    pasted = written.parent.is_dir() and not unquoted.parent.is_dir()
    return f"{found[1]}{_in_url(written if pasted else unquoted)}{found[3] or ''}"


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whatever letters its path has."""
    return f"sqlite:///{_in_url(path)}"


def _in_url(path: Path) -> str:
    """Without the letters that a URL reads as something else."""
    return str(path).replace("%", "%25").replace("?", "%3F").replace("#", "%23")
