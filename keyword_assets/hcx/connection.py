"""The way to a server: httpx's clients, the proxies of the environment, and in words what cannot be used of these."""

import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from keyword_assets import addresses
from keyword_assets.configuration import surroundings
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

_Client = TypeVar("_Client", httpx.Client, httpx.AsyncClient)


def http_client(kind: type[_Client], base_url: str, **options: Any) -> _Client:
    """A client of this kind; see `http_clients`."""
    return http_clients(kind, base_url, **options)()


def http_clients(kind: type[_Client], base_url: str, **options: Any) -> Callable[[], _Client]:
    """What makes clients of this kind. To a server on this machine they go straight, whatever the environment says.

    Raises:
        InputError: the environment's proxies or files of TLS cannot be used; names the variable. What is returned
            raises it, too, if only a client shows it.
    """
    # At INFO httpx logs each address, whose path may hold a gateway's token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if is_local(base_url):
        return partial(kind, base_url=base_url, trust_env=False, verify=_local_tls(base_url), **options)
    surroundings.require_usable()
    with _told():
        # One for all clients, and all their ways: where there are proxies, each would read the certificates for itself.
        verify = httpx.create_ssl_context()

    def make() -> _Client:
        with _told():
            return kind(base_url=base_url, verify=verify, **options)

    return make


@contextmanager
def _told() -> Iterator[None]:
    """What `surroundings` let pass and httpx did not; its words may quote a password."""
    try:
        yield
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        names = ", ".join([*surroundings.proxies_in_use(), "NO_PROXY"])
        raise InputError("surroundings.proxies", names=names, reason=type(error).__name__) from error


def _local_tls(base_url: str) -> ssl.SSLContext:
    """For plain HTTP a context that is never used: making a usual one reads files that the environment names."""
    if base_url.startswith("https:"):
        return httpx.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def is_local(base_url: str) -> bool:
    """Whether the server is on this machine: then the environment's proxy, meant for the world outside, is not used."""
    parts = addresses.split(base_url)
    return parts is not None and addresses.is_this_machine(parts.hostname)


def proxy_of(base_url: str) -> str | None:
    """Host and port of the proxy that the environment puts before the server, never its user or password; or None."""
    try:
        url = urlsplit(base_url)
        host = url.hostname or ""
        if is_local(base_url) or proxy_bypass(host):
            return None
        proxies = getproxies()
        proxy = proxies.get(url.scheme) or proxies.get("all") or ""
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        # A malformed address; httpx has its own words for it.
        return None


def way_to(base_url: str) -> str:
    """How our requests reach the server, to be added to what is wrong with the way."""
    proxy = proxy_of(base_url)
    return say("hcx.by_proxy", proxy=proxy) if proxy else say("hcx.without_proxy")
