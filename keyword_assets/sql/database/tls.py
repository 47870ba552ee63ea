"""Whether a connection to a MySQL server is encrypted, and whether anybody made sure whose it is.

Without parameters mysql-connector encrypts where the server offers it, to whoever answers. It checks a certificate only
where `ssl_ca` and `ssl_verify_cert` stand together, and only then refuses a server, or somebody on the way, that says
it knows no TLS: `ssl_ca` alone takes any certificate, `ssl_verify_identity` alone goes on unencrypted. So what means
less than it says is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from keyword_assets.addresses import is_this_machine
from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import say

VERIFIED = "ssl_ca=/…/ca.pem&ssl_verify_cert=true"
_OF_TLS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_cipher")
_CHECKS = ("ssl_verify_cert", "ssl_verify_identity")
# CR_SSL_CONNECTION_ERROR.
_TLS_ERROR = 2026
_YES = ("true", "1", "yes", "on")


@dataclass(frozen=True)
class Protection:
    """What keeps a connection from being read. `local`: it does not leave this machine."""

    local: bool
    encrypted: bool
    certificate_checked: bool
    name_checked: bool
    version: str = ""

    @property
    def weak(self) -> bool:
        """Whether a password and texts go over a network where they can be read."""
        return not (self.local or self.encrypted)

    def __str__(self) -> str:
        if not self.encrypted:
            return say("tls.local") if self.local else say("tls.none", verified=VERIFIED)
        if not self.certificate_checked:
            return say("tls.unchecked", version=self.version, verified=VERIFIED)
        return say("tls.named" if self.name_checked else "tls.checked", version=self.version)


def contradiction(query: Mapping[str, Any]) -> tuple[str, str] | None:
    """A parameter of a URL that means less than it says, and why; None where all is well."""
    on = {name for name in (*_CHECKS, "ssl_disabled") if str(query.get(name, "")).lower() in _YES}
    given = [name for name in _OF_TLS if name in query] + [name for name in _CHECKS if name in on]
    if "ssl_disabled" in on and given:
        return given[0], say("tls.disabled")
    if "ssl_verify_identity" in on and not ("ssl_verify_cert" in on and "ssl_ca" in query):
        return "ssl_verify_identity", say("tls.needs", needed=VERIFIED)
    if "ssl_verify_cert" in on and "ssl_ca" not in query:
        return "ssl_verify_cert", say("tls.needs", needed="ssl_ca=/…/ca.pem")
    if "ssl_ca" in query and "ssl_verify_cert" not in on:
        return "ssl_ca", say("tls.needs", needed="ssl_verify_cert=true")
    if query.get("auth_plugin") == "mysql_clear_password" and "ssl_verify_cert" not in on:
        return "auth_plugin", say("tls.needs", needed=VERIFIED)
    return None


def insist(engine: Engine, setting: str) -> None:
    """Where the URL says that TLS is on, have a connection without it refused before anything is asked over it.

    mysql-connector itself goes on in the clear when the server, or somebody on the way, offers no TLS.
    """
    query = engine.url.query
    if not ("ssl_disabled" in query and str(query["ssl_disabled"]).lower() not in _YES) and "ssl_cert" not in query:
        return

    @event.listens_for(engine, "connect")
    def require(connection: Any, _record: Any) -> None:
        # What our own end knows; whoever is on the way could answer a question about it as he likes.
        if not connection.is_secure:
            raise InputError("tls.not_offered", name=setting, verified=VERIFIED)


def is_distrust(cause: BaseException | None) -> bool:
    """Whether mysql-connector did not trust whoever answered: his certificate, or that he knows no TLS."""
    return getattr(cause, "errno", 0) == _TLS_ERROR or "CERTIFICATE_VERIFY_FAILED" in str(cause)


def protection_of(connection: Connection) -> Protection | None:
    """How this connection is protected; None where nobody can tell, as of a SQLite file."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.driver != "mysqlconnector" or driver is None:
        return None
    url = connection.engine.url
    encrypted = bool(getattr(driver, "_ssl_active", False))
    version = ""
    if encrypted:
        found = connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Ssl_version'").first()
        version = str(found[1]) if found else ""
    # `contradiction` sees to it that these say what is done.
    checked = "ssl_ca" in url.query
    identity = str(url.query.get("ssl_verify_identity", "")).lower() in _YES
    return Protection(_is_local(url), encrypted, checked, checked and identity, version)


def _is_local(url: URL) -> bool:
    return "unix_socket" in url.query or is_this_machine(url.host or "localhost")
