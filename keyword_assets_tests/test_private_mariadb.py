"""The tests' own database server does what the other tests rely on."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from keyword_assets_tests.mariadb import MySQLServer, PrivateMariaDB, ServerError, find_program

EMOJI_AND_HANGUL = "😀 전학 절차가 궁금해요"


def unique_name() -> str:
    """A database name that no other test, and no test before, has used on a server that lives longer than we do."""
    return f"keyword_test_{uuid.uuid4().hex[:16]}"


def run(url: str, *statements: str) -> list[sa.Row[Any]]:
    """Execute statements in one transaction; the rows of the last one, if it returns any."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(sa.text(statement))
        return list(result.all()) if result.returns_rows else []


def test_the_fixture_hands_out_a_reachable_and_empty_database(mysql_url: str) -> None:
    """A test that finds another's tables would pass or fail by the order of tests."""
    tables = run(mysql_url, "SHOW TABLES")

    assert tables == []


def test_emoji_and_hangul_come_back_as_they_went_in(mysql_url: str) -> None:
    """MySQL's three-byte `utf8` loses emoji; nothing here may use it."""
    run(mysql_url, "CREATE TABLE texts (text TEXT)", f"INSERT INTO texts VALUES ('{EMOJI_AND_HANGUL}')")

    assert run(mysql_url, "SELECT text FROM texts") == [(EMOJI_AND_HANGUL,)]


def test_the_default_collation_takes_two_emoji_for_the_same(mysql_url: str) -> None:
    """Only against such a database do the tests show that we tell texts apart ourselves."""
    run(mysql_url, "CREATE TABLE texts (text VARCHAR(100))", "INSERT INTO texts VALUES ('😀'), ('😎'), ('a'), ('A')")

    assert run(mysql_url, "SELECT COUNT(DISTINCT text) FROM texts") == [(2,)]


def test_two_databases_are_apart(mysql_server: MySQLServer, mysql_url: str) -> None:
    """Tests run at the same time on one server."""
    name = unique_name()
    other = mysql_server.create_database(name)
    try:
        run(mysql_url, "CREATE TABLE texts (text TEXT)")

        assert (run(mysql_url, "SHOW TABLES"), run(other, "SHOW TABLES")) == ([("texts",)], [])
    finally:
        mysql_server.drop_database(name)


def test_a_database_is_dropped_although_a_transaction_is_open(mysql_server: MySQLServer) -> None:
    """A failed test must not make the next one wait for its locks."""
    name = unique_name()
    engine = sa.create_engine(mysql_server.create_database(name))
    connection = engine.connect()
    connection.exec_driver_sql("CREATE TABLE texts (text TEXT)")
    connection.exec_driver_sql("INSERT INTO texts VALUES ('held')")

    mysql_server.drop_database(name)

    assert run(mysql_server.url(), f"SHOW DATABASES LIKE '{name}'") == []
    connection.invalidate()
    engine.dispose()


def test_a_killed_server_comes_back_with_what_was_committed() -> None:
    """The fault tests kill a server in the middle of a run."""
    with PrivateMariaDB() as server:
        url = server.create_database("keyword")
        run(url, "CREATE TABLE texts (text TEXT)", f"INSERT INTO texts VALUES ('{EMOJI_AND_HANGUL}')")
        server.kill9()
        with pytest.raises(sa.exc.DBAPIError):
            run(url, "SELECT 1")

        server.restart()

        assert run(url, "SELECT text FROM texts") == [(EMOJI_AND_HANGUL,)]


def test_each_server_begins_with_nothing_of_another() -> None:
    """All but the first are copies of what the first was made with, and know themselves from it."""
    with PrivateMariaDB() as first:
        first.create_database("keyword")
        with PrivateMariaDB() as second:
            names = {row[0] for row in second.execute("SHOW DATABASES")}

            assert "keyword" not in names
            assert names >= {"mysql", "information_schema"}
        assert "keyword" in {row[0] for row in first.execute("SHOW DATABASES")}


def test_stop_removes_the_data() -> None:
    """A session leaves nothing in the temporary folder."""
    server = PrivateMariaDB()
    server.start()
    folder = server.folder

    server.stop()

    assert not folder.exists()


def test_the_server_does_not_outlive_a_killed_owner() -> None:
    """A test session killed by its CI leaves no server behind."""
    script = (
        "from keyword_assets_tests.mariadb import PrivateMariaDB\n"
        f"server = PrivateMariaDB(program={find_program()!r}); server.start()\n"
        "print(server.folder, flush=True); input()\n"
    )
    root = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": root},
    ) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        assert (folder / "data").is_dir()

        owner.send_signal(signal.SIGKILL)
        owner.wait()

    assert _vanishes(folder)


def test_a_machine_without_a_server_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A missing server fails the tests that need one; it never skips them."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("keyword_assets_tests.mariadb.MORE_PATHS", ())
    monkeypatch.setattr("keyword_assets_tests.mariadb.GIVEN_PROGRAM", None)

    with pytest.raises(ServerError, match="apt-get install mariadb-server-core"):
        find_program()


def test_a_program_that_is_named_is_used_and_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Results from another server than the one that was asked about would mislead."""
    monkeypatch.setattr("keyword_assets_tests.mariadb.GIVEN_PROGRAM", sys.executable)
    assert find_program() == sys.executable

    monkeypatch.setattr("keyword_assets_tests.mariadb.GIVEN_PROGRAM", str(tmp_path / "mysqld"))
    with pytest.raises(ServerError, match="KEYWORDS_TEST_MYSQLD"):
        find_program()


def _vanishes(folder: Path, seconds: float = 10) -> bool:
    """Whether the folder is gone within so many seconds."""
    deadline = time.monotonic() + seconds
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not folder.exists()
