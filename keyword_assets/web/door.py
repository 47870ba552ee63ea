"""Who is let in where: decided once, when a webserver starts, from where it listens and what the settings say.

Beyond this machine a webserver needs a log-in, its own or a proxy's; without one it does not start.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from keyword_assets.addresses import address_of, is_this_machine
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.web.users import Users

Network = IPv4Network | IPv6Network

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class Door:
    """What is let in."""

    names: frozenset[str] = _LOOPBACK_NAMES
    """What may stand in `Host`, in small letters and without the port."""
    by_address: bool = False
    """Whether any address may stand there, as where a server listens on all of a machine's. A page that lies about its
    name (DNS rebinding) needs a name for it."""
    users: Users | None = None
    """Who may log in; None where nobody has to."""
    proxies: tuple[Network, ...] = field(default=())
    """From where alone requests may come, because a proxy is there; empty: from anywhere."""

    def knows(self, name: str) -> bool:
        """Whether this may stand in `Host`."""
        if name in self.names:
            return True
        address = address_of(name.strip("[]")) if self.by_address else None
        # 0.0.0.0 reaches this machine from a page of anybody's in some browsers.
        return address is not None and not address.is_unspecified

    def opens_to(self, peer: str) -> bool:
        """Whether requests may come from this address."""
        return not self.proxies or self.is_proxy(peer)

    def is_proxy(self, peer: str) -> bool:
        """Whether this address is a proxy's that the settings name."""
        address = address_of(peer)
        return address is not None and any(address in network for network in self.proxies)


def door_of(settings: Settings, host: str) -> Door:
    """The door of a webserver that listens on this host.

    Raises:
        InputError: others than this machine could come in, and nobody would have to log in.
    """
    beyond = not is_this_machine(host)
    if (beyond or settings.web_hosts) and not (settings.web_users or settings.web_proxies):
        raise InputError("web.no_login", host=host or "*")
    address = address_of(host)
    everywhere = not host or (address is not None and address.is_unspecified)
    own = frozenset() if everywhere else frozenset({_in_url(host)})
    return Door(
        names=_LOOPBACK_NAMES | {name.lower() for name in settings.web_hosts} | own,
        by_address=everywhere,
        users=Users.of(settings.web_users) if settings.web_users else None,
        proxies=settings.web_proxies,
    )


def _in_url(host: str) -> str:
    return f"[{host.lower()}]" if ":" in host else host.lower()
