"""Makes httpx's clients, and tells in words what they cannot use of the environment."""

import logging
import ssl
from typing import Any, TypeVar

import httpx

from keyword_assets.configuration import surroundings
from keyword_assets.core.errors import InputError
from keyword_assets.hcx import wire

_Client = TypeVar("_Client", httpx.Client, httpx.AsyncClient)


def http_client(kind: type[_Client], base_url: str, **options: Any) -> _Client:
    """A client of this kind. To a server on this machine it goes straight, whatever the environment says.

    Raises:
        InputError: the environment's proxies or files of TLS cannot be used; names the variable.
    """
    # At INFO httpx logs each address, whose path may hold a gateway's token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if wire.is_local(base_url):
        return kind(base_url=base_url, trust_env=False, verify=_local_tls(base_url), **options)
    surroundings.require_usable()
    try:
        return kind(base_url=base_url, **options)
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        # What `surroundings` let pass and httpx did not; its words may quote a password.
        names = ", ".join([*surroundings.proxies_in_use(), "NO_PROXY"])
        raise InputError("surroundings.proxies", names=names, reason=type(error).__name__) from error


def _local_tls(base_url: str) -> ssl.SSLContext | bool:
    """For plain HTTP a context that is never used: making a usual one reads files that the environment names."""
    return True if base_url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
