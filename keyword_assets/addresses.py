"""What a URL's parts are, and whether its host is this machine; told by parsing, and never by guessing.

Two programs that read the same URL in two ways are how a key gets to the wrong host. So whatever is unusual in the
place of a host (a backslash, a percent sign, letters beyond ASCII, numbers in other bases) is no host to us.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

_NAME = re.compile(r"(?=.{1,253}\.?$)(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_UNKNOWN = "?"


def split(url: str) -> SplitResult | None:
    """The parts of a URL whose host and port can be told beyond doubt; None for any other."""
    if not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not parts.scheme or not host or port == 0 or not is_host(host):
        return None
    return parts


def is_host(host: str) -> bool:
    """Whether this is a name or an address as everybody writes them."""
    if _NAME.fullmatch(host):
        # Of numbers alone it is an address: one that we and the system read alike.
        return not re.fullmatch(r"[0-9.]+|.*\.(0[xX][0-9A-Fa-f]*|[0-9]+)|0[xX][0-9A-Fa-f]+", host) or _is_address(host)
    return _is_address(host)


def is_this_machine(host: str | None) -> bool:
    """Whether a connection to this host stays on this machine."""
    if host is None:
        return False
    if host.lower().removesuffix(".") == "localhost":
        return True
    address = address_of(host)
    return address is not None and address.is_loopback


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is; None for a name. An older one that comes dressed as a newer is itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def host_of(url: str) -> str:
    """The host alone, for those who may not know more; `?` where it cannot be told."""
    parts = split(url)
    return (parts.hostname or _UNKNOWN) if parts else _UNKNOWN


def origin_of(url: str) -> str:
    """Scheme, host and port, which hold no secret; `?` where they cannot be told."""
    parts = split(url)
    if parts is None:
        return _UNKNOWN
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{'' if parts.port is None else f':{parts.port}'}"


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host)) and "%" not in host
    except ValueError:
        return False
