"""Engines: which URLs are understood, and how a database's failures come out."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.sql.database import engine as engine_module
from keyword_assets.sql.database.engine import make_engine, redacted
from keyword_assets.sql.database.transactions import reading, writing
from keyword_assets_tests.builders import execute, query

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("", "bad_url"),
        ("nonsense", "bad_url"),
        ("sqlite", "bad_url"),
        ("postgresql://user@host/db", "no_driver"),
        ("mysql+nodriver://host/db", "bad_url"),
        (f"mysql+pymysql://user:{SECRET}@host/db", "no_driver"),
        (f"mysql+mysqlconnector://user:{SECRET}@host:port/db", "bad_url"),
        (f"mysql+mysqlconnector://user:{SECRET}@host/db?read_timeout=soon", "bad_parameter"),
        (f"oracle://user:{SECRET}@host/db", "no_driver"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_showing_it(url: str, key: str) -> None:
    """A mistyped URL may hold a password, and messages go into logs."""
    with pytest.raises(InputError) as refused:
        make_engine(url)

    assert refused.value.key == f"database.{key}"
    assert SECRET not in str(refused.value)


def test_the_url_is_shown_without_its_password() -> None:
    """`doctor` prints it."""
    shown = redacted(f"mysql+mysqlconnector://user:{SECRET}@host:3306/db")

    assert shown == "mysql+mysqlconnector://***@host:3306/db"


def test_a_server_that_is_not_there_is_unreachable() -> None:
    """Port 1 answers nobody; the person is told what to check, without the password."""
    engine = make_engine(f"mysql+mysqlconnector://user:{SECRET}@127.0.0.1:1/db")

    with pytest.raises(DatabaseError) as error, reading(engine):
        pass

    assert error.value.key == "database.unreachable"
    assert SECRET not in str(error.value)


def test_a_wrong_password_is_told_without_showing_it(mysql_url: str) -> None:
    """The server's refusal is passed on; the secret is not."""
    url = sa.make_url(mysql_url).set(password=SECRET).render_as_string(hide_password=False)

    with pytest.raises(DatabaseError) as error, reading(make_engine(url)):
        pass

    assert "Access denied" in str(error.value)
    assert SECRET not in str(error.value)


def test_a_statement_that_the_database_refuses_is_one_line(engine: sa.Engine) -> None:
    """It is shown to a person, not to a debugger."""
    with pytest.raises(DatabaseError) as error, reading(engine) as connection:
        connection.exec_driver_sql("FORM\nno_such_statement")

    assert error.value.key == "database.refused"
    assert "FORM" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("statement", ["SELECT * FROM no_such_table", "SELECT no_such_column FROM (SELECT 1 AS x) y"])
def test_a_name_that_the_database_does_not_know_is_a_matter_of_settings(engine: sa.Engine, statement: str) -> None:
    """Tables and columns are called what KEYWORDS_TABLE_… and KEYWORDS_COLUMN_… say."""
    with pytest.raises(InputError) as error, reading(engine) as connection:
        connection.exec_driver_sql(statement)

    assert error.value.key == "database.no_such"


def test_a_file_that_is_no_database_is_a_database_error(tmp_path: Path) -> None:
    """The URL may name the wrong file."""
    (tmp_path / "notes.txt").write_text("not a database\n" * 100)

    with pytest.raises(DatabaseError), reading(make_engine(f"sqlite:///{tmp_path / 'notes.txt'}")):
        pass


def test_a_folder_that_cannot_be_made_is_a_database_error(tmp_path: Path) -> None:
    """The URL may name a place below a file."""
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError):
        make_engine(f"sqlite:///{tmp_path / 'file' / 'folder' / 'keywords.db'}")


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    """The first command on a fresh machine needs no preparation."""
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'keywords.db'}")

    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1")

    assert (tmp_path / "new" / "folder" / "keywords.db").exists()
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(engine: sa.Engine) -> None:
    """Half of a reply's rows would count as all of them."""
    execute(engine, "CREATE TABLE numbers (number INTEGER NOT NULL)")

    with pytest.raises(DatabaseError):
        _write(engine, "INSERT INTO numbers VALUES (1)", "INSERT INTO numbers VALUES (NULL)")

    assert query(engine, "SELECT * FROM numbers") == []


def test_a_text_that_does_not_fit_is_refused_and_not_cut(mysql_url: str) -> None:
    """A server in a lax mode cuts it, and a cut text is another question."""
    lax = sa.make_url(mysql_url).update_query_dict({"sql_mode": "NO_ENGINE_SUBSTITUTION"})
    engine = make_engine(lax.render_as_string(hide_password=False))
    execute(engine, "CREATE TABLE texts (text VARCHAR(3)) ENGINE=InnoDB")

    with pytest.raises(DatabaseError, match="too long"):
        _write(engine, "INSERT INTO texts VALUES ('abcd')")

    engine.dispose()


def test_a_server_that_says_nothing_is_given_up_after_the_seconds_of_the_url(mysql_url: str) -> None:
    """Ten minutes, unless the person who runs the server knows better."""
    hasty = sa.make_url(mysql_url).update_query_dict({"read_timeout": "1"})
    engine = make_engine(hasty.render_as_string(hide_password=False))

    with pytest.raises(DatabaseError) as error, reading(engine) as connection:
        connection.exec_driver_sql("SELECT SLEEP(60)")

    assert error.value.key == "database.unreachable"
    engine.dispose()


def test_rows_may_be_read_as_slowly_as_one_likes(mysql_url: str) -> None:
    """Reading a page of questions and asking about them takes longer than any silence of the server."""
    hasty = sa.make_url(mysql_url).update_query_dict({"read_timeout": "1"})
    engine = make_engine(hasty.render_as_string(hide_password=False))
    statement = "SELECT SLEEP(0.4), REPEAT('x', 100000) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) numbers"

    with reading(engine) as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=1).exec_driver_sql(statement)
        read = [row for row in streamed if time.sleep(1.2) is None]

    assert len(read) == 3
    engine.dispose()


def test_an_upgrade_waits_for_its_statements(mysql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building an index over ten million messages takes minutes in which the server says nothing."""
    monkeypatch.setattr(engine_module, "SILENCE_SECONDS", 1)
    engine = make_engine(mysql_url, patient=True)

    with reading(engine) as connection:
        slept = connection.exec_driver_sql("SELECT SLEEP(1.5)").scalar_one()

    assert slept == 0
    engine.dispose()


def test_a_lost_connection_is_handed_back_without_a_traceback(
    mysql_engine: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """It is replaced; who used it hears of it by an error of ours."""
    with mysql_engine.connect() as connection, mysql_engine.connect() as other:
        number = connection.execute(sa.text("SELECT CONNECTION_ID()")).scalar_one()
        connection.commit()
        other.execute(sa.text(f"KILL {number}"))

    assert not caplog.records


def test_no_piece_of_a_statement_waits_for_an_acknowledgement(mysql_engine: sa.Engine) -> None:
    """Each of more than 16 KB would take 40 ms under TLS, whatever it says."""
    with reading(mysql_engine) as connection:
        driver: Any = connection.connection.dbapi_connection

        way = driver._socket.sock
        assert way.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        # A way that is cut is lost within two minutes, and not when a statement's time is over.
        assert way.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        asked = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        idle, interval, count = (way.getsockopt(socket.IPPROTO_TCP, name) for name in asked)
        assert idle + interval * count <= 120
        assert 0 < way.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 120_000


def test_a_machine_on_which_the_connector_speaks_c_is_no_other_machine(mysql_url: str) -> None:
    """Its part in C is loaded where OpenSSL is new; it brings one along, which comes first here."""
    program = """
import sys, importlib.util
if importlib.util.find_spec("_mysql_connector") is None:
    sys.exit("no part in C")
import _mysql_connector, mysql.connector
assert mysql.connector.HAVE_CEXT
from keyword_assets.sql.database.engine import make_engine
with make_engine(sys.argv[1]).connect() as connection:
    print(type(connection.connection.dbapi_connection).__name__)
"""
    done = subprocess.run([sys.executable, "-c", program, mysql_url], capture_output=True, text=True, timeout=60)
    if done.stderr == "no part in C\n":
        pytest.skip("the connector has no part in C here")

    assert (done.stdout, done.stderr) == ("MySQLConnection\n", "")


def test_a_result_left_unread_does_not_disturb_the_next_statement(mysql_engine: sa.Engine) -> None:
    """Rows are streamed; a reader that stops early leaves the rest on the connection."""
    execute(mysql_engine, "CREATE TABLE numbers (number INTEGER)")
    execute(mysql_engine, "INSERT INTO numbers VALUES (:n)", [{"n": n} for n in range(2_000)])
    statement = sa.text("SELECT number FROM numbers")
    with reading(mysql_engine) as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=10).execute(statement)
        next(iter(streamed))

        assert connection.execute(sa.text("SELECT 7")).scalar_one() == 7


def _write(engine: sa.Engine, *statements: str) -> None:
    with writing(engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_stream_hands_out_all_its_rows_once_whatever_the_pages(mysql_engine: sa.Engine) -> None:
    """They come by the page, past what mysql-connector does for each row by itself."""
    there = [(1, "하나"), (2, None), (3, ""), (4, "넷"), (5, "다섯")]
    rows = " UNION ALL ".join(f"SELECT {n}, {'NULL' if text is None else repr(text)}" for n, text in there)

    with mysql_engine.connect().execution_options(stream_results=True) as connection:
        streamed = connection.exec_driver_sql(rows)
        first, cursor = streamed.fetchone(), streamed.cursor
        assert cursor is not None
        read = [first, cursor.fetchone(), *cursor.fetchmany(2), *cursor.fetchmany(2)]
        ended = cursor.fetchmany(2), cursor.fetchmany(2)
        count = cursor.rowcount
        after = connection.exec_driver_sql("SELECT 6").scalar_one()

    assert read == there
    assert ended == ([], [])
    assert (count, after) == (5, 6)
