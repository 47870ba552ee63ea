"""Database URLs: what SQLAlchemy and mysql-connector would trip over later is told here, in words.

mysql-connector takes each parameter of the URL as a string and complains about a few of them when it connects, naming
neither the setting nor the remedy; others it misunderstands in silence: to it `ssl_disabled=false` means true.
"""

import difflib
import re
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.dialects import MYSQL
from keyword_assets.sql.database.tls import VERIFIED, contradiction

SETTING = "KEYWORDS_DATABASE_URL"

_TRUTH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
# The parameters of mysql-connector that a URL can carry, by kind; the others take objects, or would change how rows
# are read. Ours, which are not to be had otherwise, are the last.
_SWITCHES = (
    "compress force_ipv6 dns_srv use_pure get_warnings raise_on_warnings autocommit buffered "
    "consume_results ssl_verify_cert ssl_verify_identity ssl_disabled"
).split()
_NUMBERS = "connection_timeout connect_timeout read_timeout write_timeout".split()
_FILES = "ssl_ca ssl_cert ssl_key openid_token_file".split()
_TEXTS = (
    "unix_socket charset collation time_zone sql_mode init_command auth_plugin ssl_cipher "
    "krb_service_principal kerberos_auth_mode oci_config_file oci_config_profile"
).split()
_KNOWN = frozenset([*_SWITCHES, *_NUMBERS, *_FILES, *_TEXTS])
# What other drivers call it, in small letters and without - and _. None: it has nothing to set here.
_ELSEWHERE: Mapping[str, str | None] = {
    "ssl": "ssl_disabled=false",
    "tls": "ssl_disabled=false",
    "usessl": "ssl_disabled=true",
    "requiressl": VERIFIED,
    "verifyservercertificate": VERIFIED,
    "sslca": VERIFIED,
    "sslcert": "ssl_cert=/…/cert.pem",
    "sslkey": "ssl_key=/…/key.pem",
    "sslcheckhostname": f"{VERIFIED}&ssl_verify_identity=true",
    # Beside the address, where their owner could not be told from it.
    "user": None,
    "password": None,
    "passwd": None,
    "host": None,
    "servertimezone": "KEYWORDS_STORED_TIMEZONE",
    "connectiontimezone": "KEYWORDS_STORED_TIMEZONE",
    "loc": "KEYWORDS_STORED_TIMEZONE",
    "characterencoding": "charset=utf8mb4",
    "connectioncollation": "collation=utf8mb4_bin",
    "sockettimeout": "read_timeout=…",
    "timeout": "connection_timeout=…",
    "unixsocketpath": "unix_socket=/…/mysqld.sock",
    "socket": "unix_socket=/…/mysqld.sock",
    # Files of ours that a server may ask for.
    "localinfile": None,
    "allowlocalinfile": None,
    "allowlocalinfileinpath": None,
    "defaultauth": "auth_plugin=…",
    "binaryprefix": None,
    "useunicode": None,
    "allowpublickeyretrieval": None,
    "autoreconnect": None,
    "parsetime": None,
    "zerodatetimebehavior": None,
    "rewritebatchedstatements": None,
    "uselegacydatetimecode": None,
}
_SSL_MODES = {
    "disabled": "ssl_disabled=true",
    "preferred": None,
    # Not quite the same: nothing but a certificate that is checked keeps mysql-connector from going on without TLS.
    "required": VERIFIED,
    "verifyca": VERIFIED,
    "verifyidentity": f"{VERIFIED}&ssl_verify_identity=true",
}


def parse_url(url: str, setting: str = SETTING) -> URL:
    """The URL, checked.

    Args:
        url: what was set.
        setting: where; for the message.

    Raises:
        InputError: the URL is none, lacks the database's name, is of a database or driver that we do not speak, or has
            a parameter that its driver does not take.
    """
    parsed = _parsed(url)
    if parsed is None:
        raise InputError("database.bad_url", name=setting)
    _require_driver(parsed, setting)
    if is_file(parsed) and parsed.host:
        raise InputError("database.two_slashes")
    if _is_server(parsed):
        if not parsed.database:
            raise InputError("database.no_name", name=setting)
        if not 0 < (parsed.port or 3306) < 65536:
            raise InputError("database.bad_url", name=setting)
    if parsed.get_driver_name() == "mysqlconnector":
        for name, value in parsed.query.items():
            _require_parameter(name, value, setting)
        _require_pair(parsed, setting)
    if found := contradiction(parsed.query):
        raise _bad(found[0], setting, found[1])
    return parsed


def is_file(url: URL) -> bool:
    """Whether it is the address of an embedded database."""
    return url.get_backend_name() == "sqlite"


def _is_server(url: URL) -> bool:
    return url.get_backend_name() in MYSQL


def _parsed(url: str) -> URL | None:
    """None where it cannot be parsed: what SQLAlchemy says of it quotes the password, and is no error's cause."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        return None


def driver_arguments(url: URL) -> dict[str, Any]:
    """The URL's parameters of which SQLAlchemy would leave the kind to chance."""
    found: dict[str, Any] = {name: _TRUTH[str(url.query[name]).lower()] for name in _SWITCHES if name in url.query}
    return found | {name: int(str(url.query[name])) for name in _NUMBERS if name in url.query}


def _require_driver(url: URL, setting: str) -> None:
    try:
        url.get_dialect().import_dbapi()
        known = is_file(url) or _is_server(url)
    except NoSuchModuleError as error:
        raise InputError("database.bad_url", name=setting) from error
    except ImportError as error:
        raise InputError("database.no_driver", name=setting, driver=url.drivername) from error
    if not known:
        raise InputError("database.bad_url", name=setting)


def _require_parameter(name: str, value: str | tuple[str, ...], setting: str) -> None:
    if name not in _KNOWN:
        raise _unknown(name, value, setting)
    if not isinstance(value, str):
        raise _bad(name, setting, say("database.given_twice"))
    checks: list[tuple[list[str], Callable[[str], bool], str]] = [
        (_SWITCHES, lambda text: text.lower() in _TRUTH, "database.true_or_false"),
        (_NUMBERS, lambda text: text.isascii() and text.isdigit(), "database.whole_seconds"),
        (_FILES, lambda text: Path(text).is_file(), "database.not_a_file"),
    ]
    for names, fits, complaint in checks:
        if name in names and not fits(value):
            raise _bad(name, setting, say(complaint))
    if name in ("ssl_ca", "ssl_cert", "ssl_key"):
        _require_pem(name, value, setting)


def _require_pem(name: str, path: str, setting: str) -> None:
    try:
        if name == "ssl_ca":
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
        elif b"-----BEGIN " not in Path(path).read_bytes():
            raise _bad(name, setting, say("surroundings.not_pem"))
    except ssl.SSLError as error:
        raise _bad(name, setting, say("surroundings.not_pem")) from error
    except OSError as error:
        raise _bad(name, setting, error.strerror or type(error).__name__) from error


def _require_pair(url: URL, setting: str) -> None:
    for name, other in (("ssl_cert", "ssl_key"), ("ssl_key", "ssl_cert")):
        if name in url.query and other not in url.query:
            raise _bad(name, setting, say("database.needs", other=other))


def _bad(name: str, setting: str, reason: str) -> InputError:
    return InputError("database.bad_parameter", name=setting, parameter=name, reason=reason)


def _unknown(name: str, value: str | tuple[str, ...], setting: str) -> InputError:
    """What to write in place of a parameter that mysql-connector does not have."""
    plain = name.lower().replace("-", "").replace("_", "")
    instead: str | None
    if plain == "sslmode":
        instead = _SSL_MODES.get(str(value).lower().replace("_", ""), VERIFIED)
    elif plain in ("usessl", "ssl", "tls"):
        instead = "ssl_disabled=true" if str(value).lower() in ("false", "0", "skip-verify") else None
    elif plain in _ELSEWHERE:
        instead = _ELSEWHERE[plain]
    else:
        similar = difflib.get_close_matches(name.lower(), sorted(_KNOWN), n=1)
        instead = similar[0] if similar else None
    key = "database.parameter_instead" if instead else "database.parameter_drop"
    return InputError(key, name=setting, parameter=name, instead=instead)


def shown(url: URL) -> str:
    """The URL as it may be shown: a file by its path, a server by its address and database alone."""
    if is_file(url):
        return f"{url.drivername}:///{url.database or ''}"
    # What stands after a # is part of the name to SQLAlchemy, and may be anything.
    database = url.database if re.fullmatch(r"[\w$.-]*", url.database or "") else "***"
    place = URL.create(url.drivername, None, None, url.host, url.port).render_as_string()
    # As people wrote it: in a URL a Korean name is nine signs a syllable.
    place += f"/{database}" if database else ""
    return place.replace("://", "://***@", 1) if url.username or url.password else place
