"""Parameters of database URLs: what other drivers call them, and what a driver would trip over or misunderstand."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import InputError
from keyword_assets.core.texts import use
from keyword_assets.sql.database.engine import make_engine
from keyword_assets.sql.database.transactions import reading
from keyword_assets.sql.database.urls import driver_arguments, parse_url, shown

BASE = "mysql+mysqlconnector://me:hunter2@127.0.0.1:1"


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("", ["names no database", "/database"]),
        ("/", ["names no database"]),
        ("/x?ssl_mode=DISABLED", ["ssl_mode", "ssl_disabled=true"]),
        ("/x?ssl_mode=REQUIRED", ["ssl_mode", "ssl_ca=", "ssl_verify_cert=true"]),
        ("/x?sslMode=VERIFY_IDENTITY", ["sslMode", "ssl_verify_identity=true"]),
        ("/x?ssl-mode=PREFERRED", ["ssl-mode", "Leave it out"]),
        ("/x?useSSL=false", ["useSSL", "ssl_disabled=true"]),
        ("/x?useSSL=true", ["useSSL", "Leave it out"]),
        ("/x?serverTimezone=Asia/Seoul", ["serverTimezone", "KEYWORDS_STORED_TIMEZONE"]),
        ("/x?charset=utf8mb4&binary_prefix=true", ["binary_prefix", "Leave it out"]),
        ("/x?allowPublicKeyRetrieval=true", ["allowPublicKeyRetrieval", "Leave it out"]),
        ("/x?socketTimeout=5", ["socketTimeout", "read_timeout"]),
        ("/x?conection_timeout=5", ["conection_timeout", "connection_timeout"]),
        ("/x?quux=5", ["quux", "Leave it out"]),
        ("/x?ssl_ca=/nowhere.pem", ["ssl_ca", "no such file"]),
        ("/x?ssl_ca=text.pem", ["ssl_ca", "PEM"]),
        ("/x?ssl_cert=text.pem&ssl_key=text.pem", ["ssl_cert", "PEM"]),
        ("/x?ssl_cert=half.pem", ["ssl_cert", "ssl_key"]),
        ("/x?ssl_verify_cert=perhaps", ["ssl_verify_cert", "true or false"]),
        ("/x?connection_timeout=soon", ["connection_timeout", "seconds"]),
        ("/x?read_timeout=-1", ["read_timeout", "seconds"]),
        ("/x?charset=utf8mb4&charset=latin1", ["charset", "twice"]),
    ],
)
@pytest.mark.parametrize("setting", ["KEYWORDS_DATABASE_URL", "DAGSTER_MYSQL_URL"])
def test_a_parameter_that_does_not_fit_is_told_with_what_does(
    tmp_path: Path, rest: str, words: list[str], setting: str
) -> None:
    """People bring the URL that another program of theirs has."""
    use("en")
    (tmp_path / "text.pem").write_text("no certificate", encoding="utf-8")
    (tmp_path / "half.pem").write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")

    with pytest.raises(InputError) as refused:
        parse_url(BASE + rest, setting)
    said = str(refused.value)
    use("ko")

    assert [word for word in [setting, *words] if word not in said] == []
    assert "hunter2" not in said


@pytest.mark.parametrize("driver", ["mysql", "mysql+mysqldb", "mysql+pymysql", "mariadb+mariadbconnector"])
def test_a_driver_that_is_not_installed_is_told_with_ours(driver: str) -> None:
    """`mysql://` is what most manuals write."""
    with pytest.raises(InputError, match=r"mysql\+mysqlconnector://"):
        parse_url(f"{driver}://me:pw@127.0.0.1/x")


def test_a_switch_that_is_off_is_off() -> None:
    """To the driver the text `false` is true: TLS was off for who wanted to be sure that it is on."""
    url = parse_url(f"{BASE}/x?ssl_disabled=false&compress=TRUE&connection_timeout=7")

    assert driver_arguments(url) == {"ssl_disabled": False, "compress": True, "connection_timeout": 7}


@pytest.mark.parametrize("parameter", ["charset=klingon", "collation=klingon", "sql_mode=ODD"])
def test_what_no_url_may_change_is_left_out(mysql_url: str, parameter: str) -> None:
    """Our statements rest on their own character set and modes, whatever somebody put there for another program."""
    engine = make_engine(f"{mysql_url}?{parameter}")

    with reading(engine) as connection:
        found = connection.exec_driver_sql("SELECT @@character_set_client, @@collation_connection").one()
    engine.dispose()

    assert tuple(found) == ("utf8mb4", "utf8mb4_bin")


@pytest.mark.parametrize("parameter", ["auth_plugin=none_such", "time_zone=Nowhere"])
def test_what_driver_or_server_refuse_of_a_url_is_a_wrong_setting(mysql_url: str, parameter: str) -> None:
    """The server was reached, or not even asked: "is it running?" would lead astray."""
    engine = make_engine(f"{mysql_url}?{parameter}")

    with pytest.raises(InputError) as refused, reading(engine):
        pass
    engine.dispose()

    assert "KEYWORDS_DATABASE_URL" in str(refused.value)


def test_a_name_is_shown_as_people_write_it() -> None:
    """In a URL a Korean name is nine signs a syllable; what is no name may be a part of a password."""
    names = {"상담": "상담", "%EC%83%81%EB%8B%B4": "상담", "a%2Fb": "***"}

    assert {name: shown(parse_url(f"{BASE}/{name}", "KEYWORDS_DATABASE_URL")) for name in names} == {
        name: f"mysql+mysqlconnector://***@127.0.0.1:1/{said}" for name, said in names.items()
    }
    assert shown(sa.make_url(BASE)) == "mysql+mysqlconnector://***@127.0.0.1:1"
