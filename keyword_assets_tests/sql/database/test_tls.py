"""Connections to MySQL: what the URL says of TLS is what is done, whoever stands on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import DatabaseError, InputError, KeywordAssetsError
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.tls import Protection, contradiction, protection_of
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.database.urls import parse_url
from keyword_assets_tests.hostile_mysql import HostileServer
from keyword_assets_tests.mariadb import PASSWORD, MySQLServer, PrivateMariaDB
from keyword_assets_tests.middleman import Middleman, certificate

BASE = "mysql+mysqlconnector://me:hunter2@db.example/chats"


@pytest.mark.parametrize(
    ("query", "blamed"),
    [
        ({"ssl_verify_identity": "true"}, "ssl_verify_identity"),
        ({"ssl_verify_identity": "on", "ssl_verify_cert": "1"}, "ssl_verify_identity"),
        ({"ssl_verify_identity": "true", "ssl_ca": "ca"}, "ssl_verify_identity"),
        ({"ssl_verify_identity": "YES", "ssl_ca": "ca", "ssl_verify_cert": "false"}, "ssl_verify_identity"),
        ({"ssl_verify_cert": "true"}, "ssl_verify_cert"),
        ({"ssl_ca": "ca"}, "ssl_ca"),
        ({"ssl_ca": "ca", "ssl_verify_cert": "no"}, "ssl_ca"),
        ({"ssl_ca": "ca", "ssl_disabled": "false"}, "ssl_ca"),
        ({"ssl_ca": "ca", "ssl_verify_cert": "true", "ssl_disabled": "true"}, "ssl_ca"),
        ({"ssl_verify_cert": "true", "ssl_disabled": "1"}, "ssl_verify_cert"),
        ({"ssl_cert": "c", "ssl_key": "k", "ssl_disabled": "true"}, "ssl_cert"),
        ({"ssl_cipher": "AES", "ssl_disabled": "on"}, "ssl_cipher"),
        ({"auth_plugin": "mysql_clear_password"}, "auth_plugin"),
        ({}, None),
        ({"ssl_disabled": "true"}, None),
        ({"ssl_disabled": "false"}, None),
        ({"ssl_disabled": "true", "ssl_verify_cert": "false"}, None),
        ({"ssl_cert": "c", "ssl_key": "k"}, None),
        ({"ssl_ca": "ca", "ssl_verify_cert": "true"}, None),
        ({"ssl_ca": "ca", "ssl_verify_cert": "true", "ssl_disabled": "false"}, None),
        ({"ssl_ca": "ca", "ssl_verify_cert": "true", "ssl_verify_identity": "true"}, None),
        ({"ssl_ca": "ca", "ssl_verify_cert": "true", "auth_plugin": "mysql_clear_password"}, None),
    ],
)
def test_what_means_less_than_it_says_is_refused(query: dict[str, str], blamed: str | None) -> None:
    """Each of these connects with mysql-connector, and verifies nothing, or is not even encrypted."""
    found = contradiction(query)

    assert (found and found[0]) == blamed


@pytest.mark.parametrize("setting", ["KEYWORDS_DATABASE_URL", "DAGSTER_MYSQL_URL"])
def test_it_is_told_with_the_setting(setting: str) -> None:
    """Two settings hold such an address."""
    with pytest.raises(InputError, match=setting) as refused:
        parse_url(f"{BASE}?ssl_verify_identity=true", setting)

    assert "ssl_ca=" in str(refused.value)


@pytest.mark.parametrize(
    "parameter", ["allow_local_infile=true", "allow_local_infile_in_path=/", "localInfile=1", "user=me", "password=x"]
)
def test_what_has_no_place_in_a_url_is_refused(parameter: str) -> None:
    """With LOCAL INFILE a server may have any file of ours."""
    with pytest.raises(InputError) as refused:
        parse_url(f"{BASE}?{parameter}")

    assert refused.value.key == "database.parameter_drop"


@pytest.mark.parametrize("wants", ["file", "password"])
def test_a_hostile_server_gets_neither_files_nor_the_password(wants: str) -> None:
    """It may ask; the client decides."""
    server = HostileServer(wants)
    engine = make_engine(f"mysql+mysqlconnector://me:hunter2@127.0.0.1:{server.port}/chats")
    try:
        with pytest.raises(KeywordAssetsError), reading(engine) as connection:
            connection.execute(sa.text("SELECT 1"))
    finally:
        engine.dispose()
        server.close()

    assert b"root:" not in server.got
    assert b"hunter2" not in server.got


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificates are."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[PrivateMariaDB]:
    """A server with a certificate of its own."""
    cert, key = certificate(folder, "server")
    with PrivateMariaDB([f"--ssl-cert={cert}", f"--ssl-key={key}"]) as started:
        yield started


@pytest.fixture(params=["straight", "strip", "own_certificate"])
def way(request: pytest.FixtureRequest, server: PrivateMariaDB, folder: Path) -> Iterator[tuple[str, int]]:
    """What is between us and the server, and the port at which it answers."""
    if request.param == "straight":
        yield "straight", server.port
        return
    middleman = Middleman(server.port, request.param, folder)
    yield request.param, middleman.port
    middleman.close()


PLAIN, BLIND = Protection(True, False, False, False), Protection(True, True, False, False, "TLSv1.3")
CHECKED, NAMED = Protection(True, True, True, False, "TLSv1.3"), Protection(True, True, True, True, "TLSv1.3")
# What the URL says: what becomes of it straight, with a middleman who strips TLS, and with one who shows his own
# certificate.
OUTCOMES: dict[str, dict[str, Protection | str]] = {
    "": {"straight": BLIND, "strip": PLAIN, "own_certificate": BLIND},
    "ssl_disabled=true": {"straight": PLAIN, "strip": PLAIN, "own_certificate": PLAIN},
    "ssl_disabled=false": {"straight": BLIND, "strip": "tls.not_offered", "own_certificate": BLIND},
    "ssl_ca={ca}&ssl_verify_cert=true": dict.fromkeys(("strip", "own_certificate"), "tls.not_verified")
    | {"straight": CHECKED},
    "ssl_ca={ca}&ssl_verify_cert=true&ssl_verify_identity=true": dict.fromkeys(
        ("strip", "own_certificate"), "tls.not_verified"
    )
    | {"straight": NAMED},
    "ssl_ca={other}&ssl_verify_cert=true": dict.fromkeys(("straight", "strip", "own_certificate"), "tls.not_verified"),
}


@pytest.mark.parametrize("query", OUTCOMES)
def test_the_way_is_as_protected_as_the_url_says(way: tuple[str, int], folder: Path, query: str) -> None:
    """Who is on the way either strips TLS from the server's first packet, or answers with a certificate of his own."""
    kind, port = way
    given = query.format(ca=folder / "server.pem", other=_other(folder))
    engine = make_engine(f"mysql+mysqlconnector://keyword:{PASSWORD}@127.0.0.1:{port}/mysql?{given}")
    found: Protection | str | None
    try:
        with reading(engine) as connection:
            found = protection_of(connection)
    except (InputError, DatabaseError) as refused:
        found = refused.key
    finally:
        engine.dispose()

    assert found == OUTCOMES[query][kind]


def test_a_name_that_is_not_in_the_certificate_is_refused(server: PrivateMariaDB, folder: Path) -> None:
    """The certificate of another server of the same authority proves nothing."""
    verified = f"ssl_ca={folder / 'server.pem'}&ssl_verify_cert=true"
    url = f"mysql+mysqlconnector://keyword:{PASSWORD}@localhost:{server.port}/mysql?{verified}"
    found = []
    for query in ("", "&ssl_verify_identity=true"):
        engine = make_engine(url + query)
        try:
            with reading(engine):
                found.append("connected")
        except DatabaseError as refused:
            found.append(refused.key)
        finally:
            engine.dispose()

    assert found == ["connected", "tls.not_verified"]


def test_certificates_are_read_once_and_again_when_they_have_changed(server: PrivateMariaDB, folder: Path) -> None:
    """For each connection it would take longer than all else about it."""
    trusted = folder / "trusted.pem"
    trusted.write_bytes((folder / "server.pem").read_bytes())
    url = (
        f"mysql+mysqlconnector://keyword:{PASSWORD}@127.0.0.1:{server.port}/mysql?ssl_ca={trusted}&ssl_verify_cert=true"
    )
    engine = make_engine(url)
    with engine.connect() as one, engine.connect() as other:
        first, second = _context(one), _context(other)
        trusted.write_bytes((folder / "server.pem").read_bytes() * 2)
        with engine.connect() as third:
            changed = _context(third)
    engine.dispose()

    assert first is second
    assert first is not changed


@pytest.mark.parametrize(("host", "weak"), [("127.0.0.1", False), ("db.example", True)])
def test_only_a_network_can_be_listened_to(host: str, weak: bool) -> None:
    """Loopback needs no TLS."""
    assert Protection(host == "127.0.0.1", False, False, False).weak is weak


def test_the_ordinary_server_of_the_suite_is_told_as_it_is(mysql_server: MySQLServer, mysql_url: str) -> None:
    """MySQL makes certificates for itself, MariaDB 10.11 does not; nobody's is verified without being asked to."""
    engine = make_engine(mysql_url)
    with reading(engine) as connection:
        found = protection_of(connection)
    engine.dispose()

    assert found is not None
    assert not found.certificate_checked


def _context(connection: sa.Connection) -> Any:
    driver: Any = connection.connection.dbapi_connection
    return driver._socket.sock.context


def _other(folder: Path) -> Path:
    made = folder / "other.pem"
    if not made.exists():
        certificate(folder, "other")
    return made
