"""What the environment says about the network, and the working folder, looked at before a library trips over them.

Proxies (`HTTPS_PROXY` and its kin, `NO_PROXY`) and the files of TLS (`SSL_CERT_FILE` and its kin) are no settings of
ours: httpx, which speaks to HCX, and requests, which sends alerts, read them by themselves, and raise what names
neither the variable nor the remedy. No value of a proxy variable is ever shown, for it may hold a password.
"""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from keyword_assets.addresses import address_of
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SCHEMES = ("http", "https", "socks5", "socks5h")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# Of a name, with or without its port, or of a part of a name.
_HOST = re.compile(r"[^\s/:@\[\]?#\\%]+(?::(\d{1,5}))?")
# What a folder of certificates is looked up by: the hash of a subject, as `openssl rehash` makes them.
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")


def working_folder() -> Path:
    """The folder in which we were started.

    Raises:
        InputError: it was deleted meanwhile, or may not be entered.
    """
    try:
        folder = Path.cwd()
        folder.stat()
    except OSError as error:
        raise InputError("surroundings.no_folder", reason=_words(error)) from error
    return folder


def require_usable() -> None:
    """Return if httpx can use what the environment says.

    Raises:
        InputError: it cannot; names the first variable that is at fault.
    """
    for fault in faults():
        raise fault


def faults() -> Iterator[InputError]:
    """Each variable that httpx would not be able to use."""
    yield from proxy_faults("socksio")
    yield from _certificate_faults()
    yield from key_log_faults()


def faults_of_alerts() -> Iterator[InputError]:
    """Each variable that the channels of alerts, which are on requests, would not be able to use."""
    yield from proxy_faults("socks")
    # The second counts where the first is unset or empty.
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := os.environ.get(name):
            reason = _folder_fault(path) if Path(path).is_dir() else _bundle_fault(path)
            if reason:
                yield InputError("surroundings.certificates", name=name, path=path, reason=reason)
            break
    yield from key_log_faults()


def key_log_faults() -> Iterator[InputError]:
    """The file to which Python writes the keys of its TLS connections, if it cannot be written to."""
    if path := os.environ.get("SSLKEYLOGFILE"):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = path
        except OSError as error:
            yield InputError("surroundings.key_log", name="SSLKEYLOGFILE", path=path, reason=_words(error))


def proxies_in_use() -> list[str]:
    """The names of the variables that name a proxy."""
    return [found[0] for name in PROXY_VARIABLES if (found := _variable(name))]


def proxies() -> Iterator[tuple[str, SplitResult]]:
    """Each variable that names a proxy which can be used, with the proxy's address."""
    for name in PROXY_VARIABLES:
        if (found := _variable(name)) and _proxy_fault(*found, "socksio") is None:
            yield found[0], urlsplit(found[1] if "://" in found[1] else f"http://{found[1]}")


def proxy_faults(socks_module: str) -> Iterator[InputError]:
    """Each proxy variable that cannot be used.

    Args:
        socks_module: what must be installed for a SOCKS proxy.
    """
    exceptions = _variable("NO_PROXY")
    hosts = [host.strip() for host in exceptions[1].split(",")] if exceptions else []
    if "*" in hosts:
        # Then no proxy is used at all.
        return
    for name in PROXY_VARIABLES:
        if (found := _variable(name)) and (fault := _proxy_fault(*found, socks_module)):
            yield fault
    for host in hosts:
        if exceptions and not _can_be_excepted(host):
            yield InputError("surroundings.no_proxy", name=exceptions[0], entry=host)


def _variable(name: str, environ: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """The name as it is spelt in the environment and its value; as everywhere, small letters win, also when empty."""
    environ = os.environ if environ is None else environ
    spelt = name.lower() if name.lower() in environ else name
    value = environ.get(spelt, "").strip()
    return (spelt, value) if value else None


def _proxy_fault(name: str, value: str, socks_module: str) -> InputError | None:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return InputError("surroundings.proxy_url", name=name)
    if parts.scheme not in _SCHEMES:
        scheme = _SCHEME.match(value)
        return InputError("surroundings.proxy_scheme", name=name, scheme=scheme[1] if scheme else "?")
    if port == 0 or not (_HOST.fullmatch(host) or address_of(host)):
        return InputError("surroundings.proxy_url", name=name)
    if parts.scheme.startswith("socks") and find_spec(socks_module) is None:
        return InputError("surroundings.socks", name=name)
    return None


def _can_be_excepted(entry: str) -> bool:
    """Whether httpx understands an entry of NO_PROXY: a name or its end, an address, an IPv4 network, or none."""
    if not entry or address_of(entry):
        return True
    if "/" in entry and "://" not in entry:
        try:
            return ip_network(entry, strict=False).version == 4
        except ValueError:
            return False
    match = _HOST.fullmatch(entry.split("://")[-1].rstrip("/"))
    return match is not None and int(match[1] or 0) < 65536


def _certificate_faults() -> Iterator[InputError]:
    if path := os.environ.get("SSL_CERT_FILE"):
        if reason := _bundle_fault(path):
            yield InputError("surroundings.certificates", name="SSL_CERT_FILE", path=path, reason=reason)
    elif folders := os.environ.get("SSL_CERT_DIR"):
        reasons = [_folder_fault(folder) for folder in folders.split(os.pathsep)]
        # OpenSSL goes through them all, so that one that is good is enough.
        if all(reasons):
            yield InputError("surroundings.certificates", name="SSL_CERT_DIR", path=folders, reason=reasons[0])


def _bundle_fault(path: str) -> str | None:
    try:
        if Path(path).is_dir():
            return say("surroundings.is_folder")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return say("surroundings.not_pem")
    except (OSError, ValueError) as error:
        return _words(error)
    return None


def _folder_fault(path: str) -> str | None:
    try:
        if not any(_HASHED.fullmatch(file.name) for file in Path(path).iterdir()):
            return say("surroundings.not_hashed")
    except (OSError, ValueError) as error:
        return _words(error)
    return None


def _words(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
